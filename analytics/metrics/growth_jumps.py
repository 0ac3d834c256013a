"""When did unusually many come, and which of my posts were around then?

A jump stands out of the account's own days or intervals. That a post was around a jump does not say that it brought
anybody: nothing here tells why somebody follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import follower_growth, retention
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window, midnight_utc, moment_after, to_local

COUNTED, DATED, LISTS = "counted", "dated", "lists"
STANDS_OUT = 3.5
TIMES = 2
LEAST = 3
"""A jump has at least so many people."""
FEWEST = {COUNTED: 14, DATED: 14, LISTS: 4}
"""So many days or intervals must be known before one can stand out."""
BEFORE = timedelta(days=2)
TOP = 3

_TOGETHER = timedelta(days=2)
_MAD_OF_NORMAL = 0.6745
_MEAN_OF_NORMAL = 1.253314

COLUMNS = ("platform", "owner", "basis", "from", "to", "days", "gained", "usual_per_day", "other_per_day")

# Counts of the moment that is asked about are the newest up to then. A repost is somebody else's post.
_POSTS = """
WITH jumps AS (
    SELECT unnest($platforms::VARCHAR[]) AS platform, unnest($owners::VARCHAR[]) AS owner,
           unnest($starts::TIMESTAMP[]) AS start_utc, unnest($ends::TIMESTAMP[]) AS end_utc
), counts AS (
    SELECT platform, post_id, max(likes) AS likes, max(reposts) AS reposts, max(replies) AS replies,
           max(quotes) AS quotes, max(impressions) AS impressions
    FROM (
        SELECT * FROM post_counts WHERE observed_utc <= $now
        QUALIFY row_number() OVER (PARTITION BY platform, post_id, likes IS NULL, impressions IS NULL
                                   ORDER BY observed_utc DESC, fact) = 1)
    GROUP BY platform, post_id
), mine AS (
    SELECT p.platform, p.author AS owner, p.post_id, p.created_utc, p.kind, p.text, c.likes, c.reposts, c.replies,
           c.quotes, c.impressions,
           CASE WHEN coalesce(c.likes, c.reposts, c.replies, c.quotes) IS NOT NULL
                THEN coalesce(c.likes, 0) + coalesce(c.reposts, 0) + coalesce(c.replies, 0) + coalesce(c.quotes, 0)
                END AS received
    FROM current_posts p
    SEMI JOIN jumps j ON j.platform = p.platform AND j.owner = p.author
    LEFT JOIN counts c ON c.platform = p.platform AND c.post_id = p.post_id
    WHERE p.kind <> 'repost' AND p.created_utc <= $now
), ranked AS (
    SELECT *, CASE WHEN received IS NOT NULL
                   THEN rank() OVER (PARTITION BY platform, owner ORDER BY received DESC NULLS LAST) END AS place,
           median(received) OVER (PARTITION BY platform, owner) AS median_received,
           count(received) OVER (PARTITION BY platform, owner) AS posts_counted
    FROM mine
)
SELECT j.platform, j.owner, j.start_utc AS "from", j.end_utc AS "to", m.post_id, m.created_utc AS created, m.kind,
       m.text, m.likes, m.reposts, m.replies, m.quotes, m.impressions, m.received, m.place, m.median_received,
       m.posts_counted
FROM jumps j
JOIN ranked m ON m.platform = j.platform AND m.owner = j.owner
     AND m.created_utc >= j.start_utc - $before::INTERVAL AND m.created_utc < j.end_utc
WHERE m.received IS NOT NULL OR m.impressions IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY j.platform, j.owner, j.start_utc, j.end_utc
        ORDER BY m.received DESC NULLS LAST, m.impressions DESC NULLS LAST, m.created_utc, m.post_id) <= $top
ORDER BY j.platform, j.owner, j.start_utc, m.received DESC NULLS LAST, m.impressions DESC NULLS LAST,
         m.created_utc, m.post_id
"""


def jumps(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Days and intervals in which more came than this account's own others let one expect.

    Columns: platform, owner, basis (counted: new follows a day as the platform counts them; dated: follows a day
    whose moment a list or a notice knows, each person once; lists: gained between two complete lists), from, to
    (UTC), days (length), gained (people), usual_per_day (median of the account's days, or of its intervals a day),
    other_per_day (mean of those that do not stand out). Days that stand out with at most one other between them are
    one jump.

    A day or interval stands out where its rate exceeds median + 3.5 MAD / 0.6745; where the MAD is 0 (more than half
    are the same), median + 3.5 x 1.253314 x the mean deviation; and in any case twice the median, since a very even
    record makes much of little. It needs 3 people, and 14 days or 4 intervals to compare. A day that the platform
    counted is not looked for among the dated ones.

    Worked example: twelve days with 1, one with 2 and one with 9 new follows, 14 in all: median 1, MAD 0, mean
    deviation (1 + 8) / 14 = 0.643, limit 1 + 3.5 x 1.253314 x 0.643 = 3.82; the day with 9 is a jump.

    Source: modified z-scores (Iglewicz and Hoaglin 1993). What it cannot tell: why somebody came; and a growth that
    is steady has no jumps, however fast it is.
    """
    frame = _all_jumps(cursor, replace(window, since=None, until=None))
    if window.since:
        frame = frame[frame["to"] > midnight_utc(window.since, window.time_zone)]
    if window.until:
        frame = frame[frame["from"] < moment_after(window.until, window.time_zone)]
    return frame.reset_index(drop=True)


