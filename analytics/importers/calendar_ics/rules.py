"""Whether a rule of recurrence may be followed: such as calendars make, and not one that never ends a search.

The library that follows rules looks through every day until the year 9999 for a rule that no day meets, steps
through every second where it is told so, and stands still at an interval of 0. Rules like that are found in
broken and in hostile files; they are told apart here, before it sees them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TOO_OFTEN = {"HOURLY": "hour", "MINUTELY": "minute", "SECONDLY": "second"}
_MOST_A_DAY = 24
_LONGEST_INTERVAL = 1000
# Highest ordinal of a weekday or a position that a rule of this frequency can meet.
_HIGHEST = {"MONTHLY": 5, "YEARLY": 53}


def complaint(rule: Mapping[str, Any], first: date, last: date) -> str | None:
    """Why a rule is not followed; none where it is sound and meets a day from first to last.

    rule: as icalendar gives it, name of the part -> list of values. Raises ValueError, TypeError or
    AttributeError where a value is of a kind that it cannot be.
    """
    parts = {str(name).upper(): values for name, values in rule.items()}
    frequency = str(_only(parts, "FREQ", "")).upper()
    if frequency in _TOO_OFTEN:
        return f"repeats every {_TOO_OFTEN[frequency]}; a plan repeats once a day at most"
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        return "repeats by a rule without a known frequency"
    if not 1 <= int(_only(parts, "INTERVAL", 1)) <= _LONGEST_INTERVAL:
        return f"repeats in steps that are not between 1 and {_LONGEST_INTERVAL:,}"
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= max(1, len(parts.get(name, ())))
    if times > _MOST_A_DAY:
        return f"repeats more than {_MOST_A_DAY} times a day"
    highest = _HIGHEST.get(frequency, 0)
    ordinals = [*_ordinals(parts), *(abs(int(n)) for n in parts.get("BYSETPOS", ()))]
    if max(ordinals, default=0) > highest or not _may_happen(parts, frequency, first, last):
        return "repeats by a rule that no day meets"
    return None


def _only(parts: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    values = parts.get(name) or [otherwise]
    return values[0] if isinstance(values, list) else values


def _ordinals(parts: Mapping[str, Any]) -> list[int]:
    return [abs(int(str(day)[:-2])) for day in parts.get("BYDAY", ()) if len(str(day)) > 2]


def _may_happen(parts: Mapping[str, Any], frequency: str, first: date, last: date) -> bool:
    """Whether a day has the right weekday, month and day of the month, and for days and weeks the right step."""
    weekdays = {_WEEKDAYS.index(str(day)[-2:].upper()) for day in parts.get("BYDAY", ())}
    months = {int(month) for month in parts.get("BYMONTH", ())}
    month_days = {int(day) for day in parts.get("BYMONTHDAY", ())}
    interval = int(_only(parts, "INTERVAL", 1))
    start_of_week = _WEEKDAYS.index(str(_only(parts, "WKST", "MO")).upper())
    week = first - timedelta(days=(first.weekday() - start_of_week) % 7)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if (
            (not weekdays or day.weekday() in weekdays)
            and (not months or day.month in months)
            and (not month_days or day.day in month_days or _from_the_end(day) in month_days)
            and (frequency != "DAILY" or number % interval == 0)
            and (frequency != "WEEKLY" or (day - week).days // 7 % interval == 0)
        ):
            return True
    return False


def _from_the_end(day: date) -> int:
    """-1 for the last day of its month."""
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (day - after).days
