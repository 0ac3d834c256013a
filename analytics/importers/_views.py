"""One view on a zip, a folder or a single file: what importers are shown of an export."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from analytics.importers.interface import Refused

# What Python raises where the bytes of a zip are not what its index says.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip

COMPANIONS = ("-wal", "-journal", "-shm")
"""Endings of what SQLite keeps beside a database that was not closed."""

HEAD = 65536
_KEPT_HEADS = 200


class Container(Protocol):
    """A folder on the disk or a zip, whose members are named from its top."""

    @property
    def heads(self) -> dict[str, bytes]:
        """First bytes of members read lately: every importer asks for the same ones."""

    def size(self, member: str) -> int:
        """Bytes, unpacked."""

    def modified_utc(self, member: str) -> datetime:
        """The member's own date (naive UTC)."""

    def open(self, member: str) -> BinaryIO:
        """The bytes of a member. Raises Refused where they cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The files below a folder on the disk."""

    folder: Path
    heads: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def size(self, member: str) -> int:
        """Bytes."""
        return (self.folder / member).stat().st_size

    def modified_utc(self, member: str) -> datetime:
        """The file's date."""
        return moment((self.folder / member).stat().st_mtime)

    def open(self, member: str) -> BinaryIO:
        """The file's bytes. Raises Refused."""
        path = self.folder / member
        try:
            return path.open("rb")
        except PermissionError:
            raise Refused(f"{path} may not be read; allow reading it and import again.") from None
        except OSError as error:
            raise Refused(f"{path} cannot be read ({error.strerror}).") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Zip:
    """The members of a zip."""

    path: Path
    archive: zipfile.ZipFile
    heads: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def size(self, member: str) -> int:
        """Bytes, unpacked."""
        return self.archive.getinfo(member).file_size

    def modified_utc(self, member: str) -> datetime:
        """The date in the zip, which has no zone: taken as the machine's own."""
        stamp = self.archive.getinfo(member).date_time
        try:
            return datetime(*stamp).astimezone(UTC).replace(tzinfo=None)
        except (ValueError, OverflowError):
            return moment(self.path.stat().st_mtime)

    def open(self, member: str) -> BinaryIO:
        """The member's bytes, unpacked as they are read. Raises Refused."""
        name = member.rsplit("/", 1)[-1]
        if self.archive.getinfo(member).flag_bits & 1:
            raise Refused(f"{self.path} is protected with a password; unpack it and import the folder.")
        try:
            return cast(BinaryIO, _Guarded(self.archive.open(member), f"{self.path}: {name}"))
        except NotImplementedError as error:
            raise Refused(
                f"{self.path}: {name} is packed in a way that is not known here; "
                "unpack it and import the folder."
            ) from error
        except DAMAGE as error:
            raise Refused(f"{self.path}: {name} cannot be unpacked; download the export again.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Some members of a container, named from a folder of it on; it is what `interface.Files` describes.

    path: the zip, the folder or the file, as on the disk; top: that folder with a trailing slash, or ''.
    """

    path: Path
    container: Container
    top: str
    members: tuple[str, ...]

    def names(self) -> Sequence[str]:
        """Names of the members, sorted."""
        return self.members

    def size(self, name: str) -> int:
        """Bytes, unpacked."""
        return self.container.size(self.top + name)

    def modified_utc(self, name: str) -> datetime:
        """The member's own date (naive UTC)."""
        return self.container.modified_utc(self.top + name)

    def head(self, name: str, size: int = HEAD) -> bytes:
        """The first bytes. Raises Refused."""
        heads = self.container.heads
        if size > HEAD:
            with self.open(name) as file:
                return file.read(size)
        if self.top + name not in heads:
            if len(heads) >= _KEPT_HEADS:
                heads.clear()
            with self.open(name) as file:
                heads[self.top + name] = file.read(HEAD)
        return heads[self.top + name][:size]

    def open(self, name: str) -> BinaryIO:
        """The bytes of a member. Raises Refused."""
        return self.container.open(self.top + name)


class FolderFiles(View):
    """The files that lie directly in a folder on the disk."""

    def __init__(self, *, path: Path) -> None:
        members = sorted(entry.name for entry in path.iterdir() if entry.is_file())
        super().__init__(path=path, container=Disk(folder=path), top="", members=tuple(members))


class SingleFile(View):
    """One file by itself, and what SQLite keeps beside it."""

    def __init__(self, *, path: Path) -> None:
        beside = (path.name + ending for ending in COMPANIONS if path.with_name(path.name + ending).is_file())
        super().__init__(path=path, container=Disk(folder=path.parent), top="", members=(path.name, *beside))


class _Guarded:
    """A stream out of an archive whose damage shows only while it is read."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except DAMAGE as error:
            raise Refused(f"{self._name} is damaged or cut short; download the export again.") from error

    def __enter__(self) -> _Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def moment(timestamp: float) -> datetime:
    """Seconds since 1970 -> naive UTC, to the second."""
    return datetime.fromtimestamp(int(timestamp), UTC).replace(tzinfo=None)
