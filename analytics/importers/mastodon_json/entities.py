"""The API's entities -> rows: Account, Status and Notification, of Mastodon, Pleroma, Akkoma and GoToSocial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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
from analytics.importers.interface import Note

# Pleroma has "local", Hometown and GoToSocial have words of their own for their server or mutual followers.
_READ_BY_MANY = frozenset(
    {"public", "unlisted", "private", "local", "local_public", "mutuals_only", "unlocked"}
)
# Type of notification -> kind of interaction; "pleroma:emoji_reaction" says as much as a like.
_ACTS = {
    "favourite": "like",
    "reblog": "repost",
    "follow": "follow",
    "pleroma:emoji_reaction": "like",
    "reaction": "like",
}
_POSTS = frozenset({"mention", "status", "quote", "update", "quoted_update", "poll"})


def kind_of(entity: Any) -> str | None:
    """What an object of the API is: account, status or notification; none for anything else."""
    if not isinstance(entity, dict):
        return None
    if isinstance(entity.get("acct"), str) and ("username" in entity or "followers_count" in entity):
        return "account"
    if isinstance(at(entity, "account", "acct"), str) and "created_at" in entity:
        if "content" in entity and ("uri" in entity or "visibility" in entity):
            return "status"
        if isinstance(entity.get("type"), str):
            return "notification"
    return None


class Entities:
    """Takes entities as they stand in a file, and keeps what is needed to tell who answered whom."""

    def __init__(self, rows: PlatformRows, file: str, owner: str | None, seen_utc: datetime) -> None:
        self._rows = rows
        self._file = file
        self.owner = owner
        self._seen_utc = seen_utc
        self._accounts: set[str] = set()
        self._posts: set[str] = set()
        self._liked: set[str] = set()
        self._notifications: set[str] = set()
        self._own_addresses: dict[str, str] = {}
        self.direct = 0
        self.others: Counter[str] = Counter()
        """Type of notification -> how many were left out."""

    def account_of(self, entity: Any) -> str | None:
        """The address of an account; people of the server itself are named without it."""
        return account_of(entity, home_of(self.owner))

    def account(self, row: int, entity: Any) -> str | None:
        """Stage an account; its address."""
        account = self.account_of(entity)
        if not account:
            self._rows.problem(self._file, row, "an account without an address (acct and url)")
            return None
        if account not in self._accounts:
            self._accounts.add(account)
            self._rows.add(
                "accounts",
                account=account,
                observed_utc=self._seen_utc,
                moved_to=self.account_of(at(entity, "moved")),
                **profile(entity, account),
            )
        return account

    def status(self, row: int, entity: Any, *, liked: bool = False, inner: bool = False) -> str | None:
        """Stage a post, and that the owner liked it; its address. Direct posts are counted, no more.

        inner: it stands inside another post, boosted or quoted; what stands inside it in turn is let be.
        """
        if not isinstance(entity, dict) or kind_of(entity) != "status":
            self._rows.problem(
                self._file, row, "no post of Mastodon (content, account and created_at expected)"
            )
            return None
        if _is_direct(entity) or _is_direct(at(entity, "reblog")):
            self.direct += 1
            return None
        post_id = text_of(entity.get("uri")) or text_of(entity.get("url"))
        created = moment_of(entity.get("created_at"))
        if not post_id or not created:
            self._rows.problem(self._file, row, "a post without an address (uri) or a readable date")
            return None
        author = self.account(row, entity.get("account"))
        if not author:
            return None
        self._learn_address(entity, post_id)
        if post_id not in self._posts:
            self._posts.add(post_id)
            self._rows.add(
                "posts",
                post_id=post_id,
                original_id=post_id,
                author=author,
                created_utc=created,
                **self._content(row, entity, author, inner),
            )
        liked = liked or entity.get("favourited") is True
        if liked and self.owner and post_id not in self._liked:
            self._liked.add(post_id)
            self._rows.add("interactions", actor=self.owner, target=author, kind="like", post_id=post_id)
        return post_id

    def notification(self, row: int, entity: Any) -> None:
        """Stage what somebody did towards the owner."""
        number = text_of(at(entity, "id"))
        if number and number in self._notifications:
            return
        self._notifications.add(number or "")
        kind = " ".join((text_of(at(entity, "type")) or "no type").split())[:40]
        status = at(entity, "status")
        if _is_direct(status):
            self.direct += 1
        elif kind in _ACTS:
            self._act(row, entity, _ACTS[kind])
        elif kind in _POSTS:
            self.status(row, status)
        else:
            self.others[kind] += 1

    def _act(self, row: int, entity: Any, kind: str) -> None:
        moment = moment_of(at(entity, "created_at"))
        if not moment:
            self._rows.problem(self._file, row, "a notification without a readable date")
            return
        actor = self.account(row, at(entity, "account"))
        if not actor:
            return
        post_id = None if kind == "follow" else self.status(row, at(entity, "status"))
        self._rows.add(
            "interactions", actor=actor, target=self.owner, kind=kind, at_utc=moment, post_id=post_id
        )

    def _content(self, row: int, entity: dict[str, Any], author: str, inner: bool) -> dict[str, Any]:
        """What a post is and holds."""
        boosted = entity.get("reblog")
        nothing: dict[str, Any] = {"links": [], "mentions": [], "tags": []}
        if isinstance(boosted, dict):
            uri = text_of(boosted.get("uri")) or text_of(boosted.get("url"))
            if kind_of(boosted) == "status" and not inner:
                self.status(row, boosted, inner=True)
            original = self.account_of(boosted.get("account")) or account_in(uri)
            return {
                "kind": "repost",
                "text": "",
                "repost_of_account": original,
                "repost_of_post": uri,
                **nothing,
            }
        named = [one for one in _list(entity.get("mentions")) if isinstance(one, dict)]
        tags = _list(entity.get("tags"))
        quoted = at(entity, "quote", "quoted_status") or at(entity, "quote") or at(entity, "pleroma", "quote")
        quote_uri = text_of(at(quoted, "uri"))
        if kind_of(quoted) == "status" and not _is_direct(quoted) and not inner:
            self.status(row, quoted, inner=True)
        replied = entity.get("in_reply_to_id") is not None or entity.get("in_reply_to_account_id") is not None
        content = content_of(
            entity.get("content"),
            warning=entity.get("spoiler_text"),
            elsewhere=[at(one, "url") for one in (*named, *tags)],
        )
        card = text_of(at(entity, "card", "url"))
        links = content.links or ([card] if card and host_in(card) else [])
        return {
            "kind": "reply" if replied else "quote" if quote_uri else "post",
            "text": content.text,
            "lang": text_of(entity.get("language")),
            "client": text_of(at(entity, "application", "name")),
            "reply_to_account": self._replied_to(entity, named, author) if replied else None,
            "reply_to_post": self._replied_post(entity) if replied else None,
            "quote_of_account": self.account_of(at(quoted, "account")) if quote_uri else None,
            "quote_of_post": quote_uri,
            "links": [link for link in links if link not in (quote_uri, at(quoted, "url"))],
            "mentions": people((account, account) for one in named if (account := self.account_of(one))),
            "tags": tag_names(at(tag, "name") for tag in tags),
            "likes": count_of(entity.get("favourites_count")),
            "reposts": count_of(entity.get("reblogs_count")),
            "replies": count_of(entity.get("replies_count")),
            "quotes": count_of(entity.get("quotes_count")),
        }

    def _replied_to(self, entity: dict[str, Any], named: list[dict[str, Any]], author: str) -> str | None:
        # Whom a post answers stands there as the server's own number, which only the people named explain.
        number = text_of(entity.get("in_reply_to_account_id"))
        if number and number == text_of(at(entity, "account", "id")):
            return author
        found = (self.account_of(one) for one in named if number and text_of(one.get("id")) == number)
        return next(found, None)

    def _learn_address(self, entity: dict[str, Any], post_id: str) -> None:
        """Mastodon's own posts have their number in their address: so will the others of this account."""
        number = text_of(entity.get("id"))
        account = text_of(at(entity, "account", "id"))
        if number and account and post_id.endswith(f"/statuses/{number}"):
            self._own_addresses[account] = post_id[: -len(number)]

    def _replied_post(self, entity: dict[str, Any]) -> str | None:
        start = self._own_addresses.get(text_of(entity.get("in_reply_to_account_id")) or "")
        number = text_of(entity.get("in_reply_to_id"))
        return start + number if start and number else None

    def notes(self) -> Iterator[Note]:
        """What was left out."""
        if self.direct:
            yield Note(
                text=f"{self._file}: left out direct posts, of which nothing is stored: {self.direct:,}."
            )
        for kind, count in sorted(self.others.items()):
            yield Note(text=f"{self._file}: left out notifications of the type {kind} ({count:,}).")


