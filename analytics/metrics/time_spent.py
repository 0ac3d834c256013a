"""Where did the hours go? Time per site and week, and what each figure rests on.

Every instant goes to the best basis on whatever site: measured (a tracker watched), then visit (a
browser's history). A site and week without either is estimated from the user's own acts, or refused
where they are too few. Bases are never added up for one site and week. Estimated time belongs to the
platform of the act. See `time_spans` for the merging and `time_estimate` for the method.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.time_estimate import Record, estimate
from analytics.metrics.time_evidence import (
    FAR_PAST,
    Evidence,
    evidence,
    latest_data_moment,
    own_acts,
    recorded_pieces,
)
from analytics.metrics.time_spans import (
    BASES,
    SECOND,
    Integers,
    boundaries_before,
    cut,
    microseconds,
    moment,
    seconds_by_week,
)
from analytics.metrics.time_words import basis_sentence, basis_words, duration_words, rough_words
from analytics.metrics.window import Window, midnight_utc, to_local, week_of

Cursor = duckdb.DuckDBPyConnection

__all__ = [
    "basis_sentence", "basis_words", "days", "duration_words", "latest_data_moment", "own_acts",
    "recorded_pieces", "rough_words", "weeks",
]  # fmt: skip

_WEEKS = {
    "week": "object", "site": "str", "seconds": "float64", "low_seconds": "float64", "high_seconds": "float64",
    "measured_seconds": "float64", "visit_seconds": "float64", "estimated_seconds": "float64",
    "refused": "object", "actions": "int64", "factor": "float64", "calibrated_weeks": "int64",
    "multiplier": "float64", "average_factor": "float64",
}  # fmt: skip


def weeks(cursor: Cursor, window: Window) -> pd.DataFrame:
    """Seconds per local week and site, with what they rest on.

    A site's week with measured or visited seconds has just these. Else, within the log of its acts, it is
    estimated (`time_estimate.estimate`) or refused. Weeks in which a site has neither a record nor a log
    are absent. The sum over a week's sites never exceeds the clock: middles of estimates are scaled down
    to what the records leave of it. since and until choose the weeks that hold these days; the platform
    chooses rows, after everything was worked out together. Time is not split by owner.

    Columns: week (first local day), site; seconds, low_seconds, high_seconds (equal where recorded; NaN
    where refused); measured_seconds, visit_seconds, estimated_seconds (these add up to seconds); refused
    (a sentence or null); actions (own acts in an estimated week), factor (high : middle) and
    calibrated_weeks (k) of an estimate, else 0 and NaN; multiplier (c, by which measured weeks corrected
    the middle; 1.0 uncalibrated) and average_factor (high : middle of an average over 8 or more weeks),
    NaN where not estimated. Ordered by week, site.

    Measured 10:00-10:30 on x, and visits 10:20-10:40 on digg, the same week:
    digg 600 s visited, x 1,800 s measured.
    """
    found = evidence(cursor, window.now_utc)
    boundaries, first_days = _weeks_of(found, window)
    if not first_days:
        return pd.DataFrame(columns=list(_WEEKS)).astype(_WEEKS)
    site, basis = found.pieces[0] // len(BASES), found.pieces[0] % len(BASES)
    record = Record(stretches=(site, found.pieces[1], found.pieces[2]), measured=basis == 0)
    with ThreadPoolExecutor(1) as beside:  # as array work leaves the interpreter free
        recorded = beside.submit(_recorded, found, boundaries)
        estimated = estimate(
            found.act_sites,
            found.act_times,
            boundaries,
            record,
            covered_until=int(microseconds([window.now_utc])[0]),
        )
    rows = recorded.result().merge(estimated, on=["site", "week"], how="outer")
    rows = _capped(_one_basis(rows), boundaries, window.now_utc)
    rows["site"] = pd.Index(found.sites, dtype="str").take(rows["site"].to_numpy())
    rows["week"] = pd.Series([first_days[at] for at in rows["week"]], dtype="object", index=rows.index)
    rows = rows[list(_WEEKS)].astype(_WEEKS)
    return _chosen(rows, window).sort_values(["week", "site"], ignore_index=True)


def days(cursor: Cursor, window: Window) -> pd.DataFrame:
    """Measured and visited seconds per local day and site; estimates are not broken down to days.

    Columns: day, site, seconds, measured_seconds, visit_seconds. Days without time are absent. Ordered by
    day, site.
    """
    since = midnight_utc(window.since, window.time_zone) if window.since else FAR_PAST
    until = (
        midnight_utc(window.until + timedelta(days=1), window.time_zone) if window.until else window.now_utc
    )
    pieces = recorded_pieces(cursor, min(until, window.now_utc), since, window.platform)
    columns = ["day", "site", "seconds", "measured_seconds", "visit_seconds"]
    if pieces.empty:
        return pd.DataFrame(columns=columns)
    first = to_local(pieces["start_utc"].iloc[0].to_pydatetime(), window.time_zone).date()
    last = to_local(pieces["end_utc"].iloc[-1].to_pydatetime(), window.time_zone).date()
    every_day = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    boundaries = microseconds([midnight_utc(day, window.time_zone) for day in every_day])
    rows, starts, ends = cut(microseconds(pieces["start_utc"]), microseconds(pieces["end_utc"]), boundaries)
    places = np.searchsorted(boundaries, starts, side="right") - 1
    found = (
        pieces.iloc[rows]
        .assign(day=np.array(every_day, dtype=object)[places], seconds=(ends - starts) / SECOND)
        .pivot_table(index=["day", "site"], columns="basis", values="seconds", aggfunc="sum", fill_value=0.0)
        .reindex(columns=list(BASES), fill_value=0.0)
        .reset_index()
    )
    found.columns = pd.Index(["day", "site", "measured_seconds", "visit_seconds"])
    found["seconds"] = found["measured_seconds"] + found["visit_seconds"]
    return found[columns]


def _weeks_of(found: Evidence, window: Window) -> tuple[Integers, list[date]]:
    """The moments at which weeks begin, from the first data to now, and the weeks' first days."""
    begins = np.concatenate((found.pieces[1][:1], found.act_times[:1]))
    if not begins.size:
        return begins, []
    first = to_local(moment(int(begins.min())), window.time_zone).date()
    day, days_ = week_of(first, window.week_start), []
    while day <= window.today:
        days_.append(day)
        day += timedelta(days=7)
    return microseconds([midnight_utc(start, window.time_zone) for start in (*days_, day)]), days_


