"""`make bench`: how soon the pages are there, against the smallest Streamlit page with a picture, in one run.

A headless browser opens each page; the clock runs until the first chart is drawn. "First" is the first visit after the
server was started; the others are medians of later visits, each with a browser of its own. For page changes and
filters on the large store the clock runs from the click until the page stands still.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from analytics import sample
from analytics.evaluate import machine
from tests.benchmarks import page_store
from tests.browser.serving import chromium, serving

ROUNDS = 5
SMALLEST = """
import altair as alt, pandas as pd, streamlit as st
n = st.slider("Points", 2, 50, 10)
st.title("A slider and a chart")
st.altair_chart(alt.Chart(pd.DataFrame({"x": range(n), "y": range(n)})).mark_line().encode(x="x", y="y"))
"""
CHART = "[data-testid=stVegaLiteChart] .marks"
_QUIET = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]');
}"""
PAGES = (
    "Follows",
    "Growth",
    "Link-pushers",
    "Conversations",
    "Time",
    "Results",
    "Search",
    "Import",
    "Settings",
)


def first_chart(browser: Browser, address: str) -> float:
    """Seconds from asking for a page to its first chart."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(120_000)
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(CHART).first.wait_for(state="visible")
    passed = time.perf_counter() - start
    context.close()
    return passed


def visits(browser: Browser, address: str) -> tuple[float, list[float]]:
    """The first visit, and the later ones."""
    first, *later = (first_chart(browser, address) for _ in range(ROUNDS + 1))
    return first, later


def changed(page: Page, change: Callable[[], None], title: str) -> float:
    """Seconds from a click to the page, whole and still."""
    start = time.perf_counter()
    change()
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
    page.wait_for_timeout(30)
    page.wait_for_function(_QUIET)
    return time.perf_counter() - start


def changes(browser: Browser, address: str) -> dict[str, float]:
    """Every page by the sidebar, then each filter, on a server that has just shown This week."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.locator(CHART).first.wait_for()
    page.get_by_text("Take the week along").wait_for()
    page.wait_for_timeout(WARMING * 1000)
    links = page.get_by_test_id("stSidebarNav")
    found = {}
    for title in PAGES:
        link = links.get_by_text(title, exact=True)
        found[title] = changed(page, link.click, title)
    for title in ("Time", "Conversations", "Growth", "Follows"):
        changed(page, links.get_by_text(title, exact=True).click, title)
        page.wait_for_timeout(READING * 1000)
        found[f"{title}, 13 weeks"] = changed(page, lambda: _period(page, "13 weeks"), title)
        found[f"{title}, all time"] = changed(page, lambda: _period(page, "All time"), title)
    return found


def _period(page: Page, period: str) -> None:
    page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").last.locator("input").click()
    page.get_by_role("option", name=period, exact=True).click()
    page.wait_for_timeout(30)


WARMING, READING = 20, 6
"""Seconds that a person reads the first page before going on, and another one before choosing a filter there; the
server uses them to ask for what may come next.
"""


def main() -> None:
    """Print the times and their ratios."""
    with tempfile.TemporaryDirectory(prefix="watercooler-bench-") as name, chromium() as browser:
        if browser is None:
            sys.exit("There is no chromium and no google-chrome on the PATH.")
        folder = Path(name)
        os.environ["XDG_DATA_HOME"] = name
        large = folder / "large.duckdb"
        page_store.fill(large)
        script = folder / "smallest.py"
        script.write_text(SMALLEST, encoding="utf-8")
        print(machine())
        stores = {
            "one slider, one chart": None,
            "This week, sample": sample.build(),
            "This week, large": large,
        }
        yardstick = None
        for what, store in stores.items():
            with serving(store or large, folder, script=None if store else script) as port:
                first, later = visits(browser, f"http://127.0.0.1:{port}/")
                median = statistics.median(later)
                yardstick = yardstick or (first, median)
                said = ", ".join(f"{one:.2f}" for one in later)
                print(
                    f"{what}: first visit {first:.2f} s ({first / yardstick[0]:.2f} times), later {median:.2f} s "
                    f"({median / yardstick[1]:.2f} times; {said})"
                )
        print(
            f"{page_store.POSTS:,} posts, {page_store.ACCOUNTS:,} accounts, from the click to the whole page:"
        )
        with serving(large, folder) as port:
            for what, seconds in changes(browser, f"http://127.0.0.1:{port}/").items():
                print(f"    {what}: {seconds:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
