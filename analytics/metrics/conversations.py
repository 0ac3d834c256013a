"""Who does one really talk with? Acts towards people and from them, in the period asked about.

An act is a like, repost, reply, mention, quote or message, stored or implied by a post; a follow is none. Only
what exports hold counts: X archives do not say who liked or answered, so there `from_them` is a lower bound.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.window import Window, midnight_utc, moment_after

# The user's own accounts talk with nobody among themselves.
_PEOPLE = """
WITH mine AS MATERIALIZED (
    SELECT m.platform, m.account FROM me m LEFT JOIN accounts a USING (platform, account)
    WHERE ($platform IS NULL OR platform = $platform)
      AND ($owner IS NULL OR account = $owner OR lower(coalesce(m.handle, a.handle)) = lower($owner))
), between_us AS (
    SELECT t.platform, t.target AS account, true AS mine, t.kind, t.at_utc
    FROM acts t SEMI JOIN mine ON mine.platform = t.platform AND mine.account = t.actor
    WHERE t.target IS NOT NULL
    UNION ALL
    SELECT t.platform, t.actor, false, t.kind, t.at_utc
    FROM acts t SEMI JOIN mine ON mine.platform = t.platform AND mine.account = t.target
)
SELECT platform, account, any_value(a.handle) AS handle, any_value(a.display_name) AS display_name,
       count_if(mine) AS to_them, count_if(NOT mine) AS from_them,
       count_if(mine AND kind IN ('reply', 'mention', 'quote', 'message')) AS words_to_them,
       count_if(NOT mine AND kind IN ('reply', 'mention', 'quote', 'message')) AS words_from_them,
       max(at_utc) AS last_at
FROM between_us LEFT JOIN accounts a USING (platform, account)
WHERE kind <> 'follow' AND (platform, account) NOT IN (SELECT (platform, account) FROM me)
  AND (at_utc IS NULL OR at_utc <= $now)
  AND ($since IS NULL OR at_utc >= $since) AND ($until IS NULL OR at_utc < $until)
GROUP BY platform, account
ORDER BY least(words_to_them, words_from_them) DESC, to_them + from_them DESC, last_at DESC NULLS LAST,
         platform, account
"""


def people(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Everybody with an act either way, those first with whom words go both ways most.

    Columns: platform, account, handle, display_name, to_them, from_them (acts), words_to_them, words_from_them
    (of these replies, mentions, quotes and messages), last_at (UTC; null where no act is dated). Acts without a
    date count unless window.since or until is set.

    Worked example: I reply to ana twice and like a post of hers, she replies once: to_them 3, from_them 1,
    words 2 and 1.
    """
    parameters = {
        "now": window.now_utc,
        "platform": window.platform,
        "owner": window.owner,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
    }
    counts = ["to_them", "from_them", "words_to_them", "words_from_them"]
    return cursor.execute(_PEOPLE, parameters).df().astype(dict.fromkeys(counts, "int64"))
