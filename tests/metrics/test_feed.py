"""The make-up of a feed: one class a post, shares that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from analytics.metrics.feed import CLASSES, by_account, makeup
from analytics.metrics.window import Window
from tests.builders import add_list, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def test_no_posts_make_no_shares(store: duckdb.DuckDBPyConnection) -> None:
    frame = makeup(by_account(store, WINDOW))
    assert frame["class"].tolist() == list(CLASSES)
    assert frame["posts"].tolist() == [0] * 5
    assert frame["share"].isna().all()


def test_each_post_is_in_the_first_class_that_fits(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["ana", "bo"])
    link = "https://paper.example/1"
    add_post(store, "ana", "p1", f"A new map of the harbour {link}", links=[link])
    add_post(store, "ana", "p2", "Only words here")
    add_post(
        store, "ana", "p3", f"Buy now and save {link}", links=[link], kind="reply", reply_to_account="bo"
    )
    add_post(store, "ana", "p4", f"Buy now and save {link}", links=[link])
    add_post(store, "ana", "p5", link, links=[link], at="2026-06-01 10:00")
    add_post(store, "bo", "p6", "Their words", kind="repost", repost_of_account="cy")
    add_post(store, "bo", "p7", "A thread of my own", kind="reply", reply_to_account="bo")
    add_post(store, "stranger", "p8", "I am not followed")
    frame = by_account(store, WINDOW)
    columns = ["account", "posts", "own_words", "conversation", "link", "repost", "marketing"]
    assert frame[columns].values.tolist() == [["ana", 5, 1, 1, 1, 0, 2], ["bo", 2, 1, 0, 0, 1, 0]]
    assert frame["share_of_feed"].tolist() == [5 / 7, 2 / 7]
    shares = makeup(frame).set_index("class")
    assert shares["posts"].to_dict() == {
        "own words": 2, "conversation": 1, "link": 1, "repost": 1, "marketing": 2
    }  # fmt: skip
    assert shares["share"].sum() == pytest.approx(1)
    assert shares.loc["own words", ["accounts", "half_from"]].tolist() == [2, 1]
    june = makeup(by_account(store, replace(WINDOW, since=date(2026, 6, 1)))).set_index("class")
    assert june.loc["marketing", "share"] == 1
