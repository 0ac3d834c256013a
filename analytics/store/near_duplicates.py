"""Which posts say the same again: minhash bands made when posts are loaded, compared within an account.

A near-duplicate is a post whose set of words has a Jaccard similarity of about .7 or more with that of
another: |words in both| / |words in either|. Comparing all pairs takes minutes for a few thousand
accounts, so each post gets 8 bands; two posts that share one are near-duplicates.

Words are lower-cased runs of letters and digits of any script, without links and mentions. Scripts that
put no blanks between words are cut where the script changes (Japanese) or into short runs (Chinese,
Thai). A post of fewer than 3 different words has no bands: it says too little to be compared.

Source: A. Broder, On the resemblance and containment of documents (1997); Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, chapter 3 (bands and their S-curve).
"""

from __future__ import annotations

import hashlib

import duckdb

ROWS, BANDS = 5, 8
"""Minima in a band, and bands.

Two posts of similarity s share a band with probability 1 - (1 - s^5)^8:

    s      .1      .3    .5    .7    .8    .9
    P   .0001    .019   .22   .77   .96  .999

One post meets perhaps 200 others of its account, so chance hits add up: with 4 rows a post that
resembles nothing (s about .1) would be caught once in seven times, with 5 once in sixty. What the curve
loses at .7 comes back in practice, since who repeats a post seldom does so once: on labelled accounts
98 % of the posts with a neighbour at .7 or more were found, and .5 % of those without one at .5.
"""

LINK = r"(?:https?://|www\.)\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}/\S*"
"""A link in lower-case text; also the shortened form that some networks show (example.com/page...)."""

MENTION = r"@[\p{L}\p{N}_.@-]+"

_WORD = (
    r"\p{Han}{1,2}|\p{Hiragana}+|[\p{Katakana}ー]+|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{1,4}"
    r"|[\p{Latin}\p{N}\p{M}]+|[\p{L}\p{N}\p{M}]+"
)
# Links and mentions are matched as well, so that nothing within them counts as a word; they are told by
# a character that no word has. (A capture group would do the same at three times the cost.)
_TOKEN = f"{LINK}|{MENTION}|{_WORD}"

_CHUNK_ROWS = 50_000
_MASK_31, _MASK_32 = 2**31 - 1, 2**32 - 1


def words_sql(text: str) -> str:
    """SQL for the list of words of a text expression, repeated words included.

    >>> import duckdb
    >>> duckdb.execute("SELECT " + words_sql("'Don''t miss THIS: https://a.example/x @bob'")).fetchone()[0]
    ['don', 't', 'miss', 'this']
    """
    return f"list_filter({_tokens_sql(text)}, lambda token: {_is_word_sql('token')})"


def _tokens_sql(text: str) -> str:
    return f"regexp_extract_all(lower({text}), '{_TOKEN}')"


def _is_word_sql(token: str) -> str:
    return f"NOT (contains({token}, '/') OR contains({token}, '.') OR contains({token}, '@'))"


def jaccard_sql(one: str, other: str) -> str:
    """SQL for the exact word Jaccard of two text expressions, 0-1; null where neither has a word.

    >>> import duckdb
    >>> duckdb.execute("SELECT " + jaccard_sql("'a b c d'", "'a b c e'")).fetchone()[0]
    0.6
    """
    both = f"len(list_intersect({words_sql(one)}, {words_sql(other)}))"
    either = f"len(list_distinct(list_concat({words_sql(one)}, {words_sql(other)})))"
    return f"{both} / nullif({either}, 0)"


def _multipliers() -> list[int]:
    """The odd number a of each permutation h -> a h mod 2^32 of the words' hashes.

    They are digests of their own names: bands in a store stay comparable for ever, so never change them.
    (With hashes as even as MD5's, adding a constant before the modulus changes nothing but the cost.)
    """
    names = (f"permutation {number}".encode() for number in range(ROWS * BANDS))
    digests = (hashlib.md5(name, usedforsecurity=False).digest() for name in names)
    return [int.from_bytes(digest[:4], "little") & _MASK_31 | 1 for digest in digests]


def bands_sql(source: str) -> str:
    """A SELECT of (fact, bands) for a relation with columns `fact` (unique) and `text`.

    Posts without any word have no row; with fewer than three different words bands are null.
    """
    minima = ",\n".join(
        f"min((({multiplier} * hash31) & {_MASK_32})::UINTEGER) AS minimum{number}"
        for number, multiplier in enumerate(_multipliers())
    )
    bands = ",\n".join(_band_sql(range(band * ROWS, (band + 1) * ROWS)) for band in range(BANDS))
    # Blanks end every kind of token, so the costly expressions run once for each distinct piece between
    # blanks. md5 and not hash(): the store must read the same with every version of DuckDB.
    # The sum of (hash - lowest)(highest - hash) is above zero exactly where a third value lies between.
    return f"""
    WITH pieces AS MATERIALIZED (
        SELECT fact, unnest(string_split(text, ' ')) AS piece FROM {source}
    ), hashes AS (
        SELECT piece, (md5_number_lower(token) & {_MASK_31})::BIGINT AS hash31
        FROM (SELECT piece, unnest({_tokens_sql("piece")}) AS token FROM (SELECT DISTINCT piece FROM pieces))
        WHERE {_is_word_sql("token")}
    ), signatures AS (
        SELECT fact,
               (min(hash31) + max(hash31))::HUGEINT * sum(hash31)
                   - sum(hash31 * hash31) - count(*)::HUGEINT * min(hash31) * max(hash31) > 0 AS three_words,
               {minima}
        FROM pieces JOIN hashes USING (piece)
        GROUP BY fact
    )
    SELECT fact, CASE WHEN three_words THEN [{bands}] END AS bands FROM signatures
    """


def _band_sql(rows: range) -> str:
    """Several 32-bit minima folded into one 64-bit number, shifted so that each fills bits of its own."""
    folded = f"minimum{rows[0]}::UBIGINT"
    for place, row in enumerate(rows[1:], start=1):
        folded = f"xor({folded}, minimum{row}::UBIGINT << {8 * place})"
    return folded


def fill_bands(cursor: duckdb.DuckDBPyConnection, table: str) -> None:
    """Add and fill the column `bands` of a staged table that has `fact` (unique) and `text`.

    Done in chunks of rows to keep memory modest: about 100 MB above the table's own.
    """
    cursor.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS bands UBIGINT[]")
    cursor.execute("CREATE OR REPLACE TEMP TABLE filled_bands (fact UBIGINT, bands UBIGINT[])")
    last = cursor.execute(f"SELECT max(rowid) FROM {table}").fetchone()
    rows = last[0] + 1 if last and last[0] is not None else 0
    for first in range(0, rows, _CHUNK_ROWS):
        chunk = f"(SELECT fact, text FROM {table} WHERE rowid >= $first AND rowid < $end)"
        cursor.execute(
            f"INSERT INTO filled_bands {bands_sql(chunk)}", {"first": first, "end": first + _CHUNK_ROWS}
        )
    cursor.execute(
        f"UPDATE {table} SET bands = filled_bands.bands FROM filled_bands WHERE filled_bands.fact = {table}.fact"
    )
    cursor.execute("DROP TABLE filled_bands")
