"""Time in words: what a week costs, where it goes, which days it took, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metrics.time_words import basis_words, duration_words, rough_words
from analytics.reports.week_words import count_words, moment_words, percent, week_words

if TYPE_CHECKING:
    from analytics.reports.time import TimeReport, WeekPlan

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMED = 4
MOST_DAYS = 3


def findings(report: TimeReport) -> Iterator[str]:
    """One sentence each: the average week, the sites, weeks over the budget, half days."""
    if report.rows.empty:
        return
    yield from _average(report)
    yield from _weeks_over(report)
    yield from _half_days(report)


def _is_complete(rows: pd.DataFrame, report: TimeReport) -> pd.Series[bool]:
    return (rows["week"] <= report.week) if report.is_over else (rows["week"] < report.week)


def complete_rows(report: TimeReport) -> pd.DataFrame:
    """The rows of the weeks that are over and of which something is known; of a store's only week, that one."""
    known = report.rows[report.rows["refused"].isna()]
    before = known[_is_complete(known, report)]
    return before if len(before) else known


def _average(report: TimeReport) -> Iterator[str]:
    rows = complete_rows(report)
    if rows.empty:
        return
    weeks = rows["week"].nunique()
    total = float(rows["seconds"].sum())
    estimated = float(rows["estimated_seconds"].sum())
    basis = basis_words(float(rows["measured_seconds"].sum()), float(rows["visit_seconds"].sum()), estimated)
    mean = rough_words(total / weeks) if estimated else duration_words(total / weeks)
    by_site = rows.groupby("site")["seconds"].sum().sort_values(ascending=False)
    over = f"the {weeks:,} weeks that something is known of" if weeks > 1 else "the one week that is known"
    about = "about " if estimated else ""
    yield f"A week takes {about}{mean} on average over {over} ({basis})."
    if len(by_site) > 1 and total:
        shares = [
            f"{report.name(str(site))} {percent(part, total)}" for site, part in by_site.head(NAMED).items()
        ]
        rest = f" and {len(by_site) - NAMED:,} more" if len(by_site) > NAMED else ""
        yield f"Of this time goes to {', '.join(shares)}{rest}."


def _weeks_over(report: TimeReport) -> Iterator[str]:
    against = report.against[report.against["verdict"].notna() & _is_complete(report.against, report)]
    held = against[against["verdict"] != "no budget"]
    if report.platform is not None or held.empty:
        return
    over, likely = (int((held["verdict"] == verdict).sum()) for verdict in ("over", "likely over"))
    perhaps = f", {likely:,} more likely, by estimates" if likely else ""
    yield (
        f"Of {count_words(len(held), 'complete week')} with a budget {over:,} {'was' if over == 1 else 'were'} over it"
        f"{perhaps}."
    )


def _half_days(report: TimeReport) -> Iterator[str]:
    days = report.long_days
    limit = duration_words(report.half_day_hours * 3600)
    if days.empty:
        if not report.sessions.empty:
            yield f"No day had {limit} or more of recorded time, all sites together."
        return
    named = [
        f"{row['day']:%a} {row['day'].day} {row['day']:%b %Y} ({duration_words(row['seconds'])}, most of it "
        f"{report.name(row['site'])})"
        for row in days.head(MOST_DAYS).to_dict("records")
    ]
    more = f", and {len(days) - MOST_DAYS:,} more" if len(days) > MOST_DAYS else ""
    yield (
        f"Half a day went on {count_words(len(days), 'day')} ({limit} or more on all sites together): "
        f"{'; '.join(named)}{more}."
    )


def budget_sentence(report: TimeReport) -> str:
    """The budget in force: "2 h a week over all sites since ...; X 45 min, Mastodon 30 min"."""
    limits = report.limits
    if limits.total is None:
        total = "No budget is set for all sites together"
    else:
        total = f"{duration_words(limits.total * 60)} a week over all sites"
    parts = [
        f"{report.name(site)} {duration_words(minutes * 60)}"
        + (f" ({100 * limits.shares[site]:.0f} %)" if site in limits.shares else "")
        for site, minutes in limits.sites.items()
    ]
    carried = (
        f"; what is left or overspent is carried over, at most {duration_words(limits.carry_over * 60)}"
        if limits.carry_over
        else ""
    )
    return f"{total}{'; of these ' + ', '.join(parts) if parts else ''}{carried}."


