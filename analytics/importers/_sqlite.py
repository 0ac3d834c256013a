"""An SQLite database out of an export: recognised by its bytes, opened as a copy, and never written to."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from analytics.importers.interface import Files, Refused, Stage

MAGIC = b"SQLite format 3\0"
# SQLite keeps its table definitions anywhere in a file: in a database that grew, behind years of rows.
MOST_HEAD = 64 << 20


def holds(files: Files, name: str, *definitions: bytes) -> bool:
    """Whether a file is a database whose table definitions match these patterns.

    A database that was open has its newest pages in the -wal file beside it.
    """
    if not files.head(name, len(MAGIC)).startswith(MAGIC):
        return False
    content = files.head(name, MOST_HEAD)
    if not all(re.search(pattern, content) for pattern in definitions):
        content += files.head(f"{name}-wal", MOST_HEAD) if f"{name}-wal" in files.names() else b""
    return all(re.search(pattern, content) for pattern in definitions)


class Database:
    """Rows of a database by column name; missing tables and columns are told, not fatal."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; none where there is no such table."""
        rows = self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        return frozenset(name for (name,) in rows)

    def rows(self, sql: str) -> Iterator[tuple[object, ...]]:
        """The rows of a SELECT, one by one; text that is not UTF-8 is repaired."""
        yield from self._connection.execute(sql)


@contextmanager
def opened(stage: Stage, files: Files, name: str) -> Iterator[Database]:
    """A copy of a database, with what lies beside it. Raises Refused, naming the file, where it is damaged."""
    if missing := _bytes_missing(files, name):
        raise Refused(
            f"{files.path}: {name} is cut short, its last {missing:,} bytes are missing; copy the database again."
        )
    path = stage.copy(files, name)
    beside = [ending for ending in ("-wal", "-journal") if name + ending in files.names()]
    for ending in beside:
        stage.copy(files, name + ending).rename(f"{path}{ending}")
    # Only a connection that may write takes the -wal in; it writes to our copy.
    mode = "mode=rw" if beside else "mode=ro&immutable=1"
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, isolation_level=None)
        connection.text_factory = _as_text
        connection.execute("PRAGMA schema_version").fetchone()
        connection.execute("PRAGMA query_only=1")
        yield Database(connection)
    except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeDecodeError) as error:
        # The last is an error of SQLite's own that quotes bytes which are not UTF-8.
        raise Refused(
            f"{files.path}: {name} is damaged or not laid out as expected ({error}); copy the database again, "
            "with the -wal file beside it."
        ) from error
    finally:
        if connection is not None:
            connection.close()


def _bytes_missing(files: Files, name: str) -> int:
    """How much a database lacks of the length that its own header tells (sqlite.org/fileformat.html, 1.3).

    SQLite takes what is missing of the last page for zeros, and a row there for one without a time. With a
    -wal or -journal beside it the length may be another.
    """
    head = files.head(name, 100)
    beside = any(
        name + ending in files.names() and files.size(name + ending) for ending in ("-wal", "-journal")
    )
    # The number of pages holds only where it was written with the last change.
    if beside or len(head) < 100 or head[24:28] != head[92:96]:
        return 0
    page = int.from_bytes(head[16:18]) if head[16:18] != b"\0\1" else 65_536
    return max(0, page * int.from_bytes(head[28:32]) - files.size(name))


def _as_text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")
