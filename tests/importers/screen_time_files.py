"""The databases that the tests of Screen Time read, made anew each time: invented people, real layouts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

_2001, _1970 = datetime(2001, 1, 1), datetime(1970, 1, 1)

Row = Sequence[Any]

KNOWLEDGE = """
    CREATE TABLE ZOBJECT (Z_PK INTEGER PRIMARY KEY, ZSOURCE INTEGER, ZSTRUCTUREDMETADATA INTEGER,
                          ZSECONDSFROMGMT INTEGER, ZENDDATE TIMESTAMP, ZSTARTDATE TIMESTAMP,
                          ZSTREAMNAME VARCHAR, ZVALUESTRING VARCHAR);
    CREATE TABLE ZSOURCE (Z_PK INTEGER PRIMARY KEY, ZBUNDLEID VARCHAR, ZDEVICEID VARCHAR);
    CREATE TABLE ZSTRUCTUREDMETADATA (Z_PK INTEGER PRIMARY KEY,
                                      Z_DKDIGITALHEALTHMETADATAKEY__WEBDOMAIN VARCHAR,
                                      Z_DKDIGITALHEALTHMETADATAKEY__WEBPAGEURL VARCHAR);
"""
OLD_KNOWLEDGE = """
    CREATE TABLE ZOBJECT (Z_PK INTEGER PRIMARY KEY, ZENDDATE TIMESTAMP, ZSTARTDATE TIMESTAMP,
                          ZSTREAMNAME VARCHAR, ZVALUESTRING VARCHAR);
"""
SUMS = """
    CREATE TABLE ZCOREDEVICE (Z_PK INTEGER PRIMARY KEY, ZIDENTIFIER VARCHAR, ZNAME VARCHAR);
    CREATE TABLE ZCOREUSER (Z_PK INTEGER PRIMARY KEY, ZLOCALUSERDEVICESTATE INTEGER, ZGIVENNAME VARCHAR);
    CREATE TABLE ZUSAGE (Z_PK INTEGER PRIMARY KEY, ZDEVICE INTEGER, ZUSER INTEGER);
    CREATE TABLE ZUSAGEBLOCK (Z_PK INTEGER PRIMARY KEY, ZDURATIONINMINUTES INTEGER, ZUSAGE INTEGER,
                              ZSTARTDATE TIMESTAMP);
    CREATE TABLE ZUSAGECATEGORY (Z_PK INTEGER PRIMARY KEY, ZBLOCK INTEGER, ZIDENTIFIER VARCHAR);
    CREATE TABLE ZUSAGETIMEDITEM (Z_PK INTEGER PRIMARY KEY, ZTOTALTIMEINSECONDS INTEGER, ZCATEGORY INTEGER,
                                  ZBUNDLEIDENTIFIER VARCHAR, ZDOMAIN VARCHAR);
"""
APP_USAGE = """
    CREATE TABLE packages (_id INTEGER PRIMARY KEY, package_name TEXT, UNIQUE(package_name));
    CREATE TABLE "events" (_id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, type INTEGER NOT NULL,
                           package_id INTEGER NOT NULL REFERENCES packages(_id), instance_id INTEGER);
"""
OLD_APP_USAGE = APP_USAGE.replace(", instance_id INTEGER", "")


def apple(moment: str) -> float:
    """Seconds since 2001."""
    return (datetime.fromisoformat(moment) - _2001).total_seconds()


def unix_ms(moment: str) -> int:
    """Milliseconds since 1970."""
    return int((datetime.fromisoformat(moment) - _1970).total_seconds() * 1000)


def write(path: Path, schema: str, **tables: Sequence[Row]) -> Path:
    """A database with these rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(schema)
        for table, rows in tables.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)
    return path


def knowledge(path: Path, *rows: tuple[str, str, str, str], schema: str = OLD_KNOWLEDGE) -> Path:
    """A small knowledgeC.db; rows: stream, app, start, end."""
    return write(
        path,
        schema,
        ZOBJECT=[
            (number, apple(end), apple(start), stream, app)
            for number, (stream, app, start, end) in enumerate(rows, start=1)
        ],
    )


def app_usage(path: Path, *rows: tuple[str, int, str, int | None], old: bool = False) -> Path:
    """A small app_usage; rows: moment, type, package, instance."""
    packages = sorted({package for _, _, package, _ in rows})
    return write(
        path,
        OLD_APP_USAGE if old else APP_USAGE,
        packages=list(enumerate(packages, start=1)),
        events=[
            (number, unix_ms(moment), type_, packages.index(package) + 1, *([] if old else [instance]))
            for number, (moment, type_, package, instance) in enumerate(rows, start=1)
        ],
    )


