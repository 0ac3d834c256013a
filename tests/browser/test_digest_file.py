"""The digest as a file in a real browser: it asks for nothing, fits a telephone and a sheet of paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analytics.store.connection import writing
from tests import week_store
from tests.cli.running import run

pytestmark = pytest.mark.browser


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The digest of the invented week, by the command line."""
    store, file = tmp_path / "store.duckdb", tmp_path / "week.html"
    with writing(store) as cursor:
        week_store.fill(cursor)
    assert run(store, "report", "--week", "2026-W47", "--to", file).code == 0
    return file


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_asks_for_nothing_and_fits(width: int, scheme: str, browser: Browser, written: Path) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=False,
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [written.as_uri()]
    assert page.locator("img").first.is_visible()
    widest = page.locator("body *").evaluate_all(
        "found => Math.max(...found.map(e => e.getBoundingClientRect().right))"
    )
    assert widest <= width + 1


def test_it_can_be_printed(browser: Browser, written: Path, tmp_path: Path) -> None:
    page = browser.new_context(color_scheme="dark").new_page()
    page.goto(written.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    # On paper it is dark on white, whatever the screen is.
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    sheet = page.pdf(path=tmp_path / "week.pdf", format="A4")
    assert sheet.startswith(b"%PDF")
    assert 1 <= sheet.count(b"/Type /Page\n") + sheet.count(b"/Type /Page ") <= 5
