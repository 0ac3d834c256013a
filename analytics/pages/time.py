"""Where do the hours go? Weeks against the budget, hours of the week, sessions, the plan, the budget itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analytics.charts import time as charts
from analytics.charts.week import STATES, day_labels
from analytics.metrics.time_words import duration_words
from analytics.metrics.window import to_local
from analytics.pages import badges, budget_form, figures, files, shared
from analytics.pages.sections import section
from analytics.reports import time_words as words
from analytics.reports.time import TimeReport, WeekPlan, time, week_plan
from analytics.reports.week_words import week_words

BINS = (
    (2, "under 2 min"),
    (5, "2–5 min"),
    (15, "5–15 min"),
    (30, "15–30 min"),
    (60, "30–60 min"),
    (120, "1–2 h"),
)
LONGEST_BIN = "over 2 h"
MOST_SESSIONS = 200


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    report = shared.opened("Time", time)
    if report is None:
        return
    if report.missing:
        shared.part_missing(report.missing)
        budget_form.budget_editor(report)
        return
    for sentence in report.sentences:
        shared.say(sentence)
    badges.show(badges.of_time(report.basis))
    figures.of_period("Time")
    week_by_week(report)
    chosen = hours_of_the_week(report) or []
    sessions(report, chosen)
    plan()
    budget_form.budget_editor(report)
    trust(report)


@section
def week_by_week(report: TimeReport) -> None:
    """Stacked bars against the budget line."""
    st.header("Week by week, against the budget", anchor="weeks")
    shared.say(words.budget_sentence(report))
    rows = _parts(report.rows)
    against = _against(report)
    if len(rows):  # weeks of which nothing is known yet are no weeks with nothing
        against = against[against["week"] >= rows["week"].min()]
    legend = ["A bar is a week, a colour a site"]
    if len(against["budget_minutes"].dropna()):
        legend.append("line: the budget of that week, all sites together")
    if (rows["part"] == "estimated").any():
        legend.append("paler: estimated, with a thin line from the low to the high of all sites together")
    last = report.against.tail(4).to_dict("records")
    said = [
        f"{week_words(row['week'])} {duration_words(row['spent_minutes'] * 60)}"
        for row in last
        if not pd.isna(row["spent_minutes"])
    ]
    shared.chart(
        charts.weeks_against_budget(rows, against, names=report.names),
        name="time-by-week",
        words=f"Time by week and site. All sites together in the last weeks: {'; '.join(said)}.",
        caption=f"{'; '.join(legend)}.",
    )


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Minutes by week, site and part (recorded, estimated)."""
    recorded = rows.assign(minutes=(rows["measured_seconds"] + rows["visit_seconds"]) / 60, part="recorded")
    estimated = rows.assign(minutes=rows["estimated_seconds"] / 60, part="estimated")
    both = pd.concat([recorded, estimated])[["week", "site", "minutes", "part"]]
    return both[both["minutes"] > 0]


def _against(report: TimeReport) -> pd.DataFrame:
    """The lines of the picture: budget and range of each week, all sites together."""
    against = (
        report.against if report.platform is None else report.against.assign(budget_minutes=float("nan"))
    )
    estimated = against["spent_minutes"] > against["recorded_minutes"]
    factor = (against["spent_minutes"] - against["recorded_minutes"]) / (
        against["low_minutes"] - against["recorded_minutes"]
    )
    high = against["recorded_minutes"] + (against["spent_minutes"] - against["recorded_minutes"]) * factor
    ranged = estimated & factor.notna() & (factor < 100) & (report.platform is None)
    said = []
    for row in against.to_dict("records"):
        spent = "not known" if pd.isna(row["spent_minutes"]) else duration_words(row["spent_minutes"] * 60)
        limit = "" if pd.isna(row["budget_minutes"]) else f" of {duration_words(row['budget_minutes'] * 60)}"
        said.append(f"{week_words(row['week'])}: {spent}{limit}")
    return pd.DataFrame(
        {
            "week": against["week"],
            "budget_minutes": against["budget_minutes"],
            "low_minutes": against["low_minutes"].where(ranged),
            "high_minutes": high.where(ranged),
            "words": said,
        }
    )


