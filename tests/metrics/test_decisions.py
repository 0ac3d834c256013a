"""The user's decisions: the latest holds, until its last day, for the id that a handle leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from analytics.metrics import decisions
from analytics.metrics.window import Window
from analytics.store.current import lead_names_to_accounts
from tests.builders import add_account, add_list

WINDOW = Window(now_utc=datetime(2026, 11, 22, 12), time_zone="Europe/Vienna")


def decide(
    store: duckdb.DuckDBPyConnection, account: str, verdict: str, at: str, until: date | None = None
) -> None:
    decisions.decide(
        store,
        platform="x",
        account=account,
        verdict=verdict,
        valid_until=until,
        set_at_utc=datetime.fromisoformat(at),
    )


def found(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> dict[str, str]:
    frame = decisions.in_force(store, window)
    return dict(zip(frame["account"], frame["verdict"], strict=True))


def test_nobody_decided_is_nobody(store: duckdb.DuckDBPyConnection) -> None:
    frame = decisions.in_force(store, WINDOW)
    assert frame.empty
    assert list(frame) == ["platform", "account", "verdict", "reason", "valid_until", "set_at_utc"]


def test_the_latest_word_holds_and_open_takes_it_back(store: duckdb.DuckDBPyConnection) -> None:
    decide(store, "ana", "keep", "2026-01-02")
    decide(store, "ana", "unfollow", "2026-01-01")
    decide(store, "bo", "unfollow", "2026-01-01")
    assert found(store) == {"ana": "keep", "bo": "unfollow"}
    decide(store, "bo", "open", "2026-01-03")
    assert found(store) == {"ana": "keep"}


def test_a_decision_holds_on_its_last_day_and_then_no_earlier_one_comes_back(
    store: duckdb.DuckDBPyConnection,
) -> None:
    decide(store, "ana", "unfollow", "2026-01-01")
    decide(store, "ana", "later", "2026-01-02", until=date(2026, 11, 22))
    assert found(store) == {"ana": "later"}
    # 22 November, 23:30 UTC, is the 23rd in Vienna.
    assert found(store, replace(WINDOW, now_utc=datetime(2026, 11, 22, 23, 30))) == {}


def test_a_word_about_a_handle_is_one_about_its_id(store: duckdb.DuckDBPyConnection) -> None:
    add_account(store, "2", "Heron")
    add_list(store, "following", "2026-05-01", ["heron"])
    store.execute("INSERT INTO aliases VALUES ('x', 'heron', '2')")
    decide(store, "heron", "keep", "2026-01-01")
    decide(store, "2", "source", "2026-01-02")
    assert found(store) == {"2": "source"}


def test_platform_chooses(store: duckdb.DuckDBPyConnection) -> None:
    decide(store, "ana", "keep", "2026-01-02")
    assert found(store, replace(WINDOW, platform="mastodon")) == {}


def test_a_word_that_is_none_is_refused(store: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(
        ValueError, match="maybe is no decision; there are keep, unfollow, source, later and open"
    ):
        decide(store, "ana", "maybe", "2026-01-01")


def test_an_account_is_found_by_handle_id_or_list_and_several_are_named(
    store: duckdb.DuckDBPyConnection,
) -> None:
    add_account(store, "2", "Heron")
    add_list(store, "following", "2026-05-01", ["7"])
    assert decisions.find_account(store, "@heron") == ("x", "2")
    assert decisions.find_account(store, "7") == ("x", "7")
    add_account(store, "heron", "heron", platform="digg")
    with pytest.raises(ValueError, match="any of digg:heron, x:2; write one"):
        decisions.find_account(store, "heron")
    assert decisions.find_account(store, "X:heron", platforms=("x", "digg")) == ("x", "2")
    with pytest.raises(ValueError, match="Nobody here is called wren"):
        decisions.find_account(store, "wren")
    lead_names_to_accounts(store)
    assert decisions.find_account(store, "x:heron", platforms=("x", "digg")) == ("x", "2")
