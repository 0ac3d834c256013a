"""What may have become of somebody who left a list, and what that rests on, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analytics.metrics.window import to_local

_RENAMED_BY = {
    1: "its profile says that it moved there",
    2: "both follow since the same second",
    3: "both follow since the same day, with the same name or website",
    4: "both have the same name and website",
}

_SIGN = {
    "posted": "It posted on",
    "acted": "It liked, answered or followed somebody on",
    "met": "You answered, liked or followed it on",
    "seen": "Its profile was seen on",
    "following": "It is on your list of those you follow of",
    "follower": "It is on the list of your followers of",
}


def cause(row: Mapping[Any, Any], time_zone: str) -> tuple[str | None, str | None]:
    """The surest cause and the sentence that it rests on; both null for somebody who came under a name of their own.

    row: of the question about events, with what is known of the account.
    """
    return next(_causes(row, time_zone))


def _causes(row: Mapping[Any, Any], time_zone: str) -> Iterator[tuple[str | None, str | None]]:
    """Every cause that fits, the surest first."""

    def day(name: str) -> str:
        local = to_local(row[name], time_zone)
        return f"{local.day} {local:%b %Y}"

    def known(name: str) -> bool:
        return not pd.isna(row[name])

    mine = row["direction"] == "following"
    if known("old_account"):
        yield "renamed", f"It was {row['old_account']} on the earlier list: {_RENAMED_BY[row['known_by']]}."
    if row["kind"] == "gained":
        yield None, None
    if known("new_account"):
        yield "renamed", f"It is {row['new_account']} on the later list: {_RENAMED_BY[row['known_by']]}."
    if known("blocked_utc"):
        yield (
            "blocked",
            f"It is on your list of blocked accounts of {day('blocked_utc')}; a block ends a follow.",
        )
    if known("moved_to"):
        there = "who is on the later list" if row["moved_there"] else "who is not on the later list"
        yield "gone", f"Its profile says that it moved to {row['moved_to']}, {there}."
    if mine and known("unfollowed_utc"):
        yield "unfollowed", f"It is on your list of accounts unfollowed lately, of {day('unfollowed_utc')}."
    if mine and known("decided_utc"):
        yield "unfollowed", f"You decided on {day('decided_utc')} to unfollow it."
    if known("seen_utc"):
        yield "unfollowed", f"{_SIGN[row['how']]} {day('seen_utc')}, so it is still there."
    if known("by_me") and not row["by_me"]:
        yield (
            "gone",
            "It left both your lists in one interval and was not seen since: likely deleted or suspended, or it "
            "blocked you.",
        )
    yield "unknown", f"Nothing was seen of it since {day('before')}."
