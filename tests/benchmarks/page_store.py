"""An invented store as large as a person's may become: a million posts, a hundred thousand accounts, years of time.

Made in SQL; hashes stand for chance, so that every run has the same store. What the benchmark of the pages and the
tests of the pages on a large store share.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from analytics.store.connection import writing
from analytics.store.near_duplicates import fill_bands

ACCOUNTS, POSTS, SPANS, LIKES = 100_000, 1_000_000, 100_000, 200_000
NOW = datetime(2026, 11, 19, 20)
"""A Thursday evening, a moment after the last of the data."""

# One post in twenty is one's own, every second of these a reply. Of those one follows every tenth posts links by a
# program and repeats itself; the others talk, link and repost now and then.
_POSTS = """
CREATE TABLE fresh AS
SELECT (i + 1)::UBIGINT AS fact, true AS is_current, 'x' AS platform, i::VARCHAR AS post_id, post_id AS original_id,
       CASE WHEN mine THEN 'me' ELSE 'a' || who END AS author,
       TIMESTAMP '2026-11-19 19:50' - to_seconds((i * 3.2e7 / $posts)::BIGINT * CASE WHEN mine THEN 5 ELSE 1 END)
           AS created_utc,
       CASE WHEN turn < 4 AND (mine OR NOT pushes) THEN 'reply'
            WHEN turn = 4 AND NOT pushes THEN 'repost' ELSE 'post' END AS kind,
       CASE WHEN pushes AND NOT mine AND turn < 7
            THEN 'Save big today, buy now and get a discount https://deals.example/' || (i % 50)
            ELSE concat_ws(' ', 'the', words[1 + i % 40], words[1 + (i // 7) % 40], 'and', words[1 + (i // 11) % 40],
                           words[1 + (i // 13) % 40], 'of', words[1 + (i // 17) % 40], words[1 + (i // 19) % 40],
                           CASE WHEN turn = 5 THEN 'https://paper.example/' || i END) END AS text,
       'en' AS lang, CASE WHEN pushes AND NOT mine THEN 'dlvr.it' ELSE 'Web App' END AS client,
       CASE WHEN kind <> 'reply' THEN NULL WHEN mine OR who % 40 > 0 THEN 'a' || (hash(i, 1) % $follow) ELSE 'me' END
           AS reply_to_account,
       CASE WHEN kind = 'repost' THEN 'a' || (hash(i, 2) % $follow) END AS repost_of_account
FROM (SELECT i, i % 20 = 0 AS mine, i % $follow AS who, i % $follow % 10 = 0 AS pushes, (i // $follow) % 10 AS turn
      FROM range($posts) t(i)),
     (SELECT list_transform(range(40), lambda n: chr(97 + (n % 26)::INTEGER) || 'ord' || n) AS words)
"""
_LINKS = r"""
INSERT INTO post_links
SELECT fact, regexp_extract(text, 'https?://\S+'), regexp_extract(text, 'https?://([^/]+)', 1)
FROM posts WHERE contains(text, 'https://') AND kind <> 'repost'
"""
_ACCOUNTS = """
INSERT INTO account_observations (fact, platform, account, observed_utc, handle, bio, created_utc, followers, following,
                                  posts, likes_given, default_image)
SELECT i + 1, 'x', 'a' || i, TIMESTAMP '2026-11-19', 'person_' || i, 'a bio', TIMESTAMP '2020-01-01',
       100 + i % 5000, 50 + i % 3000, 60, i % 900, false FROM range($accounts) t(i)
"""
# Lists of two moments; of the first a part of the people has left meanwhile, and a part has come.
_LISTS = """
INSERT INTO follow_lists
SELECT n, 'x', 'me', direction, as_of, true, last - first
FROM (VALUES (1, 'following', TIMESTAMP '2026-06-01', 0, $follow - 500),
             (2, 'following', TIMESTAMP '2026-11-19', 0, $follow),
             (3, 'follower', TIMESTAMP '2026-06-01', $follow // 2 - 200, $accounts // 2),
             (4, 'follower', TIMESTAMP '2026-11-19', $follow // 2, $accounts // 2 + 1000))
     t(n, direction, as_of, first, last)
"""
_MEMBERS = """
INSERT INTO follow_list_members
SELECT n, 'a' || unnest(range(first, last)), NULL
FROM (VALUES (1, 0, $follow - 500), (2, 0, $follow), (3, $follow // 2 - 200, $accounts // 2),
             (4, $follow // 2, $accounts // 2 + 1000)) t(n, first, last)
"""
_LIKES = """
INSERT INTO interactions BY NAME
SELECT (hash(i, 3) // 2)::UBIGINT AS fact, 'x' AS platform, 'a' || (hash(i, 4) % $accounts) AS actor, 'me' AS target,
       'like' AS kind, ((hash(i, 5) % ($posts // 20)) * 20)::VARCHAR AS post_id, true AS is_current,
       TIMESTAMP '2026-11-19 19:00' - to_seconds((hash(i, 6) % 150000000)::BIGINT) AS at_utc
FROM range($likes) t(i)
"""
_SPANS = """
INSERT INTO time_spans
SELECT i + 1, ['x', 'x', 'mastodon', 'bluesky', 'linkedin'][1 + (hash(i, 7) % 5)::INTEGER],
       TIMESTAMP '2026-11-19 19:00' - to_seconds(i * 1500 + (hash(i, 8) % 900)::BIGINT) AS start_utc,
       start_utc + to_seconds(20 + (hash(i, 9) % 60)::BIGINT), 'measured', 'desk'
FROM range($spans) t(i)
"""
_COUNTS = """
INSERT INTO post_counts
SELECT fact, 'x', post_id, TIMESTAMP '2026-11-19', fact % 9, fact % 3, fact % 4, 0, NULL
FROM posts WHERE author = 'me'
"""


def fill(
    store: Path, *, accounts: int = ACCOUNTS, posts: int = POSTS, spans: int = SPANS, likes: int = LIKES
) -> None:
    """An invented person `me` on X: follows a fifth of the accounts, is followed by some four in ten."""
    size = {"accounts": accounts, "posts": posts, "follow": accounts // 5, "spans": spans, "likes": likes}

    def run(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
        connection.execute(statement, {name: n for name, n in size.items() if f"${name}" in statement})

    with duckdb.connect() as stage:
        run(stage, _POSTS)
        fill_bands(stage, "fresh")
        with writing(store, stage) as cursor:
            cursor.execute("INSERT INTO identities SELECT 1, 'x', 'me', 'me', 'user'")
            cursor.execute("INSERT INTO posts BY NAME SELECT * FROM memory.main.fresh")
            for statement in (_LINKS, _ACCOUNTS, _LISTS, _MEMBERS, _LIKES, _SPANS, _COUNTS):
                run(cursor, statement)
            cursor.execute(
                "INSERT INTO budgets (valid_from, site, minutes, set_at_utc) VALUES "
                "('2026-01-05', NULL, 360, '2026-01-05'), ('2026-01-05', 'x', 180, '2026-01-05')"
            )
            cursor.execute("INSERT INTO plan VALUES ('2026-01-05', 0, '12:30', '12:45', 'x', '2026-01-05')")
            # The export that brought it all, so that the store counts as one that is in use.
            cursor.execute(
                "INSERT INTO imports VALUES ('large', 'k', 'c', 'x-archive', '1', 'x.zip', 'x:me', '2026-11-19', "
                "'2026-11-19', 'complete')"
            )
            cursor.execute("INSERT INTO evidence SELECT 'large', fact FROM posts")
            cursor.execute("INSERT INTO import_counts VALUES ('large', 'posts', $n, $n, 0)", {"n": posts})
