"""Who one talks with, who waits for an answer, and who fell silent: worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import duckdb

from analytics.metrics.conversations import long_lost, people, waiting
from analytics.metrics.window import Window
from analytics.store import identities
from analytics.store.current import lead_names_to_accounts
from tests.builders import add_account, add_act, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def found(
    store: duckdb.DuckDBPyConnection, window: Window = WINDOW
) -> list[tuple[str, int, int, int, int, datetime | None]]:
    frame = people(store, window)
    frame["last_at"] = frame["last_at"].astype(object).where(frame["last_at"].notna(), None)
    columns = ["account", "to_them", "from_them", "words_to_them", "words_from_them", "last_at"]
    return [tuple(row) for row in frame[columns].itertuples(index=False)]


def test_nobody_is_no_conversation(store: duckdb.DuckDBPyConnection) -> None:
    assert people(store, WINDOW).empty
    add_act(store, "ana", "bo", "2026-05-01 10:00", "reply")
    assert people(store, WINDOW).empty


def test_acts_are_counted_each_way_and_words_apart(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_act(store, "me", "ana", "2026-05-01 10:00", "reply")
    add_act(store, "me", "ana", "2026-05-02 10:00", "reply")
    add_act(store, "me", "ana", None, "like")
    add_act(store, "ana", "me", "2026-05-03 10:00", "reply")
    # Many likes are no conversation: who answers comes first.
    for day in range(1, 9):
        add_act(store, "bo", "me", f"2026-06-0{day} 10:00", "like")
    add_act(store, "cy", "me", "2026-06-09 10:00", "follow")
    add_act(store, "dee", "me", "2026-12-24 10:00", "reply")
    add_act(store, "me", None, "2026-06-09 10:00", "like")
    assert found(store) == [
        ("ana", 3, 1, 2, 1, datetime(2026, 5, 3, 10)),
        ("bo", 0, 8, 0, 0, datetime(2026, 6, 8, 10)),
    ]


def test_a_period_leaves_out_what_has_no_date(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_act(store, "me", "ana", "2026-05-01 23:30", "reply")
    add_act(store, "me", "ana", "2026-05-02 00:30", "like")
    add_act(store, "me", "ana", None, "like")
    day = replace(WINDOW, since=date(2026, 5, 2), until=date(2026, 5, 2))
    assert found(store, day) == [("ana", 1, 0, 0, 0, datetime(2026, 5, 2, 0, 30))]
    # In Vienna the first of them falls on the second of May as well.
    assert found(store, replace(day, time_zone="Europe/Vienna"))[0][1] == 2


def test_an_account_is_one_by_handle_and_id_and_mine_are_left_out(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    identities.add(store, "x", "my_other")
    add_account(store, "2", "Heron")
    add_act(store, "me", "heron", "2026-05-01 10:00", "reply")
    add_act(store, "2", "me", "2026-05-02 10:00", "reply")
    add_act(store, "me", "my_other", "2026-05-02 10:00", "reply")
    lead_names_to_accounts(store)
    assert found(store) == [("2", 1, 1, 1, 1, datetime(2026, 5, 2, 10))]
    assert people(store, WINDOW)["handle"].tolist() == ["Heron"]


def test_platform_and_owner_choose(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    identities.add(store, "x", "my_other")
    add_act(store, "me", "ana", "2026-05-01 10:00", "reply")
    add_act(store, "my_other", "bo", "2026-05-01 10:00", "reply")
    assert [row[0] for row in found(store, replace(WINDOW, owner="ME"))] == ["ana"]
    assert people(store, replace(WINDOW, platform="mastodon")).empty


def test_what_was_said_after_my_last_word_waits(store: duckdb.DuckDBPyConnection) -> None:
    """Ana: two things since I answered; bo: answered by any later word; cy: liked; dee follows only."""
    identities.add(store, "x", "me")
    add_act(store, "ana", "me", "2026-05-01 10:00", "reply")
    add_act(store, "me", "ana", "2026-05-02 10:00", "reply")
    add_act(store, "ana", "me", "2026-05-03 10:00", "reply")
    add_post(store, "ana", "p4", "And yet?", "2026-05-04 10:00", kind="reply", reply_to_account="me")
    add_act(store, "bo", "me", "2026-05-05 10:00", "mention")
    add_act(store, "me", "bo", "2026-05-06 10:00", "reply")
    add_post(store, "cy", "p7", "Nice", "2026-05-07 10:00", kind="reply", reply_to_account="me")
    store.execute(
        """INSERT INTO interactions (fact, platform, actor, target, kind, post_id)
           VALUES (99, 'x', 'me', 'cy', 'like', 'p7')"""
    )
    add_act(store, "dee", "me", "2026-05-08 10:00", "follow")
    add_act(store, "eve", "me", "2026-05-08 10:00", "like")
    add_act(store, "fay", "me", "2026-12-24 10:00", "reply")
    frame = waiting(store, WINDOW)
    assert frame[["account", "kind", "post_id", "text", "waiting", "liked"]].values.tolist() == [
        ["cy", "reply", "p7", "Nice", 1, True],
        ["ana", "reply", "p4", "And yet?", 2, False],
    ]
    assert waiting(store, replace(WINDOW, since=date(2026, 5, 5)))["account"].tolist() == ["cy"]


def test_a_reply_that_names_me_waits_once(store: duckdb.DuckDBPyConnection) -> None:
    identities.add(store, "x", "me")
    add_post(store, "ana", "p1", "@me hello", "2026-05-04 10:00", kind="reply", reply_to_account="me")
    store.execute(
        """INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id)
           VALUES (98, 'x', 'ana', 'me', 'mention', TIMESTAMP '2026-05-04 10:00:00', 'p1')"""
    )
    assert waiting(store, WINDOW)[["kind", "waiting"]].values.tolist() == [["reply", 1]]


def test_long_lost_are_those_who_talked_and_fell_silent(store: duckdb.DuckDBPyConnection) -> None:
    """Ana: three words each way in January, then none until the last word of all in November."""
    identities.add(store, "x", "me")
    for day in (1, 3, 5):
        add_act(store, "me", "ana", f"2026-01-0{day} 10:00", "reply")
        add_act(store, "ana", "me", f"2026-01-0{day} 11:00", "reply")
        add_act(store, "me", "often_silent", f"202{day}-01-01 10:00", "reply")
        add_act(store, "often_silent", "me", f"202{day}-01-01 11:00", "reply")
        add_act(store, "me", "cy", f"2026-01-0{day} 10:00", "reply")
    add_act(store, "me", "dee", "2026-11-01 10:00", "reply")
    frame = long_lost(store, WINDOW)
    assert frame[
        ["account", "words_to_them", "words_from_them", "silent_days", "usual_gap_days"]
    ].values.tolist() == [["ana", 3, 3, 300, 2]]
    assert long_lost(store, WINDOW, silent_days=301).empty
    assert long_lost(store, WINDOW, at_least=4).empty
    # The same data a year later are no longer silence: nothing is known of that year.
    assert long_lost(store, replace(WINDOW, now_utc=datetime(2027, 11, 1)))["silent_days"].tolist() == [300]
