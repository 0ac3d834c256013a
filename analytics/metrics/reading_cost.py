"""What does following an account cost, in minutes of reading a week, and what came back from it?

Minutes a week = posts a week x seconds a post / 60. How many posts somebody writes is known in three ways, best
first: counted, from two sights of the profile's own number of posts a week or more apart; held, from the dates of
the posts in the store; lifetime, from the number of posts and the age of the account. A timeline shows only a part,
so "held" is a lower bound. What came back are acts of theirs towards the user's accounts.

Source: ThinkUp reckoned 15 seconds a post. What it cannot tell: which posts were read at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import duckdb
import pandas as pd

from analytics.metrics import conversations, following, settings
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window

LOOKED_BACK = timedelta(days=182)
"""What came back is counted over this long a time where no period is chosen."""

HELD_POSTS = 5
"""From so many dated posts on, they say more than the average over the account's life."""

_RATES = f"""
WITH sights AS (
    SELECT platform, account, posts, observed_utc, created_utc,
           max(observed_utc) OVER (PARTITION BY platform, account) AS latest_utc
    FROM seen_accounts WHERE posts IS NOT NULL AND observed_utc <= $now
), counted AS (
    SELECT platform, account, arg_max(posts, observed_utc) AS posts, max(observed_utc) AS last_utc,
           max(created_utc) AS created_utc,
           (arg_max(posts, observed_utc) - arg_min(posts, observed_utc))
               / (epoch(max(observed_utc) - min(observed_utc)) / 604800) AS a_week,
           max(observed_utc) - min(observed_utc) >= INTERVAL 7 DAY AS apart
    FROM sights WHERE observed_utc >= latest_utc - INTERVAL 365 DAY GROUP BY ALL
), dated AS (
    SELECT platform, author AS account, created_utc,
           max(created_utc) OVER (PARTITION BY platform, author) AS latest_utc
    FROM current_posts WHERE created_utc <= $now
), held AS (
    SELECT platform, account, count(*) AS posts,
           (count(*) - 1) / (greatest(epoch(max(created_utc) - min(created_utc)), 86400) / 604800) AS a_week
    FROM dated WHERE created_utc >= latest_utc - INTERVAL 84 DAY GROUP BY ALL
)
SELECT platform, account,
       CASE WHEN c.apart AND c.a_week >= 0 THEN 'counted'
            WHEN h.posts >= {HELD_POSTS} THEN 'held'
            WHEN c.last_utc >= c.created_utc + INTERVAL 7 DAY THEN 'lifetime'
            WHEN h.posts >= 2 THEN 'held' END AS basis,
       CASE basis WHEN 'counted' THEN c.a_week WHEN 'held' THEN h.a_week
            WHEN 'lifetime' THEN c.posts / (epoch(c.last_utc - c.created_utc) / 604800) END AS posts_per_week
FROM counted c FULL JOIN held h USING (platform, account)
"""

_HEARD_FROM = """
SELECT DISTINCT t.platform FROM acts t SEMI JOIN me m ON m.platform = t.platform AND m.account = t.target
WHERE t.kind <> 'follow'
"""

_COLUMNS = [
    "platform", "account", "handle", "display_name", "posts_per_week", "basis", "minutes_per_week",
    "from_them", "words_from_them", "to_them", "last_at", "weeks", "back_per_hour",
]  # fmt: skip


@remembered
def accounts(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, seconds_a_post: float | None = None
) -> pd.DataFrame:
    """One row per account followed, the worst balance first: least back for an hour, then most minutes.

    seconds_a_post: null is the setting reading_seconds. What came back is counted within window.since and until, or
    within half a year before window.now_utc.

    Columns: platform, account, handle, display_name, posts_per_week (null: nothing tells), basis (counted, held,
    lifetime), minutes_per_week; from_them, words_from_them (acts, and of these replies, mentions, quotes and
    messages; null where no source of that network says what others do), to_them (acts), last_at (UTC, of the last
    act either way), weeks (of the period), back_per_hour (from_them per hour of reading; null where either is not
    known).

    Worked example: 28 posts a week at 15 s are 7 min; 13 replies in 26 weeks, which are 182 min of reading, are
    4.3 an hour.
    """
    seconds = seconds_a_post or settings.number(cursor, "reading_seconds")
    followed = following.members(cursor, window).drop_duplicates(["platform", "account"])
    since, until = window.since or (window.now_utc - LOOKED_BACK).date(), window.until or window.today
    talked = conversations.people(cursor, replace(window, since=since, until=until))
    heard_from = {row[0] for row in cursor.execute(_HEARD_FROM).fetchall()}
    rates = cursor.execute(_RATES, {"now": window.now_utc}).df()
    key = ["platform", "account"]
    found = followed[[*key, "handle", "display_name"]].merge(rates, how="left", on=key)
    found = found.merge(
        talked[[*key, "from_them", "words_from_them", "to_them", "last_at"]], how="left", on=key
    )
    counts = ["from_them", "words_from_them", "to_them"]
    found[counts] = found[counts].fillna(0).astype("Int64")
    found.loc[~found["platform"].isin(heard_from), counts[:2]] = pd.NA
    found["minutes_per_week"] = found["posts_per_week"] * seconds / 60
    found["weeks"] = ((until - since).days + 1) / 7
    hours = (found["minutes_per_week"] * found["weeks"] / 60).where(found["minutes_per_week"] > 0)
    found["back_per_hour"] = found["from_them"].astype("Float64").astype("float64") / hours
    return found.sort_values(
        ["back_per_hour", "minutes_per_week", *key],
        ascending=[True, False, True, True],
        na_position="last",
        ignore_index=True,
    )[_COLUMNS]
