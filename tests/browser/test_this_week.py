"""The page "This week" in a real browser: drawn, quiet, readable by keyboard, and it asks nobody else.

CI must have a Chromium; elsewhere these tests are skipped without one.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from analytics.charts import theme
from analytics.store.connection import writing
from tests import week_store
from tests.browser.serving import Opened, serving
from tests.week_store import SPAMMER

pytestmark = pytest.mark.browser

PICTURES = 4


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("dashboard")
    store = folder / "store.duckdb"
    with writing(store) as cursor:
        week_store.fill(cursor)
    with serving(store, folder) as found:
        yield found


@pytest.fixture(scope="module")
def opened(browser: Browser, port: int) -> Opened:
    return Opened(browser, f"http://127.0.0.1:{port}/")


def test_it_listens_on_this_machine_only_though_started_from_elsewhere(port: int) -> None:
    if sys.platform != "linux":
        pytest.skip("Only Linux answers on all of 127.0.0.0/8.")
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # refused where the server has the port on all addresses


def test_every_picture_is_drawn(opened: Opened) -> None:
    assert len(opened.sizes()) == PICTURES
    assert [size for size in opened.sizes() if size[0] < 250 or size[1] < 40] == []


def test_pictures_have_words_for_those_who_cannot_see_them(opened: Opened) -> None:
    labels = opened.page.eval_on_selector_all(
        "[data-testid=stVegaLiteChart]", "found => found.map(e => e.getAttribute('aria-label'))"
    )
    assert len(labels) == PICTURES
    assert labels[0].startswith("Time spent against the budget. All sites: 1 h 22 min")
    assert all(labels)


def test_nothing_leaves_this_machine(opened: Opened) -> None:
    assert opened.hosts() == {"127.0.0.1"}


def test_the_browser_has_nothing_to_complain_of(opened: Opened) -> None:
    assert opened.complaints == []


def test_there_is_no_deploy_button_and_no_menu(opened: Opened) -> None:
    assert opened.page.get_by_text("Deploy", exact=True).count() == 0
    assert opened.page.get_by_test_id("stMainMenu").count() == 0


def test_nothing_is_wider_than_the_window(opened: Opened) -> None:
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    table = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    assert table.evaluate("e => e.scrollWidth - e.clientWidth") <= 1


def test_text_from_an_export_makes_no_link_and_no_markup(opened: Opened) -> None:
    page = opened.page
    assert page.get_by_text(f"@{SPAMMER}").first.is_visible()
    links = page.eval_on_selector_all("a", "found => found.map(e => e.href)")
    assert [link for link in links if "evil" in link] == []


def test_the_filter_can_be_reached_and_set_by_keyboard_and_stays_in_the_address(
    browser: Browser, port: int
) -> None:
    page = Opened(browser, f"http://127.0.0.1:{port}/").page
    for _ in range(20):  # the ten pages come first
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "All":
            break
    else:
        pytest.fail("The filter cannot be reached by Tab.")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.innerText") == "Mastodon"
    ring = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return s.boxShadow + s.outlineStyle })()"
    )
    assert ring != "nonenone"
    page.keyboard.press("Enter")
    page.get_by_text("There is no list of your followers").wait_for()
    assert "network=Mastodon" in page.url
    page.reload()
    page.get_by_text("There is no list of your followers").wait_for()


def test_colours_follow_the_readers_choice_of_dark(browser: Browser, port: int) -> None:
    page = Opened(browser, f"http://127.0.0.1:{port}/", scheme="dark").page
    fills = page.eval_on_selector_all(
        "[data-testid=stVegaLiteChart] .marks path", "found => found.map(e => e.getAttribute('fill'))"
    )
    light, dark = theme.COLOURS["within"]
    assert dark in fills
    assert light not in fills
