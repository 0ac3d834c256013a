"""Times as exports write them, read the same way in SQL (large files) and in Python (small ones).

A time with an offset is brought to UTC; one without is the user's local time. Where a local time happens
twice (the clock is put back) the second is meant, and one that never happens (the clock is put forward) is
read as if it had not been: both mean the zone's smaller offset, as DuckDB's ICU does it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

EXPECTED = "a date and time such as 2026-11-22T10:00:00Z, from 1990 to 2100"
"""What a cell that holds a moment should look like, for a Problem."""

# A year outside 1990..2100 is a broken clock or an empty field of the source, never a fact.
_DAY = r"(?:199\d|20\d\d|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_OFFSET = r"[Zz]|([+-])(0\d|1[0-5])(?::?([0-5]\d))?"
_MOMENT = rf"({_DAY})(?:[Tt ]({_CLOCK}) ?({_OFFSET})?)?"

_MOMENT_SQL = f"""list_transform(
        [regexp_extract({{cell}}, '^{_MOMENT}$', ['day', 'clock', 'offset', 'sign', 'hours', 'minutes'])],
        lambda found: list_transform(
            [TRY_CAST(found.day || ' ' || coalesce(nullif(replace(found.clock, ',', '.'), ''), '00:00')
                      AS TIMESTAMP)],
            lambda moment: CASE
                WHEN found.offset = '' THEN timezone('UTC', timezone($zone, moment))
                WHEN found.sign = '' THEN moment
                ELSE moment - to_minutes(CAST(found.sign || '1' AS INTEGER)
                                         * (60 * CAST(found.hours AS INTEGER)
                                            + coalesce(TRY_CAST(found.minutes AS INTEGER), 0)))
            END
        )[1]
    )[1]"""


def moment_sql(cell: str) -> str:
    """A SQL expression: the text `cell` as a naive UTC TIMESTAMP, null where it is none.

    It reads the same as `parse_moment`; the statement needs the parameter $zone, the user's time zone.
    """
    return _MOMENT_SQL.replace("{cell}", cell)


def parse_moment(text: str, time_zone: str) -> datetime | None:
    """ISO 8601 -> naive UTC; a date alone is its local midnight; null where it is no plausible moment.

    >>> parse_moment("2026-11-22T10:00:00+02:00", "UTC")
    datetime.datetime(2026, 11, 22, 8, 0)
    """
    found = re.fullmatch(_MOMENT, text, re.ASCII)
    if not found:
        return None
    day, clock, offset, sign, hours, minutes = found.groups()
    whole, _, fraction = (clock or "00:00").replace(",", ".").partition(".")
    try:
        moment = datetime.fromisoformat(f"{day}T{whole}")
    except ValueError:
        return None
    moment = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)
    if not offset:
        return to_utc(moment, time_zone)
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return moment + ahead if sign == "-" else moment - ahead


def to_utc(local: datetime, time_zone: str) -> datetime:
    """Naive local time -> naive UTC."""
    zone = ZoneInfo(time_zone)
    offsets = [local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)]
    return local - min(offset for offset in offsets if offset is not None)
