"""The histories that are SQLite databases: Chromium's, Firefox's and Safari's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast

import numpy as np
from numpy.typing import NDArray

from analytics.importers._sqlite import Database, holds, opened
from analytics.importers._visits import NO_SITE
from analytics.importers.browser_history._collected import ELSEWHERE, HERE, Chunk, Collected, Lengths, Times
from analytics.importers.interface import Files, Refused, Stage

CHUNK = 100_000
"""Rows held at a time as Python objects."""

_VISITS = rb'CREATE TABLE "?(?:visits"?\s*\([^;]{0,400}\bvisit_time\b|moz_historyvisits\b|history_visits\b)'
_PAGES = rb'CREATE TABLE "?(?:urls|moz_places|history_items)"?\s*\('
_SECOND = 1_000_000
_1601 = 11_644_473_600 * _SECOND
"""µs from 1601, where Chromium's times begin, to 1970."""
_2001 = 978_307_200
"""Seconds from 1970 to 2001, where Safari's times begin."""
_MILLISECONDS = 10**14
"""Firefox for Android writes milliseconds; as microseconds they would all lie before 1974."""
_SAME_VISIT = 5
"""Seconds between a visit and what Firefox measured of it."""
_UNKNOWN = -1


def recognised(files: Files, name: str) -> bool:
    """Whether a database has the tables of a browser's history."""
    return holds(files, name, _VISITS, _PAGES)


def collect(collected: Collected, stage: Stage, files: Files) -> None:
    """Take every visit of a database. Raises Refused where it is damaged or lacks a column."""
    with opened(stage, files, collected.name) as database:
        read = _reader(database)
        if read:
            read(collected, database)
    if not read:
        raise Refused(
            f"{files.path}: {collected.name} lacks the columns of a browser's visits; copy it again."
        )


def _reader(database: Database) -> Callable[[Collected, Database], None] | None:
    if {"visit_time", "url", "transition"} <= database.columns("visits"):
        return _chromium
    if {"visit_date", "place_id", "visit_type"} <= database.columns("moz_historyvisits"):
        return _firefox
    if {"visit_time", "history_item"} <= database.columns("history_visits"):
        return _safari
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """The pages of known sites: their ids, sorted, and the index of each one's site."""

    ids: Times
    sites: NDArray[np.int16]

    def sites_of(self, ids: Times) -> NDArray[np.int16]:
        """The site of each page, NO_SITE where it is not known."""
        if not len(self.ids):
            return np.full(len(ids), NO_SITE, np.int16)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[place] == ids, self.sites[place], np.int16(NO_SITE))


def _pages(collected: Collected, database: Database, table: str) -> _Pages:
    ids: list[Times] = []
    sites: list[NDArray[np.int16]] = []
    rows = database.rows(f"SELECT CAST(id AS INTEGER), url FROM {table} WHERE id IS NOT NULL")
    while chunk := list(islice(rows, CHUNK)):
        site = np.array([collected.site(url) for _, url in chunk], np.int16)
        known = site != NO_SITE
        ids.append(np.array([id_ for id_, _ in chunk], np.int64)[known])
        sites.append(site[known])
    if not ids:
        return _Pages(ids=np.empty(0, np.int64), sites=np.empty(0, np.int16))
    every = np.concatenate(ids)
    order = np.argsort(every, kind="stable")
    return _Pages(ids=every[order], sites=np.concatenate(sites)[order])


def _columns(database: Database, sql: str) -> Iterator[list[tuple[object, ...]]]:
    """The columns of a SELECT, some rows at a time."""
    rows = database.rows(sql)
    while chunk := list(islice(rows, CHUNK)):
        yield list(zip(*chunk, strict=True))


def _numbers(column: tuple[object, ...]) -> Times:
    return np.array(cast(tuple[int, ...], column), np.int64)


def _seconds(column: tuple[object, ...], unit: int) -> Lengths:
    """Lengths of time in seconds; NaN where the source does not know."""
    lengths = _numbers(column)
    return np.where(lengths < 0, np.nan, lengths / unit).astype(np.float32)


def _whole(column: str, default: int = 0) -> str:
    """SQL for a column that should hold whole numbers, but may hold anything."""
    return (
        f"CASE WHEN typeof({column}) IN ('integer', 'real') THEN CAST({column} AS INTEGER) ELSE {default} END"
    )


