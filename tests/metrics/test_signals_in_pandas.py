"""The signals counted in SQL and by the column operations of the benchmark are the same."""

from __future__ import annotations

from pathlib import Path

from analytics.store.connection import reading
from tests.benchmarks.bench_scoring import SHARES, differences, fill, frames, in_pandas


def test_sql_and_pandas_count_the_same(store_path: Path) -> None:
    fill(store_path, accounts=40, posts=2_000)
    found = differences(store_path)
    assert found["accounts"].to_dict() == dict.fromkeys(SHARES, 40)
    assert found["greatest difference"].max() < 1e-9
    with reading(store_path) as cursor:
        counted = in_pandas(*frames(cursor))
    # Each signal tells somebody apart, so that agreeing says something.
    assert (counted.drop(columns=["posts_seen", "url_only_share"]).nunique() > 1).all()
