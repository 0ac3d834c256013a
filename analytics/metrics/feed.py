"""What is one's feed made of: what share is conversation, marketing, links or reposts, and who does it come from?

Each post of the accounts one follows is in one class, the first that fits:

    repost         somebody else's post passed on
    conversation   a reply to somebody else
    marketing      a link with a hard-sell word, or a link without a word beside it
    link           any other post with a link
    own words      the rest

The posts are those that exports hold, which is what was shown or asked for, not all that was written.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.link_pusher_signals import over_marked_posts
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window

CLASSES = ("own words", "conversation", "link", "repost", "marketing")

_CLASS = """
CASE WHEN is_repost THEN 'repost' WHEN is_reply THEN 'conversation'
     WHEN is_hard_sell OR is_url_only THEN 'marketing' WHEN has_link THEN 'link' ELSE 'own words' END
"""

_BY_ACCOUNT = f"""
, classed AS (SELECT person, {_CLASS} AS class FROM seen)
SELECT n.platform, n.account, a.handle, a.display_name, count(*) AS posts,
       count(*) / sum(count(*)) OVER () AS share_of_feed,
       count_if(class = 'own words') AS own_words, count_if(class = 'conversation') AS conversation,
       count_if(class = 'link') AS link, count_if(class = 'repost') AS repost,
       count_if(class = 'marketing') AS marketing
FROM classed JOIN numbered n USING (person) LEFT JOIN accounts a ON a.platform = n.platform AND a.account = n.account
GROUP BY ALL ORDER BY posts DESC, n.platform, n.account
"""


@remembered
def by_account(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """One row per account followed with a post in the period, most posts first.

    Columns: platform, account, handle, display_name, posts (held), share_of_feed (posts / all posts of all of them,
    0-1), own_words, conversation, link, repost, marketing (posts of each class; they add up to posts).
    """
    counts = ["posts", *(name.replace(" ", "_") for name in CLASSES)]
    return over_marked_posts(cursor, window, _BY_ACCOUNT).astype(dict.fromkeys(counts, "int64"))


def makeup(accounts: pd.DataFrame) -> pd.DataFrame:
    """The classes of the whole feed, in the order of CLASSES. accounts: as `by_account`.

    Columns: class, posts, share (posts / all posts, 0-1; null without posts), accounts (how many post so at all),
    half_from (how few accounts half of them come from).

    Worked example: ana has 3 links and 1 reply, bo 1 link: link 4 posts, share .8, of 2 accounts, half of them from
    1; conversation 1, share .2.
    """
    rows = []
    everything = int(accounts["posts"].sum()) if len(accounts) else 0
    for name in CLASSES:
        posts = accounts[name.replace(" ", "_")].sort_values(ascending=False)
        whole = int(posts.sum())
        rows.append(
            {
                "class": name,
                "posts": whole,
                "share": whole / everything if everything else None,
                "accounts": int((posts > 0).sum()),
                "half_from": int((posts.cumsum() < whole / 2).sum()) + 1 if whole else 0,
            }
        )
    return pd.DataFrame(rows)
