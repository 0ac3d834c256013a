"""Toggl, Clockify and RescueTime: golden files, time zones, date orders, names of sites, damaged files."""

from __future__ import annotations

import csv
import doctest
import io
import json
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers import _buckets, _site_names
from analytics.importers._archive import Found, SingleFile, find_exports
from analytics.importers._buckets import Span, laid_out, one_at_a_time
from analytics.importers._site_names import SiteNames
from analytics.importers.interface import Finding, Importer, Note, Options, Problem, Refused
from analytics.importers.time_trackers import _entries, clockify, rescuetime, toggl
from analytics.reference import load_sites
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures"
IMPORTERS = (toggl.IMPORTER, clockify.IMPORTER, rescuetime.IMPORTER)
CASES = [(importer, case) for importer in IMPORTERS for case in golden.cases(FIXTURES / importer.name)]
LONDON = Options(time_zone="Europe/London")
TOGGL = [
    "User",
    "Email",
    "Project",
    "Task",
    "Description",
    "Start date",
    "Start time",
    "End date",
    "End time",
]
CLOCKIFY = ["Project", "Start Date", "Start Time", "End Date", "End Time", "Duration (h)"]

Stretch = tuple[str, datetime, datetime]


def take(path: Path, importer: Importer, options: Options = LONDON) -> tuple[list[Stretch], list[Finding]]:
    files = SingleFile(path=path)
    with open_stage() as stage:
        said = list(importer.read(files, (path.name,), stage, options))
        rows = stage.run("SELECT site, start_utc, end_utc FROM time_spans ORDER BY start_utc")
    return [(site, start, end) for site, start, end in rows], said


def take_or_refuse(path: Path, importer: Importer) -> tuple[list[Stretch], list[Finding]] | str:
    try:
        return take(path, importer)
    except Refused as refused:
        return str(refused)


def take_csv(
    folder: Path, importer: Importer, header: list[str], *rows: list[str], options: Options = LONDON
) -> tuple[list[Stretch], list[Finding]]:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path = folder / "report.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return take(path, importer, options)


def take_rescuetime(
    folder: Path, *rows: Any, options: Options = LONDON
) -> tuple[list[Stretch], list[Finding]]:
    path = folder / "hours.json"
    headers = ["Date", "Time Spent (seconds)", "Number of People", "Activity"]
    path.write_text(json.dumps({"notes": "", "row_headers": headers, "rows": rows}), encoding="utf-8")
    return take(path, rescuetime.IMPORTER, options)


def notes(said: list[Finding]) -> str:
    return "\n".join(finding.text for finding in said if isinstance(finding, Note))


@pytest.mark.parametrize(("importer", "case"), CASES, ids=lambda value: getattr(value, "name", value))
def test_golden(importer: Importer, case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / importer.name / case, importer, tmp_path, options=LONDON, write=write_golden)


