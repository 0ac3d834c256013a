"""Taking exports in: what is stored, what is known already, whose it is, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from analytics.importers import IMPORTERS, x
from analytics.importers._archive import LeftAlone
from analytics.importers.interface import Files, Finding, Importer, Options, Refused, Stage
from analytics.store.loading import Imported, import_path
from tests.builders import (
    HANDLE,
    JUNE,
    MAY,
    OWNER,
    ExportFiles,
    content_of,
    in_csv,
    in_folder,
    in_tar,
    in_zip,
    outcomes_of,
    post,
    refusals_of,
    rows_of,
    take_in,
    x_archive,
)

EXPORT = x_archive(
    posts=[post("101", "a lantern by the river"), post("102", "maps and paper")],
    followers=["11", "12"],
    following=["12", "13"],
    likes=["501"],
)
SHAPES: dict[str, Callable[[Path, ExportFiles], Path]] = {
    "zip": lambda folder, files: in_zip(folder / "archive.zip", files),
    "zip with a top folder": lambda folder, files: in_zip(folder / "again.zip", files, top="twitter-2026/"),
    "folder": lambda folder, files: in_folder(folder / "unpacked", files),
    "its data folder": lambda folder, files: in_folder(folder / "bare", files) / "data",
    "tar.gz": lambda folder, files: in_tar(folder / "archive.tar.gz", files),
    "tar.gz with a top folder": lambda folder, files: in_tar(
        folder / "again.tgz", files, top="twitter-2026/"
    ),
}
COMPLETE_LISTS = "SELECT direction, as_of_utc, members FROM follow_lists WHERE complete ORDER BY ALL"


def follow_row(account: str, **more: str) -> dict[str, str]:
    """A row of a list in the program's own CSV form."""
    return {"platform": "x", "owner": "", "account": account, "direction": "follower", "as_of": "", **more}


def test_an_archive_is_stored_whole(store_path: Path, tmp_path: Path) -> None:
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", EXPORT))
    assert imported.state == "imported"
    assert imported.owner == f"x:{OWNER}"
    assert imported.exported_at_utc == datetime(2026, 5, 1, 12)
    assert imported.read == {
        "accounts": 1, "posts": 2, "follow_lists": 2, "follow_list_members": 4, "interactions": 1,
    }  # fmt: skip
    assert imported.new == imported.read
    assert set(imported.known.values()) == {0}
    assert rows_of(store_path, "SELECT post_id, text FROM current_posts ORDER BY ALL") == [
        ("101", "a lantern by the river"),
        ("102", "maps and paper"),
    ]
    assert rows_of(store_path, COMPLETE_LISTS) == [
        ("follower", datetime(2026, 5, 1, 12), 2),
        ("following", datetime(2026, 5, 1, 12), 2),
    ]
    assert rows_of(store_path, "SELECT * FROM me") == [("x", OWNER, HANDLE)]


def test_importing_twice_adds_nothing(store_path: Path, tmp_path: Path) -> None:
    archive = in_zip(tmp_path / "archive.zip", EXPORT)
    (first,) = take_in(store_path, archive)
    before = content_of(store_path)
    (again,) = take_in(store_path, archive)
    assert again.state == "known"
    assert again.import_id == first.import_id
    assert again.read == again.known == first.read
    assert set(again.new.values()) == {0}
    assert content_of(store_path) == before


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_export_in_another_shape_is_the_same_import(
    shape: str, store_path: Path, tmp_path: Path
) -> None:
    take_in(store_path, in_zip(tmp_path / "first.zip", EXPORT))
    before = content_of(store_path)
    (again,) = take_in(store_path, SHAPES[shape](tmp_path, EXPORT))
    assert again.state == "known"
    assert content_of(store_path) == before


def test_rows_are_new_or_known(store_path: Path, tmp_path: Path) -> None:
    take_in(store_path, in_zip(tmp_path / "may.zip", EXPORT))
    later = x_archive(
        made=JUNE,
        posts=[post("101", "a lantern by the river"), post("103", "copper and folding"), post("103", "copper and folding")],
        likes=["501", "502"],
    )  # fmt: skip
    (imported,) = take_in(store_path, in_zip(tmp_path / "june.zip", later))
    assert (imported.read["posts"], imported.new["posts"], imported.known["posts"]) == (3, 1, 1)
    assert (imported.read["interactions"], imported.new["interactions"]) == (2, 1)
    assert imported.known["interactions"] == 1
    counts = (
        "SELECT kind, read_rows, new_rows, known_rows FROM import_counts WHERE import_id = $id ORDER BY ALL"
    )
    assert rows_of(store_path, counts, id=imported.import_id) == [
        (kind, imported.read[kind], imported.new[kind], imported.known[kind])
        for kind in sorted(imported.read)
    ]


