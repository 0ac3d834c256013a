"""Stretches of time that cannot be, through the whole import: each is told of, the good ones are kept and counted once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import rows_of
from tests.cli.running import Ran, run

CSV = "site,start,end\n" + "\n".join(
    f"x,{start}Z,{end}Z"
    for start, end in (
        ("2026-05-04T10:00:00", "2026-05-04T10:30:00"),
        ("2026-05-04T10:20:00", "2026-05-04T10:40:00"),
        ("2026-05-04T12:00:00", "2026-05-04T11:00:00"),
        ("2026-05-04T13:00:00", "2026-05-04T13:00:00"),
        ("2096-05-04T10:00:00", "2096-05-04T10:30:00"),
        ("1970-01-01T00:00:00", "1970-01-01T00:30:00"),
    )
)

TOGGL = "\n".join(
    (
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags",
        "Wren,wren@press.example,,Twitter,,,No,2026-05-04,10:00:00,2026-05-04,10:30:00,00:30:00,",
        "Wren,wren@press.example,,Twitter,,,No,2026-05-04,10:20:00,2026-05-04,10:40:00,00:20:00,",
        "Wren,wren@press.example,,Twitter,,,No,2026-05-04,12:00:00,2026-05-04,11:00:00,00:30:00,",
        "Wren,wren@press.example,,Twitter,,,No,2096-05-04,10:00:00,2096-05-04,10:30:00,00:30:00,",
        "Wren,wren@press.example,,Twitter,,,No,1970-01-01,10:00:00,1970-01-01,10:30:00,00:30:00,",
    )
)


def activitywatch() -> str:
    """A telephone's export with the same stretches."""
    events = [
        {"timestamp": at, "duration": seconds, "data": {"app": "X", "package": "com.twitter.android"}}
        for at, seconds in (
            ("2026-05-04T10:00:00+00:00", 1800),
            ("2026-05-04T10:20:00+00:00", 1200),
            ("2026-05-04T12:00:00+00:00", -3600),
            ("2026-05-04T13:00:00+00:00", 0),
            ("2096-05-04T10:00:00+00:00", 1800),
            ("1970-01-01T00:00:00+00:00", 1800),
        )
    ]
    bucket = {
        "id": "aw-watcher-android-test", "type": "currentwindow", "client": "aw-watcher-android",
        "hostname": "phone", "created": "2026-05-01T00:00:00+00:00", "events": events,
    }  # fmt: skip
    return json.dumps({"buckets": {"aw-watcher-android-test": bucket}})


EXPORTS = {"time.csv": CSV, "toggl.csv": TOGGL, "aw-buckets-export.json": activitywatch()}


@pytest.fixture(params=EXPORTS)
def imported(request: pytest.FixtureRequest, store_path: Path, tmp_path: Path) -> tuple[Ran, Path]:
    """One of them, taken in."""
    run(store_path, "settings", "time_zone", "UTC")
    path = tmp_path / str(request.param)
    path.write_text(EXPORTS[str(request.param)], encoding="utf-8")
    return run(store_path, "import", path), store_path


def test_the_good_stretches_count_once_and_nothing_of_another_time(imported: tuple[Ran, Path]) -> None:
    ran, store = imported
    assert ran.code == 0
    weeks = run(store, "show", "time", "--format", "json").json["weeks"]
    assert [(row["week"], row["site"], row["seconds"]) for row in weeks] == [("2026-05-04", "x", 2400)]


def test_each_bad_stretch_is_told_of(imported: tuple[Ran, Path]) -> None:
    ran, store = imported
    assert "Problem:" in ran.err
    assert rows_of(store, "SELECT count(*) FROM problems")[0][0] >= 2
    assert rows_of(store, "SELECT count(*) FROM time_spans WHERE start_utc < TIMESTAMP '1990-01-01'") == [
        (0,)
    ]
    assert rows_of(store, "SELECT count(*) FROM time_spans WHERE end_utc <= start_utc") == [(0,)]
    future = rows_of(store, "SELECT count(*) FROM time_spans WHERE start_utc > TIMESTAMP '2090-01-01'")
    # Either it was refused with its row, or kept with a note that it lies after the export.
    assert (future == [(0,)]) != ("more than a day after this export was made" in ran.err)


def test_an_overlap_is_told_with_its_minutes(store_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "time.csv"
    path.write_text(CSV, encoding="utf-8")
    said = run(store_path, "import", path).err
    assert (
        "1 of the stretches of time overlap others, by 10 minutes in all; each instant counts once." in said
    )
    assert "time.csv, row 4: ends before it starts" in said
    assert "time.csv, row 5: lasts no time" in said
    assert "1 stretch begins more than a day after this export was made" in said
    assert "time.csv, row 7: start is '1970-01-01T00:00:00Z'" in said


def test_good_time_is_taken_in_without_a_word(store_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "time.csv"
    path.write_text("\n".join(CSV.splitlines()[:2]), encoding="utf-8")
    said = run(store_path, "import", path).err
    assert "overlap" not in said
    assert "Problem" not in said


def test_an_unknown_zone_is_one_sentence_and_nothing_changes(store_path: Path) -> None:
    ran = run(store_path, "settings", "time_zone", "Mars/Olympus")
    assert (ran.code, ran.err) == (1, "Mars/Olympus is no time zone; write one such as Europe/Vienna.\n")
    assert "Mars" not in run(store_path, "settings").out


def test_a_calendar_in_an_unknown_zone_that_never_ends_is_bounded_and_said(
    store_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plan.ics"
    path.write_bytes(
        "\r\n".join(
            (
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//press//plan//EN", "BEGIN:VEVENT", "UID:1",
                "DTSTAMP:20260101T000000Z", "DTSTART;TZID=Mars/Olympus:20260105T180000",
                "DTEND;TZID=Mars/Olympus:20260105T183000", "RRULE:FREQ=DAILY", "SUMMARY:Mastodon", "END:VEVENT",
                "END:VCALENDAR", "",
            )
        ).encode()
    )  # fmt: skip
    ran = run(store_path, "plan", "import", path)
    assert ran.code == 0
    assert "events in a time zone that nobody knows, read in your own: 1." in ran.err
    assert rows_of(store_path, "SELECT count(*) < 1000 FROM planned_slots") == [(True,)]
