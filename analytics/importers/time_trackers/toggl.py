"""Toggl Track: time that a person logged with a timer, from the detailed report.

How to get it: toggl.com/track, Reports, Detailed, choose the dates, Export, Download CSV. The file is named
Toggl_time_entries_FROM_to_TO.csv or the like; it is recognised by its columns. UTF-8, with a byte order mark
or without; dates 2026-11-22, times 09:30:00. Format last seen 2016 to 2025.

Read are start, end and duration; of project, tags, description and task only which site they name. Clients,
money, names and e-mail addresses are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

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
    Entry,
    Report,
    Row,
    find_header,
    load,
    of_one_person,
    seconds_of,
    site_names,
)

MARKS = frozenset({"start date", "start time", "duration"})
_EXPECTED = "a date and a time such as 2026-11-22 and 09:30:00"


def recognise(files: Files) -> tuple[str, ...]:
    """The files with the columns of a detailed report; Clockify's are told by "Duration (h)"."""
    return tuple(name for name in files.names() if find_header(files, name, _is_detailed))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill time_spans with the entries that name a site."""
    for name in members:
        header = find_header(files, name, _is_detailed)
        if header is None:
            raise Refused(f"{files.path}: {name} lacks the columns of a detailed report; export it again.")
        rows = Rows(stage)
        report = Report(tracker="toggl", name=name, rows=rows, options=options)
        found, notes = of_one_person(report, load(stage, files, name, header, rows), str(files.path))
        yield from notes
        if not found and not notes:
            yield Note(text=f"{name} holds a header and no rows: nothing was tracked on those dates.")
        names = site_names()
        for row in found:
            entry = _entry(row, rows, name)
            if entry:
                report.add(row, entry, names)
        yield from report.finish()


def _is_detailed(columns: set[str]) -> bool:
    return columns >= MARKS and (columns >= {"end date", "end time"} or columns >= {"stop date", "stop time"})


def _entry(row: Row, rows: Rows, name: str) -> Entry | None:
    start = _moment(row["start date"], row["start time"])
    end = _moment(row["end date"] or row["stop date"], row["end time"] or row["stop time"])
    if start is None or end is None:
        side = "start" if start is None else "end"
        rows.problem(name, row.line, f"its {side} cannot be read, expected {_EXPECTED}")
        return None
    return Entry(start=start, end=end, seconds=seconds_of(row["duration"]))


def _moment(day: str, clock: str) -> datetime | None:
    try:
        return datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


IMPORTER = Importer(
    name="toggl",
    title="Toggl detailed report",
    version="1",
    recognise=recognise,
    read=read,
    each_file=True,
    uses_sites=True,
    uses_options=True,
    guide=Guide(
        steps=(
            "While you track, name the site in the project, a tag or the description: Reddit, Mastodon, x.com.",
            "In Toggl Track, open Reports, then Detailed, and choose the dates and your own entries.",
            "Press Export, download the CSV and import it. Its times are those of your profile's time zone: "
            "watercooler settings time_zone should name the same one before.",
        ),
        wait="At once.",
        cannot="It knows only the time that you logged by hand, and not the time zone it was written in.",
        answers={Question.TIME: "where an entry names a site"},
    ),
)
