"""Near-duplicates: who shares a band with whom, and who has none."""

from __future__ import annotations

import doctest

import duckdb
import pytest

from analytics.store import near_duplicates
from analytics.store.near_duplicates import BANDS, fill_bands, jaccard_sql, words_sql

TEN = "the quick brown fox jumps over a lazy sleeping dog"


def bands_of(*texts: str) -> list[list[int] | None]:
    """The bands that loading would give each text."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE staged (fact UBIGINT, text VARCHAR)")
    connection.execute(
        "INSERT INTO staged SELECT unnest(range($n)), unnest($texts)", {"n": len(texts), "texts": texts}
    )
    fill_bands(connection, "staged")
    return [row[0] for row in connection.execute("SELECT bands FROM staged ORDER BY fact").fetchall()]


def alike(one: str, other: str) -> bool:
    """True where two texts share a band."""
    first, second = bands_of(one, other)
    assert first is not None
    assert second is not None
    return bool(set(first) & set(second))


def value(sql: str) -> object:
    row = duckdb.execute(f"SELECT {sql}").fetchone()
    assert row is not None
    return row[0]


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(near_duplicates)
    assert result.attempted >= 2
    assert result.failed == 0


def test_links_mentions_case_and_punctuation_do_not_make_a_difference() -> None:
    first, second = bands_of(
        f"{TEN} https://one.example/a",
        f"@someone {TEN.upper()}!!! http://two.example www.three.example x.example/b…",
    )
    assert first == second
    assert len(first or []) == BANDS


def test_line_breaks_and_repeated_words_do_not_make_a_difference() -> None:
    first, second = bands_of("buy it now", "buy\nit\tnow\n\nnow now")
    assert first == second


def test_one_word_of_ten_changed_is_a_near_duplicate() -> None:
    assert alike(TEN, TEN.replace("lazy", "tired"))


def test_unrelated_posts_share_nothing() -> None:
    assert not alike(TEN, "seven swans swam silently beneath an old stone bridge yesterday")


@pytest.mark.parametrize(
    ("text", "nearly", "unrelated"),
    [
        ("今日はとてもいい天気ですね、散歩に行きました", "今日はとてもいい天気ですね、公園に行きました", "新しいゲームを買ったけど難しい"),
        ("ذهبت اليوم إلى السوق واشتريت الخبز والحليب والجبن", "ذهبت أمس إلى السوق واشتريت الخبز والحليب والجبن", "كتاب جديد عن تاريخ المدينة القديمة والبحر"),
        ("Сегодня мы открыли новый магазин в центре города", "Сегодня мы открыли новый магазин в центре столицы", "Кошка спит на тёплом подоконнике весь день"),
    ],
    ids=["Japanese", "Arabic", "Cyrillic"],
)  # fmt: skip
def test_any_script_is_compared(text: str, nearly: str, unrelated: str) -> None:
    assert alike(text, nearly)
    assert not alike(text, unrelated)


@pytest.mark.parametrize("text", ["", "two words", "ha ha ha ha ha", "good good morning", "@a @b @c https://x.example/a/b/c", "!!! ... ???"])  # fmt: skip
def test_fewer_than_three_different_words_have_no_bands(text: str) -> None:
    assert bands_of(text) == [None]


def test_three_different_words_have_bands() -> None:
    assert bands_of("one two three") != [None]


def test_bands_are_the_same_for_ever() -> None:
    """Stores keep them: another version of DuckDB or of this program must give the same numbers."""
    assert bands_of("one two three")[0] == [
        8024772135419930689,
        7285643654206502149,
        5261252445839741429,
        14070869737294339939,
        2185351847780336637,
        367407177869258659,
        8798134901535239631,
        11304717483137968921,
    ]


def test_bands_do_not_depend_on_the_rows_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{TEN} number {number}" for number in range(7)]
    at_once = bands_of(*texts)
    monkeypatch.setattr(near_duplicates, "_CHUNK_ROWS", 2)
    assert bands_of(*texts) == at_once
    assert None not in at_once


def test_an_empty_table_gets_the_column() -> None:
    assert bands_of() == []


def test_a_column_that_is_there_is_filled_again() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE staged (fact UBIGINT, text VARCHAR, bands UBIGINT[])")
    connection.execute("INSERT INTO staged VALUES (1, 'one two three', NULL)")
    fill_bands(connection, "staged")
    assert connection.execute("SELECT len(bands) FROM staged").fetchall() == [(BANDS,)]


def test_words_of_scripts_without_blanks_are_cut_where_the_script_changes() -> None:
    assert value(words_sql("'iPhoneを買ったラーメン'")) == ["iphone", "を", "買", "った", "ラーメン"]


def test_jaccard_counts_each_word_once() -> None:
    assert value(jaccard_sql("'a b b b'", "'b c'")) == pytest.approx(1 / 3)


def test_jaccard_of_nothing_is_unknown() -> None:
    assert value(jaccard_sql("'https://x.example/'", "''")) is None
