"""A tracker and two browser exports of one morning: through the importers, each instant counts once."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

from analytics.metrics.time_spent import weeks
from analytics.metrics.window import Window
from analytics.store.connection import reading
from tests.builders import in_csv, take_in
from tests.importers.history_files import REDDIT, X, chrome_history, takeout, visited


def test_a_tracker_and_a_browser_never_exceed_the_clock_in_any_order(tmp_path: Path) -> None:
    """The browser had reddit in front from 9:00 to 9:10, then x to 9:30; the tracker saw reddit from 9:05 to
    9:20. The tracker is believed: reddit 5 min by visit and 15 measured, x 10 by visit; 30 min in all.
    """
    browser = chrome_history(
        tmp_path / "History", ("00:00", REDDIT, 600.0, 600.0), ("10:00", X, 1200.0, 1200.0)
    )
    # The same visits out of Takeout, which knows no durations: a quarter of a minute each, within the others.
    again = takeout(tmp_path / "BrowserHistory.json", [visited("00:00", REDDIT), visited("10:00", X)])
    tracker = in_csv(
        tmp_path / "hours.csv",
        [{"site": "reddit", "start": "2026-11-16T09:05:00Z", "end": "2026-11-16T09:20:00Z"}],
    )
    for number, order in enumerate(itertools.permutations([browser, again, tracker])):
        store = tmp_path / f"{number}.duckdb"
        for path in order:
            take_in(store, path)
        with reading(store) as cursor:
            found = weeks(cursor, Window(now_utc=datetime(2026, 11, 17))).set_index("site")
        assert found["measured_seconds"].to_dict() == {"reddit": 900, "x": 0}
        assert found["visit_seconds"].to_dict() == {"reddit": 300, "x": 600}
        assert found["seconds"].sum() == 30 * 60
