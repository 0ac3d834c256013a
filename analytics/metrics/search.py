"""What is said about a topic, and who leads there: full-text search over all posts, ranked by BM25.

There is no index to go stale: every search scans the posts. Words are compared in lower case; where the query is in
Latin letters, accents do not matter. Scripts that put no blanks between words (Chinese, Japanese, Thai ...) are
searched as runs of characters, so that a word within a sentence is found.

For a post d and the words w of the query:

    score = sum over w of idf(w) x tf(w, d) (k + 1) / (tf(w, d) + k (1 - b + b |d| / average |d|))
    idf(w) = ln(1 + (N - n(w) + .5) / (n(w) + .5))

with k = 1.2, b = .75, N posts searched, of which n(w) hold w, tf how often d holds w, and |d| the length of d in
characters, which stands for the usual number of words and costs no splitting.

Source: S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pandas as pd

from analytics.metrics.window import Window, midnight_utc, moment_after
from analytics.store.near_duplicates import words_sql

K, B = 1.2, 0.75

_NO_BLANKS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"

# A cheap look for the letters first; only posts that have them are split into words.
_MATCHES = f"""
terms AS (SELECT unnest($terms::VARCHAR[]) AS term),
searched AS MATERIALIZED (
    SELECT platform, post_id, author, created_utc, text, {{folded}} AS folded
    FROM current_posts
    WHERE kind <> 'repost' AND (created_utc IS NULL OR created_utc <= $now)
      AND ($platform IS NULL OR platform = $platform)
      AND ($since IS NULL OR created_utc >= $since) AND ($until IS NULL OR created_utc < $until)
), whole AS (
    SELECT count(*) AS posts, greatest(avg(length(text)), 1) AS length FROM searched
), candidates AS (
    SELECT * EXCLUDE (folded), folded, {words_sql("folded")} AS words
    FROM searched
    WHERE len(list_filter($terms::VARCHAR[], lambda term: contains(folded, term))) > 0
      AND len(list_filter($phrases::VARCHAR[], lambda phrase: NOT contains(folded, phrase))) = 0
), found AS (
    SELECT c.platform, c.post_id, term,
           CASE WHEN regexp_matches(term, '{_NO_BLANKS}')
                THEN (length(folded) - length(replace(folded, term, ''))) / length(term)
                ELSE len(list_filter(words, lambda word: word = term)) END AS often
    FROM candidates c CROSS JOIN terms
), weighed AS (
    SELECT term, ln(1 + (any_value(whole.posts) - count(*) + .5) / (count(*) + .5)) AS idf
    FROM found CROSS JOIN whole WHERE often > 0 GROUP BY term
), scored AS (
    SELECT f.platform, f.post_id, count(*) AS words_found,
           sum(idf * often * ({K} + 1)
               / (often + {K} * (1 - {B} + {B} * length(c.text) / whole.length))) AS score
    FROM found f JOIN weighed USING (term) JOIN candidates c ON c.platform = f.platform AND c.post_id = f.post_id
    CROSS JOIN whole
    WHERE often > 0 GROUP BY f.platform, f.post_id
), matches AS MATERIALIZED (
    SELECT c.platform, c.post_id, c.author, c.created_utc, c.text, s.words_found, s.score
    FROM scored s JOIN candidates c USING (platform, post_id)
    QUALIFY s.words_found = max(s.words_found) OVER ()
)
"""

_POSTS = """
SELECT m.platform, m.post_id, m.author AS account, a.handle, a.display_name, m.created_utc AS "at", m.text,
       m.score, m.words_found::BIGINT AS words_found, mine.account IS NOT NULL AS is_me
