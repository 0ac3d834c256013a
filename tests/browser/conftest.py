"""The browser that all browser tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import chromium, serving


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


@pytest.fixture(scope="module")
def sample_port(tmp_path_factory: pytest.TempPathFactory, sample_once: Path) -> Iterator[int]:
    """The sample person's store."""
    folder = tmp_path_factory.mktemp("sample")
    with serving(Path(shutil.copy(sample_once, folder)), folder) as found:
        yield found
