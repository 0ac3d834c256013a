"""What did one post, and how was each post received? One row a post: the ground of content mix and best hours.

Each post is of one kind, the first that fits:

    conversation   a reply to somebody else
    hard sell      a link with a hard-sell word, or a link without a word beside it
    link           any other post with a link
    value          the rest: words or pictures of one's own

Reposts are left out: what they receive is received by their author. What was received is likes, reposts, replies and
quotes as last counted by an export, and as a lower bound the dated acts that answer the post.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics.link_pusher_signals import over_marked_posts
from analytics.metrics.time_spans import Floats
from analytics.metrics.window import Window

KINDS = ("conversation", "value", "link", "hard sell")

_POSTS = """
, counts AS (
    SELECT platform, post_id, max(likes) AS likes, max(reposts) AS reposts, max(replies) AS replies,
           max(quotes) AS quotes, max(impressions) AS impressions
    FROM post_counts WHERE observed_utc <= $now GROUP BY platform, post_id
), answers AS (
    SELECT r.platform, r.reply_to_post AS post_id, count(DISTINCT r.post_id) AS replies
    FROM current_posts r ANTI JOIN me ON me.platform = r.platform AND me.account = r.author
    WHERE r.reply_to_post IS NOT NULL AND (r.created_utc IS NULL OR r.created_utc <= $now) GROUP BY ALL
), liked AS (
    SELECT i.platform, i.post_id, count(DISTINCT i.actor) FILTER (i.kind = 'like') AS likes,
           count(DISTINCT i.actor) FILTER (i.kind = 'repost') AS reposts
    FROM current_interactions i ANTI JOIN me ON me.platform = i.platform AND me.account = i.actor
    WHERE i.kind IN ('like', 'repost') AND i.post_id IS NOT NULL AND (i.at_utc IS NULL OR i.at_utc <= $now)
    GROUP BY ALL
)
SELECT n.platform AS site, s.post_id, s.created_utc,
       CASE WHEN s.is_reply THEN 'conversation' WHEN s.is_hard_sell OR s.is_url_only THEN 'hard sell'
            WHEN s.has_link THEN 'link' ELSE 'value' END AS kind,
       greatest(c.likes, l.likes) AS likes, greatest(c.reposts, l.reposts) AS reposts,
       greatest(c.replies, a.replies) AS replies, c.quotes, c.impressions
FROM seen s JOIN numbered n USING (person)
LEFT JOIN counts c ON c.platform = n.platform AND c.post_id = s.post_id
LEFT JOIN answers a ON a.platform = n.platform AND a.post_id = s.post_id
LEFT JOIN liked l ON l.platform = n.platform AND l.post_id = s.post_id
WHERE s.is_own AND s.created_utc IS NOT NULL
ORDER BY s.created_utc, n.platform, s.post_id
"""

_TEXTS = """
SELECT platform AS site, post_id, max(author) AS author, max(text) AS text FROM current_posts
WHERE (platform, post_id) IN (SELECT (unnest($sites::VARCHAR[]), unnest($ids::VARCHAR[])))
GROUP BY ALL
"""


def posts(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Own posts, replies and quotes with a date, in order of time.

    Columns: site, post_id, created_utc, kind (of KINDS), likes, reposts, replies, quotes, impressions (each NaN where
    no source counts it), received (likes + reposts + replies + quotes, as far as they are known; NaN where none is).
    """
    frame = over_marked_posts(cursor, window, _POSTS, scope="me")
    counts = ["likes", "reposts", "replies", "quotes"]
    frame[[*counts, "impressions"]] = frame[[*counts, "impressions"]].astype("float64")
    return frame.assign(received=frame[counts].sum(axis=1, min_count=1))


def top(cursor: duckdb.DuckDBPyConnection, found: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """The posts that received most, with author and text. found: as `posts`."""
    best = (
        found[found["received"] > 0]
        .sort_values(["received", "created_utc", "post_id"], ascending=[False, False, True])
        .head(most)
    )
    texts = cursor.execute(_TEXTS, {"sites": best["site"].tolist(), "ids": best["post_id"].tolist()}).df()
    return best.merge(texts, on=["site", "post_id"], how="left").reset_index(drop=True)


def typical(values: Floats, *, draws: int = 1000, seed: int = 20261122) -> tuple[float, float, float]:
    """What a typical post received, and the middle 80 % of that in as many draws with replacement; the interval is NaN
    below 5 values.

    The geometric mean of 1 + received, less 1: of counts that are mostly small and now and then huge, one post that
    went round the world does not move it as it moves a mean.

    >>> f"{typical(np.array([0.0, 3.0]))[0]:.0f}"
    '1'
    """
    logs = np.log1p(values)
    middle = float(np.expm1(logs.mean())) if logs.size else float("nan")
    if logs.size < 5:
        return middle, float("nan"), float("nan")
    if logs.size > 2000:  # nearly normal: drawing them a thousand times would say the same, slowly
        error = 1.2816 * logs.std() / np.sqrt(logs.size)
        return middle, float(np.expm1(logs.mean() - error)), float(np.expm1(logs.mean() + error))
    generator = np.random.default_rng(seed)
    means = logs[generator.integers(0, logs.size, (draws, logs.size))].mean(axis=1)
    low, high = np.expm1(np.percentile(means, [10, 90]))
    return middle, float(low), float(high)
