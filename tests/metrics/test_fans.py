"""Fans worth following back: who talks comes first, link-pushers and the decided are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb

from analytics.metrics import decisions
from analytics.metrics.fans import fans, worth_following
from analytics.metrics.link_pushers import load_rules
from analytics.metrics.window import Window
from analytics.store import identities
from tests.builders import add_account, add_act, add_list, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def test_without_lists_there_are_no_fans(store: duckdb.DuckDBPyConnection) -> None:
    assert fans(store, WINDOW).empty
    assert worth_following(store, WINDOW).empty


def test_who_talks_comes_first_and_link_pushers_are_left_out(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_list(store, "following", "2026-11-20", ["friend"])
    add_list(store, "follower", "2026-11-20", ["friend", "ana", "bo", "cy", "dee", "pusher"])
    add_act(store, "ana", "me", "2026-06-01 10:00", "reply")
    add_act(store, "ana", "me", "2026-06-02 10:00", "like")
    add_act(store, "me", "ana", "2026-06-03 10:00", "reply")
    add_act(store, "bo", "me", "2026-06-01 10:00", "like")
    add_act(store, "bo", "me", "2026-06-02 10:00", "like")
    add_account(store, "pusher", "pusher", followers=100, following=5000)
    for number in range(3):
        link = f"https://deals.example/{number}"
        add_post(store, "pusher", f"p{number}", f"Buy now and save {link}", links=[link])
        add_post(store, "cy", f"c{number}", f"Thanks, {number}", kind="reply", reply_to_account="ana")
    decisions.decide(store, platform="x", account="dee", verdict="later", set_at_utc=datetime(2026, 11, 1))
    rules = replace(load_rules(), min_posts=3)
    found = fans(store, WINDOW, rules=rules)
    assert found["account"].tolist() == ["ana", "bo", "cy", "pusher"]
    assert found["left_out"].tolist() == [False, False, False, True]
    assert found["why"].tolist()[:3] == [
        "wrote to you once; liked or reposted you once; you wrote to them once; none of their posts are here",
        "liked or reposted you 2 times; none of their posts are here",
        "3 posts here: fine",
    ]
    assert worth_following(store, WINDOW, rules=rules)["account"].tolist() == ["ana", "bo", "cy"]
    # With the usual floor nobody here can be judged, and that is said.
    assert fans(store, WINDOW)["why"].tolist()[2] == "only 3 of their posts are here, too few to judge"
