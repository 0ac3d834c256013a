"""Lists to act on by hand: whom to unfollow, whom to keep, who does not follow back, fans.

The program only writes lists. Unfollowing is done on the network, by the person: what decides does not act, and
networks punish programs that unfollow in bulk. So an unfollow list is spread over days (`in_parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from analytics.metrics import decisions, following, reciprocity, settings
from analytics.metrics.time_spent import Cursor
from analytics.metrics.window import Window, to_local
from analytics.reference import load_sites
from analytics.reports import answers
from analytics.reports.plain import csv_text
from analytics.reports.profiles import profile_url
from analytics.reports.week_words import count_words

NO_LIST = "no list of whom you follow"

COLUMNS = {
    "unfollow": (
        "day",
        "platform",
        "owner",
        "account",
        "handle",
        "profile",
        "reason",
        "decided_on",
        "still_followed",
    ),
    "keep": ("platform", "owner", "account", "handle", "profile", "decision", "reason", "valid_until"),
    "not-following-back": (
        "platform",
        "owner",
        "account",
        "handle",
        "profile",
        "since",
        "last_interaction",
        "decision",
    ),
    "fans": ("platform", "owner", "account", "handle", "profile", "since", "last_interaction", "decision"),
}
"""The columns of each list, as they are written."""


def rows(cursor: Cursor, window: Window, which: str) -> pd.DataFrame:
    """A list of COLUMNS, with these columns. Raises KeyError for another name."""
    return _with_names(cursor, _QUESTIONS[which](cursor, window))[list(COLUMNS[which])]


def csv_of(found: pd.DataFrame, which: str) -> str:
    """A list as CSV: addresses of profiles to open, and no cell that a spreadsheet would run."""
    return csv_text(answers.rows(found), COLUMNS[which])


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What there is to act on. today: rows of the unfollow list that are due by window.today, with name and network
    (as shown); sizes: name of each list -> accounts on it.
    """

    today: pd.DataFrame
    sentences: tuple[str, ...]
    sizes: Mapping[str, int]


def queue(cursor: Cursor, window: Window) -> Queue:
    """What of the unfollow list is due, what comes later, and how long the lists are."""
    sizes = {which: len(question(cursor, window)) for which, question in _QUESTIONS.items()}
    found = _with_names(cursor, _unfollow(cursor, window))
    due = found[found["day"].map(lambda day: day <= window.today).astype(bool)].copy()
    shown = due["handle"].where(due["handle"].notna(), due["account"])
    due["name"] = "@" + shown.astype(str)
    due["network"] = due["platform"].map(lambda platform: load_sites().names.get(platform, platform))
    if found.empty:
        nobody = "Nobody is to be unfollowed: you have decided so about no one you follow."
        return Queue(today=due, sentences=(nobody,), sizes=sizes)
    per_day = int(settings.number(cursor, "unfollows_per_day"))
    said = [
        f"You have decided to unfollow {count_words(len(found), 'account')} that your latest lists still hold; "
        f"{len(due):,} {'is' if len(due) == 1 else 'are'} due by today, at most {per_day:,} a day."
    ]
    if later := len(found) - len(due):
        last = found["day"].max()
        said.append(f"{later:,} more come later, the last on {last.day} {last:%b %Y}.")
    earlier = sum(day < window.today for day in due["day"])
    if earlier:
        said.append(
            f"{earlier:,} of those due are from earlier days: done or not, only a newer list of whom you follow tells."
        )
    return Queue(today=due, sentences=tuple(said), sizes=sizes)


def as_csv(cursor: Cursor, window: Window, which: str) -> str:
    """A list as CSV."""
    return csv_of(rows(cursor, window, which), which)