@pytest.mark.parametrize("module", [_buckets, _entries, _site_names])
def test_examples_in_docstrings(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


# Whose file it is


@pytest.mark.parametrize(("importer", "case"), CASES, ids=lambda value: getattr(value, "name", value))
def test_each_report_is_of_one_tracker(importer: Importer, case: str, tmp_path: Path) -> None:
    found = list(find_exports(FIXTURES / importer.name / case / "export", IMPORTERS, tmp_path))
    assert [one.importer.name for one in found if isinstance(one, Found)] == [importer.name]


@pytest.mark.parametrize(
    "content",
    [
        b"site,start,end\nx,2026-11-16,2026-11-17\n",
        b"Start date,Start time\n2026-11-16,09:00:00\n",
        b'{"row_headers": ["Date"], "rows": []}',
        b"2026-11-16 09:00:00 -0800,reddit.com,60\n",
        b"\x89PNG\r\n\x1a\n\0\0\0",
        b"",
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    assert [importer.recognise(SingleFile(path=path)) for importer in IMPORTERS] == [(), (), ()]


# Toggl


def test_the_person_named_counts_alone(tmp_path: Path) -> None:
    path = FIXTURES / "toggl" / "several-people" / "export" / "toggl.csv"
    for name in ("Bo Reed", "bo@fen.EXAMPLE"):
        spans, said = take(path, toggl.IMPORTER, Options(me={"toggl": name}))
        assert spans == [("mastodon", datetime(2026, 11, 16, 9, 10), datetime(2026, 11, 16, 9, 40))]
        assert "left out 1 row of other people" in notes(said)
    with pytest.raises(Refused, match=r"no row of toggl\.csv is of Cy; it has rows of Ada Fen, Bo Reed"):
        take(path, toggl.IMPORTER, Options(me={"toggl": "Cy"}))


def test_a_person_is_known_by_the_newer_column_too(tmp_path: Path) -> None:
    header = ["Member", *TOGGL[2:], "Duration"]
    rows = [
        [name, site, "", "", day, "09:00:00", day, "09:30:00", "00:30:00"]
        for name, site, day in (("Ada", "Reddit", "2026-11-16"), ("Bo", "Mastodon", "2026-11-17"))
    ]
    spans, _ = take_csv(tmp_path, toggl.IMPORTER, header, *rows, options=Options(me={"toggl": "Bo"}))
    assert [site for site, _, _ in spans] == ["mastodon"]


def test_the_account_on_another_network_chooses_nobody(tmp_path: Path) -> None:
    path = FIXTURES / "toggl" / "several-people" / "export" / "toggl.csv"
    spans, _ = take(path, toggl.IMPORTER, Options(me={"*": "marsh_ada"}))
    assert {site for site, _, _ in spans} == {"mastodon", "reddit"}


@pytest.mark.parametrize(
    ("start", "end", "duration", "begun"),
    [
        # On 25 October 2026 the hour from one to two happens twice in London.
        ("01:10:00", "01:40:00", "00:30:00", datetime(2026, 10, 25, 1, 10)),
        ("01:10:00", "01:40:00", "01:30:00", datetime(2026, 10, 25, 0, 10)),
        ("01:40:00", "01:10:00", "00:30:00", datetime(2026, 10, 25, 0, 40)),
        ("00:30:00", "01:30:00", "02:00:00", datetime(2026, 10, 24, 23, 30)),
    ],
)
def test_the_duration_tells_the_hours_of_a_clock_put_back(
    tmp_path: Path, start: str, end: str, duration: str, begun: datetime
) -> None:
    day = "2026-10-25"
    spans, said = take_csv(
        tmp_path,
        toggl.IMPORTER,
        [*TOGGL, "Duration"],
        ["Ada", "", "Reddit", "", "", day, start, day, end, duration],
    )
    hours, minutes, _ = map(int, duration.split(":"))
    assert spans == [("reddit", begun, begun + timedelta(hours=hours, minutes=minutes))]
    assert "is not end less start" not in notes(said)


# Clockify


def test_a_file_that_can_be_read_both_ways_is_refused(tmp_path: Path) -> None:
    row = ["Reddit", "03/04/2026", "09:00:00", "03/04/2026", "09:30:00", "00:30:00"]
    with pytest.raises(Refused, match="03/04/2026 is 3 April 2026 or 4 March 2026"):
        take_csv(tmp_path, clockify.IMPORTER, CLOCKIFY, row)
    same = ["Reddit", "04/04/2026", "09:00:00", "04/04/2026", "09:30:00", "00:30:00"]
    assert len(take_csv(tmp_path, clockify.IMPORTER, CLOCKIFY, same)[0]) == 1


def test_one_day_after_the_12th_settles_the_whole_file(tmp_path: Path) -> None:
    rows = [["Reddit", day, "09:00:00", day, "09:30:00", "00:30:00"] for day in ("03/04/2026", "03/13/2026")]
    spans, _ = take_csv(tmp_path, clockify.IMPORTER, CLOCKIFY, *rows, options=Options())
    assert [start.date().isoformat() for _, start, _ in spans] == ["2026-03-04", "2026-03-13"]


@pytest.mark.parametrize(
    ("written", "hour"),
    [("12:00:00 AM", 0), ("12:00:00 PM", 12), ("1:00 pm", 13), ("11:00:00 a.m.", 11), ("13:00", 13)],
)
def test_hours_of_either_clock(tmp_path: Path, written: str, hour: int) -> None:
    row = ["Reddit", "2026-11-16", written, "2026-11-16", "23:30", ""]
    spans, _ = take_csv(tmp_path, clockify.IMPORTER, CLOCKIFY, row, options=Options())
    assert [start.hour for _, start, _ in spans] == [hour]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y"]),
    st.sampled_from(["%H:%M:%S", "%I:%M:%S %p"]),
)
@settings(max_examples=20, deadline=None)
def test_any_setting_gives_the_same_time_or_is_refused(start: datetime, day: str, clock: str) -> None:
    end = start + timedelta(minutes=45)
    row = ["Reddit", *(moment.strftime(form) for moment in (start, end) for form in (day, clock)), "00:45:00"]
    with tempfile.TemporaryDirectory() as folder:
        try:
            spans, _ = take_csv(Path(folder), clockify.IMPORTER, CLOCKIFY, row, options=Options())
        except Refused:
            assert start.day <= 12
            return
    assert spans == [("reddit", start, end)]


# RescueTime


def test_hours_are_local_and_those_of_the_archive_are_not(tmp_path: Path) -> None:
    summer = ["2026-07-01T09:00:00", 60, 1, "reddit.com"]
    ((_, start, _),), _ = take_rescuetime(tmp_path, summer)
    assert start == datetime(2026, 7, 1, 8)
    path = tmp_path / "rescuetime-activity-history.csv"
    path.write_text("2026-07-01 09:00:00 -0700,reddit.com,No Details,Social,Social,60\n", encoding="utf-8")
    ((_, start, _),), _ = take(path, rescuetime.IMPORTER)
    assert start == datetime(2026, 7, 1, 16)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(["reddit.com", "x.com", "Twitter", "youtube.com", "bsky.app", "LibreOffice"]),
            st.integers(0, 8000) | st.just(3600),
        ),
        max_size=30,
    )
)
@settings(max_examples=20, deadline=None)
def test_an_hour_never_holds_more_than_an_hour(rows: list[tuple[int, str, int]]) -> None:
    first = datetime(2026, 10, 24, 22)  # in London, the night after has an hour twice
    written = [
        [(first + timedelta(hours=hour)).isoformat(), seconds, 1, activity]
        for hour, activity, seconds in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        try:
            spans, _ = take_rescuetime(Path(folder), *written)
        except Refused:
            assert all(hour in (2, 26) for hour, _, _ in rows)
            return
    hours: dict[datetime, float] = defaultdict(float)
    for _, start, end in spans:
        hour = start.replace(minute=0, second=0)
        assert start < end <= hour + timedelta(hours=1)
        hours[hour] += (end - start).total_seconds()
    assert all(seconds <= 3600 for seconds in hours.values())
    assert all(before[2] <= after[1] for before, after in pairwise(spans))
    asked = sum(seconds for _, activity, seconds in rows if activity != "LibreOffice")
    assert sum(hours.values()) <= asked


def test_a_bucket_is_filled_in_one_order_and_cut_at_its_end() -> None:
    nine = datetime(2026, 11, 16, 9)
    spans = laid_out(nine, timedelta(hours=1), {"x": 900, "reddit": 3000, "digg": 900})
    assert [(span.site, span.seconds) for span in spans] == [("reddit", 3000), ("digg", 600)]
    assert laid_out(nine, timedelta(hours=1), {"x": 1e300})[0].end_utc == nine + timedelta(hours=1)
    assert laid_out(nine, timedelta(hours=1), {}) == []


def test_overlapping_stretches_count_once() -> None:
    nine = datetime(2026, 11, 16, 9)
    minute = timedelta(minutes=1)

    def span(site: str, start: int, end: int) -> Span:
        return Span(site=site, start_utc=nine + start * minute, end_utc=nine + end * minute)

    assert one_at_a_time([span("x", 0, 10), span("reddit", 4, 6), span("x", 8, 12), span("x", 12, 13)]) == [
        span("x", 0, 4),
        span("reddit", 4, 6),
        span("x", 6, 12),
        span("x", 12, 13),
    ]
    assert one_at_a_time([]) == []


MINUTES = st.integers(0, 60)


@given(
    st.lists(st.tuples(st.sampled_from(["x", "reddit", "digg"]), MINUTES, MINUTES.filter(bool)), max_size=12)
)
def test_stretches_never_overlap_and_lose_nothing(given_: list[tuple[str, int, int]]) -> None:
    nine = datetime(2026, 11, 16, 9)
    minute = timedelta(minutes=1)
    spans = [
        Span(site=site, start_utc=nine + start * minute, end_utc=nine + (start + length) * minute)
        for site, start, length in given_
    ]
    found = one_at_a_time(spans)
    assert all(before.end_utc <= after.start_utc for before, after in pairwise(found))
    covered = {at for _, start, length in given_ for at in range(start, start + length)}
    assert sum(span.seconds for span in found) == 60 * len(covered)
    assert one_at_a_time(reversed(spans)) == found


# Names of sites


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Reddit", "reddit"),
        ("answering on REDDIT, then lunch", "reddit"),
        ("https://old.reddit.com/r/leeks?sort=new", "reddit"),
        ("see www.x.com/home", "x"),
        ("Twitter replies", "x"),
        ("X", "x"),
        ("Social / X", "x"),
        ("Threads, Instagram", "instagram"),
        ("X (posts)", "x"),
        ("Hacker News", "hackernews"),
        ("news.ycombinator.com", "hackernews"),
        ("Project X", None),
        ("Product line", None),
        ("Medium priority", None),
        ("ok", None),
        ("redditor outreach", None),
        ("marsh@mastodon.social", None),
        ("notreddit.com", None),
        ("reddit.com.example.org", None),
        ("", None),
        ("   ", None),
    ],
)
def test_sites_named_in_a_text(text: str, site: str | None) -> None:
    assert SiteNames(load_sites()).find(text) == site


