"""What counts where several sources tell of the same thing: posts, acts and the names of accounts.

Facts are never changed; only marks on them are, and the small table of aliases is made anew. Whatever is
decided here follows from the facts and what vouches for them, so no order of imports matters.
"""

from __future__ import annotations

import duckdb

from analytics.importers import IMPORTERS

# Versions of a post are one family: an edited post has a new id in one export and lists the first version's
# in another, so what shares a post_id or an original_id belongs together, under the oldest id of all.
# Most posts are told once and were never edited: they are passed over before anything is compared.
_DOUBTFUL = """
CREATE OR REPLACE TEMP TABLE doubtful AS
SELECT platform, post_id AS id
FROM posts SEMI JOIN touched_posts t ON t.platform = posts.platform AND t.id = posts.post_id
GROUP BY ALL HAVING count(*) > 1
UNION
SELECT posts.platform, unnest([posts.post_id, posts.original_id])
FROM posts JOIN touched_posts t ON t.platform = posts.platform AND t.id IN (posts.post_id, posts.original_id)
WHERE posts.original_id <> posts.post_id OR NOT posts.is_current
"""
_FAMILIES = """
CREATE OR REPLACE TEMP TABLE families AS
WITH relatives AS (
    SELECT posts.platform, unnest([posts.post_id, posts.original_id]) AS id
    FROM posts JOIN doubtful d ON d.platform = posts.platform AND d.id = posts.post_id
    UNION
    SELECT posts.platform, unnest([posts.post_id, posts.original_id])
    FROM posts JOIN doubtful d ON d.platform = posts.platform AND d.id = posts.original_id
), related AS (
    SELECT fact, posts.platform, post_id, original_id, is_current
    FROM posts JOIN relatives r ON r.platform = posts.platform AND r.id = posts.post_id
    UNION
    SELECT fact, posts.platform, post_id, original_id, is_current
    FROM posts JOIN relatives r ON r.platform = posts.platform AND r.id = posts.original_id
), named AS (
    SELECT fact, platform, post_id, is_current,
           arg_min(original_id, (length(original_id), original_id)) OVER (PARTITION BY platform, post_id) AS family
    FROM related
)
SELECT fact, platform, post_id, family, is_current FROM named
QUALIFY count(*) OVER (PARTITION BY platform, family) > 1
     OR NOT bool_or(is_current) OVER (PARTITION BY platform, family)
"""

# A whole account of a post before a partial one, then the newest export, then the latest edit (ids grow),
# then content.
_CURRENT_POSTS = """
UPDATE posts SET is_current = winners.wins
FROM (
    SELECT fact, is_current, row_number() OVER (
               PARTITION BY platform, family
               ORDER BY v.is_whole DESC, v.exported_at_utc DESC, length(post_id) DESC, post_id DESC, fact DESC
           ) = 1 AS wins
    FROM families
    JOIN (SELECT e.fact, bool_or(NOT list_contains($partial::VARCHAR[], i.format)) AS is_whole,
                 max(i.exported_at_utc) AS exported_at_utc
          FROM evidence e JOIN imports i USING (import_id)
          WHERE e.fact IN (SELECT fact FROM families) GROUP BY e.fact) v USING (fact)
) winners
WHERE posts.fact = winners.fact AND posts.is_current <> winners.wins
"""

# An archive may list a like by its post alone, where another source knows the author or the time.
_CURRENT_ACTS = """
UPDATE interactions SET is_current = winners.wins
FROM (
    SELECT fact, is_current, row_number() OVER (
               PARTITION BY platform, actor, kind, post_id
               ORDER BY (target IS NOT NULL)::INTEGER + (at_utc IS NOT NULL)::INTEGER DESC,
                        at_utc DESC NULLS LAST, target, fact
           ) = 1 AS wins
    FROM interactions
    WHERE kind IN ('like', 'repost') AND (platform, post_id) IN (SELECT (platform, post_id) FROM touched_acts)
) winners
WHERE interactions.fact = winners.fact AND interactions.is_current <> winners.wins
"""

# X ids are digits, and a handle may be digits as well: such a name is taken for an id.
_ALIASES = r"""
INSERT INTO aliases
WITH handles AS (
    SELECT platform, lower(handle) AS handle,
           arg_max(account, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), account)) AS account
    FROM account_observations
    WHERE handle IS NOT NULL AND lower(handle) <> lower(account) AND NOT regexp_full_match(handle, '\d+')
    GROUP BY ALL
), used AS (
    SELECT DISTINCT platform, name FROM (
        SELECT platform, author AS name FROM posts
        UNION ALL SELECT platform, reply_to_account FROM posts
        UNION ALL SELECT platform, repost_of_account FROM posts
        UNION ALL SELECT platform, quote_of_account FROM posts
        UNION ALL SELECT p.platform, m.handle FROM post_mentions m JOIN posts p USING (fact) WHERE m.account IS NULL
        UNION ALL SELECT platform, owner FROM follow_lists
        UNION ALL SELECT platform, account FROM account_observations
        UNION ALL SELECT platform, account FROM daily_counts
        UNION ALL SELECT platform, account FROM identities
        UNION ALL SELECT platform, actor FROM interactions
        UNION ALL SELECT platform, target FROM interactions)
    WHERE NOT regexp_full_match(name, '\d+')
)
SELECT used.platform, used.name, handles.account
FROM used JOIN handles ON handles.platform = used.platform AND handles.handle = lower(used.name)
WHERE used.name <> handles.account
"""


def note_touched(cursor: duckdb.DuckDBPyConnection, import_id: str) -> None:
    """Remember the posts and acts of an import, before it is taken back or after it was stored."""
    ours = "fact IN (SELECT fact FROM evidence WHERE import_id = $id)"
    parameters = {"id": import_id}
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE touched_posts AS
            SELECT platform, post_id AS id FROM posts WHERE {ours}
            UNION SELECT platform, original_id FROM posts WHERE {ours}""",
        parameters,
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE touched_acts AS
            SELECT DISTINCT platform, post_id FROM interactions
            WHERE post_id IS NOT NULL AND kind IN ('like', 'repost') AND {ours}""",
        parameters,
    )


def choose_current(cursor: duckdb.DuckDBPyConnection) -> None:
    """Mark what counts among the posts and acts noted, and make the aliases anew."""
    cursor.execute(_DOUBTFUL)
    if _any(cursor, "doubtful"):
        cursor.execute(_FAMILIES)
        partial = [importer.name for importer in IMPORTERS if importer.partial_posts]
        cursor.execute(_CURRENT_POSTS, {"partial": partial})
    if _any(cursor, "touched_acts"):
        cursor.execute(_CURRENT_ACTS)
    for table in ("touched_posts", "touched_acts", "doubtful", "families"):
        cursor.execute(f"DROP TABLE IF EXISTS temp.{table}")
    lead_names_to_accounts(cursor)


def lead_names_to_accounts(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the aliases anew from all that the store holds."""
    cursor.execute("DELETE FROM aliases")
    cursor.execute(_ALIASES)


def _any(cursor: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = cursor.execute(f"SELECT count(*) > 0 FROM temp.{table}").fetchone()
    return bool(found and found[0])
