"""What a repository of Bluesky and its API share: addresses of records, times, and the record of a post.

An account is its DID, a post its at:// URI. Records are lexicon app.bsky.* of 2026-11; posts of 2022 and 2023
have `entities` where later ones have `facets`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from analytics.importers._rows import at, moment_of, text_of, unix_moment

PLATFORM = "bluesky"
POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
REPOST = "app.bsky.feed.repost"
FOLLOW = "app.bsky.graph.follow"
BLOCK = "app.bsky.graph.block"
PROFILE = "app.bsky.actor.profile"

_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,500}")
_URI = re.compile(rf"at://({_DID.pattern})/([A-Za-z0-9.-]+)/([A-Za-z0-9._~:-]+)")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(f"[2-7a-j][{_DIGITS}]{{12}}")
# A moving picture from a picker is stored as a link to these, and shown as media.
_PICTURES = ("media.tenor.com", "t.gifs.bsky.app", "k.gifs.bsky.app", "static.klipy.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An at:// URI: who holds the record, of which collection it is, and its key there."""

    account: str
    collection: str
    key: str


def did_of(value: Any) -> str | None:
    """A DID; none for anything else."""
    return value if isinstance(value, str) and _DID.fullmatch(value) else None


def address_of(uri: Any) -> Address | None:
    """The parts of an at:// URI of a record; none where it names no DID.

    >>> address_of("at://did:plc:ana/app.bsky.feed.post/3k2a").account
    'did:plc:ana'
    """
    found = _URI.fullmatch(uri) if isinstance(uri, str) else None
    return Address(account=found[1], collection=found[2], key=found[3]) if found else None


def post_address(uri: Any) -> Address | None:
    """The same for the URI of a post only."""
    found = address_of(uri)
    return found if found and found.collection == POST else None


def tid_moment(key: Any) -> datetime | None:
    """When a record's key was made: a TID is 53 bits of µs since 1970 and 10 of a clock, in base 32.

    >>> tid_moment("3jzfcijpj2z2a")
    datetime.datetime(2023, 6, 30, 15, 3, 1, 887007)
    """
    if not isinstance(key, str) or not _TID.fullmatch(key):
        return None
    number = 0
    for digit in key:
        number = number * 32 + _DIGITS.index(digit)
    return unix_moment((number >> 10) / 1_000_000)


def created_of(record: Any, key: Any, *, latest: datetime | None) -> datetime | None:
    """When a record was made: its own word, which programs write as they like, else that of its key.

    latest: no record can be younger, as the moment of the export.
    """
    said = moment_of(at(record, "createdAt"))
    if said and (latest is None or said <= latest):
        return said
    return tid_moment(key)


@dataclass(slots=True, kw_only=True)
class Held:
    """What a post holds beside its text, each thing once."""

    links: dict[str, None] = field(default_factory=dict)
    mentions: dict[str, str | None] = field(default_factory=dict)
    tags: dict[str, None] = field(default_factory=dict)


def post_row(uri: str, record: Any, *, author: str, created_utc: datetime | None) -> dict[str, Any]:
    """The row of a post, reply or quote, from its record."""
    text = text_of(at(record, "text")) or ""
    held = _held(record, text)
    languages = at(record, "langs")
    parent = _text_at(record, "reply", "parent", "uri")
    answered = address_of(parent)
    quoted = _quoted(at(record, "embed"))
    quoted_address = post_address(quoted)
    one_language = isinstance(languages, list) and len(languages) == 1
    return {
        "post_id": uri,
        "original_id": uri,
        "author": author,
        "created_utc": created_utc,
        "kind": "reply" if parent else "quote" if quoted else "post",
        "text": text,
        "lang": text_of(languages[0]) if one_language else None,
        "reply_to_account": answered.account if answered else None,
        "reply_to_post": parent,
        "quote_of_account": quoted_address.account if quoted_address else None,
        "quote_of_post": quoted,
        "links": list(held.links),
        "mentions": [{"account": did, "handle": handle} for did, handle in held.mentions.items()],
        "tags": list(held.tags),
    }


