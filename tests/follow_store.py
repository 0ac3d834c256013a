"""Two invented accounts' follows in a store: what the tests of the report and the page "Follows" look at.

The present is 22 November 2026, in Vienna.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from analytics.metrics import settings
from tests.builders import add_account, add_act, add_list

NOW = datetime(2026, 11, 22, 12)
LOUD = "**loud** <b>[deals](http://evil.example)"
"""A handle that would be Markdown, HTML and a link if it were not shown as it is."""


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """x: I follow quick, slow, new, old, quiet, left and loud; quick and slow follow back, fan follows me."""
    settings.save_setting(store, name="time_zone", value="Europe/Vienna", set_at_utc=datetime(2026, 1, 1))
    say_who_i_am(store)
    add_list(
        store,
        "following",
        "2026-11-20",
        {
            "quick": "2026-03-01", "slow": "2026-03-01", "new": "2026-11-14", "old": "2026-03-01",
            "quiet": "2026-03-01", "left": "2026-03-01", "loud": "2026-03-01",
        },
    )  # fmt: skip
    add_list(
        store, "follower", "2026-11-20", {"quick": "2026-03-02", "slow": "2026-03-31", "fan": "2026-03-05"}
    )
    add_list(
        store, "following", "2026-11-18", ["heron@fen.example"], platform="mastodon", owner="wren@fen.example"
    )
    for account in ("quick", "slow", "new", "old", "quiet", "left", "fan"):
        add_account(store, account, f"{account}_fenwick", day="2025-12-01", posts=40)
        add_account(
            store, account, f"{account}_fenwick", day="2026-11-19", posts=40 if account == "quiet" else 90
        )
    add_account(store, "left", "left_fenwick", day="2026-11-19", moved_to="left_elsewhere")
    add_account(store, "old", "old_name", day="2025-10-01")
    add_account(store, "loud", LOUD, day="2026-11-19")
    add_act(store, "me", "quick", "2026-11-01 23:30", "reply")
    add_act(store, "quick", "me", "2026-10-01 08:00", "reply")
    add_act(store, "quick", "me", "2026-10-02 08:00", "like")
    add_act(store, "fan", "me", "2026-10-03 08:00", "reply")


def say_who_i_am(store: duckdb.DuckDBPyConnection) -> None:
    """An account on x, where I follow 4,700, and one on Mastodon."""
    for fact, (platform, account, handle) in enumerate(
        (("x", "me", "wren_hollowbrook"), ("mastodon", "wren@fen.example", "wren@fen.example"))
    ):
        store.execute(
            "INSERT INTO identities VALUES ($fact, $platform, $account, $handle, 'export')",
            {"fact": fact, "platform": platform, "account": account, "handle": handle},
        )
        add_account(store, account, handle, day="2026-11-01", platform=platform)
    add_account(store, "me", "wren_hollowbrook", day="2026-11-21", following=4700, followers=500)
