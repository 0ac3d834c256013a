"""When do posts bring most? Own posts by local weekday and hour, with how many there are behind each figure.

Hours are only called good where enough posts were written in them and the whole interval of what these received
lies above what is typical of all posts of the network. What it cannot tell: whether it is the hour, or what one
writes in it.
"""

from __future__ import annotations

import pandas as pd

from analytics.metrics.own_posts import typical
from analytics.metrics.window import Window

LEAST_POSTS = 10
BLOCK_HOURS = 3
HOURS = ("weekday", "hour", "posts", "known", "median")
BLOCKS = ("site", "block", "posts", "typical", "low", "high", "average", "stands_out")


def placed(posts: pd.DataFrame, window: Window) -> pd.DataFrame:
    """posts (as `own_posts.posts`) with the local weekday (0 Monday .. 6) and hour of each."""
    local = pd.DatetimeIndex(posts["created_utc"]).tz_localize("UTC").tz_convert(window.time_zone)
    return posts.assign(weekday=local.day_of_week, hour=local.hour)


def hours(posts: pd.DataFrame, window: Window) -> pd.DataFrame:
    """One row per local weekday and hour with a post: posts, known (with a count), median (received a post)."""
    grouped = placed(posts, window).groupby(["weekday", "hour"], sort=True)["received"]
    found = grouped.agg(posts="size", known="count", median="median").reset_index()
    return found[list(HOURS)]


def blocks(posts: pd.DataFrame, window: Window) -> pd.DataFrame:
    """One row per site and three hours of the day (block: 0, 3 .. 21, the first hour) with 10 counted posts or more.

    Columns: site, block, posts (counted), typical, low, high (received a post, as `own_posts.typical`; middle 80 %),
    average (the same of all the site's counted posts), stands_out (the interval lies above the average).
    Conversations are left out: when one answers is up to others.
    """
    counted = placed(posts, window).dropna(subset=["received"])
    counted = counted[counted["kind"] != "conversation"]
    rows = []
    for site, of_site in counted.groupby("site", sort=True):
        average, *_ = typical(of_site["received"].to_numpy(dtype="float64"))
        for block, mine in of_site.groupby(of_site["hour"] // BLOCK_HOURS * BLOCK_HOURS, sort=True):
            if len(mine) < LEAST_POSTS:
                continue
            middle, low, high = typical(mine["received"].to_numpy(dtype="float64"))
            rows.append((site, block, len(mine), middle, low, high, average, low > average))
    return pd.DataFrame(rows, columns=list(BLOCKS))
