"""Whom of those I follow has moved or gone silent, and who was only renamed?

A sign of life is a post, an act (a like, a reply, a follow ...) or a profile whose number of posts has grown. Not to
have heard of somebody is no silence: exports hold only what they hold. Silent is whoever was looked at twice, far
apart, without a post between; and moved who says so on the old profile.

What it cannot tell: who reads without posting; and who took away as many posts as they wrote. Saved posts alone
tell no silence: a file of them may hold any part, such as the ones I liked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import following, settings
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window

ACTIVE, SILENT, UNKNOWN, MOVED = "active", "silent", "unknown", "moved"

# The last sights of a profile that have the same number of posts: from when it stood there, up to when it was seen
# to. Before it, unless it was never otherwise, lies the last sight with another number.
_SIGHTS = """
WITH followed AS (SELECT UNNEST($platforms) AS platform, UNNEST($accounts) AS account),
sights AS (
    SELECT platform, account, observed_utc, max(posts) AS posts
    FROM seen_accounts SEMI JOIN followed USING (platform, account)
    WHERE posts IS NOT NULL AND observed_utc <= $now
    GROUP BY platform, account, observed_utc
), latest AS (
    SELECT platform, account, arg_max(posts, observed_utc) AS posts, max(observed_utc) AS seen_utc
    FROM sights GROUP BY platform, account
), changed AS (
    SELECT s.platform, s.account, max(s.observed_utc) AS last_other_utc
    FROM sights s JOIN latest l USING (platform, account) WHERE s.posts <> l.posts GROUP BY ALL
), still AS (
    SELECT s.platform, s.account, min(s.observed_utc) AS still_from_utc
    FROM sights s LEFT JOIN changed c USING (platform, account)
    WHERE c.last_other_utc IS NULL OR s.observed_utc > c.last_other_utc GROUP BY ALL
), signs AS (
    SELECT platform, account, max(at_utc) AS at_utc FROM (
        SELECT platform, author AS account, created_utc AS at_utc FROM current_posts
        UNION ALL SELECT platform, actor, at_utc FROM current_interactions)
    SEMI JOIN followed USING (platform, account)
    WHERE at_utc <= $now GROUP BY ALL
), moves AS (
    SELECT platform, account, arg_max(moved_to, observed_utc) AS moved_to,
           min(observed_utc) FILTER (moved_to IS NOT NULL) AS moved_before_utc
    FROM seen_accounts SEMI JOIN followed USING (platform, account)
    WHERE observed_utc <= $now GROUP BY ALL
)
SELECT f.platform, f.account, g.at_utc AS last_sign, l.seen_utc, t.still_from_utc, c.last_other_utc,
       m.moved_to, m.moved_before_utc
