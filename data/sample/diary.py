"""calendar/: Ottilie's calendar, with the slots that she plans for her sites among everything else.

Most of what is in it is nobody's business and names no site. The slots for Mastodon and Bluesky are those of
settings.toml, once moved and once left out; one slot is meant for any site.
"""

from __future__ import annotations

from pathlib import Path

ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Vienna
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""

# Summary, first start and end in Vienna, further lines.
EVENTS = [
    ("Mastodon", "20251125T200000", "20251125T201500", ["RRULE:FREQ=WEEKLY;BYDAY=TU",
                                                         "EXDATE;TZID=Europe/Vienna:20260721T200000"]),
    ("Bluesky", "20251127T200000", "20251127T201500", ["RRULE:FREQ=WEEKLY;BYDAY=TH"]),
    ("Watercooler: answer what waits", "20261120T183000", "20261120T184500", []),
    ("Dentist", "20261117T093000", "20261117T100000", []),
    ("Saturday class, nine aprons", "20251206T140000", "20251206T170000", ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"]),
    ("Guild evening", "20261203T190000", "20261203T213000", []),
]  # fmt: skip
STAMP = "20261119T073000Z"


def write_calendar(folder: Path) -> None:
    """ottilie.ics, as a calendar program publishes it."""
    folder.mkdir(parents=True)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Larkspindle//Diary//EN", "METHOD:PUBLISH",
             "X-WR-CALNAME:Ottilie", "X-WR-TIMEZONE:Europe/Vienna", *ZONE.splitlines()]  # fmt: skip
    for number, (summary, start, end, more) in enumerate(EVENTS):
        lines += _event(number, summary, start, end, more)
    # The slot of the first Thursday in November was moved to Friday.
    lines += _event(1, "Bluesky", "20261106T200000", "20261106T201500",
                    ["RECURRENCE-ID;TZID=Europe/Vienna:20261105T200000"])  # fmt: skip
    text = "\r\n".join([*lines, "END:VCALENDAR", ""])
    (folder / "ottilie.ics").write_text(text, encoding="utf-8", newline="")


def _event(number: int, summary: str, start: str, end: str, more: list[str]) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{number}@larkspindle-bindery.example", f"DTSTAMP:{STAMP}",
        f"DTSTART;TZID=Europe/Vienna:{start}", f"DTEND;TZID=Europe/Vienna:{end}", f"SUMMARY:{summary}", *more,
        "END:VEVENT",
    ]  # fmt: skip
