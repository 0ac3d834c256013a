"""The collections of an archive that hold nothing but addresses: likes, followers, following."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from analytics.importers._mastodon import account_in, address, host_in
from analytics.importers._rows import PlatformRows, text_of
from analytics.importers._said import is_whole, not_whole
from analytics.importers.interface import Files, Finding, Note, Stage
from analytics.importers.mastodon_archive.activities import About, uri_of
from analytics.importers.mastodon_archive.members import items_of

DIRECTIONS = {"followers": "follower", "following": "following"}


def add_likes(stage: Stage, files: Files, name: str, rows: PlatformRows, about: About) -> Iterator[Finding]:
    """Stage what the owner liked; whose it was where the address of the post names its author."""
    unnamed = 0
    seen: set[str] = set()
    for row, liked in items_of(stage, files, name):
        uri = text_of(uri_of(liked))
        if not uri or not host_in(uri):
            rows.problem(name, row, "no web address of a post")
        elif uri not in seen:
            seen.add(uri)
            target = account_in(uri, about.homes)
            unnamed += target is None
            rows.add("interactions", actor=about.owner, target=target, kind="like", post_id=uri)
    if unnamed:
        yield Note(
            text=f"Of {len(seen):,} posts in {name}, {unnamed:,} have an address that does not name the author."
        )


class FollowLists:
    """The lists of one archive, where one person may be on both."""

    def __init__(self, rows: PlatformRows, about: About, exported_at: datetime) -> None:
        self._rows = rows
        self._about = about
        self._exported_at = exported_at
        self._accounts = {about.owner}

    def add(self, stage: Stage, files: Files, name: str, direction: str) -> Iterator[Finding]:
        """Stage one list; where the address of a person holds only ids, it is itself the account."""
        members: dict[str, str | None] = {}
        bad = total = 0
        for row, person in items_of(stage, files, name):
            total += 1
            uri = text_of(uri_of(person))
            account = account_in(uri, self._about.homes) or address(uri)
            if account:
                members[account] = account
            elif uri and host_in(uri):
                members[uri] = None
            else:
                bad += 1
                self._rows.problem(name, row, "no web address of a person")
        complete = is_whole(good=total - bad, bad=bad)
        if not complete:
            yield not_whole(name)
        key = {"owner": self._about.owner, "direction": direction, "as_of_utc": self._exported_at}
        self._rows.add("follow_lists", **key, complete=complete)
        for account, handle in members.items():
            self._rows.add("follows", **key, account=account)
            if account not in self._accounts:
                self._accounts.add(account)
                self._rows.add("accounts", account=account, handle=handle, observed_utc=self._exported_at)
