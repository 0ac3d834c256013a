"""Reading a TikTok download; see the package."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from analytics.importers._late import OWNER, date_of, settle
from analytics.importers._rows import Rows, count_of, read_json, text_of
from analytics.importers._said import is_whole
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
from analytics.importers.tiktok.layout import members_of, walk
from analytics.importers.tiktok.rows import Taken

NAMES = {"follower": "followers", "following": "accounts followed", "blocked": "accounts blocked"}

GUIDE = Guide(
    steps=(
        "In the TikTok app, open your profile, the menu, Settings and privacy, Account, Download your data.",
        "Choose All data and the file format JSON, then Request data.",
        "When the tab Download data offers the file, download the zip and import it as it is.",
    ),
    wait="A few days. The file can be fetched for four days; the last day or two may be missing from it.",
    cannot="It does not say who liked or answered you, nor whose videos you liked, watched or commented on. The "
    "watch history goes back about six months and has no durations: time is worked out from the gaps between "
    "videos.",
    answers={
        Question.FOLLOWERS: "",
        Question.FOLLOWING: "",
        Question.SINCE: "",
        Question.OWN_POSTS: "and comments",
        Question.GIVEN: "likes, nobody named",
        Question.TIME: "six months, from videos watched",
    },
)


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from one file; see the interface."""
    (name,) = members
    taken = Taken(rows=Rows(stage))
    profile: dict[str, Any] = {}
    for what, number, value in read_json(stage, files, name, walk):
        if what == "profile":
            profile = value if isinstance(value, dict) else profile
        elif not number:
            taken.lists.add(what)
        elif wrong := taken.take(what, value):
            taken.rows.problem(f"{name}, {what} list", number, wrong)
    if not taken.lists and not profile:
        raise Refused(
            f"{files.path}: {name} holds none of the lists of a TikTok download; ask for it again, as JSON "
            "and with all data."
        )
    owner = yield from _owner(files, name, text_of(profile.get("userName")), options)
    as_of = options.as_of_utc or date_of(files.modified_utc(name), taken.newest)
    yield ExportedAt(moment_utc=as_of)
    if not options.as_of_utc:
        yield Note(
            text=f"The download does not say when it was made; taken as {as_of:%Y-%m-%d}, the date of its file. "
            "Give --as-of DATE if that is wrong."
        )
    bio = profile.get("bioDescription")
    taken.rows.add(
        "accounts",
        platform="tiktok",
        account=owner,
        observed_utc=as_of,
        handle=text_of(profile.get("userName")) or owner,
        display_name=text_of(profile.get("displayName")),
        bio="" if bio == "" else text_of(bio),
        followers=count_of(profile.get("followerCount")),
        following=count_of(profile.get("followingCount")),
    )
    for direction in sorted(taken.lists & NAMES.keys()):
        taken.rows.add(
            "follow_lists",
            platform="tiktok",
            owner=OWNER,
            direction=direction,
            complete=_is_whole(taken, direction),
        )
    taken.add_time()
    yield from _notes(taken, profile)
    yield from taken.rows.finish()
    settle(stage, {"tiktok": owner}, as_of)


IMPORTER = Importer(
    name="tiktok",
    title="TikTok download",
    version="1",
    recognise=members_of,
    read=read,
    guide=GUIDE,
    each_file=True,
)


def _owner(files: Files, name: str, handle: str | None, options: Options) -> Generator[Finding, None, str]:
    said = options.me.get("tiktok") or options.me.get("*")
    if handle and said and said.lower() != handle.lower():
        yield Note(text=f"The download is @{handle}'s; --me {said} was not used.")
    owner = handle or options.account_on("tiktok")
    if not owner:
        raise Refused(
            f"{files.path}: {name} does not say whose it is (its profile is missing); name the account with "
            "--me tiktok:HANDLE."
        )
    yield Owner(platform="tiktok", account=owner.lower(), handle=owner)
    return owner.lower()


def _is_whole(taken: Taken, direction: str) -> bool:
    bad = taken.bad[direction]
    return is_whole(good=taken.read[direction] - bad, bad=bad)


def _notes(taken: Taken, profile: dict[str, Any]) -> Iterator[Note]:
    for direction in ("follower", "following"):
        if direction not in taken.lists:
            yield Note(text=f"There is no list of {NAMES[direction]} in this download.")
            continue
        said, rows = count_of(profile.get(f"{direction}Count")), taken.read[direction]
        if said is not None and said != rows:
            yield Note(
                text=f"The profile counts {said:,} {NAMES[direction]}, the list holds {rows:,}; "
                "the list is what counts."
            )
    for direction in sorted(taken.lists & NAMES.keys()):
        if not _is_whole(taken, direction):
            yield Note(
                text=f"Most rows of the list of {NAMES[direction]} cannot be read: it is not used to tell who is "
                "missing."
            )
    if "watch" not in taken.lists:
        yield Note(text="There is no watch history in this download, so it does not tell the time spent.")
    if taken.watched:
        yield Note(
            text=f"Videos watched: {len(taken.watched):,}. Each counts until the next one, if that came within "
            "five minutes."
        )
