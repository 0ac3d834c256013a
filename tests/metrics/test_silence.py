"""Who moved, went silent or was renamed: worked by hand. Absent is not inactive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.metrics.settings import save_setting
from analytics.metrics.silence import renamed, states
from analytics.metrics.window import Window
from tests.builders import add_account, add_act, add_list

NOW = datetime(2026, 12, 1)
WINDOW = Window(now_utc=NOW)


def by_account(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """account -> its row, null as None."""
    return {
        row["account"]: {key: None if pd.isna(value) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    }


def add_post(store: duckdb.DuckDBPyConnection, author: str, at: str) -> None:
    """One post of an account."""
    ((number,),) = store.execute("SELECT count(*) + 1 FROM posts").fetchall()
    store.execute(
        """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, created_utc, kind, text)
           VALUES ($n, true, 'x', $n::VARCHAR, $n::VARCHAR, $author, $at, 'post', 'words')""",
        {"n": number, "author": author, "at": datetime.fromisoformat(at)},
    )


def seen(store: duckdb.DuckDBPyConnection, account: str, **posts: int) -> None:
    """The number of posts that a profile had; d20260301=40 is a day and a number."""
    for day, number in posts.items():
        add_account(store, account, account, day=f"{day[1:5]}-{day[5:7]}-{day[7:9]}", posts=number)


def test_without_a_list_there_is_nobody(store: duckdb.DuckDBPyConnection) -> None:
    found = states(store, WINDOW)
    assert found.empty
    assert {"state", "why", "moved_to"} <= set(found.columns)
    assert renamed(store, WINDOW).empty


def test_the_worked_example(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["a", "b", "c", "d", "e"])
    add_post(store, "a", "2026-11-05")
    seen(store, "b", d20260301=40, d20261101=40)
    add_post(store, "b", "2019-05-01")
    seen(store, "c", d20260301=40)
    seen(store, "d", d20260301=40, d20261101=41)
    found = by_account(states(store, WINDOW))
    assert {account: row["state"] for account, row in found.items()} == {
        "a": "active", "b": "silent", "c": "unknown", "d": "active", "e": "unknown",
    }  # fmt: skip
    assert (found["b"]["silent_days"], found["b"]["last_sign"]) == (245, datetime(2019, 5, 1))
    assert found["b"]["why"] == "no new post from 2026-03-01 to 2026-11-01; last here on 2019-05-01"
    assert found["d"]["why"] == "wrote between 2026-03-01 and 2026-11-01"
    assert found["a"]["why"] == "last post or act here on 2026-11-05"
    assert found["e"]["why"] == "nothing of it is here that would tell"
    assert found["c"]["silent_days"] is None


def test_posts_that_end_long_ago_are_no_silence_by_themselves(store: duckdb.DuckDBPyConnection) -> None:
    """They may be what I liked, years ago."""
    add_list(store, "following", "2026-11-20", ["a"])
    for year in (2019, 2020, 2021):
        add_post(store, "a", f"{year}-05-01")
    seen(store, "a", d20261101=900)
    assert states(store, WINDOW)["state"].tolist() == ["unknown"]
    assert "nothing says whether it wrote since" in states(store, WINDOW)["why"].iloc[0]


def test_an_act_counts_as_a_post_does_and_nothing_after_now(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["liked", "later"])
    for account in ("liked", "later"):
        seen(store, account, d20260301=40, d20261101=40)
    add_act(store, "liked", "me", "2026-10-01", "like")
    add_act(store, "later", "me", "2026-12-24", "like")
    add_act(store, "me", "later", "2026-11-01", "like")
    found = by_account(states(store, WINDOW))
    assert (found["liked"]["state"], found["later"]["state"]) == ("active", "silent")


def test_a_post_between_the_looks_shortens_the_silence(store: duckdb.DuckDBPyConnection) -> None:
    """Taken away again perhaps: the number stood, and yet it wrote in May. 1 May to 1 November are 184 days."""
    add_list(store, "following", "2026-11-20", ["a"])
    seen(store, "a", d20260301=40, d20261101=40)
    add_post(store, "a", "2026-05-01")
    assert states(store, WINDOW)["silent_days"].tolist() == [184]
    assert states(store, WINDOW, silent_days=185)["state"].tolist() == ["unknown"]


def test_the_silence_begins_after_the_last_change(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["a"])
    seen(store, "a", d20250101=40, d20260101=30, d20260301=40, d20261101=40)
    assert states(store, WINDOW)["silent_days"].tolist() == [245]


def test_whoever_was_not_looked_at_lately_is_unknown(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["a"])
    seen(store, "a", d20240101=40, d20250101=40)
    assert states(store, WINDOW)["state"].tolist() == ["unknown"]


def test_the_days_are_the_users_to_set(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["a"])
    seen(store, "a", d20260901=40, d20261101=40)
    assert states(store, WINDOW)["state"].tolist() == ["unknown"]
    save_setting(store, name="silent_days", value="61", set_at_utc=NOW)
    assert states(store, WINDOW)["state"].tolist() == ["silent"]


def test_who_moved_comes_first_whatever_else_is_known(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["a", "b"])
    seen(store, "a", d20260301=40, d20261101=40)
    add_post(store, "b", "2026-11-05")
    add_account(store, "b", "b", day="2026-11-07", moved_to="b2")
    add_account(store, "a", "a", day="2026-12-07", moved_to="a2")
    found = states(store, WINDOW)
    assert found["account"].tolist() == ["b", "a"]
    assert found["state"].tolist() == ["moved", "silent"]
    assert found["moved_to"].tolist()[0] == "b2"
    assert found["why"].iloc[0] == "its profile of 2026-11-07 says that it moved to b2"


def test_a_rename_is_the_same_id_under_another_handle(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["7", "8"])
    add_account(store, "7", "wren", day="2026-05-01")
    add_account(store, "7", "Wren", day="2026-06-01")
    add_account(store, "7", None, day="2026-06-15")
    add_account(store, "7", "wren_reed", day="2026-07-01")
    add_account(store, "8", "heron", day="2026-05-01")
    found = renamed(store, WINDOW).to_dict("records")
    assert found == [
        {
            "platform": "x", "account": "7", "old_handle": "Wren", "new_handle": "wren_reed",
            "after": pd.Timestamp("2026-06-01"), "before": pd.Timestamp("2026-07-01"),
        }
    ]  # fmt: skip
    assert by_account(states(store, WINDOW))["7"]["renamed_from"] == "Wren"
    assert by_account(states(store, WINDOW))["8"]["renamed_from"] is None


@pytest.mark.parametrize("platform", ["x", "mastodon"])
def test_networks_stay_apart(platform: str, store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-20", ["a"])
    add_list(store, "following", "2026-11-20", ["a"], platform="mastodon")
    add_post(store, "a", "2026-11-05")
    found = states(store, Window(now_utc=NOW, platform=platform))
    assert found[["platform", "state"]].to_numpy().tolist() == [
        [platform, "active" if platform == "x" else "unknown"]
    ]
