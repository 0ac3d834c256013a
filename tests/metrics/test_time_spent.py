"""Time per week and day from a store, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from analytics.metrics.time_spent import (
    basis_sentence,
    basis_words,
    days,
    duration_words,
    latest_data_moment,
    own_acts,
    recorded_pieces,
    rough_words,
    weeks,
)
from analytics.metrics.window import Window

MONDAY = datetime(2026, 10, 5)
WEEK = timedelta(days=7)
WINDOW = Window(now_utc=MONDAY + 4 * WEEK - timedelta(microseconds=1))
VECTOR = [MONDAY + n * WEEK + timedelta(days=d, hours=10) for n in range(4) for d in (0, 2)]


def add_span(
    store: duckdb.DuckDBPyConnection, site: str, start: datetime, minutes: float, basis: str = "measured"
) -> None:
    row = [site, start, start + timedelta(minutes=minutes), basis]
    store.execute("INSERT INTO time_spans VALUES (1, ?, ?, ?, ?, 'laptop')", row)


def add_me(store: duckdb.DuckDBPyConnection, platform: str, account: str = "ada") -> None:
    store.execute("INSERT INTO identities VALUES (1, ?, ?, NULL, 'user')", [platform, account])


def add_act(store: duckdb.DuckDBPyConnection, platform: str, moment: datetime, actor: str = "ada") -> None:
    store.execute(
        "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) VALUES (1, ?, ?, 'bo', 'like', ?, NULL)",
        [platform, actor, moment],
    )


def add_post(
    store: duckdb.DuckDBPyConnection,
    moment: datetime,
    *,
    author: str = "ada",
    client: str | None = None,
    current: bool = True,
    deleted: datetime | None = None,
) -> None:
    store.execute(
        "INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text,"
        " client, deleted_utc) VALUES (1, ?, 'x', '1', '1', ?, ?, 'post', '', ?, ?)",
        [current, author, moment, client, deleted],
    )


def figures(row: pd.Series) -> tuple[str, float, float, float]:
    return row["site"], *(round(row[name] / 60, 1) for name in ("low_seconds", "seconds", "high_seconds"))


def test_four_weeks_of_likes_are_estimated(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "mastodon")
    for moment in VECTOR:
        add_act(store, "mastodon", moment)
    found = weeks(store, WINDOW)
    assert [figures(row) for _, row in found.iterrows()] == [("mastodon", 20.1, 60.0, 178.7)] * 4
    assert found["week"].tolist() == [
        date(2026, 10, 5),
        date(2026, 10, 12),
        date(2026, 10, 19),
        date(2026, 10, 26),
    ]
    assert (found["estimated_seconds"] == found["seconds"]).all()
    assert found["actions"].tolist() == [2] * 4


def test_measured_weeks_replace_and_calibrate(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "mastodon")
    for moment in VECTOR:
        add_act(store, "mastodon", moment)
    for moment in VECTOR[:4]:
        add_span(store, "mastodon", moment - timedelta(minutes=30), 60)
    found = weeks(store, WINDOW)
    assert [figures(row) for _, row in found.iterrows()] == [
        ("mastodon", 120.0, 120.0, 120.0),
        ("mastodon", 120.0, 120.0, 120.0),
        ("mastodon", 43.8, 100.0, 228.0),
        ("mastodon", 43.8, 100.0, 228.0),
    ]
    assert found["estimated_seconds"].iloc[0] == 0
    assert found["measured_seconds"].iloc[3] == 0


def test_too_few_actions_are_refused_and_unknown(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "mastodon")
    for moment in VECTOR[1:]:
        add_act(store, "mastodon", moment)
    found = weeks(store, WINDOW)
    assert found["seconds"].isna().all()
    assert found["refused"].str.startswith("Too few actions to estimate: 7 sessions").all()


def test_one_week_on_one_basis_a_site(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY + timedelta(hours=10), 30)
    add_span(store, "digg", MONDAY + timedelta(hours=10, minutes=20), 20, "visit")
    add_span(store, "x", MONDAY + timedelta(hours=12), 10, "visit")
    found = weeks(store, WINDOW)
    columns = [
        "site",
        "seconds",
        "low_seconds",
        "high_seconds",
        "measured_seconds",
        "visit_seconds",
        "estimated_seconds",
    ]
    assert found[columns].values.tolist() == [
        ["digg", 600, 600, 600, 0, 600, 0],
        ["x", 2400, 2400, 2400, 1800, 600, 0],
    ]
    assert found["refused"].tolist() == [None, None]


def test_a_site_whose_record_is_displaced_has_no_time(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY, 60)
    add_span(store, "digg", MONDAY + timedelta(minutes=10), 5, "visit")
    found = weeks(store, WINDOW)
    assert found[["site", "seconds"]].values.tolist() == [["digg", 0], ["x", 3600]]


def test_time_after_now_is_not_looked_at(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY, 60)
    add_span(store, "x", MONDAY + timedelta(hours=3), 60)
    found = weeks(store, replace(WINDOW, now_utc=MONDAY + timedelta(minutes=20)))
    assert found["seconds"].tolist() == [1200]


def test_estimates_never_push_the_week_over_the_clock(store: duckdb.DuckDBPyConnection) -> None:
    for platform in ("mastodon", "bluesky"):
        add_me(store, platform)
    moment = MONDAY
    while moment < MONDAY + 2 * WEEK:
        add_act(store, "mastodon", moment)
        add_act(store, "bluesky", moment + timedelta(minutes=20))
        moment += timedelta(minutes=40)
    # The second week has six days on record, which leaves one to the estimates of two sites.
    add_span(store, "digg", MONDAY + WEEK, 6 * 24 * 60)
    found = weeks(store, replace(WINDOW, now_utc=MONDAY + 2 * WEEK))
    sums = found.groupby("week")["seconds"].sum()
    assert (sums <= 7 * 86400).all()
    second = found[found["week"] == date(2026, 10, 12)].set_index("site")
    assert second.loc["digg", "seconds"] == 6 * 86400
    assert sums.iloc[1] == pytest.approx(7 * 86400)
    assert (second["high_seconds"] <= 7 * 86400).all()
    assert (second["low_seconds"] <= second["seconds"]).all()


@pytest.mark.parametrize(
    ("monday", "hours"), [(date(2026, 3, 23), 167), (date(2026, 10, 19), 169), (date(2026, 6, 1), 168)]
)
def test_a_week_has_the_hours_of_its_summer_time(
    store: duckdb.DuckDBPyConnection, monday: date, hours: int
) -> None:
    start = datetime(monday.year, monday.month, monday.day) - timedelta(days=2)
    add_span(store, "x", start, 12 * 24 * 60)
    window = Window(now_utc=start + timedelta(days=20), time_zone="Europe/Vienna")
    found = weeks(store, window).set_index("week")["seconds"]
    assert found[monday] == hours * 3600
    assert found.sum() == 12 * 86400


def test_days_have_the_hours_of_their_summer_time(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", datetime(2026, 3, 27, 23), 72 * 60)
    add_span(store, "digg", datetime(2026, 3, 28, 12), 60, "visit")
    window = Window(now_utc=datetime(2026, 4, 10), time_zone="Europe/Vienna")
    found = days(store, window)
    assert found[["day", "site", "seconds"]].values.tolist() == [
        [date(2026, 3, 28), "x", 24 * 3600],
        [date(2026, 3, 29), "x", 23 * 3600],
        [date(2026, 3, 30), "x", 24 * 3600],
        [date(2026, 3, 31), "x", 3600],
    ]
    chosen = days(store, replace(window, since=date(2026, 3, 29), until=date(2026, 3, 29)))
    assert chosen["seconds"].tolist() == [23 * 3600]


def test_days_tell_measured_from_visited(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY, 30)
    add_span(store, "x", MONDAY + timedelta(hours=1), 10, "visit")
    found = days(store, WINDOW)
    assert found.values.tolist() == [[MONDAY.date(), "x", 2400, 1800, 600]]


def test_weeks_begin_where_the_user_says(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY - timedelta(minutes=30), 60)
    assert weeks(store, WINDOW)["week"].tolist() == [date(2026, 9, 28), date(2026, 10, 5)]
    sundays = weeks(store, replace(WINDOW, week_start=6))
    assert sundays["week"].tolist() == [date(2026, 10, 4)]
    assert sundays["seconds"].tolist() == [3600]


def test_filters_choose_rows_and_change_none(store: duckdb.DuckDBPyConnection) -> None:
    for platform in ("mastodon", "bluesky"):
        add_me(store, platform)
    for moment in VECTOR:
        add_act(store, "mastodon", moment)
        add_act(store, "bluesky", moment + timedelta(minutes=4))
    everything = weeks(store, WINDOW)
    # Days inside the second and the third week.
    window = replace(WINDOW, platform="bluesky", since=date(2026, 10, 14), until=date(2026, 10, 20))
    found = weeks(store, window)
    assert found["week"].tolist() == [date(2026, 10, 12), date(2026, 10, 19)]
    assert found["seconds"].tolist() == everything[everything["site"] == "bluesky"]["seconds"].tolist()[1:3]
    # 30 minutes about each action, less the 13 on the mastodon side of the middle.
    assert found["seconds"].iloc[0] == 2 * 17 * 60


def test_an_empty_store_has_no_weeks(store: duckdb.DuckDBPyConnection) -> None:
    assert weeks(store, WINDOW).empty
    assert days(store, WINDOW).empty
    assert own_acts(store, WINDOW).empty
    assert recorded_pieces(store, WINDOW.now_utc).empty
    assert latest_data_moment(store) is None


def test_own_acts_are_mine_and_made_by_hand(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "x")
    at = [MONDAY + timedelta(hours=hour) for hour in range(10)]
    add_post(store, at[0])
    add_post(store, at[1], client="dlvr.it")
    add_post(store, at[2], author="bo")
    add_post(store, at[3], current=False)
    add_post(store, at[4], deleted=at[5])
    add_post(store, at[5], client="Some Web App")
    add_act(store, "x", at[5])
    add_act(store, "x", at[6])
    add_act(store, "x", at[7], actor="bo")
    store.execute("INSERT INTO follow_lists VALUES (7, 'x', 'ada', 'following', ?, true, 2)", [at[9]])
    store.execute("INSERT INTO follow_lists VALUES (8, 'x', 'ada', 'follower', ?, true, 1)", [at[9]])
    store.execute(
        "INSERT INTO follow_list_members VALUES (7, 'bo', ?), (7, 'cy', NULL), (8, 'di', ?)", [at[8], at[9]]
    )
    found = own_acts(store, WINDOW)
    assert found["at_utc"].tolist() == [at[0], at[5], at[6], at[8]]
    assert set(found["site"]) == {"x"}
    assert latest_data_moment(store) == at[8]


def test_the_latest_moment_is_of_data_and_not_of_lists(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "x")
    add_act(store, "x", MONDAY)
    store.execute(
        "INSERT INTO follow_lists VALUES (7, 'x', 'ada', 'follower', ?, true, 0)", [MONDAY + 9 * WEEK]
    )
    assert latest_data_moment(store) == MONDAY
    store.execute("INSERT INTO daily_counts VALUES (1, 'x', 'ada', ?, 'unfollows', 1)", [date(2026, 10, 6)])
    assert latest_data_moment(store) == datetime(2026, 10, 6, 12)
    add_span(store, "digg", MONDAY + WEEK, 20, "visit")
    assert latest_data_moment(store) == MONDAY + WEEK + timedelta(minutes=20)
    assert latest_data_moment(store, MONDAY + timedelta(hours=1)) == MONDAY


def test_pieces_of_a_part_of_the_record(store: duckdb.DuckDBPyConnection) -> None:
    add_span(store, "x", MONDAY, 60)
    add_span(store, "digg", MONDAY + timedelta(minutes=50), 20)
    found = recorded_pieces(store, MONDAY + timedelta(minutes=55), MONDAY + timedelta(minutes=40))
    assert found.values.tolist() == [
        ["x", MONDAY + timedelta(minutes=40), MONDAY + timedelta(minutes=50), "measured"],
        ["digg", MONDAY + timedelta(minutes=50), MONDAY + timedelta(minutes=55), "measured"],
    ]
    assert recorded_pieces(store, WINDOW.now_utc, platform="digg")["site"].tolist() == ["digg"]
    assert recorded_pieces(store, WINDOW.now_utc, platform="mastodon").empty


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (20, "under 1 min"),
        (40, "1 min"),
        (3600, "1 h"),
        (5640, "1 h 34 min"),
        (-720, "−12 min"),
        (4_000_000, "1,111 h 7 min"),
    ],
)
def test_lengths_of_time_in_words(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (50, "5 min"),
        (1206, "20 min"),
        (3440, "55 min"),
        (3460, "1 h"),
        (9800, "2 h 30 min"),
        (10722, "3 h"),
        (33000, "9 h"),
    ],
)
def test_estimates_are_rounded_coarsely(seconds: float, words: str) -> None:
    assert rough_words(seconds) == words


def test_a_figure_says_what_it_rests_on() -> None:
    assert (
        basis_sentence(10722, 3600, 32000, "estimated", 14) == "about 3 h (1-9 h), estimated from 14 actions"
    )
    assert (
        basis_sentence(3600, 1206, 10722, "estimated", 1)
        == "about 1 h (20 min to 3 h), estimated from 1 action"
    )
    assert basis_sentence(5640, 5640, 5640, "measured") == "1 h 34 min, measured"
    assert basis_sentence(600, 600, 600, "visit") == "10 min, from browser visits"
    assert basis_sentence(600, 600, 600, "measured and visit") == "10 min, measured and visited"
    assert basis_sentence(0, 0, 0, None) == "0 min"
    assert basis_sentence(float("nan"), None, None, None, refused="Too few.") == "Too few."
    assert basis_sentence(None, None, None, None) == "not known"
    assert basis_words(1, 1, 1) == "measured, visit and estimated"
    assert basis_words(0, 0, 0) is None
