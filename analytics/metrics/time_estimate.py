"""How long was somebody on a site, told only from what they did there? Pure functions, no store.

An action log gives the order of magnitude of a week, not the week: three quarters of visits leave no
action behind. The method was fitted to two people's dense records: every second within 15 minutes of an
action belongs to the site of the nearest one (V); the middle M of a week is half its V and half the mean
V of the 13 weeks around it; the range is a factor of about three either way. A few measured weeks of the
same site correct the middle and narrow the range. Below eight sessions nothing is estimated.

The log of a site runs from the week of its first action to the week of its last; a week in between
without an action counts 0. A week that the log covers in part stays out of the mean of the others.
What it cannot tell: whether every kind of action was recorded in every week of the log.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.metrics.time_calibration import Calibration, calibrate
from analytics.metrics.time_spans import (
    SECOND,
    Floats,
    Integers,
    Stretches,
    boundaries_before,
    covered_before,
    cut,
    datetimes,
    in_order,
    merge,
    microseconds,
    seconds_by_week,
)

REACH = 15 * 60 * SECOND
"""An action speaks for this long before and after it (microseconds)."""

SESSION_GAP = 30 * 60 * SECOND
"""A longer pause between two actions on a site begins a new session (microseconds)."""

NEAR = 5 * 60 * SECOND
"""A tracker that saw an action has a stretch this close to it (microseconds)."""

AROUND = 6
"""Weeks before and after one that help to estimate it: 13 with itself."""

LEAST_SESSIONS = 8
LEAST_SHARE_SEEN = 0.8
BULK = 20
"""This many actions on a site within a minute are an import, not a person."""

EARLIEST_UTC = datetime(2006, 1, 1)
"""Before this none of the networks existed, so an action's date is wrong."""

_ENDS_WITHIN = 60 * SECOND  # a week that lacks less than this is complete


def usable_acts(acts: pd.DataFrame, now_utc: datetime) -> pd.DataFrame:
    """The actions that can speak for time spent: in order of time, then site.

    In and out: site, at_utc. Left out: actions without a date, before 2006 or after `now_utc`; the same
    instant on the same site again; all of a run of 20 or more actions on a site within one minute.
    """
    codes, sites = pd.factorize(acts["site"], sort=True)
    codes, times = usable(codes.astype(np.int64), microseconds(acts["at_utc"]), now_utc)
    return pd.DataFrame({"site": pd.Index(sites).take(codes), "at_utc": datetimes(times)})


def usable(codes: Integers, times: Integers, now_utc: datetime) -> tuple[Integers, Integers]:
    """`usable_acts` on site codes and microseconds."""
    earliest, latest = microseconds([EARLIEST_UTC, now_utc])
    dated = (times >= earliest) & (times <= latest)
    codes, times = codes[dated], times[dated]
    if not times.size:
        return codes, times
    sites = int(codes.max()) + 1
    keys = np.sort((times - earliest) * sites + codes)
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    codes, times = keys % sites, keys // sites + earliest
    alone = np.ones(times.size, dtype=bool)
    for site in range(sites):
        mine = np.flatnonzero(codes == site)
        alone[mine] = ~_in_bulk(times[mine])
    if alone.all():
        return codes, times
    return codes[alone], times[alone]


def _in_bulk(times: Integers) -> NDArray[np.bool_]:
    """Which of one site's ordered actions are among 20 or more within one minute."""
    found = np.zeros(times.size + 1, dtype=np.int64)
    begins = np.flatnonzero(times[BULK - 1 :] - times[: max(times.size - BULK + 1, 0)] < 60 * SECOND)
    np.add.at(found, begins, 1)
    np.add.at(found, begins + BULK, -1)
    return np.cumsum(found)[:-1] > 0


def nearest_act_stretches(codes: Integers, times: Integers) -> Stretches:
    """Whose every instant near an action is: disjoint stretches of 15 minutes about the actions.

    Two actions less than 30 minutes apart share what lies between them at its middle. Actions come in
    order of time, then site. Never draw these as sessions.
    """
    middle = times[:-1] + (times[1:] - times[:-1]) // 2
    low, high = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    starts = np.maximum(times - REACH, np.concatenate(([low], middle)) if times.size else times)
    ends = np.minimum(times + REACH, np.concatenate((middle, [high])) if times.size else times)
    real = ends > starts
    return in_order((codes[real], starts[real], ends[real]))


