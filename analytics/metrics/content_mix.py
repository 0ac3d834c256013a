"""What kinds of post does one write, and what does each kind bring?

The kinds are those of `own_posts`. What a post brings is compared by medians and by `own_posts.typical`, which one post
that went round the world does not move as it moves a mean. What it cannot tell: whether
a kind brings more because of what it is, or because of whom it was written to and when.
"""

from __future__ import annotations

import pandas as pd

from analytics.metrics.own_posts import KINDS, typical

COLUMNS = ("site", "kind", "posts", "share", "known", "median", "mean", "typical", "low", "high")


def mix(posts: pd.DataFrame) -> pd.DataFrame:
    """One row per site and kind that occurs, in the order of sites and KINDS.

    posts: as `own_posts.posts`. Columns: site, kind, posts, share (of the site's own posts, 0-1), known (posts of which
    it is known what they received), median, mean and typical (received a post), low, high (middle 80 % of what is
    typical; NaN below 5 posts).

    Two replies that received 0 and 4, one link that received 1: conversation 2 posts, share .67, median 2; link 1.
    """
    rows = []
    for site, of_site in posts.groupby("site", sort=True):
        for kind in KINDS:
            mine = of_site[of_site["kind"] == kind]
            if mine.empty:
                continue
            received = mine["received"].dropna()
            rows.append(
                (
                    site, kind, len(mine), len(mine) / len(of_site), len(received), received.median(), received.mean(),
                    *typical(received.to_numpy(dtype="float64")),
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
