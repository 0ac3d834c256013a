"""One view on a zip, a tar, a folder or a single file, and finding the exports that lie in a path.

Recognisers are shown one folder at a time, in a zip as on the disk, so that a re-zipped archive with an
extra top folder, an unpacked one and its bare data/ folder all look the same.
"""

from __future__ import annotations

import gzip
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from analytics.importers.interface import Files, Importer, Refused

# Media and web pages fill most of an archive and hold nothing that is read.
READABLE = (".js", ".json", ".csv", ".zip", ".gz", ".tgz", ".tar")

# What Python raises where the bytes of a zip are not what its index says.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFiles:
    """The files that lie directly in a folder on the disk."""

    path: Path
    hidden: frozenset[str] = frozenset()
    """Names that are passed over."""

    def names(self) -> Sequence[str]:
        """File names, sorted."""
        return [e.name for e in _entries(self.path) if e.is_file() and e.name not in self.hidden]

    def size(self, name: str) -> int:
        """Bytes."""
        return (self.path / name).stat().st_size

    def modified_utc(self, name: str) -> datetime:
        """The file's date."""
        return _moment((self.path / name).stat().st_mtime)

    def head(self, name: str, size: int = 65536) -> bytes:
        """The first bytes."""
        with self.open(name) as file:
            return file.read(size)

    def open(self, name: str) -> BinaryIO:
        """The file's bytes. Raises Refused."""
        try:
            return (self.path / name).open("rb")
        except PermissionError:
            raise Refused(f"{self.path / name} may not be read; allow reading it and import again.") from None
        except OSError as error:
            raise Refused(f"{self.path / name} cannot be read ({error.strerror}).") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleFile:
    """One file by itself."""

    path: Path

    def names(self) -> Sequence[str]:
        """Its name."""
        return (self.path.name,)

    def size(self, name: str) -> int:
        """Bytes."""
        return self.path.stat().st_size

    def modified_utc(self, name: str) -> datetime:
        """The file's date."""
        return _moment(self.path.stat().st_mtime)

    def head(self, name: str, size: int = 65536) -> bytes:
        """The first bytes."""
        return FolderFiles(path=self.path.parent).head(name, size)

    def open(self, name: str) -> BinaryIO:
        """The file's bytes. Raises Refused."""
        return FolderFiles(path=self.path.parent).open(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipFolder:
    """The files that lie directly in one folder of a zip."""

    path: Path
    archive: zipfile.ZipFile
    folder: str
    """With a trailing slash; empty for the root."""
    members: tuple[str, ...]

    def names(self) -> Sequence[str]:
        """File names, sorted."""
        return self.members

    def size(self, name: str) -> int:
        """Bytes, unpacked."""
        return self.archive.getinfo(self.folder + name).file_size

    def modified_utc(self, name: str) -> datetime:
        """The date in the zip, which has no zone: taken as the machine's own."""
        stamp = self.archive.getinfo(self.folder + name).date_time
        try:
            return datetime(*stamp).astimezone(UTC).replace(tzinfo=None)
        except (ValueError, OverflowError):
            return _moment(self.path.stat().st_mtime)

    def head(self, name: str, size: int = 65536) -> bytes:
        """The first bytes."""
        with self.open(name) as file:
            return file.read(size)

    def open(self, name: str) -> BinaryIO:
        """The member's bytes, unpacked as they are read. Raises Refused."""
        if self.archive.getinfo(self.folder + name).flag_bits & 1:
            raise Refused(f"{self.path} is protected with a password; unpack it and import the folder.")
        try:
            return cast(BinaryIO, _Guarded(self.archive.open(self.folder + name), f"{self.path}: {name}"))
        except NotImplementedError as error:
            raise Refused(
                f"{self.path}: {name} is packed in a way that is not known here; "
                "unpack it and import the folder."
            ) from error
        except _DAMAGE as error:
            raise Refused(f"{self.path}: {name} cannot be unpacked; download the export again.") from error


class _Guarded:
    """A stream out of an archive whose damage shows only while it is read."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except _DAMAGE as error:
            raise Refused(f"{self._name} is damaged or cut short; download the export again.") from error

    def __enter__(self) -> _Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(int(timestamp), UTC).replace(tzinfo=None)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
    except PermissionError:
        raise Refused(f"The folder {folder} may not be read; allow reading it and import again.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One export: where it lies, who reads it and which members it reads."""

    path: Path
    files: Files
    importer: Importer
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """A file that no importer reads."""

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
        yield from _claims(path, SingleFile(path=path), importers)


def _claims(path: Path, files: Files, importers: Sequence[Importer]) -> Iterator[Finding]:
    """Who reads what of one folder. Two importers that want the same file are an error naming both."""
    claimed: dict[str, Importer] = {}
    for importer in importers:
        members = importer.recognise(files)
        for member in members:
            if member in claimed:
                raise Refused(
                    f"{path}: {member} looks like {claimed[member].title} and like {importer.title}; "
                    f"say which with --as {claimed[member].name} or --as {importer.name}."
                )
            claimed[member] = importer
        if members:
            yield Found(path=path, files=files, importer=importer, members=members)
    for name in files.names():
        # An archive has dozens of .js files that nobody reads: no news.
        if (
            Path(name).suffix in READABLE
            and name not in claimed
            and not (claimed and Path(name).suffix == ".js")
        ):
            yield LeftAlone(
                path=path / name if path.is_dir() else path, why=f"{name} is no export that is known here"
            )


def _in_folder(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    everything = FolderFiles(path=path)
    closed = frozenset(name for name in everything.names() if not _may_be_read(path / name))
    readable = FolderFiles(path=path, hidden=closed)
    archives = {
        name for name in readable.names() if Path(name).suffix.lower() in (".zip", ".gz", ".tgz", ".tar")
    }
    for name in sorted(closed):
        yield Refused(f"{path / name} may not be read; allow reading it and import again.")
    try:
        for finding in _claims(path, readable, importers):
            if not (isinstance(finding, LeftAlone) and finding.path.name in archives):
                yield finding
    except Refused as refused:
        yield refused
    for name in sorted(archives):
        yield from find_exports(path / name, importers, scratch)
    for entry in _entries(path):
        if entry.is_dir(follow_symlinks=False):
            yield from find_exports(Path(entry.path), importers, scratch)


def _may_be_read(path: Path) -> bool:
    try:
        path.open("rb").close()
    except PermissionError:
        return False
    return True


def _in_zip(path: Path, importers: Sequence[Importer]) -> Iterator[Finding]:
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise Refused(f"{path} is cut short or not a zip; download the export again.") from error
    entries = [e for e in archive.infolist() if not e.is_dir() and "__MACOSX" not in e.filename]
    if not entries:
        raise Refused(f"{path} is an empty zip; download the export again.")
    folders: dict[str, list[str]] = {}
    for entry in entries:
        member = PurePosixPath(entry.filename)
        if member.suffix.lower() in READABLE:
            folder = entry.filename[: len(entry.filename) - len(member.name)]
            folders.setdefault(folder, []).append(member.name)
    for folder, names in sorted(folders.items()):
        view = ZipFolder(path=path, archive=archive, folder=folder, members=tuple(sorted(names)))
        yield from _claims(path, view, importers)


def _in_tar(path: Path, importers: Sequence[Importer], scratch: Path) -> Iterator[Finding]:
    """Unpack what can be read into the scratch folder: a tar has no index to read it by."""
    target = scratch / f"tar-{len(list(scratch.iterdir()))}"
    target.mkdir()
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and PurePosixPath(member.name).suffix.lower() in READABLE:
                    archive.extract(member, target, filter="data")
            # The checksum of a gz stands at its end, which a tar's own end comes before.
            while archive.fileobj and archive.fileobj.read(1 << 20):
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, OSError) as error:
        raise Refused(f"{path} is cut short or not a tar.gz; download the export again.") from error
    for finding in _in_folder(target, importers, scratch):
        match finding:
            case Found():
                yield Found(
                    path=path, files=finding.files, importer=finding.importer, members=finding.members
                )
            case LeftAlone():
                yield LeftAlone(path=path, why=finding.why)
            case Refused():
                yield Refused(str(finding).replace(str(target), str(path)))
