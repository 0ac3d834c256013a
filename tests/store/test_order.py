"""Versions of a post from several archives: which one counts, whatever the order they came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path

import pytest

from analytics.importers.interface import Options
from analytics.store.undo import undo_import
from tests.builders import ExportFiles, content_of, edited, in_csv, in_zip, post, rows_of, take_in, x_archive

MAY, JUNE, JULY = ("2026-05-01T12:00:00.000Z", "2026-06-01T12:00:00.000Z", "2026-07-01T12:00:00.000Z")
COUNTED = "SELECT post_id, text FROM current_posts ORDER BY ALL"


def stores_of(tmp_path: Path, archives: Sequence[ExportFiles]) -> list[Path]:
    """A store for each order in which the archives may be imported; of more than two, three orders."""
    zips = [in_zip(tmp_path / f"{number}.zip", files) for number, files in enumerate(archives)]
    stores = []
    for number, order in enumerate(list(permutations(zips))[:: len(zips) - 1]):
        stores.append(tmp_path / f"order-{number}.duckdb")
        for archive in order:
            take_in(stores[-1], archive)
    return stores


def test_the_last_of_three_versions_of_an_edited_post_counts(tmp_path: Path) -> None:
    stores = stores_of(
        tmp_path,
        [
            x_archive(made=MAY, posts=[post("98", "a map"), post("7", "paper")]),
            x_archive(made=JUNE, posts=[edited("99", "98", "a better map")]),
            # The later id has more digits, so it must not be compared as a text.
            x_archive(
                made=JULY, posts=[edited("99", "98", "a better map"), edited("100", "98", "the best map")]
            ),
        ],
    )
    for store in stores:
        assert rows_of(store, COUNTED) == [("100", "the best map"), ("7", "paper")]
        assert rows_of(store, "SELECT count(*) FROM posts WHERE is_current") == [(2,)]
    first, *others = [content_of(store, history=False) for store in stores]
    assert all(other == first for other in others)


def test_an_older_archive_never_supersedes_a_newer_one(store_path: Path, tmp_path: Path) -> None:
    """The counts of a post do not make a version: the same text seen twice is one post."""
    for made, likes in ((JULY, "9"), (MAY, "2")):
        liked = [post("7", "paper", favorite_count=likes)]
        take_in(store_path, in_zip(tmp_path / f"{likes}.zip", x_archive(made=made, posts=liked)))
    assert rows_of(store_path, COUNTED) == [("7", "paper")]
    assert rows_of(store_path, "SELECT observed_utc, likes FROM post_counts ORDER BY ALL") == [
        (datetime(2026, 5, 1, 12), 2),
        (datetime(2026, 7, 1, 12), 9),
    ]


def test_a_post_deleted_in_the_later_archive_is_marked_and_not_counted(tmp_path: Path) -> None:
    gone = post("7", "paper", deleted_at="2026-05-20T10:00:00.000Z")
    stores = stores_of(
        tmp_path,
        [
            x_archive(made=MAY, posts=[post("7", "paper"), post("8", "maps")]),
            x_archive(made=JUNE, posts=[post("8", "maps")], deleted=[gone]),
        ],
    )
    for store in stores:
        assert rows_of(store, COUNTED) == [("8", "maps")]
        marked = "SELECT post_id, deleted_utc FROM posts WHERE is_current AND deleted_utc IS NOT NULL"
        assert rows_of(store, marked) == [("7", datetime(2026, 5, 20, 10))]


def test_a_post_that_the_later_archive_no_longer_has_stays(store_path: Path, tmp_path: Path) -> None:
    take_in(store_path, in_zip(tmp_path / "may.zip", x_archive(made=MAY, posts=[post("7", "paper")])))
    take_in(store_path, in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("8", "maps")])))
    assert rows_of(store_path, COUNTED) == [("7", "paper"), ("8", "maps")]


def test_the_same_wording_seen_again_later_counts_as_the_newest(store_path: Path, tmp_path: Path) -> None:
    """May has wording A, June B, July A again: A counts; without July, B does."""
    ids = []
    for made, text in ((MAY, "wording A"), (JUNE, "wording B"), (JULY, "wording A")):
        archive = in_zip(
            tmp_path / f"{made[:7]}.zip", x_archive(made=made, posts=[post("7", text)], likes=[made[:7]])
        )
        (imported,) = take_in(store_path, archive)
        ids.append(imported.import_id)
    assert rows_of(store_path, COUNTED) == [("7", "wording A")]
    undo_import(store_path, ids[2])
    assert rows_of(store_path, COUNTED) == [("7", "wording B")]
    undo_import(store_path, ids[1])
    assert rows_of(store_path, COUNTED) == [("7", "wording A")]


@pytest.mark.parametrize("first", ["archive", "csv"])
def test_two_formats_tell_of_one_account(first: str, store_path: Path, tmp_path: Path) -> None:
    row = {"platform": "x", "account": "11", "handle": "heron_underwillow", "followers": "40"}
    row["observed_at"] = "2026-06-01T00:00:00Z"
    people = in_csv(tmp_path / "people.csv", [row])
    mention = {"id_str": "11", "screen_name": "heron_old_handle", "name": "Heron"}
    said = post(
        "7", "@heron_old_handle hello", entities={"user_mentions": [mention], "urls": [], "hashtags": []}
    )
    archive = in_zip(tmp_path / "archive.zip", x_archive(made=MAY, posts=[said]))
    for path in (archive, people) if first == "archive" else (people, archive):
        take_in(store_path, path, as_of_utc=Options().as_of_utc)
    known = "SELECT handle, display_name, followers FROM accounts WHERE account = '11'"
    assert rows_of(store_path, known) == [("heron_underwillow", "Heron", 40)]
