"""Days and intervals with unusually many new followers, and the posts around them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics.growth_jumps import COLUMNS, jumps, posts_around
from analytics.metrics.window import Window
from tests.builders import add_act, add_list

WINDOW = Window(now_utc=datetime(2026, 12, 31))
FIRST = date(2026, 6, 1)


def count(store: duckdb.DuckDBPyConnection, *new_follows: float) -> None:
    """What the platform counted from 1 June on, a day each."""
    for number, value in enumerate(new_follows):
        store.execute(
            "INSERT INTO daily_counts VALUES (?, 'x', 'me', ?, 'new_follows', ?)",
            [number, FIRST + timedelta(days=number), value],
        )


def found(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> list[tuple[Any, ...]]:
    """basis, first day, days, gained."""
    return [
        (row["basis"], row["from"].date().isoformat(), row["days"], row["gained"])
        for row in jumps(store, window).to_dict("records")
    ]


def add_post(
    store: duckdb.DuckDBPyConnection,
    post_id: str,
    at: str,
    likes: int | None = None,
    *,
    author: str = "me",
    kind: str = "post",
    **counts: int,
) -> None:
    """A post and what it received by 1 August."""
    row = {"id": post_id, "author": author, "at": datetime.fromisoformat(at), "kind": kind}
    store.execute(
        """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text)
           VALUES (hash($id), true, 'x', $id, $id, $author, $at, $kind, 'paste')""",
        row,
    )
    numbers = {"reposts": None, "replies": None, "quotes": None, "impressions": None} | counts
    if likes is not None or counts:
        store.execute(
            """INSERT INTO post_counts VALUES (hash($id), 'x', $id, TIMESTAMP '2026-08-01', $likes, $reposts,
               $replies, $quotes, $impressions)""",
            {"id": post_id, "likes": likes, **numbers},
        )


def around(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> list[tuple[str, int | None]]:
    """post_id, received; of a jump on 10 June."""
    jump = pd.DataFrame(
        [("x", "me", pd.Timestamp("2026-06-10"), pd.Timestamp("2026-06-11"))],
        columns=["platform", "owner", "from", "to"],
    )
    rows = posts_around(store, window, jump)
    return [
        (post_id, None if pd.isna(received) else int(received))
        for post_id, received in zip(rows["post_id"], rows["received"], strict=True)
    ]


def test_an_empty_store_has_no_jumps(store: duckdb.DuckDBPyConnection) -> None:
    frame = jumps(store, WINDOW)
    assert frame.empty
    assert tuple(frame.columns) == COLUMNS
    assert posts_around(store, WINDOW, frame).empty


def test_the_worked_example(store: duckdb.DuckDBPyConnection) -> None:
    count(store, *[1] * 12, 2, 9)
    (jump,) = jumps(store, WINDOW).to_dict("records")
    assert (jump["basis"], jump["gained"], jump["usual_per_day"]) == ("counted", 9, 1)
    assert jump["other_per_day"] == 14 / 13
    assert (jump["from"], jump["to"]) == (datetime(2026, 6, 14), datetime(2026, 6, 15))


def test_the_limit_is_that_of_the_accounts_own_days(store: duckdb.DuckDBPyConnection) -> None:
    # Median 10, MAD 2: the limit is 10 + 3.5 x 2 / 0.6745 = 20.4.
    count(store, 8, 12, 8, 12, 8, 12, 10, 8, 12, 8, 12, 10, 10, 20, 21)
    assert found(store) == [("counted", "2026-06-15", 1, 21)]


def test_where_most_days_are_the_same_the_mean_deviation_sets_the_limit(
    store: duckdb.DuckDBPyConnection,
) -> None:
    # Median 1, MAD 0, mean deviation 17 / 20: the limit is 1 + 3.5 x 1.253314 x 0.85 = 4.7.
    count(store, *[1] * 16, 4, 4, 4, 9)
    assert found(store) == [("counted", "2026-06-20", 1, 9)]


def test_a_steady_growth_and_a_short_record_have_no_jumps(store: duckdb.DuckDBPyConnection) -> None:
    count(store, *[50] * 14)
    assert found(store) == []
    store.execute("DELETE FROM daily_counts")
    count(store, *[0] * 12, 50)
    assert found(store) == []


def test_fewer_than_three_people_are_no_jump(store: duckdb.DuckDBPyConnection) -> None:
    count(store, *[0] * 30, 2)
    assert found(store) == []


def test_days_that_stand_out_together_are_one_jump(store: duckdb.DuckDBPyConnection) -> None:
    count(store, *[0] * 20, 6, 1, 7, 0, 0, 5, *[0] * 10)
    assert found(store) == [("counted", "2026-06-21", 3, 14), ("counted", "2026-06-26", 1, 5)]


def test_dated_follows_are_counted_by_their_local_day(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-07-01", ["late", *"abcd"])
    for account, at in (("early", "2026-06-01"), ("late", "2026-06-28 10:00"), *(
        (one, "2026-06-10 22:30") for one in "abcd"
    )):  # fmt: skip
        add_act(store, account, "me", at, "follow")
    assert found(store) == [("dated", "2026-06-10", 1, 4)]
    vienna = jumps(store, Window(now_utc=WINDOW.now_utc, time_zone="Europe/Vienna"))
    assert vienna["from"].tolist() == [pd.Timestamp("2026-06-10 22:00")]


def test_a_day_that_the_platform_counted_is_not_told_twice(store: duckdb.DuckDBPyConnection) -> None:
    count(store, *[0] * 20, 4)
    add_list(store, "follower", "2026-07-01", list("abcd"))
    for account, at in (("first", "2026-05-01"), *((one, "2026-06-21 08:00") for one in "abcd")):
        add_act(store, account, "me", at, "follow")
    assert found(store) == [("counted", "2026-06-21", 1, 4)]


def test_an_interval_of_lists_stands_out_by_its_rate(store: duckdb.DuckDBPyConnection) -> None:
    people: list[str] = []
    days = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-04-11", "2026-05-11")
    for day, new in zip(days, (0, 3, 3, 3, 30, 3), strict=True):
        people += [f"{day}-{number}" for number in range(new)]
        add_list(store, "follower", day, people)
    assert found(store) == [("lists", "2026-04-01", 10, 30)]
    assert found(store, Window(now_utc=datetime(2026, 4, 20))) == [("lists", "2026-04-01", 10, 30)]
    assert found(store, Window(now_utc=datetime(2026, 4, 5))) == []


def test_new_names_are_no_jump(store: duckdb.DuckDBPyConnection) -> None:
    seconds = {f"name {number}": f"2025-03-01 08:{number:02}:31" for number in range(30)}
    for number, day in enumerate(("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")):
        named = {f"{name}{'-new' if number == 4 else ''}": since for name, since in seconds.items()}
        fresh = {f"fresh {n}": None for n in range(3 * number)}
        add_list(store, "follower", day, named | fresh, platform="instagram")
    assert found(store) == []


def test_since_and_until_choose_jumps_and_not_what_is_usual(store: duckdb.DuckDBPyConnection) -> None:
    count(store, *[0] * 20, 6, *[0] * 10)
    for since, until, expected in ((21, 21, 1), (22, 30, 0), (1, 20, 0)):
        asked = Window(now_utc=WINDOW.now_utc, since=date(2026, 6, since), until=date(2026, 6, until))
        assert len(found(store, asked)) == expected


def test_posts_around_are_those_of_the_jump_and_two_days_before(store: duckdb.DuckDBPyConnection) -> None:
    add_post(store, "too early", "2026-06-07 23:59", 900)
    add_post(store, "two days before", "2026-06-08 00:00", 412, reposts=65)
    add_post(store, "within", "2026-06-10 23:59", 3, quotes=1)
    add_post(store, "too late", "2026-06-11 00:00", 800)
    assert around(store) == [("two days before", 477), ("within", 4)]


def test_three_posts_and_none_of_others(store: duckdb.DuckDBPyConnection) -> None:
    for number in range(5):
        add_post(store, f"mine {number}", "2026-06-10 08:00", number)
    add_post(store, "theirs", "2026-06-10 08:00", 99, author="a")
    add_post(store, "repost", "2026-06-10 08:00", 99, kind="repost")
    add_post(store, "unknown", "2026-06-10 08:00")
    add_post(store, "shown", "2026-06-10 08:00", impressions=5000)
    assert around(store) == [("mine 4", 4), ("mine 3", 3), ("mine 2", 2)]
    assert around(store, Window(now_utc=datetime(2026, 7, 31))) == []


def test_usual_is_the_median_of_all_my_posts(store: duckdb.DuckDBPyConnection) -> None:
    for number, likes in enumerate((0, 2, 4, 100)):
        add_post(store, f"p{number}", f"2026-0{number + 3}-10 08:00", likes)
    add_post(store, "unknown", "2026-01-10 08:00")
    jump = pd.DataFrame(
        {"platform": ["x"], "owner": ["me"], "from": [datetime(2026, 6, 9)], "to": [WINDOW.now_utc]}
    )
    (row,) = posts_around(store, WINDOW, jump).to_dict("records")
    assert (row["post_id"], row["median_received"], row["posts_counted"]) == ("p3", 3, 4)
