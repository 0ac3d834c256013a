"""Rows made in Python on their way to the stage: for formats that are nested or small, read value by value.

Memory stays flat for a file of any size: `elements` holds one value at a time, `Rows` hands them over in
batches. Formats with millions of flat rows go through DuckDB by columns instead (`_json`, `_csv`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO, TypeVar
from urllib.parse import urlsplit

from analytics.importers._said import MOST_PROBLEMS
from analytics.importers._stream import Broken, JsonStream
from analytics.importers.interface import Files, Note, Problem, Refused, Stage

BATCH = 20_000

_EPOCH = datetime(1970, 1, 1)
_EARLIEST, _LATEST = datetime(1990, 1, 1), datetime(2101, 1, 1)
_Read = TypeVar("_Read")


class Rows:
    """Takes rows and problems as they come; `finish` hands over the last of them.

    Every moment is naive UTC. A problem is counted by the file that its place begins with.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._problems: list[Problem] = []
        self._more: Counter[str] = Counter()
        self.count: Counter[str] = Counter()
        """Kind of row -> rows added."""

    def add(self, kind: str, /, **row: Any) -> None:
        """Take one row of a kind of `model.STAGED`; columns left out are null."""
        waiting = self._waiting.setdefault(kind, [])
        waiting.append(row)
        self.count[kind] += 1
        if len(waiting) == BATCH:
            self._hand_over(kind)

    def problem(self, file: str, row: int | None, what: str) -> None:
        """Note that something of a file could not be read; row counts from 1."""
        self._more[file] += 1
        if self._more[file] <= MOST_PROBLEMS:
            place = file if row is None else f"{file}, row {row}"
            self._problems.append(Problem(place=place, what=what))

    def finish(self) -> Iterator[Problem | Note]:
        """Hand over what still waits, then the problems in the order in which they came."""
        for kind in list(self._waiting):
            self._hand_over(kind)
        yield from self._problems
        for file, count in self._more.items():
            if count > MOST_PROBLEMS:
                yield Note(text=f"{file}: {count - MOST_PROBLEMS:,} more rows could not be read.")

    def _hand_over(self, kind: str) -> None:
        self._stage.add(kind, self._waiting.pop(kind))


class PlatformRows(Rows):
    """As `Rows`, for exports of one network: every row is of this platform."""

    def __init__(self, stage: Stage, platform: str) -> None:
        super().__init__(stage)
        self._platform = platform

    def add(self, kind: str, /, **row: Any) -> None:
        """Take one row of a kind of `model.STAGED` that has a platform; columns left out are null."""
        super().add(kind, **{"platform": self._platform} | row)


def read_json(
    stage: Stage, files: Files, name: str, read: Callable[[JsonStream], Iterator[_Read]]
) -> Iterator[_Read]:
    """What `read` yields of a member. Raises Refused, naming the file, where it is no JSON or breaks off."""
    path = stage.copy(files, name)
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as text:
            yield from read(JsonStream(text))
    except (Broken, RecursionError) as error:
        raise Refused(
            f"{files.path}: {name} is cut short or damaged (JSON was expected); download the export again."
        ) from error


def elements(stage: Stage, files: Files, name: str, *keys: str) -> Iterator[tuple[int, Any]]:
    """Number (from 1) and value of each element of a list in a JSON member.

    keys: the way to the list through nested objects; without any the member itself is the list. Where the
    way does not lead to a list, there are no elements. Raises Refused where the file is no JSON.
    """
    yield from read_json(stage, files, name, lambda stream: enumerate(_list_at(stream, keys), start=1))


def _list_at(stream: JsonStream, keys: tuple[str, ...]) -> Iterator[Any]:
    if not keys and stream.peek() == "[":
        yield from stream.elements()
    elif keys and stream.peek() == "{":
        for key in stream.members():
            if key == keys[0]:
                yield from _list_at(stream, keys[1:])
            else:
                stream.skip()
    else:
        stream.skip()


def json_lines(text: TextIO) -> Iterator[Any]:
    """The values of a text that holds one after the other, with or without line breaks. Raises Broken."""
    stream = JsonStream(text)
    while stream.peek():
        yield stream.value()


# Values


def at(value: Any, *keys: str | int) -> Any:
    """What lies in nested objects and lists under these keys; none where the way ends early.

    >>> at({"subject": [{"uri": "at://x"}]}, "subject", 0, "uri")
    'at://x'
    """
    for key in keys:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) and -len(value) <= key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def text_of(value: Any) -> str | None:
    """A text, or a whole number as text, that can be stored; none for anything else and for ''."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).encode(errors="replace").decode() or None


def is_link(text: str) -> bool:
    """Whether a text is a web address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def count_of(value: Any) -> int | None:
    """A whole number that is not negative, also one written as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value < 2**62 and value == int(value) else None


def moment_of(value: Any) -> datetime | None:
    """ISO 8601 with an offset, or without one meaning UTC -> naive UTC; none where it is not plausible.

    >>> moment_of("2026-11-22T10:00:00.123456789+02:00")
    datetime.datetime(2026, 11, 22, 8, 0, 0, 123456)
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.strip()))
    except ValueError:
        return None
    try:
        moment = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        return None
    return moment if _EARLIEST <= moment < _LATEST else None


def moment_after(start: datetime, seconds: Any) -> datetime | None:
    """The moment so many seconds after a start, such as 1970 or 2001; none where it is not plausible."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or math.isnan(seconds):
        return None
    try:
        moment = start + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return moment if _EARLIEST <= moment < _LATEST else None


def unix_moment(seconds: Any) -> datetime | None:
    """Seconds since 1970 (a number, or digits as text) -> naive UTC; none where it is not plausible."""
    if isinstance(seconds, str):
        seconds = count_of(seconds)
    return moment_after(_EPOCH, seconds)
