"""Who came, who left, why? Followers over time, people gained and lost, who stays, posts around a jump."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts import growth as charts
from analytics.metrics.retention import START
from analytics.metrics.window import to_local
from analytics.pages import figures, files, people, shared
from analytics.pages.sections import section
from analytics.reports import growth_words as words
from analytics.reports.growth import DIRECTIONS, AccountGrowth, growth
from analytics.reports.profiles import post_url
from analytics.reports.week_words import count_words, day_words

MOST_COHORTS = 24
MOST_LISTS = 12
FEW_LISTS = 4
MOST_EXPLAINED = 10


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    report = shared.opened("Growth", growth)
    if report is None:
        return
    if missing := report.missing:
        shared.part_missing(missing)
        return
    for sentence in report.sentences:
        shared.say(sentence)
    figures.of_period("Growth")
    account = report.accounts[0]
    if len(report.accounts) > 1:
        place = st.selectbox(
            "Account",
            range(len(report.accounts)),
            format_func=lambda place: report.accounts[place].name,
            key="growth-account",
            width=360,
        )
        account = report.accounts[int(place or 0)]
    over_time(account)
    per_interval(account)
    who(account)
    who_stays(account)
    jumps(account)


@section
def over_time(account: AccountGrowth) -> None:
    """The level, as far as it is known."""
    st.header("Followers over time", anchor=False)
    picture = account.levels()
    if len(picture.known) < 2:
        shared.say("Followers are known of one moment only in this period; a line needs a second one.")
        return
    legend = ["Dots: how many followers were known, by a list or a profile"]
    if len(picture.level):
        legend.append("line: worked out from the days that the network counted")
    if len(picture.bands):
        legend.append(
            "shaded: where nobody counted, what it may have been by who came and left between the two lists; "
            "dashed: the last number known"
        )
    shared.chart(
        charts.level_over_time(picture.points, picture.level, picture.known, picture.bands),
        words=f"Followers over time. {account.headline}",
        caption=f"{'; '.join(legend)}. The axis does not begin at zero.",
    )


@section
def per_interval(account: AccountGrowth) -> None:
    """Who came and left between lists, and day by day where the network counts."""
    st.header("Came and left", anchor=False)
    moves = account.moves("follower")
    if moves.empty and account.daily.empty:
        _missing(account, "lists")
        return
    for sentence in account.said("change"):
        shared.say(sentence)
    left, right = st.columns(2, gap="large") if len(moves) and len(account.daily) else (st, st)
    if len(moves):
        with left.container():
            shared.chart(
                charts.came_and_left(moves),
                name="came-and-left",
                words=account.headline,
                caption="Followers who came (up) and left (down) between two lists, by what became of those who "
                "left. Who has a new name counts as neither.",
            )
    if len(account.daily):
        with right.container():
            shared.chart(
                charts.counted_days(account.daily),
                name="counted-days",
                words=words.daily_sentence(account) or "",
                caption=f"New follows (up) and unfollows (down) as {account.network} counts them, by its own day.",
            )


@section
def who(account: AccountGrowth) -> None:
    """The people who came and left between two lists that are chosen."""
    st.header("Who came, who left", anchor=False)
    known = [direction for direction in DIRECTIONS if len(account.list_moments(direction)) > 1]
    if not known:
        _missing(account, "lists")
        return
    key = f"growth-{account.platform}-{account.owner}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        direction = st.segmented_control(
            "List",
            known,
            format_func=DIRECTIONS.__getitem__,
            default=known[0],
            required=True,
            key=f"{key}-list",
        )
        direction = direction if direction in known else known[0]
        moments = account.list_moments(direction)
        first = _moment("From the list of", moments[:-1], 0, account, f"{key}-{direction}-first")
        later = [moment for moment in moments if moment > first]
        second = _moment("to that of", later, len(later) - 1, account, f"{key}-{direction}-second")
    moved = account.between(direction, first, second)
    names = [day_words(moment, account.time_zone) for moment in (first, second)]
    for sentence in words.between_sentences(moved, direction, *names):
        shared.say(sentence)
    _table(account, moved, f"{key}-people")


def _moment(label: str, moments: list[datetime], place: int, account: AccountGrowth, key: str) -> datetime:
    """One of the lists, chosen by its day."""
    chosen = st.selectbox(
        label,
        moments,
        index=place,
        format_func=lambda moment: day_words(moment, account.time_zone),
        key=key,
        width=170,
    )
    return chosen if isinstance(chosen, datetime) else moments[place]


def _table(account: AccountGrowth, moved: pd.DataFrame, key: str) -> None:
    """The people as a table, filtered by what became of them."""
    shown = account.people(moved)
    became = sorted(set(shown["what"]))
    if len(became) > 1:
        chosen = st.pills("What became of them", became, selection_mode="multi", key=f"{key}-what")
        shown = shown[shown["what"].isin(chosen or became)]
    if shown.empty:
        return
    day = "D MMM YYYY"
    columns = {
        "who": st.column_config.TextColumn("account", width=170),
        "what": st.column_config.TextColumn("what", width=90),
        "after_local": st.column_config.DateColumn("after", format=day, width=90),
        "before_local": st.column_config.DateColumn(
            "by", format=day, width=90, help="It happened between these days; the same day where it is dated."
        ),
        "again": st.column_config.CheckboxColumn(
            "again", width=60, help="Was on an earlier list: somebody who came back, no new person"
        ),
        "decision": st.column_config.TextColumn("decision", width=75),
        "cause_basis": st.column_config.TextColumn("what that rests on", width=430),
    }
    empty = [name for name in ("again", "decision") if not shown[name].any()]
    selected = people.people_table(
        shown.reset_index(drop=True),
        key=key,
        columns={name: column for name, column in columns.items() if name not in empty},
        alt=f"{count_words(len(shown), 'person', 'people')} who came or left",
    )
    for person in selected.head(MOST_EXPLAINED).to_dict("records"):
        shared.say(f"{person['who']}: {account.explained(person)}")


@section
def who_stays(account: AccountGrowth) -> None:
    """Cohorts by the month of arrival."""
    st.header("Who stays, by the month in which they came", anchor=False)
    if _missing(account, "retention"):
        return
    sentences = account.said("retention")
    cells = account.cells(most_cohorts=MOST_COHORTS, most_lists=MOST_LISTS)
    dropped = account.cohorts["cohort"].nunique() - cells["cohort"].nunique()
    more = f" The latest {MOST_COHORTS} rows; {dropped:,} older ones are left out." if dropped else ""
    start = " “By”: on the first list already." if (account.cohorts["basis"] == START).any() else ""
    few = cells["list"].nunique() <= FEW_LISTS
    right, left = reversed(st.columns([0.55, 0.45], gap="large")) if few else (st, st)
    with right.container():
        for sentence in sentences:
            shared.say(sentence)
    with left.container():
        shared.chart(
            charts.who_stays(cells),
            name="who-stays",
            words=" ".join(sentences),
            caption="Rows: when they came. Columns: the list. A box: how many of those known to have come are on it; "
            f"the fuller its colour, the more.{start}{more}",
        )


@section
def jumps(account: AccountGrowth) -> None:
    """Days and intervals that stand out, each with the posts around it."""
    st.header("Jumps, and the posts around them", anchor=False)
    if _missing(account, "jumps"):
        return
    for number, jump in enumerate(account.jumps.to_dict("records")):
        posts = account.posts_around({str(name): value for name, value in jump.items()})
        with st.container(border=True):
            shared.say(words.jump_sentence(jump, account.time_zone))
            shared.say(words.posts_sentence(posts))
            if len(posts):
                _posts(account, posts, f"posts-around-jump-{number + 1}")


def _posts(account: AccountGrowth, posts: pd.DataFrame, key: str) -> None:
    rows = pd.DataFrame([_post(account, row) for row in posts.to_dict("records")])
    counts = [name for name in ("likes", "reposts", "replies", "shown") if rows[name].notna().any()]
    files.table(
        rows,
        hide_index=True,
        height="content",
        key=key,
        alt="Posts around it, those first that received most",
        name=key,
        column_order=["posted", "text", *counts, "post"],
        column_config={
            "posted": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", width=130),
            "text": st.column_config.TextColumn(width=430),
            "post": st.column_config.LinkColumn(
                display_text="open", width=55, help="Opens the post on the network's own site"
            ),
            **{name: st.column_config.NumberColumn(width=65, format="localized") for name in counts},
        },
    )


def _post(account: AccountGrowth, row: Mapping[Any, Any]) -> dict[str, Any]:
    posted = to_local(row["created"].to_pydatetime(), account.time_zone).replace(tzinfo=None)
    return {
        "posted": posted,
        "text": row["text"],
        "likes": row["likes"],
        "reposts": row["reposts"],
        "replies": row["replies"],
        "shown": row["impressions"],
        "post": post_url(account.platform, row["post_id"], account.owner, account.handle),
    }


def _missing(account: AccountGrowth, part: str) -> bool:
    """Says what is missing for a part; true where something is."""
    if missing := account.lacking(part):
        shared.part_missing(missing)
    return missing is not None


page()
