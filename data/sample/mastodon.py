"""mastodon/: an archive as a Mastodon server packs it, and what the program mastodon-archive keeps beside it.

The archive holds one's own posts; who follows and who answered is only in the other file. Both lie in zips,
so that they have a date of their own wherever the sample is unpacked.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from dice import EPOCH, Dice, iso
from neighbours import SAVED, Deed, Neighbour, Note, Place, play
from sessions import Session
from words import URL

SERVER = "social.lantern.example"
HOSTS = [SERVER, SERVER, "paper.example", "old-maps.example", "vienna.example", "birds.example"]
ME = "ottilie"
MY_URI = f"https://{SERVER}/users/{ME}"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
JOINED = datetime(2022, 11, 6)
Json = dict[str, Any]


def write_mastodon(folder: Path, sessions: list[Session]) -> None:
    """archive-....zip and mastodon-archive.zip."""
    place = play("mastodon", sessions, HOSTS)
    dice = Dice("mastodon ids")
    for note in [*place.mine, *place.theirs]:
        milliseconds = (note.moment - EPOCH) // timedelta(milliseconds=1)
        note.id = str((milliseconds << 16) | dice.whole(0, 65535))
    folder.mkdir(parents=True)
    stamp = f"{SAVED:%Y%m%d%H%M%S}"
    archive = {
        "actor.json": _actor(),
        "outbox.json": _outbox(place),
        "likes.json": _collection(
            "likes", [_uri(d.note) for d in place.deeds if _is_mine(d, "like") and d.note]
        ),
        "bookmarks.json": _collection("bookmarks", [_uri(note) for note in place.theirs[3:40:9]]),
    }
    (folder / f"archive-{stamp}-{dice.letters(32)}.zip").write_bytes(_zip(archive))
    kept = {f"{SERVER}.user.{ME}.json": _kept(place)}
    (folder / "mastodon-archive.zip").write_bytes(_zip(kept))


def _is_mine(deed: Deed, kind: str) -> bool:
    return deed.actor is None and deed.kind == kind


def _zip(files: dict[str, Json]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            # A zip has no time zone: early in the day, it is before the latest moment everywhere.
            entry = zipfile.ZipInfo(name, date_time=(2026, 11, 19, 8, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, json.dumps(content, ensure_ascii=False, indent=1), compresslevel=9)
    return packed.getvalue()


def _person(one: Neighbour | None) -> str:
    return MY_URI if one is None else f"https://{one.id}/users/{one.handle}"


def _uri(note: Note) -> str:
    return f"{_person(note.author)}/statuses/{note.id}"


def _actor() -> Json:
    return {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": MY_URI,
        "type": "Person",
        "following": f"{MY_URI}/following",
        "followers": f"{MY_URI}/followers",
        "inbox": f"{MY_URI}/inbox",
        "outbox": "outbox.json",
        "preferredUsername": ME,
        "name": "Ottilie Larkspindle",
        "summary": "<p>Bookbinder, map mender, Vienna.</p>",
        "url": f"https://{SERVER}/@{ME}",
        "published": f"{JOINED:%Y-%m-%dT00:00:00Z}",
        "likes": "likes.json",
        "bookmarks": "bookmarks.json",
    }


def _collection(name: str, items: list[Any]) -> Json:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{name}.json",
        "type": "OrderedCollection",
        "orderedItems": items,
    }


def _outbox(place: Place) -> Json:
    activities = [_create(note) for note in place.mine] + [
        _announce(deed) for deed in place.deeds if _is_mine(deed, "repost")
    ]
    # A message to one person lies among the posts, as in every real archive.
    direct = _create(
        Note(
            id=str(((SAVED - timedelta(days=40) - EPOCH) // timedelta(milliseconds=1)) << 16),
            author=None,
            moment=SAVED - timedelta(days=40),
            text="Shall we meet at the paper market?",
        )
    )
    for part in (direct, direct["object"]):
        part["to"], part["cc"] = [_person(place.people[0])], []
    activities = sorted([*activities, direct], key=lambda activity: str(activity["published"]))
    return _collection("outbox", activities) | {"totalItems": len(activities) - 1}


def _create(note: Note) -> Json:
    uri = _uri(note)
    tags: list[Json] = [
        {"type": "Hashtag", "href": f"https://{SERVER}/tags/{tag.lower()}", "name": f"#{tag.lower()}"}
        for tag in re.findall(r"#(\w+)", note.text)
    ]
    cc, text = [f"{MY_URI}/followers"], _html(note.text)
    if note.answers and note.answers.author:
        to = note.answers.author
        tags.append({"type": "Mention", "href": _person(to), "name": _at(to)})
        cc.append(_person(to))
        text = text.replace("<p>", f"<p>{_mention(to)} ", 1)
    return {
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": MY_URI,
        "published": iso(note.moment.replace(microsecond=0)),
        "to": [PUBLIC],
        "cc": cc,
        "object": {
            "id": uri,
            "type": "Note",
            "summary": None,
            "inReplyTo": _uri(note.answers) if note.answers else None,
            "published": iso(note.moment.replace(microsecond=0)),
            "url": f"https://{SERVER}/@{ME}/{note.id}",
            "attributedTo": MY_URI,
            "to": [PUBLIC],
            "cc": cc,
            "sensitive": False,
            "content": text,
            "contentMap": {"en": text},
            "attachment": [],
            "tag": tags,
        },
    }


def _announce(deed: Deed) -> Json:
    assert deed.note
    return {
        "id": f"{MY_URI}/statuses/{deed.note.id}1/activity",
        "type": "Announce",
        "actor": MY_URI,
        "published": iso(deed.moment.replace(microsecond=0)),
        "to": [PUBLIC],
        "cc": [_person(deed.note.author), f"{MY_URI}/followers"],
        "object": _uri(deed.note),
    }


def _at(one: Neighbour) -> str:
    return f"@{one.handle}" if one.id == SERVER else f"@{one.handle}@{one.id}"


def _mention(one: Neighbour | None) -> str:
    handle, host = (ME, SERVER) if one is None else (one.handle, one.id)
    return (
        f'<span class="h-card"><a href="https://{host}/@{handle}" class="u-url mention">@<span>{handle}</span></a>'
        "</span>"
    )


def _html(text: str) -> str:
    """As Mastodon writes it: links and hashtags are anchors."""
    marked = html.escape(text, quote=False)
    marked = URL.sub(
        lambda url: f'<a href="{url[0]}" target="_blank" rel="nofollow noopener">{url[0].split("//")[1]}</a>',
        marked,
    )
    tag = f'<a href="https://{SERVER}/tags/\\1" class="mention hashtag" rel="tag">#<span>\\1</span></a>'
    marked = re.sub(r"#(\w+)", tag, marked)
    return f"<p>{marked}</p>"


def _account(one: Neighbour | None) -> Json:
    if one is None:
        return {
            "id": "1",
            "username": ME,
            "acct": ME,
            "display_name": "Ottilie Larkspindle",
            "url": f"https://{SERVER}/@{ME}",
            "uri": MY_URI,
            "note": "<p>Bookbinder, map mender, Vienna.</p>",
            "followers_count": 41,
            "following_count": 47,
            "statuses_count": 300,
            "created_at": iso(JOINED, milliseconds=True),
            "bot": False,
            "locked": False,
        }
    return {
        "id": str(abs(hash_of(one))),
        "username": one.handle,
        "acct": _at(one)[1:],
        "display_name": one.name,
        "url": f"https://{one.id}/@{one.handle}",
        "uri": _person(one),
        "note": f"<p>{html.escape(one.bio)}</p>",
        "followers_count": one.followers,
        "following_count": one.following,
        "statuses_count": one.posts,
        "created_at": "2022-11-18T00:00:00.000Z",
        "bot": False,
        "locked": False,
    }


def hash_of(one: Neighbour) -> int:
    """A number for an account that is the same on every machine."""
    return int.from_bytes(one.handle.encode()[-7:], "big")


def _kept(place: Place) -> Json:
    """What mastodon-archive keeps: the account, likes, mentions, both lists."""
    answers = [note for note in place.theirs if note.answers]
    by_date = sorted((deed for deed in place.deeds if _is_mine(deed, "like")), key=lambda deed: deed.moment)
    return {
        "account": _account(None),
        "statuses": [],
        "favourites": [_status(deed.note) for deed in reversed(by_date) if deed.note],
        "bookmarks": [],
        "mentions": [_status(note) for note in sorted(answers, key=lambda note: note.moment, reverse=True)],
        "followers": [_account(one) for one in place.people if one.they_since],
        "following": [_account(one) for one in place.people if one.i_since],
        "mutes": [],
        "blocks": [],
        "notes": [],
    }


def _status(note: Note) -> Json:
    text = _html(note.text)
    mentions: list[Json] = []
    if note.answers:
        text = text.replace("<p>", f"<p>{_mention(None)} ", 1)
        mentions = [{"id": "1", "username": ME, "acct": ME, "url": f"https://{SERVER}/@{ME}"}]
    return {
        "id": note.id,
        "uri": _uri(note),
        "url": _uri(note),
        "created_at": iso(note.moment, milliseconds=True),
        "account": _account(note.author),
        "content": text,
        "visibility": "public",
        "language": "en",
        "in_reply_to_id": note.answers.id if note.answers else None,
        "in_reply_to_account_id": "1" if note.answers else None,
        "mentions": mentions,
        "tags": [],
        "reblog": None,
        "spoiler_text": "",
        "media_attachments": [],
        "card": None,
        "poll": None,
        "application": None,
        "favourites_count": 0,
        "reblogs_count": 0,
        "replies_count": 0,
    }
