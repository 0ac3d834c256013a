"""How does the week stand against its budget: one weekly budget shared by all sites, and shares of it.

Spent is what `time_spent.weeks` finds for the week that holds `window.now_utc`, all sites together; a
share of a site counts that site. What was the budget of which week is told by `weekly_limits`. Only recorded
time (measured, visit) can be over a budget; an estimate is at most likely over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import inf

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.budget_by_week import taken_over
from analytics.metrics.time_spans import SECOND, microseconds, moment
from analytics.metrics.time_spent import basis_words, recorded_pieces, weeks
from analytics.metrics.weekly_limits import Allowance, Limits, history
from analytics.metrics.window import Window, midnight_utc

MANY_SITES = 4
"""Shares for more sites than this are noted: a budget that is cut so fine is rarely kept."""

ENDS_WITHIN = timedelta(minutes=1)
"""A week with less left than this is over."""

PACE_AFTER = timedelta(hours=6)
"""Before this much of the week has passed its first minutes say nothing of the rest: no pace."""

WARN_AT = 0.9
"""From this share of a budget on little is left of it: a warning, until the user sets another share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a budget stands; site is null for all sites together. Minutes; null is not known, or none set.

    left_minutes: below zero where more was spent. pace_minutes: the week's total at this rate, null in
    the first six hours. runs_out: the moment (naive UTC) at which recorded time used the budget up, else
    the forecast of it at this pace where that lies in the week, else null. basis: what the time spent
    rests on, null where none was spent. low_minutes, high_minutes: the range of spent; for the total it
    is the recorded part plus the estimated part divided by and times the widest factor of its sites.
    verdict: over, likely over (an estimate whose low exceeds the budget), on course to go over, nearly used up (the
    recorded part has reached the share at which to warn), within, no budget; null where nothing is known of the time.
    refused: why there is no estimate. carried_minutes: what of budget_minutes was carried over from the weeks before,
    below zero where these overspent; null where nothing is carried. left_per_day_minutes: left over the days of the
    week that are left, today included; null where nothing is left or the week is over.
    """

    site: str | None
    budget_minutes: float | None
    spent_minutes: float | None
    left_minutes: float | None
    pace_minutes: float | None
    runs_out: datetime | None
    verdict: str | None
    basis: str | None
    low_minutes: float | None
    high_minutes: float | None
    actions: int
    refused: str | None
    carried_minutes: float | None = None
    left_per_day_minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The week (first local day), all sites together, and each site with a share or with time, most first."""

    week: date
    total: Standing
    sites: tuple[Standing, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Week:
    """The week as moments: where it begins and ends, and how much of it has passed."""

    start_utc: datetime
    end_utc: datetime
    now_utc: datetime

    days_left: int

    @property
    def elapsed(self) -> float:
        return min((self.now_utc - self.start_utc) / (self.end_utc - self.start_utc), 1.0)


def budget(
    cursor: duckdb.DuckDBPyConnection,
    window: Window,
    *,
    warn_at: float = WARN_AT,
    all_rows: pd.DataFrame | None = None,
) -> Budget:
    """The week of `window.now_utc` against its budget.

    warn_at: the share of a budget from which on little is left. all_rows: `time_spent.weeks` of all sites and weeks,
    where it is known already.

    The platform chooses which sites are listed; the total is always over all of them. Spent is null where
    the store holds no time and no own act at all, and 0 where it does but none in this week. Formulas:
    left = budget - spent; pace = spent / share of the week that has passed; a forecast of running out is
    the week's start + budget / pace of its length.

    90 minutes measured by the end of Wednesday of a week with 120: left 30, pace 210, gone at the end of
    Thursday (4 of 7 days).
    """
    last_day = window.week + timedelta(days=7)
    week = _Week(
        start_utc=midnight_utc(window.week, window.time_zone),
        end_utc=midnight_utc(last_day, window.time_zone),
        now_utc=window.now_utc,
        days_left=(last_day - window.today).days,
    )
    if all_rows is None:
        all_rows = weeks(cursor, replace(window, platform=None, since=None, until=None))
    set_ = history(cursor)
    limits = set_.at(window.week)
    if week.end_utc - week.now_utc < ENDS_WITHIN:
        warn_at = inf  # nothing is left to be careful with
    taken, from_estimates = taken_over(set_, all_rows, window.week)
    total = None if limits.total is None else max(limits.total + (taken or 0.0), 0.0)
    sure = limits.total if from_estimates and (taken or 0.0) < 0 else total
    rows = all_rows[all_rows["week"] == window.week]
    pieces = recorded_pieces(cursor, min(week.now_utc, week.end_utc), week.start_utc)
    any_data = not all_rows.empty
    standings = [
        _standing(
            site,
            Allowance(minutes=limits.sites.get(site), sure=limits.sites.get(site), warn_at=warn_at),
            rows[rows["site"] == site],
            pieces[pieces["site"] == site],
            week,
            any_data,
        )
        for site in sorted(set(limits.sites) | set(rows["site"]))
        if window.platform in (None, site)
    ]
    return Budget(
        week=window.week,
        total=_standing(
            None,
            Allowance(minutes=total, sure=sure, warn_at=warn_at, carried=taken),
            rows,
            pieces,
            week,
            any_data,
        ),
        sites=tuple(sorted(standings, key=lambda s: -(s.spent_minutes or 0))),
        notes=_notes(limits, rows, taken, from_estimates),
    )


def _standing(
    site: str | None,
    limit: Allowance,
    rows: pd.DataFrame,
    pieces: pd.DataFrame,
    week: _Week,
    any_data: bool,
) -> Standing:
    known = rows[rows["refused"].isna()]
    refused = next(iter(rows["refused"].dropna()), None)
    measured, visit, estimated = (
        float(known[f"{basis}_seconds"].sum()) / 60 for basis in ("measured", "visit", "estimated")
    )
    recorded = measured + visit
    unknown = not any_data or (known.empty and refused is not None)
    spent = None if unknown else recorded + estimated
    low, high = _range(known, recorded, estimated, week)
    passed = week.now_utc - week.start_utc >= PACE_AFTER
    pace = spent / week.elapsed if spent is not None and passed else None
    minutes = limit.minutes
    over = minutes is not None and recorded > minutes
    left = None if spent is None or minutes is None else minutes - spent
    return Standing(
        site=site,
        budget_minutes=minutes,
        spent_minutes=spent,
        left_minutes=left,
        pace_minutes=pace,
        runs_out=_crossed(pieces, minutes)
        if minutes is not None and over
        else _forecast(minutes, spent, pace, week),
        verdict=limit.verdict(spent, recorded, low, pace),
        basis=basis_words(measured, visit, estimated),
        low_minutes=None if unknown else low,
        high_minutes=None if unknown else high,
        actions=int(known["actions"].sum()),
        refused=refused,
        carried_minutes=limit.carried,
        left_per_day_minutes=left / week.days_left
        if left is not None and left > 0 and week.days_left > 0
        else None,
    )


def _range(known: pd.DataFrame, recorded: float, estimated: float, week: _Week) -> tuple[float, float]:
    """Low and high in minutes. Sites' lows and highs are not added: the factor is applied to their sum."""
    if len(known) == 1:
        return float(known["low_seconds"].iloc[0]) / 60, float(known["high_seconds"].iloc[0]) / 60
    factor = known["factor"].max() if estimated > 0 else 1.0
    acted = known["actions"].sum() > 0
    clock = (min(week.now_utc, week.end_utc) - week.start_utc) / timedelta(minutes=1)
    low = recorded + (estimated / factor if acted else 0.0)
    return low, max(min(recorded + estimated * factor, clock), recorded + estimated)


def _crossed(pieces: pd.DataFrame, minutes: float) -> datetime:
    """When disjoint, ordered pieces had used up the minutes, which they exceed."""
    starts, ends = microseconds(pieces["start_utc"]), microseconds(pieces["end_utc"])
    used = np.cumsum(ends - starts)
    limit = round(minutes * 60 * SECOND)
    at = int(np.searchsorted(used, limit, side="left" if limit else "right"))
    return moment(int(ends[at] - (used[at] - limit)))


def _forecast(minutes: float | None, spent: float | None, pace: float | None, week: _Week) -> datetime | None:
    """When the budget is gone at this pace. An estimate that exceeds it already gives no moment."""
    if minutes is None or spent is None or pace is None or spent > minutes or pace <= minutes:
        return None
    return week.start_utc + (week.end_utc - week.start_utc) * (minutes / pace)


def _notes(limits: Limits, rows: pd.DataFrame, taken: float | None, from_estimates: bool) -> tuple[str, ...]:
    together, total = sum(limits.sites.values()), limits.total
    notes = []
    if taken:
        rest = ", by estimated time" if from_estimates else ""
        how = "were left and are added" if taken > 0 else "were overspent and are taken off"
        notes.append(f"Of the weeks before {abs(taken):,.0f} minutes {how}{rest}.")
    if len(limits.sites) > MANY_SITES:
        notes.append(
            f"{len(limits.sites)} sites have a share of the budget; it is meant for up to {MANY_SITES}."
        )
    if total is not None and together > total:
        notes.append(
            f"The shares add up to {together:,.15g} minutes, the budget for all sites is {total:,.15g}."
        )
    if refused := sorted(rows.loc[rows["refused"].notna(), "site"]):
        notes.append(f"Not counted, because there are too few actions to estimate: {', '.join(refused)}.")
    return tuple(notes)
