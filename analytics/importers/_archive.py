"""Finding the exports that lie in a path: a folder, a zip, a tar or a single file."""

from __future__ import annotations

import gzip
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from analytics.importers._claims import (
    ARCHIVES,
    REPORTED,
    Claims,
    Finding,
    Found,
    LeftAlone,
    Tree,
    left_in_archive,
    left_in_folder,
)
from analytics.importers._views import COMPANIONS, DAMAGE, Disk, FolderFiles, SingleFile, View, Zip
from analytics.importers.interface import Importer, Refused

# Media fill most of an archive and hold nothing that is read. A browser's history has no ending at all.
READABLE = (*REPORTED, ".txt", ".htm", ".html", ".sqlite3", ".sqlitedb", "")


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
        claims = Claims(path, view.container, tree)
        yield from claims.of(importers)
        if not claims.claimed and not claims.refused:
            yield LeftAlone(path=path, why=f"{path.name} is no export that is known here")


def _in_folder(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    tree: Tree = {}
    archives: list[Path] = []
    yield from _walk(path, path, tree, archives)
    claims = Claims(path, Disk(folder=path), tree)
    yield from claims.of(importers)
    yield from left_in_folder(path, claims, archives)
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
    claims = Claims(path, Zip(path=path, archive=archive), tree)
    yield from claims.of(importers)
    yield from left_in_archive(path, claims)


def _packs_one_file(path: Path) -> bool:
    """True for a whole gz of something that is no tar."""
    try:
        with gzip.open(path) as packed:
            while packed.read(1 << 20):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return not tarfile.is_tarfile(path)


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
            case Found(importer=importer):
                inside = finding.path.relative_to(target) if importer.each_file else ""
                yield replace(finding, path=path / inside)
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
