"""What the charts of growth draw, read from their Vega-Lite specifications."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import altair as alt
import pandas as pd

from analytics.charts.growth import came_and_left, counted_days, level_over_time, who_stays


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


def moves(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["interval", "meaning", "people"])


def levels(*counts: tuple[datetime, int]) -> pd.DataFrame:
    return pd.DataFrame(counts, columns=["at", "followers"])


MAY, JUNE = datetime(2026, 5, 1), datetime(2026, 6, 1)
BAND = pd.DataFrame([(MAY, JUNE, 2, 6)], columns=["from", "to", "low", "high"])


def test_a_level_has_dots_and_a_band_and_no_line_where_no_day_was_counted() -> None:
    known = levels((MAY, 4), (JUNE, 4))
    nothing = levels().assign(basis=None)
    picture = level_over_time(known.assign(source="list"), nothing, known, BAND)
    [dots] = drawn(picture, "point")
    assert [row["followers"] for row in dots["rows"]] == [4, 4]
    assert [row["day"] for row in dots["rows"]] == ["Fri 1 May 2026", "Mon 1 Jun 2026"]
    [band] = drawn(picture, "rect")
    assert [(row["low"], row["high"], row["words"]) for row in band["rows"]] == [(2, 6, "2 to 6")]
    assert len(drawn(picture, "line")) == 1


def test_counted_days_are_a_line_of_their_own() -> None:
    days = levels((MAY, 4), (JUNE, 5)).assign(basis="list")
    picture = level_over_time(days.assign(source="list"), days, days, BAND.head(0))
    assert len(drawn(picture, "line")) == 2
    assert drawn(picture, "rect") == []


def test_who_came_is_up_and_who_left_is_down_with_a_colour_for_what_there_is() -> None:
    picture = came_and_left(moves(("A|B", "came", 5), ("A|B", "unfollowed", 2), ("A|B", "unknown", 1)))
    [bars] = drawn(picture, "bar")
    assert [(row["meaning"], row["signed"]) for row in bars["rows"]] == [
        ("came", 5), ("unfollowed", -2), ("unknown", -1)
    ]  # fmt: skip
    assert bars["encoding"]["color"]["scale"]["domain"] == ["came", "unfollowed", "unknown"]
    assert [row["words"] for layer in drawn(picture, "text") for row in layer["rows"]] == ["+5", "−3"]


def test_intervals_keep_their_order_and_many_have_no_numbers() -> None:
    names = [f"{n}|{n + 1}" for n in range(20, 0, -1)]
    picture = came_and_left(moves(*((name, "came", 1) for name in names)))
    [bars] = drawn(picture, "bar")
    assert bars["encoding"]["x"]["sort"] == names
    assert drawn(picture, "text") == []


def test_an_interval_without_losses_has_one_number() -> None:
    picture = came_and_left(moves(("A|B", "came", 5)))
    assert [row["words"] for layer in drawn(picture, "text") for row in layer["rows"]] == ["+5"]


def test_counted_days_go_up_and_down() -> None:
    days = pd.DataFrame(
        {"day": [date(2026, 5, 1), date(2026, 5, 2)], "new_follows": [3, 0], "unfollows": [1, None]}
    ).astype({"unfollows": "Int64"})
    [bars] = drawn(counted_days(days), "rect")
    assert [(row["on"], row["meaning"], row["people"]) for row in bars["rows"]] == [
        ("Fri 1 May 2026", "came", 3), ("Sat 2 May 2026", "came", 0), ("Fri 1 May 2026", "unfollowed", -1)
    ]  # fmt: skip


def test_more_than_a_year_of_days_is_drawn_by_the_month() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(500)]
    [bars] = drawn(counted_days(pd.DataFrame({"day": days, "new_follows": 1, "unfollows": 0})), "rect")
    assert len(bars["rows"]) == 34
    assert (bars["rows"][0]["on"], bars["rows"][0]["people"]) == ("Jan 2024", 31)


def test_a_box_says_how_many_of_how_many() -> None:
    cells = pd.DataFrame(
        [("May 2026", "1 Jun 2026", 4, 4, 1.0), ("May 2026", "1 Jul 2026", 4, 3, 0.75)],
        columns=["cohort", "list", "arrived", "here", "share"],
    )
    [boxes] = drawn(who_stays(cells), "rect")
    assert [(row["list"], row["words"]) for row in boxes["rows"]] == [
        ("1 Jun 2026", "4 of 4"), ("1 Jul 2026", "3 of 4")
    ]  # fmt: skip
    assert boxes["encoding"]["x"]["sort"] == ["1 Jun 2026", "1 Jul 2026"]
