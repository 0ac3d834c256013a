"""Apple's Screen Time: how long which app was in front, on a Mac, an iPhone or an iPad.

Apple has no export of it; these are the databases that its own pages are drawn from.

knowledgeC.db (Mac: Library/Application Support/Knowledge in the home folder; iPhone: in a full backup):
one row an app in front, in the streams /app/inFocus and /app/usage, and one a page in /app/webUsage. The
first two tell the same twice and overlap; each instant counts once. Seen of macOS 10.13 and 10.14; from
macOS 13 and iOS 16 on these streams are empty, their content lies in files that are not read here (Biome).

RMAdminStore-Local.sqlite (the store of the Screen Time page): sums for each hour. They are laid out from the
hour's start, see `_buckets`. Beside the rows of each device stand rows of all devices together, without a
device: they are left out where there are any of a device. So are rows of the rest of a family. Seen of iOS 14.

Copy the database together with the -wal file beside it: it holds what is newest. Recognised by content.
Read are app or domain and times; titles, addresses and the names of people and devices are not kept.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics.importers._buckets import in_words, laid_out
from analytics.importers._rows import Rows, moment_after
from analytics.importers._sqlite import Database, holds, opened
from analytics.importers.interface import (
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Question,
    Refused,
    Stage,
)
from analytics.importers.screen_time._usage import Usage
from analytics.reference import load_sites

_2001 = datetime(2001, 1, 1)
HERE = "apple-screen-time"
"""The device where a row names none: the one that the database was copied from."""
_KNOWLEDGE = (rb'CREATE TABLE "?ZOBJECT"?\s*\(', rb"\bZSTREAMNAME\b")
_SUMS = (rb'CREATE TABLE "?ZUSAGEBLOCK"?\s*\(', rb'CREATE TABLE "?ZUSAGETIMEDITEM"?\s*\(')
MOST_SECONDS = 1_000_000
Sums = dict[object, dict[tuple[datetime, timedelta], dict[tuple[str | None, str | None], float]]]
"""Device -> start and length of a bucket -> app and domain -> seconds."""
_DOMAIN = "Z_DKDIGITALHEALTHMETADATAKEY__WEBDOMAIN"


def recognise(files: Files) -> tuple[str, ...]:
    """The databases with the tables of knowledgeC or of the Screen Time page."""
    return tuple(
        name for name in files.names() if holds(files, name, *_KNOWLEDGE) or holds(files, name, *_SUMS)
    )


def read(files: Files, members: tuple[str, ...], stage: Stage, _options: Options) -> Iterator[Finding]:
    """Fill time_spans with the time on known sites."""
    sites = load_sites()
    for name in members:
        usage = Usage(name=name, rows=Rows(stage), sites=sites)
        with opened(stage, files, name) as database:
            if database.columns("ZUSAGETIMEDITEM"):
                yield from _hours(database, usage)
            elif {"ZSTREAMNAME", "ZVALUESTRING", "ZSTARTDATE", "ZENDDATE"} <= database.columns("ZOBJECT"):
                yield from _streams(database, usage)
            else:
                raise Refused(f"{files.path}: {name} lacks the columns of Screen Time; copy it again.")
        yield from usage.finish()


def _streams(database: Database, usage: Usage) -> Iterator[Finding]:
    device, beside = "NULL", ""
    if "ZSOURCE" in database.columns("ZOBJECT") and "ZDEVICEID" in database.columns("ZSOURCE"):
        device, beside = "s.ZDEVICEID", " LEFT JOIN ZSOURCE s ON s.Z_PK = o.ZSOURCE"
    domain = "NULL"
    has_metadata = "ZSTRUCTUREDMETADATA" in database.columns("ZOBJECT")
    if has_metadata and _DOMAIN in database.columns("ZSTRUCTUREDMETADATA"):
        domain = f"m.{_DOMAIN}"
        beside += " LEFT JOIN ZSTRUCTUREDMETADATA m ON m.Z_PK = o.ZSTRUCTUREDMETADATA"
    sql = (
        f"SELECT o.rowid, o.ZSTREAMNAME, o.ZVALUESTRING, o.ZSTARTDATE, o.ZENDDATE, {device}, {domain} "
        f"FROM ZOBJECT o{beside} "
        "WHERE o.ZSTREAMNAME IN ('/app/inFocus', '/app/usage', '/app/webUsage') ORDER BY o.rowid"
    )
    for row, stream, app, begun, ended, source, page in database.rows(sql):
        number = row if isinstance(row, int) else 0
        start, end = moment_after(_2001, begun), moment_after(_2001, ended)
        if start is None or end is None or not isinstance(app, str):
            what = "start" if start is None else "end" if end is None else "app"
            usage.rows.problem(usage.name, number, f"its {what} cannot be read")
            continue
        if stream == "/app/webUsage":
            # The browser's own rows are in the other streams: a page of no known site is no further time.
            if isinstance(page, str) and usage.sites.of_domain(page):
                usage.add(number, _device(source), start, end, app=None, domain=page)
        else:
            usage.add(number, _device(source), start, end, app=app)
    yield from ()


def _hours(database: Database, usage: Usage) -> Iterator[Finding]:
    device, user, beside = "NULL", "NULL", ""
    if "ZDEVICE" in database.columns("ZUSAGE"):
        device, beside = "u.ZDEVICE", " LEFT JOIN ZUSAGE u ON u.Z_PK = b.ZUSAGE"
        user = "u.ZUSER" if "ZUSER" in database.columns("ZUSAGE") else "NULL"
        if "ZIDENTIFIER" in database.columns("ZCOREDEVICE"):
            device = "coalesce(d.ZIDENTIFIER, u.ZDEVICE)"
            beside += " LEFT JOIN ZCOREDEVICE d ON d.Z_PK = u.ZDEVICE"
    sql = (
        f"SELECT t.rowid, {device}, {user}, b.ZSTARTDATE, b.ZDURATIONINMINUTES, t.ZBUNDLEIDENTIFIER, t.ZDOMAIN, "
        "t.ZTOTALTIMEINSECONDS FROM ZUSAGETIMEDITEM t JOIN ZUSAGECATEGORY c ON c.Z_PK = t.ZCATEGORY "
        f"JOIN ZUSAGEBLOCK b ON b.Z_PK = c.ZBLOCK{beside} ORDER BY t.rowid"
    )
    own = _people_of_this_device(database)
    sums: Sums = {}
    of_others = 0
    for row, source, person, begun, minutes, app, domain, seconds in database.rows(sql):
        number = row if isinstance(row, int) else 0
        if own and person is not None and person not in own:
            of_others += 1
            continue
        start = moment_after(_2001, begun)
        length = timedelta(minutes=minutes) if isinstance(minutes, int) and 0 < minutes <= 60 else None
        names = (app if isinstance(app, str) else None, domain if isinstance(domain, str) else None)
        if start is None or length is None:
            what = "hour" if start is None else "length of the hour"
            usage.rows.problem(usage.name, number, f"its {what} cannot be read")
        elif not isinstance(seconds, (int, float)) or not 0 <= seconds < MOST_SECONDS:
            usage.rows.problem(usage.name, number, "its number of seconds cannot be read")
        else:
            bucket = sums.setdefault(source, {}).setdefault((start, length), defaultdict(float))
            bucket[names] += seconds
            usage.read += 1
    if len(sums) > 1:
        # All devices together: what the others say again.
        sums.pop(None, None)
    if of_others:
        yield Note(
            text=f"{usage.name}: left out {of_others:,} {'row' if of_others == 1 else 'rows'} of other people in "
            "the family."
        )
    yield from _lay_out(sums, usage)


def _people_of_this_device(database: Database) -> set[object]:
    """The keys of the people who use the device; the rest of a family is in the database as well."""
    if "ZLOCALUSERDEVICESTATE" not in database.columns("ZCOREUSER"):
        return set()
    rows = database.rows("SELECT Z_PK FROM ZCOREUSER WHERE ZLOCALUSERDEVICESTATE IS NOT NULL")
    return {key for (key,) in rows}


def _lay_out(sums: Sums, usage: Usage) -> Iterator[Note]:
    told = placed = 0.0
    for source, buckets in sums.items():
        for (start, length), items in sorted(buckets.items()):
            on_sites: dict[str, float] = defaultdict(float)
            for (app, domain), seconds in items.items():
                site = usage.site(app, domain)
                if site is None:
                    usage.other(app, seconds, domain=domain)
                elif seconds:
                    on_sites[site] += seconds
            spans = laid_out(start, length, on_sites)
            usage.spans[_device(source)].extend(spans)
            told += sum(on_sites.values())
            placed += sum(span.seconds for span in spans)
    if placed:
        yield Note(
            text=f"{usage.name} tells how many seconds of an hour an app had, not which; they are laid out from "
            "its start."
        )
    if told - placed >= 1:
        yield Note(
            text=f"{usage.name}: {in_words(told - placed)} cut where the sites of one hour sum up to more than it."
        )


def _device(source: object) -> str:
    """A name that is the same in every export and says nothing of the person."""
    if source is None or source == "":
        return HERE
    return f"{HERE}-{hashlib.sha256(str(source).encode(errors='replace')).hexdigest()[:6]}"


IMPORTER = Importer(
    name="apple-screen-time",
    title="Apple Screen Time database",
    version="1",
    recognise=recognise,
    read=read,
    each_file=True,
    uses_sites=True,
    guide=Guide(
        steps=(
            "On a Mac with macOS 12 or older, press Shift-Command-G in the Finder and go to "
            "~/Library/Application Support/Knowledge.",
            "Copy knowledgeC.db, and knowledgeC.db-wal if it lies beside it, into a folder, and import that.",
            "Where you have a full file-system backup of an iPhone, RMAdminStore-Local.sqlite in it can be "
            "imported as well.",
        ),
        wait="At once.",
        cannot="It goes back about four weeks, and newer systems keep this elsewhere: Apple offers no export of "
        "Screen Time.",
        answers={Question.TIME: "older systems"},
    ),
)
