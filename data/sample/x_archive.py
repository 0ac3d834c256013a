"""The two X archives: every file of the shape of 2022 to 2026, listed and counted in manifest.js."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from dice import Dice, iso
from my_year import Year
from others import OtherPost, say, speaker
from people import FIRST_ARCHIVE, GROUPS, ME, SECOND_ARCHIVE, Person
from words import cut
from x_tweets import CREATED, Row, deleted_posts, edit_some, note_of, rows_of, short

EMPTY = [
    "account-label", "account-suspension", "app", "article", "community-note", "community-note-rating",
    "community-tweet", "deleted-note-tweet", "lists-subscribed", "moment", "professional-data",
    "protected-history", "reply-prompt", "saved-search", "screen-name-change", "spaces-metadata", "tweetdeck",
    "user-link-clicks",
]  # fmt: skip
README = "This archive was made by data/sample/make_sample.py. Everybody in it is invented.\n"


def shown(value: Any, indent: int = 0) -> str:
    """JSON as X writes it: `"key" : value`, two spaces deep, `[ ]` for nothing."""
    inner, outer = "\n" + "  " * (indent + 1), "\n" + "  " * indent
    if isinstance(value, dict) and value:
        pairs = (f"{json.dumps(key)} : {shown(item, indent + 1)}" for key, item in value.items())
        return "{" + inner + ("," + inner).join(pairs) + outer + "}"
    if isinstance(value, list) and value:
        return "[" + inner + ("," + inner).join(shown(item, indent + 1) for item in value) + outer + "]"
    if isinstance(value, dict | list):
        return "{ }" if isinstance(value, dict) else "[ ]"
    return json.dumps(value, ensure_ascii=False)


def camel(name: str) -> str:
    """note-tweet -> noteTweet, as the manifest has it."""
    return re.sub(r"-(\w)", lambda letter: letter[1].upper(), name)


def write_archives(folder: Path, people: list[Person], theirs: list[OtherPost], year: Year) -> None:
    """x-archive-2026-05-10.zip and x-archive-2026-11-19.zip."""
    edit_some(year.posts)
    handles = {person.handle.lower(): person for person in [*people, ME]}
    for number, moment in enumerate((FIRST_ARCHIVE, SECOND_ARCHIVE)):
        parts = _parts(number, moment, people, theirs, year, handles)
        (folder / f"x-archive-{moment:%Y-%m-%d}.zip").write_bytes(_zip(moment, parts))


def _parts(
    number: int, moment: datetime, people: list[Person], theirs: list[OtherPost], year: Year,
    handles: dict[str, Person],
) -> dict[str, list[list[Row]]]:  # fmt: skip
    """File name without ending -> the rows of each of its parts."""
    dice = Dice(f"archive/{number}")
    posts = [post for post in year.posts if post.moment < moment]
    tweets = dice.shuffled([row for post in posts for row in rows_of(post, moment, handles)])
    gone = [row for post in deleted_posts(year.posts, moment) for row in rows_of(post, moment, handles)]
    headers = [
        {"tweet_id": row["id_str"], "user_id": ME.account, "created_at": row["created_at"]} for row in tweets
    ]
    half = len(tweets) if number == 0 else 500
    wrapped = [{"tweet": row} for row in tweets]
    one: dict[str, list[Row]] = {
        "account": [{"account": {
            "email": "ottilie@larkspindle-bindery.example", "createdVia": "web", "username": ME.handle,
            "accountId": ME.account, "createdAt": iso(ME.created, milliseconds=True),
            "accountDisplayName": ME.name,
        }}],
        "account-timezone": [{"accountTimezone": {"accountId": ME.account, "timeZone": "Vienna"}}],
        "profile": [{"profile": {
            "description": {"bio": ME.bio, "website": short(ME.website), "location": "Vienna"},
            "avatarMediaUrl": "https://pictures.example/ottilie/avatar.jpg",
            "headerMediaUrl": "https://pictures.example/ottilie/header",
        }}],
        "verified": [{"verified": {"accountId": ME.account, "verified": False}}],
        "follower": _list(dice, people, "follower", 2 + 2 * number),
        "following": _list(dice, people, "following", 1 + 2 * number),
        "block": [_listed("blocking", Dice(f"block/{n}").snowflake(datetime(2023, 5, 3 + n))) for n in range(5)],
        "mute": [_listed("muting", person.account) for person in people if person.kind == "deals"],
        "like": likes(moment, people, theirs, year),
        "note-tweet": [{"noteTweet": note_of(post)} for post in posts if post.long_text],
        "deleted-tweets": [{"tweet": row} for row in gone],
        "deleted-tweet-headers": [{"tweet": {
            "tweet_id": row["id_str"], "user_id": ME.account, "created_at": row["created_at"],
            "deleted_at": row["deleted_at"],
        }} for row in gone],
        "tweet-headers": [{"tweet": header} for header in headers],
        "lists-created": [],
        "lists-member": [{"userListInfo": {"url": "https://twitter.com/the_binders_guild_list/lists/binders"}}],
    }  # fmt: skip
    parts = {name: [rows] for name, rows in (one | {name: [] for name in EMPTY}).items()}
    parts["tweets"] = [part for part in (wrapped[:half], wrapped[half:]) if part]
    return dict(sorted(parts.items()))


def _list(dice: Dice, people: list[Person], key: str, column: int) -> list[Row]:
    members = [person.account for person in people if GROUPS[person.group][column]]
    return [_listed(key, account) for account in dice.shuffled(members)]


def _listed(key: str, account: str) -> Row:
    return {key: {"accountId": account, "userLink": f"https://twitter.com/intent/user?user_id={account}"}}


def likes(moment: datetime, people: list[Person], theirs: list[OtherPost], year: Year) -> list[Row]:
    """What I liked, newest first: many answers to me, posts of the people I watch, and others."""
    dice = Dice("likes")
    liked: dict[str, str] = {}
    writers = [person for person in people if person.named and not person.kind]
    voices = {person.account: speaker(dice.part(person.handle), person) for person in writers}
    for answer in sorted(year.answers, key=lambda answer: (answer.moment, answer.id)):
        if dice.chance(0.7):
            liked[answer.id] = f"@{ME.handle} {voices[answer.person.account].draw('reply')}"
    for post in theirs:
        near = {"friend": 0.3, "lost contact": 0.1, "regular": 0.12}.get(post.author.role, 0.0)
        if post.kind == "post" and dice.chance(near):
            liked[post.id] = post.text
    for _ in range(560):
        person, at = dice.pick(writers), dice.moment(datetime(2025, 11, 24, 5), datetime(2026, 9, 20))
        liked[dice.snowflake(at)] = say(voices[person.account], dice, person)
    last = dice.snowflake(moment - timedelta(minutes=40))
    rows = []
    for post_id in sorted(liked, key=int, reverse=True):
        if int(post_id) > int(last):
            continue
        row = {"tweetId": post_id, "fullText": cut(liked[post_id], 280)}
        if Dice(f"like/{post_id}").chance(0.006):
            del row["fullText"]  # X leaves it out for a few
        rows.append({"like": row | {"expandedUrl": f"https://twitter.com/i/web/status/{post_id}"}})
    return rows


def _zip(moment: datetime, parts: dict[str, list[list[Row]]]) -> bytes:
    """The zip: data/*.js, the manifest that counts them, and the two files beside."""
    files: dict[str, str] = {}
    listed: dict[str, Row] = {}
    for name, rows_by_part in parts.items():
        entries = []
        for number, rows in enumerate(rows_by_part):
            variable = f"YTD.{name.replace('-', '_')}.part{number}"
            path = f"data/{name}{f'-part{number}' if number else ''}.js"
            files[path] = f"window.{variable} = {shown(rows)}"
            entries.append({"fileName": path, "globalName": variable, "count": str(len(rows))})
        listed[camel(name)] = {"files": entries}
    manifest = {
        "userInfo": {"accountId": ME.account, "userName": ME.handle, "displayName": ME.name},
        "archiveInfo": {
            "sizeBytes": str(sum(len(text.encode()) for text in files.values())),
            "generationDate": iso(moment, milliseconds=True),
            "isPartialArchive": False,
            "maxPartSizeBytes": "53687091200",
        },
        "readmeInfo": {"fileName": "data/README.txt", "directory": "data/", "name": "README.txt"},
        "dataTypes": listed,
    }
    files["data/manifest.js"] = f"window.__THAR_CONFIG = {shown(manifest)}"
    files["data/README.txt"] = README
    files["Your archive.html"] = f"<!doctype html>\n<title>Your archive</title>\n<p>{README.strip()}</p>\n"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, date_time=moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path].encode("utf-8"), compresslevel=9)
    return packed.getvalue()


__all__ = ["CREATED", "write_archives"]