def _chromium(collected: Collected, database: Database) -> None:
    collected.browser = "Chromium history"
    pages = _pages(collected, database, "urls")
    visits = database.columns("visits")
    measured = {"visit_id", "total_foreground_duration"} <= database.columns("context_annotations")
    marked = {"id", "source"} <= database.columns("visit_source")
    # 0 is what most rows hold: no length was taken.
    longest = "nullif(v.visit_duration, 0)" if "visit_duration" in visits else "NULL"
    device = f"'{HERE}'"
    if marked:
        device = f"CASE WHEN s.source = 0 THEN '{ELSEWHERE}' ELSE {device} END"
    if "originator_cache_guid" in visits:
        device = f"coalesce(nullif(CAST(v.originator_cache_guid AS TEXT), ''), {device})"
    seen = "c.total_foreground_duration" if measured else "NULL"
    sql = (
        f"SELECT {_whole('v.visit_time')}, {_whole('v.url')}, {_whole(seen, _UNKNOWN)}, "
        f"{_whole(longest, _UNKNOWN)}, {device} FROM visits v "
        + ("LEFT JOIN context_annotations c ON c.visit_id = v.id " if measured else "")
        + ("LEFT JOIN visit_source s ON s.id = v.id " if marked else "")
        # What kind of visit is in the last byte: 3 and 4 are frames inside a page.
        + f"WHERE ({_whole('v.transition')}) & 255 NOT IN (3, 4)"
    )
    for moments, ids, foreground, opened_for, devices in _columns(database, sql):
        collected.add(
            devices,
            Chunk(
                at=_numbers(moments) - _1601,
                site=pages.sites_of(_numbers(ids)),
                seen=_seconds(foreground, _SECOND) if measured else None,
                longest=_seconds(opened_for, _SECOND) if "visit_duration" in visits else None,
            ),
        )


def _firefox(collected: Collected, database: Database) -> None:
    collected.browser = "Firefox history"
    pages = _pages(collected, database, "moz_places")
    measured = _measured(collected, database, pages)
    here = "1"
    if "is_local" in database.columns("moz_historyvisits"):
        here = _whole("is_local", 1)
    sql = (
        f"SELECT {_whole('visit_date')}, {_whole('place_id')}, CASE ({here}) WHEN 0 THEN '{ELSEWHERE}' ELSE "
        f"'{HERE}' END FROM moz_historyvisits "
        # Embedded pages, downloads and frames.
        f"WHERE ({_whole('visit_type')}) NOT IN (4, 7, 8)"
    )
    for moments, places, devices in _columns(database, sql):
        at, ids = _microseconds(_numbers(moments)), _numbers(places)
        keys = _keys(ids, at)
        known = np.searchsorted(measured, keys + _SAME_VISIT, "right") > np.searchsorted(
            measured, keys - _SAME_VISIT
        )
        kept = ~known | (np.array(devices) != HERE)
        collected.add(
            [device for device, keep in zip(devices, kept, strict=True) if keep],
            Chunk(at=at[kept], site=pages.sites_of(ids[kept])),
        )


def _measured(collected: Collected, database: Database, pages: _Pages) -> Times:
    """Take what Firefox measured, each time that a page was in front, as visits in their own right; a key of
    each page and second, sorted, to find the visits that they stand for.
    """
    found = [np.empty(0, np.int64)]
    if {"place_id", "created_at", "total_view_time"} <= database.columns("moz_places_metadata"):
        sql = (
            f"SELECT {_whole('created_at')}, {_whole('place_id')}, {_whole('total_view_time', _UNKNOWN)} "
            f"FROM moz_places_metadata WHERE ({_whole('total_view_time', _UNKNOWN)}) >= 0"
        )
        for moments, places, lengths in _columns(database, sql):
            at, ids = _microseconds(_numbers(moments)), _numbers(places)
            collected.add(
                [HERE] * len(at), Chunk(at=at, site=pages.sites_of(ids), seen=_seconds(lengths, 1000))
            )
            found.append(_keys(ids, at))
    return np.sort(np.concatenate(found))


def _keys(ids: Times, at: Times) -> Times:
    """One number for a page and a second, in which seconds that lie side by side do so too."""
    return ids * 2**32 + at // _SECOND


def _microseconds(moments: Times) -> Times:
    return np.where(np.abs(moments) < _MILLISECONDS, moments * 1000, moments)


def _safari(collected: Collected, database: Database) -> None:
    collected.browser = "Safari history"
    pages = _pages(collected, database, "history_items")
    origin = _whole("origin") if "origin" in database.columns("history_visits") else "0"
    sql = (
        f"SELECT {_whole(f'round((visit_time + {_2001}) * 1e6)')}, {_whole('history_item')}, "
        # 1 is what iCloud brought.
        f"CASE ({origin}) WHEN 0 THEN '{HERE}' ELSE '{ELSEWHERE}' END FROM history_visits"
    )
    for moments, ids, devices in _columns(database, sql):
        collected.add(devices, Chunk(at=_numbers(moments), site=pages.sites_of(_numbers(ids))))
