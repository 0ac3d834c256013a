"""Events -> slots: recurrences spelled out, zones brought to UTC, and what is no slot told apart."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar.timezone import tzp

from analytics.importers import _when
from analytics.importers.calendar_ics import rules
from analytics.importers.calendar_ics.lines import RawEvent
from analytics.importers.calendar_ics.meaning import Meaning

EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2101, 1, 1)
YEAR = timedelta(days=366)
LONGEST = timedelta(hours=24)
MOST_OF_ONE_EVENT = 10_000
_WINDOW = timedelta(days=2 * 366)
"""So much of a series is spelled out at once."""

_RECURRING = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")

# What the libraries raise on values that they do not expect.
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One planned stretch of time (naive UTC) and the sites that its event names, maybe none."""

    start_utc: datetime
    end_utc: datetime
    sites: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """An event that cannot be used: the line it begins on, and why."""

    line: int
    what: str


class _Unusable(Exception):
    """Why an event is no slot; `count` names what it is counted as, where it is no mistake."""

    def __init__(self, what: str, *, count: str | None = None) -> None:
        super().__init__(what)
        self.count = count


class Planner:
    """Makes slots of the events of one calendar.

    horizon: a series without an end is spelled out up to here (naive UTC); a series that begins later, for
    the first year of it. counts: how many events were no slots, by the reason: "all day", "no length",
    "cancelled", "unknown zone", "cut".
    """

    def __init__(self, zones: Sequence[str], meaning: Meaning, time_zone: str, horizon: datetime) -> None:
        self._meaning = meaning
        self._time_zone = time_zone
        self._horizon = horizon
        self.counts: Counter[str] = Counter()
        _know(zones)

    def slots(self, series: Sequence[RawEvent]) -> Iterator[Slot | Bad]:
        """The slots of the events of one UID: one that may recur, and changes to some of its occurrences."""
        usable: list[icalendar.Event] = []
        for raw in series:
            try:
                event = _parsed(raw)
                unusable = self._unusable(event)
            except _UNREADABLE:
                yield Bad(line=raw.line, what="cannot be read; its times or its rule are written wrongly")
                continue
            if unusable:
                if unusable.count:
                    self.counts[unusable.count] += 1
                else:
                    yield Bad(line=raw.line, what=str(unusable))
                # A change that is no slot still takes the place of an occurrence.
                if event.get("RECURRENCE-ID") is None:
                    continue
                _take_out(event)
            usable.append(event)
        if not usable:
            return
        try:
            for event in self._occurrences(usable):
                if slot := self._slot(event):
                    yield slot
        except _UNREADABLE:
            yield Bad(line=series[0].line, what="recurs in a way that cannot be followed")

    def _unusable(self, event: icalendar.Event) -> _Unusable | None:
        try:
            self._check(event)
        except _Unusable as why:
            return why
        return None

    def _check(self, event: icalendar.Event) -> None:
        """Raises _Unusable where an event is no slot, or would be an endless search."""
        start, end = _times(event)
        if _is_cancelled(event):
            raise _Unusable("was cancelled", count="cancelled")
        if not isinstance(start, datetime):
            raise _Unusable("lasts all day", count="all day")
        if end is None or end == start:
            raise _Unusable("has no length", count="no length")
        if not isinstance(end, datetime):
            raise _Unusable("begins at a time of day and ends with a day")
        if not EARLIEST <= _naive(start) < LATEST or not EARLIEST <= _naive(end) < LATEST:
            raise _Unusable("does not lie between 1990 and 2100")
        if start.tzinfo is None and _has_zone(event):
            self.counts["unknown zone"] += 1
        self._check_length(start, end)
        for rule in _listed(event.get("RRULE")):
            self._check_rule(rule, start)

    def _check_length(self, start: datetime, end: datetime) -> None:
        length = self._utc(end) - self._utc(start)
        if length <= timedelta(0):
            raise _Unusable("ends before it begins")
        if length > LONGEST:
            raise _Unusable("lasts more than 24 hours, which is no slot")

    def _check_rule(self, rule: Mapping[str, Any], start: datetime) -> None:
        last = self._last(_naive(start))
        try:
            wrong = rules.complaint(rule, start.date(), last.date())
        except _UNREADABLE:
            wrong = "repeats by a rule that cannot be read"
        if wrong:
            raise _Unusable(wrong)

    def _last(self, first: datetime) -> datetime:
        """Up to when a series that begins then is spelled out."""
        return min(LATEST, max(self._horizon, min(first, LATEST) + YEAR))

    def _occurrences(self, events: Sequence[icalendar.Event]) -> Iterator[icalendar.Event]:
        """The occurrences of a series in order; at most MOST_OF_ONE_EVENT of them."""
        if not any(event.get(name) is not None for event in events for name in _RECURRING):
            newest = max(_sequence(event) for event in events)
            yield from (event for event in events if _sequence(event) == newest)
            return
        calendar = icalendar.Calendar()
        for event in events:
            calendar.add_component(event)
        query = recurring_ical_events.of(calendar)
        starts = [_naive(_times(event)[0]) for event in events]
        moment = max(min(starts), EARLIEST) - timedelta(days=2)
        last = self._last(max(starts))
        seen: set[tuple[Any, Any]] = set()
        while moment < last:
            after = min(moment + _WINDOW, last)
            # Those that lie across the end of a window are found twice.
            for event in query.between(moment, after):
                key = _times(event)
                if key in seen:
                    continue
                if len(seen) == MOST_OF_ONE_EVENT:
                    self.counts["cut"] += 1
                    return
                seen.add(key)
                yield event
            moment = after

    def _slot(self, event: icalendar.Event) -> Slot | None:
        """An occurrence as a slot; none where it is cancelled, about something else, or no stretch of time."""
        start, end = _times(event)
        sites = self._meaning.of(*_texts(event))
        if sites is None or _is_cancelled(event):
            return None
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            return None
        start, end = self._utc(start), self._utc(end)
        if not (timedelta(0) < end - start <= LONGEST and start >= EARLIEST and end < LATEST):
            return None
        return Slot(start_utc=start, end_utc=end, sites=sites)

    def _utc(self, moment: datetime) -> datetime:
        """Naive UTC; a time without a zone is the user's."""
        if moment.tzinfo is None:
            return _when.to_utc(moment, self._time_zone)
        return moment.astimezone(UTC).replace(tzinfo=None)


