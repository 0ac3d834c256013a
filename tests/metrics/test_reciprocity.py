"""Mutual, not following back and fans: worked by hand, and what must hold for any lists."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.reciprocity import accounts, exchange, people, together
from analytics.metrics.settings import save_setting
from analytics.metrics.window import Window
from analytics.store.connection import reading
from analytics.store.current import lead_names_to_accounts
from tests.builders import (
    add_account,
    add_act,
    add_list,
    emptied,
    in_folder,
    post,
    take_in,
    x_archive,
)

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


def test_each_side_has_its_own_date(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", {"a": "2024-02-01", "b": None})
    add_list(store, "follower", "2026-11-01", {"a": "2025-06-01", "fan": "2022-01-01"})
    found = people(store, WINDOW)
    dates = {
        account: (person(found, account)["following_since"], person(found, account)["follower_since"])
        for account in ("a", "b", "fan")
    }
    assert dates == {
        "a": (datetime(2024, 2, 1), datetime(2025, 6, 1)),
        "b": (None, None),
        "fan": (None, datetime(2022, 1, 1)),
    }


def test_between_two_lists_a_follow_has_bounds_and_no_date(store: duckdb.DuckDBPyConnection) -> None:
    """new came between the second and the third, again was away on the second, old is on all."""
    for day, following in (
        ("2026-03-01", ["old", "again", "gone"]), ("2026-05-01", ["old"]), ("2026-08-01", ["old", "again", "new"]),
    ):  # fmt: skip
        add_list(store, "following", day, following)
    add_list(store, "following", "2026-07-01", ["new"], complete=False)
    add_list(store, "follower", "2026-08-01", [])
    found = people(store, WINDOW)
    bounds = {
        row["account"]: (row["following_after"], row["following_before"])
        for row in found.replace({pd.NaT: None}).to_dict("records")
    }
    may, august = datetime(2026, 5, 1), datetime(2026, 8, 1)
    assert bounds == {"old": (None, datetime(2026, 3, 1)), "again": (may, august), "new": (may, august)}
    assert found["following_since"].isna().all()


def test_a_notice_of_a_follow_is_its_date_where_the_lists_agree(store: duckdb.DuckDBPyConnection) -> None:
    """late was noticed in 2024, and came back between the lists without a notice."""
    add_list(store, "follower", "2026-05-01", ["first"])
    add_list(store, "follower", "2026-08-01", ["first", "noticed", "late", "listed"])
    add_list(store, "following", "2026-08-01", {})
    store.execute("UPDATE follow_list_members SET since_utc = '2026-06-01' WHERE account = 'listed'")
    add_act(store, "first", "me", "2020-01-01", "follow")
    add_act(store, "noticed", "me", "2026-06-02", "follow")
    add_act(store, "listed", "me", "2026-06-03", "follow")
    add_act(store, "late", "me", "2024-01-01", "follow")
    add_act(store, "me", "late", "2026-06-04", "follow")
    found = people(store, WINDOW)
    since = {account: person(found, account)["since"] for account in ("first", "noticed", "late", "listed")}
    assert since == {
        "first": datetime(2020, 1, 1), "noticed": datetime(2026, 6, 2), "late": None, "listed": datetime(2026, 6, 1),
    }  # fmt: skip


def test_a_follow_is_no_talk(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["a"])
    add_list(store, "follower", "2026-11-01", ["a"])
    add_act(store, "a", "me", "2026-06-02", "follow")
    row = person(people(store, WINDOW), "a")
    assert (row["last_interaction"], row["to_them"], row["from_them"]) == (None, None, None)


def fresh(store: duckdb.DuckDBPyConnection, **options: float) -> dict[str, bool | None]:
    """account -> fresh."""
    found = people(store, WINDOW, **options)
    return {account: person(found, account)["fresh"] for account in found["account"]}


def test_a_follow_within_the_grace_is_not_yet_a_refusal(store: duckdb.DuckDBPyConnection) -> None:
    """14 days before the list of 20 November is the 6th; the present is not what counts."""
    dates = {"old": "2026-11-05", "edge": "2026-11-06", "new": "2026-11-07", "back": "2026-11-07", "?": None}
    add_list(store, "following", "2026-11-20", dates)
    add_list(store, "follower", "2026-11-20", ["back", "fan"])
    expected = {"old": False, "edge": False, "new": True, "back": False, "fan": False, "?": None}
    assert fresh(store) == expected
    assert fresh(store, grace_days=1) == {**expected, "new": False}
    save_setting(store, name="grace_days", value="30", set_at_utc=NOW)
    assert fresh(store) == {**expected, "old": True, "edge": True}


def test_an_earlier_list_shows_who_is_new(store: duckdb.DuckDBPyConnection) -> None:
    """The worked example: b was followed after the 1st."""
    for side, members in (("follower", []), ("following", ["a"])):
        add_list(store, side, "2026-11-01", members)
    add_list(store, "follower", "2026-11-20", [])
    add_list(store, "following", "2026-11-20", ["a", "b"])
    assert fresh(store) == {"a": False, "b": None}
    assert fresh(store, grace_days=19) == {"a": False, "b": True}


def test_acts_are_counted_towards_them_and_from_them(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["a", "b", "c"])
    add_list(store, "follower", "2026-11-01", ["a", "b", "c"])
    for _ in range(3):
        add_act(store, "me", "a", None, "like")
    add_act(store, "a", "me", "2026-03-01", "reply")
    add_act(store, "b", "me", "2026-04-01", "reply")
    add_act(store, "b", "me", "2026-05-01", "like")
    add_act(store, "b", "me", "2026-12-01", "like")
    add_act(store, "b", "a", "2026-05-01", "like")
    found = people(store, WINDOW)
    each = {a: (person(found, a)["to_them"], person(found, a)["from_them"]) for a in ("a", "b", "c")}
    assert each == {"a": (3, 1), "b": (0, 2), "c": (0, 0)}
    (row,) = exchange(found).to_dict("records")
    assert row == {
        "platform": "x", "owner": "me", "people": 3, "to_them": 3, "from_them": 3, "given_per_received": 1.0,
        "givers": 1, "receivers": 1, "even": 0,
    }  # fmt: skip
    in_april = people(store, Window(now_utc=NOW, since=date(2026, 4, 1), until=date(2026, 4, 30)))
    assert in_april[["to_them", "from_them"]].sum().tolist() == [0, 1]


def test_what_no_source_tells_is_unknown_and_not_nothing(store: duckdb.DuckDBPyConnection) -> None:
    """An archive of mine holds what I did; nobody's acts towards me are in it."""
    for platform in ("x", "mastodon"):
        add_list(store, "following", "2026-11-01", ["a"], platform=platform)
        add_list(store, "follower", "2026-11-01", ["a", "b"], platform=platform)
    add_act(store, "me", "a", "2026-03-01", "like")
    found = exchange(people(store, WINDOW))
    assert found["platform"].tolist() == ["mastodon", "x"]
    assert found["to_them"].isna().tolist() == [True, False]
    assert found[["from_them", "given_per_received", "givers"]].isna().all(axis=None)
    add_act(store, "b", "me", "2026-03-01", "like")
    add_act(store, "me", "club", "2026-03-01", "like")
    row = exchange(people(store, WINDOW)).iloc[1]
    assert (row["to_them"], row["from_them"], row["given_per_received"]) == (1, 1, 1.0)