def _mac(folder: Path) -> None:
    """A Mac whose database also holds what a phone told it, and pages in Safari."""
    start = "2026-11-16T09:"
    write(
        folder / "knowledgeC.db",
        KNOWLEDGE,
        ZSOURCE=[(1, "com.reddit.Reddit", "0AF1-PHONE")],
        ZSTRUCTUREDMETADATA=[
            (1, "old.reddit.com", "https://old.reddit.com/r/leeks"),
            (2, "leeks.example", "https://leeks.example/"),
        ],
        ZOBJECT=[
            (n, source, page, 0, apple(start + end), apple(start + begun), stream, app)
            for n, (source, page, begun, end, stream, app) in enumerate(
                [
                    (None, None, "00:00", "10:00", "/app/inFocus", "com.tapbots.Ivory"),
                    (None, None, "00:05", "10:00", "/app/usage", "com.tapbots.Ivory"),
                    (None, None, "10:00", "30:00", "/app/inFocus", "com.apple.Safari"),
                    (None, 1, "12:00", "17:00", "/app/webUsage", "com.apple.Safari"),
                    (None, 2, "17:00", "20:00", "/app/webUsage", "com.apple.Safari"),
                    (1, None, "05:00", "08:00", "/app/usage", "com.reddit.Reddit"),
                    (None, None, "30:00", "30:00", "/app/inFocus", "com.tapbots.Ivory"),
                    (None, None, "30:00", "50:00", "/display/isBacklit", None),
                ],
                start=1,
            )
        ],
    )


def _mac_10_13(folder: Path) -> None:
    knowledge(
        folder / "knowledgeC.db",
        ("/app/inFocus", "com.hammerandchisel.discord", "2026-11-16T09:00:00", "2026-11-16T09:15:30"),
        ("/app/inFocus", "com.apple.finder", "2026-11-16T09:15:30", "2026-11-16T09:20:00"),
    )


def _iphone(folder: Path) -> None:
    """Two devices, and both together, which would count everything twice."""
    nine, ten = apple("2026-11-16T09:00:00"), apple("2026-11-16T10:00:00")
    write(
        folder / "RMAdminStore-Local.sqlite",
        SUMS,
        ZCOREDEVICE=[(1, "0AF1-PHONE", "Ada's telephone"), (2, "0AF2-TABLET", "Ada's tablet")],
        ZUSAGE=[(1, 1, 1), (2, None, 1), (3, 2, 1)],
        ZUSAGEBLOCK=[(1, 60, 1, nine), (2, 60, 1, ten), (3, 60, 2, nine), (4, 60, 3, nine)],
        ZUSAGECATEGORY=[(1, 1, "social"), (2, 1, "web"), (3, 2, "social"), (4, 3, "all"), (5, 4, "social")],
        ZUSAGETIMEDITEM=[
            (1, 1200, 1, "com.reddit.Reddit", None),
            (2, 300, 2, None, "x.com"),
            (3, 600, 1, "com.atebits.Tweetie2", None),
            (4, 240, 2, None, "leeks.example"),
            (5, 3000, 3, "com.zhiliaoapp.musically", None),
            (6, 900, 3, "com.burbn.instagram", None),
            (7, 1500, 4, "com.reddit.Reddit", None),
            (8, 300, 5, "com.reddit.Reddit", None),
            (9, 60, 5, "com.apple.Maps", None),
        ],
    )


def _iphone_all_devices_only(folder: Path) -> None:
    write(
        folder / "RMAdminStore-Local.sqlite",
        SUMS,
        ZUSAGE=[(2, None, 1)],
        ZUSAGEBLOCK=[(1, 60, 2, apple("2026-11-16T09:00:00"))],
        ZUSAGECATEGORY=[(1, 1, "social")],
        ZUSAGETIMEDITEM=[(1, 1200, 1, "com.reddit.Reddit", None)],
    )


def _family(folder: Path) -> None:
    """A parent's telephone, which also knows of a child's."""
    nine = apple("2026-11-16T09:00:00")
    write(
        folder / "RMAdminStore-Local.sqlite",
        SUMS,
        ZCOREDEVICE=[(1, "0AF1-PHONE", "Ada's telephone"), (2, "0AF3-PHONE", "Cy's telephone")],
        ZCOREUSER=[(1, 1, "Ada"), (2, None, "Cy")],
        ZUSAGE=[(1, 1, 1), (2, 2, 2)],
        ZUSAGEBLOCK=[(1, 60, 1, nine), (2, 60, 2, nine)],
        ZUSAGECATEGORY=[(1, 1, "social"), (2, 2, "social")],
        ZUSAGETIMEDITEM=[
            (1, 600, 1, "com.reddit.Reddit", None),
            (2, 3000, 2, "com.zhiliaoapp.musically", None),
        ],
    )


def _no_rows(folder: Path) -> None:
    write(folder / "knowledgeC.db", KNOWLEDGE)


def _no_hours(folder: Path) -> None:
    write(folder / "RMAdminStore-Local.sqlite", SUMS)


