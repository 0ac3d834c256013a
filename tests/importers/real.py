"""Where the machine has real exports: counts only are checked against them, as their README states them.

They are not part of the project. WATERCOOLER_SAMPLES names the folder, else it is looked for beside the
repository; where it is not there, the tests that need it are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SAMPLES = Path(
    os.environ.get("WATERCOOLER_SAMPLES") or Path(__file__).parents[2].parent / "shared" / "samples"
)


def sample(name: str) -> Path:
    """A file or folder of the samples; skips the test without it."""
    if not (SAMPLES / name).exists():
        pytest.skip(f"no real exports in {SAMPLES / name}; WATERCOOLER_SAMPLES can name their folder")
    return SAMPLES / name
