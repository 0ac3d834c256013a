"""How does my week stand, and what should I do? Time against the budget, what came of it, people, link-pushers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from analytics.charts.follows import relation_bars
from analytics.charts.theme import Picture
from analytics.charts.time_budget import budget_bars
from analytics.charts.week import STATES, plan_strip, week_days
from analytics.metrics.window import Window
from analytics.pages import badges, figures, files, first_run, shared
from analytics.pages.sections import section
from analytics.reports import week_frames
from analytics.reports.digest_html import as_html
from analytics.reports.digest_markdown import as_markdown
from analytics.reports.figures import DOWN, NEITHER, Figure
from analytics.reports.follow_words import short_names
from analytics.reports.this_week import ThisWeek, of_data
from analytics.reports.week_words import MEASURE_WORDS, day_words, handle, percent

MOST_CAME = 4
BREATH_SECONDS = 0.6
PAGES = {
    "time": "Time", "link_pushers": "Link-pushers", "follows": "Follows", "conversations": "Conversations",
    "imports": "Import",
}  # fmt: skip


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    # The week's time is known long before the people are, so it is shown first.
    report = shared.opened("This week", of_data, has_period=False, time_alone=True)
    if report is None:
        return
    if report.data_until_utc is None and shared.asked(_is_empty, has_period=False):
        first_run.nothing_imported(whole=True)
        return
    for sentence in report.said("week"):
        st.caption(shared.escaped(f"{sentence} Times are those of {report.time_zone}."))
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        time_against_budget(report)
    with right:
        st.header("Worth doing now", anchor="doing")
        suggested = st.container()
    _let_it_be_drawn()
    report = shared.asked(of_data, has_period=False)
    with suggested:
        worth_doing(report)
    what_came(report)
    people(report)
    day_by_day(report)
    link_pushers(report)
    take_along(report)


def _let_it_be_drawn() -> None:
    """A breath, once: a browser that is handed the whole page at once draws its first picture half a second later."""
    if not st.session_state.get("seen"):
        st.session_state["seen"] = True
        time.sleep(BREATH_SECONDS)


def _is_empty(cursor: duckdb.DuckDBPyConnection, window: Window) -> bool:
    """Whether nothing was imported, or everything was taken back: a store of settings alone."""
    [row] = cursor.execute(
        "SELECT NOT EXISTS (FROM imports) AND NOT EXISTS (FROM follow_lists) AND NOT EXISTS (FROM posts)"
    ).fetchall()
    return bool(row[0])


@section
def time_against_budget(report: ThisWeek) -> None:
    """A bullet bar for all sites and for each, with what the marks mean."""
    st.header("Time against the budget", anchor="time")
    if missing := report.lacking("time"):
        shared.part_missing(missing)
        return
    first, *others = report.said("time")
    shared.finding(first)
    badges.show(badges.of_time(report.budget.total.basis))
    for sentence in report.said("today"):
        shared.say(sentence)
    bars = week_frames.bars(report)
    shared.chart(
        budget_bars(bars),
        words=week_frames.bars_words(bars),
        caption=week_frames.bars_legend(bars, report),
        name="time-against-budget",
    )
    if others:
        with st.expander("Each site in words"):
            for sentence in others:
                shared.say(sentence)


@section
def worth_doing(report: ThisWeek) -> None:
    """Up to three things to do, each a link to the page where it is done."""
    if not report.suggestions:
        shared.say("Nothing: no budget is over, nobody waits, no list is old.")
    for suggestion in report.suggestions:
        with st.container(border=True, gap="xxsmall"):
            shared.finding(suggestion.what)
            shared.say(suggestion.why)
            shared.more_on(suggestion.page, PAGES[suggestion.page])


@section
def what_came(report: ThisWeek) -> None:
    """What the week brought so far, against the week before up to the same hour."""
    st.header("What came of it", anchor="came")
    if missing := report.lacking("results"):
        shared.part_missing(missing)
        return
    for sentence in report.said("results"):
        shared.say(sentence)
    figures.row([_came(row) for row in report.came.head(MOST_CAME).to_dict("records")])
    shared.more_on("results", "What an hour of each site brings: Results")


def _came(row: Mapping[Any, Any]) -> Figure:
    many = MEASURE_WORDS[row["measure"]][1]
    return Figure(
        label=many[0].upper() + many[1:],
        value=None if pd.isna(row["value"]) else row["value"],
        before=None if pd.isna(row["before"]) else row["before"],
        versus="than last week by then",
        note=row["sources"],
    )


@section
def day_by_day(report: ThisWeek) -> None:
    """Minutes of each day by site, and the planned slots under them."""
    st.header("Day by day, and the plan", anchor="plan")
    if not report.days.empty:
        estimated = "; estimated time is not known by the day" if report.estimated_minutes else ""
        shared.chart(
            _days_chart(report),
            words=week_frames.days_words(report),
            caption=f"Recorded time of each day{estimated}.",
        )
    elif not report.lacking("time"):
        shared.say("No recorded time in this week; estimates are not known by the day.")
    if missing := report.lacking("plan"):
        shared.part_missing(missing)
        return
    for sentence in report.said("plan"):
        shared.say(sentence)
    strip = plan_strip(week_frames.slots(report), report.week)
    legend = week_frames.slots_legend(report, STATES)
    shared.chart(strip, words=" ".join(report.said("plan")), caption=legend, name="plan")


def _days_chart(report: ThisWeek) -> Picture:
    last, word = week_frames.last_day(report)
    return week_days(report.days, report.week, last=last, last_word=word, names=dict(report.names))


@section
def people(report: ThisWeek) -> None:
    """How many follow back, who came and who left, and one bar an account."""
    st.header("People", anchor="people")
    if missing := report.lacking("people"):
        shared.part_missing(missing)
    each = report.said("people")
    for sentence in report.said("together") or each[:1]:
        shared.say(sentence)
    known = report.accounts.dropna(subset=["mutual"]) if len(report.accounts) else report.accounts
    figures.row(_of_people(report, known))
    if len(known):
        counts = known.assign(name=short_names(report.names, known))
        shared.chart(
            relation_bars(counts),
            words="Who follows back. " + " ".join(each),
            caption="Each bar is everybody whom you follow or who follows you there: the first two parts you follow, "
            "the last two follow you.",
            name="who-follows-back",
        )
    if len(each) > 1 or report.said("growth"):
        with st.expander("Each account in words"):
            for sentence in (*each, *report.said("growth")):
                shared.say(sentence)
    with st.container(horizontal=True):
        shared.more_on("follows", "Who they are: Follows")
        shared.more_on("growth", "Who came and left: Growth")


def _of_people(report: ThisWeek, known: pd.DataFrame) -> list[Figure]:
    """Mutual and not following back against the lists of a week ago and earlier, and who came and left since."""
    if known.empty:
        return []
    newer = known.dropna(subset=["before_as_of"])
    told = known.dropna(subset=["gained"])
    since = newer["before_as_of"].min() if len(newer) else None
    versus = f"since {day_words(since, report.time_zone)}" if since is not None else ""
    stale = "" if len(newer) else "; no list of the last 7 days"

    def counted(column: str, good: str, label: str) -> Figure:
        value, following = int(known[column].sum()), int(known["following"].sum())
        change = int((newer[column] - newer[f"{column}_before"]).sum()) if len(newer) else None
        share = f"{percent(value, following)} of the {following:,} you follow" if following else ""
        return Figure(
            label=label, value=value, before=None if change is None else value - change, good=good,
            note=f"{share}{stale}", versus=versus,
        )  # fmt: skip

    def moved(column: str, good: str, label: str) -> Figure:
        followers = f"of {int(known['followers'].sum()):,} followers"
        days = f"{followers}, {versus}" if versus else followers
        value = int(told[column].sum()) if len(told) else None
        return Figure(
            label=label, value=value, good=good, note=days if len(told) else "needs a list of this week"
        )

    return [
        counted("mutual", NEITHER, "Mutual"),
        counted("not_following_back", DOWN, "Not following back"),
        moved("gained", NEITHER, "Gained"),
        moved("lost", NEITHER, "Lost"),
    ]


@section
def link_pushers(report: ThisWeek) -> None:
    """The accounts I follow that most likely only push links, with their reasons."""
    judged = report.link_pushers
    st.header("Most likely link-pushers you follow", anchor="link-pushers")
    if missing := report.lacking("link-pushers"):
        shared.part_missing(missing)
        return
    shared.say(report.said("link-pushers")[0])
    if not judged.top:
        return
    table = pd.DataFrame(
        {
            "account": [handle(person) for person in judged.top],
            "score": [person["score"] for person in judged.top],
            "label": [person["label"] for person in judged.top],
            "posts": [person["posts_seen"] for person in judged.top],
            "why": ["; ".join(person["reasons"]) for person in judged.top],
        }
    )
    if report.platform is None and len({person["platform"] for person in judged.top}) > 1:
        networks = [report.names.get(person["platform"], person["platform"]) for person in judged.top]
        table.insert(1, "network", networks)
    files.table(
        table,
        hide_index=True,
        height="content",
        row_height=72,
        alt="Accounts you follow that most likely only push links, highest score first",
        column_config={
            "account": st.column_config.TextColumn(width=180),
            "network": st.column_config.TextColumn(width=80),
            "score": st.column_config.ProgressColumn(
                width=90, min_value=0, max_value=100, format="%.0f", color="orange"
            ),
            "label": st.column_config.TextColumn(width=110),
            "posts": st.column_config.NumberColumn("posts seen", width=70, format="localized"),
            "why": st.column_config.TextColumn(width=370),
        },
    )
    st.caption(
        shared.escaped(
            f"Score 0 to 100 by the rules of {judged.rules_version}, from the posts and profiles in your exports. "
            "Likely spam needs more than a style of posting to show for it; a link broadcaster may be a source "
            "you want. The list is for you to judge, nothing is unfollowed."
        )
    )
    shared.more_on("link_pushers", "The posts that show it, and all others: Link-pushers")


@section
def take_along(report: ThisWeek) -> None:
    """The week as one file."""
    st.header("Take the week along", anchor="digest")
    shared.say("This week as one file that refers to nothing outside: to read, to send, to print.")
    name = f"watercooler-{report.week}"
    with st.container(horizontal=True):
        files.other("The week as a page (HTML)", shared.later(as_html), f"{name}.html", "text/html")
        files.other("The week as text (Markdown)", shared.later(as_markdown), f"{name}.md", "text/markdown")


page()
