"""What time trackers' detailed reports have in common: rows with a start, an end, and words of the user's own.

A row says who (User, Email), what (Project, Tags, Description, Task: the first that names a site decides),
and from when to when on the clock of the profile's time zone, which the file does not state: the user's own
zone is taken. Start and end count; the column Duration only tells which of two hours is meant when the clock
is put back, since a report that rounds writes rounded durations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from analytics.importers._buckets import Span, in_words, one_at_a_time
from analytics.importers._csv import Header, load_csv, read_header
from analytics.importers._rows import Rows
from analytics.importers._site_names import SiteNames
from analytics.importers.interface import Files, Finding, Note, Options, Refused, Stage
from analytics.reference import load_sites

# A header is one line; in a file that starts with more than this it is none.
LONGEST_HEADER = 16384
DELIMITERS = ",;\t"
LONGEST = timedelta(hours=24)
EARLIEST, LATEST = datetime(1990, 1, 2), datetime(2100, 12, 31)
TOLERANCE = 60
"""Seconds by which a duration may differ from end less start: trackers cut or round to the minute."""
DECIDING = ("project", "tags", "description", "task")
MOST_NAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a report: its line in the file and its cells by column, trimmed, '' where empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """When a row says it was: on the local clock, and how many seconds long where it says that too."""

    start: datetime
    end: datetime
    seconds: float | None


@dataclass(slots=True, kw_only=True)
class Report:
    """The rows of one report on their way into the stage."""

    tracker: str
    name: str
    rows: Rows
    options: Options
    spans: list[Span] = field(default_factory=list)
    counted: int = 0
    elsewhere: float = 0.0
    differing: int = 0

    def add(self, row: Row, entry: Entry, names: SiteNames) -> None:
        """Take one entry: a stretch on the site that it names, else time elsewhere."""
        if not (EARLIEST <= entry.start < LATEST and EARLIEST <= entry.end < LATEST):
            year = entry.start.year if EARLIEST <= entry.end < LATEST else entry.end.year
            self.rows.problem(self.name, row.line, f"is of the year {year}, expected one from 1990 to 2100")
            return
        start, end = _on_the_world_clock(entry, self.options.time_zone)
        length = (end - start).total_seconds()
        if length < 0:
            self.rows.problem(self.name, row.line, "ends before it starts")
            return
        if end - start > LONGEST:
            self.rows.problem(
                self.name, row.line, f"lasts {in_words(length)}; longer than a day is no presence"
            )
            return
        self.counted += 1
        if entry.seconds is not None and abs(length - entry.seconds) > TOLERANCE:
            self.differing += 1
        site = next((site for column in DECIDING if (site := names.find(row[column]))), None)
        if site is None:
            self.elsewhere += length
        elif length:
            self.spans.append(Span(site=site, start_utc=start, end_utc=end))

    def finish(self) -> Iterator[Finding]:
        """Hand over the time on sites, overlapping entries counted once, then say what was read."""
        spans = one_at_a_time(self.spans)
        for span in spans:
            self.rows.add(
                "time_spans",
                site=span.site,
                start_utc=span.start_utc,
                end_utc=span.end_utc,
                basis="measured",
                device=self.tracker,
            )
        on_sites = sum(span.seconds for span in spans)
        number = len({span.site for span in spans})
        if self.counted:
            yield Note(
                text=f"{self.name}: {self.counted:,} {'entry' if self.counted == 1 else 'entries'} read, "
                f"{in_words(on_sites)} on {number} known {'site' if number == 1 else 'sites'}"
                + (f"; {in_words(self.elsewhere)} in entries that name none." if self.elsewhere else ".")
            )
            yield Note(
                text=f"{self.name}: its times are read in the time zone {self.options.time_zone}; if it was written "
                "in another, undo this import, name it with watercooler settings time_zone, and import again."
            )
        if self.differing:
            yield Note(
                text=f"{self.name}: in {self.differing:,} of {self.counted:,} rows the duration is not end less "
                "start (a report can round it); start and end count."
            )
        yield from self.rows.finish()


def load(stage: Stage, files: Files, name: str, header: Header, rows: Rows) -> list[Row]:
    """The rows of a report by its column names (lower case); rows that cannot be read become problems."""
    loaded = load_csv(stage, files, name, header)
    for line, what in loaded.broken:
        rows.problem(name, line, what)
    keys = header.keys()
    columns = ", ".join(f"c{place}" for place in range(len(keys)))
    found = stage.run(f"SELECT row_number, {columns} FROM csv_rows ORDER BY row_number")
    lines = loaded.lines_of({row[0] for row in found})
    stage.run("DROP TABLE csv_rows")
    return [
        Row(
            line=lines[number],
            cells={key: (cell or "").strip() for key, cell in reversed(list(zip(keys, cells, strict=True)))},
        )
        for number, *cells in found
        if any((cell or "").strip() for cell in cells)
    ]


def of_one_person(report: Report, rows: list[Row], path: str) -> tuple[list[Row], list[Note]]:
    """The rows of the person meant by --me, else all of them, with a Note where they are of several people."""
    users = Counter(_person(row) for row in rows)
    wanted = report.options.me.get(report.tracker)
    listed = ", ".join(sorted(users)[:MOST_NAMES]) + (" ..." if len(users) > MOST_NAMES else "")
    if wanted:
        key = wanted.strip().casefold()
        mine = [row for row in rows if key in (_person(row).casefold(), row["email"].casefold())]
        if rows and not mine:
            raise Refused(
                f"{path}: no row of {report.name} is of {wanted}; it has rows of {listed}. "
                f"Name one of them with --me {report.tracker}:NAME."
            )
        left = len(rows) - len(mine)
        notes = (
            [Note(text=f"{report.name}: left out {left:,} {'row' if left == 1 else 'rows'} of other people.")]
            if left
            else []
        )
        return mine, notes
    if len(users) < 2:
        return rows, []
    return rows, [
        Note(
            text=f"{report.name} holds rows of {len(users)} people ({listed}), and all count as yours; to count "
            f"one person only, undo this import and import again with --me {report.tracker}:NAME."
        )
    ]


def _person(row: Row) -> str:
    return row["user"] or row["member"] or row["email"]


def seconds_of(text: str) -> float | None:
    """A duration such as 01:30:00 in seconds; null where it is none.

    >>> seconds_of("01:30:00")
    5400.0
    """
    found = re.fullmatch(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?", text, re.ASCII)
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)


def find_header(files: Files, name: str, is_it: Callable[[set[str]], bool]) -> Header | None:
    """The header of a CSV whose columns (lower case) are the ones wanted; null for any other file."""
    head = files.head(name, LONGEST_HEADER)
    for delimiter in DELIMITERS:
        header = read_header(head, delimiter)
        if header and header.size < LONGEST_HEADER and is_it(set(header.keys())):
            return header
    return None


def site_names() -> SiteNames:
    """The names of the sites in sites.toml."""
    return SiteNames(load_sites())


def _on_the_world_clock(entry: Entry, time_zone: str) -> tuple[datetime, datetime]:
    """Start and end in naive UTC; of an hour that happens twice the one that fits the duration best."""
    zone = ZoneInfo(time_zone)

    def utc(local: datetime, fold: int) -> datetime:
        offset = local.replace(tzinfo=zone, fold=fold).utcoffset()
        return local - (offset or timedelta())

    told = (entry.end - entry.start).total_seconds() if entry.seconds is None else entry.seconds

    def misfit(pair: tuple[datetime, datetime]) -> tuple[bool, float]:
        length = (pair[1] - pair[0]).total_seconds()
        return length < 0, abs(length - told)

    # Where nothing tells them apart, the second hour is meant, as everywhere else.
    pairs = [(utc(entry.start, first), utc(entry.end, last)) for first, last in product((1, 0), repeat=2)]
    return min(pairs, key=misfit)
