"""How many more can I follow, and why does a network let me follow only a few a day?

The limits stand in data/reference/platform_limits.toml, each with its source and how sure it is. What counts for an
account of the user's is worked out from its own numbers.

What it cannot tell: limits that a network keeps to itself, and what it holds against an account.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from analytics import reference
from analytics.metrics import follower_growth
from analytics.metrics.reciprocity import OWNER_MATCHES
from analytics.metrics.window import Window, to_local

NEARLY = 0.9
"""From this share of a limit on it is worth a warning."""

BUSY_WITHIN = timedelta(days=90)
"""The busiest day is looked for among these last days."""

# The handle last seen goes before the one in the identities, as everywhere.
_OWNERS = f"""
SELECT l.platform, l.owner, coalesce(max(a.handle), max(l.handle)) AS owner_handle
FROM (SELECT platform, account AS owner, handle FROM me
      UNION ALL SELECT platform, owner, NULL FROM owned_lists
      WHERE direction IN ('follower', 'following') AND as_of_utc <= $now) l
LEFT JOIN accounts a ON a.platform = l.platform AND a.account = l.owner
WHERE ($platform IS NULL OR l.platform = $platform) AND {OWNER_MATCHES}
GROUP BY l.platform, l.owner ORDER BY l.platform, l.owner
"""

_FOLLOWS = f"""
SELECT DISTINCT platform, owner, account, at_utc FROM (
    SELECT l.platform, l.owner, m.account, m.since_utc AS at_utc
    FROM owned_lists l JOIN follow_list_members m USING (fact)
    WHERE l.direction = 'following' AND m.since_utc IS NOT NULL AND l.as_of_utc <= $now
    UNION ALL
    SELECT platform, actor, target, at_utc FROM current_interactions WHERE kind = 'follow') l
WHERE at_utc <= $now AND at_utc > $from
  AND ($platform IS NULL OR platform = $platform) AND {OWNER_MATCHES}
"""

_COLUMNS = {
    "platform": None, "owner": None, "owner_handle": None, "as_of": None, "following": "Int64", "followers": "Int64",
    "cap": "Int64", "cap_formula": None, "left": "Int64", "share_used": "Float64", "per_day": "Int64",
    "per_hour": "Int64", "cap_source": None, "cap_certainty": None, "per_day_source": None,
    "per_day_certainty": None, "busiest_day": None, "busiest_day_follows": "Int64", "answer": None,
}  # fmt: skip


def load_limits() -> dict[str, dict[str, Any]]:
    """platform_limits.toml: network -> its limits; the user's own file of that name adds to it."""
    found: dict[str, dict[str, Any]] = {}
    for path in (
        reference.reference("platform_limits.toml"),
        reference.user_folder() / "platform_limits.toml",
    ):
        if path.is_file():
            for platform, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
                found.setdefault(platform, {}).update(entry)
    return found


