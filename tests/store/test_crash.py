"""Killed at any moment, read and written by several at once: the store is always one that was meant."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import JUNE, content_of, in_csv, in_zip, post, rows_of, take_in, x_archive

POSTS = 4000
PATIENCE_SECONDS = 60

Sign = Callable[[Path], bool]
"""What the files of a store show at the moment at which its writer is to be killed."""


def beside(store: Path, ending: str) -> Path:
    """A file that lies next to a store."""
    return store.with_name(store.name + ending)


def is_larger(path: Path, size: int) -> bool:
    """True where a file is there and has more bytes."""
    return path.exists() and path.stat().st_size > size


FIRST_IMPORT: dict[str, Sign] = {
    "at the gate": lambda store: beside(store, ".lock").exists(),
    "as the file is made": lambda store: beside(store, ".new").exists(),
    "as the log is begun": lambda store: beside(store, ".new.wal").exists(),
    "as the log is filled": lambda store: is_larger(beside(store, ".new.wal"), 100_000),
    "as the log is written into the file": lambda store: is_larger(beside(store, ".new"), 100_000),
    "as it takes its name": lambda store: store.exists(),
}
LATER_WRITE: dict[str, Sign] = {
    "as the log is begun": lambda store: beside(store, ".wal").exists(),
    "as the log is filled": lambda store: is_larger(beside(store, ".wal"), 100_000),
}


def command(store: Path, *arguments: str | Path) -> list[str]:
    """The command line in a process of its own."""
    start = [sys.executable, "-c", "from analytics.cli import main; main()", "--db", str(store)]
    return [*start, *map(str, arguments)]


def kill_at(sign: Callable[[], bool], arguments: list[str]) -> None:
    """Start a command and kill it as soon as the sign shows, unless it has ended by then."""
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while child.poll() is None and not sign():
        assert time.monotonic() < give_up
    child.kill()
    child.wait()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that takes a while."""
    posts = [post(str(1000 + number), f"Word number {number} of many") for number in range(POSTS)]
    export = x_archive(posts=posts, followers=map(str, range(2000)))
    return in_zip(tmp_path_factory.mktemp("archive") / "big.zip", export)


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The content of a store that has the archive."""
    store = tmp_path_factory.mktemp("whole") / "store.duckdb"
    take_in(store, archive)
    return content_of(store)


@pytest.mark.parametrize("moment", FIRST_IMPORT)
def test_a_killed_first_import_leaves_no_store_or_a_whole_one(
    moment: str, archive: Path, whole: dict[str, list[str]], store_path: Path
) -> None:
    kill_at(lambda: FIRST_IMPORT[moment](store_path), command(store_path, "import", archive))
    assert content_of(store_path) in ({}, whole)
    take_in(store_path, archive)
    assert content_of(store_path) == whole
    assert not list(store_path.parent.glob("*.new*"))


@pytest.mark.parametrize("moment", LATER_WRITE)
def test_a_killed_import_leaves_the_store_as_it_was_or_with_all_of_it(
    moment: str, archive: Path, store_path: Path, tmp_path: Path
) -> None:
    take_in(store_path, in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("7", "paper")])))
    before = content_of(store_path)
    kill_at(lambda: LATER_WRITE[moment](store_path), command(store_path, "import", archive))
    after = content_of(store_path)
    (imported,) = take_in(store_path, archive)
    assert after in (before, content_of(store_path))
    assert imported.state == ("imported" if after == before else "known")
    assert rows_of(store_path, "SELECT count(*) FROM current_posts") == [(POSTS + 1,)]


def test_a_killed_undo_leaves_the_import_whole_or_gone(
    archive: Path, whole: dict[str, list[str]], store_path: Path
) -> None:
    (imported,) = take_in(store_path, archive)
    kill_at(lambda: beside(store_path, ".wal").exists(), command(store_path, "undo", imported.import_id))
    after = content_of(store_path)
    assert after == whole or set(after) == {"schema_version"}
    assert take_in(store_path, archive)[0].state == ("known" if after == whole else "imported")
    assert content_of(store_path) == whole


READER = """
import sys, time
from pathlib import Path
from analytics.store.connection import StoreMissing, reading

store, until, found, runs = Path(sys.argv[1]), int(sys.argv[2]), 0, 0
while found < until:
    try:
        with reading(store) as cursor:
            ((now,),) = cursor.execute("SELECT count(*) FROM current_posts").fetchall()
    except StoreMissing:
        now = 0
    assert now >= found, (now, found)
    found, runs = now, runs + 1
    time.sleep(0.01)
print(found, runs)
"""


def test_a_page_reads_on_while_exports_are_imported(store_path: Path, tmp_path: Path) -> None:
    """Two readers open and close the store all the time, as pages do; three imports follow one another."""
    steps = 3
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(store_path), str(steps)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for number in range(steps):
        posts = [post(str(number), f"Word number {number}")]
        take_in(
            store_path,
            in_zip(
                tmp_path / f"{number}.zip", x_archive(made=f"2026-0{number + 1}-01T12:00:00Z", posts=posts)
            ),
        )
    for reader in readers:
        said, complaints = reader.communicate(timeout=PATIENCE_SECONDS)
        assert complaints == ""
        assert reader.returncode == 0
        found, runs = map(int, said.split())
        assert found == steps
        assert runs > 1


def test_two_imports_at_once_both_arrive(store_path: Path, tmp_path: Path) -> None:
    paths = [
        in_csv(
            tmp_path / f"{who}.csv",
            [{"platform": "x", "account": who, "handle": f"heron_number_{who}_of_two"}],
        )
        for who in ("11", "12")
    ]
    children = [
        subprocess.Popen(command(store_path, "import", path), stdout=subprocess.DEVNULL) for path in paths
    ]
    assert [child.wait(PATIENCE_SECONDS) for child in children] == [0, 0]
    assert rows_of(store_path, "SELECT account FROM accounts ORDER BY ALL") == [("11",), ("12",)]
    assert len(rows_of(store_path, "SELECT * FROM imports")) == 2
