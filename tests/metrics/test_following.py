"""Members of lists: the latest complete one, and what partial lists add."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb

from analytics.metrics.following import members
from analytics.metrics.window import Window
from tests.builders import add_account, add_list

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def accounts(
    store: duckdb.DuckDBPyConnection, window: Window = WINDOW, direction: str = "following"
) -> list[str]:
    return list(members(store, window, direction=direction)["account"])


def test_the_example_of_the_docstring(store: duckdb.DuckDBPyConnection) -> None:
    assert accounts(store) == []
    add_list(store, "following", "2026-05-01", ["a", "b"])
    add_list(store, "following", "2026-06-01", ["c"], complete=False)
    assert accounts(store) == ["a", "b", "c"]
    add_list(store, "following", "2026-07-01", ["a", "c"])
    assert accounts(store) == ["a", "c"]
    assert accounts(store, replace(WINDOW, now_utc=datetime(2026, 6, 15))) == ["a", "b", "c"]
    assert accounts(store, direction="follower") == []


def test_each_owner_has_a_list_and_since_and_names_come_with_it(store: duckdb.DuckDBPyConnection) -> None:
    add_account(store, "a", "Ana")
    add_list(store, "following", "2026-05-01", {"a": "2026-01-02"})
    add_list(store, "following", "2026-05-01", ["a", "b"], owner="other")
    frame = members(store, WINDOW)
    shown = frame[["owner", "account", "handle", "complete"]].astype(object)
    assert shown.where(shown.notna(), None).values.tolist() == [
        ["me", "a", "Ana", True],
        ["other", "a", "Ana", True],
        ["other", "b", None, True],
    ]
    assert frame["since"].iloc[0] == datetime(2026, 1, 2)
    assert accounts(store, replace(WINDOW, owner="OTHER")) == []
    assert accounts(store, replace(WINDOW, owner="other")) == ["a", "b"]
