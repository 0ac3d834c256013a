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
    # DuckDB 2.0.0 loses a LIMIT over an outer join whose other side it knows to be empty, as the views have them.
    "disabled_optimizers": "statistics_propagation",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
PATIENCE_SECONDS = 60.0

# What DuckDB says of a file that another process (on Windows too) or this one has open.
_IN_USE = ("Could not set lock", "being used by another process", "Unique file handle conflict")

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
    if is_new(store):
        raise StoreMissing(f"There is no store at {store} yet; import an export first.")
    connection = _open_read_only(store)
    try:
        if _version(connection, store) < migrate.LATEST:
            connection.close()
            with writing(store) as writer:
                writer.execute("SELECT 1")
            connection = _open_read_only(store)
        yield connection
    finally:
        connection.close()


def is_new(store: Path) -> bool:
    """True where nothing was written yet: there is no file, or an empty one that something else made."""
    return not store.exists() or not store.stat().st_size


def _open_read_only(store: Path) -> duckdb.DuckDBPyConnection:
    def connect() -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(store), read_only=True, config=dict(HARDENED))

    try:
        with gate(store):
            return _patiently(connect, store)
    except Timeout:
        raise StoreUnusable(
            f"{store} is being written by another program; try again when it is done."
        ) from None
    except PermissionError:  # a folder that this user may only read has no place for a gate
        return _patiently(connect, store)


def _version(connection: duckdb.DuckDBPyConnection, store: Path) -> int:
    """The version of the current database. Raises StoreUnusable where it is not ours to change."""
    have = migrate.version(connection)
    if have > migrate.LATEST:
        raise StoreUnusable(f"{store} was written by a newer version of this program; update the program.")
    if not have and migrate.tables(connection):
        raise StoreUnusable(f"{store} is a database of another program; name another file with --db.")
    return have


@contextmanager
def writing(
    store: Path, stage: duckdb.DuckDBPyConnection | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction on the store, attached as `store` to the stage (or to an empty instance).

    Unqualified names are the store's; the stage's own tables are `memory.main.NAME`. Committed at the
    end of the block, rolled back when it raises; a kill at any moment leaves the store as it was. A new
    store is written under another name and takes its own when it is whole.
    """
    connection = stage or duckdb.connect(":memory:", config=dict(QUIET))
    try:
        with _gate_to_write(store):
            if is_new(store):
                fresh = store.with_name(store.name + ".new")
                _remove(fresh)
                try:
                    with _attached(connection, fresh):
                        yield connection
                except BaseException:
                    _remove(fresh)
                    raise
                fresh.replace(store)
            else:
                with _attached(connection, store):
                    yield connection
    except Timeout:
        raise StoreUnusable(f"{store} is in use by another program; try again when it is done.") from None
    finally:
        if stage is None:
            connection.close()


@contextmanager
def _gate_to_write(store: Path) -> Iterator[None]:
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        lock = gate(store)
        lock.acquire()
    except (PermissionError, FileExistsError, NotADirectoryError):
        raise StoreUnusable(
            f"The folder {store.parent} may not be written; name a store elsewhere with --db."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, store: Path) -> Iterator[None]:
    quoted = str(store).replace("'", "''")
    attach = f"ATTACH '{quoted}' AS store (STORAGE_VERSION '{STORAGE_VERSION}')"
    _patiently(lambda: connection.execute(attach), store)
    try:
        connection.execute("USE store")
        _version(connection, store)
        migrate.backup_if_older(connection, store)
        connection.execute("BEGIN")
        try:
            migrate.migrate(connection)
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT store")
    finally:
        connection.execute("USE memory")
        connection.execute("DETACH store")


def _patiently(action: Callable[[], duckdb.DuckDBPyConnection], store: Path) -> duckdb.DuckDBPyConnection:
    """Try until the other side has closed the file. Raises StoreUnusable."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except duckdb.Error as error:
            if not any(sign in str(error) for sign in _IN_USE):
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
    """Take away a store that a write which failed, or was killed, has begun."""
    for path in (store, store.with_name(store.name + ".wal")):
        path.unlink(missing_ok=True)


def data_version(store: Path) -> str:
    """Changes whenever the store's content may have: the key for caches."""
    # What a killed writer had committed lies in the log beside the store until the next write.
    beside = store.with_name(store.name + ".wal")
    found = [path.stat() for path in (store, beside) if path.exists()]
    return "-".join(f"{status.st_mtime_ns}-{status.st_size}" for status in found)
