"""Records of a repository -> rows: posts, reposts, likes, follows, blocks and the profile."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from analytics.importers import _bluesky
from analytics.importers._rows import PlatformRows, at, text_of
from analytics.importers._said import is_whole
from analytics.importers.bluesky_repository.car import Record

_LISTS = {_bluesky.FOLLOW: "following", _bluesky.BLOCK: "blocked"}


class Contents:
    """Takes the records of one repository one by one; `finish` stages the lists, which need all of them."""

    def __init__(self, rows: PlatformRows, file: str, owner: str, *, latest: datetime) -> None:
        self._rows = rows
        self._file = file
        self._owner = owner
        self._latest = latest
        self._lists: dict[str, dict[str, datetime | None]] = {name: {} for name in _LISTS.values()}
        self._unreadable: Counter[str] = Counter()
        """Direction of a list -> its records that name nobody."""
        self._profile: Any = None
        self._handles: dict[str, tuple[datetime | None, str]] = {}
        self.other_likes = 0
        """Likes of something that is no post."""
        self.others: Counter[str] = Counter()
        """Collection -> records that are not read."""

    def take(self, record: Record) -> None:
        """Stage one record, or say what is wrong with it."""
        readers = {
            _bluesky.POST: self._post, _bluesky.REPOST: self._repost, _bluesky.LIKE: self._like,
            _bluesky.FOLLOW: self._member, _bluesky.BLOCK: self._member, _bluesky.PROFILE: self._keep_profile,
        }  # fmt: skip
        reader = readers.get(record.collection)
        if reader is None:
            self.others[record.collection[:80]] += 1
        elif not isinstance(record.value, dict):
            self._unreadable[_LISTS.get(record.collection, "")] += 1
            self._problem(record, "no record, expected an object")
        else:
            created = _bluesky.created_of(record.value, record.key, latest=self._latest)
            reader(record, created)

    def finish(self, as_of: datetime, *, complete: bool) -> str | None:
        """Stage the lists and the accounts of which something is known; the owner's handle if a post has it."""
        for direction, members in self._lists.items():
            key = {"owner": self._owner, "direction": direction, "as_of_utc": as_of}
            sound = is_whole(good=len(members), bad=self._unreadable[direction])
            self._rows.add("follow_lists", **key, complete=complete and sound)
            if not sound:
                what = f"most records of the {direction} list cannot be read: it is not used to tell who is missing"
                self._rows.problem(self._file, None, what)
            for account, since in members.items():
                self._rows.add("follows", **key, account=account, since_utc=since)
        _, handle = self._handles.pop(self._owner, (None, None))
        self._rows.add("accounts", account=self._owner, observed_utc=as_of, handle=handle, **self._about())
        for account, (seen, name) in self._handles.items():
            self._rows.add("accounts", account=account, observed_utc=seen, handle=name)
        return handle

    def _about(self) -> dict[str, Any]:
        if not isinstance(self._profile, dict):
            return {}
        return {
            "display_name": text_of(self._profile.get("displayName")),
            "bio": text_of(self._profile.get("description")) or "",
            "website": text_of(self._profile.get("website")),
            "default_image": "avatar" not in self._profile,
        }

    def _post(self, record: Record, created: datetime | None) -> None:
        row = _bluesky.post_row(
            self._uri(record), record.value, author=self._owner, created_utc=self._dated(record, created)
        )
        self._rows.add("posts", **row)
        for mention in row["mentions"]:
            self._name(mention["account"], mention["handle"], created)

    def _name(self, account: str, handle: str | None, seen: datetime | None) -> None:
        """Keep the handle that was seen last."""
        known, _ = self._handles.get(account, (None, None))
        if handle and (known is None or (seen and seen >= known)):
            self._handles[account] = (seen, handle)

    def _repost(self, record: Record, created: datetime | None) -> None:
        subject = text_of(at(record.value, "subject", "uri"))
        if not subject or not _bluesky.address_of(subject):
            self._problem(record, "a repost that does not say of which post")
            return
        self._rows.add(
            "posts",
            **_bluesky.repost_row(
                self._uri(record), subject, author=self._owner, created_utc=self._dated(record, created)
            ),
        )

    def _like(self, record: Record, created: datetime | None) -> None:
        subject = at(record.value, "subject", "uri")
        address = _bluesky.address_of(subject)
        if not address:
            self._problem(record, "a like that does not say of which post")
        elif address.collection != _bluesky.POST:
            self.other_likes += 1
        else:
            self._rows.add(
                "interactions",
                actor=self._owner,
                target=address.account,
                kind="like",
                at_utc=self._dated(record, created),
                post_id=subject,
            )

    def _member(self, record: Record, created: datetime | None) -> None:
        account = _bluesky.did_of(record.value.get("subject"))
        if not account:
            self._problem(record, "it does not say of whom (a DID was expected as subject)")
            self._unreadable[_LISTS[record.collection]] += 1
            return
        members = self._lists[_LISTS[record.collection]]
        # Programs that follow twice leave two records; the relation is as old as the first.
        known = members.get(account)
        members[account] = min(filter(None, (known, created)), default=None)

    def _keep_profile(self, record: Record, _created: datetime | None) -> None:
        self._profile = record.value

    def _uri(self, record: Record) -> str:
        return f"at://{self._owner}/{record.collection}/{record.key}"

    def _dated(self, record: Record, created: datetime | None) -> datetime | None:
        if created is None:
            self._problem(record, "neither createdAt nor the key is a plausible time; it is kept without one")
        return created

    def _problem(self, record: Record, what: str) -> None:
        self._rows.problem(self._file, None, f"record {record.collection}/{record.key[:40]}: {what}")
