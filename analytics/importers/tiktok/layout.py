"""Where the lists of a TikTok download lie, in every layout, and how they are walked over without being held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from analytics.importers._rows import moment_of
from analytics.importers._stream import JsonStream
from analytics.importers.interface import Files

SECTIONS = (
    "Activity", "Ads and data", "App Settings", "Comment", "Direct Message", "Direct Messages",
    "Income Plus Wallet Transactions", "Income+ Wallet", "Income+ Wallet Transactions", "Likes and Favorites",
    "Location Review", "Post", "Profile", "Profile And Settings", "Profile and Settings", "TikTok Shop",
    "TikTok Shopping", "Tiktok Live", "Tiktok Shopping", "Video", "Your Activity",
)  # fmt: skip
"""Every first key that a download has been seen or reported to have."""

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


def members_of(files: Files) -> tuple[str, ...]:
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


def walk(stream: JsonStream, parent: str = "") -> Iterator[tuple[str, int, Any]]:
    """What, number (from 1; 0: the list is there, if only as null) and value of each row of a known list, and
    the profile. Everything else is walked over.
    """
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
            yield from walk(stream, plain)


def cell(row: Any, *keys: str) -> Any:
    """The value of the first key that is there, in any case: TikTok writes date in one list and Date in another."""
    lower = {key.lower(): value for key, value in row.items()} if isinstance(row, dict) else {}
    return next((lower[key.lower()] for key in keys if key.lower() in lower), None)


def moment_in(row: Any) -> datetime | None:
    """The moment of a row; TikTok writes "YYYY-MM-DD HH:MM:SS" and means UTC."""
    return moment_of(cell(row, "Date"))
