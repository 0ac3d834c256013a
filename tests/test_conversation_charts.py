"""What the charts of conversations and of the search draw, read from their Vega-Lite specifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import altair as alt
import pandas as pd
import pytest

from analytics.charts.conversations import CHOSEN, to_and_from
from analytics.charts.search import matches_over_time


def drawn(picture: alt.LayerChart, mark: str) -> dict[str, Any]:
    """The one layer of a mark: its encoding and rows."""
    spec = picture.to_dict()
    [layer] = [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]
    return {
        "encoding": layer["encoding"],
        "rows": spec["datasets"][(layer.get("data") or spec["data"])["name"]],
        "params": spec.get("params", []),
    }


def people(*rows: tuple[str, int, int, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account", "to_them", "from_them", "words"])
    return frame.assign(
        platform="x", name="@" + frame["account"], words_to_them=frame["to_them"], words_from_them=0
    )


def test_the_diagonal_is_where_as_much_goes_either_way() -> None:
    picture = to_and_from(people(("ana", 12, 3, "both ways"), ("bo", 0, 40, "one way")))
    line = drawn(picture, "line")
    assert [(row["to_them"], row["from_them"]) for row in line["rows"]] == [(0, 0), (40, 40)]
    [words] = drawn(picture, "text")["rows"]
    assert words["to_them"] == words["from_them"]
    assert words["words"] == "as much either way"


def test_both_axes_are_one_scale_that_shows_zero() -> None:
    encoding = drawn(to_and_from(people(("ana", 12, 3, "both ways"))), "point")["encoding"]
    assert encoding["x"]["scale"] == encoding["y"]["scale"]
    assert encoding["x"]["scale"]["type"] == "symlog"
    assert encoding["x"]["scale"]["domain"] == pytest.approx([0, 13.8])
    assert encoding["x"]["axis"]["values"] == [0, 1, 3, 10]
    assert [encoding[axis]["field"] for axis in "xy"] == ["to_them", "from_them"]


def test_those_with_words_both_ways_lie_on_top_and_a_click_chooses_one() -> None:
    dots = drawn(to_and_from(people(("ana", 1, 1, "both ways"), ("bo", 1, 1, "one way"))), "point")
    assert [row["account"] for row in dots["rows"]] == ["bo", "ana"]
    [chosen] = dots["params"]
    assert (chosen["name"], chosen["select"]["fields"]) == (CHOSEN, ["platform", "account"])


def test_nobody_is_no_error() -> None:
    assert to_and_from(people()).to_dict()["height"] > 0
    assert drawn(to_and_from(people(("ana", 0, 0, "one way"))), "line")["rows"][1]["to_them"] == 1


def test_a_bar_of_matches_ends_before_the_next_begins() -> None:
    weeks = pd.DataFrame(
        {
            "start": [datetime(2026, 5, 4), datetime(2026, 5, 11)],
            "end": [datetime(2026, 5, 11), datetime(2026, 5, 18)],
            "posts": [2, 1],
            "when": ["4–10 May 2026", "11–17 May 2026"],
        }
    )
    bars = drawn(matches_over_time(weeks), "rect")
    assert [(row["when"], row["posts"]) for row in bars["rows"]] == [
        ("4–10 May 2026", 2),
        ("11–17 May 2026", 1),
    ]
    assert bars["rows"][0]["to"] < bars["rows"][1]["start"]
    assert bars["encoding"]["x"]["scale"]["type"] == "utc"
    assert bars["encoding"]["x"]["axis"]["values"] == [
        {"year": 2026, "month": 5, "date": 4, "utc": True},
        {"year": 2026, "month": 5, "date": 11, "utc": True},
    ]
