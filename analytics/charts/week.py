"""The seven days of a week: minutes of each day by site, and the planned slots under the same days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, of_whole, site_scale
from analytics.charts.time_budget import IN_HOURS, ticks

STATES = {"kept": "✓", "partly": "◐", "missed": "✕", "ahead": "·", "not measured": "?"}
"""State of a planned slot -> the sign it is drawn with, so that colour is not all that tells."""

# Both pictures of the week have the same room for their vertical axis, so that their days line up.
_AXIS_ROOM = 58


def day_labels(week: date) -> list[str]:
    """The seven days from `week` on, as they stand under a picture.

    >>> day_labels(date(2026, 11, 16))[0]
    'Mon 16'
    """
    return [f"{week + timedelta(days=n):%a} {(week + timedelta(days=n)).day}" for n in range(7)]


def week_days(
    days: pd.DataFrame, week: date, *, last: date, last_word: str, names: dict[str, str]
) -> Picture:
    """Minutes of each day of a week, one colour a site, with the last day that has data marked.

    days: day (date), site (key), seconds. last: the day to mark, last_word: what to write on it, such as
    "today". names: site key -> name.
    """
    labels = day_labels(week)
    place = {week + timedelta(days=n): label for n, label in enumerate(labels)}
    shown = {
        key: names.get(key, key) for key in sorted(set(days["site"]), key=lambda key: names.get(key, key))
    }
    drawn = pd.DataFrame(
        {
            "label": days["day"].map(place),
            "site": days["site"].map(shown),
            "minutes": days["seconds"] / 60,
        }
    ).dropna()
    whole = drawn.groupby("label")["minutes"].transform("sum")
    drawn["words"] = [of_whole(part, all_) for part, all_ in zip(drawn["minutes"], whole, strict=True)]
    top = max(float(drawn.groupby("label")["minutes"].sum().max()) if len(drawn) else 0.0, 30.0) * 1.18
    marked = pd.DataFrame({"label": [place[last]] if last in place else [], "word": last_word, "top": top})
    x = _day_axis(labels, place.get(last))
    y_scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(
        grid=True, values=ticks(top, most=4), labelExpr=IN_HOURS, minExtent=_AXIS_ROOM, maxExtent=_AXIS_ROOM
    )
    y = alt.Y("minutes:Q", scale=y_scale, title=None, axis=axis)
    at_top = alt.Y("top:Q", scale=y_scale, title=None, axis=axis)
    band = alt.Chart(marked).mark_bar(color=colour("week"), cornerRadius=3, width=alt.RelativeBandSize(0.96))
    bars = alt.Chart(drawn).mark_bar(width=alt.RelativeBandSize(0.55), cornerRadiusEnd=0)
    word = alt.Chart(marked).mark_text(baseline="top", dy=3, fontSize=11, color=colour("muted"))
    return layered(
        band.encode(x=x, y=at_top),
        bars.encode(
            x=x,
            y=y,
            color=alt.Color(
                "site:N", scale=site_scale(shown), legend=alt.Legend() if len(shown) > 1 else None
            ),
            tooltip=[
                alt.Tooltip("label:N", title="day"),
                alt.Tooltip("site:N"),
                alt.Tooltip("words:N", title="recorded minutes of the day's"),
            ],
        ),
        word.encode(x=x, y=at_top, text=alt.Text("word:N")),
        height=210,
    )


def plan_strip(slots: pd.DataFrame, week: date) -> Picture:
    """The planned slots under their days, each with its sign, its time and its site.

    slots: day (date), start (local, as written), site (name), state (a key of STATES), words (planned and
    spent, as written). In order of time.
    """
    labels = day_labels(week)
    place = {week + timedelta(days=n): label for n, label in enumerate(labels)}
    drawn = slots.assign(
        label=slots["day"].map(place),
        row=slots.groupby("day", sort=False).cumcount(),
        text=[
            f"{STATES[state]} {start}" for state, start in zip(slots["state"], slots["start"], strict=True)
        ],
    ).drop(columns="day")
    rows = int(drawn["row"].max()) + 1 if len(drawn) else 1
    x = _day_axis(labels, None, shown=False)
    y = alt.Y(
        "row:O",
        title=None,
        axis=alt.Axis(labels=False, minExtent=_AXIS_ROOM, maxExtent=_AXIS_ROOM),
        scale=alt.Scale(paddingInner=0.1),
    )
    tooltip = [alt.Tooltip(f"{column}:N") for column in ("label", "site", "state", "words")]
    ink = alt.Color("state:N", scale=_state_ink(), legend=None)
    bars = alt.Chart(drawn).mark_bar(
        cornerRadius=4, width=alt.RelativeBandSize(0.92), height=alt.RelativeBandSize(1)
    )
    fill = alt.Fill("state:N", scale=_state_scale(), legend=None)
    # On a narrow screen a long name is cut at its slot; the tooltip has it whole.
    within = alt.ExprRef("0.9 * bandwidth('x')")
    return layered(
        bars.encode(x=x, y=y, fill=fill, tooltip=tooltip),
        alt.Chart(drawn).mark_text(dy=-7, fontSize=11).encode(x=x, y=y, text=alt.Text("text:N"), color=ink),
        alt.Chart(drawn)
        .mark_text(dy=8, fontSize=11, limit=within)
        .encode(x=x, y=y, text=alt.Text("site:N"), color=ink),
        height=44 * rows + 12,
    )


def _day_axis(labels: Sequence[str], marked: str | None, *, shown: bool = True) -> alt.X:
    weight = alt.condition(f"datum.value === '{marked}'", alt.value("bold"), alt.value("normal"))
    return alt.X(
        "label:O",
        sort=list(labels),
        scale=alt.Scale(domain=list(labels)),
        title=None,
        axis=alt.Axis(labelAngle=0, labelFontWeight=weight) if shown else None,
    )


_STATE_MEANINGS = {
    "kept": "within", "partly": "estimated", "missed": "missed", "ahead": "track", "not measured": "track"
}  # fmt: skip


def _state_scale() -> alt.Scale:
    return alt.Scale(domain=list(STATES), range=[colour(_STATE_MEANINGS[state]) for state in STATES])


def _state_ink() -> alt.Scale:
    light_text = ("kept", "missed")
    inks = [colour("on colour" if state in light_text else "text") for state in STATES]
    return alt.Scale(domain=list(STATES), range=inks)