def test_exports_are_found_at_the_bottom_of_a_folder(store_path: Path, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    (downloads / "old" / "x").mkdir(parents=True)
    in_zip(downloads / "old" / "x" / "may.zip", EXPORT)
    in_folder(downloads / "unpacked", x_archive(made=JUNE, followers=["11"]))
    in_csv(downloads / "people.csv", [{"platform": "x", "account": "11", "handle": "heron_underwillow"}])
    (downloads / "recipes.json").write_text('{"soup": "leek"}')
    (downloads / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    outcomes = outcomes_of(store_path, downloads)
    formats = sorted(outcome.format for outcome in outcomes if isinstance(outcome, Imported))
    assert formats == ["generic-csv", "x-archive", "x-archive"]
    (left,) = [outcome for outcome in outcomes if not isinstance(outcome, Imported)]
    assert isinstance(left, LeftAlone)
    assert left.path == downloads / "recipes.json"


def test_a_folder_without_an_export_is_refused_in_one_sentence(store_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear heron")
    (sentence,) = refusals_of(store_path, folder)
    assert str(folder) in sentence
    assert "watercooler guide" in sentence
    assert not store_path.exists()
    (expected,) = refusals_of(store_path, folder, only="x-archive")
    assert expected.endswith("expected: X archive.")


def test_a_newer_reader_replaces_what_the_older_one_made_of_the_same_file(
    store_path: Path, tmp_path: Path
) -> None:
    def newer(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
        yield from x.IMPORTER.read(files, members, stage, options)
        stage.run("UPDATE posts SET lang = 'de'")

    archive = in_zip(tmp_path / "archive.zip", EXPORT)
    (first,) = take_in(store_path, archive)
    take_in(store_path, in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("109", "kept")])))
    upgraded = replace(x.IMPORTER, version="later", read=newer)
    (second,) = outcomes_of(store_path, archive, importers=(upgraded,))
    assert isinstance(second, Imported)
    assert second.state == "replaced"
    assert second.import_id != first.import_id
    assert rows_of(store_path, "SELECT post_id, lang, is_current FROM posts ORDER BY ALL") == [
        ("101", "de", True),
        ("102", "de", True),
        ("109", "en", True),
    ]
    assert len(rows_of(store_path, "SELECT * FROM imports")) == 2
    assert rows_of(store_path, "SELECT count(*) FROM evidence WHERE import_id = $id", id=first.import_id) == [
        (0,)
    ]
    (third,) = outcomes_of(store_path, archive, importers=(upgraded,))
    assert isinstance(third, Imported)
    assert third.state == "known"


def test_two_different_complete_lists_of_one_moment_are_refused(store_path: Path, tmp_path: Path) -> None:
    take_in(store_path, in_zip(tmp_path / "archive.zip", x_archive(followers=["11", "12"])))
    before = content_of(store_path)
    other = in_zip(tmp_path / "other.zip", x_archive(followers=["11", "99"]))
    (sentence,) = refusals_of(store_path, other)
    assert str(other) in sentence
    assert "--as-of" in sentence
    assert "follower" in sentence
    assert content_of(store_path) == before


def test_a_partial_list_may_stand_beside_a_complete_one_of_the_same_moment(
    store_path: Path, tmp_path: Path
) -> None:
    take_in(store_path, in_zip(tmp_path / "whole.zip", x_archive(followers=["11", "12"])))
    (part,) = take_in(store_path, in_zip(tmp_path / "part.zip", x_archive(followers=["11"], partial=True)))
    assert any("part of an archive" in note for note in part.notes)
    assert rows_of(store_path, "SELECT complete, members FROM follow_lists ORDER BY ALL") == [
        (False, 1),
        (True, 2),
    ]


def test_as_of_says_when_an_undated_list_was_true(store_path: Path, tmp_path: Path) -> None:
    april = in_csv(tmp_path / "april.csv", [follow_row("11"), follow_row("12")])
    may = in_csv(tmp_path / "may.csv", [follow_row("12"), follow_row("13"), follow_row("14")])
    for path, day in ((april, 3), (may, 4)):
        take_in(store_path, path, me={"x": OWNER}, as_of_utc=datetime(2026, day, 30))
    assert rows_of(store_path, COMPLETE_LISTS) == [
        ("follower", datetime(2026, 3, 30), 2),
        ("follower", datetime(2026, 4, 30), 3),
    ]


def test_one_file_may_be_true_at_two_moments(store_path: Path, tmp_path: Path) -> None:
    unchanged = in_csv(tmp_path / "list.csv", [follow_row("11")])
    for day in (1, 2):
        take_in(store_path, unchanged, me={"x": OWNER}, as_of_utc=datetime(2026, 5, day))
    assert len(rows_of(store_path, COMPLETE_LISTS)) == 2


def test_the_archives_own_word_on_its_owner_wins_with_a_note(store_path: Path, tmp_path: Path) -> None:
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", EXPORT), me={"x": "somebody_else"})
    assert imported.owner == f"x:{OWNER}"
    assert any("somebody_else" in note and HANDLE in note for note in imported.notes)
    assert rows_of(store_path, "SELECT account FROM me") == [(OWNER,)]


@pytest.mark.parametrize("said", [HANDLE, HANDLE.upper(), OWNER])
def test_a_me_that_agrees_with_the_archive_is_no_news(said: str, store_path: Path, tmp_path: Path) -> None:
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", EXPORT), me={"x": said})
    assert not any("--me" in note for note in imported.notes)


def test_an_archive_that_names_nobody_asks_for_me(store_path: Path, tmp_path: Path) -> None:
    nameless = in_zip(tmp_path / "nameless.zip", x_archive(manifest=False, followers=["11"]))
    (sentence,) = refusals_of(store_path, nameless)
    assert str(nameless) in sentence
    assert "--me x:HANDLE" in sentence
    assert not store_path.exists()
    (imported,) = take_in(store_path, nameless, me={"x": HANDLE})
    assert imported.owner == f"x:{HANDLE}"


def test_the_only_known_identity_stands_in_for_a_missing_owner(store_path: Path, tmp_path: Path) -> None:
    take_in(store_path, in_zip(tmp_path / "archive.zip", EXPORT))
    nameless = in_zip(tmp_path / "nameless.zip", x_archive(manifest=False, followers=["11"]))
    (imported,) = take_in(store_path, nameless)
    assert imported.owner == f"x:{OWNER}"


def test_a_list_without_an_owner_can_be_imported_again_with_me(store_path: Path, tmp_path: Path) -> None:
    path = in_csv(tmp_path / "list.csv", [follow_row("11"), follow_row("12")])
    (first,) = take_in(store_path, path)
    assert len(first.problems) == 2
    assert all("--me x:HANDLE" in problem.what for problem in first.problems)
    assert rows_of(store_path, COMPLETE_LISTS) == []
    (second,) = take_in(store_path, path, me={"x": OWNER})
    assert second.state == "imported"
    assert second.problems == ()
    assert [members for _, _, members in rows_of(store_path, COMPLETE_LISTS)] == [2]


def test_a_row_of_a_wrong_type_is_a_problem_with_its_place_and_the_rest_loads(
    store_path: Path, tmp_path: Path
) -> None:
    export = x_archive(
        posts=[
            post("101", "a lantern by the river"),
            {**post("102", "no date"), "created_at": "yesterday"},
            {**post("103", "entities are a text"), "entities": "none"},
            {**post("104", "no such id"), "id": "abc", "id_str": "abc"},
            post("105", "maps and paper"),
        ],
        followers=["11", "not a number", "12"],
    )
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", export))
    places = sorted(problem.place for problem in imported.problems)
    assert places == ["follower.js, row 2", "tweets.js, row 2", "tweets.js, row 3", "tweets.js, row 4"]
    assert rows_of(store_path, "SELECT post_id FROM current_posts ORDER BY ALL") == [("101",), ("105",)]
    assert rows_of(store_path, "SELECT members FROM follow_lists") == [(2,)]
    assert rows_of(store_path, "SELECT status FROM imports") == [("with problems",)]
    kept = rows_of(store_path, "SELECT place, what FROM problems ORDER BY ALL")
    assert kept == sorted((problem.place, problem.what) for problem in imported.problems)


def test_a_missing_part_is_a_note(store_path: Path, tmp_path: Path) -> None:
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", x_archive(followers=["11"])))
    assert imported.problems == ()
    missing = [note for note in imported.notes if note.startswith("There is no")]
    assert len(missing) == 2
    assert "following.js" in missing[0]
    assert "tweets.js" in missing[1]
    assert rows_of(store_path, "SELECT note FROM import_notes") == [(note,) for note in imported.notes]


def test_an_empty_list_is_stored_as_empty(store_path: Path, tmp_path: Path) -> None:
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", x_archive(followers=[])))
    assert imported.read["follow_lists"] == 1
    assert rows_of(store_path, COMPLETE_LISTS) == [("follower", datetime(2026, 5, 1, 12), 0)]


def test_a_bug_of_our_own_is_raised_and_changes_nothing(store_path: Path, tmp_path: Path) -> None:
    def broken(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
        yield from x.IMPORTER.read(files, members, stage, options)
        raise KeyError("a bug")

    take_in(store_path, in_zip(tmp_path / "may.zip", EXPORT))
    before = content_of(store_path)
    june = in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("109", "lost")]))
    with pytest.raises(KeyError, match="a bug"):
        outcomes_of(store_path, june, importers=(replace(x.IMPORTER, read=broken),))
    assert content_of(store_path) == before


