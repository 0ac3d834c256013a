"""Time: weeks against the budget line, hours of the week, sessions by length, the plan of a week against the fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, of_whole, opacity, scale, site_scale, week_ticks
from analytics.charts.time_budget import IN_HOURS, ticks
from analytics.charts.week import day_labels

CELL = "cell"
"""The name of the selection in `hour_map`: a click on an hour of the week."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS = 300
"""A calendar axis of more days names years."""

_CALM, _FULL = ("#eef1ec", "#1d272a"), ("#0f766e", "#3bb3a4")


def weeks_against_budget(rows: pd.DataFrame, against: pd.DataFrame, *, names: Mapping[str, str]) -> Picture:
    """One stacked bar a week, a colour a site, estimated time paler; the budget of each week as a line over it.

    rows: week (date), site, minutes, part (recorded or estimated). against: week, budget_minutes (NaN without one),
    low_minutes, high_minutes (NaN where nothing is estimated), words (for the tooltip).
    """
    shown = _names(rows, names)
    drawn = _stacked(rows.assign(name=rows["site"].map(shown)))
    budgets = against.dropna(subset=["budget_minutes"])
    line = pd.DataFrame(
        {
            "at": pd.to_datetime(budgets["week"]),
            "end": _end(budgets["week"], whole=True),
            "minutes": budgets["budget_minutes"],
            "words": budgets["words"],
        }
    )
    ranges = against.dropna(subset=["low_minutes", "high_minutes"])
    sums = rows.groupby("week")["minutes"].sum()
    most = max(
        float(sums.max()) if len(sums) else 0.0, float(line["minutes"].max()) if len(line) else 0.0, 30.0
    )
    # The high end of an estimate may be three times the bar: a picture scaled to it would show nothing else.
    top = min(max(most, float(ranges["high_minutes"].max()) if len(ranges) else 0.0), 2 * most) * 1.05
    spans = pd.DataFrame(
        {
            "at": _middle(ranges["week"]),
            "low": ranges["low_minutes"].clip(upper=top),
            "high": ranges["high_minutes"].clip(upper=top),
            "words": ranges["words"],
        }
    )
    long = len(against) and (max(against["week"]) - min(against["week"])).days > LONG_DAYS
    x = alt.X(
        "at:T", title=None,
        axis=alt.Axis(format="%b %Y", labelOverlap=True, tickCount=6) if long
        else alt.Axis(format="%-d %b", labelOverlap=True, values=week_ticks(against["week"].tolist())),
    )  # fmt: skip
    y_scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y(
        "minutes:Q",
        scale=y_scale,
        title=None,
        axis=alt.Axis(grid=True, values=ticks(top, most=5), labelExpr=IN_HOURS),
    )
    bars = (
        alt.Chart(drawn)
        .mark_bar(cornerRadiusEnd=0)
        .encode(
            x=x,
            x2=alt.X2("end:T"),
            y=alt.Y("from:Q", scale=y_scale),
            y2=alt.Y2("to:Q"),
            color=alt.Color("name:N", scale=site_scale(shown), legend=alt.Legend() if len(shown) > 1 else None),
            opacity=alt.Opacity(
                "part:N", scale=alt.Scale(domain=["recorded", "estimated"], range=[1, 0.45]), legend=None
            ),
            tooltip=[
                alt.Tooltip("at:T", title="week of", format="%e %b %Y"), alt.Tooltip("name:N", title="site"),
                alt.Tooltip("part:N", title="time"), alt.Tooltip("words:N", title="minutes of the week's"),
            ],
        )
    )  # fmt: skip
    limit = alt.Chart(line).mark_rule(strokeWidth=2, color=colour("text")).encode(
        x=x, x2=alt.X2("end:T"), y=y, tooltip=[alt.Tooltip("words:N", title="all sites")]
    )  # fmt: skip
    reach = alt.Chart(spans).mark_rule(strokeWidth=1.2, color=colour("muted")).encode(
        x=x, y=alt.Y("low:Q", scale=y_scale), y2=alt.Y2("high:Q"), tooltip=[alt.Tooltip("words:N", title="all sites")]
    )  # fmt: skip
    return layered(bars, reach, limit, height=260)


