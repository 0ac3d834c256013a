"""The pictures of the page "Link-pushers": what they draw, and that they draw aggregates only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.charts import link_pushers as charts
from analytics.metrics.feed import CLASSES
from analytics.metrics.link_pusher_scores import FINE, LIKELY_SPAM, LINK_BROADCASTER, NOT_ENOUGH_POSTS


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows that a chart carries."""
    return [row for rows in spec.get("datasets", {}).values() for row in rows]


def test_classes_and_labels_are_those_of_the_metrics() -> None:
    assert charts.CLASSES == CLASSES
    assert set(charts.LABELS) == {LIKELY_SPAM, LINK_BROADCASTER, FINE, NOT_ENOUGH_POSTS}


def test_a_click_on_a_dot_names_the_account() -> None:
    people = pd.DataFrame(
        {
            "platform": ["x"], "account": ["2"], "name": ["@ana"], "minutes_per_week": [3.5], "score": [80.0],
            "label": [LIKELY_SPAM], "posts_seen": [40],
        }
    )  # fmt: skip
    spec = charts.score_map(people, spam_score=42).to_dict()
    (chosen,) = [param for param in spec["params"] if param["name"] == charts.CHOSEN]
    assert chosen["select"]["fields"] == ["platform", "account"]
    assert {"score": 42, "words": "likely spam from 42 on, with evidence"} in rows_of(spec)


def test_the_feed_is_one_bar_from_0_to_1() -> None:
    makeup = pd.DataFrame(
        {"class": list(CLASSES), "posts": [5, 3, 0, 1, 1], "share": [0.5, 0.3, 0.0, 0.1, 0.1], "accounts": 1}
    )
    parts = [row for row in rows_of(charts.makeup_bar(makeup).to_dict()) if "from" in row]
    ends = sorted({(round(row["from"], 6), round(row["to"], 6)) for row in parts})
    assert ends == [(0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 1.0)]


def test_the_threshold_is_marked_where_it_is() -> None:
    sweep = pd.DataFrame({"threshold": [1, 42, 100], "flagged": [5, 2, 0], "judged": 5})
    spec = charts.threshold_steps(sweep, threshold=42).to_dict()
    assert {row["words"] for row in rows_of(spec) if "words" in row} == {"2"}


def test_a_bar_has_room_for_all_its_points() -> None:
    signals = pd.DataFrame(
        {
            "name": ["no replies", "flood"],
            "points": [12.0, 0.0],
            "most": [20.0, 8.0],
            "words": ["none", "few"],
        }
    )
    spec = charts.signal_bars(signals).to_dict()
    domains = [layer["encoding"]["x"]["scale"]["domain"] for layer in spec["layer"]]
    assert domains == [[0, 20.0], [0, 20.0]]
