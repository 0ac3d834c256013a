"""What is worth doing now: at most three things, the most pressing first, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from analytics.metrics.time_words import duration_words
from analytics.metrics.weekly_budget import Standing
from analytics.metrics.window import to_local
from analytics.reports.week_words import (
    NAMED,
    count_words,
    day_words,
    handle,
    minutes_words,
    spent_words,
    when_words,
)

if TYPE_CHECKING:
    from analytics.reports.this_week import LinkPushers, ThisWeek

AT_MOST = 3

STALE_AFTER = timedelta(days=35)
"""Networks let one export about once a month; older lists are worth renewing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing worth doing now, why, and the page where it is done (the name of its file in analytics/pages).

    what holds our own words and figures only; why may hold text from an export.
    """

    page: str
    what: str
    why: str


def suggestions(report: ThisWeek) -> tuple[Suggestion, ...]:
    """Up to three, none where nothing presses."""
    return tuple(islice(_all(report), AT_MOST))


def _all(report: ThisWeek) -> Iterator[Suggestion]:
    worst = max((report.budget.total, *report.budget.sites), key=_excess)
    over = report.budget.total if _excess(report.budget.total) else worst
    if _excess(over):
        yield _stop_now(report, over)
    if report.link_pushers.likely_spam:
        yield _look_at_spam(report.link_pushers)
    if len(report.fans_talked_with):
        yield _follow_fans(report.fans_talked_with)
    if len(report.waiting):
        yield _answer(report)
    yield from filter(None, (_stale_lists(report), _next_slot(report)))


def _excess(standing: Standing) -> float:
    """Minutes of recorded time beyond the budget, 0 where an estimate or nothing is over."""
    return -(standing.left_minutes or 0.0) if standing.verdict == "over" else 0.0


def _stop_now(report: ThisWeek, standing: Standing) -> Suggestion:
    """What to do where recorded time is over a budget."""
    name = report.names.get(standing.site, standing.site) if standing.site else "All sites together"
    over = minutes_words(abs(standing.left_minutes or 0.0))
    when = f" since {when_words(report, standing)}" if standing.runs_out else ""
    what = f"{name}: {over} over {'its share' if standing.site else 'the budget'}{when}"
    why = f"{spent_words(standing)}, of {duration_words((standing.budget_minutes or 0) * 60)}"
    return Suggestion(page="time", what=what, why=why)


def _look_at_spam(judged: LinkPushers) -> Suggestion:
    """What to do about likely spam."""
    spam = [person for person in judged.top if person["label"] == "likely spam"]
    names = ", ".join(handle(person) for person in spam[:NAMED])
    more = f" and {judged.likely_spam - NAMED:,} more" if judged.likely_spam > NAMED else ""
    verb = "looks" if judged.likely_spam == 1 else "look"
    what = f"Look at {count_words(judged.likely_spam, 'account')} you follow that {verb} like spam"
    return Suggestion(page="link_pushers", what=what, why=f"{names}{more}")


def _follow_fans(fans: pd.DataFrame) -> Suggestion:
    """What to do about followers one talks with."""
    newest = fans.sort_values("last_interaction", ascending=False)
    names = ", ".join(handle(person) for person in newest.head(NAMED).to_dict("records"))
    more = f" and {len(fans) - NAMED:,} more" if len(fans) > NAMED else ""
    what = f"{count_words(len(fans), 'follower')} you talk with and do not follow"
    return Suggestion(page="follows", what=what, why=f"{names}{more}; within 14 days of the latest data")


def _answer(report: ThisWeek) -> Suggestion:
    """What to do about words that wait for an answer."""
    waiting = report.waiting
    names = ", ".join(handle(person) for person in waiting.head(NAMED).to_dict("records"))
    more = f" and {len(waiting) - NAMED:,} more" if len(waiting) > NAMED else ""
    oldest = max((report.as_of_utc - waiting["at"].min()).days, 0)
    verb = "waits" if len(waiting) == 1 else "wait"
    what = f"{count_words(len(waiting), 'person', 'people')} {verb} for an answer"
    why = f"{names}{more}; the oldest for {count_words(oldest, 'day')}"
    return Suggestion(page="conversations", what=what, why=why)


def _stale_lists(report: ThisWeek) -> Suggestion | None:
    """What to do where the lists of an account are old; null where none are."""
    for account in report.accounts.to_dict("records"):
        as_of = account["as_of"]
        if not pd.isna(as_of) and report.present_utc - as_of > STALE_AFTER:
            days = (report.present_utc - as_of).days
            what = f"Import a newer export of {report.names.get(account['platform'], account['platform'])}"
            why = f"its lists are {days:,} days old, of {day_words(as_of, report.time_zone)}"
            return Suggestion(page="imports", what=what, why=why)
    return None


def _next_slot(report: ThisWeek) -> Suggestion | None:
    """The next planned slot of the present week; null where none lies ahead."""
    ahead = report.plan[report.plan["start_utc"] > report.present_utc]
    if ahead.empty or not report.is_present:
        return None
    slot = ahead.iloc[0]
    start, end = (to_local(slot[key], report.time_zone) for key in ("start_utc", "end_utc"))
    name = report.site_name(slot["site"])
    what = f"Next in the plan: {start:%A} {start:%H:%M}–{end:%H:%M}"
    return Suggestion(page="time", what=what, why=f"{name}, {duration_words(slot['planned_seconds'])}")
