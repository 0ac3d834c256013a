"""The rows of each part of a download, as they go to the stage; the owner and the date are put in at the end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.importers import _visits
from analytics.importers._late import OWNER
from analytics.importers._rows import Rows, at, text_of, unix_moment
from analytics.importers._said import is_whole
from analytics.importers.instagram.parts import Member, place_in_list
from analytics.importers.instagram.values import (
    liked,
    moment_in,
    name_of,
    people_in,
    texts_in,
    user_name,
)

LISTS = ("follower", "following", "blocked", "pending", "unfollowed")
"""Of those unfollowed Instagram keeps the last weeks only, with the moment at which each was left."""
_EPOCH = datetime(1970, 1, 1)


@dataclass(slots=True, kw_only=True)
class FollowList:
    """What was read of one list: its rows, those without a name, its numbered files, its dates."""

    rows: int = 0
    bad: int = 0
    places: set[int] = field(default_factory=set)
    oldest: datetime | None = None

    def is_whole(self) -> bool:
        """It holds somebody, no numbered file before another is missing, and most rows have a name.

        A download of a range of dates in which nothing happened holds an empty list.
        """
        return (
            self.rows > 0
            and len(self.places) == max(self.places, default=0)
            and is_whole(good=self.rows - self.bad, bad=self.bad)
        )


@dataclass(slots=True, kw_only=True)
class Taken:
    """What the parts of a download amount to, while they are read."""

    rows: Rows
    lists: dict[tuple[str, str], FollowList] = field(default_factory=dict)
    """Platform and direction -> the list."""
    platforms: set[str] = field(default_factory=set)
    """Those with rows that need an owner."""
    seen: list[tuple[int, str | None]] = field(default_factory=list)
    newest: datetime | None = None
    user: str | None = None
    profile: dict[str, str] = field(default_factory=dict)
    _texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def begin(self, member: Member) -> None:
        """A file's list is there, if only an empty one."""
        part = member.part
        if part.what not in ("seen", "profile"):
            self.platforms.add(part.platform)
        if part.what in LISTS:
            found = self.lists.setdefault((part.platform, part.what), FollowList())
            if (place := place_in_list(member.name)) is not None:
                found.places.add(place)

    def take(self, member: Member, row: Any) -> str | None:
        """Stage one row of a file; what is wrong with it, or none."""
        part = member.part
        match part.what:
            case direction if direction in LISTS:
                return self._follow(part.platform, direction, row)
            case "like" | "comment like":
                return self._like(part.platform, row, is_post=part.what == "like")
            case "comment":
                return self._comment(row)
            case "post":
                return self._post(part.platform, row)
            case "seen":
                return self._seen(part.platform, row)
            case "profile":
                self.user = self.user or user_name(row)
                self.profile = self.profile or texts_in(row)
        return None

    def add_time(self) -> None:
        """Stage the time that the moments of posts seen amount to, over both networks."""
        for site, start, end in _visits.spans_of(self.seen):
            self.rows.add(
                "time_spans",
                site=site,
                start_utc=_EPOCH + timedelta(microseconds=start),
                end_utc=_EPOCH + timedelta(microseconds=end),
                basis="visit",
                device="Instagram download",
            )

    def _follow(self, platform: str, direction: str, row: Any) -> str | None:
        found = self.lists[platform, direction]
        people = people_in(row)
        found.rows += 1
        for person, since in people:
            self.rows.add(
                "follows",
                platform=platform,
                owner=OWNER,
                direction=direction,
                account=person,
                since_utc=self._at(since),
            )
            if since and (found.oldest is None or since < found.oldest):
                found.oldest = since
        found.bad += not people
        return None if people else "no account is named"

    def _like(self, platform: str, row: Any, *, is_post: bool) -> str | None:
        known = [like for like in liked(row) if any(like)]
        for owner, post, moment in known:
            self.rows.add(
                "interactions",
                platform=platform,
                actor=OWNER,
                target=owner,
                kind="like",
                at_utc=self._at(moment),
                # The link of a comment that was liked leads to somebody else's post.
                post_id=post if is_post else None,
            )
        return None if known else "a like without an account, a link and a date"

    def _comment(self, row: Any) -> str | None:
        moment = self._at(moment_in(row))
        if moment is None:
            return "a comment without a date"
        texts = texts_in(row)
        if "Comment" in texts or "Media Owner" in texts:
            text, owner = texts.get("Comment", ""), name_of(texts.get("Media Owner"))
        else:  # labels in the account's language: the comment comes first, then whose post it is under
            values = [*texts.values(), "", ""]
            text, owner = values[0], name_of(values[1])
        mark = _digest(f"{owner} {text}")
        self._add_post("instagram", f"comment-{_stamp(moment)}-{mark}", moment, text, "reply", owner)
        return None

    def _post(self, platform: str, row: Any) -> str | None:
        first = at(row, "media", 0)
        moment = self._at(
            unix_moment(at(row, "creation_timestamp")) or unix_moment(at(first, "creation_timestamp"))
        )
        if moment is None:
            return "a post without a date"
        text = text_of(at(row, "title")) or text_of(at(first, "title")) or ""
        is_reply = at(first, "text_app_post", "is_reply") is True
        # No ids are given. A reel may be among the posts as well; a caption may be written anew.
        post = f"post-{_stamp(moment)}"
        if self._texts.setdefault((platform, post), text) != text:
            post += f"-{_digest(text)}"
        self._add_post(platform, post, moment, text, "reply" if is_reply else "post", None)
        return None

    def _add_post(
        self, platform: str, post: str, moment: datetime, text: str, kind: str, to: str | None
    ) -> None:
        self.rows.add(
            "posts",
            platform=platform,
            post_id=post,
            original_id=post,
            author=OWNER,
            created_utc=moment,
            kind=kind,
            text=text,
            reply_to_account=to,
        )

    def _seen(self, platform: str, row: Any) -> str | None:
        moment = self._at(moment_in(row))
        if moment is None:
            return "something seen without a date"
        self.seen.append((int(moment.replace(tzinfo=UTC).timestamp()) * 1_000_000, platform))
        return None

    def _at(self, moment: datetime | None) -> datetime | None:
        if moment and (self.newest is None or moment > self.newest):
            self.newest = moment
        return moment


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
