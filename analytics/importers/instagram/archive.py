"""Reading a download of Instagram and Threads, file by file; see the package."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from typing import Any

from analytics.importers._late import date_of, settle
from analytics.importers._rows import Rows, read_json
from analytics.importers._stream import JsonStream
from analytics.importers.instagram.parts import FOLDERS, Member, members_of, part_of
from analytics.importers.instagram.rows import Taken
from analytics.importers.instagram.values import mended
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

NAMES = {"instagram": "Instagram", "threads": "Threads"}

GUIDE = Guide(
    steps=(
        "In Instagram, open Settings, Accounts Centre, Your information and permissions, Export your information "
        "(earlier: Download your information).",
        "Choose the profile, then to export to the device: all of it, or at least followers and following, likes, "
        "comments, posts, personal information, and ads and topics.",
        "Set the date range to All time and the format to JSON; a shorter range leaves older followers out.",
        "Download the zip from the link that Instagram sends, and import it as it is.",
    ),
    wait="Minutes to two days. The link works for four days.",
    cannot="It does not say who liked or answered your posts, and holds no others' posts. What you have looked at "
    "goes back about two weeks and has no durations: time is worked out from the gaps.",
    answers={
        Question.FOLLOWERS: "",
        Question.FOLLOWING: "",
        Question.SINCE: "",
        Question.OWN_POSTS: "no ids, no likes received",
        Question.GIVEN: "likes and comments",
        Question.TIME: "two weeks, from posts seen",
    },
)


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from the files of a download; see the interface."""
    known = [Member(name=name, part=part) for name in members if (part := part_of(files, name))]
    if not known:
        raise Refused(
            f"{files.path}: {members[0]} is a page of HTML, which cannot be read; ask Instagram for the download "
            "again and choose JSON as its format."
        )
    rows = Rows(stage)
    taken = Taken(rows=rows)
    for member in known:
        _read_member(stage, files, member, taken)
    owners = yield from _owners(files, taken, options)
    as_of = options.as_of_utc or date_of(max(files.modified_utc(one.name) for one in known), taken.newest)
    yield ExportedAt(moment_utc=as_of)
    if not options.as_of_utc:
        yield Note(
            text=f"The download does not say when it was made; taken as {as_of:%Y-%m-%d}, the date of its newest "
            "file. Give --as-of DATE if that is wrong."
        )
    for platform, owner in owners.items():
        rows.add(
            "accounts",
            platform=platform,
            account=owner,
            observed_utc=as_of,
            handle=owner,
            display_name=taken.profile.get("Name") if platform == "instagram" else None,
            bio=taken.profile.get("Bio") if platform == "instagram" else None,
            website=taken.profile.get("Website") if platform == "instagram" else None,
        )
    for (platform, direction), found in taken.lists.items():
        rows.add(
            "follow_lists",
            platform=platform,
            owner=owners[platform],
            direction=direction,
            complete=found.is_whole() and direction != "unfollowed",
        )
    taken.add_time()
    yield from _notes(files, taken, as_of)
    yield from rows.finish()
    settle(stage, owners, as_of)


IMPORTER = Importer(
    name="instagram",
    title="Instagram and Threads download",
    version="1",
    recognise=members_of,
    read=read,
    guide=GUIDE,
    folders=FOLDERS,
)


def _read_member(stage: Stage, files: Files, member: Member, taken: Taken) -> None:
    has_list = False
    for number, row in read_json(
        stage, files, member.name, lambda stream: _elements(stream, member.part.key)
    ):
        if not number:
            has_list = True
            taken.begin(member)
        elif wrong := taken.take(member, row):
            taken.rows.problem(member.name, number, wrong)
    if not has_list:
        taken.rows.problem(member.name, None, "a list was expected, and there is something else")


def _elements(stream: JsonStream, key: str | None) -> Iterator[tuple[int, Any]]:
    """Number (0: the list is there) and mended value of each element of the list under a key, or of the file."""
    if key is None:
        yield 0, None
        yield from ((number, mended(row)) for number, row in enumerate(stream.elements(), start=1))
        return
    for found in stream.members():
        if found == key and stream.peek() == "[":
            yield from _elements(stream, None)
        else:
            stream.skip()


def _owners(files: Files, taken: Taken, options: Options) -> Generator[Finding, None, dict[str, str]]:
    """Platform -> account, for each with rows that need one. A Threads account has its Instagram account's name."""
    owners = {}
    for platform in sorted(taken.platforms | ({"instagram"} if taken.user else set())):
        said = options.me.get(platform) or options.me.get("*")
        if taken.user and said and said.lower() != taken.user:
            yield Note(
                text=f"The download is @{taken.user}'s; --me {said} was not used on {NAMES[platform]}."
            )
        owner = taken.user or options.account_on(platform)
        for other in NAMES:
            owner = owner or options.account_on(other)
        if not owner:
            raise Refused(
                f"{files.path} does not say whose it is (personal information was not asked for); name the account "
                f"with --me {platform}:HANDLE."
            )
        owners[platform] = owner.lower()
        yield Owner(platform=platform, account=owners[platform], handle=owners[platform])
    return owners


def _notes(files: Files, taken: Taken, as_of: datetime) -> Iterator[Note]:
    for direction in ("follower", "following"):
        if taken.platforms and ("instagram", direction) not in taken.lists:
            who = "who follows you" if direction == "follower" else "whom you follow"
            yield Note(text=f"The list of {who} on Instagram is not in this download.")
    for (platform, direction), found in taken.lists.items():
        if direction in ("follower", "following") and not found.is_whole():
            yield Note(
                text=f"The {direction} list of {NAMES[platform]} is empty, a part of it is missing, or most rows name "
                "nobody: it is not used to tell who is missing."
            )
    yield from _range_notes(taken, as_of)
    if taken.seen:
        yield Note(
            text=f"Posts, videos and ads seen: {len(taken.seen):,}. Each counts until the next one, if that came "
            "within five minutes."
        )
    without = {name.split("/")[-2] for name in files.names() if name.endswith("/no-data.txt")}
    if without:
        yield Note(text=f"Instagram has no data of these kinds: {', '.join(sorted(without))}.")


def _range_notes(taken: Taken, as_of: datetime) -> Iterator[Note]:
    """A suspicion that the download was asked for with a date range: it then holds only younger follows.

    The form offers the last year, which it starts with, and less, and the last three years. So a network is
    suspected where all dates of its two lists lie in the last 366 days, or where the oldest comes within ten
    days of three years. A young account looks the same, which is why its lists stay complete.
    """
    for platform, name in NAMES.items():
        oldest = [
            found.oldest
            for direction in ("follower", "following")
            if (found := taken.lists.get((platform, direction))) and found.oldest
        ]
        age = as_of - min(oldest, default=datetime.min)
        three_years = timedelta(days=3 * 365 + 1)
        if oldest and (age <= timedelta(days=366) or three_years - timedelta(days=10) <= age <= three_years):
            yield Note(
                text=f"The oldest follow on {name} is of {min(oldest):%Y-%m-%d}. If the account is older than that, "
                "the download was asked for with a date range and its lists are cut: ask again for All time."
            )
