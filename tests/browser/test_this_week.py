"""The page "This week" in a real browser: drawn, quiet, readable by keyboard, and it asks nobody else.

CI must have a Chromium; elsewhere these tests are skipped without one.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analytics.charts import theme
from analytics.store.connection import writing
from tests import week_store
from tests.week_store import SPAMMER

pytestmark = pytest.mark.browser

CHECKOUT = Path(__file__).parent.parent.parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE_SECONDS = 60
PICTURES = 5


@contextmanager
def serving(store: Path, folder: Path) -> Iterator[int]:
    """Serve the dashboard as a bare `streamlit run` from some other folder does; the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(CHECKOUT / "dashboard.py"),
        f"--server.port={port}",
    ]
    environment = os.environ | {"WATERCOOLER_DB": str(store)}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_SECONDS)


def _wait_until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The dashboard did not start.")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("dashboard")
    store = folder / "store.duckdb"
    with writing(store) as cursor:
        week_store.fill(cursor)
    with serving(store, folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("There is no chromium and no google-chrome on the PATH, and CI must run these tests.")
        pytest.skip("There is no chromium and no google-chrome on the PATH.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


class Opened:
    """The page as it was opened, with all that it asked for and complained of."""

    def __init__(
        self, browser: Browser, address: str, scheme: str = "light", zone: str = "Europe/Vienna"
    ) -> None:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id=zone,
        )
        self.page: Page = context.new_page()
        self.asked: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.add(request.url))
        self.page.on("websocket", lambda socket_: self.asked.add(socket_.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.page.get_by_role("heading", name="Most likely link-pushers you follow").wait_for()
        self.page.wait_for_function(
            "n => document.querySelectorAll('[data-testid=stVegaLiteChart] .marks').length === n",
            arg=PICTURES,
        )


@pytest.fixture(scope="module")
def opened(browser: Browser, port: int) -> Opened:
    return Opened(browser, f"http://127.0.0.1:{port}/")


def test_it_listens_on_this_machine_only_though_started_from_elsewhere(port: int) -> None:
    if sys.platform != "linux":
        pytest.skip("Only Linux answers on all of 127.0.0.0/8.")
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # refused where the server has the port on all addresses


def test_every_picture_is_drawn(opened: Opened) -> None:
    sizes = opened.page.eval_on_selector_all(
        "[data-testid=stVegaLiteChart] .marks",
        "found => found.map(e => { const box = e.getBoundingClientRect(); return [box.width, box.height] })",
    )
    assert len(sizes) == PICTURES
    assert [size for size in sizes if size[0] < 250 or size[1] < 40] == []


def test_pictures_have_words_for_those_who_cannot_see_them(opened: Opened) -> None:
    labels = opened.page.eval_on_selector_all(
        "[data-testid=stVegaLiteChart]", "found => found.map(e => e.getAttribute('aria-label'))"
    )
    assert len(labels) == PICTURES
    assert labels[0].startswith("Time spent against the budget. All sites: 1 h 22 min")
    assert all(labels)


def test_nothing_leaves_this_machine(opened: Opened) -> None:
    hosts = {urlsplit(url).hostname for url in opened.asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {"127.0.0.1"}


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
    for _ in range(10):
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
