"""How an account grew: its level over time, who came and left per interval and per day, and who stays."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, of_whole, readable, scale

LEFT = ("unfollowed", "gone", "blocked", "unknown")
"""What became of those who left, in the order in which they are stacked."""
MOST_DAYS = 400
_LEVEL_HEIGHT = 210
MOST_LABELS = 8


def level_over_time(
    points: pd.DataFrame, level: pd.DataFrame, known: pd.DataFrame, bands: pd.DataFrame
) -> Picture:
    """The number of followers: dots where it was seen, a line where every day is counted, steps between.

    points: at (local, naive), followers, source (list or profile). level: at, followers, basis, of the days that the
    platform counted. known: at, followers of both, in order of time. bands: from, to (local, naive), low, high: where
    nobody counted, the number was within. The axis does not begin at zero.
    """
    x_scale = alt.Scale(type="utc", padding=10)
    x_axis = alt.Axis(tickCount=6, format="%b %Y", labelOverlap=True)
    y_scale = alt.Scale(zero=False, nice=True)
    y_axis = alt.Axis(grid=True, tickCount=5, tickMinStep=1, format=",d", minExtent=40)

    def x(column: str) -> alt.X:
        return alt.X(f"{column}:T", scale=x_scale, axis=x_axis, title=None)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", scale=y_scale, axis=y_axis, title=None)

    def drawn(rows: pd.DataFrame) -> alt.Chart:
        return alt.Chart(rows.assign(day=[_day(at) for at in rows["at"]]))

    on = [alt.Tooltip("day:N", title="on"), alt.Tooltip("followers:Q", format=",d")]
    within = bands.assign(
        words=[f"{low:,} to {high:,}" for low, high in zip(bands["low"], bands["high"], strict=True)],
        time=[f"{_day(start)} to {_day(end)}" for start, end in zip(bands["from"], bands["to"], strict=True)],
    )
    return layered(
        alt.Chart(within)
        .mark_rect(color=colour("interval"))
        .encode(
            x=x("from"),
            x2=alt.X2("to:T"),
            y=y("low"),
            y2=alt.Y2("high:Q"),
            tooltip=[alt.Tooltip("time:N", title="from"), alt.Tooltip("words:N", title="followers")],
        ),
        alt.Chart(known)
        .mark_line(interpolate="step-after", strokeWidth=1.2, strokeDash=[4, 3], color=colour("within"))
        .encode(x=x("at"), y=y("followers")),
        drawn(level)
        .mark_line(strokeWidth=2, color=colour("within"))
        .encode(
            x=x("at"), y=y("followers"), tooltip=[*on, alt.Tooltip("basis:N", title="by daily counts and a")]
        ),
        drawn(points)
        .mark_point(filled=True, size=34, opacity=1, color=colour("within"))
        .encode(x=x("at"), y=y("followers"), tooltip=[*on, alt.Tooltip("source:N", title="from")]),
        height=_LEVEL_HEIGHT,
    )


def came_and_left(moves: pd.DataFrame) -> Picture:
    """Who came, up, and who left, down by what became of them: one bar an interval, in the order of the rows.

    moves: interval (as written, its lines parted by |), meaning (came, or one of LEFT), people.
    """
    order = list(dict.fromkeys(moves["interval"]))
    came = moves["meaning"] == "came"
    stacked = {meaning: place for place, meaning in enumerate(("came", *LEFT))}
    rows = moves.assign(
        signed=moves["people"].where(came, -moves["people"]), up=came, place=moves["meaning"].map(stacked)
    )
    ends = rows.groupby(["interval", "up"], sort=False)["signed"].sum().reset_index()
    ends = ends[ends["signed"] != 0]
    ends["words"] = [f"+{number:,}" if number > 0 else f"−{-number:,}" for number in ends["signed"]]
    reach = [float(ends["signed"].min()), float(ends["signed"].max())] if len(ends) else [0.0, 1.0]
    room = 0.2 * max(-reach[0], reach[1])
    y_scale = alt.Scale(domain=[min(reach[0], 0) - room, max(reach[1], 0) + room], nice=False)
    few = len(order) <= MOST_LABELS
    axis = alt.Axis(
        labelAngle=0,
        labelOverlap=not few,
        labelExpr="split(datum.label, '|')" if few else "slice(datum.label, indexof(datum.label, '|') + 3)",
    )
    x = alt.X("interval:N", sort=order, title=None, axis=axis)
    bars = (
        alt.Chart(rows)
        .mark_bar(size=34 if few else 10, cornerRadius=0)
        .encode(
            x=x,
            y=alt.Y("signed:Q", stack="zero", scale=y_scale, axis=None),
            color=alt.Color("meaning:N", scale=_meanings(rows), legend=alt.Legend()),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("interval:N"),
                alt.Tooltip("meaning:N", title="what"),
                alt.Tooltip("people:Q", format=",d"),
            ],
        )
    )
    words = [
        alt.Chart(ends[ends["up"] == up])
        .mark_text(dy=-8 if up else 9, color=colour("text"))
        .encode(x=x, y=alt.Y("signed:Q", scale=y_scale, axis=None), text=alt.Text("words:N"))
        for up in (True, False)
    ]
    return layered(bars, *(words if few else ()), height=190)


def _meanings(rows: pd.DataFrame) -> alt.Scale:
    """The colours of what there is, so that the legend names nothing else."""
    return scale(*(meaning for meaning in ("came", *LEFT) if meaning in set(rows["meaning"])))


def counted_days(days: pd.DataFrame) -> Picture:
    """New follows up and unfollows down, as the platform counted them.

    days: day, new_follows, unfollows (people; NaN where unknown). More than 400 days are drawn by the month.
    """
    monthly = len(days) > MOST_DAYS
    moments = pd.to_datetime(days["day"])
    rows = days.assign(at=moments.dt.to_period("M").dt.start_time if monthly else moments)
    rows = rows.groupby("at")[["new_follows", "unfollows"]].sum(min_count=1).reset_index()
    long = pd.concat(
        [
            pd.DataFrame(
                {"at": rows["at"], "people": sign * rows[name].astype("float64"), "meaning": meaning}
            )
            for name, sign, meaning in (("new_follows", 1, "came"), ("unfollows", -1, "unfollowed"))
        ]
    ).dropna(subset=["people"])
    long = long.assign(
        ends=long["at"] + (pd.offsets.MonthEnd(1) if monthly else pd.Timedelta(hours=22)),
        number=long["people"].abs(),
        on=[f"{at:%b %Y}" if monthly else _day(at) for at in long["at"]],
        zero=0,
    )
    reach = max(float(long["number"].max()) if len(long) else 1.0, 1.0)
    bars = (
        alt.Chart(long)
        .mark_rect()
        .encode(
            x=alt.X(
                "at:T",
                scale=alt.Scale(type="utc", padding=10),
                title=None,
                axis=alt.Axis(tickCount=6, format="%b %Y", labelOverlap=True),
            ),
            x2=alt.X2("ends:T"),
            y=alt.Y(
                "people:Q",
                title=None,
                scale=alt.Scale(domain=[-reach, reach]),
                axis=alt.Axis(
                    grid=True, tickCount=4, tickMinStep=1, labelExpr="abs(datum.value)", minExtent=40
                ),
            ),
            y2=alt.Y2("zero:Q"),
            color=alt.Color("meaning:N", scale=_meanings(long)),
            tooltip=[
                alt.Tooltip("on:N", title="on"),
                alt.Tooltip("meaning:N", title="what"),
                alt.Tooltip("number:Q", title="people", format=",.0f"),
            ],
        )
    )
    return layered(bars, height=140)


def who_stays(cells: pd.DataFrame) -> Picture:
    """Cohorts down, lists across: the fuller the colour, the more of those who came then are on that list.

    cells: cohort, list (as written, in order), arrived, here (people), share (0-1).
    """
    cohorts, lists = (list(dict.fromkeys(cells[name])) for name in ("cohort", "list"))
    rows = cells.assign(
        words=[
            f"{here:,} of {arrived:,}" for here, arrived in zip(cells["here"], cells["arrived"], strict=True)
        ],
        part=[of_whole(*pair) for pair in zip(cells["here"], cells["arrived"], strict=True)],
    )
    x = alt.X("list:N", sort=lists, title=None, axis=alt.Axis(orient="top", labelAngle=0, labelOverlap=True))
    y = alt.Y("cohort:N", sort=cohorts, title=None, axis=alt.Axis(labelLimit=220))
    base = alt.Chart(rows)
    boxes = base.mark_rect(color=colour("within"), cornerRadius=2).encode(
        x=x,
        y=y,
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.9]), legend=None),
        tooltip=[
            alt.Tooltip("cohort:N", title="came"),
            alt.Tooltip("list:N", title="list of"),
            alt.Tooltip("part:N", title="are on it"),
        ],
    )
    layers = [boxes]
    if len(lists) <= 8:
        ink = readable("datum.share > 0.6")
        layers.append(base.mark_text(fontSize=11).encode(x=x, y=y, text=alt.Text("words:N"), color=ink))
    return layered(*layers, height=22 * len(cohorts) + 30)


def _day(at: object) -> str:
    moment = pd.Timestamp(at)  # type: ignore[arg-type]
    return f"{moment:%a} {moment.day} {moment:%b %Y}"
