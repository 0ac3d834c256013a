"""Finding exports in a zip, a tar, a folder or a file, and saying in one sentence what cannot be used."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from analytics.importers import IMPORTERS
from analytics.importers._archive import Finding, Found, LeftAlone, find_exports
from analytics.importers.interface import Refused
from tests.builders import ExportFiles, in_csv, in_folder, in_tar, in_zip, post, x_archive

EXPORT = x_archive(
    posts=[post(str(number), "a lantern by the river") for number in range(20)], followers=["11"]
)
SCRIPTS = ("follower.js", "manifest.js", "tweets.js")
PEOPLE = [{"platform": "x", "account": "11", "handle": "heron_underwillow"}]
NOBODY = 65534


def findings_in(path: Path) -> list[Finding]:
    """What is found in a path, every member of every export read to its end."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for finding in find_exports(path, IMPORTERS, Path(scratch)):
            try:
                if isinstance(finding, Found):
                    for member in finding.members:
                        read(finding, member)
                found.append(finding)
            except Refused as refused:
                found.append(refused)
    return found


def read(finding: Found, member: str) -> bytes:
    """All bytes of a member."""
    with finding.files.open(member) as stream:
        return stream.read()


def exports_in(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Format and members of each export in a path, in which nothing may be refused."""
    found = findings_in(path)
    assert not [str(finding) for finding in found if isinstance(finding, Refused)]
    return sorted((finding.importer.name, finding.members) for finding in found if isinstance(finding, Found))


def refusal_of(path: Path) -> str:
    """The one sentence with which a path is refused; nothing in it is found."""
    (refused,) = findings_in(path)
    assert isinstance(refused, Refused), refused
    assert "\n" not in str(refused)
    return str(refused)


@contextmanager
def as_somebody_else() -> Iterator[Path]:
    """A folder for a user to whom permissions mean something: root may read everything."""
    if not hasattr(os, "seteuid"):
        pytest.skip("permissions work otherwise on this system")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    me = os.geteuid()
    try:
        yield folder
    finally:
        os.seteuid(me)
        for path in (folder / "closed", folder / "unpacked", folder / "downloads" / "closed"):
            if path.exists():
                path.chmod(0o755)
        shutil.rmtree(folder)


def drop_privileges() -> None:
    """Go on as a user who owns nothing, where this is root."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)


@pytest.mark.parametrize("top", ["", "twitter-2026-05-01/", "a/b c/ü/"])
def test_an_archive_is_found_at_any_depth_of_a_zip_or_tar(top: str, tmp_path: Path) -> None:
    expected = [("x-archive", SCRIPTS)]
    assert exports_in(in_zip(tmp_path / "archive.zip", EXPORT, top=top)) == expected
    assert exports_in(in_tar(tmp_path / "archive.tar.gz", EXPORT, top=top)) == expected
    assert exports_in(in_folder(tmp_path / "folder" / top, EXPORT)) == expected


def test_a_zip_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = in_zip(tmp_path / "twitter-archive.download", EXPORT)
    assert exports_in(path) == [("x-archive", SCRIPTS)]


def test_a_plain_tar_is_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "archive.tar", "w") as archive:
        for name, content in EXPORT.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    assert exports_in(tmp_path / "archive.tar") == [("x-archive", SCRIPTS)]


def test_two_archives_in_one_zip_are_two_exports(tmp_path: Path) -> None:
    both: ExportFiles = {f"old/{name}": content for name, content in EXPORT.items()}
    both |= {f"new/{name}": content for name, content in EXPORT.items()}
    assert exports_in(in_zip(tmp_path / "both.zip", both)) == [("x-archive", SCRIPTS)] * 2


def test_what_a_mac_adds_to_a_zip_is_passed_over(tmp_path: Path) -> None:
    doubled = EXPORT | {f"__MACOSX/data/._{name}": b"\x00\x05\x16\x07" for name in SCRIPTS}
    assert exports_in(in_zip(tmp_path / "archive.zip", doubled)) == [("x-archive", SCRIPTS)]


def test_hidden_files_and_links_to_folders_are_passed_over(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "folder", EXPORT)
    in_csv(folder / ".people.csv", PEOPLE)
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "gone.json").symlink_to(tmp_path / "nowhere.json")
    assert exports_in(folder) == [("x-archive", SCRIPTS)]


def test_unread_scripts_of_an_archive_are_no_news_and_other_files_are(tmp_path: Path) -> None:
    extra = EXPORT | {
        "data/ad-engagements.js": b"window.YTD.ad_engagements.part0 = []",
        "data/recipes.json": b"{}",
    }
    found = findings_in(in_zip(tmp_path / "archive.zip", extra))
    assert [finding.why for finding in found if isinstance(finding, LeftAlone)] == [
        "recipes.json is no export that is known here"
    ]


