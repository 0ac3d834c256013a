"""The CSV files of X's own analytics: how one's posts were received, and the numbers of each day.

Four forms, told apart by their columns; every file is an export by itself:

- account_overview_analytics.csv (x.com, last seen 2025-08): one row a day, newest first, with new follows and
  unfollows. The days are those of a time zone that the file does not name, and it does not say whose it is.
- account_analytics_content_<from>_<to>.csv (x.com, last seen 2025-02): one row a post. A later header names
  the link "Post Link" and writes "Shares": names are compared in any case, with these aliases.
- tweet_activity_metrics_<handle>_<from>_<to>_<language>.csv (analytics.twitter.com, until 2024): one row a
  post, numbers written as 825.0 or 1.2E7, multi-line text. Very old ones write "favorites" for "likes".
- daily_tweet_activity_metrics_<handle>_...csv (the same place): one row a day.

Left out: rates, which follow from counts; promoted numbers, installs, telephone and mail; the `follows` of
the last two, which is 0 every day whatever happened; and clicks on the links of single posts. Those add up
all clicks until the export under the day of the post, where the daily file counts the clicks of that day:
put together, a click would count twice. To get one: x.com, Analytics (needs Premium), Overview or Content,
choose the days, download.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from analytics.importers._cells import Cells
from analytics.importers._csv import Header, load_csv, read_header
from analytics.importers.generic_csv import DELIMITERS, LONGEST_HEADER
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Owner,
    Question,
    Refused,
    Stage,
)
from analytics.importers.x_analytics.columns import (
    ALIASES,
    DAYS,
    KINDS,
    METRICS,
    POST_CELLS,
    POSTS,
    UNREAD,
    Kind,
)

_NAMED = re.compile(r"(?:daily_)?tweet_activity_metrics_(\w{1,15})_\d{8}_\d{8}")
_LAST_DAY = re.compile(r"_\d{4}-?\d{2}-?\d{2}_(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_IN_LINK = r"(?i)^https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/([a-z0-9_]{1,20})/status"


def _look(files: Files, name: str) -> tuple[Header, Kind] | None:
    head = files.head(name, LONGEST_HEADER)
    for delimiter in DELIMITERS:
        header = read_header(head, delimiter)
        if header and header.size < LONGEST_HEADER:
            found = header.keys()
            names = tuple(ALIASES.get(key, key) for key in found)
            kind = next((kind for kind in KINDS if kind.marks <= set(names)), None)
            if kind:
                return replace(header, names=names), kind
    return None


def recognise(files: Files) -> tuple[str, ...]:
    """The files whose header is that of one of the forms, whatever they are called."""
    return tuple(name for name in files.names() if _look(files, name))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Hand over the days or posts of each file. Raises Refused where nothing says whose they are."""
    for name in members:
        found = _look(files, name)
        if found:
            yield from _read_one(files, name, *found, stage, options)


def _read_one(
    files: Files, name: str, header: Header, kind: Kind, stage: Stage, options: Options
) -> Iterator[Finding]:
    yield from _unread_columns(name, header)
    rows = load_csv(stage, files, name, header)
    # Older files write a dash where there is no number.
    counted = [column for name in METRICS if (column := header.column(name))]
    dashes = ", ".join(f"{column} = nullif(trim({column}), '-')" for column in counted)
    stage.run(f"UPDATE csv_rows SET {dashes}")
    cells = Cells(stage=stage, rows=rows, declared=kind.cells, parameters={"zone": "UTC"})
    cells.check()
    handle = _handle(name, cells, kind)
    owner = yield from _owner(files, name, handle, options)
    _hand_over(cells, kind, owner, handle)
    moment = options.as_of_utc or _exported_at(name, stage, kind)
    if moment:
        yield ExportedAt(moment_utc=moment)
    if handle:
        seen = {"platform": "x", "account": owner, "handle": handle, "observed_utc": moment}
        stage.add("accounts", [seen])
    yield from _about(name, cells, kind)
    yield from cells.problems()
    stage.run("DROP TABLE csv_rows")


def _hand_over(cells: Cells, kind: Kind, owner: str, handle: str | None) -> None:
    if not kind.is_daily:
        _spoil_repeated(cells, "post id")
        cells.run(POSTS, owner=owner, handle=handle or owner)
        return
    _spoil_repeated(cells, "date")
    cells.run(DAYS, owner=owner)