def _recorded(found: Evidence, boundaries: Integers) -> pd.DataFrame:
    """Measured and visited seconds of each site and week with a record, be it one that another displaced."""
    weeks_ = boundaries.size - 1
    summed = seconds_by_week(found.pieces, boundaries, len(found.sites) * len(BASES))
    seconds = summed.reshape(len(found.sites), len(BASES), weeks_).transpose(1, 0, 2).reshape(len(BASES), -1)
    present = (seconds[0] + seconds[1]) > 0
    for edge in (found.spans[1], found.spans[2] - 1):
        present[found.spans[0] * weeks_ + boundaries_before(boundaries, edge, at=True) - 1] = True
    at = np.flatnonzero(present)
    return pd.DataFrame(
        {
            "site": at // weeks_,
            "week": at % weeks_,
            "measured_seconds": seconds[0][at],
            "visit_seconds": seconds[1][at],
        }
    )


def _one_basis(rows: pd.DataFrame) -> pd.DataFrame:
    """Where there is a record it replaces the estimate; where a record left nothing, the estimate stands."""
    rows = rows.fillna({"measured_seconds": 0.0, "visit_seconds": 0.0, "actions": 0, "calibrated_weeks": 0})
    recorded = rows["measured_seconds"] + rows["visit_seconds"]
    known = (recorded > 0) | rows["factor"].isna()
    rows["estimated_seconds"] = rows["seconds"].mask(known, 0.0)
    for column in ("seconds", "low_seconds", "high_seconds"):
        rows[column] = rows[column].mask(known, recorded)
    rows["refused"] = rows["refused"].astype("object").mask(known | rows["refused"].isna(), None)
    estimates = ["factor", "multiplier", "average_factor"]
    rows[estimates] = rows[estimates].mask(known)
    rows[["actions", "calibrated_weeks"]] = rows[["actions", "calibrated_weeks"]].mask(known, 0)
    return rows


def _capped(rows: pd.DataFrame, boundaries: Integers, now_utc: datetime) -> pd.DataFrame:
    """Scale estimates down where the week has no room for them beside what was recorded."""
    clock = (np.minimum(boundaries[1:], microseconds([now_utc])[0]) - boundaries[:-1]) / SECOND
    recorded = (rows["measured_seconds"] + rows["visit_seconds"]).groupby(rows["week"]).transform("sum")
    room = (clock[rows["week"].to_numpy()] - recorded).clip(lower=0)
    wanted = rows["estimated_seconds"].groupby(rows["week"]).transform("sum")
    # A hair less, so that rounding does not bring the sum above the clock.
    scale = (room / wanted * (1 - 1e-12)).where(wanted > room, 1.0)
    estimated = rows["factor"].notna()
    rows["estimated_seconds"] = rows["estimated_seconds"] * scale
    rows["seconds"] = rows["seconds"].mask(estimated, rows["estimated_seconds"])
    rows["low_seconds"] = rows["low_seconds"].clip(upper=rows["seconds"])
    rows["high_seconds"] = rows["high_seconds"].mask(estimated, rows["high_seconds"].clip(upper=room))
    rows["high_seconds"] = rows["high_seconds"].clip(lower=rows["seconds"])
    return rows


def _chosen(rows: pd.DataFrame, window: Window) -> pd.DataFrame:
    if window.platform is not None:
        rows = rows[rows["site"] == window.platform]
    if window.since is not None:
        rows = rows[rows["week"] >= week_of(window.since, window.week_start)]
    if window.until is not None:
        rows = rows[rows["week"] <= week_of(window.until, window.week_start)]
    return rows
