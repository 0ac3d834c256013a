"""What was the budget of which week, and what is carried to the next; worked by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.budget_by_week import by_week
from analytics.metrics.time_spent import weeks
from analytics.metrics.weekly_budget import budget
from analytics.metrics.weekly_limits import (
    Allowance,
    Limits,
    carried,
    history,
    listed,
    set_budget,
    set_carry_over,
)
from analytics.metrics.window import Window

SET_AT = datetime(2026, 10, 1)
MONDAYS = [date(2026, 11, 2) + timedelta(days=7 * n) for n in range(4)]
NOW = datetime(2026, 11, 25, 12)  # a Wednesday


def say(
    store: duckdb.DuckDBPyConnection,
    site: str | None,
    minutes: float | None,
    share: float | None = None,
    day: date = MONDAYS[0],
) -> None:
    set_budget(store, valid_from=day, site=site, minutes=minutes, share=share, set_at_utc=SET_AT)


def carry(store: duckdb.DuckDBPyConnection, minutes: float | None, day: date = MONDAYS[0]) -> None:
    set_carry_over(store, valid_from=day, minutes=minutes, set_at_utc=SET_AT + timedelta(hours=1))


def spend(store: duckdb.DuckDBPyConnection, *minutes: float) -> None:
    """So many minutes on x on the Monday of each week."""
    for monday, length in zip(MONDAYS, minutes, strict=False):
        start = datetime(monday.year, monday.month, monday.day, 9)
        store.execute(
            "INSERT INTO time_spans VALUES (hash($start), 'x', $start, $end, 'measured', 'laptop')",
            {"start": start, "end": start + timedelta(minutes=length)},
        )


def test_a_share_follows_the_total(store: duckdb.DuckDBPyConnection) -> None:
    say(store, None, 120)
    say(store, "x", None, share=0.25)
    say(store, None, 200, day=MONDAYS[2])
    assert history(store).at(MONDAYS[0]).sites == {"x": 30}
    assert history(store).at(MONDAYS[2]) == Limits(total=200, sites={"x": 50}, shares={"x": 0.25})


def test_a_share_without_a_total_is_none(store: duckdb.DuckDBPyConnection) -> None:
    say(store, "x", None, share=0.25)
    say(store, None, None)
    assert history(store).at(MONDAYS[0]) == Limits(total=None, shares={"x": 0.25})


@pytest.mark.parametrize(("site", "minutes", "share"), [(None, None, 0.5), ("x", 10, 0.5), ("x", None, 1.5)])
def test_a_share_that_cannot_be_is_refused(
    store: duckdb.DuckDBPyConnection, site: str | None, minutes: float | None, share: float
) -> None:
    with pytest.raises(ValueError, match="A share is a site's part of the budget, from 0 to 100 %"):
        say(store, site, minutes, share)


def test_setting_one_thing_of_the_total_keeps_the_other(store: duckdb.DuckDBPyConnection) -> None:
    say(store, None, 90)
    carry(store, 30)
    assert history(store).at(MONDAYS[0]) == Limits(total=90, carry_over=30)
    say(store, None, 100, day=MONDAYS[1])
    assert history(store).at(MONDAYS[1]) == Limits(total=100, carry_over=30)
    carry(store, None, day=MONDAYS[2])
    assert [limits.carry_over for _, limits in history(store).changes()] == [30, 30, None]
    assert [row["minutes"] for row in listed(store)] == [90, 100, 100]


def test_what_is_left_and_overspent_is_carried_up_to_the_cap(store: duckdb.DuckDBPyConnection) -> None:
    """120 a week, at most 30 carried: 100 spent leaves 20; 200 of 140 overspends 60, of which 30 count."""
    say(store, None, 120)
    carry(store, 30)
    spend(store, 100, 200, 60, 10)
    window = Window(now_utc=NOW)
    frame = by_week(store, window, weeks(store, window))
    assert frame["week"].tolist() == MONDAYS
    assert frame["carried_minutes"].tolist() == [0, 20, -30, 30]
    assert frame["budget_minutes"].tolist() == [120, 140, 90, 150]
    assert frame["verdict"].tolist() == ["within", "over", "within", "within"]
    total = budget(store, window).total
    assert (total.budget_minutes, total.carried_minutes, total.left_minutes) == (150, 30, 140)


def test_the_notes_say_what_was_carried(store: duckdb.DuckDBPyConnection) -> None:
    carry(store, 30)
    spend(store, 100)
    notes = budget(store, Window(now_utc=datetime(2026, 11, 11, 12))).notes
    assert notes == ("Of the weeks before 20 minutes were left and are added.",)


def test_a_week_of_which_nothing_is_known_carries_nothing(store: duckdb.DuckDBPyConnection) -> None:
    carry(store, 30)
    spend(store, 200)
    window = Window(now_utc=NOW)
    assert by_week(store, window, weeks(store, window))["carried_minutes"].tolist() == [0, -30, 0, 0]


def test_nothing_is_carried_unless_it_was_asked_for(store: duckdb.DuckDBPyConnection) -> None:
    spend(store, 10, 10)
    window = Window(now_utc=NOW)
    assert by_week(store, window, weeks(store, window))["carried_minutes"].isna().all()
    assert budget(store, window).total.carried_minutes is None


def test_what_an_estimate_took_off_makes_no_week_over_for_sure() -> None:
    """110 minutes recorded of 120 less 30 that only an estimate says were overspent: likely over, not over."""
    allowed = Allowance(minutes=90, sure=120, warn_at=0.9, carried=-30)
    assert allowed.verdict(110, 110, 110) == "likely over"
    assert allowed.verdict(125, 125, 125) == "over"


@pytest.mark.parametrize(
    ("spent", "verdict"), [(95, "within"), (96, "nearly used up"), (120, "nearly used up")]
)
def test_a_warning_comes_at_the_share_that_was_set(spent: float, verdict: str) -> None:
    assert Allowance(minutes=120, sure=120, warn_at=0.8).verdict(spent, spent, spent, 0) == verdict


def test_what_is_left_is_shared_by_the_days_that_are_left(store: duckdb.DuckDBPyConnection) -> None:
    """Wednesday to Sunday are five days: 100 minutes of 120 are left, 20 a day."""
    spend(store, 0, 0, 0, 20)
    assert budget(store, Window(now_utc=NOW)).total.left_per_day_minutes == 20


WEEKS = st.lists(
    st.tuples(st.floats(0, 10_000), st.one_of(st.none(), st.floats(0, 300)), st.one_of(st.none(), st.floats(0, 300)))
)  # fmt: skip


@given(rows=WEEKS)
def test_never_more_is_carried_than_the_cap(rows: list[tuple[float, float | None, float | None]]) -> None:
    limits = [Limits(total=total, carry_over=cap) for total, cap, _ in rows]
    found = carried(limits, [spent for *_, spent in rows], [spent or 0 for *_, spent in rows])
    for limit, (minutes, is_estimated) in zip(limits, found, strict=True):
        assert (minutes is None) == (limit.carry_over is None)
        assert abs(minutes or 0) <= (limit.carry_over or 0)
        assert not is_estimated
