"""Answers of Bluesky's public API that somebody saved: followers, follows, an author's feed, notifications.

To get one: open an address such as https://public.api.bsky.app/xrpc/app.bsky.graph.getFollowers?actor=HANDLE
in a browser and save the page, or let a script save them. A file holds one page, an array of pages, or one
page a line (JSON lines); a page has 100 entries at most and a cursor where there are more. Names are free.

Read: who is on the list, with their profiles; posts and reposts of a feed with their numbers, and the posts
they answer; likes, reposts and follows received, and the replies, mentions and quotes of others.
`indexedAt` of a profile is when the server last read the profile, not the date of a follow: lists have no
dates. What a profile says of the reader (viewer.following) is no list and is left out, as are direct messages,
which this API does not have. Format last seen: lexicons of 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.importers import _bluesky
from analytics.importers._rows import PlatformRows, read_json
from analytics.importers._said import as_of
from analytics.importers.bluesky_json.answers import Answers
from analytics.importers.bluesky_json.pages import is_page, parts
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Options,
    Question,
    Stage,
)


def recognise(files: Files) -> tuple[str, ...]:
    """The JSON files that begin with a page of one of the four answers."""
    return tuple(name for name in files.names() if is_page(files, name))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Stage the pages of each file."""
    for name in members:
        made = yield from as_of(files, (name,), options, what=name)
        rows = PlatformRows(stage, _bluesky.PLATFORM)
        answers = Answers(rows=rows, file=name, as_of=made)
        for key, value in read_json(stage, files, name, parts):
            answers.take(key, value)
        yield from answers.finish(files, options)
        yield from rows.finish()
        yield ExportedAt(moment_utc=made)


GUIDE = Guide(
    steps=(
        "In a browser open https://public.api.bsky.app/xrpc/app.bsky.graph.getFollowers?limit=100&actor=HANDLE "
        "with your handle, and save the page as JSON. While it ends with a cursor, add &cursor=... and save on.",
        "Put all pages of one list into one file, one after the other or as an array, and import that file.",
        "In the same way getFollows and app.bsky.feed.getAuthorFeed work; app.bsky.notification.listNotifications "
        "needs a program that is signed in.",
    ),
    wait="It is there at once.",
    cannot="Lists tell no dates of follows; your repository has those of the accounts you follow.",
    answers={
        Question.FOLLOWERS: "no dates",
        Question.FOLLOWING: "no dates",
        Question.OWN_POSTS: "",
        Question.OTHER_POSTS: "",
        Question.GIVEN: "replies, reposts and quotes",
        Question.RECEIVED: "as notified",
    },
)

IMPORTER = Importer(
    name="bluesky-json",
    title="Bluesky API answers (JSON)",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    each_file=True,
)
