"""What the pages "Conversations" and "Search" say, from small stores worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from analytics.metrics.window import Window
from analytics.reports import conversations as talk
from analytics.reports.search import MOST_POSTS, search
from analytics.store import identities
from tests.builders import add_account, add_act, add_list, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22), time_zone="Europe/Vienna")


@pytest.fixture
def talked(store: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Words both ways with ana, who answered last, and with old, long ago; bo likes only; cy asked once."""
    identities.add(store, "x", "me")
    add_account(store, "ana", "ana_reed", display_name="Ana Reed", followers=1200, following=80)
    for day in (1, 8, 15):
        add_act(store, "me", "old", f"2026-01-{day:02} 10:00", "reply")
        add_act(store, "old", "me", f"2026-01-{day:02} 11:00", "reply")
    add_post(store, "me", "m1", "Who binds books?", "2026-11-01 10:00")
    add_post(store, "me", "m2", "I do too", "2026-11-02 10:00", kind="reply", reply_to_account="ana")
    add_post(store, "ana", "a1", "Glue or thread?", "2026-11-20 23:30", kind="reply", reply_to_account="me")
    add_act(store, "bo", "me", "2026-11-05 10:00", "like")
    add_act(store, "cy", "me", "2026-06-01 10:00", "mention")
    return store


def test_the_sentences_carry_their_figures_and_denominators(talked: duckdb.DuckDBPyConnection) -> None:
    report = talk.conversations(talked, WINDOW)
    assert report.said("people") == [
        "Words (replies, mentions, quotes, messages) went both ways with 2 of the 4 people with whom anything passed "
        "between you between 1 Jan 2026 and 21 Nov 2026 (50 %).",
        "The closest by such words: @old (3 from you, 3 from them); @ana_reed (1 from you, 1 from them).",
    ]
    assert report.said("waiting") == [
        "Of the 3 people who said something to you, 3 wait for an answer: 1 in the last 30 days; 0 you have liked or "
        "reposted."
    ]
    assert report.said("lost")[0].startswith("Of the 1 person with 3 words and more each way, 1 fell silent:")
    assert "at least this much" in report.said("basis")[0]
    assert report.missing is None


def test_what_waits_has_its_text_and_where_it_is(talked: duckdb.DuckDBPyConnection) -> None:
    report = talk.conversations(talked, WINDOW)
    [ana, cy, old] = report.waiting.to_dict("records")
    assert (ana["name"], ana["day"], ana["days"], ana["said"]) == (
        "@ana_reed", date(2026, 11, 21), 1, "Glue or thread?"
    )  # fmt: skip
    assert ana["link"] == "https://x.com/i/status/a1"
    assert (cy["said"], cy["link"]) == ("", None)
    assert old["days"] > 300
    assert list(report.waits(days=30)["account"]) == ["ana"]
    assert list(report.waits()["account"]) == ["ana", "cy", "old"]


def test_an_answer_to_my_post_is_not_taken_for_their_words(talked: duckdb.DuckDBPyConnection) -> None:
    """Notices of replies name the post that was answered."""
    talked.execute(
        """INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id)
           VALUES (900, 'x', 'cy', 'me', 'reply', '2026-11-21 10:00', 'm1')"""
    )
    [row] = [
        row for row in talk.conversations(talked, WINDOW).waiting.to_dict("records") if row["account"] == "cy"
    ]
    assert row["said"] == "on yours: Who binds books?"
    assert row["link"] == "https://x.com/i/status/m1"


def test_those_i_liked_can_be_hidden(talked: duckdb.DuckDBPyConnection) -> None:
    talked.execute(
        """INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id)
           VALUES (900, 'x', 'me', 'ana', 'like', '2026-11-21 10:00', 'a1')"""
    )
    report = talk.conversations(talked, WINDOW)
    assert list(report.waits(with_liked=False)["account"]) == ["cy", "old"]
    assert "1 you have liked or reposted" in report.said("waiting")[0]


def test_silence_can_be_set(talked: duckdb.DuckDBPyConnection) -> None:
    assert list(talk.lost(talked, WINDOW)["name"]) == ["@old"]
    assert talk.lost(talked, WINDOW, silent_days=400).empty


def test_a_column_says_who_did_what(talked: duckdb.DuckDBPyConnection) -> None:
    for direction in ("follower", "following"):
        add_list(talked, direction, "2026-11-01", ["ana"])
    add_post(talked, "ana", "a2", "Rain.", "2026-11-03 10:00")
    column = talk.column(talked, WINDOW, platform="x", account="ana")
    assert column.rows[["day", "what", "text"]].to_dict("split")["data"] == [
        [date(2026, 11, 21), "they replied", "Glue or thread?"],
        [date(2026, 11, 3), "their post", "Rain."],
        [date(2026, 11, 2), "you replied", "I do too"],
    ]
    assert column.facts == (
        "Ana Reed (@ana_reed) on X; 1,200 followers; follows 80; you follow each other; seen 1 Jan 2026."
    )


