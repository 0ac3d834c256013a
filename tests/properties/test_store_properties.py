"""Whatever is imported, imported again and taken back in whatever order: the store is what is left in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.sources import inconsistencies
from analytics.store.connection import reading, writing
from analytics.store.loading import Imported
from analytics.store.undo import undo_import
from tests.builders import content_of, edited, in_csv, in_zip, outcomes_of, post, take_in, x_archive

MONTHS = ("2026-05", "2026-06", "2026-07")


def exports_in(folder: Path) -> list[Path]:
    """Three archives of one account that overlap, and other people's acts and posts."""
    may, june, july = (f"{month}-01T12:00:00.000Z" for month in MONTHS)
    return [
        in_zip(
            folder / "may.zip",
            x_archive(
                made=may, posts=[post("98", "a map"), post("7", "paper")], followers=["11", "12"], likes=["5"]
            ),
        ),
        in_zip(
            folder / "june.zip",
            x_archive(
                made=june, posts=[edited("100", "98", "a better map"), post("7", "paper")], followers=["12"]
            ),
        ),
        in_zip(
            folder / "july.zip",
            x_archive(
                made=july, posts=[post("98", "a map")], deleted=[post("7", "paper")], followers=["11", "12"]
            ),
        ),
        in_csv(
            folder / "likes.csv",
            [
                {
                    "platform": "x",
                    "actor": "11",
                    "target": "900000001",
                    "kind": "like",
                    "at": "2026-05-03T08:00:00Z",
                }
            ],
        ),
    ]


@pytest.fixture(scope="module")
def exports() -> Iterator[list[Path]]:
    with TemporaryDirectory() as name:
        yield exports_in(Path(name))


@pytest.fixture(scope="module")
def expected() -> dict[frozenset[int], dict[str, list[str]]]:
    """Which exports are in -> the content of a store that never had any other; filled as it is asked."""
    return {}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_the_store_is_what_is_left_in_it(
    exports: list[Path], expected: dict[frozenset[int], dict[str, list[str]]], steps: list[int]
) -> None:
    """Each step takes an export in, or takes it back where it is in already."""
    with TemporaryDirectory() as name:
        store = Path(name) / "store.duckdb"
        inside: dict[int, str] = {}
        for step in steps:
            if step in inside:
                undo_import(store, inside.pop(step))
            else:
                (imported,) = take_in(store, exports[step])
                inside[step] = imported.import_id
                assert imported.state == "imported"
        kept = frozenset(inside)
        if kept not in expected:
            never = Path(name) / "never.duckdb"
            with writing(never):
                pass
            for step in sorted(kept):
                take_in(never, exports[step])
            expected[kept] = content_of(never, history=False)
        assert content_of(store, history=False) == expected[kept]
        with reading(store) as cursor:
            assert inconsistencies(cursor) == []


ROW = st.fixed_dictionaries(
    {
        "platform": st.sampled_from(["x", "mastodon", ""]),
        "actor": st.sampled_from(["11", "12", ""]),
        "target": st.sampled_from(["11", "13", ""]),
        "kind": st.sampled_from(["like", "reply", "wave"]),
        "at": st.sampled_from(["2026-05-03T08:00:00Z", "2026-05-03", "soon", ""]),
    }
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(ROW, min_size=1, max_size=6), second=st.lists(ROW, min_size=1, max_size=6))
def test_every_row_is_new_or_known_or_repeated_or_a_problem(
    first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    with TemporaryDirectory() as name:
        store = Path(name) / "store.duckdb"
        for number, rows in enumerate((first, second)):
            before = content_of(store).get("interactions", [])
            (outcome,) = outcomes_of(store, in_csv(Path(name) / f"{number}.csv", rows))
            assert isinstance(outcome, Imported)
            after = content_of(store)["interactions"] if outcome.read else []
            if outcome.state == "known":
                continue
            spoiled = {problem.place for problem in outcome.problems}
            assert outcome.read.get("interactions", 0) + len(spoiled) == len(rows)
            assert outcome.new.get("interactions", 0) == len(set(after) - set(before))
            assert outcome.known.get("interactions", 0) <= len(before)
            assert outcome.new.get("interactions", 0) + outcome.known.get(
                "interactions", 0
            ) <= outcome.read.get("interactions", 0)