@remembered
def _all_jumps(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    found: list[dict[str, Any]] = []
    counted = follower_growth.daily(cursor, window).dropna(subset=["new_follows"])
    by_platform: dict[tuple[str, str], set[Any]] = {}
    for (platform, owner), days in counted.groupby(["platform", "owner"]):
        by_platform[str(platform), str(owner)] = set(days["day"])
        series = pd.Series(days["new_follows"].astype("float64").to_numpy(), index=days["day"])
        found += [_key(platform, owner, COUNTED) | run for run in _runs(series, COUNTED, window)]
    for (platform, owner), moments in retention.dated(cursor, window).groupby(["platform", "owner"]):
        days_known = [to_local(one, window.time_zone).date() for one in moments["moment"]]
        span = pd.date_range(min(days_known), max(days_known), freq="D").date
        series = pd.Series(days_known).value_counts().reindex(span, fill_value=0).astype("float64")
        series = series[
            [day not in by_platform.get((str(platform), str(owner)), set()) for day in series.index]
        ]
        found += [_key(platform, owner, DATED) | run for run in _runs(series, DATED, window)]
    found += list(_intervals(follower_growth.changes(cursor, window)))
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    frame = frame.astype({"from": "datetime64[us]", "to": "datetime64[us]", "gained": "int64"})
    return frame.sort_values(["platform", "owner", "from", "basis"], kind="stable")


def limit(rates: pd.Series[float]) -> float:
    """The rate above which one stands out; see `jumps`.

    >>> round(limit(pd.Series([1.0] * 12 + [2.0, 9.0])), 2)
    3.82
    """
    middle = float(rates.median())
    deviations = (rates - middle).abs()
    spread = float(deviations.median()) / _MAD_OF_NORMAL or float(deviations.mean()) * _MEAN_OF_NORMAL
    return max(middle + STANDS_OUT * spread, TIMES * middle)


def _key(platform: object, owner: object, basis: str) -> dict[str, Any]:
    return {"platform": platform, "owner": owner, "basis": basis}


def _runs(days: pd.Series[float], basis: str, window: Window) -> Iterator[dict[str, Any]]:
    """Jumps among days (index: local days in order): those that stand out, joined where they are near."""
    if len(days) < FEWEST[basis]:
        return
    high = days[(days > limit(days)) & (days >= LEAST)]
    rest = days[~days.index.isin(high.index)]
    runs: list[list[Any]] = []
    for day in high.index:
        if runs and day - runs[-1][-1] <= _TOGETHER:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        span = days[(days.index >= run[0]) & (days.index <= run[-1])]
        yield {
            "from": midnight_utc(run[0], window.time_zone),
            "to": min(moment_after(run[-1], window.time_zone), window.now_utc),
            "days": float((run[-1] - run[0]).days + 1),
            "gained": int(span.sum()),
            "usual_per_day": float(days.median()),
            "other_per_day": float(rest.mean()) if len(rest) else None,
        }


def _intervals(changes: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Jumps among intervals of lists; who is there under another name did not come."""
    followers = changes[changes["direction"] == "follower"]
    came = (followers["gained"] - followers["renamed"]).astype("float64")
    days = (followers["to"] - followers["from"]).dt.total_seconds() / 86_400
    followers = followers.assign(came=came, days=days, rate=came / days)
    for (platform, owner), rows in followers.groupby(["platform", "owner"]):
        if len(rows) < FEWEST[LISTS]:
            continue
        high = (rows["rate"] > limit(rows["rate"])) & (rows["came"] >= LEAST)
        others = rows[~high]
        for row in rows[high].to_dict("records"):
            yield _key(platform, owner, LISTS) | {
                "from": row["from"],
                "to": row["to"],
                "days": row["days"],
                "gained": int(row["came"]),
                "usual_per_day": float(rows["rate"].median()),
                "other_per_day": float(others["came"].sum() / others["days"].sum()) if len(others) else None,
            }


def posts_around(cursor: duckdb.DuckDBPyConnection, window: Window, found: pd.DataFrame) -> pd.DataFrame:
    """My posts within each jump or the two days before it, those first that received most; at most three a jump.

    found: rows of `jumps`. Columns: platform, owner, from, to (UTC, of the jump), post_id, created (UTC), kind, text,
    likes, reposts, replies, quotes, impressions (null where unknown), received (likes + reposts + replies + quotes,
    of those that are known; null where none is), place (1: no post of mine of that network received more),
    median_received (of all my posts of that network), posts_counted (how many posts these two are of). Posts of
    which nothing is known are left out, and so are my reposts.

    Worked example: a jump on 19 June, a post of 18 June with 412 likes and 65 reposts, one of 16 June with 900: the
    first alone, with 477 received.

    What it cannot tell: whether a post has anything to do with the jump.
    """
    parameters = {
        "platforms": found["platform"].tolist(),
        "owners": found["owner"].tolist(),
        "starts": [moment.to_pydatetime() for moment in found["from"]],
        "ends": [moment.to_pydatetime() for moment in found["to"]],
        "now": window.now_utc,
        "before": BEFORE,
        "top": TOP,
    }
    counts = ["likes", "reposts", "replies", "quotes", "impressions", "received", "place", "posts_counted"]
    return cursor.execute(_POSTS, parameters).df().astype(dict.fromkeys(counts, "Int64"))
