"""What becomes of each row of a file: accounts and follow lists, posts and likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from analytics.importers._rows import PlatformRows
from analytics.importers._said import MOST_PROBLEMS, is_whole
from analytics.importers.interface import Note
from analytics.importers.x_web_exporter import people, posts

LISTS = {"followers": "follower", "following": "following"}
"""What a file is called, in small letters -> the direction of the follow list that it is."""
LIKES = "likes"

_MARKED = {"follower": "following you", "following": "followed by you"}
_MOST_STRANGERS = 0.05
"""Share of a list of one's own that may stand in no relation to oneself: X's pages are not always fresh."""


@dataclass(slots=True, kw_only=True)
class File:
    """One file while it is read."""

    name: str
    which: str | None
    owner: str | None
    seen_utc: datetime
    time_zone: str
    rows: PlatformRows
    related: Counter[bool | None] = field(default_factory=Counter)
    """Of the list that the file is: how many of its rows stand in that relation to the user."""
    told: set[str] = field(default_factory=set)
    """Directions of which some row tells something."""
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    """Row and what is wrong with it, of the first rows that are unusable; all are counted as "bad"."""

    def problem(self, row: int, what: str) -> None:
        """Note that a row is unusable."""
        self.counts["bad"] += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((row, what))


def take_row(file: File, row: int, record: dict[str, Any] | None) -> None:
    """Stage what a row says: of an account or of a post."""
    if record is None:
        file.problem(row, "the row is no object")
    elif "full_text" in record:
        _take_post(file, row, record)
    elif "followers_count" in record or "followed_by" in record or "description" in record:
        _take_account(file, row, record)
    else:
        file.problem(row, "the row is neither an account nor a post")


def _take_account(file: File, row: int, record: dict[str, Any]) -> None:
    account = people.account_of(record, file.seen_utc, file.time_zone)
    if account is None:
        file.problem(row, f'the id is "{str(record.get("id"))[:40]}", expected digits')
        return
    file.counts["accounts"] += 1
    file.rows.add("accounts", **account)
    own = LISTS.get(file.which or "")
    for direction, related in people.relation_of(record).items():
        if direction == own:
            file.related[related] += 1
        if file.owner and (related or (direction == own and related is None)):
            file.told.add(direction)
            member = {"owner": file.owner, "direction": direction, "as_of_utc": file.seen_utc}
            file.rows.add("follows", **(member | {"account": account["account"]}))


def _take_post(file: File, row: int, record: dict[str, Any]) -> None:
    try:
        post = posts.post_of(record, file.time_zone)
    except posts.Unusable as unusable:
        file.problem(row, str(unusable))
        return
    file.counts["posts"] += 1
    file.rows.add("posts", **post)
    sent = posts.sent_of(record.get("metadata"))
    reposted, quoted = posts.nested_in(sent)
    file.counts["sent"] += sent is not None
    users = [people.account_sent(people.user_of(one), file.seen_utc) for one in (sent, reposted, quoted)]
    if not users[0]:
        users[0] = people.author_of(record, posts.author_handle(record), file.seen_utc)
        if users[0] and posts.account_id(sent):
            users[0]["account"] = post["author"]
    for user in users:
        if user:
            file.rows.add("accounts", **user)
    _take_like(file, record, post)


def _take_like(file: File, record: dict[str, Any], post: dict[str, Any]) -> None:
    """Whoever exported the file likes what is marked so, in whatever list; on the page of likes also what is
    not marked at all.
    """
    legacy = posts.sent_of(record.get("metadata")) or {}
    liked = people.flag(record.get("favorited"))
    if liked is None:
        liked = people.flag(legacy.get("legacy", {}).get("favorited"))
    if liked or (liked is None and file.which == LIKES):
        file.counts["likes"] += 1
        if file.owner:
            act = {"actor": file.owner, "kind": "like", "post_id": post["post_id"]}
            # A repost has no likes; what is marked is the post that it repeats.
            target = post["author"]
            if post["kind"] == "repost":
                target, act["post_id"] = post["repost_of_account"], post["repost_of_post"] or post["post_id"]
            file.rows.add("interactions", **(act | {"target": target}))
    elif file.which == LIKES:
        file.counts["not liked"] += 1


def finish_lists(file: File) -> Iterator[Note]:
    """Stage the list that the file is, and those that its rows tell a part of."""
    own = LISTS.get(file.which or "")
    related, strangers = file.related[True] + file.related[None], file.related[False]
    listed = file.told - {own or ""}
    if own and (file.related[True] or not strangers):
        listed |= {own}
    for direction in sorted(listed):
        complete = (
            direction == own
            and related > 0
            and strangers <= _MOST_STRANGERS * (related + strangers)
            and is_whole(good=file.counts["accounts"], bad=file.counts["bad"])
        )
        key = {"owner": file.owner, "direction": direction, "as_of_utc": file.seen_utc}
        file.rows.add("follow_lists", **(key | {"complete": complete}))
    if own and not related and not strangers:
        yield Note(
            text=f"{file.name} holds no account: either the list is empty or the page was not opened while the "
            "script ran, so it is not used to tell who is missing."
        )
    elif own and not file.related[True] and strangers:
        yield Note(
            text=f"{file.name} is somebody else's list: none of its accounts is marked as {_MARKED[own]}. "
            "Only the accounts were taken."
        )
    elif own and strangers:
        yield from _mixed(file, own, related, strangers)


def _mixed(file: File, own: str, related: int, strangers: int) -> Iterator[Note]:
    count = (
        f"Of the {related + strangers:,} accounts of {file.name}, {strangers:,} not marked as {_MARKED[own]}"
    )
    if strangers > _MOST_STRANGERS * (related + strangers):
        yield Note(
            text=f"{count} were left out: other people's lists were opened while the script ran. The list is not "
            "used to tell who is missing; clear the script's data and export one's own page alone."
        )
    else:
        yield Note(text=f"{count} were left out of the list.")
