"""What was the budget of a week: the user's own word, each row in force from its date until a later one.

A row without a site is for all sites together: minutes a week, and how many of them at most are carried over. A row
of a site has minutes, or a share of those of all sites. The budget of a week is the one in force on its first local
day: what is set from the middle of a week on counts from the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

import duckdb

DEFAULT_TOTAL_MINUTES = 120.0
"""Two hours a week over all sites, until the user says otherwise."""

MOST_MINUTES = 7 * 24 * 60

_ROWS = """
SELECT valid_from, site, minutes, share, carry_over_minutes, set_at_utc FROM budgets
ORDER BY valid_from, set_at_utc, site NULLS FIRST, minutes, share, carry_over_minutes
"""

_INSERT = """
INSERT INTO budgets (valid_from, site, minutes, share, carry_over_minutes, set_at_utc)
VALUES ($valid_from, $site, $minutes, $share, $carry_over, $at)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The budget of one week. total: minutes for all sites, null where none is set; sites: minutes of each site that
    has a part of its own, shares worked out; shares: 0-1 where the part was given so; carry_over: minutes that at
    most are carried to the next week, null where nothing is.
    """

    total: float | None
    sites: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    carry_over: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What time is held against: minutes, with what was carried over; sure, what they would be without what estimates
    took off them; warn_at, the share from which on little is left; carried, the part that was carried over.
    """

    minutes: float | None
    sure: float | None
    warn_at: float
    carried: float | None = None

    def verdict(
        self, spent: float | None, recorded: float, low: float, pace: float | None = None
    ) -> str | None:
        """How minutes spent stand against it, as `weekly_budget.Standing` says."""
        if self.minutes is None or self.sure is None:
            return "no budget"
        if spent is None:
            return None
        if recorded > self.sure:
            return "over"
        if low > self.minutes:
            return "likely over"
        if recorded and recorded >= self.warn_at * self.minutes:
            return "nearly used up"
        return "on course to go over" if max(spent, pace or 0.0) > self.minutes else "within"


class History:
    """Everything that was ever set, so that the limits of many weeks need one query."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows = rows

    def at(self, day: date) -> Limits:
        """What is in force on a day; the latest row by its date, then by when it was set, counts."""
        latest = {row[1]: row for row in self._rows if row[0] <= day}
        total_row = latest.pop(None, None)
        total = DEFAULT_TOTAL_MINUTES if total_row is None else total_row[2]
        shares = {site: row[3] for site, row in latest.items() if row[3] is not None}
        minutes = {site: row[2] for site, row in latest.items() if row[2] is not None}
        minutes |= {site: share * total for site, share in shares.items() if total is not None}
        return Limits(
            total=total,
            sites={site: float(minutes[site]) for site in sorted(minutes)},
            shares=shares,
            carry_over=None if total_row is None or total is None else total_row[4],
        )

    def changes(self) -> list[tuple[date, Limits]]:
        """Each date on which something else came into force, and what; the oldest first."""
        found: list[tuple[date, Limits]] = []
        for day in sorted({row[0] for row in self._rows}):
            limits = self.at(day)
            if not found or found[-1][1] != limits:
                found.append((day, limits))
        return found


def history(cursor: duckdb.DuckDBPyConnection) -> History:
    """What was set, from the store."""
    return History(cursor.execute(_ROWS).fetchall())


def listed(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every budget that came into force: from (local day), site (null: all), minutes (a week; null: none any more),
    share_percent, carry_over_minutes; the oldest first, without what was replaced on the same day.
    """
    rows = cursor.execute(_ROWS).fetchall()
    latest = {(row[0], row[1]): row for row in rows}
    found = history(cursor)
    return [
        {
            "from": day,
            "site": site,
            "minutes": found.at(day).sites.get(site) if site else row[2],
            "share_percent": None if row[3] is None else 100 * row[3],
            "carry_over_minutes": row[4],
        }
        for (day, site), row in latest.items()
    ]