def test_the_date_of_a_member_is_the_one_it_was_packed_with(tmp_path: Path) -> None:
    path = tmp_path / "people.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("people.csv", (2026, 5, 1, 12, 30, 0)), "platform,account\nx,11\n")
    (found,) = findings_in(path)
    assert isinstance(found, Found)
    # A zip has no time zone: the machine's own is meant.
    here = datetime(2026, 5, 1, 12, 30).astimezone().utcoffset()
    assert here is not None
    assert found.files.modified_utc("people.csv") == datetime(2026, 5, 1, 12, 30) - here


def test_an_impossible_date_in_a_zip_falls_back_to_the_files_own(tmp_path: Path) -> None:
    path = in_zip(tmp_path / "people.zip", {"people.csv": b"platform,account\nx,11\n"})
    content = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 12), (b"PK\x01\x02", 14)):
        at = content.index(sign) + offset
        content[at : at + 2] = b"\x00\x00"  # month 0, day 0
    path.write_bytes(bytes(content))
    os.utime(path, (1_777_636_800, 1_777_636_800))
    (found,) = findings_in(path)
    assert isinstance(found, Found)
    assert found.files.modified_utc("people.csv") == datetime(2026, 5, 1, 12)


NO_EXPORTS = {
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "SQLite": b"SQLite format 3\x00" + bytes(100),
    "random": random.Random(4).randbytes(5000),
    "text": b"Dear heron, thank you for the maps.",
    "JSON": b'{"soup": "leek"}',
    "script": b"window.YTD = function () {}",
    "table": b"name,price\nleek,2\n",
}


@pytest.mark.parametrize("kind", NO_EXPORTS)
@pytest.mark.parametrize("suffix", [".bin", ".csv", ".json", ".js"])
def test_what_is_no_export_is_claimed_by_nobody(kind: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"thing{suffix}"
    path.write_bytes(NO_EXPORTS[kind])
    assert all(isinstance(finding, LeftAlone) for finding in findings_in(path))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("empty.zip", b"PK\x05\x06" + bytes(18), "empty zip"),
        ("not.zip", b"PK\x03\x04 and no more", "cut short or not a zip"),
        ("not.tar.gz", b"\x1f\x8b\x08 and no more", "cut short or not a tar.gz"),
        ("people.csv.gz", gzip.compress(b"platform,account\nx,11\n", mtime=0), "not a tar.gz"),
    ],
)
def test_an_unusable_file_is_one_sentence(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sentence = refusal_of(path)
    assert str(path) in sentence
    assert says in sentence


def test_one_packed_file_and_an_archive_in_an_archive_are_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "outbox.json.gz"
    path.write_bytes(gzip.compress(b'{"orderedItems": []}', mtime=0))
    assert "one packed file; unpack it" in refusal_of(path)
    nested = in_zip(
        tmp_path / "outer.zip", {"inner.zip": in_zip(tmp_path / "inner.zip", EXPORT).read_bytes()}
    )
    (left,) = findings_in(nested)
    assert isinstance(left, LeftAlone)
    assert left.why.endswith("unpack it and import what is in it")


def test_a_path_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert "does not exist" in refusal_of(tmp_path / "gone.zip")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither a file nor a folder" in refusal_of(tmp_path / "pipe")


@pytest.mark.parametrize("pack", [in_zip, in_tar], ids=["zip", "tar.gz"])
@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 0.999])
def test_an_archive_cut_anywhere_is_refused(share: float, pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path: Path = pack(tmp_path / "archive", EXPORT)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert str(path) in refusal_of(path)


def flagged(path: Path) -> None:
    """Set the flag "encrypted" of every member, in its own header and in the index."""
    content = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            flags = struct.unpack_from("<H", content, at + offset)[0]
            struct.pack_into("<H", content, at + offset, flags | 1)
            at = content.find(sign, at + 1)
    path.write_bytes(bytes(content))


def test_a_zip_with_a_password_says_so(tmp_path: Path) -> None:
    path = in_zip(tmp_path / "secret.zip", EXPORT)
    flagged(path)
    assert "password" in refusal_of(path)


@pytest.mark.skipif(shutil.which("zip") is None, reason="there is no zip program here")
def test_a_zip_that_another_program_locked_says_so(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "unpacked", EXPORT)
    subprocess.run(
        ["zip", "-q", "-r", "-P", "lantern", tmp_path / "secret.zip", "data"], cwd=folder, check=True
    )
    assert "password" in refusal_of(tmp_path / "secret.zip")


def test_a_zip_packed_in_an_unknown_way_asks_to_unpack_it(tmp_path: Path) -> None:
    """Deflate64, as Windows uses it above 2 GB."""
    path = in_zip(tmp_path / "big.zip", EXPORT)
    content = path.read_bytes()
    for sign, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        parts = content.split(sign)
        at = offset - len(sign)
        content = sign.join([parts[0], *(part[:at] + b"\x09\x00" + part[at + 2 :] for part in parts[1:])])
    path.write_bytes(content)
    sentence = refusal_of(path)
    assert "unpack it" in sentence
    assert "password" not in sentence


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_zip_with_flipped_bytes_is_refused_or_whole(method: int, tmp_path: Path) -> None:
    """Never a traceback, and never other bytes than those that were packed."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in EXPORT.items():
            archive.writestr(name, content)
    assert only_whole_or_refused(path, random.Random(method))


def test_a_tar_with_flipped_bytes_is_refused_or_whole(tmp_path: Path) -> None:
    assert only_whole_or_refused(in_tar(tmp_path / "archive.tar.gz", EXPORT), random.Random(5))


def only_whole_or_refused(path: Path, dice: random.Random) -> bool:
    """Damage a file in many ways; true where each is refused by name or read as it was packed."""
    whole = path.read_bytes()
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(dice.choice([1, 2, 8])):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(bytes(damaged))
        with tempfile.TemporaryDirectory() as scratch:
            found = list(find_exports(path, IMPORTERS, Path(scratch)))
            for finding in found:
                try:
                    good = isinstance(finding, LeftAlone) or (
                        str(path) in str(finding)
                        if isinstance(finding, Refused)
                        else all(read(finding, name) == EXPORT[f"data/{name}"] for name in finding.members)
                    )
                except Refused as refused:
                    good = str(path) in str(refused)
                if not good:
                    return False
    return True


def test_a_damaged_member_names_itself(tmp_path: Path) -> None:
    """The checksum of a large member shows the damage at its end, long after it was recognised."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in x_archive(posts=[post(str(number), "maps") for number in range(500)]).items():
            archive.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b'"maps"', b'"naps"', 1))
    sentence = refusal_of(path)
    assert str(path) in sentence
    assert "tweets.js" in sentence


