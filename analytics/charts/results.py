"""Results: what an hour brings with its range, what a kind of post brings, hours with their posts, before and after."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from analytics.charts.theme import PERCENT, PERCENT_CHANGE, Picture, colour, layered, of_whole, site_scale

_RECEIVED = "likes, reposts and replies a typical post received"


def per_hour(rates: pd.DataFrame, *, names: Mapping[str, str], title: str) -> Picture:
    """One dot a site with its range. rates: site, value, low, high (NaN without a range), words."""
    shown = {site: names.get(site, site) for site in rates["site"]}
    drawn = rates.assign(name=rates["site"].map(shown))
    order = list(drawn.sort_values("value", ascending=False)["name"])
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelFontSize=13))
    x_axis = alt.Axis(grid=True, tickCount=6)
    # Past three times the largest middle a range says no more than "very wide".
    end = max(float(drawn["value"].max()), float(drawn["high"].fillna(0).max()), 0.1)
    x_scale = alt.Scale(
        domain=[0, min(end, 3 * max(float(drawn["value"].max()), 0.1)) * 1.05], clamp=True, nice=False
    )
    ranges = drawn.dropna(subset=["low", "high"])
    tooltip = [alt.Tooltip("name:N", title="site"), alt.Tooltip("words:N", title="an hour")]
    lines = alt.Chart(ranges).mark_rule(strokeWidth=2, opacity=0.55).encode(
        y=y, x=alt.X("low:Q", scale=x_scale, title=title, axis=x_axis), x2=alt.X2("high:Q"),
        color=alt.Color("name:N", scale=site_scale(shown), legend=None), tooltip=tooltip,
    )  # fmt: skip
    dots = alt.Chart(drawn).mark_point(filled=True, size=110, opacity=1).encode(
        y=y, x=alt.X("value:Q", scale=x_scale, title=title, axis=x_axis),
        color=alt.Color("name:N", scale=site_scale(shown), legend=None), tooltip=tooltip,
    )  # fmt: skip
    return layered(lines, dots, height=34 * len(drawn) + 50)


def kinds(mix: pd.DataFrame, *, names: Mapping[str, str]) -> Picture:
    """What a typical post of each kind received, a dot a network with its range; the larger the dot, the more posts.

    mix: site, kind, typical, low, high, known, words.
    """
    shown = {site: names.get(site, site) for site in sorted(set(mix["site"]))}
    drawn = mix.assign(name=mix["site"].map(shown))
    order = ["conversation", "value", "link", "hard sell"]
    y = alt.Y("kind:N", sort=order, title=None, axis=alt.Axis(labelFontSize=13))
    offset = alt.YOffset("name:N", sort=list(shown.values()))
    colours = alt.Color(
        "name:N", scale=site_scale(shown), legend=alt.Legend(symbolType="circle") if len(shown) > 1 else None
    )
    tooltip = [alt.Tooltip("name:N", title="network"), alt.Tooltip("words:N", title="a typical post")]
    axis = alt.Axis(grid=True, tickCount=6)
    reach = float(drawn[["typical", "high"]].to_numpy(dtype="float64", na_value=0).max(initial=0))
    # Room for the dot that stands furthest right.
    x_scale = alt.Scale(domain=[0, reach * 1.05 if reach > 0 else 1], nice=False)
    lines = alt.Chart(drawn.dropna(subset=["low", "high"])).mark_rule(strokeWidth=2, opacity=0.55).encode(
        y=y, yOffset=offset, x=alt.X("low:Q", title=_RECEIVED, axis=axis, scale=x_scale),
        x2=alt.X2("high:Q"), color=colours, tooltip=tooltip,
    )  # fmt: skip
    dots = alt.Chart(drawn).mark_point(filled=True, opacity=1).encode(
        y=y, yOffset=offset, x=alt.X("typical:Q", title=_RECEIVED, axis=axis, scale=x_scale),
        color=colours, tooltip=tooltip,
        size=alt.Size("known:Q", scale=alt.Scale(type="sqrt", range=[25, 260]), legend=None),
    )  # fmt: skip
    return layered(lines, dots, height=60 * drawn["kind"].nunique() + 50)


def shares(mix: pd.DataFrame, *, names: Mapping[str, str]) -> Picture:
    """What one's own posts are made of: a stacked bar a network. mix: site, kind, posts, share."""
    meanings = {
        "conversation": "conversation",
        "value": "own words",
        "link": "link",
        "hard sell": "marketing",
    }
    there = [kind for kind in meanings if (mix["kind"] == kind).any()]
    drawn = mix.assign(
        name=[names.get(site, site) for site in mix["site"]],
        place=mix["kind"].map(list(meanings).index),
        words=[
            of_whole(part, whole)
            for part, whole in zip(mix["posts"], mix.groupby("site")["posts"].transform("sum"), strict=True)
        ],
    )
    bars = (
        alt.Chart(drawn)
        .mark_bar(cornerRadiusEnd=0)
        .encode(
            y=alt.Y("name:N", title=None, axis=alt.Axis(labelFontSize=13)),
            x=alt.X(
                "share:Q", stack="zero", title=None, scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(labelExpr=PERCENT, tickCount=5),
            ),
            color=alt.Color(
                "kind:N", sort=there, legend=alt.Legend(),
                scale=alt.Scale(domain=there, range=[colour(meanings[kind]) for kind in there]),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("name:N", title="network"), alt.Tooltip("kind:N"),
                alt.Tooltip("words:N", title="of your posts there"),
            ],
        )
    )  # fmt: skip
    return layered(bars, height=34 * drawn["name"].nunique() + 50)


def before_after(changes: pd.DataFrame) -> Picture:
    """A week before and after a change of the budget: a line a measure, from before to after, as a share of before.

    changes: measure (as shown), before, after, low, high (of the difference), words.
    """
    drawn = changes[changes["before"] > 0].assign(
        change=lambda rows: (rows["after"] - rows["before"]) / rows["before"],
        # Less than nothing cannot be left, however the weeks are drawn.
        from_=lambda rows: (rows["low"] / rows["before"]).clip(lower=-1),
        to=lambda rows: (rows["high"] / rows["before"]).clip(lower=-1),
    )
    y = alt.Y("measure:N", sort=list(drawn["measure"]), title=None, axis=alt.Axis(labelFontSize=13))
    axis = alt.Axis(labelExpr=PERCENT_CHANGE, grid=True, tickCount=6)
    tooltip = [alt.Tooltip("measure:N"), alt.Tooltip("words:N", title="a week")]
    lines = alt.Chart(drawn).mark_rule(strokeWidth=2, opacity=0.55, color=colour("within")).encode(
        y=y, x=alt.X("from_:Q", title="change against before", axis=axis), x2=alt.X2("to:Q"), tooltip=tooltip
    )  # fmt: skip
    dots = alt.Chart(drawn).mark_point(filled=True, size=100, opacity=1, color=colour("within")).encode(
        y=y, x=alt.X("change:Q", title="change against before", axis=axis), tooltip=tooltip
    )  # fmt: skip
    zero = (
        alt.Chart(pd.DataFrame({"at": [0.0]}))
        .mark_rule(color=colour("muted"), strokeDash=[4, 4])
        .encode(x=alt.X("at:Q"))
    )
    return layered(zero, lines, dots, height=30 * len(drawn) + 50)
