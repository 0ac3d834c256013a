"""How long people take to follow back: the curve worked by hand, and who may be counted at all."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.follow_back import (
    ENOUGH,
    curve,
    curve_of,
    waiting_time,
    waiting_time_of,
    waiting_times,
    waits,
)
from analytics.metrics.window import Window
from tests.builders import add_act, add_list

NOW = datetime(2026, 11, 22, 12)
WINDOW = Window(now_utc=NOW)
ENDLESS = math.inf


def frame(*found: tuple[float, float]) -> pd.DataFrame:
    """Rows of `waits` from (low, high)."""
    bases = {True: "waiting", False: "dated"}
    rows = [(float(low), float(high), bases[math.isinf(high)]) for low, high in found]
    return pd.DataFrame(rows, columns=["low_days", "high_days", "basis"])


def steps(found: pd.DataFrame) -> list[tuple[int, float]]:
    """(days, share rounded)."""
    return [
        (int(day), round(float(share), 6)) for day, share in zip(found["days"], found["share"], strict=True)
    ]


def known(found: pd.DataFrame) -> dict[str, tuple[float | None, float | None, str]]:
    """account -> low, high, basis."""
    return {
        row["account"]: (
            None if pd.isna(row["low_days"]) else row["low_days"],
            None if pd.isna(row["high_days"]) else row["high_days"],
            row["basis"],
        )
        for row in found.to_dict("records")
    }


def test_nobody_waits_in_an_empty_store(store: duckdb.DuckDBPyConnection) -> None:
    assert waits(store, WINDOW).empty
    assert curve(store, WINDOW).empty
    assert waiting_time(store, WINDOW).empty


def test_the_curve_by_hand() -> None:
    """Of four one within a day; of the two still watched on the third day one more: 1 - 3/4 x 1/2."""
    found = curve_of(frame((1, 1), (3, 3), (100, ENDLESS), (2, ENDLESS)), still_waiting=1)
    assert steps(found) == [(0, 0.0), (1, 0.25), (3, 0.625)]
    assert found["watched"].tolist() == [4, 4, 2]


def test_who_stops_being_watched_on_a_day_was_watched_on_it() -> None:
    """The second day: one of the two still there, 1/2, and not 1/1."""
    assert steps(curve_of(frame((2, 2), (2, ENDLESS)), still_waiting=1)) == [(0, 0.0), (2, 0.5)]


def test_on_the_first_day_some_follow_at_once() -> None:
    assert steps(curve_of(frame((0, 0), (4, ENDLESS)), still_waiting=1)) == [(0, 0.5)]


def test_a_wait_between_two_lists_is_put_where_it_is_possible() -> None:
    """One of 3 to 9 days and one of 7: both can be of 7, and nothing else explains them as well."""
    assert steps(curve_of(frame((3, 9), (7, 7)), still_waiting=1)) == [(0, 0.0), (7, 1.0)]
    assert steps(curve_of(frame((3, 9), (20, ENDLESS)), still_waiting=1)) == [(0, 0.0), (9, 0.5)]


def test_the_curve_ends_where_few_are_watched() -> None:
    found = frame(*[(1, 1)] * 4, *[(5, 5)] * 3, (30, 30), (90, ENDLESS))
    assert curve_of(found)["days"].tolist() == [0, 1, 5]
    assert curve_of(found, still_waiting=1)["days"].tolist() == [0, 1, 5, 30]


def test_the_waiting_time_by_hand() -> None:
    """1 five times, 2 three times, 9 and 40: half by the fifth, nine of ten by the ninth."""
    found = frame(*[(day, day) for day in (1, 1, 1, 1, 1, 2, 2, 2, 9, 40)])
    row = waiting_time_of(found)
    assert (row["followed_first"], row["followed_back"], row["dated"], row["still_waiting"]) == (
        10,
        10,
        10,
        0,
    )
    assert (row["half_days"], row["wait_days"], row["share"]) == (1, 9, pytest.approx(1))


def test_of_too_few_no_waiting_time_is_told() -> None:
    few = frame(*[(1, 1)] * (ENOUGH - 1), (9, ENDLESS))
    row = waiting_time_of(few)
    assert (row["followed_back"], row["still_waiting"]) == (ENOUGH - 1, 1)
    assert (row["share"], row["half_days"], row["wait_days"]) == (None, None, None)
    enough = waiting_time_of(frame(*[(1, 1)] * ENOUGH, (9, ENDLESS)))
    assert (enough["half_days"], enough["wait_days"], enough["share"]) == (1, 1, pytest.approx(10 / 11))


def test_three_lists_and_two_dates(store: duckdb.DuckDBPyConnection) -> None:
    """The worked example: a to the day, b between two lists, c still waiting."""
    for day, followers in (
        ("2026-05-01", {}),
        ("2026-05-10", {"a": "2026-05-03 12:00"}),
        ("2026-05-20", {"a": "2026-05-03 12:00", "b": None}),
    ):
        add_list(store, "follower", day, followers)
    add_list(
        store, "following", "2026-05-20", {"a": "2026-05-01 10:00", "b": "2026-05-02", "c": "2026-05-02"}
    )
    assert known(waits(store, WINDOW)) == {
        "a": (2, 2, "dated"),
        "b": (8, 18, "lists"),
        "c": (18, ENDLESS, "waiting"),
    }


def test_who_followed_first_or_at_the_same_moment_is_not_counted(store: duckdb.DuckDBPyConnection) -> None:
    dates = {"they": "2026-01-01", "i": "2026-01-09", "both": "2026-01-05"}
    add_list(store, "follower", "2026-05-20", dates)
    add_list(store, "following", "2026-05-20", dict.fromkeys(dates, "2026-01-05"))
    assert known(waits(store, WINDOW)) == {"i": (4, 4, "dated")}


def test_before_the_first_list_of_followers_nobody_can_be_counted(store: duckdb.DuckDBPyConnection) -> None:
    """Of old and back it is not known who was first, so old and not must not count either: only no would be left."""
    add_list(store, "follower", "2026-05-01", ["back"])
    add_list(store, "follower", "2026-05-20", ["back"])
    add_list(
        store, "following", "2026-05-20", {"back": "2026-01-01", "not": "2026-01-01", "new": "2026-05-10"}
    )
    assert known(waits(store, WINDOW)) == {"new": (10, ENDLESS, "waiting")}


def test_a_notice_of_a_follow_dates_it_and_says_from_when_on_they_are_seen(
    store: duckdb.DuckDBPyConnection,
) -> None:
    """The undated one may have come at any time before; those since January would have been noticed."""
    add_list(store, "follower", "2026-05-20", ["undated", "first", "a"])
    add_act(store, "first", "me", "2026-01-01", "follow")
    add_act(store, "a", "me", "2026-03-04", "follow")
    add_list(store, "following", "2026-05-20", {"a": "2026-03-01", "not": "2026-03-01", "old": "2025-03-01"})
    assert known(waits(store, WINDOW)) == {"a": (3, 3, "dated"), "not": (80, ENDLESS, "waiting")}


def test_of_two_follows_between_the_same_lists_none_is_known_to_be_first(
    store: duckdb.DuckDBPyConnection,
) -> None:
    for side in ("follower", "following"):
        add_list(store, side, "2026-05-01", [])
        add_list(store, side, "2026-05-20", ["a"])
    assert known(waits(store, WINDOW)) == {"a": (None, None, "unknown")}
    row = waiting_time(store, WINDOW).iloc[0]
    assert (row["followed_first"], row["order_unknown"]) == (0, 1)
    assert curve(store, WINDOW).empty


def test_the_period_is_that_of_my_follows(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-20", {"a": "2026-02-01", "b": "2026-04-01"})
    add_list(store, "following", "2026-05-20", {"a": "2026-01-05", "b": "2026-03-05"})
    since = Window(now_utc=NOW, since=date(2026, 3, 5))
    until = Window(now_utc=NOW, until=date(2026, 3, 4))
    assert list(known(waits(store, since))) == ["b"]
    assert list(known(waits(store, until))) == ["a"]


def test_accounts_stay_apart_and_come_together_in_the_last_row() -> None:
    found = frame(*[(1, 1)] * ENOUGH, *[(3, 3)] * ENOUGH)
    found = found.assign(platform=["mastodon"] * ENOUGH + ["x"] * ENOUGH, owner="me")
    rows = waiting_times(found)
    assert rows["platform"].fillna("all").tolist() == ["mastodon", "x", "all"]
    assert rows["wait_days"].tolist() == [1, 3, 3]
    assert len(waiting_times(found[found["platform"] == "x"])) == 1


WAITS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([0, ENDLESS])).map(
        lambda wait: (wait[0], wait[0] + wait[1])
    ),
    min_size=1,
    max_size=25,
)


@given(found=WAITS)
def test_waits_known_to_the_day_give_the_curve_of_kaplan_and_meier(found: list[tuple[int, float]]) -> None:
    expected, left = {}, 1.0
    for day in sorted({int(low) for low, high in found if high == low}):
        watched = sum(low >= day for low, _ in found)
        left *= 1 - sum(low == day and high == day for low, high in found) / watched
        expected[day] = 1 - left
    rows = curve_of(frame(*found), still_waiting=1)
    got = dict(zip(rows["days"].tolist(), rows["share"].tolist(), strict=True))
    assert {day: share for day, share in got.items() if day in expected} == pytest.approx(expected, abs=1e-4)
    assert set(got) <= {0, *expected}


@given(
    found=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20) | st.just(ENDLESS)).map(
            lambda wait: (wait[0], wait[0] + wait[1])
        ),
        min_size=1,
        max_size=20,
    )
)
def test_a_share_never_falls_and_stays_a_share(found: list[tuple[int, float]]) -> None:
    rows = curve_of(frame(*found), still_waiting=1)
    shares = rows["share"].tolist()
    assert shares == sorted(shares)
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in shares)
    assert rows["days"].is_unique


def test_the_present_ends_what_is_known(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-20", {"a": "2026-02-01"})
    add_list(store, "following", "2026-05-20", {"a": "2026-01-05"})
    before = Window(now_utc=datetime(2026, 5, 20) - timedelta(days=1))
    assert waits(store, before).empty
