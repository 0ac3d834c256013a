"""YouTube out of Google Takeout: the channels followed, and the videos watched.

How to get it: takeout.google.com, only "YouTube and YouTube Music"; under "Multiple formats" set history to JSON.
In the zip, folder and file names follow the account's language: history/watch-history.json and
subscriptions/subscriptions.csv in English. So each file is recognised by its content. Last seen 2022-10.

Subscriptions are a list of channels without dates. Views are points in time without a length: visits are made
of them by the rules of `_visits`. Views of advertisements are left out, and so are searches, comments and
playlists. The default form of the history is a web page, which is refused with a word on how to get JSON.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from analytics.importers import _visits
from analytics.importers._rows import Rows, at, elements, moment_of
from analytics.importers._said import as_of, is_whole, not_whole
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

_CHANNEL = re.compile(r"UC[\w-]{22}")
_CHANNEL_ROW = re.compile(
    rb'(?:\A|\n)"?(UC[\w-]{22})"?,"?https?://(?:www\.)?youtube\.com/channel/\1"?,', re.ASCII
)
# A list of activities, of which the first says that it belongs to YouTube; YouTube Music keeps the same list.
_VIEWS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"header"\s*:\s*"YouTube(?: Music)?"')
_WEB_PAGE = re.compile(rb"(?i)<html.*youtube\.com/(?:watch|channel)", re.DOTALL)
_HEADER_ALONE = re.compile(rb'(?:\xef\xbb\xbf)?"?Channel Id"?,"?Channel Url"?,"?Channel Title"?\s*\Z')
_ADVERTISEMENT = "From Google Ads"

GUIDE = Guide(
    steps=(
        "On takeout.google.com, deselect everything, then choose YouTube and YouTube Music.",
        "Under Multiple formats, set history to JSON; under All YouTube data included, history and "
        "subscriptions are enough.",
        "Create the export, download the zip when the mail comes, and import it with your name: "
        "--me youtube:HANDLE.",
    ),
    wait="Minutes to hours. The download can be fetched for a week.",
    cannot="It does not say who subscribes to you, nor since when you follow a channel, nor how long you watched: "
    "time is worked out from the gaps between videos. Views are there only while the watch history is on.",
    answers={Question.FOLLOWING: "channels", Question.TIME: "from videos watched"},
)


def recognise(files: Files) -> tuple[str, ...]:
    """Files that hold rows of channels or of views, and web pages of views, to be refused."""
    return tuple(name for name in files.names() if _kind(name, files))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from one file; see the interface."""
    (name,) = members
    match _kind(name, files):
        case "channels":
            yield from _read_channels(files, name, stage, options)
        case "views":
            yield from _read_views(files, name, stage)
        case _:
            raise Refused(
                f"{files.path}: {name} is the watch history as a web page; ask Takeout for it again with "
                "history set to JSON under Multiple formats."
            )


IMPORTER = Importer(
    name="youtube",
    title="YouTube (Google Takeout)",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    each_file=True,
)


def _kind(name: str, files: Files) -> str | None:
    ending = name.lower().rsplit(".", 1)[-1]
    if ending not in ("csv", "json", "html"):
        return None
    head = files.head(name)
    if ending == "csv" and (_CHANNEL_ROW.search(head) or _HEADER_ALONE.match(head)):
        return "channels"
    if ending == "json" and _VIEWS.match(head):
        return "views"
    # Only the history's own name tells it from any page that speaks of YouTube.
    if ending == "html" and "history" in name.lower() and _WEB_PAGE.search(head):
        return "page"
    return None


def _read_channels(files: Files, name: str, stage: Stage, options: Options) -> Iterator[Finding]:
    owner = options.account_on("youtube")
    if not owner:
        raise Refused(
            f"{files.path}: {name} does not say whose subscriptions these are; name the account with "
            "--me youtube:HANDLE."
        )
    made = yield from as_of(files, (name,), options, what="The list")
    yield Owner(platform="youtube", account=owner, handle=owner)
    yield ExportedAt(moment_utc=made)
    rows = Rows(stage)
    key = {"platform": "youtube", "owner": owner, "direction": "following", "as_of_utc": made}
    bad = 0
    text = stage.copy(files, name).read_bytes().decode("utf-8-sig", errors="replace")
    # The header follows the language of the account.
    for line, cells in _lines(files, name, text):
        if not any(cells) or line == 1:
            continue
        if not _CHANNEL.fullmatch(cells[0]):
            bad += 1
            rows.problem(name, line, "the first cell is no id of a channel, which begins with UC")
            continue
        rows.add("follows", **key, account=cells[0])
        title = cells[2] if len(cells) > 2 else ""
        rows.add(
            "accounts", platform="youtube", account=cells[0], observed_utc=made, display_name=title or None
        )
    complete = is_whole(good=rows.count["follows"], bad=bad)
    rows.add("follow_lists", **key, complete=complete)
    yield from rows.finish()
    if not complete:
        yield not_whole(name)


def _lines(files: Files, name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise Refused(
            f"{files.path}: {name} is damaged from line {reader.line_num} on (rows of a channel's id, address "
            "and title were expected); download it again."
        ) from error


def _read_views(files: Files, name: str, stage: Stage) -> Iterator[Finding]:
    rows = Rows(stage)
    points: list[tuple[int, str | None]] = []
    newest: datetime | None = None
    advertisements = 0
    for number, view in elements(stage, files, name):
        details = at(view, "details")
        if isinstance(details, list) and any(at(detail, "name") == _ADVERTISEMENT for detail in details):
            advertisements += 1
            continue
        moment = moment_of(at(view, "time"))
        if moment is None:
            rows.problem(name, number, "has no time such as 2026-11-22T10:00:00Z")
            continue
        newest = max(newest or moment, moment)
        points.append((int(moment.replace(tzinfo=UTC).timestamp() * 1_000_000), "youtube"))
    if newest:
        yield ExportedAt(moment_utc=newest)
    left_out = f", advertisements left out: {advertisements:,}" if advertisements else ""
    yield Note(
        text=f"Videos watched: {len(points):,}{left_out}; each counts until the next one, if that came within "
        "five minutes."
    )
    epoch = datetime(1970, 1, 1)
    for site, start, end in _visits.spans_of(points):
        rows.add(
            "time_spans",
            site=site,
            start_utc=epoch + timedelta(microseconds=start),
            end_utc=epoch + timedelta(microseconds=end),
            basis="visit",
            device="YouTube watch history",
        )
    yield from rows.finish()