def act_seconds(near: Stretches, pieces: Stretches, boundaries: Integers, sites: int) -> Floats:
    """V: seconds near an action, one row a site and one column a week.

    `pieces` are the disjoint recorded stretches (measured or visit): where another site has the instant
    on record, it does not count. A site's own record does not take anything off: where there is one the
    estimate is not used, and where the estimate is calibrated it must be the one from actions alone.
    """
    rows, starts, ends = cut(near[1], near[2], boundaries)
    codes = near[0][rows]
    length = ends - starts

    def less_others(site: int) -> None:
        others, mine = pieces[0] != site, np.flatnonzero(codes == site)
        length[mine] -= _covered(starts[mine], ends[mine], pieces[1][others], pieces[2][others])

    with ThreadPoolExecutor(2) as two:  # each site has entries of its own
        list(two.map(less_others, range(sites)))
    weeks = boundaries.size - 1
    cells = codes * weeks + boundaries_before(boundaries, starts, at=True) - 1
    inside = (starts >= boundaries[0]) & (ends <= boundaries[-1])
    counted = np.bincount(cells[inside], weights=length[inside], minlength=sites * weeks)
    return counted.reshape(sites, weeks) / SECOND


def _covered(starts: Integers, ends: Integers, by_starts: Integers, by_ends: Integers) -> Integers:
    return covered_before(ends, by_starts, by_ends) - covered_before(starts, by_starts, by_ends)


def session_starts(times: Integers) -> Integers:
    """The first moment of each session of one site's ordered actions."""
    gap = np.concatenate(([True], np.diff(times) > SESSION_GAP)) if times.size else np.zeros(0, dtype=bool)
    return times[gap]


def middles(near_seconds: Floats, covered: Floats) -> Floats:
    """M of each week of one site's log, in seconds.

    near_seconds: V; covered: the share of the week that the log covers. A complete week has half its own
    V and half the mean V of the complete weeks up to six before and after; of that mean a part week takes
    its share. Where no complete week is near, M is V.

    >>> middles(np.array([3600.0, 3600.0]), np.array([1.0, 1.0])).tolist()
    [3600.0, 3600.0]
    """
    complete = covered == 1
    total, count = _around(np.where(complete, near_seconds, 0.0)), _around(complete.astype(np.float64))
    mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return np.where(count > 0, near_seconds / 2 + mean / 2 * covered, near_seconds)


