"""Whose archive it is, as of when, and what its manifest lists: manifest.js, account.js, profile.js and
screen-name-change.js.

Mail, telephone and address are in other files or keys and are never read.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.importers._said import as_of
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Note,
    Options,
    Owner,
    Refused,
    Stage,
)
from analytics.importers.x.wrapper import Part, parse_iso, read_small

TYPES = ("manifest", "account", "profile", "verified", "screen_name_change")

Parts = Mapping[str, list[Part]]
"""Data type -> its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What every part needs to know of the whole."""

    owner: str
    handles: frozenset[str]
    """The owner's handle and the earlier ones, lower case."""
    exported_at: datetime
    is_partial: bool
    """X itself says that lists may be cut."""
    listed: Mapping[str, int | None]
    """File name -> rows by the manifest, for the files that it lists."""

    def rows_of(self, data_type: str) -> int:
        """Rows that all files of a data type hold together, by the manifest."""
        return sum(rows or 0 for name, rows in self.listed.items() if type_of(name) == data_type)


def type_of(name: str) -> str:
    """The data type of a file as X names it.

    >>> type_of("deleted-tweets-part1.js")
    'deleted_tweets'
    """
    return name.removesuffix(".js").split("-part")[0].replace("-", "_")


def read_about(
    stage: Stage, files: Files, by_type: Parts, options: Options
) -> Generator[Finding, None, About]:
    """Read the small files, stage the owner's own account, and yield what they say; returns it as well.

    Raises Refused where nothing says whose archive it is.
    """
    manifest = read_small(stage, files, by_type["manifest"][0]) if "manifest" in by_type else {}
    account = _first(_rows(stage, files, by_type, "account"))
    user = _object(manifest, "userInfo")
    info = _object(manifest, "archiveInfo")
    handle = _text(user.get("userName")) or _text(account.get("username"))
    owner = _text(user.get("accountId")) or _text(account.get("accountId"))
    said = options.me.get("x") or options.me.get("*")
    if owner and said and said.lower() not in (owner.lower(), (handle or "").lower()):
        yield Note(text=f"The archive is @{handle}'s ({owner}); --me {said} was not used.")
    if not owner:
        owner = options.account_on("x")
        handle = handle or (None if owner and owner.isdecimal() else owner)
    if not owner:
        raise Refused(
            f"{files.path} does not say whose archive it is (manifest.js and account.js are missing); "
            "name the account with --me x:HANDLE."
        )
    exported_at = yield from _moment(files, by_type, info, options)
    is_partial = str(info.get("isPartialArchive", False)).lower() != "false"
    if is_partial:
        yield Note(
            text="X says that this is a part of an archive: its lists are not used to tell who is missing."
        )
    yield Owner(platform="x", account=owner, handle=handle)
    yield ExportedAt(moment_utc=exported_at)
    profile = _object(_first(_rows(stage, files, by_type, "profile")), "description")
    verified = _first(_rows(stage, files, by_type, "verified")).get("verified")
    stage.add(
        "accounts",
        [
            {
                "platform": "x",
                "account": owner,
                "observed_utc": exported_at,
                "handle": handle,
                "display_name": _text(user.get("displayName")) or _text(account.get("accountDisplayName")),
                "created_utc": parse_iso(account.get("createdAt")),
                "bio": _text(profile.get("bio")),
                "website": _text(profile.get("website")) or None,
                "verified": verified if isinstance(verified, bool) else None,
            }
        ],
    )
    changes = (_object(row, "screenNameChange") for row in _rows(stage, files, by_type, "screen_name_change"))
    handles = {handle, *(_text(change.get("changedFrom")) for change in changes)}
    return About(
        owner=owner,
        handles=frozenset(name.lower() for name in handles if name),
        exported_at=exported_at,
        is_partial=is_partial,
        listed=_listed(manifest),
    )


def _moment(
    files: Files, by_type: Parts, info: Mapping[str, Any], options: Options
) -> Generator[Finding, None, datetime]:
    """When the archive was made: its own word, then --as-of, then the date of its newest file."""
    said = parse_iso(info.get("generationDate"))
    names = [part.name for parts in by_type.values() for part in parts]
    return (yield from as_of(files, names, options, what="The archive", said=said))


def _listed(manifest: Any) -> dict[str, int | None]:
    types = _object(manifest, "dataTypes")
    files_of = [_object(types, kind).get("files") for kind in types]
    entries = [entry for found in files_of if isinstance(found, list) for entry in found]
    return {
        str(entry.get("fileName", "")).rsplit("/", 1)[-1]: int(count)
        if count.isdecimal() and len(count) < 19
        else None
        for entry in entries
        if isinstance(entry, dict)
        for count in [str(entry.get("count"))]
    }


def _rows(stage: Stage, files: Files, by_type: Parts, data_type: str) -> list[dict[str, Any]]:
    """The rows of a small file, without the key that newer archives wrap each of them in."""
    rows = read_small(stage, files, by_type[data_type][0]) if data_type in by_type else []
    key = "screenNameChange" if data_type == "screen_name_change" else data_type
    objects = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [_object(row, key) if isinstance(row.get(key), dict) else row for row in objects]


def _first(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return rows[0] if rows else {}


def _object(value: Any, key: str) -> dict[str, Any]:
    """An object inside an object; empty where either is something else."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(value: Any) -> str | None:
    """A text or a number as text that can be stored; none where it is something else."""
    return str(value).encode(errors="replace").decode() if isinstance(value, (str, int)) else None
