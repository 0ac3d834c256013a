"""Who does one really talk with, who waits for an answer, and whom has one lost sight of?

An act is a like, repost, reply, mention, quote or message, stored or implied by a post; a follow is none. Only
what exports hold counts: X archives do not say who liked or answered, so there `from_them` is a lower bound.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics import settings
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window, midnight_utc, moment_after

WORDS = "('reply', 'mention', 'quote', 'message')"
"""Acts that say something, as SQL."""

# The user's own accounts talk with nobody among themselves.
_BETWEEN_US = """
WITH mine AS MATERIALIZED (
    SELECT m.platform, m.account FROM me m LEFT JOIN accounts a USING (platform, account)
    WHERE ($platform IS NULL OR platform = $platform)
      AND ($owner IS NULL OR account = $owner OR lower(coalesce(m.handle, a.handle)) = lower($owner))
), between_us AS (
    SELECT t.platform, t.actor AS owner, t.target AS account, true AS mine, t.kind, t.at_utc, t.post_id
    FROM acts t SEMI JOIN mine ON mine.platform = t.platform AND mine.account = t.actor
    ANTI JOIN me ON me.platform = t.platform AND me.account = t.target
    WHERE t.target IS NOT NULL AND t.kind <> 'follow' AND (t.at_utc IS NULL OR t.at_utc <= $now)
    UNION ALL
    SELECT t.platform, t.target, t.actor, false, t.kind, t.at_utc, t.post_id
    FROM acts t SEMI JOIN mine ON mine.platform = t.platform AND mine.account = t.target
    ANTI JOIN me ON me.platform = t.platform AND me.account = t.actor
    WHERE t.kind <> 'follow' AND (t.at_utc IS NULL OR t.at_utc <= $now)
)
"""

_PEOPLE = f"""
{_BETWEEN_US}
SELECT platform, account, any_value(a.handle) AS handle, any_value(a.display_name) AS display_name,
       count_if(mine) AS to_them, count_if(NOT mine) AS from_them,
       count_if(mine AND kind IN {WORDS}) AS words_to_them,
       count_if(NOT mine AND kind IN {WORDS}) AS words_from_them,
       max(at_utc) AS last_at
FROM between_us LEFT JOIN accounts a USING (platform, account)
WHERE ($since IS NULL OR at_utc >= $since) AND ($until IS NULL OR at_utc < $until)
GROUP BY platform, account
ORDER BY least(words_to_them, words_from_them) DESC, to_them + from_them DESC, last_at DESC NULLS LAST,
         platform, account
"""

# What they said after one's own last word to them. Whoever replies to the newest has answered the others.
_WAITING = f"""
{_BETWEEN_US}, words AS (
    SELECT * FROM between_us WHERE kind IN {WORDS} AND at_utc IS NOT NULL
), answered AS (
    SELECT platform, owner, account, max(at_utc) AS at_utc FROM words WHERE mine GROUP BY ALL
), open_words AS (
    SELECT w.platform, w.owner, w.account, w.kind, w.at_utc, w.post_id
    FROM words w LEFT JOIN answered a USING (platform, owner, account)
    WHERE NOT w.mine AND (a.at_utc IS NULL OR w.at_utc > a.at_utc)
      AND ($since IS NULL OR w.at_utc >= $since) AND ($until IS NULL OR w.at_utc < $until)
    QUALIFY row_number() OVER (
        PARTITION BY w.platform, w.owner, w.account, w.post_id, w.at_utc ORDER BY w.kind DESC) = 1
), newest AS (
    SELECT *, count(*) OVER person AS waiting
    FROM open_words
    WINDOW person AS (PARTITION BY platform, owner, account)
    QUALIFY row_number() OVER (PARTITION BY platform, owner, account ORDER BY at_utc DESC, post_id) = 1
), liked AS (
    SELECT DISTINCT platform, owner, account, post_id FROM between_us
    WHERE mine AND kind IN ('like', 'repost') AND post_id IS NOT NULL
)
SELECT n.platform, n.owner, n.account, a.handle, a.display_name, n.kind, n.at_utc AS "at", n.post_id, p.text,
       n.waiting, l.post_id IS NOT NULL AS liked
