"""With whom do I really talk? To them against from them, replies that wait, long-lost contacts, one's column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts import conversations as charts
from analytics.pages import figures, files, filters, people, shared
from analytics.pages.sections import section
from analytics.reports import conversations as report_of
from analytics.reports.conversations import Conversations
from analytics.reports.week_words import count_words

MOST_DOTS = 2_000
MOST_CHOICES = 2_000
TALL = 72  # a row in which text is wrapped
EVER = "all"
PERIODS = {"30": "30 days", "90": "90 days", "365": "a year", EVER: "All"}
PERSON = "person"  # in the address: whose column is shown, platform:account


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    report = shared.opened("Conversations", report_of.conversations)
    if report is None:
        return
    if report.missing:
        shared.part_missing(report.missing)
        return
    for sentence in report.said("people"):
        shared.say(sentence)
    figures.of_period("Conversations")
    left, right = st.columns([0.46, 0.54], gap="medium")
    with left:
        clicked = to_and_from(report) or []
    with right:
        one_column(report, clicked)
    waiting(report)
    everybody(report)
    long_lost(report)


@section
def to_and_from(report: Conversations) -> list[dict[str, Any]]:
    """The picture; the dots that were clicked."""
    st.header("To them against from them", anchor=False)
    drawn = report.people.head(MOST_DOTS)
    columns = [
        "platform", "account", "name", "to_them", "from_them", "words_to_them", "words_from_them", "words",
    ]  # fmt: skip
    cut = f" The first {MOST_DOTS:,} of {len(report.people):,}." if len(drawn) < len(report.people) else ""
    clicked = shared.picked(
        charts.to_and_from(drawn[columns]),
        words=f"Acts to each of {count_words(len(drawn), 'person', 'people')} against acts from them. "
        + " ".join(report.said("people")),
        caption="A dot is a person. Counted are replies, mentions, quotes, messages, likes and reposts; the axes are "
        f"drawn together at their high end. Click a dot to read that person's column.{cut}",
        key="to-and-from",
        param=charts.CHOSEN,
    )
    for sentence in report.said("basis"):
        st.caption(shared.escaped(sentence))
    return clicked


@section
def one_column(report: Conversations, clicked: list[dict[str, Any]]) -> None:
    """One person: who they are, what they wrote and what went between us."""
    st.header("One person's column", anchor="column")
    known = report.people.head(MOST_CHOICES)
    labels = {
        _address(row): f"{row['name']} ({row['network']})"
        for row in known[["platform", "account", "name", "network"]].to_dict("records")
    }
    first = next(iter(labels))
    _choose(first, _address(clicked[0]) if clicked else None)
    # Whom the address or a dot asks for may be none of those with most words.
    asked = st.session_state[PERSON]
    chosen = st.selectbox(
        "Person",
        list(labels) if asked in labels else [asked, *labels],
        format_func=lambda key: labels.get(key, key.partition(":")[2]),
        key=PERSON,
        required=True,
        label_visibility="collapsed",
    )
    if chosen == first:
        st.query_params.pop(PERSON, None)
    else:
        st.query_params[PERSON] = str(chosen)
    platform, _, account = str(chosen).partition(":")
    column_of(platform, account, key="column")


def _choose(first: str, dot: str | None) -> None:
    """Whose column it is: whoever was clicked just now, else was chosen before, else is asked for by the address."""
    network = filters.network()
    if dot and dot != st.session_state.get("person-dot"):
        st.session_state[PERSON] = dot
    elif PERSON not in st.session_state:
        linked = st.query_params.get(PERSON, "")
        st.session_state[PERSON] = linked if all(linked.partition(":")) else first
    if network and not st.session_state[PERSON].startswith(f"{network}:"):
        st.session_state[PERSON] = first
    st.session_state["person-dot"] = dot


def _address(row: Mapping[Any, Any]) -> str:
    return f"{row['platform']}:{row['account']}"


def column_of(platform: str, account: str, *, key: str) -> None:
    """What is known of a person, and the column."""
    column = shared.asked(report_of.column, platform=platform, account=account)
    shared.say(column.facts)
    if column.rows.empty:
        shared.say("No post of theirs is here, and nothing that passed between you.")
        return
    files.table(
        column.rows,
        hide_index=True,
        height="content" if len(column.rows) <= 5 else 430,
        row_height=TALL,
        key=key,
        column_order=["day", "what", "text", "link"],
        column_config={
            "day": st.column_config.DateColumn("day", width=85, format="YYYY-MM-DD"),
            "what": st.column_config.TextColumn("what", width=105),
            "text": st.column_config.TextColumn("text", width=225),
            "link": _POST,
        },
        alt="What this person wrote and what passed between you, newest first",
    )


@section
def waiting(report: Conversations) -> None:
    """What people said after one's own last word to them."""
    st.header("Replies that wait", anchor="waiting")
    for sentence in report.said("waiting"):
        shared.say(sentence)
    if report.waiting.empty:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = st.segmented_control(
            "Said within",
            list(PERIODS),
            format_func=PERIODS.__getitem__,
            default="90",
            required=True,
            key="waiting-period",
        )
        hidden = st.toggle("Hide those I liked or reposted", key="waiting-hide-liked")
    rows = report.waits(days=None if period == EVER else int(period or 0), with_liked=not hidden)
    if rows.empty:
        shared.say(f"None of these {count_words(len(report.waiting), 'thread')} is of that time.")
        return
    links = [
        report_of.profile_link(row["platform"], row["account"], row["handle"])
        for row in rows.to_dict("records")
    ]
    files.table(
        rows.assign(profile=pd.Series(links, index=rows.index, dtype=object)),
        hide_index=True,
        height="content" if len(rows) <= 5 else 470,
        row_height=TALL,
        key="waiting",
        column_order=["name", "profile", "kind", "day", "days", "said", "waiting", "liked", "link"],
        column_config={
            "name": st.column_config.TextColumn("account", width=160),
            "profile": st.column_config.LinkColumn("profile", width=55, display_text="open"),
            "kind": st.column_config.TextColumn("what", width=65),
            "day": st.column_config.DateColumn("said", width=85, format="YYYY-MM-DD"),
            "days": st.column_config.NumberColumn("days ago", width=65, format="localized"),
            "said": st.column_config.TextColumn("text", width=285),
            "waiting": st.column_config.NumberColumn(
                "waiting", width=60, help="How many things they said since your last word to them"
            ),
            "liked": st.column_config.CheckboxColumn(
                "liked", width=50, help="You liked or reposted it, which may be answer enough"
            ),
            "link": _POST,
        },
        alt="What waits for an answer, the newest first",
    )
    st.caption(
        f"{count_words(len(rows), 'row')} of {len(report.waiting):,}, a row a person. Whatever somebody said after "
        "your last word to them waits; “on yours” is your own post that they answered, where theirs is not here. "
        "An answer given elsewhere is not known."
    )