def _unfollow(cursor: Cursor, window: Window) -> pd.DataFrame:
    """Whom the user decided to unfollow, in the order of the decisions, spread over days.

    Who is no longer on a newer complete list is done and left out. day: local date, which day's part it belongs to;
    decided_on: local date; still_followed: true on the latest list, null where there is no list of whom one follows
    on that network.
    """
    decided = decisions.in_force(cursor, window)
    decided = decided[decided["verdict"] == "unfollow"]
    followed = following.members(cursor, window)[["platform", "owner", "account", "complete"]]
    found = decided.merge(followed, how="left", on=["platform", "account"])
    known = set(followed["platform"])
    still = [
        True if isinstance(owner, str) else (False if platform in known else None)
        for owner, platform in zip(found["owner"], found["platform"], strict=True)
    ]
    found["still_followed"] = pd.Series(still, index=found.index, dtype=object)
    found = found[found["still_followed"].ne(False)].copy()
    days = [to_local(moment, window.time_zone).date() for moment in found["set_at_utc"]]
    # Asked about a day before the decision, it counts as made on that day.
    found["decided_on"] = [min(day, window.today) for day in days]
    found = found.sort_values(["set_at_utc", "platform", "account"], ignore_index=True)
    per_day = int(settings.number(cursor, "unfollows_per_day"))
    found["day"] = in_parts(list(found["decided_on"]), per_day)
    return found


def in_parts(decided: list[date], per_day: int) -> list[date]:
    """The day on which each is to be done, at most `per_day` a day and none before it was decided.

    decided: days in order of time.

    >>> monday, tuesday = date(2026, 11, 16), date(2026, 11, 17)
    >>> [day.day for day in in_parts([monday, monday, monday, tuesday, tuesday], 2)]
    [16, 16, 17, 17, 18]
    """
    days: list[date] = []
    for first in decided:
        day = max(first, days[-1]) if days else first
        if len(days) >= per_day and days[-per_day] == day:
            day += timedelta(days=1)
        days.append(day)
    return days


def _keep(cursor: Cursor, window: Window) -> pd.DataFrame:
    """Everybody one follows but those decided to be unfollowed, with what was decided."""
    followed = following.members(cursor, window)
    found = followed.merge(_decided(cursor, window), how="left", on=["platform", "account"])
    return found[found["decision"].ne("unfollow")]


def _not_following_back(cursor: Cursor, window: Window) -> pd.DataFrame:
    """Whom one follows without being followed, but for new follows, those to keep and sources."""
    return _of_relation(cursor, window, "not_following_back", without=("keep", "source"))


def _fans(cursor: Cursor, window: Window) -> pd.DataFrame:
    """Who follows without being followed, whatever was decided."""
    return _of_relation(cursor, window, "fan", without=())


_QUESTIONS: dict[str, Callable[[Cursor, Window], pd.DataFrame]] = {
    "unfollow": _unfollow,
    "keep": _keep,
    "not-following-back": _not_following_back,
    "fans": _fans,
}


def _of_relation(cursor: Cursor, window: Window, relation: str, *, without: tuple[str, ...]) -> pd.DataFrame:
    people = reciprocity.people(cursor, window)
    people = people[people["relation"] == relation]
    if relation == "not_following_back":  # who was followed a few days ago may still follow back
        people = people[~people["fresh"].fillna(False).astype(bool)]
    found = people.merge(_decided(cursor, window), how="left", on=["platform", "account"])
    return found[~found["decision"].isin(without)]


def _decided(cursor: Cursor, window: Window) -> pd.DataFrame:
    decided = decisions.in_force(cursor, window).rename(columns={"verdict": "decision"})
    return decided[["platform", "account", "decision", "reason", "valid_until"]]


def _with_names(cursor: Cursor, found: pd.DataFrame) -> pd.DataFrame:
    """The rows with handle and the address of the profile."""
    if "handle" not in found.columns:
        names = cursor.execute("SELECT platform, account, handle FROM accounts").df()
        found = found.merge(names, how="left", on=["platform", "account"])
    people = found[["platform", "account", "handle"]].to_dict("records")
    links = [profile_url(person["platform"], person["account"], person["handle"]) for person in people]
    return found.assign(profile=pd.Series(links, index=found.index, dtype=object)).reset_index(drop=True)
