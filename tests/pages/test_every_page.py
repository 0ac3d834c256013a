"""Every page on every kind of store: none, one of settings alone, the sample, one source only, hostile text, a large one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import filters, import_job, opening
from analytics.store.connection import writing
from tests import pushers_store, time_store, week_store
from tests.benchmarks import page_store
from tests.builders import add_account, add_act, add_list, add_post
from tests.pages.visiting import PAGES, address_of, visited

PRESENT = datetime(2026, 11, 20, 8)

HOSTILE = (
    "<script>alert(1)</script> **loud** [link](http://evil.example) ![pic](http://evil.example/a.png) $x^2$ :red[no] "
    "\u202eesrever\u202c \u200bhidden\ufeff `code` wren@evil.example"
)
LONG = "x" * 10_000


def nothing_but_settings(cursor: duckdb.DuckDBPyConnection) -> None:
    """A store in which only the user's own word is kept."""
    week_store.say_who_i_am(cursor)


def hostile(cursor: duckdb.DuckDBPyConnection) -> None:
    """People, posts and links whose every text means something else to a browser."""
    pushers_store.fill(cursor)
    for account, handle in (("hostile", HOSTILE), ("long", LONG)):
        add_account(cursor, account, handle, day="2026-11-02", followers=5, following=7)
        for number in range(25):
            at = f"2026-11-{1 + number % 18:02d}T08:00:00"
            add_post(cursor, account, f"{account}{number}", f"{HOSTILE if number else LONG} {number}", at)
        add_act(cursor, account, "me", kind="reply", at="2026-11-10T08:00:00")
    add_list(cursor, "following", "2026-11-20", ["hostile", "long", "spam"])
    add_list(cursor, "follower", "2026-11-20", ["hostile", "long"])
    add_list(cursor, "follower", "2026-10-01", ["spam", "long"])


ONE_SOURCE: dict[str, Callable[[duckdb.DuckDBPyConnection], None]] = {
    "a time tracker": week_store.spend_time,
    "one list": lambda cursor: add_list(cursor, "following", "2026-11-01", ["a", "b"]),
    "posts of others": pushers_store.fill,
    "weeks of time and acts": time_store.fill,
    "settings": nothing_but_settings,
    "hostile text": hostile,
}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Shows a store, at the present of the tests."""

    def show(store: Path) -> None:
        monkeypatch.setenv("WATERCOOLER_DB", str(store))
        monkeypatch.setattr(opening, "now_utc", lambda: PRESENT)
        monkeypatch.setattr(import_job, "_latest", None)

    return show


def turned_to(page: str, **chosen: str) -> AppTest:
    """The page as it is drawn, without an error of any part."""
    app = visited(page, **chosen)
    assert [error.value for error in app.error] == []
    return app


def everything_through_markdown(app: AppTest) -> str:
    """What is read as Markdown or HTML anywhere on the page."""
    elements = [*app.markdown, *app.caption, *app.header, *app.metric, *app.get("html")]
    labels = [widget.label for kind in (app.button, app.expander, app.toggle) for widget in kind]
    return "\n".join([*(str(getattr(element, "value", element)) for element in elements), *labels])


@pytest.mark.parametrize("page", PAGES)
def test_without_a_store_it_says_what_to_do(page: str, at: Callable[[Path], None], store_path: Path) -> None:
    at(store_path)
    app = turned_to(page)
    if page not in ("imports", "settings"):
        assert "Nothing was imported yet." in everything_through_markdown(app)
    if page != "settings":
        assert "Try with sample data" in [button.label for button in app.button]
    assert not store_path.exists()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("source", ONE_SOURCE)
def test_one_source_alone_is_enough_to_draw_it(
    page: str, source: str, at: Callable[[Path], None], store_path: Path
) -> None:
    with writing(store_path) as cursor:
        ONE_SOURCE[source](cursor)
    at(store_path)
    through = everything_through_markdown(turned_to(page))
    assert "evil" not in through
    assert "<script>" not in through


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "chosen", [{}, {"period": "26 weeks", "compare": "true"}], ids=["all time", "compared"]
)
def test_the_sample_fills_it(
    page: str, chosen: dict[str, str], at: Callable[[Path], None], sample_once: Path
) -> None:
    at(sample_once)
    words = {"words": "birds"} if page == "search" else {}
    app = turned_to(page, **chosen, **words)
    assert len(app.get("vega_lite_chart")) + len(app.dataframe) > 0


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million posts, a hundred thousand accounts."""
    store = tmp_path_factory.mktemp("large") / "large.duckdb"
    page_store.fill(store)
    return store


@pytest.mark.parametrize("page", PAGES)
def test_a_million_posts_are_drawn_as_well(page: str, at: Callable[[Path], None], large: Path) -> None:
    at(large)
    app = turned_to(page)
    # What goes to the browser is a part: tables and pictures hold aggregates and the first of many.
    assert all(len(table.value) <= 20_000 for table in app.dataframe)
    assert app.get("vega_lite_chart") or page in ("search", "settings")


@pytest.mark.parametrize("page", ["conversations", "time", "results"])
def test_a_period_is_compared_with_the_one_before(
    page: str, at: Callable[[Path], None], store_path: Path
) -> None:
    with writing(store_path) as cursor:
        time_store.fill(cursor)
    at(store_path)
    app = turned_to(page, period="4 weeks", compare="true")
    assert app.selectbox(key=filters.PERIOD).value == "4 weeks"
    assert any("Compared with as many days before" in caption.value for caption in app.caption)
    assert app.metric


def test_a_part_that_fails_is_one_sentence_and_the_rest_stays(
    at: Callable[[Path], None], store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(store_path) as cursor:
        week_store.fill(cursor)
    at(store_path)
    monkeypatch.setattr("analytics.charts.follows.relation_bars", lambda counts: 1 / 0)
    app = address_of("this_week").run()
    assert [error.value for error in app.exception] == []
    (error,) = app.error
    assert error.value.startswith(
        'The part "people" could not be shown; the rest of the page is not affected.'
    )
    assert "Most likely link-pushers you follow" in [header.value for header in app.header]
