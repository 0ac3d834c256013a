"""Trials of the time estimate on a record of the truth: pure functions, no store and no files.

A trial shows the estimate the actions, and k weeks of the record as if a tracker had run in these; it is judged
on the other whole weeks. Moments are microseconds since 1970 (UTC). `evaluate_time` tells what is tried and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.metrics.time_estimate import Record, estimate
from analytics.metrics.time_spans import SECOND, Floats, Integers, cut

DAY = 24 * 60 * 60 * SECOND
WEEK = 7 * DAY

MEASURED_WEEKS = (0, 1, 2, 4)
"""How many weeks a tracker ran: k."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One site's time on record: disjoint stretches in microseconds, cut at the boundaries of weeks.

    boundaries: first moments of the weeks and the moment after the last, around all stretches; whole: which
    weeks the record covers from end to end.
    """

    boundaries: Integers
    starts: Integers
    ends: Integers
    whole: NDArray[np.bool_]

    @property
    def week(self) -> Integers:
        """The place of each stretch's week."""
        return np.searchsorted(self.boundaries, self.starts, side="right") - 1

    @property
    def seconds(self) -> Floats:
        """The truth, week by week."""
        lengths = (self.ends - self.starts) / SECOND
        return np.bincount(self.week, weights=lengths, minlength=self.whole.size).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How estimates did. Null where no week had one.

    judged: weeks x draws; refused: the share of them without an estimate; bias, error, factor, coverage: see
    the module.
    """

    judged: int
    refused: float | None = None
    bias: float | None = None
    error: float | None = None
    factor: float | None = None
    coverage: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: what the actions were, actions an hour, and a figure for each of MEASURED_WEEKS."""

    actions: str
    rate: float
    figures: tuple[Figures, ...]


def figures(weeks: pd.DataFrame) -> Figures:
    """Compare estimates with the truth: true_seconds, seconds (NaN: refused), low_seconds, high_seconds.

    >>> found = figures(pd.DataFrame({"true_seconds": [3600, 3600, 3600], "seconds": [1800, 1800, np.nan],
    ...                               "low_seconds": [600, 600, np.nan], "high_seconds": [5400, 3000, np.nan]}))
    >>> found.judged, round(found.refused, 2), found.bias, found.error, found.factor, found.coverage
    (3, 0.33, 0.5, 0.5, 2.0, 0.5)
    """
    if weeks.empty:
        return Figures(judged=0)
    told = weeks[weeks["seconds"].notna()]
    refused = 1 - len(told) / len(weeks)
    if told.empty:
        return Figures(judged=len(weeks), refused=refused)
    truth = told["true_seconds"].clip(lower=60)
    ratio = told["seconds"].clip(lower=60) / truth
    within = told["true_seconds"].between(told["low_seconds"], told["high_seconds"])
    return Figures(
        judged=len(weeks),
        refused=refused,
        bias=float(ratio.median()),
        error=float((ratio - 1).abs().median()),
        factor=float(ratio.where(ratio >= 1, 1 / ratio).median()),
        coverage=float(within.mean()),
    )


def trial(record: Recorded, acts: Integers, measured_weeks: int, random: np.random.Generator) -> pd.DataFrame:
    """The estimates of one draw beside the truth, of the whole weeks that were not drawn as measured.

    acts: microseconds, in order, none twice. Columns: true_seconds, seconds, low_seconds, high_seconds. Weeks
    outside the log of actions have no estimate, as those that are refused.
    """
    whole = np.flatnonzero(record.whole)
    chosen = random.choice(whole, min(measured_weeks, whole.size), replace=False)
    seen = np.isin(record.week, chosen)
    stretches = (np.zeros(seen.sum(), dtype=np.int64), record.starts[seen], record.ends[seen])
    found = estimate(
        np.zeros(acts.size, dtype=np.int64),
        acts,
        record.boundaries,
        Record(stretches=stretches, measured=np.ones(seen.sum(), dtype=bool)),
    )
    judged = np.setdiff1d(whole, chosen)
    told = found.set_index("week")[["seconds", "low_seconds", "high_seconds"]].reindex(judged)
    return told.assign(true_seconds=record.seconds[judged]).reset_index(drop=True)


