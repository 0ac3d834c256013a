"""Results at the edges: names that look like numbers, two changes of the budget in a week, counts of two accounts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest

from analytics.metrics import reply_times, results, results_change, time_spent, weekly_limits
from analytics.metrics.window import Window
from analytics.reports.results import results as report
from tests import time_store
from tests.builders import add_post

WINDOW = Window(now_utc=time_store.PRESENT + timedelta(hours=1), time_zone="Europe/Vienna")
MONDAY = date(2026, 10, 5)


def me(store: duckdb.DuckDBPyConnection, platform: str, account: str = "me") -> None:
    """An account of mine."""
    store.execute(
        "INSERT INTO identities VALUES (hash($platform, $account), $platform, $account, $account, 'export')",
        {"platform": platform, "account": account},
    )


def liked(store: duckdb.DuckDBPyConnection, account: str | None, day: date, likes: int) -> None:
    """X counted the likes of a day."""
    store.execute(
        "INSERT INTO daily_counts (fact, platform, account, day, metric, value) "
        "VALUES (hash($account, $day), 'x', $account, $day, 'likes', $likes)",
        {"account": account, "day": day, "likes": likes},
    )


@pytest.mark.parametrize("key", ["announcements", "zzzzzzzzzzzzz", "jzzzzzzzzzzzz", "2222222222222"])
def test_a_post_with_a_name_of_thirteen_letters_has_no_moment(
    store: duckdb.DuckDBPyConnection, key: str
) -> None:
    """Read as a timestamp it would not fit 64 bits, or be of 1970."""
    me(store, "bluesky")
    parent = f"at://did:plc:me/app.bsky.feed.post/{key}"
    add_post(store, "ana", "r", kind="reply", platform="bluesky", reply_to_account="me", reply_to_post=parent)
    assert reply_times.medians(store, WINDOW).empty


def test_a_timestamp_identifier_tells_its_moment(store: duckdb.DuckDBPyConnection) -> None:
    """3kfm7vvvm3k2a, read by hand in base 32 without its ten clock bits; the reply comes an hour later."""
    number = 0
    for letter in "3kfm7vvvm3k2a":
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    posted = datetime(1970, 1, 1) + timedelta(microseconds=number >> 10)
    me(store, "bluesky")
    parent = "at://did:plc:me/app.bsky.feed.post/3kfm7vvvm3k2a"
    at = (posted + timedelta(hours=1)).isoformat()
    add_post(
        store,
        "ana",
        "r",
        at=at,
        kind="reply",
        platform="bluesky",
        reply_to_account="me",
        reply_to_post=parent,
    )
    found = reply_times.medians(store, WINDOW).iloc[0]
    assert (posted.year, found["direction"], found["median_seconds"]) == (2023, "to me", 3600)


def test_two_changes_that_count_from_one_week_are_one(store: duckdb.DuckDBPyConnection) -> None:
    """120, on a Tuesday 100, on the Thursday 90: from 19 October on 90 in place of 120."""
    time_store.spend(store)
    for day, minutes in ((time_store.FIRST, 120), (date(2026, 10, 13), 100), (date(2026, 10, 15), 90)):
        weekly_limits.set_budget(
            store, valid_from=day, site=None, minutes=minutes, set_at_utc=time_store.SAID
        )
    (row,) = changes(store)
    assert (row["from"], row["budget_before"], row["budget_after"]) == (date(2026, 10, 19), 120, 90)
    assert (row["before"], row["after"], row["weeks_before"], row["weeks_after"]) == (90, 60, 5, 4)


def test_a_change_taken_back_within_the_week_is_none(store: duckdb.DuckDBPyConnection) -> None:
    time_store.spend(store)
    for day, minutes in ((time_store.FIRST, 120), (date(2026, 10, 13), 100), (date(2026, 10, 15), 120)):
        weekly_limits.set_budget(
            store, valid_from=day, site=None, minutes=minutes, set_at_utc=time_store.SAID
        )
    assert changes(store) == []


def test_a_site_not_known_of_every_week_is_left_out_and_named(store: duckdb.DuckDBPyConnection) -> None:
    """Mastodon has no time in the week of 5 October: X alone is compared, 60 minutes and then 30."""
    time_store.say(store)
    time_store.spend(store)
    store.execute(
        "DELETE FROM time_spans WHERE site = 'mastodon' AND start_utc BETWEEN '2026-10-05' AND '2026-10-12'"
    )
    (row,) = changes(store)
    assert (row["before"], row["after"], row["left_out"]) == (60, 30, "mastodon")
    (said,) = report(store, WINDOW).parts["changes"]
    assert "time 1 h and 30 min (without Mastodon: not known every week)." in said


def changes(store: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The changes of the budget, from the store."""
    time = time_spent.weeks(store, WINDOW)
    history = weekly_limits.history(store)
    return results_change.changes(history, results.weeks(store, WINDOW), time, WINDOW).to_dict("records")


def test_a_file_that_names_no_account_is_not_counted_beside_one_that_does(
    store: duckdb.DuckDBPyConnection,
) -> None:
    """10 likes a day, told by both: 70 in the week."""
    me(store, "x")
    for day in range(7):
        liked(store, None, MONDAY + timedelta(days=day), 10)
        liked(store, "me", MONDAY + timedelta(days=day), 10)
    assert results.weeks(store, WINDOW)["value"].tolist() == [70]


def test_a_week_counts_once_every_account_has_all_its_days(store: duckdb.DuckDBPyConnection) -> None:
    """One account of the first week has a single day, so its sum is not known; in the second both have seven."""
    me(store, "x", "one")
    me(store, "x", "two")
    for day in range(14):
        liked(store, "one", MONDAY + timedelta(days=day), 10)
        if day in {0, *range(7, 14)}:
            liked(store, "two", MONDAY + timedelta(days=day), 1)
    found = results.weeks(store, WINDOW)
    assert found[["week", "value"]].values.tolist() == [[MONDAY + timedelta(days=7), 77]]


def test_likes_that_were_counted_after_the_last_act_are_not_lost(store: duckdb.DuckDBPyConnection) -> None:
    """The last act is of 18 November, the likes are counted on the 19th, as archives do: 40 and nine times 4."""
    time_store.fill(store)
    found = report(store, WINDOW).weeks
    assert found.loc[found["measure"] == "likes", "value"].sum() == 76
