"""The week's pictures as frames and legends: what the page and the digest draw alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from analytics.metrics.weekly_budget import Standing
from analytics.metrics.window import midnight_utc, to_local
from analytics.reports.this_week import ThisWeek
from analytics.reports.week_words import day_words, is_estimated, minutes_words


def bars(report: ThisWeek) -> pd.DataFrame:
    """One bar for all sites and one for each: what `charts.time_budget.budget_bars` draws."""
    rows = [_bar(report, report.budget.total, "All sites", report.recorded_minutes, report.estimated_minutes)]
    for standing in report.budget.sites:
        name = report.names.get(standing.site or "", standing.site or "")
        spent = standing.spent_minutes or 0.0
        recorded = 0.0 if is_estimated(standing) else spent
        rows.append(_bar(report, standing, name, recorded, spent - recorded))
    return pd.DataFrame(rows)


def _bar(
    report: ThisWeek, standing: Standing, name: str, recorded: float, estimated: float
) -> dict[str, object]:
    return {
        "name": name,
        "recorded_minutes": recorded,
        "estimated_minutes": estimated,
        "budget_minutes": standing.budget_minutes,
        # A week that is over has no pace.
        "pace_minutes": standing.pace_minutes if report.is_present else None,
        "low_minutes": standing.low_minutes,
        "high_minutes": standing.high_minutes,
        "words": _bar_words(standing, estimated),
    }


def _bar_words(standing: Standing, estimated: float) -> str:
    if standing.spent_minutes is None:
        return "too few actions"
    if standing.basis is None:
        return "nothing recorded"
    spent = ("about " if estimated else "") + minutes_words(standing.spent_minutes, estimated=bool(estimated))
    if standing.budget_minutes is None:
        return spent
    return f"{spent} of {minutes_words(standing.budget_minutes)}"


def bars_words(rows: pd.DataFrame) -> str:
    """The bars in words."""
    said = "; ".join(f"{row['name']}: {row['words']}" for row in rows.to_dict("records"))
    return f"Time spent against the budget. {said}."


def bars_legend(rows: pd.DataFrame, report: ThisWeek) -> str:
    """What the marks of the bars mean, only of those that are there."""
    said = ["Upright mark: the budget"]
    if (rows["recorded_minutes"] > rows["budget_minutes"].astype("float64")).any():
        said.append("red: beyond it")
    if (rows["estimated_minutes"] > 0).any():
        said.append("paler: estimated, with a thin line from its low to its high")
    if report.is_present and rows["pace_minutes"].notna().any():
        said.append("diamond: where the week ends at this pace (an arrow: further than the picture)")
    if report.platform:
        said.append("the budget is one for all sites, so their total stays whole")
    return f"{'; '.join(said)}."


def last_day(report: ThisWeek) -> tuple[date, str]:
    """The last day with data, and how the picture of days calls it."""
    last = to_local(report.as_of_utc - timedelta(microseconds=1), report.time_zone).date()
    present = to_local(report.present_utc, report.time_zone).date()
    return last, "today" if last == present else "data end"


def days_words(report: ThisWeek) -> str:
    """The minutes of each day in words."""
    daily = report.days.groupby("day")["seconds"].sum()
    said = (f"{day:%A} {minutes_words(seconds / 60)}" for day, seconds in daily.items())
    return f"Recorded time by day: {', '.join(said)}."


def slots(report: ThisWeek) -> pd.DataFrame:
    """The planned slots: what `charts.week.plan_strip` draws."""

    def local(moment: Any) -> str:
        return f"{to_local(moment, report.time_zone):%H:%M}"

    plan = report.plan
    return pd.DataFrame(
        {
            "day": plan["day"],
            "start": [local(moment) for moment in plan["start_utc"]],
            "site": [report.site_name(site) for site in plan["site"]],
            "state": plan["state"],
            "words": [
                f"{local(row['start_utc'])}–{local(row['end_utc'])}, spent "
                f"{minutes_words(row['spent_seconds'] / 60)} of {minutes_words(row['planned_seconds'] / 60)}"
                for row in plan.to_dict("records")
            ],
        }
    )


def slots_legend(report: ThisWeek, signs: Mapping[str, str]) -> str:
    """What the signs of the slots mean; signs: state -> its sign."""
    meanings = {
        "kept": "kept: at least half of the slot spent on its site, 15 min either side included",
        "partly": "in part",
        "missed": "missed",
        "ahead": "after the data end",
        "not measured": "not known: nothing recorded this site",
    }
    there = set(report.plan["state"])
    said = (f"{signs[state]} {meaning}" for state, meaning in meanings.items() if state in there)
    return f"Planned slots. {'; '.join(said)}."


def follower_points(report: ThisWeek, account: Mapping[Any, Any]) -> pd.DataFrame:
    """Followers of one account over time: at (local), followers, source; empty where fewer than two are known."""
    points = report.points
    mine = (points["platform"] == account["platform"]) & (points["owner"] == account["owner"])
    known: pd.DataFrame = points[mine & points["followers"].notna()]
    if len(known) < 2:
        known = known.head(0)
    return known.assign(at=[_local(moment, report) for moment in known["as_of"]])


def follower_words(report: ThisWeek, points: pd.DataFrame) -> str:
    """The line of followers in words."""
    first, last = points.iloc[0], points.iloc[-1]
    return (
        f"Followers over time: {first['followers']:,} on {day_words(first['as_of'], report.time_zone)}, "
        f"{last['followers']:,} on {day_words(last['as_of'], report.time_zone)}."
    )


def week_ends(report: ThisWeek) -> tuple[datetime, datetime]:
    """First and last local moment of the week."""
    start, end = (
        _local(midnight_utc(day, report.time_zone), report)
        for day in (report.week, report.week + timedelta(days=7))
    )
    return start, end


def _local(moment: Any, report: ThisWeek) -> datetime:
    local: datetime = to_local(moment, report.time_zone).replace(tzinfo=None)
    return local
