"""Storing posts: content, links with their domain, mentions, tags and near-duplicate bands."""

from __future__ import annotations

from datetime import datetime

import duckdb

from analytics import reference
from analytics.model import POSTS
from analytics.store.facts import COUNTS, COUNTS_HASH, POST_HASH, names
from analytics.store.near_duplicates import fill_bands

# A shortener hides where a link goes, so its domain is not known.
_LINKS = r"""
CREATE TABLE ready_post_links AS
SELECT fact, url, CASE WHEN NOT list_contains($shorteners, domain) THEN nullif(domain, '') END AS domain
FROM (
    SELECT fact, url, regexp_extract(lower(url), '^https?://(?:[^/@?#]*@)?(?:www\.)?([^/:?#]+)', 1) AS domain
    FROM (SELECT fact, unnest(links) AS url FROM ready_posts WHERE len(links) > 0)
)
WHERE url IS NOT NULL
"""
_MENTIONS = """
CREATE TABLE ready_post_mentions AS
SELECT fact, m.account AS account, m.handle AS handle
FROM (SELECT fact, unnest(mentions) AS m FROM ready_posts WHERE len(mentions) > 0)
"""
_TAGS = """
CREATE TABLE ready_post_tags AS
SELECT fact, tag FROM (SELECT fact, unnest(tags) AS tag FROM ready_posts WHERE len(tags) > 0)
WHERE tag IS NOT NULL
"""
_PARTS = {"post_links": _LINKS, "post_mentions": _MENTIONS, "post_tags": _TAGS}


def prepare_posts(stage: duckdb.DuckDBPyConnection, exported_at: datetime) -> None:
    """The staged posts -> ready_posts, its parts and ready_post_counts: all that can be done before the
    store is held.
    """
    columns = ", ".join(names(POSTS))
    counts = ", ".join(COUNTS)
    stage.execute(
        f"CREATE TABLE ready_posts AS SELECT {POST_HASH} AS fact, {columns}, links, mentions, tags FROM posts"
    )
    stage.execute(
        f"""CREATE TABLE ready_post_counts AS
            SELECT {COUNTS_HASH} AS fact, platform, post_id, $exported_at::TIMESTAMP AS observed_utc, {counts}
            FROM posts WHERE coalesce({counts}) IS NOT NULL""",
        {"exported_at": exported_at},
    )
    # The staged rows go as soon as they have been read, to keep the peak low.
    stage.execute("DROP TABLE posts")
    for table in ("ready_posts", "ready_post_counts"):
        _keep_one_of_each(stage, table)
    stage.execute(_LINKS, {"shorteners": list(reference.word_list("url_shorteners.txt"))})
    stage.execute(_MENTIONS)
    stage.execute(_TAGS)
    for nested in ("links", "mentions", "tags"):
        stage.execute(f"ALTER TABLE ready_posts DROP COLUMN {nested}")
    fill_bands(stage, "ready_posts")


def _keep_one_of_each(stage: duckdb.DuckDBPyConnection, table: str) -> None:
    """Rows of the same content are one fact. Looking first is much cheaper than a DISTINCT."""
    repeated = stage.execute(f"SELECT count(*) > count(DISTINCT fact) FROM {table}").fetchone()
    if repeated and repeated[0]:
        stage.execute(
            f"DELETE FROM {table} WHERE rowid NOT IN (SELECT min(rowid) FROM {table} GROUP BY fact)"
        )


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