def _stacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Where each part of a bar begins and ends (from, to), recorded below estimated, sites in order of their names."""
    placed = rows.assign(recorded=rows["part"] == "recorded").sort_values(
        ["week", "recorded", "name"], ascending=[True, False, True], ignore_index=True
    )
    to = placed.groupby("week")["minutes"].cumsum()
    whole = placed.groupby("week")["minutes"].transform("sum")
    return placed.assign(
        words=[of_whole(part, all_) for part, all_ in zip(placed["minutes"], whole, strict=True)],
        at=pd.to_datetime(placed["week"]),
        end=_end(placed["week"]),
        **{"from": to - placed["minutes"], "to": to},
    ).drop(columns=["week", "recorded"])


def _end(weeks: pd.Series[date], *, whole: bool = False) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(weeks) + pd.Timedelta(days=7 if whole else 6)


def _middle(weeks: pd.Series[date]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(weeks) + pd.Timedelta(days=3)


def _names(rows: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    return {
        key: names.get(key, key) for key in sorted(set(rows["site"]), key=lambda key: names.get(key, key))
    }


def hour_map(cells: pd.DataFrame, *, title: str, week_start: int = 0) -> Picture:
    """Weekday by hour; a click chooses cells. cells: weekday (0 Monday .. 6), hour, value, words; every one of the 168.

    title: what value counts.
    """
    order = [WEEKDAYS[(week_start + n) % 7] for n in range(7)]
    drawn = cells.assign(day=[WEEKDAYS[int(weekday)] for weekday in cells["weekday"]])
    chosen = alt.selection_point(name=CELL, fields=["weekday", "hour"], toggle=True)
    most = float(drawn["value"].max()) if len(drawn) else 1.0
    boxes = (
        alt.Chart(drawn)
        .mark_rect(cornerRadius=2, cursor="pointer")
        .encode(
            x=alt.X(
                "hour:O",
                title=None,
                scale=alt.Scale(paddingInner=0.08),
                axis=alt.Axis(labelExpr="datum.value % 3 == 0 ? datum.value + ':00' : ''", labelAngle=0),
            ),
            y=alt.Y("day:O", sort=order, title=None, scale=alt.Scale(paddingInner=0.12)),
            color=alt.Color(
                "value:Q",
                scale=alt.Scale(domain=[0, most or 1.0], range=[_shade(_CALM), _shade(_FULL)]),
                legend=alt.Legend(
                    title=title, gradientLength=140, symbolType="square", orient="bottom", tickCount=3
                ),
            ),
            opacity=opacity(CELL, 1, 0.3),
            tooltip=[alt.Tooltip("words:N", title="when")],
        )
        .add_params(chosen)
    )
    return layered(boxes, height=230)


def _shade(pair: tuple[str, str]) -> alt.ExprRef:
    light, dark = pair
    return alt.ExprRef(expr=f"luminance(background) < 0.4 ? '{dark}' : '{light}'")


def sessions_by_length(bins: pd.DataFrame, *, names: Mapping[str, str]) -> Picture:
    """How many sessions were how long. bins: length (words, in order of `place`), place, site, sessions."""
    shown = _names(bins, names)
    order = list(bins.sort_values("place")["length"].drop_duplicates())
    of_site = bins.groupby("site")["sessions"].transform("sum")
    words = [of_whole(part, whole) for part, whole in zip(bins["sessions"], of_site, strict=True)]
    bars = (
        alt.Chart(bins.assign(site=bins["site"].map(shown), words=words))
        .mark_bar(cornerRadiusEnd=0)
        .encode(
            x=alt.X("length:O", sort=order, title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("sessions:Q", title="sessions", axis=alt.Axis(grid=True, tickMinStep=1, tickCount=4)),
            color=alt.Color(
                "site:N", scale=site_scale(shown), legend=alt.Legend() if len(shown) > 1 else None
            ),
            tooltip=[
                alt.Tooltip("site:N"),
                alt.Tooltip("length:O"),
                alt.Tooltip("words:N", title="recorded sessions there"),
            ],
        )
    )
    return layered(bars, height=200)


def plan_calendar(
    slots: pd.DataFrame, fact: pd.DataFrame, week: date, *, names: Mapping[str, str]
) -> Picture:
    """One week as in a calendar: planned slots as outlines at the left of a day, recorded time filled at the right.

    slots: day (label of `week.day_labels`), from, to (hours of the day), state, words. fact: day, from, to, site,
    words.
    """
    labels = day_labels(week)
    shown = _names(fact, names)
    hours = pd.concat([slots[["from", "to"]], fact[["from", "to"]]])
    first = max(int(hours["from"].min()) - 1, 0) if len(hours) else 8
    last = min(int(hours["to"].max()) + 2, 24) if len(hours) else 20
    x = alt.X(
        "day:O",
        sort=labels,
        scale=alt.Scale(domain=labels),
        title=None,
        axis=alt.Axis(labelAngle=0, orient="top"),
    )
    y = alt.Y(
        "from:Q",
        scale=alt.Scale(domain=[last, first], nice=False),
        title=None,
        axis=alt.Axis(
            grid=True,
            values=list(range(first, last + 1, 2 if last - first > 8 else 1)),
            labelExpr="datum.value + ':00'",
        ),
    )
    side = alt.XOffset("side:N", sort=["plan", "fact"], scale=alt.Scale(domain=["plan", "fact"]))
    planned_slots = slots.assign(side="plan", meaning=slots["state"].map(_MEANING))
    meanings = [
        meaning for meaning in dict.fromkeys(_MEANING.values()) if (planned_slots["meaning"] == meaning).any()
    ]
    planned = (
        alt.Chart(planned_slots)
        .mark_bar(cornerRadius=2, strokeWidth=1.5, fillOpacity=0.25)
        .encode(
            x=x, xOffset=side, y=y, y2=alt.Y2("to:Q"),
            color=alt.Color("meaning:N", scale=scale(*meanings), legend=None),
            stroke=alt.Stroke("meaning:N", scale=scale(*meanings), legend=None),
            tooltip=[alt.Tooltip("words:N", title="planned")],
        )
    )  # fmt: skip
    happened = (
        alt.Chart(fact.assign(side="fact", site=fact["site"].map(shown)))
        .mark_bar(cornerRadius=1)
        .encode(
            x=x, xOffset=side, y=y, y2=alt.Y2("to:Q"),
            fill=alt.Fill("site:N", scale=site_scale(shown), legend=alt.Legend(title=None) if len(shown) else None),
            tooltip=[alt.Tooltip("words:N", title="recorded")],
        )
    )  # fmt: skip
    return layered(planned, happened, height=max(26 * (last - first), 240))


_MEANING = {
    "kept": "within", "partly": "estimated", "missed": "missed", "ahead": "unknown", "not measured": "unknown"
}  # fmt: skip
