"""Clockify: time that a person logged with a timer, from the detailed report.

How to get it: clockify.me, Reports, Time report, Detailed, choose the dates, Export, Save as CSV. The file is
named Clockify_Time_Report_Detailed_FROM-TO.csv; it is recognised by its columns. Format last seen 2026.

Dates and hours follow the settings of the workspace or profile: 22/06/2026, 06/22/2026, 2026-06-22; 14:30:00,
02:30:00 PM. Whether the day or the month stands first is decided once for the file: by a field above 12 in
any date, in the rows or in the file's name; else by which reading makes end less start the duration. Where
both readings remain and differ, the file is refused rather than guessed at.

Read are start, end and duration; of project, tags, description and task only which site they name. Clients,
money, names and e-mail addresses are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from analytics.importers._rows import Rows
from analytics.importers.interface import (
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Question,
    Refused,
    Stage,
)
from analytics.importers.time_trackers._entries import (
    LONGEST,
    TOLERANCE,
    Entry,
    Report,
    Row,
    find_header,
    load,
    of_one_person,
    seconds_of,
    site_names,
)

MARKS = frozenset({"start date", "start time", "end date", "end time"})
DAY_FIRST, MONTH_FIRST = (2, 1, 0), (2, 0, 1)
"""Where year, month and day stand in a date whose year stands last."""
YEAR_FIRST = (0, 1, 2)
_DAY = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)
_IN_NAME = re.compile(r"(?<!\d)(\d\d)[_.-](\d\d)[_.-](?:19|20)\d\d(?!\d)", re.ASCII)
_EXPECTED = "a date and a time as in the other rows, such as 22/06/2026 and 09:30:00"

Order = tuple[int, int, int]


def recognise(files: Files) -> tuple[str, ...]:
    """The files with the columns of a detailed report."""
    return tuple(name for name in files.names() if find_header(files, name, _is_detailed))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill time_spans with the entries that name a site."""
    for name in members:
        header = find_header(files, name, _is_detailed)
        if header is None:
            raise Refused(f"{files.path}: {name} lacks the columns of a detailed report; export it again.")
        rows = Rows(stage)
        report = Report(tracker="clockify", name=name, rows=rows, options=options)
        everybody = load(stage, files, name, header, rows)
        order = order_of_dates(everybody, name, str(files.path))
        found, notes = of_one_person(report, everybody, str(files.path))
        yield from notes
        if not found and not notes:
            yield Note(text=f"{name} holds a header and no rows: nothing was tracked on those dates.")
        names = site_names()
        for row in found:
            entry = _entry(row, order)
            if entry:
                report.add(row, entry, names)
            else:
                rows.problem(name, row.line, f"its start or end cannot be read, expected {_EXPECTED}")
        yield from report.finish()


def order_of_dates(rows: Sequence[Row], name: str, path: str) -> Order:
    """Whether the day or the month stands first in a file's dates. Raises Refused where both may."""
    dates = [date for row in rows for date in (row["start date"], row["end date"])]
    day_first = sum(_fits(date, DAY_FIRST) for date in dates)
    month_first = sum(_fits(date, MONTH_FIRST) for date in dates)
    if day_first != month_first:
        return DAY_FIRST if day_first > month_first else MONTH_FIRST
    day_first = sum(_adds_up(row, DAY_FIRST) for row in rows)
    month_first = sum(_adds_up(row, MONTH_FIRST) for row in rows)
    if day_first != month_first:
        return DAY_FIRST if day_first > month_first else MONTH_FIRST
    for first, second in _IN_NAME.findall(PurePosixPath(name).name):
        if (int(first) > 12) != (int(second) > 12):
            return DAY_FIRST if int(first) > 12 else MONTH_FIRST
    for row in rows:
        readings = [_moment(row["start date"], "00:00", order) for order in (DAY_FIRST, MONTH_FIRST)]
        if readings[0] != readings[1]:
            one, other = (f"{found.day} {found:%B %Y}" if found else "no date" for found in readings)
            raise Refused(
                f"{path}: the dates of {name} can be read in two ways ({row['start date']} is {one} or {other}); "
                "export it again over dates that include a day after the 12th, or set the date format of your "
                "Clockify profile to YYYY-MM-DD before."
            )
    return DAY_FIRST


def _is_detailed(columns: set[str]) -> bool:
    return columns >= MARKS and bool(columns & {"duration (h)", "duration (decimal)"})


def _fits(date: str, order: Order) -> bool:
    return _moment(date, "00:00", order) is not None


def _adds_up(row: Row, order: Order) -> bool:
    entry = _entry(row, order)
    if entry is None:
        return False
    length = entry.end - entry.start
    if entry.seconds is None:
        return 0 <= length.total_seconds() <= LONGEST.total_seconds()
    return abs(length.total_seconds() - entry.seconds) <= TOLERANCE


def _entry(row: Row, order: Order) -> Entry | None:
    start = _moment(row["start date"], row["start time"], order)
    end = _moment(row["end date"], row["end time"], order)
    if start is None or end is None:
        return None
    seconds = seconds_of(row["duration (h)"])
    if seconds is None and re.fullmatch(r"\d{1,5}[.,]\d+", row["duration (decimal)"], re.ASCII):
        seconds = float(row["duration (decimal)"].replace(",", ".")) * 3600
    return Entry(start=start, end=end, seconds=seconds)


def _moment(day: str, clock: str, order: Order) -> datetime | None:
    date, time = _DAY.fullmatch(day), _CLOCK.fullmatch(clock)
    if not date or not time:
        return None
    parts = [int(part) for part in date.groups()]
    if len(date[1]) == 4:
        order = YEAR_FIRST
    elif len(date[3]) != 4:
        return None
    year, month, day_of_month = (parts[place] for place in order)
    hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
    if time[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if time[4] in "pP" else 0)
    try:
        return datetime(year, month, day_of_month, hour, minute, second)
    except ValueError:
        return None


IMPORTER = Importer(
    name="clockify",
    title="Clockify detailed report",
    version="1",
    recognise=recognise,
    read=read,
    each_file=True,
    uses_sites=True,
    uses_options=True,
    guide=Guide(
        steps=(
            "While you track, name the site in the project, a tag or the description: Reddit, Mastodon, x.com.",
            "In Clockify, open Reports, then Detailed, and choose the dates and your own entries.",
            "Press Export, download the CSV and import it. Its times are those of your profile's time zone: "
            "watercooler settings time_zone should name the same one before.",
        ),
        wait="At once.",
        cannot="It knows only the time that you logged by hand, and not the time zone it was written in; where "
        "every date can be read day first or month first, it cannot be used.",
        answers={Question.TIME: "where an entry names a site"},
    ),
)
