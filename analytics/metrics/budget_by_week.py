"""How did the weeks stand against the budgets they had, and what did each leave to the next?

What is carried over follows from all weeks before, so it is worked out over all of them, each with the budget that
was in force on its first day. A week of which nothing is known carries nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import inf

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.weekly_limits import Allowance, History, Limits, carried, history
from analytics.metrics.window import Window


def by_week(cursor: duckdb.DuckDBPyConnection, window: Window, all_rows: pd.DataFrame) -> pd.DataFrame:
    """Every week that time is known of, up to that of `window.now_utc`, against the budget it had.

    all_rows: `time_spent.weeks` of all sites and weeks. Columns: week; budget_minutes (with what was carried over;
    NaN where none was set), carried_minutes (NaN where nothing is), spent_minutes (all sites; NaN where not known),
    recorded_minutes, low_minutes, verdict (over, likely over, within, no budget; null where nothing is known).
    """
    found = _spent_by_week(all_rows, window.week)
    limits = _limits_of(history(cursor), found)
    taken = carried(limits, _or_none(found["spent_minutes"]), found["recorded_minutes"].tolist())
    totals = [
        None if limit.total is None else max(limit.total + (minutes or 0.0), 0.0)
        for limit, (minutes, _) in zip(limits, taken, strict=True)
    ]
    found["budget_minutes"] = pd.Series(totals, dtype="float64")
    found["carried_minutes"] = pd.Series([minutes for minutes, _ in taken], dtype="float64")
    allowances = [
        Allowance(
            minutes=total, sure=limit.total if is_estimated and (minutes or 0.0) < 0 else total, warn_at=inf
        )
        for limit, (minutes, is_estimated), total in zip(limits, taken, totals, strict=True)
    ]
    figures = zip(
        _or_none(found["spent_minutes"]), found["recorded_minutes"], found["low_minutes"], strict=True
    )
    verdicts = [allowed.verdict(*row) for allowed, row in zip(allowances, figures, strict=True)]
    found["verdict"] = pd.Series(verdicts, dtype="object")
    return found[
        ["week", "budget_minutes", "carried_minutes", "spent_minutes", "recorded_minutes", "low_minutes", "verdict"]
    ]  # fmt: skip


def taken_over(set_: History, all_rows: pd.DataFrame, week: date) -> tuple[float | None, bool]:
    """What a week takes over from those before it, in minutes (null: nothing is carried), and whether it rests on an
    estimate. all_rows: `time_spent.weeks` of all sites and weeks.
    """
    before = _spent_by_week(all_rows, week)
    limits = _limits_of(set_, before)
    return carried(limits, _or_none(before["spent_minutes"]), before["recorded_minutes"].tolist())[-1]


def _limits_of(set_: History, weeks_: pd.DataFrame) -> list[Limits]:
    return [set_.at(week) for week in weeks_["week"]]


def _or_none(minutes: pd.Series[float]) -> list[float | None]:
    return [None if np.isnan(value) else value for value in minutes]


def _spent_by_week(all_rows: pd.DataFrame, last: date) -> pd.DataFrame:
    """Minutes of each week from the first that has any up to `last`: week, spent_minutes (NaN where nothing is
    known), recorded_minutes, low_minutes.
    """
    known = all_rows[all_rows["refused"].isna() & (all_rows["week"] <= last)]
    recorded = (known["measured_seconds"] + known["visit_seconds"]) / 60
    summed = (
        known.assign(
            recorded_minutes=recorded,
            estimated=known["estimated_seconds"] / 60,
            factor=known["factor"].where(known["estimated_seconds"] > 0),
        )
        .groupby("week", sort=True)
        .agg(
            recorded_minutes=("recorded_minutes", "sum"), estimated=("estimated", "sum"),
            factor=("factor", "max"), actions=("actions", "sum"),
        )
    )  # fmt: skip
    first = min(all_rows["week"], default=last)
    every = [first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1)]
    summed = summed.reindex(pd.Index(every, dtype="object"))
    low = summed["recorded_minutes"] + (summed["estimated"] / summed["factor"]).where(
        summed["actions"] > 0, 0.0
    )
    return pd.DataFrame(
        {
            "week": every,
            "spent_minutes": (summed["recorded_minutes"] + summed["estimated"]).to_numpy(),
            "recorded_minutes": summed["recorded_minutes"].fillna(0.0).to_numpy(),
            "low_minutes": low.where(summed["estimated"] > 0, summed["recorded_minutes"]).to_numpy(),
        }
    )
