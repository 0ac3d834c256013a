"""The pages beside This week in a real browser: drawn, quiet, and the paths a person takes on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from analytics.store.connection import writing
from tests import pushers_store, time_store
from tests.browser.serving import Opened, address, serving
from tests.builders import rows_of
from tests.pages.visiting import PAGES
from tests.pushers_store import LOUD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def walk(browser: Browser, sample_port: int) -> Opened:
    """A visit that goes from page to page."""
    return Opened(browser, f"http://127.0.0.1:{sample_port}/")


@pytest.fixture(scope="module")
def narrow(browser: Browser, sample_port: int) -> Opened:
    """A telephone."""
    return Opened(browser, f"http://127.0.0.1:{sample_port}/", width=390)


@pytest.fixture
def pushers(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A small store of link-pushers, which may be written, and its port."""
    store = tmp_path / "store.duckdb"
    with writing(store) as cursor:
        pushers_store.fill(cursor)
    with serving(store, tmp_path) as port:
        yield port, store


def table_texts(page: Page) -> str:
    """What the tables of a page say; the grid keeps its cells for screen readers."""
    return " ".join(page.locator("[data-testid=stDataFrame] td[role=gridcell]").all_inner_texts())


@pytest.mark.parametrize("title", PAGES.values())
def test_each_page_is_drawn_with_words_and_asks_nobody_else(title: str, walk: Opened) -> None:
    opened = walk.turned_to(title)
    page = opened.page
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_text("could not be shown").count() == 0
    labels = page.eval_on_selector_all(
        "[data-testid=stVegaLiteChart]",
        """found => found.filter(e => !e.closest('details:not([open])')).map(e => e.getAttribute('aria-label'))""",
    )
    assert all(labels)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.hosts() == {"127.0.0.1"}
    assert opened.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_narrow_window(name: str, narrow: Opened, sample_port: int) -> None:
    page = narrow.at(f"http://127.0.0.1:{sample_port}/{address(name)}").page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    pictures = "[data-testid=stVegaLiteChart]:visible, [data-testid=stDataFrame]:visible"
    right = page.locator(pictures).evaluate_all("found => found.map(e => e.getBoundingClientRect().right)")
    assert [edge for edge in right if edge > 390] == []


def test_a_row_is_chosen_shows_its_evidence_and_leaves_with_a_decision(
    browser: Browser, pushers: tuple[int, Path]
) -> None:
    port, store = pushers
    opened = Opened(browser, f"http://127.0.0.1:{port}/").turned_to("Link-pushers")
    page = opened.page
    table = page.get_by_test_id("stDataFrame").first
    assert "the_paper" in table_texts(page)
    # The box at the left of the second row: the paper.
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 18, box["y"] + 36 + 35 * 1.5)
    opened.settled()
    page.get_by_text("@the_paper: link broadcaster, score").wait_for()
    assert "news of harbour" in table_texts(page)
    page.get_by_label("Reason (optional)").first.fill("It is my paper")
    page.get_by_role("button", name="Source", exact=True).first.click()
    page.get_by_text("@the_paper: link broadcaster, score").wait_for(state="detached")
    opened.settled()
    assert rows_of(store, "SELECT account, verdict, reason FROM decisions WHERE account = 'paper'") == [
        ("paper", "source", "It is my paper")
    ]
    assert "the_paper" not in table_texts(page)
    assert opened.complaints == []


def test_a_dot_shows_one_account_alone(browser: Browser, pushers: tuple[int, Path]) -> None:
    port, _ = pushers
    opened = Opened(browser, f"http://127.0.0.1:{port}/").turned_to("Link-pushers")
    page = opened.page
    dots = page.locator("[data-testid=stVegaLiteChart] .mark-symbol path")
    places = [dots.nth(number).bounding_box() for number in range(dots.count())]
    highest = min((place for place in places if place), key=lambda place: place["y"])
    # Symbols of the legend stand above the picture's own; the topmost dot within it is the spam.
    inside = [place for place in places if place and place["y"] > highest["y"] + 15]
    spam = min(inside, key=lambda place: place["y"])
    page.mouse.click(spam["x"] + spam["width"] / 2, spam["y"] + spam["height"] / 2)
    page.get_by_text("Only the account clicked above").wait_for()
    opened.settled()
    assert page.get_by_text(f"@{LOUD}: likely spam, score").count() == 1
    links = page.eval_on_selector_all("a", "found => found.map(e => e.href)")
    assert [link for link in links if "evil" in link] == []


def test_the_network_chosen_holds_on_every_page(browser: Browser, sample_port: int) -> None:
    opened = Opened(browser, f"http://127.0.0.1:{sample_port}/?network=Mastodon")
    opened.turned_to("Follows")
    page = opened.page
    page.get_by_text("26 of the 47 you follow").first.wait_for()
    assert page.get_by_text("of the 262 you follow").count() == 0
    opened.turned_to("Growth")
    assert "network=Mastodon" in page.url


@pytest.fixture
def weeks_of_time(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Ten invented weeks of time, which may be written, and their port."""
    store = tmp_path / "store.duckdb"
    with writing(store) as cursor:
        time_store.fill(cursor)
    with serving(store, tmp_path) as port:
        yield port, store


def test_an_hour_of_the_week_that_is_clicked_shows_its_sessions_alone(
    browser: Browser, weeks_of_time: tuple[int, Path]
) -> None:
    port, _ = weeks_of_time
    opened = Opened(browser, f"http://127.0.0.1:{port}/").turned_to("Time")
    page = opened.page
    page.locator('.mark-rect path[aria-label*="Monday 18:00"]').first.click()
    page.get_by_text("10 of 20 sessions began in the hours chosen: Monday 18:00.").wait_for()
    opened.settled()
    assert "Mastodon" not in table_texts(page)


def test_a_budget_set_on_the_page_is_kept_and_shown(
    browser: Browser, weeks_of_time: tuple[int, Path]
) -> None:
    port, store = weeks_of_time
    opened = Opened(browser, f"http://127.0.0.1:{port}/").turned_to("Time")
    page = opened.page
    page.get_by_text("Change it", exact=True).click()
    total = page.get_by_label("All sites together, minutes a week")
    total.fill("75")
    total.press("Tab")
    page.get_by_role("button", name="Set the budget").click()
    page.get_by_text("1 h 15 min a week over all sites").first.wait_for()
    latest = "SELECT minutes FROM budgets WHERE site IS NULL ORDER BY set_at_utc DESC LIMIT 1"
    assert rows_of(store, latest) == [(75,)]


def test_a_slider_says_what_another_split_would_have_brought(
    browser: Browser, weeks_of_time: tuple[int, Path]
) -> None:
    port, _ = weeks_of_time
    opened = Opened(browser, f"http://127.0.0.1:{port}/").turned_to("Results")
    slider = opened.page.get_by_role("slider").first
    slider.focus()
    for _ in range(10):
        slider.press("ArrowLeft")
    opened.page.get_by_text("a week in place of").first.wait_for()
