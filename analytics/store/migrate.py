"""Numbered migrations: each .sql file of migrations/ runs once, in the transaction that records it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import duckdb

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def scripts() -> tuple[tuple[int, str], ...]:
    """(number, SQL) of every migration, in order."""
    return tuple(
        (int(path.name[:4]), path.read_text(encoding="utf-8")) for path in sorted(MIGRATIONS.glob("*.sql"))
    )


LATEST = int(max(path.name for path in MIGRATIONS.glob("*.sql"))[:4])


def version(connection: duckdb.DuckDBPyConnection) -> int:
    """The newest migration that the current database has; 0 for an empty one."""
    known = connection.execute(
        """SELECT count(*) FROM information_schema.tables
           WHERE table_name = 'schema_version' AND table_catalog = current_database()"""
    ).fetchone()
    if not known or not known[0]:
        return 0
    newest = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()
    return int(newest[0]) if newest else 0


def tables(connection: duckdb.DuckDBPyConnection) -> int:
    """How many tables the current database has."""
    row = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_catalog = current_database()"
    ).fetchone()
    return int(row[0]) if row else 0


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the current database up to date, inside the caller's transaction."""
    have = version(connection)
    if have == 0:
        connection.execute(
            """CREATE TABLE IF NOT EXISTS schema_version (
                   version INTEGER NOT NULL, applied_utc TIMESTAMP NOT NULL)"""
        )
    for number, script in scripts():
        if number > have:
            connection.execute(script)
            connection.execute(
                "INSERT INTO schema_version VALUES ($number, now()::TIMESTAMPTZ AT TIME ZONE 'UTC')",
                {"number": number},
            )


def backup_if_older(connection: duckdb.DuckDBPyConnection, store: Path) -> Path | None:
    """Copy a store of an older version beside itself before it is changed; the copy's path."""
    have = version(connection)
    if have in (0, LATEST):
        return None
    connection.execute("CHECKPOINT store")
    copy = store.with_name(f"{store.name}.before-version-{LATEST}")
    shutil.copy2(store, copy)
    return copy
