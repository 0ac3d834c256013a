"""Which store a page reads, in which state it is, and what time it is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from analytics.metrics import settings
from analytics.metrics.time_spent import latest_data_moment
from analytics.store.connection import StoreMissing, data_version
from analytics.store.location import is_sample, user_store

TEN_MINUTES = timedelta(minutes=10)


def now_utc() -> datetime:
    """This minute, naive UTC: the only place where pages look at the clock."""
    return datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)


def state() -> tuple[str, str, datetime]:
    """Path and version of the store that is shown, and the moment: what every cached answer depends on.

    Raises StoreMissing.
    """
    store = user_store()
    try:
        return str(store), data_version(store), _as_of(now_utc(), store.stat().st_mtime)
    except FileNotFoundError:
        raise StoreMissing("Nothing was imported yet.") from None


def _as_of(now: datetime, written: float) -> datetime:
    """The hour's beginning where the store was not written since, else that of these ten minutes, else now.

    A store knows nothing later than what was written last, and answers about the same moment need not be asked again.
    """
    hour = now.replace(minute=0)
    last = datetime.fromtimestamp(written, UTC).replace(tzinfo=None)
    return next((moment for moment in (hour, hour + now.minute // 10 * TEN_MINUTES) if moment >= last), now)


def present(cursor: duckdb.DuckDBPyConnection, store: str, present_utc: datetime) -> datetime:
    """For the invented person of the sample the clock stands where the data end."""
    return (is_sample(Path(store)) and latest_data_moment(cursor, present_utc)) or present_utc


def zone(cursor: duckdb.DuckDBPyConnection) -> str:
    """The user's time zone."""
    return settings.settings(cursor)["time_zone"]
