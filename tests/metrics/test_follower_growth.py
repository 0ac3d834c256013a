"""Who came and who left: worked by hand, and what must hold for any lists."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from zlib import crc32

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.follower_growth import changes, daily, events, level, owners, points, whole_lists
from analytics.metrics.window import Window
from tests.builders import add_account, add_list, emptied

WINDOW = Window(now_utc=datetime(2026, 11, 22, 12))


def plain(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Rows of a frame, null as None."""
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in frame[list(columns)].itertuples(index=False, name=None)
    ]


def is_me(store: duckdb.DuckDBPyConnection, account: str = "me") -> None:
    """Say that an account is the user's own."""
    store.execute("INSERT INTO identities VALUES (1, 'x', ?, NULL, 'user')", [account])


def count_days(store: duckdb.DuckDBPyConnection, *rows: tuple[str, str, float]) -> None:
    """Daily counts of the account `me`: day, metric, value."""
    for number, row in enumerate(rows):
        store.execute(f"INSERT INTO daily_counts VALUES ({number}, 'x', 'me', ?, ?, ?)", list(row))


def test_an_empty_store_gives_empty_frames(store: duckdb.DuckDBPyConnection) -> None:
    assert all(
        question(store, WINDOW).empty
        for question in (points, changes, events, daily, level, owners, whole_lists)
    )


def test_two_came_and_one_left(store: duckdb.DuckDBPyConnection) -> None:
    add_account(store, "d", "Dunlin_Marshgate")
    add_list(store, "follower", "2026-05-01", ["a", "b", "c"])
    add_list(store, "follower", "2026-06-01", ["b", "c", "d", "e"])
    may, june = datetime(2026, 5, 1), datetime(2026, 6, 1)
    assert plain(
        changes(store, WINDOW), "platform", "owner", "direction", "from", "to", "gained", "lost"
    ) == [("x", "me", "follower", may, june, 2, 1)]
    assert plain(events(store, WINDOW), "account", "handle", "direction", "kind", "after", "before") == [
        ("d", "Dunlin_Marshgate", "follower", "gained", may, june),
        ("e", None, "follower", "gained", may, june),
        ("a", None, "follower", "lost", may, june),
    ]
    assert plain(points(store, WINDOW), "as_of", "followers", "following") == [
        (may, 3, None),
        (june, 4, None),
    ]


def test_whose_lists_there_are_and_when(store: duckdb.DuckDBPyConnection) -> None:
    is_me(store)
    add_account(store, "me", "Wren_Hollowbrook")
    add_list(store, "follower", "2026-05-01", ["a"], owner="club")
    add_list(store, "following", "2026-06-01", ["a", "b"], owner="club")
    add_list(store, "following", "2026-06-02", ["a"], owner="club", complete=False)
    add_list(store, "blocked", "2026-06-02", ["a"], owner="somebody")
    add_list(store, "follower", "2027-01-01", ["a"], owner="later")
    assert plain(owners(store, WINDOW), "platform", "owner", "handle") == [
        ("x", "club", None), ("x", "me", "Wren_Hollowbrook")
    ]  # fmt: skip
    assert owners(store, Window(now_utc=WINDOW.now_utc, owner="wren_hollowbrook"))["owner"].tolist() == ["me"]
    assert plain(whole_lists(store, WINDOW), "owner", "direction", "as_of", "members") == [
        ("club", "follower", datetime(2026, 5, 1), 1), ("club", "following", datetime(2026, 6, 1), 2)
    ]  # fmt: skip


