"""What an importer is: recognise an export by its content, then hand its rows to the stage.

An importer is a module-level object of class `Importer`. `recognise` is cheap: it looks at names and at
the first bytes and returns the members it would read, or none. `read` fills the stage and yields what
the user should know. It raises `Refused` with one clear sentence where the file cannot be used at all;
a bad row is a `Problem` and the rest loads; a missing part is a `Note`. Anything else that it raises is
our own bug.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from analytics.model import Note, Problem
from analytics.reference import Sites


class Refused(Exception):
    """This export cannot be used; the message names the file, what was expected and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The export says whose it is. Yielded by `read`; the account becomes one of the user's own."""

    platform: str
    account: str
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedAt:
    """When the export was made (naive UTC). Yielded by `read`, else the newest file's date is used."""

    moment_utc: datetime


Finding = Problem | Note | Owner | ExportedAt


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user said beside the path.

    `me` maps a platform (or *, any) to the user's account there (`--me`); `known` is the only identity that the
    store knows on a platform. `as_of_utc` is `--as-of`. `time_zone` is the user's zone, for times
    without an offset.
    """

    me: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    as_of_utc: datetime | None = None
    time_zone: str = "UTC"
    with_messages: bool = False

    def account_on(self, platform: str) -> str | None:
        """The user's account on a platform: as said, else the only one known."""
        return self.me.get(platform) or self.me.get("*") or self.known.get(platform)


class Files(Protocol):
    """A zip, a tar, a folder or a single file, read through one view."""

    @property
    def path(self) -> Path:
        """Where it lies on the disk."""

    def names(self) -> Sequence[str]:
        """Members, with forward slashes, in a fixed order."""

    def size(self, name: str) -> int:
        """Bytes, unpacked."""

    def modified_utc(self, name: str) -> datetime:
        """The member's own date (naive UTC)."""

    def head(self, name: str, size: int = 65536) -> bytes:
        """The first bytes of a member."""

    def open(self, name: str) -> BinaryIO:
        """The bytes of a member. Raises Refused where they cannot be read."""


class Stage(Protocol):
    """A private scratch database, in memory, in which an export is read before the store sees it.

    It has one empty table for each kind of row in `model.STAGED`, under the same names.
    """

    folder: Path
    """A private temporary folder, removed afterwards."""

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement with named parameters ($name); its rows. SQL errors raise StageError."""

    def add(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows (dicts; missing keys are null) to the table of that kind."""

    def copy(self, files: Files, name: str, *, skip: int = 0) -> Path:
        """Write a member, less its first `skip` bytes, to the private folder, and hash it."""


class StageError(Exception):
    """A statement failed on the export's data, such as JSON that does not parse."""


class Question(StrEnum):
    """What an export may tell; the columns of the table of sources."""

    FOLLOWERS = "who follows you"
    FOLLOWING = "whom you follow"
    SINCE = "since when"
    OWN_POSTS = "your posts"
    OTHER_POSTS = "others' posts"
    GIVEN = "what you give"
    RECEIVED = "what you get"
    DAILY = "numbers a day"
    TIME = "time spent"
    PLAN = "plans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """How a person comes by an export, in whole sentences of plain text.

    steps: what to click, in order; wait: how long it takes; cannot: what it does not tell, and why.
    answers: the questions it helps with, each with a limit of a few words ("ids only") or an empty text.
    """

    steps: tuple[str, ...]
    wait: str
    cannot: str
    answers: Mapping[Question, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One export format.

    name: its key (`x-archive`); title: as a person says it; version: raised when rows would come out
    differently, so that importing the same file again replaces what the older version made of it.
    """

    name: str
    title: str
    version: str
    recognise: Callable[[Files], tuple[str, ...]]
    read: Callable[[Files, tuple[str, ...], Stage, Options], Iterator[Finding]]
    guide: Guide
    folders: tuple[str, ...] = ()
    """Patterns of the folders that an export has beside its top one, such as "connections/*"; members are
    then named from the top folder on. Without any, an export is the files of one folder."""
    each_file: bool = False
    """True where every file is an export by itself, whatever lies beside it."""
    partial_posts: bool = False
    """True where posts lack what other sources tell of the same posts: theirs then count."""
    uses_sites: bool = False
    """True where rows depend on sites.toml: its digest is then part of the version."""
    uses_options: bool = False
    """True where rows depend on the user's time zone, or on a name given with --me for this importer: they are
    then part of the version, so that importing again with others replaces what was read with the first."""


__all__ = [
    "ExportedAt", "Files", "Finding", "Guide", "Importer", "Note", "Options", "Owner", "Problem", "Question",
    "Refused", "Sites", "Stage", "StageError",
]  # fmt: skip
