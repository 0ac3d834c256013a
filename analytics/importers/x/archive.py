"""Putting an X archive together: which files, whose, as of when, and what is missing."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Importer,
    Note,
    Options,
    Owner,
    Problem,
    Refused,
    Stage,
)
from analytics.importers.x import tweets
from analytics.importers.x.wrapper import Part, load_rows, parse_iso, part_of, read_small

# Data type in the file -> what it is. Newer archives use the plural for tweets.
LISTS = {"follower": "follower", "following": "following", "block": "blocked", "mute": "muted"}
WRAPPERS = {"follower": "follower", "following": "following", "block": "blocking", "mute": "muting"}
TWEETS = ("tweets", "tweet")
DELETED = ("deleted_tweets", "deleted_tweet")
USED = (*LISTS, *TWEETS, *DELETED, "community_tweet", "note_tweet", "like", "account", "profile", "manifest")

_LIST_MEMBERS = """
INSERT INTO follows BY NAME
SELECT DISTINCT 'x' AS platform, $owner AS owner, $direction AS direction, $as_of AS as_of_utc,
       item.accountId AS account
FROM list_rows WHERE regexp_full_match(item.accountId, '\\d+')
"""
_BAD_MEMBERS = """
SELECT file, row_number, 'accountId is ' || coalesce('"' || left(item.accountId, 40) || '"', 'missing')
       || ', expected digits'
FROM list_rows WHERE NOT coalesce(regexp_full_match(item.accountId, '\\d+'), false) ORDER BY ALL
"""
# Neither the author nor the time of a liked post is in the archive.
_LIKES = """
INSERT INTO interactions BY NAME
SELECT DISTINCT 'x' AS platform, $owner AS actor, 'like' AS kind, item.tweetId AS post_id
FROM like_rows WHERE item.tweetId IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    """What every part needs to know of the whole."""

    owner: str
    exported_at: datetime
    complete: bool
    counts: dict[str, int]
    """File name -> rows by the manifest, for the files that it lists."""


def recognise(files: Files) -> tuple[str, ...]:
    """The .js files that begin with the assignment of an X archive and hold something that is read."""
    parts = (part_of(files, name) for name in files.names() if name.lower().endswith(".js"))
    return tuple(part.name for part in parts if part and part.type in USED)


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from one archive; see the interface."""
    parts = [part for part in (part_of(files, name) for name in members) if part]
    by_type: dict[str, list[Part]] = {}
    for part in sorted(parts, key=lambda part: (part.type, part.number, part.name)):
        by_type.setdefault(part.type, []).append(part)
    manifest = read_small(stage, files, by_type["manifest"][0]) if "manifest" in by_type else {}
    account = _first_row(stage, files, by_type.get("account", []), "account")
    profile = _first_row(stage, files, by_type.get("profile", []), "profile")
    archive = yield from _about(files, parts, manifest, account, options)
    _add_own_account(stage, archive, manifest, account, profile)
    yield from _choose_tweets(by_type, archive)
    for data_type, direction in LISTS.items():
        if data_type in by_type:
            yield from _list(stage, files, by_type[data_type], data_type, direction, archive)
    yield from _tweets(stage, files, by_type, archive)
    if "like" in by_type:
        shape = {"tweetId": "VARCHAR"}
        yield from load_rows(stage, files, by_type["like"], "like_rows", shape=shape, wrapper="like")
        yield from _check_counts(stage, "like_rows", by_type["like"], archive)
        stage.run(_LIKES, {"owner": archive.owner})
    yield from _missing(by_type, archive)


def _first_row(stage: Stage, files: Files, parts: list[Part], key: str) -> dict[str, Any]:
    rows = read_small(stage, files, parts[0]) if parts else []
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return _object(row, key) if key in row else row


def _object(value: Any, key: str) -> dict[str, Any]:
    """An object inside an object; empty where either is something else."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(value: Any) -> str | None:
    """A text or a number as text that can be stored; none where it is something else."""
    return str(value).encode(errors="replace").decode() if isinstance(value, (str, int)) else None


def _about(
    files: Files, parts: list[Part], manifest: Any, account: dict[str, Any], options: Options
) -> Generator[Finding, None, _Archive]:
    """Whose archive it is and when it was made; yields that and returns it."""
    user = _object(manifest, "userInfo")
    info = _object(manifest, "archiveInfo")
    handle = _text(user.get("userName")) or _text(account.get("username"))
    said = options.me.get("x")
    owner = _text(user.get("accountId")) or _text(account.get("accountId")) or options.account_on("x")
    if not owner:
        raise Refused(
            f"{files.path} does not say whose archive it is (manifest.js and account.js are missing); "
            "name the account with --me x:HANDLE."
        )
    if said and said.lower() not in (owner.lower(), str(handle).lower()):
        yield Note(text=f"The archive is @{handle}'s ({owner}); --me x:{said} was not used.")
    exported_at = parse_iso(info.get("generationDate")) or options.as_of_utc
    if not exported_at:
        exported_at = max(files.modified_utc(part.name) for part in parts)
        yield Note(
            text=f"The archive does not say when it was made; taken as {exported_at:%Y-%m-%d}, the date of "
            "its newest file. Give --as-of DATE if that is wrong."
        )
    complete = not info.get("isPartialArchive", False)
    if not complete:
        yield Note(
            text="X says that this is a part of an archive: its lists are not used to tell who is missing."
        )
    yield Owner(platform="x", account=owner, handle=handle)
    yield ExportedAt(moment_utc=exported_at)
    types = _object(manifest, "dataTypes")
    files_of = [_object(types, kind).get("files") for kind in types]
    listed = [entry for found in files_of if isinstance(found, list) for entry in found]
    counts = {
        str(entry.get("fileName", "")).rsplit("/", 1)[-1]: int(entry["count"])
        for entry in listed
        if isinstance(entry, dict) and str(entry.get("count", "")).isdecimal()
    }
    return _Archive(owner=owner, exported_at=exported_at, complete=complete, counts=counts)


