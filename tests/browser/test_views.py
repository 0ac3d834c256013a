"""What a person keeps of a page: the view in its address, its files, its colours; and what hostile text cannot do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analytics.store.connection import writing
from tests.browser.serving import Opened, address, serving
from tests.pages.test_every_page import hostile
from tests.pages.visiting import PAGES

pytestmark = pytest.mark.browser

SVG, PNG = b"<svg", b"\x89PNG"


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """The name and the content of the file that a visible button hands over."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).locator("visible=true").first.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_view_is_in_the_address_and_survives_a_reload(browser: Browser, sample_port: int) -> None:
    opened = Opened(browser, f"http://127.0.0.1:{sample_port}/").turned_to("Time")
    page = opened.page
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text("Mastodon", exact=True).click()
    sidebar.get_by_test_id("stSelectbox").locator("input").click()
    page.get_by_role("option", name="13 weeks").click()
    opened.settled()
    sidebar.get_by_text("Compare with the period before").click()
    page.get_by_text("Compared with as many days before").wait_for()
    opened.settled()
    shown = page.get_by_test_id("stMain").inner_text()
    for again in (page.reload, lambda: page.goto(page.url)):
        again()
        page.get_by_text("Compared with as many days before").wait_for()
        opened.settled()
        assert page.get_by_test_id("stMain").inner_text() == shown
    assert all(part in page.url for part in ("/time?", "network=Mastodon", "period=13+weeks", "compare=true"))


def test_a_chart_goes_along_as_picture_as_drawing_and_as_figures(browser: Browser, sample_port: int) -> None:
    opened = Opened(browser, f"http://127.0.0.1:{sample_port}/")
    page = opened.page
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("Picture (PNG)").wait_for()
    name, content = saved(page, "Picture (PNG)")
    assert (name, content[:4]) == ("time-against-budget.png", PNG)
    name, content = saved(page, "Drawing (SVG)")
    assert (name, content[:4]) == ("time-against-budget.svg", SVG)
    assert b"All sites" in content
    name, content = saved(page, "Figures (CSV)")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "time-against-budget.csv"
    assert "All sites" in {row["name"] for row in rows}
    assert opened.hosts() == {"127.0.0.1"}


def test_a_table_and_the_week_go_along_and_no_other_way(browser: Browser, sample_port: int) -> None:
    opened = Opened(browser, f"http://127.0.0.1:{sample_port}/")
    page = opened.page
    _, content = saved(page, "Save (CSV)")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [row["label"] for row in rows][:4] == ["likely spam"] * 4
    name, content = saved(page, "The week as a page (HTML)")
    assert name == "watercooler-2026-11-16.html"
    assert content.startswith(b"<!DOCTYPE html>")
    name, content = saved(page, "The week as text (Markdown)")
    assert content.startswith(b"# The week of 16")
    # Streamlit's own button would save names that a spreadsheet runs.
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.hover()
    assert page.get_by_role("button", name="Download as CSV").locator("visible=true").count() == 0


@pytest.fixture(scope="module")
def dark(browser: Browser, sample_port: int) -> Opened:
    """A visit of somebody whose system is dark."""
    return Opened(browser, f"http://127.0.0.1:{sample_port}/", scheme="dark")


@pytest.mark.parametrize("page_name", PAGES)
def test_in_the_dark_nothing_is_left_light(page_name: str, dark: Opened, sample_port: int) -> None:
    page = dark.at(f"http://127.0.0.1:{sample_port}/{address(page_name)}").page
    backgrounds = page.evaluate(
        """() => [...document.querySelectorAll('body, [data-testid=stApp], [data-testid=stSidebar], section, canvas')]
            .map(e => getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number))
            .filter(([r, g, b, a = 1]) => a > 0.5 && r + g + b > 380)"""
    )
    assert backgrounds == []


@pytest.fixture(scope="module")
def hostile_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """People whose names and posts are markup, scripts, remote pictures and signs that turn text around."""
    folder = tmp_path_factory.mktemp("hostile")
    with writing(folder / "store.duckdb") as cursor:
        hostile(cursor)
    with serving(folder / "store.duckdb", folder) as port:
        yield port


@pytest.fixture(scope="module")
def attacked(browser: Browser, hostile_port: int) -> Opened:
    """A telephone that looks at them."""
    return Opened(browser, f"http://127.0.0.1:{hostile_port}/", width=390)


@pytest.mark.parametrize("page_name", [name for name in PAGES if name != "settings"])
def test_text_from_an_export_does_nothing_on_any_page(
    page_name: str, attacked: Opened, hostile_port: int
) -> None:
    query = "?words=hidden" if page_name == "search" else ""
    opened = attacked.at(f"http://127.0.0.1:{hostile_port}/{address(page_name)}{query}")
    page = opened.page
    # What opens may hold more to open, so they are not counted beforehand.
    while (closed := page.locator("details:not([open]) > summary")).count():
        closed.first.click()
        opened.settled()
    assert opened.hosts() == {"127.0.0.1"}
    assert page.locator("img[src*=evil], a[href*=evil], a[href^=mailto], script:text('alert')").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [said for said in opened.complaints if "404" not in said] == []
