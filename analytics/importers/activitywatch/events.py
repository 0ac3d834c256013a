"""One bucket of an ActivityWatch export as columns of numbers, and what its events say.

A bucket is {"id", "type", "client", "hostname", "events": [...]} with the events newest first; an event is
{"timestamp", "duration" in seconds, "data"}. Two servers write it (last seen 2026-04): the Python one
without event ids and with +00:00, the Rust one (Android, newer desktops) with an id, Z and up to nine
decimals. Window titles and whole addresses are dropped here: of a page only its domain is kept.
"""

from __future__ import annotations

import math
import re
from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TextIO

import numpy as np

from analytics.importers._stream import Broken, JsonStream
from analytics.importers.activitywatch.intervals import Pieces
from analytics.importers.interface import Refused
from analytics.model import Problem

WINDOW, AFK, WEB = "currentwindow", "afkstatus", "web.tab.current"
NOT_AFK = "not-afk"

SECOND = 1_000_000
DAY = 86_400 * SECOND
# A watcher that never sees a change can write one event for weeks; beyond a year it is no measurement.
LONGEST = 366 * DAY
YEARS = range(2000, 2100)
LONGEST_NAME = 200

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOST = re.compile(r"https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)", re.IGNORECASE)


class Label(NamedTuple):
    """What an event says. host: '' for a page that is no web page, null where there is no address."""

    app: str | None
    package: str | None
    status: str | None
    host: str | None
    private: bool

    @property
    def sort_key(self) -> tuple[str, ...]:
        """An order of labels that does not depend on the order they were met in."""
        return tuple("" if part is None else f"={part}" for part in self)


@dataclass(slots=True, kw_only=True)
class Bucket:
    """One watcher's events. Columns: place in the list from 1, start and length in microseconds, label."""

    file: str
    id: str
    type: str = ""
    client: str = ""
    hostname: str = ""
    read: int = 0
    numbers: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    labels: array[int] = field(default_factory=lambda: array("q"))
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_android(self) -> bool:
        """Android's watcher knows no away-from-keyboard, and names packages."""
        return "android" in self.client.lower() or "android" in self.id.lower()

    def problem(self, number: int, what: str) -> Problem:
        """A Problem of one event."""
        return Problem(place=f"{self.file}, bucket {self.id}, event {number}", what=what)

    def pieces(self) -> Pieces:
        """The events that last, as they are: unsorted, overlapping."""
        start, length, label = (np.array(column, dtype=np.int64) for column in self._columns())
        lasts = length > 0
        return Pieces(start[lasts], start[lasts] + length[lasts], label[lasts])

    def newest(self) -> int | None:
        """The last moment of any event, in microseconds; an event of days counts by its start."""
        ends = (s + (d if d <= DAY else 0) for s, d in zip(self.starts, self.lengths, strict=True))
        return max(ends, default=None)

    def drop(self, unfit: dict[int, str]) -> None:
        """Leave out events by their place in the columns, each with a Problem."""
        if not unfit:
            return
        self.problems += [self.problem(self.numbers[at], what) for at, what in sorted(unfit.items())]
        kept = [at for at in range(len(self.starts)) if at not in unfit]
        for column in (self.numbers, *self._columns()):
            column[:] = array("q", (column[at] for at in kept))

    def _columns(self) -> tuple[array[int], array[int], array[int]]:
        return self.starts, self.lengths, self.labels


