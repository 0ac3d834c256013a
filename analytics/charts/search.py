"""How much is said about a topic over time."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, week_ticks


def matches_over_time(periods: pd.DataFrame) -> Picture:
    """Posts that match, a bar a week (or month, or year).

    periods: start, end (local, naive), posts, when (as written). A period without a post has no bar.
    """
    months = (periods["end"].max() - periods["start"].min()).days > 180 if len(periods) else True
    axis = (
        alt.Axis(tickCount=6, format="%b %Y", labelOverlap=True)
        if months
        else alt.Axis(
            values=week_ticks(periods["start"].tolist(), utc=True), format="%-d %b", labelOverlap=True
        )
    )
    rows = periods.assign(zero=0, to=periods["end"] - (periods["end"] - periods["start"]) * 0.12)
    bars = (
        alt.Chart(rows)
        .mark_rect(color=colour("within"))
        .encode(
            x=alt.X(
                "start:T",
                scale=alt.Scale(type="utc", padding=10),
                title=None,
                axis=axis,
            ),
            x2=alt.X2("to:T"),
            y=alt.Y(
                "posts:Q",
                title=None,
                axis=alt.Axis(grid=True, tickCount=4, tickMinStep=1, format=",d", minExtent=40),
            ),
            y2=alt.Y2("zero:Q"),
            tooltip=[alt.Tooltip("when:N", title="time"), alt.Tooltip("posts:Q", format=",d")],
        )
    )
    return layered(bars, height=160)
