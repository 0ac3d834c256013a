"""What the report of time says and holds, worked by hand on ten invented weeks."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pytest

from analytics.metrics import settings
from analytics.metrics.window import Window
from analytics.reports import time_words
from analytics.reports.time import time, week_plan
from tests import time_store
from tests.time_store import CHANGE, FIRST, PRESENT

WINDOW = Window(now_utc=PRESENT + timedelta(hours=1), time_zone="Europe/Vienna")


@pytest.fixture
def filled(store: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    time_store.fill(store)
    return store


def test_the_average_week_and_the_weeks_over_budget(filled: duckdb.DuckDBPyConnection) -> None:
    """Nine complete weeks: five of 90 minutes with 120 allowed, four of 60 with 90: 450 + 240 = 690, 77 on average."""
    said = time(filled, WINDOW).sentences
    assert said == (
        "A week takes 1 h 17 min on average over the 9 weeks that something is known of (measured).",
        "Of this time goes to X 61 %, Mastodon 39 %.",
        "Of 9 complete weeks with a budget 0 were over it.",
        "No day had 4 h or more of recorded time, all sites together.",
    )


def test_only_the_weeks_that_were_asked_for_are_looked_at(filled: duckdb.DuckDBPyConnection) -> None:
    report = time(filled, replace(WINDOW, since=date(2026, 11, 4)))
    assert sorted(set(report.rows["week"])) == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert report.against["budget_minutes"].tolist() == [90, 90, 90]
    assert len(report.sessions) == 6


def test_every_week_has_the_budget_it_had(filled: duckdb.DuckDBPyConnection) -> None:
    against = time(filled, WINDOW).against.set_index("week")["budget_minutes"]
    assert against[FIRST] == 120
    assert against[CHANGE] == 90


def test_a_platform_s_report_keeps_the_budget_of_all_sites_out_of_words(
    filled: duckdb.DuckDBPyConnection,
) -> None:
    report = time(filled, replace(WINDOW, platform="x"))
    assert set(report.rows["site"]) == {"x"}
    assert not [sentence for sentence in report.sentences if "budget" in sentence]


def test_half_days_are_named_by_the_hours_that_were_set(filled: duckdb.DuckDBPyConnection) -> None:
    settings.save_setting(filled, name="half_day_hours", value="0.5", set_at_utc=datetime(2026, 10, 1))
    said = time(filled, WINDOW).sentences[-1]
    assert said.startswith(
        "Half a day went on 20 days (30 min or more on all sites together): Mon 12 Oct 2026 (1 h, most of it X); "
    )
    assert said.endswith("and 17 more.")


def test_sessions_and_the_busiest_hour_in_words(filled: duckdb.DuckDBPyConnection) -> None:
    report = time(filled, WINDOW)
    assert list(time_words.session_sentences(report)) == [
        "X: 10 sessions, half of them 45 min or longer; the longest took 1 h (Mon 14 Sep, 18:00).",
        "Mastodon: 10 sessions, half of them 30 min or longer; the longest took 30 min (Wed 16 Sep, 12:30).",
    ]
    assert time_words.busiest_sentence(report) == (
        "Most recorded time falls on Monday from 18:00 to 19:00, 45 min on average of up to 10 Mondays."
    )


def test_the_budget_and_its_changes_in_words(filled: duckdb.DuckDBPyConnection) -> None:
    report = time(filled, WINDOW)
    assert time_words.budget_sentence(report) == "1 h 30 min a week over all sites; of these X 30 min."
    assert [(row["from"], row["all sites"], row["of these"]) for row in time_words.changes_rows(report)] == [
        (CHANGE, "1 h 30 min", "X 30 min"),
        (FIRST, "2 h", "–"),
    ]


def test_an_estimate_says_what_it_rests_on(store: duckdb.DuckDBPyConnection) -> None:
    store.execute("INSERT INTO identities VALUES (1, 'x', 'me', 'wren', 'export')")
    for week in range(8):
        for day in (0, 2):
            store.execute(
                "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) "
                "VALUES (hash($at), 'x', 'me', 'bo', 'like', $at, $at::VARCHAR)",
                {"at": datetime(2026, 9, 14, 10) + timedelta(days=7 * week + day)},
            )
    report = time(store, WINDOW)
    assert list(time_words.calibration_sentences(report)) == [
        "X: 8 weeks estimated from your acts alone; the true time lies within a factor of 3.0 either way in 4 of 5 weeks. "
        "A few weeks with a time tracker on all your devices would correct it and narrow the range."
    ]
    assert report.sentences[0] == (
        "A week takes about 1 h on average over the 7 weeks that something is known of (estimated)."
    )
    assert report.hours.empty
    assert report.acts["acts"].sum() == 16


def test_the_plan_of_a_week_against_what_happened(filled: duckdb.DuckDBPyConnection) -> None:
    plan = week_plan(filled, WINDOW)
    assert plan.week == date(2026, 11, 16)
    assert plan.slots["state"].tolist() == ["kept"]
    assert plan.sentences == (
        "16–22 Nov 2026: 1 slot planned, 30 min in all: 1 kept.",
        "Not planned was 30 min of 1 h recorded, on Mastodon.",
    )


def test_an_earlier_week_can_be_chosen(filled: duckdb.DuckDBPyConnection) -> None:
    plan = week_plan(filled, WINDOW, week=FIRST)
    assert plan.week == FIRST
    assert plan.sentences[1] == "Not planned was 45 min of 1 h 30 min recorded, most of it on Mastodon."


def test_nothing_known_says_what_would_bring_it(store: duckdb.DuckDBPyConnection) -> None:
    report = time(store, WINDOW)
    assert report.sentences == ()
    assert report.missing is not None
    assert "Nothing is known of your time" in report.missing.what
    plan = week_plan(store, WINDOW)
    assert plan.missing is not None
    assert "plan import" in plan.missing.remedy


def test_it_can_be_kept_and_read_again(filled: duckdb.DuckDBPyConnection) -> None:
    report = time(filled, WINDOW)
    assert pickle.loads(pickle.dumps(report)).sentences == report.sentences
