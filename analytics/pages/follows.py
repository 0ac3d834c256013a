"""Who follows back? Mutual, not back and fans, how long to wait, how many more to follow, who moved or fell silent."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.charts import follows as charts
from analytics.metrics.follow_limits import NEARLY
from analytics.pages import files, lists, people, shared
from analytics.pages.sections import section
from analytics.reports.follow_words import RELATIONS, account_name, handle, person_words, short_names
from analytics.reports.follows import Follows, follows

EVERYONE = "everyone"
NAMED = 5  # of so many of the chosen people what is known is said
_STATES = ("moved", "silent", "new follow", "active", "nothing tells")


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    report = shared.opened("Follows", follows)
    if report is None:
        return
    who_follows_back(report)
    left, right = st.columns(2, gap="large")
    with left:
        how_long(report)
    with right:
        how_many_more(report)
    why_so_few(report)
    if len(report.people):
        everyone(report)
        fans_worth_following(report)
        lists.to_act_on()
    moved_or_silent(report)


@section
def who_follows_back(report: Follows) -> None:
    """Sentences, and one bar an account."""
    for sentence in report.said("who"):
        shared.say(sentence)
    if missing := report.lacking("people"):
        shared.part_missing(missing)
        return
    known = report.accounts.dropna(subset=["mutual"])
    counts = known.assign(name=short_names(report.names, known))
    shared.chart(
        charts.relation_bars(counts),
        name="who-follows-back",
        words="Who follows back. " + " ".join(report.said("accounts") or report.said("who")),
        caption="Each bar is everybody whom you follow or who follows you there. The first two parts are whom you "
        "follow, the last two your followers.",
    )
    with st.container(gap="xxsmall"):
        for sentence in (*report.said("accounts"), *report.said("fresh")):
            shared.say(sentence)


@section
def how_long(report: Follows) -> None:
    """The curve of those who follow back, and the sensible waiting time."""
    st.header("How long people take", anchor="waiting")
    sentences = report.said("waiting")
    for sentence in sentences[:1]:
        shared.say(sentence)
    if missing := report.lacking("waiting"):
        shared.part_missing(missing)
    if len(report.curve) < 2:
        return
    wait = report.waiting["wait_days"].iloc[-1]
    shared.chart(
        charts.follow_back_curve(report.curve, wait_days=None if pd.isna(wait) else int(wait)),
        name="time-to-follow-back",
        words=f"Share that has followed back, by days. {sentences[0]}",
        caption="Of those you followed first, the share that had followed back within so many days; who still may is "
        "counted for as long as they were watched. Dashed: by when nine of ten of those who follow back had.",
    )
    for sentence in sentences[1:]:
        shared.say(sentence)


@section
def how_many_more(report: Follows) -> None:
    """What is left of each network's limit, and why one may be stopped after a few a day."""
    st.header("How many more you can follow", anchor="limits")
    if report.limits.empty:
        shared.say("No account of yours is known; a network's export brings it, or: watercooler me add x:YOU")
        return
    capped = report.limits.dropna(subset=["left"])
    if len(capped):
        bars = pd.DataFrame(
            {
                "name": short_names(report.names, capped),
                "left": [1 - min(float(used), 1) for used in capped["share_used"]],
                "words": [
                    f"{left:,} of {cap:,} left"
                    for left, cap in zip(capped["left"], capped["cap"], strict=True)
                ],
                "near": [bool(used >= NEARLY) for used in capped["share_used"]],
            }
        )
        shared.chart(
            charts.limit_bars(bars),
            name="follow-limits",
            words=" ".join(report.said("limits")),
            caption="What is left of the limit in all; the bar empties as you follow more.",
        )
    with st.container(gap="xxsmall"):
        for sentence in report.said("limits"):
            shared.say(sentence)


@section
def why_so_few(report: Follows) -> None:
    """Why a network may stop one after a few follows a day, for each account."""
    if report.limits.empty:
        return
    with st.expander("Why am I limited to a few follows a day?"):
        for row in report.limits.to_dict("records"):
            sources = {row["cap_source"], row["per_day_source"]}
            with st.container(gap=None):
                shared.say(f"{account_name(report.names, row)}. {row['answer']}")
                if named := sorted(source for source in sources if isinstance(source, str)):
                    st.caption(shared.escaped(f"By {'; '.join(named)}."))


@section
def everyone(report: Follows) -> None:
    """The table of people, with filters, and what is known of those who are chosen."""
    st.header("People", anchor="people")
    for sentence in report.said("exchange"):
        shared.say(sentence)
    shown = _filtered(report)
    if shown.empty:
        shared.say("Nobody is left by these filters.")
        return
    st.caption(shared.escaped(f"{len(shown):,} of {len(report.people):,} people."))
    shown = shown.assign(
        who=shown["handle"].fillna(shown["account"]),
        network=shown["platform"].map(lambda platform: report.names.get(platform, platform)),
        relation=shown["relation"].map(RELATIONS | {"not_following_back": "not back"}),
    )
    # Columns that would say the same in every row are left out, so that the rest has room.
    told = {
        "network": report.people["platform"].nunique() > 1,
        "relation": shown["relation"].nunique() > 1,
        "posts_per_week": shown["posts_per_week"].notna().any() and shown["relation"].nunique() == 1,
        "decision": shown["decision"].notna().any(),
    }
    columns = {
        "who": st.column_config.TextColumn("account", width=140),
        "network": st.column_config.TextColumn(width=72),
        "relation": st.column_config.TextColumn(width=74),
        "since_day": st.column_config.DateColumn(
            "since", width=82, format="YYYY-MM-DD", help="When the relation began; of a mutual the later follow"
        ),
        "last_day": st.column_config.DateColumn("last talk", width=82, format="YYYY-MM-DD"),
        "to_them": st.column_config.NumberColumn(
            "to them", width=62, format="localized", help="Your replies, likes, reposts and mentions"
        ),
        "from_them": st.column_config.NumberColumn(
            "from", width=50, format="localized", help="Theirs, from them to you, as far as exports hold them"
        ),
        "posts_per_week": st.column_config.NumberColumn(
            "posts/week", width=74, format="%.1f", help="Posts a week, by profile or by the posts here"
        ),
        "score": st.column_config.ProgressColumn(
            "link-pusher", width=82, min_value=0, max_value=100, format="%.0f", color="orange",
            help="Score 0 to 100; empty where their posts are not here",
        ),
        "state": st.column_config.TextColumn(width=78, help="Empty where nothing tells"),
        "decision": st.column_config.TextColumn(width=66),
    }  # fmt: skip
    columns = {name: column for name, column in columns.items() if told.get(name, True)}
    chosen = people.people_table(
        shown, key="follows-people", columns=columns, alt="People you follow or who follow you"
    )
    rows = report.people.loc[chosen.index]
    for row in rows.head(NAMED).to_dict("records"):
        shared.say(person_words(report, row))


