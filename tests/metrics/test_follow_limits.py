"""How many more can be followed: the published limits against an account's own numbers, worked by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics import reference
from analytics.metrics.follow_limits import cap_of, limits, load_limits
from analytics.metrics.window import Window
from tests.builders import add_account, add_act, add_list

WINDOW = Window(now_utc=datetime(2026, 11, 22, 12))


def add_me(store: duckdb.DuckDBPyConnection, platform: str, **counts: Any) -> None:
    """An account of mine whose profile was seen in November."""
    store.execute(
        "INSERT INTO identities VALUES (1, $platform, 'me', 'wren', 'export')", {"platform": platform}
    )
    add_account(store, "me", "wren", day="2026-11-20", platform=platform, **counts)


def only(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> dict[str, Any]:
    """The one row, null as None."""
    (row,) = limits(store, window).to_dict("records")
    return {key: None if pd.isna(value) else value for key, value in row.items()}


def test_without_an_account_there_is_nothing_to_limit(store: duckdb.DuckDBPyConnection) -> None:
    found = limits(store, WINDOW)
    assert found.empty
    assert {"cap", "left", "answer"} <= set(found.columns)


def test_mastodon_takes_the_larger_of_the_threshold_and_the_ratio(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "mastodon", following=7400, followers=8000)
    row = only(store)
    assert (row["cap"], row["left"], row["per_day"]) == (8800, 1400, 400)
    assert (row["cap_certainty"], row["per_day_certainty"]) == ("official", "official")
    assert (
        "7,400 and have 8,000 followers, so 1,400 more are left: that is not what limits you."
        in row["answer"]
    )


@pytest.mark.parametrize(
    ("followers", "cap"), [(0, 7500), (6818, 7500), (6819, 7501), (7005, 7706), (7015, 7717), (None, 7500)]
)
def test_the_ratio_is_rounded_as_mastodon_does(followers: int | None, cap: int) -> None:
    """6,819 x 1.1 is 7,500.9; 7,005 x 1.1 is 7,705.5 and rounded up."""
    assert cap_of(load_limits()["mastodon"], followers)[0] == cap


def test_at_five_thousand_x_lets_one_follow_by_a_ratio_it_keeps_to_itself(
    store: duckdb.DuckDBPyConnection,
) -> None:
    add_me(store, "x", following=5012, followers=900)
    row = only(store)
    assert (row["cap"], row["left"]) == (5000, 0)
    assert row["share_used"] == pytest.approx(5012 / 5000)
    assert (
        "You follow 5,012 and have 900 followers, so it lets you follow more only as you gain"
        in row["answer"]
    )
    assert "At most 400" not in row["answer"]


def test_near_a_limit_it_warns(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "x", following=4500)
    assert "so only 500 more are left: this limit is near." in only(store)["answer"]


def test_bluesky_counts_points(store: duckdb.DuckDBPyConnection) -> None:
    """5,000 points an hour and 35,000 a day, at 3 a follow: 1,666 and 11,666."""
    add_me(store, "bluesky", following=10)
    row = only(store)
    assert (row["cap"], row["left"], row["per_hour"], row["per_day"]) == (None, None, 1666, 11666)
    assert row["answer"].startswith("There is no published limit to how many you follow in all.")


def test_what_is_second_hand_says_so(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "instagram", following=7500)
    row = only(store)
    assert (row["cap"], row["left"], row["per_day"], row["cap_certainty"]) == (7500, 0, None, "second hand")
    assert (
        "7,500, second hand. You follow 7,500, so none are left until you stop following some"
        in row["answer"]
    )


def test_of_other_networks_no_limit_is_known(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "digg", following=3)
    row = only(store)
    assert (row["cap"], row["per_day"]) == (None, None)
    assert row["answer"].startswith("No limit of this network is known here")


def test_an_unknown_number_leaves_unknown_what_depends_on_it(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "x")
    row = only(store)
    assert (row["cap"], row["following"], row["left"], row["share_used"]) == (5000, None, None, None)
    assert "how many you follow is not in these exports." in row["answer"]


def test_the_latest_count_up_to_now_holds_and_the_busiest_day_is_local(
    store: duckdb.DuckDBPyConnection,
) -> None:
    """Two follows late on 1 November UTC are of the 2nd in Vienna, where a third follows."""
    add_list(
        store, "following", "2026-11-10",
        {"a": "2026-11-01 23:30", "b": "2026-11-01 23:40", "c": "2025-01-01", "d": "2025-01-01"},
    )  # fmt: skip
    add_list(store, "following", "2026-12-10", ["a"])
    add_act(store, "me", "e", "2026-11-02 10:00", "follow")
    add_act(store, "me", "f", "2026-11-03 10:00", "follow")
    add_act(store, "me", "g", "2026-12-03 10:00", "follow")
    row = only(store, Window(now_utc=WINDOW.now_utc, time_zone="Europe/Vienna"))
    assert (row["following"], row["as_of"]) == (4, datetime(2026, 11, 10))
    assert (str(row["busiest_day"]), row["busiest_day_follows"]) == ("2026-11-02", 3)
    assert "you made 3 at most on one day (2026-11-02)" in row["answer"]


def test_a_network_and_an_owner_can_be_asked_for(store: duckdb.DuckDBPyConnection) -> None:
    add_me(store, "x", following=1)
    add_list(store, "following", "2026-11-10", ["a"], platform="mastodon", owner="wren@fen.example")
    now = WINDOW.now_utc
    assert limits(store, Window(now_utc=now, platform="x"))["owner"].tolist() == ["me"]
    assert limits(store, Window(now_utc=now, owner="WREN"))["platform"].tolist() == ["x"]
    assert len(limits(store, WINDOW)) == 2


def test_every_limit_names_its_source_and_how_sure_it_is() -> None:
    for platform, limit in load_limits().items():
        for what in ("following", "per_day"):
            if {what, f"points_{what}"} & limit.keys():
                assert limit[f"{what}_source"], platform
                assert limit[f"{what}_certainty"] in ("official", "second hand"), platform


def test_the_users_own_file_adds_and_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reference, "user_folder", lambda: tmp_path)
    (tmp_path / "platform_limits.toml").write_text("[mastodon]\nfollowing = 10\n[fen]\nfollowing = 3\n")
    found = load_limits()
    assert (found["mastodon"]["following"], found["mastodon"]["per_day"]) == (10, 400)
    assert found["fen"] == {"following": 3}


def test_an_account_is_called_as_it_was_last_seen_not_as_its_identity_once_was(
    store: duckdb.DuckDBPyConnection,
) -> None:
    """Two names of one account are known, one of them on a list's account of its owner, which has none."""
    store.execute(
        "INSERT INTO identities VALUES (1, 'x', 'me', 'wren_as_was', 'export')",
    )
    add_account(store, "me", "aardwren", day="2026-11-20")
    add_list(store, "following", "2026-11-20", ["a"])
    assert only(store)["owner_handle"] == "aardwren"


def test_an_account_that_was_never_seen_has_its_identity_s_name(store: duckdb.DuckDBPyConnection) -> None:
    store.execute("INSERT INTO identities VALUES (1, 'x', 'me', 'wren', 'export')")
    add_list(store, "following", "2026-11-20", ["a"])
    assert only(store)["owner_handle"] == "wren"
