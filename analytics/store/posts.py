"""Storing posts: content, links with their domain, mentions, tags and near-duplicate bands."""

from __future__ import annotations

import duckdb

from analytics import reference
from analytics.metrics.near_duplicates import fill_bands
from analytics.model import POSTS
from analytics.store.facts import names

# A shortener hides where a link goes, so its domain is not known.
_HOST = "^https?://(?:[^/@?#]*@)?([^/:?#]+)"
_DOMAIN = rf"nullif(regexp_replace(lower(regexp_extract(url, '{_HOST}', 1)), '^www\.', ''), '')"

_COLUMNS = ", ".join(names(POSTS))

_LINKS = f"""
CREATE TABLE ready_post_links AS
SELECT fact, url, CASE WHEN NOT list_contains($shorteners, {_DOMAIN}) THEN {_DOMAIN} END AS domain
FROM (SELECT fact, unnest(links) AS url FROM distinct_posts) WHERE url IS NOT NULL
"""
_MENTIONS = """
CREATE TABLE ready_post_mentions AS
SELECT fact, m.account AS account, m.handle AS handle FROM (SELECT fact, unnest(mentions) AS m FROM distinct_posts)
"""
_TAGS = """
CREATE TABLE ready_post_tags AS
SELECT fact, tag FROM (SELECT fact, unnest(tags) AS tag FROM distinct_posts) WHERE tag IS NOT NULL
"""
_PARTS = {"post_links": _LINKS, "post_mentions": _MENTIONS, "post_tags": _TAGS}


def prepare_posts(stage: duckdb.DuckDBPyConnection) -> None:
    """hashed_posts -> ready_posts and its parts: all that can be done before the store is held."""
    stage.execute(
        """CREATE VIEW distinct_posts AS SELECT * FROM hashed_posts
           WHERE rowid IN (SELECT min(rowid) FROM hashed_posts GROUP BY fact)"""
    )
    for sql in _PARTS.values():
        parameters = {"shorteners": list(reference.word_list("url_shorteners.txt"))}
        stage.execute(sql, parameters if "$shorteners" in sql else {})
    stage.execute(f"CREATE TABLE ready_posts AS SELECT fact, {_COLUMNS} FROM distinct_posts")
    stage.execute("DROP VIEW distinct_posts")
    stage.execute("DROP TABLE hashed_posts")
    fill_bands(stage, "ready_posts")


def store_posts(cursor: duckdb.DuckDBPyConnection) -> int:
    """Copy the posts that the store does not have, with their parts; how many."""
    unseen = "fact NOT IN (SELECT fact FROM posts)"
    for table in _PARTS:
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM memory.main.ready_{table} WHERE {unseen}")
    row = cursor.execute(
        f"""INSERT INTO posts BY NAME
            SELECT *, true AS is_current FROM memory.main.ready_posts WHERE {unseen}"""
    ).fetchone()
    return int(row[0]) if row else 0
