"""RescueTime: time on sites and in programs, measured by its own program, in sums an hour (or five minutes).

How to get it: as JSON or CSV from its interface (www.rescuetime.com/anapi/data with perspective=interval,
resolution_time=hour, restrict_kind=activity), or as rescuetime-activity-history.csv, which has no header,
from the archive under Account settings, Your data. Each is recognised by its content. Format last seen 2025.

A row says how many seconds of an hour went to an activity: a domain, or the name of a program. The seconds
of one hour are laid out from its start, see `_buckets`; where several computers together fill more than the
hour, what is beyond it is cut. Rows in which the hour is not told (sums a day, or ranks) cannot be placed.

Times of the interface are local, without a zone; those of the archive have an offset. Read are moment,
activity and seconds; details, categories and productivity are not kept.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analytics.importers._buckets import in_words, laid_out, one_at_a_time
from analytics.importers._csv import Header, load_csv, read_header
from analytics.importers._rows import Rows, count_of, elements, text_of
from analytics.importers._site_names import site_called
from analytics.importers._when import parse_moment
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
from analytics.reference import Sites, load_sites

LONGEST_HEADER = 16384
_JSON = re.compile(rb'\s*(?:\xef\xbb\xbf)?\s*\{.{0,16000}?"row_headers"\s*:\s*\[', re.DOTALL)
_ARCHIVE = re.compile(rb'(?:\xef\xbb\xbf)?"?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:?\d\d"?,')
ARCHIVE = Header(names=("date", "activity", "details", "category", "class", "seconds"))
SECONDS = "time spent (seconds)"
HOUR, FIVE_MINUTES = timedelta(hours=1), timedelta(minutes=5)
_EXPORT_HOURS = (
    "ask for hours (perspective=interval, resolution_time=hour, restrict_kind=activity), or import "
    "rescuetime-activity-history.csv of the archive"
)


@dataclass(slots=True, kw_only=True)
class Buckets:
    """The seconds of every bucket: start on the local clock or in UTC -> site -> seconds."""

    name: str
    rows: Rows
    sites: Sites
    time_zone: str
    on_sites: dict[datetime, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    read: int = 0
    seconds: float = 0.0
    fine: bool = False
    """Whether any bucket starts within an hour: then all are of five minutes."""
    all_midnight: bool = True
    called: dict[str, str | None] = field(default_factory=dict)
    """Activity -> site."""

    def add(self, row: int, date: Any, activity: Any, spent: Any) -> None:
        """Take one row: a date, an activity and a number of seconds, as they stand in the file."""
        text = text_of(date)
        # 2026-11-16 09:00:00 -0800 has a space that ISO 8601 does not.
        plain = re.sub(r" ([+-]\d\d:?\d\d)$", r"\1", text.strip()) if text else ""
        start = parse_moment(plain, self.time_zone)
        seconds, called = _seconds(spent), text_of(activity)
        if start is None or seconds is None or called is None:
            what = "date" if start is None else "time spent" if seconds is None else "activity"
            self.rows.problem(self.name, row, f"its {what} cannot be read")
            return
        self.read += 1
        self.seconds += seconds
        self.all_midnight &= plain[10:].lstrip("Tt ")[:5] in ("", "00:00")
        self.fine |= plain[14:16] not in ("", "00")
        if called not in self.called:
            self.called[called] = site_called(called, self.sites)
        site = self.called[called]
        if site and seconds:
            bucket = self.on_sites[start]
            bucket[site] = bucket.get(site, 0.0) + seconds

    def finish(self, path: str) -> Iterator[Finding]:
        """Hand over the stretches, then say what was read. Raises Refused where the rows tell no hour."""
        if self.read and self.all_midnight:
            raise Refused(
                f"{path}: {self.name} holds sums of whole days, which cannot be placed in time; {_EXPORT_HOURS}."
            )
        length = FIVE_MINUTES if self.fine else HOUR
        laid = [span for start, seconds in self.on_sites.items() for span in laid_out(start, length, seconds)]
        # Buckets overlap where a traveller's zones differ by half an hour.
        spans = one_at_a_time(laid)
        for span in spans:
            self.rows.add(
                "time_spans",
                site=span.site,
                start_utc=span.start_utc,
                end_utc=span.end_utc,
                basis="measured",
                device="rescuetime",
            )
        told = sum(sum(seconds.values()) for seconds in self.on_sites.values())
        placed = sum(span.seconds for span in spans)
        yield from self._notes(length, told, placed, len({span.site for span in spans}))
        yield from self.rows.finish()

    def _notes(self, length: timedelta, told: float, placed: float, sites: int) -> Iterator[Note]:
        if not self.read:
            yield Note(text=f"{self.name} holds no rows: nothing was measured on those dates.")
            return
        yield Note(
            text=f"{self.name}: {self.read:,} {'row' if self.read == 1 else 'rows'} read, {in_words(placed)} on "
            f"{sites} known {'site' if sites == 1 else 'sites'}; {in_words(self.seconds - told)} in programs "
            "and on pages of no known site."
        )
        if placed:
            bucket = "five minutes" if length == FIVE_MINUTES else "an hour"
            yield Note(
                text=f"{self.name}: RescueTime tells how many seconds of {bucket} a site had, not which; they are "
                "laid out from its start."
            )
        if told - placed >= 1:
            yield Note(
                text=f"{self.name}: {in_words(told - placed)} cut where the sites of one stretch sum up to more "
                "than it lasts, as they do with several computers."
            )


def recognise(files: Files) -> tuple[str, ...]:
    """Answers of the interface (JSON or CSV), and the archive's activity history."""
    return tuple(name for name in files.names() if _is_known(files.head(name, LONGEST_HEADER)))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill time_spans with the time on known sites."""
    sites = load_sites()
    for name in members:
        buckets = Buckets(name=name, rows=Rows(stage), sites=sites, time_zone=options.time_zone)
        head = files.head(name, LONGEST_HEADER)
        header = ARCHIVE if _is_archive(head) else _csv_header(head)
        if header is None:
            _read_json(stage, files, name, buckets)
        else:
            _read_csv(stage, files, name, header, buckets)
        yield from buckets.finish(str(files.path))


def _read_json(stage: Stage, files: Files, name: str, buckets: Buckets) -> None:
    headers = [value for _, value in elements(stage, files, name, "row_headers")]
    keys = [header.strip().lower() if isinstance(header, str) else "" for header in headers]
    places = _places(keys, name, str(files.path))
    for number, row in elements(stage, files, name, "rows"):
        cells = row if isinstance(row, list) else []
        if len(cells) <= max(places):
            buckets.rows.problem(name, number, f"{len(cells)} cells, expected {len(keys)} as in row_headers")
            continue
        buckets.add(number, *(cells[place] for place in places))


def _read_csv(stage: Stage, files: Files, name: str, header: Header, buckets: Buckets) -> None:
    keys = header.keys()
    places = (0, 1, 5) if header is ARCHIVE else _places(keys, name, str(files.path))
    loaded = load_csv(stage, files, name, header)
    for line, what in loaded.broken:
        buckets.rows.problem(name, line, what)
    columns = ", ".join(f"c{place}" for place in places)
    found = stage.run(f"SELECT row_number, {columns} FROM csv_rows ORDER BY row_number")
    lines = loaded.lines_of({row[0] for row in found})
    stage.run("DROP TABLE csv_rows")
    for number, *cells in found:
        if any(cells):
            buckets.add(lines[number], *cells)


def _places(keys: list[str], name: str, path: str) -> tuple[int, int, int]:
    """Where date, activity and seconds stand. Raises Refused where rows cannot be placed or told apart."""
    if "date" not in keys and "rank" in keys:
        raise Refused(f"{path}: {name} ranks activities without saying when they were; {_EXPORT_HOURS}.")
    missing = [key for key in ("date", SECONDS, "activity") if key not in keys]
    if missing:
        raise Refused(f"{path}: {name} has no column {' and no '.join(missing)}; {_EXPORT_HOURS}.")
    return keys.index("date"), keys.index("activity"), keys.index(SECONDS)


def _is_known(head: bytes) -> bool:
    if _JSON.match(head):
        return b"Time Spent (seconds)" in head
    return _csv_header(head) is not None or _is_archive(head)


def _csv_header(head: bytes) -> Header | None:
    header = read_header(head)
    if header is None or header.size >= LONGEST_HEADER:
        return None
    keys = set(header.keys())
    return header if SECONDS in keys and keys & {"date", "rank"} else None


def _is_archive(head: bytes) -> bool:
    if not _ARCHIVE.match(head):
        return False
    first = read_header(head)
    return first is not None and len(first.names) == 6 and count_of(first.names[5].strip()) is not None


def _seconds(value: Any) -> float | None:
    """A number of seconds that is not negative, also as text."""
    if isinstance(value, str):
        value = count_of(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < 1e9 and math.isfinite(value) else None


IMPORTER = Importer(
    name="rescuetime",
    title="RescueTime data",
    version="1",
    recognise=recognise,
    read=read,
    each_file=True,
    uses_sites=True,
    uses_options=True,
    guide=Guide(
        steps=(
            "In RescueTime, open Account settings, then Your data, and ask for the archive of your data.",
            "Unpack it and import rescuetime-activity-history.csv.",
            "Or make an API key and fetch www.rescuetime.com/anapi/data with perspective=interval, "
            "resolution_time=hour, restrict_kind=activity and format=json, and import the answer.",
        ),
        wait="An answer of the interface at once; the archive after some hours.",
        cannot="It tells how much of an hour went to a site, not which minutes; sums of whole days cannot be "
        "used.",
        answers={Question.TIME: "to the hour"},
    ),
)
