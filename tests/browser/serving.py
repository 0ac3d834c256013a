"""Serving the dashboard and opening it in a real browser: what the browser tests and pictures share."""

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

from playwright.sync_api import Browser, Page, sync_playwright

CHECKOUT = Path(__file__).parent.parent.parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PATIENCE_SECONDS = 60


@contextmanager
def serving(store: Path, folder: Path, *, script: Path | None = None) -> Iterator[int]:
    """Serve the dashboard (or another script) as a bare `streamlit run` from some other folder does; the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script or CHECKOUT / "dashboard.py"),
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


def address(page: str) -> str:
    """The path of a page by the name of its file."""
    return {"this_week": "", "imports": "import"}.get(page, page)


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """A headless browser; none where there is no Chromium on the PATH."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


_SETTLED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    return app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]')
        && charts.every(chart => !chart.getClientRects().length || chart.closest('details:not([open])')
            || chart.querySelector('.marks'));
}"""


class Opened:
    """A page as it was opened, with all that it asked for and complained of."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        scheme: str = "light",
        zone: str = "Europe/Vienna",
        width: int = 1280,
    ) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id=zone,
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.asked: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.add(request.url))
        self.page.on("websocket", lambda socket_: self.asked.add(socket_.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.settled()

    def settled(self) -> Opened:
        """Wait until the run is over and every picture of the page is drawn."""
        self.page.locator("h1").first.wait_for()
        # A run may be followed by another at once, so the page must stay as it is for a moment.
        for _ in range(2):
            self.page.wait_for_function(_SETTLED)
            self.page.wait_for_timeout(400)
        return self

    def turned_to(self, title: str) -> Opened:
        """Go to a page by the sidebar, as a person does."""
        self.page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
        self.page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
        return self.settled()

    def at(self, address: str) -> Opened:
        """Go to an address, as by a bookmark."""
        self.page.goto(address)
        return self.settled()

    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each picture, in pixels."""
        found: list[tuple[float, float]] = self.page.eval_on_selector_all(
            "[data-testid=stVegaLiteChart] .marks",
            "found => found.map(e => { const box = e.getBoundingClientRect(); return [box.width, box.height] })",
        )
        return found

    def hosts(self) -> set[str | None]:
        """Every host that the page asked for anything."""
        asked = [urlsplit(url) for url in self.asked]
        return {address.hostname for address in asked if address.scheme not in ("data", "blob")}