class Reader:
    """Reads exports into buckets that share one list of labels."""

    def __init__(self) -> None:
        self.buckets: list[Bucket] = []
        self._numbers: dict[Label, int] = {}

    def read(self, file: str, text: TextIO) -> None:
        """Read one file. Raises Refused where it is not whole."""
        stream = JsonStream(text)
        first = len(self.buckets)
        try:
            for key in stream.members():
                if key == "buckets":
                    for bucket_id in stream.members():
                        self._read_bucket(stream, Bucket(file=file, id=_text(bucket_id) or ""))
                else:
                    stream.value()
            if stream.peek():
                raise Broken("something follows the end")
        except Broken as error:
            events = sum(bucket.read for bucket in self.buckets[first:])
            raise Refused(
                f"{file} is damaged or cut short: its JSON cannot be read on after {events:,} events. A whole "
                "ActivityWatch export was expected; export it again (Raw Data, Export all buckets as JSON)."
            ) from error

    def labels(self) -> list[Label]:
        """All labels, in an order of their own; the buckets' columns are renumbered to it."""
        ordered = sorted(self._numbers, key=lambda label: label.sort_key)
        place = {self._numbers[label]: at for at, label in enumerate(ordered)}
        for bucket in self.buckets:
            bucket.labels = array("q", (place[number] for number in bucket.labels))
        self._numbers = {label: at for at, label in enumerate(ordered)}
        return ordered

    def _read_bucket(self, stream: JsonStream, bucket: Bucket) -> None:
        self.buckets.append(bucket)
        if stream.peek() != "{":
            stream.value()
            bucket.problems.append(
                Problem(place=f"{bucket.file}, bucket {bucket.id}", what="the bucket is not an object")
            )
            return
        for key in stream.members():
            if key == "events" and stream.peek() == "[":
                for event in stream.elements():
                    self._read_event(bucket, event)
            else:
                value = stream.value()
                if key in ("type", "client", "hostname"):
                    setattr(bucket, key, _text(value) or "")
        self._check_labels(bucket)

    def _read_event(self, bucket: Bucket, event: Any) -> None:
        bucket.read += 1
        try:
            moment = datetime.fromisoformat(event["timestamp"])
            if moment.tzinfo is None:  # ActivityWatch keeps everything in UTC
                moment = moment.replace(tzinfo=UTC)
            length = round(event["duration"] * SECOND)
            label = label_of(event["data"])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            bucket.problems.append(bucket.problem(bucket.read, what_is_wrong(event)))
            return
        if not 0 <= length <= LONGEST or moment.year not in YEARS:
            bucket.problems.append(bucket.problem(bucket.read, what_is_wrong(event)))
            return
        bucket.numbers.append(bucket.read)
        bucket.starts.append((moment - _EPOCH) // _MICROSECOND)
        bucket.lengths.append(length)
        bucket.labels.append(self._numbers.setdefault(label, len(self._numbers)))

    def _check_labels(self, bucket: Bucket) -> None:
        # Only now: "type" may stand behind the events.
        lacking = {
            number: what
            for label, number in self._numbers.items()
            if (what := what_is_missing(bucket.type, label))
        }
        bucket.drop({at: lacking[label] for at, label in enumerate(bucket.labels) if label in lacking})


def label_of(data: Any) -> Label:
    """What an event's data says. Of a private tab nothing but that it was one.

    >>> label_of({"url": "https://www.example.org/a?b", "title": "A"}).host
    'example.org'
    """
    private = data.get("incognito") is True
    url = None if private else data.get("url")
    host = None
    if isinstance(url, str):
        found = _HOST.match(url)
        host = (_text(found[1]) or "").lower().rstrip(".") if found else ""
    return Label(_text(data.get("app")), _text(data.get("package")), _text(data.get("status")), host, private)


def _text(value: Any) -> str | None:
    """A name that can be stored: of a bearable length, without halves of characters."""
    if not isinstance(value, str):
        return None
    name = value[:LONGEST_NAME]
    return name if name.isascii() else name.encode("utf-8", "replace").decode("utf-8")


def what_is_missing(bucket_type: str, label: Label) -> str | None:
    """Why an event of this type of bucket says nothing; null where it is fine or nobody asks."""
    if bucket_type == WINDOW and label.app is None and label.package is None:
        return "the event names no app"
    if bucket_type == AFK and label.status is None:
        return "the event says neither afk nor not-afk"
    if bucket_type == WEB and label.host is None and not label.private:
        return "the event has no address (url)"
    return None


def what_is_wrong(event: Any) -> str:
    """One sentence on an event that could not be read."""
    if not isinstance(event, dict):
        return "the event is not an object"
    if what := _wrong_timestamp(event.get("timestamp")):
        return what
    if not isinstance(event.get("data"), dict):
        return "the event has no data"
    return _wrong_duration(event.get("duration"))


def _wrong_timestamp(stamp: Any) -> str | None:
    try:
        year = datetime.fromisoformat(stamp).year if isinstance(stamp, str) else None
    except ValueError:
        year = None
    if year is None:
        return f"timestamp {str(stamp)[:40]!r} cannot be read, expected one like 2026-11-22T09:30:00+00:00"
    return None if year in YEARS else f"timestamp {stamp[:40]!r} is not of this century; the clock was wrong"


def _wrong_duration(duration: Any) -> str:
    if not isinstance(duration, int | float) or not math.isfinite(duration):
        return f"duration {str(duration)[:40]!r} is no number of seconds"
    if duration < 0:
        return f"the duration is negative ({duration:g} seconds)"
    return f"the duration is longer than a year ({duration:g} seconds)"
