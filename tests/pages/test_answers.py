"""Answers kept for the whole server, and asked ahead."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.metrics.window import Window
from analytics.pages import answers, filters, opening
from analytics.pages.filters import Filters
from analytics.store.connection import StoreMissing, writing
from tests import pushers_store, time_store
from tests.pages.visiting import visited

PATIENCE_SECONDS = 30


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: time_store.PRESENT)
    with writing(store_path) as cursor:
        time_store.fill(cursor)
    monkeypatch.setattr(answers, "_answers", type(answers._answers)())
    yield store_path
    quiet()


def quiet() -> None:
    """Wait until nothing is asked ahead any more."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while answers._worker is not None:
        assert time.monotonic() < give_up
        time.sleep(0.01)


class Counted:
    """A question that counts how often it is asked, and by how many at once."""

    def __init__(self, name: str = "counted", *, takes: float = 0.0) -> None:
        self.__qualname__ = name
        self.asked: list[Filters] = []
        self._takes = takes

    def __call__(self, cursor: duckdb.DuckDBPyConnection, window: Window) -> date | None:
        self.asked.append(Filters(platform=window.platform, since=window.since, until=window.until))
        time.sleep(self._takes)
        return window.since


def test_an_answer_is_asked_once_for_each_filter_and_state_of_the_store(filled: Path) -> None:
    question = Counted()
    for chosen in (Filters(), Filters(), Filters(platform="x")):
        answers.answer(question, answers.key(question, chosen, {}))
    assert question.asked == [Filters(), Filters(platform="x")]
    with writing(filled) as cursor:
        cursor.execute("DELETE FROM posts")
    answers.answer(question, answers.key(question, Filters(), {}))
    assert len(question.asked) == 3


def test_two_that_ask_at_once_wait_for_one_answer(filled: Path) -> None:
    question = Counted(takes=0.2)
    key = answers.key(question, Filters(), {})
    both = [threading.Thread(target=answers.answer, args=(question, key)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert question.asked == [Filters()]


def test_the_answers_asked_for_longest_ago_go_first(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "KEPT", 2)
    question = Counted()
    for platform in ("x", "mastodon", "x", "bluesky", "x"):
        answers.answer(question, answers.key(question, Filters(platform=platform), {}))
    assert [chosen.platform for chosen in question.asked] == ["x", "mastodon", "bluesky"]


def test_what_is_asked_ahead_last_comes_first_and_nothing_twice(filled: Path) -> None:
    slow, question = Counted("slow", takes=0.3), Counted()

    def keys(*platforms: str) -> list[tuple[Any, answers.Key]]:
        return [(question, answers.key(question, Filters(platform=one), {})) for one in platforms]

    answers.ask_ahead([(slow, answers.key(slow, Filters(), {})), *keys("x", "mastodon")])
    answers.ask_ahead(keys("bluesky", "mastodon"))
    quiet()
    assert [chosen.platform for chosen in question.asked] == ["bluesky", "mastodon", "x"]
    answers.ask_ahead(keys("x"))
    quiet()
    assert len(question.asked) == 3


def test_what_fails_ahead_is_no_concern_and_what_is_stale_is_not_asked(filled: Path) -> None:
    def fails(cursor: duckdb.DuckDBPyConnection, window: Window) -> None:
        raise ZeroDivisionError

    question = Counted()
    old = answers.key(question, Filters(platform="x"), {})._replace(version="of another time")
    answers.ask_ahead(
        [
            (fails, answers.key(fails, Filters(), {})),
            (question, old),
            (question, answers.key(question, Filters(), {})),
        ]
    )
    quiet()
    assert question.asked == [Filters()]


def test_without_a_store_there_is_no_key(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    with pytest.raises(StoreMissing):
        answers.key(Counted(), Filters(), {})


def test_a_large_store_is_asked_ahead_for_other_pages_periods_and_networks(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LARGE_BYTES", 0)
    visited("time")
    quiet()
    known = {(key.name.rpartition(".")[2], key.chosen.platform, key.chosen.since) for key in answers._answers}
    assert {name for name, *_ in known} >= {"follows", "growth", "conversations", "results", "time"}
    weeks = {since for name, platform, since in known if name == "time" and platform is None}
    assert len(weeks) == len(filters.PERIODS) - 1  # own dates are not known beforehand
    assert {platform for name, platform, _ in known if name == "time"} == {None, "mastodon", "x"}


def test_an_answer_leads_to_the_questions_that_only_it_can_name(filled: Path) -> None:
    first, second = Counted("first"), Counted("second")

    def of_whom(found: Any) -> list[tuple[Any, dict[str, Any]]]:
        return [(second, {})]

    answers.ask_ahead([(first, answers.key(first, Filters(platform="x"), {}))], {first: of_whom})
    quiet()
    assert second.asked == [Filters(platform="x")]
    assert answers.is_known(answers.key(second, Filters(platform="x"), {}))


def test_once_asked_ahead_the_other_pages_read_nothing_long(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(filled) as cursor:
        pushers_store.fill(cursor)
    monkeypatch.setattr(answers, "LARGE_BYTES", 0)
    visited("this_week")
    quiet()
    read: list[str] = []
    put = answers.put

    def watched(question: answers.Question, asked: answers.Key) -> Any:
        if threading.current_thread() is not answers._worker:
            read.append(asked.name.rpartition(".")[2])
        return put(question, asked)

    monkeypatch.setattr(answers, "put", watched)
    for page in ("follows", "growth", "link_pushers", "conversations", "time", "results", "search"):
        visited(page)
    quiet()
    assert set(read) <= {"_time_zone"}


@pytest.mark.parametrize(
    ("now", "written", "as_of"),
    [
        ("2026-11-20T08:47", "2026-11-20T07:59", "2026-11-20T08:00"),  # nothing was written in this hour
        ("2026-11-20T08:47", "2026-11-20T08:31", "2026-11-20T08:40"),
        ("2026-11-20T08:47", "2026-11-20T08:46", "2026-11-20T08:47"),  # what was just written counts at once
        ("2026-11-20T08:47", "2026-11-21T00:00", "2026-11-20T08:47"),  # a clock that was set back
    ],
)
def test_the_present_is_as_coarse_as_the_store_is_old(now: str, written: str, as_of: str) -> None:
    moment = datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp()
    assert opening._as_of(datetime.fromisoformat(now), moment) == datetime.fromisoformat(as_of)
