"""Days of 23 and 25 hours, and weeks that begin elsewhere: what must hold of recorded time in every zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics import time_sessions
from analytics.metrics.results_per_hour import rates, split
from analytics.metrics.time_spent import days, weeks
from analytics.metrics.window import Window, midnight_utc, week_of

NOW = datetime(2026, 11, 20)
ZONES = ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
FIRST = datetime(2026, 10, 1)

spans = st.lists(
    st.tuples(
        st.sampled_from(["x", "mastodon", "digg"]),
        st.integers(0, 45 * 24 * 60),
        st.integers(1, 3000),
        st.sampled_from(["measured", "visit"]),
    ),
    max_size=20,
)
in_store = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Rows = list[tuple[str, int, int, str]]


def fill(store: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    store.execute("DELETE FROM time_spans")
    for number, (site, at, length, basis) in enumerate(rows):
        start = FIRST + timedelta(minutes=at)
        row = [number, site, start, start + timedelta(minutes=length), basis]
        store.execute("INSERT INTO time_spans VALUES (?, ?, ?, ?, ?, NULL)", row)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Vienna", date(2026, 10, 25), 25),
        ("Europe/Vienna", date(2026, 3, 29), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_without_a_pause_is_as_long_as_the_clock_says(
    store: duckdb.DuckDBPyConnection, zone: str, day: date, hours: float
) -> None:
    start = datetime(day.year, day.month, day.day) - timedelta(days=2)
    store.execute(
        "INSERT INTO time_spans VALUES (1, 'x', $start, $end, 'measured', NULL)",
        {"start": start, "end": start + timedelta(days=5)},
    )
    found = days(store, Window(now_utc=NOW, time_zone=zone)).set_index("day")["seconds"]
    assert found[day] == hours * 3600


@in_store
@given(rows=spans, zone=st.sampled_from(ZONES))
def test_no_day_is_longer_than_the_clock(store: duckdb.DuckDBPyConnection, rows: Rows, zone: str) -> None:
    fill(store, rows)
    window = Window(now_utc=NOW, time_zone=zone)
    for day, seconds in days(store, window).groupby("day")["seconds"].sum().items():
        assert isinstance(day, date)
        length = midnight_utc(day + timedelta(days=1), zone) - midnight_utc(day, zone)
        assert seconds <= length.total_seconds() + 1e-6


@in_store
@given(rows=spans, zone=st.sampled_from(ZONES), week_start=st.integers(1, 6))
def test_another_first_day_of_the_week_moves_only_what_lies_across(
    store: duckdb.DuckDBPyConnection, rows: Rows, zone: str, week_start: int
) -> None:
    """The total stays, and a week's days that both calendars have in one week stay together."""
    fill(store, rows)
    monday = Window(now_utc=NOW, time_zone=zone)
    other = replace(monday, week_start=week_start)
    ours, theirs = weeks(store, monday), weeks(store, other)
    assert theirs["seconds"].sum() == pytest.approx(ours["seconds"].sum())
    by_day = days(store, monday)
    for window, found in ((monday, ours), (other, theirs)):
        expected = by_day.assign(week=[week_of(day, window.week_start) for day in by_day["day"]])
        summed = expected.groupby(["week", "site"])["seconds"].sum()
        known = found[found["seconds"] > 0].set_index(["week", "site"])["seconds"]
        assert known.to_dict() == pytest.approx(summed[summed > 0].to_dict())


@in_store
@given(rows=spans)
def test_the_order_in_which_stretches_came_in_does_not_matter(
    store: duckdb.DuckDBPyConnection, rows: Rows
) -> None:
    window = Window(now_utc=NOW, time_zone="Europe/Vienna")
    fill(store, rows)
    found = weeks(store, window)
    fill(store, rows[::-1])
    pd.testing.assert_frame_equal(found, weeks(store, window))


@in_store
@given(rows=spans, visits=spans)
def test_more_visits_never_lower_what_was_measured(
    store: duckdb.DuckDBPyConnection, rows: Rows, visits: Rows
) -> None:
    window = Window(now_utc=NOW, time_zone="Europe/Vienna")
    fill(store, rows)
    before = weeks(store, window).set_index(["week", "site"])["measured_seconds"]
    fill(store, [*rows, *((site, at, length, "visit") for site, at, length, _ in visits)])
    after = weeks(store, window).set_index(["week", "site"])["measured_seconds"]
    assert after.reindex(before.index).to_dict() == pytest.approx(before.to_dict())


@in_store
@given(rows=spans, zone=st.sampled_from(ZONES), gap=st.integers(1, 240))
def test_sessions_and_hours_add_up_to_the_time(
    store: duckdb.DuckDBPyConnection, rows: Rows, zone: str, gap: int
) -> None:
    fill(store, rows)
    window = Window(now_utc=NOW, time_zone=zone)
    pieces = time_sessions.pieces_of(store, window)
    total = float(days(store, window)["seconds"].sum())
    assert time_sessions.sessions(pieces, gap_minutes=gap)["seconds"].sum() == pytest.approx(total)
    assert time_sessions.hours(pieces, window)["seconds"].sum() == pytest.approx(total)


@pytest.mark.parametrize("zone", ZONES)
def test_an_hour_is_that_of_the_local_clock(store: duckdb.DuckDBPyConnection, zone: str) -> None:
    local = datetime(2026, 10, 5, 9, tzinfo=ZoneInfo(zone))
    start = local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    row = {"start": start, "end": start + timedelta(minutes=60)}
    store.execute("INSERT INTO time_spans VALUES (1, 'x', $start, $end, 'measured', NULL)", row)
    window = Window(now_utc=NOW, time_zone=zone)
    found = time_sessions.hours(time_sessions.pieces_of(store, window), window)
    assert found[["weekday", "hour", "seconds"]].to_numpy().tolist() == [[0, 9, 3600]]


@given(
    weeks_=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5000)), min_size=4, max_size=12),
)
def test_rates_do_not_depend_on_the_order_and_the_present_split_differs_by_nothing(
    weeks_: list[tuple[int, int]],
) -> None:
    mondays = [date(2026, 1, 5) + timedelta(days=7 * n) for n in range(len(weeks_))]
    results = pd.DataFrame(
        [
            (week, "x", "replies", float(n), "dated acts")
            for week, (n, _) in zip(mondays, weeks_, strict=True)
        ],
        columns=["week", "site", "measure", "value", "source"],
    )
    time = pd.DataFrame(
        [
            (week, "x", float(s), s, s, float(s), 0.0, 0.0, None, float("nan"), float("nan"))
            for week, (_, s) in zip(mondays, weeks_, strict=True)
        ],
        columns=[
            "week", "site", "seconds", "low_seconds", "high_seconds", "measured_seconds", "visit_seconds",
            "estimated_seconds", "refused", "factor", "average_factor",
        ],
    )  # fmt: skip
    found = rates(results, time, before=date(2027, 1, 4))
    (row,) = found.table.to_dict("records")
    assert row["value"] == pytest.approx(sum(n for n, _ in weeks_) / sum(s for _, s in weeks_) * 3600)
    assert row["low"] <= row["high"]
    shuffled = results.sample(frac=1, random_state=3)
    assert rates(shuffled, time, before=date(2027, 1, 4)).table["value"].tolist() == [
        pytest.approx(row["value"])
    ]
    present = split(found, found.minutes)
    assert present["difference"].tolist() == [pytest.approx(0)]
