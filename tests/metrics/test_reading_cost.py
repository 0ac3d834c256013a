"""What following somebody costs and what came back, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pytest

from analytics.metrics import settings
from analytics.metrics.reading_cost import accounts
from analytics.metrics.window import Window
from analytics.store import identities
from tests.builders import add_account, add_act, add_list, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def row(store: duckdb.DuckDBPyConnection, account: str, window: Window = WINDOW) -> dict[str, object]:
    frame = accounts(store, window)
    (found,) = frame[frame["account"] == account].to_dict("records")
    return found


def test_nobody_followed_is_an_empty_table(store: duckdb.DuckDBPyConnection) -> None:
    frame = accounts(store, WINDOW)
    assert frame.empty
    assert "minutes_per_week" in frame.columns


def test_two_sights_of_a_profile_count_best(store: duckdb.DuckDBPyConnection) -> None:
    """100 posts on 1 November, 156 a fortnight later: 28 a week, at 15 s each 7 minutes."""
    add_list(store, "following", "2026-11-20", ["ana"])
    add_account(store, "ana", "Ana", day="2026-11-01", posts=100, created_utc=datetime(2020, 1, 1))
    add_account(store, "ana", "Ana", day="2026-11-15", posts=156)
    for day in range(1, 11):
        add_post(store, "ana", f"p{day}", at=f"2026-11-{day:02} 10:00")
    found = row(store, "ana")
    assert (found["basis"], found["posts_per_week"], found["minutes_per_week"]) == ("counted", 28, 7)
    settings.save_setting(store, name="reading_seconds", value="30", set_at_utc=datetime(2026, 1, 1))
    assert row(store, "ana")["minutes_per_week"] == 14


def test_posts_held_count_before_the_average_of_a_life_but_a_few_do_not(
    store: duckdb.DuckDBPyConnection,
) -> None:
    add_list(store, "following", "2026-11-20", ["ana", "bo", "cy", "dee"])
    # Five posts over 14 days: four gaps in two weeks, 2 a week. An old one is no measure of today.
    for day, post_id in ((1, "a"), (4, "b"), (8, "c"), (12, "d"), (15, "e")):
        add_post(store, "ana", post_id, at=f"2026-10-{day:02} 10:00")
    add_post(store, "ana", "old", at="2025-01-01 10:00")
    for who in ("ana", "bo"):
        add_account(
            store,
            who,
            who,
            day="2026-11-01",
            posts=700,
            created_utc=datetime(2026, 11, 1) - timedelta(weeks=100),
        )
    add_post(store, "bo", "f", at="2026-10-01 10:00")
    add_post(store, "bo", "g", at="2026-10-08 10:00")
    add_post(store, "cy", "h", at="2026-10-01 10:00")
    add_post(store, "cy", "i", at="2026-10-08 10:00")
    assert [(row(store, who)["basis"], row(store, who)["posts_per_week"]) for who in ("ana", "bo", "cy")] == [
        ("held", 2), ("lifetime", 7), ("held", 1)
    ]  # fmt: skip
    nothing = row(store, "dee")
    assert nothing["basis"] != nothing["basis"]
    assert nothing["minutes_per_week"] != nothing["minutes_per_week"]


def test_what_came_back_is_set_against_the_hours(store: duckdb.DuckDBPyConnection) -> None:
    """28 posts a week are 7 minutes, over 26 weeks 182; 13 acts are 4.29 an hour."""
    identities.add(store, "x", "me")
    add_list(store, "following", "2026-11-20", ["ana", "bo", "cy"])
    for who in ("ana", "bo", "cy"):
        add_account(store, who, who, day="2026-11-01", posts=100)
        add_account(store, who, who, day="2026-11-15", posts=156 if who != "cy" else 128)
    for number in range(13):
        add_act(store, "ana", "me", f"2026-06-{number + 1:02} 10:00", "reply" if number < 3 else "like")
    add_act(store, "ana", "me", "2026-01-01 10:00", "reply")
    add_act(store, "me", "bo", "2026-06-01 10:00", "reply")
    window = replace(WINDOW, since=date(2026, 5, 24), until=date(2026, 11, 21))
    frame = accounts(store, window)
    # bo costs most of those of whom nothing came back.
    assert frame["account"].tolist() == ["bo", "cy", "ana"]
    assert frame["weeks"].tolist() == [26, 26, 26]
    assert frame[["from_them", "words_from_them", "to_them"]].values.tolist() == [
        [0, 0, 1],
        [0, 0, 0],
        [13, 3, 0],
    ]
    assert frame["back_per_hour"].tolist() == pytest.approx([0, 0, 13 / (182 / 60)])


def test_where_no_source_says_what_others_do_nothing_is_not_zero(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_list(store, "following", "2026-11-20", ["ana"])
    add_account(store, "ana", "ana", day="2026-11-01", posts=100)
    add_account(store, "ana", "ana", day="2026-11-15", posts=156)
    add_act(store, "bo", "me", "2026-06-01 10:00", "follow")
    frame = accounts(store, WINDOW)
    assert frame[["from_them", "words_from_them", "back_per_hour"]].isna().all(axis=None)
