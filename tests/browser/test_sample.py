"""The sample store in a real browser, and an import in a terminal while the page is open."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import Opened, serving

pytestmark = pytest.mark.browser

FOLLOWS = """platform,owner,account,direction,as_of
fjordtalk,wren,alder,follower,2026-11-18T08:00:00Z
fjordtalk,wren,alder,following,2026-11-18T08:00:00Z
fjordtalk,wren,birch,following,2026-11-18T08:00:00Z
"""


def test_the_sample_person_s_week_is_drawn_and_asks_nobody_else(
    browser: Browser, tmp_path: Path, sample_store: Path
) -> None:
    with serving(sample_store, tmp_path) as port:
        opened = Opened(browser, f"http://127.0.0.1:{port}/")
        assert len(opened.sizes()) == 4
        assert [size for size in opened.sizes() if size[0] < 250 or size[1] < 40] == []
        assert opened.page.get_by_text("These are the exports of an invented person.").is_visible()
        assert opened.hosts() == {"127.0.0.1"}
        assert opened.complaints == []


def test_an_import_in_a_terminal_shows_at_the_next_run_of_the_open_page(
    browser: Browser, tmp_path: Path, sample_once: Path
) -> None:
    store = tmp_path / "store.duckdb"
    shutil.copy(sample_once, store)
    (tmp_path / "follows.csv").write_text(FOLLOWS, encoding="utf-8")
    command = [sys.executable, "-c", "from analytics.cli import main; main()", "--db", str(store)]
    with serving(store, tmp_path) as port:
        opened = Opened(browser, f"http://127.0.0.1:{port}/")
        assert opened.page.get_by_text("fjordtalk").count() == 0
        done = subprocess.run(
            [*command, "import", str(tmp_path / "follows.csv")], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        opened.page.get_by_text("Bluesky", exact=True).first.click()
        opened.page.get_by_text("fjordtalk", exact=True).first.wait_for()
        opened.page.get_by_text("fjordtalk", exact=True).first.click()
        opened.page.get_by_text("1 of the 2 you follow").first.wait_for()
        assert opened.complaints == []