def _apple_broken(folder: Path) -> None:
    end = apple("2026-11-16T10:00:00")
    write(
        folder / "knowledgeC.db",
        OLD_KNOWLEDGE,
        ZOBJECT=[
            (1, end, end - 60, "/app/inFocus", "com.reddit.Reddit"),
            (2, end - 120, end, "/app/inFocus", "com.reddit.Reddit"),
            (3, end, end - 200_000, "/app/inFocus", "com.reddit.Reddit"),
            (4, end, None, "/app/inFocus", "com.reddit.Reddit"),
            (5, 1e300, end, "/app/inFocus", "com.reddit.Reddit"),
            (6, "tomorrow", end, "/app/inFocus", "com.reddit.Reddit"),
            (7, end, end - 60, "/app/inFocus", b"\xff\xfe"),
            (8, end, end - 60, "/app/inFocus", None),
        ],
    )


def _hours_broken(folder: Path) -> None:
    end = apple("2026-11-16T10:00:00")
    write(
        folder / "RMAdminStore-Local.sqlite",
        SUMS,
        ZUSAGE=[(1, 1, 1)],
        ZUSAGEBLOCK=[(1, 60, 1, end), (2, 0, 1, end), (3, 60, 1, "noon")],
        ZUSAGECATEGORY=[(1, 1, "a"), (2, 2, "b"), (3, 3, "c")],
        ZUSAGETIMEDITEM=[
            (1, 60, 1, "com.reddit.Reddit", None),
            (2, -60, 1, "com.reddit.Reddit", None),
            (3, "long", 1, "com.reddit.Reddit", None),
            (4, 60, 2, "com.reddit.Reddit", None),
            (5, 60, 3, "com.reddit.Reddit", None),
            (6, 60, 99, "com.reddit.Reddit", None),
            (7, 1e999, 1, "com.reddit.Reddit", None),
        ],
    )


def _phone(folder: Path) -> None:
    """Screens of one app that overlap, another app, a notification, and a time whose end is missing."""
    app_usage(
        folder / "app_usage",
        ("2026-11-16T09:00:00", 1, "com.reddit.frontpage", 11),
        ("2026-11-16T09:04:00", 1, "com.reddit.frontpage", 12),
        ("2026-11-16T09:04:01", 2, "com.reddit.frontpage", 11),
        ("2026-11-16T09:04:02", 23, "com.reddit.frontpage", 11),
        ("2026-11-16T09:06:00", 12, "com.twitter.android", 0),
        ("2026-11-16T09:10:00", 2, "com.reddit.frontpage", 12),
        ("2026-11-16T09:10:00", 1, "com.android.launcher", 20),
        ("2026-11-16T09:11:00", 2, "com.android.launcher", 20),
        ("2026-11-16T09:11:00", 1, "org.joinmastodon.android", 30),
        ("2026-11-16T09:13:00", 26, "android", 0),
        ("2026-11-16T20:00:00", 1, "com.twitter.android", 40),
    )


def _phone_without_instances(folder: Path) -> None:
    app_usage(
        folder / "app_usage",
        ("2026-11-16T09:00:00", 1, "com.reddit.frontpage", None),
        ("2026-11-16T09:04:00", 2, "com.reddit.frontpage", None),
        ("2026-11-16T09:04:00", 1, "com.reddit.frontpage", None),
        ("2026-11-16T09:04:01", 23, "com.reddit.frontpage", None),
        ("2026-11-16T09:10:00", 2, "com.reddit.frontpage", None),
        old=True,
    )


def _phone_no_rows(folder: Path) -> None:
    app_usage(folder / "app_usage")


def _phone_broken(folder: Path) -> None:
    write(
        folder / "app_usage",
        APP_USAGE,
        packages=[(1, "com.reddit.frontpage"), (2, None)],
        events=[
            (1, unix_ms("2026-11-16T09:00:00"), 1, 1, 11),
            (2, unix_ms("2026-11-16T09:01:00"), 2, 1, 11),
            (3, 10**18, 1, 1, 12),
            (4, "noon", 1, 1, 12),
            (5, unix_ms("2026-11-16T09:02:00"), 1, 2, 13),
            (6, unix_ms("2026-11-16T09:02:00"), 1, 99, 14),
            (7, unix_ms("2026-11-16T09:03:00"), 2, 1, 15),
        ],
    )


CASES: dict[str, dict[str, Callable[[Path], None]]] = {
    "apple-screen-time": {
        "broken-rows": _apple_broken,
        "broken-hours": _hours_broken,
        "iphone-hours": _iphone,
        "iphone-hours-of-a-family": _family,
        "iphone-hours-of-all-devices-only": _iphone_all_devices_only,
        "mac": _mac,
        "mac-10.13": _mac_10_13,
        "no-hours": _no_hours,
        "no-rows": _no_rows,
    },
    "android-app-usage": {
        "broken-rows": _phone_broken,
        "no-rows": _phone_no_rows,
        "phone": _phone,
        "without-instances": _phone_without_instances,
    },
}
"""Importer -> case -> what writes its export into a folder."""
