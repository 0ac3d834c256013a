"""LinkedIn data export: connections, shares, comments, reactions, invitations and followed companies.

To get it: Settings & Privacy, Data privacy, Get a copy of your data; the larger archive has all files. It is a
zip, Basic_LinkedInDataExport_<date>.zip or Complete_LinkedInDataExport_<date>.zip, of CSV files.

Read: Connections.csv (everybody in it follows you and you them, since that day), Shares.csv, Comments.csv,
Reactions.csv, Invitations.csv, Company Follows.csv, and the name in Profile.csv. E-mail, company and position
are left out; messages.csv and every other file is never opened. An account is the last part of its profile's
address; where there is none, the name and the day of the connection.
A followed company is an act of following (company:NAME), not a member of the list: it cannot follow back.
Format last seen: 2018-11, 2024-06, 2024-10.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from analytics.importers._rows import PlatformRows
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
from analytics.importers.linkedin.activity import TEXTS, Activity
from analytics.importers.linkedin.people import People
from analytics.importers.linkedin.table import KINDS, Row, comments_of, kind_of, rows_of
from analytics.importers.linkedin.values import slug

PLATFORM = "linkedin"
# What a browser calls a second download of a file: as if from another export, unless it is alone.
_COPY = re.compile(r" \(\d+\)\.csv$", re.IGNORECASE)


def recognise(files: Files) -> tuple[str, ...]:
    """The files of the export that are read; a profile alone says nothing."""
    names = set(files.names())
    kinds = {
        name: kind
        for name in files.names()
        if _COPY.sub(".csv", name) not in names - {name} and (kind := kind_of(files, name))
    }
    return tuple(kinds) if set(kinds.values()) - {"profile"} else ()


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Stage people first, since what follows names them. Raises Refused where nothing says whose it is."""
    rows = PlatformRows(stage, PLATFORM)
    tables: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    broken: Counter[str] = Counter()
    found = {name: kind_of(files, name) or "" for name in members}
    for name, kind in found.items():
        read_rows = comments_of if kind == "comments" else rows_of
        tables[kind].extend(read_rows(stage, files, name, rows, broken))
    own = _own_slug(tables["invitations"])
    owner = own or _said(options)
    if not owner:
        raise Refused(
            f"{files.path} does not say whose export it is; name your account, the last part of your profile's "
            "address, with --me linkedin:HANDLE."
        )
    given = _said(options, known=False)
    if own and given and given != own:
        yield Note(text=f"The export is of {own}; --me {given} was not used.")
    as_of = options.as_of_utc or max(files.modified_utc(name) for name in members)
    yield Owner(platform=PLATFORM, account=owner, handle=owner)
    yield ExportedAt(moment_utc=as_of)
    profile = tables["profile"][0][2] if tables["profile"] else {}
    rows.add(
        "accounts",
        account=owner,
        observed_utc=as_of,
        handle=owner,
        display_name=_name(profile),
        bio=profile.get("headline") or None,
    )
    if "connections" not in found.values():
        yield Note(text="There is no Connections.csv, so it is not known who your connections are.")
    elif not options.as_of_utc:
        yield Note(
            text=f"The export does not say when it was made; taken as {as_of:%Y-%m-%d}, the date of its newest "
            "file. Give --as-of DATE if that is wrong."
        )
    people = People(rows, owner, as_of)
    if "connections" in found.values():
        unread = sum(broken[name] for name, kind in found.items() if kind == "connections")
        yield from people.add_connections(tables["connections"], broken=unread)
    people.add_invitations(tables["invitations"])
    people.add_companies(tables["companies"])
    activity = Activity(rows, owner)
    activity.add_shares(tables["shares"])
    activity.add_comments(tables["comments"])
    activity.add_reactions(tables["reactions"])
    yield from rows.finish()
    stage.run(TEXTS)
    empty = [name for name, kind in found.items() if kind != "profile" and not _has_rows(tables, name, kind)]
    if empty:
        yield Note(text=f"No rows could be read in {', '.join(empty)}.")


def _has_rows(tables: dict[str, list[Row]], name: str, kind: str) -> bool:
    return any(file == name for file, _, _ in tables[kind])


def _own_slug(invitations: list[Row]) -> str | None:
    """The owner's account, by the addresses of invitations since 2024: one side of each is the owner."""
    sides = {"OUTGOING": "inviterprofileurl", "INCOMING": "inviteeprofileurl"}
    slugs = [slug(row.get(sides.get(row["direction"].upper(), ""))) for _, _, row in invitations]
    told = [one for one in slugs if one]
    return max(sorted(set(told)), key=told.count, default=None)


def _said(options: Options, *, known: bool = True) -> str | None:
    """The user's word for the account, an address too."""
    said = options.account_on(PLATFORM) if known else options.me.get(PLATFORM) or options.me.get("*")
    return slug(said) or (said or "").strip().lstrip("@").lower() or None


def _name(row: dict[str, Any]) -> str | None:
    return " ".join(filter(None, (row.get("firstname"), row.get("lastname")))) or None


GUIDE = Guide(
    steps=(
        "On LinkedIn open Settings & Privacy, Data privacy, Get a copy of your data.",
        "Choose the larger archive (connections alone have no activity) and request it.",
        "Import the zip as it is, with --me linkedin:HANDLE, the last part of your profile's address.",
    ),
    wait="A few minutes for the first part, up to a day for all of it; a mail has the link.",
    cannot="It does not tell who follows you without being connected, who liked or answered what you wrote, nor "
    "whose posts you liked.",
    answers={
        Question.FOLLOWERS: "connections only",
        Question.FOLLOWING: "connections only",
        Question.SINCE: "",
        Question.OWN_POSTS: "",
        Question.GIVEN: "whom is not told",
        Question.RECEIVED: "invitations",
    },
)

IMPORTER = Importer(
    name="linkedin",
    title="LinkedIn data export",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
)
