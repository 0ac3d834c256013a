"""What the owner of a LinkedIn export did: shares, comments and reactions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analytics.importers import _post_text
from analytics.importers._rows import PlatformRows, is_link
from analytics.importers.linkedin.table import Row
from analytics.importers.linkedin.values import comment_id, moment, post_id

_POST_ADDRESS = re.compile(r"https?://(?:[a-z]+\.)?linkedin\.com/(?:feed/update|posts)/", re.IGNORECASE)
# The export ends every line of a commentary with a quotation mark, and begins the next with one.
_LINE_BREAK = re.compile(r'"\r?\n"')

TEXTS = f"""
UPDATE posts SET
    links = list_transform([{_post_text.links_in("text")}], lambda found: list_concat(
        found, list_filter(links, lambda link: NOT list_contains(found, link))))[1],
    tags = {_post_text.tags_in("text")}
"""
"""Reads the texts of the staged posts; what was shared along with a text comes after its own links."""


class Activity:
    """Stages it for one owner; shares come first, as comments on them are answers to oneself."""

    def __init__(self, rows: PlatformRows, owner: str) -> None:
        self._rows = rows
        self._owner = owner
        self._own: set[str] = set()
        self._seen: set[str] = set()

    def add_shares(self, table: Iterable[Row]) -> None:
        """Stage posts; one that passes on a post of LinkedIn is a quote of it."""
        for file, row, cells in table:
            link = cells.get("sharelink") or ""
            share = post_id(link)
            when = moment(cells["date"])
            if not share or not when:
                self._rows.problem(file, row, "a share without an address (ShareLink) or a readable date")
                continue
            text = _LINE_BREAK.sub("\n", cells.get("sharecommentary") or "")
            shared = cells.get("sharedurl") or ""
            quoted = post_id(shared) if _POST_ADDRESS.match(shared) else None
            self._own.add(share)
            self._post(
                share,
                created_utc=when,
                kind="quote" if quoted else "post",
                text=text,
                quote_of_post=quoted,
                links=[shared] if is_link(shared) and not quoted else [],
            )

    def add_comments(self, table: Iterable[Row]) -> None:
        """Stage comments as replies; whose post it was, the export tells only where it is one's own."""
        for file, row, cells in table:
            post = post_id(cells["link"])
            when = moment(cells["date"])
            if not post or not when:
                self._rows.problem(file, row, "a comment without an address (Link) or a readable date")
                continue
            # The comment's own id stands in its address only since about 2021.
            key = comment_id(cells["link"]) or f"{post}/comments/{when:%Y-%m-%dT%H:%M:%S}"
            text = cells["message"]
            self._post(
                key,
                created_utc=when,
                kind="reply",
                text=text,
                reply_to_post=post,
                reply_to_account=self._owner if post in self._own else None,
                links=[],
            )

    def add_reactions(self, table: Iterable[Row]) -> None:
        """Stage reactions of every type as likes."""
        for file, row, cells in table:
            post = post_id(cells["link"])
            when = moment(cells["date"])
            if not post or not when:
                self._rows.problem(file, row, "a reaction without an address (Link) or a readable date")
                continue
            target = self._owner if post in self._own else None
            self._rows.add(
                "interactions", actor=self._owner, target=target, kind="like", at_utc=when, post_id=post
            )

    def _post(self, key: str, **columns: object) -> None:
        if key in self._seen:
            return
        self._seen.add(key)
        self._rows.add(
            "posts",
            post_id=key,
            original_id=key,
            author=self._owner,
            mentions=[],
            **columns,
        )
