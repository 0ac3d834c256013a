"""What the report of results says, worked by hand on ten invented weeks."""

from __future__ import annotations

import doctest
import pickle
from datetime import timedelta

import duckdb
import pytest

from analytics.metrics.window import Window
from analytics.reports import result_words
from analytics.reports.results import results
from tests import time_store
from tests.time_store import PRESENT

WINDOW = Window(now_utc=PRESENT + timedelta(hours=1), time_zone="Europe/Vienna")


@pytest.fixture
def filled(store: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    time_store.fill(store)
    return store


def test_what_an_hour_brought(filled: duckdb.DuckDBPyConnection) -> None:
    """X: 27 replies in 5 x 1 h + 4 x .5 h = 7 h, 3.9; Mastodon: 9 in 4.5 h, 2, the same every week."""
    said = results(filled, WINDOW).parts["rates"][0]
    assert said.startswith("An hour brought, in replies: X 3.9 (")
    assert "Mastodon 2.0 (2.0 to 2.0, 9 weeks)" in said
    assert said.endswith("X is ahead of Mastodon, as far as the ranges tell.")


def test_a_conversation_needs_two_turns(filled: duckdb.DuckDBPyConnection) -> None:
    """bo was answered each week on X, dee never on Mastodon."""
    found = results(filled, WINDOW).weeks
    talks = found[found["measure"] == "conversations"].groupby("site")["value"].sum()
    assert talks.to_dict() == {"mastodon": 0, "x": 10}


def test_the_change_of_the_budget(filled: duckdb.DuckDBPyConnection) -> None:
    """Five weeks of 90 minutes before, four of 60 after; what came stayed the same."""
    (said,) = results(filled, WINDOW).parts["changes"]
    assert said == (
        "The budget went from 2 h to 1 h 30 min (19 Oct 2026). A week before it and after it, on average of 5 and 4 weeks: "
        "time 1 h 30 min and 1 h; replies 4.0 and 4.0 (may be chance); conversations 1.0 and 1.0 (may be chance). "
        "What else changed then is not known here."
    )


def test_another_split(filled: duckdb.DuckDBPyConnection) -> None:
    """A week so far: X 46.7 minutes at 3.857 replies an hour and Mastodon 30 at 2: 4 in all; all on X: 4.9."""
    found = results(filled, WINDOW)
    said = list(result_words.split_sentences(found, {"x": 76.666667, "mastodon": 0}))
    assert said[0].startswith("Replies: 4.9 a week in place of 4.0, 0.93 more (")
    assert said[-2] == "X never had so much time in a week: what an hour brings there beyond is not known."


def test_kinds_of_post_and_hours(filled: duckdb.DuckDBPyConnection) -> None:
    parts = results(filled, WINDOW).parts
    assert parts["mix"] == ("X: of 10 posts of yours value 100 %.",)
    assert parts["hours"] == (
        "No hours of the day stand out on any network: the ranges reach down to what is typical of all posts.",
    )


def test_the_top_post_comes_with_its_text(filled: duckdb.DuckDBPyConnection) -> None:
    top = results(filled, WINDOW).top
    assert top.iloc[0][["post_id", "received", "text"]].tolist() == ["p0", 40, time_store.LOUD]


def test_without_time_it_says_what_is_missing(store: duckdb.DuckDBPyConnection) -> None:
    time_store.say(store)
    time_store.receive(store)
    store.execute("DELETE FROM interactions WHERE actor = 'me'")
    found = results(store, WINDOW)
    assert "Nothing is known of your time" in found.missing["rates"].what
    assert "None of your own posts" in found.missing["posts"].what


def test_without_anything_it_says_what_would_bring_it(store: duckdb.DuckDBPyConnection) -> None:
    found = results(store, WINDOW)
    assert found.sentences == ()
    assert "Nothing is known of what came back" in found.missing["rates"].what


def test_it_can_be_kept_and_read_again(filled: duckdb.DuckDBPyConnection) -> None:
    found = results(filled, WINDOW)
    assert pickle.loads(pickle.dumps(found)).sentences == found.sentences


def test_examples_in_docstrings_come_out_as_written() -> None:
    assert doctest.testmod(result_words).failed == 0
