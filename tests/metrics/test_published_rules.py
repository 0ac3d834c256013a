"""The published rule sets: each check fires exactly at its threshold, and what only they read is counted by hand."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pandas as pd
import pytest

from analytics.metrics.link_pusher_extras import extra_signals, needs_extras
from analytics.metrics.link_pusher_rules import EXTRA_COLUMNS, load_rules, presets
from analytics.metrics.link_pushers import link_pushers, score_signals
from analytics.metrics.window import Window
from tests.builders import add_account, add_list, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))
PRESETS = presets()
CLEAN = {
    "posts_seen": 100, "link_share": 0.2, "interaction_share": 0.5, "following_per_follower": 1, "hard_sell_share": 0,
    "near_duplicate_share": 0, "automated_share": 0, "posts_per_day": 3, "repost_share": 0.1, "same_post_most": 1,
    "same_link_share": 0, "feed_share": 0, "followers_per_following": 1, "default_image": 0, "empty_bio": 0,
    "age_days": 900, "following": 300, "followers": 300,
}  # fmt: skip


def label(name: str, **signals: float) -> str:
    frame = pd.DataFrame([CLEAN | signals])
    found: str = score_signals(frame, PRESETS[name])["label"].iloc[0]
    return found


def test_the_presets_are_there_and_ours_do_without_their_columns() -> None:
    assert list(PRESETS) == ["Lin and Huang", "Socialbakers", "The Twit Cleaner"]
    assert not needs_extras(load_rules())
    assert [needs_extras(rules) for rules in PRESETS.values()] == [False, True, True]
    assert all(signal.source for rules in PRESETS.values() for signal in rules.signals)


@pytest.mark.parametrize("name", PRESETS)
def test_whoever_meets_no_check_is_fine(name: str) -> None:
    assert label(name) == "fine"
    assert label(name, posts_seen=19, link_share=1, interaction_share=0) == "not enough posts"


@pytest.mark.parametrize(
    ("name", "at", "short"),
    [
        ("Socialbakers", {"following_per_follower": 50}, {"following_per_follower": 49.9}),
        ("Socialbakers", {"hard_sell_share": 0.3}, {"hard_sell_share": 0.29}),
        ("Socialbakers", {"same_post_most": 4}, {"same_post_most": 3}),
        ("Socialbakers", {"repost_share": 0.9}, {"repost_share": 0.89}),
        ("Socialbakers", {"link_share": 0.9}, {"link_share": 0.89}),
        ("Socialbakers", {"default_image": 1, "age_days": 60}, {"default_image": 1, "age_days": 59}),
        ("Socialbakers", {"empty_bio": 1, "following": 101}, {"empty_bio": 1, "following": 100}),
        ("The Twit Cleaner", {"link_share": 1}, {"link_share": 0.99}),
        ("The Twit Cleaner", {"same_link_share": 0.25}, {"same_link_share": 0.24}),
        ("The Twit Cleaner", {"near_duplicate_share": 0.25}, {"near_duplicate_share": 0.24}),
        ("The Twit Cleaner", {"automated_share": 0.5}, {"automated_share": 0.49}),
        ("The Twit Cleaner", {"feed_share": 0.9}, {"feed_share": 0.89}),
        ("The Twit Cleaner", {"posts_per_day": 24}, {"posts_per_day": 23.9}),
        (
            "The Twit Cleaner",
            {"interaction_share": 0, "followers_per_following": 10},
            {"interaction_share": 0, "followers_per_following": 9.9},
        ),
        ("The Twit Cleaner", {"repost_share": 0.9}, {"repost_share": 0.89}),
        (
            "Lin and Huang",
            {"link_share": 0.5, "interaction_share": 0.1},
            {"link_share": 0.5, "interaction_share": 0.11},
        ),
        (
            "Lin and Huang",
            {"link_share": 0.5, "interaction_share": 0},
            {"link_share": 0.49, "interaction_share": 0},
        ),
    ],
)
def test_each_check_fires_at_its_threshold(name: str, at: dict[str, float], short: dict[str, float]) -> None:
    assert label(name, **at) == "likely spam"
    assert label(name, **short) == "fine"


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_not_known_is_no_evidence(name: str) -> None:
    unknown = score_signals(pd.DataFrame({"posts_seen": [100]}), PRESETS[name])
    assert unknown["label"].tolist() == ["not enough posts"]


def test_extra_signals_by_hand(store: duckdb.DuckDBPyConnection) -> None:
    """Of ana's five posts one is a repost, three are by a feed, two have the same words and two the same link."""
    add_list(store, "following", "2026-11-20", ["ana", "bo"])
    add_account(
        store, "ana", "ana", day="2026-11-11", bio=" ", created_utc=datetime(2026, 11, 1), default_image=True,
        followers=20, following=0,
    )  # fmt: skip
    link = "https://paper.example/1"
    bands = [[1, 2], [1, 2], [3, 4], [5, 6]]
    for number, (client, made) in enumerate(
        zip(("dlvr.it", "RSS bridge", "Feedly", "Web App"), bands, strict=True)
    ):
        links = [link] if number < 2 else []
        add_post(store, "ana", f"p{number}", f"post {number}", links=links, client=client, bands=made)
    add_post(store, "ana", "p4", "theirs", kind="repost", repost_of_account="cy")
    frame = extra_signals(store, WINDOW).set_index("account")
    assert frame.loc["ana", list(EXTRA_COLUMNS)].to_dict() == {
        "repost_share": 0.2, "same_post_most": 2, "same_link_share": 0.5, "feed_share": 0.75,
        "followers_per_following": 20, "default_image": 1, "empty_bio": 1, "age_days": 10,
    }  # fmt: skip
    assert frame.loc["bo", list(EXTRA_COLUMNS)].isna().all()


def test_a_published_set_scores_a_store(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["ana"])
    for number in range(20):
        link = f"https://paper.example/{number}"
        add_post(store, "ana", f"p{number}", f"News {number} {link}", links=[link])
    frame = link_pushers(store, WINDOW, rules=PRESETS["Socialbakers"])
    assert frame[["label", "strength_links", "repost_share"]].values.tolist() == [["likely spam", 1, 0]]
