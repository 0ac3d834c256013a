"""What the report of growth says: sentences, and the frames that pictures and tables are made of."""

from __future__ import annotations

import doctest
import pickle
from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

from analytics.metrics.decisions import decide
from analytics.metrics.window import Window
from analytics.reports import growth_words
from analytics.reports.growth import AccountGrowth, growth
from tests import growth_store
from tests.builders import add_account, add_list
from tests.growth_store import JULY, JUNE, MAY, PRESENT

WINDOW = Window(now_utc=PRESENT)


@pytest.fixture
def accounts(store: duckdb.DuckDBPyConnection) -> tuple[AccountGrowth, AccountGrowth]:
    """Instagram and X of the invented account."""
    growth_store.fill(store)
    first, second = growth(store, WINDOW).accounts
    return first, second


def between(account: AccountGrowth, first: datetime, second: datetime) -> list[str]:
    moved = account.between("follower", first, second)
    return list(growth_words.between_sentences(moved, "follower", "A", "B"))


def test_the_account_of_which_most_is_known_comes_first(
    accounts: tuple[AccountGrowth, AccountGrowth],
) -> None:
    assert [account.network for account in accounts] == ["Instagram", "X"]


def test_it_can_be_kept_and_read_again(store: duckdb.DuckDBPyConnection) -> None:
    growth_store.fill(store)
    report = growth(store, WINDOW)
    assert pickle.loads(pickle.dumps(report)).sentences == report.sentences


