"""The browser that all browser tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Without one the test is skipped, but on CI it fails."""
    with chromium() as found:
        if found is None:
            if os.environ.get("CI"):
                pytest.fail(
                    "There is no chromium and no google-chrome on the PATH, and CI must run these tests."
                )
            pytest.skip("There is no chromium and no google-chrome on the PATH.")
        yield found