@pytest.mark.parametrize("name", ["../outside.csv", "/tmp/outside.csv", "a/../../outside.csv"])
def test_a_tar_cannot_write_outside_its_folder(name: str, tmp_path: Path) -> None:
    path = tmp_path / "inner" / "evil.tar.gz"
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        content = b"platform,account\nx,11\n"
        member = tarfile.TarInfo(name.replace("/tmp", str(tmp_path)))
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    findings_in(path)
    assert not list(tmp_path.rglob("outside.csv"))


def test_a_tar_with_a_link_reads_no_other_file(tmp_path: Path) -> None:
    in_csv(tmp_path / "people.csv", PEOPLE)
    path = tmp_path / "evil.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("linked.csv")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "people.csv")
        archive.addfile(link)
    assert not [finding for finding in findings_in(path) if isinstance(finding, Found)]


def test_a_refused_tar_is_named_as_the_user_knows_it(tmp_path: Path) -> None:
    nested = in_zip(tmp_path / "inner.zip", EXPORT).read_bytes()[:200]
    path = in_tar(tmp_path / "outer.tar.gz", {"inner.zip": nested})
    assert str(path) in refusal_of(path)


@pytest.mark.parametrize("kind", ["file", "zip", "folder"])
def test_what_may_not_be_read_is_one_sentence(kind: str) -> None:
    with as_somebody_else() as folder:
        path = {
            "file": lambda: in_csv(folder / "people.csv", PEOPLE),
            "zip": lambda: in_zip(folder / "archive.zip", EXPORT),
            "folder": lambda: in_folder(folder / "unpacked", EXPORT),
        }[kind]()
        path.chmod(0)
        drop_privileges()
        sentence = refusal_of(path)
        assert str(path) in sentence
        assert "may not be read" in sentence


def test_a_path_behind_a_closed_folder_is_one_sentence() -> None:
    with as_somebody_else() as folder:
        path = in_folder(folder / "closed", EXPORT) / "data"
        path.parent.chmod(0)
        drop_privileges()
        assert "may not be read" in refusal_of(path)


def test_beside_what_may_not_be_read_everything_else_is_found() -> None:
    with as_somebody_else() as folder:
        downloads = folder / "downloads"
        in_folder(downloads / "closed", EXPORT).chmod(0)
        in_folder(downloads / "open", EXPORT)
        in_csv(downloads / "people.csv", PEOPLE)
        for name in ("a-closed.csv", "closed.json"):
            in_csv(downloads / name, PEOPLE).chmod(0)
        in_zip(downloads / "closed.zip", EXPORT).chmod(0)
        in_zip(downloads / "open.zip", EXPORT)
        drop_privileges()
        found = findings_in(downloads)
        refused = sorted(str(finding) for finding in found if isinstance(finding, Refused))
        assert len(refused) == 4
        assert all("closed" in sentence and "may not be read" in sentence for sentence in refused)
        formats = sorted(finding.importer.name for finding in found if isinstance(finding, Found))
        assert formats == ["generic-csv", "x-archive", "x-archive"]
