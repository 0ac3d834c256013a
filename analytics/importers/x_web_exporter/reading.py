"""Putting a file together: which list it is, whose, as of when, and what its rows become."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analytics.importers._rows import PlatformRows, unix_moment
from analytics.importers._said import MOST_PROBLEMS, as_of
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Problem,
    Question,
    Refused,
    Stage,
)
from analytics.importers.x_web_exporter import records
from analytics.importers.x_web_exporter.joining import join_rows
from analytics.importers.x_web_exporter.rows import LIKES, LISTS, File, finish_lists, take_row

_NAME = re.compile(
    r"(?:twitter|x)-(?P<list>[a-z]+?)(?:module)?(?:-(?P<milliseconds>\d{13}))?(?:[ _(.-].*)?\.(?:json|csv)",
    re.IGNORECASE | re.ASCII,
)
_OTHER_ACCOUNTS = frozenset(
    {"listmembers", "listsubscribers", "communitymembers", "userdetail", "userabout", "retweeters"}
)
_OF_POSTS = frozenset(
    {
        "hometimeline", "listtimeline", "communitytimeline", "bookmarks", LIKES, "usertweets", "usermedia",
        "tweetdetail", "searchtimeline",
    }
)  # fmt: skip
_KNOWN = frozenset(LISTS) | _OTHER_ACCOUNTS | _OF_POSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a file's name says: which list, and when it was saved; none where it does not."""

    which: str | None = None
    saved_utc: datetime | None = None
    is_whole: bool = False
    """It is named as the script names its files."""


def named(name: str) -> Named:
    """Read a file's name.

    >>> named("twitter-Followers-1732267200000.json").which
    'followers'
    """
    found = _NAME.fullmatch(name.rsplit("/", 1)[-1])
    if not found:
        return Named()
    stamp = found["milliseconds"]
    return Named(
        which=found["list"].lower(),
        saved_utc=unix_moment(int(stamp) / 1000) if stamp else None,
        is_whole=bool(stamp) and found["list"].lower() in _KNOWN,
    )


def recognise(files: Files) -> tuple[str, ...]:
    """The files that are named as the script names them, or whose first row has its keys."""
    return tuple(name for name in files.names() if _is_one(files, name))


def _is_one(files: Files, name: str) -> bool:
    ending = name.lower().rpartition(".")[2]
    if ending not in ("json", "csv"):
        return False
    if named(name).is_whole:
        return True
    head = files.head(name)
    return records.looks_like_json(head) if ending == "json" else records.header_of(head) is not None


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from each file; see the interface."""
    for name in members:
        yield from _read_one(files, name, stage, options)


def _read_one(files: Files, name: str, stage: Stage, options: Options) -> Iterator[Finding]:
    says = named(name)
    owner = (options.account_on("x") or "").lstrip("@") or None
    if says.which in LISTS and not owner:
        raise Refused(
            f"{files.path}: {name} does not say whose list it is; name the account with --me x:HANDLE."
        )
    seen = yield from as_of(files, (name,), options, what=name, said=says.saved_utc)
    file = File(
        name=name, which=says.which, owner=owner, seen_utc=seen, time_zone=options.time_zone,
        rows=PlatformRows(stage, "x"),
    )  # fmt: skip
    rows = records.Records(stage, files, name)
    for row, record in rows:
        take_row(file, row, record)
    yield from finish_lists(file)
    yield from file.rows.finish()
    yield from _problems(file, rows)
    if file.which in LISTS and not file.related[True] and file.related[False]:
        stage.run("DELETE FROM follows WHERE direction = $direction", {"direction": LISTS[file.which]})
    yield ExportedAt(moment_utc=seen)
    yield from join_rows(stage, owner)
    yield from _notes(file)


def _problems(file: File, rows: records.Records) -> Iterator[Finding]:
    lines = rows.lines({row for row, _ in file.problems})
    found = sorted([*rows.broken, *((lines[row], what) for row, what in file.problems)])[:MOST_PROBLEMS]
    for line, what in found:
        yield Problem(place=f"{file.name}, row {line}", what=what)
    if more := len(rows.broken) + file.counts["bad"] - len(found):
        yield Note(text=f"{file.name}: {more:,} more rows could not be read.")


def _notes(file: File) -> Iterator[Note]:
    counts = file.counts
    if not counts["accounts"] and not counts["posts"] and file.which not in LISTS:
        yield Note(text=f"{file.name} holds no rows that can be used.")
    if counts["accounts"] and file.which not in LISTS and file.which not in _OTHER_ACCOUNTS:
        yield Note(
            text=f"Which list {file.name} is cannot be told: that stands only in the file's name, expected "
            "twitter-Followers-<time>.json or twitter-Following-<time>.json. Its accounts were taken, and whom "
            "of them one follows, but no whole list."
        )
    if bare := counts["posts"] - counts["sent"]:
        yield Note(
            text=f"Only the author's handle and shortened links are known of {_posts(bare)}; "
            'export JSON with "Include all metadata" for ids and whole links.'
        )
    if counts["likes"] and not file.owner:
        yield Note(
            text=f"Marked as liked: {_posts(counts['likes'])}; name your account with --me x:HANDLE to keep that."
        )
    if counts["not liked"]:
        yield Note(
            text=f"Not marked as liked by whoever exported {file.name}: {_posts(counts['not liked'])} (somebody "
            "else's likes, or taken back); only the posts were taken."
        )


def _posts(count: int) -> str:
    return f"{count:,} post{'' if count == 1 else 's'}"


GUIDE = Guide(
    steps=(
        "Install a manager of userscripts such as Tampermonkey or Violentmonkey in your browser, then the script "
        "twitter-web-exporter.",
        "On x.com, open the page to keep: your followers, whom you follow, your home timeline, your likes, a search.",
        "Scroll to the end of the page, so that everything is loaded; open nobody else's followers meanwhile.",
        "In the script's panel open the list, choose Export Data, JSON, and tick Include all metadata.",
        "Keep the file's name, since it says which list it is, and import it with --me x:YOURHANDLE.",
    ),
    wait="As long as the scrolling takes; X slows it down after some thousand rows.",
    cannot="It holds what the page showed: a list that was not scrolled to its end is not whole, and nothing in "
    "it says so. It has no dates of follows and likes, and does not say who liked or reposted your posts.",
    answers={
        Question.FOLLOWERS: "",
        Question.FOLLOWING: "",
        Question.OWN_POSTS: "as far as the page goes",
        Question.OTHER_POSTS: "",
        Question.GIVEN: "likes undated",
        Question.RECEIVED: "replies that a page showed",
    },
)

IMPORTER = Importer(
    name="x-web-exporter",
    title="X web exporter",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    each_file=True,
    partial_posts=True,
)
