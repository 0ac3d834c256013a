"""Finding the exports that lie in a path: a folder, a zip, a tar or a single file.

An importer is shown the files of one folder at a time, in a zip as on the disk, so that a re-zipped archive
with an extra top folder, an unpacked one and its bare data/ folder all look the same. Where a format lies in
several folders (`Importer.folders`), it is shown all of them from their common top on.
"""

from __future__ import annotations

import fnmatch
import gzip
import os
import tarfile
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from analytics.importers._views import (
    COMPANIONS,
    DAMAGE,
    Container,
    Disk,
    FolderFiles,
    SingleFile,
    View,
    Zip,
)
from analytics.importers.interface import Files, Importer, Refused

ARCHIVES = (".zip", ".gz", ".tgz", ".tar")
REPORTED = (*ARCHIVES, ".js", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".ics", ".car", ".db", ".sqlite")
"""Endings of files that are likely exports: one that nobody reads is reported."""
# Media fill most of an archive and hold nothing that is read. A browser's history has no ending at all.
READABLE = (*REPORTED, ".txt", ".htm", ".html", ".sqlite3", ".sqlitedb", "")
SHOWN_NAMES = 5

Tree = dict[str, list[str]]
"""Folder (with a trailing slash; '' is the top) -> the files that lie directly in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One export: where it lies, who reads it and which members it reads."""

    path: Path
    files: Files
    importer: Importer
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """A file that no importer reads, or several of one archive."""

    path: Path
    why: str


Finding = Found | LeftAlone | Refused


