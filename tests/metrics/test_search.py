"""Full-text search: BM25 worked by hand, any script, and who leads in a topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from math import log

import duckdb
import pytest

from analytics.metrics.search import leaders, posts
from analytics.metrics.window import Window
from analytics.store import identities
from tests.builders import add_account, add_post

WINDOW = Window(now_utc=datetime(2026, 11, 22))


def ids(store: duckdb.DuckDBPyConnection, query: str, window: Window = WINDOW) -> list[str]:
    return list(posts(store, window, query)["post_id"])


def write(store: duckdb.DuckDBPyConnection, *texts: str) -> None:
    for number, text in enumerate(texts):
        add_post(store, f"a{number}", f"p{number}", text)


def test_the_score_is_bm25(store: duckdb.DuckDBPyConnection) -> None:
    """Lengths 10, 20, 6 and 4: 10 on average. N = 4, "duck" is in 2, so idf = ln(1 + 2.5 / 2.5) = ln 2."""
    write(store, "duck ponds", "a duck and duck eggs", "wrens!", "rain")
    frame = posts(store, WINDOW, "Duck").set_index("post_id")
    assert frame["score"].to_dict() == pytest.approx(
        {
            "p0": log(2) * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1)),
            "p1": log(2) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 2)),
        }
    )
    # 1.00 beats .95: twice the word in twice the length is worth a little more.
    assert list(frame.index) == ["p1", "p0"]


def test_posts_with_all_words_come_alone_and_else_those_with_most(store: duckdb.DuckDBPyConnection) -> None:
    write(store, "old maps of harbours", "maps", "old harbours", "rain")
    assert ids(store, "old maps") == ["p0"]
    assert sorted(ids(store, "maps rain")) == ["p0", "p1", "p3"]
    assert posts(store, WINDOW, "maps rain")["words_found"].tolist() == [1, 1, 1]
    assert ids(store, "cloud") == []


def test_words_are_whole_and_phrases_as_they_are_written(store: duckdb.DuckDBPyConnection) -> None:
    write(store, "party at eight", "art, at eight", "eight at art")
    assert sorted(ids(store, "ART")) == ["p1", "p2"]
    assert ids(store, '"at art"') == ["p2"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Ein Café in Zürich", "cafe zurich"),
        ("Ein Cafe in Zurich", "Café"),
        ("昨日は新東京タワーに行きました", "東京"),
        ("昨日は新東京タワーに行きました", "タワー"),
        ("我们在北京吃饭", "北京"),
        ("วันนี้อากาศดีมาก", "อากาศ"),
        ("Птицы поют утром", "птицы"),
        ("Read https://paper.example/birds about #Wrens", "#wrens"),
    ],
)
def test_any_script_is_found(store: duckdb.DuckDBPyConnection, text: str, query: str) -> None:
    write(store, text, "nothing of the kind")
    assert ids(store, query) == ["p0"]


@pytest.mark.parametrize(
    "query", ["", "   ", "!?", '"', "%", "_", "[a-z]+(", "'; DROP TABLE posts; --", "https://x.example/birds"]
)
def test_signs_are_no_commands(store: duckdb.DuckDBPyConnection, query: str) -> None:
    write(store, "birds")
    assert ids(store, query) == []
    assert leaders(store, WINDOW, query).empty
    assert ids(store, "birds") == ["p0"]


def test_marks_of_other_scripts_are_letters(store: duckdb.DuckDBPyConnection) -> None:
    """With its marks off, ที่ (that) would be ท, a letter of most Thai sentences."""
    write(store, "ที่นี่", "ทาง")
    assert ids(store, "ที่") == ["p0"]


def test_filters_and_reposts(store: duckdb.DuckDBPyConnection) -> None:
    add_post(store, "ana", "p1", "birds", "2026-05-01 10:00")
    add_post(store, "ana", "p2", "birds", "2026-06-01 10:00")
    add_post(store, "ana", "p3", "birds", "2026-06-02 10:00", kind="repost")
    add_post(store, "ana", "p4", "birds", "2026-12-24 10:00")
    add_post(store, "ana", "p5", "birds", None, platform="digg")
    assert ids(store, "birds") == ["p2", "p1", "p5"]
    assert ids(store, "birds", replace(WINDOW, since=date(2026, 6, 1))) == ["p2"]
    assert ids(store, "birds", replace(WINDOW, platform="digg")) == ["p5"]


def test_leaders_are_those_who_are_answered_most(store: duckdb.DuckDBPyConnection) -> None:
    """Ana has one post with two answers by others and one of her own; bo has two, with one answer; I have none."""
    identities.add(store, "x", "me")
    add_account(store, "ana", "Ana")
    add_post(store, "ana", "p1", "birds of the harbour")
    add_post(store, "bo", "p2", "birds")
    add_post(store, "bo", "p3", "more birds")
    add_post(store, "me", "p4", "birds?")
    for number, (who, post) in enumerate((("cy", "p1"), ("bo", "p1"), ("ana", "p1"), ("cy", "p2"))):
        add_post(store, who, f"r{number}", "indeed", kind="reply", reply_to_post=post, reply_to_account="ana")
    frame = leaders(store, WINDOW, "birds")
    assert frame[["account", "posts", "answers", "is_me"]].values.tolist() == [
        ["ana", 1, 2, False], ["bo", 2, 1, False], ["me", 1, 0, True]
    ]  # fmt: skip
    assert frame["likes"].isna().all()
    # The network's own number is higher than what is held.
    store.execute(
        """INSERT INTO post_counts VALUES (1, 'x', 'p3', TIMESTAMP '2026-06-01', 9, 1, 4, 0, NULL),
                                          (2, 'x', 'p3', TIMESTAMP '2026-07-01', 8, 1, 3, 0, NULL)"""
    )
    frame = leaders(store, WINDOW, "birds")
    assert frame[["account", "answers"]].values.tolist() == [["bo", 5], ["ana", 2], ["me", 0]]
    assert frame["likes"].tolist()[0] == 9
