"""`make bench`: the answer of `show time` over a million own acts and five years of recorded time.

An invented person's store is made in SQL. The yardstick, timed in the same run since machines differ and are noisy,
is the least that any answer must do: count the same acts and add up the same stretches by week and site.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb

from analytics.evaluate import machine
from analytics.metrics import settings
from analytics.reports.answers import time_answer
from analytics.store.connection import reading, writing

ACTS, SPANS = 1_000_000, 500_000
ROUNDS = 5
NOW = datetime(2026, 11, 22)
SITES = ["bluesky", "instagram", "mastodon", "reddit", "tiktok", "x"]

# Spread over five years; hashes stand for chance, so that every run has the same store. Stretches of several
# sites now and then lie across each other, a third comes from browsers. Twenty acts are a sitting on one site.
_SPANS = """
INSERT INTO time_spans
SELECT i + 1, $sites[1 + (hash(i) % len($sites))::INTEGER] AS site,
       TIMESTAMP '2021-11-22' + to_seconds(i * 315 + (hash(i, 1) % 300)::BIGINT) AS start_utc,
       start_utc + to_seconds(20 + (hash(i, 2) % 400)::BIGINT),
       CASE WHEN hash(i, 3) % 3 = 0 THEN 'visit' ELSE 'measured' END, 'desk'
FROM range($spans) t(i)
"""
_ACTS = """
INSERT INTO interactions BY NAME
SELECT i + 1 AS fact, $sites[1 + (hash(i // 20, 4) % len($sites))::INTEGER] AS platform, 'me' AS actor,
       'a' || i % 5000 AS target, 'like' AS kind, 'p' || i AS post_id, true AS is_current,
       TIMESTAMP '2021-11-22' + to_milliseconds(
           i // 20 * 3155000 + (hash(i // 20, 5) % 900000)::BIGINT + i % 20 * 45000 + (hash(i, 6) % 40000)::BIGINT
       ) AS at_utc
FROM range($acts) t(i)
"""
_IDENTITIES = "INSERT INTO identities SELECT 1, unnest($sites), 'me', NULL, 'user'"
_YARDSTICK = """
SELECT date_trunc('week', at_utc) AS week, platform AS site, count(*) AS acts, NULL AS length
FROM interactions GROUP BY ALL
UNION ALL
SELECT date_trunc('week', start_utc), site, NULL, sum(epoch(end_utc - start_utc)) FROM time_spans GROUP BY ALL
"""


def fill(store: Path, *, acts: int, spans: int) -> None:
    """An invented store: `acts` likes of one's own and `spans` recorded stretches on six sites."""
    with duckdb.connect() as stage, writing(store, stage) as cursor:
        cursor.execute(_IDENTITIES, {"sites": SITES})
        cursor.execute(_SPANS, {"sites": SITES, "spans": spans})
        cursor.execute(_ACTS, {"sites": SITES, "acts": acts})


def show_time(store: Path) -> int:
    """What `show time` asks, from opening the store to the answer: its number of rows."""
    with reading(store) as cursor:
        window = settings.window(cursor, now_utc=NOW, at_latest_data=True)
        return len(time_answer(cursor, window)["weeks"])


def yardstick(store: Path) -> int:
    """The bare count and sum by week and site: its number of rows."""
    with reading(store) as cursor:
        return len(cursor.execute(_YARDSTICK).fetchall())


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    """Print the times of each round, their medians and the ratio."""
    with tempfile.TemporaryDirectory(prefix="watercooler-bench-") as folder:
        store = Path(folder) / "store.duckdb"
        fill(store, acts=ACTS, spans=SPANS)
        weeks = show_time(store)
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda: show_time(store)))
            bare.append(seconds(lambda: yardstick(store)))
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"{ACTS:,} own acts, {SPANS:,} recorded stretches, {weeks:,} weeks of sites; {machine()}")
    print(f"show time: {_shown(ours)}")
    print(f"a bare sum by week and site: {_shown(bare)}; show time takes {ratio:.1f} times as long")


def _shown(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f} s ({', '.join(f'{one:.2f}' for one in times)})"


if __name__ == "__main__":
    sys.exit(main())
