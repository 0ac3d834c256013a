"""The rows of each list of a TikTok download; the owner and the date are put in at the end."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from analytics.importers import _visits
from analytics.importers._late import OWNER
from analytics.importers._rows import Rows, count_of, text_of
from analytics.importers.tiktok.layout import cell, moment_in

_EPOCH = datetime(1970, 1, 1)
_VIDEO = re.compile(r"/(?:video|photo)/(\d{1,20})")


@dataclass(slots=True, kw_only=True)
class Taken:
    """What the lists of a download amount to, while they are read."""

    rows: Rows
    lists: set[str] = field(default_factory=set)
    """What was there, if only empty."""
    read: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    newest: datetime | None = None
    watched: array[int] = field(default_factory=lambda: array("q"))
    """µs since 1970."""
    _titles: dict[str, str] = field(default_factory=dict)

    def take(self, what: str, row: Any) -> str | None:
        """Stage one row of a list; what is wrong with it, or none."""
        self.read[what] += 1
        wrong = self._take(what, row) if isinstance(row, dict) else "no object"
        self.bad[what] += wrong is not None
        return wrong

    def add_time(self) -> None:
        """Stage the time that the videos watched amount to."""
        moments = np.array(self.watched, np.int64)
        found = _visits.spans(moments, np.zeros(len(moments), np.int64))
        for start, end in zip(found.start.tolist(), found.end.tolist(), strict=True):
            self.rows.add(
                "time_spans",
                site="tiktok",
                start_utc=_EPOCH + timedelta(microseconds=start),
                end_utc=_EPOCH + timedelta(microseconds=end),
                basis="visit",
                device="TikTok watch history",
            )

    def _take(self, what: str, row: dict[str, Any]) -> str | None:
        moment = moment_in(row)
        if moment and (self.newest is None or moment > self.newest):
            self.newest = moment
        match what:
            case "follower" | "following" | "blocked":
                return self._follow(what, row, moment)
            case "like":
                return self._like(row, moment)
            case "watch":
                return self._watch(moment)
            case "comment":
                return self._comment(row, moment)
            case _:
                return self._post(row, moment)

    def _follow(self, direction: str, row: dict[str, Any], since: datetime | None) -> str | None:
        person = (text_of(cell(row, "UserName")) or "").strip().lower()
        if not person:
            return "no UserName"
        self.rows.add(
            "follows",
            platform="tiktok",
            owner=OWNER,
            direction=direction,
            account=person,
            since_utc=since,
        )
        return None

    def _like(self, row: dict[str, Any], moment: datetime | None) -> str | None:
        video = _VIDEO.search(text_of(cell(row, "Link", "VideoLink")) or "")
        if not (video or moment):
            return "neither a link nor a date"
        self.rows.add(
            "interactions",
            platform="tiktok",
            actor=OWNER,
            kind="like",
            at_utc=moment,
            post_id=video[1] if video else None,
        )
        return None

    def _watch(self, moment: datetime | None) -> str | None:
        if moment is None:
            return "no date"
        self.watched.append(int(moment.replace(tzinfo=UTC).timestamp()) * 1_000_000)
        return None

    def _comment(self, row: dict[str, Any], moment: datetime | None) -> str | None:
        text = text_of(cell(row, "Comment"))
        if moment is None or text is None:
            return "no date" if moment is None else "no text"
        self._add_post(f"comment-{_stamp(moment)}-{_digest(text)}", moment, "reply", text, None)
        return None

    def _post(self, row: dict[str, Any], moment: datetime | None) -> str | None:
        if moment is None:
            return "no date"
        text = text_of(cell(row, "Title", "Caption", "Description")) or ""
        # No ids are given, and the links to one's own videos are new ones each time.
        post = f"post-{_stamp(moment)}"
        if self._titles.setdefault(post, text) != text:
            post += f"-{_digest(text)}"
        self._add_post(post, moment, "post", text, count_of(cell(row, "Likes")))
        return None

    def _add_post(self, post: str, moment: datetime, kind: str, text: str, likes: int | None) -> None:
        self.rows.add(
            "posts",
            platform="tiktok",
            post_id=post,
            original_id=post,
            author=OWNER,
            created_utc=moment,
            kind=kind,
            text=text,
            likes=likes,
        )


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