FROM newest n
LEFT JOIN accounts a ON a.platform = n.platform AND a.account = n.account
LEFT JOIN liked l ON l.platform = n.platform AND l.owner = n.owner AND l.account = n.account AND l.post_id = n.post_id
LEFT JOIN (SELECT platform, post_id, max(text) AS text FROM current_posts GROUP BY ALL) p
  ON p.platform = n.platform AND p.post_id = n.post_id
ORDER BY n.at_utc DESC, n.platform, n.account
"""

# How long it has been is reckoned to the last act of that network in the data, so that an old export is no silence.
_LONG_LOST = f"""
{_BETWEEN_US}, words AS (
    SELECT platform, account, mine, at_utc, max(at_utc) OVER (PARTITION BY platform) AS reach_utc
    FROM between_us WHERE kind IN {WORDS} AND at_utc IS NOT NULL
), days AS (
    SELECT platform, account, day, day - lag(day) OVER (PARTITION BY platform, account ORDER BY day) AS gap
    FROM (SELECT DISTINCT platform, account, at_utc::DATE AS day FROM words)
), usual AS (
    SELECT platform, account, median(gap) AS usual_gap_days FROM days GROUP BY ALL
)
SELECT platform, account, any_value(a.handle) AS handle, any_value(a.display_name) AS display_name,
       count_if(mine) AS words_to_them, count_if(NOT mine) AS words_from_them,
       min(at_utc) AS first_at, max(at_utc) AS last_at,
       date_diff('day', max(at_utc), any_value(reach_utc)) AS silent_days, any_value(usual_gap_days) AS usual_gap_days
FROM words JOIN usual USING (platform, account) LEFT JOIN accounts a USING (platform, account)
GROUP BY platform, account
HAVING least(words_to_them, words_from_them) >= $at_least
   AND silent_days >= $silent_days AND silent_days > 3 * coalesce(any_value(usual_gap_days), 0)
ORDER BY least(words_to_them, words_from_them) DESC, words_to_them + words_from_them DESC, platform, account
"""


@remembered
def people(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Everybody with an act either way, those first with whom words go both ways most.

    Columns: platform, account, handle, display_name, to_them, from_them (acts), words_to_them, words_from_them
    (of these replies, mentions, quotes and messages), last_at (UTC; null where no act is dated). Acts without a
    date count unless window.since or until is set.

    Worked example: I reply to ana twice and like a post of hers, she replies once: to_them 3, from_them 1,
    words 2 and 1.
    """
    counts = ["to_them", "from_them", "words_to_them", "words_from_them"]
    return cursor.execute(_PEOPLE, _parameters(window)).df().astype(dict.fromkeys(counts, "int64"))


def waiting(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Replies, mentions, quotes and messages to me that wait for an answer: one row per person, the newest first.

    Whatever a person said after my last word to them waits. Without a date nothing waits; window.since and until
    choose by the date of what was said.

    Columns: platform, owner (my account), account, handle, display_name, kind, at (UTC), post_id and text (where the
    post is held) of the newest thing they said, or of the post of mine that it was about, where only a notice of it
    is known; waiting (how many things they said since); liked (true where I liked or reposted the newest, which may be
    answer enough).

    Worked example: ana replies on Monday, I answer on Tuesday, ana replies on Wednesday and Thursday: one row for
    ana, of Thursday, waiting 2.

    What it cannot tell: answers given elsewhere, and what others said that no export holds.
    """
    return cursor.execute(_WAITING, _parameters(window)).df().astype({"waiting": "int64"})


def long_lost(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, at_least: int = 3, silent_days: float | None = None
) -> pd.DataFrame:
    """People with whom words went both ways and then no more, the closest first.

    at_least: words each way. silent_days: null is the setting of that name; it must also be more than three times
    the usual gap between days with words. Days are counted to the last word of that network in the data.

    Columns: platform, account, handle, display_name, words_to_them, words_from_them, first_at, last_at (UTC),
    silent_days (days), usual_gap_days (median; null with a single day).
    """
    days = settings.number(cursor, "silent_days") if silent_days is None else silent_days
    parameters = {"now": window.now_utc, "platform": window.platform, "owner": window.owner}
    frame = cursor.execute(_LONG_LOST, parameters | {"at_least": at_least, "silent_days": days}).df()
    return frame.astype(dict.fromkeys(["words_to_them", "words_from_them", "silent_days"], "int64"))


def _parameters(window: Window) -> dict[str, object]:
    return {
        "now": window.now_utc,
        "platform": window.platform,
        "owner": window.owner,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
    }
