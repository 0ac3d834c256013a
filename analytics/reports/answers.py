"""The answers of `show ... --format json`, one function each. Names and keys are a contract: they stay."""

from __future__ import annotations

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
    time_spent,
    weekly_budget,
)
from analytics.metrics.link_pusher_review import THRESHOLDS, against_decisions, sweep
from analytics.metrics.link_pushers import Rules
from analytics.metrics.window import Window

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
        }
        for row in rows(time_spent.weeks(cursor, window))
    ]
    return {"weeks": weeks}


def budget_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """The week against its budget, in total and per site."""
    warn_at = settings.number(cursor, "warn_percent") / 100
    return asdict(weekly_budget.budget(cursor, window, warn_at=warn_at))


def sources_answer(cursor: duckdb.DuckDBPyConnection) -> Answer:
    """Every import with what it read, added and had already."""
    return {"imports": sources.imports(cursor)}
