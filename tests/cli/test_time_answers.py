"""`show time`, `show results` and their options, on ten invented weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.store.connection import writing
from tests import time_store
from tests.cli.running import run


@pytest.fixture
def weeks(store_path: Path) -> Path:
    """The store of the tests of Time and Results."""
    with writing(store_path) as cursor:
        time_store.fill(cursor)
    return store_path


def test_sessions_come_with_the_days_and_hours_behind_them(weeks: Path) -> None:
    answer = run(weeks, "show", "time", "--sessions", "--since", "2026-11-09", "--format", "json").json
    assert [(row["day"], row["site"], row["seconds"]) for row in answer["days"]] == [
        ("2026-11-09", "x", 1800), ("2026-11-11", "mastodon", 1800), ("2026-11-16", "x", 1800),
        ("2026-11-18", "mastodon", 1800),
    ]  # fmt: skip
    assert next(row["start_utc"] for row in answer["sessions"]) == "2026-11-09T17:00:00Z"
    assert [(row["site"], row["sessions"]) for row in answer["sites"]] == [("mastodon", 2), ("x", 2)]
    assert {(row["weekday"], row["hour"]) for row in answer["hours"]} == {(0, 18), (2, 12), (2, 13)} - {
        (2, 13)
    }


def test_without_the_option_only_the_weeks_are_worked_out(weeks: Path) -> None:
    assert set(run(weeks, "show", "time", "--format", "json").json) == {"weeks"}


def test_the_table_of_sessions_is_written_out(weeks: Path) -> None:
    out = run(weeks, "show", "time", "--sessions", "--since", "2026-11-16").out
    assert "Mon 2026-11-16 18:00" in out
    assert "30 min" in out


def test_results_say_what_another_split_would_have_brought(weeks: Path) -> None:
    answer = run(
        weeks, "show", "results", "--split", "x=60", "--split", "mastodon=0", "--format", "json"
    ).json
    (replies,) = [row for row in answer["split"] if row["measure"] == "replies"]
    assert replies["then"] == pytest.approx(27 / 7)
    assert answer["beyond"] == []
    assert any(sentence.startswith("Replies: 3.9 a week in place of 4.0") for sentence in answer["sentences"])
    assert run(weeks, "show", "results", "--format", "json").json["split"] is None


@pytest.mark.parametrize("split", ["x", "x=", "x=soon", "=60", "x=-1", "x=999999", "x=nan"])
def test_a_split_that_cannot_be_is_wrong_usage(weeks: Path, split: str) -> None:
    ran = run(weeks, "show", "results", "--split", split)
    assert ran.code == 2
    assert split in ran.err


def test_results_in_words_and_as_csv(weeks: Path) -> None:
    assert "An hour brought, in replies: X 3.9" in run(weeks, "show", "results").out
    lines = run(weeks, "show", "results", "--format", "csv").out.splitlines()
    assert lines[0] == "site,measure,value,low,high,weeks,hours,results,basis"
    assert lines[1].startswith("mastodon,replies,2.0,2.0,2.0,9,4.5,9")
