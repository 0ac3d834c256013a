"""What ActivityWatch saw: a desktop from 14 September (Python server), a phone from 19 October (Rust server).

The sessions on X, Mastodon, Bluesky and Digg are all there; of the rest of the day only enough work to
be plausible. The trackers' own faults are in it on purpose: away-from-keyboard rows stacked on one
another, tabs left open while nobody is there, tabs that go on behind another window, events of no
length, and phone events that overlap.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dice import Dice, utc
from sessions import DESKTOP_FROM, PHONE_FROM, Session

HOST = "larkspindle-bench"
DESKTOP_UNTIL = datetime(2026, 11, 19, 19, 24, 6, 311000)
PHONE_UNTIL = datetime(2026, 11, 19, 19, 31, 44, 902000)
PAGES = {
    "x": [("https://x.com/home", "Home / X"), ("https://x.com/notifications", "Notifications / X"),
          ("https://x.com/explore", "Explore / X")],
    "mastodon": [("https://mastodon.social/home", "Home - Mastodon"),
                 ("https://mastodon.social/notifications", "Notifications - Mastodon")],
    "bluesky": [("https://bsky.app/", "Home - Bluesky"), ("https://bsky.app/notifications", "Notifications - Bluesky")],
    "digg": [("https://digg.com/", "Digg"), ("https://digg.com/all", "All - Digg")],
}  # fmt: skip
WORK = [("org.inkscape.Inkscape", "globe-gores.svg - Inkscape"), ("libreoffice-writer", "quote.odt - LibreOffice"),
        ("libreoffice-calc", "invoices-2026.ods - LibreOffice"), ("qgis", "vineyard-sheet - QGIS"),
        ("thunderbird", "Inbox - Thunderbird"), ("gimp", "endpaper-scan.xcf - GIMP")]  # fmt: skip
READING = [("https://catalogue.riverside-library.example/search", "Search - Riverside Library"),
           ("https://paperguild.example/suppliers", "Suppliers - Paper Guild"),
           ("https://old-maps.example/sheets/trieste", "Trieste - Old Maps"),
           ("https://mail.larkspindle-bindery.example/", "Orders"),
           ("https://weather.example/vienna", "Vienna - Weather")]  # fmt: skip
APPS = {"x": ("com.twitter.android", "X", "com.twitter.app.main.MainActivity"),
        "mastodon": ("org.joinmastodon.android", "Mastodon", "org.joinmastodon.android.MainActivity"),
        "bluesky": ("xyz.blueskyweb.app", "Bluesky", "xyz.blueskyweb.app.MainActivity")}  # fmt: skip
OTHER_APPS = [("com.android.camera2", "Camera", "com.android.camera.CameraActivity"),
              ("com.android.deskclock", "Clock", "com.android.deskclock.DeskClock"),
              ("example.tramtimes", "Tram Times", "example.tramtimes.Board")]  # fmt: skip
HOME_SCREEN = ("com.android.launcher3", "Home", "com.android.launcher3.Launcher")


@dataclass(slots=True, kw_only=True)
class Event:
    """One event of a bucket."""

    start: datetime
    seconds: float
    data: dict[str, Any]

    @property
    def end(self) -> datetime:
        """The moment after the last."""
        return self.start + timedelta(seconds=self.seconds)


def write_exports(folder: Path, sessions: list[Session]) -> None:
    """Both export files."""
    folder.mkdir(parents=True, exist_ok=True)
    desktop = [session for session in sessions if session.measured and session.device == "desktop"]
    phone = [session for session in sessions if session.measured and session.device == "phone"]
    _write(folder / "aw-buckets-export-desktop.json", _desktop(desktop))
    _write(folder / "aw-buckets-export-phone.json", _phone(phone))


def _write(path: Path, buckets: dict[str, Any]) -> None:
    text = json.dumps({"buckets": buckets}, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(text.encode("utf-8"))


def _desktop(sessions: list[Session]) -> dict[str, Any]:
    windows: list[Event] = []
    pages: list[Event] = []
    presence: list[Event] = []
    days = (DESKTOP_UNTIL.date() - DESKTOP_FROM).days + 1
    for day in (DESKTOP_FROM + timedelta(days=number) for number in range(days)):
        dice = Dice(f"desktop/{day}")
        begins, ends = utc(day, time(0)), utc(day + timedelta(days=1), time(0))
        social = [session for session in sessions if begins <= session.start < ends]
        busy = []
        for session in social:
            rest = session.end + timedelta(minutes=30)
            alone = all(not session.end < other.start < rest for other in social)
            busy.append(_browse(dice, session, alone, windows, pages, presence))
        busy += _work(dice, day, social, windows, pages)
        _present(dice, sorted(busy), presence)
    web = {"type": "web.tab.current", "client": "aw-client-web"}
    return {
        f"aw-watcher-window_{HOST}": _bucket(
            "window", windows, type="currentwindow", client="aw-watcher-window"
        ),
        f"aw-watcher-afk_{HOST}": _bucket("afk", presence, type="afkstatus", client="aw-watcher-afk"),
        "aw-watcher-web-firefox": _bucket("web", pages, **web),
    }


def _bucket(name: str, events: list[Event], *, type: str, client: str) -> dict[str, Any]:
    """A bucket of the Python server: no event ids, +00:00, newest first."""
    kept = [event for event in events if event.end < DESKTOP_UNTIL]
    return {
        "id": "aw-watcher-web-firefox" if name == "web" else f"aw-watcher-{name}_{HOST}",
        "created": "2026-09-13T17:02:51.118000+00:00",
        "name": None,
        "type": type,
        "client": client,
        "hostname": HOST,
        "events": [
            {
                "timestamp": f"{event.start.isoformat()}+00:00",
                "duration": round(event.seconds, 3),
                "data": event.data,
            }
            for event in sorted(kept, key=lambda event: (event.start, event.seconds), reverse=True)
        ],
    }


def _browse(
    dice: Dice, session: Session, alone: bool, windows: list[Event], pages: list[Event], presence: list[Event]
) -> tuple[datetime, datetime]:
    """A session in the browser: some pages one after another. `alone`: nothing else in the next half hour.

    Then the last tab may stay open behind another window, or in front while nobody is there.
    """
    moment = session.start + timedelta(milliseconds=dice.whole(0, 999))
    left = float(session.seconds)
    while left > 0:
        seconds = left if left < 150 else dice.between(60, left)
        url, title = dice.pick(PAGES[session.site])
        open_for = in_front_for = seconds
        if alone and left == seconds and dice.chance(0.18):
            open_for += dice.between(400, 1500)
            if dice.chance(0.5):
                in_front_for = open_for
                away = moment + timedelta(seconds=seconds)
                presence.append(Event(start=away, seconds=open_for - seconds + 60, data={"status": "afk"}))
        pages.append(Event(start=moment, seconds=open_for, data=_page(url, title, dice.whole(2, 9))))
        if dice.chance(0.1):  # a window event of no length before the real one
            windows.append(
                Event(start=moment, seconds=0.0, data={"app": "firefox", "title": "Mozilla Firefox"})
            )
        windows.append(Event(start=moment, seconds=in_front_for, data=_firefox(title)))
        moment += timedelta(seconds=seconds)
        left -= seconds
    return session.start, session.end


def _page(url: str, title: str, tabs: int) -> dict[str, Any]:
    return {"url": url, "title": title, "audible": False, "incognito": False, "tabCount": tabs}


def _firefox(title: str) -> dict[str, str]:
    return {"app": "firefox", "title": f"{title} — Mozilla Firefox"}


def _work(
    dice: Dice, day: date, social: list[Session], windows: list[Event], pages: list[Event]
) -> list[tuple[datetime, datetime]]:
    """Stretches of work around the sessions: fewer at weekends."""
    spans = []
    hours = [(9, 0), (10, 55), (14, 20), (15, 10), (17, 0)] if day.weekday() < 5 else [(11, 15)]
    for hour, minute in hours:
        if not dice.chance(0.75):
            continue
        start = utc(day, time(hour, minute)) + timedelta(milliseconds=dice.whole(0, 1_500_000))
        end = start + timedelta(seconds=dice.between(900, 2900))
        later = [one.start - timedelta(seconds=40) for one in social if start < one.start < end]
        end = min([end, *later])
        inside = any(one.start <= start <= one.end + timedelta(minutes=26) for one in social)
        if inside or (end - start).total_seconds() < 300:
            continue
        middle = start + (end - start) * dice.between(0.3, 0.8)
        for first, last in ((start, middle), (middle, end)):
            seconds = (last - first).total_seconds()
            if dice.chance(0.35):
                url, title = dice.pick(READING)
                windows.append(Event(start=first, seconds=seconds, data=_firefox(title)))
                pages.append(Event(start=first, seconds=seconds, data=_page(url, title, 4)))
            else:
                app, title = dice.pick(WORK)
                windows.append(Event(start=first, seconds=seconds, data={"app": app, "title": title}))
        spans.append((start, end))
    return spans


def _present(dice: Dice, busy: list[tuple[datetime, datetime]], presence: list[Event]) -> None:
    """Not-afk rows over what is busy, often stacked: the same start again with less of its length."""
    for first, last in busy:
        seconds = (last - first).total_seconds() + 1.5
        here = {"status": "not-afk"}
        presence.append(Event(start=first, seconds=seconds, data=here))
        if dice.chance(0.3):
            presence += [Event(start=first, seconds=seconds * share, data=here) for share in (0.35, 0.8)]
        away = dice.between(190, 1200)
        presence.append(Event(start=last + timedelta(seconds=1.5), seconds=away, data={"status": "afk"}))


def _phone(sessions: list[Session]) -> dict[str, Any]:
    """The buckets of the phone: ids, Z with up to nine digits, more keys."""
    windows: list[Event] = []
    unlocks: list[Event] = []
    begins = utc(PHONE_FROM, time(0))
    for session in sessions:
        dice = Dice(f"phone/{session.start}")
        unlocked = session.start - timedelta(milliseconds=dice.whole(1200, 6000))
        unlocks.append(Event(start=unlocked, seconds=0.0, data={}))
        windows.append(_app(HOME_SCREEN, unlocked, 0.0))
        middle = session.start + timedelta(seconds=int(session.seconds * dice.between(0.3, 0.7)))
        overlap = dice.between(0, 4)  # the second event begins before the first has ended
        windows.append(
            _app(APPS[session.site], session.start, (middle - session.start).total_seconds() + overlap)
        )
        windows.append(_app(APPS[session.site], middle, (session.end - middle).total_seconds()))
        windows.append(_app(HOME_SCREEN, session.end, dice.between(0, 2)))
    for number in range((PHONE_UNTIL - begins).days * 2):
        dice = Dice(f"phone glance/{number}")
        start = begins + timedelta(hours=12 * number + 5) + timedelta(milliseconds=dice.whole(0, 6_000_000))
        unlocks.append(Event(start=start, seconds=0.0, data={}))
        windows.append(_app(dice.pick(OTHER_APPS), start + timedelta(seconds=2), dice.between(20, 300)))
    counter = iter(range(1, 10_000))
    buckets = {
        "aw-watcher-android-test": ("currentwindow", windows, "2026-10-18T20:11:09.457626816Z"),
        "aw-watcher-android-unlock": ("os.lockscreen.unlocks", unlocks, "2026-10-18T20:11:09.464326972Z"),
    }
    return {
        name: _phone_bucket(name, kind, created, events, lambda: next(counter))
        for name, (kind, events, created) in buckets.items()
    }


def _app(app: tuple[str, str, str], start: datetime, seconds: float) -> Event:
    package, name, classname = app
    return Event(start=start, seconds=seconds, data={"app": name, "classname": classname, "package": package})


def _phone_bucket(
    name: str, kind: str, created: str, events: list[Event], number: Callable[[], int]
) -> dict[str, Any]:
    ordered = sorted((event for event in events if event.end < PHONE_UNTIL), key=lambda event: event.start)
    rows = [
        {
            "id": number(),
            "timestamp": _nanoseconds(event.start),
            "duration": round(event.seconds, 3),
            "data": event.data,
        }
        for event in ordered
    ]
    return {
        "id": name,
        "type": kind,
        "client": "aw-android",
        "hostname": "unknown",
        "created": created,
        "data": {},
        "metadata": {"start": rows[0]["timestamp"], "end": rows[-1]["timestamp"]},
        "last_updated": None,
        "events": rows[::-1],
    }


def _nanoseconds(moment: datetime) -> str:
    """2026-10-20T05:11:02.464326972Z: some with three digits, some with nine."""
    dice = Dice(str(moment))
    if dice.chance(0.3):
        return f"{moment.isoformat(timespec='microseconds')}{dice.whole(1, 999):03d}Z"
    return moment.isoformat(timespec="milliseconds") + "Z"