def _filtered(report: Follows) -> pd.DataFrame:
    """The people that the filters above the table let through."""
    counts = report.people["relation"].value_counts().to_dict() | {EVERYONE: len(report.people)}
    names = RELATIONS | {EVERYONE: EVERYONE, "fan": "fans"}
    relation = st.segmented_control(
        "Relation",
        [*RELATIONS, EVERYONE],
        format_func=lambda key: f"{names[key].capitalize()} {counts.get(key, 0):,}",
        default="not_following_back",
        required=True,
        key="follows-relation",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = st.selectbox("State", ("any", *_STATES), key="follows-state", width=150)
        text = st.text_input("Name contains", key="follows-text", max_chars=60, width=180)
        hide = st.toggle("Hide decided", value=True, key="follows-hide")
    found = report.people
    if relation != EVERYONE:
        found = found[found["relation"] == relation]
    if state != "any":
        found = found[found["state"].isna() if state == _STATES[-1] else found["state"].eq(state)]
    if hide:
        found = found[found["decision"].isna() | found["decision"].eq("later")]
    if text:
        named = [
            text.lower() in " ".join(part for part in parts if isinstance(part, str)).lower()
            for parts in found[["handle", "account", "display_name"]].itertuples(index=False, name=None)
        ]
        found = found[named]
    return found


@section
def fans_worth_following(report: Follows) -> None:
    """Followers whom one does not follow, link-pushers left out, those who talk first."""
    st.header("Fans worth following back", anchor="fans")
    for sentence in report.said("fans"):
        shared.say(sentence)
    if report.fans.empty:
        return
    shown = report.fans.assign(
        who=report.fans["handle"].fillna(report.fans["account"]),
        network=report.fans["platform"].map(lambda platform: report.names.get(platform, platform)),
    )
    told = {"network": report.fans["platform"].nunique() > 1, "score": report.fans["score"].notna().any()}
    columns = {
        "who": st.column_config.TextColumn("account", width=160),
        "network": st.column_config.TextColumn(width=72),
        "why": st.column_config.TextColumn(width=360 if told["score"] else 450),
        "last_at": st.column_config.DatetimeColumn("last talk", width=95, format="YYYY-MM-DD"),
        "score": st.column_config.ProgressColumn(
            "link-pusher", width=90, min_value=0, max_value=100, format="%.0f", color="orange"
        ),
    }
    chosen = people.people_table(
        shown,
        key="follows-fans",
        columns={name: column for name, column in columns.items() if told.get(name, True)},
        alt="Fans worth following back, those who talk with you first",
        height=300 if len(report.fans) > 7 else None,
    )
    for row in chosen.head(NAMED).to_dict("records"):
        shared.say(f"{handle(row)}: {row['why']}.")


@section
def moved_or_silent(report: Follows) -> None:
    """Who moved, who went silent, and who was renamed."""
    if report.states.empty and report.renamed.empty:
        return
    st.header("Moved, silent, renamed", anchor="silent")
    for sentence in report.said("states"):
        shared.say(sentence)
    if missing := report.lacking("states"):
        shared.part_missing(missing)
    gone = report.states[report.states["state"].isin(("moved", "silent"))]
    if len(gone):
        people.people_table(
            gone.assign(who=gone["handle"].fillna(gone["account"])),
            key="follows-silent",
            columns={
                "who": st.column_config.TextColumn("account", width=180),
                "state": st.column_config.TextColumn(width=66),
                "silent_days": st.column_config.NumberColumn("days silent", width=84, format="localized"),
                "why": st.column_config.TextColumn(width=380),
                "decision": st.column_config.TextColumn(width=76),
            },
            alt="Accounts you follow that moved or went silent",
        )
    for sentence in report.said("renamed"):
        shared.say(sentence)
    if len(report.renamed):
        files.table(
            report.renamed,
            hide_index=True,
            height="content" if len(report.renamed) <= 12 else 300,
            column_order=["old_handle", "new_handle", "after", "before"],
            column_config={
                "old_handle": st.column_config.TextColumn("was"),
                "new_handle": st.column_config.TextColumn("is now"),
                "after": st.column_config.DatetimeColumn("last seen as that", format="YYYY-MM-DD"),
                "before": st.column_config.DatetimeColumn("first seen as this", format="YYYY-MM-DD"),
            },
            alt="Accounts on your lists that changed their handle",
        )


page()