def repost_row(uri: str, subject: str, *, author: str, created_utc: datetime | None) -> dict[str, Any]:
    """The row of a repost, which has nothing of its own but whose post it passes on."""
    reposted = address_of(subject)
    return {
        "post_id": uri,
        "original_id": uri,
        "author": author,
        "created_utc": created_utc,
        "kind": "repost",
        "text": "",
        "repost_of_account": reposted.account if reposted else None,
        "repost_of_post": subject,
        "links": [],
        "mentions": [],
        "tags": [],
    }


def _held(record: Any, text: str) -> Held:
    held = Held()
    encoded = text.encode()
    facets = at(record, "facets")
    for facet in facets if isinstance(facets, list) else []:
        shown = _shown(encoded, at(facet, "index"))
        features = at(facet, "features")
        for feature in features if isinstance(features, list) else []:
            kind = text_of(at(feature, "$type")) or ""
            if kind.endswith("#link"):
                _add_link(held, at(feature, "uri"))
            elif kind.endswith("#mention"):
                _add_mention(held, at(feature, "did"), shown)
            elif kind.endswith("#tag"):
                _add_tag(held, at(feature, "tag"))
    if not isinstance(facets, list):
        _add_entities(held, at(record, "entities"))
    for link in _cards(at(record, "embed")):
        _add_link(held, link)
    beside = at(record, "tags")
    for tag in beside if isinstance(beside, list) else []:
        _add_tag(held, tag)
    return held


def _add_entities(held: Held, entities: Any) -> None:
    """As posts of 2022 and 2023 name links and people."""
    for entity in entities if isinstance(entities, list) else []:
        match at(entity, "type"):
            case "link":
                _add_link(held, at(entity, "value"))
            case "mention":
                _add_mention(held, at(entity, "value"), None)
            case "hashtag":
                _add_tag(held, at(entity, "value"))


def _shown(encoded: bytes, index: Any) -> str | None:
    """The part of a text that a facet is about; its places count UTF-8 bytes."""
    start, end = at(index, "byteStart"), at(index, "byteEnd")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(encoded):
        return None
    try:
        return encoded[start:end].decode()
    except UnicodeDecodeError:
        return None


def _add_link(held: Held, uri: Any) -> None:
    link = (text_of(uri) or "").strip()
    try:
        parts = urlsplit(link)
        if parts.scheme in ("http", "https") and parts.hostname and parts.hostname not in _PICTURES:
            held.links[link] = None
    except ValueError:  # brackets that enclose no address
        return


def _add_mention(held: Held, did: Any, shown: str | None) -> None:
    account = did_of(did)
    # People shorten what they show; only a whole handle has a dot.
    handle = shown[1:].lower() if shown and re.fullmatch(r"@[\w-]+(?:\.[\w-]+)+", shown) else None
    if account:
        held.mentions[account] = held.mentions.get(account) or handle


def _add_tag(held: Held, tag: Any) -> None:
    name = (text_of(tag) or "").strip().lstrip("#").lower()
    if name:
        held.tags[name] = None


def _cards(embed: Any) -> Iterator[Any]:
    """The links of cards below a post."""
    yield at(embed, "external", "uri")
    yield at(embed, "media", "external", "uri")


def _quoted(embed: Any) -> str | None:
    """The URI of the post that is quoted; feeds, lists and the like are shown the same way and are none."""
    for uri in (at(embed, "record", "uri"), at(embed, "record", "record", "uri")):
        if isinstance(uri, str) and f"/{POST}/" in uri:
            return text_of(uri)
    return None


def _text_at(value: Any, *keys: str | int) -> str | None:
    found = at(value, *keys)
    return text_of(found) if isinstance(found, str) else None
