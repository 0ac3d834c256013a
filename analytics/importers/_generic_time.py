"""The time kind of the program's own CSV: one row a stretch of time on a site.

Required are a site (a column site, activity, project or app), a start (start, from, begin or started) and an
end (end, to, stop, stopped or finished) or a number of seconds. A site is given by key, name, domain, web
address or program of sites.toml, in any case; any other word becomes a site of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.importers._cells import MOMENT, SECONDS, Cells, Form, needed, readable
from analytics.importers._csv import Header
from analytics.importers._site_names import domain_in, site_called
from analytics.importers.interface import Files, Finding, Options
from analytics.reference import load_sites

SITE = Form(type="VARCHAR", sql="lower({cell})", expected="a site such as x or digg.com")
CELLS = (*needed(site=SITE, start=MOMENT), *readable(end=MOMENT, seconds=SECONDS))
OTHER_NAMES = {
    "site": ("activity", "project", "app"),
    "start": ("from", "begin", "started"),
    "end": ("to", "stop", "stopped", "finished"),
}
"""Column -> what else it may be called; of several that a file has, the first counts."""

_SPANS = """{cells}, spans AS (
    SELECT row_number, coalesce(csv_sites.site, cells.site) AS site, start AS start_utc, seconds,
           coalesce("end", start + to_microseconds(CAST(seconds * 1000000 AS BIGINT))) AS end_utc
    FROM cells LEFT JOIN csv_sites ON cells.site = csv_sites.written
)"""
_UNUSABLE_SPAN = """CASE
    WHEN end_utc IS NULL THEN 'end and seconds are both empty, expected one of them'
    WHEN end_utc = start_utc THEN 'lasts no time, expected an end after the start'
    WHEN end_utc < start_utc THEN 'ends before it starts'
    WHEN end_utc > start_utc + INTERVAL 24 HOUR THEN 'lasts more than 24 hours'
END"""


def hand_over(cells: Cells, _files: Files, _options: Options) -> Iterator[Finding]:
    """Fill time_spans with the rows that last between no time and a day."""
    sites = load_sites()
    cells.stage.run("CREATE OR REPLACE TABLE csv_sites (written VARCHAR, site VARCHAR)")
    for (written,) in cells.run("{cells} SELECT DISTINCT site FROM cells"):
        site = site_called(written, sites) or domain_in(written)
        cells.stage.run("INSERT INTO csv_sites VALUES ($written, $site)", {"written": written, "site": site})
    cells.run(
        f"INSERT INTO csv_problems {_SPANS} "
        f"SELECT row_number, {_UNUSABLE_SPAN}, true FROM spans WHERE {_UNUSABLE_SPAN} IS NOT NULL"
    )
    cells.run(
        f"INSERT INTO time_spans BY NAME {_SPANS} "
        "SELECT site, start_utc, end_utc, 'measured' AS basis, 'csv' AS device FROM spans"
    )
    yield from ()


def in_plain_names(header: Header) -> Header:
    """The header of a list of times with its columns named site, start and end; any other as it is."""
    keys = header.keys()
    renamed = {
        next((other for other in others if other in keys), plain): plain
        for plain, others in OTHER_NAMES.items()
        if plain not in keys
    }
    names = tuple(renamed.get(key, name) for key, name in zip(keys, header.names, strict=True))
    return replace(header, names=names)
