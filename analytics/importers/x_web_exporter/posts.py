"""Posts: from what X itself sent of a post (`metadata`), else from the columns of a row.

The columns alone name the author by handle, give only the ids of posts answered, reposted or quoted, and the
links as they stand in the text, shortened. The time is that of the post's id: the column is written in a
pattern that the user of the script may set.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from analytics.importers import _x_objects as x_objects
from analytics.importers._rows import at, count_of, text_of
from analytics.importers._when import parse_moment
from analytics.importers.x_web_exporter.people import handle_of, user_of, whole_id

_SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.ASCII | re.IGNORECASE)
_ANSWERED = re.compile(r"@(\w+)", re.ASCII)
_LONGEST_POST = 280
"""Characters of a post whose text begins with whom it answers; a longer one is handed over without."""


class Unusable(ValueError):
    """What makes a row no post."""


def sent_of(result: Any) -> Any:
    """A post that X sent, without the wrapper that some have; none where it is not available."""
    inner = at(result, "tweet")
    post = inner if isinstance(inner, dict) else result
    return post if isinstance(at(post, "legacy"), dict) else None


def nested_in(sent: Any) -> tuple[Any, Any]:
    """The reposted and the quoted post inside one that X sent."""
    return (
        sent_of(at(sent, "legacy", "retweeted_status_result", "result")),
        sent_of(at(sent, "quoted_status_result", "result")),
    )


def post_of(record: Any, time_zone: str) -> dict[str, Any]:
    """The post of a row. Raises Unusable."""
    sent = sent_of(at(record, "metadata"))
    legacy = at(sent, "legacy")
    status = x_objects.STATUS.match(text_of(at(record, "url")) or "")
    post_id = (
        whole_id(at(record, "id")) or x_objects.id_of(at(sent, "rest_id")) or (status[2] if status else None)
    )
    handle = author_handle(record)
    author = account_id(sent) or (handle or "").lower()
    note = at(sent, "note_tweet", "note_tweet_results", "result")
    text = next(
        (
            t
            for t in (at(note, "text"), at(legacy, "full_text"), at(record, "full_text"))
            if isinstance(t, str)
        ),
        None,
    )
    if not post_id:
        shown = f'"{str(at(record, "id"))[:40]}"' if at(record, "id") is not None else "missing"
        raise Unusable(f"the id is {shown}, expected digits")
    if not author:
        raise Unusable("neither the author's id nor the screen name is known")
    if text is None:
        raise Unusable("full_text is missing")
    text = x_objects.plain(text_of(text) or "")
    post = {
        "post_id": post_id,
        "original_id": _first_version(sent) or post_id,
        "author": author,
        "created_utc": _created(record, legacy, post_id, time_zone),
        "text": text,
        "lang": x_objects.language_of(at(legacy, "lang")),
        "client": x_objects.client_of(at(sent, "source")),
    }
    pointed = _sent_pointers(sent, text) if sent else _pointers(record, text, author)
    if pointed["kind"] == "repost":
        return post | pointed | {"links": [], "mentions": [], "tags": []}
    parts = _sent_parts(sent, note, post_id, pointed) if sent else _parts(record, text, pointed)
    return post | pointed | parts | _counts(record, sent)


def author_handle(record: Any) -> str | None:
    """The handle of a row's author."""
    user = user_of(sent_of(at(record, "metadata")))
    return handle_of(
        at(user, "core", "screen_name"),
        at(user, "legacy", "screen_name"),
        at(record, "screen_name"),
        at(record, "url"),
    )


def account_id(sent: Any) -> str | None:
    """The id of who wrote a post that X sent."""
    return x_objects.id_of(at(user_of(sent), "rest_id")) or x_objects.id_of(at(sent, "legacy", "user_id_str"))


def _account(sent: Any) -> str | None:
    user = user_of(sent)
    return account_id(sent) or handle_of(at(user, "core", "screen_name"), at(user, "legacy", "screen_name"))


def _created(record: Any, legacy: Any, post_id: str, time_zone: str) -> datetime | None:
    text = at(record, "created_at")
    return (
        x_objects.snowflake_moment(post_id)
        or x_objects.moment(at(legacy, "created_at"))
        or (parse_moment(text, time_zone) if isinstance(text, str) else None)
    )


def _first_version(sent: Any) -> str | None:
    control = at(sent, "edit_control")
    return x_objects.id_of(at(control, "edit_tweet_ids", 0)) or x_objects.id_of(
        at(control, "edit_control_initial", "edit_tweet_ids", 0)
    )


def _counts(record: Any, sent: Any) -> dict[str, int | None]:
    legacy = at(sent, "legacy")

    def count(key: str) -> int | None:
        known = count_of(at(legacy, key))
        return count_of(at(record, key)) if known is None else known

    views = count_of(at(sent, "views", "count"))
    return {
        "likes": count("favorite_count"),
        "reposts": count("retweet_count"),
        "replies": count("reply_count"),
        "quotes": count("quote_count"),
        "impressions": count_of(at(record, "views_count")) if views is None else views,
    }


