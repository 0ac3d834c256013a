"""Taking an import back: only what nothing else proves goes, and what it had superseded returns."""

from __future__ import annotations

from pathlib import Path

import duckdb

from analytics.store import current
from analytics.store.connection import writing
from analytics.store.facts import FACT_TABLES, PARTS

_ORPHANS = """
CREATE OR REPLACE TEMP TABLE orphans AS
SELECT fact FROM evidence WHERE import_id = $id
EXCEPT SELECT fact FROM evidence WHERE import_id <> $id
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
    current.note_touched(cursor, import_id)
    cursor.execute(_ORPHANS, parameters)
    for table in FACT_TABLES:
        for owned in (*PARTS.get(table, ()), table):
            cursor.execute(f"DELETE FROM {owned} WHERE fact IN (SELECT fact FROM orphans)")
    for table in ("evidence", "problems", "import_notes", "import_counts", "imports"):
        cursor.execute(f"DELETE FROM {table} WHERE import_id = $id", parameters)
    current.choose_current(cursor)
