"""What the store knows of the user's time: recorded stretches and the moments of the user's own acts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.time_estimate import EARLIEST_UTC, usable
from analytics.metrics.time_spans import (
    BASES,
    Integers,
    Stretches,
    allot_codes,
    datetimes,
    microseconds,
    moment,
)
from analytics.metrics.window import Window
from analytics.reference import word_list

Cursor = duckdb.DuckDBPyConnection

SITES = """
SELECT site FROM time_spans UNION SELECT platform FROM me ORDER BY 1
"""

# Sites travel as their place in an ordered list: a million strings take three times as long to fetch.
SPANS = """
SELECT list_position($sites, site) - 1 AS site, list_position($bases, basis) - 1 AS basis, start_utc,
       least(end_utc, $until_utc) AS end_utc
FROM time_spans
WHERE start_utc < $until_utc AND end_utc > $since_utc AND end_utc > start_utc
"""

CLIENTS = "SELECT DISTINCT client FROM posts WHERE client IS NOT NULL"

# A post by a program that publishes on a timetable says nothing of where the person was. Their names are
# looked up once a client, not once a post.
OWN_ACTS = """
WITH mine AS MATERIALIZED (
    SELECT list_position($sites, platform) - 1 AS site, platform, account FROM me
)
SELECT mine.site, p.created_utc AS at_utc
FROM current_posts p JOIN mine ON mine.platform = p.platform AND mine.account = p.author
WHERE p.created_utc BETWEEN $since_utc AND $until_utc
  AND NOT coalesce(list_contains($automation::VARCHAR[], p.client), false)
UNION ALL
SELECT mine.site, i.at_utc
FROM current_interactions i JOIN mine ON mine.platform = i.platform AND mine.account = i.actor
WHERE i.at_utc BETWEEN $since_utc AND $until_utc
UNION ALL
SELECT mine.site, m.since_utc
FROM owned_lists l
JOIN mine ON mine.platform = l.platform AND mine.account = l.owner
JOIN follow_list_members m USING (fact)
WHERE l.direction = 'following' AND m.since_utc BETWEEN $since_utc AND $until_utc
"""

LATEST = """
SELECT max(at_utc) FROM (
    SELECT max(least(end_utc, $until_utc)) AS at_utc FROM time_spans
    WHERE start_utc < $until_utc AND end_utc > start_utc
    UNION ALL
    SELECT max(day) + INTERVAL 12 HOUR FROM daily_counts WHERE day <= $until_utc
)
"""

FAR_PAST = datetime(1970, 1, 1)
FAR_FUTURE = datetime(9999, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the store holds of time: sites in order of name, recorded pieces, usable own acts."""

    sites: tuple[str, ...]
    spans: Stretches  # as recorded, site codes
    pieces: Stretches  # disjoint, codes of allot_codes
    act_sites: Integers
    act_times: Integers


def own_acts(cursor: Cursor, window: Window) -> pd.DataFrame:
    """When the user did something that the store knows of, up to `window.now_utc`, in order of time.

    Posts and interactions of the user's own accounts, and the dates on the user's own following lists.
    Left out: posts by automation clients, impossible dates, repeats of one instant, bulk imports (see
    `time_estimate.usable_acts`). No other filter of the window applies.

    Columns: site (the platform), at_utc.
    """
    sites = _sites(cursor)
    codes, times = _own_acts(cursor, sites, window.now_utc)
    return pd.DataFrame({"site": pd.Index(sites, dtype="str").take(codes), "at_utc": datetimes(times)})