def _around(values: Floats) -> Floats:
    """Sum over the weeks up to six before and after, as far as there are any."""
    return np.convolve(values, np.ones(2 * AROUND + 1))[AROUND : AROUND + values.size]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was recorded, disjoint, as `allot_codes` finds it: site codes, stretches, and which are measured."""

    stretches: Stretches
    measured: NDArray[np.bool_]

    @classmethod
    def empty(cls) -> Record:
        nothing = np.zeros(0, dtype=np.int64)
        return cls(stretches=(nothing, nothing, nothing), measured=np.zeros(0, dtype=bool))

    def measured_by_week(self, boundaries: Integers, sites: int) -> Floats:
        """Measured seconds: sites x weeks, of the sites with codes below `sites`."""
        kept = self.measured & (self.stretches[0] < sites)
        codes, starts, ends = (column[kept] for column in self.stretches)
        return seconds_by_week((codes, starts, ends), boundaries, sites)

    def near_measured(self, site: int) -> tuple[Integers, Integers]:
        """The moments within five minutes of a measured stretch of a site, disjoint and in order."""
        mine = np.flatnonzero((self.stretches[0] == site) & self.measured)
        return merge(self.stretches[1][mine] - NEAR, self.stretches[2][mine] + NEAR + 1)


def estimate(
    codes: Integers,
    times: Integers,
    boundaries: Integers,
    record: Record,
    covered_from: int | None = None,
    covered_until: int | None = None,
) -> pd.DataFrame:
    """Estimated time of every week of every site's log.

    codes, times: usable actions in order (see `usable`); boundaries: first moments of the weeks and the
    moment after the last, around all actions; `covered_from` and `covered_until`: moments (microseconds)
    before and after which no action could be recorded, which make the weeks they lie in part weeks.

    Columns: site (code), week (place in `boundaries`), actions (number), seconds, low_seconds,
    high_seconds, factor (high : middle), calibrated_weeks (k), multiplier (c, by which measured weeks
    corrected the middle; 1.0 uncalibrated), average_factor (high : middle of an average over 8 or more
    weeks), refused (a sentence, else null; the seconds, multiplier and average_factor are then NaN). Not
    capped: that takes all sites of a week together.

    Four weeks with actions at 10:00 on days 0 and 2: each 60 minutes, 20.1 to 178.7.
    """
    sites = int(codes.max()) + 1 if codes.size else 0
    with ThreadPoolExecutor(1) as beside:  # as array work leaves the interpreter free
        by_week = beside.submit(record.measured_by_week, boundaries, sites)
        near = act_seconds(nearest_act_stretches(codes, times), record.stretches, boundaries, sites)
        measured = by_week.result()
    shares = _shares_covered(boundaries, covered_from, covered_until)

    def of(site: int) -> pd.DataFrame:
        return _of_site(site, times[codes == site], near[site], boundaries, shares, record, measured[site])

    with ThreadPoolExecutor(2) as two:
        found = list(two.map(of, np.flatnonzero(np.bincount(codes)).tolist()))
    if not found:
        return pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)
    return pd.concat(found, ignore_index=True).astype(_COLUMNS)


_COLUMNS = {
    "site": "int64", "week": "int64", "actions": "int64", "seconds": "float64", "low_seconds": "float64",
    "high_seconds": "float64", "factor": "float64", "calibrated_weeks": "int64", "multiplier": "float64",
    "average_factor": "float64", "refused": "object",
}  # fmt: skip


def _shares_covered(boundaries: Integers, covered_from: int | None, covered_until: int | None) -> Floats:
    starts, ends = boundaries[:-1], boundaries[1:]
    first = np.maximum(starts, starts if covered_from is None else covered_from)
    last = np.minimum(ends, ends if covered_until is None else covered_until)
    missing = (ends - starts) - np.maximum(last - first, 0)
    return np.where(missing < _ENDS_WITHIN, 1.0, 1 - missing / (ends - starts))


def _of_site(
    site: int,
    times: Integers,
    near: Floats,
    boundaries: Integers,
    shares: Floats,
    record: Record,
    measured_seconds: Floats,
) -> pd.DataFrame:
    weeks = boundaries_before(boundaries, times, at=True) - 1
    first, last = int(weeks[0]), int(weeks[-1])
    actions = np.bincount(weeks - first)
    began = boundaries_before(boundaries, session_starts(times), at=True) - 1 - first
    sessions = _around(np.bincount(began, minlength=actions.size).astype(np.float64))
    covered = shares[first : last + 1]
    needed = np.maximum(LEAST_SESSIONS, np.ceil(_around(covered) - 1e-9))
    few = sessions < needed
    numbers = np.column_stack((sessions, _around(np.ones_like(covered)), needed))[few]
    refused = np.full(actions.size, None, dtype=object)
    refused[few] = [too_few(*map(int, row)) for row in numbers.tolist()]
    middle = middles(near[first : last + 1], covered)
    complete = (measured_seconds[first : last + 1] > 0) & (covered == 1) & (middle > 0)
    seen_from, seen_to = record.near_measured(site)
    calibration = _calibration_of(
        times[complete[weeks - first]],
        seen_from,
        seen_to,
        measured_seconds[first : last + 1][complete],
        middle[complete],
    )
    seconds = np.where(few, np.nan, middle * calibration.multiplier)
    return pd.DataFrame(
        {
            "site": site,
            "week": np.arange(first, last + 1),
            "actions": actions,
            "seconds": seconds,
            "low_seconds": np.where(few | (actions > 0), seconds / calibration.week_factor, 0.0),
            "high_seconds": seconds * calibration.week_factor,
            "factor": calibration.week_factor,
            "calibrated_weeks": calibration.weeks,
            "multiplier": np.where(few, np.nan, calibration.multiplier),
            "average_factor": np.where(few, np.nan, calibration.average_factor),
            "refused": refused,
        }
    )


def too_few(sessions: int, weeks: int, needed: int) -> str:
    """Why nothing is estimated, with the numbers.

    >>> too_few(7, 13, 8)
    'Too few actions to estimate: 7 sessions in the 13 weeks around this one, 8 are needed'
    """
    found = f"{sessions} session{'s' if sessions != 1 else ''}"
    where = f"the {weeks} weeks around this one" if weeks > 1 else "the one week on record"
    return f"Too few actions to estimate: {found} in {where}, {needed} are needed"


def _calibration_of(
    acts: Integers, seen_from: Integers, seen_to: Integers, measured: Floats, middle: Floats
) -> Calibration:
    """From a site's complete measured weeks with M > 0, unless the tracker missed the actions there.

    At least 80 % of those weeks' actions must lie within 5 minutes of a measured stretch of the site.
    """
    before = np.searchsorted(seen_from, acts, side="right")
    seen = np.append(seen_to, 0)[before - 1] > acts
    if not acts.size or seen.sum() < LEAST_SHARE_SEEN * acts.size:
        return calibrate(np.zeros(0), np.zeros(0))
    return calibrate(measured, middle)
