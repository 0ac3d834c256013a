"""Recognising an archive and handing over its files, whichever of them there are."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from analytics.importers._mastodon import (
    PLATFORM,
    account_in,
    address,
    content_of,
    home_of,
    host_in,
    owner_of,
)
from analytics.importers._rows import PlatformRows, at, moment_of, text_of
from analytics.importers._said import as_of
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
from analytics.importers.mastodon_archive.activities import About, Outbox, uri_of
from analytics.importers.mastodon_archive.lists import DIRECTIONS, FollowLists, add_likes
from analytics.importers.mastodon_archive.members import items_of, values_of

_COLLECTIONS = ("outbox", "likes", "bookmarks", "followers", "following")
_NAME = re.compile(
    r"(actor|outbox|likes|bookmarks|followers|following)(?: ?\(\d+\)|-\d+)?\.json", re.IGNORECASE
)
# Both spellings: archive-20220728054451-0a1b.tar.gz and archive-ana-20240101T101010-xyz.zip
_STAMP = re.compile(r"archive-(?:.*-)?(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)-")


def recognise(files: Files) -> tuple[str, ...]:
    """The files of an archive, by name and by their first words."""
    return tuple(name for name in files.names() if _part_of(files, name))


def _part_of(files: Files, name: str) -> str | None:
    named = _NAME.fullmatch(PurePosixPath(name).name)
    if not named:
        return None
    part = named[1].lower()
    head = files.head(name)
    if part == "actor":
        known = b'"preferredUsername"' in head and (b"activitystreams" in head or b'"inbox"' in head)
    else:
        known = b'"OrderedCollection"' in head or (b'"orderedItems"' in head and b"activitystreams" in head)
    return part if known else None


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Hand over the owner, the posts, the likes and, where there are any, the lists."""
    parts: dict[str, str] = {}
    # The plain name before a browser's "outbox (1).json".
    for name in sorted(members, key=len):
        part = _part_of(files, name) or ""
        if parts.setdefault(part, name) != name:
            yield Note(text=f"Left out, as if from another archive that was unpacked here: {name}.")
    rows = PlatformRows(stage, PLATFORM)
    about = yield from _about(files, parts, stage, options)
    yield Owner(platform=PLATFORM, account=about.owner, handle=about.owner)
    signed = None
    if "outbox" in parts:
        outbox = Outbox(rows, parts["outbox"], about)
        for row, activity in items_of(stage, files, parts["outbox"]):
            outbox.take(row, activity)
        signed = outbox.signed_utc
        yield from _about_posts(outbox, rows, parts["outbox"])
    else:
        yield Note(text="outbox.json is missing: none of your posts are in this import.")
    exported_at = yield from _moment(files, members, signed, options)
    yield ExportedAt(moment_utc=exported_at)
    if "actor" in parts:
        rows.add("accounts", **_account(about, exported_at))
    if "likes" in parts:
        yield from add_likes(stage, files, parts["likes"], rows, about)
    else:
        yield Note(text="likes.json is missing: whom you liked cannot be told.")
    kept = sum(1 for _ in items_of(stage, files, parts["bookmarks"])) if "bookmarks" in parts else 0
    if kept:
        yield Note(text=f"{parts['bookmarks']}: left out, since nobody else sees bookmarks ({kept:,}).")
    lists = FollowLists(rows, about, exported_at)
    for part, direction in DIRECTIONS.items():
        if part in parts:
            yield from lists.add(stage, files, parts[part], direction)
    yield from rows.finish()


def _about(
    files: Files, parts: dict[str, str], stage: Stage, options: Options
) -> Generator[Finding, None, About]:
    """The owner: by actor.json, then by the first activity, then as the user says."""
    actor: dict[str, Any] = {}
    if "actor" in parts:
        found = next(values_of(stage, files, parts["actor"]), None)
        actor = found if isinstance(found, dict) else {}
    owner = _owner_in(actor)
    said = address(options.me.get(PLATFORM) or options.me.get("*"), home_of(owner))
    if not owner and "outbox" in parts:
        activities = items_of(stage, files, parts["outbox"])
        owner = next((one for _, row in activities if (one := account_in(uri_of(at(row, "actor"))))), None)
    owner = owner_of(owner, said)
    if owner and said and said != owner:
        yield Note(text=f"The archive is {owner}'s; --me {said} was not used.")
    owner = owner or address(options.known.get(PLATFORM))
    if not owner:
        raise Refused(
            f"{files.path} does not say whose archive it is (actor.json is missing); "
            "name the account with --me mastodon:YOU@YOUR.SERVER."
        )
    return About(owner=owner, actor=actor)


def _owner_in(actor: dict[str, Any]) -> str | None:
    # The host for people may differ from the host of web pages; from 4.5 on the actor says its address.
    home = host_in(actor.get("id")) or host_in(actor.get("url"))
    return (
        address(actor.get("webfinger"))
        or (address(actor.get("preferredUsername"), home) if home else None)
        or account_in(actor.get("id"))
    )


def _account(about: About, exported_at: datetime) -> dict[str, Any]:
    actor = about.actor
    fields = actor.get("attachment")
    links = [
        link
        for field in (fields if isinstance(fields, list) else [])
        for link in content_of(at(field, "value")).links
    ]
    return {
        "account": about.owner,
        "observed_utc": exported_at,
        "handle": about.owner,
        "display_name": text_of(actor.get("name")),
        "bio": content_of(actor.get("summary")).text if isinstance(actor.get("summary"), str) else None,
        "website": links[0] if links else None,
        "created_utc": moment_of(actor.get("published")),
        "default_image": not actor.get("icon"),
    }


def _moment(
    files: Files, members: tuple[str, ...], signed: datetime | None, options: Options
) -> Generator[Finding, None, datetime]:
    """When it was made: by the server's signatures, the archive's name, --as-of, its newest file."""
    stamp = _STAMP.match(files.path.name)
    said = signed or (moment_of("{}-{}-{}T{}:{}:{}".format(*stamp.groups())) if stamp else None)
    return (yield from as_of(files, members, options, what="The archive", said=said))


def _about_posts(outbox: Outbox, rows: PlatformRows, name: str) -> Iterator[Note]:
    if outbox.direct:
        yield Note(text=f"{name}: left out direct posts, of which nothing is stored: {outbox.direct:,}.")
    for kind, count in sorted(outbox.others.items()):
        yield Note(text=f"{name}: left out what is of a kind that is not known here: {kind} ({count:,}).")
    if not rows.count["posts"]:
        yield Note(text=f"{name} holds no posts that can be used.")


IMPORTER = Importer(
    name="mastodon-archive",
    title="Mastodon archive (ActivityPub)",
    version="1",
    recognise=recognise,
    read=read,
    guide=Guide(
        steps=(
            "Open your Mastodon server in a browser and go to Preferences, Import and export.",
            "Choose Request your archive; the server makes it and sends you a link by mail.",
            "Download the zip (tar.gz from older servers) and import it as it is.",
            "On the same page, download the list of those you follow as well: the archive does not hold it.",
            "Pleroma and Akkoma: Settings, Data import and export, account backup.",
        ),
        wait="Minutes to a few hours; a new one can be asked for every 7 days.",
        cannot="From Mastodon: who follows you, whom you follow, and what others did, since the archive holds "
        "only what you made yourself. Likes have no time. Direct posts are in it, but are never stored.",
        answers={
            Question.OWN_POSTS: "direct posts left out",
            Question.GIVEN: "likes without a time",
            Question.FOLLOWERS: "Pleroma only",
            Question.FOLLOWING: "Pleroma only",
        },
    ),
)
