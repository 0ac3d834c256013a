"""What is said about a topic, and who leads there? Matches over time, the accounts answered most, the posts."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.charts import search as charts
from analytics.pages import files, people, shared
from analytics.pages.sections import section
from analytics.reports import search as report_of
from analytics.reports.search import MOST_POSTS, Search
from analytics.reports.week_words import count_words

MOST_LEADERS = 500
WORDS = "words"  # the box's key and its name in the address
TALL = 72  # a row in which text is wrapped


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    typed = st.session_state[WORDS] if WORDS in st.session_state else st.query_params.get(WORDS)
    query = str(typed or "")
    report = shared.opened("Search", report_of.search, query=query)
    if report is None:
        return
    if report.missing:
        shared.part_missing(report.missing)
        return
    st.text_input(
        "Words",
        key=WORDS,
        bind="query-params",
        placeholder="a topic, a name, a #tag",
        label_visibility="collapsed",
        max_chars=200,
        width=520,
    )
    if not report.words:
        what_one_can_do(report)
        return
    for sentence in report.sentences:
        shared.say(sentence)
    if not report.found:
        _hint()
        return
    over_time(report)
    led = leaders(report)
    posts(report, report.leaders.head(0) if led is None else led)


def _hint() -> None:
    st.caption(
        "Words are looked for as they are written, whatever their case: “duck” does not find “ducks”. Words in "
        "quotation marks must stand side by side."
    )


@section
def what_one_can_do(report: Search) -> None:
    """Before anything was asked."""
    shared.say(
        f"Type a word or more to see what is said about it, when, and who leads there, in {report.searched}."
    )
    _hint()


@section
def over_time(report: Search) -> None:
    """How many posts match, by time."""
    if report.periods.empty:
        return
    st.header(f"Matches by {report.per}", anchor="over-time")
    shared.chart(
        charts.matches_over_time(report.periods),
        words=f"Posts that match, by {report.per}. {report.sentences[0]}",
        caption=f"Posts that match, a bar a {report.per}; those that your exports hold, not all that was written.",
    )


@section
def leaders(report: Search) -> pd.DataFrame:
    """The accounts that are answered most; those that are chosen."""
    st.header("Who leads in it", anchor="leaders")
    rows = report.leaders.head(MOST_LEADERS)
    columns = {
        "name": st.column_config.TextColumn("account", width=190),
        "display_name": st.column_config.TextColumn("name", width=160),
        "network": st.column_config.TextColumn("network", width=80),
        "posts": _count("posts", "Posts that match"),
        "answers": _count(
            "replies", "Of others to these posts: those held here, or the network's own number if higher"
        ),
        "reposts": _count("reposts", "The network's own number, where it is known"),
        "likes": _count("likes", "The network's own number, where it is known"),
        "followed": st.column_config.TextColumn("you follow", width=75),
    }
    unknown = [name for name in ("reposts", "likes", "followed") if not rows[name].notna().any()]
    selected = people.people_table(
        rows,
        key="leaders",
        columns={name: column for name, column in columns.items() if name not in unknown},
        alt="Accounts with posts that match, the most answered first",
        decide=False,
    )
    more = (
        f" The first {MOST_LEADERS:,} of {len(report.leaders):,}."
        if len(report.leaders) > MOST_LEADERS
        else ""
    )
    st.caption(
        "The most answered first. An empty cell is not known. Choose rows by the box at their left to see only their "
        f"posts below.{more}"
    )
    return selected


@section
def posts(report: Search, chosen: pd.DataFrame) -> None:
    """The posts, the best first; where accounts are chosen, only theirs."""
    st.header("Posts", anchor="posts")
    rows = report.posts
    if len(chosen):
        rows = rows.merge(chosen[["platform", "account"]], on=["platform", "account"])
        shared.say(
            f"Only those of {count_words(len(chosen), 'account')} chosen above: {len(rows):,} of {len(report.posts):,}."
        )
    files.table(
        rows,
        hide_index=True,
        height="content" if len(rows) <= 6 else 550,
        row_height=TALL,
        key="found-posts",
        column_order=["day", "name", "network", "text", "score", "link"],
        column_config={
            "day": st.column_config.DateColumn("day", width=85, format="YYYY-MM-DD"),
            "name": st.column_config.TextColumn("account", width=170),
            "network": st.column_config.TextColumn("network", width=75),
            "text": st.column_config.TextColumn("text", width=460),
            "score": st.column_config.NumberColumn(
                "score",
                width=55,
                format="%.1f",
                help="How well it fits (BM25); comparable within one search only",
            ),
            "link": st.column_config.LinkColumn(
                "post", width=50, display_text="open", help="Opens the post on the network's own site"
            ),
        },
        alt="Posts that match, the best first",
        name="posts-found",
    )
    if report.found > MOST_POSTS:
        st.caption(f"The best {MOST_POSTS:,} of {count_words(report.found, 'post')}.")


def _count(label: str, explained: str) -> object:
    return st.column_config.NumberColumn(label, width=70, format="localized", help=explained)


page()
