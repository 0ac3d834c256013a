"""Time that is only known to the hour -> stretches of time; and stretches that overlap -> one at a time.

Some trackers say "40 minutes of this site between nine and ten" and no more. Such a sum is laid as one
stretch: the sites of a bucket one after the other from its start, the longest first (then by name), cut
where the bucket ends. So a bucket never holds more than its length, a day never more than a day, and the
same file always gives the same rows. The minute within the hour is ours, and means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from analytics.importers.activitywatch.intervals import Pieces, latest_wins

_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time on one site: naive UTC, the end not included."""

    site: str
    start_utc: datetime
    end_utc: datetime

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return (self.end_utc - self.start_utc).total_seconds()


def laid_out(start_utc: datetime, length: timedelta, seconds: Mapping[str, float]) -> list[Span]:
    """The stretches of one bucket; seconds: site -> time on it, more than 0.

    >>> [span.site for span in laid_out(datetime(2026, 11, 16, 9), timedelta(hours=1), {"x": 60, "digg": 90})]
    ['digg', 'x']
    """
    spans = []
    at, end = start_utc, start_utc + length
    for site, time in sorted(seconds.items(), key=lambda item: (-item[1], item[0])):
        until = min(at + timedelta(seconds=min(time, length.total_seconds())), end)
        if until > at:
            spans.append(Span(site=site, start_utc=at, end_utc=until))
        at = until
    return spans


def one_at_a_time(spans: Iterable[Span]) -> list[Span]:
    """The same stretches with each instant counted once, in order of their start.

    Those of one site that overlap become one; where sites overlap, what began last has the time. Stretches
    that only touch stay apart, so that a later export with more rows tells the same ones again.
    """
    united = _united(spans)
    sites = sorted({span.site for span in united})
    label = {site: place for place, site in enumerate(sites)}
    disjoint = latest_wins(
        Pieces(
            np.array([(span.start_utc - _EPOCH) // _MICROSECOND for span in united], dtype=np.int64),
            np.array([(span.end_utc - _EPOCH) // _MICROSECOND for span in united], dtype=np.int64),
            np.array([label[span.site] for span in united], dtype=np.int64),
        )
    )
    columns = (column.tolist() for column in disjoint)
    return [
        Span(site=sites[place], start_utc=_EPOCH + start * _MICROSECOND, end_utc=_EPOCH + end * _MICROSECOND)
        for start, end, place in zip(*columns, strict=True)
    ]


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.site, span.start_utc, span.end_utc)):
        before = united[-1] if united else None
        if before and before.site == span.site and span.start_utc < before.end_utc:
            united[-1] = replace(before, end_utc=max(before.end_utc, span.end_utc))
        else:
            united.append(span)
    return united


def in_words(seconds: float) -> str:
    """A length of time for people.

    >>> in_words(160_080)
    '44 h 28 min'
    """
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} s"
    return f"{minutes // 60:,} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
