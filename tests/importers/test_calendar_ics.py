"""Calendars: golden files, what an event is for, and rules and files that would never end.

The people and their plans are invented.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.calendar_ics import IMPORTER, MOST_SLOTS
from analytics.importers.calendar_ics.meaning import Meaning
from analytics.importers.calendar_ics.slots import MOST_OF_ONE_EVENT
from analytics.importers.interface import Options
from analytics.reference import load_sites
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "calendar_ics"
VIENNA = Options(time_zone="Europe/Vienna")


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=VIENNA, write=write_golden)


def event(*lines: str, summary: str = "Mastodon", uid: str = "1") -> str:
    """The lines of one event; by default half an hour on Monday, 5 January 2026, at 18:00 UTC."""
    times = [] if any(line.startswith("DTSTART") for line in lines) else [
        "DTSTART:20260105T180000Z", "DTEND:20260105T183000Z"
    ]  # fmt: skip
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{summary}", *times, *lines, "END:VEVENT"])


def taken(
    tmp_path: Path, *events: str, options: Options = VIENNA, head: str = "X-WR-CALNAME:C"
) -> golden.Golden:
    """What the importer makes of a calendar of these events."""
    path = tmp_path / "plan.ics"
    path.write_bytes("\r\n".join(["BEGIN:VCALENDAR", head, *events, "END:VCALENDAR", ""]).encode())
    return golden.outcome(path, IMPORTER, options=options)


def starts(found: golden.Golden) -> list[str]:
    """When the slots begin."""
    return [row["start_utc"] for row in found.get("planned_slots", [])]


def problems(found: golden.Golden) -> list[str]:
    return [sentence for sentence in found["said"] if sentence.startswith("Problem")]


# Recognising


@pytest.mark.parametrize(
    ("start", "claimed"),
    [
        (b"BEGIN:VCALENDAR\r\n", True),
        (b"\xef\xbb\xbfbegin:vcalendar\nEND:VCALENDAR", True),
        (b"\r\n\r\nBEGIN:VCALENDAR\r\n", True),
        (b"BEGIN:VCARD\r\n", False),
        (b"BEGIN:VEVENT\r\nBEGIN:VCALENDAR\r\n", False),
        (b"<html>BEGIN:VCALENDAR", False),
        (b"BEGIN:VCALENDARS\r\n", False),
    ],
)
def test_a_calendar_is_known_by_its_first_line(tmp_path: Path, start: bytes, claimed: bool) -> None:
    (tmp_path / "plan.ics").write_bytes(start)
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([("plan.ics",)] if claimed else [])


# What an event is for


@pytest.mark.parametrize(
    ("texts", "sites"),
    [
        (["Mastodon"], {"mastodon"}),
        (["20 minutes of MASTODON!"], {"mastodon"}),
        (["mastodons at the museum"], None),
        (["Hacker News"], {"hackernews"}),
        (["Twitter"], {"x"}),
        (["look at x.com"], {"x"}),
        (["news.ycombinator.com"], {"hackernews"}),
        (["Mail to ines@reddit.com"], None),
        (["X"], {"x"}),
        (["🐦 X"], {"x"}),
        (["Twitter/X"], {"x"}),
        (["Twitter (X), 15 minutes"], {"x"}),
        (["X / Threads"], {"x", "threads"}),
        (["X and Mastodon"], {"x", "mastodon"}),
        (["Chapter X"], None),
        (["Malcolm X, a lecture"], None),
        (["Size: X or L"], None),
        (["Kick-off"], None),
        (["Line manager, Signal processing"], None),
        (["Mastodon, then line manager"], {"mastodon"}),
        (["Threads"], {"threads"}),
        (["OK"], {"ok"}),
        (["Is it OK?"], None),
        (["Social media"], set()),
        (["Watercooler"], set()),
        (["Anti-social mediation"], None),
        (["Tea", "Social Media"], set()),
        (["Tea", "Bluesky"], {"bluesky"}),
        (["Social media: Reddit"], {"reddit"}),
        (["LinkedIn", "Instagram"], {"linkedin", "instagram"}),
        (["Dentist", "Private"], None),
        ([""], None),
    ],
)
def test_which_site_an_event_is_for(texts: list[str], sites: set[str] | None) -> None:
    assert Meaning(load_sites()).of(*texts) == sites


def test_sites_of_the_users_own_count(tmp_path: Path) -> None:
    mine = tmp_path / "sites.toml"
    mine.write_text('[sites.birdforum]\nname = "Bird Forum"\ndomains = ["birds.example"]\n', encoding="utf-8")
    meaning = Meaning(load_sites(mine))
    assert [meaning.of(text) for text in ("The bird forum", "birdforum", "birds.example", "birds", "Mastodon")] == [
        {"birdforum"}, {"birdforum"}, {"birdforum"}, None, None,
    ]  # fmt: skip


def test_nothing_private_is_kept(tmp_path: Path) -> None:
    private = event("DESCRIPTION:Mastodon", "LOCATION:Mastodon", "COMMENT:x", summary="Therapy", uid="2")
    found = taken(tmp_path, event("DESCRIPTION:Therapy"), private)
    assert [(row["calendar"], row["site"]) for row in found["planned_slots"]] == [("C", "mastodon")]
    assert "Therapy" not in str(found)
    assert (
        "Note: plan.ics: other events, which name no site: private, nothing of them was kept: 1."
        in found["said"]
    )


# Recurrence


def test_an_endless_series_goes_on_for_a_year_after_the_file_was_written(tmp_path: Path) -> None:
    series = event("DTSTAMP:20260301T000000Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5")
    found = starts(taken(tmp_path, series))
    assert (len(found), found[-1]) == (14, "2027-02-05T18:00:00")
    later = event("LAST-MODIFIED:20260501T000000Z", uid="2", summary="Dentist")
    assert starts(taken(tmp_path, series, later))[-1] == "2027-04-05T18:00:00"


def test_without_a_date_of_writing_the_newest_beginning_counts(tmp_path: Path) -> None:
    later = event("DTSTART:20280101T100000Z", "DTEND:20280101T110000Z", uid="2", summary="Dentist")
    assert starts(taken(tmp_path, event("RRULE:FREQ=YEARLY"), later)) == [
        "2026-01-05T18:00:00", "2027-01-05T18:00:00", "2028-01-05T18:00:00",
    ]  # fmt: skip


def test_a_series_that_begins_later_has_its_first_year(tmp_path: Path) -> None:
    later = event("DTSTAMP:20250101T000000Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5")
    assert len(starts(taken(tmp_path, later))) == 13


def test_a_series_keeps_its_local_hour_when_the_clock_is_changed(tmp_path: Path) -> None:
    zoned = event(
        "DTSTART;TZID=Europe/Vienna:20261024T190000", "DURATION:PT30M", "RRULE:FREQ=DAILY;COUNT=2", uid="1"
    )
    floating = event("DTSTART:20261024T200000", "DTEND:20261024T203000", "RRULE:FREQ=DAILY;COUNT=2", uid="2")
    assert starts(taken(tmp_path, zoned, floating)) == [
        "2026-10-24T17:00:00", "2026-10-24T18:00:00", "2026-10-25T18:00:00", "2026-10-25T19:00:00",
    ]  # fmt: skip


def test_a_changed_occurrence_about_something_else_is_no_slot(tmp_path: Path) -> None:
    series = event("RRULE:FREQ=WEEKLY;COUNT=3")
    changed = event(
        "DTSTART:20260112T180000Z",
        "DTEND:20260112T190000Z",
        "RECURRENCE-ID:20260112T180000Z",
        summary="Dentist",
    )
    assert starts(taken(tmp_path, series, changed)) == ["2026-01-05T18:00:00", "2026-01-19T18:00:00"]


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART;VALUE=DATE:20260112", "DTEND;VALUE=DATE:20260113"],
        ["DTSTART:20260112T180000Z"],
        ["DTSTART:20260112T180000Z", "DTEND:20260112T170000Z"],
        ["DTSTART:20260112T180000Z", "DTEND:20260120T170000Z"],
        ["DTSTART:20260112T180000Z", "DTEND:20260112T190000Z", "STATUS:cancelled"],
        ["DTSTART:20260112T180000Z", "DTEND:20260112T190000Z", "RRULE:FREQ=SECONDLY"],
        ["DTSTART:00010101T000000Z", "DTEND:00010101T010000Z"],
        ["DTSTART:99991231T230000Z", "DTEND:99991231T233000Z"],
    ],
)
def test_a_change_that_is_no_slot_still_takes_the_place_of_its_occurrence(
    tmp_path: Path, lines: list[str]
) -> None:
    changed = event(*lines, "RECURRENCE-ID:20260112T180000Z")
    found = taken(tmp_path, event("RRULE:FREQ=WEEKLY;COUNT=3"), changed)
    assert starts(found) == ["2026-01-05T18:00:00", "2026-01-19T18:00:00"]


def test_of_two_versions_of_an_event_the_later_counts(tmp_path: Path) -> None:
    moved = event("SEQUENCE:1", "DTSTART:20260106T180000Z", "DTEND:20260106T183000Z")
    assert starts(taken(tmp_path, event("SEQUENCE:0"), moved)) == ["2026-01-06T18:00:00"]


def test_events_without_a_uid_stand_for_themselves(tmp_path: Path) -> None:
    events = [event(f"DTSTART:2026010{day}T180000Z", "DURATION:PT5M", uid="") for day in (5, 6)]
    assert len(starts(taken(tmp_path, *events))) == 2


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("FREQ=SECONDLY", "repeats every second; a plan repeats once a day at most"),
        ("FREQ=MINUTELY;COUNT=5", "repeats every minute; a plan repeats once a day at most"),
        ("FREQ=HOURLY", "repeats every hour; a plan repeats once a day at most"),
        ("FREQ=DAILY;INTERVAL=0", "repeats in steps that are not between 1 and 1,000"),
        ("FREQ=DAILY;INTERVAL=99999999", "repeats in steps that are not between 1 and 1,000"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "repeats by a rule that no day meets"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "repeats by a rule that no day meets"),
        ("FREQ=WEEKLY;BYMONTH=13", "repeats by a rule that no day meets"),
        ("FREQ=MONTHLY;BYDAY=6MO", "repeats by a rule that no day meets"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "repeats more than 24 times a day"),
        ("FREQ=WEEKLY;BYDAY=XX", "repeats by a rule that cannot be read"),
        ("COUNT=3", "repeats by a rule without a known frequency"),
    ],
)
def test_rules_that_would_never_end_are_problems(tmp_path: Path, rule: str, what: str) -> None:
    found = taken(tmp_path, event(f"RRULE:{rule}"))
    assert starts(found) == []
    assert problems(found) == [f"Problem: plan.ics, row 3 | an event {what}"]


def test_an_absurd_count_ends_with_the_year(tmp_path: Path) -> None:
    assert len(starts(taken(tmp_path, event("RRULE:FREQ=DAILY;COUNT=999999999")))) == 366


def test_the_slots_of_one_event_have_a_limit(tmp_path: Path) -> None:
    hours = ",".join(map(str, range(24)))
    long = event(f"RRULE:FREQ=DAILY;BYHOUR={hours}", "DTSTAMP:20270101T000000Z")
    found = taken(tmp_path, long)
    assert len(starts(found)) == MOST_OF_ONE_EVENT < MOST_SLOTS
    assert any(
        "recur more than 10,000 times, the rest of which was left out: 1." in text for text in found["said"]
    )


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "W. Europe Standard Time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        '"Europe/Berlin"',
    ],
)
def test_zones_that_the_file_does_not_define(tmp_path: Path, zone: str) -> None:
    planned = event(f"DTSTART;TZID={zone}:20260705T190000", f"DTEND;TZID={zone}:20260705T193000")
    assert starts(taken(tmp_path, planned, options=Options())) == ["2026-07-05T17:00:00"]


def test_a_zone_defined_by_an_endless_rule_is_not_followed(tmp_path: Path) -> None:
    zone = [
        "BEGIN:VTIMEZONE", "TZID:Evil", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    planned = event("DTSTART;TZID=Evil:20260705T190000", "DTEND;TZID=Evil:20260705T193000")
    found = taken(tmp_path, "\r\n".join(zone), planned)
    assert starts(found) == ["2026-07-05T17:00:00"]
    assert any(
        "events in a time zone that nobody knows, read in your own: 1." in text for text in found["said"]
    )


def test_a_zone_of_one_file_is_forgotten_in_the_next(tmp_path: Path) -> None:
    def zone(offset: str) -> str:
        lines = ["BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:19700101T000000"]
        return "\r\n".join(
            [*lines, f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"]
        )

    planned = event("DTSTART;TZID=Ours:20260105T190000", "DTEND;TZID=Ours:20260105T193000")
    assert starts(taken(tmp_path, zone("+0500"), planned)) == ["2026-01-05T14:00:00"]
    assert starts(taken(tmp_path, zone("-0300"), planned)) == ["2026-01-05T22:00:00"]


# The file


def test_a_published_calendar_was_made_when_it_was_stamped(tmp_path: Path) -> None:
    stamped = event("DTSTAMP:20261120T080000Z")
    said = taken(tmp_path, stamped, head="METHOD:PUBLISH\r\nX-WR-CALNAME:C")["said"]
    assert said == ["ExportedAt: 2026-11-20 08:00:00"]
    assert taken(tmp_path, stamped)["said"] == []
    as_of = Options(as_of_utc=datetime(2026, 1, 1))
    assert taken(tmp_path, stamped, options=as_of)["said"] == ["ExportedAt: 2026-01-01 00:00:00"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("X-WR-CALNAME:Wren\\, the week\r\nPRODID:p", "Wren, the week"),
        ("NAME:New\r\nX-WR-CALNAME:Old", "Old"),
        ("NAME;LANGUAGE=en:New", "New"),
        ("PRODID:-//Invented//EN", "-//Invented//EN"),
        ("X-WR-CALNAME:", "plan"),
    ],
)
def test_what_a_calendar_is_called(tmp_path: Path, head: str, name: str) -> None:
    assert [row["calendar"] for row in taken(tmp_path, event(), head=head)["planned_slots"]] == [name]


def test_a_line_folded_inside_a_letter_is_whole_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.ics"
    lines = "BEGIN:VCALENDAR\nX-WR-CALNAME:Grüße\n" + event() + "\nEND:VCALENDAR\n"
    path.write_bytes(lines.encode().replace(b"\xc3\xbc", b"\xc3\r\n \xbc"))
    assert [row["calendar"] for row in golden.outcome(path, IMPORTER)["planned_slots"]] == ["Grüße"]


def test_an_event_without_an_end_takes_no_other_with_it(tmp_path: Path) -> None:
    open_ended = event("BEGIN:VALARM", "DESCRIPTION:x").removesuffix("\r\nEND:VEVENT")
    sound = event("DTSTART:20260106T180000Z", "DTEND:20260106T183000Z", uid="2")
    found = taken(tmp_path, open_ended, sound)
    assert starts(found) == ["2026-01-06T18:00:00"]
    assert found["said"] == ["Problem: plan.ics, row 3 | an event has no end (END:VEVENT); it was left out"]
    assert starts(taken(tmp_path, sound, open_ended)) == ["2026-01-06T18:00:00"]


# Real calendars, and mangled ones

REAL = {
    "daylight_saving_time": 64,
    "alarm_google_future": 1,
    "example": 3,
    "duration": 3,
    "discourse_no_dtend": 4,
}


@pytest.mark.parametrize("name", REAL)
def test_real_sample_plans_nothing_and_stays_private(name: str, tmp_path: Path) -> None:
    found = golden.outcome(_copied(sample(f"ics/{name}.ics"), tmp_path), IMPORTER)
    assert "planned_slots" not in found
    assert any(text.endswith(f"nothing of them was kept: {REAL[name]}.") for text in found["said"])


def test_real_sample_if_every_event_were_for_social_sites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Meaning, "of", lambda *_: frozenset())
    found = golden.outcome(_copied(sample("ics/daylight_saving_time.ics"), tmp_path), IMPORTER)
    assert len(starts(found)) > 64
    found = golden.outcome(_copied(sample("ics/duration.ics"), tmp_path), IMPORTER)
    assert starts(found) == ["2018-01-15T10:00:00"]


def _copied(path: Path, folder: Path) -> Path:
    (folder / path.name).write_bytes(path.read_bytes())
    return folder / path.name


VALUES = st.one_of(
    st.sampled_from(
        [
            "20260105T180000Z", "20260105", "00010101T000000Z", "99991231T235959Z", "20260105T250000", "",
            "PT30M", "-P1D", "P99999999999W", "FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;COUNT=3;UNTIL=20260110",
            "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2", "20260105T180000Z/PT1H,20260106", "CANCELLED", "1", "-5",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "STATUS", "UID",
        "CATEGORIES", "DTSTAMP", "DTSTART;TZID=Europe/Vienna", "DTEND;VALUE=DATE", "RDATE;VALUE=PERIOD",
        "DTSTART;TZID=", "EXDATE;TZID=Nowhere", "BEGIN", "END", "RECURRENCE-ID;RANGE=THISANDFUTURE",
    ]
)  # fmt: skip
LINES = st.lists(st.tuples(NAMES, VALUES).map(":".join), max_size=7)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(LINES, min_size=1, max_size=3), cut=st.integers(0, 400), whole=st.booleans())
def test_mangled_calendars_never_fail(tmp_path: Path, events: list[list[str]], cut: int, whole: bool) -> None:
    text = "\r\n".join(event("DTSTART:20260105T180000Z", *lines) for lines in events)
    content = f"BEGIN:VCALENDAR\r\n{text}\r\nEND:VCALENDAR".encode(errors="replace")
    path = tmp_path / "plan.ics"
    path.write_bytes(content if whole else content[: 18 + cut])
    (found,) = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    with open_stage() as stage:
        list(IMPORTER.read(found.files, found.members, stage, VIENNA))
        assert stage.run("SELECT count(*) FROM planned_slots WHERE NOT end_utc > start_utc OR site = ''") == [
            (0,)
        ]
