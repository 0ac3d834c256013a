"""Whom can I stop following, and what shows it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts import link_pushers as charts
from analytics.metrics.link_pusher_scores import FINE, LIKELY_SPAM, LINK_BROADCASTER, NOT_ENOUGH_POSTS
from analytics.metrics.window import to_local
from analytics.pages import badges, files, people, shared
from analytics.pages.sections import section
from analytics.reports import link_pushers as report_of
from analytics.reports.link_pushers import LinkPusherReport
from analytics.reports.profiles import post_url
from analytics.reports.week_words import count_words

LABELS = {
    LIKELY_SPAM: "Likely spam",
    LINK_BROADCASTER: "Link broadcasters",
    FINE: "Fine",
    NOT_ENOUGH_POSTS: "Too few posts",
}
MOST_DOTS = 2_000


@section
def page() -> None:
    """The whole page, or what is missing for it."""
    report = shared.opened("Link-pushers", report_of.link_pusher_report)
    if report is None:
        return
    if report.missing:
        shared.part_missing(report.missing)
    else:
        for sentence in report.sentences:
            shared.say(sentence)
        left, right = st.columns([0.6, 0.4], gap="large")
        with left:
            clicked = score_map(report) or []
        with right:
            thresholds(report)
        my_feed(report)
        ranked(report, clicked)
    worst_balance(report)
    myself(report)
    own_decisions(report)


@section
def score_map(report: LinkPusherReport) -> list[dict[str, Any]]:
    """Score against reading time; the accounts that were clicked."""
    st.header("Score against reading time", anchor=False)
    open_ = report.people[report.people["decision"].isna()]
    drawn = open_[(open_["label"] != NOT_ENOUGH_POSTS) & open_["minutes_per_week"].notna()].head(MOST_DOTS)
    if drawn.empty:
        shared.say(
            "How much these accounts write is not known: it takes dated posts or two sights of a profile."
        )
        return []
    badges.show([badges.ESTIMATED])
    columns = ["platform", "account", "name", "minutes_per_week", "score", "label", "posts_seen"]
    return shared.picked(
        charts.score_map(drawn[columns], spam_score=report.rules.spam_score),
        words=f"Score against minutes of reading a week, one dot for each of {count_words(len(drawn), 'account')} "
        f"that can be judged. {report.sentences[0]}",
        caption="A dot is an account: the further up, the more it looks like a link-pusher; the further right, the "
        "more time it takes. Click one to see it alone below.",
        key="score-map",
        param=charts.CHOSEN,
    )


@section
def my_feed(report: LinkPusherReport) -> None:
    """What the posts of those one follows are."""
    st.header("What my feed is made of", anchor=False)
    sentence = report_of.makeup_sentence(report)
    if sentence is None:
        shared.say("No posts of those you follow are here.")
        return
    shared.chart(
        charts.makeup_bar(report.makeup),
        name="my-feed",
        words=sentence,
        caption="Marketing: a link with a hard-sell word or without any word. The posts are those that your exports "
        "hold, not all that was written.",
    )
    shared.say(sentence)


@section
def thresholds(report: LinkPusherReport) -> None:
    """How many accounts each threshold flags, for our rules and the published ones."""
    st.header("How many each threshold flags", anchor=False)
    name = st.selectbox("Rules", list(report.sweeps), key="rules", label_visibility="collapsed")
    table, own = report.sweeps[name], int(report.at[name])
    at = st.slider("Likely spam from a score of", 1, 100, own, key=f"threshold-{name}")
    [row] = table[table["threshold"] == at].to_dict("records")
    meant = "as the rules have it" if at == own else f"the rules have {own}"
    words = f"{row['flagged']:,} of {count_words(row['judged'], 'account')} from {at} on ({meant})."
    if report.people["decision"].eq("source").any():
        words += " Your sources are left out."
    shared.chart(
        charts.threshold_steps(table, threshold=at),
        words=f"Accounts flagged by each threshold, {name}: {words}",
        caption=f"{words} Nothing is stored: this only shows what another threshold would do.",
    )


@section
def worst_balance(report: LinkPusherReport) -> None:
    """Whom one reads most without anything coming back."""
    found = report_of.least_back(report)
    if found is None:
        return
    st.header("Most reading, nothing back", anchor="worth")
    sentence, rows = found
    shared.say(sentence)
    people.people_table(
        rows,
        key="least-back",
        columns={
            "name": st.column_config.TextColumn("account", width=190),
            "minutes_per_week": st.column_config.NumberColumn("min a week", width=85, format="%.1f"),
            "posts_per_week": st.column_config.NumberColumn("posts a week", width=90, format="%.1f"),
            "basis": st.column_config.TextColumn("known by", width=85),
            "to_them": st.column_config.NumberColumn("you to them", width=90),
            "label": st.column_config.TextColumn("label", width=130),
            "last_at": st.column_config.DateColumn("last talk", width=100, format="YYYY-MM-DD"),
        },
        alt="Accounts that cost most reading and gave nothing back",
    )
    st.caption(
        "Posts a week are counted between two sights of the profile, or held here, or the average of the account's "
        "life; the setting reading_seconds says how long a post takes. Reading may be worth it without an answer."
    )


@section
def ranked(report: LinkPusherReport, clicked: list[dict[str, Any]]) -> None:
    """The accounts, the most likely link-pushers first, to decide about; what shows it for the chosen."""
    st.header("Accounts", anchor="accounts")
    shown = report.people
    if clicked:
        keys = [(mark.get("platform"), mark.get("account")) for mark in clicked]
        shown = shown[[key in keys for key in zip(shown["platform"], shown["account"], strict=True)]]
        shared.say("Only the account clicked above; click beside the dots to see all.")
    else:
        shown = _filtered(shown)
    columns = {
        "name": st.column_config.TextColumn("account", width=175),
        "score": st.column_config.ProgressColumn(
            "score", width=80, min_value=0, max_value=100, format="%.0f", color="orange"
        ),
        "label": st.column_config.TextColumn("label", width=110),
        "minutes_per_week": st.column_config.NumberColumn("min a week", width=75, format="%.1f"),
        "posts_seen": st.column_config.NumberColumn("posts seen", width=75, format="localized"),
        "why": st.column_config.TextColumn("why", width=210),
        "decision": st.column_config.TextColumn("decision", width=75),
    }
    if shown["decision"].isna().all():
        del columns["decision"]
    selected = people.people_table(
        shown.assign(label=shown["label"].where(shown["decision"].ne("source"), "your source")),
        key="link-pushers",
        columns=columns,
        alt="Accounts you follow, the most likely link-pushers first",
    )
    st.caption(
        f"Score 0 to 100 by the rules of {report.rules.version}. Likely spam needs more than a style of posting to "
        "show for it; a link broadcaster may be a source you want. Nothing is unfollowed by this program."
    )
    rows = shown.loc[selected.index] if len(selected) or not clicked else shown
    for person in rows.head(3).to_dict("records"):
        what_shows_it(report, person, "following")


def _filtered(shown: pd.DataFrame) -> pd.DataFrame:
    if not st.session_state.get("show-decided"):
        shown = shown[shown["decision"].isna()]
    labels = st.pills(
        "Label",
        list(LABELS),
        selection_mode="multi",
        default=[LIKELY_SPAM, LINK_BROADCASTER],
        format_func=lambda label: f"{LABELS[label]} ({int((shown['label'] == label).sum()):,})",
        key="labels",
    )
    st.toggle("Show those I have decided about", key="show-decided")
    return shown[shown["label"].isin(labels or list(LABELS))]


def what_shows_it(report: LinkPusherReport, person: Mapping[Any, Any], scope: str) -> None:
    """The signals of one account with their values and sources, and the posts that show them."""
    with st.container(border=True):
        shared.say(
            f"{person['name']}: {person['label']}, score {_number(person['score'])} of 100, from "
            f"{count_words(int(person['posts_seen']), 'post')} and {person['coverage']:.0%} of the signals."
        )
        about = files.slug(f"{person['platform']}-{person['account']}")
        signals = report.signals(person)
        if signals.empty:
            shared.say("None of the signals is known of it.")
            return
        left, right = st.columns([0.4, 0.6], gap="large")
        with left:
            shared.chart(
                charts.signal_bars(signals),
                name=f"points-{about}",
                words="Points of each signal: "
                + "; ".join(
                    f"{row.name} {row.points:.0f} of {row.most:.0f}"
                    for row in signals.itertuples(index=False)
                ),
                caption="Points that each signal gives, of those it could give.",
            )
        with right:
            of = (person["platform"], person["account"])
            _posts(shared.asked(report_of.evidence, scope=scope, of=of), person)
        with st.expander("Every signal with its value and source"):
            files.table(
                signals,
                hide_index=True,
                column_order=["name", "words", "strength", "points", "source"],
                column_config={
                    "words": st.column_config.TextColumn("value", width=260),
                    "strength": st.column_config.NumberColumn("strength (0-1)", format="%.2f", width=80),
                    "points": st.column_config.NumberColumn("points", format="%.1f", width=60),
                    "source": st.column_config.TextColumn("source", width=360),
                },
                alt="Signals with value, strength, points and source",
                name=f"signals-{about}",
            )


def _posts(posts: pd.DataFrame, person: Mapping[Any, Any]) -> None:
    if posts.empty:
        shared.say("No post of it is here.")
        return
    handle = person["handle"] if isinstance(person["handle"], str) else None
    links = [
        post_url(row["platform"], row["post_id"], row["account"], handle) for row in posts.to_dict("records")
    ]
    zone = shared.time_zone()
    days = [None if pd.isna(at) else to_local(at, zone).date() for at in posts["at"]]
    files.table(
        posts.assign(
            day=pd.Series(days, index=posts.index, dtype=object),
            link=pd.Series(links, index=posts.index, dtype=object),
        ),
        hide_index=True,
        column_order=["day", "text", "link"],
        column_config={
            "day": st.column_config.DateColumn("day", width=85, format="YYYY-MM-DD"),
            "text": st.column_config.TextColumn("posts that show it best", width=330),
            "link": st.column_config.LinkColumn("post", width=55, display_text="open"),
        },
        row_height=72,
        alt="Posts that show it best",
        name=files.slug(f"posts-{person['platform']}-{person['account']}"),
    )


def _number(score: Any) -> str:
    return "unknown" if pd.isna(score) else f"{score:.0f}"


@section
def myself(report: LinkPusherReport) -> None:
    """The same checks on the user's own accounts."""
    st.header("How do I look myself?", anchor="myself")
    if report.mine.empty:
        shared.say(
            "None of your own accounts is known yet; an export of yours, or `watercooler me add`, tells."
        )
        return
    for person in report.mine.to_dict("records"):
        shared.say(report_of.own_sentence(person))
        if person["label"] != NOT_ENOUGH_POSTS:
            # No name in this title: a Mastodon address in it would become a mail link.
            with st.expander("What shows it"):
                what_shows_it(report, person, "me")


@section
def own_decisions(report: LinkPusherReport) -> None:
    """The rules tried against what the user has decided."""
    st.header("The rules against my own decisions", anchor="decisions")
    sentences = report_of.agreement_sentences(report.agreement)
    if not sentences:
        shared.say(
            "You have decided about nobody whom the rules can judge; keep, unfollow or source in the table says it."
        )
        return
    for sentence in sentences:
        shared.say(sentence)
    for title, rows in (
        ("Missed by the rules", report.agreement.missed),
        ("Called likely spam, though you keep them", report.agreement.false_alarms),
    ):
        if len(rows):
            st.caption(title)
            people.people_table(
                rows,
                key=title,
                columns={
                    "name": "account",
                    "score": st.column_config.NumberColumn("score", format="%.0f"),
                    "label": "label",
                    "decision": "decision",
                    "why": "why",
                },
                alt=title,
                decide=False,
            )


page()
