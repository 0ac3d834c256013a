"""Opening the store. Nobody holds it: a reader opens it for one run, a writer for one transaction.

DuckDB lets one process write, or several read, never both. So a gate (a lock file, which the system
releases when its holder dies) stands before the store: a reader takes it only while it opens the file,
a writer keeps it from before it attaches until it has detached. While a writer waits for the last
reader to close, no new reader gets in; readers are short, so neither waits long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from analytics.store import migrate

# DuckDB would otherwise fetch and load extensions by itself: nothing leaves this machine.
QUIET: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
HARDENED = QUIET | {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
PATIENCE_SECONDS = 60.0

# The storage version that the oldest supported DuckDB reads.
STORAGE_VERSION = "v1.5.0"


class StoreMissing(Exception):
    """There is no store yet; nothing was imported."""


class StoreUnusable(Exception):
    """The file is not a store that this version can use; the message says why and what to do."""


def gate(store: Path) -> FileLock:
    """The lock that stands before a store."""
    return FileLock(str(store) + ".lock", timeout=PATIENCE_SECONDS)


@contextmanager
def reading(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection for one run, which cannot reach any other file or change its settings.

    A store of an older version is brought up to date first (after a backup). Raises StoreMissing where
    there is none, StoreUnusable where the file cannot be used.
    """
    if not store.exists():
        raise StoreMissing(f"There is no store at {store} yet; import an export first.")
    connection = _open_read_only(store)
    try:
        if migrate.version(connection) < migrate.LATEST:
            connection.close()
            with writing(store) as writer:
                writer.execute("SELECT 1")
            connection = _open_read_only(store)
        yield connection
    finally:
        connection.close()


def _open_read_only(store: Path) -> duckdb.DuckDBPyConnection:
    try:
        with gate(store):
            return _patiently(
                lambda: duckdb.connect(str(store), read_only=True, config=dict(HARDENED)), store
            )
    except Timeout:
        raise StoreUnusable(
            f"{store} is being written by another program; try again when it is done."
        ) from None


@contextmanager
def writing(
    store: Path, stage: duckdb.DuckDBPyConnection | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction on the store, attached as `store` to the stage (or to an empty instance).

    Unqualified names are the store's; the stage's own tables are `memory.main.NAME`. Committed at the
    end of the block, rolled back when it raises; a kill at any moment leaves the store as it was.
    """
    connection = stage or duckdb.connect(":memory:", config=dict(QUIET))
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        with gate(store):
            is_new = not store.exists()
            try:
                with _attached(connection, store):
                    yield connection
            except BaseException:
                if is_new:
                    _remove(store)
                raise
    except Timeout:
        raise StoreUnusable(f"{store} is in use by another program; try again when it is done.") from None
    finally:
        if stage is None:
            connection.close()


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, store: Path) -> Iterator[None]:
    quoted = str(store).replace("'", "''")
    attach = f"ATTACH '{quoted}' AS store (STORAGE_VERSION '{STORAGE_VERSION}')"
    _patiently(lambda: connection.execute(attach), store)
    try:
        connection.execute("USE store")
        migrate.backup_if_older(connection, store)
        connection.execute("BEGIN")
        try:
            migrate.migrate(connection)
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    finally:
        connection.execute("USE memory")
        connection.execute("DETACH store")


def _patiently(action: Callable[[], duckdb.DuckDBPyConnection], store: Path) -> duckdb.DuckDBPyConnection:
    """Try until the other side has closed the file. Raises StoreUnusable."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise StoreUnusable(
                    f"{store} is not a store of this program or is damaged; "
                    f"move it away and import your exports again ({_first_line(error)})"
                ) from error
            if time.monotonic() > give_up:
                raise StoreUnusable(
                    f"{store} is held open by another program; close it and try again."
                ) from error
        time.sleep(0.02)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _remove(store: Path) -> None:
    """Take away a store that did not exist before a write that failed."""
    for path in (store, store.with_name(store.name + ".wal")):
        path.unlink(missing_ok=True)


def data_version(store: Path) -> str:
    """Changes whenever the store's content may have: the key for caches."""
    status = store.stat()
    return f"{status.st_mtime_ns}-{status.st_size}"
