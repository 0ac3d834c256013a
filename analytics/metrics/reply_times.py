"""How soon do people answer me, and I them? Medians, since an average drowns in nights.

Known where the reply is held and the moment of what it answers: from that post itself, or from its number, as several
networks number posts by time: X since November 2010 (milliseconds since 1288834974657 in the bits above the 22nd),
Mastodon (milliseconds above the 16th), Bluesky (its timestamp identifiers: microseconds in the bits above the 10th).
What it cannot tell: what was never answered.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.window import Window, midnight_utc, moment_after

COLUMNS = (
    "site",
    "direction",
    "replies",
    "median_seconds",
    "quarter_seconds",
    "three_quarter_seconds",
    "within_a_day",
)
TO_ME, TO_THEM = "to me", "to them"

_BASE32 = "234567abcdefghijklmnopqrstuvwxyz"

# Every number is checked against what such numbers can be: other servers number posts as they like. Timestamp
# identifiers begin with 3 from September 2005 to May 2041; from c on they would not fit 64 bits; such are names.
_MOMENT = f"""
CASE platform
WHEN 'x' THEN CASE WHEN TRY_CAST(id AS BIGINT) > 29700000000
    THEN epoch_ms((TRY_CAST(id AS BIGINT) >> 22) + 1288834974657) END
WHEN 'mastodon' THEN CASE
    WHEN TRY_CAST(regexp_extract(id, '/([0-9]{{17,18}})$', 1) AS BIGINT) >> 16 BETWEEN 1451606400000 AND epoch_ms($now)
    THEN epoch_ms(TRY_CAST(regexp_extract(id, '/([0-9]{{17,18}})$', 1) AS BIGINT) >> 16) END
WHEN 'bluesky' THEN CASE WHEN regexp_matches(id, '/3[2-7a-z]{{12}}$')
    THEN make_timestamp((list_reduce(list_prepend(0::BIGINT, list_transform(string_split(right(id, 13), ''),
         lambda c: (strpos('{_BASE32}', c) - 1)::BIGINT)), lambda a, b: a * 32 + b)) >> 10) END
END
"""

_REPLIES = f"""
WITH replies AS (
    SELECT r.platform, r.reply_to_post AS id, r.created_utc,
           CASE WHEN mine.account IS NOT NULL THEN '{TO_THEM}' ELSE '{TO_ME}' END AS direction
    FROM current_posts r
    LEFT JOIN me mine ON mine.platform = r.platform AND mine.account = r.author
    LEFT JOIN me other ON other.platform = r.platform AND other.account = r.reply_to_account
    WHERE r.kind = 'reply' AND r.reply_to_post IS NOT NULL AND r.created_utc <= $now
      AND (mine.account IS NULL) <> (other.account IS NULL)
      AND ($since IS NULL OR r.created_utc >= $since) AND ($until IS NULL OR r.created_utc < $until)
      AND ($platform IS NULL OR r.platform = $platform)
), held AS (
    SELECT platform, post_id AS id, min(created_utc) AS at_utc FROM current_posts GROUP BY ALL
), waits AS (
    SELECT r.platform AS site, r.direction,
           epoch(r.created_utc - coalesce(h.at_utc, r.told_utc)) AS seconds
    FROM (SELECT *, {_MOMENT} AS told_utc FROM replies) r LEFT JOIN held h ON h.platform = r.platform AND h.id = r.id
)
SELECT site, direction, count(*) AS replies, median(seconds) AS median_seconds,
       quantile_cont(seconds, .25) AS quarter_seconds, quantile_cont(seconds, .75) AS three_quarter_seconds,
       count_if(seconds <= 86400) / count(*) AS within_a_day
FROM waits WHERE seconds >= 0 GROUP BY site, direction ORDER BY site, direction
"""


def medians(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """How long replies took, per site and direction (to me: others answered me; to them: I answered).

    Columns: site, direction, replies (of which it is known), median_seconds, quarter_seconds, three_quarter_seconds
    (quartiles), within_a_day (share, 0-1).

    Replies after 1, 2 and 48 hours: median 2 hours, within a day 2 of 3.
    """
    asked = {
        "now": window.now_utc,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
        "platform": window.platform,
    }
    return cursor.execute(_REPLIES, asked).df()
