"""Putting an old archive together: which files are read, whose it is, as of when, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from analytics.importers import _x_objects as x_objects
from analytics.importers._csv import read_header
from analytics.importers._rows import PlatformRows, at, count_of, text_of
from analytics.importers._stream import Broken, JsonStream
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
from analytics.importers.x_grailbird.table import NEEDED, read_table
from analytics.importers.x_grailbird.tweets import Archive, add, name_people, post_of, unusable

MONTH, USER, PAYLOAD, INDEX, TABLE = "month", "user_details", "payload_details", "tweet_index", "tweets.csv"

_ASSIGNMENT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:Grailbird\.data\.(?P<month>tweets_\d{4}_\d{2})"
    rb"|var\s+(?P<details>user_details|payload_details|tweet_index))\s*=\s*"
)
_HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file: what it is, and where its JSON starts."""

    name: str
    kind: str
    skip: int = 0

    @property
    def file(self) -> str:
        """The name without its folder."""
        return PurePosixPath(self.name).name


def _member(files: Files, name: str) -> Member | None:
    if name.lower().endswith(".js"):
        found = _ASSIGNMENT.match(files.head(name, _HEAD_BYTES))
        if not found:
            return None
        kind = found["details"].decode() if found["details"] else MONTH
        return Member(name=name, kind=kind, skip=found.end())
    if name.lower().endswith(".csv"):
        header = read_header(files.head(name, _HEAD_BYTES))
        if header and NEEDED.issubset(header.keys()):
            return Member(name=name, kind=TABLE, skip=header.size)
    return None


def recognise(files: Files) -> tuple[str, ...]:
    """The files that begin as Grailbird's do, where there are tweets among them."""
    members = [member for name in files.names() if (member := _member(files, name))]
    tweets = any(member.kind in (MONTH, TABLE) for member in members)
    return tuple(member.name for member in members) if tweets else ()


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from one archive; see the interface."""
    found = [member for name in members if (member := _member(files, name))]
    by_kind = {kind: [m for m in found if m.kind == kind] for kind in (MONTH, USER, PAYLOAD, INDEX, TABLE)}
    user = _details(stage, files, by_kind[USER])
    payload = _details(stage, files, by_kind[PAYLOAD])
    index = _details(stage, files, by_kind[INDEX])
    archive = yield from _whose(stage, files, by_kind[MONTH], user, options)
    for member in by_kind[MONTH]:
        yield from _read_month(stage, files, member, archive, _listed(index, member.file))
    in_months = len(archive.ids)
    for member in by_kind[TABLE]:
        read_table(stage.copy(files, member.name), member.file, archive)
    yield from archive.rows.finish()
    _find_owner(stage, archive)
    yield Owner(platform="x", account=archive.owner, handle=archive.handle)
    exported_at = x_objects.moment(at(payload, "created_at")) or options.as_of_utc or archive.newest
    if exported_at:
        yield ExportedAt(moment_utc=exported_at)
    yield from _people(stage, archive, user, exported_at)
    x_objects.link_handles(stage)
    x_objects.fill_from_text(stage)
    yield from _missing_months(by_kind[MONTH], index, len(archive.ids) - in_months)
    yield from _counted(len(archive.ids), payload)


def _details(stage: Stage, files: Files, members: list[Member]) -> Any:
    for member in members[:1]:
        for value in _values(stage, files, member):
            return value
    return None


def _values(stage: Stage, files: Files, member: Member, *, of_list: bool = False) -> Iterator[Any]:
    """The one value of a file, or the values of its list. Raises Refused where it is cut short."""
    path = stage.copy(files, member.name, skip=member.skip)
    try:
        with path.open(encoding="utf-8", errors="replace") as text:
            stream = JsonStream(text)
            if of_list:
                yield from stream.elements()
            else:
                yield stream.value()
    except Broken as error:
        raise Refused(
            f"{files.path}: {member.file} is cut short or damaged (JSON was expected after its first words); "
            "unpack the archive again or take this file out."
        ) from error


def _owner_in(stage: Stage, files: Files, months: list[Member]) -> tuple[str | None, str | None]:
    """Whose tweets these are, by the first row that says it."""
    for member in months:
        for row in _values(stage, files, member, of_list=True):
            if account := x_objects.id_of(at(row, "user", "id_str")):
                return account, text_of(at(row, "user", "screen_name"))
    return None, None


def _whose(
    stage: Stage, files: Files, months: list[Member], user: Any, options: Options
) -> Generator[Finding, None, Archive]:
    """The archive, whose it is. Raises Refused where nobody says it."""
    owner, handle = x_objects.id_of(at(user, "id")), text_of(at(user, "screen_name"))
    if not owner:
        owner, handle = _owner_in(stage, files, months)
    said = (options.me.get("x") or options.me.get("*") or "").lstrip("@")
    if owner and said and said.lower() not in (owner, (handle or "").lower()):
        yield Note(text=f"The archive is @{handle or owner}'s ({owner}); --me {said} was not used.")
    if not owner:
        owner = (options.account_on("x") or "").lstrip("@")
        handle = None if owner.isdecimal() else owner
    if not owner:
        raise Refused(
            f"{files.path} does not say whose archive it is (data/js/user_details.js is missing, and tweets.csv "
            "names nobody); name the account with --me x:HANDLE."
        )
    return Archive(rows=PlatformRows(stage, "x"), owner=owner, handle=handle)


# Whoever answers a tweet of one's own in one's own archive answers oneself.
_ANSWERED = """
SELECT reply.reply_to_account FROM posts reply JOIN posts own ON own.post_id = reply.reply_to_post
WHERE regexp_full_match(reply.reply_to_account, '\\d+')
GROUP BY reply.reply_to_account ORDER BY count(*) DESC, reply.reply_to_account LIMIT 1
"""


def _find_owner(stage: Stage, archive: Archive) -> None:
    """Where only the owner's handle was said: the id, if the tweets tell it."""
    found = [] if archive.owner.isdecimal() else stage.run(_ANSWERED)
    if found:
        archive.owner = found[0][0]
        stage.run("UPDATE posts SET author = $owner", {"owner": archive.owner})


