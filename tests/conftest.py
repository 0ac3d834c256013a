"""What many tests share: stores in memory, stores on disk, and importing a path into one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import hypothesis
import pytest

from analytics import sample
from analytics.charts import theme
from analytics.store import location, migrate

# Every chart that a test writes is held against the schema.
theme.validate(True)

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


def _live_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(folder / "data"))
    for name in (location.ENVIRONMENT, location.OWN_ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees or touches the real user's folder."""
    return _live_in(tmp_path / "home", monkeypatch)


@pytest.fixture(scope="session")
def sample_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample person's store, made once; only to be read."""
    with pytest.MonkeyPatch.context() as patched:
        _live_in(tmp_path_factory.mktemp("sample") / "home", patched)
        return sample.build()


@pytest.fixture
def sample_store(sample_once: Path, home: Path) -> Path:
    """The same in this test's home, where the program finds it and need not make it anew."""
    store = location.sample_store()
    store.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(sample_once, store))


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    """Where a store on disk may be made."""
    return tmp_path / "store.duckdb"