FROM followed f
LEFT JOIN signs g USING (platform, account)
LEFT JOIN latest l USING (platform, account)
LEFT JOIN still t USING (platform, account)
LEFT JOIN changed c USING (platform, account)
LEFT JOIN moves m USING (platform, account)
"""

_COLUMNS = [
    "platform", "account", "handle", "display_name", "state", "last_sign", "silent_days", "seen_utc", "moved_to",
    "renamed_from", "why",
]  # fmt: skip


@remembered
def states(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, silent_days: float | None = None
) -> pd.DataFrame:
    """One row per account followed, those who moved first, then the silent ones, the longest silence first.

    silent_days: from how many days without a sign on an account is silent; null is the setting silent_days.

    Columns: platform, account, handle, display_name; state: moved (its profile names another account), active (a
    sign of life within the silent days), silent (none for so long up to a sight of its profile that lies within the
    silent days itself), unknown (the rest: nothing says either); last_sign (UTC, of the last act or post that is
    dated; null where none is here), silent_days (days without a sign, up to the last sight; null unless silent),
    seen_utc (UTC, when the profile's number of posts was last seen), moved_to (account; null if it did not move),
    renamed_from (the handle before this one, null where none is known), why (a sentence: what the state rests on).

    Worked example, 180 days, on 1 December: a posted in November: active. b had 40 posts in profiles of 1 March and
    1 November, the last one here is of 2019: silent for 245 days. c had 40 posts in March and nothing was seen of it
    since: unknown. d was seen with 40 posts in March and 41 in November: active.
    """
    days = settings.number(cursor, "silent_days") if silent_days is None else silent_days
    followed = following.members(cursor, window).drop_duplicates(["platform", "account"])
    found = followed[["platform", "account", "handle", "display_name"]]
    parameters = {
        "now": window.now_utc,
        "platforms": found["platform"].tolist(),
        "accounts": found["account"].tolist(),
    }
    if found.empty:
        return pd.DataFrame(columns=_COLUMNS)
    key = ["platform", "account"]
    found = found.merge(cursor.execute(_SIGHTS, parameters).df(), how="left", on=key)
    newest = renamed(cursor, window).drop_duplicates(key, keep="last")[[*key, "old_handle"]]
    found = found.merge(newest.rename(columns={"old_handle": "renamed_from"}), how="left", on=key)
    found["renamed_from"] = found["renamed_from"].astype(object).where(found["renamed_from"].notna(), None)
    return _judged(found, window, days)


def _judged(found: pd.DataFrame, window: Window, days: float) -> pd.DataFrame:
    cutoff = pd.Timestamp(window.now_utc - timedelta(days=days))
    # Looked at twice with the same number of posts, nothing dated after the first look.
    quiet_from = found[["still_from_utc", "last_sign"]].max(axis="columns").where(found["seen_utc"].notna())
    quiet_days = (found["seen_utc"] - quiet_from).dt.total_seconds() // 86400
    grown = found["last_other_utc"].notna() & (found["still_from_utc"] >= cutoff)
    active = (found["last_sign"] >= cutoff) | grown
    silent = ~active & (quiet_days >= days) & (found["seen_utc"] >= cutoff)
    moved = found["moved_to"].notna()
    found = found.assign(state=UNKNOWN, silent_days=quiet_days.where(silent & ~moved).astype("Int64"))
    for state, applies in ((ACTIVE, active), (SILENT, silent), (MOVED, moved)):
        found.loc[applies, "state"] = state
    found["why"] = pd.Series(
        [_why(row, is_grown) for row, is_grown in zip(found.to_dict("records"), grown, strict=True)],
        index=found.index,
        dtype=object,
    )
    rank = found["state"].map({MOVED: 0, SILENT: 1, UNKNOWN: 2, ACTIVE: 3})
    found = found.assign(rank=rank).sort_values(
        ["rank", "silent_days", "last_sign", "platform", "account"],
        ascending=[True, False, True, True, True],
        na_position="last",
        ignore_index=True,
    )
    return found[_COLUMNS]


def _why(row: Mapping[Any, Any], grown: bool) -> str:
    """Such as "the number of its posts stood still from 2026-03-01 to 2026-11-01"."""
    match row["state"]:
        case "moved":
            return f"its profile of {_day(row['moved_before_utc'])} says that it moved to {row['moved_to']}"
        case "active" if grown and not row["last_sign"] > row["last_other_utc"]:
            return f"wrote between {_day(row['last_other_utc'])} and {_day(row['still_from_utc'])}"
        case "active":
            return f"last post or act here on {_day(row['last_sign'])}"
        case "silent":
            stood = f"no new post from {_day(row['still_from_utc'])} to {_day(row['seen_utc'])}"
            return stood if pd.isna(row["last_sign"]) else f"{stood}; last here on {_day(row['last_sign'])}"
        case _:
            if not pd.isna(row["last_sign"]):
                return f"last here on {_day(row['last_sign'])}; nothing says whether it wrote since"
            return "nothing of it is here that would tell"


def _day(moment: Any) -> str:
    return f"{moment:%Y-%m-%d}"


_RENAMED = """
WITH seen AS (
    SELECT platform, account, observed_utc, arg_max(handle, fact) AS handle
    FROM seen_accounts
    WHERE handle IS NOT NULL AND observed_utc <= $now AND ($platform IS NULL OR platform = $platform)
    GROUP BY platform, account, observed_utc
), followed_by AS (
    SELECT platform, account, handle, observed_utc,
           lead(handle) OVER each AS new_handle, lead(observed_utc) OVER each AS before_utc
    FROM seen WINDOW each AS (PARTITION BY platform, account ORDER BY observed_utc)
)
SELECT platform, account, handle AS old_handle, new_handle, observed_utc AS after, before_utc AS before
FROM followed_by
WHERE lower(new_handle) <> lower(handle)
ORDER BY platform, account, after
"""


def renamed(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Every change of a handle under the same id: platform, account, old_handle, new_handle, after, before (UTC:
    last seen under the old handle, first seen under the new one). Whether one follows the account or not.

    Worked example: id 7 is wren in May and wren_reed in July: old wren, new wren_reed, between May and July.
    A network whose ids are the handles (Mastodon) shows a rename as somebody new.
    """
    return cursor.execute(_RENAMED, {"now": window.now_utc, "platform": window.platform}).df()
