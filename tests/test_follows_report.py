"""The report behind the page "Follows": its sentences, what is missing, and what it joins."""

from __future__ import annotations

import doctest
import pickle
from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

from analytics.metrics import decisions, follow_limits
from analytics.metrics.window import Window
from analytics.reports import follow_words
from analytics.reports.follows import Follows, follows
from tests import follow_store
from tests.builders import add_account, add_list

WINDOW = Window(now_utc=follow_store.NOW, time_zone="Europe/Vienna")


@pytest.fixture
def report(store: duckdb.DuckDBPyConnection) -> Follows:
    follow_store.fill(store)
    return follows(store, WINDOW)


def everything(found: Follows) -> str:
    """All sentences, one a line."""
    return "\n".join(sentence for _, sentence in found.findings)


def test_an_empty_store_says_what_would_bring_the_page(store: duckdb.DuckDBPyConnection) -> None:
    found = follows(store, WINDOW)
    assert found.findings == ()
    assert [missing.part for missing in found.missing] == ["people"]
    assert found.people.empty
    assert found.curve.empty


def test_each_account_has_its_sentence(report: Follows) -> None:
    assert report.said("accounts") == [
        "Mastodon: a complete list of who follows you is not in these exports, so who is mutual is not known. "
        "There is one of following of 18 Nov 2026.",
        "X: 2 of the 7 you follow follow you back (29 %), 5 do not; 1 of your 3 followers you do not follow; "
        "lists of 20 Nov 2026.",
    ]
    assert report.said("who") == []


def test_two_whole_accounts_are_said_together(store: duckdb.DuckDBPyConnection) -> None:
    follow_store.fill(store)
    add_list(store, "follower", "2026-11-18", [], platform="mastodon", owner="wren@fen.example")
    assert follows(store, WINDOW).said("who") == [
        "All 2 accounts together: 2 of the 8 you follow follow you back (25 %), 6 do not; 1 of your 3 followers you "
        "do not follow. Somebody who is on two networks counts on each."
    ]


