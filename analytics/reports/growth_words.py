"""Growth in words: who came, who left and why, each sentence with its figures and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metrics.growth_jumps import COUNTED, DATED, LISTS
from analytics.metrics.retention import INTERVAL, MONTH, START
from analytics.metrics.window import to_local
from analytics.reports.week_words import count_words, day_words, percent

if TYPE_CHECKING:
    from analytics.reports.growth import AccountGrowth

STANDS_OUT = 0.05
"""A post stands out where no larger share of one's posts received as much."""

LONG_DAYS = 45
"""In an interval so long, churn is also said for thirty days."""

CAUSE_WORDS = {
    "unfollowed": ("unfollowed you", "you unfollowed"),
    "gone": ("likely gone", "likely gone"),
    "blocked": ("blocked by you", "blocked by you"),
    "unknown": ("not known why", "not known why"),
}
"""Cause -> as it stands in a sentence, of one's followers and of those one follows."""


def account_name(account: AccountGrowth) -> str:
    """An account of the user's, such as "X (@ana)"; the handle is text from an export."""
    return f"{account.network} (@{account.handle or account.owner})"


def change_words(difference: int) -> str:
    """A difference of levels: "31 more than", "as many as"."""
    if not difference:
        return "as many as"
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} than"


def level_sentence(account: AccountGrowth) -> str:
    """How many follow, and how that came about, by the first and the last complete list, else by counts."""
    name, zone = account_name(account), account.time_zone
    known = account.points.dropna(subset=["followers"])
    if known.empty:
        return f"{name}: how many follow you is not in these exports."
    last = known.iloc[-1]
    said = f"{name}: {count_words(int(last['followers']), 'follower')} on {day_words(last['as_of'], zone)}"
    lists = account.lists[account.lists["direction"] == "follower"]
    if len(lists) > 1:
        first, latest = lists.iloc[0], lists.iloc[-1]
        came, left, renamed = counts(account.between("follower", first["as_of"], latest["as_of"]))
        said = (
            f"{name}: {count_words(int(latest['members']), 'follower')} on {day_words(latest['as_of'], zone)}, "
            f"{change_words(int(latest['members'] - first['members']))} on {day_words(first['as_of'], zone)}"
        )
        under = f", {renamed:,} {'has' if renamed == 1 else 'have'} a new name" if renamed else ""
        return f"{said}: {came:,} came and {left:,} left{under}, by {len(lists):,} lists of your followers."
    basis = "the list of your followers" if last["source"] == "list" else "your profile's own count"
    earlier = known[known["as_of"] <= last["as_of"] - timedelta(days=1)]
    if len(earlier):
        first = earlier.iloc[0]
        difference = change_words(int(last["followers"]) - int(first["followers"]))
        said += f", {difference} on {day_words(first['as_of'], zone)}"
    once = "A second list will show who came and who left." if last["source"] == "list" else (
        "Who came and who left is not in these exports."
    )  # fmt: skip
    return f"{said}, by {basis}. {once}"


def counts(moved: pd.DataFrame) -> tuple[int, int, int]:
    """Of rows of `follower_change.between`: people who came, who left, and who are there under another name."""
    renamed = int(((moved["kind"] == "lost") & (moved["cause"] == "renamed")).sum())
    gained, lost = (int((moved["kind"] == kind).sum()) for kind in ("gained", "lost"))
    return gained - renamed, lost - renamed, renamed


def between_sentences(moved: pd.DataFrame, direction: str, first: str, second: str) -> Iterator[str]:
    """Rows of `follower_change.between` in words. first, second: the two lists as they are called."""
    came, left, renamed = counts(moved)
    mine = direction == "following"
    lists = f"{'those you follow' if mine else 'your followers'} of {first} and {second}"
    if not (came or left or renamed):
        yield f"On the lists of {lists} are the same people."
        return
    said = (
        f"Between the lists of {lists}, you began to follow {came:,} and {left:,} left the list"
        if mine
        else f"Between the lists of {lists}, {came:,} came and {left:,} left"
    )
    again = int((moved["again"] & (moved["kind"] == "gained") & (moved["cause"] != "renamed")).sum())
    if again:
        said += f"; {again:,} of the {came:,} had been there before"
    if renamed:
        said += f"; {renamed:,} more {'has' if renamed == 1 else 'have'} a new name"
    yield f"{said}."
    lost = moved[(moved["kind"] == "lost") & (moved["cause"] != "renamed")]
    told = lost["cause"].value_counts().to_dict()
    parts = [f"{told[cause]:,} {words[mine]}" for cause, words in CAUSE_WORDS.items() if cause in told]
    if parts:
        whom = "The one who left" if left == 1 else f"Of the {left:,} who left"
        yield f"{whom}: {', '.join(parts)}. The table says what that rests on."


def person_sentence(person: Mapping[Any, Any], time_zone: str) -> str:
    """When one person came or left, and what the cause rests on. person: a row of `AccountGrowth.people`."""
    came, left = (
        ("came", "left") if person["direction"] == "follower" else ("followed by you", "left your list")
    )
    verb = came if person["kind"] == "gained" else left
    first, last = (day_words(person[name], time_zone) for name in ("after", "before"))
    when = f"on {last}" if person["after"] == person["before"] else f"between {first} and {last}"
    said = f"{verb} {when}"
    if person["times"] > 1:
        said += (
            f", after {count_words(int(person['times']) - 1, 'earlier change', 'earlier changes')} in between"
        )
    if person["again"]:
        said += "; had been there before"
    return f"{said}. {person['cause_basis']}".strip()


