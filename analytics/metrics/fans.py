"""Fans worth following back: the old rule of following one's followers, made safe.

A fan follows without being followed. Link-pushers among them (likely spam, link broadcasters) are left out, and so is
whom the user has decided about. Those who talk with the user come first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import conversations, decisions, link_pushers, reciprocity
from analytics.metrics.link_pushers import LIKELY_SPAM, LINK_BROADCASTER, NOT_ENOUGH_POSTS, Rules
from analytics.metrics.window import Window

_COLUMNS = [
    "platform", "owner", "account", "handle", "display_name", "why", "words_from_them", "from_them", "words_to_them",
    "to_them", "last_at", "since", "posts_seen", "score", "label", "left_out",
]  # fmt: skip


def fans(cursor: duckdb.DuckDBPyConnection, window: Window, *, rules: Rules | None = None) -> pd.DataFrame:
    """Every fan nobody has decided about, those first who have most to say to the user.

    Columns: platform, owner, account, handle, display_name; why (words: what went between them, and what is known of
    their posts); words_from_them, from_them, words_to_them, to_them (as in `conversations.people`, 0 where nothing
    is known to have gone), last_at (UTC); since (UTC, where the source knows it); posts_seen, score and label (as in
    `link_pushers`; null where nothing was seen of them); left_out (true for link-pushers).
    """
    people = reciprocity.people(cursor, window)
    people = people[people["relation"] == "fan"][
        ["platform", "owner", "account", "handle", "display_name", "since"]
    ]
    key = ["platform", "account"]
    decided = decisions.in_force(cursor, window)[key]
    open_ = people.merge(decided, how="left", on=key, indicator="decided")
    people = open_[open_["decided"] == "left_only"].drop(columns="decided")
    counts = ["words_from_them", "from_them", "words_to_them", "to_them"]
    talked = conversations.people(cursor, window)[[*key, *counts, "last_at"]]
    # An account is judged by all of its posts, whatever period is looked at.
    whole = replace(window, since=None, until=None)
    judged = link_pushers.link_pushers(
        cursor, whole, scope="followers", rules=rules or link_pushers.load_rules()
    )
    found = people.merge(talked, how="left", on=key)
    found = found.merge(judged[[*key, "posts_seen", "score", "label"]], how="left", on=key)
    found[counts] = found[counts].fillna(0).astype("int64")
    found["left_out"] = found["label"].isin((LIKELY_SPAM, LINK_BROADCASTER))
    found["why"] = pd.Series([_why(row) for row in found.to_dict("records")], index=found.index, dtype=object)
    return found.sort_values(
        ["words_from_them", "from_them", "words_to_them", "to_them", "last_at", *key],
        ascending=[False, False, False, False, False, True, True],
        ignore_index=True,
    )[_COLUMNS]


def worth_following(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, rules: Rules | None = None
) -> pd.DataFrame:
    """The fans that are not left out, as in `fans`."""
    found = fans(cursor, window, rules=rules)
    return found[~found["left_out"]].reset_index(drop=True)


def _why(row: Mapping[Any, Any]) -> str:
    """Such as "wrote to you 3 times, liked or reposted 2; you wrote 1; 40 posts here look fine"."""
    said = []
    if row["words_from_them"]:
        said.append(f"wrote to you {_times(row['words_from_them'])}")
    if quiet := row["from_them"] - row["words_from_them"]:
        said.append(f"liked or reposted you {_times(quiet)}")
    if row["words_to_them"]:
        said.append(f"you wrote to them {_times(row['words_to_them'])}")
    posts = 0 if pd.isna(row["posts_seen"]) else int(row["posts_seen"])
    if not posts:
        said.append("none of their posts are here")
    elif row["label"] == NOT_ENOUGH_POSTS:
        said.append(f"only {posts:,} of their posts {'is' if posts == 1 else 'are'} here, too few to judge")
    else:
        said.append(f"{posts:,} posts here: {row['label']}")
    return "; ".join(said)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
