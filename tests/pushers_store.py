"""An invented store of link-pushers: what the tests of that report, page and browser look at.

I follow six: spam (sells, repeats, follows thousands), paper (only links), friend (talks), decided (as spam, but to
unfollow), source (only links, and my source), ghost (one post). Each but the last has thirty posts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb

from analytics.metrics import decisions
from analytics.store import identities
from tests.builders import add_account, add_act, add_list, add_post

PRESENT = datetime(2026, 11, 20, 8)
LOUD = "**loud** <b>[deals](http://evil.example)"
"""A handle that would be Markdown, HTML and a link if it were not shown as it is."""


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """Everything the module says, and I myself, who talk."""
    identities.add(store, "x", "me")
    add_account(store, "me", "wren_hollowbrook", day="2026-11-01", followers=90, following=80)
    people = ["spam", "paper", "friend", "decided", "source", "ghost"]
    add_list(store, "following", "2026-11-19", people)
    add_account(store, "spam", LOUD, day="2026-11-01", followers=100, following=5000)
    add_account(store, "decided", "as_loud", day="2026-11-01", followers=100, following=5000)
    for who in ("paper", "source", "friend"):
        add_account(store, who, f"the_{who}", day="2026-11-01", followers=900, following=90)
    for number in range(30):
        at = (datetime(2026, 10, 20) + timedelta(hours=6 * number)).isoformat()
        for who in ("spam", "decided"):
            link = f"https://deals.example/{number}"
            add_post(store, who, f"{who}{number}", f"Buy now and save big {link}", at, links=[link])
        for who in ("paper", "source"):
            link = f"https://paper.example/{who}/{number}"
            text = f"{'abcdefghijklmnopqrstuvwxyzäöüß'[number] * 5} news of harbour {number} {link}"
            add_post(store, who, f"{who}{number}", text, at, links=[link])
        for who, to in (("friend", "me"), ("me", "friend")):
            text = f"@{to} about {'abcdefghijklmnopqrstuvwxyzäöüß'[number] * 6}, number {number}"
            add_post(store, who, f"{who}{number}", text, at, kind="reply", reply_to_account=to)
    add_post(store, "ghost", "g1", "Boo", "2026-11-01 10:00")
    add_act(store, "paper", "me", "2026-10-01 10:00", "like")
    for who, verdict in (("decided", "unfollow"), ("source", "source")):
        decisions.decide(
            store,
            platform="x",
            account=who,
            verdict=verdict,
            reason="Enough",
            set_at_utc=datetime(2026, 11, 2),
        )
