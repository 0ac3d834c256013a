"""What the time brought, worked by hand: rates, another split, kinds of post, hours, reply times, sessions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from analytics.metrics import best_hours, content_mix, own_posts, reply_times, time_sessions
from analytics.metrics.results import weeks
from analytics.metrics.results_per_hour import beyond, rates, split
from analytics.metrics.window import Window
from tests.builders import add_post

NOW = datetime(2026, 6, 30)
WINDOW = Window(now_utc=NOW)
MONDAYS = [date(2026, 5, 4) + timedelta(days=7 * n) for n in range(8)]
NAN = float("nan")


def me(store: duckdb.DuckDBPyConnection, platform: str = "x") -> None:
    store.execute(
        "INSERT INTO identities VALUES (1, $platform, 'me', 'wren', 'export')", {"platform": platform}
    )


def act(
    store: duckdb.DuckDBPyConnection, actor: str, target: str, kind: str, at: str, post_id: str | None = None
) -> None:
    store.execute(
        "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) "
        "VALUES (hash($actor, $at, $kind), 'x', $actor, $target, $kind, $at::TIMESTAMP, $post_id)",
        {"actor": actor, "target": target, "kind": kind, "at": at, "post_id": post_id},
    )


def values(found: pd.DataFrame, measure: str) -> dict[date, float]:
    rows = found[found["measure"] == measure]
    return dict(zip(rows["week"], rows["value"], strict=True))


def time_rows(*rows: tuple[date, str, float, float]) -> pd.DataFrame:
    """week, site, hours measured, hours estimated."""
    frame = pd.DataFrame(rows, columns=["week", "site", "measured_seconds", "estimated_seconds"])
    frame[["measured_seconds", "estimated_seconds"]] *= 3600
    seconds = frame["measured_seconds"] + frame["estimated_seconds"]
    estimated = frame["estimated_seconds"] > 0
    return frame.assign(
        seconds=seconds, visit_seconds=0.0, refused=None, factor=estimated.map({True: 2.98, False: NAN}),
        average_factor=estimated.map({True: 2.39, False: NAN}),
    )  # fmt: skip


def came(*rows: tuple[date, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["week", "site", "measure", "value"]).assign(source="dated acts")


def test_a_week_within_reach_without_a_reply_counts_nothing_and_one_outside_is_not_known(
    store: duckdb.DuckDBPyConnection,
) -> None:
    me(store)
    for at in ("2026-05-05 10:00", "2026-05-06 10:00", "2026-05-19 10:00"):
        act(store, "bo", "me", "reply", at)
    assert values(weeks(store, WINDOW), "replies") == {MONDAYS[0]: 2, MONDAYS[1]: 0, MONDAYS[2]: 1}


def test_a_reply_that_a_notice_and_a_post_tell_of_is_one(store: duckdb.DuckDBPyConnection) -> None:
    me(store)
    act(store, "bo", "me", "reply", "2026-05-05 10:00", "7")
    add_post(store, "bo", "7", "yes", "2026-05-05 10:00", kind="reply", reply_to_account="me")
    assert values(weeks(store, WINDOW), "replies") == {MONDAYS[0]: 1}


def test_what_the_network_counted_of_a_whole_week_goes_before_acts(store: duckdb.DuckDBPyConnection) -> None:
    me(store)
    act(store, "bo", "me", "reply", "2026-05-05 10:00")
    act(store, "bo", "me", "reply", "2026-05-12 10:00")
    for n in range(9):  # the first week whole, the second in part
        store.execute(
            "INSERT INTO daily_counts VALUES (hash($day), 'x', 'me', $day, 'replies', 3)",
            {"day": MONDAYS[0] + timedelta(days=n)},
        )
    assert values(weeks(store, WINDOW), "replies") == {MONDAYS[0]: 21, MONDAYS[1]: 1}


def test_a_conversation_counts_in_the_week_of_its_second_turn(store: duckdb.DuckDBPyConnection) -> None:
    """Theirs on Sunday, mine on Monday; a third word four days later by them alone is another, with one turn."""
    me(store)
    act(store, "bo", "me", "reply", "2026-05-10 22:00")
    act(store, "me", "bo", "reply", "2026-05-11 08:00")
    act(store, "bo", "me", "reply", "2026-05-15 12:00")
    assert values(weeks(store, WINDOW), "conversations") == {MONDAYS[0]: 0, MONDAYS[1]: 1}


def test_my_own_accounts_among_themselves_bring_nothing(store: duckdb.DuckDBPyConnection) -> None:
    me(store)
    store.execute("INSERT INTO identities VALUES (2, 'x', 'other', 'wren2', 'user')")
    act(store, "other", "me", "reply", "2026-05-05 10:00")
    assert weeks(store, WINDOW).empty


def test_local_weeks_end_at_local_midnight(store: duckdb.DuckDBPyConnection) -> None:
    me(store)
    act(store, "bo", "me", "reply", "2026-05-10 22:30")  # 00:30 on Monday in Vienna
    assert values(weeks(store, WINDOW), "replies") == {MONDAYS[0]: 1}
    vienna = Window(now_utc=NOW, time_zone="Europe/Vienna")
    assert values(weeks(store, vienna), "replies") == {MONDAYS[1]: 1}


def test_a_rate_is_the_ratio_of_sums_without_the_present_week() -> None:
    """2 h with 6 replies and 1 h with 0; the present week does not count."""
    found = rates(
        came(
            (MONDAYS[0], "x", "replies", 6), (MONDAYS[1], "x", "replies", 0), (MONDAYS[2], "x", "replies", 90)
        ),
        time_rows((MONDAYS[0], "x", 2, 0), (MONDAYS[1], "x", 1, 0), (MONDAYS[2], "x", 1, 0)),
        before=MONDAYS[2],
    )
    (row,) = found.table.to_dict("records")
    assert (row["value"], row["weeks"], row["hours"], row["basis"]) == (2, 2, 3, "measured")
    assert pd.isna(row["low"])


def test_estimated_time_makes_the_range_wider() -> None:
    results = came(*((week, "x", "replies", 3 + n % 2) for n, week in enumerate(MONDAYS)))
    measured = rates(results, time_rows(*((week, "x", 1, 0) for week in MONDAYS)), before=NOW.date())
    estimated = rates(results, time_rows(*((week, "x", 0, 1) for week in MONDAYS)), before=NOW.date())
    narrow, wide = measured.table.iloc[0], estimated.table.iloc[0]
    assert narrow["value"] == wide["value"] == 3.5
    assert wide["high"] - wide["low"] > 3 * (narrow["high"] - narrow["low"])
    # Of an average over eight weeks and more the stated factor is 2.39 either way.
    assert wide["high"] == pytest.approx(3.5 * 2.39, rel=0.15)


def test_another_split_of_the_same_minutes() -> None:
    """3 replies an hour on x, 1 on digg, an hour each a week: 4 now, with 90 and 30 minutes 5."""
    results = came(*((week, site, "replies", n) for week in MONDAYS for site, n in (("x", 3), ("digg", 1))))
    found = rates(
        results,
        time_rows(*((week, site, 1, 0) for week in MONDAYS for site in ("x", "digg"))),
        before=NOW.date(),
    )
    (row,) = split(found, {"x": 90, "digg": 30}).to_dict("records")
    assert (row["now"], row["then"], row["difference"]) == pytest.approx((4, 5, 1))
    assert beyond(found, {"x": 90, "digg": 30}) == ["x"]


def test_kinds_of_post_and_what_each_received(store: duckdb.DuckDBPyConnection) -> None:
    me(store)
    add_post(store, "me", "1", "@bo yes", "2026-05-05 10:00", kind="reply", reply_to_account="bo")
    add_post(store, "me", "2", "Look at this", "2026-05-05 11:00", links=["https://press.example/a"])
    add_post(store, "me", "3", "Buy now, big discount", "2026-05-05 12:00", links=["https://shop.example/a"])
    add_post(store, "me", "4", "A quiet morning", "2026-05-05 13:00")
    add_post(store, "me", "5", "theirs", "2026-05-05 14:00", kind="repost", repost_of_account="bo")
    for post_id, likes in (("1", 4), ("2", 1)):
        store.execute(
            "INSERT INTO post_counts (fact, platform, post_id, observed_utc, likes) VALUES (hash($id), 'x', $id, $at, $n)",
            {"id": post_id, "at": datetime(2026, 6, 1), "n": likes},
        )
    posts = own_posts.posts(store, WINDOW)
    assert posts["kind"].tolist() == ["conversation", "link", "hard sell", "value"]
    found = content_mix.mix(posts).set_index("kind")
    assert found["share"].tolist() == [0.25] * 4
    assert found.loc["conversation", ["known", "median"]].tolist() == [1, 4]
    assert found.loc["value", "known"] == 0
    assert own_posts.top(store, posts, 1)["text"].tolist() == ["@bo yes"]


def test_one_post_that_went_round_the_world_moves_the_typical_one_little() -> None:
    quiet, loud = (own_posts.typical(pd.Series([2.0] * 9 + [last]).to_numpy())[0] for last in (2, 2000))
    assert quiet == pytest.approx(2)
    assert loud < 6  # the mean would be 202


def posts_at(hour: int, number: int, received: float, kind: str = "value") -> pd.DataFrame:
    row = {"site": "x", "kind": kind, "received": received, "created_utc": datetime(2026, 5, 4, hour)}
    return pd.DataFrame([row] * number)


def test_hours_stand_out_only_with_ten_posts_and_a_range_above_the_rest() -> None:
    posts = pd.concat([posts_at(9, 12, 8.0), posts_at(15, 12, 1.0), posts_at(21, 9, 50.0)])
    found = best_hours.blocks(posts, WINDOW)
    assert found[["block", "posts", "stands_out"]].to_numpy().tolist() == [[9, 12, True], [15, 12, False]]
    talk = pd.concat([posts_at(9, 12, 8.0, "conversation"), posts_at(15, 12, 1.0)])
    assert best_hours.blocks(talk, WINDOW)["block"].tolist() == [15]


def test_how_soon_others_answer_as_a_median(store: duckdb.DuckDBPyConnection) -> None:
    """After 1, 2 and 48 hours."""
    me(store)
    add_post(store, "me", "p", at="2026-05-05 10:00")
    for number, hours in enumerate((1, 2, 48)):
        at = datetime(2026, 5, 5, 10) + timedelta(hours=hours)
        add_post(
            store,
            "bo",
            f"r{number}",
            at=at.isoformat(),
            kind="reply",
            reply_to_account="me",
            reply_to_post="p",
        )
    (row,) = reply_times.medians(store, WINDOW).to_dict("records")
    assert (row["direction"], row["replies"], row["median_seconds"]) == ("to me", 3, 7200)
    assert row["within_a_day"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("platform", "parent"),
    [
        ("x", str((1777975200000 - 1288834974657) << 22)),
        ("mastodon", f"https://press.example/users/bo/statuses/{1777975200000 << 16}"),
    ],
)
def test_the_number_of_a_post_tells_when_it_was_written(
    store: duckdb.DuckDBPyConnection, platform: str, parent: str
) -> None:
    """1777975200000 ms is 2026-05-05 10:00 UTC; I answered two hours later."""
    me(store, platform)
    add_post(
        store, "me", "r", at="2026-05-05 12:00", kind="reply", reply_to_account="bo", reply_to_post=parent,
        platform=platform,
    )  # fmt: skip
    found = reply_times.medians(store, WINDOW)
    assert found[["direction", "median_seconds"]].to_numpy().tolist() == [["to them", 7200]]


@pytest.mark.parametrize("parent", ["7", "99999999999999999999", "not a number"])
def test_a_number_that_is_no_moment_tells_nothing(store: duckdb.DuckDBPyConnection, parent: str) -> None:
    me(store)
    add_post(
        store, "me", "r", at="2026-05-05 12:00", kind="reply", reply_to_account="bo", reply_to_post=parent
    )
    assert reply_times.medians(store, WINDOW).empty


def pieces(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["site", "start_utc", "end_utc"]).assign(basis="measured")
    return frame.astype({"start_utc": "datetime64[us]", "end_utc": "datetime64[us]"})


def test_a_session_ends_where_a_longer_pause_follows() -> None:
    """10:00-10:10 and 10:35-10:40 are one of 15 minutes; 11:20-11:25 is another, 40 minutes after."""
    day = pieces(
        ("x", "2026-05-04 10:00", "2026-05-04 10:10"), ("x", "2026-05-04 10:35", "2026-05-04 10:40"),
        ("x", "2026-05-04 11:20", "2026-05-04 11:25"),
    )  # fmt: skip
    assert time_sessions.sessions(day)["seconds"].tolist() == [900, 300]
    assert time_sessions.sessions(day, gap_minutes=20)["pieces"].tolist() == [1, 1, 1]
    (row,) = time_sessions.by_site(time_sessions.sessions(day)).to_dict("records")
    assert (row["sessions"], row["median_seconds"], row["longest_seconds"]) == (2, 600, 900)


def test_nothing_recorded_has_no_sessions_and_no_hours() -> None:
    none = pieces()
    assert time_sessions.sessions(none).empty
    assert time_sessions.hours(none, WINDOW).empty


def test_a_long_day_is_that_of_all_sites_together() -> None:
    days = pd.DataFrame(
        [(MONDAYS[0], "x", 9000), (MONDAYS[0], "digg", 6000), (MONDAYS[1], "x", 9000)],
        columns=["day", "site", "seconds"],
    )
    found = time_sessions.long_days(days, half_day_hours=4)
    assert found.to_numpy().tolist() == [[MONDAYS[0], 15000, "x", 9000]]