def _know(zones: Sequence[str]) -> None:
    """Make the zones that a file defines known to the library, and forget those of the file before."""
    tzp.use_zoneinfo()
    for zone in zones:
        try:
            # Reading a zone makes it known.
            if not any(_is_endless(line) for line in zone.splitlines() if line.upper().startswith("RRULE")):
                icalendar.Timezone.from_ical(zone)
        except _UNREADABLE:
            continue


def _is_endless(line: str) -> bool:
    rule = icalendar.vRecur.from_ical(line.partition(":")[2])
    return rules.complaint(rule, EARLIEST.date(), LATEST.date()) is not None


def _parsed(raw: RawEvent) -> icalendar.Event:
    with warnings.catch_warnings():
        # It is told that /vendor/Europe/Berlin was taken for Europe/Berlin.
        warnings.simplefilter("ignore")
        event = icalendar.Event.from_ical("\r\n".join(["BEGIN:VEVENT", *raw.lines, "END:VEVENT", ""]))
    if not isinstance(event, icalendar.Event):
        raise TypeError("no event")
    _times(event)
    return event


def _times(event: icalendar.Event) -> tuple[date, date | None]:
    """When an event begins and ends, dates where it lasts all day; no end where it has none."""
    start = _value(event, "DTSTART")
    if event.get("DTEND") is not None:
        return start, _value(event, "DTEND")
    if event.get("DURATION") is not None:
        return start, start + _value(event, "DURATION")
    return start, None


def _value(event: icalendar.Event, name: str) -> Any:
    found: Any = event[name]
    return found.dt


def _has_zone(event: icalendar.Event) -> bool:
    start: Any = event["DTSTART"]
    return "TZID" in start.params


def _take_out(event: icalendar.Event) -> None:
    """Leave of a change only that the occurrence is not as planned."""
    for name in ("DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"):
        event.pop(name, None)
    event["STATUS"] = "CANCELLED"


def _texts(event: icalendar.Event) -> list[str]:
    listed = [category for found in _listed(event.get("CATEGORIES")) for category in found.cats]
    return [str(text) for text in (event.get("SUMMARY", ""), *listed)]


def _is_cancelled(event: icalendar.Event) -> bool:
    return str(event.get("STATUS", "")).strip().upper() == "CANCELLED"


def _sequence(event: icalendar.Event) -> int:
    return int(event.get("SEQUENCE", 0))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _naive(moment: date) -> datetime:
    """The moment as its own clock shows it."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day)
