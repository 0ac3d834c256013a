"""The answers of `show ... --format json`, one function each. Names and keys are a contract: they stay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import (
    conversations,
    follower_growth,
    link_pushers,
    reciprocity,
    sources,
    time_spent,
    weekly_budget,
)
from analytics.metrics.link_pushers import Rules
from analytics.metrics.window import Window

Answer = dict[str, Any]


def rows(frame: pd.DataFrame, *columns: str) -> list[Answer]:
    """Rows of a frame as dicts, of the named columns or all; values are made plain when printed."""
    chosen = frame[list(columns)] if columns else frame
    names = [str(name) for name in chosen.columns]
    return [dict(zip(names, row, strict=True)) for row in chosen.itertuples(index=False, name=None)]


def reciprocity_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """Counts per owner and of all together (null where nothing is known), and each person with their relation."""
    accounts = reciprocity.accounts(cursor, window)
    together = rows(reciprocity.together(accounts))
    return {
        "accounts": rows(accounts),
        "together": together[0] if together else None,
        "people": rows(reciprocity.people(cursor, window)),
    }


def growth_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """Levels, changes between complete lists, the people behind them, daily counts, and the level that these
    make from day to day where one count is known.
    """
    return {
        "points": rows(follower_growth.points(cursor, window)),
        "changes": rows(follower_growth.changes(cursor, window)),
        "events": rows(follower_growth.events(cursor, window)),
        "daily": rows(follower_growth.daily(cursor, window)),
        "level": rows(follower_growth.level(cursor, window)),
    }


def link_pushers_answer(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str, rules: Rules
) -> Answer:
    """Everyone in scope, highest score first, with signals, evidence and the user's decision."""
    return {
        "rules_version": rules.version,
        "people": link_pushers.people(cursor, window, scope=scope, rules=rules),
    }


def conversations_answer(cursor: duckdb.DuckDBPyConnection, window: Window) -> Answer:
    """Everybody with whom there was an act either way, the truest conversations first."""
    return {"people": rows(conversations.people(cursor, window))}


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
    return asdict(weekly_budget.budget(cursor, window))


def sources_answer(cursor: duckdb.DuckDBPyConnection) -> Answer:
    """Every import with what it read, added and had already."""
    return {"imports": sources.imports(cursor)}
