"""Small browser histories, written when a test runs: databases are no text that anybody could review.

Ada reads forums, of which reddit, mastodon and x are known, and pages on leeks, which are not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

Row = Sequence[object]

_1601, _1970, _2001 = datetime(1601, 1, 1), datetime(1970, 1, 1), datetime(2001, 1, 1)
MORNING = "2026-11-16T09:"

URLS = "CREATE TABLE urls(id INTEGER PRIMARY KEY,url LONGVARCHAR,title LONGVARCHAR);"
# 1 to 19, 20 to about 100, and later ones.
CHROME_1 = URLS + (
    "CREATE TABLE visits(id INTEGER PRIMARY KEY,url INTEGER NOT NULL,visit_time INTEGER NOT NULL,"
    "from_visit INTEGER,transition INTEGER DEFAULT 0 NOT NULL,segment_id INTEGER,is_indexed BOOLEAN);"
)
CHROME_20 = URLS + (
    "CREATE TABLE visits(id INTEGER PRIMARY KEY,url INTEGER NOT NULL,visit_time INTEGER NOT NULL,"
    "from_visit INTEGER,transition INTEGER DEFAULT 0 NOT NULL,segment_id INTEGER,"
    "visit_duration INTEGER DEFAULT 0 NOT NULL);"
    "CREATE TABLE visit_source(id INTEGER PRIMARY KEY,source INTEGER NOT NULL);"
)
CHROME = URLS + (
    "CREATE TABLE visits(id INTEGER PRIMARY KEY AUTOINCREMENT,url INTEGER NOT NULL,visit_time INTEGER NOT NULL,"
    "transition INTEGER DEFAULT 0 NOT NULL,visit_duration INTEGER DEFAULT 0 NOT NULL,"
    "originator_cache_guid TEXT,app_id TEXT);"
    "CREATE TABLE visit_source(id INTEGER PRIMARY KEY,source INTEGER NOT NULL);"
    "CREATE TABLE context_annotations(visit_id INTEGER PRIMARY KEY,total_foreground_duration INTEGER NOT NULL);"
)
FIREFOX = """
    CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR);
    CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, from_visit INTEGER, place_id INTEGER,
                                    visit_date INTEGER, visit_type INTEGER, session INTEGER);
    CREATE TABLE moz_places_metadata (id INTEGER PRIMARY KEY, place_id INTEGER, created_at INTEGER,
                                      total_view_time INTEGER);
"""
FIREFOX_ANDROID = """
    CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR);
    CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, place_id INTEGER, visit_date INTEGER,
                                    visit_type INTEGER, is_local INTEGER);
"""
SAFARI = """
    CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT,url TEXT NOT NULL UNIQUE);
    CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT,history_item INTEGER NOT NULL,
                                 visit_time REAL NOT NULL,title TEXT NULL,origin INTEGER NOT NULL DEFAULT 0);
"""

REDDIT, MASTODON, X, LEEKS = 1, 2, 3, 4
PAGES = [
    (REDDIT, "https://old.reddit.com/r/leeks/?count=25", "Leeks and more leeks"),
    (MASTODON, "https://mastodon.social:443/@ada", "Ada"),
    (X, "http://x.com?lang=en", "X"),
    (LEEKS, "https://leeks.example/reddit.com/", "The leek"),
    (5, "about:blank", None),
]


def at(clock: str) -> datetime:
    """The moment of a clock such as 00:30, in the hour from nine on."""
    return datetime.fromisoformat(MORNING + clock)


def chrome(clock: str) -> int:
    """µs since 1601."""
    return round((at(clock) - _1601).total_seconds() * 1_000_000)


def unix(clock: str, unit: int = 1_000_000) -> int:
    """µs (or ms, with unit 1000) since 1970."""
    return round((at(clock) - _1970).total_seconds() * unit)


def safari(clock: str) -> float:
    """Seconds since 2001."""
    return (at(clock) - _2001).total_seconds()


def write(path: Path, schema: str, **tables: Sequence[Row]) -> Path:
    """A database with these rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(schema)
        for table, rows in tables.items():
            for row in rows:
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    return path


def chrome_history(path: Path, *visits: tuple[str, int, float, float | None]) -> Path:
    """A History of today; visits: clock, page, seconds open, seconds in front (none: not recorded)."""
    return write(
        path,
        CHROME,
        urls=PAGES,
        visits=[
            (number, page, chrome(clock), 1, round(opened * 1e6), "", None)
            for number, (clock, page, opened, _) in enumerate(visits, start=1)
        ],
        context_annotations=[
            (number, round(seen * 1e6))
            for number, (_, _, _, seen) in enumerate(visits, start=1)
            if seen is not None
        ],
    )


