"""What did the time bring? Results an hour, another split, kinds of post, hours, before and after, top posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts import results as charts
from analytics.charts.time import hour_map
from analytics.metrics.results_change import TIME
from analytics.metrics.window import to_local
from analytics.pages import badges, figures, files, shared
from analytics.pages.sections import section
from analytics.reports import result_words as words
from analytics.reports.profiles import post_url
from analytics.reports.results import Results, results
from analytics.reports.time_words import WEEKDAYS
from analytics.reports.week_words import count_words

LEAST_SITES = 2


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    report = shared.opened("Results", results)
    if report is None:
        return
    figures.of_period("Results")
    an_hour(report)
    another_split(report)
    kinds(report)
    good_hours(report)
    changes(report)
    reply_times(report)
    top_posts(report)


def _said(report: Results, part: str) -> None:
    for sentence in report.parts.get(part, ()):
        shared.say(sentence)


@section
def an_hour(report: Results) -> None:
    """Dots with ranges, a measure at a time."""
    st.header("What an hour brings", anchor="hour")
    if missing := report.missing.get("rates"):
        shared.part_missing(missing)
        return
    table = report.rates.table
    if table.empty:
        shared.say("No complete week has both time and results on one site yet.")
        return
    _said(report, "rates")
    badges.show(badges.of_time(" ".join(table["basis"].dropna())))
    there = [measure for measure in words.MEASURE_WORDS if (table["measure"] == measure).any()]
    measure = st.segmented_control(
        "Counted",
        there,
        format_func=words.plural,
        default=there[0],
        required=True,
        key="measure",
        bind="query-params",
    )
    rows = table[table["measure"] == (measure if measure in there else there[0])]
    sources = report.weeks[(report.weeks["measure"] == measure) & report.weeks["site"].isin(rows["site"])]
    said = [
        f"{report.name(str(site))} by {', '.join(sorted(set(of_site['source'])))}"
        for site, of_site in sources.groupby("site", sort=True)
    ]
    basis = "; ".join(f"{report.name(row['site'])} {row['basis']}" for row in rows.to_dict("records"))
    drawn = rows.assign(words=[_rate_words(row) for row in rows.to_dict("records")])
    shared.chart(
        charts.per_hour(drawn, names=report.names, title=f"{words.plural(str(measure))} an hour"),
        name="results-an-hour",
        words="; ".join(f"{report.name(row['site'])}: {row['words']}" for row in drawn.to_dict("records")),
        caption=f"{words.RANGE} Time rests on: {basis}. "
        f"Results are known from: {'; '.join(said)}. Cause is not told: a week with much time may "
        "be one in which much happened.",
    )


def _rate_words(row: Mapping[Any, Any]) -> str:
    span = "" if pd.isna(row["low"]) else f" ({words.figure(row['low'])} to {words.figure(row['high'])})"
    weeks = f"{row['results']:,.0f} in {row['hours']:,.1f} h of {count_words(row['weeks'], 'week')}"
    return f"{words.figure(row['value'])}{span}, {weeks}, time {row['basis']}"


@section
def another_split(report: Results) -> None:
    """The minutes of a week split otherwise, and what that would have brought."""
    rates = report.rates
    sites = sorted({site for site, _ in rates.draws}, key=report.name)
    if len(sites) < LEAST_SITES:
        return
    total = sum(rates.minutes[site] for site in sites)
    st.header("Another split of the same time", anchor="split")
    shared.say(
        f"So far a week has about {total:,.0f} minutes on these sites. Weigh them otherwise; what comes out is "
        "scaled to the same total."
    )
    weights = {}
    for site, column in zip(sites, st.columns(len(sites)), strict=True):
        with column:
            weights[site] = st.slider(
                report.name(site),
                0,
                100,
                value=round(100 * rates.minutes[site] / total),
                key=f"split-{site}",
                format="%d %%",
            )
    whole = sum(weights.values())
    if not whole:
        shared.say("Give at least one site some time.")
        return
    minutes = {site: total * weight / whole for site, weight in weights.items()}
    parts = [
        f"{report.name(site)} {minutes[site]:,.0f} min (so far {rates.minutes[site]:,.0f})" for site in sites
    ]
    shared.say(f"That is {', '.join(parts)}.")
    if all(abs(minutes[site] - rates.minutes[site]) < total / 100 for site in sites):
        st.caption("This is the split so far; move a slider.")
        return
    for sentence in words.split_sentences(report, minutes):
        shared.say(sentence)


@section
def kinds(report: Results) -> None:
    """What one's posts are made of, and what each kind brings."""
    st.header("What kinds of post bring", anchor="kinds")
    if missing := report.missing.get("posts"):
        shared.part_missing(missing)
        return
    _said(report, "mix")
    left, right = st.columns(2, gap="large")
    with left:
        shared.chart(
            charts.shares(report.mix, names=report.names),
            name="kinds-of-post",
            words="What your own posts are made of.",
            caption="Your own posts by kind, reposts left out: replies to others; words or pictures of your own; "
            "links; links with words of a hard sell, or without a word.",
        )
    known = report.mix[report.mix["known"] > 0]
    with right:
        if known.empty:
            shared.say("What your posts received is not in these exports.")
            return
        said = [
            f"{words.figure(row['typical'])}, median {row['median']:g}, mean {words.figure(row['mean'])}, "
            f"{count_words(row['known'], 'post')}"
            for row in known.to_dict("records")
        ]
        shared.chart(
            charts.kinds(known.assign(words=said), names=report.names),
            name="what-kinds-bring",
            words="; ".join(
                f"{report.name(row['site'])}, {row['kind']}: {text}"
                for row, text in zip(known.to_dict("records"), said, strict=True)
            ),
            caption="Dot: the geometric mean, which one post that went round the world hardly moves; the larger, the "
            "more posts. Line: its middle 80 %, drawn anew from the posts.",
        )


