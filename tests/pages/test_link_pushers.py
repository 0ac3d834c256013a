"""The page "Link-pushers" in Streamlit's own test bench."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import opening
from analytics.store.connection import writing
from tests import pushers_store
from tests.pages.visiting import texts, visited
from tests.pushers_store import LOUD, PRESENT


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: PRESENT)
    return store_path


def opened(store: Path | None = None) -> AppTest:
    """The page, on a filled store if one is named."""
    if store:
        with writing(store) as cursor:
            pushers_store.fill(cursor)
    return visited("link_pushers")


def accounts(app: AppTest) -> list[str]:
    """Who is in the table of accounts, by the last part of their handle."""
    names: list[str] = app.dataframe[0].value["name"].tolist()
    known = {f"@{LOUD}": "spam", "@as_loud": "decided"}
    return [known.get(name, name.removeprefix("@the_").removeprefix("@")) for name in names]


def test_a_full_store_has_every_part(at_present: Path) -> None:
    app = opened(at_present)
    assert [heading.value for heading in app.header] == [
        "Score against reading time", "How many each threshold flags", "What my feed is made of", "Accounts",
        "Most reading, nothing back", "How do I look myself?", "The rules against my own decisions",
    ]  # fmt: skip
    said = texts(app)
    assert "1 is likely spam and 1 only broadcasts links; 2 more like these you have decided about" in said
    assert "@wren_hollowbrook looks like a person who talks" in said
    assert "Of the 1 that the rules call likely spam you agree with 1 (100 %)." in said
    assert all(element.proto.alt for element in app.get("vega_lite_chart"))


def test_whom_i_have_decided_about_is_shown_only_when_asked_for(at_present: Path) -> None:
    app = opened(at_present)
    assert accounts(app) == ["spam", "paper"]
    app.toggle(key="show-decided").set_value(True).run()
    assert accounts(app) == ["decided", "spam", "paper", "source"]
    shown = app.dataframe[0].value.set_index("name")
    assert (shown.loc["@the_source", "label"], shown.loc["@as_loud", "decision"]) == (
        "your source",
        "unfollow",
    )


def test_labels_choose(at_present: Path) -> None:
    app = opened(at_present)
    app.button_group(key="labels").set_value(["fine", "not enough posts"]).run()
    assert accounts(app) == ["friend", "ghost"]


def test_the_slider_shows_what_another_threshold_would_flag(at_present: Path) -> None:
    app = opened(at_present)
    first = "2 of 4 accounts from 42 on (as the rules have it). Your sources are left out."
    assert first in " ".join(one.value for one in app.caption)
    app.slider[0].set_value(100).run()
    assert "of 4 accounts from 100 on (the rules have 42)" in " ".join(one.value for one in app.caption)
    app.selectbox(key="rules").set_value("Socialbakers").run()
    assert "3 of 4 accounts from 1 on" in " ".join(one.value for one in app.caption)


def test_text_from_an_export_is_shown_as_it_is_written(at_present: Path) -> None:
    app = opened(at_present)
    assert f"@{LOUD}" in app.dataframe[0].value["name"].tolist()
    marked_up = "\n".join(str(one.value) for one in [*app.markdown, *app.caption, *app.header])
    assert "evil" not in marked_up
    assert "loud" not in marked_up
    assert [one for one in app.dataframe[0].value["profile"] if one and "<" in one] == []


def test_an_empty_store_says_what_would_bring_posts(at_present: Path) -> None:
    with writing(at_present) as cursor:
        cursor.execute("SELECT 1")
    app = opened()
    assert "Too few posts of those you follow are here" in texts(app)
    assert "None of your own accounts is known yet" in texts(app)


def test_without_a_store_it_says_how_to_import(at_present: Path) -> None:
    assert "Nothing was imported yet" in "\n".join(str(one.value) for one in opened().markdown)


def test_the_store_is_only_read(at_present: Path) -> None:
    opened(at_present)
    before = at_present.read_bytes()
    opened()
    assert at_present.read_bytes() == before
    assert duckdb.connect(str(at_present), read_only=True).execute("SELECT 1").fetchall() == [(1,)]
