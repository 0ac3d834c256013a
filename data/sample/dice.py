"""Chance that falls the same way on every machine, moments, and ids made of moments.

Everything is built on `Random.random()`, whose sequence for a seed Python promises to keep; its other
methods have changed between versions.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")

SEED = 20261119
ZONE = ZoneInfo("Europe/Vienna")
UTC = ZoneInfo("UTC")
EPOCH = datetime(1970, 1, 1)
SNOWFLAKE_EPOCH_MS = 1288834974657


class Dice:
    """A source of chance; `part` gives another one, so that one part's use does not disturb another's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._random = Random(SEED ^ zlib.crc32(name.encode()))

    def part(self, name: str) -> Dice:
        """Chance of its own for a part, the same whatever was drawn here before."""
        return Dice(f"{self.name}/{name}")

    def between(self, low: float, high: float) -> float:
        """A number from low to high."""
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int((high - low + 1) * self._random.random())

    def chance(self, share: float) -> bool:
        """True in `share` of the cases."""
        return self._random.random() < share

    def pick(self, items: Sequence[T]) -> T:
        """One of them."""
        return items[self.whole(0, len(items) - 1)]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of them, by weight."""
        left = self.between(0, sum(weights))
        for item, weight in zip(items, weights, strict=True):
            left -= weight
            if left < 0:
                return item
        return items[-1]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All of them in another order."""
        rest = list(items)
        return [rest.pop(self.whole(0, len(rest) - 1)) for _ in range(len(rest))]

    def some(self, items: Sequence[T], number: int) -> list[T]:
        """That many of them, each once."""
        return self.shuffled(items)[:number]

    def letters(self, number: int, alphabet: str = "0123456789abcdef") -> str:
        """That many letters."""
        return "".join(self.pick(alphabet) for _ in range(number))

    def moment(self, first: datetime, last: datetime) -> datetime:
        """A moment between two, to the millisecond."""
        first -= timedelta(microseconds=first.microsecond % 1000)
        span_ms = int((last - first).total_seconds() * 1000)
        return first + timedelta(milliseconds=self.whole(0, span_ms))

    def snowflake(self, moment: datetime) -> str:
        """An id of X made at that moment (naive UTC)."""
        milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
        return str(((milliseconds - SNOWFLAKE_EPOCH_MS) << 22) | self.whole(0, 2**22 - 1))


def utc(day: date, clock: time) -> datetime:
    """Local day and clock time in Vienna -> naive UTC."""
    return datetime.combine(day, clock, tzinfo=ZONE).astimezone(UTC).replace(tzinfo=None)


def local(moment: datetime) -> datetime:
    """Naive UTC -> time in Vienna."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE)


def iso(moment: datetime, *, milliseconds: bool = False) -> str:
    """Naive UTC -> 2026-05-10T09:41:17Z, or with .204Z."""
    return moment.isoformat(timespec="milliseconds" if milliseconds else "seconds") + "Z"
