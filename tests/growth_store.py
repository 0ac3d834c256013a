"""An invented account that grows: what the tests of the report and of the page look at.

On Instagram three lists of followers: {a, b, c, old} of May, {a, c, d, new} of June, {a, d, new, back} of July. b was
seen since, c was not; new is old under another name (both follow since one second). One list of those followed. On X
sixteen days of June are counted: one new follow each and twelve on the last but one, when a post was liked 40 times.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb

from tests.builders import add_account, add_list

PRESENT = datetime(2026, 7, 15, 12)
MAY, JUNE, JULY = (datetime(2026, month, 1) for month in (5, 6, 7))
LOUD = "**loud** <b>[b](http://evil.example)"
"""A handle that would be Markdown, HTML and a link if it were not shown as it is."""
POST = "Finished! # <i>The globe</i> [see](http://evil.example)"
_SECOND = "2025-03-01 08:15:31"


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """Everything below."""
    for fact, (platform, account) in enumerate((("instagram", "me"), ("x", "1"))):
        store.execute("INSERT INTO identities VALUES (?, ?, ?, NULL, 'user')", [fact, platform, account])
    list_followers(store)
    add_list(store, "following", "2026-07-01", ["a"], platform="instagram")
    count_days(store)
    add_post(store)


def list_followers(store: duckdb.DuckDBPyConnection) -> None:
    """The three lists, and what was seen of b."""
    for month, members in (
        (5, {"a": None, "b": None, "c": None, "old": _SECOND}),
        (6, {"a": None, "c": None, "d": "2026-05-20 10:00", "new": _SECOND}),
        (7, {"a": None, "d": "2026-05-20 10:00", "new": _SECOND, "back": None}),
    ):
        add_list(store, "follower", f"2026-{month:02}-01", members, platform="instagram")
    add_account(store, "b", LOUD, day="2026-07-03", platform="instagram", posts=9)


def count_days(store: duckdb.DuckDBPyConnection) -> None:
    """Sixteen days on X, and the level at their end."""
    for number in range(16):
        for metric, value in (("new_follows", 12 if number == 14 else 1), ("unfollows", 0)):
            day = date(2026, 6, 1) + timedelta(days=number)
            store.execute(
                "INSERT INTO daily_counts VALUES (hash($day, $metric), 'x', '1', $day, $metric, $value)",
                {"day": day, "metric": metric, "value": value},
            )
    add_account(store, "1", "wren_hollowbrook", day="2026-06-16 20:00", followers=100, following=50)


def add_post(store: duckdb.DuckDBPyConnection) -> None:
    """A post on X of the day before the last but one, liked by 40; and twenty that nobody liked."""
    for number in range(21):
        row = {"id": f"p{number}", "at": datetime(2026, 6, 14, 9) - timedelta(days=5 * number), "text": POST}
        store.execute(
            """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text)
               VALUES (hash($id), true, 'x', $id, $id, '1', $at, 'post', $text)""",
            row,
        )
        store.execute(
            "INSERT INTO post_counts VALUES (hash($id), 'x', $id, TIMESTAMP '2026-07-01', $likes, 0, NULL, NULL, NULL)",
            {"id": row["id"], "likes": 0 if number else 40},
        )
