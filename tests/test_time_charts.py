"""What the charts of time and results draw, read from their Vega-Lite specifications."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd
import pytest

from analytics.charts import results as results_charts
from analytics.charts import time as time_charts

WEEK = date(2026, 11, 16)
NAMES = {"x": "X", "mastodon": "Mastodon"}
NAN = float("nan")


def drawn(picture: alt.LayerChart, mark: str) -> list[dict[str, Any]]:
    """Encoding and rows of each layer of one mark."""
    spec = picture.to_dict()
    return [
        {
            "encoding": layer["encoding"],
            "rows": spec["datasets"][(layer.get("data") or spec["data"])["name"]],
        }
        for layer in spec["layer"]
        if layer["mark"]["type"] == mark
    ]


def against(budget: float = 120, low: float = NAN, high: float = NAN) -> pd.DataFrame:
    row = {"week": WEEK, "budget_minutes": budget, "low_minutes": low, "high_minutes": high, "words": "words"}
    return pd.DataFrame([row])


def parts(*rows: tuple[str, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["site", "minutes", "part"])
    return frame.assign(week=WEEK)


def test_the_parts_of_a_week_stand_on_each_other_recorded_lowest() -> None:
    picture = time_charts.weeks_against_budget(
        parts(("x", 30, "estimated"), ("mastodon", 20, "recorded"), ("x", 10, "recorded")),
        against(),
        names=NAMES,
    )
    (bars,) = drawn(picture, "bar")
    assert [(row["name"], row["part"], row["from"], row["to"]) for row in bars["rows"]] == [
        ("Mastodon", "recorded", 0, 20),
        ("X", "recorded", 20, 30),
        ("X", "estimated", 30, 60),
    ]


def test_a_week_without_a_budget_has_no_line_and_without_an_estimate_no_range() -> None:
    rows = parts(("x", 30, "recorded"))
    assert drawn(time_charts.weeks_against_budget(rows, against(NAN), names=NAMES), "rule") == []
    assert len(drawn(time_charts.weeks_against_budget(rows, against(), names=NAMES), "rule")) == 1
    assert len(drawn(time_charts.weeks_against_budget(rows, against(120, 10, 90), names=NAMES), "rule")) == 2


def test_the_weeks_are_marked_on_their_first_days_evenly_thinned() -> None:
    rows = parts(("x", 30, "recorded"))
    weeks = [WEEK - timedelta(weeks=n) for n in (15, 2, 0)]
    limits = pd.concat([against().assign(week=week) for week in weeks], ignore_index=True)
    (bars,) = drawn(time_charts.weeks_against_budget(rows, limits, names=NAMES), "bar")
    marks = [date(at["year"], at["month"], at["date"]) for at in bars["encoding"]["x"]["axis"]["values"]]
    assert marks == [date(2026, 8, 3) + timedelta(weeks=2 * n) for n in range(8)]


def test_a_wide_range_does_not_squeeze_the_bars() -> None:
    rows = parts(("x", 100, "estimated"))
    picture = time_charts.weeks_against_budget(rows, against(NAN, 30, 3000), names=NAMES)
    (bars,) = drawn(picture, "bar")
    assert bars["encoding"]["y"]["scale"]["domain"] == [0, 210]


@pytest.mark.parametrize(("week_start", "first"), [(0, "Mon"), (6, "Sun")])
def test_the_map_of_hours_begins_with_the_first_day_of_the_week(week_start: int, first: str) -> None:
    cells = pd.DataFrame([(0, 9, 2.0, "two")], columns=["weekday", "hour", "value", "words"])
    (boxes,) = drawn(time_charts.hour_map(cells, title="minutes", week_start=week_start), "rect")
    assert boxes["encoding"]["y"]["sort"][0] == first


def test_sessions_are_counted_in_the_order_of_their_lengths() -> None:
    bins = pd.DataFrame(
        [("5–15 min", 2, "x", 3), ("under 2 min", 0, "x", 1)], columns=["length", "place", "site", "sessions"]
    )
    (bars,) = drawn(time_charts.sessions_by_length(bins, names=NAMES), "bar")
    assert bars["encoding"]["x"]["sort"] == ["under 2 min", "5–15 min"]


def test_the_plan_lies_beside_what_happened() -> None:
    slots = pd.DataFrame(
        [("Mon 16", 18.0, 18.5, "kept", "w")], columns=["day", "from", "to", "state", "words"]
    )
    fact = pd.DataFrame([("Mon 16", 18.1, 18.6, "x", "w")], columns=["day", "from", "to", "site", "words"])
    planned, happened = drawn(time_charts.plan_calendar(slots, fact, WEEK, names=NAMES), "bar")
    assert (planned["rows"][0]["side"], planned["rows"][0]["meaning"]) == ("plan", "within")
    assert (happened["rows"][0]["side"], happened["rows"][0]["site"]) == ("fact", "X")


def test_a_rate_without_a_range_is_a_dot_alone() -> None:
    rates = pd.DataFrame(
        [("x", 4.0, 3.0, 5.0, "w"), ("mastodon", 2.0, NAN, NAN, "w")],
        columns=["site", "value", "low", "high", "words"],
    )
    picture = results_charts.per_hour(rates, names=NAMES, title="replies an hour")
    (dots,), (lines,) = drawn(picture, "point"), drawn(picture, "rule")
    assert [row["name"] for row in dots["rows"]] == ["X", "Mastodon"]
    assert [row["name"] for row in lines["rows"]] == ["X"]


def test_kinds_that_do_not_occur_are_not_in_the_legend() -> None:
    mix = pd.DataFrame(
        [("x", "value", 9, 0.9), ("x", "link", 1, 0.1)], columns=["site", "kind", "posts", "share"]
    )
    (bars,) = drawn(results_charts.shares(mix, names=NAMES), "bar")
    assert bars["encoding"]["color"]["scale"]["domain"] == ["value", "link"]


def test_what_kinds_bring_is_drawn_by_network() -> None:
    mix = pd.DataFrame(
        [("x", "value", 2.0, 1.0, 3.0, 9, "w"), ("x", "link", 1.0, NAN, NAN, 1, "w")],
        columns=["site", "kind", "typical", "low", "high", "known", "words"],
    )
    picture = results_charts.kinds(mix, names=NAMES)
    assert len(drawn(picture, "point")[0]["rows"]) == 2
    assert len(drawn(picture, "rule")[0]["rows"]) == 1


def test_a_change_is_drawn_as_a_share_of_before_and_never_below_nothing() -> None:
    changes = pd.DataFrame(
        [("replies", 4.0, 6.0, 1.0, 3.0, "w"), ("new mutuals", 1.0, 0.0, -1.5, -0.5, "w"), ("likes", 0.0, 2.0, 1.0, 3.0, "w")],
        columns=["measure", "before", "after", "low", "high", "words"],
    )  # fmt: skip
    picture = results_charts.before_after(changes)
    (dots,) = drawn(picture, "point")
    assert [(row["measure"], row["change"], row["from_"], row["to"]) for row in dots["rows"]] == [
        ("replies", 0.5, 0.25, 0.75),
        ("new mutuals", -1.0, -1.0, -0.5),
    ]