def recorded_pieces(
    cursor: Cursor, until_utc: datetime, since_utc: datetime = FAR_PAST, platform: str | None = None
) -> pd.DataFrame:
    """Measured and visited time between two moments as disjoint pieces, in order of time.

    Columns: site, start_utc, end_utc, basis. Seconds may be added over any of them.
    """
    sites = _sites(cursor)
    codes, starts, ends = _pieces(_spans(cursor, sites, since_utc, until_utc))
    starts = np.maximum(starts, microseconds([since_utc])[0])
    kept = ends > starts
    if platform is not None:
        kept &= codes // len(BASES) == (sites.index(platform) if platform in sites else -1)
    return pd.DataFrame(
        {
            "site": pd.Index(sites, dtype="str").take(codes[kept] // len(BASES)),
            "start_utc": datetimes(starts[kept]),
            "end_utc": datetimes(ends[kept]),
            "basis": pd.Index(BASES).take(codes[kept] % len(BASES)),
        }
    )


def latest_data_moment(cursor: Cursor, until_utc: datetime = FAR_FUTURE) -> datetime | None:
    """The latest moment that the data speak of: the end of a stretch of time, an own act, a daily count.

    A daily count stands for noon of its day, which is that day in nearly every zone. Dates of lists and
    of imports do not count: they say when somebody looked. Null without data. Naive UTC.
    """
    row = cursor.execute(LATEST, {"until_utc": until_utc}).fetchone()
    found = [row[0]] if row and row[0] else []
    # Acts before that moment add nothing, but for those of its last minute, which may make a bulk import of others.
    since = found[0] - timedelta(minutes=1) if found else EARLIEST_UTC
    _, acts = _own_acts(cursor, _sites(cursor), until_utc, max(since, EARLIEST_UTC))
    return max([*found, *map(moment, acts[-1:].tolist())], default=None)


def _sites(cursor: Cursor) -> tuple[str, ...]:
    return tuple(row[0] for row in cursor.execute(SITES).fetchall())


def _fetch(cursor: Cursor, sql: str, parameters: dict[str, Any]) -> list[Integers]:
    """Columns as integers: codes as they are, moments in microseconds."""
    columns = cursor.execute(sql, parameters).fetchnumpy().values()
    return [microseconds(c) if c.dtype.kind == "M" else np.asarray(c).astype(np.int64) for c in columns]


def _act_parameters(cursor: Cursor, sites: tuple[str, ...], until_utc: datetime) -> dict[str, Any]:
    scheduling = set(word_list("automation_clients.txt"))
    clients = [row[0] for row in cursor.execute(CLIENTS).fetchall()]
    automation = [client for client in clients if client.strip().lower() in scheduling]
    return {
        "sites": list(sites), "automation": automation, "since_utc": EARLIEST_UTC, "until_utc": until_utc
    }  # fmt: skip


def _own_acts(
    cursor: Cursor, sites: tuple[str, ...], until_utc: datetime, since_utc: datetime = EARLIEST_UTC
) -> tuple[Integers, Integers]:
    parameters = _act_parameters(cursor, sites, until_utc) | {"since_utc": since_utc}
    codes, times = _fetch(cursor, OWN_ACTS, parameters)
    return usable(codes, times, until_utc)


def _spans(
    cursor: Cursor, sites: tuple[str, ...], since_utc: datetime, until_utc: datetime
) -> tuple[Integers, Integers, Integers, Integers]:
    parameters = {"sites": list(sites), "bases": list(BASES), "since_utc": since_utc, "until_utc": until_utc}
    codes, bases, starts, ends = _fetch(cursor, SPANS, parameters)
    return codes, bases, starts, ends


def _pieces(spans: tuple[Integers, Integers, Integers, Integers]) -> Stretches:
    return allot_codes(*spans)


def evidence(cursor: Cursor, now_utc: datetime) -> Evidence:
    """Everything up to a moment that time is worked out from."""
    sites = _sites(cursor)
    spans = _spans(cursor, sites, FAR_PAST, now_utc)
    with ThreadPoolExecutor(1) as beside:  # sorting millions leaves the interpreter free to fetch the acts
        allotted = beside.submit(_pieces, spans)
        act_sites, act_times = _own_acts(cursor, sites, now_utc)
        pieces = allotted.result()
    return Evidence(
        sites=sites,
        spans=(spans[0], spans[2], spans[3]),
        pieces=pieces,
        act_sites=act_sites,
        act_times=act_times,
    )
