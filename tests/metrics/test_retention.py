"""Who stays, by the month in which they came; churn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.metrics.retention import CHURN, COLUMNS, churn, cohorts, dated
from analytics.metrics.window import Window
from tests.builders import add_act, add_list

WINDOW = Window(now_utc=datetime(2026, 12, 31))


def found(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> list[tuple[Any, ...]]:
    """cohort, month and day of the list, arrived, here, left."""
    frame = cohorts(store, window)
    assert (frame["share"] == frame["here"] / frame["arrived"]).all()
    return [
        (row["cohort"], f"{row['as_of']:%m-%d}", row["arrived"], row["here"], row["left"])
        for row in frame.to_dict("records")
    ]


def test_empty_stores_give_empty_frames(store: duckdb.DuckDBPyConnection) -> None:
    for question, columns in ((cohorts, COLUMNS), (churn, CHURN)):
        frame = question(store, WINDOW)
        assert frame.empty
        assert tuple(frame.columns) == columns
    assert dated(store, WINDOW).empty


def test_the_worked_example(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    add_list(store, "follower", "2026-06-01", {"a": None, "c": "2026-05-20"})
    add_list(store, "follower", "2026-07-01", ["a"])
    assert found(store) == [
        ("/2026-05-01", "05-01", 2, 2, 0), ("/2026-05-01", "06-01", 2, 1, 1), ("/2026-05-01", "07-01", 2, 1, 1),
        ("2026-05", "06-01", 1, 1, 0), ("2026-05", "07-01", 1, 0, 1),
    ]  # fmt: skip
    frame = cohorts(store, WINDOW)
    bounds = frame[["cohort", "basis", "from", "to"]].drop_duplicates().astype(object)
    assert bounds.where(bounds.notna(), None).to_numpy().tolist() == [
        ["/2026-05-01", "start", None, date(2026, 5, 1)],
        ["2026-05", "month", date(2026, 5, 1), date(2026, 5, 31)],
    ]


def test_an_interval_within_a_month_is_that_month(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a"])
    add_list(store, "follower", "2026-05-20", ["a", "b"])
    add_list(store, "follower", "2026-07-01", ["a", "b", "c"])
    rows = found(store)
    assert ("2026-05", "05-20", 1, 1, 0) in rows
    assert ("2026-05-20/2026-07-01", "07-01", 1, 1, 0) in rows


def test_months_are_local(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", [])
    add_list(store, "follower", "2026-07-01", {"a": "2026-05-31 22:30"})
    assert [row[0] for row in found(store)] == ["2026-05"]
    vienna = Window(now_utc=WINDOW.now_utc, time_zone="Europe/Vienna")
    assert [row[0] for row in found(store, vienna)] == ["2026-06"]


def test_who_came_by_a_notice_and_left_before_any_list_is_counted(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", [])
    add_list(store, "follower", "2026-07-01", ["a"])
    for account in ("a", "b"):
        add_act(store, account, "me", "2026-06-03 10:00", "follow")
    add_act(store, "me", "c", "2026-06-03 10:00", "follow")
    add_act(store, "d", "somebody", "2026-06-03 10:00", "follow")
    assert found(store) == [("2026-06", "07-01", 2, 1, 1)]


def test_a_second_follow_is_no_new_account(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a"])
    add_list(store, "follower", "2026-06-01", [])
    add_list(store, "follower", "2026-07-01", {"a": "2026-06-15"})
    assert found(store) == [
        ("/2026-05-01", "05-01", 1, 1, 0), ("/2026-05-01", "06-01", 1, 0, 1), ("/2026-05-01", "07-01", 1, 1, 0)
    ]  # fmt: skip
    assert dated(store, WINDOW).empty


def test_somebody_renamed_is_one_person(store: duckdb.DuckDBPyConnection) -> None:
    second = "2025-03-01 08:15:31"
    for day, name in (("2026-05-01", "z"), ("2026-06-01", "y"), ("2026-07-01", "w")):
        add_list(store, "follower", day, {name: second}, platform="instagram")
    assert found(store) == [("2025-03", f"0{month}-01", 1, 1, 0) for month in (5, 6, 7)]
    assert dated(store, WINDOW)["account"].tolist() == ["w"]


def test_a_name_taken_over_by_another_is_another_person(store: duckdb.DuckDBPyConnection) -> None:
    first, second = "2025-03-01 08:15:31", "2026-06-10 07:00:02"
    for day, members in (
        ("2026-05-01", {"a": first}),
        ("2026-06-01", {"b": first}),
        ("2026-07-01", {"a": second}),
    ):
        add_list(store, "follower", day, members, platform="instagram")
    assert found(store) == [
        ("2025-03", "05-01", 1, 1, 0), ("2025-03", "06-01", 1, 1, 0), ("2025-03", "07-01", 1, 0, 1),
        ("2026-06", "07-01", 1, 1, 0),
    ]  # fmt: skip


def test_somebody_counts_from_the_first_list_after_they_came(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-10", {"a": "2026-05-02"})
    add_list(store, "follower", "2026-06-01", {"a": "2026-05-02", "b": "2026-05-20"})
    assert found(store) == [("2026-05", "05-10", 1, 1, 0), ("2026-05", "06-01", 2, 2, 0)]
    assert dated(store, WINDOW)["moment"].tolist() == [pd.Timestamp("2026-05-02"), pd.Timestamp("2026-05-20")]


def test_partial_lists_following_and_the_future_are_passed_over(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a"])
    add_list(store, "follower", "2026-06-01", ["b"], complete=False)
    add_list(store, "following", "2026-06-01", ["c"])
    add_list(store, "follower", "2027-01-01", ["d"])
    assert found(store) == [("/2026-05-01", "05-01", 1, 1, 0)]


def test_churn_by_hand(store: duckdb.DuckDBPyConnection) -> None:
    people = [str(number) for number in range(200)]
    add_list(store, "follower", "2026-05-01", people)
    add_list(store, "follower", "2026-06-30", [*people[20:], "new"])
    (row,) = churn(store, WINDOW).to_dict("records")
    assert (row["at_start"], row["left"], row["days"], row["churn"]) == (200, 20, 60, 0.1)
    assert row["churn_30_days"] == pytest.approx(0.0513, abs=0.0001)


def test_who_is_there_under_another_name_has_not_left(store: duckdb.DuckDBPyConnection) -> None:
    second = "2025-03-01 08:15:31"
    add_list(store, "follower", "2026-05-01", {"old": second, "b": None}, platform="instagram")
    add_list(store, "follower", "2026-06-01", {"new": second}, platform="instagram")
    assert churn(store, WINDOW)[["left", "churn"]].to_numpy().tolist() == [[1, 0.5]]


def test_of_nobody_no_share_leaves(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", [])
    add_list(store, "follower", "2026-06-01", ["a"])
    (row,) = churn(store, WINDOW).to_dict("records")
    assert (row["at_start"], row["left"]) == (0, 0)
    assert pd.isna(row["churn"])
    assert pd.isna(row["churn_30_days"])
