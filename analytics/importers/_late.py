"""What is known only once a whole export is read: whose it is, as of when, and what the posts' texts hold.

Rows of the account itself are staged with the OWNER mark and without a date, so that a file of any size is
read once and never held; `settle` then puts both in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from analytics.importers import _post_text
from analytics.importers.interface import Stage

OWNER = "\x02owner"
"""Stands for the account itself, and is no account's name, until `settle` knows it."""

_FILL = {
    "posts": ("author", "reply_to_account"),
    "follow_lists": ("owner",),
    "follows": ("owner",),
    "interactions": ("actor", "target"),
}
# A person may be on a list twice, as in two parts of it; of two follows the later one holds.
_ONCE = """
    DELETE FROM follows WHERE rowid IN (
        SELECT place FROM (
            SELECT rowid AS place, row_number() OVER (
                PARTITION BY platform, direction, account ORDER BY since_utc DESC NULLS LAST, rowid
            ) AS number
            FROM follows
        ) WHERE number > 1
    )
"""
# The same comment twice in a second is one, and so is a row that an export repeats.
_ONE_POST = """
    DELETE FROM posts WHERE rowid IN (
        SELECT place FROM (
            SELECT rowid AS place, row_number() OVER (PARTITION BY platform, post_id ORDER BY rowid) AS number
            FROM posts
        ) WHERE number > 1
    )
"""
_TEXTS = f"""
    UPDATE posts SET
        links = {_post_text.links_in("text")},
        mentions = list_transform(
            {_post_text.mentions_in("text", "platform")},
            lambda named: struct_pack(account := lower(named.handle), handle := named.handle)
        ),
        tags = {_post_text.tags_in("text")}
"""


def settle(stage: Stage, owners: Mapping[str, str], as_of: datetime) -> None:
    """Put the owner and the date into the staged rows, keep each person of a list and each post once, and read
    the texts of posts for links, mentions and hashtags.

    For networks where the handle, in lower case, is the account. All rows must have been handed over.

    owners: platform -> account.
    """
    for platform, owner in owners.items():
        values = {"owner": owner, "platform": platform, "mark": OWNER}
        for kind, columns in _FILL.items():
            for column in columns:
                stage.run(
                    f"UPDATE {kind} SET {column} = $owner WHERE {column} = $mark AND platform = $platform",
                    values,
                )
    for kind in ("follow_lists", "follows"):
        stage.run(f"UPDATE {kind} SET as_of_utc = $as_of", {"as_of": as_of})
    stage.run(_ONCE)
    stage.run(_ONE_POST)
    stage.run(_TEXTS)


def date_of(file_date: datetime, newest: datetime | None) -> datetime:
    """When a download was made: its file's date, but not before the newest thing in it.

    A zip without a clock dates its files to 1980. What lies more than a year after the file is a broken date.

    >>> date_of(datetime(2026, 3, 1), datetime(2026, 3, 2))
    datetime.datetime(2026, 3, 2, 0, 0)
    """
    if newest is None or file_date >= newest:
        return file_date
    plausible = file_date.year < 2000 or newest <= file_date + timedelta(days=366)
    return newest if plausible else file_date
