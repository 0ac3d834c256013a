"""How does the week stand, and what is worth doing: everything the page and the terminal summary say.

Time is asked about at one moment, by default the last that has data, so that an export of last month
opens on last month. Follow lists are taken as late as they are known: an export is made after the last
thing in it, and its lists would otherwise be passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from analytics.metrics import (
    conversations,
    decisions,
    follower_growth,
    link_pushers,
    reciprocity,
    settings,
    time_spent,
)
from analytics.metrics.time_spent import Cursor
from analytics.metrics.weekly_budget import Budget, budget
from analytics.metrics.weekly_plan import plan_against_fact
from analytics.metrics.window import Window, midnight_utc
from analytics.reference import load_sites
from analytics.reports import week_change, week_findings, week_words, worth_doing
from analytics.reports.missing import HOW, Missing
from analytics.reports.worth_doing import Suggestion

TOP = 5
WAITED_AT_MOST = timedelta(days=30)
"""What waits for an answer longer is left to the page Conversations."""

TALKED_WITHIN = timedelta(days=14)
"""A follower counts as someone one talks with where an act went either way within this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPushers:
    """The accounts one follows, judged. judged: with posts enough for a verdict; top: likely spam and link
    broadcasters, highest score first, without those the user decided about (rows of `link_pushers.people`).
    """

    rules_version: str
    min_posts: int
    following: int
    judged: int
    likely_spam: int
    broadcasters: int
    decided: int
    top: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisWeek:
    """One week and the people of one person.

    week: its first local day; as_of_utc: the moment that time is asked at; data_until_utc: the latest
    moment with data up to then, null without any; is_present: the week holds the present moment;
    recorded_minutes, estimated_minutes: the two parts of what was spent on all sites.
    days: as `time_spent.days`, of this week. plan: as `plan_against_fact`. accounts: as
    `week_change.with_before`. came: as `week_change.came`. waiting: as `conversations.waiting`, of the 30 days before
    as_of_utc or since. points, changes: as in `follower_growth`. fans_talked_with: people who follow
    without being followed, with an act either way in the 14 days before as_of_utc or since.
    names: site key -> name as shown.
    """

    week: date
    as_of_utc: datetime
    data_until_utc: datetime | None
    present_utc: datetime
    time_zone: str
    platform: str | None
    is_present: bool
    budget: Budget
    recorded_minutes: float
    estimated_minutes: float
    days: pd.DataFrame
    plan: pd.DataFrame
    came: pd.DataFrame
    waiting: pd.DataFrame
    accounts: pd.DataFrame
    points: pd.DataFrame
    changes: pd.DataFrame
    fans_talked_with: pd.DataFrame
    link_pushers: LinkPushers
    names: Mapping[str, str]
    findings: tuple[tuple[str, str], ...]
    suggestions: tuple[Suggestion, ...]
    missing: tuple[Missing, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One plain sentence per finding, in the order of the page; then what is missing."""
        return (
            *(sentence for _, sentence in self.findings),
            *(f"{missing.what} {missing.remedy}" for missing in self.missing),
        )

    def said(self, part: str) -> list[str]:
        """The sentences of one part: week, time, plan, results, together, people, growth or link-pushers."""
        return [sentence for of, sentence in self.findings if of == part]

    def site_name(self, site: str | None) -> str:
        """A site as shown; a slot of a calendar that names none is meant for any."""
        return self.names.get(site, site) if isinstance(site, str) else "any site"

    def lacking(self, part: str) -> Missing | None:
        """What is missing for a part: time, plan, people or link-pushers; null where nothing is."""
        return next((missing for missing in self.missing if missing.part == part), None)


def latest(
    cursor: Cursor,
    *,
    present_utc: datetime,
    today: date | None = None,
    filters: Mapping[str, object] | None = None,
    clock_stands: bool = False,
) -> ThisWeek:
    """The latest week that has data up to now; with `today`, the week of that day, up to its end.

    clock_stands: the present is the last moment that has data, as for the sample's invented person,
    whose week would otherwise be long over.
    """
    if clock_stands:
        present_utc = time_spent.latest_data_moment(cursor, present_utc) or present_utc
    window = settings.window(cursor, today=today, now_utc=present_utc, at_latest_data=True, filters=filters)
    return this_week(cursor, window, present_utc=window.now_utc if today else present_utc)


def of_data(cursor: Cursor, window: Window, *, time_alone: bool = False) -> ThisWeek:
    """The latest week that has data up to window.now_utc, which is the present.

    time_alone: leaves the people out, whom it takes longest to ask for.
    """
    data = time_spent.latest_data_moment(cursor, window.now_utc)
    at_data = replace(window, now_utc=min(data or window.now_utc, window.now_utc))
    return this_week(cursor, at_data, present_utc=window.now_utc, time_alone=time_alone)


def this_week(
    cursor: Cursor, window: Window, *, present_utc: datetime | None = None, time_alone: bool = False
) -> ThisWeek:
    """The week of `window.now_utc`. present_utc: up to when lists and posts are looked at, and which week
    is the present one; null: window.now_utc. Dates since and until are not looked at.
    """
    present_utc = present_utc or window.now_utc
    window = replace(window, since=None, until=None)
    people_window = replace(window, now_utc=max(present_utc, window.now_utc))
    week_end = midnight_utc(window.week + timedelta(days=7), window.time_zone)
    unworded = ThisWeek(
        week=window.week,
        as_of_utc=window.now_utc,
        data_until_utc=time_spent.latest_data_moment(cursor, window.now_utc),
        present_utc=people_window.now_utc,
        time_zone=window.time_zone,
        platform=window.platform,
        is_present=people_window.now_utc < week_end,
        names=load_sites().names,
        **_time(cursor, window),
        **(_NOBODY if time_alone else _people(cursor, window, people_window)),
        findings=(),
        suggestions=(),
        missing=(),
    )
    return replace(
        unworded,
        findings=tuple(week_findings.findings(unworded)),
        suggestions=worth_doing.suggestions(unworded),
        missing=tuple(_missing(unworded)),
    )


def _time(cursor: Cursor, window: Window) -> dict[str, Any]:
    warn_at = settings.number(cursor, "warn_percent") / 100
    whole = budget(cursor, replace(window, platform=None), warn_at=warn_at)
    week = replace(window, since=window.week, until=window.week + timedelta(days=6))
    estimated = sum(s.spent_minutes or 0.0 for s in whole.sites if week_words.is_estimated(s))
    return {
        "budget": replace(whole, sites=tuple(s for s in whole.sites if window.platform in (None, s.site))),
        "recorded_minutes": (whole.total.spent_minutes or 0.0) - estimated,
        "estimated_minutes": estimated,
        "days": time_spent.days(cursor, week),
        "plan": plan_against_fact(cursor, window),
    }


_NOBODY: dict[str, Any] = {
    name: pd.DataFrame() for name in ("came", "waiting", "accounts", "points", "changes", "fans_talked_with")
} | {
    "link_pushers": LinkPushers(
        rules_version="", min_posts=0, following=0, judged=0, likely_spam=0, broadcasters=0, decided=0, top=()
    )
}


def _people(cursor: Cursor, window: Window, people_window: Window) -> dict[str, Any]:
    changes = follower_growth.changes(cursor, people_window)
    accounts = reciprocity.accounts(cursor, people_window)
    asked_since = replace(people_window, since=(window.now_utc - WAITED_AT_MOST).date())
    return {
        "came": week_change.came(cursor, window),
        "waiting": conversations.waiting(cursor, asked_since),
        "accounts": week_change.with_before(cursor, people_window, accounts, changes),
        "points": follower_growth.points(cursor, people_window),
        "changes": changes,
        "fans_talked_with": _fans_talked_with(cursor, people_window, window.now_utc - TALKED_WITHIN),
        "link_pushers": _link_pushers(cursor, people_window),
    }


def _fans_talked_with(cursor: Cursor, window: Window, since_utc: datetime) -> pd.DataFrame:
    people = reciprocity.people(cursor, window)
    recent = people["last_interaction"] >= since_utc
    return people[(people["relation"] == "fan") & recent].reset_index(drop=True)


def _link_pushers(cursor: Cursor, window: Window) -> LinkPushers:
    rules = link_pushers.load_rules()
    people = link_pushers.link_pushers(cursor, window, scope="following", rules=rules)
    flagged = people[people["label"].isin((link_pushers.LIKELY_SPAM, link_pushers.LINK_BROADCASTER))]
    decided = decisions.in_force(cursor, window)
    key = ["platform", "account"]
    open_ = flagged[
        flagged.merge(decided[key], how="left", on=key, indicator="said")["said"].eq("left_only").to_numpy()
    ]
    # Likely spam before broadcasters, whose label is a neutral one.
    open_ = open_.sort_values(
        ["label", "score"], ascending=[True, False], key=_spam_first, kind="stable", ignore_index=True
    )
    return LinkPushers(
        rules_version=rules.version,
        min_posts=rules.min_posts,
        following=len(people),
        judged=int(people["label"].ne(link_pushers.NOT_ENOUGH_POSTS).sum()),
        likely_spam=int(open_["label"].eq(link_pushers.LIKELY_SPAM).sum()),
        broadcasters=int(open_["label"].eq(link_pushers.LINK_BROADCASTER).sum()),
        decided=len(flagged) - len(open_),
        top=tuple(link_pushers.people_of(open_.head(TOP), rules, shown={}, decided=decided)),
    )


def _spam_first(column: pd.Series) -> pd.Series:
    return column.ne(link_pushers.LIKELY_SPAM) if column.name == "label" else column


def _missing(report: ThisWeek) -> list[Missing]:
    found = []
    if report.budget.total.spent_minutes is None:
        found.append(
            Missing(
                part="time",
                what="Nothing is known of your time.",
                remedy="A time tracker's export (ActivityWatch, Toggl ...) or a browser's history brings it; an "
                f"archive of your own posts lets it be estimated. {HOW}",
            )
        )
    if report.came.empty:
        found.append(
            Missing(
                part="results",
                what="Nothing is known of what came back in this week or the one before.",
                remedy="Notices (saved answers of Mastodon or Bluesky), X's analytics, or posts with their counts "
                f"bring it. {HOW}",
            )
        )
    if report.plan.empty:
        found.append(
            Missing(
                part="plan",
                what="No hours are planned.",
                remedy="Plan some with: watercooler plan set mon 12:30-12:45 x",
                is_of_exports=False,
            )
        )
    if report.accounts.empty:
        found.append(
            Missing(
                part="people",
                what="There is no list of your followers or of whom you follow.",
                remedy=f"What a network hands out brings it (X, Mastodon, Bluesky, Instagram ...). {HOW}",
            )
        )
    if not report.link_pushers.judged:
        found.append(_no_posts_of_others(report.link_pushers))
    return found


def _no_posts_of_others(judged: LinkPushers) -> Missing:
    followed = f"the {judged.following:,} accounts you follow" if judged.following else "those you follow"
    return Missing(
        part="link-pushers",
        what=f"Too few posts of {followed} are here to say who only pushes links "
        f"({judged.min_posts} of an account are needed).",
        remedy="Your own archives hold only your posts. Those of others come with the X web exporter, with saved "
        "answers of Mastodon or Bluesky, or in a table (CSV).",
    )
