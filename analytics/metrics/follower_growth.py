"""Who came, who left, and how the numbers moved.

Levels come from lists and from counts seen in profiles. Who came and who left is only known from the
difference of two complete lists, so it happened somewhere in the interval between them.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.reciprocity import OWNER_MATCHES
from analytics.metrics.window import Window, midnight_utc, moment_after

_LISTS = f"""
WITH lists AS (
    SELECT l.fact, l.platform, l.owner, l.direction, l.as_of_utc, l.members,
           lag(l.fact) OVER side AS before_fact, lag(l.as_of_utc) OVER side AS before_utc
    FROM follow_lists l
    WHERE l.complete AND l.direction IN ('follower', 'following') AND l.as_of_utc <= $now
      AND ($platform IS NULL OR l.platform = $platform) AND {OWNER_MATCHES}
    WINDOW side AS (PARTITION BY l.platform, l.owner, l.direction ORDER BY l.as_of_utc)
)
"""

# A list says more than a profile's number of the same day.
_UNLISTED = """NOT EXISTS (
    SELECT 1 FROM lists t WHERE t.platform = l.platform AND t.owner = l.owner AND t.direction = '{side}'
    AND t.as_of_utc::DATE = o.observed_utc::DATE)"""

_POINTS = f"""
{_LISTS}, seen AS (
    SELECT platform, owner, as_of_utc AS as_of,
           CASE WHEN direction = 'follower' THEN members END AS followers,
           CASE WHEN direction = 'following' THEN members END AS following, 'list' AS source
    FROM lists
    UNION ALL
    SELECT l.platform, l.owner, o.observed_utc, CASE WHEN {_UNLISTED.format(side="follower")} THEN o.followers END,
           CASE WHEN {_UNLISTED.format(side="following")} THEN o.following END, 'profile'
    FROM account_observations o
    JOIN (SELECT platform, account AS owner FROM me) l ON l.platform = o.platform AND l.owner = o.account
    WHERE o.observed_utc <= $now AND ($platform IS NULL OR l.platform = $platform) AND {OWNER_MATCHES}
)
SELECT platform, owner, as_of, max(followers) AS followers, max(following) AS following, min(source) AS source
FROM seen
WHERE ($since IS NULL OR as_of >= $since) AND ($until IS NULL OR as_of < $until)
  AND coalesce(followers, following) IS NOT NULL
GROUP BY platform, owner, as_of
ORDER BY platform, owner, as_of
"""

_EVENTS = f"""
{_LISTS}
SELECT platform, owner, account, handle, direction, kind, after, before
FROM (
    SELECT l.platform, l.owner, m.account, l.direction, 'gained' AS kind,
           l.before_utc AS after, l.as_of_utc AS before
    FROM lists l JOIN follow_list_members m ON m.fact = l.fact
    WHERE l.before_fact IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM follow_list_members b WHERE b.fact = l.before_fact AND b.account = m.account)
    UNION ALL
    SELECT l.platform, l.owner, b.account, l.direction, 'lost', l.before_utc, l.as_of_utc
    FROM lists l JOIN follow_list_members b ON b.fact = l.before_fact
    WHERE NOT EXISTS (
        SELECT 1 FROM follow_list_members m WHERE m.fact = l.fact AND m.account = b.account)
) LEFT JOIN (SELECT platform, account, handle FROM accounts) USING (platform, account)
WHERE ($since IS NULL OR before >= $since) AND ($until IS NULL OR before < $until)
ORDER BY platform, owner, direction, before, kind, account
"""

_CHANGES = f"""
{_LISTS}
SELECT l.platform, l.owner, l.direction, l.before_utc AS "from", l.as_of_utc AS "to",
       (SELECT count(*) FROM follow_list_members m WHERE m.fact = l.fact AND NOT EXISTS (
            SELECT 1 FROM follow_list_members b WHERE b.fact = l.before_fact AND b.account = m.account)) AS gained,
       (SELECT count(*) FROM follow_list_members b WHERE b.fact = l.before_fact AND NOT EXISTS (
            SELECT 1 FROM follow_list_members m WHERE m.fact = l.fact AND m.account = b.account)) AS lost
FROM lists l
WHERE l.before_fact IS NOT NULL
  AND ($since IS NULL OR l.as_of_utc >= $since) AND ($until IS NULL OR l.as_of_utc < $until)
ORDER BY l.platform, l.owner, l.direction, l.as_of_utc
"""

_DAILY = f"""
SELECT platform, owner, day,
       max(value) FILTER (metric = 'new_follows')::BIGINT AS new_follows,
       max(value) FILTER (metric = 'unfollows')::BIGINT AS unfollows
FROM (SELECT platform, account AS owner, day, metric, value FROM daily_counts) l
WHERE metric IN ('new_follows', 'unfollows') AND day <= $today
  AND ($platform IS NULL OR platform = $platform) AND {OWNER_MATCHES}
  AND ($since_day IS NULL OR day >= $since_day) AND ($until_day IS NULL OR day <= $until_day)
GROUP BY ALL ORDER BY ALL
"""


def _parameters(window: Window) -> dict[str, object]:
    return {
        "now": window.now_utc,
        "platform": window.platform,
        "owner": window.owner,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
    }


def points(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Levels: platform, owner, as_of (UTC), followers, following (people), source (list or profile).

    A list counts before a profile's number of the same day.
    """
    return _whole(cursor.execute(_POINTS, _parameters(window)).df(), "followers", "following")


def changes(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Between two consecutive complete lists: platform, owner, direction, from, to (UTC), gained, lost
    (people); gained - lost is the change of the level.

    Worked example: {a, b, c} on 1 May, {b, c, d, e} on 1 June: gained 2 (d, e), lost 1 (a), 3 + 2 - 1 = 4.
    """
    return _whole(cursor.execute(_CHANGES, _parameters(window)).df(), "gained", "lost")


def events(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The people behind `changes`: platform, owner, account, handle, direction, kind (gained or lost),
    after, before (UTC; it happened between them). Partial lists never make an event.
    """
    return cursor.execute(_EVENTS, _parameters(window)).df()


def daily(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """What the platform counted itself: platform, owner, day, new_follows, unfollows (people a day)."""
    parameters = {
        "today": window.today,
        "platform": window.platform,
        "owner": window.owner,
        "since_day": window.since,
        "until_day": window.until,
    }
    frame = cursor.execute(_DAILY, parameters).df()
    frame["day"] = frame["day"].dt.date
    return _whole(frame, "new_follows", "unfollows")


def _whole(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(columns, "Int64"))
