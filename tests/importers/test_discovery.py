"""Which files of a tree each importer is shown: exports in several folders, in single files, and the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.importers import generic_csv
from analytics.importers._archive import Finding, Found, LeftAlone, find_exports
from analytics.importers._views import SingleFile
from analytics.importers.interface import Files, Importer
from tests.builders import ExportFiles, in_folder, in_tar, in_zip


def importer(name: str, *wanted: str, folders: tuple[str, ...] = (), each_file: bool = False) -> Importer:
    """One that reads the files whose names end so."""

    def recognise(files: Files) -> tuple[str, ...]:
        return tuple(member for member in files.names() if member.endswith(wanted))

    return replace(
        generic_csv.IMPORTER, name=name, title=name, recognise=recognise, folders=folders, each_file=each_file
    )


LIKES = importer("likes", "following.json", "liked.json", folders=("connections/*", "activity/likes"))
NOTES = importer("notes", ".csv", each_file=True)


def found_in(path: Path, *importers: Importer) -> list[Finding]:
    with tempfile.TemporaryDirectory() as scratch:
        return list(find_exports(path, importers, Path(scratch)))


def exports(found: Sequence[Finding]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.importer.name, one.members) for one in found if isinstance(one, Found)]


SPREAD: ExportFiles = {
    "connections/people/following.json": b"[]",
    "activity/likes/liked.json": b"[]",
    "activity/drafts/liked.json": b"[]",
}


@pytest.mark.parametrize("top", ["", "instagram-ottilie/", "a/b/"])
@pytest.mark.parametrize("pack", ["folder", "zip", "tar"])
def test_an_export_in_several_folders_is_one_from_their_common_top(
    top: str, pack: str, tmp_path: Path
) -> None:
    path = tmp_path / "export"
    match pack:
        case "folder":
            in_folder(path / top, SPREAD)
        case "zip":
            in_zip(path, SPREAD, top=top)
        case "tar":
            in_tar(path, SPREAD, top=top)
    assert exports(found_in(path, LIKES)) == [
        ("likes", ("activity/likes/liked.json", "connections/people/following.json")),
        # A folder that is none of the export's own is shown by itself.
        ("likes", ("liked.json",)),
    ]


def test_two_exports_beside_each_other_stay_two(tmp_path: Path) -> None:
    both = {f"old/{name}": content for name, content in SPREAD.items() if "drafts" not in name}
    both |= {f"new/{name}": content for name, content in SPREAD.items() if "drafts" not in name}
    assert len(exports(found_in(in_zip(tmp_path / "both.zip", both), LIKES))) == 2


def test_one_folder_of_an_export_can_be_imported_alone(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "export", SPREAD)
    found = found_in(folder / "connections" / "people", LIKES)
    assert exports(found) == [("likes", ("following.json",))]


def test_where_every_file_is_an_export_each_is_found_by_its_own_path(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "downloads", {"a.csv": b"1", "b.csv": b"2", "deep/c.csv": b"3"})
    found = found_in(folder, NOTES)
    assert exports(found) == [("notes", ("a.csv",)), ("notes", ("b.csv",)), ("notes", ("c.csv",))]
    assert [one.path for one in found if isinstance(one, Found)] == [
        folder / "a.csv", folder / "b.csv", folder / "deep" / "c.csv",
    ]  # fmt: skip


def test_what_an_archive_holds_beside_is_said_in_one_line(tmp_path: Path) -> None:
    extra = {f"drafts/{letter}.json": b"{}" for letter in "abcdefg"} | {"cat.jpg": b"\xff\xd8"}
    found = found_in(in_zip(tmp_path / "export.zip", {**SPREAD, **extra}), LIKES)
    assert [one.why for one in found if isinstance(one, LeftAlone)] == [
        "7 other files in it are not read (a.json, b.json, c.json, d.json, e.json ...)"
    ]


def test_of_an_unpacked_export_too(tmp_path: Path) -> None:
    extra = {f"drafts/{letter}.json": b"{}" for letter in "abcdefg"}
    folder = in_folder(tmp_path / "downloads" / "export", {**SPREAD, **extra})
    (tmp_path / "downloads" / "soup.json").write_text("{}")
    found = found_in(tmp_path / "downloads", LIKES)
    assert [(one.path, one.why) for one in found if isinstance(one, LeftAlone)] == [
        (tmp_path / "downloads" / "soup.json", "soup.json is no export that is known here"),
        (folder, "7 other files in it are not read (a.json, b.json, c.json, d.json, e.json ...)"),
    ]


def test_of_a_folder_every_likely_file_that_nobody_reads_is_named(tmp_path: Path) -> None:
    folder = in_folder(
        tmp_path / "downloads", {"soup.json": b"{}", "letter.txt": b"hi", "cat.jpg": b"", "a.csv": b"1"}
    )
    found = found_in(folder, NOTES)
    assert [one.path for one in found if isinstance(one, LeftAlone)] == [folder / "soup.json"]


def test_a_database_comes_with_what_sqlite_keeps_beside_it(tmp_path: Path) -> None:
    for name in ("History", "History-wal", "History-journal", "Historybook"):
        (tmp_path / name).write_bytes(b"SQLite format 3\x00")
    assert SingleFile(path=tmp_path / "History").names() == ("History", "History-wal", "History-journal")


def test_every_importer_sees_the_same_first_bytes(tmp_path: Path) -> None:
    """They are kept for a while: asking for fewer, more, or again gives the file's own."""
    path = tmp_path / "long.json"
    path.write_bytes(bytes(range(256)) * 1000)
    view = SingleFile(path=path)
    for size in (4, 65_536, 100_000, 10):
        assert view.head("long.json", size) == path.read_bytes()[:size]