def set_budget(
    cursor: duckdb.DuckDBPyConnection,
    *,
    valid_from: date,
    site: str | None,
    minutes: float | None,
    share: float | None = None,
    set_at_utc: datetime,
) -> None:
    """Set the minutes a week from a day on, for all sites (null) or one; without minutes and share, take them away.

    share: of a site, 0 to 1 of the minutes of all. How much is carried over stays as it was. Raises ValueError where
    the minutes are no number from 0 to those of a week, or the share is none from 0 to 1.
    """
    _check_minutes(minutes, "A weekly budget")
    if share is not None and (site is None or minutes is not None or not 0 <= share <= 1):
        raise ValueError(
            f"A share is a site's part of the budget, from 0 to 100 %, not {100 * share:,.15g} %."
        )
    carry_over = history(cursor).at(valid_from).carry_over if site is None else None
    _insert(cursor, valid_from, site, minutes, share, carry_over, set_at_utc)


def set_carry_over(
    cursor: duckdb.DuckDBPyConnection, *, valid_from: date, minutes: float | None, set_at_utc: datetime
) -> None:
    """From a day on, carry what a week left or overspent to the next one, at most so many minutes; null: nothing.

    The minutes of all sites stay as they were. Raises ValueError where the minutes are no number from 0 to those of
    a week.
    """
    _check_minutes(minutes, "What is carried over")
    total = history(cursor).at(valid_from).total
    _insert(cursor, valid_from, None, total, None, minutes, set_at_utc)


def set_limits(
    cursor: duckdb.DuckDBPyConnection, *, valid_from: date, limits: Limits, set_at_utc: datetime
) -> None:
    """Say the whole budget from a day on: a site that is not among `limits` has no part of its own any more.

    A site in `shares` has its share, whatever minutes `sites` tells. Raises ValueError as `set_budget` does.
    """
    in_force = history(cursor).at(valid_from)
    _check_minutes(limits.total, "A weekly budget")
    _check_minutes(limits.carry_over, "What is carried over")
    _insert(cursor, valid_from, None, limits.total, None, limits.carry_over, set_at_utc)
    for site in sorted({*in_force.sites, *in_force.shares, *limits.sites, *limits.shares}):
        share = limits.shares.get(site)
        minutes = limits.sites.get(site) if share is None else None
        set_budget(
            cursor, valid_from=valid_from, site=site, minutes=minutes, share=share, set_at_utc=set_at_utc
        )


def _check_minutes(minutes: float | None, what: str) -> None:
    if minutes is not None and not (isfinite(minutes) and 0 <= minutes <= MOST_MINUTES):
        raise ValueError(f"{what} is from 0 to {MOST_MINUTES:,} minutes, not {minutes:,.15g}.")


def _insert(
    cursor: duckdb.DuckDBPyConnection,
    valid_from: date,
    site: str | None,
    minutes: float | None,
    share: float | None,
    carry_over: float | None,
    at: datetime,
) -> None:
    row = {
        "valid_from": valid_from, "site": site, "minutes": minutes, "share": share, "carry_over": carry_over, "at": at
    }  # fmt: skip
    cursor.execute(_INSERT, row)


def carried(
    limits: Sequence[Limits], spent_minutes: Sequence[float | None], recorded_minutes: Sequence[float]
) -> list[tuple[float | None, bool]]:
    """What each of several weeks in a row takes over from the one before it: minutes, below zero where too much was
    spent; null where nothing is carried; and whether any of it rests on an estimate.

    balance = budget + taken over - spent, at most what may be carried over either way. A week of which nothing is
    known (spent is null) carries nothing.

    >>> week = Limits(total=120.0, carry_over=30.0)
    >>> carried([week] * 3, [100, 200, None], [100, 200, 0])
    [(0.0, False), (20.0, False), (-30.0, False)]
    """
    found: list[tuple[float | None, bool]] = []
    balance, is_estimated = 0.0, False
    for limit, spent, recorded in zip(limits, spent_minutes, recorded_minutes, strict=True):
        cap = limit.carry_over
        if cap is None or limit.total is None:
            found.append((None, False))
            balance, is_estimated = 0.0, False
            continue
        taken = min(max(balance, -cap), cap)
        found.append((taken, is_estimated and taken != 0))
        if spent is None:
            balance, is_estimated = 0.0, False
            continue
        is_estimated = spent > recorded or (is_estimated and taken != 0)
        balance = min(max(limit.total + taken - spent, -cap), cap)
    return found
