"""What became of those who left: what the exports hold decides, and no more is said than they hold."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

from analytics.metrics.decisions import decide
from analytics.metrics.follower_growth import changes, events
from analytics.metrics.window import Window
from tests.builders import add_account, add_act, add_list

WINDOW = Window(now_utc=datetime(2026, 12, 31))
MAY, JUNE = "2026-05-01", "2026-06-01"


def lose(
    store: duckdb.DuckDBPyConnection, *accounts: str, direction: str = "follower", platform: str = "x"
) -> None:
    """A list of May with these accounts and one that stays, and a list of June with that one alone."""
    add_list(store, direction, MAY, [*accounts, "stays"], platform=platform)
    add_list(store, direction, JUNE, ["stays"], platform=platform)


def add_post(store: duckdb.DuckDBPyConnection, author: str, at: str) -> None:
    """One post of an account on x."""
    store.execute(
        """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text)
           VALUES (hash($at), true, 'x', $at, $at, $author, $at::TIMESTAMP, 'post', 'paste')""",
        {"author": author, "at": at},
    )


def told(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> dict[tuple[str, str], str]:
    """(direction, account) -> cause, of those who were lost."""
    frame = events(store, window)
    lost = frame[frame["kind"] == "lost"]
    return dict(zip(zip(lost["direction"], lost["account"], strict=True), lost["cause"], strict=True))


def basis(store: duckdb.DuckDBPyConnection, account: str) -> str:
    """What the cause of an account rests on."""
    frame = events(store, WINDOW)
    (found,) = frame.loc[frame["account"] == account, "cause_basis"]
    return str(found)


def pairs(store: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(old, new) of those who are renamed, as the losses and as the gains say it."""
    frame = events(store, WINDOW)
    renamed = frame[frame["cause"] == "renamed"]
    lost, gained = (renamed[renamed["kind"] == kind] for kind in ("lost", "gained"))
    by_loss = sorted(zip(lost["account"], lost["new_account"], strict=True))
    by_gain = sorted(zip(gained["old_account"], gained["account"], strict=True))
    assert by_loss == by_gain
    assert changes(store, WINDOW)["renamed"].tolist() == [len(by_loss)]
    return by_loss


def test_the_worked_example(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "a", "b", "c")
    lose(store, "b", direction="following")
    add_post(store, "a", "2026-07-03 10:00")
    assert told(store) == {
        ("follower", "a"): "unfollowed", ("follower", "b"): "gone", ("follower", "c"): "unknown",
        ("following", "b"): "gone",
    }  # fmt: skip
    assert basis(store, "a") == "It posted on 3 Jul 2026, so it is still there."
    assert basis(store, "c") == "Nothing was seen of it since 1 Jun 2026."


@pytest.mark.parametrize("when", ["2026-05-20 10:00", "2027-01-01 10:00"])
def test_a_sign_of_life_within_the_interval_or_after_the_present_says_nothing(
    store: duckdb.DuckDBPyConnection, when: str
) -> None:
    lose(store, "a")
    add_post(store, "a", when)
    add_act(store, "a", "me", when, "like")
    add_account(store, "a", "ada_ambleside", day=when, followers=3)
    assert told(store) == {("follower", "a"): "unknown"}


def test_acts_either_way_and_profiles_are_signs_of_life(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "acted", "answered", "seen", "named", "quoted", "undated")
    add_act(store, "acted", "somebody", "2026-06-02", "like")
    add_act(store, "me", "answered", "2026-06-02", "reply")
    add_account(store, "seen", "s", day=JUNE, bio="")
    add_account(store, "named", "n", day="2026-07-01")
    add_act(store, "me", "quoted", "2026-06-02", "quote")
    add_act(store, "undated", "me", None, "like")
    causes = {account: cause for (_, account), cause in told(store).items()}
    assert causes == {
        "acted": "unfollowed", "answered": "unfollowed", "seen": "unfollowed",
        "named": "unknown", "quoted": "unknown", "undated": "unknown",
    }  # fmt: skip


def test_my_own_later_lists_show_that_somebody_is_there(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "followed", "returned")
    add_list(store, "following", JUNE, ["followed"], complete=False)
    add_list(store, "follower", "2026-08-01", ["stays", "returned"])
    assert told(store) == {("follower", "followed"): "unfollowed", ("follower", "returned"): "unfollowed"}
    frame = events(store, WINDOW)
    again = frame[(frame["kind"] == "gained") & frame["again"]]
    assert again["account"].tolist() == ["returned"]


