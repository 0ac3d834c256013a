"""Makes a large X archive of an invented account, with links, mentions, tags, edits, notes and reposts."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

OWNER = "900000001"
EXPORTED = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = [
    "river",
    "lantern",
    "paper",
    "map",
    "harbour",
    "copper",
    "folding",
    "quiet",
    "morning",
    "tram",
    "atlas",
    "thread",
    "cellar",
    "violin",
]


def snowflake(moment: datetime) -> int:
    """The id X would give at that moment."""
    return (int(moment.timestamp() * 1000) - 1288834974657) << 22


def tweets(count: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Rows of tweets.js, about 1.2 kB each as X writes them."""
    moment = EXPORTED - timedelta(days=3650)
    for number in range(count):
        moment += timedelta(seconds=1500)
        text = " ".join(dice.choices(WORDS, k=22))
        tweet: dict[str, Any] = {
            "edit_info": {
                "initial": {
                    "editTweetIds": [str(snowflake(moment))],
                    "editableUntil": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "editsRemaining": "5",
                    "isEditEligible": True,
                }
            },
            "retweeted": False,
            "source": '<a href="https://mobile.example" rel="nofollow">Invented for Android</a>',
            "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            "display_text_range": ["0", str(len(text))],
            "favorite_count": str(dice.randrange(30)),
            "id_str": str(snowflake(moment)),
            "truncated": False,
            "retweet_count": str(dice.randrange(5)),
            "id": str(snowflake(moment)),
            "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "favorited": False,
            "full_text": text,
            "lang": "en",
        }
        _dress(tweet, number, dice)
        yield {"tweet": tweet}


def _dress(tweet: dict[str, Any], number: int, dice: random.Random) -> None:
    entities = tweet["entities"]
    if number % 3 == 0:
        url = f"https://t.co/{number:010d}"
        tweet["full_text"] += f" {url}"
        entities["urls"].append(
            {
                "url": url,
                "expanded_url": f"https://press.example/{number}",
                "display_url": f"press.example/{number}",
                "indices": ["100", "123"],
            }
        )
    if number % 4 == 0:
        person = str(dice.randrange(5000))
        mention = {"name": f"Person {person}", "screen_name": f"person{person}", "indices": ["0", "9"]}
        entities["user_mentions"].append(mention | {"id_str": f"8{person:0>8}", "id": f"8{person:0>8}"})
        tweet["full_text"] = f"@person{person} {tweet['full_text']}"
        if number % 8 == 0:
            tweet["in_reply_to_user_id"] = tweet["in_reply_to_user_id_str"] = f"8{person:0>8}"
            tweet["in_reply_to_screen_name"] = f"person{person}"
            tweet["in_reply_to_status_id"] = tweet["in_reply_to_status_id_str"] = str(int(tweet["id"]) - 999)
        else:
            tweet["full_text"] = f"RT @person{person}: {tweet['full_text']}"
    if number % 5 == 0:
        entities["hashtags"].append({"text": dice.choice(WORDS), "indices": ["0", "5"]})


def make_archive(path: Path, count: int, seed: int = 7) -> Path:
    """Write an archive of `count` posts as a zip; the path."""
    dice = random.Random(seed)
    manifest = {
        "userInfo": {"accountId": OWNER, "userName": "invented", "displayName": "Invented Person"},
        "archiveInfo": {
            "generationDate": EXPORTED.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "isPartialArchive": False,
        },
        "dataTypes": {
            "tweets": {
                "files": [
                    {"fileName": "data/tweets.js", "globalName": "YTD.tweets.part0", "count": str(count)}
                ]
            }
        },
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("data/manifest.js", f"window.__THAR_CONFIG = {json.dumps(manifest, indent=2)}")
        with archive.open("data/tweets.js", "w", force_zip64=True) as member:
            member.write(b"window.YTD.tweets.part0 = [")
            for number, row in enumerate(tweets(count, dice)):
                member.write(b",\n" if number else b"\n")
                member.write(json.dumps(row, indent=2).encode())
            member.write(b"\n]")
    return path
