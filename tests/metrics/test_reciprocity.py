"""Mutual, not following back and fans: worked by hand, and what must hold for any lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.reciprocity import accounts, people, together
from analytics.metrics.window import Window
from analytics.store.current import lead_names_to_accounts
from tests.builders import add_account, add_act, add_list, emptied

NOW = datetime(2026, 11, 22, 12)
WINDOW = Window(now_utc=NOW)
COUNTS = ["followers", "following", "mutual", "not_following_back", "fans"]
SHARES = ["share_of_following_mutual", "share_of_followers_mutual"]


def counts(frame: pd.DataFrame) -> list[tuple[int | None, ...]]:
    """The counts of each owner, null as None."""
    return [
        tuple(None if pd.isna(value) else int(value) for value in row)
        for row in frame[COUNTS].itertuples(index=False, name=None)
    ]


def relations(frame: pd.DataFrame) -> dict[str, str]:
    """account -> relation."""
    return dict(zip(frame["account"], frame["relation"], strict=True))


def person(frame: pd.DataFrame, account: str) -> dict[str, Any]:
    """The one row of an account, null as None."""
    (row,) = frame[frame["account"] == account].to_dict("records")
    return {key: None if pd.isna(value) else value for key, value in row.items()}


def test_an_empty_store_has_no_owner_and_nobody(store: duckdb.DuckDBPyConnection) -> None:
    assert accounts(store, WINDOW).empty
    assert people(store, WINDOW).empty


def test_three_followed_and_three_followers(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["a", "b", "c"])
    add_list(store, "follower", "2026-11-02", ["b", "c", "d"])
    found = accounts(store, WINDOW)
    assert counts(found) == [(3, 3, 2, 1, 1)]
    assert found[SHARES].iloc[0].tolist() == pytest.approx([2 / 3, 2 / 3])
    (row,) = found[["as_of", "followers_as_of", "following_as_of"]].itertuples(index=False, name=None)
    assert row == (datetime(2026, 11, 2), datetime(2026, 11, 2), datetime(2026, 11, 1))
    assert relations(people(store, WINDOW)) == {
        "a": "not_following_back",
        "b": "mutual",
        "c": "mutual",
        "d": "fan",
    }


def test_following_nobody_gives_fans_and_no_share_of_the_empty_side(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", [])
    add_list(store, "follower", "2026-11-01", ["a", "b"])
    found = accounts(store, WINDOW)
    assert counts(found) == [(2, 0, 0, 0, 2)]
    assert pd.isna(found["share_of_following_mutual"].iloc[0])
    assert found["share_of_followers_mutual"].iloc[0] == 0


@pytest.mark.parametrize(("side", "other"), [("follower", "following"), ("following", "follower")])
def test_a_missing_side_makes_null_what_depends_on_it(
    side: str, other: str, store: duckdb.DuckDBPyConnection
) -> None:
    add_list(store, side, "2026-11-01", ["a", "b"])
    found = accounts(store, WINDOW).iloc[0]
    assert found[f"{side}s" if side == "follower" else side] == 2
    missing = [f"{other}s" if other == "follower" else other, "mutual", "not_following_back", "fans", *SHARES]
    assert all(pd.isna(found[name]) for name in missing)
    assert pd.isna(found[f"{other}s_as_of" if other == "follower" else f"{other}_as_of"])
    assert people(store, WINDOW).empty


def test_a_partial_list_never_says_who_does_not_follow_back(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["a", "b"])
    add_list(store, "follower", "2026-11-01", ["b"], complete=False)
    assert counts(accounts(store, WINDOW)) == [(None, 2, None, None, None)]
    assert people(store, WINDOW).empty


def test_a_newer_partial_list_does_not_replace_an_older_complete_one(
    store: duckdb.DuckDBPyConnection,
) -> None:
    add_list(store, "following", "2026-10-01", ["a", "b"])
    add_list(store, "follower", "2026-10-01", ["a", "b"])
    add_list(store, "follower", "2026-11-01", ["a"], complete=False)
    assert counts(accounts(store, WINDOW)) == [(2, 2, 2, 0, 0)]


def test_the_latest_lists_up_to_the_day_asked_about(store: duckdb.DuckDBPyConnection) -> None:
    for day, followers in (("2026-05-01", ["a"]), ("2026-08-01", ["a", "b"]), ("2026-11-01", ["b"])):
        add_list(store, "follower", day, followers)
    add_list(store, "following", "2026-05-01", ["a", "b"])
    mutual = {
        day: accounts(store, Window(now_utc=datetime.fromisoformat(day)))["mutual"].tolist()
        for day in ("2026-04-30", "2026-05-01", "2026-07-31", "2026-08-02", "2026-11-22")
    }
    assert mutual == {
        "2026-04-30": [],
        "2026-05-01": [1],
        "2026-07-31": [1],
        "2026-08-02": [2],
        "2026-11-22": [1],
    }


def test_since_of_a_mutual_is_the_later_follow(store: duckdb.DuckDBPyConnection) -> None:
    add_list(
        store,
        "following",
        "2026-11-01",
        {"a": "2024-02-01", "b": "2024-02-01", "c": None, "lone": "2024-03-01"},
    )
    add_list(
        store,
        "follower",
        "2026-11-01",
        {"a": "2025-06-01", "b": "2023-01-01", "c": "2023-01-01", "fan": "2022-01-01"},
    )
    found = people(store, WINDOW)
    since = {account: person(found, account)["since"] for account in ("a", "b", "c", "lone", "fan")}
    assert since == {
        "a": datetime(2025, 6, 1),
        "b": datetime(2024, 2, 1),
        "c": None,
        "lone": datetime(2024, 3, 1),
        "fan": datetime(2022, 1, 1),
    }


def test_the_last_interaction_counts_either_way_and_by_handle(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["1", "2", "3"])
    add_list(store, "follower", "2026-11-01", ["1", "2", "3"])
    add_account(store, "2", "Heron_Underwillow")
    add_account(store, "me", "wren_hollowbrook")
    add_act(store, "me", "1", "2026-03-01 10:00")
    add_act(store, "1", "me", "2026-04-01 10:00")
    add_act(store, "me", "heron_underwillow", "2026-05-01 10:00")
    add_act(store, "2", "WREN_HOLLOWBROOK", "2026-02-01 10:00")
    add_act(store, "1", "2", "2026-09-01 10:00")
    add_act(store, "3", "me", None)
    add_act(store, "3", "me", "2026-12-24 10:00")
    lead_names_to_accounts(store)
    found = people(store, WINDOW)
    last = {account: person(found, account)["last_interaction"] for account in ("1", "2", "3")}
    assert last == {"1": datetime(2026, 4, 1, 10), "2": datetime(2026, 5, 1, 10), "3": None}
    assert person(found, "2")["handle"] == "Heron_Underwillow"
    assert person(found, "1")["handle"] is None


def test_all_networks_together_count_those_whose_both_lists_are_known(
    store: duckdb.DuckDBPyConnection,
) -> None:
    """x: following {a, b, c}, followers {b, c, d, e}; mastodon: {a, b}, {b}; of bluesky only one list."""
    add_list(store, "following", "2026-11-01", ["a", "b", "c"])
    add_list(store, "follower", "2026-11-01", ["b", "c", "d", "e"])
    add_list(store, "following", "2026-11-02", ["a", "b"], platform="mastodon")
    add_list(store, "follower", "2026-11-02", ["b"], platform="mastodon")
    add_list(store, "following", "2026-11-02", ["z"], platform="bluesky")
    found = together(accounts(store, WINDOW)).to_dict("records")
    assert found == [
        {
            "owners": 2, "platforms": 2, "followers": 5, "following": 5, "mutual": 3, "not_following_back": 2,
            "fans": 2, "share_of_following_mutual": 0.6, "share_of_followers_mutual": 0.6,
        }
    ]  # fmt: skip


def test_together_is_nothing_where_no_side_is_whole(store: duckdb.DuckDBPyConnection) -> None:
    assert together(accounts(store, WINDOW)).empty
    add_list(store, "following", "2026-11-02", ["z"])
    assert together(accounts(store, WINDOW)).empty


def test_a_reply_in_a_post_is_an_interaction(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["1"])
    add_list(store, "follower", "2026-11-01", ["1"])
    store.execute(
        """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text,
                              reply_to_account)
           VALUES (1, true, 'x', '9', '9', 'me', '2026-07-01 09:00', 'reply', 'yes', '1')"""
    )
    assert person(people(store, WINDOW), "1")["last_interaction"] == datetime(2026, 7, 1, 9)


def test_owners_and_networks_stay_apart(store: duckdb.DuckDBPyConnection) -> None:
    add_account(store, "me", "Wren_Hollowbrook")
    add_list(store, "following", "2026-11-01", ["a", "b"])
    add_list(store, "follower", "2026-11-01", ["a"])
    add_list(store, "following", "2026-11-01", ["a"], owner="club")
    add_list(store, "follower", "2026-11-01", ["b"], owner="club")
    add_list(store, "following", "2026-11-01", ["c"], platform="mastodon")
    add_list(store, "follower", "2026-11-01", ["c"], platform="mastodon")
    everyone = accounts(store, WINDOW)
    assert list(zip(everyone["platform"], everyone["owner"], everyone["mutual"], strict=True)) == [
        ("mastodon", "me", 1),
        ("x", "club", 0),
        ("x", "me", 1),
    ]
    mastodon = Window(now_utc=NOW, platform="mastodon")
    assert counts(accounts(store, mastodon)) == [(1, 1, 1, 0, 0)]
    assert relations(people(store, mastodon)) == {"c": "mutual"}
    for asked in ("club", "wren_hollowbrook"):
        found = accounts(store, Window(now_utc=NOW, owner=asked, platform="x"))
        assert found["owner"].tolist() == ["club" if asked == "club" else "me"]
    assert accounts(store, Window(now_utc=NOW, owner="nobody")).empty


def test_blocked_and_muted_lists_are_no_relation(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "blocked", "2026-11-01", ["a"])
    add_list(store, "muted", "2026-11-01", ["b"])
    assert accounts(store, WINDOW).empty
    assert people(store, WINDOW).empty


PEOPLE = st.sets(st.sampled_from("abcdefgh"))
LISTS = st.lists(
    st.tuples(st.sampled_from(["follower", "following"]), st.integers(1, 9), PEOPLE, st.booleans()),
    max_size=7,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=LISTS)
def test_the_parts_add_up_for_any_lists(
    store: duckdb.DuckDBPyConnection, lists: list[tuple[str, int, set[str], bool]]
) -> None:
    latest: dict[str, tuple[int, set[str]]] = {}
    with emptied(store):
        for number, (direction, day, members, complete) in enumerate(lists):
            # No two lists of one moment: the store does not take them.
            add_list(store, direction, f"2026-11-{day:02} 10:{number:02}", members, complete=complete)
            moment = day * 100 + number
            if complete and moment >= latest.get(direction, (0, set()))[0]:
                latest[direction] = (moment, members)
        found, everybody = accounts(store, WINDOW), people(store, WINDOW)
    assert len(found) == (1 if lists else 0)
    if not {"follower", "following"} <= latest.keys():
        assert everybody.empty
        assert all(pd.isna(value) for value in found["mutual"])
        return
    followers, following = latest["follower"][1], latest["following"][1]
    assert counts(found) == [
        (
            len(followers),
            len(following),
            len(followers & following),
            len(following - followers),
            len(followers - following),
        )
    ]
    (row,) = counts(found)
    assert row[2] + row[3] == row[1]
    assert row[2] + row[4] == row[0]
    assert relations(everybody) == (
        dict.fromkeys(followers & following, "mutual")
        | dict.fromkeys(following - followers, "not_following_back")
        | dict.fromkeys(followers - following, "fan")
    )
