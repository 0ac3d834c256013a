"""Accounts that moved: a store of before takes the column, and a saved list shows who did."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb

from analytics.metrics.silence import states
from analytics.metrics.window import Window
from analytics.store import migrate
from analytics.store.connection import reading
from tests.builders import take_in

BEFORE = 2


def test_a_store_of_before_keeps_what_it_has_and_its_views_work() -> None:
    connection = duckdb.connect(":memory:")
    connection.execute(
        "CREATE TABLE schema_version (version INTEGER NOT NULL, applied_utc TIMESTAMP NOT NULL)"
    )
    for number, script in migrate.scripts():
        if number <= BEFORE:
            connection.execute(script)
            connection.execute("INSERT INTO schema_version VALUES ($n, '2026-01-01')", {"n": number})
    connection.execute(
        """INSERT INTO account_observations (fact, platform, account, observed_utc, handle)
           VALUES (1, 'x', '1', '2026-01-01', 'wren')"""
    )
    assert connection.execute("SELECT handle FROM accounts").fetchall() == [("wren",)]
    migrate.migrate(connection)
    assert migrate.version(connection) == migrate.LATEST
    for view in ("accounts", "seen_accounts"):
        assert connection.execute(f"SELECT handle, moved_to FROM {view}").fetchall() == [("wren", None)]


def test_a_saved_list_shows_who_moved(store_path: Path, tmp_path: Path) -> None:
    people = [
        {
            "id": name, "username": name, "acct": f"{name}@moor.example", "url": f"https://moor.example/@{name}",
            "moved": {"acct": f"{name}@shore.example", "url": f"https://shore.example/@{name}"} if moved else None,
        }
        for name, moved in (("curlew", True), ("snipe", False))
    ]  # fmt: skip
    path = tmp_path / "following.json"
    path.write_text(json.dumps(people), encoding="utf-8")
    take_in(store_path, path, me={"mastodon": "wren@fen.example"}, as_of_utc=datetime(2026, 11, 1))
    with reading(store_path) as cursor:
        found = states(cursor, Window(now_utc=datetime(2026, 11, 22)))
    assert list(zip(found["account"], found["state"], found["moved_to"].fillna(""), strict=True)) == [
        ("curlew@moor.example", "moved", "curlew@shore.example"),
        ("snipe@moor.example", "unknown", ""),
    ]
