"""The page "Time" in Streamlit's own test bench: full, empty, and its budget edited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import opening
from analytics.store.connection import writing
from tests import time_store
from tests.builders import rows_of
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
    return visited("time")


def marked_up(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


def test_the_full_page(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    said = texts(app)
    assert "A week takes 1 h 17 min on average over the 9 weeks" in said
    assert "1 h 30 min a week over all sites; of these X 30 min." in said
    assert "16–22 Nov 2026: 1 slot planned, 30 min in all: 1 kept." in said
    assert [words.partition(".")[0] for words in charts(app)] == [
        "Time by week and site",
        "Recorded time by weekday and hour",
        "Sessions by length: 30–60 min 15, 1–2 h 5",
        "16–22 Nov 2026: 1 slot planned, 30 min in all: 1 kept",
    ]


def test_a_shorter_period_changes_the_sentences(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    app.selectbox(key="period").set_value("13 weeks")
    assert "9 weeks" in texts(ran(app.run()))


def test_the_budget_is_edited_and_holds_from_its_day(at_present: Path) -> None:
    app = opened(at_present, time_store.fill)
    total, carry_over = (box for box in app.number_input if "minutes" in box.label)
    assert (total.value, carry_over.value) == (90, 0)
    total.set_value(75)
    carry_over.set_value(20)
    app.date_input[0].set_value(date(2026, 11, 16))
    next(button for button in app.button if button.label == "Set the budget").click()
    said = texts(ran(app.run()))
    assert (
        "1 h 15 min a week over all sites; of these X 30 min; what is left or overspent is carried over, at most"
        in said
    )
    query = "SELECT minutes, carry_over_minutes FROM budgets WHERE site IS NULL AND valid_from = '2026-11-16'"
    assert rows_of(at_present, query) == [(75, 20)]
    query = "SELECT minutes FROM budgets WHERE site = 'x' AND valid_from = '2026-11-16'"
    assert rows_of(at_present, query) == [(30,)]


def test_without_a_store_it_says_how_to_import(at_present: Path) -> None:
    app = opened(at_present)
    assert "Nothing was imported yet" in marked_up(app)


def test_an_empty_store_says_what_would_bring_it(at_present: Path) -> None:
    app = opened(at_present, lambda cursor: None)
    assert "Nothing is known of your time." in texts(app)
    assert charts(app) == []


def test_acts_alone_show_when_one_acted(at_present: Path) -> None:
    app = opened(at_present, time_store.say, time_store.post)
    said = texts(app)
    assert "No recorded time is here, so this shows when you posted" in said
    assert "Sessions are known of recorded time only" in said
    assert "weeks estimated from your acts alone; the true time lies within a factor" in said