def account_of(entity: Any, home: str | None) -> str | None:
    """The address of an account of the API.

    home: the host of the owner's address, which counts where web pages lie on a host below it.
    """
    host = host_in(at(entity, "url")) or host_in(at(entity, "uri"))
    if home and (not host or host.endswith(f".{home}")):
        host = home
    return address(at(entity, "acct"), host) or account_in(at(entity, "url")) or account_in(at(entity, "uri"))


def profile(entity: Any, account: str) -> dict[str, Any]:
    """The columns of an account that only its entity tells; counts that are hidden are not known."""
    hidden = at(entity, "hide_collections") is True
    pleroma = at(entity, "pleroma")
    note, picture = at(entity, "note"), at(entity, "avatar")
    links = [link for field in _list(at(entity, "fields")) for link in content_of(at(field, "value")).links]
    followers, following = (
        None
        if at(pleroma, f"hide_{side}_count") is True or (hidden and not count_of(at(entity, f"{side}_count")))
        else count_of(at(entity, f"{side}_count"))
        for side in ("followers", "following")
    )
    return {
        "handle": account,
        "display_name": text_of(at(entity, "display_name")),
        "bio": content_of(note).text if isinstance(note, str) else None,
        "website": links[0] if links else None,
        "created_utc": moment_of(at(entity, "created_at")),
        "followers": followers,
        "following": following,
        "posts": count_of(at(entity, "statuses_count")),
        "default_image": picture.endswith(("missing.png", "avi.png")) if isinstance(picture, str) else None,
    }


def _is_direct(status: Any) -> bool:
    visibility = at(status, "visibility")
    return visibility is not None and text_of(visibility) not in _READ_BY_MANY


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
