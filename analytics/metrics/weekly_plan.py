"""Did the planned hours happen? Weekly slots for sites, set against recorded time.

A slot is a weekday, a local start and end, and a site. Its row holds from a day on until a later row with
the same weekday and start replaces it; a row without a site takes the slot out. Only recorded time
(measured, visit) can keep a slot: an estimate does not know the hour.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.time_spans import SECOND, Integers, covered_before, merge, microseconds
from analytics.metrics.time_spent import recorded_pieces
from analytics.metrics.window import UTC, Window, midnight_utc

LEEWAY = timedelta(minutes=15)
"""A slot begun early or ended late by this much is kept all the same."""

KEPT_SHARE = 0.5
"""This share of a slot spent on its site keeps it."""

IN_FORCE = """
SELECT weekday, start_time, end_time, site, valid_from, set_at_utc FROM plan
WHERE valid_from <= $last_day
ORDER BY valid_from, set_at_utc
"""

INSERT = """
INSERT INTO plan (valid_from, weekday, start_time, end_time, site, set_at_utc)
VALUES ($valid_from, $weekday, $start_time, $end_time, $site, $at)
"""

_SLOTS = ("day", "weekday", "start_time", "end_time", "site")
_AGAINST_FACT = ("day", "start_utc", "end_utc", "site", "planned_seconds", "spent_seconds", "state")


def set_slot(
    cursor: duckdb.DuckDBPyConnection,
    *,
    valid_from: date,
    weekday: int,
    start_time: time,
    end_time: time,
    site: str | None,
    set_at_utc: datetime,
) -> None:
    """Plan a slot from a day on; without a site, take the slot of that weekday and start out.

    weekday: 0 Monday .. 6 Sunday; times are local. Raises ValueError for another weekday and for a slot
    that ends at or before its start, such as one over midnight.
    """
    if not 0 <= weekday <= 6:
        raise ValueError(f"A weekday is a number from 0 (Monday) to 6 (Sunday), not {weekday}.")
    if end_time <= start_time:
        raise ValueError(
            f"A slot ends on the day it begins: {start_time:%H:%M}-{end_time:%H:%M} does not. "
            "Plan one slot up to 23:59 and another from 00:00 of the next day."
        )
    row = {
        "valid_from": valid_from, "weekday": weekday, "start_time": start_time, "end_time": end_time,
        "site": site, "at": set_at_utc,
    }  # fmt: skip
    cursor.execute(INSERT, row)


def slots(cursor: duckdb.DuckDBPyConnection, week: date) -> pd.DataFrame:
    """The slots of the seven days from `week` on, each as in force on its own day, in order of time.

    Columns: day, weekday (0 Monday .. 6 Sunday), start_time, end_time (local), site.
    """
    return pd.DataFrame(_slots_of(cursor, week), columns=list(_SLOTS))


def _slots_of(cursor: duckdb.DuckDBPyConnection, week: date) -> list[tuple[date, int, time, time, str]]:
    rows = cursor.execute(IN_FORCE, {"last_day": week + timedelta(days=6)}).fetchall()
    found: list[tuple[date, int, time, time, str]] = []
    for day in (week + timedelta(days=n) for n in range(7)):
        # Rows come oldest first, so the latest of each start wins.
        of_day = {row[1]: row for row in rows if row[0] == day.weekday() and row[4] <= day}
        found += [(day, *of_day[start][:4]) for start in sorted(of_day) if of_day[start][3] is not None]
    return found


def plan_against_fact(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Each slot of the week of `window.now_utc`, and whether it happened; in order of time.

    Columns: day, start_utc, end_utc, site, planned_seconds, spent_seconds (recorded on the site in the
    slot, 15 minutes either side included), state: ahead (the slot is not over), not measured (the site
    has no recorded time in the whole week, so nothing is known), kept (at least half of the slot spent),
    partly (less), missed (none). A slot of the hour that summer time leaves out is absent, a part of it lies an
    hour later.

    Planned Monday 20:00-21:00 on digg; digg recorded 20:50-21:20: 25 minutes count (to 21:15): partly.
    """
    planned = _in_utc(_slots_of(cursor, window.week), window)
    recorded = _by_site(_week_pieces(cursor, window))
    rows = []
    for day, start, end, site in planned:
        pieces = recorded.get(site)
        spent = _seconds_within(pieces, start - LEEWAY, end + LEEWAY) if pieces else 0.0
        length = (end - start).total_seconds()
        if end > window.now_utc:
            state = "ahead"
        elif pieces is None:
            state = "not measured"
        elif spent >= KEPT_SHARE * length:
            state = "kept"
        else:
            state = "partly" if spent > 0 else "missed"
        rows.append((day, start, end, site, length, spent, state))
    return pd.DataFrame(rows, columns=list(_AGAINST_FACT))


def unplanned(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Recorded seconds of the week of `window.now_utc` outside the site's slots and their 15 minutes.

    Columns: site, seconds; one row a site with recorded time, most first.
    """
    planned = _in_utc(_slots_of(cursor, window.week), window)
    rows = []
    for site, (starts, ends) in _by_site(_week_pieces(cursor, window)).items():
        own = [(start - LEEWAY, end + LEEWAY) for _, start, end, of in planned if of == site]
        total = float((ends - starts).sum() / SECOND)
        slot_from, slot_to = merge(microseconds([s for s, _ in own]), microseconds([e for _, e in own]))
        inside = covered_before(ends, slot_from, slot_to) - covered_before(starts, slot_from, slot_to)
        rows.append((site, total - float(inside.sum() / SECOND)))
    found = pd.DataFrame(rows, columns=["site", "seconds"])
    return found.sort_values(["seconds", "site"], ascending=[False, True], ignore_index=True)


def _in_utc(
    planned: list[tuple[date, int, time, time, str]], window: Window
) -> list[tuple[date, datetime, datetime, str]]:
    zone = ZoneInfo(window.time_zone)
    found = []
    for day, _, start_time, end_time, site in planned:
        start, end = (
            datetime.combine(day, at, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
            for at in (start_time, end_time)
        )
        if end > start and window.platform in (None, site):
            found.append((day, start, end, site))
    return sorted(found, key=lambda slot: (slot[1], slot[3]))


def _week_pieces(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    since = midnight_utc(window.week, window.time_zone)
    return recorded_pieces(cursor, window.now_utc, since, window.platform)


def _by_site(pieces: pd.DataFrame) -> dict[str, tuple[Integers, Integers]]:
    return {
        str(site): (microseconds(of_site["start_utc"]), microseconds(of_site["end_utc"]))
        for site, of_site in pieces.groupby("site", sort=True)
    }


def _seconds_within(pieces: tuple[Integers, Integers], start: datetime, end: datetime) -> float:
    starts, ends = np.clip(pieces, *microseconds([start, end]))
    return float((ends - starts).sum() / SECOND)
