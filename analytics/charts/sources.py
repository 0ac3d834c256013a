"""Which dates each source covers."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered

ROW_HEIGHT = 26


def coverage(covered: pd.DataFrame) -> Picture:
    """One bar a source over the calendar, from its first dated row to its last.

    covered: name (of the source), first, last (local moments), words (for the tooltip and the label at its end).
    """
    y = alt.Y("name:N", sort=list(dict.fromkeys(covered["name"])), title=None, axis=alt.Axis(labelLimit=180))
    tooltip = [alt.Tooltip("name:N", title="source"), alt.Tooltip("words:N", title="covers")]
    bars = (
        alt.Chart(covered)
        .mark_bar(size=12, cornerRadius=3, fill=colour("within"))
        .encode(y=y, x=alt.X("first:T", title=None), x2=alt.X2("last:T"), tooltip=tooltip)
    )
    # A source of a single day would be a bar without width.
    ends = (
        alt.Chart(covered)
        .mark_point(filled=True, size=50, opacity=1, color=colour("within"))
        .encode(y=y, x=alt.X("last:T"), tooltip=tooltip)
    )
    return layered(bars, ends, height=ROW_HEIGHT * covered["name"].nunique() + 30)