# Damaged files

CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
)


@given(
    st.recursive(
        st.one_of(CELL, st.just("2026-11-16T09:00:00"), st.just("reddit.com")),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=20,
    ),
    st.integers(0, 400),
)
@settings(max_examples=20, deadline=None)
def test_mangled_answers_of_rescuetime_only_refuse(rows: Any, cut: int) -> None:
    headers = ["Date", "Time Spent (seconds)", "Activity"]
    text = json.dumps({"notes": "", "row_headers": headers, "rows": rows})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hours.json"
        path.write_text(text[: -cut or None], encoding="utf-8")
        if rescuetime.IMPORTER.recognise(SingleFile(path=path)):
            told = take_or_refuse(path, rescuetime.IMPORTER)
            assert "hours.json" in told if isinstance(told, str) else any(told)


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.text(max_size=8),
                st.sampled_from(
                    ["2026-11-16", "09:00:00", "16/11/2026", "0001-01-01", "9999-12-31", "23:59:59"]
                ),
            ),
            min_size=6,
            max_size=6,
        ),
        max_size=4,
    ),
    st.integers(0, 40),
    st.sampled_from([toggl.IMPORTER, clockify.IMPORTER]),
)
@settings(max_examples=20, deadline=None)
def test_mangled_reports_only_refuse(rows: list[list[str]], cut: int, importer: Importer) -> None:
    text = io.StringIO()
    duration = "Duration" if importer is toggl.IMPORTER else "Duration (h)"
    header = ["Start date", "Start time", "End date", "End time", duration, "Project"]
    csv.writer(text).writerows([header, *rows])
    content = text.getvalue().encode(errors="replace")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.csv"
        path.write_bytes(content[: max(70, len(content) - cut)])
        told = take_or_refuse(path, importer)
    assert "report.csv" in told if isinstance(told, str) else any(told)


def test_real_sample_of_toggl(tmp_path: Path) -> None:
    told = {}
    for found in find_exports(sample("toggl/2016"), IMPORTERS, tmp_path):
        assert isinstance(found, Found)
        with open_stage() as stage:
            said = list(found.importer.read(found.files, found.members, stage, Options()))
            rows = stage.run("SELECT site, sum(epoch(end_utc - start_utc)) FROM time_spans GROUP BY site")
        assert not [one for one in said if isinstance(one, Problem)]
        told[found.path.name] = (
            [count for count in (31, 652) if f": {count} entries read" in notes(said)],
            rows,
        )
    assert told == {"toggl.csv": ([652], [("linkedin", 14404.0)]), "Toggl_1.csv": ([31], [])}
