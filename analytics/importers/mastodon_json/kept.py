"""What the program mastodon-archive keeps of an account: one object with a list for each part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from analytics.importers._mastodon import host_of
from analytics.importers._rows import at, count_of, text_of
from analytics.importers._stream import JsonStream
from analytics.importers.interface import Finding, Note, Options
from analytics.importers.mastodon_json.entities import Entities, account_of, kind_of
from analytics.importers.mastodon_json.saved import SavedFile

PARTS = frozenset({"statuses", "favourites", "bookmarks", "mentions"})
LISTS = {"followers": "follower", "following": "following", "mutes": "muted", "blocks": "blocked"}
# Private remarks on people are nobody else's business, and nothing is made of them.
_UNREAD = frozenset({"account", "notes"})
_NAME = re.compile(r"(.+)\.user\.[^/]+\.json", re.IGNORECASE)


def read(file: SavedFile, options: Options) -> Iterator[Finding]:
    """Hand over the posts, the likes and the lists."""
    account = _account(file)
    named = _NAME.fullmatch(PurePosixPath(file.name).name)
    home = host_of(named[1]) if named else None
    owner = yield from file.owner(account_of(account, home), options)
    taken = Entities(file.rows, file.name, owner, file.seen_utc)
    if account:
        taken.account(1, account)
    found: Counter[str] = Counter()
    with file.stream() as stream:
        for key in stream.members():
            if key in PARTS and stream.peek() == "[":
                for row, entity in enumerate(stream.elements(), start=1):
                    found[key] += 1
                    _take(taken, key, row, entity)
            elif key in LISTS and stream.peek() == "[":
                yield from _list(file, taken, key, stream, account)
            else:
                stream.skip()
                if key not in _UNREAD:
                    word = " ".join((text_of(key) or "").split())[:40]
                    yield Note(text=f"{file.name}: left out a part that is not known here: {word}.")
    if not found["statuses"]:
        yield Note(text=f"{file.name} holds no posts of yours.")
    if not found["mentions"]:
        yield Note(text=f"{file.name} holds no mentions; mastodon-archive keeps them with --with-mentions.")
    yield from taken.notes()


def _take(taken: Entities, part: str, row: int, entity: Any) -> None:
    if kind_of(entity) == "notification":
        taken.notification(row, entity)
    else:
        taken.status(row, entity, liked=part == "favourites")


def _account(file: SavedFile) -> Any:
    with file.stream() as stream:
        for key in stream.members():
            if key == "account":
                return stream.value()
            stream.skip()
    return None


def _list(file: SavedFile, taken: Entities, part: str, stream: JsonStream, account: Any) -> Iterator[Finding]:
    """A list of people. The program leaves those empty that it was not told to keep."""
    people = enumerate(stream.elements(), start=1)
    first = next(people, None)
    counted = count_of(at(account, f"{part}_count"))
    if first is None:
        if counted == 0:
            file.add_list(taken, LISTS[part], iter(()))
        elif part in ("followers", "following"):
            yield Note(text=f"{file.name} holds no {part}; mastodon-archive keeps them with --with-{part}.")
        return
    total, sound = file.add_list(taken, LISTS[part], chain([first], people))
    if not sound:
        yield Note(text=f"Most {part} in {file.name} cannot be read: not used to tell who is missing.")
    elif counted is not None and abs(counted - total) > max(5, counted // 10):
        yield Note(
            text=f"{file.name} holds {total:,} {part} where the profile says {counted:,}: the list may be "
            "of another day, or some are hidden."
        )
