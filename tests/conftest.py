"""What many tests share: stores in memory, stores on disk, and importing a path into one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import hypothesis
import pytest

from analytics.store import migrate

# Machines are slow at times; how long an example takes is no test of it. Continuous integration judges a change
# by the same examples each time; new ones are looked for on developers' machines.
_UNTIMED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("untimed", **_UNTIMED)
hypothesis.settings.register_profile("ci", derandomize=True, **_UNTIMED)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --write-golden` writes the golden files of the importers anew, to be read before a commit."""
    parser.addoption("--write-golden", action="store_true", help="write the importers' golden files anew")


@pytest.fixture
def write_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written rather than compared."""
    return bool(request.config.getoption("--write-golden"))


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty store in memory, with the schema."""
    connection = duckdb.connect(":memory:")
    migrate.migrate(connection)
    yield connection
    connection.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees or touches the real user's folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(folder / "data"))
    monkeypatch.delenv("WATERCOOLER_DB", raising=False)
    return folder


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Where a store on disk may be made."""
    return tmp_path / "store.duckdb"
