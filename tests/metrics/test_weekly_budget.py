"""The weekly budget, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pytest

from analytics.metrics.weekly_budget import Budget, budget
from analytics.metrics.weekly_limits import history, set_budget
from analytics.metrics.window import Window

MONDAY = datetime(2026, 11, 16)
WEEK = timedelta(days=7)
NOW = MONDAY + timedelta(days=3)
WINDOW = Window(now_utc=NOW)
SET_AT = datetime(2026, 11, 1)


def add_span(
    store: duckdb.DuckDBPyConnection, site: str, start: datetime, minutes: float, basis: str = "measured"
) -> None:
    row = [site, start, start + timedelta(minutes=minutes), basis]
    store.execute("INSERT INTO time_spans VALUES (1, ?, ?, ?, ?, 'laptop')", row)


def add_likes(
    store: duckdb.DuckDBPyConnection, platform: str, hours: tuple[int, ...], weeks: int = 4
) -> None:
    """The same likes in the week of MONDAY and in those before: `hours` after each Monday."""
    store.execute("INSERT INTO identities VALUES (1, ?, 'ada', NULL, 'user')", [platform])
    for week in range(weeks):
        for hour in hours:
            moment = MONDAY - week * WEEK + timedelta(hours=hour)
            store.execute(
                "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) VALUES (1, ?, 'ada', 'bo', 'like', ?, NULL)",
                [platform, moment],
            )


def share(
    store: duckdb.DuckDBPyConnection,
    site: str | None,
    minutes: float | None,
    valid_from: date = date(2026, 11, 2),
    set_at: datetime = SET_AT,
) -> None:
    set_budget(store, valid_from=valid_from, site=site, minutes=minutes, set_at_utc=set_at)


def in_force(store: duckdb.DuckDBPyConnection, day: date) -> tuple[float | None, dict[str, float]]:
    limits = history(store).at(day)
    return limits.total, dict(limits.sites)


def site(found: Budget, name: str):
    return next(standing for standing in found.sites if standing.site == name)


def test_an_empty_store_spends_nothing_that_is_known(store: duckdb.DuckDBPyConnection) -> None:
    found = budget(store, WINDOW)
    assert found.week == date(2026, 11, 16)
    assert found.sites == ()
    assert found.total.budget_minutes == 120
    assert (found.total.spent_minutes, found.total.left_minutes, found.total.pace_minutes) == (
        None,
        None,
        None,
    )
    assert (found.total.runs_out, found.total.verdict, found.total.basis) == (None, None, None)


def test_a_week_without_time_in_a_store_with_some_spends_zero(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY - 3 * WEEK, 10)
    share(store, "x", 30)
    found = budget(store, WINDOW)
    assert (found.total.spent_minutes, found.total.left_minutes, found.total.verdict) == (0, 120, "within")
    assert (site(found, "x").spent_minutes, site(found, "x").left_minutes) == (0, 30)


def test_pace_and_the_moment_it_runs_out(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=10), 60)
    add_span(store, "digg", MONDAY + timedelta(hours=40), 30, "visit")
    found = budget(store, WINDOW)
    total = found.total
    assert (total.spent_minutes, total.left_minutes) == (90, 30)
    assert total.pace_minutes == pytest.approx(210)
    # 120 of 210 minutes are gone after 4 of 7 days.
    assert abs(total.runs_out - datetime(2026, 11, 20)) < timedelta(seconds=1)
    assert (total.verdict, total.basis) == ("on course to go over", "measured and visit")
    assert [s.site for s in found.sites] == ["x", "digg"]
    assert site(found, "digg").budget_minutes is None
    assert (site(found, "digg").left_minutes, site(found, "digg").runs_out) == (None, None)
    assert site(found, "digg").verdict == "no budget"


def test_a_slow_week_does_not_run_out(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=10), 40)
    total = budget(store, WINDOW).total
    assert total.pace_minutes == pytest.approx(40 * 7 / 3)
    assert (total.runs_out, total.verdict) == (None, "within")


def test_recorded_time_over_the_budget_says_when_it_was_crossed(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=10), 100)
    # Overlaps the end by ten minutes: the budget is crossed 20 minutes into the rest.
    add_span(store, "x", MONDAY + timedelta(hours=11, minutes=30), 60)
    add_span(store, "digg", MONDAY + timedelta(hours=20), 60)
    share(store, "digg", 15)
    found = budget(store, WINDOW)
    assert found.total.spent_minutes == 210
    assert found.total.left_minutes == -90
    assert found.total.runs_out == MONDAY + timedelta(hours=12)
    assert found.total.verdict == "over"
    assert site(found, "digg").runs_out == MONDAY + timedelta(hours=20, minutes=15)


def test_nothing_allowed_is_crossed_with_the_first_minute(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=10), 5)
    share(store, "x", 0)
    share(store, "digg", 0)
    found = budget(store, WINDOW)
    assert site(found, "x").runs_out == MONDAY + timedelta(hours=10)
    assert (site(found, "digg").verdict, site(found, "digg").runs_out) == ("within", None)


def test_time_before_the_week_does_not_count(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY - timedelta(hours=2), 150)
    assert budget(store, WINDOW).total.spent_minutes == 30


def test_the_first_six_hours_have_no_pace(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=1), 30)
    early = budget(store, replace(WINDOW, now_utc=MONDAY + timedelta(hours=5, minutes=59))).total
    assert (early.spent_minutes, early.pace_minutes, early.runs_out, early.verdict) == (
        30,
        None,
        None,
        "within",
    )
    later = budget(store, replace(WINDOW, now_utc=MONDAY + timedelta(hours=6))).total
    assert later.pace_minutes == pytest.approx(30 * 28)


def test_the_pace_of_a_finished_week_is_what_was_spent(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=10), 119)
    total = budget(store, replace(WINDOW, now_utc=MONDAY + WEEK - timedelta(microseconds=1))).total
    assert total.pace_minutes == pytest.approx(119)
    assert (total.runs_out, total.verdict) == (None, "within")


def test_an_estimate_is_likely_over_only_when_its_low_is(store: duckdb.DuckDBPyConnection) -> None:
    add_likes(store, "mastodon", (10, 30))
    now = replace(WINDOW, now_utc=MONDAY + WEEK - timedelta(microseconds=1))
    for minutes, verdict in ((20, "likely over"), (21, "on course to go over"), (61, "within")):
        share(store, None, minutes, set_at=SET_AT + timedelta(minutes=minutes))
        total = budget(store, now).total
        assert (total.verdict, total.basis, total.runs_out) == (verdict, "estimated", None)
    assert (round(total.low_minutes, 1), total.spent_minutes, round(total.high_minutes, 1)) == (
        20.1,
        60,
        178.7,
    )
    assert total.actions == 2


def test_measured_and_estimated_sites_are_told_apart_in_the_total(store: duckdb.DuckDBPyConnection) -> None:
    add_likes(store, "mastodon", (10, 30))
    add_likes(store, "bluesky", (12, 32))
    add_span(store, "x", MONDAY + timedelta(hours=20), 50)
    found = budget(store, replace(WINDOW, now_utc=MONDAY + WEEK - timedelta(microseconds=1)))
    assert found.total.basis == "measured and estimated"
    assert found.total.spent_minutes == pytest.approx(170)
    assert found.total.low_minutes == pytest.approx(50 + 120 / 2.978, abs=0.01)
    assert found.total.high_minutes == pytest.approx(50 + 120 * 2.978, abs=0.01)
    assert found.total.verdict == "on course to go over"
    assert found.total.runs_out is None
    assert [(s.site, s.basis) for s in found.sites] == [
        ("bluesky", "estimated"), ("mastodon", "estimated"), ("x", "measured"),
    ]  # fmt: skip


def test_a_site_with_too_few_actions_is_named_and_not_counted(store: duckdb.DuckDBPyConnection) -> None:
    add_likes(store, "mastodon", (10,), weeks=3)
    found = budget(store, WINDOW)
    assert (found.total.spent_minutes, found.total.verdict) == (None, None)
    assert (
        found.total.refused
        == "Too few actions to estimate: 3 sessions in the 3 weeks around this one, 8 are needed"
    )
    assert found.notes == ("Not counted, because there are too few actions to estimate: mastodon.",)
    add_span(store, "x", MONDAY, 20)
    found = budget(store, WINDOW)
    assert found.total.spent_minutes == 20
    assert site(found, "mastodon").spent_minutes is None


def test_the_latest_word_in_force_on_the_weeks_first_day_counts(store: duckdb.DuckDBPyConnection) -> None:
    share(store, None, 100, date(2026, 11, 2))
    share(store, None, 90, date(2026, 11, 9), SET_AT)
    share(store, None, 80, date(2026, 11, 9), SET_AT + timedelta(hours=1))
    share(store, "x", 30, date(2026, 11, 2))
    share(store, "x", None, date(2026, 11, 16))
    share(store, "digg", 10, date(2026, 11, 18))
    assert in_force(store, date(2026, 10, 26)) == (120, {})
    assert in_force(store, date(2026, 11, 2)) == (100, {"x": 30})
    assert in_force(store, date(2026, 11, 9)) == (80, {"x": 30})
    # What is set in the middle of a week counts from the next.
    assert in_force(store, date(2026, 11, 16)) == (80, {})
    assert in_force(store, date(2026, 11, 23)) == (80, {"digg": 10})


def test_a_budget_can_be_taken_away(store: duckdb.DuckDBPyConnection) -> None:
    share(store, None, None)
    add_span(store, "x", MONDAY, 20)
    total = budget(store, WINDOW).total
    assert (total.budget_minutes, total.left_minutes, total.runs_out, total.verdict) == (
        None,
        None,
        None,
        "no budget",
    )
    assert total.spent_minutes == 20


@pytest.mark.parametrize("minutes", [-1, 10_081, float("nan"), float("inf")])
def test_minutes_that_no_week_has_are_refused(store: duckdb.DuckDBPyConnection, minutes: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 10,080 minutes"):
        share(store, None, minutes)
    assert in_force(store, date(2026, 11, 16)) == (120, {})


def test_many_shares_and_shares_beyond_the_total_are_noted(store: duckdb.DuckDBPyConnection) -> None:
    for name in ("bluesky", "digg", "mastodon", "x"):
        share(store, name, 30)
    assert budget(store, WINDOW).notes == ()
    share(store, "reddit", 30)
    assert budget(store, WINDOW).notes == (
        "5 sites have a share of the budget; it is meant for up to 4.",
        "The shares add up to 150 minutes, the budget for all sites is 120.",
    )


def test_the_platform_lists_one_site_and_keeps_the_total(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY, 20)
    add_span(store, "digg", MONDAY + timedelta(hours=1), 20)
    found = budget(store, replace(WINDOW, platform="digg"))
    assert [s.site for s in found.sites] == ["digg"]
    assert found.total.spent_minutes == 40


def test_a_week_of_169_hours_has_its_own_pace(store: duckdb.DuckDBPyConnection) -> None:
    # Vienna, 19-25 October 2026: the week begins on Sunday 22:00 UTC; noon of its fourth day.
    add_span(store, "x", datetime(2026, 10, 20), 42)
    window = Window(now_utc=datetime(2026, 10, 22, 10), time_zone="Europe/Vienna")
    assert budget(store, window).total.pace_minutes == pytest.approx(42 * 169 / 84)
