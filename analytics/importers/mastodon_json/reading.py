"""Recognising saved JSON of Mastodon's API, and reading pages of notifications, posts and accounts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from analytics.importers._mastodon import PLATFORM, address
from analytics.importers._rows import PlatformRows, at, count_of
from analytics.importers._said import as_of
from analytics.importers._stream import JsonStream
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Owner,
    Question,
    Refused,
    Stage,
)
from analytics.importers.mastodon_json import kept
from analytics.importers.mastodon_json.entities import Entities, account_of, kind_of
from analytics.importers.mastodon_json.saved import SavedFile

SUFFIXES = (".json", ".jsonl", ".ndjson", ".txt")
FULL_PAGES = (40, 80)
"""Accounts on a full page: what the API gives unasked, and at most. After one, more may follow."""

_PAGES = re.compile(r"^\s*\[\s*\[")
_WORDS = {"follower": "follower", "following": "following", "mute": "muted", "block": "blocked"}
_STATISTICS = frozenset({"followers_count", "following_count", "statuses_count", "blocks_count"})


def recognise(files: Files) -> tuple[str, ...]:
    """JSON that begins with an entity of the API, or with what mastodon-archive keeps."""
    found = (name for name in files.names() if PurePosixPath(name).suffix.lower() in SUFFIXES)
    return tuple(name for name in found if what_is(files.head(name)))


def what_is(head: bytes) -> str | None:
    """What a file is by its first bytes: account, status, notification, kept, statistics; else none."""
    text = head.decode("utf-8-sig", errors="replace")
    stream = JsonStream(io.StringIO(_PAGES.sub("[", text)))
    start = stream.peek()
    try:
        if start == "[":
            return next((kind_of(entity) for entity in stream.elements()), None)
    except ValueError:  # Broken, or a number of thousands of digits
        return None
    return _kind_of_object(stream) if start == "{" else None


def _kind_of_object(stream: JsonStream) -> str | None:
    found: dict[str, Any] = {}
    try:
        for key in stream.members():
            found[key] = None
            found[key] = stream.value()
    except ValueError:  # the first bytes end here
        pass
    if kind := kind_of(found):
        return kind
    if found.keys() & kept.PARTS and "id" not in found and isinstance(at(found, "account", "acct"), str):
        return "kept"
    return "statistics" if found.keys() >= _STATISTICS else None


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Hand over what each file holds."""
    for name in members:
        what = what_is(files.head(name))
        seen = yield from as_of(files, (name,), options, what=name)
        yield ExportedAt(moment_utc=seen)
        file = SavedFile(
            files=files,
            name=name,
            path=stage.copy(files, name),
            seen_utc=seen,
            rows=PlatformRows(stage, PLATFORM),
        )
        match what:
            case "kept":
                yield from kept.read(file, options)
            case "statistics":
                yield from _statistics(file, options)
            case "account":
                yield from _accounts(file, options)
            case _:
                yield from _pages(file, options)
        yield from file.rows.finish()


def _owner_of_notifications(file: SavedFile) -> str | None:
    """Whose post was liked or boosted: the owner's, the only person that such a file shows to be it."""
    for _, entity in file.entities():
        if at(entity, "type") in ("favourite", "reblog"):
            owner = account_of(at(entity, "status", "account"), None)
            if owner:
                return owner
    return None


def _pages(file: SavedFile, options: Options) -> Iterator[Finding]:
    """Notifications and posts, in whatever order they stand."""
    kinds = {kind_of(entity) for _, entity in file.entities()}
    owner = None
    if "notification" in kinds:
        owner = yield from file.owner(_owner_of_notifications(file), options)
    elif said := address(options.account_on(PLATFORM)):
        owner = said
        yield Owner(platform=PLATFORM, account=owner, handle=owner)
    taken = Entities(file.rows, file.name, owner, file.seen_utc)
    for row, entity in file.entities():
        match kind_of(entity):
            case "notification":
                taken.notification(row, entity)
            case "status":
                taken.status(row, entity)
            case _:
                file.rows.problem(file.name, row, "neither a post nor a notification of Mastodon")
    yield from taken.notes()


def _accounts(file: SavedFile, options: Options) -> Iterator[Finding]:
    """One list of accounts, which the file's name must tell."""
    stem = PurePosixPath(file.name).stem.lower()
    directions = {direction for word, direction in _WORDS.items() if word in stem}
    if len(directions) != 1:
        raise Refused(
            f"{file.files.path}: which list {file.name} is stands only in its name; rename it to followers.json "
            "or following.json (or mutes.json, blocks.json) and import it again."
        )
    (direction,) = directions
    owner = yield from file.owner(None, options)
    taken = Entities(file.rows, file.name, owner, file.seen_utc)
    last = file.last_page()
    _, sound = file.add_list(taken, direction, file.entities(), whole=last not in FULL_PAGES)
    if last in FULL_PAGES:
        yield Note(
            text=f"{file.name} ends with a full page of {last} accounts, so more may follow that were not saved: it "
            "is not used to tell who is missing. Save all pages into one array."
        )
    if not sound:
        yield Note(text=f"Most of {file.name} cannot be read, so it is not used to tell who is missing.")


def _statistics(file: SavedFile, options: Options) -> Iterator[Finding]:
    """GoToSocial's counts of one account."""
    owner = yield from file.owner(None, options)
    for _, counts in file.entities():
        file.rows.add(
            "accounts",
            account=owner,
            handle=owner,
            observed_utc=file.seen_utc,
            followers=count_of(at(counts, "followers_count")),
            following=count_of(at(counts, "following_count")),
            posts=count_of(at(counts, "statuses_count")),
        )


IMPORTER = Importer(
    name="mastodon-json",
    title="Mastodon as JSON (mastodon-archive, or saved from the API)",
    version="2",  # 2: where accounts have moved to
    recognise=recognise,
    read=read,
    each_file=True,
    partial_posts=True,  # the address of an answered post is known to the account's own archive alone
    guide=Guide(
        steps=(
            "Install the program mastodon-archive (pip install mastodon-archive).",
            "Run: mastodon-archive archive --with-mentions --with-followers --with-following YOU@YOUR.SERVER; it asks "
            "once for your permission in the browser.",
            "Import the file <server>.user.<you>.json that it makes.",
            "For likes, boosts and new followers, save the pages of /api/v1/notifications as JSON with any program "
            "for Mastodon's API, and import them as well; lists of accounts must be called followers.json or "
            "following.json.",
        ),
        wait="Minutes; an hour for tens of thousands of posts, since servers answer 300 questions in 5 minutes.",
        cannot="Servers forget old notifications, and you may have cleared them. Lists have no dates. Of boosts and "
        "likes beyond your own server only a part is known to it. Direct posts are never stored.",
        answers={
            Question.FOLLOWERS: "no dates",
            Question.FOLLOWING: "no dates",
            Question.OWN_POSTS: "direct posts left out",
            Question.OTHER_POSTS: "mentions, favourites and bookmarks",
            Question.GIVEN: "likes without a time",
            Question.RECEIVED: "named, with a time",
        },
    ),
)
