"""The main job end to end: two archives of one account, in any order, again, taken back, killed, refused."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analytics.store.undo import undo_import
from tests.builders import (
    HANDLE,
    JUNE,
    MAY,
    OWNER,
    content_of,
    edited,
    in_csv,
    in_folder,
    in_tar,
    in_zip,
    post,
    refusals_of,
    rows_of,
    take_in,
    x_archive,
)

MAY_ARCHIVE = x_archive(
    made=MAY,
    posts=[post("101", "A first draft of a map"), post("102", "Tram 4 is late again")],
    followers=["11", "12", "13"],
    following=["12", "13", "14"],
    likes=["900"],
)
JUNE_ARCHIVE = x_archive(
    made=JUNE,
    posts=[
        post("101", "A first draft of a map"),
        edited("105", "101", "A second draft of a map"),
        post("103", "New paper came in"),
    ],
    deleted=[post("102", "Tram 4 is late again", deleted_at="Wed May 20 10:00:00 +0000 2026")],
    followers=["12", "13", "15"],
    following=["12", "13", "14"],
    likes=["900", "901"],
)
INBOUND = [
    {
        "platform": "x",
        "actor": "12",
        "target": OWNER,
        "kind": "like",
        "at": "2026-05-02T10:00:00Z",
        "post_id": "101",
    },
    {
        "platform": "x",
        "actor": "13",
        "target": OWNER,
        "kind": "reply",
        "at": "2026-05-03T10:00:00Z",
        "post_id": "7",
    },
]


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "exports"
    folder.mkdir()
    return [
        in_zip(folder / "may.zip", MAY_ARCHIVE),
        in_folder(folder / "june", JUNE_ARCHIVE),
        in_csv(folder / "inbound.csv", INBOUND),
    ]


def test_every_order_of_imports_gives_the_same_store(exports: list[Path], tmp_path: Path) -> None:
    found = []
    for number, order in enumerate(itertools.permutations(exports)):
        store = tmp_path / f"{number}.duckdb"
        for export in order:
            take_in(store, export)
        found.append(content_of(store, history=False))
    assert all(other == found[0] for other in found)
    assert found[0]["posts"]


def test_the_later_archive_decides_what_counts(exports: list[Path], store_path: Path) -> None:
    for export in exports:
        take_in(store_path, export)
    counted = rows_of(store_path, "SELECT post_id, text FROM current_posts ORDER BY post_id")
    assert counted == [("103", "New paper came in"), ("105", "A second draft of a map")]
    deleted = rows_of(store_path, "SELECT post_id FROM posts WHERE is_current AND deleted_utc IS NOT NULL")
    assert deleted == [("102",)]


def test_undo_brings_back_what_the_later_archive_had_replaced(exports: list[Path], store_path: Path) -> None:
    take_in(store_path, exports[0])
    before = content_of(store_path)
    (june,) = take_in(store_path, exports[1])
    undo_import(store_path, june.import_id)
    assert content_of(store_path) == before


def test_undo_of_each_gives_the_store_without_it(exports: list[Path], tmp_path: Path) -> None:
    for left_out in range(len(exports)):
        full, without = tmp_path / f"full-{left_out}.duckdb", tmp_path / f"without-{left_out}.duckdb"
        ids = [take_in(full, export)[0].import_id for export in exports]
        undo_import(full, ids[left_out])
        for number, export in enumerate(exports):
            if number != left_out:
                take_in(without, export)
        assert content_of(full, history=False) == content_of(without, history=False)


def test_again_in_another_wrapping_adds_nothing(
    exports: list[Path], store_path: Path, tmp_path: Path
) -> None:
    (first,) = take_in(store_path, exports[0])
    before = content_of(store_path)
    for again in (
        exports[0],
        in_folder(tmp_path / "unpacked", MAY_ARCHIVE),
        in_tar(tmp_path / "may.tar.gz", MAY_ARCHIVE),
        in_zip(tmp_path / "again.zip", MAY_ARCHIVE, top="my archive/"),
    ):
        (found,) = take_in(store_path, again)
        assert (found.state, found.import_id) == ("known", first.import_id)
        assert set(found.new.values()) == {0}
    assert content_of(store_path) == before


def test_what_an_export_says_of_its_owner_wins(exports: list[Path], store_path: Path) -> None:
    (found,) = take_in(store_path, exports[0], me={"x": "somebody_else"})
    assert found.owner == f"x:{OWNER}"
    assert [note for note in found.notes if HANDLE in note and "somebody_else" in note]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95, 0.999])
def test_a_truncated_zip_is_refused_and_the_store_stays(
    share: float, exports: list[Path], store_path: Path, tmp_path: Path
) -> None:
    take_in(store_path, exports[2])
    before = content_of(store_path)
    whole = exports[0].read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: int(len(whole) * share)])
    (sentence,) = refusals_of(store_path, cut)
    assert "cut.zip" in sentence
    assert "download" in sentence
    assert content_of(store_path) == before


def test_a_script_cut_in_the_middle_is_refused_whole(store_path: Path, tmp_path: Path) -> None:
    cut = dict(MAY_ARCHIVE)
    cut["data/tweets.js"] = cut["data/tweets.js"][:-120]
    (sentence,) = refusals_of(store_path, in_folder(tmp_path / "cut", cut))
    assert "tweets.js" in sentence
    assert not store_path.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x05\x06" + bytes(18),
        b"\x89PNG\r\n\x1a\n" + bytes(90),
        b"SQLite format 3\x00" + bytes(90),
        b"a,b\n1,2\n",
    ],
    ids=["empty file", "empty zip", "picture", "database", "other table"],
)
def test_what_is_no_export_gets_one_sentence_and_makes_no_store(
    content: bytes, store_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "thing.bin"
    path.write_bytes(content)
    command = [sys.executable, "-c", "from analytics.cli import main; main()", "--db", str(store_path)]
    done = subprocess.run([*command, "import", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "thing.bin" in done.stderr
    assert not store_path.exists()


def test_killing_an_import_leaves_the_store_as_it_was_or_with_all_of_it(
    exports: list[Path], store_path: Path, tmp_path: Path
) -> None:
    take_in(store_path, exports[2])
    before = content_of(store_path)
    big = in_zip(
        tmp_path / "big.zip",
        x_archive(posts=[post(str(1000 + n), f"Word number {n} of many") for n in range(20_000)]),
    )
    whole_store = tmp_path / "whole.duckdb"
    take_in(whole_store, exports[2])
    start = time.monotonic()
    take_in(whole_store, big)
    whole, seconds = content_of(whole_store), time.monotonic() - start
    command = [sys.executable, "-c", "from analytics.cli import main; main()", "--db", str(store_path)]
    for step in range(8):
        child = subprocess.Popen(
            [*command, "import", str(big)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(0.5 + (seconds + 1) * step / 8)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert content_of(store_path) in (before, whole)
    take_in(store_path, big)
    assert content_of(store_path) == whole