def takeout(path: Path, visits: object, **lists: object) -> Path:
    """Takeout's JSON, after other lists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**lists, "Browser History": visits}, indent=2), encoding="utf-8")
    return path


def visited(clock: str, page: int, **more: Any) -> dict[str, Any]:
    """A visit as Takeout writes it."""
    url = PAGES[page - 1][1]
    return {"page_transition": "LINK", "title": "", "url": url, "time_usec": unix(clock)} | more


def _chrome_1(folder: Path) -> None:
    """Pages that end each other, a frame that does not, and a page after which nobody knows."""
    link, frame, typed = 0x30000000, 0x30000003, 0x30000001 - 2**32
    rows = [
        (REDDIT, "00:00", typed), (REDDIT, "00:40", link), (LEEKS, "00:50", frame), (LEEKS, "02:00", link),
        (X, "03:00", link), (MASTODON, "30:00", typed),
    ]  # fmt: skip
    write(
        folder / "History",
        CHROME_1,
        urls=PAGES,
        visits=[
            (number, page, chrome(clock), 0, kind, 0, 0)
            for number, (page, clock, kind) in enumerate(rows, start=1)
        ],
    )


def _chrome_20(folder: Path) -> None:
    """Tabs left open, one closed early, and what a synchronised device sent."""
    rows = [
        (REDDIT, "00:00", 0), (LEEKS, "02:00", 20), (REDDIT, "03:00", 3600), (X, "04:00", 12.5),
        (X, "20:00", 4000), (MASTODON, "02:30", 0), (LEEKS, "02:50", 0),
    ]  # fmt: skip
    write(
        folder / "History",
        CHROME_20,
        urls=PAGES,
        visits=[
            (number, page, chrome(clock), 0, 1, 0, round(seconds * 1e6))
            for number, (page, clock, seconds) in enumerate(rows, start=1)
        ],
        visit_source=[(3, 3), (6, 0), (7, 0)],
    )


def _chrome_now(folder: Path) -> None:
    """Time in front where it was measured; a page never in front; two other devices."""
    history = chrome_history(
        folder / "History",
        ("00:00", REDDIT, 600, 400),
        ("01:00", LEEKS, 0, 0),
        ("10:00", X, 0, -1),
        ("11:30", MASTODON, 90, 30.5),
        ("12:00.250", LEEKS, 0, None),
    )
    with closing(sqlite3.connect(history)) as connection, connection:
        for device, page, clock in [
            ("aB3/==", X, "00:30"),
            ("aB3/==", LEEKS, "00:50"),
            ("9c", REDDIT, "11:00"),
        ]:
            row = (page, chrome(clock), device)
            connection.execute(
                "INSERT INTO visits (url, visit_time, originator_cache_guid) VALUES (?, ?, ?)", row
            )


def _firefox(folder: Path) -> None:
    """Visits alone, visits with the time in front measured, and a return to an open tab."""
    rows = [
        (REDDIT, "00:00", 2), (LEEKS, "01:00", 1), (MASTODON, "05:00", 1), (X, "05:30", 8), (LEEKS, "06:00", 7),
        (X, "20:00", 5), (REDDIT, "20:00", 1),
    ]  # fmt: skip
    write(
        folder / "places.sqlite",
        FIREFOX,
        moz_places=PAGES,
        moz_historyvisits=[
            (number, 0, page, unix(clock), kind, 0)
            for number, (page, clock, kind) in enumerate(rows, start=1)
        ],
        moz_places_metadata=[
            (1, MASTODON, unix("05:00.120", 1000), 45_500),
            (2, MASTODON, unix("10:00", 1000), 600_000),
            (3, LEEKS, unix("12:00", 1000), 10_000),
            (4, X, unix("20:00", 1000), 0),
        ],
    )


def _firefox_android(folder: Path) -> None:
    rows = [(REDDIT, "00:00", 1), (LEEKS, "02:30", 1), (X, "01:00", 0), (MASTODON, "03:00", 1)]
    write(
        folder / "places.sqlite",
        FIREFOX_ANDROID,
        moz_places=PAGES,
        moz_historyvisits=[
            (number, page, unix(clock, 1000), 1, local)
            for number, (page, clock, local) in enumerate(rows, start=1)
        ],
    )


def _safari(folder: Path) -> None:
    rows = [(REDDIT, "00:00.5", 0), (LEEKS, "01:00", 0), (X, "00:10", 1), (MASTODON, "08:00", 0)]
    write(
        folder / "History.db",
        SAFARI,
        history_items=[(page, url) for page, url, _ in PAGES],
        history_visits=[
            (number, page, safari(clock), "A title", origin)
            for number, (page, clock, origin) in enumerate(rows, start=1)
        ],
    )


def _takeout(folder: Path) -> None:
    """Newest first, of two devices, with a frame."""
    takeout(
        folder / "BrowserHistory.json",
        [
            visited("20:00", X, client_id="phone=="),
            visited("02:00", LEEKS, client_id="mac=="),
            visited("01:00", LEEKS, client_id="mac==", page_transition="AUTO_SUBFRAME"),
            visited("00:30", MASTODON, client_id="phone=="),
            visited("00:00", REDDIT, client_id="mac==", favicon_url="https://old.reddit.com/favicon.ico"),
        ],
    )


def _takeout_newer(folder: Path) -> None:
    takeout(
        folder / "History.json",
        [visited("01:00", LEEKS, ptoken={}), visited("00:00", REDDIT, ptoken={})],
        Session=[{"header": {}}],
        **{"Typed Url": [{"url": "https://leeks.example/", "visits": [1]}]},
    )


def _no_visits(folder: Path) -> None:
    write(folder / "History", CHROME)


def _nothing_known(folder: Path) -> None:
    chrome_history(folder / "History", ("00:00", LEEKS, 0, None), ("01:00", 5, 0, None))


def _broken_rows(folder: Path) -> None:
    """Impossible times, numbers that are none, pages that are missing; two visits are as they should be."""
    write(
        folder / "History",
        CHROME,
        urls=[*PAGES, (6, b"\xff\xfe", None), (7, "http://[", None), (8, 17, None)],
        visits=[
            (1, REDDIT, chrome("00:00"), "link", "long", None, None),
            (2, "leeks", chrome("01:00"), 1, -5, "", None),
            (3, REDDIT, 0, 1, 0, "", None),
            (4, REDDIT, 11_644_473_600_000_000, 1, 0, "", None),
            (5, REDDIT, 2**63 - 1, 1, 0, "", None),
            (6, REDDIT, -(2**63), 1, 0, "", None),
            (7, REDDIT, "noon", 1, 0, "", None),
            (8, REDDIT, 1e300, 1, 0, "", None),
            (9, X, 15_902_913_600_000_000, 1, 0, "", None),
            (10, 6, chrome("01:00"), 1, 0, "", None),
            (11, 7, chrome("01:00"), 1, 0, "", None),
            (12, 8, chrome("01:00"), 1, 0, "", None),
            (13, 99, chrome("01:00"), 1, 0, "", None),
        ],
        context_annotations=[(1, "forever"), (13, 10**18)],
    )


def _takeout_broken(folder: Path) -> None:
    takeout(
        folder / "BrowserHistory.json",
        [
            visited("00:00", REDDIT, time_usec=str(unix("00:00"))),
            visited("00:40", LEEKS, url=["https://x.com"]),
            visited("00:40", LEEKS, time_usec=None),
            visited("00:40", LEEKS, time_usec=2**61),
            visited("00:40", LEEKS, time_usec=0),
            visited("00:50", LEEKS, client_id={"a": 1}, page_transition=4),
            "visit",
            None,
        ],
    )


def _takeout_cut(folder: Path) -> None:
    path = takeout(folder / "BrowserHistory.json", [visited("00:00", REDDIT), visited("01:00", LEEKS)])
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")


def _missing_column(folder: Path) -> None:
    write(folder / "History", CHROME_1.replace("transition INTEGER DEFAULT 0 NOT NULL", "kind INTEGER"))


def _empty_file(folder: Path) -> None:
    (folder / "places.sqlite").touch()


def _encrypted(folder: Path) -> None:
    (folder / "History.db").write_bytes(bytes(range(256)) * 32)


CASES: dict[str, Callable[[Path], None]] = {
    "broken-rows": _broken_rows,
    "chrome-1": _chrome_1,
    "chrome-20": _chrome_20,
    "chrome-now": _chrome_now,
    "empty-file": _empty_file,
    "encrypted": _encrypted,
    "firefox": _firefox,
    "firefox-android": _firefox_android,
    "missing-column": _missing_column,
    "no-visits": _no_visits,
    "nothing-known": _nothing_known,
    "safari": _safari,
    "takeout": _takeout,
    "takeout-broken": _takeout_broken,
    "takeout-cut": _takeout_cut,
    "takeout-newer": _takeout_newer,
}
"""Case -> what writes its export into a folder."""
