"""What the charts draw, read from their Vega-Lite specifications."""

from __future__ import annotations

import doctest
from datetime import date, datetime
from typing import Any

import altair as alt
import pandas as pd
import pytest

from analytics.charts import theme, time_budget, week
from analytics.charts.followers import follower_line
from analytics.charts.reciprocity import overlap_bar
from analytics.charts.time_budget import budget_bars
from analytics.charts.week import plan_strip, week_days

MONDAY = date(2026, 11, 16)
NAMES = {"x": "X", "digg": "Digg"}


def layers(picture: alt.LayerChart) -> list[dict[str, Any]]:
    """Each layer's mark, encoding and rows."""
    spec = picture.to_dict()
    return [
        {
            "mark": layer["mark"]["type"],
            "encoding": layer["encoding"],
            "rows": spec["datasets"][(layer.get("data") or spec["data"])["name"]],
        }
        for layer in spec["layer"]
    ]


def drawn(picture: alt.LayerChart, mark: str) -> list[dict[str, Any]]:
    """The layers of one mark."""
    return [layer for layer in layers(picture) if layer["mark"] == mark]


def standing(**more: Any) -> dict[str, Any]:
    row = {
        "name": "X", "recorded_minutes": 0.0, "estimated_minutes": 0.0, "budget_minutes": 45.0,
        "pace_minutes": None, "low_minutes": 0.0, "high_minutes": 0.0, "words": "",
    }  # fmt: skip
    return row | more


def bars(*rows: dict[str, Any]) -> alt.LayerChart:
    frame = pd.DataFrame(rows, columns=list(standing()))
    return budget_bars(frame.astype({"pace_minutes": "float64", "budget_minutes": "float64"}))


def parts(picture: alt.LayerChart) -> list[tuple[float, float, str]]:
    return [(row["from"], row["to"], row["meaning"]) for row in drawn(picture, "bar")[1]["rows"]]


def test_recorded_time_is_red_from_the_limit_on() -> None:
    assert parts(bars(standing(recorded_minutes=57.0))) == [(0, 45, "within"), (45, 57, "over")]


def test_an_estimate_beyond_the_limit_is_not_red() -> None:
    picture = bars(standing(estimated_minutes=60.0, low_minutes=20.0, high_minutes=70.0))
    assert parts(picture) == [(0, 60, "estimated")]
    [rule] = drawn(picture, "rule")
    assert [(row["low_shown"], row["high_shown"]) for row in rule["rows"]] == [(20, 70)]


def test_what_is_recorded_and_what_is_estimated_stand_side_by_side() -> None:
    picture = bars(
        standing(recorded_minutes=20.0, estimated_minutes=10.0, low_minutes=23.0, high_minutes=50.0)
    )
    assert parts(picture) == [(0, 20, "within"), (20, 30, "estimated")]


def test_measured_time_has_no_range() -> None:
    picture = bars(standing(recorded_minutes=20.0, low_minutes=20.0, high_minutes=20.0))
    assert drawn(picture, "rule") == []


def test_bars_keep_the_order_they_are_given_in() -> None:
    picture = bars(
        standing(name="All sites", recorded_minutes=60.0), standing(name="Digg"), standing(name="X")
    )
    assert drawn(picture, "bar")[0]["encoding"]["y"]["sort"] == ["All sites", "Digg", "X"]


def test_a_pace_far_beyond_the_picture_is_cut_and_becomes_an_arrow() -> None:
    picture = bars(standing(recorded_minutes=20.0, pace_minutes=900.0))
    [pace] = drawn(picture, "point")
    assert [(row["pace_shown"], row["pace_cut"]) for row in pace["rows"]] == [(45 * 1.6, True)]
    assert pace["encoding"]["shape"]["scale"]["range"] == ["diamond", "triangle-right"]


def test_no_pace_no_mark() -> None:
    assert drawn(bars(standing(recorded_minutes=20.0)), "point") == []


def test_a_site_without_a_budget_is_never_over() -> None:
    assert parts(bars(standing(recorded_minutes=500.0, budget_minutes=None))) == [(0, 500, "within")]


def test_no_rows_make_a_picture_all_the_same() -> None:
    assert [layer["rows"] for layer in layers(bars())] == [[]]


def test_days_outside_the_week_are_left_out() -> None:
    days = pd.DataFrame(
        {
            "day": [date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 22)],
            "site": ["x", "x", "digg"],
            "seconds": [60.0, 600.0, 120.0],
        }
    )
    picture = week_days(days, MONDAY, last=date(2026, 11, 18), last_word="today", names=NAMES)
    band, shown = drawn(picture, "bar")
    assert [(row["label"], row["site"], row["minutes"]) for row in shown["rows"]] == [
        ("Mon 16", "X", 10), ("Sun 22", "Digg", 2)
    ]  # fmt: skip
    assert [row["label"] for row in band["rows"]] == ["Wed 18"]
    assert shown["encoding"]["x"]["scale"]["domain"] == [
        "Mon 16", "Tue 17", "Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22"
    ]  # fmt: skip


