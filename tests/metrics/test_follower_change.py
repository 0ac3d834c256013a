"""Who came and who left between any two lists: worked by hand, and on the sample's two archives."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.metrics.follower_change import COLUMNS, between
from analytics.metrics.window import Window
from analytics.store.connection import reading
from tests.builders import add_act, add_list, take_in

WINDOW = Window(now_utc=datetime(2026, 12, 31))
MAY, JUNE, JULY, AUGUST = (datetime(2026, month, 1) for month in (5, 6, 7, 8))
EXPORTS = Path(__file__).parents[2] / "data" / "sample" / "exports"


def lists(store: duckdb.DuckDBPyConnection, *members: Any, platform: str = "x") -> None:
    """Lists of followers on the first of May, of June and so on."""
    for month, who in enumerate(members, start=5):
        add_list(store, "follower", f"2026-{month:02}-01", who, platform=platform)


def moved(
    store: duckdb.DuckDBPyConnection, first: datetime, second: datetime, window: Window = WINDOW
) -> list[tuple[Any, ...]]:
    """account, kind, after, before."""
    frame = between(store, window, direction="follower", first=first, second=second)
    return list(frame[["account", "kind", "after", "before"]].itertuples(index=False, name=None))


def renames(store: duckdb.DuckDBPyConnection, first: datetime, second: datetime) -> list[tuple[Any, ...]]:
    """account, kind, cause, the other name."""
    frame = between(store, WINDOW, direction="follower", first=first, second=second)
    other = frame["new_account"].fillna(frame["old_account"]).astype(object)
    rows = zip(frame["account"], frame["kind"], frame["cause"], other, strict=True)
    return [tuple(None if pd.isna(value) else value for value in row) for row in rows]


def test_the_worked_example(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, "ab", "ac", "cd")
    assert moved(store, MAY, JULY) == [
        ("c", "gained", MAY, JUNE), ("b", "lost", MAY, JUNE),
        ("d", "gained", JUNE, JULY), ("a", "lost", JUNE, JULY),
    ]  # fmt: skip
    assert moved(store, JULY, MAY) == moved(store, MAY, JULY)
    assert moved(store, MAY, MAY) == []


def test_an_empty_store_gives_an_empty_frame(store: duckdb.DuckDBPyConnection) -> None:
    frame = between(store, WINDOW, direction="follower", first=MAY, second=JULY)
    assert frame.empty
    assert tuple(frame.columns) == COLUMNS


def test_a_moment_means_the_latest_list_up_to_it(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, "a", "ab", "abc")
    add_list(store, "follower", "2026-05-15", ["x"], owner="club")
    assert moved(store, datetime(2026, 6, 20), datetime(2026, 12, 1)) == [("c", "gained", JUNE, JULY)]
    assert moved(store, datetime(2026, 6, 20), datetime(2026, 6, 30)) == []
    assert moved(store, datetime(2026, 4, 1), AUGUST) == []
    assert moved(store, MAY, AUGUST, Window(now_utc=datetime(2026, 6, 30))) == [("b", "gained", MAY, JUNE)]


def test_who_left_and_came_back_is_no_row_and_three_times_is_one(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, "ab", "a", "ab", "a")
    assert moved(store, MAY, JULY) == []
    frame = between(store, WINDOW, direction="follower", first=MAY, second=AUGUST)
    assert frame[["account", "kind", "after", "times"]].to_numpy().tolist() == [
        ["b", "lost", pd.Timestamp(JULY), 3]
    ]


def test_partial_lists_and_the_other_direction_are_passed_over(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, "a", "ab")
    add_list(store, "follower", "2026-05-20", [], complete=False)
    add_list(store, "following", "2026-05-01", ["a"])
    add_list(store, "following", "2026-06-01", [])
    assert moved(store, MAY, JUNE) == [("b", "gained", MAY, JUNE)]
    frame = between(store, WINDOW, direction="following", first=MAY, second=JUNE)
    assert frame[["account", "kind"]].to_numpy().tolist() == [["a", "lost"]]


def test_a_dated_follow_has_no_interval_left(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, "a", {"a": None, "b": "2026-05-03 04:05", "c": None})
    add_act(store, "c", "me", "2026-05-09 10:00", "follow")
    on = {"b": datetime(2026, 5, 3, 4, 5), "c": datetime(2026, 5, 9, 10)}
    assert moved(store, MAY, JUNE) == [("b", "gained", on["b"], on["b"]), ("c", "gained", on["c"], on["c"])]


SECOND = "2025-03-01 08:15:31"


def test_somebody_renamed_twice_is_one_person(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, {"z": SECOND}, {"y": SECOND}, {"w": SECOND}, platform="instagram")
    assert renames(store, MAY, JULY) == [
        ("w", "gained", "renamed", "z"), ("z", "lost", "renamed", "w")
    ]  # fmt: skip


def test_somebody_renamed_who_then_left_is_lost(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, {"old": SECOND, "a": None}, {"new": SECOND, "a": None}, {"a": None}, platform="instagram")
    assert renames(store, MAY, JUNE) == [
        ("new", "gained", "renamed", "old"),
        ("old", "lost", "renamed", "new"),
    ]
    assert renames(store, MAY, JULY) == [("old", "lost", "unknown", None)]
    assert moved(store, MAY, JULY) == [("old", "lost", JUNE, JULY)]


def test_somebody_new_who_then_changed_names_is_gained(store: duckdb.DuckDBPyConnection) -> None:
    lists(store, {"a": None}, {"a": None, "old": SECOND}, {"a": None, "new": SECOND}, platform="instagram")
    assert renames(store, MAY, JULY) == [("new", "gained", None, None)]


def members(archive: str, kind: str) -> set[str]:
    """Who is in a list of an archive, by its own file."""
    with zipfile.ZipFile(EXPORTS / archive) as opened:
        content = opened.read(f"data/{kind}.js").decode("utf-8")
    return {row[kind]["accountId"] for row in json.loads(content.partition(" = ")[2])}


@pytest.mark.parametrize(
    ("direction", "gained", "lost"),
    [("follower", 52, 21), ("following", 25, 11)],
    ids=["follower", "following"],
)
def test_the_two_archives_of_the_sample(store_path: Path, direction: str, gained: int, lost: int) -> None:
    archives = ("x-archive-2026-05-10.zip", "x-archive-2026-11-19.zip")
    for archive in reversed(archives):
        take_in(store_path, EXPORTS / archive)
    with reading(store_path) as cursor:
        frame = between(
            cursor, WINDOW, direction=direction, first=datetime(2026, 5, 11), second=datetime(2026, 12, 1)
        )
    earlier, later = (members(archive, direction) for archive in archives)
    found = {kind: set(rows["account"]) for kind, rows in frame.groupby("kind")}
    assert found == {"gained": later - earlier, "lost": earlier - later}
    assert len(frame) == gained + lost == len(found["gained"]) + len(found["lost"])
    assert set(frame["after"]) == {pd.Timestamp("2026-05-10 09:41:17.204")}
    assert set(frame["before"]) == {pd.Timestamp("2026-11-19 18:22:40.731")}


def test_what_the_whole_sample_knows_of_those_who_left(store_path: Path) -> None:
    """Of the 21, eight are followed still and two left both lists; of the other eleven nothing was seen."""
    for archive in ("x-archive-2026-05-10.zip", "x-archive-2026-11-19.zip"):
        take_in(store_path, EXPORTS / archive)
    with reading(store_path) as cursor:
        frame = between(
            cursor, WINDOW, direction="follower", first=datetime(2026, 5, 11), second=datetime(2026, 12, 1)
        )
    lost = frame[frame["kind"] == "lost"]
    assert lost["cause"].value_counts().to_dict() == {"unknown": 11, "unfollowed": 8, "gone": 2}
    followed = [members(f"x-archive-2026-{day}.zip", "following") for day in ("05-10", "11-19")]
    causes = {cause: set(rows["account"]) for cause, rows in lost.groupby("cause")}
    assert causes["unfollowed"] <= followed[1]
    assert causes["gone"] == set(lost["account"]) & (followed[0] - followed[1])
