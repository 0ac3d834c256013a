"""Points in time -> stretches of time: what a list of visits or views says about attention, and no more.

A browser's history, or a list of videos watched, says when something was opened, not for how long it was
looked at. The rules, for one person on one device, over all pages and not only those of known sites:

1. Where the source measured how long the page was in front, that length counts; a page that was never in
   front is no visit at all, and one that was for more than a day is a broken clock.
2. Otherwise a visit lasts until the next one, if that comes within IDLE.
3. Otherwise nobody knows: the median of the gaps under rule 2 counts, or ALONE where there is none.
4. A visit never lasts beyond the next one, and a length that the source only takes for a page being open
   (`longest`) is an upper bound: an open tab is not attention, and a sleeping laptop is none at all.

Source: five minutes is the idle limit of RescueTime; 15 seconds a post is ThinkUp's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IDLE = 5 * 60
"""Seconds without a sign of life after which nobody is there."""
ALONE = 15
"""Seconds that a visit without any neighbour counts for."""
LONGEST = 24 * 60 * 60
"""Seconds in front that are believed."""

_SECOND = 1_000_000
NO_SITE = -1

Seconds = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Stretches of time in order, none overlapping another: start, end (µs since 1970, UTC), site (index).

    All three are arrays of shape (n,). elsewhere: seconds on pages of no known site.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    site: NDArray[np.signedinteger[Any]]
    elsewhere: float = 0.0


def spans(
    at: NDArray[np.int64],
    site: NDArray[np.signedinteger[Any]],
    *,
    seen: Seconds | None = None,
    longest: Seconds | None = None,
) -> Spans:
    """The time spent on sites, by the rules above; stretches of one site that touch are one.

    at: µs since 1970 (UTC), in any order; site: index of its site, NO_SITE for any other page; seen: seconds
    in front, measured, NaN where unknown; longest: seconds that it was open, NaN where unknown. Shape (n,).

    Worked example: visits of a forum at 0 s, 40 s and 100 s, then nothing: gaps 40 and 60, so the last counts
    for their median, 50: one stretch of 150 s.
    """
    order = np.argsort(at, kind="stable")
    if seen is not None:
        order = order[~(seen[order] <= 0)]
    at, site = at[order], site[order]
    seen = None if seen is None else seen[order]
    longest = None if longest is None else longest[order]
    # A history of years has ten million rows: what is not needed any more is let go.
    del order
    if not len(at):
        return Spans(start=at, end=at, site=site)
    gap = np.append(np.diff(at) / _SECOND, np.inf)
    near = gap <= IDLE
    # Redirects and repeated rows of one moment would pull the median to nothing.
    told = gap[near & (gap >= 1)]
    length = np.where(near, gap, float(np.median(told, overwrite_input=True)) if len(told) else ALONE)
    del near, told
    if longest is not None:
        length = np.fmin(length, longest)
    if seen is not None:
        length = np.where(seen <= LONGEST, np.minimum(seen, gap), length)
    del gap
    end = at + np.round(length * _SECOND).astype(np.int64)
    elsewhere = float(length[site == NO_SITE].sum())
    kept = (site != NO_SITE) & (end > at)
    return _joined(at[kept], end[kept], site[kept], elsewhere)


def _joined(
    start: NDArray[np.int64], end: NDArray[np.int64], site: NDArray[np.signedinteger[Any]], elsewhere: float
) -> Spans:
    if not len(start):
        return Spans(start=start, end=end, site=site, elsewhere=elsewhere)
    first = np.append(True, (start[1:] > end[:-1]) | (site[1:] != site[:-1]))
    last = np.append(first[1:], True)
    return Spans(start=start[first], end=end[last], site=site[first], elsewhere=elsewhere)


def spans_of(points: list[tuple[int, str | None]]) -> list[tuple[str, int, int]]:
    """The same for a short list: (µs since 1970, site or none) in, (site, start, end in µs) out."""
    names = sorted({site for _, site in points if site})
    index = {site: place for place, site in enumerate(names)}
    found = spans(
        np.array([moment for moment, _ in points], np.int64),
        np.array([index.get(site or "", NO_SITE) for _, site in points], np.int64),
    )
    return [
        (names[site], int(start), int(end))
        for start, end, site in zip(found.start, found.end, found.site, strict=True)
    ]
