"""Where the stores lie: the user's own, and the sample store beside it."""

from __future__ import annotations

import os
from pathlib import Path

from analytics.reference import user_folder

ENVIRONMENT = "WATERCOOLER_DB"
# Names the own store to a server that shows the sample.
OWN_ENVIRONMENT = "WATERCOOLER_OWN_DB"


def user_store() -> Path:
    """The user's store: WATERCOOLER_DB, else watercooler.duckdb in the user's data folder."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named).expanduser() if named else user_folder() / "watercooler.duckdb"


def own_store() -> Path:
    """The user's own store, also while the sample is shown."""
    named = os.environ.get(OWN_ENVIRONMENT)
    if named:
        return Path(named).expanduser()
    shown = user_store()
    return user_folder() / "watercooler.duckdb" if is_sample(shown) else shown


def show(store: Path) -> None:
    """Show another store from now on, in this whole process: it is one person's, on one machine."""
    os.environ[OWN_ENVIRONMENT] = str(own_store().absolute())
    os.environ[ENVIRONMENT] = str(store.absolute())


def sample_store() -> Path:
    """The store of the invented sample person: a separate file, never mixed with the user's own."""
    return user_folder() / "sample.duckdb"


def is_sample(store: Path) -> bool:
    """True for the sample store."""
    return store.resolve() == sample_store().resolve()