def _kind(*, repost: bool, reply: bool, quote: bool) -> str:
    return "repost" if repost else "reply" if reply else "quote" if quote else "post"


# As X sent it


def _sent_pointers(sent: Any, text: str) -> dict[str, Any]:
    """Kind, and whom and what the post answers, repeats or quotes."""
    legacy = at(sent, "legacy")
    reposted, quoted = nested_in(sent)
    reply_to = x_objects.id_of(at(legacy, "in_reply_to_user_id_str")) or handle_of(
        at(legacy, "in_reply_to_screen_name")
    )
    reply_to_post = x_objects.id_of(at(legacy, "in_reply_to_status_id_str"))
    is_reply = bool(reply_to or reply_to_post)
    handle = x_objects.reposted_handle(text)
    if reposted or (handle and not is_reply):
        named = {
            (name or "").lower(): account for account, name, _ in x_objects.named_in(at(legacy, "entities"))
        }
        return {
            "kind": "repost",
            "repost_of_account": _account(reposted) or named.get((handle or "").lower()) or handle,
            "repost_of_post": x_objects.id_of(at(reposted, "rest_id")),
        }
    address = x_objects.STATUS.match(text_of(at(legacy, "quoted_status_permalink", "expanded")) or "")
    quoted_id = (
        x_objects.id_of(at(quoted, "rest_id"))
        or x_objects.id_of(at(legacy, "quoted_status_id_str"))
        or (address[2] if address else None)
    )
    return {
        "kind": _kind(repost=False, reply=is_reply, quote=bool(quoted_id)),
        "reply_to_account": reply_to,
        "reply_to_post": reply_to_post,
        "quote_of_account": _account(quoted) or (address[1] if address else None),
        "quote_of_post": quoted_id,
    }


def _sent_parts(sent: Any, note: Any, post_id: str, pointed: dict[str, Any]) -> dict[str, Any]:
    """Links, mentions and tags of a post as X sent it; a quote that shows as a link only is made one."""
    entities = at(note, "entity_set")
    if not isinstance(entities, dict):
        entities = at(sent, "legacy", "entities")
    if not isinstance(entities, dict):
        return {"links": None, "mentions": None, "tags": None}
    links = x_objects.links_of(entities, post_id)
    quoted, author, quoted_id = x_objects.quoted_in(links or [])
    quote: dict[str, Any] = {}
    if quoted_id and pointed["quote_of_post"] in (None, quoted_id):
        quote = {
            "quote_of_post": quoted_id,
            "quote_of_account": pointed["quote_of_account"] or author,
            "kind": "quote" if pointed["kind"] == "post" else pointed["kind"],
        }
        links = [link for link in links or [] if link != quoted]
    return quote | {
        "links": links,
        "mentions": x_objects.mentions_of(entities),
        "tags": x_objects.tags_of(entities),
    }


# By the columns alone


def _pointers(record: Any, text: str, author: str) -> dict[str, Any]:
    """Kind, and whom and what the post answers, repeats or quotes."""
    reply_to_post = x_objects.id_of(at(record, "in_reply_to"))
    repost_of = x_objects.id_of(at(record, "retweeted_status"))
    quote_of = x_objects.id_of(at(record, "quoted_status"))
    answered = _ANSWERED.match(text)
    is_reply = bool(reply_to_post or answered)
    handle = x_objects.reposted_handle(text)
    if repost_of or (handle and not is_reply):
        return {"kind": "repost", "repost_of_account": handle, "repost_of_post": repost_of}
    # Whom an answer is for stands at its start; only an answer to oneself has nobody there.
    to_self = author if reply_to_post and len(text) <= _LONGEST_POST else None
    return {
        "kind": _kind(repost=False, reply=is_reply, quote=bool(quote_of)),
        "reply_to_account": answered[1] if answered else to_self,
        "reply_to_post": reply_to_post,
        "quote_of_post": quote_of,
    }


def _parts(record: Any, text: str, pointed: dict[str, Any]) -> dict[str, Any]:
    """The links in the text, less those to pictures and, at the end, to the quoted post."""
    links: list[str] = list(dict.fromkeys(_SHORT_LINK.findall(text)))
    media = at(record, "media")
    pictures = {text_of(at(one, "url")) for one in media} if isinstance(media, list) else set()
    links = [link for link in links if link not in pictures]
    if pointed["quote_of_post"] and links and text.rstrip().endswith(links[-1]):
        links.pop()
    # Older posts have whole links in their text; they are read like mentions and tags, from the text.
    return {"links": links if _SHORT_LINK.search(text) else None, "mentions": None, "tags": None}
