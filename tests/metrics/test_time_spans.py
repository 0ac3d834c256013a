"""Merging overlapping time, worked by hand."""

from __future__ import annotations

import doctest
from datetime import datetime, timedelta
from types import ModuleType

import pandas as pd
import pytest

from analytics.metrics import time_estimate, time_spans, time_words
from analytics.metrics.time_spans import allot, cut_at, union_seconds

DAY = datetime(2026, 11, 16)


def spans(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Rows of site, HH:MM, HH:MM, basis on one day."""
    return pd.DataFrame(
        [
            {
                "site": site,
                "start_utc": datetime.combine(DAY, datetime.strptime(start, "%H:%M").time()),
                "end_utc": datetime.combine(DAY, datetime.strptime(end, "%H:%M").time()),
                "basis": basis,
            }
            for site, start, end, basis in rows
        ],
        columns=["site", "start_utc", "end_utc", "basis"],
    )


def pieces(frame: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    return [
        (row.site, f"{row.start_utc:%H:%M}", f"{row.end_utc:%H:%M}", row.basis)
        for row in frame.itertuples(index=False)
    ]


def test_what_was_measured_takes_the_instant_from_a_visit_around_it() -> None:
    found = allot(spans(("digg", "10:00", "11:00", "visit"), ("x", "10:20", "10:30", "measured")))
    assert pieces(found) == [
        ("digg", "10:00", "10:20", "visit"),
        ("x", "10:20", "10:30", "measured"),
        ("digg", "10:30", "11:00", "visit"),
    ]


def test_within_a_basis_the_site_that_was_opened_last_has_the_instant() -> None:
    found = allot(
        spans(
            ("x", "10:00", "11:00", "measured"),
            ("digg", "10:10", "10:40", "measured"),
            ("mastodon", "10:20", "10:30", "measured"),
        )
    )
    assert pieces(found) == [
        ("x", "10:00", "10:10", "measured"),
        ("digg", "10:10", "10:20", "measured"),
        ("mastodon", "10:20", "10:30", "measured"),
        ("digg", "10:30", "10:40", "measured"),
        ("x", "10:40", "11:00", "measured"),
    ]


def test_a_newer_stretch_of_the_first_site_brings_it_back_on_top() -> None:
    found = allot(
        spans(
            ("x", "10:00", "10:10", "measured"),
            ("digg", "10:05", "10:30", "measured"),
            ("x", "10:08", "10:20", "measured"),
        )
    )
    assert pieces(found) == [
        ("x", "10:00", "10:05", "measured"),
        ("digg", "10:05", "10:08", "measured"),
        ("x", "10:08", "10:20", "measured"),
        ("digg", "10:20", "10:30", "measured"),
    ]


def test_sites_opened_together_are_settled_by_name() -> None:
    found = allot(spans(("x", "10:00", "10:30", "visit"), ("digg", "10:00", "10:20", "visit")))
    assert pieces(found) == [("digg", "10:00", "10:20", "visit"), ("x", "10:20", "10:30", "visit")]


def test_stacked_rows_of_one_site_count_once() -> None:
    found = allot(
        spans(
            ("x", "10:00", "10:30", "measured"),
            ("x", "10:10", "10:20", "measured"),
            ("x", "10:30", "10:40", "measured"),
            ("x", "10:15", "10:35", "visit"),
        )
    )
    assert pieces(found) == [("x", "10:00", "10:40", "measured")]


def test_reversed_and_empty_stretches_are_left_out() -> None:
    found = allot(
        spans(
            ("x", "10:00", "09:00", "measured"),
            ("x", "11:00", "11:00", "measured"),
            ("digg", "12:00", "12:01", "visit"),
        )
    )
    assert pieces(found) == [("digg", "12:00", "12:01", "visit")]


def test_no_time_is_no_pieces() -> None:
    found = allot(spans())
    assert found.empty
    assert list(found.columns) == ["site", "start_utc", "end_utc", "basis"]
    assert union_seconds([], []) == 0
    assert cut_at(spans(), [DAY]).empty


def test_a_basis_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="not on guessed"):
        allot(spans(("x", "10:00", "10:30", "guessed")))


def test_union_counts_an_instant_once() -> None:
    frame = spans(
        ("x", "10:00", "10:30", "measured"),
        ("digg", "10:20", "10:40", "visit"),
        ("x", "12:00", "12:05", "visit"),
        ("x", "13:00", "12:00", "visit"),
    )
    assert union_seconds(frame["start_utc"], frame["end_utc"]) == 45 * 60


def test_a_stretch_is_cut_at_each_boundary_inside_it() -> None:
    frame = spans(("x", "10:00", "13:00", "measured"), ("digg", "10:30", "11:00", "visit"))
    boundaries = [DAY + timedelta(hours=hour) for hour in (12, 11, 10, 11)]
    assert pieces(cut_at(frame, boundaries)) == [
        ("x", "10:00", "11:00", "measured"),
        ("x", "11:00", "12:00", "measured"),
        ("x", "12:00", "13:00", "measured"),
        ("digg", "10:30", "11:00", "visit"),
    ]


def test_cutting_without_boundaries_changes_nothing() -> None:
    frame = spans(("x", "10:00", "13:00", "measured"))
    assert pieces(cut_at(frame, [])) == pieces(frame)


@pytest.mark.parametrize("module", [time_estimate, time_spans, time_words])
def test_the_examples_in_the_docstrings_are_right(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
