"""What a chart of shares says of a part that one points at: how many, of how many, and of what."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from analytics.charts import follows, growth, link_pushers, reciprocity, results
from analytics.metrics.feed import CLASSES

NAMES = {"x": "X", "digg": "Digg"}


def told(picture: alt.LayerChart) -> set[str]:
    """Everything that its tooltips say, as "title: value"."""
    spec = picture.to_dict()
    return {
        f"{line.get('title', line['field'])}: {row[line['field']]}"
        for layer in spec["layer"]
        for row in spec["datasets"][(layer.get("data") or spec["data"])["name"]]
        for line in layer["encoding"].get("tooltip", [])
    }


def relations() -> alt.LayerChart:
    counts = pd.DataFrame([("X", 30, 60, 10)], columns=["name", "not_following_back", "mutual", "fans"])
    return follows.relation_bars(counts)


def overlap() -> alt.LayerChart:
    return reciprocity.overlap_bar(not_following_back=30, mutual=60, fans=10)


def feed() -> alt.LayerChart:
    posts = [5, 3, 0, 1, 1]
    shares = [number / 10 for number in posts]
    return link_pushers.makeup_bar(
        pd.DataFrame({"class": list(CLASSES), "posts": posts, "share": shares, "accounts": 1})
    )


def threshold() -> alt.LayerChart:
    sweep = pd.DataFrame({"threshold": [1, 42], "flagged": [5, 2], "judged": 8})
    return link_pushers.threshold_steps(sweep, threshold=42)


def cohorts() -> alt.LayerChart:
    columns = ["cohort", "list", "arrived", "here", "share"]
    return growth.who_stays(pd.DataFrame([("May 2026", "1 Jul 2026", 4, 3, 0.75)], columns=columns))


def kinds() -> alt.LayerChart:
    rows = [("x", "value", 9, 0.9), ("x", "link", 1, 0.1), ("digg", "link", 2, 1.0)]
    return results.shares(pd.DataFrame(rows, columns=["site", "kind", "posts", "share"]), names=NAMES)


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (relations(), "people on complete lists: 60 of 100 (60 %)"),
        (overlap(), "people on complete lists: 10 of 100 (10 %)"),
        (feed(), "of the posts seen: 3 of 10 (30 %)"),
        (threshold(), "flagged of those judged: 2 of 8 (25 %)"),
        (cohorts(), "are on it: 3 of 4 (75 %)"),
        (kinds(), "of your posts there: 9 of 10 (90 %)"),
        (kinds(), "of your posts there: 2 of 2 (100 %)"),
    ],
    ids=["relations", "overlap", "feed", "threshold", "cohorts", "kinds", "kinds by network"],
)
def test_a_share_is_told_with_its_part_its_whole_and_what_they_count(
    picture: alt.LayerChart, said: str
) -> None:
    assert said in told(picture)
