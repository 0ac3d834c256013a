"""The stage: a private scratch database in memory, in which one export is read before the store sees it.

Nothing of a half-read export can reach the store, and the store is held only for the final transaction.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from analytics.importers.interface import Files, StageError
from analytics.model import STAGED, Column
from analytics.store.connection import QUIET

# Enough for a million posts; what does not fit goes to the private folder.
MEMORY_LIMIT = "450MB"
CHUNK = 1 << 20


class Watcher:
    """Who is told how the import of one export goes on; this one does nothing with it."""

    def read(self, size: int) -> None:
        """So many bytes were read just now."""

    def rows(self, number: int) -> None:
        """So many rows were staged just now."""

    def phase(self, name: str) -> None:
        """What comes next: "comparing" with itself, or "storing"."""


def _arrow_type(duckdb_type: str) -> pa.DataType:
    simple = {
        "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"), "DATE": pa.date32(), "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "VARCHAR[]": pa.list_(pa.string()),
        "STRUCT(account VARCHAR, handle VARCHAR)[]": pa.list_(
            pa.struct([("account", pa.string()), ("handle", pa.string())])
        ),
    }  # fmt: skip
    return simple[duckdb_type]


def create_table(kind: str, columns: Sequence[Column]) -> str:
    """The statement that makes an empty staged table."""
    return f"CREATE TABLE {kind} ({', '.join(f'{c.name} {c.type}' for c in columns)})"


class DuckStage:
    """The stage of one import; see `importers.interface.Stage` for what importers may rely on."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, watcher: Watcher | None = None
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.digests: list[str] = []
        self._watcher = watcher or Watcher()

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement with named parameters; its rows. Raises StageError."""
        try:
            rows = self.connection.execute(sql, dict(parameters or {})).fetchall()
        except duckdb.Error as error:
            raise StageError(str(error)) from error
        except UnicodeDecodeError as error:  # an error of DuckDB's that quotes bytes which are not UTF-8
            raise StageError("the data is not UTF-8 text") from error
        if sql.lstrip()[:6].upper() == "INSERT" and rows:
            self._watcher.rows(int(rows[0][0]))
        return rows

    def add(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows (dicts; missing keys are null) to the table of that kind."""
        columns = STAGED[kind]
        unknown = {key for row in rows for key in row} - {column.name for column in columns}
        if unknown:
            raise KeyError(f"no such columns in {kind}: {sorted(unknown)}")
        table = pa.table(
            {
                column.name: pa.array([row.get(column.name) for row in rows], _arrow_type(column.type))
                for column in columns
            }
        )
        self.connection.register("_rows", table)
        self.connection.execute(f"INSERT INTO {kind} SELECT * FROM _rows")
        self.connection.unregister("_rows")
        self._watcher.rows(len(rows))

    def copy(self, files: Files, name: str, *, skip: int = 0) -> Path:
        """Write a member, less its first `skip` bytes, to the private folder, and hash all of it."""
        target = self.folder / f"{len(self.digests)}{Path(name).suffix.lower()}"
        hashed = hashlib.sha256()
        with files.open(name) as source, target.open("wb") as sink, ThreadPoolExecutor(1) as beside:
            # Hashing takes as long as unpacking; both leave Python's lock, so they run side by side.
            hashing = beside.submit(hashed.update, b"")
            while chunk := source.read(CHUNK):
                hashing.result()
                hashing = beside.submit(hashed.update, chunk)
                self._watcher.read(len(chunk))
                sink.write(chunk[skip:])
                skip = max(0, skip - len(chunk))
        self.digests.append(hashed.hexdigest())
        return target

    def content(self) -> str:
        """One hash of all members copied so far, whatever their names and order: zip and folder agree."""
        return hashlib.sha256("\n".join(sorted(self.digests)).encode()).hexdigest()


@contextmanager
def open_stage(watcher: Watcher | None = None) -> Iterator[DuckStage]:
    """An empty stage with a table for each kind of row; it and its folder vanish afterwards."""
    with tempfile.TemporaryDirectory(prefix="watercooler-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        config = QUIET | {"memory_limit": MEMORY_LIMIT, "temp_directory": str(folder / "spill")}
        connection = duckdb.connect(":memory:", config=config)
        try:
            for kind, columns in STAGED.items():
                connection.execute(create_table(kind, columns))
            yield DuckStage(connection, folder, watcher)
        finally:
            connection.close()
