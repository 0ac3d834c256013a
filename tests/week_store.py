"""One invented week in a store: what the tests of the report, the page and the browser look at.

Monday 16 to Sunday 22 November 2026 in Vienna (UTC+1); the data end on Thursday 19 at 20:00 local.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import duckdb

from analytics.metrics import settings, weekly_limits, weekly_plan

MONDAY = date(2026, 11, 16)
DATA_END = datetime(2026, 11, 19, 19)
PRESENT = datetime(2026, 11, 20, 8)
WORDS_WERE_SAID = datetime(2026, 1, 1)

SPAMMER = "**loud** <b>[deals](http://evil.example)"
"""A handle that would be Markdown, HTML and a link if it were not shown as it is."""


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """Everything below."""
    say_who_i_am(store)
    spend_time(store)
    plan(store)
    list_followers(store)
    post_links(store)


def say_who_i_am(store: duckdb.DuckDBPyConnection) -> None:
    """Two accounts of mine, settings, a budget of 2 h with 45 min for x and 30 for mastodon."""
    for fact, (platform, account, handle) in enumerate(
        (("x", "1", "wren_hollowbrook"), ("mastodon", "wren@allotment.example", "wren@allotment.example"))
    ):
        store.execute(
            "INSERT INTO identities VALUES ($fact, $platform, $account, $handle, 'export')",
            {"fact": fact, "platform": platform, "account": account, "handle": handle},
        )
        see_account(store, platform, account, handle)
    settings.save_setting(store, name="time_zone", value="Europe/Vienna", set_at_utc=WORDS_WERE_SAID)
    for site, minutes in ((None, 120), ("x", 45), ("mastodon", 30)):
        weekly_limits.set_budget(
            store, valid_from=date(2026, 1, 5), site=site, minutes=minutes, set_at_utc=WORDS_WERE_SAID
        )


def spend_time(store: duckdb.DuckDBPyConnection) -> None:
    """x 57 min and mastodon 20 min measured, linkedin 5 min visited, up to DATA_END."""
    for site, start, minutes, basis in (
        ("x", datetime(2026, 11, 16, 11, 30), 40, "measured"),
        ("mastodon", datetime(2026, 11, 17, 19), 20, "measured"),
        ("linkedin", datetime(2026, 11, 18, 9), 5, "visit"),
        ("x", datetime(2026, 11, 19, 18, 43), 17, "measured"),
    ):
        store.execute(
            "INSERT INTO time_spans VALUES (hash($site, $start), $site, $start, $end, $basis, 'tracker')",
            {"site": site, "start": start, "end": start + timedelta(minutes=minutes), "basis": basis},
        )


def plan(store: duckdb.DuckDBPyConnection) -> None:
    """x on Monday 12:30-12:45 (kept) and Wednesday 12:30-12:45 (missed), mastodon on Sunday 10:00-10:15."""
    for weekday, start, end, site in (
        (0, time(12, 30), time(12, 45), "x"),
        (2, time(12, 30), time(12, 45), "x"),
        (6, time(10), time(10, 15), "mastodon"),
    ):
        weekly_plan.set_slot(
            store,
            valid_from=MONDAY,
            weekday=weekday,
            start_time=start,
            end_time=end,
            site=site,
            set_at_utc=WORDS_WERE_SAID,
        )


def list_followers(store: duckdb.DuckDBPyConnection) -> None:
    """On x in October {a, b, c} follow me; since 20 November, after the data end, {b, c, d, e}.

    I follow {b, spammer}: 1 mutual, 1 not following back, 3 fans. Fan d mentioned me on Wednesday.
    """
    list_members(store, "follower", datetime(2026, 10, 20, 7), "a", "b", "c")
    list_members(store, "follower", datetime(2026, 11, 20, 7), "b", "c", "d", "e")
    list_members(store, "following", datetime(2026, 11, 20, 7), "b", "spammer")
    see_account(store, "x", "d", "dorrit_fenwick")
    store.execute(
        "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) VALUES (1, 'x', 'd', '1', 'mention', TIMESTAMP '2026-11-18 10:00:00', 'p')"
    )


def list_members(store: duckdb.DuckDBPyConnection, direction: str, as_of: datetime, *members: str) -> None:
    """A complete list on x, owned by account 1."""
    row = {"direction": direction, "as_of": as_of, "members": len(members)}
    store.execute(
        "INSERT INTO follow_lists VALUES (hash($direction, $as_of), 'x', '1', $direction, $as_of, true, $members)",
        row,
    )
    for member in members:
        store.execute(
            "INSERT INTO follow_list_members VALUES (hash($direction, $as_of), $member, NULL)",
            {"direction": direction, "as_of": as_of, "member": member},
        )


def see_account(
    store: duckdb.DuckDBPyConnection,
    platform: str,
    account: str,
    handle: str,
    followers: int | None = None,
    following: int | None = None,
) -> None:
    """A profile as it was seen on 1 November."""
    row = {
        "platform": platform, "account": account, "handle": handle, "followers": followers, "following": following
    }  # fmt: skip
    store.execute(
        """INSERT INTO account_observations
           (fact, platform, account, observed_utc, handle, followers, following)
           VALUES (hash($platform, $account), $platform, $account, TIMESTAMP '2026-11-01', $handle,
                   $followers, $following)""",
        row,
    )


def post_links(store: duckdb.DuckDBPyConnection) -> None:
    """The spammer follows 5,000, is followed by 100, and posted 30 links, answering nobody."""
    see_account(store, "x", "spammer", SPAMMER, followers=100, following=5000)
    for number in range(30):
        row = {"id": f"s{number}", "at": datetime(2026, 11, 1) + timedelta(hours=number)}
        store.execute(
            """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text)
               VALUES (hash($id), true, 'x', $id, $id, 'spammer', $at, 'post', 'Buy now and save: https://deals.example')""",
            row,
        )
        store.execute(
            "INSERT INTO post_links VALUES (hash($id), 'https://deals.example', 'deals.example')",
            {"id": row["id"]},
        )