def _spoil_repeated(cells: Cells, column: str) -> None:
    cells.spoil(
        f"""row_number NOT IN (SELECT min(row_number) FROM cells GROUP BY "{column}")""",
        f"""'{column} ' || "{column}" || ' stands in the file before; the first row was read'""",
    )


def _handle(name: str, cells: Cells, kind: Kind) -> str | None:
    """Whose numbers they are: the handle in the file's name, or in the addresses of the posts."""
    named = _NAMED.match(PurePosixPath(name).name)
    if named or kind.is_daily:
        return named[1] if named else None
    found = cells.run(
        f"""{{cells}}, handles AS (SELECT regexp_extract("link", '{_IN_LINK}', 1) AS handle FROM cells)
            SELECT handle FROM handles WHERE handle NOT IN ('', 'i')
            GROUP BY handle ORDER BY count(*) DESC, handle LIMIT 1"""
    )
    return str(found[0][0]) if found else None


def _owner(files: Files, name: str, handle: str | None, options: Options) -> Generator[Finding, None, str]:
    """Whose numbers they are: the handle that the file tells, else whom the user or the store names.

    Raises Refused where nobody does. An id that the user names is taken for that of the handle.
    """
    said = options.me.get("x") or options.me.get("*")
    owner = handle or options.account_on("x")
    if handle and said and said.isdecimal():
        owner = said
    elif handle and said and said.lower() != handle.lower():
        yield Note(text=f"{name} is of @{handle}; --me {said} was not used.")
    if not owner:
        raise Refused(
            f"{files.path}: {name} does not say whose numbers it holds; name the account with --me x:HANDLE."
        )
    yield Owner(platform="x", account=owner.lower(), handle=handle or (None if owner.isdecimal() else owner))
    return owner.lower()


def _exported_at(name: str, stage: Stage, kind: Kind) -> datetime | None:
    """The day after the last one that the file holds or is named for: a copy of a file has a new date, and
    would otherwise pass for the newest word on a day.
    """
    newest = "SELECT max(day) FROM daily_counts" if kind.is_daily else "SELECT max(created_utc) FROM posts"
    ((latest,),) = stage.run(f"SELECT CAST(({newest}) AS DATE)")
    moments = [datetime(latest.year, latest.month, latest.day) + timedelta(days=1)] if latest else []
    if named := _LAST_DAY.search(PurePosixPath(name).name):
        year, month, day = map(int, named.groups())
        with suppress(ValueError):
            moments.append(datetime(year, month, day))
    return max(moments, default=None)


def _about(name: str, cells: Cells, kind: Kind) -> Iterator[Note]:
    ((count,),) = cells.stage.run("SELECT count(*) FROM csv_rows")
    if not count and not cells.rows.broken:
        yield Note(text=f"{name} holds a header and no rows.")
    elif kind.is_daily:
        yield Note(
            text="X does not say in which time zone its days begin and end; they are kept as they are written."
        )


def _unread_columns(name: str, header: Header) -> Iterator[Note]:
    known = UNREAD.union(METRICS, (cell.name for cell in POST_CELLS))
    unknown = [
        key for key in dict.fromkeys(header.names) if key not in known and not key.startswith("promoted ")
    ]
    if unknown := [" ".join(key.split())[:40] for key in unknown if key]:
        more = f" and {len(unknown) - 20} more" if len(unknown) > 20 else ""
        yield Note(text=f"{name}: left out columns that are not known here: {', '.join(unknown[:20])}{more}.")


IMPORTER = Importer(
    name="x-analytics",
    title="X analytics",
    version="1",
    recognise=recognise,
    read=read,
    guide=Guide(
        steps=(
            "On x.com open Analytics; it needs a Premium subscription.",
            "Under Overview choose the longest range of days and download the data: "
            "account_overview_analytics.csv.",
            "Under Content do the same for your posts: account_analytics_content_....csv.",
            "The older files of analytics.twitter.com (tweet_activity_metrics_...csv) can still be imported; "
            "X no longer makes them.",
        ),
        wait="The file is made at once.",
        cannot=(
            "Who followed, left or answered: only how many. A range reaches a year back at most, so download it "
            "again before the oldest days are gone. Where links lead is hidden behind t.co."
        ),
        answers={
            Question.OWN_POSTS: "with views and likes",
            Question.GIVEN: "replies, by handle",
            Question.DAILY: "",
        },
    ),
    each_file=True,
    partial_posts=True,
)
