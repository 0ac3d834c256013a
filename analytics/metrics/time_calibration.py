"""How far is an estimate of time wrong, and what do measured weeks say of it? The arithmetic alone.

The spreads were fitted to two people's dense records: people differ from each other, the weeks of one person differ,
and of an average some error is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from analytics.metrics.time_spans import Floats

_BETWEEN_PEOPLE = 0.65  # spread (log) of the ratio true : M between people
_BETWEEN_WEEKS = 0.55  # spread (log) of the ratio true : M between the weeks of one person
_OF_AVERAGES = 0.2  # spread (log) left in an average over 8 or more weeks
_EIGHTY_PERCENT = 1.2816  # half width of the middle 80 % of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How the middle is corrected and how wide the range is, after `weeks` measured weeks of the site.

    multiplier: c, of the middle; week_factor: a week lies between M / factor and M x factor in 80 % of
    cases; average_factor: the same for an average over 8 or more weeks.
    """

    weeks: int
    multiplier: float
    week_factor: float
    average_factor: float


def calibrate(measured: Floats, estimated: Floats) -> Calibration:
    """The calibration from complete measured weeks of one site: seconds measured and M, week by week.

    r = ln(sum measured / sum M), each at least one minute a week; v = 1 / (1/.65^2 + k/.55^2);
    c = exp(r v k / .55^2); week factor exp(1.2816 sqrt(.55^2 + v)); average factor
    exp(1.2816 sqrt(v + .2^2)). Without a week: c = 1, factors 2.98 and 2.39.

    >>> f"{calibrate(np.array([7200.0, 7200.0]), np.array([3600.0, 3600.0])).multiplier:.3f}"
    '1.666'
    """
    k = measured.size
    variance = 1 / (1 / _BETWEEN_PEOPLE**2 + k / _BETWEEN_WEEKS**2)
    ratio = log(np.maximum(measured, 60).sum() / np.maximum(estimated, 60).sum()) if k else 0.0
    return Calibration(
        weeks=k,
        multiplier=exp(ratio * variance * k / _BETWEEN_WEEKS**2),
        week_factor=exp(_EIGHTY_PERCENT * sqrt(_BETWEEN_WEEKS**2 + variance)),
        average_factor=exp(_EIGHTY_PERCENT * sqrt(variance + _OF_AVERAGES**2)),
    )