def _add_own_account(
    stage: Stage, archive: _Archive, manifest: Any, account: dict[str, Any], profile: dict[str, Any]
) -> None:
    """The owner's own profile. Address, phone and mail are never read."""
    user = _object(manifest, "userInfo")
    description = _object(profile, "description")
    row = {
        "platform": "x",
        "account": archive.owner,
        "observed_utc": archive.exported_at,
        "handle": _text(user.get("userName")) or _text(account.get("username")),
        "display_name": _text(user.get("displayName")) or _text(account.get("accountDisplayName")),
        "created_utc": parse_iso(account.get("createdAt")),
        "bio": _text(description.get("bio")),
        "website": _text(description.get("website")),
    }
    stage.add("accounts", [row])


def _choose_tweets(by_type: dict[str, list[Part]], archive: _Archive) -> Iterator[Finding]:
    """A new archive unpacked over an old one leaves a stale tweet.js: the manifest decides, else the plural."""
    for plural, singular in (TWEETS, DELETED):
        if plural in by_type and singular in by_type:
            stale = singular
            if any(part.name in archive.counts for part in by_type[singular]) and not any(
                part.name in archive.counts for part in by_type[plural]
            ):
                stale = plural
            names = ", ".join(part.name for part in by_type.pop(stale))
            yield Note(text=f"{names} was left out: it seems to come from an older archive unpacked here.")


def _list(
    stage: Stage, files: Files, parts: list[Part], data_type: str, direction: str, archive: _Archive
) -> Iterator[Finding]:
    shape = {"accountId": "VARCHAR"}
    yield from load_rows(stage, files, parts, "list_rows", shape=shape, wrapper=WRAPPERS[data_type])
    yield from _check_counts(stage, "list_rows", parts, archive)
    key = {"owner": archive.owner, "direction": direction, "as_of": archive.exported_at}
    for file, number, what in stage.run(_BAD_MEMBERS):
        yield Problem(place=f"{file}, row {number}", what=what)
    stage.run(_LIST_MEMBERS, key)
    header = {"platform": "x", "owner": archive.owner, "direction": direction}
    stage.add("follow_lists", [header | {"as_of_utc": archive.exported_at, "complete": archive.complete}])


def _tweets(
    stage: Stage, files: Files, by_type: dict[str, list[Part]], archive: _Archive
) -> Iterator[Finding]:
    kinds = [kind for kind in (*TWEETS, *DELETED, "community_tweet") if kind in by_type]
    has_notes = "note_tweet" in by_type
    if has_notes and kinds:
        yield from load_rows(
            stage, files, by_type["note_tweet"], "note_rows", shape=tweets.NOTE, wrapper="noteTweet"
        )
    for kind in kinds:
        yield from load_rows(stage, files, by_type[kind], "tweet_rows", shape=tweets.TWEET, wrapper="tweet")
        yield from _check_counts(stage, "tweet_rows", by_type[kind], archive)
        yield from tweets.problems_of(stage, "tweet_rows")
        stage.run("DROP TABLE tweet_rows")
        superseded = tweets.drop_superseded(stage)
        if superseded:
            yield Note(text=f"{superseded} earlier versions of edited posts in {kind} were left out.")
        if has_notes:
            tweets.join_notes(stage, "note_rows")
        tweets.add_posts(stage, owner=archive.owner, exported_at=archive.exported_at, deleted=kind in DELETED)


def _check_counts(stage: Stage, table: str, parts: list[Part], archive: _Archive) -> Iterator[Finding]:
    """The manifest counts every file's rows: a free check for files that were cut or edited."""
    found = dict(stage.run(f"SELECT file, count(*) FROM {table} GROUP BY file"))
    for part in parts:
        expected = archive.counts.get(part.name)
        if expected is not None and expected != found.get(part.name, 0):
            yield Note(
                text=f"{part.name} holds {found.get(part.name, 0):,} rows, the archive's manifest says "
                f"{expected:,}: the file may have been cut or edited."
            )


def _missing(by_type: dict[str, list[Part]], archive: _Archive) -> Iterator[Finding]:
    present = {part.name for parts in by_type.values() for part in parts}
    wanted = {"follower": "who follows you", "following": "whom you follow", "tweets": "your posts"}
    for kind, what in wanted.items():
        if kind not in by_type and not (kind == "tweets" and "tweet" in by_type):
            yield Note(text=f"There is no {kind}.js in this archive, so it does not tell {what}.")
    for name, count in sorted(archive.counts.items()):
        stem = name.removesuffix(".js").split("-part")[0].replace("-", "_")
        if name not in present and count and stem in USED and stem in by_type:
            yield Note(text=f"{name} is missing ({count:,} rows by the archive's manifest).")


IMPORTER = Importer(name="x-archive", title="X archive", version="1", recognise=recognise, read=read)
