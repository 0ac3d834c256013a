"""Did the planned hours happen? Weekly slots for sites, set against recorded time.

A slot of the user's own is a weekday, a local start and end, and a site. Its row holds from a day on until a
later row with the same weekday and start replaces it; a row without a site takes the slot out. Imported
calendars add theirs; one that says the same as a slot of the user's own is that slot. A calendar's slot
without a site is meant for any. Only recorded time (measured, visit) can keep a slot: an estimate does not
know the hour.
"""

from __future__ import annotations

from collections.abc import Iterator
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

FROM_CALENDARS = """
SELECT DISTINCT start_utc, end_utc, site FROM current_slots
WHERE start_utc >= $since AND start_utc < $until
  AND ($platform IS NULL OR site IS NULL OR site = $platform)
"""

Slot = tuple[date, datetime, datetime, str | None]
"""Local day, start and end (UTC), site."""

_SLOTS = ("day", "start_utc", "end_utc", "site")
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


def slots(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The slots of the week of `window`, each as in force on its own day, in order of time.

    Columns: day (local, on which it begins), start_utc, end_utc, site (null: any).
    """
    return pd.DataFrame(_slots_of(cursor, window), columns=list(_SLOTS))


def _slots_of(cursor: duckdb.DuckDBPyConnection, window: Window) -> list[Slot]:
    days = [window.week + timedelta(days=n) for n in range(7)]
    planned = {*_own_slots(cursor, days, window), *_calendar_slots(cursor, days, window)}
    return sorted(planned, key=lambda slot: (slot[1], slot[2], slot[3] or ""))


def _own_slots(cursor: duckdb.DuckDBPyConnection, days: list[date], window: Window) -> Iterator[Slot]:
    zone = ZoneInfo(window.time_zone)
    rows = cursor.execute(IN_FORCE, {"last_day": days[-1]}).fetchall()
    for day in days:
        # Rows come oldest first, so the latest of each start wins.
        of_day = {row[1]: row for row in rows if row[0] == day.weekday() and row[4] <= day}
        for _, start_time, end_time, site, *_ in of_day.values():
            start, end = (
                datetime.combine(day, at, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
                for at in (start_time, end_time)
            )
            if site is not None and end > start and window.platform in (None, site):
                yield day, start, end, site


def _calendar_slots(cursor: duckdb.DuckDBPyConnection, days: list[date], window: Window) -> Iterator[Slot]:
    zone = ZoneInfo(window.time_zone)
    parameters = {
        "since": midnight_utc(days[0], window.time_zone),
        "until": midnight_utc(days[-1] + timedelta(days=1), window.time_zone),
        "platform": window.platform,
    }
    for start, end, site in cursor.execute(FROM_CALENDARS, parameters).fetchall():
        yield start.replace(tzinfo=UTC).astimezone(zone).date(), start, end, site


def plan_against_fact(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Each slot of the week of `window.now_utc`, and whether it happened; in order of time.

    Columns: day, start_utc, end_utc, site, planned_seconds, spent_seconds (recorded on the site in the
    slot, 15 minutes either side included), state: ahead (the slot is not over), not measured (the site
    has no recorded time in the whole week, so nothing is known), kept (at least half of the slot spent),
    partly (less), missed (none). A slot without a site is kept by time on any. A slot of the hour that summer
    time leaves out is absent, a part of it lies an hour later.

    Planned Monday 20:00-21:00 on digg; digg recorded 20:50-21:20: 25 minutes count (to 21:15): partly.
    """
    recorded = _by_site(_week_pieces(cursor, window))
    rows = []
    for day, start, end, site in _slots_of(cursor, window):
        pieces = recorded.get(site) if site else _together(recorded)
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
    planned = _slots_of(cursor, window)
    rows = []
    for site, (starts, ends) in _by_site(_week_pieces(cursor, window)).items():
        own = [(start - LEEWAY, end + LEEWAY) for _, start, end, of in planned if of in (None, site)]
        total = float((ends - starts).sum() / SECOND)
        slot_from, slot_to = merge(microseconds([s for s, _ in own]), microseconds([e for _, e in own]))
        inside = covered_before(ends, slot_from, slot_to) - covered_before(starts, slot_from, slot_to)
        rows.append((site, total - float(inside.sum() / SECOND)))
    found = pd.DataFrame(rows, columns=["site", "seconds"])
    return found.sort_values(["seconds", "site"], ascending=[False, True], ignore_index=True)


def _week_pieces(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    since = midnight_utc(window.week, window.time_zone)
    return recorded_pieces(cursor, window.now_utc, since, window.platform)


def _by_site(pieces: pd.DataFrame) -> dict[str, tuple[Integers, Integers]]:
    return {
        str(site): (microseconds(of_site["start_utc"]), microseconds(of_site["end_utc"]))
        for site, of_site in pieces.groupby("site", sort=True)
    }


def _together(recorded: dict[str, tuple[Integers, Integers]]) -> tuple[Integers, Integers] | None:
    """Recorded time on any site; sites never overlap."""
    if not recorded:
        return None
    starts, ends = (np.concatenate(side) for side in zip(*recorded.values(), strict=True))
    order = np.argsort(starts)
    return starts[order], ends[order]


def _seconds_within(pieces: tuple[Integers, Integers], start: datetime, end: datetime) -> float:
    starts, ends = np.clip(pieces, *microseconds([start, end]))
    return float((ends - starts).sum() / SECOND)