def limits(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, known: Mapping[str, Mapping[str, Any]] | None = None
) -> pd.DataFrame:
    """One row per account of the user's.

    known: limits by network, null is platform_limits.toml.

    Columns: platform, owner, owner_handle, as_of (UTC, when `following` was counted), following, followers (people;
    the latest known of each up to then, from a list or the profile), cap (people one can follow in all as things
    stand; null where none is published, or where it depends on a number that is not known), cap_formula (words),
    left (people; cap - following, at least 0), share_used (0-1), per_day, per_hour (follows), cap_source,
    cap_certainty, per_day_source, per_day_certainty (official or second hand), busiest_day (local date) and
    busiest_day_follows (the most follows of one day among the last 90 days, of those that are dated; null where none
    is), answer (why one may be limited to a few follows a day, in this account's case).

    Worked example: on Mastodon I follow 7,400 and have 8,000 followers: the cap is max(7,500, round(1.1 x 8,000)) =
    8,800, so 1,400 are left, at most 400 a day.
    """
    known = load_limits() if known is None else known
    asked = {"now": window.now_utc, "platform": window.platform, "owner": window.owner}
    points = follower_growth.points(cursor, replace(window, since=None, until=None))
    follows = cursor.execute(_FOLLOWS, asked | {"from": window.now_utc - BUSY_WITHIN}).df()
    rows = [
        _of_owner(owner, points, follows, known.get(owner["platform"], {}), window)
        for owner in cursor.execute(_OWNERS, asked).df().to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.astype({name: type_ for name, type_ in _COLUMNS.items() if type_})


def _of_owner(
    owner: Mapping[Any, Any],
    points: pd.DataFrame,
    follows: pd.DataFrame,
    limit: Mapping[str, Any],
    window: Window,
) -> dict[str, Any]:
    mine = points[(points["platform"] == owner["platform"]) & (points["owner"] == owner["owner"])]
    as_of, following = _latest(mine, "following")
    _, followers = _latest(mine, "followers")
    cap, formula = cap_of(limit, followers)
    day, most = _busiest(follows, owner, window.time_zone)
    row = {
        **owner,
        "as_of": as_of,
        "following": following,
        "followers": followers,
        "cap": cap,
        "cap_formula": formula,
        "left": max(cap - following, 0) if cap is not None and following is not None else None,
        "share_used": following / cap if cap and following is not None else None,
        "per_day": _pace(limit, "day"),
        "per_hour": _pace(limit, "hour"),
        "cap_source": limit.get("following_source"),
        "cap_certainty": limit.get("following_certainty"),
        "per_day_source": limit.get("per_day_source"),
        "per_day_certainty": limit.get("per_day_certainty"),
        "busiest_day": day,
        "busiest_day_follows": most,
    }
    return row | {"answer": " ".join(_answer(row, limit))}


def _latest(points: pd.DataFrame, column: str) -> tuple[datetime | None, int | None]:
    known = points.dropna(subset=[column])
    if known.empty:
        return None, None
    last = known.iloc[-1]
    return last["as_of"].to_pydatetime(), int(last[column])


def _busiest(follows: pd.DataFrame, owner: Mapping[Any, Any], time_zone: str) -> tuple[Any, int | None]:
    mine = follows[(follows["platform"] == owner["platform"]) & (follows["owner"] == owner["owner"])]
    if mine.empty:
        return None, None
    days = pd.Series([to_local(at, time_zone).date() for at in mine["at_utc"]]).value_counts().sort_index()
    return days.idxmax(), int(days.max())


def cap_of(limit: Mapping[str, Any], followers: int | None) -> tuple[int | None, str | None]:
    """How many one can follow in all, and how that is worked out, from an entry of platform_limits.toml.

    >>> cap_of({"following": 7500, "followers_ratio": 1.1}, 8000)
    (8800, 'the larger of 7,500 and 1.1 x followers')
    >>> cap_of({"following": 7500, "followers_ratio": 1.1}, 500)[0], cap_of({}, 500)
    (7500, (None, None))
    """
    following = limit.get("following")
    if following is None:
        return None, None
    if ratio := limit.get("followers_ratio"):
        # Half is rounded up, as Ruby does it.
        reach = int(followers * ratio + 0.5) if followers is not None else 0
        return max(following, reach), f"the larger of {following:,} and {ratio:g} x followers"
    if limit.get("ratio_unpublished"):
        return (
            following,
            f"{following:,}, then as many as its ratio of followers allows, which is not published",
        )
    return following, f"{following:,}"


def _pace(limit: Mapping[str, Any], time: str) -> int | None:
    """Follows a day or an hour; where they cost points, as many as these pay for."""
    if cost := limit.get("points_per_follow"):
        return int(limit[f"points_per_{time}"] // cost)
    return limit.get(f"per_{time}")


def _answer(row: Mapping[str, Any], limit: Mapping[str, Any]) -> list[str]:
    """Sentences: how it stands with the limit in all, then with the pace, then what else may slow one down."""
    if not limit:
        return ["No limit of this network is known here; what it lets you do, it alone can say."]
    said = [*_in_all(row, limit)]
    if row["per_day"]:
        hour = f" and {row['per_hour']:,} an hour" if row["per_hour"] else ""
        sure = "" if row["per_day_certainty"] == "official" else f" ({row['per_day_certainty']})"
        said.append(f"A day it takes at most {row['per_day']:,} follows{hour}{sure}.")
        if row["busiest_day"] is not None:
            most = f"you made {row['busiest_day_follows']:,} at most on one day ({row['busiest_day']})"
            said.append(f"In the last {BUSY_WITHIN.days} days {most}, as far as follows are dated here.")
    said += [limit[key] for key in ("note", "manners") if limit.get(key)]
    return said


def _in_all(row: Mapping[str, Any], limit: Mapping[str, Any]) -> list[str]:
    following, followers, cap = row["following"], row["followers"], row["cap"]
    if cap is None:
        return ["There is no published limit to how many you follow in all."]
    second_hand = "" if row["cap_certainty"] == "official" else f", {row['cap_certainty']}"
    said = f"In all it lets you follow {row['cap_formula']}{second_hand}"
    if following is None:
        return [f"{said}; how many you follow is not in these exports."]
    with_followers = f" and have {followers:,} followers" if followers is not None else ""
    if following < cap:
        nearly = "only " if following >= NEARLY * cap else ""
        return [
            f"{said}. You follow {following:,}{with_followers}, so {nearly}{cap - following:,} more are left: "
            f"{'this limit is near.' if nearly else 'that is not what limits you.'}"
        ]
    if limit.get("ratio_unpublished"):
        rest = "so it lets you follow more only as you gain followers, a few at a time: this limits you."
    elif limit.get("followers_ratio"):
        rest = "so none are left until you gain followers or stop following some: this limits you."
    else:
        rest = "so none are left until you stop following some: this limits you."
    return [f"{said}. You follow {following:,}{with_followers}, {rest}"]
