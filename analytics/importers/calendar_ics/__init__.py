"""Calendars (iCalendar, .ics): the time that is planned for social sites.

What is read: the start and the end of events whose summary or category names a site ("Mastodon", "Twitter",
"reddit.com"), or says "social media" or "watercooler" and no site. Recurring events are spelled out, with their
exceptions, up to one year after the file was written, as the file itself tells it. Transparent events count:
one plans a quarter of an hour without being busy. Left out: every other event (private: only counted, no word
of it is kept), all-day events, events without a length and cancelled ones, and of all events the description,
place, guests and alarms, which are not even looked at. A problem names the line on which its event begins.

To get one: the settings of a calendar have an export, mostly as "Export" or "Download as .ics"; a zip of several
(Google) can be imported as it is. Format: RFC 5545, RFC 7986; last seen 2026.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from analytics.importers._rows import Rows
from analytics.importers._when import parse_moment
from analytics.importers.calendar_ics.lines import RawCalendar, RawEvent, read_calendars
from analytics.importers.calendar_ics.meaning import Meaning
from analytics.importers.calendar_ics.slots import LATEST, MOST_OF_ONE_EVENT, YEAR, Bad, Planner, Slot
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Question,
    Stage,
)
from analytics.reference import load_sites

MOST_SLOTS = 50_000
"""Slots of one file; a plan of a person has some hundreds a year."""

_BEGINNING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?")


def recognise(files: Files) -> tuple[str, ...]:
    """The files that begin as a calendar does, whatever they are called."""
    return tuple(name for name in files.names() if _BEGINNING.match(files.head(name, 200)))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Hand over the planned slots of each file."""
    meaning = Meaning(load_sites())
    for name in members:
        calendars = read_calendars(stage.copy(files, name))
        made = options.as_of_utc or _newest([c for c in calendars if c.is_published], "DTSTAMP")
        if made:
            yield ExportedAt(moment_utc=made)
        yield from _read_one(name, calendars, stage, meaning, options)


def _read_one(
    name: str, calendars: list[RawCalendar], stage: Stage, meaning: Meaning, options: Options
) -> Iterator[Finding]:
    rows = Rows(stage)
    counts: Counter[str] = Counter()
    written = _newest(calendars, "DTSTAMP", "LAST-MODIFIED") or _newest(calendars, "DTSTART")
    horizon = min((written or datetime.min) + YEAR, LATEST)
    for calendar in calendars:
        called = calendar.name or calendar.program or PurePosixPath(name).stem
        if not calendar.is_whole:
            yield Note(text=f"{name} breaks off before the end of a calendar; was it cut?")
        for line in calendar.endless:
            rows.problem(name, line, "an event has no end (END:VEVENT); it was left out")
        before = rows.count["planned_slots"]
        planner = Planner(calendar.zones, meaning, options.time_zone, horizon)
        for found in _planned(calendar, planner, meaning, counts):
            if isinstance(found, Bad):
                rows.problem(name, found.line, f"an event {found.what}")
                continue
            if rows.count["planned_slots"] == MOST_SLOTS:
                yield Note(text=f"{name} plans more than {MOST_SLOTS:,} slots; the rest was left out.")
                break
            counts["several sites"] += len(found.sites) > 1
            rows.add(
                "planned_slots",
                calendar=called,
                site=next(iter(found.sites)) if len(found.sites) == 1 else None,
                start_utc=found.start_utc,
                end_utc=found.end_utc,
            )
        counts.update(planner.counts)
        if not calendar.name and rows.count["planned_slots"] > before:
            yield Note(
                text=f"{name} holds a calendar without a name; it is kept as “{called}”, and another one of that "
                "name would take its place."
            )
    yield from rows.finish()
    yield from _about(name, counts)


def _planned(
    calendar: RawCalendar, planner: Planner, meaning: Meaning, counts: Counter[str]
) -> Iterator[Slot | Bad]:
    """The slots of the events that are for social sites; the others are counted as private."""
    for series in _series(calendar.events):
        if any(meaning.of(event.text("SUMMARY"), *event.categories()) is not None for event in series):
            counts["planned"] += 1
            yield from planner.slots(series)
        else:
            counts["private"] += len(series)


def _series(events: list[RawEvent]) -> list[list[RawEvent]]:
    """The events by their UID; those without one each by itself."""
    series: dict[str, list[RawEvent]] = {}
    for event in events:
        series.setdefault(event.text("UID") or f"line {event.line}", []).append(event)
    return list(series.values())


def _newest(calendars: list[RawCalendar], *properties: str) -> datetime | None:
    """The newest moment that events tell in these properties; the hour is only as good as its zone."""
    found = (
        moment
        for calendar in calendars
        for event in calendar.events
        for name in properties
        for value in event.values.get(name, ())
        if (moment := _moment(value))
    )
    return max(found, default=None)


def _moment(value: str) -> datetime | None:
    """20261122T100000Z, or a day, as a naive moment; none where it is no plausible one."""
    if not (found := _STAMP.fullmatch(value.strip())):
        return None
    year, month, day, *clock = found.groups()
    hour, minute, second = (part or "00" for part in clock)
    return parse_moment(f"{year}-{month}-{day}T{hour}:{minute}:{second}Z", "UTC")


_SENTENCES = {
    "private": "other events, which name no site: private, nothing of them was kept: {}",
    "all day": "events for social sites that last all day and are no slots: {}",
    "no length": "events for social sites without a length, which are no slots: {}",
    "cancelled": "cancelled events for social sites, left out: {}",
    "several sites": "slots that name several sites, kept for social sites as a whole: {}",
    "unknown zone": "events in a time zone that nobody knows, read in your own: {}",
    "cut": f"events that recur more than {MOST_OF_ONE_EVENT:,} times, the rest of which was left out: {{}}",
}


def _about(name: str, counts: Counter[str]) -> Iterator[Note]:
    if not counts["planned"]:
        yield Note(
            text=f"{name} plans nothing for social sites: no summary or category names one of them or says "
            "“social media”."
        )
    for reason, sentence in _SENTENCES.items():
        if counts[reason]:
            yield Note(text=f"{name}: {sentence.format(f'{counts[reason]:,}')}.")


IMPORTER = Importer(
    name="calendar",
    title="Calendar (.ics)",
    version="1",
    recognise=recognise,
    read=read,
    guide=Guide(
        steps=(
            "Plan your time for social sites in any calendar program: one event for each slot, with the site in "
            "its title or as its category, such as “Mastodon” or “Social media”. It may recur.",
            "Export that calendar as an .ics file; in most programs the settings of a calendar have “Export”. "
            "In Google Calendar: Settings, Import & export, Export.",
            "Import the file, or the zip of all your calendars as it is; of other events nothing is kept.",
            "Export it again when the plan has changed; the new file takes the place of the old one.",
        ),
        wait="The file is made at once.",
        cannot="What you did in fact: a plan is set against recorded time.",
        answers={Question.PLAN: "events that name a site"},
    ),
    each_file=True,
    uses_sites=True,
    uses_options=True,
)
