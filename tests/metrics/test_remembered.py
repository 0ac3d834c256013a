"""Answers that are kept: for one content of one store only, and never the caller's to change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analytics.metrics import remembered
from analytics.metrics.link_pushers import link_pushers, load_rules
from analytics.metrics.window import Window
from analytics.store.connection import reading, writing
from tests import pushers_store

NOW = datetime(2026, 11, 20, 8)
WINDOW = Window(now_utc=NOW)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    remembered.forget()
    yield
    remembered.forget()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that the question is truly put, its options."""
    return []


def counting(asked: list[str]) -> remembered.Question[...]:
    @remembered.remembered
    def question(cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "all") -> pd.DataFrame:
        asked.append(scope)
        return cursor.execute("SELECT count(*) AS posts FROM posts").df()

    return question


def test_the_same_question_of_the_same_content_is_put_once(store_path: Path, asked: list[str]) -> None:
    question = counting(asked)
    with writing(store_path) as cursor:
        pushers_store.fill(cursor)
    for _ in range(2):
        with reading(store_path) as cursor:
            first = question(cursor, WINDOW)
    assert asked == ["all"]
    first.loc[0, "posts"] = -1
    with reading(store_path) as cursor:
        assert question(cursor, WINDOW)["posts"].tolist() != [-1]
        question(cursor, WINDOW, scope="me")
        question(cursor, Window(now_utc=NOW, platform="x"))
    assert asked == ["all", "me", "all"]


def test_another_content_or_a_store_that_may_change_is_asked_anew(
    store_path: Path, store: duckdb.DuckDBPyConnection, asked: list[str]
) -> None:
    question = counting(asked)
    with writing(store_path) as cursor:
        pushers_store.fill(cursor)
    with reading(store_path) as cursor:
        before = question(cursor, WINDOW)["posts"].item()
    with writing(store_path) as cursor:
        question(cursor, WINDOW)
        cursor.execute("DELETE FROM posts WHERE author = 'spam'")
        question(cursor, WINDOW)
    with reading(store_path) as cursor:
        assert question(cursor, WINDOW)["posts"].item() == before - 30
    for _ in range(2):
        question(store, WINDOW)
    assert len(asked) == 6


def test_threads_that_ask_at_once_wait_for_one_answer(store_path: Path, asked: list[str]) -> None:
    question = counting(asked)
    with writing(store_path) as cursor:
        pushers_store.fill(cursor)

    def ask() -> None:
        with reading(store_path) as cursor:
            question(cursor, WINDOW)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == ["all"]


def test_a_later_moment_sees_the_same_scores_until_there_are_newer_data(store_path: Path) -> None:
    with writing(store_path) as cursor:
        pushers_store.fill(cursor)
    rules = load_rules()
    with reading(store_path) as cursor:
        now = link_pushers(cursor, WINDOW, rules=rules)
        later = link_pushers(cursor, Window(now_utc=datetime(2030, 1, 1)), rules=rules)
        earlier = link_pushers(cursor, Window(now_utc=datetime(2026, 10, 22)), rules=rules)
    pd.testing.assert_frame_equal(now, later)
    assert earlier["posts_seen"].sum() < now["posts_seen"].sum()
