"""The page "Results" in Streamlit's own test bench: full, empty, in parts, and another split."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import opening
from analytics.store.connection import writing
from tests import time_store
from tests.pages.visiting import charts, ran, texts, visited

Fill = Callable[[duckdb.DuckDBPyConnection], object]


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The dashboard's store, on a Thursday in November."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: time_store.PRESENT)
    return store_path


def opened(store: Path, *fillers: Fill) -> AppTest:
    """The page on a store filled so."""
    if fillers:
        with writing(store) as cursor:
            for fill in fillers:
                fill(cursor)
    return visited("results")


def marked_up(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


def test_the_full_page(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    assert "An hour brought, in replies: X 3.9 (" in texts(app)
    assert "The budget went from 2 h to 1 h 30 min (19 Oct 2026)." in texts(app)
    assert len(charts(app)) == 5
    assert all(charts(app))


def test_the_measure_that_is_chosen_is_drawn(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    assert "Mastodon: 2.0 (2.0 to 2.0), 9 in 4.5 h of 9 weeks, time measured" in charts(app)[0]
    app.session_state["measure"] = "conversations"
    assert "Mastodon: 0 (0 to 0), 0 in 4.5 h of 9 weeks" in charts(ran(app.run()))[0]


def test_another_split_says_what_it_would_have_brought(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    assert "This is the split so far; move a slider." in marked_up(app)
    mastodon, x = app.slider
    assert (mastodon.label, mastodon.value, x.value) == ("Mastodon", 39, 61)
    mastodon.set_value(0)
    x.set_value(100)
    said = texts(ran(app.run()))
    assert "That is Mastodon 0 min (so far 30), X 77 min (so far 47)." in said
    assert "Replies: 4.9 a week in place of 4.0, 0.93 more" in said
    assert "X never had so much time in a week" in said


def test_text_from_an_export_is_shown_as_it_is_written(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    assert time_store.LOUD in list(app.dataframe[0].value["text"])
    assert "evil" not in marked_up(app)


def test_without_a_store_it_says_how_to_import(at_present: Path) -> None:
    assert "Nothing was imported yet" in marked_up(opened(at_present))


def test_an_empty_store_says_what_would_bring_it(at_present: Path) -> None:
    said = texts(opened(at_present, lambda cursor: None))
    assert "Nothing is known of what came back to you" in said
    assert "None of your own posts are here." in said
    assert "No change of the budget for all sites has two known weeks on both sides yet." in said