def churn_sentence(account: AccountGrowth) -> str | None:
    """How many of those at the start of the latest interval left in it."""
    rows = account.churn[account.churn["direction"] == "follower"].dropna(subset=["churn"])
    if rows.empty:
        return None
    last = rows.iloc[-1]
    days = max(round(last["days"]), 1)
    said = (
        f"In the {count_words(days, 'day')} to {day_words(last['to'], account.time_zone)}, {last['left']:,} of "
        f"{count_words(int(last['at_start']), 'follower')} left ({_share(last['churn'])})"
    )
    even = f", or {_share(last['churn_30_days'])} in 30 days, had it gone on evenly"
    return f"{said}{even if days >= LONG_DAYS else ''}."


def _share(share: float) -> str:
    """A small share with one digit after the point."""
    return f"{100 * share:.1f} %" if 0 < share < 0.1 else percent(share, 1)


def daily_sentence(account: AccountGrowth) -> str | None:
    """What the platform counted itself."""
    days = account.daily
    if days.empty:
        return None
    new, gone = (days[name].sum(min_count=1) for name in ("new_follows", "unfollows"))
    parts = [] if pd.isna(new) else [count_words(int(new), "new follow")]
    parts += [] if pd.isna(gone) else [count_words(int(gone), "unfollow")]
    first, last = days["day"].min(), days["day"].max()
    return (
        f"{account.network} itself counted {' and '.join(parts)} on {count_words(len(days), 'day')} from "
        f"{date_words(first)} to {date_words(last)}."
    )


def retention_sentences(account: AccountGrowth) -> Iterator[str]:
    """Who of each kind of cohort is on the latest list."""
    rows = account.cohorts
    if rows.empty or rows["as_of"].nunique() < 2:
        return
    latest = rows[rows["as_of"] == rows["as_of"].max()]
    on = day_words(rows["as_of"].max(), account.time_zone)
    start = latest[latest["basis"] == START]
    if len(start):
        first = start.iloc[0]
        yield (
            f"Of the {first['arrived']:,} on your first list ({date_words(first['to'])}) of whom it is not known when "
            f"they came, {_are(first['here'])} on that of {on} ({percent(first['here'], first['arrived'])})."
        )
    for basis, whose in (
        (MONTH, "whose month of arrival is known"),
        (INTERVAL, "of whom it is known only that they came between two lists of different months"),
    ):
        rows = latest[latest["basis"] == basis]
        if arrived := int(rows["arrived"].sum()):
            here = int(rows["here"].sum())
            yield f"Of the {arrived:,} {whose}, {_are(here)} on that list ({percent(here, arrived)})."
    yield (
        "These shares are upper limits: who came and left between two lists is on none of them, and a date is "
        "known mostly of those who stay."
    )


def _are(people: int) -> str:
    return f"{people:,} {'is' if people == 1 else 'are'}"


def jump_sentence(jump: Mapping[Any, Any], time_zone: str) -> str:
    """One jump, with what is usual."""
    first, last = jump["from"], jump["to"] - timedelta(microseconds=1)
    when = span_words(first, last, time_zone)
    basis = {
        COUNTED: "new follows as the network counts them",
        DATED: "follows whose day is known",
        LISTS: "by two lists",
    }[jump["basis"]]
    other = jump["other_per_day"]
    usual = (
        ""
        if pd.isna(other)
        else f", {jump['gained'] / jump['days']:.1f} a day; otherwise it is {other:.1f} a day"
    )
    return f"{when}: {jump['gained']:,} came ({basis}){usual}."


def posts_sentence(posts: pd.DataFrame) -> str:
    """The posts around a jump, without saying that they made it."""
    known = posts.dropna(subset=["received"])
    if known.empty:
        return "No post of yours with known likes or reposts was around it, or in the two days before."
    best = known.iloc[0]
    said = (
        f"Of your posts around it and in the two days before, the one that did best received {best['received']:,} "
        f"in all (likes, reposts, replies, quotes): number {best['place']:,} of your {best['posts_counted']:,} posts"
    )
    if best["place"] > STANDS_OUT * best["posts_counted"]:
        return f"{said}, so none of them stands out."
    return f"{said}. Whether it brought anybody is not known."


def span_words(first: datetime, last: datetime, time_zone: str) -> str:
    """Two moments as local days: "19 Jun 2026", "19–22 Jun 2026", "30 Jun – 2 Jul 2026"."""
    return days_words(to_local(first, time_zone).date(), to_local(last, time_zone).date())


def days_words(first: date, last: date) -> str:
    """Two days, as short as they can be written.

    >>> days_words(date(2026, 6, 19), date(2026, 6, 22)), days_words(date(2026, 6, 30), date(2026, 7, 2))
    ('19–22 Jun 2026', '30 Jun – 2 Jul 2026')
    """
    if first == last:
        return date_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_words(last)}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} – {date_words(last)}"


def date_words(day: date) -> str:
    """A local day, such as "22 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def cohort_words(cohort: Mapping[Any, Any]) -> str:
    """A cohort as it is labelled: "Jun 2026", "10 May – 19 Nov 2026", "by 10 May 2026"."""
    if cohort["basis"] == MONTH:
        return f"{cohort['from']:%b %Y}"
    if cohort["basis"] == START:
        return f"by {date_words(cohort['to'])}"
    return days_words(cohort["from"], cohort["to"])
