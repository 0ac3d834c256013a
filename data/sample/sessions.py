"""When the invented person was where: planned slots kept or missed, and visits nobody planned.

The plan and the budget are the person's own word and stand in settings.toml. From 14 September 2026 a
tracker watches the desktop, from 19 October the phone as well; sessions outside of that happened, and
what was posted in them is in the archives, but nobody measured them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from dice import Dice, utc

FIRST_WEEK = date(2025, 11, 24)
LATEST_WEEK = date(2026, 11, 16)
WEEKS = [FIRST_WEEK + timedelta(days=7 * number) for number in range(52)]
DESKTOP_FROM = date(2026, 9, 14)
PHONE_FROM = date(2026, 10, 19)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SITES = ("x", "mastodon", "bluesky", "digg")

# Minutes on each site in the complete weeks that a tracker saw, in the order of SITES.
MEASURED = {
    date(2026, 9, 14): (66, 34, 28, 20),
    date(2026, 9, 21): (57, 27, 29, 16),
    date(2026, 9, 28): (43, 30, 25, 12),
    date(2026, 10, 5): (54, 26, 31, 17),
    date(2026, 10, 12): (39, 29, 22, 9),
    date(2026, 10, 19): (64, 36, 27, 15),
    date(2026, 10, 26): (48, 24, 30, 14),
    date(2026, 11, 2): (41, 31, 21, 11),
    date(2026, 11, 9): (58, 25, 32, 13),
}
# Weeks in which little was posted: around Christmas, and two weeks in the mountains.
QUIET = {date(2025, 12, 22), date(2026, 7, 20), date(2026, 7, 27)}
BUSY = {date(2026, 2, 9), date(2026, 6, 15), date(2026, 6, 22)}

# Weeks in which the phone is looked at while the desktop is still in use: two devices at one time.
BOTH_HANDS = {date(2026, 10, 26), date(2026, 11, 9)}

# The latest week, up to Thursday evening: day, clock, minutes, site, device.
LATEST = [
    (0, "12:31", 16, "x", "desktop"), (0, "22:38", 8, "x", "phone"),
    (1, "07:12", 5, "bluesky", "phone"), (1, "20:01", 14, "mastodon", "desktop"),
    (2, "13:05", 9, "x", "desktop"), (2, "20:03", 10, "digg", "desktop"),
    (3, "07:08", 6, "x", "phone"), (3, "10:44", 5, "mastodon", "phone"),
    (3, "16:20", 12, "x", "desktop"), (3, "20:02", 12, "bluesky", "desktop"),
]  # fmt: skip

# When nobody planned to look: first and last minute of the day, device, weight.
MOMENTS = [
    (415, 480, "phone", 3), (515, 550, "phone", 1), (600, 690, "desktop", 3), (755, 870, "desktop", 3),
    (930, 1040, "desktop", 3), (1060, 1180, "phone", 2), (1190, 1370, "desktop", 4), (1250, 1420, "phone", 3),
]  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Session:
    """One look at one site. `measured` is true where a tracker saw it."""

    site: str
    start: datetime
    seconds: int
    device: str
    planned: bool = False

    @property
    def end(self) -> datetime:
        """The moment after the last."""
        return self.start + timedelta(seconds=self.seconds)

    @property
    def measured(self) -> bool:
        """Did a tracker see it?"""
        begins = DESKTOP_FROM if self.device == "desktop" else PHONE_FROM
        return self.start >= utc(begins, time(0))


def make_sessions() -> list[Session]:
    """All looks at all sites in the year, by time."""
    plan = tomllib.loads((Path(__file__).parent / "settings.toml").read_text(encoding="utf-8"))["plan"]
    sessions: list[Session] = []
    for monday in WEEKS:
        dice = Dice(f"sessions/{monday}")
        sessions += _latest() if monday == LATEST_WEEK else _week(dice, monday, plan)
    return sorted(sessions, key=lambda session: (session.start, session.site))


def _latest() -> list[Session]:
    return [
        Session(
            site=site,
            start=utc(LATEST_WEEK + timedelta(days=day), time.fromisoformat(clock))
            + timedelta(seconds=13 * day),
            seconds=60 * minutes + 7 * day - 5,
            device=device,
            planned=clock in ("12:31", "20:01", "20:03", "20:02"),
        )
        for day, clock, minutes, site, device in LATEST
    ]


def _wanted(dice: Dice, monday: date) -> dict[str, float]:
    """Minutes per site in a week: as measured, else by the season."""
    if monday in MEASURED:
        return dict(zip(SITES, MEASURED[monday], strict=True))
    season = 0.3 if monday in QUIET else 1.7 if monday in BUSY else dice.between(0.75, 1.2)
    return {site: usual * season for site, usual in zip(SITES, (58, 24, 20, 14), strict=True)}


def _week(dice: Dice, monday: date, plan: list[dict[str, str]]) -> list[Session]:
    wanted = _wanted(dice, monday)
    sessions: list[Session] = []
    for slot in plan:
        site, day = slot["site"], monday + timedelta(days=DAYS.index(slot["day"]))
        start = utc(day, time.fromisoformat(slot["start"])) + timedelta(seconds=dice.whole(0, 260))
        minutes = dice.between(9, 15.5)
        if dice.chance(0.66) and wanted[site] > minutes:
            wanted[site] -= minutes
            sessions.append(
                Session(site=site, start=start, seconds=int(minutes * 60), device="desktop", planned=True)
            )
    for site in SITES:
        while wanted[site] >= 2.5:
            minutes = min(wanted[site], dice.between(3.2, 12))
            if wanted[site] - minutes < 2.5:
                minutes = wanted[site]
            wanted[site] -= minutes
            sessions.append(_unplanned(dice, monday, site, minutes, sessions, devices=_devices(monday, site)))
    if monday in BOTH_HANDS:
        desk = next(one for one in sessions if one.device == "desktop" and one.seconds > 400)
        glance = desk.end - timedelta(minutes=2)
        sessions.append(Session(site="mastodon", start=glance, seconds=260, device="phone"))
    if monday < PHONE_FROM:  # the phone is in the pocket, seen or not
        for _ in range(1 if monday >= DESKTOP_FROM else 2):
            sessions.append(_unplanned(dice, monday, "x", dice.between(2, 5), sessions, devices=("phone",)))
    return sessions


def _devices(monday: date, site: str) -> tuple[str, ...]:
    """Where a tracker's minutes must come from: Digg is read at the desk only."""
    only_desk = site == "digg" or DESKTOP_FROM <= monday < PHONE_FROM
    return ("desktop",) if only_desk else ("desktop", "phone")


def _unplanned(
    dice: Dice, monday: date, site: str, minutes: float, taken: list[Session], *, devices: tuple[str, ...]
) -> Session:
    """A look at a time that is free; after many tries on the other device at the same time."""
    moments = [moment for moment in MOMENTS if moment[2] in devices]
    while True:
        first, last, device, _ = dice.weighted(moments, [moment[3] for moment in moments])
        minute = dice.whole(first, last)
        day = monday + timedelta(days=dice.whole(0, 6))
        start = utc(day, time(minute // 60, minute % 60)) + timedelta(seconds=dice.whole(0, 59))
        session = Session(site=site, start=start, seconds=int(minutes * 60), device=device)
        margin = timedelta(minutes=4)
        if all(session.start > other.end + margin or session.end + margin < other.start for other in taken):
            return session
