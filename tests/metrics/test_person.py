"""One person's column: their posts and our exchanges, newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import duckdb

from analytics.metrics.person import column, profile
from analytics.metrics.window import Window
from analytics.store import identities
from tests.builders import add_account, add_act, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def shown(store: duckdb.DuckDBPyConnection, window: Window = WINDOW, limit: int = 200) -> list[list[object]]:
    frame = column(store, window, platform="x", account="ana", limit=limit)
    frame = frame[["direction", "kind", "post_id", "author", "text"]].astype(object)
    return frame.where(frame.notna(), None).values.tolist()


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """Ana posts on Monday, I like it on Tuesday, reply on Wednesday, she answers and names me on Thursday."""
    identities.add(store, "x", "me")
    add_account(store, "ana", "Ana", followers=12)
    add_post(store, "ana", "p1", "A bird", "2026-05-04 10:00")
    store.execute(
        """INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id)
           VALUES (90, 'x', 'me', 'ana', 'like', TIMESTAMP '2026-05-05 10:00:00', 'p1'),
                  (91, 'x', 'ana', 'me', 'mention', TIMESTAMP '2026-05-07 10:00:00', 'p3')"""
    )
    add_post(store, "me", "p2", "Which?", "2026-05-06 10:00", kind="reply", reply_to_account="ana")
    add_post(store, "ana", "p3", "A wren", "2026-05-07 10:00", kind="reply", reply_to_account="me")
    add_post(store, "ana", "p4", "To bo", "2026-05-08 10:00", kind="reply", reply_to_account="bo")
    add_post(store, "bo", "p5", "Not ana's", "2026-05-08 11:00")
    add_act(store, "ana", "me", None, "like")


def test_a_column_is_everything_between_us_newest_first(store: duckdb.DuckDBPyConnection) -> None:
    assert shown(store) == []
    fill(store)
    everything = [
        ["theirs", "reply", "p4", "ana", "To bo"],
        ["to me", "reply", "p3", "ana", "A wren"],
        ["to them", "reply", "p2", "me", "Which?"],
        ["to them", "like", "p1", "ana", "A bird"],
        ["theirs", "post", "p1", "ana", "A bird"],
        ["to me", "like", None, "ana", None],
    ]
    assert shown(store) == everything
    assert shown(store, limit=2) == everything[:2]
    assert shown(store, replace(WINDOW, since=date(2026, 5, 6), until=date(2026, 5, 7))) == everything[1:3]
    assert shown(store, replace(WINDOW, now_utc=datetime(2026, 5, 4, 12)))[0] == everything[4]


def test_a_profile_is_what_was_last_seen(store: duckdb.DuckDBPyConnection) -> None:
    fill(store)
    known = profile(store, platform="x", account="ana")
    assert (known["handle"], known["followers"], known["bio"]) == ("Ana", 12, None)
    assert set(profile(store, platform="x", account="nobody").values()) == {None}
