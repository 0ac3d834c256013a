"""Which site has which instant: pure interval work on stretches of time, no store and no clock.

Trackers and browsers overlap each other and themselves, so stretches are never added up as they come.
`allot` gives every instant to one site and one basis; after it a sum is the time on the clock. Moments
are naive UTC, a stretch holds its first moment and not its last. Reversed and empty stretches are left
out here; importers report them.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Integers = NDArray[np.int64]
"""Moments in microseconds since 1970 (UTC), lengths in microseconds, or codes."""

Floats = NDArray[np.float64]
"""Lengths in seconds, or shares."""

Stretches = tuple[Integers, Integers, Integers]
"""Site codes, first moments, moments after the last; one entry a stretch."""

BASES = ("measured", "visit")
"""What time can rest on, the best first: a tracker watched, or a browser kept its history."""

SECOND = 1_000_000
_DEEP = 32  # stretches of different sites upon each other, above which a stack is walked
_UNKNOWN = np.iinfo(np.int64).min  # what NaT is in microseconds


def microseconds(moments: Any) -> Integers:
    """Naive UTC moments (a Series, an array or a list of datetimes) as microseconds since 1970."""
    return np.asarray(moments, dtype="datetime64[us]").astype(np.int64)


def datetimes(values: Integers) -> NDArray[np.datetime64]:
    """The reverse of `microseconds`."""
    return values.astype("datetime64[us]")


def moment(value: int) -> datetime:
    """One of them as a naive UTC datetime."""
    return datetime(1970, 1, 1) + timedelta(microseconds=value)


def union_seconds(starts: Any, ends: Any) -> float:
    """Seconds covered by any of the stretches: an instant in two of them counts once.

    >>> at = np.array([0, 30, 100], dtype="datetime64[s]")
    >>> union_seconds(at, at + np.array([60, 60, 10], dtype="timedelta64[s]"))
    100.0
    """
    first, last = merge(microseconds(starts), microseconds(ends))
    return float((last - first).sum() / SECOND)


def merge(starts: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """The same instants as disjoint stretches in order of time, with those that touch joined."""
    real = (ends > starts) & (starts > _UNKNOWN)
    starts, ends = starts[real], ends[real]
    if not starts.size:
        return starts, ends
    if not _in_order(starts):
        by_start = np.argsort(starts, kind="stable")
        starts, ends = starts[by_start], ends[by_start]
    reach = np.maximum.accumulate(ends)
    opens = np.concatenate(([True], starts[1:] > reach[:-1]))
    closes = np.concatenate((opens[1:], [True]))
    return starts[opens], reach[closes]


def boundaries_before(boundaries: Integers, moments: Integers, *, at: bool) -> Integers:
    """How many of the sorted boundaries lie before each moment; at: one that is the moment itself counts as well."""
    if moments.size <= 8 * boundaries.size or not _in_order(moments):
        return np.searchsorted(boundaries, moments, side="right" if at else "left")
    # Many ordered moments between few boundaries: it is quicker to look for these among them.
    edges = np.searchsorted(moments, boundaries, side="left" if at else "right")
    counts = np.diff(np.concatenate(([0], edges, [moments.size])))
    return np.repeat(np.arange(boundaries.size + 1), counts)


def _in_order(moments: Integers) -> bool:
    return bool((moments[1:] >= moments[:-1]).all())


def cut(starts: Integers, ends: Integers, boundaries: Integers) -> Stretches:
    """Split stretches at sorted boundaries: the row each part came from, its start and its end."""
    before = boundaries_before(boundaries, starts, at=True)
    parts = np.maximum(boundaries_before(boundaries, ends, at=False) - before, 0) + 1
    if parts.size == parts.sum():
        return np.arange(starts.size), starts, ends
    rows = np.repeat(np.arange(starts.size), parts)
    first, last = starts[rows], ends[rows]
    # Most stretches stay whole; only those that are split get new ends.
    split = np.flatnonzero(parts > 1)
    splits = parts[split] - 1
    ordinal = np.arange(splits.sum()) - np.repeat(np.cumsum(splits) - splits, splits)
    place = np.repeat((np.cumsum(parts) - parts)[split], splits) + ordinal
    last[place] = first[place + 1] = boundaries[np.repeat(before[split], splits) + ordinal]
    return rows, first, last


def seconds_by_week(stretches: Stretches, boundaries: Integers, codes: int) -> Floats:
    """Seconds of each code in each week: an array of codes x weeks.

    boundaries: the first moments of the weeks and the moment after the last, around all of the stretches' parts that
    count; what lies outside is left out.
    """
    rows, starts, ends = cut(stretches[1], stretches[2], boundaries)
    weeks = boundaries.size - 1
    week = boundaries_before(boundaries, starts, at=True) - 1
    inside = (week >= 0) & (week < weeks)
    cells, length = stretches[0][rows] * weeks + week, ends - starts
    if not inside.all():
        cells, length = cells[inside], length[inside]
    return np.bincount(cells, weights=length, minlength=codes * weeks).reshape(codes, weeks) / SECOND


def covered_before(moments: Integers, starts: Integers, ends: Integers) -> Integers:
    """How much of the disjoint, ordered stretches lies before each moment, in microseconds."""
    if not starts.size:
        return np.zeros(moments.size, dtype=np.int64)
    total = np.concatenate(([0], np.cumsum(ends - starts)))
    begun = np.searchsorted(starts, moments, side="right")
    rest = np.maximum(ends[np.maximum(begun - 1, 0)] - moments, 0)
    return total[begun] - np.where(begun > 0, rest, 0)


def outside(stretches: Stretches, starts: Integers, ends: Integers) -> Stretches:
    """What of the stretches lies outside the disjoint, ordered ones given by `starts` and `ends`."""
    codes, first, last = stretches
    if not starts.size or not first.size:
        return stretches
    rows, first, last = cut(first, last, np.column_stack((starts, ends)).ravel())
    begun = np.searchsorted(starts, first, side="right")
    free = (begun == 0) | (ends[np.maximum(begun - 1, 0)] <= first)
    return codes[rows[free]], first[free], last[free]


def latest_started(stretches: Stretches) -> Stretches:
    """Disjoint stretches in order of time: where sites overlap, the one that started last has the instant.

    Where two started together, the lower code has it. Only deep stacks of different sites are walked one
    by one; all else is array work.
    """
    codes, starts, ends = stretches
    real = (ends > starts) & (starts > _UNKNOWN)
    codes, starts, ends = codes[real], starts[real], ends[real]
    if not starts.size:
        return codes, starts, ends
    if not _in_order(starts):
        by_start = np.argsort(starts, kind="stable")
        codes, starts, ends = codes[by_start], starts[by_start], ends[by_start]
    reach = np.maximum.accumulate(ends)
    opens = np.flatnonzero(np.concatenate(([True], starts[1:] >= reach[:-1])))
    one_site = np.minimum.reduceat(codes, opens) == np.maximum.reduceat(codes, opens)
    closes = np.append(opens[1:], starts.size) - 1
    plain = (codes[opens[one_site]], starts[opens[one_site]], reach[closes[one_site]])
    if one_site.all():
        return plain
    mixed = np.repeat(~one_site, closes - opens + 1)
    return in_order(joined(plain, _unstacked(codes[mixed], starts[mixed], ends[mixed])))


def joined(*several: Stretches) -> Stretches:
    """Stretches of several sources in one."""
    codes, starts, ends = (np.concatenate(columns) for columns in zip(*several, strict=True))
    return codes, starts, ends


def in_order(stretches: Stretches) -> Stretches:
    """Disjoint stretches in order of time, with those of one site that touch joined."""
    codes, starts, ends = stretches
    if not starts.size:
        return stretches
    if not _in_order(starts):
        by_start = np.argsort(starts, kind="stable")
        codes, starts, ends = codes[by_start], starts[by_start], ends[by_start]
    opens = np.concatenate(([True], (codes[1:] != codes[:-1]) | (starts[1:] != ends[:-1])))
    closes = np.concatenate((opens[1:], [True]))
    return codes[opens], starts[opens], ends[closes]


def _unstacked(codes: Integers, starts: Integers, ends: Integers) -> Stretches:
    """`latest_started` where sites overlap: what lies on top, then in rounds what shows beside it.

    A stretch is on top until it ends or the next one starts. If it ends first, the one that started before
    it may show until then, or the one before that; where that goes deep, all of the stack is walked.
    """
    order = np.lexsort((-codes, starts))
    codes, starts, ends = codes[order], starts[order], ends[order]
    reach = np.maximum.accumulate(ends)
    stack = np.cumsum(np.concatenate(([False], starts[1:] >= reach[:-1])))
    row, at, until = np.arange(codes.size), starts, np.append(starts[1:], reach[-1])
    found: list[Stretches] = []
    for _ in range(_DEEP):
        last = np.minimum(ends[row], until)
        shows = last > at
        found.append((row[shows], at[shows], last[shows]))
        row, at = row - 1, np.maximum(at, last)
        # The first row has none before it; there -1 is the last row, which `row >= 0` leaves out.
        open_ = (row >= 0) & (at < until) & (reach[row] > at)
        row, at, until = row[open_], at[open_], until[open_]
        if not row.size:
            break
    rows, first, last = joined(*found)
    deep = np.zeros(int(stack[-1]) + 1, dtype=bool)
    deep[stack[row]] = True
    flat, walked = ~deep[stack[rows]], deep[stack]
    done = (codes[rows[flat]], first[flat], last[flat])
    return joined(done, _walk(codes[walked], starts[walked], ends[walked])) if row.size else done


def _walk(codes: Integers, starts: Integers, ends: Integers) -> Stretches:
    """`latest_started` by walking: the newest stretch always lies on top, so a stack is enough."""
    order = np.lexsort((-codes, starts))
    rows = zip(codes[order].tolist(), starts[order].tolist(), ends[order].tolist(), strict=True)
    found: list[tuple[int, int, int]] = []
    under_way: list[tuple[int, int]] = []
    now = 0
    for code, start, end in (*rows, (-1, int(ends.max()), 0)):
        while under_way and now < start:
            top, until = under_way[-1]
            if until <= now:
                under_way.pop()
                continue
            until = min(until, start)
            found.append((top, now, until))
            now = until
        now = start
        under_way.append((code, end))
    columns = np.array(found, dtype=np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def allot(spans: pd.DataFrame) -> pd.DataFrame:
    """Give every instant to one site on one basis.

    In: one row a stretch with site, start_utc, end_utc and basis (measured or visit), in any order.
    Out: the same columns, disjoint and in order of time, so that seconds may be added. The better basis
    has the instant; within a basis the stretch that started last, then the site first in the alphabet.
    Raises ValueError for a basis that is neither.

    measured  x  10:00-10:30
    visit  digg  10:20-10:40   -> x 10:00-10:30 measured, digg 10:30-10:40 visit
    """
    codes, sites = pd.factorize(spans["site"], sort=True)
    basis, seen = pd.factorize(spans["basis"])
    if strange := set(seen) - set(BASES):
        raise ValueError(f"Time rests on {' or '.join(BASES)}, not on {', '.join(map(str, strange))}.")
    rank = np.array([BASES.index(name) for name in seen], dtype=np.int64)[basis]
    starts, ends = microseconds(spans["start_utc"]), microseconds(spans["end_utc"])
    codes, starts, ends = allot_codes(codes.astype(np.int64), rank, starts, ends)
    return pd.DataFrame(
        {
            "site": pd.Index(sites).take(codes // len(BASES)),
            "start_utc": datetimes(starts),
            "end_utc": datetimes(ends),
            "basis": pd.Index(BASES).take(codes % len(BASES)),
        }
    )


def allot_codes(sites: Integers, bases: Integers, starts: Integers, ends: Integers) -> Stretches:
    """`allot` on codes: sites in order of their names, bases as places in BASES.

    The codes that come out are site * len(BASES) + basis.
    """
    found: list[Stretches] = []
    taken_from, taken_to = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    with ThreadPoolExecutor(len(BASES)) as both:  # array work leaves the interpreter free for the other basis
        on_top = list(
            both.map(latest_started, (_of_basis(sites, bases, starts, ends, n) for n in range(len(BASES))))
        )
    for basis, stretches in enumerate(on_top):
        pieces = outside(stretches, taken_from, taken_to)
        found.append((pieces[0] * len(BASES) + basis, pieces[1], pieces[2]))
        if basis + 1 < len(BASES):
            taken_from = np.concatenate((taken_from, pieces[1]))
            taken_to = np.concatenate((taken_to, pieces[2]))
            taken_from, taken_to = merge(taken_from, taken_to)
    return in_order(joined(*found))


def _of_basis(sites: Integers, bases: Integers, starts: Integers, ends: Integers, basis: int) -> Stretches:
    chosen = np.flatnonzero(bases == basis)
    return sites[chosen], starts[chosen], ends[chosen]


def cut_at(spans: pd.DataFrame, boundaries: Sequence[datetime]) -> pd.DataFrame:
    """Split rows with start_utc and end_utc at the boundaries, such as local midnights; other columns stay.

    Boundaries in any order, naive UTC; a row that ends at one is not split there.
    """
    rows, starts, ends = cut(
        microseconds(spans["start_utc"]),
        microseconds(spans["end_utc"]),
        np.array(sorted(set(microseconds(list(boundaries)).tolist())), dtype=np.int64),
    )
    return (
        spans.iloc[rows].assign(start_utc=datetimes(starts), end_utc=datetimes(ends)).reset_index(drop=True)
    )
