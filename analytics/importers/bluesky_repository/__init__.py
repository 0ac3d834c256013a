"""Bluesky repository: all public records of one account, in one CAR file.

To get it: Bluesky, Settings, Account, Export my data, Download CAR file. It is called repo.car or
<handle>.repo.car, and may be renamed: it is known by its first bytes and its commit.

Read: posts, replies, quotes and reposts; likes of posts; whom one follows and blocks, each with its date; the
profile. Collections are matched by their exact names, since other programs keep records of their own in the
same repository (app.skyreader.social.follow, so.sprk.graph.follow): those are counted in a note.
A program may write any createdAt: where it is missing, unreadable or later than the export, the record's
key, which holds a time, tells it.

Not in the file: followers, numbers, handles (DIDs only), likes and replies received, messages. Media are left out.
Format last seen: commits of version 2 (2023) and 3 (2026-11).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta

from analytics.importers import _bluesky
from analytics.importers._rows import PlatformRows
from analytics.importers._said import as_of
from analytics.importers.bluesky_repository.car import Damaged, Repository, header_at
from analytics.importers.bluesky_repository.records import Contents
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

CLOCK_SKEW = timedelta(hours=1)
"""So much later than the server's a person's clock may run."""
SHOWN_KINDS = 8


def recognise(files: Files) -> tuple[str, ...]:
    """The files that begin with the header of a CAR file; a damaged one is known by its ending."""
    return tuple(
        name for name in files.names() if header_at(files.head(name, 4096)) or name.lower().endswith(".car")
    )


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Stage every record of each repository; raises Refused where a file is none."""
    for name in members:
        with stage.copy(files, name).open("rb") as file:
            try:
                with Repository(file) as repository:
                    yield from _read_one(files, name, repository, stage, options)
            except Damaged as error:
                raise Refused(
                    f"{files.path}: {name} cannot be read as a Bluesky repository: {error}; "
                    "download it again (Settings, Account, Export my data)."
                ) from error


def _read_one(
    files: Files, name: str, repository: Repository, stage: Stage, options: Options
) -> Iterator[Finding]:
    owner = _bluesky.did_of(repository.did)
    if not owner:
        raise Damaged("its commit does not say whose it is")
    as_of = yield from _moment(files, name, repository, options)
    rows = PlatformRows(stage, _bluesky.PLATFORM)
    contents = Contents(rows, name, owner, latest=as_of + CLOCK_SKEW)
    for record in repository.records():
        contents.take(record)
    missing = repository.missing_nodes + repository.missing_records
    handle = contents.finish(as_of, complete=not missing)
    said = (options.me.get("bluesky") or options.me.get("*") or "").removeprefix("@").lower()
    differs = said != owner.lower() if said.startswith("did:") else handle and said and said != handle
    if differs:
        yield Note(text=f"The repository is that of {owner}; --me {said} was not used.")
    yield Owner(platform=_bluesky.PLATFORM, account=owner, handle=handle)
    yield ExportedAt(moment_utc=as_of)
    yield from rows.finish()
    if missing:
        yield Note(
            text=f"{name} holds only a part of the repository ({missing:,} of its blocks are missing): what "
            "is there was read, and its lists are not used to tell who is missing."
        )
    yield from _left_out(name, contents)


def _moment(
    files: Files, name: str, repository: Repository, options: Options
) -> Generator[Finding, None, datetime]:
    """When the repository was as it is: the time in its revision, then --as-of, then the file's date."""
    said = _bluesky.tid_moment(repository.rev)
    return (yield from as_of(files, (name,), options, what=name, said=said))


def _left_out(name: str, contents: Contents) -> Iterator[Note]:
    if contents.other_likes:
        yield Note(
            text=f"{name}: likes of feeds, lists and other things than posts were left out: {contents.other_likes:,}."
        )
    kinds = contents.others.most_common()
    if kinds:
        shown = ", ".join(f"{kind} {count:,}" for kind, count in kinds[:SHOWN_KINDS])
        more = f" and {len(kinds) - SHOWN_KINDS:,} more kinds" if len(kinds) > SHOWN_KINDS else ""
        yield Note(text=f"{name}: records of other kinds were left out: {shown}{more}.")


GUIDE = Guide(
    steps=(
        "In Bluesky open Settings, Account, Export my data, and choose to download the CAR file.",
        "Import the .car file as it is.",
    ),
    wait="It is made at once.",
    cannot="Bluesky keeps followers, likes and replies received, and handles outside of your repository; save "
    "the answers of its public API for those.",
    answers={
        Question.FOLLOWING: "DIDs, few handles",
        Question.SINCE: "whom you follow",
        Question.OWN_POSTS: "",
        Question.GIVEN: "",
    },
)

IMPORTER = Importer(
    name="bluesky-repository",
    title="Bluesky repository (CAR)",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    each_file=True,
)
