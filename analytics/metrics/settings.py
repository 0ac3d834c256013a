"""The user's own zone, first day of the week and thresholds, and the moment that questions are asked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb
import tzlocal

from analytics.metrics.time_spent import latest_data_moment
from analytics.metrics.window import Window, moment_after

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

NUMBERS: dict[str, tuple[float, float, float]] = {
    "grace_days": (14, 0, 3650),
    "silent_days": (180, 1, 3650),
    "reading_seconds": (15, 0.5, 3600),
    "unfollows_per_day": (20, 1, 400),
    "warn_percent": (90, 1, 100),
    "session_gap_minutes": (30, 1, 240),
    "half_day_hours": (4, 0.5, 24),
}
"""Settings that are numbers: default, least, most.

grace_days: who was followed less long ago is not yet counted as not following back. silent_days: without a sign
of life for so long an account is silent. reading_seconds: what reading a post takes (15 in ThinkUp).
unfollows_per_day: how many accounts a day's part of an unfollow list holds. warn_percent: from this part of a
budget on little is left of it. session_gap_minutes: a longer pause ends a session on a site (30: the default of web
analytics). half_day_hours: a day with so much time on all sites together is worth a warning (half of eight hours).
"""

_SETTINGS = "SELECT name, arg_max(value, set_at_utc) FROM settings GROUP BY name"


def settings(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every setting in force, by name: time_zone (default: the system's), week_start (monday) and NUMBERS."""
    return defaults() | dict(cursor.execute(_SETTINGS).fetchall())


def defaults() -> dict[str, str]:
    """What holds until the user says otherwise."""
    numbers = {name: f"{default:g}" for name, (default, _, _) in NUMBERS.items()}
    return {"time_zone": tzlocal.get_localzone_name() or "UTC", "week_start": "monday"} | numbers


def number(cursor: duckdb.DuckDBPyConnection, name: str) -> float:
    """A setting of NUMBERS in force."""
    return float(settings(cursor)[name])


def check_setting(name: str, value: str) -> str:
    """The value in its usual spelling. Raises ValueError with a sentence where it cannot be one."""
    if name == "time_zone":
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value} is no time zone; write one such as Europe/Vienna.") from None
    if name == "week_start":
        return WEEKDAYS[weekday(value)]
    if name in NUMBERS:
        return _number(name, value)
    raise ValueError(f"There is no setting {name}; there are {', '.join(defaults())}.")


def _number(name: str, value: str) -> str:
    _, least, most = NUMBERS[name]
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise ValueError(f"{value} cannot be {name}; write a number from {least:g} to {most:g}.")
    return f"{number:g}"


def weekday(name: str) -> int:
    """0 Monday .. 6 Sunday from a day's name or its beginning (mon, Monday). Raises ValueError."""
    matches = [n for n, day in enumerate(WEEKDAYS) if len(name) >= 2 and day.startswith(name.lower())]
    if len(matches) != 1:
        raise ValueError(f"{name} is no day of the week; write one such as monday.")
    return matches[0]


def save_setting(cursor: duckdb.DuckDBPyConnection, *, name: str, value: str, set_at_utc: datetime) -> None:
    """Keep a setting. Raises ValueError where it cannot be one."""
    row = {"name": name, "value": check_setting(name, value), "at": set_at_utc}
    cursor.execute("INSERT INTO settings VALUES ($name, $value, $at)", row)


def window(
    cursor: duckdb.DuckDBPyConnection,
    *,
    today: date | None = None,
    now_utc: datetime | None = None,
    at_latest_data: bool = False,
    filters: Mapping[str, object] | None = None,
) -> Window:
    """The window to ask in: up to the end of `today`, else up to now.

    at_latest_data: without a `today`, look from the last moment that has data (time or own acts), so
    that an export of last month opens on last month. filters: since, until, platform, owner.
    """
    chosen = settings(cursor)
    moment = now_utc or datetime.now(UTC).replace(tzinfo=None)
    if today:
        # The last moment of that day: the next midnight would already be tomorrow, and on Sunday next week.
        moment = moment_after(today, chosen["time_zone"]) - timedelta(microseconds=1)
    elif at_latest_data:
        moment = min(latest_data_moment(cursor) or moment, moment)
    return Window(
        now_utc=moment,
        time_zone=chosen["time_zone"],
        week_start=WEEKDAYS.index(chosen["week_start"]),
        **dict(filters or {}),  # type: ignore[arg-type]
    )
