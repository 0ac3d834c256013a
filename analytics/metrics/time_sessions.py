"""When was somebody on a site, and for how long at a stretch? Sessions, days and hours of recorded time.

Only recorded time (measured, visit) has hours: what is estimated from acts is known by the week. A session on a site
ends where a longer pause follows; its length is the time on the site, its pauses left out. Halfaker and others
("User session identification based on strong regularities in inter-activity time", 2015) find such a gap at about
an hour for editing; web analytics take 30 minutes, which is the default here. What it cannot tell: sessions on a
device that no tracker watched.
"""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.time_evidence import FAR_PAST, own_acts, recorded_pieces
from analytics.metrics.time_spans import SECOND, Integers, cut, datetimes, microseconds
from analytics.metrics.window import Window, midnight_utc, moment_after, to_local

GAP_MINUTES = 30.0
HOUR = 3600 * SECOND

SESSIONS = ("site", "start_utc", "end_utc", "seconds", "pieces", "basis")
HOURS = ("weekday", "hour", "site", "seconds", "days")


def pieces_of(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """`time_spent.recorded_pieces` of the window's days and platform."""
    since = midnight_utc(window.since, window.time_zone) if window.since else FAR_PAST
    until = moment_after(window.until, window.time_zone) if window.until else window.now_utc
    return recorded_pieces(cursor, min(until, window.now_utc), since, window.platform)


def sessions(pieces: pd.DataFrame, *, gap_minutes: float = GAP_MINUTES) -> pd.DataFrame:
    """Sessions on each site, in order of time.

    pieces: as `pieces_of`. Columns: site, start_utc, end_utc (of the last piece), seconds (on the site), pieces
    (number of stretches), basis (measured, visit, or both).

    x 10:00-10:10 and 10:35-10:40 are one session of 15 minutes; with 11:20-11:25 begins another: 40 minutes passed.
    """
    found = []
    for site, mine in pieces.groupby("site", sort=True):
        starts, ends = microseconds(mine["start_utc"]), microseconds(mine["end_utc"])
        opens = np.concatenate(([True], starts[1:] - ends[:-1] > gap_minutes * 60 * SECOND))
        number = np.cumsum(opens) - 1
        measured = np.bincount(number, weights=(mine["basis"] == "measured").to_numpy(dtype="float64"))
        count = np.bincount(number)
        found.append(
            pd.DataFrame(
                {
                    "site": site,
                    "start_utc": datetimes(starts[opens]),
                    "end_utc": datetimes(ends[np.append(opens[1:], True)]),
                    "seconds": np.bincount(number, weights=(ends - starts) / SECOND),
                    "pieces": count,
                    "basis": np.select(
                        [measured == count, measured == 0], ["measured", "visit"], "measured and visit"
                    ),
                }
            )
        )
    if not found:
        return pd.DataFrame(columns=list(SESSIONS))
    return pd.concat(found).sort_values(["start_utc", "site"], ignore_index=True)


def by_site(found: pd.DataFrame) -> pd.DataFrame:
    """What sessions are like on each site, most time first.

    found: as `sessions`. Columns: site, sessions (number), seconds (all), median_seconds, longest_seconds,
    longest_start_utc.
    """
    longest = found.sort_values(["seconds", "start_utc"], ascending=[False, True]).drop_duplicates("site")
    grouped = (
        found.groupby("site")["seconds"]
        .agg(sessions="size", seconds="sum", median_seconds="median", longest_seconds="max")
        .reset_index()
    )
    starts = longest[["site", "start_utc"]].rename(columns={"start_utc": "longest_start_utc"})
    merged = grouped.merge(starts, on="site")
    return merged.sort_values(["seconds", "site"], ascending=[False, True], ignore_index=True)


def hours(pieces: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Recorded seconds by local weekday, hour and site, and the days behind them.

    pieces: as `pieces_of`. Columns: weekday (0 Monday .. 6 Sunday), hour (0 .. 23), site, seconds, days (how many such
    weekdays lie between the site's first day with recorded time and the last of all). seconds / days is an average;
    the hour that comes twice when summer time ends adds up to more than 60 minutes of that one day.
    """
    if pieces.empty:
        return pd.DataFrame(columns=list(HOURS))
    zone = window.time_zone
    first, last = (
        to_local(at.to_pydatetime(), zone).date()
        for at in (pieces["start_utc"].iloc[0], pieces["end_utc"].iloc[-1])
    )
    rows, starts, ends = cut(
        microseconds(pieces["start_utc"]), microseconds(pieces["end_utc"]), _hour_marks(first, last, zone)
    )
    local = pd.DatetimeIndex(datetimes(starts)).tz_localize("UTC").tz_convert(zone)
    found = (
        pd.DataFrame(
            {
                "weekday": local.day_of_week,
                "hour": local.hour,
                "site": pieces["site"].to_numpy()[rows],
                "seconds": (ends - starts) / SECOND,
            }
        )
        .groupby(["weekday", "hour", "site"], sort=True)["seconds"]
        .sum()
        .reset_index()
    )
    began = {
        site: _weekdays_between(to_local(mine["start_utc"].iloc[0].to_pydatetime(), zone).date(), last)
        for site, mine in pieces.groupby("site", sort=True)
    }
    cells = zip(found["site"], found["weekday"], strict=True)
    found["days"] = [began[site][weekday] for site, weekday in cells]
    return found


def acts_by_hour(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Own acts (posts, replies, likes, reposts, follows) by local weekday, hour and site: when one was there at all,
    where nothing recorded it. Columns: weekday, hour, site, acts.
    """
    acts = own_acts(cursor, window)
    since = midnight_utc(window.since, window.time_zone) if window.since else FAR_PAST
    chosen = acts["at_utc"] >= since  # and up to the present, by `own_acts`
    if window.until:
        chosen &= acts["at_utc"] < moment_after(window.until, window.time_zone)
    if window.platform is not None:
        chosen &= acts["site"] == window.platform
    acts = acts[chosen]
    local = pd.DatetimeIndex(acts["at_utc"]).tz_localize("UTC").tz_convert(window.time_zone)
    placed = pd.DataFrame({"weekday": local.day_of_week, "hour": local.hour, "site": acts["site"].to_numpy()})
    return placed.groupby(["weekday", "hour", "site"], sort=True).size().rename("acts").reset_index()


def long_days(days: pd.DataFrame, *, half_day_hours: float) -> pd.DataFrame:
    """The days on which all sites together took half a day, the longest first.

    days: as `time_spent.days`, all sites. Columns: day, seconds, site (that took most of it), site_seconds.
    """
    if days.empty:
        return pd.DataFrame(columns=["day", "seconds", "site", "site_seconds"])
    top = days.sort_values(["day", "seconds", "site"], ascending=[True, False, True]).drop_duplicates("day")
    total = days.groupby("day", as_index=False)["seconds"].sum()
    found: pd.DataFrame = total.merge(
        top[["day", "site", "seconds"]].rename(columns={"seconds": "site_seconds"}), on="day"
    )
    found = found[found["seconds"] >= half_day_hours * 3600]
    return found.sort_values(["seconds", "day"], ascending=[False, False], ignore_index=True)


def _hour_marks(first: date, last: date, zone: str) -> Integers:
    """Every moment at which a local hour or day may begin: zones are whole quarters of an hour off UTC, and where
    the clock changes it does so at one of them.
    """
    start = microseconds([midnight_utc(first, zone)])[0]
    end = microseconds([moment_after(last, zone)])[0]
    quarter = HOUR // 4
    marks = np.arange(start - start % quarter, end + quarter, quarter, dtype=np.int64)
    local = pd.DatetimeIndex(datetimes(marks)).tz_localize("UTC").tz_convert(zone)
    return marks[np.asarray(local.minute == 0)]


def _weekdays_between(first: date, last: date) -> dict[int, int]:
    """How many of each weekday lie in a stretch of days, both ends included."""
    whole, rest = divmod((last - first).days + 1, 7)
    extra = {(first + timedelta(days=n)).weekday() for n in range(rest)}
    return {weekday: whole + (weekday in extra) for weekday in range(7)}


def longest(found: pd.DataFrame, most: int) -> pd.DataFrame:
    """The longest of some sessions, the longest first."""
    return (
        found.sort_values(["seconds", "start_utc"], ascending=[False, False])
        .head(most)
        .reset_index(drop=True)
    )
