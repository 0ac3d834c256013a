"""The page "Search" in Streamlit's own test bench: asked, not asked, nothing found, and empty."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import opening
from analytics.store import identities
from analytics.store.connection import writing
from tests.builders import add_list, add_post
from tests.pages.visiting import ran, texts, visited

EVIL = "glue **[evil](https://evil.example)**"


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The dashboard's store, late in November."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: datetime(2026, 11, 22, 10))
    return store_path


@pytest.fixture
def filled(at_present: Path) -> Path:
    """Three posts about glue, one about rain; ana is followed."""
    with writing(at_present) as cursor:
        fill(cursor)
    return at_present


def fill(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_list(store, "following", "2026-11-01", ["ana"])
    add_post(store, "ana", "a1", EVIL, "2026-11-08 10:00")
    add_post(store, "bo", "b1", "glue?", "2026-11-09 10:00", kind="reply", reply_to_post="a1")
    add_post(store, "me", "m1", "no glue today", "2026-11-16 10:00")
    add_post(store, "bo", "b2", "rain", "2026-11-10 10:00")


def opened(words: str | None = None) -> AppTest:
    """The page, with words in its address."""
    return visited("search") if words is None else visited("search", words=words)


def marked_up(app: AppTest) -> str:
    """What goes through Markdown."""
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


@pytest.mark.usefixtures("filled")
def test_before_anything_is_asked_it_says_what_one_can_do() -> None:
    app = opened()
    assert "in 4 posts by 3 accounts" in texts(app)
    assert "quotation marks" in marked_up(app)
    assert len(app.dataframe) == 0


@pytest.mark.usefixtures("filled")
def test_words_that_are_typed_are_looked_for() -> None:
    app = opened()
    app.text_input(key="words").set_value("Glue")
    app = ran(app.run())
    assert [heading.value for heading in app.header] == ["Matches by week", "Who leads in it", "Posts"]
    assert "3 posts by 3 accounts hold glue, of the 4 posts" in texts(app)
    leaders, posts = (table.value for table in app.dataframe)
    assert next(iter(leaders["name"])) == "@ana"
    assert dict(zip(leaders["name"], leaders["followed"], strict=True)) == {
        "@ana": "yes",
        "@bo": "no",
        "@me": "you",
    }
    assert set(posts["text"]) == {EVIL, "glue?", "no glue today"}
    assert "https://x.com/i/status/b1" in set(posts["link"])
    [picture] = app.get("vega_lite_chart")
    assert "3 posts by 3 accounts" in picture.proto.alt


@pytest.mark.usefixtures("filled")
def test_words_in_the_address_are_looked_for_and_can_be_cleared() -> None:
    app = opened("rain")
    assert "1 post by 1 account holds rain" in texts(app)
    app.text_input(key="words").set_value("")
    assert "Type a word or more" in texts(ran(app.run()))


@pytest.mark.usefixtures("filled")
def test_nothing_found_says_what_was_searched() -> None:
    app = opened("zebra")
    assert "None of the 4 posts by 3 accounts, from 8 Nov 2026 to 16 Nov 2026 holds zebra." in texts(app)
    assert len(app.dataframe) == 0


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("words", ["glue", "[evil](https://evil.example)"])
def test_text_from_exports_and_from_the_address_is_shown_as_it_is_written(words: str) -> None:
    app = opened(words)
    assert EVIL in set(app.dataframe[-1].value["text"])
    assert "evil" not in marked_up(app)


def test_an_empty_store_and_none_at_all(at_present: Path) -> None:
    assert "Nothing was imported yet" in marked_up(opened("glue"))
    with writing(at_present):
        pass
    app = opened("glue")
    assert "No post is here to be searched." in texts(app)
    assert not app.text_input
