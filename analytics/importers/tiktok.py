"""TikTok: the data that the app hands out, as JSON.

How to get it: Profile, the menu, Settings and privacy, Account, Download your data; choose JSON and not TXT.
The file is user_data_tiktok.json (earlier user_data.json), in a zip. Format last seen 2026-01; sections have
been renamed and moved over the years, so a list is known by its own key and that of its parent.

Read are followers and following with the day each began, blocked accounts, likes, comments, posts, and the
videos watched: points in time, of which visits are made by the rules of `_visits`. Messages, searches,
purchases, places and everything about devices and ads are walked over. Times are UTC.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from analytics.importers import _visits
from analytics.importers._rows import Rows, at, count_of, moment_of, read_json, text_of
from analytics.importers._stream import JsonStream
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

SECTIONS = (
    "Activity", "Ads and data", "App Settings", "Comment", "Direct Message", "Direct Messages",
    "Income Plus Wallet Transactions", "Income+ Wallet", "Income+ Wallet Transactions", "Likes and Favorites",
    "Location Review", "Post", "Profile", "Profile And Settings", "Profile and Settings", "TikTok Shop",
    "TikTok Shopping", "Tiktok Live", "Tiktok Shopping", "Video", "Your Activity",
)  # fmt: skip
_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"([^"]{1,60})"\s*:')
_MARKS = (b"tiktok", b'"fanslist"', b'"itemfavoritelist"', b'"profilemap"', b'"blocklist"')

# Parent and key of a list, lower case, without spaces -> what it is.
LISTS = {
    ("follower", "fanslist"): "follower",
    ("followerlist", "fanslist"): "follower",
    ("following", "following"): "following",
    ("followinglist", "following"): "following",
    ("blocklist", "blocklist"): "blocked",
    ("block", "blocklist"): "blocked",
    ("likelist", "itemfavoritelist"): "like",
    ("watchhistory", "videolist"): "watch",
    ("videobrowsinghistory", "videolist"): "watch",
    ("comments", "commentslist"): "comment",
    ("posts", "videolist"): "post",
    ("videos", "videolist"): "post",
}
PROFILE = ("profileinfo", "profilemap"), ("profileinformation", "profilemap")

GUIDE = Guide(
    steps=(
        "In the TikTok app, open your profile, the menu, Settings and privacy, Account, Download your data.",
        "Choose All data and the file format JSON, then Request data.",
        "When the tab Download data offers the file, download the zip and import it as it is.",
    ),
    wait="A few days. The download can be fetched for some days only.",
    cannot="It does not say who liked or answered you, nor whose videos you liked or watched. The watch history "
    "goes back about six months and has no durations: time is worked out from the gaps between videos.",
    answers={
        Question.FOLLOWERS: "",
        Question.FOLLOWING: "",
        Question.SINCE: "",
        Question.OWN_POSTS: "and comments",
        Question.GIVEN: "likes, nobody named",
        Question.TIME: "from videos watched",
    },
)


def recognise(files: Files) -> tuple[str, ...]:
    """JSON files that begin with a section of TikTok's and name it, or a list of its own, early on."""
    return tuple(
        name
        for name in files.names()
        if name.lower().endswith(".json") and _is_tiktok(name, files.head(name))
    )