@section
def good_hours(report: Results) -> None:
    """Posts by weekday and hour, with what they received."""
    if report.hours.empty:
        return
    st.header("Best hours", anchor="hours")
    _said(report, "hours")
    every = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    cells = report.hours.set_index(["weekday", "hour"]).reindex(every).reset_index()
    cells["value"] = cells["posts"].fillna(0)
    cells["words"] = [_cell_words(row) for row in cells.to_dict("records")]
    shared.chart(
        hour_map(
            cells[["weekday", "hour", "value", "words"]], title="your posts", week_start=report.week_start
        ),
        name="posts-by-hour",
        words=" ".join(report.parts.get("hours", ())) or "Own posts by weekday and hour.",
        caption=f"How many posts you wrote in each hour, {report.time_zone}; point at one for what they received. "
        "Networks differ, so hours are compared within one, three together, and only where ten posts have counts.",
    )


def _cell_words(row: Mapping[Any, Any]) -> str:
    when = f"{WEEKDAYS[int(row['weekday'])]} {int(row['hour']):02d}:00"
    if not row["value"]:
        return f"{when}: no post"
    received = (
        ""
        if pd.isna(row["median"])
        else f", half received {row['median']:g} or more ({row['known']:g} counted)"
    )
    return f"{when}: {count_words(int(row['value']), 'post')}{received}"


@section
def changes(report: Results) -> None:
    """The weeks before and after a change of the budget."""
    st.header("Before and after a change of the budget", anchor="changes")
    if report.changes.empty:
        shared.say(
            "No change of the budget for all sites has two known weeks on both sides yet. Change it on the page Time "
            "or with watercooler budget set, and this shows what followed."
        )
        return
    _said(report, "changes")
    last = report.changes[report.changes["from"] == report.changes["from"].max()]
    drawn = last.assign(
        measure=["time spent" if measure == TIME else words.plural(measure) for measure in last["measure"]],
        words=[
            f"{words.figure(row['before'])} before, {words.figure(row['after'])} after"
            for row in last.to_dict("records")
        ],
    )
    shared.chart(
        charts.before_after(drawn),
        name="before-and-after",
        words=report.parts["changes"][-1],
        caption="The last change. Dot: a week after it against a week before; line: the middle 80 % of a bootstrap "
        "over weeks. A line across 0 may be chance.",
    )


@section
def reply_times(report: Results) -> None:
    """How soon people answer."""
    if report.replies.empty:
        return
    st.header("How soon the answers come", anchor="replies")
    _said(report, "replies")
    st.caption("Only replies of which both moments are known; what was never answered is not among them.")


@section
def top_posts(report: Results) -> None:
    """The posts that received most."""
    if report.top.empty:
        return
    st.header("Your posts that received most", anchor="top")
    counts = [name for name in ("received", "likes", "reposts", "replies") if report.top[name].notna().any()]
    rows = [
        {
            "posted": to_local(row["created_utc"].to_pydatetime(), report.time_zone).replace(tzinfo=None),
            "network": report.name(row["site"]),
            "kind": row["kind"],
            "text": row["text"],
            **{name: row[name] for name in counts},
            "post": post_url(row["site"], row["post_id"], row["author"], None),
        }
        for row in report.top.to_dict("records")
    ]
    files.table(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        row_height=72,
        key="results-top",
        alt="Your posts that received most",
        column_config={
            "posted": st.column_config.DatetimeColumn(format="D MMM YYYY", width=95),
            "network": st.column_config.TextColumn(width=80),
            "kind": st.column_config.TextColumn(width=95),
            "text": st.column_config.TextColumn(width=270),
            "post": st.column_config.LinkColumn(
                display_text="open", width=55, help="Opens the post on the network's own site"
            ),
            **{name: st.column_config.NumberColumn(width=68, format="localized") for name in counts},
        },
    )


page()
