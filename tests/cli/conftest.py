"""A filled store for the tests of the command line: made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import fill


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder / "store.duckdb", folder)
    return folder / "store.duckdb"


@pytest.fixture
def filled(filled_once: Path, store_path: Path) -> Path:
    """A store of one's own with the content that `running.fill` tells."""
    return shutil.copy(filled_once, store_path)


@pytest.fixture(autouse=True)
def vienna(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine stands in Vienna, wherever the tests run."""
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Europe/Vienna")
