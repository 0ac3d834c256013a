"""Who follows back for each account, how long that takes, and how much of a limit is left."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.reciprocity import NARROW, RELATIONS
from analytics.charts.theme import PERCENT, Picture, colour, layered, of_whole, readable, scale

ROW_HEIGHT = 34
LEGEND_HEIGHT = 34
_CURVE_HEIGHT = 220
_ROOM = 0.5  # of the width, for words on a bar


def relation_bars(counts: pd.DataFrame) -> Picture:
    """One bar an account, as long as the next: not following back, mutual, fans, each by its share of all three.

    counts: name, not_following_back, mutual, fans (people), in the order shown. The first two parts are whom one
    follows, the last two one's followers.
    """
    rows = []
    for name, *people in counts[["name", "not_following_back", "mutual", "fans"]].itertuples(
        index=False, name=None
    ):
        everyone, start = max(sum(people), 1), 0.0
        for relation, number in zip(RELATIONS, people, strict=True):
            share = number / everyone
            label = f"{number:,}" if share >= NARROW else ""
            words = of_whole(number, everyone)
            rows.append((name, relation, number, words, start, start + share, start + share / 2, label))
            start += share
    parts = pd.DataFrame(
        rows, columns=["name", "relation", "people", "words", "from", "to", "middle", "number"]
    )
    y = alt.Y("name:N", sort=list(counts["name"]), title=None, axis=alt.Axis(labelFontSize=12))
    x_scale = alt.Scale(domain=[0, 1], nice=False)
    bars = (
        alt.Chart(parts)
        .mark_bar(size=20, cornerRadius=0)
        .encode(
            y=y,
            x=alt.X("from:Q", scale=x_scale, axis=None),
            x2=alt.X2("to:Q"),
            fill=alt.Fill("relation:N", scale=scale(*RELATIONS), sort=list(RELATIONS), legend=alt.Legend()),
            tooltip=[
                alt.Tooltip("name:N", title="account"),
                alt.Tooltip("relation:N"),
                alt.Tooltip("words:N", title="people on complete lists"),
            ],
        )
    )
    ink = readable("datum.relation !== 'fan'")
    numbers = (
        alt.Chart(parts)
        .mark_text(fontSize=12)
        .encode(y=y, x=alt.X("middle:Q", scale=x_scale, axis=None), text=alt.Text("number:N"), color=ink)
    )
    return layered(bars, numbers, height=ROW_HEIGHT * max(len(counts), 1) + LEGEND_HEIGHT)


def follow_back_curve(curve: pd.DataFrame, *, wait_days: int | None) -> Picture:
    """The share that has followed back within so many days, as steps; the waiting time as a line across.

    curve: days, share (0-1), watched (people), in order of days. wait_days: null draws no line.
    """
    last = float(max(curve["days"].max(), wait_days or 0, 1)) if len(curve) else 1.0
    x_scale = alt.Scale(domain=[0, last * 1.04], nice=False)
    x = alt.X("days:Q", scale=x_scale, title="days after you followed", axis=alt.Axis(tickMinStep=1))
    y = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(grid=True, labelExpr=PERCENT, values=[0, 0.25, 0.5, 0.75, 1], minExtent=40),
    )
    shown = curve.assign(words=[f"{100 * share:.0f} %" for share in curve["share"]])
    tooltip = [
        alt.Tooltip("days:Q", title="within days"),
        alt.Tooltip("words:N", title="had followed back"),
        alt.Tooltip("watched:Q", title="people watched so long", format=",d"),
    ]
    base = alt.Chart(shown)
    layers = [
        base.mark_area(interpolate="step-after", opacity=0.18, color=colour("mutual")).encode(x=x, y=y),
        base.mark_line(interpolate="step-after", strokeWidth=2, color=colour("mutual")).encode(x=x, y=y),
        base.mark_point(filled=True, size=16, opacity=1, color=colour("mutual")).encode(
            x=x, y=y, tooltip=tooltip
        ),
    ]
    if wait_days is not None:
        late = wait_days > last * 0.5
        mark = alt.Chart(pd.DataFrame({"days": [wait_days], "share": [1.0], "words": [_wait(wait_days)]}))
        layers += [
            mark.mark_rule(strokeWidth=1.5, strokeDash=[4, 3], color=colour("text")).encode(x=x),
            mark.mark_text(
                align="right" if late else "left", dx=-6 if late else 6, dy=10, color=colour("text")
            ).encode(x=x, y=y, text=alt.Text("words:N")),
        ]
    return layered(*layers, height=_CURVE_HEIGHT)


def _wait(days: int) -> str:
    return f"nine of ten: day {days:,}"


def limit_bars(limits: pd.DataFrame) -> Picture:
    """What is left of the limit to how many one can follow: one bar an account that empties as it is used up.

    limits: name, left (0-1, the share that is left), words (as written at the end of the bar), near (true: little
    is left), in the order shown.
    """
    y = alt.Y("name:N", sort=list(limits["name"]), title=None, axis=alt.Axis(labelFontSize=12))
    x_scale = alt.Scale(domain=[0, 1], nice=False)
    rows = limits.assign(
        whole=1.0,
        # Beside the bar where it is too short to hold them.
        words_at=[0.02 if left >= _ROOM else left + 0.02 for left in limits["left"]],
        state=["over" if near else "within" for near in limits["near"]],
        on_bar=limits["left"] >= _ROOM,
    )
    tooltip = [alt.Tooltip("name:N", title="account"), alt.Tooltip("words:N", title="left")]
    layers = [
        alt.Chart(rows)
        .mark_bar(size=20, color=colour("track"))
        .encode(y=y, x=alt.X("whole:Q", scale=x_scale, axis=None), tooltip=tooltip),
        alt.Chart(rows)
        .mark_bar(size=20)
        .encode(
            y=y,
            x=alt.X("left:Q", scale=x_scale, axis=None),
            color=alt.Color("state:N", scale=scale("within", "over"), legend=None),
            tooltip=tooltip,
        ),
        alt.Chart(rows)
        .mark_text(align="left", fontSize=12)
        .encode(
            y=y,
            x=alt.X("words_at:Q", scale=x_scale, axis=None),
            text=alt.Text("words:N"),
            color=readable("datum.on_bar"),
        ),
    ]
    return layered(*layers, height=ROW_HEIGHT * max(len(limits), 1))