FROM matches m
LEFT JOIN accounts a ON a.platform = m.platform AND a.account = m.author
LEFT JOIN me mine ON mine.platform = m.platform AND mine.account = m.author
ORDER BY m.score DESC, m.created_utc DESC NULLS LAST, m.platform, m.post_id
"""

# Replies are counted in the posts held and in the networks' own numbers; each is a lower bound, so the higher holds.
_LEADERS = """
, answers AS (
    SELECT m.platform, m.post_id, count(*) AS answers
    FROM matches m JOIN current_posts r ON r.platform = m.platform AND r.reply_to_post = m.post_id
    WHERE r.author <> m.author AND (r.created_utc IS NULL OR r.created_utc <= $now)
    GROUP BY ALL
), counts AS (
    SELECT platform, post_id, max(replies) AS replies, max(reposts) AS reposts, max(likes) AS likes
    FROM post_counts WHERE observed_utc <= $now GROUP BY ALL
), led AS (
    SELECT m.platform, m.author AS account, count(*) AS posts, sum(m.score) AS score,
           sum(greatest(coalesce(n.answers, 0), coalesce(c.replies, 0)))::BIGINT AS answers,
           sum(c.reposts)::BIGINT AS reposts, sum(c.likes)::BIGINT AS likes, max(m.created_utc) AS last_at
    FROM matches m
    LEFT JOIN answers n ON n.platform = m.platform AND n.post_id = m.post_id
    LEFT JOIN counts c ON c.platform = m.platform AND c.post_id = m.post_id
    GROUP BY ALL
)
SELECT l.platform, l.account, a.handle, a.display_name, l.posts, l.answers, l.reposts, l.likes, l.last_at,
       mine.account IS NOT NULL AS is_me
FROM led l LEFT JOIN accounts a USING (platform, account) LEFT JOIN me mine USING (platform, account)
ORDER BY l.answers DESC, l.posts DESC, l.score DESC, l.platform, l.account
"""


def posts(cursor: duckdb.DuckDBPyConnection, window: Window, query: str) -> pd.DataFrame:
    """The posts that hold the words of a query, best first: those with all of them, or, where none has all, those
    with most. Words in "quotes" must stand side by side as they are written. Reposts are left out.

    Columns: platform, post_id, account (author), handle, display_name, at (UTC), text, score (BM25; comparable
    within one search only), words_found (words of the query in it), is_me.

    Worked example: three posts of 10 characters each, "duck" in one: idf = ln(1 + 2.5 / 1.5) = .981, and with
    tf = 1 at average length the score is .981 x 2.2 / 2.2 = .981.

    What it cannot tell: other forms of a word (ducks, ducking), and posts that no export holds.
    """
    return _asked(cursor, window, query, _POSTS)


def leaders(cursor: duckdb.DuckDBPyConnection, window: Window, query: str) -> pd.DataFrame:
    """The accounts that are answered most in a topic: authors of the posts that `posts` finds.

    Columns: platform, account, handle, display_name, posts (that match), answers (replies of others to these posts:
    those held here or the network's own number, whichever is higher), reposts, likes (the network's own numbers as
    last seen; null where unknown), last_at (UTC, of the last match), is_me. Most answered first.
    """
    return _asked(cursor, window, query, _LEADERS)


def words(cursor: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[str]]:
    """The words of a query and the phrases in it, as they are looked for.

    >>> words(duckdb.connect(), 'Café "New  York" #Birds'), words(duckdb.connect(), '東京タワー')
    ((['cafe', 'new', 'york', 'birds'], ['new  york']), (['東京', 'タワー'], []))
    """
    folded = _folded_sql(query).format(text="$query")
    found = cursor.execute(
        f"SELECT {words_sql(folded)}, {folded}", {"query": query.replace("#", " ")}
    ).fetchone()
    terms, text = found if found else ([], "")
    phrases = [phrase.strip() for phrase in re.findall(r'"([^"]+)"', text) if phrase.strip()]
    return list(dict.fromkeys(terms)), phrases


def _folded_sql(query: str) -> str:
    """SQL that makes words comparable, with {text} for the text. Marks are taken off where the query is Latin: in
    other scripts they are letters.
    """
    is_latin = all("LATIN" in unicodedata.name(letter, "") for letter in query if letter.isalpha())
    return "strip_accents(lower({text}))" if is_latin else "lower({text})"


def _asked(cursor: duckdb.DuckDBPyConnection, window: Window, query: str, select: str) -> pd.DataFrame:
    terms, phrases = words(cursor, query)
    parameters = {
        "now": window.now_utc,
        "platform": window.platform,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
        "terms": terms,
        "phrases": phrases,
    }
    folded = _folded_sql(query).format(text="text")
    return cursor.execute(f"WITH {_MATCHES.replace('{folded}', folded)} {select}", parameters).df()
