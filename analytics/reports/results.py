"""What did the time bring? Results per hour and site, what a kind of post and an hour of the day bring, and what
changed with the budget: everything the page and the terminal say of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pandas as pd

from analytics.metrics import (
    best_hours,
    content_mix,
    own_posts,
    reply_times,
    results_change,
    results_per_hour,
    time_spent,
    weekly_limits,
)
from analytics.metrics import results as results_metric
from analytics.metrics.results_per_hour import Rates
from analytics.metrics.window import Window
from analytics.reference import load_sites
from analytics.reports import result_words
from analytics.reports.missing import HOW, Missing

MOST_POSTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Up to the latest week that has data. names: site -> name as shown; frames as the metrics of the same names return
    them; posts_seen: own posts held, reposts left out; parts: part of the page -> its sentences; missing likewise.
    """

    week: date
    time_zone: str
    week_start: int
    names: Mapping[str, str]
    weeks: pd.DataFrame
    rates: Rates
    changes: pd.DataFrame
    mix: pd.DataFrame
    hours: pd.DataFrame
    blocks: pd.DataFrame
    replies: pd.DataFrame
    top: pd.DataFrame
    posts_seen: int
    parts: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, Missing]

    def name(self, site: str) -> str:
        """A site as shown."""
        return self.names.get(site, site)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One plain sentence per finding, in the order of the page."""
        return tuple(sentence for said in self.parts.values() for sentence in said)


def results(cursor: duckdb.DuckDBPyConnection, window: Window) -> Results:
    """Everything up to the latest moment that has data; since, until and platform choose."""
    latest = time_spent.latest_data_moment(cursor, window.now_utc)
    # What came is asked as of the true present: an export counts likes after the last act that it holds.
    weeks = results_metric.weeks(cursor, window)
    posts = own_posts.posts(cursor, window)
    window = replace(window, now_utc=latest or window.now_utc)
    time = time_spent.weeks(cursor, window)
    found = Results(
        week=window.week,
        time_zone=window.time_zone,
        week_start=window.week_start,
        names=load_sites().names,
        weeks=weeks,
        rates=results_per_hour.rates(weeks, time, before=window.week),
        changes=results_change.changes(weekly_limits.history(cursor), weeks, time, window),
        mix=content_mix.mix(posts),
        hours=best_hours.hours(posts, window),
        blocks=best_hours.blocks(posts, window),
        replies=reply_times.medians(cursor, window),
        top=own_posts.top(cursor, posts, MOST_POSTS),
        posts_seen=len(posts),
        parts={},
        missing=_missing(weeks, time, posts),
    )
    return replace(found, parts={part: tuple(said) for part, said in result_words.parts(found)})


def _missing(weeks: pd.DataFrame, time: pd.DataFrame, posts: pd.DataFrame) -> dict[str, Missing]:
    found = {}
    if weeks.empty:
        found["rates"] = Missing(
            part="rates",
            what="Nothing is known of what came back to you: no reply, like, repost or follow with a date.",
            remedy="Notices (saved answers of Mastodon or Bluesky), X's analytics, or posts with their counts bring "
            f"it. {HOW}",
        )
    elif time.empty or not (time["seconds"] > 0).any():
        found["rates"] = Missing(
            part="rates",
            what="Nothing is known of your time, so that what came cannot be set against hours.",
            remedy="A time tracker's export (ActivityWatch, Toggl ...) or a browser's history brings it; an "
            f"archive of your own posts lets it be estimated. {HOW}",
        )
    if posts.empty:
        found["posts"] = Missing(
            part="posts",
            what="None of your own posts are here.",
            remedy=f"Your archive of a network brings them. {HOW}",
        )
    return found
