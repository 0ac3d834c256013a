"""What does an hour on a site bring, and how sure is that? And what would another split of the budget have brought?

A rate is the sum of what came over the sum of the hours, over the complete weeks of which both are known. Its interval
(the middle 80 %, as for estimates of time) comes from a bootstrap over weeks: weeks are drawn with replacement and the
rate is taken anew (Efron, 1979). Where hours are estimated, each draw also takes the hours as wrong by a factor common
to all weeks, spread as `time_estimate` says of averages. What it cannot tell: cause. A week with much time may be one
in which much happened anyway, and where a site's time was never longer than it was, nobody knows the rate beyond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import log

import numpy as np
import pandas as pd

from analytics.metrics.results import MEASURES
from analytics.metrics.time_spans import Floats
from analytics.metrics.time_words import basis_words

DRAWS = 2000
LEAST_WEEKS = 4
"""Fewer weeks than this have no interval: a bootstrap of them would be too narrow."""

LOW, HIGH = 10, 90
_EIGHTY_PERCENT = 1.2816

RATE_COLUMNS = ("site", "measure", "value", "low", "high", "weeks", "hours", "results", "basis")
SPLIT_COLUMNS = (
    "measure", "now", "now_low", "now_high", "then", "then_low", "then_high", "difference", "difference_low",
    "difference_high", "sites",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What an hour brings. table: a row per site and measure (RATE_COLUMNS; value, low, high are results an hour, low
    and high null below 4 weeks; weeks and hours are those it rests on). draws: the bootstrap's rates, by site and
    measure. minutes: mean minutes a week by site; most_minutes: the most of one week.
    """

    table: pd.DataFrame
    draws: Mapping[tuple[str, str], Floats]
    minutes: Mapping[str, float]
    most_minutes: Mapping[str, float]


def rates(
    results: pd.DataFrame, time: pd.DataFrame, *, before: date, draws: int = DRAWS, seed: int = 20261122
) -> Rates:
    """What an hour brings on each site.

    results: as `results.weeks`; time: as `time_spent.weeks`; before: the first day of the present week, which is not
    complete and left out. A week without time on record counts nothing; one with an hour and no result counts 0.

    Two weeks on x, 2 h with 6 replies and 1 h with 0: 2 replies an hour, on 2 weeks and 3 hours, no interval.
    """
    known = time[time["refused"].isna() & (time["week"] < before)]
    joined = results[results["week"] < before].merge(known, on=["week", "site"], how="inner")
    generator = np.random.default_rng(seed)
    rows, drawn = [], {}
    for site in sorted(set(joined["site"])):
        # One set of draws a site: the weeks of its measures go together.
        of_site = joined[joined["site"] == site]
        wrong = _hours_wrong_by(of_site, generator, draws)
        for measure in MEASURES:
            mine = of_site[of_site["measure"] == measure]
            hours = mine["seconds"].to_numpy(dtype="float64") / 3600
            if not hours.sum() > 0:
                continue
            values = mine["value"].to_numpy(dtype="float64")
            low = high = float("nan")
            if len(mine) >= LEAST_WEEKS:
                estimated = mine["estimated_seconds"].to_numpy(dtype="float64") / 3600
                drawn[site, measure] = _resampled(values, hours, estimated, wrong, generator)
                low, high = np.percentile(drawn[site, measure], [LOW, HIGH])
            rows.append(
                (
                    site, measure, values.sum() / hours.sum(), float(low), float(high), len(mine), float(hours.sum()),
                    values.sum(), basis_words(*(float(mine[f"{b}_seconds"].sum()) for b in _BASES)),
                )
            )  # fmt: skip
    grouped = known.groupby("site")["seconds"]
    return Rates(
        table=pd.DataFrame(rows, columns=list(RATE_COLUMNS)),
        draws=drawn,
        minutes={str(site): float(seconds) / 60 for site, seconds in grouped.mean().items()},
        most_minutes={str(site): float(seconds) / 60 for site, seconds in grouped.max().items()},
    )


_BASES = ("measured", "visit", "estimated")


def _hours_wrong_by(of_site: pd.DataFrame, generator: np.random.Generator, draws: int) -> Floats:
    """How many times its estimate a site's time may truly be, one factor a draw; 1 where nothing is estimated."""
    estimated = of_site[of_site["estimated_seconds"] > 0]
    if estimated.empty:
        return np.ones(draws)
    column = "average_factor" if estimated["week"].nunique() >= 8 else "factor"
    spread = log(float(estimated[column].max())) / _EIGHTY_PERCENT
    return np.asarray(np.exp(generator.normal(0.0, spread, draws)))


def _resampled(
    values: Floats, hours: Floats, estimated: Floats, wrong: Floats, generator: np.random.Generator
) -> Floats:
    """Results an hour of as many sets of weeks drawn with replacement as there are factors."""
    places = generator.integers(0, values.size, (wrong.size, values.size))
    recorded = (hours - estimated)[places].sum(axis=1)
    spent = recorded + estimated[places].sum(axis=1) * wrong
    came = values[places].sum(axis=1)
    # A draw of weeks without any time has no rate; it stands at that of all weeks.
    rate: Floats = np.divide(
        came, spent, out=np.full(wrong.size, values.sum() / hours.sum()), where=spent > 0
    )
    return rate


def split(found: Rates, minutes: Mapping[str, float]) -> pd.DataFrame:
    """What a week would have brought had its minutes been split otherwise, if an hour brought the same.

    minutes: site -> minutes a week. One row per measure with a rate and an interval on at least one site: now (a week
    at the mean minutes so far) and then, each with low and high; the difference with its own; sites (that have a rate).

    Replies an hour: 3 on x, 1 on digg; 60 minutes on each so far. With 90 and 30: 4 now, 5 then, 1 more.
    """
    rows = []
    for measure in MEASURES:
        of_measure = found.table[found.table["measure"] == measure]
        sites = [site for site in of_measure["site"] if (site, measure) in found.draws]
        if not sites:
            continue
        rate = of_measure.set_index("site")["value"]
        now = {site: found.minutes.get(site, 0.0) / 60 for site in sites}
        then = {site: minutes.get(site, 0.0) / 60 for site in sites}
        row: list[object] = [measure]
        for hours in (now, then, {site: then[site] - now[site] for site in sites}):
            drawn = sum((found.draws[site, measure] * hours[site] for site in sites), np.zeros(1))
            low, high = np.percentile(drawn, [LOW, HIGH])
            row += [sum(float(rate[site]) * hours[site] for site in sites), float(low), float(high)]
        rows.append((*row, ", ".join(sites)))
    return pd.DataFrame(rows, columns=list(SPLIT_COLUMNS))


def beyond(found: Rates, minutes: Mapping[str, float]) -> list[str]:
    """Sites that would get more than they ever had in a week: what an hour brings there is not known."""
    return sorted(site for site, asked in minutes.items() if asked > found.most_minutes.get(site, 0.0) + 0.5)
