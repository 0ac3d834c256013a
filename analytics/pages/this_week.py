"""How does my week stand, and what should I do? Time against the budget, the plan, people, link-pushers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts.followers import follower_line
from analytics.charts.reciprocity import overlap_bar
from analytics.charts.theme import Picture
from analytics.charts.time_budget import budget_bars
from analytics.charts.week import STATES, plan_strip, week_days
from analytics.metrics.weekly_budget import Standing
from analytics.metrics.window import midnight_utc, to_local
from analytics.pages import shared
from analytics.reports.this_week import ThisWeek
from analytics.reports.week_words import account_name, day_words, handle, is_estimated, minutes_words, percent
from analytics.store.connection import StoreMissing, StoreUnusable


def page() -> None:
    """The whole page, or what is missing for it."""
    st.title("This week", anchor=False)
    try:
        report = shared.report_of_week()
    except StoreMissing:
        shared.nothing_imported()
        return
    except StoreUnusable as error:
        st.error("The store cannot be read.")
        st.text(str(error))
        return
    shared.sample_banner()
    for sentence in report.said("week"):
        st.caption(shared.escaped(f"{sentence} Times are those of {report.time_zone}."))
    left, right = st.columns([0.62, 0.38], gap="large")
    with left:
        time_against_budget(report)
        day_by_day(report)
    with right:
        worth_doing(report)
        in_words(report)
    people(report)
    link_pushers(report)


def time_against_budget(report: ThisWeek) -> None:
    """A bullet bar for all sites and for each, with what the marks mean."""
    st.header("Time against the budget", anchor="time")
    if missing := report.lacking("time"):
        shared.part_missing(missing)
        return
    sentences = report.said("time")
    shared.say(sentences[0])
    bars = _bars(report)
    words = "; ".join(f"{row.name}: {row.words}" for row in bars.itertuples(index=False))
    shared.chart(
        budget_bars(bars), words=f"Time spent against the budget. {words}.", caption=_legend(bars, report)
    )


def _bars(report: ThisWeek) -> pd.DataFrame:
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


def _legend(bars: pd.DataFrame, report: ThisWeek) -> str:
    said = ["Upright mark: the budget"]
    if (bars["recorded_minutes"] > bars["budget_minutes"].astype("float64")).any():
        said.append("red: beyond it")
    if (bars["estimated_minutes"] > 0).any():
        said.append("paler: estimated, with a thin line from its low to its high")
    if report.is_present and bars["pace_minutes"].notna().any():
        said.append("diamond: where the week ends at this pace (an arrow: further than the picture)")
    if report.platform:
        said.append("the budget is one for all sites, so their total stays whole")
    return f"{'; '.join(said)}."


def worth_doing(report: ThisWeek) -> None:
    """Up to three things to do, each a link to the part that shows it."""
    st.header("Worth doing now", anchor=False)
    if not report.suggestions:
        shared.say("Nothing: no budget is over, no list is old.")
    for suggestion in report.suggestions:
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f"**[{shared.escaped(suggestion.what)}](#{suggestion.part})**")
            shared.say(suggestion.why)


def day_by_day(report: ThisWeek) -> None:
    """Minutes of each day by site, and the planned slots under them."""
    st.header("Day by day, and the plan", anchor="plan")
    if not report.days.empty:
        estimated = "; estimated time is not known by the day" if report.estimated_minutes else ""
        shared.chart(
            _days_chart(report), words=_days_words(report), caption=f"Recorded time of each day{estimated}."
        )
    elif not report.lacking("time"):
        shared.say("No recorded time in this week; estimates are not known by the day.")
    if missing := report.lacking("plan"):
        shared.part_missing(missing)
        return
    for sentence in report.said("plan"):
        shared.say(sentence)
    strip = plan_strip(_slots(report), report.week)
    shared.chart(strip, words=" ".join(report.said("plan")), caption=_plan_legend(report))


def in_words(report: ThisWeek) -> None:
    """Each site, a sentence each."""
    if sentences := report.said("time")[1:]:
        st.header("In words", anchor=False)
    for sentence in sentences:
        shared.say(sentence)


def _days_chart(report: ThisWeek) -> Picture:
    last = to_local(report.as_of_utc - timedelta(microseconds=1), report.time_zone).date()
    present = to_local(report.present_utc, report.time_zone).date()
    word = "today" if last == present else "data end"
    return week_days(report.days, report.week, last=last, last_word=word, names=dict(report.names))


def _days_words(report: ThisWeek) -> str:
    daily = report.days.groupby("day")["seconds"].sum()
    said = (f"{day:%A} {minutes_words(seconds / 60)}" for day, seconds in daily.items())
    return f"Recorded time by day: {', '.join(said)}."


def _slots(report: ThisWeek) -> pd.DataFrame:
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


def _plan_legend(report: ThisWeek) -> str:
    meanings = {
        "kept": "kept: at least half of the slot spent on its site, 15 min either side included",
        "partly": "in part",
        "missed": "missed",
        "ahead": "after the data end",
        "not measured": "not known: nothing recorded this site",
    }
    there = set(report.plan["state"])
    said = (f"{STATES[state]} {meaning}" for state, meaning in meanings.items() if state in there)
    return f"Planned slots. {'; '.join(said)}."


def people(report: ThisWeek) -> None:
    """Per account of mine: how many follow, how many of whom I follow follow back, and the line."""
    st.header("People", anchor="people")
    if missing := report.lacking("people"):
        shared.part_missing(missing)
    growth = report.said("growth")
    for sentence in report.said("together"):
        shared.say(sentence)
    for account, sentence in zip(report.accounts.to_dict("records"), report.said("people"), strict=True):
        with st.container(border=True):
            shared.say(sentence)
            _counts(report, account)
            left, right = st.columns(2, gap="large")
            if not pd.isna(account["mutual"]):
                caption = "Those you follow and your followers overlap in the mutual ones."
                with left:
                    shared.chart(_overlap(account), words=sentence, caption=caption)
            with right:
                name = f"{account_name(report, account)}: "
                _line(report, account, [said.removeprefix(name) for said in growth if said.startswith(name)])
    with st.container(horizontal=True):
        shared.more_on("follows", "Who they are: Follows")
        shared.more_on("growth", "Who came and left: Growth")
        shared.more_on("conversations", "Who waits for an answer: Conversations")


def _counts(report: ThisWeek, account: Mapping[Any, Any]) -> None:
    def of(part: str, whole: str, words: str) -> str:
        total = account[whole]
        known = not pd.isna(total) and not pd.isna(account[part]) and total
        return f"{percent(account[part], total)} of {words.format(n=f'{total:,}')}" if known else ""

    def as_of(key: str) -> str:
        moment = account[key]
        return "not in these exports" if pd.isna(moment) else f"list of {day_words(moment, report.time_zone)}"

    shown = [
        ("Followers", "followers", as_of("followers_as_of")),
        ("Following", "following", as_of("following_as_of")),
        ("Mutual", "mutual", of("mutual", "following", "the {n} you follow")),
        ("Not following back", "not_following_back", of("not_following_back", "following", "the {n} you follow")),
        ("Fans", "fans", of("fans", "followers", "your {n} followers")),
    ]  # fmt: skip
    for column, (label, key, note) in zip(st.columns(len(shown)), shown, strict=True):
        with column, st.container(gap=None):
            value = account[key]
            st.metric(label, "–" if pd.isna(value) else f"{value:,}")
            st.caption(note or "needs both lists, complete")


def _overlap(account: Mapping[Any, Any]) -> Picture:
    return overlap_bar(
        not_following_back=int(account["not_following_back"]),
        mutual=int(account["mutual"]),
        fans=int(account["fans"]),
    )


def _line(report: ThisWeek, account: Mapping[Any, Any], growth: list[str]) -> None:
    points = report.points
    mine = (points["platform"] == account["platform"]) & (points["owner"] == account["owner"])
    points = points[mine & points["followers"].notna()]
    if len(points) < 2:
        shared.say("Followers are known of one moment only; a later export makes a line of it.")
        return

    def local(moment: Any) -> Any:
        return to_local(moment, report.time_zone).replace(tzinfo=None)

    drawn = points.assign(at=[local(moment) for moment in points["as_of"]])[["at", "followers", "source"]]
    ends = (report.week, report.week + timedelta(days=7))
    week = tuple(local(midnight_utc(day, report.time_zone)) for day in ends)
    first, last = points.iloc[0], points.iloc[-1]
    words = (
        f"Followers over time: {first['followers']:,} on {day_words(first['as_of'], report.time_zone)}, "
        f"{last['followers']:,} on {day_words(last['as_of'], report.time_zone)}."
    )
    for sentence in growth:
        shared.say(sentence[0].upper() + sentence[1:])
    shared.chart(
        follower_line(drawn, week=(week[0], week[1])),
        words=words,
        caption="Followers; a dot is a list or a profile in an export, the stripe is the week. "
        "The scale does not begin at 0.",
    )


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
    st.dataframe(
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


page()