def test_two_importers_that_want_one_file_are_both_named(store_path: Path, tmp_path: Path) -> None:
    greedy: Importer = replace(x.IMPORTER, name="greedy", title="Everything")
    archive = in_zip(tmp_path / "archive.zip", EXPORT)
    (sentence,) = refusals_of(store_path, archive, importers=(*IMPORTERS, greedy))
    assert "--as x-archive" in sentence
    assert "--as greedy" in sentence
    outcomes = outcomes_of(store_path, archive, importers=(*IMPORTERS, greedy), only="greedy")
    assert [outcome.format for outcome in outcomes if isinstance(outcome, Imported)] == ["greedy"]


def test_the_other_exports_of_a_folder_load_beside_a_refused_one(store_path: Path, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    in_zip(downloads / "a-good.zip", EXPORT)
    (downloads / "b-cut.zip").write_bytes((downloads / "a-good.zip").read_bytes()[:400])
    in_zip(downloads / "c-good.zip", x_archive(made=JUNE, followers=["11"]))
    outcomes = outcomes_of(store_path, downloads)
    assert [outcome.path.name for outcome in outcomes if isinstance(outcome, Imported)] == [
        "a-good.zip",
        "c-good.zip",
    ]
    (refused,) = [str(outcome) for outcome in outcomes if isinstance(outcome, Refused)]
    assert "b-cut.zip" in refused


def test_made_is_the_manifests_moment_not_the_files(store_path: Path, tmp_path: Path) -> None:
    archive = in_zip(tmp_path / "archive.zip", x_archive(made=MAY, followers=["11"]))
    (imported,) = take_in(store_path, archive, as_of_utc=datetime(2020, 1, 1))
    assert imported.exported_at_utc == datetime(2026, 5, 1, 12)
    assert rows_of(store_path, COMPLETE_LISTS)[0][1] == datetime(2026, 5, 1, 12)


def test_another_time_zone_replaces_what_was_read_with_the_first(store_path: Path, tmp_path: Path) -> None:
    noted = in_csv(
        tmp_path / "hours.csv", [{"site": "digg", "start": "2026-05-01 10:00", "end": "2026-05-01 11:00"}]
    )
    starts = "SELECT strftime(start_utc, '%H:%M') FROM time_spans"
    take_in(store_path, noted)
    assert rows_of(store_path, starts) == [("10:00",)]
    (again,) = import_path(store_path, noted, options=Options(time_zone="Europe/Vienna"))
    assert isinstance(again, Imported)
    assert again.state == "replaced"
    assert rows_of(store_path, starts) == [("08:00",)]
    assert rows_of(store_path, "SELECT count(*) FROM imports") == [(1,)]