def thinned(record: Recorded, an_hour: float, random: np.random.Generator) -> Integers:
    """Moments of the record's whole weeks drawn at random, this many an hour on average, in order."""
    inside = record.whole[record.week]
    starts, lengths = record.starts[inside], (record.ends - record.starts)[inside]
    total = int(lengths.sum())
    number = random.poisson(an_hour * total / SECOND / 3600)
    into = np.sort(random.integers(0, max(total, 1), number if total else 0))
    passed = np.concatenate(([0], np.cumsum(lengths)))
    stretch = np.searchsorted(passed, into, side="right") - 1
    return np.unique(starts[stretch] + into - passed[stretch])


def in_weeks(starts: Integers, ends: Integers, earliest: int) -> Recorded:
    """A record cut into weeks from Monday, UTC, from the week of `earliest` on; whole between its two ends."""
    first, last = int(starts.min()), int(ends.max())
    begin = min(first, earliest)
    monday = begin - (begin - 4 * DAY) % WEEK  # 1970 began on a Thursday
    boundaries = np.arange(monday, last + WEEK, WEEK)
    _, starts, ends = cut(starts, ends, boundaries)
    whole = (boundaries[:-1] >= first) & (boundaries[1:] <= last)
    return Recorded(boundaries=boundaries, starts=starts, ends=ends, whole=whole)


def made_weeks(starts: Integers, ends: Integers, days: Integers) -> Recorded:
    """Weeks made of days on record: `days` are first moments of days, seven a week, in the order wanted."""
    _, starts, ends = cut(starts, ends, np.unique(np.concatenate((days, days + DAY))))
    parts = [(starts >= day) & (starts < day + DAY) for day in days]
    moved = [place * DAY - int(day) for place, day in enumerate(days)]
    return Recorded(
        boundaries=np.arange(days.size // 7 + 1, dtype=np.int64) * WEEK,
        starts=np.concatenate([starts[part] + by for part, by in zip(parts, moved, strict=True)]),
        ends=np.concatenate([ends[part] + by for part, by in zip(parts, moved, strict=True)]),
        whole=np.ones(days.size // 7, dtype=bool),
    )


def independent_days(record: Recorded) -> float | None:
    """How many independent days the whole weeks vary like: 49 x variance of days : variance of weeks.

    About 7 where a day says nothing of the next, about 1 where all days of a week are alike. Null below two
    weeks, and where all weeks are the same.
    """
    first, last = record.boundaries[0], record.boundaries[-1]
    _, starts, ends = cut(record.starts, record.ends, np.arange(first, last + 1, DAY))
    hours = np.bincount(
        (starts - first) // DAY, weights=(ends - starts) / SECOND / 3600, minlength=7 * record.whole.size
    ).reshape(-1, 7)[record.whole]
    of_weeks = hours.sum(axis=1)
    if of_weeks.size < 2 or np.ptp(of_weeks) < 1e-6:
        return None
    return float(49 * hours.var(ddof=1) / of_weeks.var(ddof=1))


def own_row(record: Recorded, acts: Integers, draws: int) -> Row:
    """The estimate from the person's own actions; without measured weeks there is one draw."""
    hours = record.seconds[record.whole].sum() / 3600
    inside = record.whole[np.searchsorted(record.boundaries, acts, side="right") - 1].sum()
    found = tuple(
        figures(
            pd.concat(
                [
                    trial(record, acts, k, np.random.default_rng([k, draw]))
                    for draw in range(draws if k else 1)
                ]
            )
        )
        for k in MEASURED_WEEKS
    )
    return Row(actions="own", rate=inside / hours, figures=found)


def thinned_row(records: Sequence[Recorded], an_hour: int) -> Row:
    """The estimate from thinned actions, one draw for each record; all k have the same actions."""
    trials: dict[int, list[pd.DataFrame]] = {k: [] for k in MEASURED_WEEKS}
    for draw, record in enumerate(records):
        acts = thinned(record, an_hour, np.random.default_rng([an_hour, draw]))
        for k in MEASURED_WEEKS:
            trials[k].append(trial(record, acts, k, np.random.default_rng([an_hour, draw, k])))
    return Row(
        actions="thinned", rate=an_hour, figures=tuple(figures(pd.concat(found)) for found in trials.values())
    )