def test_somebody_new_is_not_there_again(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", MAY, ["a"])
    add_list(store, "follower", JUNE, ["a", "b"])
    add_list(store, "following", "2026-04-01", ["b"])
    assert events(store, WINDOW)["again"].tolist() == [False]


def test_whom_i_decided_to_unfollow_is_not_gone(store: duckdb.DuckDBPyConnection) -> None:
    for direction in ("follower", "following"):
        lose(store, "a", "b", "c", direction=direction)
    for account, verdict, at in (
        ("a", "unfollow", datetime(2026, 5, 10)),
        ("b", "unfollow", datetime(2026, 5, 10)),
        ("b", "keep", datetime(2026, 5, 11)),
        ("c", "unfollow", datetime(2026, 7, 1)),
    ):
        decide(store, platform="x", account=account, verdict=verdict, set_at_utc=at)
    assert told(store) == {
        ("follower", "a"): "unknown", ("following", "a"): "unfollowed",
        ("follower", "b"): "gone", ("following", "b"): "gone",
        ("follower", "c"): "gone", ("following", "c"): "gone",
    }  # fmt: skip


def test_both_sides_must_go_in_one_interval(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "a", "b")
    add_list(store, "following", JUNE, ["a", "b"])
    add_list(store, "following", "2026-07-01", ["a"])
    assert told(store) == {
        ("follower", "a"): "unfollowed", ("follower", "b"): "unfollowed", ("following", "b"): "unknown"
    }  # fmt: skip


def test_the_list_of_those_unfollowed_lately_is_my_own_doing(store: duckdb.DuckDBPyConnection) -> None:
    for direction in ("follower", "following"):
        lose(store, "a", "b", direction=direction)
    add_list(store, "unfollowed", JUNE, {"a": "2026-05-20", "b": "2026-04-02"}, complete=False)
    assert told(store) == {
        ("follower", "a"): "unknown", ("following", "a"): "unfollowed",
        ("follower", "b"): "gone", ("following", "b"): "gone",
    }  # fmt: skip


def test_a_block_ends_a_follow_unless_it_came_later(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "blocked", "later", "dated later", "before")
    add_list(store, "blocked", MAY, ["before"])
    add_list(store, "blocked", JUNE, {"blocked": None, "dated later": "2026-06-20"})
    add_list(store, "blocked", "2026-08-01", {"blocked": None, "later": None, "dated later": "2026-06-20"})
    causes = {account: cause for (_, account), cause in told(store).items()}
    assert causes == {
        "blocked": "blocked", "later": "unknown", "dated later": "unknown", "before": "unknown"
    }  # fmt: skip
    assert "blocked accounts of 1 Jun 2026" in basis(store, "blocked")


def rename(
    store: duckdb.DuckDBPyConnection,
    old: str,
    new: str,
    *,
    since: tuple[str | None, str | None] = (None, None),
    platform: str = "instagram",
) -> None:
    """A list of May with the old name and one of June with the new one."""
    add_list(store, "follower", MAY, {"stays": None, old: since[0]}, platform=platform)
    add_list(store, "follower", JUNE, {"stays": None, new: since[1]}, platform=platform)


def test_the_same_second_is_the_same_follower(store: duckdb.DuckDBPyConnection) -> None:
    rename(store, "old", "new", since=("2025-03-01 08:15:31", "2025-03-01 08:15:31"))
    assert pairs(store) == [("old", "new")]
    assert basis(store, "old") == "It is new on the later list: both follow since the same second."
    assert basis(store, "new") == "It was old on the earlier list: both follow since the same second."


def test_the_same_day_alone_is_not(store: duckdb.DuckDBPyConnection) -> None:
    rename(store, "old", "new", since=("2025-03-01", "2025-03-01"), platform="linkedin")
    assert pairs(store) == []
    for account in ("old", "new"):
        add_account(store, account, account, platform="linkedin", display_name="Mira Fernbucket ")
    assert pairs(store) == [("old", "new")]


def test_without_dates_name_and_website_must_agree(store: duckdb.DuckDBPyConnection) -> None:
    rename(store, "old@a.example", "new@b.example", platform="mastodon")
    for account, website in (("old@a.example", "https://mira.example"), ("new@b.example", None)):
        add_account(store, account, account, platform="mastodon", display_name="Mira", website=website)
    assert pairs(store) == []
    add_account(
        store, "new@b.example", "new@b.example", day=JUNE, platform="mastodon", website="https://mira.example"
    )
    assert pairs(store) == [("old@a.example", "new@b.example")]


def move(store: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """The profile of an account says in July that it moved."""
    add_account(store, old, old, day="2026-07-01", platform="mastodon", moved_to=new, posts=3)


def test_who_moved_to_one_that_came_is_renamed(store: duckdb.DuckDBPyConnection) -> None:
    rename(store, "old@a.example", "new@b.example", platform="mastodon")
    move(store, "old@a.example", "new@b.example")
    assert pairs(store) == [("old@a.example", "new@b.example")]
    assert basis(store, "old@a.example").endswith("its profile says that it moved there.")


@pytest.mark.parametrize(
    ("new", "where"), [("stays", "is on the later"), ("away@b.example", "is not on the later")]
)
def test_who_moved_to_another_one_is_gone(store: duckdb.DuckDBPyConnection, new: str, where: str) -> None:
    lose(store, "old@a.example", platform="mastodon")
    move(store, "old@a.example", new)
    assert told(store) == {("follower", "old@a.example"): "gone"}
    assert where in basis(store, "old@a.example")


def test_two_who_moved_to_one_are_one_rename(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", MAY, ["one", "two"], platform="mastodon")
    add_list(store, "follower", JUNE, ["new"], platform="mastodon")
    for old in ("one", "two"):
        move(store, old, "new")
    assert pairs(store) == [("one", "new")]


def test_two_who_could_be_one_are_left_alone(store: duckdb.DuckDBPyConnection) -> None:
    second = "2025-03-01 08:15:31"
    add_list(store, "follower", MAY, {"a": second, "b": second}, platform="instagram")
    add_list(store, "follower", JUNE, {"c": second}, platform="instagram")
    assert pairs(store) == []
    assert set(told(store).values()) == {"unknown"}


def test_two_who_were_on_one_list_are_two(store: duckdb.DuckDBPyConnection) -> None:
    second = "2025-03-01 08:15:31"
    add_list(store, "follower", "2026-04-01", {"a": second, "b": second}, platform="instagram")
    add_list(store, "follower", MAY, {"a": second}, platform="instagram")
    add_list(store, "follower", JUNE, {"b": second}, platform="instagram")
    assert changes(store, WINDOW)["renamed"].tolist() == [0, 0]


@pytest.mark.parametrize(("old", "new"), [("123", "456"), ("did:plc:a", "did:plc:b")])
def test_an_id_is_never_renamed(store: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    rename(store, old, new, since=("2025-03-01 08:15:31", "2025-03-01 08:15:31"), platform="x")
    assert pairs(store) == []


def test_a_name_that_leads_to_an_id_is_that_account(store: duckdb.DuckDBPyConnection) -> None:
    rename(store, "old_name", "42", platform="x")
    store.execute("INSERT INTO aliases VALUES ('x', 'old_name', '42')")
    assert events(store, WINDOW).empty
    assert changes(store, WINDOW)[["gained", "lost"]].to_numpy().tolist() == [[0, 0]]


def test_a_new_handle_of_an_id_is_no_loss(store: duckdb.DuckDBPyConnection) -> None:
    rename(store, "42", "42", platform="x")
    add_account(store, "42", "old_name", day=MAY)
    add_account(store, "42", "new_name", day=JUNE)
    assert events(store, WINDOW).empty


def test_days_are_the_users_own(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "a")
    add_post(store, "a", "2026-07-03 22:30")
    frame = events(store, Window(now_utc=WINDOW.now_utc, time_zone="Europe/Vienna"))
    assert "It posted on 4 Jul 2026" in frame["cause_basis"].iloc[0]


def test_a_gain_is_dated_by_the_list_or_by_a_notice(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", MAY, ["a"])
    since = {
        "a": None,
        "listed": "2026-05-03 04:05",
        "long ago": "2020-01-01",
        "noticed": None,
        "neither": None,
    }
    add_list(store, "follower", JUNE, since)
    for account in ("listed", "noticed"):
        add_act(store, account, "me", "2026-05-09 10:00", "follow")
    add_act(store, "me", "neither", "2026-05-09 10:00", "follow")
    add_act(store, "neither", "me", "2026-04-09 10:00", "follow")
    frame = events(store, WINDOW)
    assert {
        account: None if pd.isna(moment) else moment
        for account, moment in zip(frame["account"], frame["dated"], strict=True)
    } == {
        "listed": datetime(2026, 5, 3, 4, 5), "long ago": None, "neither": None,
        "noticed": datetime(2026, 5, 9, 10),
    }  # fmt: skip


def test_since_and_until_hide_events_and_not_what_they_rest_on(store: duckdb.DuckDBPyConnection) -> None:
    lose(store, "a")
    add_list(store, "follower", "2026-08-01", ["stays", "a"])
    asked = Window(now_utc=WINDOW.now_utc, since=date(2026, 6, 1), until=date(2026, 6, 1))
    assert told(store, asked) == {("follower", "a"): "unfollowed"}
