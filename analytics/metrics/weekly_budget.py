"""How does the week stand against its budget: one weekly budget shared by all sites, and shares of it.

Spent is what `time_spent.weeks` finds for the week that holds `window.now_utc`, all sites together; a
share of a site counts that site. A budget row holds from its date until a later row, and the budget of a
week is the one in force on its first local day: what is set from the middle of a week counts from the
next. Only recorded time (measured, visit) can be over a budget; an estimate is at most likely over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import isfinite

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.time_spans import SECOND, microseconds, moment
from analytics.metrics.time_spent import basis_words, recorded_pieces, weeks
from analytics.metrics.window import Window, midnight_utc

DEFAULT_TOTAL_MINUTES = 120.0
"""Two hours a week over all sites, until the user says otherwise."""

MOST_MINUTES = 7 * 24 * 60
MANY_SITES = 4
"""Shares for more sites than this are noted: a budget that is cut so fine is rarely kept."""

PACE_AFTER = timedelta(hours=6)
"""Before this much of the week has passed its first minutes say nothing of the rest: no pace."""

IN_FORCE = """
SELECT site, minutes FROM budgets WHERE valid_from <= $first_day
QUALIFY row_number() OVER (PARTITION BY site ORDER BY valid_from DESC, set_at_utc DESC) = 1
"""

INSERT = (
    "INSERT INTO budgets (valid_from, site, minutes, set_at_utc) VALUES ($valid_from, $site, $minutes, $at)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a budget stands; site is null for all sites together. Minutes; null is not known, or none set.

    left_minutes: below zero where more was spent. pace_minutes: the week's total at this rate, null in
    the first six hours. runs_out: the moment (naive UTC) at which recorded time used the budget up, else
    the forecast of it at this pace where that lies in the week, else null. basis: what the time spent
    rests on, null where none was spent. low_minutes, high_minutes: the range of spent; for the total it
    is the recorded part plus the estimated part divided by and times the widest factor of its sites.
    verdict: over, likely over (an estimate whose low exceeds the budget), on course to go over, within,
    no budget; null where nothing is known of the time. refused: why there is no estimate.
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

    @property
    def elapsed(self) -> float:
        return min((self.now_utc - self.start_utc) / (self.end_utc - self.start_utc), 1.0)


def budget(cursor: duckdb.DuckDBPyConnection, window: Window) -> Budget:
    """The week of `window.now_utc` against its budget.

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
    )
    shares = budgets_in_force(cursor, window.week)
    all_rows = weeks(cursor, replace(window, platform=None, since=None, until=None))
    rows = all_rows[all_rows["week"] == window.week]
    pieces = recorded_pieces(cursor, min(week.now_utc, week.end_utc), week.start_utc)
    any_data = not all_rows.empty
    standings = [
        _standing(
            site, shares.get(site), rows[rows["site"] == site], pieces[pieces["site"] == site], week, any_data
        )
        for site in sorted({site for site in shares if site is not None} | set(rows["site"]))
        if window.platform in (None, site)
    ]
    return Budget(
        week=window.week,
        total=_standing(None, shares.get(None), rows, pieces, week, any_data),
        sites=tuple(sorted(standings, key=lambda s: -(s.spent_minutes or 0))),
        notes=_notes(shares, rows),
    )


def budgets_in_force(cursor: duckdb.DuckDBPyConnection, first_day: date) -> dict[str | None, float]:
    """Site -> minutes a week, for the week that begins on `first_day`; null stands for all sites.

    The latest row by valid_from, then by set_at_utc, counts; one without minutes takes the budget away.
    """
    rows: list[tuple[str | None, float | None]] = cursor.execute(
        IN_FORCE, {"first_day": first_day}
    ).fetchall()
    found = {None: DEFAULT_TOTAL_MINUTES, **dict(rows)}
    return {site: minutes for site, minutes in found.items() if minutes is not None}


def set_budget(
    cursor: duckdb.DuckDBPyConnection,
    *,
    valid_from: date,
    site: str | None,
    minutes: float | None,
    set_at_utc: datetime,
) -> None:
    """Set the minutes a week of a site (null: of all sites) from a day on; null minutes take it away.

    Raises ValueError where the minutes are no number from 0 to those of a week.
    """
    if minutes is not None and not (isfinite(minutes) and 0 <= minutes <= MOST_MINUTES):
        raise ValueError(f"A weekly budget is from 0 to {MOST_MINUTES:,} minutes, not {minutes:,.15g}.")
    row = {"valid_from": valid_from, "site": site, "minutes": minutes, "at": set_at_utc}
    cursor.execute(INSERT, row)


def _standing(
    site: str | None,
    minutes: float | None,
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
    over = minutes is not None and recorded > minutes
    return Standing(
        site=site,
        budget_minutes=minutes,
        spent_minutes=spent,
        left_minutes=None if spent is None or minutes is None else minutes - spent,
        pace_minutes=pace,
        runs_out=_crossed(pieces, minutes)
        if minutes is not None and over
        else _forecast(minutes, spent, pace, week),
        verdict=_verdict(minutes, spent, recorded, low, pace),
        basis=basis_words(measured, visit, estimated),
        low_minutes=None if unknown else low,
        high_minutes=None if unknown else high,
        actions=int(known["actions"].sum()),
        refused=refused,
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


def _verdict(
    minutes: float | None, spent: float | None, recorded: float, low: float, pace: float | None
) -> str | None:
    if minutes is None:
        return "no budget"
    if spent is None:
        return None
    if recorded > minutes:
        return "over"
    if low > minutes:
        return "likely over"
    return "on course to go over" if max(spent, pace or 0.0) > minutes else "within"


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


def _notes(shares: Mapping[str | None, float], rows: pd.DataFrame) -> tuple[str, ...]:
    sites = {site: minutes for site, minutes in shares.items() if site is not None}
    together, total = sum(sites.values()), shares.get(None)
    notes = []
    if len(sites) > MANY_SITES:
        notes.append(f"{len(sites)} sites have a share of the budget; it is meant for up to {MANY_SITES}.")
    if total is not None and together > total:
        notes.append(
            f"The shares add up to {together:,.15g} minutes, the budget for all sites is {total:,.15g}."
        )
    if refused := sorted(rows.loc[rows["refused"].notna(), "site"]):
        notes.append(f"Not counted, because there are too few actions to estimate: {', '.join(refused)}.")
    return tuple(notes)
