"""The page "Conversations" in Streamlit's own test bench, full, narrowed, and empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import opening
from analytics.store import identities
from analytics.store.connection import writing
from tests.builders import add_account, add_act, add_post
from tests.pages.visiting import ran, texts, visited

EVIL = "**[evil](https://evil.example)** <b>evil</b>"

Fill = Callable[[duckdb.DuckDBPyConnection], object]


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The dashboard's store, late in November."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: datetime(2026, 11, 22, 10))
    return store_path


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """Words both ways with ana and, long ago, with old; bo asked in summer; dee liked only."""
    identities.add(store, "x", "me")
    add_account(store, "ana", "ana_reed", display_name=EVIL)
    add_post(store, "me", "m2", "I do too", "2026-11-02 10:00", kind="reply", reply_to_account="ana")
    add_post(store, "ana", "a1", EVIL, "2026-11-20 10:00", kind="reply", reply_to_account="me")
    for day in (1, 8, 15):
        add_act(store, "old", "me", f"2026-01-{day:02} 10:00", "reply")
        add_act(store, "me", "old", f"2026-01-{day:02} 11:00", "reply")
    add_act(store, "bo", "me", "2026-06-01 10:00", "mention")
    add_act(store, "dee", "me", "2026-06-01 10:00", "like")


def opened(store: Path, *fillers: Fill, **address: str) -> AppTest:
    """The page on a store filled so, opened at an address."""
    if fillers:
        with writing(store) as cursor:
            for filler in fillers:
                filler(cursor)
    return visited("conversations", **address)


def marked_up(app: AppTest) -> str:
    """What goes through Markdown."""
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


def table(app: AppTest, column: str) -> list[list[str]]:
    """One column of each table that shows it."""
    return [list(frame.value[column]) for frame in app.dataframe if column in frame.proto.column_order]


def test_a_full_page_has_every_part(at_present: Path) -> None:
    app = opened(at_present, fill)
    assert [heading.value for heading in app.header] == [
        "To them against from them", "One person's column", "Replies that wait", "People I talk with",
        "Long-lost contacts",
    ]  # fmt: skip
    assert "both ways with 2 of the 4 people" in texts(app)
    assert table(app, "name") == [["@ana_reed"], ["@old", "@ana_reed"], ["@old"]]
    [picture] = app.get("vega_lite_chart")
    assert "4 people" in picture.proto.alt


def test_what_waits_is_chosen_by_its_time(at_present: Path) -> None:
    app = opened(at_present, fill)
    app.button_group(key="waiting-period").set_value("365")
    assert table(ran(app.run()), "name")[0] == ["@ana_reed", "@bo"]
    app.button_group(key="waiting-period").set_value("30")
    app.toggle(key="waiting-hide-liked").set_value(True)
    assert table(ran(app.run()), "name")[0] == ["@ana_reed"]


def test_those_with_words_one_way_can_be_shown(at_present: Path) -> None:
    app = opened(at_present, fill)
    app.toggle(key="people-one-way").set_value(True)
    assert table(ran(app.run()), "name")[1] == ["@old", "@ana_reed", "@bo", "@dee"]


def test_silence_can_be_set(at_present: Path) -> None:
    app = opened(at_present, fill)
    app.number_input(key="lost-days").set_value(400)
    app = ran(app.run())
    assert "Silent for 400 days and more: 0 of 1 person." in texts(app)
    assert table(app, "silent_days") == []


def test_a_person_is_chosen_and_stands_in_the_address(at_present: Path) -> None:
    app = opened(at_present, fill)
    assert "@old on X." in texts(app)
    assert "person" not in app.query_params
    app.selectbox(key="person").set_value("x:ana")
    app = ran(app.run())
    assert f"{EVIL} (@ana_reed) on X" in texts(app)
    assert app.query_params["person"] == "x:ana"
    assert table(app, "what")[0] == ["they replied", "you replied"]
    app.selectbox(key="person").set_value("x:bo")
    assert "@bo on X." in texts(ran(app.run()))


@pytest.mark.parametrize(
    ("address", "said"),
    [("x:ana", "(@ana_reed) on X"), ("x:zoe", "@zoe on X."), ("nonsense", "@old on X."), (":", "@old on X.")],
)
def test_the_address_says_whose_column_it_is(at_present: Path, address: str, said: str) -> None:
    app = opened(at_present, fill, person=address)
    assert said in texts(app)
    assert ("No post of theirs is here" in texts(app)) == (address == "x:zoe")


def test_text_from_exports_is_shown_as_it_is_written(at_present: Path) -> None:
    app = opened(at_present, fill, person="x:ana")
    assert "evil" in texts(app)
    assert "evil" not in marked_up(app)


def test_nobody_with_words_both_ways(at_present: Path) -> None:
    def once(store: duckdb.DuckDBPyConnection) -> None:
        identities.add(store, "x", "me")
        add_act(store, "me", "ana", None, "like")

    app = opened(at_present, once)
    assert "With nobody so far." in texts(app)


def test_an_empty_store_and_none_at_all(at_present: Path) -> None:
    assert "Nothing was imported yet" in marked_up(opened(at_present))
    app = opened(at_present, lambda store: None)
    assert "Nothing that passed between you and others is here" in texts(app)
    assert not app.header
