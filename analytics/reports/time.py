"""Where do the hours go? Everything the page and the terminal say of time: weeks against the budget, hours of the
week, sessions, the plan of one week against what happened, and how far an estimate can be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import pandas as pd

from analytics.metrics import settings, time_sessions, time_spent, weekly_limits
from analytics.metrics.budget_by_week import by_week
from analytics.metrics.time_words import basis_words
from analytics.metrics.weekly_budget import Budget, budget
from analytics.metrics.weekly_limits import Limits
from analytics.metrics.weekly_plan import plan_against_fact, unplanned
from analytics.metrics.window import Window, midnight_utc, moment_after, week_of
from analytics.reference import load_sites
from analytics.reports import time_words
from analytics.reports.missing import HOW, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReport:
    """One person's time, of the weeks that hold the days from since to until.

    week: the latest; is_over: whether all of it is looked at; week_start: 0 Monday .. 6 Sunday; names: site ->
    name as shown. rows: as `time_spent.weeks`, of these weeks; against: as `by_week`, likewise, of all sites together;
    budget: of the latest week. hours, acts: as `time_sessions.hours` and `acts_by_hour`. sessions: as
    `time_sessions.sessions`; by_site: as there. long_days: as there, by `half_day_hours`. calibrations: site, weeks
    (estimated), multiplier, calibrated_weeks, factor. limits: in force; changes: from when on which.
    """

    week: date
    is_over: bool
    time_zone: str
    week_start: int
    platform: str | None
    names: Mapping[str, str]
    rows: pd.DataFrame
    against: pd.DataFrame
    budget: Budget
    hours: pd.DataFrame
    acts: pd.DataFrame
    sessions: pd.DataFrame
    by_site: pd.DataFrame
    long_days: pd.DataFrame
    half_day_hours: float
    gap_minutes: float
    calibrations: pd.DataFrame
    limits: Limits
    changes: tuple[tuple[date, Limits], ...]
    sentences: tuple[str, ...]
    missing: Missing | None

    @property
    def basis(self) -> str | None:
        """What the time rests on, as `basis_words` says it."""
        kinds = ("measured", "visit", "estimated")
        return basis_words(*(float(self.rows[f"{kind}_seconds"].sum()) for kind in kinds))

    def name(self, site: str) -> str:
        """A site as shown."""
        return self.names.get(site, site)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """One week's plan and what happened. slots: as `plan_against_fact`; fact: recorded pieces of the week (site,
    start_utc, end_utc, basis); unplanned: as there. weeks: those that have either, the latest first.
    """

    week: date
    weeks: tuple[date, ...]
    time_zone: str
    names: Mapping[str, str]
    slots: pd.DataFrame
    fact: pd.DataFrame
    unplanned: pd.DataFrame
    sentences: tuple[str, ...]
    missing: Missing | None


def time(cursor: duckdb.DuckDBPyConnection, window: Window) -> TimeReport:
    """Up to the latest week that has data, or that of window.until; from the week of window.since on."""
    since = window.since and week_of(window.since, window.week_start)
    window = _at_data(cursor, window)
    all_rows = time_spent.weeks(cursor, replace(window, platform=None, since=None, until=None))
    chosen = replace(window, since=since, until=None)
    rows = all_rows if window.platform is None else all_rows[all_rows["site"] == window.platform]
    rows = rows if since is None else rows[rows["week"] >= since]
    against = by_week(cursor, window, all_rows)
    against = against if since is None else against[against["week"] >= since]
    pieces = time_sessions.pieces_of(cursor, chosen)
    gap, half_day = (settings.number(cursor, name) for name in ("session_gap_minutes", "half_day_hours"))
    sessions = time_sessions.sessions(pieces, gap_minutes=gap)
    every_day = time_spent.days(cursor, replace(chosen, platform=None))
    limits = weekly_limits.history(cursor)
    week_end = midnight_utc(window.week + timedelta(days=7), window.time_zone)
    report = TimeReport(
        week=window.week,
        is_over=window.now_utc >= week_end - timedelta(microseconds=1),
        time_zone=window.time_zone,
        week_start=window.week_start,
        platform=window.platform,
        names=load_sites().names,
        rows=rows.reset_index(drop=True),
        against=against.reset_index(drop=True),
        budget=budget(
            cursor, window, warn_at=settings.number(cursor, "warn_percent") / 100, all_rows=all_rows
        ),
        hours=time_sessions.hours(pieces, chosen),
        acts=time_sessions.acts_by_hour(cursor, chosen),
        sessions=sessions,
        by_site=time_sessions.by_site(sessions),
        long_days=time_sessions.long_days(every_day, half_day_hours=half_day),
        half_day_hours=half_day,
        gap_minutes=gap,
        calibrations=_calibrations(rows),
        limits=limits.at(window.week),
        changes=tuple(limits.changes()),
        sentences=(),
        missing=_missing(all_rows),
    )
    return replace(report, sentences=tuple(time_words.findings(report)))


def week_plan(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, week: date | None = None, most_weeks: int = 26
) -> WeekPlan:
    """The plan of a week, by default the latest that has data, against recorded time."""
    window = _at_data(cursor, window)
    weeks = tuple(window.week - timedelta(days=7 * n) for n in range(most_weeks))
    if week is not None and week < window.week:
        end = midnight_utc(week + timedelta(days=7), window.time_zone) - timedelta(microseconds=1)
        window = replace(window, now_utc=end)
    whole = replace(window, since=window.week, until=window.week + timedelta(days=6))
    slots = plan_against_fact(cursor, window)
    plan = WeekPlan(
        week=window.week,
        weeks=weeks,
        time_zone=window.time_zone,
        names=load_sites().names,
        slots=slots,
        fact=time_sessions.pieces_of(cursor, whole),
        unplanned=unplanned(cursor, window),
        sentences=(),
        missing=_no_plan() if slots.empty else None,
    )
    return replace(plan, sentences=tuple(time_words.plan_findings(plan)))


def _at_data(cursor: duckdb.DuckDBPyConnection, window: Window) -> Window:
    """Looking from the last moment that has data, so that an export of last month opens on last month."""
    latest = time_spent.latest_data_moment(cursor, window.now_utc) or window.now_utc
    if window.until:
        latest = min(latest, moment_after(window.until, window.time_zone) - timedelta(microseconds=1))
    return replace(window, now_utc=latest, since=None, until=None)


def _calibrations(rows: pd.DataFrame) -> pd.DataFrame:
    """How each site's estimate is corrected. rows: as `time_spent.weeks`."""
    estimated = rows[rows["estimated_seconds"] > 0]
    grouped = estimated.groupby("site", sort=True).agg(
        weeks=("week", "nunique"),
        multiplier=("multiplier", "last"),
        calibrated_weeks=("calibrated_weeks", "last"),
        factor=("factor", "last"),
    )
    return grouped.reset_index()


def _missing(rows: pd.DataFrame) -> Missing | None:
    if not rows.empty:
        return None
    return Missing(
        part="time",
        what="Nothing is known of your time.",
        remedy="A time tracker's export (ActivityWatch, Toggl ...) or a browser's history brings it; an "
        f"archive of your own posts lets it be estimated. {HOW}",
    )


def _no_plan() -> Missing:
    return Missing(
        part="plan",
        what="No hours are planned in this week.",
        remedy="Plan some with: watercooler plan set mon 12:30-12:45 x, or take them from a calendar: "
        "watercooler plan import week.ics",
        is_of_exports=False,
    )
