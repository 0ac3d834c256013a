"""What changed when the budget changed? The weeks before and after, side by side.

For each change of the minutes for all sites: up to eight complete weeks before it and after it, as far as to the change
before and after that. Differences have a bootstrap interval (the middle 80 %), weeks drawn on each side. What it cannot
tell: what else changed then. People who set a new budget often do so because something else is new.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.metrics.results import MEASURES
from analytics.metrics.results_per_hour import DRAWS, HIGH, LOW
from analytics.metrics.time_spans import Floats
from analytics.metrics.weekly_limits import History
from analytics.metrics.window import Window, week_of

MOST_WEEKS = 8
LEAST_WEEKS = 2
TIME = "minutes"
COLUMNS = (
    "from", "budget_before", "budget_after", "measure", "before", "after", "difference", "low", "high",
    "weeks_before", "weeks_after", "left_out",
)  # fmt: skip


def changes(history: History, results: pd.DataFrame, time: pd.DataFrame, window: Window) -> pd.DataFrame:
    """A week before and after each change of the budget for all sites, on average.

    results: as `results.weeks`; time: as `time_spent.weeks`, of all sites. Columns: from (the first local week with
    the new budget), budget_before, budget_after (minutes a week, NaN for none); measure (minutes spent, or one of
    results.MEASURES); before, after (mean a week, all sites that are known in every week of both sides); difference,
    low, high; weeks_before, weeks_after; left_out (the other sites, known of some of these weeks only, with ", "
    between). A side with fewer than two weeks leaves the change out.

    100 and 120 minutes before, 60 and 80 after the budget fell to 60: 110 before, 70 after, 40 less.
    """
    totals = _totals(history, window)
    known = time[time["refused"].isna() & (time["week"] < window.week)]
    minutes = known.assign(measure=TIME, value=known["seconds"] / 60)[["week", "site", "measure", "value"]]
    values = pd.concat(
        [minutes, results.loc[results["week"] < window.week, ["week", "site", "measure", "value"]]]
    )
    generator = np.random.default_rng(20261122)
    rows = []
    for place in range(1, len(totals)):
        day, before = totals[place][0], totals[place - 1]
        end = totals[place + 1][0] if place + 1 < len(totals) else window.week
        start = max(before[0], day - timedelta(days=7 * MOST_WEEKS))
        sides = (
            _weeks(start, day),
            _weeks(day, min(end, day + timedelta(days=7 * MOST_WEEKS), window.week)),
        )
        for measure in (TIME, *MEASURES):
            mine = values[values["measure"] == measure]
            table = mine.pivot_table(index="week", columns="site", values="value", aggfunc="sum")
            found = [_known(table, side) for side in sides]
            sites = [
                site
                for site in table.columns
                if all(side[site].notna().all() and len(side) for side in found)
            ]
            old, new = (side[sites].sum(axis=1).to_numpy() for side in found)
            if not sites or min(old.size, new.size) < LEAST_WEEKS:
                continue
            part = sorted({site for side in found for site in side.columns[side.notna().any()]} - set(sites))
            drawn = _mean_of_draws(new, generator) - _mean_of_draws(old, generator)
            low, high = np.percentile(drawn, [LOW, HIGH])
            rows.append(
                (
                    day, before[1], totals[place][1], measure, old.mean(), new.mean(), new.mean() - old.mean(),
                    float(low), float(high), old.size, new.size, ", ".join(part),
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"budget_before": "float64", "budget_after": "float64"}
    )


def _totals(history: History, window: Window) -> list[tuple[date, float | None]]:
    """From which week on which minutes for all sites held; those of the default first."""
    found: list[tuple[date, float | None]] = [(date.min, history.at(date.min).total)]
    for day, limits in history.changes():
        week = week_of(day, window.week_start)
        week = (
            week if week == day else week + timedelta(days=7)
        )  # from the middle of a week it counts from the next
        if week >= window.week:
            continue
        if found[-1][0] == week:  # of two changes that count from one week the later one holds
            found.pop()
        if limits.total != found[-1][1]:
            found.append((week, limits.total))
    return found


def _weeks(first: date, end: date) -> list[date]:
    return [first + timedelta(days=7 * n) for n in range(max((end - first).days // 7, 0))]


def _known(table: pd.DataFrame, weeks: list[date]) -> pd.DataFrame:
    """The weeks of one side from the first that has anything on."""
    side = table[table.index.isin(weeks)]
    return side.dropna(how="all")


def _mean_of_draws(values: Floats, generator: np.random.Generator) -> Floats:
    drawn: Floats = values[generator.integers(0, values.size, (DRAWS, values.size))]
    return np.asarray(drawn.mean(axis=1))
