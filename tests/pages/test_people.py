"""Deciding about people in a table: what is asked, what is stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.store.connection import writing
from tests.builders import rows_of

HANDLE = "**loud** [x](http://evil.example)"


def chosen_two() -> None:
    """A page with a form about two accounts, one of them without a handle."""
    import pandas as pd  # noqa: PLC0415 - the body is run as a script of its own

    from analytics.pages import people  # noqa: PLC0415

    rows = [("x", "2", "**loud** [x](http://evil.example)"), ("mastodon", "bo@maps.example", None)]
    people.decision_form(pd.DataFrame(rows, columns=["platform", "account", "handle"]), key="people")


def table_of_nobody() -> None:
    """A page with a table of nobody."""
    import pandas as pd  # noqa: PLC0415
    import streamlit as st  # noqa: PLC0415

    from analytics.pages import people  # noqa: PLC0415

    none = pd.DataFrame(columns=["platform", "account", "handle", "posts"])
    selected = people.people_table(
        none, key="people", columns={"handle": "account", "posts": "posts"}, alt="Nobody"
    )
    st.text(f"{len(selected)} chosen")


@pytest.fixture
def store(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    with writing(store_path) as cursor:
        cursor.execute("SELECT 1")
    return store_path


def test_a_decision_is_stored_for_each_of_the_chosen_with_its_reason_and_last_day(store: Path) -> None:
    app = AppTest.from_function(chosen_two).run()
    assert not app.exception
    assert [text.value for text in app.text] == [f"2 accounts: @{HANDLE}, @bo@maps.example"]
    app.text_input(key="people-reason").set_value("=friends")
    app.date_input(key="people-until").set_value(date(2027, 1, 31))
    app.button(key="people-keep").click().run()
    assert not app.exception
    assert rows_of(
        store, "SELECT platform, account, verdict, reason, valid_until FROM decisions ORDER BY platform"
    ) == [
        ("mastodon", "bo@maps.example", "keep", "=friends", date(2027, 1, 31)),
        ("x", "2", "keep", "=friends", date(2027, 1, 31)),
    ]


def test_nothing_is_stored_without_a_button(store: Path) -> None:
    app = AppTest.from_function(chosen_two).run()
    app.text_input(key="people-reason").set_value("friends").run()
    assert rows_of(store, "SELECT count(*) FROM decisions") == [(0,)]


def test_a_store_that_cannot_be_written_is_said(store: Path) -> None:
    app = AppTest.from_function(chosen_two).run()
    store.write_bytes(b"not a database" * 400)
    app.button(key="people-unfollow").click().run()
    assert [error.value for error in app.error] == ["Nothing was stored."]


def test_a_table_of_nobody_is_a_table(store: Path) -> None:
    app = AppTest.from_function(table_of_nobody).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["0 chosen"]
    assert "Choose rows" in app.caption[0].value