def test_levels_in_words(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    instagram, x = accounts
    assert instagram.headline == (
        "Instagram (@me): 4 followers on 1 Jul 2026, as many as on 1 May 2026: 2 came and 2 left, 1 has a new name, "
        "by 3 lists of your followers."
    )
    assert x.headline == (
        "X (@wren_hollowbrook): 100 followers on 16 Jun 2026, by your profile's own count. Who came and who left is "
        "not in these exports."
    )


def test_one_list_says_what_a_second_would_bring(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a"])
    (account,) = growth(store, WINDOW).accounts
    assert account.headline == (
        "X (@me): 1 follower on 1 May 2026, by the list of your followers. A second list will show who came and who "
        "left."
    )
    for part in ("lists", "retention", "jumps"):
        missing = account.lacking(part)
        assert missing is not None
        assert missing.remedy


def test_nothing_known_is_one_thing_missing(store: duckdb.DuckDBPyConnection) -> None:
    report = growth(store, WINDOW)
    assert report.sentences == ()
    assert report.missing is not None
    assert "Nothing is known of your followers" in report.missing.what


def test_who_came_and_left_between_any_two_lists(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    instagram, _ = accounts
    assert between(instagram, MAY, JUNE) == [
        "Between the lists of your followers of A and B, 1 came and 1 left; 1 more has a new name.",
        "The one who left: 1 unfollowed you. The table says what that rests on.",
    ]
    assert between(instagram, MAY, JULY)[1] == (
        "Of the 2 who left: 1 unfollowed you, 1 not known why. The table says what that rests on."
    )
    assert between(instagram, JULY, JULY) == [
        "On the lists of your followers of A and B are the same people."
    ]


def test_those_i_follow_have_words_of_their_own(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-05-01", ["a", "b"])
    add_list(store, "following", "2026-06-01", ["a"])
    add_list(store, "following", "2026-07-01", ["a", "b", "c"])
    (account,) = growth(store, WINDOW).accounts
    moved = account.between("following", JUNE, JULY)
    assert list(growth_words.between_sentences(moved, "following", "A", "B")) == [
        "Between the lists of those you follow of A and B, you began to follow 2 and 0 left the list; 1 of the 2 had "
        "been there before."
    ]


def test_a_decision_stands_beside_the_person(store: duckdb.DuckDBPyConnection) -> None:
    growth_store.fill(store)
    decide(store, platform="instagram", account="b", verdict="keep", set_at_utc=datetime(2026, 7, 10))
    account = growth(store, WINDOW).accounts[0]
    people = account.people(account.between("follower", MAY, JULY))
    assert dict(zip(people["account"], people["decision"], strict=True)) == {
        "b": "keep", "c": "", "old": "", "back": "", "d": "", "new": ""
    }  # fmt: skip


def test_people_as_a_table_has_them(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    instagram, _ = accounts
    people = instagram.people(instagram.between("follower", MAY, JULY))
    rows = people[["who", "what", "after_local", "before_local"]].to_numpy().tolist()
    may, june, july, dated = (
        pd.Timestamp(2026, month, day) for month, day in ((5, 1), (6, 1), (7, 1), (5, 20))
    )
    assert sorted(rows) == sorted([
        ["back", "came", june, july], ["c", "unknown", june, july], [f"@{growth_store.LOUD}", "unfollowed", may, june],
        ["old", "renamed", may, june], ["new", "renamed", may, june], ["d", "came", dated, dated],
    ])  # fmt: skip
    assert people["before_local"].is_monotonic_decreasing
    explained = {person["account"]: instagram.explained(person) for person in people.to_dict("records")}
    assert explained["d"] == "came on 20 May 2026."
    assert explained["c"] == (
        "left between 1 Jun 2026 and 1 Jul 2026. Nothing was seen of it since 1 Jul 2026."
    )


def test_churn_and_daily_counts_in_words(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    instagram, x = accounts
    assert instagram.said("change") == ["In the 30 days to 1 Jul 2026, 1 of 4 followers left (25 %)."]
    assert x.said("change") == [
        "X itself counted 27 new follows and 0 unfollows on 16 days from 1 Jun 2026 to 16 Jun 2026."
    ]


def test_retention_in_words_names_its_denominators_and_its_limit(
    accounts: tuple[AccountGrowth, AccountGrowth],
) -> None:
    said = accounts[0].said("retention")
    assert said[:3] == [
        "Of the 3 on your first list (1 May 2026) of whom it is not known when they came, 1 is on that of 1 Jul 2026 "
        "(33 %).",
        "Of the 2 whose month of arrival is known, 2 are on that list (100 %).",
        "Of the 1 of whom it is known only that they came between two lists of different months, 1 is on that list "
        "(100 %).",
    ]
    assert said[3].startswith("These shares are upper limits")


def test_a_jump_and_the_post_around_it(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    _, x = accounts
    (jump,) = x.jumps.to_dict("records")
    posts = x.posts_around(jump)
    assert growth_words.jump_sentence(jump, "UTC") == (
        "15 Jun 2026: 12 came (new follows as the network counts them), 12.0 a day; otherwise it is 1.0 a day."
    )
    assert growth_words.posts_sentence(posts) == (
        "Of your posts around it and in the two days before, the one that did best received 40 in all (likes, "
        "reposts, replies, quotes): number 1 of your 21 posts. Whether it brought anybody is not known."
    )
    dull = posts.assign(received=0, place=2)
    assert growth_words.posts_sentence(dull).endswith(
        "number 2 of your 21 posts, so none of them stands out."
    )
    assert growth_words.posts_sentence(posts.head(0)).startswith("No post of yours")


def test_a_level_is_within_what_came_and_left_where_nobody_counted(
    accounts: tuple[AccountGrowth, AccountGrowth],
) -> None:
    instagram, x = accounts
    bands = instagram.levels().bands
    assert bands[["low", "high"]].to_numpy().tolist() == [[2, 6], [3, 5]]
    assert bands["from"].tolist() == [MAY, JUNE]
    picture = x.levels()
    assert picture.bands.empty
    assert len(picture.level) == 16
    assert picture.level["followers"].iloc[-1] == picture.points["followers"].iloc[-1] == 100


def test_counted_days_leave_only_the_rest_of_an_interval_open(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b", "c"], owner="1")
    add_list(store, "follower", "2026-06-16 21:00", ["a", *"defgh"], owner="1")
    growth_store.count_days(store)
    (account,) = growth(store, WINDOW).accounts
    (band,) = account.levels().bands.to_dict("records")
    assert (band["from"], band["to"]) == (MAY, JUNE)


def test_renamed_people_are_in_no_bar(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    moves = accounts[0].moves("follower")
    assert moves.to_numpy().tolist() == [
        ["1 May 2026|– 1 Jun 2026", "came", 1], ["1 May 2026|– 1 Jun 2026", "unfollowed", 1],
        ["1 Jun 2026|– 1 Jul 2026", "came", 1], ["1 Jun 2026|– 1 Jul 2026", "unknown", 1],
    ]  # fmt: skip


def test_cells_keep_the_latest_rows_and_lists(accounts: tuple[AccountGrowth, AccountGrowth]) -> None:
    cells = accounts[0].cells(most_cohorts=24, most_lists=12)
    assert list(dict.fromkeys(cells["cohort"])) == [
        "by 1 May 2026",
        "Mar 2025",
        "May 2026",
        "1 Jun – 1 Jul 2026",
    ]
    fewer = accounts[0].cells(most_cohorts=2, most_lists=1)
    assert fewer.to_numpy().tolist() == [
        ["May 2026", "1 Jul 2026", 1, 1, 1.0], ["1 Jun – 1 Jul 2026", "1 Jul 2026", 1, 1, 1.0]
    ]  # fmt: skip


def test_the_network_chosen_and_the_present_hold_for_everything(store: duckdb.DuckDBPyConnection) -> None:
    growth_store.fill(store)
    assert [one.network for one in growth(store, Window(now_utc=PRESENT, platform="x")).accounts] == ["X"]
    (only,) = growth(store, Window(now_utc=datetime(2026, 5, 20), since=date(2026, 7, 1))).accounts
    assert only.headline.startswith("Instagram (@me): 4 followers on 1 May 2026")


def test_days_are_local(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01 22:30", ["a"])
    add_account(store, "me", "wren", day="2026-04-01")
    (account,) = growth(store, Window(now_utc=PRESENT, time_zone="Europe/Vienna")).accounts
    assert account.headline.startswith("X (@wren): 1 follower on 2 May 2026")
    assert account.levels().points["at"].tolist() == [pd.Timestamp("2026-05-02 00:30")]


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(growth_words).failed == 0
