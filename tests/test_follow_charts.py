"""What the pictures of the page "Follows" draw, read from their Vega-Lite specifications."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analytics.charts.follows import follow_back_curve, limit_bars, relation_bars


def layers(picture: alt.LayerChart, mark: str) -> list[list[dict[str, Any]]]:
    """The rows of each layer of a mark."""
    spec = picture.to_dict()
    return [
        spec["datasets"][(layer.get("data") or spec["data"])["name"]]
        for layer in spec["layer"]
        if layer["mark"]["type"] == mark
    ]


def counts(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["name", "not_following_back", "mutual", "fans"])


def test_each_bar_is_whole_and_small_parts_have_no_number() -> None:
    (parts,) = layers(relation_bars(counts(("X", 1, 90, 9), ("Digg", 5, 5, 0))), "bar")
    assert [(row["name"], row["from"], row["to"]) for row in parts] == [
        ("X", 0, 0.01), ("X", 0.01, 0.91), ("X", 0.91, 1.0), ("Digg", 0, 0.5), ("Digg", 0.5, 1), ("Digg", 1, 1),
    ]  # fmt: skip
    assert [row["number"] for row in parts] == ["", "90", "9", "5", "5", ""]


def test_nobody_at_all_is_an_empty_bar() -> None:
    (parts,) = layers(relation_bars(counts(("X", 0, 0, 0))), "bar")
    assert {row["to"] for row in parts} == {0}


def curve() -> pd.DataFrame:
    return pd.DataFrame({"days": [0, 3, 40], "share": [0.0, 0.5, 0.6], "watched": [10, 9, 5]})


def test_the_waiting_time_is_marked_where_it_is_known() -> None:
    picture = follow_back_curve(curve(), wait_days=35)
    (rule,) = layers(picture, "rule")
    assert rule[0]["days"] == 35
    assert layers(picture, "text")[0][0]["words"] == "nine of ten: day 35"
    assert [row["words"] for row in layers(picture, "point")[0]] == ["0 %", "50 %", "60 %"]
    assert layers(follow_back_curve(curve(), wait_days=None), "rule") == []


def test_an_empty_curve_is_a_picture_all_the_same() -> None:
    assert follow_back_curve(curve().iloc[:0], wait_days=None).to_dict()


def test_a_limit_empties_and_its_words_stand_where_there_is_room() -> None:
    bars = pd.DataFrame(
        [("Mastodon", 0.9, "6,750 of 7,500 left", False), ("X", 0.06, "300 of 5,000 left", True)],
        columns=["name", "left", "words", "near"],
    )
    whole, left = layers(limit_bars(bars), "bar")
    assert [row["whole"] for row in whole] == [1, 1]
    assert [(row["left"], row["state"]) for row in left] == [(0.9, "within"), (0.06, "over")]
    (words,) = layers(limit_bars(bars), "text")
    assert [(row["words_at"], row["on_bar"]) for row in words] == [(0.02, True), (0.08, False)]
