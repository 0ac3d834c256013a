"""Visits on their way into the stage: by device, as arrays, since a history of years has millions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.importers import _visits
from analytics.importers._buckets import in_words
from analytics.importers._rows import Rows
from analytics.importers.interface import Finding, Note, Problem, Sites

HERE = ""
"""The device that the history was copied from."""
ELSEWHERE = "synced"
"""Other devices that are not told apart."""
MOST_DEVICES = 100

_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = (datetime(1990, 1, 1) - _EPOCH) // _MICROSECOND
_MOST_ORIGINS = 100_000

Times = NDArray[np.int64]
Codes = NDArray[np.int16]
Lengths = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Visits of one device: when (µs since 1970), site, seconds in front and seconds open (NaN: unknown)."""

    at: Times
    site: Codes
    seen: Lengths | None = None
    longest: Lengths | None = None


@dataclass(slots=True, kw_only=True)
class Collected:
    """The visits of one file. browser: what is shown as their device."""

    name: str
    sites: Sites
    file_date: datetime
    browser: str = "Browser history"
    _chunks: dict[str, list[Chunk]] = field(default_factory=dict)
    _origins: dict[str, int] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    _read: int = 0
    _impossible: int = 0

    def site(self, url: object) -> int:
        """The index of a page's site, NO_SITE for any other page."""
        if not isinstance(url, str):
            return _visits.NO_SITE
        slash = url.find("/", 8)
        origin = url if slash < 0 else url[:slash]
        if origin not in self._origins:
            if len(self._origins) == _MOST_ORIGINS:
                self._origins.clear()
            site = self.sites.of_url(origin)
            self._origins[origin] = (
                self._places.setdefault(site, len(self._places)) if site else _visits.NO_SITE
            )
        return self._origins[origin]

    def add(self, devices: Sequence[object], chunk: Chunk) -> None:
        """Take visits, each with its device: HERE, ELSEWHERE or what the source calls it."""
        latest = max(self.file_date, datetime.now(UTC).replace(tzinfo=None)) + timedelta(days=1)
        possible = (chunk.at >= _EARLIEST) & (chunk.at < (latest - _EPOCH) // _MICROSECOND)
        self._read += len(possible)
        self._impossible += int((~possible).sum())
        called = set(devices)
        for device in sorted(called, key=str):
            chosen = possible
            if len(called) > 1:
                chosen = possible & np.fromiter((one == device for one in devices), np.bool_, len(devices))
            self._chunks.setdefault(self._known(device), []).append(_part(chunk, chosen))

    def _known(self, device: object) -> str:
        """The device as shown, less what would tell which one it is."""
        if device in (HERE, ELSEWHERE, None):
            return f"{self.browser}, synced devices" if device == ELSEWHERE else self.browser
        digest = hashlib.sha256(str(device).encode(errors="replace")).hexdigest()[:6]
        shown = f"{self.browser}, device {digest}"
        full = len(self._chunks) >= MOST_DEVICES and shown not in self._chunks
        return f"{self.browser}, synced devices" if full else shown

    def finish(self, rows: Rows) -> Iterator[Finding]:
        """Hand over each device's stretches, then say what was read."""
        names = list(self._places)
        devices = len(self._chunks)
        on_sites: dict[str, float] = {}
        elsewhere = 0.0
        first, last = [], []
        for device in sorted(self._chunks):
            visits = _together(self._chunks.pop(device))
            if not len(visits.at):
                continue
            first.append(int(visits.at.min()))
            last.append(int(visits.at.max()))
            found = _visits.spans(visits.at, visits.site, seen=visits.seen, longest=visits.longest)
            elsewhere += found.elsewhere
            for start, end, site in zip(found.start, found.end, found.site, strict=True):
                name = names[site]
                on_sites[name] = on_sites.get(name, 0.0) + float(end - start) / 1e6
                rows.add(
                    "time_spans",
                    site=name,
                    start_utc=_EPOCH + int(start) * _MICROSECOND,
                    end_utc=_EPOCH + int(end) * _MICROSECOND,
                    basis="visit",
                    device=device,
                )
        if self._impossible:
            visits_, have = ("visit", "has") if self._impossible == 1 else ("visits", "have")
            yield Problem(
                place=self.name,
                what=f"{self._impossible:,} {visits_} of {self._read:,} {have} an impossible time, before 1990 or in "
                "the future",
            )
        yield Note(text=self._in_words(first, last, on_sites, elsewhere))
        if devices > 1:
            yield Note(
                text=f"{self.name} holds visits of {devices} devices; a visit lasts until "
                "the next one on the same device, and time on two at once counts once."
            )
        yield from rows.finish()

    def _in_words(
        self, first: list[int], last: list[int], on_sites: dict[str, float], elsewhere: float
    ) -> str:
        if not first:
            return f"{self.name} holds no visits: the history was cleared, or is kept elsewhere."
        days = [f"{_EPOCH + moment * _MICROSECOND:%Y-%m-%d}" for moment in (min(first), max(last))]
        count = self._read - self._impossible
        sites = f"{len(on_sites)} known {'site' if len(on_sites) == 1 else 'sites'}"
        told = f"{in_words(sum(on_sites.values()))} on {sites}" if on_sites else "no time on a known site"
        return (
            f"{self.name}: {count:,} {'visit' if count == 1 else 'visits'} from {days[0]} to {days[1]}; {told}, "
            f"{in_words(elsewhere)} on other pages, of which nothing is kept. Each visit counts until the next "
            "one, if that came within five minutes."
        )


def _part(chunk: Chunk, chosen: NDArray[np.bool_]) -> Chunk:
    if chosen.all():
        return chunk
    return Chunk(
        at=chunk.at[chosen],
        site=chunk.site[chosen],
        seen=None if chunk.seen is None else chunk.seen[chosen],
        longest=None if chunk.longest is None else chunk.longest[chosen],
    )


def _together(chunks: list[Chunk]) -> Chunk:
    return Chunk(
        at=np.concatenate([chunk.at for chunk in chunks]),
        site=np.concatenate([chunk.site for chunk in chunks]),
        seen=_lengths([(chunk.seen, len(chunk.at)) for chunk in chunks]),
        longest=_lengths([(chunk.longest, len(chunk.at)) for chunk in chunks]),
    )


def _lengths(parts: list[tuple[Lengths | None, int]]) -> Lengths | None:
    if all(part is None for part, _ in parts):
        return None
    return np.concatenate(
        [np.full(count, np.nan, np.float32) if part is None else part for part, count in parts]
    )
