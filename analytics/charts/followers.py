"""Followers over time, one line for one account."""

from __future__ import annotations

from datetime import datetime

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered

HEIGHT = 150


def follower_line(points: pd.DataFrame, *, week: tuple[datetime, datetime] | None = None) -> Picture:
    """The number of followers at each moment that it is known of, joined by a line; dots are what is known.

    points: at (local, naive), followers, source (list or profile), in order of time. week: the stretch to
    shade (local, naive). The axis does not begin at zero: a change of a few in a thousand is the question.
    """
    drawn = points.assign(day=[f"{at:%a} {at.day} {at:%b %Y}" for at in points["at"]])
    # Moments are drawn as they are given, in whatever zone the browser stands.
    x_scale = alt.Scale(type="utc", padding=8)
    x = alt.X(
        "at:T", scale=x_scale, title=None, axis=alt.Axis(tickCount=4, format="%b %Y", labelOverlap=True)
    )
    few = max(int(drawn["followers"].max() - drawn["followers"].min()), 1) if len(drawn) else 1
    y = alt.Y(
        "followers:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(grid=True, tickCount=min(4, few + 1), tickMinStep=1, format=",d", minExtent=40),
    )
    base = alt.Chart(drawn)
    line = base.mark_line(strokeWidth=2, color=colour("within")).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=22, opacity=1, color=colour("within")).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("day:N", title="on"),
            alt.Tooltip("followers:Q", format=",d"),
            alt.Tooltip("source:N", title="from"),
        ],
    )
    layers = [line, dots]
    if week:
        shade = alt.Chart(pd.DataFrame({"from": [week[0]], "to": [week[1]]}))
        layers.insert(
            0,
            shade.mark_rect(color=colour("week")).encode(
                x=alt.X("from:T", scale=x_scale, title=None), x2=alt.X2("to:T")
            ),
        )
    return layered(*layers, height=HEIGHT)