def find_exports(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    """Every export in a path; a folder is searched to the bottom and goes on after a refusal.

    scratch: a private folder that tars are unpacked in; it must outlive the result.
    """
    try:
        yield from _find(path, importers, scratch)
    except Refused as refused:
        yield refused


def _find(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except PermissionError:
        raise Refused(f"{path} may not be read; allow reading it and import again.") from None
    if not exists:
        raise Refused(f"{path} does not exist; name a zip, a tar.gz, a folder or a file.")
    if is_folder:
        yield from _in_folder(path, importers, scratch)
        return
    if not path.is_file():  # a pipe or a device: reading it might never end
        raise Refused(f"{path} is neither a file nor a folder; save it as a file and import that.")
    start = SingleFile(path=path).head(path.name, 8)
    if start.startswith(b"PK"):
        yield from _in_zip(path, importers)
    elif start.startswith(b"\x1f\x8b") or path.suffix in (".tar", ".tgz"):
        yield from _in_tar(path, importers, scratch)
    else:
        if not start:
            raise Refused(f"{path} is empty; export it again.")
        view = SingleFile(path=path)
        tree = {"": list(view.members)}
        claims = _Claims(path, view.container, tree)
        yield from claims.of(importers)
        if not claims.claimed and not claims.refused:
            yield LeftAlone(path=path, why=f"{path.name} is no export that is known here")


class _Claims:
    """Who reads what of one tree of files."""

    def __init__(self, path: Path, container: Container, tree: Tree) -> None:
        self._path = path
        self._container = container
        self._tree = tree
        self.claimed: dict[str, Importer] = {}
        """Member, from the top of the tree on -> who reads it."""
        self.refused: set[str] = set()
        """Folders of which something was refused."""
        self.tops: set[str] = set()
        """Top folders of the exports that lie in several folders."""

    def of(self, importers: Sequence[Importer]) -> Iterator[Found | Refused]:
        """Every export, folder by folder. Two importers that want the same file are a refusal naming both."""
        found: list[tuple[str, int, View, tuple[str, ...]]] = []
        for place, importer in enumerate(importers):
            for top, members in _views(self._tree, importer):
                view = View(path=self._shown(top), container=self._container, top=top, members=tuple(members))
                try:
                    wanted = importer.recognise(view)
                except Refused as refused:  # the same file is unreadable for every importer
                    if isinstance(self._container, Zip):
                        raise  # as a rule all of it
                    if top not in self.refused:
                        self.refused.add(top)
                        yield refused
                    continue
                if wanted:
                    found.append((top, place, view, wanted))
        contested = yield from self._contested(importers, found)
        for top, place, view, wanted in sorted(found, key=lambda one: one[:2]):
            importer = importers[place]
            left = tuple(member for member in wanted if top + member not in contested)
            if importer.each_file:
                for member in left:
                    path = self._shown(top + member)
                    yield Found(path=path, files=view, importer=importer, members=(member,))
            elif left:
                self.tops |= {top} if importer.folders else set()
                yield Found(path=view.path, files=view, importer=importer, members=left)

    def _contested(
        self, importers: Sequence[Importer], found: list[tuple[str, int, View, tuple[str, ...]]]
    ) -> Generator[Refused, None, set[str]]:
        contested: dict[str, str] = {}
        for top, place, _view, wanted in found:
            for member in wanted:
                other = self.claimed.setdefault(top + member, importers[place])
                if other is not importers[place]:
                    self.refused.add(top)
                    contested[top + member] = (
                        f"looks like {other.title} and like {importers[place].title}; "
                        f"say which with --as {other.name} or --as {importers[place].name}."
                    )
        for sentence in dict.fromkeys(contested.values()):
            member = min(member for member, said in contested.items() if said == sentence)
            yield Refused(f"{self._path}: {member} {sentence}")
        return set(contested)

    def unread(self) -> list[str]:
        """Members that look like an export and that nobody reads. Of an archive's many .js files not one is
        news.
        """
        holders = {member[: member.rfind("/") + 1] for member in self.claimed}
        return [
            folder + name
            for folder, names in sorted(self._tree.items())
            for name in names
            if PurePosixPath(name).suffix.lower() in REPORTED
            and folder + name not in self.claimed
            and not (folder in holders and name.lower().endswith(".js"))
        ]

    def _shown(self, member: str) -> Path:
        return self._path / member if self._path.is_dir() else self._path


def _views(tree: Tree, importer: Importer) -> Iterator[tuple[str, list[str]]]:
    """Top folder and members, named from it on, of each view that an importer is to be shown."""
    if not importer.folders:
        yield from tree.items()
        return
    belongs: dict[str, list[str]] = {}
    for folder, names in tree.items():
        top = _top_of(folder, importer.folders)
        belongs.setdefault(top, []).extend(folder[len(top) :] + name for name in names)
    for top, members in belongs.items():
        yield top, sorted(members)


def _top_of(folder: str, patterns: Sequence[str]) -> str:
    """The top folder of the export that a folder belongs to by the longest pattern that its end fits.

    >>> _top_of("mine/connections/followers_and_following/", ["connections/*"])
    'mine/'
    """
    parts = PurePosixPath(folder).parts
    for pattern in sorted(patterns, key=lambda pattern: -pattern.count("/")):
        length = pattern.count("/") + 1
        if len(parts) >= length and all(
            fnmatch.fnmatchcase(part, wanted)
            for part, wanted in zip(parts[-length:], pattern.split("/"), strict=True)
        ):
            return "".join(f"{part}/" for part in parts[:-length])
    return folder


def _in_folder(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    tree: Tree = {}
    archives: list[Path] = []
    yield from _walk(path, path, tree, archives)
    claims = _Claims(path, Disk(folder=path), tree)
    yield from claims.of(importers)
    yield from _left_in_folder(path, claims, archives)
    for archive in archives:
        yield from find_exports(archive, importers, scratch)


def _walk(root: Path, folder: Path, tree: Tree, archives: list[Path]) -> Iterator[Refused]:
    """Fill the tree with what may be read below a folder, and the list with the archives in it."""
    try:
        with os.scandir(folder) as found:
            entries = sorted((e for e in found if not e.name.startswith(".")), key=lambda e: e.name)
    except PermissionError:
        yield Refused(f"The folder {folder} may not be read; allow reading it and import again.")
        return
    names = []
    for entry in entries:
        if not entry.is_file() or not _is_readable(entry.name):
            continue
        try:
            Path(entry.path).open("rb").close()
        except PermissionError:
            yield Refused(f"{entry.path} may not be read; allow reading it and import again.")
            continue
        names.append(entry.name)
        if entry.name.lower().endswith(ARCHIVES):
            archives.append(Path(entry.path))
    relative = folder.relative_to(root).as_posix()
    tree["" if relative == "." else f"{relative}/"] = names
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, Path(entry.path), tree, archives)


def _is_readable(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in READABLE or name.endswith(COMPANIONS)


def _in_zip(path: Path, importers: Sequence[Importer]) -> Iterator[Finding]:
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        raise Refused(f"{path} is cut short or not a zip; download the export again.") from error
    entries = [e for e in archive.infolist() if not e.is_dir() and "__MACOSX" not in e.filename]
    if not entries:
        raise Refused(f"{path} is an empty zip; download the export again.")
    tree: Tree = {}
    for entry in sorted(entries, key=lambda entry: entry.filename):
        name = entry.filename.rsplit("/", 1)[-1]
        if _is_readable(name):
            tree.setdefault(entry.filename[: -len(name)], []).append(name)
    claims = _Claims(path, Zip(path=path, archive=archive), tree)
    yield from claims.of(importers)
    yield from _left_in_archive(path, claims)


def _packs_one_file(path: Path) -> bool:
    """True for a whole gz of something that is no tar."""
    try:
        with gzip.open(path) as packed:
            while packed.read(1 << 20):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return not tarfile.is_tarfile(path)


def _left_in_folder(path: Path, claims: _Claims, archives: list[Path]) -> Iterator[LeftAlone]:
    """A word on each file that nobody reads, and one on all those of an unpacked export."""
    of_exports: dict[str, list[str]] = {}
    for member in claims.unread():
        tops = [top for top in claims.tops if member.startswith(top)]
        if path / member in archives:  # looked into by itself
            continue
        if tops:
            of_exports.setdefault(max(tops, key=len), []).append(member)
        else:
            yield LeftAlone(path=path / member, why=f"{Path(member).name} is no export that is known here")
    for top, members in sorted(of_exports.items()):
        yield LeftAlone(path=path / top, why=_beside(members))


def _left_in_archive(path: Path, claims: _Claims) -> Iterator[LeftAlone]:
    """One word on all that an archive holds beside what is read."""
    members = claims.unread()
    if members and claims.claimed:
        yield LeftAlone(path=path, why=_beside(members))
    elif members and not claims.refused:
        packed = any(member.lower().endswith(ARCHIVES) for member in members)
        yield LeftAlone(
            path=path,
            why=f"nothing in it is an export that is known here ({_shown(members)})"
            + ("; unpack it and import what is in it" if packed else ""),
        )


def _beside(members: list[str]) -> str:
    if len(members) == 1:
        return f"{_shown(members)} is no export that is known here"
    return f"{len(members):,} other files in it are not read ({_shown(members)})"


def _shown(members: list[str]) -> str:
    names = [member.rsplit("/", 1)[-1] for member in members]
    return ", ".join(names[:SHOWN_NAMES]) + (" ..." if len(names) > SHOWN_NAMES else "")


def _in_tar(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    """Unpack what can be read into the scratch folder: a tar has no index to read it by."""
    target = scratch / f"tar-{len(list(scratch.iterdir()))}"
    target.mkdir()
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and _is_readable(PurePosixPath(member.name).name):
                    archive.extract(member, target, filter="data")
            # The checksum of a gz stands at its end, which a tar's own end comes before.
            while archive.fileobj and archive.fileobj.read(1 << 20):
                pass
    except tarfile.FilterError as error:
        raise Refused(
            f"{path} holds files that would lie outside it; unpack it with care yourself."
        ) from error
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, OSError) as error:
        if _packs_one_file(path):
            raise Refused(
                f"{path} is not a tar.gz but one packed file; unpack it and import that."
            ) from error
        raise Refused(f"{path} is cut short or not a tar.gz; download the export again.") from error
    for finding in _in_folder(target, importers, scratch):
        match finding:
            case Found():
                yield replace(finding, path=path)
            case LeftAlone():
                yield LeftAlone(path=path, why=finding.why)
            case Refused():
                yield Refused(str(finding).replace(str(target), str(path)))


__all__ = [
    "Finding",
    "FolderFiles",
    "Found",
    "LeftAlone",
    "SingleFile",
    "View",
    "find_exports",
]  # fmt: skip
