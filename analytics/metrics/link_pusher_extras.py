"""Signals that only published rule sets ask for: reposts, the same post or link again, feeds, the profile's age.

They are counted apart, since ours do without them and counting costs.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.link_pusher_rules import EXTRA_COLUMNS, Rules
from analytics.metrics.link_pusher_signals import over_marked_posts
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window

# Posts of equal bands have (nearly) the same words; a link again is one whose address the account posted before.
_EXTRAS = """
, clients AS (
    SELECT fact, regexp_matches(lower(client), '(feed|rss|dlvr)') AS is_feed
    FROM current_posts WHERE nullif(trim(client), '') IS NOT NULL
), posted AS (
    SELECT person, count_if(is_repost) / count(*) AS repost_share,
           count_if(clients.is_feed) / nullif(count(clients.fact), 0) AS feed_share
    FROM seen LEFT JOIN clients USING (fact) GROUP BY person
), again AS (
    SELECT person, max(times) AS same_post_most
    FROM (SELECT person, count(*) AS times FROM seen WHERE is_own AND bands IS NOT NULL GROUP BY person, bands)
    GROUP BY person
), linked AS (
    SELECT person, 1 - count(DISTINCT url) / count(*) AS same_link_share
    FROM seen JOIN post_links USING (fact) WHERE has_link GROUP BY person
), profiles AS (
    SELECT platform, account, bio, default_image::INTEGER AS default_image,
           followers / greatest(following, 1) AS followers_per_following,
           epoch(observed_utc - created_utc) / 86400 AS age_days, following IS NOT NULL AS has_following
    FROM accounts
)
SELECT n.platform, n.account, repost_share, same_post_most, same_link_share, feed_share,
       CASE WHEN has_following THEN followers_per_following END AS followers_per_following, default_image,
       CASE WHEN bio IS NOT NULL THEN (NOT regexp_matches(bio, '\\S'))::INTEGER END AS empty_bio, age_days
FROM numbered n
LEFT JOIN posted USING (person) LEFT JOIN again USING (person) LEFT JOIN linked USING (person)
LEFT JOIN profiles p ON p.platform = n.platform AND p.account = n.account
ORDER BY n.platform, n.account
"""


@remembered
def extra_signals(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following"
) -> pd.DataFrame:
    """One row per account in scope: platform, account and EXTRA_COLUMNS, null where unknown.

    repost_share: reposts of others / posts seen; same_post_most: how often the post with the most repeated words was
    posted; same_link_share: links whose address the account has posted before / its links; feed_share: posts by a
    feed's program (feed, rss or dlvr in its name) / posts with a known program; followers_per_following: followers /
    following (at least 1); default_image, empty_bio: 1 or 0; age_days: from opening to the last observation.
    """
    return over_marked_posts(cursor, window, _EXTRAS, scope=scope)


def needs_extras(rules: Rules) -> bool:
    """True where a rule set reads one of EXTRA_COLUMNS."""
    read = {signal.column for signal in rules.signals}
    read |= {column for signal in rules.signals if signal.guard for column in signal.guard.columns}
    return bool(read & set(EXTRA_COLUMNS))
