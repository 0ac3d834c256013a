"""Link-pushers: score against reading time, what a feed is made of, how many each threshold flags, one's signals."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, of_whole, opacity, readable, scale

CHOSEN = "chosen"
"""The name of the selection in `score_map`: a click on a dot."""

LABELS = ("likely spam", "link broadcaster", "fine", "not enough posts")
CLASSES = ("own words", "conversation", "link", "repost", "marketing")


def score_map(people: pd.DataFrame, *, spam_score: float) -> Picture:
    """One dot an account: minutes of reading a week across, score up. A click chooses an account.

    people: platform, account, name (as shown), minutes_per_week, score, label, posts_seen. spam_score: where
    "likely spam" begins. The axis of minutes is spread at its low end, where most are.
    """
    labels = [label for label in LABELS if (people["label"] == label).any()]
    chosen = alt.selection_point(name=CHOSEN, fields=["platform", "account"], toggle=False)
    x = alt.X(
        "minutes_per_week:Q",
        title="minutes of reading a week",
        scale=alt.Scale(type="symlog", constant=2, nice=True, zero=True),
        axis=alt.Axis(values=[0, 1, 2, 5, 10, 20, 50, 100, 200, 500], format="~g", labelOverlap=True),
    )
    y = alt.Y(
        "score:Q", title="score", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(grid=True, tickCount=5)
    )
    dots = (
        alt.Chart(people)
        .mark_point(filled=True, size=55, cursor="pointer")
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "label:N", scale=scale(*labels), sort=labels, legend=alt.Legend(symbolType="circle")
            ),
            opacity=opacity(CHOSEN, 0.85, 0.15),
            tooltip=[
                alt.Tooltip("name:N", title="account"),
                alt.Tooltip("score:Q", format=".0f"),
                alt.Tooltip("label:N"),
                alt.Tooltip("minutes_per_week:Q", title="minutes a week", format=".1f"),
                alt.Tooltip("posts_seen:Q", title="posts seen", format=",d"),
            ],
        )
        .add_params(chosen)
    )
    line = pd.DataFrame(
        {"score": [spam_score], "words": [f"likely spam from {spam_score:g} on, with evidence"]}
    )
    limit = alt.Chart(line).mark_rule(strokeDash=[4, 4], color=colour("muted")).encode(y=y)
    words = (
        alt.Chart(line)
        .mark_text(align="right", baseline="bottom", dy=-3, fontSize=11, color=colour("muted"))
        .encode(
            y=y,
            x=alt.XValue("width"),  # type: ignore[no-untyped-call]
            text=alt.Text("words:N"),
        )
    )
    return layered(limit, words, dots, height=300)


def makeup_bar(makeup: pd.DataFrame) -> Picture:
    """One bar of the classes of posts. makeup: class, posts, share (0-1), in the order to draw."""
    drawn = makeup[makeup["posts"] > 0].copy()
    drawn["to"] = drawn["share"].cumsum()
    drawn["from"] = drawn["to"] - drawn["share"]
    drawn["middle"] = (drawn["from"] + drawn["to"]) / 2
    drawn["words"] = [of_whole(posts, drawn["posts"].sum()) for posts in drawn["posts"]]
    drawn["percent"] = [f"{100 * share:.0f} %" if share >= 0.06 else "" for share in drawn["share"]]
    x_scale = alt.Scale(domain=[0, 1], nice=False)
    bar = (
        alt.Chart(drawn)
        .mark_bar(size=26, cornerRadius=0)
        .encode(
            x=alt.X("from:Q", scale=x_scale, axis=None),
            x2=alt.X2("to:Q"),
            color=alt.Color("class:N", scale=scale(*CLASSES), sort=list(CLASSES)),
            tooltip=[
                alt.Tooltip("class:N"),
                alt.Tooltip("words:N", title="of the posts seen"),
            ],
        )
    )
    ink = readable("datum.class !== 'link' && datum.class !== 'repost'")
    numbers = (
        alt.Chart(drawn)
        .mark_text(fontSize=12)
        .encode(x=alt.X("middle:Q", scale=x_scale, axis=None), text=alt.Text("percent:N"), color=ink)
    )
    return layered(bar, numbers, height=92)


def threshold_steps(sweep: pd.DataFrame, *, threshold: float) -> Picture:
    """How many accounts each threshold of the score flags, with the chosen one marked.

    sweep: threshold, flagged, judged.
    """
    x = alt.X(
        "threshold:Q",
        title="likely spam from a score of",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y(
        "flagged:Q",
        title="accounts flagged",
        axis=alt.Axis(grid=True, tickCount=4, tickMinStep=1, format=",d"),
    )
    line = (
        alt.Chart(sweep)
        .mark_line(interpolate="step-before", strokeWidth=2, color=colour("likely spam"))
        .encode(x=x, y=y)
    )
    at = sweep[sweep["threshold"] == threshold]
    rule = alt.Chart(at).mark_rule(strokeDash=[4, 4], color=colour("muted")).encode(x=x)
    flagged = [of_whole(row["flagged"], row["judged"]) for row in at.to_dict("records")]
    dot = (
        alt.Chart(at.assign(of=flagged))
        .mark_point(filled=True, size=70, color=colour("likely spam"), opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=[alt.Tooltip("threshold:Q"), alt.Tooltip("of:N", title="flagged of those judged")],
        )
    )
    words = (
        alt.Chart(at.assign(words=[f"{int(n):,}" for n in at["flagged"]]))
        .mark_text(dx=8, dy=-8, align="left", fontSize=12, color=colour("text"))
        .encode(x=x, y=y, text=alt.Text("words:N"))
    )
    return layered(rule, line, dot, words, height=180)


def signal_bars(signals: pd.DataFrame) -> Picture:
    """The signals of one account: the points each gives, out of those it could give.

    signals: name, points, most (points it could give), words (its value, as shown beside the bar). In the order to
    draw, at most some fifteen.
    """
    order = list(signals["name"])
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=170))
    x_scale = alt.Scale(
        domain=[min(0, float(signals["points"].min())), max(float(signals["most"].max()), 1)], nice=False
    )
    track = (
        alt.Chart(signals)
        .mark_bar(size=10, cornerRadius=2, color=colour("track"))
        .encode(x=alt.X("most:Q", scale=x_scale, axis=None), y=y)
    )
    bars = (
        alt.Chart(signals)
        .mark_bar(size=10, cornerRadius=2, color=colour("likely spam"))
        .encode(
            x=alt.X("points:Q", scale=x_scale, axis=None),
            y=y,
            tooltip=[
                alt.Tooltip("name:N"),
                alt.Tooltip("points:Q", format=".1f"),
                alt.Tooltip("most:Q", title="at most", format=".1f"),
                alt.Tooltip("words:N", title="value"),
            ],
        )
    )
    return layered(track, bars, height=24 * len(signals) + 10)
