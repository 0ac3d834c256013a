"""The answers of `show ... --format json`, one function each. Names and keys are a contract: they stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import (
    conversations,
    decisions,
    feed,
    follow_back,
    follow_limits,
    follower_change,
    follower_growth,
    growth_jumps,
    link_pushers,
    person,
    reading_cost,
    reciprocity,
    retention,
    search,
    settings,
    silence,
    sources,
    time_sessions,
    time_spent,
    weekly_budget,
)
from analytics.metrics.link_pusher_review import THRESHOLDS, against_decisions, sweep
from analytics.metrics.link_pushers import Rules
from analytics.metrics.results_per_hour import beyond, split
from analytics.metrics.window import Window
from analytics.reports import result_words
from analytics.reports import results as results_report

Answer = dict[str, Any]


def rows(frame: pd.DataFrame, *columns: str) -> list[Answer]:
    """Rows of a frame as dicts, of the named columns or all; values are made plain when printed."""
    chosen = frame[list(columns)] if columns else frame
    names = [str(name) for name in chosen.columns]
    return [dict(zip(names, row, strict=True)) for row in chosen.itertuples(index=False, name=None)]


def reciprocity_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """Counts per owner and of all together (null where nothing is known), each person with their relation, acts given
    and received, how long people take to follow back, who moved or fell silent, and new handles.
    """
    accounts, people = reciprocity.accounts(cursor, window), reciprocity.people(cursor, window)
    together = rows(reciprocity.together(accounts))
    return {
        "accounts": rows(accounts),
        "together": together[0] if together else None,
        "people": rows(people),
        "exchange": rows(reciprocity.exchange(people)),
        "waiting": rows(follow_back.waiting_times(follow_back.waits_of(people, window))),
        "states": rows(silence.states(cursor, window)),
        "renamed": rows(silence.renamed(cursor, window)),
    }


def growth_answer(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, between: tuple[datetime, datetime] | None = None
) -> Answer:
    """Levels, changes between complete lists, the people behind them, daily counts and the level that these make from
    day to day, churn, who stays by month of arrival, jumps and one's own posts around them.

    between: the people of `events` are those on one of the lists of two moments and not on the other.
    """
    jumps = growth_jumps.jumps(cursor, window)
    cohorts = retention.cohorts(cursor, window).rename(columns={"from": "first_day", "to": "last_day"})
    events = follower_growth.events(cursor, window)
    if between:
        changes = [
            follower_change.between(cursor, window, direction=direction, first=between[0], second=between[1])
            for direction in ("follower", "following")
        ]
        events = pd.concat(changes, ignore_index=True)
    return {
        "points": rows(follower_growth.points(cursor, window)),
        "changes": rows(follower_growth.changes(cursor, window)),
        "events": rows(events),
        "daily": rows(follower_growth.daily(cursor, window)),
        "level": rows(follower_growth.level(cursor, window)),
        "churn": rows(retention.churn(cursor, window)),
        "cohorts": rows(cohorts),
        "jumps": rows(jumps),
        "posts_around": rows(growth_jumps.posts_around(cursor, window, jumps)),
    }


def link_pushers_answer(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str, rules: Rules
) -> Answer:
    """Everyone in scope, highest score first, with signals, evidence and the user's decision; how many each threshold
    would flag; and how the rules agree with the decisions.
    """
    frame = link_pushers.link_pushers(cursor, window, scope=scope, rules=rules)
    decided = decisions.in_force(cursor, window)
    agreement = asdict(against_decisions(frame, decided))
    named = {key: [row["account"] for row in rows(agreement[key])] for key in ("missed", "false_alarms")}
    shown = link_pushers.evidence(cursor, window, scope=scope)
    return {
        "rules_version": rules.version,
        "people": link_pushers.people_of(frame, rules, shown=shown, decided=decided),
        "thresholds": rows(sweep(frame, rules, sorted({*THRESHOLDS, rules.spam_score})))
        if len(frame)
        else [],
        "against_decisions": agreement | named,
    }


def limits_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """How many more each own account can follow, and why one may be limited to a few a day."""
    return {"accounts": rows(follow_limits.limits(cursor, window))}


def worth_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """What each account followed costs in minutes of reading and what came back, and what the feed is made of."""
    by_account = feed.by_account(cursor, window)
    return {
        "accounts": rows(reading_cost.accounts(cursor, window)),
        "feed": rows(feed.makeup(by_account)) if len(by_account) else [],
        "feed_accounts": rows(by_account),
    }


def conversations_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """Everybody with whom there was an act either way, the truest conversations first; what waits for an answer; and
    long-lost contacts.
    """
    return {
        "people": rows(conversations.people(cursor, window)),
        "waiting": rows(conversations.waiting(cursor, window)),
        "long_lost": rows(conversations.long_lost(cursor, window)),
    }


def person_answer(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, platform: str, account: str
) -> Answer:
    """One person: the profile as last seen, and their posts and our exchanges, newest first."""
    return {
        "platform": platform,
        "account": account,
        "profile": person.profile(cursor, platform=platform, account=account),
        "column": rows(person.column(cursor, window, platform=platform, account=account)),
    }


def search_answer(cursor: duckdb.DuckDBPyConnection, window: Window, *, words: str) -> Answer:
    """The posts that hold the words, best first, and the accounts that are answered most in them."""
    return {
        "posts": rows(search.posts(cursor, window, words)),
        "leaders": rows(search.leaders(cursor, window, words)),
    }


def time_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """Seconds per week and site with their range and basis."""
    weeks = [
        {
            "week": row["week"],
            "site": row["site"],
            "seconds": row["seconds"],
            "low_seconds": row["low_seconds"],
            "high_seconds": row["high_seconds"],
            "basis": {
                "measured": row["measured_seconds"],
                "visit": row["visit_seconds"],
                "estimated": row["estimated_seconds"],
            },
            "refused": row["refused"],
            "actions": row["actions"],
            "multiplier": row["multiplier"],
            "calibrated_weeks": row["calibrated_weeks"],
        }
        for row in rows(time_spent.weeks(cursor, window))
    ]
    return {"weeks": weeks}


def time_details(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """What lies under the weeks: recorded time by day, sessions, hours of the week, and long days."""
    pieces = time_sessions.pieces_of(cursor, window)
    gap, half_day = (settings.number(cursor, name) for name in ("session_gap_minutes", "half_day_hours"))
    sessions = time_sessions.sessions(pieces, gap_minutes=gap)
    days = time_spent.days(cursor, window)
    return {
        "days": rows(days),
        "sessions": rows(sessions),
        "sites": rows(time_sessions.by_site(sessions)),
        "hours": rows(time_sessions.hours(pieces, window)),
        "long_days": rows(time_sessions.long_days(days, half_day_hours=half_day)),
    }


def results_answer(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, minutes: Mapping[str, float] | None = None
) -> Answer:
    """What the time brought: by week, an hour, before and after each change of the budget; kinds of post, hours of the
    day, reply times, the posts that received most. minutes: site -> minutes a week of another split, null for none.
    """
    found = results_report.results(cursor, window)
    return {
        "weeks": rows(found.weeks),
        "per_hour": rows(found.rates.table),
        "split": None if minutes is None else rows(split(found.rates, minutes)),
        "beyond": None if minutes is None else beyond(found.rates, minutes),
        "changes": rows(found.changes),
        "mix": rows(found.mix),
        "blocks": rows(found.blocks),
        "reply_times": rows(found.replies),
        "top_posts": rows(found.top),
        "sentences": [*found.sentences, *(result_words.split_sentences(found, minutes) if minutes else ())],
    }


def budget_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """The week against its budget, in total and per site."""
    warn_at = settings.number(cursor, "warn_percent") / 100
    return asdict(weekly_budget.budget(cursor, window, warn_at=warn_at))


def sources_answer(cursor: duckdb.DuckDBPyConnection) -> Answer:
    """Every import with what it read, added and had already."""
    return {"imports": sources.imports(cursor)}
