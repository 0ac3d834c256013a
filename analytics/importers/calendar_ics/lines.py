"""The text of an iCalendar file -> its calendars and events, as lines; only those lines that are needed.

Descriptions, places, guests, alarms and attachments are dropped here, unread. A file of any size is read line
by line; what is kept of an event are a few short lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_KEPT = frozenset(
    {
        "UID", "SUMMARY", "CATEGORIES", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE",
        "RECURRENCE-ID", "STATUS", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED",
    }
)  # fmt: skip
# A name, parameters (which may hold colons in quotation marks), a value.
_LINE = re.compile(r'([A-Za-z0-9-]+)(;(?:"[^"]*"|[^":])*)?:(.*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LONGEST_NAME = 100


@dataclass(slots=True, kw_only=True)
class RawEvent:
    """One VEVENT: the line of the file it begins on, and its needed lines, unfolded."""

    line: int
    lines: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    """Name of a property -> its values as they stand in the file."""

    def text(self, name: str) -> str:
        """A text property, unescaped; of several the first."""
        return unescaped(next(iter(self.values.get(name, ())), ""))

    def categories(self) -> list[str]:
        """The categories, each by itself."""
        listed = (re.split(r"(?<!\\),", value) for value in self.values.get("CATEGORIES", ()))
        return [unescaped(category) for categories in listed for category in categories]


@dataclass(slots=True, kw_only=True)
class RawCalendar:
    """One VCALENDAR: its name and program as text, its time zones and its events."""

    name: str | None = None
    program: str | None = None
    is_published: bool = False
    """It has a METHOD: the DTSTAMP of its events is then when the file was made (RFC 5545, 3.8.7.2)."""
    zones: list[str] = field(default_factory=list)
    events: list[RawEvent] = field(default_factory=list)
    endless: list[int] = field(default_factory=list)
    """Lines on which an event begins that has no end."""
    is_whole: bool = False
    """Its end was reached."""


def unescaped(value: str) -> str:
    r"""A text value without its backslashes.

    >>> unescaped(r"Mastodon\, then tea")
    'Mastodon, then tea'
    """
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)


def read_calendars(path: Path) -> list[RawCalendar]:
    """All calendars of a file, one after the other. Lines outside of any are passed over."""
    calendars: list[RawCalendar] = []
    for number, line in _unfolded(path):
        word = line.strip("\ufeff \t").upper()
        if word == "BEGIN:VCALENDAR":
            calendars.append(RawCalendar())
            reader = _Reader(calendars[-1])
        elif calendars:
            reader.take(number, line, word)
    return calendars


class _Reader:
    """Takes the lines of one calendar. What is nested in an event, such as an alarm, is passed over."""

    def __init__(self, calendar: RawCalendar) -> None:
        self._calendar = calendar
        self._open: list[str] = []
        self._event: RawEvent | None = None
        self._zone: list[str] = []

    def take(self, number: int, line: str, word: str) -> None:
        if word == "END:VCALENDAR":
            self._calendar.is_whole = True
        if word in ("BEGIN:VEVENT", "END:VCALENDAR"):
            # Events do not lie within anything: what is still open lost its end.
            self._open.clear()
            if self._event:
                self._calendar.endless.append(self._event.line)
                self._event = None
        if word.startswith("BEGIN:"):
            self._open.append(word[6:])
            if self._open == ["VEVENT"]:
                self._event = RawEvent(line=number)
        if self._open[:1] == ["VTIMEZONE"]:
            self._zone.append(line)
        elif self._open == ["VEVENT"] and self._event:
            _keep(self._event, line)
        elif not self._open:
            self._take_own(line)
        if word.startswith("END:"):
            self._close(word[4:])

    def _take_own(self, line: str) -> None:
        calendar = self._calendar
        if found := _LINE.fullmatch(line):
            value = _as_name(unescaped(found[3]))
            match found[1].upper():
                case "X-WR-CALNAME":
                    calendar.name = value or calendar.name
                case "NAME":
                    calendar.name = calendar.name or value
                case "PRODID":
                    calendar.program = value or None
                case "METHOD":
                    calendar.is_published = True

    def _close(self, name: str) -> None:
        if name not in self._open:
            return
        while self._open.pop() != name:
            pass
        if self._open:
            return
        if name == "VEVENT" and self._event:
            self._calendar.events.append(self._event)
            self._event = None
        elif name == "VTIMEZONE":
            self._calendar.zones.append("\r\n".join(self._zone))
            self._zone = []


def _keep(event: RawEvent, line: str) -> None:
    found = _LINE.fullmatch(line)
    if found and (name := found[1].upper()) in _KEPT:
        event.lines.append(line)
        event.values.setdefault(name, []).append(found[3])


def _as_name(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[
        :_LONGEST_NAME
    ]


def _unfolded(path: Path) -> Iterator[tuple[int, str]]:
    """Each line, with its number, joined with the lines that go on with it (they begin with a blank)."""
    begun, parts = 0, [""]
    # A line may be folded in the middle of a letter, so bytes become letters only when it is whole again.
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(map(_without_end, file), start=1):
            if line[:1] in (" ", "\t") and begun:
                parts.append(line[1:])
                continue
            if begun:
                yield begun, _decoded("".join(parts))
            begun, parts = number, [line]
    if begun:
        yield begun, _decoded("".join(parts))


def _without_end(line: str) -> str:
    return line.removesuffix("\n")


def _decoded(line: str) -> str:
    return line.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
