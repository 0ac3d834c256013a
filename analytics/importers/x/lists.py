"""The files of an X archive that hold only ids: who follows, whom one follows, blocks and mutes, what one
liked, and, where asked for, with whom one wrote messages.

A row of a list has neither a handle nor a date, and a like neither an author nor a time (2018 to 2026-07).
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.importers._json import Shape
from analytics.importers._said import is_whole
from analytics.importers.interface import Files, Finding, Note, Problem, Stage
from analytics.importers.x.about import About
from analytics.importers.x.wrapper import Loaded, Part, load_rows, parts_of

# Data type -> direction of the list, and the key that each of its rows is wrapped in.
LISTS = {
    "follower": ("follower", "follower"),
    "following": ("following", "following"),
    "block": ("blocked", "blocking"),
    "mute": ("muted", "muting"),
}
# The headers hold who and when; where they are missing, the same is taken from the messages themselves.
MESSAGES = ("direct_message_headers", "direct_messages", "direct_message")
_MESSAGE: Shape = {
    "messages": [{"messageCreate": {"senderId": "VARCHAR", "recipientId": "VARCHAR", "createdAt": "VARCHAR"}}]
}
_LONGEST_CONVERSATION = 128 << 20
"""Bytes: a conversation of years is one row, some 350 bytes a message even in the headers."""

_BAD_ID = r"""
DELETE FROM {table} WHERE NOT coalesce(regexp_full_match(item.{key}, '\d{1,19}'), false)
RETURNING file, row_number,
          '{key} is ' || coalesce('"' || left(item.{key}, 40) || '"', 'missing') || ', expected digits'
"""
_MEMBERS = """
INSERT INTO follows BY NAME
SELECT DISTINCT 'x' AS platform, $owner AS owner, $direction AS direction, $as_of AS as_of_utc,
       item.accountId AS account
FROM list_rows
"""
_LIKES = """
INSERT INTO interactions BY NAME
SELECT DISTINCT 'x' AS platform, $owner AS actor, 'like' AS kind, item.tweetId AS post_id FROM like_rows
"""
# Other events of a conversation, such as somebody joining, are no messages; those in a group name nobody.
_MESSAGES_READ = """
CREATE OR REPLACE TEMP TABLE messages_read AS
SELECT file, row_number, sent.senderId AS actor, sent.recipientId AS target,
       try_cast(replace(sent.createdAt, 'Z', '') AS TIMESTAMP) AS at_utc
FROM (SELECT file, row_number, unnest(item.messages).messageCreate AS sent FROM message_rows)
WHERE sent IS NOT NULL AND (sent.recipientId IS NOT NULL OR sent.senderId IS NULL)
"""
_BAD_MESSAGES = """
DELETE FROM messages_read WHERE actor IS NULL OR target IS NULL OR at_utc IS NULL
RETURNING file, row_number, 'a message has no sender, recipient or time'
"""
_ADD_MESSAGES = """
INSERT INTO interactions BY NAME
SELECT DISTINCT 'x' AS platform, actor, target, 'message' AS kind, at_utc FROM messages_read
"""


def add_list(stage: Stage, files: Files, parts: list[Part], about: About) -> Iterator[Finding]:
    """Stage one list. It is not complete where X says so, where rows that the manifest counts are missing, or
    where most rows cannot be read.
    """
    data_type = parts[0].type
    direction, wrapper = LISTS[data_type]
    loaded = load_rows(stage, files, parts, "list_rows", shape={"accountId": "VARCHAR"}, wrapper=wrapper)
    bad = problems(stage, loaded, "list_rows", "accountId")
    yield from bad
    yield from check_counts(loaded, about)
    rows = sum(loaded.rows.values())
    sound = is_whole(good=rows - len(bad), bad=len(bad))
    complete = not about.is_partial and rows >= about.rows_of(data_type) and sound
    if not complete and not about.is_partial:
        yield Note(
            text=f"Of {parts[0].name} too much is missing or unreadable to be the whole list, so it is not "
            "used to tell who is missing."
        )
    key = {"owner": about.owner, "direction": direction}
    stage.run(_MEMBERS, key | {"as_of": about.exported_at})
    stage.add("follow_lists", [key | {"platform": "x", "as_of_utc": about.exported_at, "complete": complete}])


def add_likes(stage: Stage, files: Files, parts: list[Part], about: About) -> Iterator[Finding]:
    """Stage what the owner liked."""
    loaded = load_rows(stage, files, parts, "like_rows", shape={"tweetId": "VARCHAR"}, wrapper="like")
    yield from problems(stage, loaded, "like_rows", "tweetId")
    yield from check_counts(loaded, about)
    stage.run(_LIKES, {"owner": about.owner})


def add_messages(stage: Stage, files: Files, about: About) -> Iterator[Finding]:
    """Stage who wrote to whom and when, of conversations of two; what was written is never read."""
    found = list(parts_of(files, MESSAGES))
    chosen = next((kind for kind in MESSAGES if any(part.type == kind for part in found)), None)
    if not chosen:
        yield Note(text="There are no direct messages in this archive.")
        return
    parts = [part for part in found if part.type == chosen]
    loaded = load_rows(
        stage, files, parts, "message_rows", shape=_MESSAGE, wrapper="dmConversation",
        largest=_LONGEST_CONVERSATION,
    )  # fmt: skip
    yield from loaded.problems
    yield from check_counts(loaded, about)
    stage.run(_MESSAGES_READ)
    for file, number, what in sorted(stage.run(_BAD_MESSAGES)):
        yield Problem(place=f"{file}, row {number}", what=what)
    stage.run(_ADD_MESSAGES)


def problems(stage: Stage, loaded: Loaded, table: str, key: str) -> list[Problem]:
    """What could not be read of a file of ids; rows without an id are taken out of `table`."""
    bad = sorted(stage.run(_BAD_ID.replace("{table}", table).replace("{key}", key)))
    return loaded.problems + [Problem(place=f"{file}, row {number}", what=what) for file, number, what in bad]


def check_counts(loaded: Loaded, about: About) -> Iterator[Note]:
    """The manifest counts every file's rows: a free check for files that were cut or edited."""
    for name, rows in loaded.rows.items():
        expected = about.listed.get(name)
        if expected is not None and expected != rows:
            yield Note(
                text=f"{name} holds {rows:,} rows, the archive's manifest says {expected:,}: "
                "the file may have been cut or edited."
            )
