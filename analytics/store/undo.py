"""Taking an import back: only what nothing else proves goes, and what it had superseded returns."""

from __future__ import annotations

from pathlib import Path

import duckdb

from analytics.store.connection import writing
from analytics.store.facts import FACT_TABLES, PARTS

_ORPHANS = """
CREATE OR REPLACE TEMP TABLE orphans AS
SELECT fact FROM evidence WHERE import_id = $id
EXCEPT SELECT fact FROM evidence WHERE import_id <> $id
"""

# Versions of a post compete only where there is more than one, or none is marked.
_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT platform, original_id FROM posts
WHERE (platform, original_id) IN (SELECT (platform, original_id) FROM keys)
GROUP BY platform, original_id HAVING count(*) > 1 OR NOT bool_or(is_current)
"""

# Newest export first, then the latest edit (ids grow), then content: no order of imports matters.
_WINNERS = """
UPDATE posts SET is_current = (posts.fact = winners.fact)
FROM (
    SELECT p.platform, p.original_id,
           arg_max(p.fact, (v.exported_at_utc, length(p.post_id), p.post_id, p.fact)) AS fact
    FROM posts p
    JOIN touched t ON t.platform = p.platform AND t.original_id = p.original_id
    JOIN (SELECT e.fact, max(i.exported_at_utc) AS exported_at_utc
          FROM evidence e JOIN imports i USING (import_id) GROUP BY e.fact) v ON v.fact = p.fact
    GROUP BY p.platform, p.original_id
) winners
WHERE posts.platform = winners.platform AND posts.original_id = winners.original_id
  AND posts.is_current <> (posts.fact = winners.fact)
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
    return f"CREATE OR REPLACE TEMP TABLE keys AS SELECT DISTINCT platform, original_id FROM posts WHERE {condition}"


def _choose_current(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(_TOUCHED)
    touched = cursor.execute("SELECT count(*) FROM touched").fetchone()
    if touched and touched[0]:
        cursor.execute(_WINNERS)
    cursor.execute("DROP TABLE IF EXISTS temp.keys")
    cursor.execute("DROP TABLE IF EXISTS temp.touched")