@section
def everybody(report: Conversations) -> None:
    """Everybody with whom anything passed, to search, sort and open."""
    st.header("People I talk with", anchor="people")
    both = report.people["words"] == "both ways"
    everyone = st.toggle(
        f"Show also the {int((~both).sum()):,} with whom words did not go both ways", key="people-one-way"
    )
    rows = report.people if everyone else report.people[both]
    if rows.empty:
        shared.say("With nobody so far.")
        return
    selected = people.people_table(
        rows.reset_index(drop=True),
        key="talk-people",
        columns={
            "name": st.column_config.TextColumn("account", width=180),
            "display_name": st.column_config.TextColumn("name", width=145),
            "network": st.column_config.TextColumn("network", width=75),
            "words_to_them": _count("words to", "Words to them: replies, mentions, quotes and messages"),
            "words_from_them": _count(
                "words from", "Words from them: replies, mentions, quotes and messages"
            ),
            "to_them": _count("all to", "All acts to them, with likes and reposts"),
            "from_them": _count("all from", "All acts from them, with likes and reposts"),
            "last_day": st.column_config.DateColumn("last", width=85, format="YYYY-MM-DD"),
        },
        alt="People with whom anything passed, those first with whom words go both ways most",
        decide=False,
    )
    st.caption("Choose a row by the box at its left to read that person's column here.")
    _columns_of(selected, "people")


@section
def long_lost(report: Conversations) -> None:
    """With whom words went both ways, and then no more."""
    st.header("Long-lost contacts", anchor="long-lost")
    for sentence in report.said("lost"):
        shared.say(sentence)
    days = st.number_input(
        "Silent for at least so many days",
        min_value=7,
        max_value=3650,
        value=min(max(int(report.silent_days), 7), 3650),
        step=30,
        key="lost-days",
        width=260,
    )
    rows = report.lost
    if days != int(report.silent_days):
        rows = shared.asked(report_of.lost, silent_days=float(days or report.silent_days))
        shared.say(
            f"Silent for {int(days or 0):,} days and more: {len(rows):,} of "
            f"{count_words(report.contacts, 'person', 'people')}."
        )
    if rows.empty:
        return
    selected = people.people_table(
        rows,
        key="lost-people",
        columns={
            "name": st.column_config.TextColumn("account", width=180),
            "display_name": st.column_config.TextColumn("name", width=145),
            "network": st.column_config.TextColumn("network", width=75),
            "silent_days": st.column_config.NumberColumn("days silent", width=75, format="localized"),
            "usual_gap_days": st.column_config.NumberColumn(
                "usual gap", width=75, format="%.0f", help="Days between days with words, by the median"
            ),
            "words_to_them": _count("words to", "Words to them: replies, mentions, quotes and messages"),
            "words_from_them": _count(
                "words from", "Words from them: replies, mentions, quotes and messages"
            ),
            "last_day": st.column_config.DateColumn("last word", width=85, format="YYYY-MM-DD"),
        },
        alt="Long-lost contacts, the closest first",
        decide=False,
    )
    _columns_of(selected, "lost")


def _columns_of(selected: pd.DataFrame, key: str) -> None:
    for person in selected.head(2).to_dict("records"):
        with st.container(border=True):
            column_of(person["platform"], person["account"], key=f"{key}-{_address(person)}")


def _count(label: str, explained: str) -> Any:
    return st.column_config.NumberColumn(label, width=75, format="localized", help=explained)


_POST = st.column_config.LinkColumn(
    "post", width=50, display_text="open", help="Opens the post on the network's own site"
)


page()