def test_a_site_has_the_same_colour_alone_and_among_others() -> None:
    def colours(*sites: str) -> dict[str, Any]:
        days = pd.DataFrame({"day": MONDAY, "site": list(sites), "seconds": 60.0})
        picture = week_days(days, MONDAY, last=MONDAY, last_word="", names=NAMES)
        scale = drawn(picture, "bar")[1]["encoding"]["color"]["scale"]
        return dict(zip(scale["domain"], scale["range"], strict=True))

    assert colours("x")["X"] == colours("digg", "x")["X"]
    assert colours("digg", "x")["Digg"] != colours("digg", "x")["X"]


def test_slots_of_one_day_stand_below_each_other_with_their_signs() -> None:
    slots = pd.DataFrame(
        {
            "day": [MONDAY, date(2026, 11, 18), date(2026, 11, 18)],
            "start": ["12:30", "12:30", "20:00"],
            "site": ["X", "X", "Digg"],
            "state": ["kept", "missed", "ahead"],
            "words": "",
        }
    )
    [slot] = drawn(plan_strip(slots, MONDAY), "bar")
    assert [(row["label"], row["row"], row["text"]) for row in slot["rows"]] == [
        ("Mon 16", 0, "✓ 12:30"), ("Wed 18", 0, "✕ 12:30"), ("Wed 18", 1, "· 20:00")
    ]  # fmt: skip


def test_followers_are_drawn_at_the_moments_given_in_whatever_zone_the_browser_stands() -> None:
    points = pd.DataFrame(
        {"at": [datetime(2026, 5, 10, 12), datetime(2026, 11, 19)], "followers": [310, 341], "source": "list"}
    )
    picture = follower_line(points, week=(datetime(2026, 11, 16), datetime(2026, 11, 23)))
    [line] = drawn(picture, "line")
    assert line["encoding"]["x"]["scale"]["type"] == "utc"
    assert line["encoding"]["y"]["scale"]["zero"] is False
    assert [row["followers"] for row in line["rows"]] == [310, 341]
    assert drawn(picture, "point")[0]["rows"][0]["day"] == "Sun 10 May 2026"
    assert len(drawn(picture, "rect")) == 1


def test_following_and_followers_overlap_in_the_mutual_ones() -> None:
    picture = overlap_bar(not_following_back=109, mutual=153, fans=188)
    assert [(row["relation"], row["from"], row["to"]) for row in drawn(picture, "bar")[0]["rows"]] == [
        ("not following back", 0, 109), ("mutual", 109, 262), ("fan", 262, 450)
    ]  # fmt: skip
    assert [(row["side"], row["from"], row["to"]) for row in drawn(picture, "rule")[0]["rows"]] == [
        ("following 262", 0, 262), ("followers 341", 109, 450)
    ]  # fmt: skip


def test_nobody_on_either_list_is_an_empty_bar() -> None:
    rows = drawn(overlap_bar(not_following_back=0, mutual=0, fans=0), "bar")[0]["rows"]
    assert [row["number"] for row in rows] == ["", "", ""]


def test_the_theme_is_the_one_in_force() -> None:
    assert alt.theme.active == theme.THEME


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


PAGES = ("#fbfbf9", "#12181a")


@pytest.mark.parametrize("dark", [0, 1])
@pytest.mark.parametrize("below", ["within", "over", "missed", "mutual", "not following back"])
def test_words_on_a_dark_colour_can_be_read(below: str, dark: int) -> None:
    assert contrast(theme.COLOURS["on colour"][dark], theme.COLOURS[below][dark]) >= 4.5


@pytest.mark.parametrize("dark", [0, 1])
@pytest.mark.parametrize("below", ["estimated", "fan", "track", "week"])
def test_words_on_a_pale_colour_can_be_read(below: str, dark: int) -> None:
    assert contrast(theme.COLOURS["text"][dark], theme.COLOURS[below][dark]) >= 4.5


@pytest.mark.parametrize("dark", [0, 1])
def test_every_part_of_a_bar_stands_out_from_the_page(dark: int) -> None:
    meanings = ("within", "over", "likely spam", "not following back", "missed")
    colours = [theme.COLOURS[meaning][dark] for meaning in meanings]
    colours += [pair[dark] for pair in theme.SITE_COLOURS.values()]
    assert [colour for colour in colours if contrast(colour, PAGES[dark]) < 3] == []


def test_the_examples_in_the_docstrings_hold() -> None:
    assert [doctest.testmod(module).failed for module in (week, time_budget)] == [0, 0]
