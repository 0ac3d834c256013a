"""Who follows whom, as one bar: not following back, mutual, fans."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, of_whole, readable, scale

RELATIONS = ("not following back", "mutual", "fan")
NARROW = 0.07  # a part smaller than this share of the bar has no room for its number


def overlap_bar(*, not_following_back: int, mutual: int, fans: int) -> Picture:
    """Following and followers as two stretches that overlap in the mutual ones.

    The first two parts together are the accounts one follows, the last two one's followers.
    """
    counts = (not_following_back, mutual, fans)
    ends = [sum(counts[: place + 1]) for place in range(3)]
    everyone = max(ends[-1], 1)
    parts = pd.DataFrame(
        {
            "relation": RELATIONS,
            "people": counts,
            "from": [0, *ends[:-1]],
            "to": ends,
            "number": [f"{n:,}" if n / everyone >= NARROW else "" for n in counts],
            "words": [of_whole(n, everyone) for n in counts],
        }
    )
    parts["middle"] = (parts["from"] + parts["to"]) / 2
    sides = pd.DataFrame(
        {
            "side": [f"following {ends[1]:,}", f"followers {ends[2] - ends[0]:,}"],
            "from": [0, ends[0]],
            "to": [ends[1], ends[2]],
            "row": [0.0, 2.0],
            "text_row": [-0.55, 2.6],
        }
    )
    sides["middle"] = (sides["from"] + sides["to"]) / 2
    x_scale = alt.Scale(domain=[0, everyone], nice=False)
    y_scale = alt.Scale(domain=[-1, 3], reverse=True)
    ink = readable("datum.relation !== 'fan'")
    x = alt.X("from:Q", scale=x_scale, axis=None)
    bar = (
        alt.Chart(parts.assign(row=1.0))
        .mark_bar(size=24, cornerRadius=0)
        .encode(
            x=x,
            x2=alt.X2("to:Q"),
            y=alt.Y("row:Q", scale=y_scale, axis=None),
            fill=alt.Fill("relation:N", scale=scale(*RELATIONS), sort=list(RELATIONS), legend=alt.Legend()),
            tooltip=[alt.Tooltip("relation:N"), alt.Tooltip("words:N", title="people on complete lists")],
        )
    )
    numbers = (
        alt.Chart(parts.assign(row=1.0))
        .mark_text(fontSize=12)
        .encode(
            x=alt.X("middle:Q", scale=x_scale, axis=None),
            y=alt.Y("row:Q", scale=y_scale),
            text=alt.Text("number:N"),
            color=ink,
        )
    )
    brackets = (
        alt.Chart(sides)
        .mark_rule(strokeWidth=1.5, color=colour("muted"))
        .encode(x=x, x2=alt.X2("to:Q"), y=alt.Y("row:Q", scale=y_scale))
    )
    words = (
        alt.Chart(sides)
        .mark_text(color=colour("muted"), fontSize=11)
        .encode(
            x=alt.X("middle:Q", scale=x_scale), y=alt.Y("text_row:Q", scale=y_scale), text=alt.Text("side:N")
        )
    )
    return layered(bar, numbers, brackets, words, height=140)