def _is_tiktok(name: str, head: bytes) -> bool:
    start = _START.match(head)
    if not start or start[1].decode(errors="replace") not in SECTIONS:
        return False
    lower = head.lower()
    return "tiktok" in PurePosixPath(name).name.lower() or any(mark in lower for mark in _MARKS)


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from one file; see the interface."""
    (name,) = members
    rows = Rows(stage)
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    profile: dict[str, Any] = {}
    for what, number, value in read_json(stage, files, name, lambda stream: _walk(stream, "")):
        if what == "profile":
            profile = value if isinstance(value, dict) else {}
            continue
        kept = found.setdefault(what, [])
        if isinstance(value, dict):
            kept.append((number, value))
        elif number:
            rows.problem(name, None, f"{what} {number:,} is no object")
    if not found and not profile:
        raise Refused(
            f"{files.path}: {name} holds none of the lists of a TikTok download; ask for it again, as JSON "
            "and with all data."
        )
    handle = text_of(profile.get("userName"))
    owner = yield from _owner(files, name, handle, options)
    moments = [moment for entries in found.values() for _, one in entries if (moment := _moment(one))]
    as_of = options.as_of_utc or max(
        [files.modified_utc(name), *_not_after(moments, files.modified_utc(name))]
    )
    yield ExportedAt(moment_utc=as_of)
    if not options.as_of_utc:
        yield Note(
            text=f"The download does not say when it was made; taken as {as_of:%Y-%m-%d}, the date of its file. "
            "Give --as-of DATE if that is wrong."
        )
    rows.add(
        "accounts",
        platform="tiktok",
        account=owner,
        observed_utc=as_of,
        handle=handle or owner,
        display_name=text_of(profile.get("displayName")),
        bio=profile["bioDescription"] if isinstance(profile.get("bioDescription"), str) else None,
        followers=count_of(profile.get("followerCount")),
        following=count_of(profile.get("followingCount")),
    )
    for direction in ("follower", "following", "blocked"):
        if direction in found:
            yield from _add_list(rows, name, direction, found[direction], owner, as_of, profile)
        elif direction != "blocked":
            yield Note(text=f"There is no list of {direction} accounts in this download.")
    _add_acts(rows, name, found, owner)
    yield from _add_time(stage, rows, name, found.get("watch"))
    yield from rows.finish()


IMPORTER = Importer(
    name="tiktok",
    title="TikTok download",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    each_file=True,
)


def _walk(stream: JsonStream, parent: str) -> Iterator[tuple[str, int, Any]]:
    """What, number (from 1; 0 for a list that is there) and value of each row of a known list, and the profile."""
    if stream.peek() != "{":
        stream.skip()
        return
    for key in stream.members():
        plain = key.lower().replace(" ", "")
        what = LISTS.get((parent, plain))
        if (parent, plain) in PROFILE:
            yield "profile", 0, stream.value()
        elif what and stream.peek() == "[":
            yield what, 0, None
            yield from ((what, number, value) for number, value in enumerate(stream.elements(), start=1))
        elif what and stream.peek() == "n":
            yield what, 0, stream.value()
        else:
            yield from _walk(stream, plain)


def _owner(files: Files, name: str, handle: str | None, options: Options) -> Generator[Finding, None, str]:
    said = options.me.get("tiktok") or options.me.get("*")
    if handle and said and said.lower() != handle.lower():
        yield Note(text=f"The download is @{handle}'s; --me {said} was not used.")
    owner = (handle or options.account_on("tiktok") or "").lower()
    if not owner:
        raise Refused(
            f"{files.path}: {name} does not say whose it is (its profile is missing); name the account with "
            "--me tiktok:HANDLE."
        )
    yield Owner(platform="tiktok", account=owner, handle=handle or owner)
    return owner


def _add_list(
    rows: Rows,
    name: str,
    direction: str,
    entries: list[tuple[int, dict[str, Any]]],
    owner: str,
    as_of: datetime,
    profile: dict[str, Any],
) -> Iterator[Note]:
    key = {"platform": "tiktok", "owner": owner, "direction": direction, "as_of_utc": as_of}
    rows.add("follow_lists", **key, complete=True)
    people = set()
    for number, entry in entries:
        person = (text_of(_get(entry, "UserName")) or "").lower()
        if not person:
            rows.problem(name, None, f"{direction} {number:,} has no UserName")
            continue
        people.add(person)
        rows.add("follows", **key, account=person, since_utc=_moment(entry))
    said = count_of(profile.get(f"{direction}Count"))
    if said is not None and said != len(people):
        what = "followers" if direction == "follower" else "accounts followed"
        yield Note(
            text=f"The profile counts {said:,} {what}, the list holds {len(people):,}; the list is what counts."
        )


def _add_acts(rows: Rows, name: str, found: dict[str, list[tuple[int, dict[str, Any]]]], owner: str) -> None:
    for number, entry in found.get("like", ()):
        video = re.search(r"/video/(\d+)", text_of(_get(entry, "Link", "VideoLink")) or "")
        moment = _moment(entry)
        if not (video or moment):
            rows.problem(name, None, f"like {number:,} has neither a link nor a date")
            continue
        rows.add(
            "interactions",
            platform="tiktok",
            actor=owner,
            kind="like",
            at_utc=moment,
            post_id=video and video[1],
        )
    for what in ("comment", "post"):
        for number, entry in found.get(what, ()):
            moment = _moment(entry)
            text = text_of(_get(entry, "Comment", "Title", "Caption", "Description")) or ""
            if moment is None or (what == "comment" and not text):
                rows.problem(
                    name,
                    None,
                    f"{what} {number:,} has no date" if moment is None else f"{what} {number:,} is empty",
                )
                continue
            # The download has no ids, and its links to one's own videos are new ones each time.
            mark = hashlib.sha256(text.encode()).hexdigest()[:8] if what == "comment" else "video"
            post_id = f"{what}-{moment:%Y%m%dT%H%M%S}-{mark}"
            rows.add(
                "posts",
                platform="tiktok",
                post_id=post_id,
                original_id=post_id,
                author=owner,
                created_utc=moment,
                kind="reply" if what == "comment" else "post",
                text=text,
                links=[],
                mentions=[],
                tags=sorted({tag.lower() for tag in re.findall(r"#(\w+)", text)}),
                likes=count_of(_get(entry, "Likes")) if what == "post" else None,
            )


def _add_time(
    stage: Stage, rows: Rows, name: str, entries: list[tuple[int, dict[str, Any]]] | None
) -> Iterator[Note]:
    if entries is None:
        yield Note(text="There is no watch history in this download, so it does not tell the time spent.")
        return
    points: list[tuple[int, str | None]] = []
    for number, entry in entries:
        moment = _moment(entry)
        if moment is None:
            rows.problem(name, None, f"video watched {number:,} has no date")
        else:
            points.append((int(moment.replace(tzinfo=UTC).timestamp()) * 1_000_000, "tiktok"))
    epoch = datetime(1970, 1, 1)
    for site, start, end in _visits.spans_of(points):
        rows.add(
            "time_spans",
            site=site,
            start_utc=epoch + timedelta(microseconds=start),
            end_utc=epoch + timedelta(microseconds=end),
            basis="visit",
            device="TikTok watch history",
        )
    if points:
        yield Note(
            text=f"Videos watched: {len(points):,}; each counts until the next one, if that came within five "
            "minutes."
        )


def _get(entry: dict[str, Any], *keys: str) -> Any:
    """The value of the first key that is there, in any case: TikTok writes date and Date."""
    lower = {key.lower(): value for key, value in entry.items()}
    return next((lower[key.lower()] for key in keys if key.lower() in lower), None)


def _moment(entry: dict[str, Any]) -> datetime | None:
    return moment_of(at({"date": _get(entry, "Date")}, "date"))


def _not_after(moments: list[datetime], file_date: datetime) -> list[datetime]:
    """The moments that a download of about this date can hold: a copied file may be dated before its content,
    but by no more than a year.
    """
    return [moment for moment in moments if moment <= file_date + timedelta(days=366)]
