"""Android's Digital Wellbeing: when which app came to the front of the phone, and when it left.

Android has no export of it: the database `app_usage` of com.google.android.apps.wellbeing can only be copied
from a phone with root, or out of a full image of one. Recognised by its content. Last seen of Android 13.

An event is of an app, and in newer versions of one screen of it (instance_id): 1 came to the front, 2 paused,
23 stopped. Each screen's time runs from 1 to the next 2 or 23; in rows without an instance, of the whole app,
only 2 ends it, since the 23 of a screen left behind comes after the 1 of the next. Where no end was recorded,
the time ends with the next event that shows something else on the screen or none, and after five minutes at
the latest. Screens of one app overlap; each instant counts once. Other events (notifications, widgets) are
not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics.importers._rows import Rows, moment_after
from analytics.importers._sqlite import Database, holds, opened
from analytics.importers._visits import IDLE
from analytics.importers.interface import (
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Question,
    Refused,
    Stage,
)
from analytics.importers.screen_time._usage import Usage
from analytics.reference import load_sites

RESUMED, PAUSED, STOPPED = 1, 2, 23
# Screen off, the lock screen, shutdown and startup: nothing is in front of anybody.
ENDINGS = (16, 17, 26, 27)
CAP = timedelta(seconds=IDLE)
_EPOCH = datetime(1970, 1, 1)
_TABLES = (
    rb'CREATE TABLE "?packages"?\s*\([^;]{0,200}\bpackage_name\b',
    rb'CREATE TABLE "?events"?\s*\([^;]{0,200}\btimestamp\b[^;]{0,200}\bpackage_id\b',
)

Screen = tuple[str, object]


def recognise(files: Files) -> tuple[str, ...]:
    """The databases with the tables of Digital Wellbeing."""
    return tuple(name for name in files.names() if holds(files, name, *_TABLES))


def read(files: Files, members: tuple[str, ...], stage: Stage, _options: Options) -> Iterator[Finding]:
    """Fill time_spans with the time in apps of known sites."""
    sites = load_sites()
    for name in members:
        usage = Usage(name=name, rows=Rows(stage), sites=sites)
        with opened(stage, files, name) as database:
            if not {"timestamp", "type", "package_id"} <= database.columns("events"):
                raise Refused(f"{files.path}: {name} lacks the columns of app_usage; copy it again.")
            capped = _pair(database, usage)
        if capped:
            yield Note(
                text=f"{name}: in {capped:,} {'case' if capped == 1 else 'cases'} no end was recorded; the app's "
                f"time ends with the next event, after {IDLE // 60} minutes at the latest."
            )
        yield from usage.finish()


def _pair(database: Database, usage: Usage) -> int:
    """Add a stretch for each time that a screen was in front; how often its end was missing."""
    instance = "e.instance_id" if "instance_id" in database.columns("events") else "NULL"
    wanted = ", ".join(map(str, (RESUMED, PAUSED, STOPPED, *ENDINGS)))
    sql = (
        f"SELECT e.rowid, e.timestamp, e.type, p.package_name, {instance} "
        "FROM events e LEFT JOIN packages p ON p._id = e.package_id "
        f"WHERE e.type IN ({wanted}) ORDER BY e.timestamp, e.rowid"
    )
    open_since: dict[Screen, tuple[int, datetime]] = {}
    # When something else was first seen in front after a screen, in case its own end is never recorded.
    ends_by: dict[Screen, datetime] = {}
    on_top: set[Screen] = set()
    capped = 0

    def cover(when: datetime) -> None:
        ends_by.update(dict.fromkeys(on_top, when))
        on_top.clear()

    def close(screen: Screen, end: datetime | None) -> int:
        row, start = open_since.pop(screen)
        on_top.discard(screen)
        latest = min(ends_by.pop(screen, start + CAP), start + CAP)
        usage.add(row, "android", start, latest if end is None else end, app=screen[0])
        return end is None

    for row, moment, type_, package, screen_id in database.rows(sql):
        number = row if isinstance(row, int) else 0
        when = moment_after(_EPOCH, moment / 1000) if isinstance(moment, (int, float)) else None
        if when is None:
            usage.rows.problem(usage.name, number, "its timestamp cannot be read")
            continue
        if type_ in ENDINGS:
            cover(when)
            continue
        if not isinstance(package, str):
            usage.rows.problem(usage.name, number, "its package is not in the table of packages")
            continue
        screen = (package, screen_id or None)
        if type_ == RESUMED:
            cover(when)
            if screen in open_since:
                capped += close(screen, None)
            open_since[screen] = (number, when)
            on_top.add(screen)
        elif screen in open_since and (type_ == PAUSED or screen[1] is not None):
            started = open_since[screen][1]
            # A pause that comes more than a day later belongs to another time.
            capped += close(screen, when if when - started <= timedelta(hours=24) else None)
    for screen in list(open_since):
        capped += close(screen, None)
    return capped


IMPORTER = Importer(
    name="android-app-usage",
    title="Android Digital Wellbeing database",
    version="1",
    recognise=recognise,
    read=read,
    each_file=True,
    uses_sites=True,
    guide=Guide(
        steps=(
            "This needs a phone with root, or a full image of one: Android itself offers no export.",
            "Copy app_usage, and app_usage-wal if it lies beside it, out of "
            "/data/data/com.google.android.apps.wellbeing/databases into a folder, and import that.",
        ),
        wait="At once.",
        cannot="It goes back some weeks, and knows apps only: a site that is read in a browser does not show.",
        answers={Question.TIME: "apps only"},
    ),
)
