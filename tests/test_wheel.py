"""The wheel works by itself: from an empty folder, without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installation has it (the libraries are this environment's)."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(CHECKOUT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_holds_what_the_program_reads(unpacked: Path) -> None:
    shipped = unpacked / "analytics" / "shipped"
    assert (shipped / "dashboard.py").is_file()
    assert (shipped / ".streamlit" / "config.toml").is_file()
    assert (shipped / "data" / "reference" / "sites.toml").is_file()
    assert list((shipped / "data" / "sample" / "exports").glob("*.zip"))
    assert list((unpacked / "analytics" / "store" / "migrations").glob("*.sql"))


def test_demo_runs_from_an_empty_folder(unpacked: Path, tmp_path: Path, home: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    # -P keeps the working folder out of the way, -S would lose the libraries.
    command = [sys.executable, "-P", "-c", "from analytics.cli import main; main()", "demo"]
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("This week, 16–22 Nov 2026")
    assert list(empty.iterdir()) == []
    assert (home / "data" / "watercooler" / "sample.duckdb").is_file()
