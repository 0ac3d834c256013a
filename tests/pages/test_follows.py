"""The page "Follows" in Streamlit's own test bench: full, in parts, and empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.metrics import decisions
from analytics.pages import opening, people
from analytics.store.connection import writing
from tests import follow_store
from tests.builders import add_list
from tests.follow_store import LOUD
from tests.pages.visiting import charts, ran, texts, visited

Fill = Callable[[duckdb.DuckDBPyConnection], None]


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The dashboard's store, two days after the lists."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: follow_store.NOW)
    return store_path


def opened(store: Path, *fillers: Fill) -> AppTest:
    """The page on a store filled so."""
    if fillers:
        with writing(store) as cursor:
            for fill in fillers:
                fill(cursor)
    return visited("follows")


def marked_up(app: AppTest) -> str:
    """What goes through Markdown."""
    return "\n".join(str(element.value) for element in (*app.markdown, *app.caption, *app.header))


def shown(app: AppTest, place: int = 0) -> list[str]:
    """The accounts in a table, by the first part of their handle."""
    handles: list[str] = app.dataframe[place].value["who"].tolist()
    return ["loud" if "loud" in handle else handle.removesuffix("_fenwick") for handle in handles]


def test_a_full_store_has_every_part(at_present: Path) -> None:
    app = opened(at_present, follow_store.fill)
    assert [heading.value for heading in app.header] == [
        "How long people take", "How many more you can follow", "People", "Fans worth following back",
        "Lists to act on", "Moved, silent, renamed",
    ]  # fmt: skip
    said = texts(app)
    assert "X: 2 of the 7 you follow follow you back (29 %), 5 do not" in said
    assert "1 of the 5 who do not follow back was followed less than 14 days before the list" in said
    assert "X: you can follow 300 more, at most 400 a day" in said
    assert "X (@wren_hollowbrook). In all it lets you follow 5,000" in said
    assert [expander.label for expander in app.expander] == ["Why am I limited to a few follows a day?"]


def test_every_picture_has_words_that_stand_for_it(at_present: Path) -> None:
    words = charts(opened(at_present, follow_store.fill))
    assert len(words) == 3
    assert words[0].startswith("Who follows back. ")
    assert "2 have followed back" in words[1]
    assert "you can follow 300 more" in words[2]


def test_the_table_shows_who_does_not_follow_back_first(at_present: Path) -> None:
    app = opened(at_present, follow_store.fill)
    assert sorted(shown(app)) == ["left", "loud", "new", "old", "quiet"]
    assert shown(app, 1) == ["fan"]
    assert sorted(shown(app, 2)) == ["left", "quiet"]
    assert app.dataframe[3].value["old_handle"].tolist() == ["old_name"]
    assert "5 of 8 people\\." in marked_up(app)


def test_the_filters_above_the_table(at_present: Path) -> None:
    app = opened(at_present, follow_store.fill)
    app.segmented_control(key="follows-relation").set_value("everyone").run()
    assert len(shown(ran(app))) == 8
    app.selectbox(key="follows-state").set_value("new follow").run()
    assert shown(ran(app)) == ["new"]
    app.selectbox(key="follows-state").set_value("nothing tells").run()
    assert sorted(shown(ran(app))) == ["fan", "loud"]
    app.selectbox(key="follows-state").set_value("any").run()
    app.text_input(key="follows-text").set_value("QUIC").run()
    assert shown(ran(app)) == ["quick"]
    app.text_input(key="follows-text").set_value("nobody like this").run()
    assert "Nobody is left by these filters." in texts(ran(app))


def test_whom_one_has_decided_about_leaves_the_table(at_present: Path) -> None:
    def decided(cursor: duckdb.DuckDBPyConnection) -> None:
        for account, verdict in (("old", "keep"), ("new", "later")):
            decisions.decide(
                cursor, platform="x", account=account, verdict=verdict, set_at_utc=follow_store.NOW
            )

    app = opened(at_present, follow_store.fill, decided)
    assert sorted(shown(app)) == ["left", "loud", "new", "quiet"]
    app.toggle(key="follows-hide").set_value(False).run()
    assert "old" in shown(ran(app))


def test_what_is_known_of_the_chosen_is_said(at_present: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_chosen(frame: pd.DataFrame, **_: object) -> pd.DataFrame:
        return frame

    monkeypatch.setattr(people, "people_table", all_chosen)
    said = texts(opened(at_present, follow_store.fill))
    assert "@old_fenwick: you follow them since 1 Mar 2026; they did not follow you on 20 Nov 2026" in said
    assert "@fan_fenwick: wrote to you once" in said


def test_text_from_an_export_is_shown_as_it_is_written(
    at_present: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE account_observations SET handle = $handle WHERE account = 'me'", {"handle": LOUD}
        )

    monkeypatch.setattr(people, "people_table", lambda frame, **_: frame)
    app = opened(at_present, follow_store.fill, rename)
    assert f"@{LOUD}" in texts(app)
    assert f"X (@{LOUD}). In all it lets" in texts(app)
    assert "evil" not in marked_up(app)


def test_without_a_store_it_says_how_to_import(at_present: Path) -> None:
    app = opened(at_present)
    assert "Nothing was imported yet" in marked_up(app)
    assert charts(app) == []


def test_an_empty_store_says_what_would_bring_it(at_present: Path) -> None:
    said = texts(opened(at_present, lambda cursor: None))
    assert "Who follows back is not known" in said
    assert "No account of yours is known" in said


def test_of_one_side_alone_it_says_what_is_lacking(at_present: Path) -> None:
    app = opened(at_present, lambda cursor: add_list(cursor, "following", "2026-11-20", ["a"]))
    said = texts(app)
    assert "a complete list of who follows you is not in these exports" in said
    assert "one side only" in said
    assert "it takes two looks at a profile that are far apart" in said
    assert len(charts(app)) == 1
