"""How long do people take to follow back, hence how long is it sensible to wait?

Of those I followed first, the share that has followed back within so many days, where some still may: the curve of
Kaplan and Meier, turned over. A wait is known to the day where both follows are dated. Where only lists bound a
follow, the wait lies between two numbers of days, and the curve is that of Turnbull (1976), which is Kaplan and
Meier's for waits known to the day.

What it cannot tell: whoever I stopped following while waiting is on no list, so a share of the others is too high;
and a follow is not an answer to mine, only later.
"""

from __future__ import annotations

import math
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics import reciprocity
from analytics.metrics.window import Window, midnight_utc, moment_after

ENOUGH = 10
"""With fewer who followed back no waiting time is told."""

OF_THOSE_WHO_EVER = 0.9
"""The waiting time is that by which this share of those who ever follow back had done so."""

STILL_WAITING = 5
"""The curve ends where fewer than these were still watched; beyond, one person would move it by much."""

_WAITS = ["platform", "owner", "account", "handle", "low_days", "high_days", "basis"]
_CURVE = ["days", "share", "watched"]
_Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def waits(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Everybody I followed first, as far as it would be known, and for how long I waited or have waited.

    Only whom I followed after the first complete list of my followers, or the first notice of a follow, is looked
    at, unless every follower is dated: before that, those who never followed back would be counted and those who did
    could not be. window.since,
    window.until: only those whom I followed in these days.

    Columns: platform, owner, account, handle, low_days, high_days (whole days that the wait took at least and at
    most; high is infinite while it lasts), basis (dated: both follows are; lists: at least one lies between two
    lists; waiting: they do not follow yet; unknown: they follow, and which of us was first cannot be told, so there
    are no days).

    Worked example: my followers were listed on 1, 10 and 20 May. Followed a on 1 May 10:00, a followed on 3 May
    12:00: 2 and 2 days, dated. b, followed on 2 May, was on the list of 20 May and not on that of 10 May: 8 and 18
    days, lists. c, followed on 2 May, is on none: 18 days and more, waiting.
    """
    return waits_of(reciprocity.people(cursor, window), window)


def waits_of(people: pd.DataFrame, window: Window) -> pd.DataFrame:
    """`waits` of the rows of `reciprocity.people`."""
    undated = people["relation"].ne("not_following_back") & people["follower_since"].isna()
    all_dated = ~undated.groupby([people["platform"], people["owner"]]).transform("any").astype(bool)
    looked_at = people["relation"].ne("fan")
    looked_at &= all_dated | (people["following_after"] >= people["watched_from"])
    if window.since:
        since = pd.Timestamp(midnight_utc(window.since, window.time_zone))
        looked_at &= people["following_after"] >= since
    if window.until:
        until = pd.Timestamp(moment_after(window.until, window.time_zone))
        looked_at &= people["following_before"] < until
    people = people[looked_at]
    back = people["relation"].eq("mutual")
    # From when and up to when they may have followed; or up to when they had not.
    earliest = people["follower_after"].where(back, people["followers_as_of"])
    latest = people["follower_before"].where(back)
    dated = people["following_since"].notna() & people["follower_since"].notna()
    # Of two follows of one moment (a connection that both accepted) none was first.
    mine_first = (earliest >= people["following_before"]) & ~(
        dated & (earliest <= people["following_before"])
    )
    theirs_first = back & (latest <= people["following_after"])
    low, high = _days(earliest - people["following_before"]), _days(latest - people["following_after"])
    found = people.assign(
        low_days=low.where(mine_first),
        high_days=high.where(back, math.inf).where(mine_first),
        basis=np.select([back & ~mine_first, ~back, dated], ["unknown", "waiting", "dated"], "lists"),
    )
    return found.loc[mine_first | (back & ~theirs_first), _WAITS].reset_index(drop=True)


def curve(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The share that has followed back, a row for each number of days at which it grows, from (0 days, 0) on.

    Columns: days (whole days after my follow), share (0-1, of those I followed first: how many had followed back
    within so many days), watched (people whose wait is known to have lasted, or to last, at least so long). It ends
    where fewer than STILL_WAITING are watched. Empty where nobody is known to have been followed first.

    Worked example: a followed back after 1 day, b after 3, c has not in 100, d has not in 2: at day 1 one of the
    four, share 0.25; at day 3 one of the two still watched, share 1 - 0.75 x 0.5 = 0.625.
    """
    return curve_of(waits(cursor, window))


def curve_of(found: pd.DataFrame, *, still_waiting: int = STILL_WAITING) -> pd.DataFrame:
    """`curve` of the rows of `waits`."""
    found = found[found["basis"] != "unknown"]
    if found.empty:
        return pd.DataFrame(columns=_CURVE)
    low = found["low_days"].to_numpy(dtype=float)
    # Who still waits has not followed on the last day watched either.
    left = np.where(np.isinf(found["high_days"]), low + 1, low)
    days, share = _turnbull(left, found["high_days"].to_numpy(dtype=float))
    frame = pd.DataFrame({"days": days, "share": np.cumsum(share)})
    frame = frame[np.isfinite(frame["days"])]
    frame = pd.concat([pd.DataFrame({"days": [0.0], "share": [0.0]}), frame])
    # On day 0 as well some follow back: then the curve begins there.
    frame = frame.groupby("days", as_index=False)["share"].max()
    frame["watched"] = [int((low >= day).sum()) for day in frame["days"]]
    frame = frame[(frame["watched"] >= still_waiting) | (frame["days"] == 0)]
    return pd.DataFrame(frame[_CURVE]).astype({"days": "int64"}).reset_index(drop=True)


def waiting_time(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """How long it makes sense to wait, for each account and for all together (platform and owner null).

    Columns: platform, owner, followed_first (people), followed_back, dated (of these to the day), still_waiting,
    order_unknown (people who follow back besides, of whom it cannot be told who was first), share (0-1: the end of
    the curve, of those I followed first), half_days and wait_days (by when half, and OF_THOSE_WHO_EVER, of those who
    ever follow back had; null with fewer than ENOUGH of them). "Ever" is as far as the curve goes. The last row is
    there only where there are several accounts.

    Worked example: ten people follow back after 1, 1, 1, 1, 1, 2, 2, 2, 9 and 40 days, nobody waits: half within 1
    day, nine of ten within 9 days, so after 9 days waiting on is seldom worth it.
    """
    return waiting_times(waits(cursor, window))


def waiting_times(found: pd.DataFrame) -> pd.DataFrame:
    """`waiting_time` of the rows of `waits`."""
    groups = found.groupby(["platform", "owner"], sort=True)
    rows = [
        {"platform": platform, "owner": owner, **waiting_time_of(group)}
        for (platform, owner), group in groups
    ]
    if len(rows) > 1:
        rows.append({"platform": None, "owner": None, **waiting_time_of(found)})
    counts = ["followed_first", "followed_back", "dated", "still_waiting", "order_unknown"]
    columns = ["platform", "owner", *counts, "share", "half_days", "wait_days"]
    whole = [*counts, "half_days", "wait_days"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(whole, "Int64") | {"share": "Float64"})


def waiting_time_of(found: pd.DataFrame) -> dict[str, object]:
    """One row of `waiting_time` (without platform and owner) from rows of `waits`."""
    unknown = int((found["basis"] == "unknown").sum())
    found = found[found["basis"] != "unknown"]
    back = int((found["basis"] != "waiting").sum())
    row: dict[str, object] = {
        "followed_first": len(found),
        "followed_back": back,
        "dated": int((found["basis"] == "dated").sum()),
        "still_waiting": len(found) - back,
        "order_unknown": unknown,
        "share": None,
        "half_days": None,
        "wait_days": None,
    }
    if back >= ENOUGH:
        # To the end: the last who followed back count, even if few were watched for so long.
        line = curve_of(found, still_waiting=1)
        ever = float(line["share"].iloc[-1])
        row |= {
            "share": ever,
            "half_days": _by(line, ever / 2),
            "wait_days": _by(line, ever * OF_THOSE_WHO_EVER),
        }
    return row


def _by(line: pd.DataFrame, share: float) -> int:
    """The first day at which the share is reached; rounding of the sums is let pass."""
    return int(line.loc[line["share"] >= share - 1e-9, "days"].iloc[0])


def _days(differences: pd.Series) -> pd.Series:
    """Differences of time in whole days, begun ones not counted; never below 0."""
    days: pd.Series = (differences.dt.total_seconds() // 86400).clip(lower=0)
    return days


def _turnbull(left: _Floats, right: _Floats) -> tuple[_Floats, _Floats]:
    """Days and the share of all waits that ended there, from waits known to lie in [left, right] whole days.

    Only where a left end is followed by a right end can the data place any share; within such a stretch they do not
    say where, so it is put at the stretch's end. The shares are those that explain the data best, found by dealing
    out each wait over the places it allows in proportion to the shares so far, again and again.
    """
    (left, right), weights = np.unique(np.stack([left, right]), axis=1, return_counts=True)
    # At one day a stretch begins before another ends.
    ends = sorted([(day, 0) for day in set(left)] + [(day, 1) for day in set(right)])
    places = np.array(
        [(begin, end) for (begin, kind), (end, next_kind) in pairwise(ends) if (kind, next_kind) == (0, 1)]
    )
    first = np.searchsorted(places[:, 0], left, side="left")
    last = np.searchsorted(places[:, 1], right, side="right")
    share = np.full(len(places), 1 / len(places))
    for _ in range(_ROUNDS):
        sums = np.concatenate([[0.0], np.cumsum(share)])
        each = weights / (sums[last] - sums[first])
        dealt = np.zeros(len(places) + 1)
        np.add.at(dealt, first, each)
        np.subtract.at(dealt, last, each)
        after = share * np.cumsum(dealt)[:-1] / weights.sum()
        if np.abs(after - share).max() < _STEADY:
            return places[:, 1], after
        share = after
    return places[:, 1], share


_ROUNDS = 5000
_STEADY = 1e-10
