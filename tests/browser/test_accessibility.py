"""axe finds nothing serious on any page, light or dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.serving import Opened, address
from tests.pages.visiting import PAGES

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")


def violations(opened: Opened) -> list[str]:
    """Rule and place of each serious violation."""
    found = Axe().run(opened.page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module", params=["light", "dark"])
def visit(request: pytest.FixtureRequest, browser: Browser, sample_port: int) -> Opened:
    """One visit in each scheme."""
    return Opened(browser, f"http://127.0.0.1:{sample_port}/", scheme=request.param)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_keeps_anybody_out(page: str, visit: Opened, sample_port: int) -> None:
    query = "?words=birds" if page == "search" else ""
    assert violations(visit.at(f"http://127.0.0.1:{sample_port}/{address(page)}{query}")) == []
