"""Planned slots against what happened, worked by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import duckdb
import pytest

from analytics.metrics.weekly_plan import plan_against_fact, set_slot, slots, unplanned
from analytics.metrics.window import Window

MONDAY = datetime(2026, 11, 16)
WINDOW = Window(now_utc=MONDAY + timedelta(days=6))


def add_span(
    store: duckdb.DuckDBPyConnection, site: str, start: datetime, minutes: float, basis: str = "measured"
) -> None:
    row = [site, start, start + timedelta(minutes=minutes), basis]
    store.execute("INSERT INTO time_spans VALUES (1, ?, ?, ?, ?, 'laptop')", row)


def plan(
    store: duckdb.DuckDBPyConnection,
    weekday: int,
    hours: str,
    site: str | None,
    valid_from: date = date(2026, 11, 1),
    set_at: datetime = datetime(2026, 11, 1),
) -> None:
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    set_slot(
        store,
        valid_from=valid_from,
        weekday=weekday,
        start_time=start,
        end_time=end,
        site=site,
        set_at_utc=set_at,
    )


def states(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> list[tuple[str, float, str]]:
    found = plan_against_fact(store, window)
    return [(row.site, row.spent_seconds / 60, row.state) for row in found.itertuples()]


def test_no_plan_is_no_slot(store: duckdb.DuckDBPyConnection) -> None:
    assert slots(store, WINDOW).empty
    assert plan_against_fact(store, WINDOW).empty
    assert unplanned(store, WINDOW).empty


def test_half_of_a_slot_keeps_it(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 0, "20:00-21:00", "digg")
    plan(store, 1, "20:00-21:00", "digg")
    plan(store, 2, "20:00-21:00", "digg")
    add_span(store, "digg", MONDAY + timedelta(hours=20, minutes=10), 30)
    # 25 of these minutes lie before 21:15.
    add_span(store, "digg", MONDAY + timedelta(days=1, hours=20, minutes=50), 30, "visit")
    assert states(store) == [("digg", 30, "kept"), ("digg", 25, "partly"), ("digg", 0, "missed")]


def test_time_on_another_site_keeps_nothing(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 0, "20:00-21:00", "digg")
    add_span(store, "x", MONDAY + timedelta(hours=20), 60)
    assert states(store) == [("digg", 0, "not measured")]


def test_a_quarter_of_an_hour_either_side_counts(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 0, "20:00-20:40", "digg")
    add_span(store, "digg", MONDAY + timedelta(hours=19, minutes=30), 25)
    add_span(store, "digg", MONDAY + timedelta(hours=20, minutes=45), 60)
    # 19:45-19:55 and 20:45-20:55.
    assert states(store) == [("digg", 20, "kept")]
    assert unplanned(store, WINDOW).values.tolist() == [["digg", (15 + 50) * 60]]


def test_a_slot_that_is_not_over_lies_ahead(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 0, "20:00-21:00", "digg")
    add_span(store, "digg", MONDAY + timedelta(hours=20), 60)
    assert states(store, Window(now_utc=MONDAY + timedelta(hours=20, minutes=45))) == [("digg", 45, "ahead")]
    assert states(store, Window(now_utc=MONDAY + timedelta(hours=21))) == [("digg", 60, "kept")]


def test_a_later_row_replaces_a_slot_and_one_without_a_site_removes_it(
    store: duckdb.DuckDBPyConnection,
) -> None:
    plan(store, 0, "20:00-21:00", "digg")
    plan(store, 0, "20:00-20:30", "x", date(2026, 11, 9))
    plan(store, 2, "08:00-09:00", "x")
    plan(store, 2, "08:00-09:00", None, date(2026, 11, 18))
    plan(store, 4, "08:00-09:00", "mastodon", date(2026, 11, 19))

    def of_week(day: date) -> list[tuple[int, str, str, str]]:
        found = slots(store, Window(now_utc=datetime.combine(day, time(12))))
        return [
            (row.day.weekday(), f"{row.start_utc:%H:%M}", f"{row.end_utc:%H:%M}", row.site)
            for row in found.itertuples()
        ]

    assert of_week(date(2026, 11, 2)) == [(0, "20:00", "21:00", "digg"), (2, "08:00", "09:00", "x")]
    assert of_week(date(2026, 11, 9)) == [(0, "20:00", "20:30", "x"), (2, "08:00", "09:00", "x")]
    # From a day inside the week on: Wednesday's is gone, Friday's is there.
    assert of_week(date(2026, 11, 16)) == [(0, "20:00", "20:30", "x"), (4, "08:00", "09:00", "mastodon")]


def test_of_two_rows_from_one_day_the_one_set_last_counts(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 0, "20:00-21:00", None, set_at=datetime(2026, 11, 3))
    plan(store, 0, "20:00-21:00", "digg", set_at=datetime(2026, 11, 2))
    assert slots(store, WINDOW).empty


def test_slots_are_local_times_on_both_sides_of_summer_time(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 4, "20:00-21:00", "x", date(2026, 1, 1))
    plan(store, 6, "02:15-02:45", "digg", date(2026, 1, 1))
    plan(store, 6, "20:00-21:00", "x", date(2026, 1, 1))
    window = Window(now_utc=datetime(2026, 10, 25, 22), time_zone="Europe/Vienna", platform="x")
    found = plan_against_fact(store, window)
    assert found["start_utc"].tolist() == [datetime(2026, 10, 23, 18), datetime(2026, 10, 25, 19)]
    assert found["day"].tolist() == [date(2026, 10, 23), date(2026, 10, 25)]
    assert found["planned_seconds"].tolist() == [3600, 3600]
    # The hour from 2 to 3 does not exist on 29 March: its later half is the one from 3:15 to 3:45.
    spring = Window(now_utc=datetime(2026, 3, 29, 20), time_zone="Europe/Vienna", platform="digg")
    plan(store, 6, "02:00-03:00", "digg", date(2026, 1, 1))
    found = plan_against_fact(store, spring)
    assert found["start_utc"].tolist() == [datetime(2026, 3, 29, 1, 15)]
    assert found["planned_seconds"].tolist() == [1800]


def calendar_slot(
    store: duckdb.DuckDBPyConnection, start: datetime, minutes: int, site: str | None, fact: int = 1
) -> None:
    """A slot of an imported calendar."""
    store.execute(
        "INSERT INTO imports VALUES ('a', 'a', 'a', 'calendar', '1', '', NULL, $now, $now, 'complete')",
        {"now": datetime(2026, 11, 1)},
    )
    store.execute("INSERT INTO evidence VALUES ('a', ?)", [fact])
    row = [fact, site, start, start + timedelta(minutes=minutes)]
    store.execute("INSERT INTO planned_slots VALUES (?, 'mine', ?, ?, ?)", row)


def test_a_calendars_slots_join_the_users_own(store: duckdb.DuckDBPyConnection) -> None:
    plan(store, 0, "20:00-21:00", "digg")
    calendar_slot(store, MONDAY + timedelta(hours=20), 60, "digg")
    calendar_slot(store, MONDAY + timedelta(days=1, hours=23, minutes=30), 60, "x", fact=2)
    calendar_slot(store, MONDAY + timedelta(days=7), 60, "x", fact=3)
    add_span(store, "digg", MONDAY + timedelta(hours=20), 45)
    add_span(store, "x", MONDAY + timedelta(days=1, hours=23, minutes=45), 30)
    # The slot that both name is one, the one over midnight is whole, the one of next week is not this week's.
    assert states(store) == [("digg", 45, "kept"), ("x", 30, "kept")]
    assert unplanned(store, WINDOW)["seconds"].tolist() == [0, 0]


def test_a_slot_for_any_site_is_kept_by_all_of_them_together(store: duckdb.DuckDBPyConnection) -> None:
    calendar_slot(store, MONDAY + timedelta(hours=20), 60, None)
    add_span(store, "digg", MONDAY + timedelta(hours=20), 20)
    add_span(store, "x", MONDAY + timedelta(hours=20, minutes=30), 20)
    assert states(store) == [(None, 40, "kept")]
    assert unplanned(store, WINDOW)["seconds"].tolist() == [0, 0]


@pytest.mark.parametrize("hours", ["23:00-01:00", "10:00-10:00", "23:30-00:00"])
def test_a_slot_over_midnight_is_refused(store: duckdb.DuckDBPyConnection, hours: str) -> None:
    with pytest.raises(ValueError, match="A slot ends on the day it begins"):
        plan(store, 0, hours, "x")
    assert slots(store, WINDOW).empty


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_weekday_that_is_none_is_refused(store: duckdb.DuckDBPyConnection, weekday: int) -> None:
    with pytest.raises(ValueError, match="0 \\(Monday\\) to 6 \\(Sunday\\)"):
        plan(store, weekday, "10:00-11:00", "x")
