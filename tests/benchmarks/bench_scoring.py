"""`make bench`: scoring 5,000 followed accounts with a million posts, against the same signals in pandas.

An invented store is made in SQL; both sides are timed in one run, since machines differ and are noisy. The pandas
side is given its frames already loaded and the near-duplicate bands already made, and works by columns throughout.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analytics import reference
from analytics.evaluate import machine
from analytics.metrics.link_pusher_rules import load_rules
from analytics.metrics.link_pusher_signals import extract_signals, hard_sell_pattern
from analytics.metrics.link_pushers import link_pushers
from analytics.metrics.search import posts as found_posts
from analytics.metrics.window import Window
from analytics.store.connection import reading, writing
from analytics.store.near_duplicates import fill_bands

ACCOUNTS, POSTS = 5_000, 1_000_000
ROUNDS = 3
NOW = datetime(2026, 11, 22)
WINDOW = Window(now_utc=NOW)
SHARES = [
    "posts_seen", "reply_share", "interaction_share", "link_share", "hard_sell_share", "near_duplicate_share",
    "automated_share", "posts_per_day", "url_only_share",
]  # fmt: skip

# Every tenth account posts links by a program and repeats itself; the others talk, link and repost now and then.
_POSTS = """
CREATE TABLE fresh AS
SELECT (i + 1)::UBIGINT AS fact, true AS is_current, 'x' AS platform, i::VARCHAR AS post_id, post_id AS original_id,
       'a' || who AS author, TIMESTAMP '2026-11-20' - INTERVAL (i // $accounts) HOUR AS created_utc,
       CASE WHEN turn < 3 AND NOT pushes THEN 'reply' WHEN turn = 3 AND NOT pushes THEN 'repost' ELSE 'post' END AS kind,
       CASE WHEN pushes AND turn < 7 THEN 'Save big today, buy now and get a discount https://deals.example/' || (i % 50)
            ELSE concat_ws(' ', 'the', words[1 + i % 40], words[1 + (i // 7) % 40], 'and', words[1 + (i // 11) % 40],
                           words[1 + (i // 13) % 40], 'of', words[1 + (i // 17) % 40], words[1 + (i // 19) % 40],
                           CASE WHEN turn = 5 THEN 'https://paper.example/' || i END) END AS text,
       'en' AS lang, CASE WHEN pushes THEN 'dlvr.it' ELSE 'Web App' END AS client,
       CASE WHEN kind = 'reply' THEN 'a' || ((who + 1) % $accounts) END AS reply_to_account,
       CASE WHEN kind = 'repost' THEN 'a' || ((who + 2) % $accounts) END AS repost_of_account
FROM (SELECT i, i % $accounts AS who, i % $accounts % 10 = 0 AS pushes, (i // $accounts) % 10 AS turn
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
SELECT i + 1, 'x', 'a' || i, TIMESTAMP '2026-11-20', 'person_' || i, 'a bio', TIMESTAMP '2020-01-01',
       100 + i, 50 + i % 3000, $posts // $accounts, i % 900, false FROM range($accounts) t(i)
"""


def fill(store: Path, *, accounts: int, posts: int) -> None:
    """An invented store: one list of `accounts` followed, `posts` posts of theirs in turn."""
    stage = duckdb.connect()
    size = {"accounts": accounts, "posts": posts}
    stage.execute(_POSTS, size)
    fill_bands(stage, "fresh")
    with writing(store, stage) as cursor:
        cursor.execute("INSERT INTO posts BY NAME SELECT * FROM memory.main.fresh")
        cursor.execute(_LINKS)
        cursor.execute(_ACCOUNTS, size)
        cursor.execute(
            "INSERT INTO follow_lists VALUES (1, 'x', 'me', 'following', TIMESTAMP '2026-11-20', true, $n)",
            {"n": accounts},
        )
        cursor.execute(
            "INSERT INTO follow_list_members SELECT 1, 'a' || i, NULL FROM range($n) t(i)", {"n": accounts}
        )
    stage.close()


def frames(cursor: duckdb.DuckDBPyConnection) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """What pandas is given: the posts, and the facts of those that hold a link."""
    posts = cursor.execute(
        """SELECT fact, author, created_utc, kind, text, lang, client, reply_to_account, repost_of_account, bands
           FROM current_posts"""
    ).df()
    return posts, cursor.execute("SELECT DISTINCT fact FROM post_links").df()["fact"]


def in_pandas(posts: pd.DataFrame, with_links: pd.Series[Any]) -> pd.DataFrame:
    """The signals of SHARES by column operations: one row per author."""
    clients = set(reference.word_list("automation_clients.txt"))
    own = posts["kind"] != "repost"
    reply = (posts["kind"] == "reply") & (posts["reply_to_account"] != posts["author"])
    repost = (posts["kind"] == "repost") & (posts["repost_of_account"] != posts["author"])
    link = own & posts["fact"].isin(with_links)
    plain = posts.loc[link, "text"].str.lower().str.replace(r"https?://\S+|@[\w.@-]+", " ", regex=True)
    pattern = hard_sell_pattern()
    english = own & posts["lang"].isin(["en", "und", ""])
    sells = pd.Series(False, index=posts.index)
    sells[plain.index] = plain.str.contains(pattern, regex=True) & english[plain.index]
    bare = pd.Series(False, index=posts.index)
    bare[plain.index] = ~plain.str.replace(r"#\w+", " ", regex=True).str.contains(r"\w", regex=True)
    banded = posts.loc[own, ["author", "fact", "bands"]].dropna().explode("bands")
    shared = banded[banded.duplicated(["author", "bands"], keep=False)]
    repeated = own & posts["fact"].isin(shared["fact"])
    automated = posts["client"].str.strip().str.lower().isin(clients)
    comparable = own & posts["bands"].notna()
    marks = pd.DataFrame(
        {
            "author": posts["author"], "own": own, "reply": reply, "talk": reply | repost, "link": link,
            "english": english, "sells": sells, "bare": bare, "repeated": repeated, "automated": automated,
            "comparable": comparable, "besides": ~reply,
        }
    )  # fmt: skip
    grouped = marks.groupby("author")
    sums, seen = grouped.sum(), grouped.size()
    dates = posts.groupby("author")["created_utc"].agg(["min", "max"])
    days = ((dates["max"] - dates["min"]).dt.total_seconds() / 86400).clip(lower=1)
    return pd.DataFrame(
        {
            "posts_seen": seen,
            "reply_share": sums["reply"] / seen,
            "interaction_share": sums["talk"] / seen,
            "link_share": sums["link"] / sums["own"],
            "hard_sell_share": sums["sells"] / sums["english"],
            "near_duplicate_share": (sums["repeated"] / sums["own"]).where(sums["comparable"] >= 2),
            "automated_share": sums["automated"] / seen,
            "posts_per_day": sums["besides"] / days,
            "url_only_share": sums["bare"] / sums["own"],
        }
    )


def differences(store: Path) -> pd.DataFrame:
    """The greatest difference of each signal between both ways; all should be nearly 0."""
    with reading(store) as cursor:
        ours = extract_signals(cursor, WINDOW).set_index("account")[SHARES].sort_index()
        theirs = in_pandas(*frames(cursor))[SHARES].sort_index()
    gap = (ours.astype("float64") - theirs.astype("float64")).abs()
    return pd.DataFrame({"greatest difference": gap.max(), "accounts": ours.notna().sum()})


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    """Print the times of each round, their medians and the ratio."""
    with tempfile.TemporaryDirectory(prefix="watercooler-bench-") as folder:
        store = Path(folder) / "store.duckdb"
        fill(store, accounts=ACCOUNTS, posts=POSTS)
        rules = load_rules()
        sql, pandas, search = [], [], []
        with reading(store) as cursor:
            given = frames(cursor)
            for _ in range(ROUNDS):
                sql.append(seconds(lambda: link_pushers(cursor, WINDOW, rules=rules)))
                pandas.append(seconds(lambda: in_pandas(*given)))
                search.append(seconds(lambda: found_posts(cursor, WINDOW, "bord1 cord2")))
        assert np.isclose(differences(store)["greatest difference"].max(), 0)
    ratio = statistics.median(pandas) / statistics.median(sql)
    print(f"{ACCOUNTS:,} accounts, {POSTS:,} posts; {machine()}")
    print(f"signals and scores in SQL: {_shown(sql)}")
    print(f"the same signals in pandas: {_shown(pandas)}; {ratio:.1f} times as long")
    print(f"full-text search: {_shown(search)}")


def _shown(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f} s ({', '.join(f'{one:.2f}' for one in times)})"


if __name__ == "__main__":
    sys.exit(main())