def test_somebody_who_was_never_seen_has_an_empty_column(talked: duckdb.DuckDBPyConnection) -> None:
    column = talk.column(talked, WINDOW, platform="x", account="nobody")
    assert (column.facts, len(column.rows)) == ("@nobody on X.", 0)
    assert list(column.rows.columns) == ["day", "what", "text", "link"]


def test_an_empty_store_says_what_would_help(store: duckdb.DuckDBPyConnection) -> None:
    report = talk.conversations(store, WINDOW)
    assert report.missing is not None
    assert report.findings == ()
    assert report.waiting.empty
    found = search(store, WINDOW, query="glue")
    assert found.missing is not None
    assert (found.found, found.accounts, len(found.periods)) == (0, 0, 0)


def test_acts_without_a_date_have_no_period(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_act(store, "me", "ana", None, "like")
    report = talk.conversations(store, WINDOW)
    assert report.said("people") == [
        "Words (replies, mentions, quotes, messages) went both ways with 0 of the 1 person with whom anything passed "
        "between you in what has no date (0 %)."
    ]
    assert report.said("waiting") == []


def write(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_post(store, "me", "m1", "glue is best", "2026-11-02 10:00")
    add_post(store, "ana", "a1", "glue, or thread", "2026-11-08 22:30")
    add_post(store, "ana", "a2", "no, GLUE", "2026-11-08 23:30", kind="reply", reply_to_post="m1")
    add_post(store, "bo", "b1", "rain", None)


def test_a_search_says_how_many_of_how_many_and_who_leads(store: duckdb.DuckDBPyConnection) -> None:
    write(store)
    add_list(store, "following", "2026-11-01", ["ana"])
    found = search(store, WINDOW, query="Glue")
    assert found.sentences == (
        "3 posts by 2 accounts hold glue, of the 4 posts by 3 accounts, from 2 Nov 2026 to 9 Nov 2026.",
        "You are answered most: 1 reply to 1 post of these.",
    )
    assert found.leaders[["name", "answers", "followed"]].to_numpy().tolist() == [
        ["@me", 1, "you"], ["@ana", 0, "yes"]
    ]  # fmt: skip
    # Sunday evening is the next day, and so the next week, in Vienna an hour later.
    assert (found.per, found.periods[["when", "posts"]].to_numpy().tolist()) == (
        "week", [["2–8 Nov 2026", 2], ["9–15 Nov 2026", 1]]
    )  # fmt: skip


def test_what_is_not_found_says_what_was_searched(store: duckdb.DuckDBPyConnection) -> None:
    write(store)
    searched = "None of the 4 posts by 3 accounts, from 2 Nov 2026 to 9 Nov 2026 holds"
    assert search(store, WINDOW, query="zebra").sentences == (f"{searched} zebra.",)
    assert search(store, WINDOW, query="zebra yak").sentences == (f"{searched} any of zebra, yak.",)
    quoted = search(store, WINDOW, query='"thread or glue"')
    assert quoted.sentences == (f"{searched} “thread or glue” as it is written.",)


def test_several_words_say_how_many_of_them_are_held(store: duckdb.DuckDBPyConnection) -> None:
    write(store)
    assert (
        "1 post by 1 account holds all of glue, thread,"
        in search(store, WINDOW, query="glue thread").sentences[0]
    )
    assert "1 post by 1 account holds 1 of the 2 words rain, zebra," in " ".join(
        search(store, WINDOW, query="rain zebra").sentences
    )


def test_matches_without_a_date_are_counted_apart(store: duckdb.DuckDBPyConnection) -> None:
    write(store)
    found = search(store, WINDOW, query="rain")
    assert found.sentences[1:] == ("No reply to any of them is known.", "1 post of these has no date.")
    assert found.periods.empty
    assert found.leaders["followed"].isna().all()


def test_nothing_asked_is_nothing_found(store: duckdb.DuckDBPyConnection) -> None:
    write(store)
    found = search(store, WINDOW)
    assert (found.words, found.found, found.sentences, found.missing) == ((), 0, (), None)
    assert found.searched.startswith("4 posts by 3 accounts")


@pytest.mark.parametrize(("first", "per"), [(2025, "week"), (2012, "month"), (2000, "year")])
def test_long_times_have_fewer_bars(store: duckdb.DuckDBPyConnection, first: int, per: str) -> None:
    for number, year in enumerate((first, 2026)):
        add_post(store, "ana", f"p{number}", "glue", f"{year}-03-04 10:00")
    found = search(store, WINDOW, query="glue")
    assert found.per == per
    assert found.periods["posts"].tolist() == [1, 1]
    assert (found.periods["end"] > found.periods["start"]).all()


def test_many_posts_are_cut_and_still_counted(store: duckdb.DuckDBPyConnection) -> None:
    for number in range(MOST_POSTS + 5):
        add_post(store, "ana", f"p{number}", "glue")
    found = search(store, WINDOW, query="glue")
    assert (len(found.posts), found.found, int(found.periods["posts"].sum())) == (MOST_POSTS, 505, 505)


def test_one_network_can_be_asked_about(store: duckdb.DuckDBPyConnection) -> None:
    write(store)
    assert search(store, replace(WINDOW, platform="mastodon"), query="glue").missing is not None