def test_one_account_alone_is_named_with_its_handle(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", [], owner="wren")
    add_list(store, "follower", "2026-11-18", ["a"], owner="wren")
    found = follows(store, WINDOW)
    assert found.said("who") == [
        "X (@wren): you follow nobody; 1 of your 1 follower you do not follow; followers of 18 Nov 2026, "
        "following of 20 Nov 2026."
    ]
    assert found.lacking("waiting")


def test_new_follows_are_given_time(report: Follows, store: duckdb.DuckDBPyConnection) -> None:
    assert report.said("fresh") == [
        "1 of the 5 who do not follow back was followed less than 14 days before the list: give them time."
    ]
    states = dict(zip(report.people["account"], report.people["state"], strict=True))
    assert states["new"] == "new follow"
    assert (states["quiet"], states["left"], states["quick"]) == ("silent", "moved", "active")
    assert pd.isna(states["loud"])


def test_with_few_who_followed_back_no_waiting_time_is_told(report: Follows) -> None:
    """quick, slow, new, old, quiet, left and loud: every follower is dated, so all seven count."""
    assert report.said("waiting") == [
        "Of the 7 people you followed first, as far as dates and lists tell, 2 have followed back; how long that "
        "takes is told from 10 on, since fewer would say too little."
    ]


def test_a_waiting_time_says_what_it_rests_on(store: duckdb.DuckDBPyConnection) -> None:
    """Ten follow back on the day after, of an eleventh only the lists are known; a twelfth is waited for."""
    dated = {f"a{n}": "2026-03-01" for n in range(10)}
    back = dict.fromkeys(dated, "2026-03-02")
    add_list(store, "following", "2026-11-20", {**dated, "b": "2026-08-01", "c": "2026-08-01"})
    add_list(store, "follower", "2026-03-01", [])
    add_list(store, "follower", "2026-10-01", back)
    add_list(store, "follower", "2026-11-20", {**back, "b": None})
    assert follows(store, WINDOW).said("waiting") == [
        "Of the 12 people you followed first, as far as dates and lists tell, 11 have followed back (of 1 only the "
        "lists between which they did are known). Half of those who ever do have done so within 1 day, nine of ten "
        "within 1 day: longer is seldom worth it."
    ]


def test_limits_are_said_with_what_is_left(report: Follows) -> None:
    assert report.said("limits") == [
        "Mastodon: you can follow 7,499 more, at most 400 a day; 1 of 7,500 used.",
        "X: you can follow 300 more, at most 400 a day; 4,700 of 5,000 used: the limit is near.",
    ]


def test_states_and_acts_are_counted(report: Follows) -> None:
    assert report.said("states") == [
        "Of the 8 accounts you follow, 1 moved elsewhere, 1 went silent for 180 days or more, and 4 gave a sign of "
        "life within them; of 2 nothing here tells."
    ]
    assert report.said("exchange") == [
        "Replies, likes, reposts and mentions with these 8 people: 1 to them, 3 from them, so you give 0.3 for each "
        "you get. To 0 you gave more, 2 gave you more. Only what exports hold is counted."
    ]
    assert report.said("renamed") == ["1 change of a handle by people on your lists."]
    assert report.lacking("states") is None


def test_fans_are_counted_with_those_who_talked(report: Follows) -> None:
    assert report.said("fans") == [
        "1 fan follows you without being followed. Neither decided about nor likely to push links: 1, of whom 1 wrote "
        "to you, liked or reposted you."
    ]


def test_the_days_are_local_and_decisions_are_joined(
    report: Follows, store: duckdb.DuckDBPyConnection
) -> None:
    """23:30 UTC is the next day in Vienna."""
    decisions.decide(store, platform="x", account="quick", verdict="keep", set_at_utc=follow_store.NOW)
    (row,) = follows(store, WINDOW).people.query("account == 'quick'").to_dict("records")
    assert (row["last_day"], row["since_day"]) == (date(2026, 11, 2), date(2026, 3, 2))
    assert row["decision"] == "keep"
    assert report.people["decision"].isna().all()
    assert report.people["relation"].tolist()[:5] == ["not_following_back"] * 5


def test_what_is_known_of_one_person(report: Follows) -> None:
    said = {
        row["account"]: follow_words.person_words(report, row) for row in report.people.to_dict("records")
    }
    assert said["quick"].startswith(
        "@quick_fenwick: you follow them since 1 Mar 2026; they follow you since 2 Mar 2026; 1 act to them; "
        "2 acts from them; 1.0 posts a week (counted by its profile); last post or act here on 2026-10-02."
    )
    assert "they did not follow you on 20 Nov 2026" in said["old"]
    assert "says that it moved to left_elsewhere" in said["left"]
    assert said["loud"].startswith(f"@{follow_store.LOUD}: ")
    assert "you follow" not in said["fan"]


def test_a_follow_between_two_lists_is_said_as_such(store: duckdb.DuckDBPyConnection) -> None:
    for day, members in (("2026-05-01", ["a"]), ("2026-11-01", ["a", "b"])):
        add_list(store, "following", day, members)
    add_list(store, "follower", "2026-11-01", [])
    add_account(store, "a", "a")
    found = follows(store, WINDOW)
    said = {row["account"]: follow_words.person_words(found, row) for row in found.people.to_dict("records")}
    assert said["a"].startswith("@a: you follow them since 1 May 2026 or earlier;")
    assert said["b"].startswith("b: you follow them since some day between 1 May 2026 and 1 Nov 2026;")


def test_one_network_can_be_asked_for(store: duckdb.DuckDBPyConnection) -> None:
    follow_store.fill(store)
    found = follows(store, Window(now_utc=follow_store.NOW, platform="mastodon"))
    assert found.lacking("people")
    assert "X" not in everything(found)


def test_the_report_can_be_kept_by_the_page(report: Follows) -> None:
    assert pickle.loads(pickle.dumps(report)).findings == report.findings


def test_nothing_after_the_present_is_looked_at(store: duckdb.DuckDBPyConnection) -> None:
    follow_store.fill(store)
    assert follows(store, Window(now_utc=datetime(2025, 1, 1))).people.empty


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(follow_limits).failed == 0
