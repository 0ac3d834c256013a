"""Time against the budget: a bullet bar for all sites together and for each of them."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, of_whole, scale

ROW_HEIGHT = 30
AXIS_HEIGHT = 30
LONGEST = 1.6  # a pace or a range may reach so many times beyond the longest bar or budget, then it is cut
_STEPS = (5, 10, 15, 30, 60, 120, 240, 480, 720, 1440)


def budget_bars(standings: pd.DataFrame) -> Picture:
    """One bullet bar a row, in the order of the rows: spent, limit, pace and the range of an estimate.

    Columns: name; recorded_minutes, estimated_minutes (the two add up to what was spent); budget_minutes,
    pace_minutes (NaN where there is none); low_minutes, high_minutes; words (the figure as written at the
    end of the row). Only recorded time beyond the budget is drawn as over.
    """
    rows = standings.assign(spent=standings["recorded_minutes"] + standings["estimated_minutes"])
    reach = float(rows[["spent", "budget_minutes"]].fillna(0).to_numpy().max(initial=0)) or 60.0
    end = reach * LONGEST
    rows = rows.assign(
        pace_shown=rows["pace_minutes"].clip(upper=end),
        pace_cut=rows["pace_minutes"] > end,
        low_shown=rows["low_minutes"].clip(upper=end),
        high_shown=rows["high_minutes"].clip(upper=end),
    )
    shown = float(
        rows[["spent", "budget_minutes", "pace_shown", "high_shown"]].fillna(0).to_numpy().max(initial=0)
    )
    rows["words_at"] = shown * 1.5
    y = alt.Y("name:N", sort=list(rows["name"]), title=None, axis=alt.Axis(labelFontSize=13))
    x_scale = alt.Scale(domain=[0, shown * 1.5], nice=False)
    axis = alt.Axis(values=ticks(shown), title=None, labelExpr=IN_HOURS)
    x = alt.X("from:Q", scale=x_scale, axis=axis)
    estimates = rows[rows["estimated_minutes"] > 0]
    paced = rows[rows["pace_minutes"].notna() & (rows["pace_minutes"] > rows["spent"])]
    layers = [
        alt.Chart(rows).mark_bar(size=14, color=colour("track"), cornerRadiusEnd=3).encode(
            y=y, x=alt.X("budget_minutes:Q", scale=x_scale, axis=axis), tooltip=_TOOLTIP
        ),
        alt.Chart(_segments(rows)).mark_bar(size=14).encode(
            y=y,
            x=x,
            x2=alt.X2("to:Q"),
            color=alt.Color("meaning:N", scale=scale("within", "estimated", "over"), legend=None),
            tooltip=[
                alt.Tooltip("name:N", title="site"), alt.Tooltip("part:N", title="time"),
                alt.Tooltip("minutes:N", title="minutes of the week's"),
            ],
        ),
        alt.Chart(estimates).mark_rule(strokeWidth=1.5, color=colour("muted")).encode(
            y=y, x=alt.X("low_shown:Q", scale=x_scale, axis=axis), x2=alt.X2("high_shown:Q")
        ),
        *(
            alt.Chart(estimates).mark_tick(thickness=1.5, size=8, color=colour("muted")).encode(
                y=y, x=alt.X(f"{column}:Q", scale=x_scale, axis=axis)
            )
            for column in ("low_shown", "high_shown")
        ),
        alt.Chart(rows).mark_tick(thickness=2.5, size=24, color=colour("text")).encode(
            y=y, x=alt.X("budget_minutes:Q", scale=x_scale, axis=axis), tooltip=_TOOLTIP
        ),
        alt.Chart(paced).mark_point(size=55, filled=True, opacity=1, color=colour("text")).encode(
            y=y,
            x=alt.X("pace_shown:Q", scale=x_scale, axis=axis),
            shape=alt.Shape(
                "pace_cut:N",
                scale=alt.Scale(domain=[False, True], range=["diamond", "triangle-right"]),
                legend=None,
            ),
            tooltip=_TOOLTIP,
        ),
        alt.Chart(rows).mark_text(align="right", color=colour("text")).encode(
            y=y, x=alt.X("words_at:Q", scale=x_scale, axis=axis), text=alt.Text("words:N")
        ),
    ]  # fmt: skip
    return layered(*layers, height=ROW_HEIGHT * len(rows) + AXIS_HEIGHT)


_TOOLTIP = [
    alt.Tooltip("name:N", title="site"),
    alt.Tooltip("words:N", title="spent"),
    alt.Tooltip("budget_minutes:Q", title="budget, minutes", format=",.0f"),
    alt.Tooltip("pace_minutes:Q", title="at this pace, minutes", format=",.0f"),
]

IN_HOURS = "datum.value >= 60 && datum.value % 60 == 0 ? datum.value / 60 + ' h' : datum.value + ' min'"


def _segments(rows: pd.DataFrame) -> pd.DataFrame:
    """The parts of each bar: name, from, to (minutes), meaning, part, minutes (as written)."""
    parts = []
    for row in rows.to_dict("records"):
        recorded, estimated = row["recorded_minutes"], row["estimated_minutes"]
        budget = row["budget_minutes"]
        limit = recorded if pd.isna(budget) else min(budget, recorded)
        for start, stop, meaning, part in (
            (0.0, limit, "within", "recorded"),
            (limit, recorded, "over", "recorded, over the budget"),
            (recorded, recorded + estimated, "estimated", "estimated"),
        ):
            if stop > start:
                parts.append(
                    (row["name"], start, stop, meaning, part, of_whole(stop - start, recorded + estimated))
                )
    return pd.DataFrame(parts, columns=["name", "from", "to", "meaning", "part", "minutes"])


def ticks(reach: float, most: int = 6) -> list[int]:
    """Round numbers of minutes from 0 up to `reach`, at most so many steps."""
    step = next((step for step in _STEPS if reach / step <= most), _STEPS[-1])
    return list(range(0, int(reach) + 1, step))
