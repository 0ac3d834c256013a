"""`me`, `budget`, `plan` and `settings`: the user's own word, kept and shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import HANDLE, OWNER, rows_of
from tests.cli.running import run


def test_me_knows_an_account_by_its_handle(filled: Path) -> None:
    assert run(filled, "me", "remove", "x", f"@{HANDLE}").code == 0
    assert run(filled, "me", "list", "--format", "json").json == {"me": []}
    ran = run(filled, "me", "add", "X", HANDLE.upper())
    assert (ran.code, ran.err) == (0, "")
    (listed,) = run(filled, "me", "list", "--format", "json").json["me"]
    assert (listed["platform"], listed["account"]) == ("x", OWNER)


def test_me_can_be_said_before_anything_is_imported(store_path: Path) -> None:
    assert run(store_path, "me", "add", "mastodon", "@Wren@Social.example").code == 0
    assert run(store_path, "me", "list", "--format", "csv").out == (
        "platform,account,handle\nmastodon,wren@social.example,wren@social.example\n"
    )


def test_saying_me_twice_is_once(store_path: Path) -> None:
    for _ in range(2):
        run(store_path, "me", "add", "x", "wren")
    assert rows_of(store_path, "SELECT count(*) FROM identities") == [(1,)]


@pytest.mark.parametrize(
    "arguments",
    [("me", "remove", "x", "nobody"), ("me", "add", "x", "@"), ("me", "add", " ", "wren")],
)
def test_a_me_that_cannot_be_is_one_sentence(arguments: tuple[str, ...], store_path: Path) -> None:
    ran = run(store_path, *arguments)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert not store_path.exists()


def test_a_budget_holds_from_its_date_until_the_next(filled: Path) -> None:
    def total(today: str) -> float:
        answer = run(filled, "show", "budget", "--today", today, "--format", "json").json
        found: float = answer["total"]["budget_minutes"]
        return found

    run(filled, "budget", "set", "--total", "60", "--from", "2026-05-04")
    run(filled, "budget", "set", "--total", "90", "--from", "2026-06-01")
    assert [total(day) for day in ("2026-05-10", "2026-05-31", "2026-06-01", "2026-07-01")] == [
        60,
        60,
        90,
        90,
    ]


def test_a_site_may_have_a_share_by_its_name(filled: Path) -> None:
    ran = run(filled, "budget", "set", "--site", "Mastodon", "--minutes", "5", "--from", "2026-06-01")
    assert (ran.code, ran.err) == (0, "")
    answer = run(filled, "show", "budget", "--today", "2026-06-07", "--format", "json").json
    mastodon = next(row for row in answer["sites"] if row["site"] == "mastodon")
    assert (mastodon["budget_minutes"], mastodon["spent_minutes"], mastodon["left_minutes"]) == (5, 10, -5)


def test_a_budget_without_a_date_holds_from_the_latest_week_that_has_data(filled: Path) -> None:
    assert "from 2026-06-01" in run(filled, "budget", "set", "--total", "45").out
    assert "45" in run(filled, "budget").out


def test_shares_for_more_than_four_sites_are_a_note(filled: Path) -> None:
    for site in ("x", "mastodon", "bluesky", "reddit", "linkedin"):
        run(filled, "budget", "set", "--site", site, "--minutes", "10", "--from", "2026-06-01")
    answer = run(filled, "show", "budget", "--today", "2026-06-02", "--format", "json").json
    assert len(answer["notes"]) == 1


def test_a_site_that_nobody_knows_is_kept_with_a_note(store_path: Path) -> None:
    ran = run(
        store_path, "budget", "set", "--site", "gossip-corner", "--minutes", "5", "--from", "2026-06-01"
    )
    assert ran.code == 0
    assert "gossip-corner" in ran.err
    assert rows_of(store_path, "SELECT site, minutes FROM budgets") == [("gossip-corner", 5)]


def test_slots_are_planned_and_taken_out(filled: Path) -> None:
    for arguments in (("mon", "12:30-12:50", "x"), ("Friday", "18:00-18:10", "mastodon")):
        assert run(filled, "plan", "set", *arguments, "--from", "2026-06-01").code == 0
    listed = run(filled, "plan", "list").out
    assert "12:30-12:50" in listed
    assert "18:00-18:10" in listed
    assert run(filled, "plan", "remove", "monday", "12:30-12:50", "--from", "2026-06-01").code == 0
    listed = run(filled, "plan", "list").out
    assert "12:30-12:50" not in listed
    assert "18:00-18:10" in listed


NUMBERS = (
    "grace_days = 14\nsilent_days = 180\nreading_seconds = 15\nunfollows_per_day = 20\n"
    "warn_percent = 90\nsession_gap_minutes = 30\nhalf_day_hours = 4\n"
)


def test_settings_are_shown_and_kept(store_path: Path) -> None:
    assert run(store_path, "settings").out == f"time_zone = Europe/Vienna\nweek_start = monday\n{NUMBERS}"
    assert not store_path.exists()
    said = run(store_path, "settings", "week_start", "Sun").out
    assert said == f"time_zone = Europe/Vienna\nweek_start = sunday\n{NUMBERS}"
    assert run(store_path, "settings", "time_zone", "Asia/Kolkata").code == 0
    assert run(store_path, "settings").out == f"time_zone = Asia/Kolkata\nweek_start = sunday\n{NUMBERS}"


def test_a_setting_that_is_a_number_is_kept_as_one(store_path: Path) -> None:
    assert "silent_days = 90\n" in run(store_path, "settings", "silent_days", "90.0").out
    for wrong in ("soon", "0", "nan", "-3", "1e9"):
        ran = run(store_path, "settings", "silent_days", "--", wrong)
        assert (ran.code, ran.err) == (1, f"{wrong} cannot be silent_days; write a number from 1 to 3650.\n")
    ran = run(store_path, "settings", "colour", "red")
    assert ran.err.startswith("There is no setting colour; there are time_zone, week_start, grace_days")


def test_the_first_day_and_the_zone_cut_the_weeks(filled: Path) -> None:
    """Monday 1 June, 12:00 in Vienna, is in the week of Sunday 31 May; for Honolulu it is Monday 00:00."""
    run(filled, "settings", "week_start", "sunday")
    assert run(filled, "show", "budget", "--format", "json").json["week"] == "2026-05-31"
    run(filled, "settings", "week_start", "monday")
    run(filled, "settings", "time_zone", "Pacific/Pago_Pago")
    weeks = {
        row["week"] for row in run(filled, "show", "time", "--format", "json").json["weeks"] if row["seconds"]
    }
    # 10:00 UTC on Monday is 23:00 on Sunday in Pago Pago.
    assert weeks == {"2026-05-25", "2026-06-01"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("budget", "set"), 2),
        (("budget", "set", "--site", "x"), 2),
        (("budget", "set", "--minutes", "5"), 2),
        (("budget", "set", "--total", "-1"), 2),
        (("budget", "set", "--total", "20000"), 2),
        (("budget", "set", "--total", "soon"), 2),
        (("budget", "set", "--total", "nan"), 1),
        (("plan", "set", "mon", "12:30", "x"), 2),
        (("plan", "set", "mon", "25:00-26:00", "x"), 2),
        (("plan", "set", "mon", "12:00+02:00-13:00", "x"), 2),
        (("plan", "set", "m", "12:00-13:00", "x"), 2),
        (("plan", "set", "someday", "12:00-13:00", "x"), 2),
        (("plan", "set", "mon", "13:00-12:00", "x"), 1),
        (("settings", "week_start"), 2),
        (("settings", "week_start", "someday"), 1),
        (("settings", "time_zone", "Middle/Earth"), 1),
        (("settings", "time_zone", "../../etc/passwd"), 1),
        (("settings", "colour", "blue"), 1),
        (("me", "add", "x"), 2),
    ],
)
def test_what_cannot_be_is_told_and_not_kept(arguments: tuple[str, ...], code: int, store_path: Path) -> None:
    ran = run(store_path, *arguments)
    assert ran.code == code
    assert ran.out == ""
    assert ran.err
    assert code == 2 or len(ran.err.splitlines()) == 1
    assert not store_path.exists()


def test_a_share_and_what_is_carried_over_are_set_and_listed(filled: Path) -> None:
    run(filled, "budget", "set", "--total", "100", "--site", "x", "--share", "30", "--from", "2026-06-01")
    run(filled, "budget", "set", "--carry-over", "20", "--from", "2026-06-01")
    answer = run(filled, "show", "budget", "--today", "2026-06-07", "--format", "json").json
    assert next(s["budget_minutes"] for s in answer["sites"] if s["site"] == "x") == 30
    assert answer["total"]["carried_minutes"] is not None
    rows = run(filled, "budget", "list", "--format", "json").json["budgets"]
    assert {
        (row["site"], row["minutes"], row["share_percent"], row["carry_over_minutes"]) for row in rows
    } == {
        (None, 100, None, 20),
        ("x", 30, 30, None),
    }
    assert (
        "No budget of its own for x"
        in run(filled, "budget", "remove", "--site", "x", "--from", "2026-06-01").out
    )


def test_a_calendar_is_taken_into_the_plan(store_path: Path, tmp_path: Path) -> None:
    calendar = tmp_path / "week.ics"
    event = "DTSTART:20261116T120000Z\r\nDTEND:20261116T123000Z\r\nSUMMARY:Mastodon"
    calendar.write_bytes(
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n"
        f"{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()
    )
    assert run(store_path, "plan", "import", str(calendar)).code == 0
    assert rows_of(store_path, "SELECT site FROM current_slots") == [("mastodon",)]
    (tmp_path / "notes.txt").write_text("no calendar")
    refused = run(store_path, "plan", "import", str(tmp_path / "notes.txt"))
    assert refused.code == 1
    assert "notes.txt" in refused.err
