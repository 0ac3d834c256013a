"""Days, weeks, minutes, shares and names as the reports write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metrics.time_words import basis_sentence, duration_words, rough_words
from analytics.metrics.weekly_budget import Standing
from analytics.metrics.window import to_local

if TYPE_CHECKING:
    from analytics.reports.this_week import ThisWeek

NAMED = 3

MEASURE_WORDS = {
    "replies": ("reply", "replies"), "conversations": ("conversation", "conversations"),
    "new_mutuals": ("new mutual", "new mutuals"), "likes": ("like", "likes"), "reposts": ("repost", "reposts"),
    "new_followers": ("new follower", "new followers"), "link_clicks": ("link click", "link clicks"),
}  # fmt: skip
"""Measure of `results` -> one of it, many."""


def day_words(moment_utc: datetime, time_zone: str) -> str:
    """A local day, such as "22 Nov 2026"."""
    local = to_local(moment_utc, time_zone)
    return f"{local.day} {local:%b %Y}"


def moment_words(moment_utc: datetime, time_zone: str) -> str:
    """A local moment within a week, such as "Sat 21 Nov, 15:00"."""
    local = to_local(moment_utc, time_zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def week_words(week: date) -> str:
    """A week's days, such as "16–22 Nov 2026" or "30 Nov – 6 Dec 2026"."""
    last = week + timedelta(days=6)
    if week.month == last.month:
        return f"{week.day}–{last.day} {last:%b %Y}"
    first_year = f" {week.year}" if week.year != last.year else ""
    return f"{week.day} {week:%b}{first_year} – {last.day} {last:%b %Y}"


def days_words(first: date, last: date) -> str:
    """A stretch of days, such as "24 Aug – 22 Nov 2026" or "30 Dec 2025 – 2 Jan 2026".

    >>> days_words(date(2026, 8, 24), date(2026, 11, 22))
    '24 Aug – 22 Nov 2026'
    """
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"


def percent(part: float, whole: float) -> str:
    """A share in whole percent, "under 1 %" where it would round to nothing.

    >>> percent(57, 94), percent(1, 400)
    ('61 %', 'under 1 %')
    """
    share = 100 * part / whole
    return "under 1 %" if 0 < share < 0.5 else f"{share:.0f} %"


def count_words(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 account", "1,284 accounts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def minutes_words(minutes: float, *, estimated: bool = False) -> str:
    """Minutes as people say them, coarser where they are estimated."""
    return (rough_words if estimated else duration_words)(minutes * 60)


def is_estimated(standing: Standing) -> bool:
    """True where any of what was spent is estimated."""
    return "estimated" in (standing.basis or "")


def spent_words(standing: Standing) -> str:
    """What was spent and what it rests on: "57 min, measured"."""
    if standing.spent_minutes is None:
        return standing.refused or "not known"
    if standing.basis is None:
        return "nothing recorded"
    low, high = standing.low_minutes, standing.high_minutes
    return basis_sentence(
        standing.spent_minutes * 60,
        None if low is None else low * 60,
        None if high is None else high * 60,
        standing.basis,
        standing.actions,
    )


def when_words(report: ThisWeek, standing: Standing) -> str:
    """The moment at which a budget is used up; empty where there is none."""
    return moment_words(standing.runs_out, report.time_zone) if standing.runs_out else ""


def account_name(report: ThisWeek, account: Mapping[Any, Any]) -> str:
    """An account of the user's, such as "X (@ana)"; the handle is text from an export."""
    name = report.names.get(account["platform"], account["platform"])
    handle = account.get("owner_handle")
    return f"{name} (@{account['owner'] if handle is None or pd.isna(handle) else handle})"


def handle(person: Mapping[Any, Any]) -> str:
    """@handle of an account, or its id where none is known; text from an export."""
    return f"@{person['handle'] or person['account']}"
