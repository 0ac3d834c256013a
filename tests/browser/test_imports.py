"""Bringing exports in, in a real browser: a first run with the sample, a drop, a cancel, an undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.benchmarks import x_archive
from tests.browser.serving import Opened, serving
from tests.browser.test_pages import table_texts
from tests.builders import rows_of

pytestmark = pytest.mark.browser

SPANS = b"site,start,end\nx,2026-11-16T08:00:00Z,2026-11-16T08:20:00Z\nmastodon,2026-11-17T08:00:00Z,2026-11-17T08:10:00Z\n"
LARGE = 120_000  # posts: some seconds of reading


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A dashboard without a store: its address, and where the store will be."""
    store, temporary = tmp_path / "own.duckdb", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(store, tmp_path) as port:
        yield f"http://127.0.0.1:{port}/", store


def test_a_first_run_with_the_sample_and_back(browser: Browser, fresh: tuple[str, Path]) -> None:
    address, store = fresh
    opened = Opened(browser, address)
    page = opened.page
    page.get_by_text("Nothing was imported yet.").wait_for()
    page.get_by_role("button", name="Try with sample data").click()
    page.get_by_text("These are the exports of an invented person.").wait_for()
    opened.settled()
    assert len(opened.sizes()) >= 3
    assert page.get_by_text("Worth doing now").count() == 1
    opened.turned_to("Follows")
    page.get_by_text("These are the exports of an invented person.").wait_for()
    page.get_by_role("button", name="Remove the sample").click()
    page.get_by_text("Nothing was imported yet.").wait_for()
    assert not store.exists()
    assert opened.hosts() == {"127.0.0.1"}
    assert opened.complaints == []


def test_what_is_dropped_is_taken_in_and_can_be_taken_back(
    browser: Browser, fresh: tuple[str, Path], tmp_path: Path
) -> None:
    address, store = fresh
    opened = Opened(browser, address).turned_to("Import")
    page = opened.page
    hostile = "<b>week</b> [x](http:evil.example).csv"
    page.locator("input[type=file]").set_input_files(
        [
            {"name": hostile, "mimeType": "text/csv", "buffer": SPANS},
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"nothing that is known"},
        ]
    )
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("1 export taken in.").wait_for()
    opened.settled()
    assert rows_of(store, "SELECT count(*) FROM time_spans") == [(2,)]
    assert page.get_by_text("notes.txt is not an export that is known here").count() == 1
    assert page.locator("b", has_text="week").count() == 0
    assert page.locator("a[href*=evil]").count() == 0
    page.get_by_role("button", name="Done").click()
    opened.settled()
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 18, box["y"] + 36 + 17)
    page.get_by_text("Undo this import").click()
    page.get_by_role("button", name="Yes, take it back").click()
    page.get_by_text("Try with sample data").wait_for()
    opened.settled()
    assert rows_of(store, "SELECT count(*) FROM time_spans") == [(0,)]
    assert "csv" not in table_texts(page)
    assert opened.hosts() == {"127.0.0.1"}
    assert opened.complaints == []


def test_a_long_import_goes_on_while_the_page_is_left_and_leaves_nothing_when_cancelled(
    browser: Browser, fresh: tuple[str, Path], tmp_path: Path
) -> None:
    address, store = fresh
    archive = x_archive.make_archive(tmp_path / "large.zip", LARGE)
    opened = Opened(browser, address).turned_to("Import")
    page = opened.page
    page.get_by_role("textbox", name="Or the path of a file").fill(str(archive))
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.reload()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled.").wait_for()
    assert not store.exists() or rows_of(store, "SELECT count(*) FROM posts") == [(0,)]
    assert list((tmp_path / "temporary").glob("watercooler-page-*")) == []


def test_a_path_that_is_not_there_is_said_and_nothing_begins(
    browser: Browser, fresh: tuple[str, Path]
) -> None:
    address, store = fresh
    opened = Opened(browser, address).turned_to("Import")
    page = opened.page
    page.get_by_role("textbox", name="Or the path of a file").fill("/no/such/export.zip")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("There is nothing at that path on this computer").wait_for()
    assert not store.exists()
