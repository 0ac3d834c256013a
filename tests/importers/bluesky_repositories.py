"""Repositories of invented people: small records, and the files of the golden cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.importers.car import repository, tid

ME, ANA, BO = "did:plc:owner", "did:plc:ana", "did:web:bo.example"
POST, LIKE, REPOST = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.repost"
FOLLOW, BLOCK = "app.bsky.graph.follow", "app.bsky.graph.block"
EPOCH = datetime(1970, 1, 1)


def key(moment: str) -> str:
    """The TID of a moment."""
    return tid((datetime.fromisoformat(moment) - EPOCH) // timedelta(microseconds=1))


REV = key("2026-11-01T12:00:00")
WHEN = "2026-10-01T08:00:00.000Z"
K = key("2026-10-01T08:00:00.250")


def post(text: Any = "hello", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": WHEN, "langs": ["en"]} | more


def uri(account: str, rkey: str = "3kaaaaaaaaaa2", collection: str = POST) -> dict[str, str]:
    return {"uri": f"at://{account}/{collection}/{rkey}", "cid": "bafyinvented"}


def subject(value: Any, when: Any = WHEN) -> dict[str, Any]:
    return {"subject": value, "createdAt": when}


def facet(text: str, part: str, **feature: str) -> dict[str, Any]:
    start = text.encode().index(part.encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(part.encode())}, "features": [feature]}


LONG = "Größe zählt 🦉 @ana.example sieht a.example/x… #Vögel"
FACETS = [
    facet(LONG, "@ana.example", **{"$type": "app.bsky.richtext.facet#mention", "did": ANA}),
    facet(
        LONG, "a.example/x…", **{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/x?y=1"}
    ),
    facet(LONG, "#Vögel", **{"$type": "app.bsky.richtext.facet#tag", "tag": "Vögel"}),
]
FULL = {
    f"{POST}/{key('2026-09-01T10:00:00')}": post(LONG, facets=FACETS, tags=["marsh"]),
    f"{POST}/{key('2026-09-02T10:00:00')}": post("yes", reply={"root": uri(BO), "parent": uri(ANA)}),
    f"{POST}/{key('2026-09-03T10:00:00')}": post(
        "look", embed={"$type": "app.bsky.embed.record", "record": uri(ANA)}
    ),
    f"{POST}/{key('2026-09-04T10:00:00')}": post(
        "card",
        embed={
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"record": uri(BO)},
            "media": {"external": {"uri": "https://news.example/1", "title": "News"}},
        },
    ),
    f"{POST}/{key('2026-09-05T10:00:00')}": post(
        "a feed",
        embed={"$type": "app.bsky.embed.record", "record": uri(BO, "birds", "app.bsky.feed.generator")},
    ),
    f"{REPOST}/{key('2026-09-06T10:00:00')}": subject(uri(BO)),
    f"{LIKE}/{key('2026-09-07T10:00:00')}": subject(uri(ANA)),
    f"{LIKE}/{key('2026-09-07T11:00:00')}": subject(uri(ANA, "birds", "app.bsky.feed.generator")),
    f"{FOLLOW}/{key('2026-09-08T10:00:00')}": subject(ANA, "2026-09-08T12:00:00+02:00"),
    f"{FOLLOW}/{key('2026-09-08T11:00:00')}": subject(BO, "2026-09-08T11:00:00.123456Z"),
    f"{BLOCK}/{key('2026-09-09T10:00:00')}": subject("did:plc:cad"),
    "app.bsky.actor.profile/self": {"displayName": "Ottilie", "description": "marsh birds", "avatar": {}},
    f"app.bsky.feed.threadgate/{K}": {"post": "at://x"},
    f"app.skyreader.social.follow/{K}": subject(BO),
    f"so.sprk.graph.follow/{K}": subject(BO),
}
OLD_ENTITIES = [
    {"index": {"start": 0, "end": 4}, "type": "link", "value": "https://a.example"},
    {"index": {"start": 5, "end": 9}, "type": "mention", "value": ANA},
]
CASES: dict[str, bytes] = {
    "2026": repository(ME, REV, FULL),
    "2023-version-2": repository(
        ME, None, {f"{POST}/{K}": post("see it", entities=OLD_ENTITIES), f"{FOLLOW}/{K}": subject(ANA)}
    ),
    "empty": repository(ME, REV, {}),
    "records-missing": repository(
        ME, REV, FULL, without=[next(iter(FULL)), f"{FOLLOW}/{key('2026-09-08T10:00:00')}"]
    ),
    "malformed-records": repository(
        ME,
        REV,
        {
            f"{POST}/{K}": post(12, createdAt=[], langs="en", facets={"a": 1}, embed=[], reply=[]),
            f"{POST}/self": post("no time", createdAt="yesterday"),
            f"{LIKE}/{K}": subject("at://nowhere"),
            f"{REPOST}/{K}": subject(None),
            f"{FOLLOW}/{K}": subject({"did": ANA}),
            f"{BLOCK}/{K}": [1, 2],
            "app.bsky.actor.profile/self": {"displayName": 5, "description": []},
        },
    ),
    "cut": repository(ME, REV, FULL)[:-40],
    "commit-of-the-wrong-type": repository(ME, REV, {}, commit={"did": 7, "data": "top"}),
}