def test_one_list_is_a_level_and_no_change(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-05-01", ["a"])
    assert changes(store, WINDOW).empty
    assert events(store, WINDOW).empty
    assert plain(points(store, WINDOW), "followers", "following") == [(None, 1)]


def test_everybody_leaving_is_known_from_an_empty_list(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    add_list(store, "follower", "2026-06-01", [])
    assert plain(changes(store, WINDOW), "gained", "lost") == [(0, 2)]


def test_somebody_who_left_and_came_back_is_lost_and_gained(store: duckdb.DuckDBPyConnection) -> None:
    for day, members in (("2026-05-01", ["a"]), ("2026-06-01", []), ("2026-07-01", ["a"])):
        add_list(store, "follower", day, members)
    assert plain(events(store, WINDOW), "account", "kind", "before") == [
        ("a", "lost", datetime(2026, 6, 1)),
        ("a", "gained", datetime(2026, 7, 1)),
    ]


def test_partial_lists_are_passed_over(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    add_list(store, "follower", "2026-06-01", ["c"], complete=False)
    add_list(store, "follower", "2026-07-01", ["a", "b", "c"])
    may, july = datetime(2026, 5, 1), datetime(2026, 7, 1)
    assert plain(changes(store, WINDOW), "from", "to", "gained", "lost") == [(may, july, 1, 0)]
    assert plain(points(store, WINDOW), "as_of", "followers") == [(may, 2), (july, 3)]


def test_both_directions_and_several_owners_stay_apart(store: duckdb.DuckDBPyConnection) -> None:
    for owner, direction, later in (
        ("me", "follower", ["a"]),
        ("me", "following", []),
        ("club", "follower", ["b", "c"]),
    ):
        add_list(store, direction, "2026-05-01", ["a"], owner=owner)
        add_list(store, direction, "2026-06-01", later, owner=owner)
    assert plain(changes(store, WINDOW), "owner", "direction", "gained", "lost") == [
        ("club", "follower", 2, 1),
        ("me", "follower", 0, 0),
        ("me", "following", 0, 1),
    ]
    only_me = Window(now_utc=WINDOW.now_utc, owner="me")
    assert plain(changes(store, only_me), "owner", "direction") == [("me", "follower"), ("me", "following")]
    assert changes(store, Window(now_utc=WINDOW.now_utc, platform="mastodon")).empty


def test_lists_after_today_are_not_looked_at(store: duckdb.DuckDBPyConnection) -> None:
    for day, members in (("2026-05-01", ["a"]), ("2026-06-01", ["b"]), ("2026-07-01", ["c"])):
        add_list(store, "follower", day, members)
    asked = Window(now_utc=datetime(2026, 6, 30))
    assert plain(changes(store, asked), "to") == [(datetime(2026, 6, 1),)]
    assert plain(points(store, asked), "as_of") == [(datetime(2026, 5, 1),), (datetime(2026, 6, 1),)]


def test_since_and_until_choose_by_the_later_list_in_local_days(store: duckdb.DuckDBPyConnection) -> None:
    # 22:30 UTC on 30 June is 00:30 on 1 July in Vienna.
    for moment, members in (("2026-05-01", ["a"]), ("2026-06-30 22:30", ["b"]), ("2026-08-01", ["c"])):
        add_list(store, "follower", moment, members)

    def asked(**days: date) -> list[tuple[object, ...]]:
        return plain(changes(store, Window(now_utc=WINDOW.now_utc, time_zone="Europe/Vienna", **days)), "to")

    july = (datetime(2026, 6, 30, 22, 30),)
    assert asked(since=date(2026, 7, 1), until=date(2026, 7, 1)) == [july]
    assert asked(until=date(2026, 6, 30)) == []
    assert asked(since=date(2026, 7, 2)) == [(datetime(2026, 8, 1),)]


def test_levels_come_from_my_profile_too_but_not_from_those_of_others(
    store: duckdb.DuckDBPyConnection,
) -> None:
    is_me(store)
    add_account(store, "me", "wren_hollowbrook", day="2026-03-01", followers=10, following=4)
    add_account(store, "a", "dunlin_marshgate", day="2026-03-01", followers=900, following=4)
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    assert plain(points(store, WINDOW), "owner", "as_of", "followers", "following", "source") == [
        ("me", datetime(2026, 3, 1), 10, 4, "profile"),
        ("me", datetime(2026, 5, 1), 2, None, "list"),
    ]
    assert changes(store, WINDOW).empty


def test_a_list_counts_before_a_profiles_number_of_the_same_moment(store: duckdb.DuckDBPyConnection) -> None:
    is_me(store)
    add_account(store, "me", "wren_hollowbrook", day="2026-05-01", followers=10)
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    assert plain(points(store, WINDOW), "followers", "source") == [(2, "list")]


def test_a_list_of_one_side_leaves_the_profiles_number_of_the_other(store: duckdb.DuckDBPyConnection) -> None:
    is_me(store)
    add_account(store, "me", "wren_hollowbrook", day="2026-05-01 18:00", followers=10, following=3)
    add_list(store, "following", "2026-05-01", ["a", "b"])
    assert plain(points(store, WINDOW), "as_of", "followers", "following", "source") == [
        (datetime(2026, 5, 1), None, 2, "list"),
        (datetime(2026, 5, 1, 18), 10, None, "profile"),
    ]


def test_daily_counts_are_the_platforms_own(store: duckdb.DuckDBPyConnection) -> None:
    add_account(store, "me", "Wren_Hollowbrook")
    count_days(
        store,
        ("2026-11-01", "new_follows", 4),
        ("2026-11-01", "unfollows", 1),
        ("2026-11-02", "new_follows", 2),
        ("2026-11-02", "impressions", 99),
        ("2026-12-01", "new_follows", 7),
    )
    expected = [("x", "me", date(2026, 11, 1), 4, 1), ("x", "me", date(2026, 11, 2), 2, None)]
    columns = ("platform", "owner", "day", "new_follows", "unfollows")
    assert plain(daily(store, WINDOW), *columns) == expected
    for owner in ("me", "wren_hollowbrook"):
        assert plain(daily(store, Window(now_utc=WINDOW.now_utc, owner=owner)), *columns) == expected
    second = Window(now_utc=WINDOW.now_utc, since=date(2026, 11, 2), until=date(2026, 11, 2))
    assert plain(daily(store, second), *columns) == expected[1:]


def export_days(store: duckdb.DuckDBPyConnection, made: str, *rows: tuple[str, str, float]) -> None:
    """Daily counts of the account `me` in an export made on a day; the same number is the same fact."""
    store.execute(
        "INSERT INTO imports VALUES (?, ?, ?, 'x-analytics', '1', '-', NULL, ?, ?, 'complete')",
        [made, made, made, datetime.fromisoformat(made), datetime.fromisoformat(made)],
    )
    for row in rows:
        fact = crc32(repr(row).encode())
        if not store.execute("SELECT 1 FROM daily_counts WHERE fact = ?", [fact]).fetchall():
            store.execute("INSERT INTO daily_counts VALUES (?, 'x', 'me', ?, ?, ?)", [fact, *row])
        store.execute("INSERT INTO evidence VALUES (?, ?)", [made, fact])


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_day_that_several_exports_tell_of_counts_once(
    store: duckdb.DuckDBPyConnection, newest_first: bool
) -> None:
    exports = [
        ("2026-11-02", [("2026-11-01", "new_follows", 9), ("2026-11-02", "new_follows", 3)]),
        # The second day was not over when the first export was made; the third is told by this one alone.
        ("2026-11-04", [("2026-11-02", "new_follows", 5), ("2026-11-03", "new_follows", 0)]),
        # An old export that says what the newest says.
        ("2026-10-01", [("2026-11-02", "new_follows", 5), ("2026-11-02", "unfollows", 1)]),
    ]
    for made, rows in sorted(exports, reverse=newest_first):
        export_days(store, made, *rows)
    assert plain(daily(store, WINDOW), "day", "new_follows", "unfollows") == [
        (date(2026, 11, 1), 9, None),
        (date(2026, 11, 2), 5, 1),
        (date(2026, 11, 3), 0, None),
    ]


def moves(store: duckdb.DuckDBPyConnection, **days: tuple[int | None, int | None]) -> None:
    """New follows and unfollows of days of May, such as d2=(5, 1)."""
    for name, numbers in days.items():
        known = zip(("new_follows", "unfollows"), numbers, strict=True)
        count_days(
            store, *((f"2026-05-{int(name[1:]):02}", metric, n) for metric, n in known if n is not None)
        )


def levels(store: duckdb.DuckDBPyConnection, window: Window = WINDOW) -> dict[int, tuple[object, ...]]:
    """Day of May -> followers, basis, drift."""
    rows = plain(level(store, window), "day", "followers", "basis", "drift")
    return {day.day: tuple(rest) for day, *rest in rows if isinstance(day, date)}


def test_daily_numbers_become_a_level_by_a_known_count(store: duckdb.DuckDBPyConnection) -> None:
    is_me(store)
    add_list(store, "follower", "2026-05-01", [str(n) for n in range(100)])
    add_account(store, "me", "wren_hollowbrook", day="2026-05-03 18:00", followers=102)
    moves(store, d2=(5, 1), d3=(3, 4))
    assert levels(store) == {2: (104, "list", None), 3: (102, "profile", 1)}


def test_the_level_goes_back_in_time_as_well(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-04", ["a", "b", "c"])
    moves(store, d2=(1, 0), d3=(0, 2), d4=(4, 0), d5=(1, 0))
    assert levels(store) == {
        2: (1, "list", None), 3: (-1, "list", None), 4: (3, "list", None), 5: (4, "list", None),
    }  # fmt: skip


def test_without_a_count_there_is_no_level(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-05-01", ["a"])
    add_list(store, "follower", "2026-05-01", ["a"], complete=False)
    add_list(store, "follower", "2026-05-01", ["a"], owner="somebody")
    moves(store, d2=(5, 1))
    assert levels(store) == {2: (None, None, None)}


def test_a_gap_ends_the_level(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    moves(store, d2=(5, 1), d3=(1, None), d4=(1, 0), d7=(1, 0))
    assert levels(store) == {
        2: (6, "list", None), 3: (None, None, None), 4: (None, None, None), 7: (None, None, None),
    }  # fmt: skip
    add_list(store, "follower", "2026-05-03", ["a"])
    assert levels(store) == {
        2: (6, "list", None), 3: (1, "list", None), 4: (2, "list", None), 7: (None, None, None),
    }  # fmt: skip


def test_a_count_two_days_before_the_first_day_is_too_far(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    moves(store, d3=(5, 1))
    assert levels(store) == {3: (None, None, None)}


def test_since_and_until_cut_the_level_and_not_what_it_stands_on(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "follower", "2026-05-01", ["a", "b"])
    moves(store, d2=(5, 1), d3=(1, 0), d4=(1, 0))
    asked = Window(now_utc=WINDOW.now_utc, since=date(2026, 5, 3), until=date(2026, 5, 3))
    assert levels(store, asked) == {3: (7, "list", None)}
    assert levels(store, Window(now_utc=datetime(2026, 5, 2, 12))) == {2: (6, "list", None)}


def test_a_count_holds_for_its_local_day(store: duckdb.DuckDBPyConnection) -> None:
    # 22:30 UTC on 1 May is 00:30 on 2 May in Vienna.
    add_list(store, "follower", "2026-05-01 22:30", ["a", "b"])
    moves(store, d2=(5, 1))
    assert levels(store) == {2: (6, "list", None)}
    assert levels(store, Window(now_utc=WINDOW.now_utc, time_zone="Europe/Vienna")) == {2: (2, "list", None)}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    nets=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8),
    place=st.integers(0, 8),
)
def test_from_day_to_day_the_level_moves_by_what_was_counted(
    store: duckdb.DuckDBPyConnection, nets: list[tuple[int, int]], place: int
) -> None:
    with emptied(store):
        moves(store, **{f"d{number}": net for number, net in enumerate(nets, start=2)})
        add_list(store, "follower", f"2026-05-{min(place, len(nets)) + 1:02}", ["a", "b", "c"])
        found = [int(str(followers)) for followers, _, _ in levels(store).values()]
    moved = [later - earlier for earlier, later in pairwise(found)]
    assert moved == [new - gone for new, gone in nets[1:]]


PEOPLE = st.sets(st.sampled_from("abcdefgh"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(st.tuples(PEOPLE, st.booleans()), max_size=6))
def test_gained_less_lost_is_the_change_between_complete_lists(
    store: duckdb.DuckDBPyConnection, lists: list[tuple[set[str], bool]]
) -> None:
    with emptied(store):
        for day, (members, complete) in enumerate(lists, start=1):
            add_list(store, "follower", f"2026-11-{day:02}", members, complete=complete)
        found = plain(changes(store, WINDOW), "gained", "lost")
        happened = plain(events(store, WINDOW), "account", "kind", "before")
    whole = [(day, members) for day, (members, complete) in enumerate(lists, start=1) if complete]
    pairs = list(pairwise(whole))
    assert found == [(len(later - earlier), len(earlier - later)) for (_, earlier), (_, later) in pairs]
    assert [gained - lost for gained, lost in found] == [
        len(later) - len(earlier) for (_, earlier), (_, later) in pairs
    ]
    assert set(happened) == {
        (account, kind, datetime(2026, 11, day))
        for (_, earlier), (day, later) in pairs
        for kind, who in (("gained", later - earlier), ("lost", earlier - later))
        for account in who
    }