def _read_month(
    stage: Stage, files: Files, member: Member, archive: Archive, listed: int | None
) -> Iterator[Finding]:
    count = 0
    for count, tweet in enumerate(_values(stage, files, member, of_list=True), start=1):
        post_id = x_objects.id_of(at(tweet, "id_str")) or x_objects.id_of(at(tweet, "id"))
        created = x_objects.moment(at(tweet, "created_at"))
        text = at(tweet, "text")
        if problem := unusable(post_id, text, created, at(tweet, "id_str"), at(tweet, "created_at")):
            archive.rows.problem(member.file, count, problem)
        elif post_id and post_id not in archive.ids:
            created = created or x_objects.snowflake_moment(post_id)
            add(archive, post_id, created, post_of(tweet, post_id, str(text_of(text) or "")))
            name_people(archive, tweet, created)
    if listed is not None and listed != count:
        yield Note(
            text=f"{member.file} holds {count:,} tweets, tweet_index.js says {listed:,}: "
            "the file may have been cut or edited."
        )


def _people(stage: Stage, archive: Archive, user: Any, exported_at: datetime | None) -> Iterator[Finding]:
    """Stage the owner's account and all who are named."""
    rows = PlatformRows(stage, "x")
    bio = at(user, "bio")
    owner = {
        "account": archive.owner,
        "observed_utc": exported_at,
        "handle": archive.handle,
        "display_name": x_objects.plain_or_none(at(user, "full_name")),
        "bio": x_objects.plain(text_of(bio) or "") if isinstance(bio, str) else None,
        "created_utc": x_objects.moment(at(user, "created_at")),
    }
    rows.add("accounts", **owner)
    for (account, handle), (observed, name) in archive.people.items():
        seen = {"account": account, "observed_utc": observed, "handle": handle}
        rows.add("accounts", **(seen | {"display_name": name or None}))
    yield from rows.finish()


def _listed(index: Any, file: str) -> int | None:
    """How many tweets tweet_index.js counts in a month's file."""
    for entry in index if isinstance(index, list) else []:
        if str(at(entry, "file_name")).rsplit("/", 1)[-1] == file:
            return count_of(at(entry, "tweet_count"))
    return None


def _missing_months(months: list[Member], index: Any, added: int) -> Iterator[Note]:
    """added: how many tweets are in tweets.csv only."""
    present = {member.file for member in months}
    if not present:
        yield Note(
            text="The months in data/js/tweets are missing; tweets.csv alone names nobody by id but those who "
            "were answered or reposted."
        )
        return
    names = [at(entry, "file_name") for entry in index] if isinstance(index, list) else []
    missing = sorted({str(name).rsplit("/", 1)[-1] for name in names} - present)
    if missing:
        shown = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
        yield Note(text=f"Months that tweet_index.js lists are missing: {shown}.")
    if added:
        yield Note(text=f"Taken from tweets.csv, as no month holds them: {_tweets(added)}.")


def _counted(count: int, payload: Any) -> Iterator[Note]:
    said = count_of(at(payload, "tweets"))
    if said is not None and said > count:
        yield Note(
            text=f"The archive says that it holds {_tweets(said)}; {count:,} are in it. Twitter counted some "
            "that it did not hand over."
        )
    elif not count:
        yield Note(text="The archive holds no tweets.")


def _tweets(count: int) -> str:
    return f"{count:,} tweet{'' if count == 1 else 's'}"


GUIDE = Guide(
    steps=(
        "X no longer makes this archive: look for a zip from 2012 to 2018 among your old downloads, named after "
        "your account or a long number, with tweets.csv in it.",
        "Import the zip as it is, or the folder that it was unpacked to.",
    ),
    wait="None, where you still have the file. For anything later, request the present archive of X.",
    cannot="It holds your own tweets only, without likes or reposts received, and neither followers nor whom "
    "you follow. Older tweets may lack their time of day.",
    answers={Question.OWN_POSTS: "until 2018", Question.GIVEN: "replies, reposts and quotes until 2018"},
)

IMPORTER = Importer(
    name="x-grailbird",
    title="X archive of 2012-2018",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    folders=("data/js", "data/js/tweets"),
    partial_posts=True,
)
