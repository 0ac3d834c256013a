"""What the page "Link-pushers" says, with its denominators."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from analytics.metrics.window import Window
from analytics.reports.link_pushers import (
    agreement_sentences,
    evidence,
    least_back,
    link_pusher_report,
    makeup_sentence,
    own_sentence,
)
from analytics.store import identities
from tests import pushers_store
from tests.builders import add_list
from tests.pushers_store import LOUD, PRESENT

WINDOW = Window(now_utc=PRESENT)


def test_an_empty_store_says_what_would_bring_posts(store: duckdb.DuckDBPyConnection) -> None:
    report = link_pusher_report(store, WINDOW)
    assert (report.sentences, report.people.empty, report.mine.empty) == ((), True, True)
    assert report.missing is not None
    assert "Too few posts of those you follow" in report.missing.what
    assert makeup_sentence(report) is None
    assert least_back(report) is None
    assert agreement_sentences(report.agreement) == []
    assert evidence(store, WINDOW, of=("x", "a")).empty
    add_list(store, "following", "2026-11-19", ["a", "b"])
    missing = link_pusher_report(store, WINDOW).missing
    assert missing is not None
    assert "the 2 accounts you follow" in missing.what


def test_sentences_leave_out_whom_i_have_decided_about(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    report = link_pusher_report(store, WINDOW)
    assert report.missing is None
    assert report.sentences == (
        "Of the 5 accounts you follow that can be judged, 1 is likely spam and 1 only broadcasts links; 2 more like "
        "these you have decided about; of 1 too few posts are here (20 are needed).",
        "Reading all that the likely spam write would take 7 min a week; nothing came back from them in half a year.",
        "Reading all that the link broadcasters write would take 7 min a week; 1 reply, like or repost came back from "
        "them in half a year.",
    )
    assert report.people["account"].tolist() == ["decided", "spam", "paper", "source", "friend", "ghost"]
    assert report.people.set_index("account").loc["spam", "name"] == f"@{LOUD}"


def test_what_shows_it_are_signals_that_add_up_and_posts(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    report = link_pusher_report(store, WINDOW)
    spam = report.people.set_index("account", drop=False).loc["spam"].to_dict()
    signals = report.signals(spam)
    assert signals["points"].sum() == pytest.approx(spam["score"])
    assert signals["most"].sum() == pytest.approx(100)
    assert (signals["points"] <= signals["most"] + 1e-9).all()
    assert signals["points"].is_monotonic_decreasing
    words = dict(zip(signals["name"], signals["words"], strict=True))
    assert words["following/followers"] == "follows 5,000, followed by 100"
    of_spam = evidence(store, WINDOW, of=("x", "spam"))
    assert set(of_spam["account"]) == {"spam"}
    assert of_spam["place"].tolist() == [1, 2, 3, 4, 5]
    assert of_spam["text"].str.startswith("Buy now and save big").all()


def test_thresholds_leave_sources_out_and_meet_the_rules(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    report = link_pusher_report(store, WINDOW)
    assert list(report.sweeps) == ["Our rules", "Lin and Huang", "Socialbakers", "The Twit Cleaner"]
    for name, table in report.sweeps.items():
        assert table["threshold"].tolist() == list(range(1, 101))
        assert set(table["judged"]) == {4}
        [row] = table[table["threshold"] == report.at[name]].to_dict("records")
        # spam, decided and, by the published rules, the paper, which posts nothing but links.
        assert row["flagged"] == (2 if name == "Our rules" else 3)


def test_the_least_back_for_the_most_reading(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    found = least_back(link_pusher_report(store, WINDOW))
    assert found is not None
    sentence, rows = found
    assert rows["account"].tolist() == ["spam"]
    assert sentence.startswith("From 1 of the 5 accounts whose cost is known nothing came back")


def test_how_i_look_myself_and_what_my_feed_is(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    report = link_pusher_report(store, WINDOW)
    (mine,) = report.mine.to_dict("records")
    assert own_sentence(mine).startswith(
        "@wren_hollowbrook looks like a person who talks, score 0 of 100 from 30 posts"
    )
    assert makeup_sentence(report) == (
        "Of 151 posts here by 6 accounts you follow: 1 % own words, 20 % conversation, 40 % link, 40 % marketing. Half "
        "of the marketing comes from 1 account of 2 that market at all."
    )
    identities.add(store, "digg", "wren")
    (*_, new) = link_pusher_report(store, WINDOW).mine.to_dict("records")
    assert own_sentence(new) == "@wren: 0 posts here, too few to judge."


def test_the_rules_against_my_decisions(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    assert agreement_sentences(link_pusher_report(store, WINDOW).agreement) == [
        "You have decided about 2 accounts that the rules can judge: 1 to unfollow, 1 to keep or as a source.",
        "Of the 1 that the rules call likely spam you agree with 1 (100 %).",
        "Of the 1 to unfollow the rules missed 0.",
    ]


def test_nothing_after_the_present_is_looked_at(store: duckdb.DuckDBPyConnection) -> None:
    pushers_store.fill(store)
    report = link_pusher_report(store, Window(now_utc=datetime(2026, 10, 1)))
    assert report.people.empty
