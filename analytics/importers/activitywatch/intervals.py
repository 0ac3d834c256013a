"""Stretches of time: joined, cut and told apart. Small pure functions, columns in and columns out.

Moments are whole microseconds; a stretch includes its start and not its end. "Disjoint" pieces are sorted
and do not overlap, so that each instant is in at most one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

_FIRST, _LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class Pieces(NamedTuple):
    """Stretches of time, each with a label: a number whose meaning is the caller's."""

    start: Numbers
    end: Numbers
    label: Numbers

    @property
    def length(self) -> Numbers:
        """Microseconds of each piece."""
        return self.end - self.start

    def where(self, chosen: npt.NDArray[np.bool_]) -> Pieces:
        """Some of the pieces."""
        return Pieces(self.start[chosen], self.end[chosen], self.label[chosen])

    def relabelled(self, labels: Sequence[int]) -> Pieces:
        """Each label replaced by what stands at its place in `labels`."""
        return self._replace(label=np.asarray(labels, dtype=np.int64)[self.label])


def together(parts: Sequence[Pieces]) -> Pieces:
    """All pieces of several lists, as they are."""
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return Pieces(nothing, nothing, nothing)
    return Pieces(*(np.concatenate([part[column] for part in parts]) for column in range(3)))


def union(pieces: Pieces) -> Pieces:
    """The instants in any of the pieces, disjoint; pieces that touch become one. Labels become 0.

    >>> both = Pieces(np.array([0, 5, 9]), np.array([6, 7, 10]), np.array([1, 2, 3]))
    >>> union(both).start.tolist(), union(both).end.tolist()
    ([0, 9], [7, 10])
    """
    order = np.argsort(pieces.start, kind="stable")
    start, reach = pieces.start[order], np.maximum.accumulate(pieces.end[order])
    opens = np.append(True, start[1:] > reach[:-1])[: len(start)]
    closes = np.append(opens[1:], True)[: len(start)]
    return Pieces(start[opens], reach[closes], np.zeros(int(opens.sum()), dtype=np.int64))


def overlaps(left: Pieces, right: Pieces) -> tuple[Pieces, Pieces]:
    """The instants in both of two disjoint lists: once with the left labels, once with the right."""
    first = np.searchsorted(right.end, left.start, side="right")
    beyond = np.searchsorted(right.start, left.end, side="left")
    count = np.maximum(beyond - first, 0)
    of_left = np.repeat(np.arange(len(left.start)), count)
    step = np.arange(len(of_left)) - np.repeat(np.cumsum(count) - count, count)
    of_right = np.repeat(first, count) + step
    start = np.maximum(left.start[of_left], right.start[of_right])
    end = np.minimum(left.end[of_left], right.end[of_right])
    return Pieces(start, end, left.label[of_left]), Pieces(start, end, right.label[of_right])


def without(pieces: Pieces, taken: Pieces) -> Pieces:
    """What is left of disjoint pieces outside other disjoint pieces."""
    gaps = Pieces(
        np.append(_FIRST, taken.end), np.append(taken.start, _LAST), np.zeros(len(taken.start) + 1, np.int64)
    )
    rest, _ = overlaps(pieces, gaps)
    return rest.where(rest.length > 0)


def latest_wins(pieces: Pieces) -> Pieces:
    """Disjoint pieces where those given overlap: each instant goes to the one that started last.

    Of those that start together the shorter wins, then the higher label: the order given does not matter.

    >>> apps = Pieces(np.array([0, 4]), np.array([10, 6]), np.array([1, 2]))
    >>> [column.tolist() for column in latest_wins(apps)]
    [[0, 4, 6], [4, 6, 10], [1, 2, 1]]
    """
    order = np.lexsort((pieces.label, -pieces.end, pieces.start))
    start, end, label = (column[order] for column in pieces)
    if not len(start):
        return Pieces(start, end, label)
    # Most events overlap nothing: only the others are walked one by one.
    alone_before = np.append(True, start[1:] >= np.maximum.accumulate(end)[:-1])
    alone = alone_before & np.append(alone_before[1:], True)
    rest = _walk(start[~alone].tolist(), end[~alone].tolist(), label[~alone].tolist())
    every = together([Pieces(start[alone], end[alone], label[alone]), rest])
    order = np.argsort(every.start)
    return Pieces(*(column[order] for column in every))


def _walk(starts: list[int], ends: list[int], labels: list[int]) -> Pieces:
    """`latest_wins` of events sorted by start: those under way are a stack, the latest on top."""
    cut: list[tuple[int, int, int]] = []
    under_way: list[tuple[int, int]] = []
    now = 0
    for start, end, label in zip(starts, ends, labels, strict=True):
        while under_way and now < start:
            until, top = under_way[-1]
            if until <= now:
                under_way.pop()
                continue
            cut.append((now, min(until, start), top))
            now = min(until, start)
        now = start
        under_way.append((end, label))
    while under_way:
        until, top = under_way.pop()
        if until > now:
            cut.append((now, until, top))
            now = until
    table = np.array(cut, dtype=np.int64).reshape(-1, 3)
    return Pieces(table[:, 0], table[:, 1], table[:, 2])
