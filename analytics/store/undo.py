"""Taking an import back: only what nothing else proves goes, and what it had superseded returns."""

from __future__ import annotations

from pathlib import Path

import duckdb

from analytics.importers import IMPORTERS
from analytics.store.connection import writing
from analytics.store.facts import FACT_TABLES, PARTS

_ORPHANS = """
CREATE OR REPLACE TEMP TABLE orphans AS
SELECT fact FROM evidence WHERE import_id = $id
EXCEPT SELECT fact FROM evidence WHERE import_id <> $id
"""

# Versions of a post are one family: an edited post has a new id in one export and lists the first version's
# in another, so what shares a post_id or an original_id belongs together, under the oldest id of all.
_FAMILIES = """
CREATE OR REPLACE TEMP TABLE families AS
WITH touched AS (
    SELECT platform, post_id, original_id FROM posts
    WHERE (platform, post_id) IN (SELECT (platform, id) FROM keys)
       OR (platform, original_id) IN (SELECT (platform, id) FROM keys)
), related AS (
    SELECT fact, platform, post_id, original_id, is_current FROM posts
    WHERE (platform, post_id) IN (SELECT (platform, post_id) FROM touched)
       OR (platform, original_id) IN (SELECT (platform, original_id) FROM touched)
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
# then content: no order of imports matters.
_WINNERS = """
UPDATE posts SET is_current = winners.wins
FROM (
    SELECT fact, is_current, row_number() OVER (
               PARTITION BY platform, family
               ORDER BY v.is_whole DESC, v.exported_at_utc DESC, length(post_id) DESC, post_id DESC, fact DESC
           ) = 1 AS wins
    FROM families
    JOIN (SELECT e.fact, bool_or(NOT list_contains($partial, i.format)) AS is_whole,
                 max(i.exported_at_utc) AS exported_at_utc
          FROM evidence e JOIN imports i USING (import_id)
          WHERE e.fact IN (SELECT fact FROM families) GROUP BY e.fact) v USING (fact)
) winners
WHERE posts.fact = winners.fact AND posts.is_current <> winners.wins
"""


class NoSuchImport(Exception):
    """There is no import of that id; the message says what to do."""


def undo_import(store: Path, import_id: str) -> None:
    """Take one import back. Raises NoSuchImport."""
    with writing(store) as cursor:
        known = cursor.execute("SELECT 1 FROM imports WHERE import_id = $id", {"id": import_id}).fetchone()
        if not known:
            raise NoSuchImport(
                f"There is no import {import_id}; `watercooler show sources` lists them with their ids."
            )
        forget(cursor, import_id)


def forget(cursor: duckdb.DuckDBPyConnection, import_id: str) -> None:
    """Remove an import and the facts that only it proves, inside the caller's transaction."""
    parameters = {"id": import_id}
    cursor.execute(_keys("fact IN (SELECT fact FROM evidence WHERE import_id = $id)"), parameters)
    cursor.execute(_ORPHANS, parameters)
    for table in FACT_TABLES:
        for owned in (*PARTS.get(table, ()), table):
            cursor.execute(f"DELETE FROM {owned} WHERE fact IN (SELECT fact FROM orphans)")
    for table in ("evidence", "problems", "import_notes", "import_counts", "imports"):
        cursor.execute(f"DELETE FROM {table} WHERE import_id = $id", parameters)
    _choose_current(cursor)


def recompute_current(cursor: duckdb.DuckDBPyConnection, import_id: str) -> None:
    """Mark the version to count of each post that an import brought."""
    cursor.execute(_keys("fact IN (SELECT fact FROM evidence WHERE import_id = $id)"), {"id": import_id})
    _choose_current(cursor)


def _keys(condition: str) -> str:
    return f"""CREATE OR REPLACE TEMP TABLE keys AS
               SELECT platform, post_id AS id FROM posts WHERE {condition}
               UNION SELECT platform, original_id FROM posts WHERE {condition}"""


def _choose_current(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(_FAMILIES)
    competing = cursor.execute("SELECT count(*) FROM families").fetchone()
    if competing and competing[0]:
        partial = [importer.name for importer in IMPORTERS if importer.partial_posts]
        cursor.execute(_WINNERS, {"partial": partial})
    cursor.execute("DROP TABLE IF EXISTS temp.keys")
    cursor.execute("DROP TABLE IF EXISTS temp.families")