def calibration_sentences(report: TimeReport) -> Iterator[str]:
    """How each estimated site was corrected by measured weeks, or what would do it."""
    for row in report.calibrations.to_dict("records"):
        name, weeks = report.name(row["site"]), count_words(row["weeks"], "week")
        span = f"the true time lies within a factor of {row['factor']:.1f} either way in 4 of 5 weeks"
        if row["calibrated_weeks"]:
            by = (
                f"times {row['multiplier']:.2f}, from {count_words(row['calibrated_weeks'], 'measured week')}"
            )
            yield f"{name}: {weeks} estimated, corrected {by} of this site; {span}."
        else:
            yield (
                f"{name}: {weeks} estimated from your acts alone; {span}. A few weeks with a time tracker on all your "
                "devices would correct it and narrow the range."
            )


def session_sentences(report: TimeReport) -> Iterator[str]:
    """Sessions by site: how many, how long, the longest."""
    for row in report.by_site.to_dict("records"):
        longest = moment_words(row["longest_start_utc"], report.time_zone)
        yield (
            f"{report.name(row['site'])}: {count_words(row['sessions'], 'session')}, half of them "
            f"{duration_words(row['median_seconds'])} or longer; the longest took "
            f"{duration_words(row['longest_seconds'])} ({longest})."
        )


def busiest_sentence(report: TimeReport) -> str | None:
    """The hour of the week that takes most, on average."""
    if report.hours.empty:
        return None
    hours = report.hours.assign(mean=report.hours["seconds"] / report.hours["days"])
    top = hours.groupby(["weekday", "hour"])["mean"].sum().sort_values(ascending=False, kind="stable")
    weekday, hour = top.index[0]
    days = int(hours.loc[(hours["weekday"] == weekday) & (hours["hour"] == hour), "days"].max())
    return (
        f"Most recorded time falls on {WEEKDAYS[weekday]} from {hour:02d}:00 to {(hour + 1) % 24:02d}:00, "
        f"{duration_words(top.iloc[0])} on average of up to {count_words(days, WEEKDAYS[weekday])}."
    )


def plan_findings(plan: WeekPlan) -> Iterator[str]:
    """The planned slots, what came of them, and what was not planned."""
    days = week_words(plan.week)
    if len(plan.slots):
        counts = plan.slots["state"].value_counts().to_dict()
        said = [
            f"{counts[state]:,} {words}"
            for state, words in (
                ("kept", "kept"), ("partly", "kept in part"), ("missed", "missed"), ("ahead", "still to come"),
                ("not measured", "of which nothing is known"),
            )
            if counts.get(state)
        ]  # fmt: skip
        planned = duration_words(float(plan.slots["planned_seconds"].sum()))
        yield f"{days}: {count_words(len(plan.slots), 'slot')} planned, {planned} in all: {', '.join(said)}."
    rest = float(plan.unplanned["seconds"].sum()) if len(plan.unplanned) else 0.0
    total = (
        float((plan.fact["end_utc"] - plan.fact["start_utc"]).dt.total_seconds().sum())
        if len(plan.fact)
        else 0.0
    )
    if rest >= 60 and len(plan.slots):
        most = plan.unplanned.iloc[0]
        name = plan.names.get(most["site"], most["site"])
        also = (
            f", most of it on {name}"
            if len(plan.unplanned[plan.unplanned["seconds"] >= 60]) > 1
            else f", on {name}"
        )
        yield f"Not planned was {duration_words(rest)} of {duration_words(total)} recorded{also}."
    elif total == 0:
        yield f"{days}: no time was recorded, so nothing is known of whether the plan was kept."


def changes_rows(report: TimeReport) -> list[dict[str, Any]]:
    """Each change of the budget: from, all sites, the parts, carried over; the latest first."""
    rows = []
    for day, limits in reversed(report.changes):
        parts = ", ".join(
            f"{report.name(site)} {duration_words(minutes * 60)}" for site, minutes in limits.sites.items()
        )
        rows.append(
            {
                "from": day,
                "all sites": "none" if limits.total is None else duration_words(limits.total * 60),
                "of these": parts or "–",
                "carried over at most": duration_words(limits.carry_over * 60) if limits.carry_over else "–",
            }
        )
    return rows


def local_moments(moments_utc: pd.Series[pd.Timestamp], time_zone: str) -> pd.Series[pd.Timestamp]:
    """Naive UTC moments as the page shows them: local, without their zone."""
    local: pd.Series[pd.Timestamp] = moments_utc.dt.tz_localize("UTC").dt.tz_convert(time_zone)
    return local.dt.tz_localize(None)
