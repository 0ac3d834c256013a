"""Whatever the lists: who came less who left is the change, between any two, in whatever order they came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import duckdb
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.follower_change import between
from analytics.metrics.follower_growth import changes, events
from analytics.metrics.retention import churn, cohorts
from analytics.metrics.window import Window
from analytics.store.connection import reading
from tests.builders import JUNE, MAY, add_list, emptied, in_zip, take_in, x_archive

WINDOW = Window(now_utc=datetime(2026, 12, 31))
SECONDS = {name: f"2025-03-01 08:15:{10 + place // 2}" for place, name in enumerate("abcdef")}
"""Two names share a second: each pair may look like one person renamed."""

MEMBERS = st.dictionaries(st.sampled_from("abcdef"), st.booleans())
LISTS = st.lists(st.tuples(MEMBERS, st.booleans()), max_size=6)
Lists = list[tuple[dict[str, bool], bool]]
UNHURRIED = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def moment(number: int) -> datetime:
    return datetime(2026, 1, 1) + timedelta(days=20 * number)


def add(store: duckdb.DuckDBPyConnection, lists: Lists, order: Iterable[int] | None = None) -> None:
    """Lists twenty days apart; the flag of a member says whether the list knows since when."""
    for number in range(len(lists)) if order is None else order:
        members, complete = lists[number]
        known = {name: SECONDS[name] if dated else None for name, dated in members.items()}
        day = moment(number).isoformat()
        add_list(store, "follower", day, known, complete=complete, platform="instagram")


def whole(lists: Lists) -> list[tuple[int, set[str]]]:
    return [(number, set(members)) for number, (members, complete) in enumerate(lists) if complete]


def moved(store: duckdb.DuckDBPyConnection, first: int, second: int) -> pd.DataFrame:
    return between(store, WINDOW, direction="follower", first=moment(first), second=moment(second))


def of_kind(frame: pd.DataFrame, kind: str) -> set[str]:
    return set(frame.loc[frame["kind"] == kind, "account"])


@UNHURRIED
@given(lists=LISTS)
def test_between_any_two_complete_lists_the_people_are_their_difference(
    store: duckdb.DuckDBPyConnection, lists: Lists
) -> None:
    with emptied(store):
        add(store, lists)
        complete = whole(lists)
        for place, (first, earlier) in enumerate(complete):
            for second, later in complete[place + 1 :]:
                frame = moved(store, first, second)
                assert of_kind(frame, "gained") == later - earlier
                assert of_kind(frame, "lost") == earlier - later
                assert (frame["after"] >= moment(first)).all()
                assert (frame["before"] <= moment(second)).all()
                assert (frame["after"] <= frame["before"]).all()


@UNHURRIED
@given(lists=LISTS)
def test_two_steps_come_to_the_same_as_one(store: duckdb.DuckDBPyConnection, lists: Lists) -> None:
    with emptied(store):
        add(store, lists)
        complete = whole(lists)
        if len(complete) < 3:
            return
        (first, _), (middle, _), *_, (last, _) = complete
        sums: dict[str, int] = {}
        for frame in (moved(store, first, middle), moved(store, middle, last)):
            for account, kind in zip(frame["account"], frame["kind"], strict=True):
                sums[account] = sums.get(account, 0) + (1 if kind == "gained" else -1)
        whole_way = moved(store, first, last)
    assert {account for account, sum_ in sums.items() if sum_ == 1} == of_kind(whole_way, "gained")
    assert {account for account, sum_ in sums.items() if sum_ == -1} == of_kind(whole_way, "lost")


@UNHURRIED
@given(lists=LISTS)
def test_a_rename_pairs_one_who_came_with_one_who_left(
    store: duckdb.DuckDBPyConnection, lists: Lists
) -> None:
    with emptied(store):
        add(store, lists)
        counted, told = changes(store, WINDOW), events(store, WINDOW)
    assert (counted["renamed"] <= counted[["gained", "lost"]].min(axis=1)).all()
    for row in counted.to_dict("records"):
        here = told[(told["before"] == row["to"]) & (told["cause"] == "renamed")]
        lost, gained = (here[here["kind"] == kind] for kind in ("lost", "gained"))
        assert len(lost) == len(gained) == row["renamed"]
        assert dict(zip(lost["account"], lost["new_account"], strict=True)) == dict(
            zip(gained["old_account"], gained["account"], strict=True)
        )


@UNHURRIED
@given(lists=LISTS, data=st.data())
def test_the_order_in_which_lists_came_in_does_not_matter(
    store: duckdb.DuckDBPyConnection, lists: Lists, data: st.DataObject
) -> None:
    answers = []
    for order in (range(len(lists)), data.draw(st.permutations(range(len(lists))))):
        with emptied(store):
            add(store, lists, order)
            answers.append([question(store, WINDOW) for question in (changes, events, cohorts, churn)])
    for one, other in zip(*answers, strict=True):
        pd.testing.assert_frame_equal(one, other)


@UNHURRIED
@given(lists=LISTS)
def test_partial_lists_make_nobody_gained_or_lost(store: duckdb.DuckDBPyConnection, lists: Lists) -> None:
    with emptied(store):
        add(store, lists)
        told = events(store, WINDOW)
    complete = {moment(number) for number, _ in whole(lists)}
    assert set(told["before"]) | set(told["after"]) <= complete
    assert len(told) == sum(
        len(earlier ^ later) for (_, earlier), (_, later) in zip(whole(lists), whole(lists)[1:], strict=False)
    )


@UNHURRIED
@given(lists=LISTS)
def test_cohorts_hold_everybody_once(store: duckdb.DuckDBPyConnection, lists: Lists) -> None:
    with emptied(store):
        add(store, lists)
        rows, renamed = cohorts(store, WINDOW), changes(store, WINDOW)["renamed"].sum()
    # All follows that are dated are older than the first list: these people had come, wherever they were then.
    seen = {name for members, complete in lists if complete for name, dated in members.items() if dated}
    for number, members in whole(lists):
        seen |= members
        here = rows[rows["as_of"] == moment(number)]
        assert here["here"].sum() == len(members)
        # Somebody renamed came once.
        assert len(seen) - renamed <= here["arrived"].sum() <= len(seen)
    assert (rows["here"] + rows["left"] == rows["arrived"]).all()


def test_archives_in_any_order_tell_the_same(tmp_path: Path) -> None:
    """Three archives of one account through the importer: two lists of followers, and one of those followed alone."""
    exports = [
        in_zip(tmp_path / "may.zip", x_archive(made=MAY, followers=["11", "12"], following=["11", "13"])),
        in_zip(tmp_path / "june.zip", x_archive(made=JUNE, followers=["12", "14"], following=["13", "14"])),
        in_zip(tmp_path / "july.zip", x_archive(made="2026-07-01T12:00:00.000Z", following=["14"])),
    ]
    answers = []
    for number, order in enumerate(permutations(exports)):
        for export in order:
            take_in(tmp_path / f"{number}.duckdb", export)
        with reading(tmp_path / f"{number}.duckdb") as cursor:
            answers.append([question(cursor, WINDOW) for question in (changes, events, cohorts, churn)])
    told = answers[0][1]
    assert set(zip(told["account"], told["direction"], told["kind"], told["cause"].fillna(""), strict=True)) == {
        ("11", "follower", "lost", "gone"), ("14", "follower", "gained", ""),
        ("11", "following", "lost", "gone"), ("14", "following", "gained", ""),
        ("13", "following", "lost", "unknown"),
    }  # fmt: skip
    for other in answers[1:]:
        for one, two in zip(answers[0], other, strict=True):
            pd.testing.assert_frame_equal(one, two)