@section
def hours_of_the_week(report: TimeReport) -> list[dict[str, Any]]:
    """The map of weekdays and hours; what is chosen in it."""
    st.header("When in the week", anchor="hours")
    if report.hours.empty:
        if report.acts.empty:
            shared.say("No hour is known: neither recorded time nor acts with a time of day are here.")
            return []
        shared.say(
            "No recorded time is here, so this shows when you posted, liked and followed; an estimate knows the week "
            "and not the hour."
        )
        cells = _cells(report.acts.rename(columns={"acts": "value"}), "{value:,.0f} acts")
        shared.chart(
            charts.hour_map(cells, title="own acts", week_start=report.week_start),
            name="acts-by-hour",
            words="Own acts by weekday and hour.",
            caption=f"Own acts by local weekday and hour, {report.time_zone}.",
        )
        return []
    sentence = words.busiest_sentence(report) or ""
    shared.say(sentence)
    minutes = report.hours.assign(value=report.hours["seconds"] / report.hours["days"] / 60)
    cells = _cells(minutes, "{value:.1f} min on average")
    return shared.picked(
        charts.hour_map(cells, title="minutes, average of a week", week_start=report.week_start),
        name="time-by-hour",
        words=f"Recorded time by weekday and hour. {sentence}",
        caption=f"Average minutes of recorded time in each hour, {report.time_zone}. Click hours to see only the "
        "sessions that began in them; a second click takes one out.",
        key="time-hours",
        param=charts.CELL,
    )


def _cells(found: pd.DataFrame, unit: str) -> pd.DataFrame:
    """All 168 hours of a week: weekday, hour, value, words."""
    summed = found.groupby(["weekday", "hour"])["value"].sum()
    every = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    cells = summed.reindex(every, fill_value=0.0).reset_index()
    cells["words"] = [
        f"{words.WEEKDAYS[row['weekday']]} {row['hour']:02d}:00: {unit.format(value=row['value'])}"
        for row in cells.to_dict("records")
    ]
    return cells


@section
def sessions(report: TimeReport, chosen: list[dict[str, Any]]) -> None:
    """How long one stays, and the sessions themselves."""
    st.header("Sessions", anchor="sessions")
    if report.sessions.empty:
        shared.say("Sessions are known of recorded time only; an estimate has none.")
        return
    shown = report.sessions
    if cells := {(int(cell["weekday"]), int(cell["hour"])) for cell in chosen if "weekday" in cell}:
        began = words.local_moments(shown["start_utc"], report.time_zone)
        hour_of_week = 24 * began.dt.day_of_week + began.dt.hour
        shown = shown[hour_of_week.isin([24 * day + hour for day, hour in cells])]
        hours = ", ".join(f"{words.WEEKDAYS[day]} {hour:02d}:00" for day, hour in sorted(cells))
        shared.say(f"{len(shown):,} of {len(report.sessions):,} sessions began in the hours chosen: {hours}.")
    else:
        for sentence in words.session_sentences(report):
            shared.say(sentence)
    if shown.empty:
        return
    left, right = st.columns(2, gap="large")
    with left:
        bins = _bins(shown)
        summed = bins.groupby("length", sort=False)["sessions"].sum()
        counts = ", ".join(f"{length} {number:,}" for length, number in summed.items())
        shared.chart(
            charts.sessions_by_length(bins, names=report.names),
            name="sessions-by-length",
            words=f"Sessions by length: {counts}.",
            caption=f"How many sessions were how long. A pause of more than {report.gap_minutes:g} minutes on the site "
            "ends a session; pauses do not count.",
        )
    with right:
        _session_table(report, shown, len(cells))


def _bins(shown: pd.DataFrame) -> pd.DataFrame:
    names = [*(name for _, name in BINS), LONGEST_BIN]
    limits = [limit for limit, _ in BINS]
    placed = shown.assign(place=np.searchsorted(limits, shown["seconds"] / 60, side="right"))
    counted = placed.groupby(["place", "site"], sort=True).size().rename("sessions").reset_index()
    return counted.assign(length=counted["place"].map(lambda n: names[n]))


def _session_table(report: TimeReport, shown: pd.DataFrame, filtered: int) -> None:
    longest = shown.nlargest(MOST_SESSIONS, ["seconds", "start_utc"])
    table = pd.DataFrame(
        {
            "began": words.local_moments(longest["start_utc"], report.time_zone),
            "site": longest["site"].map(report.name),
            "time": [duration_words(seconds) for seconds in longest["seconds"]],
            "minutes": longest["seconds"] / 60,
            "rests on": longest["basis"],
        }
    )
    files.table(
        table,
        hide_index=True,
        height=236,
        key="time-sessions",
        alt="The longest sessions",
        column_config={
            "began": st.column_config.DatetimeColumn(format="ddd D MMM YYYY, HH:mm", width=170),
            "site": st.column_config.TextColumn(width=90),
            "time": st.column_config.TextColumn(width=80),
            "minutes": st.column_config.ProgressColumn(
                "", format=" ", min_value=0, max_value=float(table["minutes"].max()), width=70
            ),
            "rests on": st.column_config.TextColumn(width=80),
        },
    )
    st.caption(
        f"The longest {len(table):,} of {len(shown):,}{' chosen' if filtered else ''}, the longest first."
    )


