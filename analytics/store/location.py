"""Where the stores lie: the user's own, and the sample store beside it."""

from __future__ import annotations

import os
from pathlib import Path

from analytics.reference import user_folder

ENVIRONMENT = "WATERCOOLER_DB"


def user_store() -> Path:
    """The user's store: WATERCOOLER_DB, else watercooler.duckdb in the user's data folder."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named).expanduser() if named else user_folder() / "watercooler.duckdb"


def sample_store() -> Path:
    """The store of the invented sample person: a separate file, never mixed with the user's own."""
    return user_folder() / "sample.duckdb"


def is_sample(store: Path) -> bool:
    """True for the sample store."""
    return store.resolve() == sample_store().resolve()
