"""One person's column: what they posted and what went between us, newest first."""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.window import Window, midnight_utc, moment_after

# An act that a post of theirs or mine implies has that post's id; a like has the id of the post that was liked.
_COLUMN = """
WITH mine AS MATERIALIZED (SELECT account FROM me WHERE platform = $platform),
ours AS (
    SELECT at_utc, 'to them' AS direction, kind, post_id, actor FROM acts
    WHERE platform = $platform AND target = $account AND actor IN (SELECT account FROM mine)
    UNION ALL
    SELECT at_utc, 'to me', kind, post_id, actor FROM acts
    WHERE platform = $platform AND actor = $account AND target IN (SELECT account FROM mine)
), one_each AS (
    SELECT * FROM ours
    -- A reply that names somebody is a reply; the act and the post behind it are one.
    QUALIFY post_id IS NULL OR row_number() OVER (
        PARTITION BY direction, post_id, kind IN ('like', 'repost')
        ORDER BY list_position(['reply', 'quote', 'mention'], kind), kind) = 1
), theirs AS (
    SELECT created_utc AS at_utc, 'theirs' AS direction, kind, post_id, author AS actor FROM current_posts
    WHERE platform = $platform AND author = $account
), everything AS (
    SELECT * FROM one_each
    UNION ALL
    SELECT t.* FROM theirs t
    ANTI JOIN (SELECT post_id FROM one_each WHERE direction = 'to me' AND kind NOT IN ('like', 'repost')) o
      ON o.post_id = t.post_id
), texts AS (
    SELECT post_id, max(text) AS text, max(author) AS author FROM current_posts
    WHERE platform = $platform AND post_id IN (SELECT post_id FROM everything) GROUP BY post_id
)
SELECT e.at_utc AS "at", e.direction, e.kind, e.post_id, coalesce(x.author, e.actor) AS author, x.text
FROM everything e LEFT JOIN texts x USING (post_id)
WHERE (e.at_utc IS NULL OR e.at_utc <= $now)
  AND ($since IS NULL OR e.at_utc >= $since) AND ($until IS NULL OR e.at_utc < $until)
ORDER BY e.at_utc DESC NULLS LAST, e.post_id DESC, e.direction, e.kind
LIMIT $limit
"""

_PROFILE = """
SELECT handle, display_name, bio, followers, following, posts, created_utc, observed_utc
FROM accounts WHERE platform = $platform AND account = $account
"""


def column(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, platform: str, account: str, limit: int = 200
) -> pd.DataFrame:
    """What a person posted and every act between us, newest first, at most `limit` rows; what has no date comes last.

    Columns: at (UTC), direction (theirs: a post of theirs that is not addressed to me; to me; to them), kind (post,
    reply, repost, quote, mention, like, message), post_id, author (of the post shown), text (null where the post is
    not held). One post is one row, however many acts it implies; a like of it is a row of its own.

    Worked example: ana posts on Monday, I like it on Tuesday and reply on Wednesday: reply to them, like to them
    (with her text), post theirs.
    """
    parameters = {
        "now": window.now_utc,
        "platform": platform,
        "account": account,
        "limit": limit,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
    }
    return cursor.execute(_COLUMN, parameters).df()


def profile(cursor: duckdb.DuckDBPyConnection, *, platform: str, account: str) -> dict[str, object]:
    """What was last seen of the profile: handle, display_name, bio, followers, following, posts, created_utc,
    observed_utc; null where unknown, all null for an account that was never seen.
    """
    frame = cursor.execute(_PROFILE, {"platform": platform, "account": account}).df()
    names = [str(name) for name in frame.columns]
    if frame.empty:
        return dict.fromkeys(names)
    return {name: None if pd.isna(value) else value for name, value in zip(names, frame.iloc[0], strict=True)}