@section
def plan() -> None:
    """The plan of one week against recorded time, as in a calendar."""
    st.header("The plan, against what happened", anchor="plan")
    chosen = st.session_state.get("time-week")
    found = shared.asked(week_plan, week=chosen)
    if found.missing:
        shared.part_missing(found.missing)
    st.selectbox("Week", found.weeks, format_func=week_words, key="time-week", width=220)
    for sentence in found.sentences:
        shared.say(sentence)
    if found.slots.empty and found.fact.empty:
        return
    states = set(found.slots["state"])
    signs = {
        "kept": "green: kept, at least half of the slot was spent on its site", "partly": "pale: in part",
        "missed": "amber: missed", "ahead": "grey: still to come, or not known",
    }  # fmt: skip
    said = "; ".join(text for state, text in signs.items() if state in states)
    shared.chart(
        charts.plan_calendar(_slots(found), _fact(found), found.week, names=found.names),
        name="plan-and-fact",
        words=" ".join(found.sentences),
        caption=f"Left in each day: what was planned. Right: what was recorded. {said[:1].upper()}{said[1:]}"
        f"{'.' if said else ''}",
    )


def _slots(found: WeekPlan) -> pd.DataFrame:
    rows = []
    for row in found.slots.to_dict("records"):
        site = found.names.get(row["site"], row["site"]) if isinstance(row["site"], str) else "any site"
        spent = f"{duration_words(row['spent_seconds'])} of {duration_words(row['planned_seconds'])} spent"
        for part in _on_days(row, found):
            state = row["state"]
            rows.append(
                part | {"state": state, "words": f"{site}, {part['words']}: {STATES[state]} {state}, {spent}"}
            )
    return pd.DataFrame(rows, columns=["day", "from", "to", "state", "words"])


def _fact(found: WeekPlan) -> pd.DataFrame:
    rows = []
    for row in found.fact.to_dict("records"):
        name = found.names.get(row["site"], row["site"])
        rows += [
            part | {"site": row["site"], "words": f"{name}, {part['words']}, {row['basis']}"}
            for part in _on_days(row, found)
        ]
    return pd.DataFrame(rows, columns=["day", "from", "to", "site", "words"])


def _on_days(row: Mapping[Any, Any], found: WeekPlan) -> list[dict[str, Any]]:
    """The parts of a stretch on each local day of the week: day (label), from, to (hours), words."""
    start, end = (to_local(row[side].to_pydatetime(), found.time_zone) for side in ("start_utc", "end_utc"))
    labels = day_labels(found.week)
    parts = []
    for n in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=n)
        place = (day - found.week).days
        first = _hour(start) if n == 0 else 0.0
        last = _hour(end) if day == end.date() else 24.0
        if 0 <= place < 7 and last > first:
            parts.append(
                {"day": labels[place], "from": first, "to": last, "words": f"{start:%H:%M}–{end:%H:%M}"}
            )
    return parts


def _hour(moment: Any) -> float:
    return float(moment.hour + moment.minute / 60 + moment.second / 3600)


@section
def trust(report: TimeReport) -> None:
    """What estimates rest on, and which days are worth a look."""
    if len(report.long_days) > words.MOST_DAYS:
        st.header("Days that took half a day", anchor="long-days")
        files.table(
            pd.DataFrame(
                {
                    "day": report.long_days["day"],
                    "all sites": [duration_words(seconds) for seconds in report.long_days["seconds"]],
                    "most of it": [report.name(site) for site in report.long_days["site"]],
                }
            ),
            hide_index=True,
            alt="Days with half a day and more on all sites together",
            column_config={"day": st.column_config.DateColumn(format="ddd D MMM YYYY")},
        )
    if sentences := list(words.calibration_sentences(report)):
        st.header("How sure the estimates are", anchor="estimates")
        for sentence in sentences:
            shared.say(sentence)
        st.caption(
            "An act (post, reply, like, repost, follow) speaks for 15 minutes before and after it; the average of the "
            "weeks around it evens out a week with many or few."
        )


page()
