"""Ten invented weeks of time and what they brought: what the tests of Time and Results look at.

Monday 14 September to Sunday 22 November 2026 in Vienna; the data end on Thursday 19 November at 20:00 local. Each
week has the same hours and brings the same, but for the budget, which falls on 19 October, and X with it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb

from analytics.metrics import settings, weekly_limits, weekly_plan
from tests.builders import add_post

ZONE = ZoneInfo("Europe/Vienna")
FIRST = date(2026, 9, 14)
WEEKS = 10
CHANGE = date(2026, 10, 19)
PRESENT = datetime(2026, 11, 19, 19)
SAID = datetime(2026, 9, 1)

LOUD = "**loud** <b>[deals](http://evil.example)"
"""A text that would be Markdown, HTML and a link if it were not shown as it is."""


def fill(store: duckdb.DuckDBPyConnection) -> None:
    """Everything below."""
    say(store)
    spend(store)
    post(store)
    receive(store)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    """A local moment in Vienna as naive UTC."""
    local = datetime.combine(day, time(hour, minute), tzinfo=ZONE)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def mondays() -> list[date]:
    """The first day of each week."""
    return [FIRST + timedelta(days=7 * n) for n in range(WEEKS)]


def say(store: duckdb.DuckDBPyConnection) -> None:
    """Two accounts of mine; 120 minutes a week, from 19 October on 90, of which 30 for X; a slot on Mondays."""
    for fact, platform in enumerate(("x", "mastodon")):
        store.execute(
            "INSERT INTO identities VALUES ($fact, $platform, 'me', 'wren', 'export')",
            {"fact": fact, "platform": platform},
        )
    settings.save_setting(store, name="time_zone", value="Europe/Vienna", set_at_utc=SAID)
    for day, site, minutes in ((FIRST, None, 120), (CHANGE, None, 90), (CHANGE, "x", 30)):
        weekly_limits.set_budget(store, valid_from=day, site=site, minutes=minutes, set_at_utc=SAID)
    weekly_plan.set_slot(
        store,
        valid_from=FIRST,
        weekday=0,
        start_time=time(18),
        end_time=time(18, 30),
        site="x",
        set_at_utc=SAID,
    )


def spend(store: duckdb.DuckDBPyConnection) -> None:
    """X on Mondays at 18:00, 60 minutes and from 19 October on 30; Mastodon on Wednesdays at 12:30, 30 minutes."""
    for monday in mondays():
        x = 60 if monday < CHANGE else 30
        for site, start, minutes in (
            ("x", utc(monday, 18), x),
            ("mastodon", utc(monday + timedelta(days=2), 12, 30), 30),
        ):
            store.execute(
                "INSERT INTO time_spans VALUES (hash($site, $start), $site, $start, $end, 'measured', 'laptop')",
                {"site": site, "start": start, "end": start + timedelta(minutes=minutes)},
            )


def post(store: duckdb.DuckDBPyConnection) -> None:
    """A post on X each Monday at 18:05 that received 4 likes, the first one 40."""
    for number, monday in enumerate(mondays()):
        text = LOUD if number == 0 else f"Week {number} at the bindery"
        add_post(store, "me", f"p{number}", text, utc(monday, 18, 5).isoformat())
        store.execute(
            "INSERT INTO post_counts (fact, platform, post_id, observed_utc, likes) "
            "VALUES (hash($id), 'x', $id, $at, $likes)",
            {"id": f"p{number}", "at": PRESENT, "likes": 40 if number == 0 else 4},
        )


def receive(store: duckdb.DuckDBPyConnection) -> None:
    """Three replies a week on X and one on Mastodon, each from somebody else, and one answer of mine to bo on X."""
    for number, monday in enumerate(mondays()):
        acts = [("x", who, "me", utc(monday, 19), f"r{number}{who}") for who in ("ada", "bo", "cy")]
        acts.append(("x", "me", "bo", utc(monday, 19, 30), f"a{number}"))
        acts.append(("mastodon", "dee", "me", utc(monday + timedelta(days=2), 13), f"m{number}"))
        for platform, actor, target, at, post_id in acts:
            store.execute(
                "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) "
                "VALUES (hash($post_id), $platform, $actor, $target, 'reply', $at, $post_id)",
                {"post_id": post_id, "platform": platform, "actor": actor, "target": target, "at": at},
            )
