"""Activities of an outbox -> posts: Create holds a post, Announce names a post that was boosted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.importers._mastodon import (
    account_in,
    address,
    content_of,
    home_of,
    host_in,
    people,
    tag_names,
)
from analytics.importers._rows import PlatformRows, at, count_of, moment_of, text_of

POSTS = ("Note", "Question", "Article", "Page", "Event", "Image", "Video", "Audio")
PUBLIC = ("as:Public", "Public")
# FEP-044f first, then what Misskey, Pleroma and Fedibird call it.
_QUOTE = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose archive it is, and what actor.json says of the owner."""

    owner: str
    actor: dict[str, Any]

    @property
    def homes(self) -> dict[str, str]:
        """Host of the owner's pages -> host of the owner's address, and of everybody's there."""
        host, home = host_in(self.actor.get("id")), home_of(self.owner)
        return {host: home} if host and home else {}


class Outbox:
    """Takes activities one by one, oldest first, as they stand in the file."""

    def __init__(self, rows: PlatformRows, file: str, about: About) -> None:
        self._rows = rows
        self._file = file
        self._owner = about.owner
        self._homes = about.homes
        self._followers = text_of(about.actor.get("followers"))
        self._own: set[str] = set()
        self._seen: set[str] = set()
        self.signed_utc: datetime | None = None
        """When the server signed the activities, as it did up to Mastodon 4: the moment of the export."""
        self.direct = 0
        self.others: Counter[str] = Counter()
        """Type of activity or object -> how many were left out."""

    def take(self, row: int, activity: Any) -> None:
        """Stage one activity, or say what is wrong with it."""
        if not isinstance(activity, dict):
            self._rows.problem(self._file, row, "no activity (an object was expected)")
            return
        signed = moment_of(at(activity, "signature", "created"))
        self.signed_utc = max(filter(None, (self.signed_utc, signed)), default=None)
        kind = activity.get("type")
        if kind == "Announce":
            self._announce(row, activity)
        elif kind == "Create":
            self._create(row, activity)
        elif isinstance(kind, str):
            self.others[shown(kind)] += 1
        else:
            self._rows.problem(self._file, row, "an activity without a type, expected Create or Announce")

    def _announce(self, row: int, activity: dict[str, Any]) -> None:
        boosted = activity.get("object")
        uri = text_of(at(boosted, "id") if isinstance(boosted, dict) else boosted)
        author = account_in(uri, self._homes)
        if isinstance(boosted, dict) and not author:
            author = account_in(uri_of(boosted.get("attributedTo")), self._homes)
        if uri in self._own:
            author = self._owner
        # Its author is told of the boost. Misskey's people are not named by their address.
        if not author and "/notes/" not in (uri or ""):
            told = [one for one in _audience(activity) if host_in(one) == host_in(uri) and account_in(one)]
            author = (
                account_in(told[0], self._homes) if len(told) == 1 and told[0] != self._followers else None
            )
        created = moment_of(activity.get("published"))
        post_id = text_of(activity.get("id"))
        if not uri or not created or not post_id:
            self._rows.problem(self._file, row, "a boost without an id, a post or a readable date")
            return
        self._add(
            post_id,
            created_utc=created,
            kind="repost",
            text="",
            repost_of_account=author,
            repost_of_post=uri,
            links=[],
            mentions=[],
            tags=[],
        )

    def _create(self, row: int, activity: dict[str, Any]) -> None:
        post = activity.get("object")
        # Before all else: nothing of a direct post is looked at, not even to complain of it.
        if self._is_direct(activity, post):
            self.direct += 1
            return
        if not isinstance(post, dict):
            self._rows.problem(self._file, row, "a post that is not in the file (an object was expected)")
            return
        if post.get("type") not in POSTS:
            self.others[shown(post.get("type"))] += 1
            return
        post_id = text_of(post.get("id"))
        created = moment_of(post.get("published")) or moment_of(activity.get("published"))
        if not post_id or not created:
            self._rows.problem(self._file, row, "a post without an id or a readable date")
            return
        self._own.add(post_id)
        replied = text_of(uri_of(post.get("inReplyTo")))
        quoted = next((found for key in _QUOTE if (found := text_of(uri_of(post.get(key))))), None)
        # Of a quoted post that was deleted only a "Tombstone" is left.
        is_quote = quoted is not None or isinstance(post.get("quote"), dict)
        tags = _list(post.get("tag"))
        named = list(self._named(tags))
        by_language = post.get("contentMap")
        languages = list(by_language) if isinstance(by_language, dict) else []
        content = content_of(
            post.get("content"),
            warning=post.get("summary"),
            elsewhere=(at(tag, "href") for tag in tags if at(tag, "type") in ("Mention", "Hashtag")),
        )
        self._add(
            post_id,
            created_utc=created,
            kind="reply" if replied else "quote" if is_quote else "post",
            text=content.text,
            lang=text_of(languages[0]) if len(languages) == 1 else None,
            client=text_of(at(post, "generator", "name")),
            reply_to_account=self._replied_to(replied, named) if replied else None,
            reply_to_post=replied,
            quote_of_account=account_in(quoted, self._homes)
            or (self._owner if quoted in self._own else None),
            quote_of_post=quoted,
            links=[link for link in content.links or _cards(post) if link != quoted],
            mentions=people((account, account) for account, _ in named),
            tags=tag_names(at(tag, "name") for tag in tags if at(tag, "type") == "Hashtag"),
            likes=count_of(at(post, "likes", "totalItems")),
            reposts=count_of(at(post, "shares", "totalItems")),
            replies=count_of(at(post, "replies", "totalItems")),
        )

    def _add(self, post_id: str, **columns: Any) -> None:
        if post_id in self._seen:
            return
        self._seen.add(post_id)
        self._rows.add("posts", post_id=post_id, original_id=post_id, author=self._owner, **columns)

    def _is_direct(self, activity: dict[str, Any], post: Any) -> bool:
        """Whether neither everybody nor the followers may read it; what says nothing is taken for direct."""
        audience = [*_audience(activity), *(_audience(post) if isinstance(post, dict) else ())]
        return not any(
            one in PUBLIC or one.endswith("#Public") or one.endswith("/followers") or one == self._followers
            for one in audience
        )

    def _named(self, tags: list[Any]) -> Iterator[tuple[str, str | None]]:
        """Account and host of its address for each person that a post names."""
        for tag in tags:
            if at(tag, "type") == "Mention":
                # Mastodon names people of its own server without the host.
                href = at(tag, "href")
                account = (
                    address(at(tag, "name"))
                    or account_in(href, self._homes)
                    or address(at(tag, "name"), host_in(href) or home_of(self._owner))
                )
                if account:
                    yield account, host_in(href)

    def _replied_to(self, uri: str, named: list[tuple[str, str | None]]) -> str | None:
        """Whose post was answered: by its address, else by whom the answer names."""
        if uri in self._own:
            return self._owner
        host, author = host_in(uri), account_in(uri, self._homes)
        if author:
            # A host for addresses may differ from the one for people: user@example, on social.example.
            same = [
                one for one, lives in named if lives == host and one.split("@")[0] == author.split("@")[0]
            ]
            return same[0] if same else author
        there = [account for account, lives in named if lives == host]
        if there:
            return there[0]
        return named[0][0] if len(named) == 1 else None


def uri_of(value: Any) -> Any:
    """The id of an object that may be written out or named by its id alone."""
    if isinstance(value, list):
        value = value[0] if value else None
    return at(value, "id") if isinstance(value, dict) else value


def shown(value: Any) -> str:
    """A word of the export, short and on one line, for a message."""
    return " ".join((text_of(value) or "no type").split())[:40]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _cards(post: dict[str, Any]) -> list[str]:
    """The link shown as a card, which stands among the pictures since 4.4."""
    cards = (at(one, "href") for one in _list(post.get("attachment")) if at(one, "type") == "Link")
    return [link for card in cards if (link := text_of(card)) and host_in(link)]


def _audience(value: dict[str, Any]) -> list[str]:
    listed = [*_list(value.get("to")), *_list(value.get("cc"))]
    return [one for one in listed if isinstance(one, str)]
