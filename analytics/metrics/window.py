"""What a question is asked about: the moment it is asked at, the user's zone and week, and the filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """`now_utc` is a parameter, never the clock: data after it is not looked at.

    week_start: 0 Monday .. 6 Sunday. since, until: local dates, both included. platform, owner: null is all.
    """

    now_utc: datetime
    time_zone: str = "UTC"
    week_start: int = 0
    since: date | None = None
    until: date | None = None
    platform: str | None = None
    owner: str | None = None

    @property
    def today(self) -> date:
        """The local day of `now_utc`."""
        return to_local(self.now_utc, self.time_zone).date()

    @property
    def week(self) -> date:
        """First local day of the week that holds `now_utc`."""
        return week_of(self.today, self.week_start)


def week_of(day: date, week_start: int) -> date:
    """First day of the week of `day`.

    >>> week_of(date(2026, 11, 22), 0)
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def to_local(moment_utc: datetime, time_zone: str) -> datetime:
    """Naive UTC -> aware local time."""
    return moment_utc.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))


def midnight_utc(day: date, time_zone: str) -> datetime:
    """The naive UTC moment at which the local day begins (summer time included)."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def moment_after(day: date, time_zone: str) -> datetime:
    """The naive UTC moment at which the local day ends: `--today DAY` means up to here."""
    return midnight_utc(day + timedelta(days=1), time_zone)
