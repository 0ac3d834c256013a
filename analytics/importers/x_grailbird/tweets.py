"""One tweet of an old archive -> a post, whichever of the two forms it stands in.

A tweet that repeats another has no parts of its own, nor has one that its author wrote out as `RT @handle:`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from analytics.importers import _x_objects as x_objects
from analytics.importers._rows import PlatformRows, at, text_of


@dataclass(slots=True, kw_only=True)
class Archive:
    """What is known so far while the tweets are read."""

    rows: PlatformRows
    owner: str
    handle: str | None
    ids: set[str] = field(default_factory=set)
    people: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)
    """Account and handle -> when they were last named, and the name then."""
    newest: datetime | None = None


def post_of(tweet: Any, post_id: str, text: str) -> dict[str, Any]:
    """What one row of a month says of a post."""
    entities = at(tweet, "entities")
    repeated = at(tweet, "retweeted_status")
    reply_to = x_objects.id_of(at(tweet, "in_reply_to_user_id_str")) or x_objects.id_of(
        at(tweet, "in_reply_to_user_id")
    )
    has_entities = isinstance(entities, dict)
    return sorted_out(
        text=x_objects.plain(text),
        client=x_objects.client_of(at(tweet, "source")),
        reply_to_account=reply_to or text_of(at(tweet, "in_reply_to_screen_name")),
        reply_to_post=x_objects.id_of(at(tweet, "in_reply_to_status_id_str"))
        or x_objects.id_of(at(tweet, "in_reply_to_status_id")),
        repost_of_post=x_objects.id_of(at(repeated, "id_str")) or x_objects.id_of(at(repeated, "id")),
        repost_of_account=x_objects.id_of(at(repeated, "user", "id_str"))
        or x_objects.id_of(at(repeated, "user", "id"))
        or text_of(at(repeated, "user", "screen_name")),
        links=x_objects.links_of(entities, post_id),
        mentions=x_objects.mentions_of(entities) if has_entities else None,
        tags=x_objects.tags_of(entities) if has_entities else None,
    )


def sorted_out(
    *,
    text: str,
    client: str | None,
    reply_to_account: str | None,
    reply_to_post: str | None,
    repost_of_post: str | None,
    repost_of_account: str | None,
    links: list[str] | None,
    mentions: list[dict[str, str | None]] | None,
    tags: list[str] | None,
) -> dict[str, Any]:
    """A post with its kind; a repost, or one that the author wrote out as `RT @handle:`, has no parts."""
    post: dict[str, Any] = {"text": text, "client": client}
    is_reply = bool(reply_to_account or reply_to_post)
    handle = x_objects.reposted_handle(text)
    if repost_of_post or repost_of_account or (handle and not is_reply):
        named = [
            m["account"] for m in mentions or [] if (m["handle"] or "").lower() == (handle or "").lower()
        ]
        return post | {
            "kind": "repost",
            "repost_of_post": repost_of_post,
            "repost_of_account": repost_of_account or next(filter(None, named), handle),
            "links": [], "mentions": [], "tags": [],
        }  # fmt: skip
    quoted, author, quoted_id = x_objects.quoted_in(links or [])
    return post | {
        "kind": "reply" if is_reply else "quote" if quoted else "post",
        "reply_to_account": reply_to_account,
        "reply_to_post": reply_to_post,
        "quote_of_account": author,
        "quote_of_post": quoted_id,
        "links": None if links is None else [link for link in links if link != quoted],
        "mentions": mentions,
        "tags": tags,
    }


def unusable(
    post_id: str | None, text: Any, created: datetime | None, id_text: Any, created_text: Any
) -> str | None:
    """What makes a tweet unusable, if anything does."""
    if not post_id:
        shown = f'"{str(id_text)[:40]}"' if isinstance(id_text, (str, int)) and id_text != "" else "missing"
        return f"the id is {shown}, expected digits"
    if not isinstance(text, str):
        return "text is missing"
    if created is None and x_objects.snowflake_moment(post_id) is None:
        shown = f'"{str(created_text)[:40]}"' if isinstance(created_text, str) and created_text else "missing"
        return f"the time is {shown}, expected one such as Tue Sep 05 16:51:33 +0000 2013"
    return None


def add(archive: Archive, post_id: str, created: datetime | None, post: dict[str, Any]) -> None:
    """Stage a post of the owner's."""
    archive.ids.add(post_id)
    if created and (archive.newest is None or created > archive.newest):
        archive.newest = created
    known = {"post_id": post_id, "original_id": post_id, "author": archive.owner, "created_utc": created}
    archive.rows.add("posts", **(known | post))


def name_people(archive: Archive, tweet: Any, created: datetime | None) -> None:
    """Remember who is named in a tweet, under which handle, when last."""
    repeated = at(tweet, "retweeted_status", "user")
    named = [
        *x_objects.named_in(at(tweet, "entities")),
        (
            x_objects.id_of(at(repeated, "id_str")),
            text_of(at(repeated, "screen_name")),
            x_objects.plain_or_none(at(repeated, "name")),
        ),
        (
            x_objects.id_of(at(tweet, "in_reply_to_user_id_str")),
            text_of(at(tweet, "in_reply_to_screen_name")),
            None,
        ),
    ]
    for account, handle, name in named:
        if account and handle and created and account != archive.owner:
            last, last_name = archive.people.get((account, handle), (created, ""))
            newer = max((last, last_name), (created, name or last_name))
            archive.people[account, handle] = newer
