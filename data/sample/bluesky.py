"""bluesky/: the repository (own posts, likes, follows), and two saved answers of the server: who follows, and
what came in. The answers lie in a zip, so that they have a date of their own.
"""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from car import ALPHABET, Cid, Repository, tid
from dice import Dice, iso
from neighbours import SAVED, Neighbour, Note, Place, play
from sessions import Session
from words import URL

ME = "did:plc:" + Dice("bluesky me").letters(24, ALPHABET)
HANDLE = "ottilie.larkspindle-bindery.example"
HOSTS = ["sky.example", "paper.example", "old-maps.example"]
PAGE = 30
Json = dict[str, Any]


def write_bluesky(folder: Path, sessions: list[Session]) -> None:
    """ottilie.car and pages.zip."""
    place = play("bluesky", sessions, HOSTS)
    dice = Dice("bluesky ids")
    dids = {one.handle: "did:plc:" + dice.letters(24, ALPHABET) for one in place.people}
    for number, note in enumerate([*place.mine, *place.theirs]):
        note.id = tid(note.moment, number % 1024)
    folder.mkdir(parents=True)
    (folder / "ottilie.car").write_bytes(Repository().car(ME, _records(place, dids), SAVED))
    pages = {
        "getFollowers.json": _followers(place, dids),
        "listNotifications.json": _notifications(place, dids),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in pages.items():
            entry = zipfile.ZipInfo(name, date_time=(2026, 11, 19, 8, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, json.dumps(content, ensure_ascii=False, indent=1), compresslevel=9)
    (folder / "pages.zip").write_bytes(packed.getvalue())


def _uri(note: Note, dids: dict[str, str]) -> str:
    return f"at://{dids[note.author.handle] if note.author else ME}/app.bsky.feed.post/{note.id}"


def _subject(note: Note, dids: dict[str, str]) -> Json:
    # The address of somebody else's record; what stands there is not in this repository.
    return {"uri": _uri(note, dids), "cid": str(Cid(note.text.encode().ljust(32, b".")[:32]))}


def _records(place: Place, dids: dict[str, str]) -> Json:
    records: Json = {
        "app.bsky.actor.profile/self": {
            "$type": "app.bsky.actor.profile",
            "displayName": "Ottilie Larkspindle",
            "description": "Bookbinder in Vienna. Paper, paste, old maps.",
            "createdAt": "2023-04-22T08:11:00.000Z",
        },
    }
    for note in place.mine:
        records[f"app.bsky.feed.post/{note.id}"] = _post(note, dids)
    number = 0
    for deed in place.deeds:
        if deed.actor is None and deed.note:
            number += 1
            kind = f"app.bsky.feed.{deed.kind}"
            records[f"{kind}/{tid(deed.moment, number % 1024)}"] = {
                "$type": kind,
                "subject": _subject(deed.note, dids),
                "createdAt": iso(deed.moment, milliseconds=True),
            }
    for number, one in enumerate(place.people):
        if one.i_since:
            records[f"app.bsky.graph.follow/{tid(one.i_since, number)}"] = {
                "$type": "app.bsky.graph.follow",
                "subject": dids[one.handle],
                "createdAt": iso(one.i_since, milliseconds=True),
            }
    blocked = "did:plc:" + Dice("bluesky blocked").letters(24, ALPHABET)
    records[f"app.bsky.graph.block/{tid(SAVED - timedelta(days=90))}"] = {
        "$type": "app.bsky.graph.block",
        "subject": blocked,
        "createdAt": iso(SAVED - timedelta(days=90), milliseconds=True),
    }
    return records


def _post(note: Note, dids: dict[str, str]) -> Json:
    record: Json = {
        "$type": "app.bsky.feed.post",
        "text": note.text,
        "langs": ["en"],
        "createdAt": iso(note.moment, milliseconds=True),
    }
    facets = [
        _facet(note.text, found, {"$type": "app.bsky.richtext.facet#link", "uri": found[0]})
        for found in URL.finditer(note.text)
    ] + [
        _facet(note.text, found, {"$type": "app.bsky.richtext.facet#tag", "tag": found[1]})
        for found in re.finditer(r"#(\w+)", note.text)
    ]
    if facets:
        record["facets"] = facets
    if note.answers:
        root = note.answers
        while root.answers:
            root = root.answers
        record["reply"] = {"root": _subject(root, dids), "parent": _subject(note.answers, dids)}
    return record


def _facet(text: str, found: re.Match[str], feature: Json) -> Json:
    """Where a link or tag stands, counted in bytes."""
    start, end = (len(text[:place].encode()) for place in found.span())
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _profile(one: Neighbour, dids: dict[str, str]) -> Json:
    return {
        "did": dids[one.handle],
        "handle": f"{one.handle.replace('_', '-')}.{one.id}",
        "displayName": one.name,
        "description": one.bio,
        "createdAt": "2023-05-02T10:00:00.000Z",
        "indexedAt": "2026-10-01T09:00:00.000Z",
        "viewer": {"muted": False, "blockedBy": False},
        "labels": [],
    }


def _followers(place: Place, dids: dict[str, str]) -> list[Json]:
    me = {"did": ME, "handle": HANDLE, "displayName": "Ottilie Larkspindle"}
    people = [_profile(one, dids) for one in place.people if one.they_since]
    starts = range(0, len(people), PAGE)
    return [
        {"subject": me, "followers": people[at : at + PAGE]}
        | ({"cursor": f"after-{at + PAGE}"} if at + PAGE < len(people) else {})
        for at in starts
    ]


def _notifications(place: Place, dids: dict[str, str]) -> Json:
    rows: list[tuple[Any, Json]] = []
    for number, deed in enumerate(place.deeds):
        if deed.actor is None:
            continue
        did = dids[deed.actor.handle]
        kind = {
            "like": "app.bsky.feed.like",
            "repost": "app.bsky.feed.repost",
            "follow": "app.bsky.graph.follow",
        }[deed.kind]
        row: Json = {
            "uri": f"at://{did}/{kind}/{tid(deed.moment, number % 1024)}",
            "cid": str(Cid(b"n" * 32)),
            "author": _profile(deed.actor, dids),
            "reason": deed.kind,
            "record": {
                "$type": kind,
                "createdAt": iso(deed.moment, milliseconds=True),
                "subject": _subject(deed.note, dids) if deed.note else ME,
            },
            "isRead": True,
            "indexedAt": iso(deed.moment, milliseconds=True),
            "labels": [],
        }
        if deed.note:
            row["reasonSubject"] = _uri(deed.note, dids)
        rows.append((deed.moment, row))
    rows += [
        (note.moment, _answered(note, note.author, dids))
        for note in place.theirs
        if note.answers and note.author
    ]
    return {"notifications": [row for _, row in sorted(rows, key=lambda one: str(one[0]), reverse=True)]}


def _answered(note: Note, author: Neighbour, dids: dict[str, str]) -> Json:
    return {
        "uri": _uri(note, dids),
        "cid": str(Cid(b"r" * 32)),
        "author": _profile(author, dids),
        "reason": "reply",
        "reasonSubject": _uri(note.answers, dids) if note.answers else None,
        "record": _post(note, dids),
        "isRead": True,
        "indexedAt": iso(note.moment, milliseconds=True),
        "labels": [],
    }