def test_all_accounts_together_stand_last(store: duckdb.DuckDBPyConnection) -> None:
    assert exchange(people(store, WINDOW)).empty
    for owner in ("club", "me"):
        add_list(store, "following", "2026-11-01", ["a"], owner=owner)
        add_list(store, "follower", "2026-11-01", ["a"], owner=owner)
        add_act(store, owner, "a", "2026-03-01", "like")
        add_act(store, "a", owner, "2026-03-01", "like")
    add_act(store, "me", "a", "2026-03-02", "like")
    found = exchange(people(store, WINDOW))
    assert found["owner"].fillna("all").tolist() == ["club", "me", "all"]
    assert found["to_them"].tolist() == [1, 2, 3]
    assert found["given_per_received"].tolist() == [1.0, 2.0, 1.5]


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
    not_back = everybody[everybody["relation"] == "not_following_back"]
    assert everybody.loc[everybody["fresh"].fillna(False), "account"].isin(not_back["account"]).all()
    assert (everybody["relation"] == "mutual").sum() + len(not_back) == len(following)
    assert (
        everybody["following_after"].isna() | (everybody["following_after"] < everybody["following_before"])
    ).all()


EXPORTS = st.lists(
    st.tuples(st.integers(1, 28), st.sets(st.sampled_from("123")), st.sets(st.sampled_from("123"))),
    min_size=2,
    max_size=3,
    unique_by=lambda export: export[0],
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=EXPORTS, turned=st.randoms(use_true_random=False))
def test_the_order_of_imports_does_not_matter(exports: Any, turned: Any, tmp_path_factory: Any) -> None:
    folder: Path = tmp_path_factory.mktemp("order")
    paths = [
        in_folder(
            folder / f"export-{day}",
            x_archive(
                account="9", made=f"2026-04-{day:02}T12:00:00.000Z", followers=sorted(followers),
                following=sorted(following),
                posts=[post(f"{day}00", "yes", in_reply_to_user_id_str="1", in_reply_to_status_id_str="5")],
            ),
        )
        for day, followers, following in exports
    ]  # fmt: skip
    found = []
    for name, order in (("one", paths), ("other", turned.sample(paths, len(paths)))):
        for path in order:
            take_in(folder / f"{name}.duckdb", path)
        with reading(folder / f"{name}.duckdb") as cursor:
            found.append((accounts(cursor, WINDOW), people(cursor, WINDOW)))
    for one, other in zip(*found, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert found[0][0]["following"].tolist() == [len(max(exports)[2])]
