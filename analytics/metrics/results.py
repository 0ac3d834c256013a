"""What came of the time? Replies, conversations, new mutuals, likes, reposts, new followers and link clicks by week.

Exports tell of these in three ways, and each sees only a part: the network counts by day (X's analytics), an act has a
date (notices, posts of others), or a post shows how often it was liked when it was exported, which then counts in the
week of the post. Where the network counted every day of a week, that holds; else the larger of the other two, as each
is a lower bound. A week outside what a source covers is not known, and absent.

A conversation is an exchange of words with one person in which both had a turn, no pause longer than three days; it
counts in the week of its second turn. What it cannot tell: what would have come without the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.metrics import reciprocity
from analytics.metrics.remembered import remembered
from analytics.metrics.time_spans import Integers, microseconds
from analytics.metrics.window import Window, midnight_utc, week_of

MEASURES = ("replies", "conversations", "new_mutuals", "likes", "reposts", "new_followers", "link_clicks")

PAUSE = timedelta(days=3)
"""A longer pause ends a conversation."""

COLUMNS = ("week", "site", "measure", "value", "source")
COUNTED, DATED, ON_POSTS = "counted by the network", "dated acts", "counts of your posts"

_KINDS = {"reply": "replies", "like": "likes", "repost": "reposts", "follow": "new_followers"}
_METRICS = {
    "replies": "replies", "likes": "likes", "reposts": "reposts", "new_follows": "new_followers",
    "link_clicks": "link_clicks",
}  # fmt: skip

# An act that a notice and a post both tell of is one; a follow that was taken back and given again is one a day.
_DATED = """
SELECT site, kind, min(at_utc) AS at_utc FROM (
    SELECT t.platform AS site, t.kind, t.at_utc,
           CASE WHEN t.kind = 'follow' THEN t.actor || ' ' || t.at_utc::DATE
                WHEN t.kind = 'reply' THEN coalesce(t.post_id, t.actor || ' ' || t.at_utc)
                ELSE t.actor || ' ' || coalesce(t.post_id, t.at_utc::VARCHAR) END AS act
    FROM acts t SEMI JOIN me ON me.platform = t.platform AND me.account = t.target
    ANTI JOIN me mine ON mine.platform = t.platform AND mine.account = t.actor
    WHERE t.kind IN ('reply', 'like', 'repost', 'follow') AND t.at_utc <= $now
      AND ($platform IS NULL OR t.platform = $platform)
    UNION ALL
    SELECT l.platform, 'follow', m.since_utc, m.account || ' ' || m.since_utc::DATE
    FROM owned_lists l JOIN follow_list_members m USING (fact) SEMI JOIN me
      ON me.platform = l.platform AND me.account = l.owner
    WHERE l.direction = 'follower' AND m.since_utc <= $now AND ($platform IS NULL OR l.platform = $platform))
GROUP BY site, kind, act
"""

_COUNTED = """
SELECT c.platform AS site, coalesce(c.account, only_me.account) AS account, c.day, c.metric, max(c.value) AS value
FROM owned_counts c
LEFT JOIN me ON me.platform = c.platform AND me.account = c.account
-- A file that names no account is of the only one there is: beside one that does, its days would count twice.
LEFT JOIN (
    SELECT platform, min(account) AS account FROM me GROUP BY platform HAVING count(DISTINCT account) = 1
) only_me ON only_me.platform = c.platform
WHERE c.day <= $today AND c.metric IN ('replies', 'likes', 'reposts', 'new_follows', 'link_clicks')
  AND (c.account IS NULL OR me.account IS NOT NULL) AND ($platform IS NULL OR c.platform = $platform)
GROUP BY ALL
"""

_ON_POSTS = """
WITH counts AS (
    SELECT platform, post_id, max(likes) AS likes, max(reposts) AS reposts, max(replies) AS replies
    FROM post_counts WHERE observed_utc <= $now GROUP BY platform, post_id
)
SELECT p.platform AS site, p.created_utc AS at_utc, c.likes, c.reposts, c.replies
FROM current_posts p SEMI JOIN me ON me.platform = p.platform AND me.account = p.author
JOIN counts c ON c.platform = p.platform AND c.post_id = p.post_id
WHERE p.kind <> 'repost' AND p.created_utc <= $now AND ($platform IS NULL OR p.platform = $platform)
"""

_SECOND_TURNS = """
WITH words AS (
    SELECT t.platform AS site, t.target AS account, true AS mine, t.at_utc
    FROM acts t SEMI JOIN me ON me.platform = t.platform AND me.account = t.actor
    ANTI JOIN me other ON other.platform = t.platform AND other.account = t.target
    WHERE t.kind IN ('reply', 'mention', 'quote') AND t.target IS NOT NULL AND t.at_utc <= $now
    UNION
    SELECT t.platform, t.actor, false, t.at_utc
    FROM acts t SEMI JOIN me ON me.platform = t.platform AND me.account = t.target
    ANTI JOIN me other ON other.platform = t.platform AND other.account = t.actor
    WHERE t.kind IN ('reply', 'mention', 'quote') AND t.at_utc <= $now
), begun AS (
    SELECT *, coalesce(at_utc - lag(at_utc) OVER person > $pause, true) AS is_new FROM words
    WHERE $platform IS NULL OR site = $platform
    WINDOW person AS (PARTITION BY site, account ORDER BY at_utc, mine)
), numbered AS (
    SELECT *, count_if(is_new) OVER (PARTITION BY site, account ORDER BY at_utc, mine) AS talk FROM begun
), sides AS (
    SELECT site, account, talk, min(at_utc) FILTER (mine) AS mine_at, min(at_utc) FILTER (NOT mine) AS theirs_at
    FROM numbered GROUP BY site, account, talk
)
SELECT site, theirs_at,
       -- greatest() passes over nulls: who had no turn would not be missed.
       CASE WHEN mine_at IS NOT NULL AND theirs_at IS NOT NULL THEN greatest(mine_at, theirs_at) END AS at_utc
FROM sides
"""


def weeks(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """What each week brought on each site, as far as it is known.

    Columns: week (first local day), site, measure (one of MEASURES), value (how many), source (what it rests on).
    Ordered by week, site, measure. A measure that is not known of a week has no row: it is not 0. since and until
    choose the weeks that hold these days.

    Three replies dated Monday to Sunday of one week, and the notices go on for another one without a reply: 3, then 0.
    """
    found = _every_week(cursor, replace(window, since=None, until=None))
    if window.since is not None:
        found = found[found["week"] >= week_of(window.since, window.week_start)]
    if window.until is not None:
        found = found[found["week"] <= week_of(window.until, window.week_start)]
    return found.reset_index(drop=True)


@remembered
def _every_week(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    asked = {"now": window.now_utc, "platform": window.platform}
    marks = _Marks(window)
    acts = cursor.execute(_DATED, asked).df()
    acts["measure"] = acts["kind"].map(_KINDS)
    turns = cursor.execute(_SECOND_TURNS, asked | {"pause": PAUSE}).df()
    heard = turns.dropna(subset=["theirs_at"]).groupby("site")["theirs_at"].agg(["min", "max"])
    dated = [
        *_dated(marks, acts),
        *_one_measure(marks, "conversations", turns.dropna(subset=["at_utc"]), heard),
        *_new_mutuals(cursor, window, marks, acts[acts["measure"] == "new_followers"]),
    ]
    counted = _counted(cursor, window, marks)
    on_posts = _on_posts(marks, cursor.execute(_ON_POSTS, asked).df())
    found = pd.DataFrame([*counted, *dated, *on_posts], columns=list(COLUMNS))
    found["rank"] = found["source"].ne(COUNTED)
    found = found.sort_values(
        ["week", "site", "measure", "rank", "value", "source"],
        ascending=[True, True, True, True, False, True],
    ).drop_duplicates(["week", "site", "measure"])
    return found[list(COLUMNS)]


Row = tuple[date, str, str, float, str]


class _Marks:
    """Moments to local weeks: the first days of all weeks up to the present, and the moments they begin at."""

    def __init__(self, window: Window) -> None:
        self._window = window
        first = week_of(date(2006, 1, 2), window.week_start)
        number = (window.week - first).days // 7 + 1
        self.first_days = [first + timedelta(days=7 * n) for n in range(number + 1)]
        self._starts: Integers = microseconds(
            [midnight_utc(day, window.time_zone) for day in self.first_days]
        )

    def place(self, moments: pd.Series[pd.Timestamp]) -> Integers:
        """The number of the week of each moment; -1 before the first."""
        return np.searchsorted(self._starts, microseconds(moments), side="right") - 1

    def between(self, first: datetime, last: datetime) -> Iterable[int]:
        """The weeks from that of one moment to that of another."""
        places = self.place(pd.Series([first, last]))
        return range(max(int(places[0]), 0), int(places[1]) + 1)


def _dated(marks: _Marks, acts: pd.DataFrame) -> Iterable[Row]:
    for measure, mine in acts.groupby("measure", sort=True):
        yield from _one_measure(marks, str(measure), mine, mine.groupby("site")["at_utc"].agg(["min", "max"]))


def _one_measure(marks: _Marks, measure: str, acts: pd.DataFrame, reach: pd.DataFrame) -> Iterable[Row]:
    """A row for each week within what is known of a site; a week without an act counts 0."""
    for site, first, last in reach.itertuples(name=None):
        counts = np.bincount(
            np.maximum(marks.place(acts.loc[acts["site"] == site, "at_utc"]), 0),
            minlength=len(marks.first_days),
        )
        for place in marks.between(first, last):
            yield marks.first_days[place], str(site), measure, float(counts[place]), DATED


def _new_mutuals(
    cursor: duckdb.DuckDBPyConnection, window: Window, marks: _Marks, follows: pd.DataFrame
) -> Iterable[Row]:
    """Dated by the later of the two follows; known within the reach of dated followers."""
    people = reciprocity.people(cursor, window)
    mutual = people[(people["relation"] == "mutual") & people["since"].notna()]
    became = pd.DataFrame({"site": mutual["platform"], "at_utc": mutual["since"]})
    reach = follows.groupby("site")["at_utc"].agg(["min", "max"])
    known = set(people.loc[people["relation"] == "mutual", "platform"])
    return _one_measure(marks, "new_mutuals", became, reach[reach.index.isin(known)])


def _counted(cursor: duckdb.DuckDBPyConnection, window: Window, marks: _Marks) -> Iterable[Row]:
    """What a network counted itself, for weeks of which it counted every day of every account that it counted."""
    rows = cursor.execute(_COUNTED, {"today": window.today, "platform": window.platform}).df()
    if rows.empty:
        return
    rows["measure"] = rows["metric"].map(_METRICS)
    rows["week"] = [week_of(day.date(), window.week_start) for day in rows["day"]]
    by_account = rows.groupby(["week", "site", "measure", "account"], sort=True, dropna=False).agg(
        days=("day", "nunique"), value=("value", "sum")
    )
    days = by_account.groupby(["week", "site", "measure"], sort=True).agg({"days": "min", "value": "sum"})
    for week, site, measure, number, value in days.reset_index().itertuples(index=False, name=None):
        if number >= min((window.today - week).days + 1, 7):
            yield week, site, measure, float(value), COUNTED


def _on_posts(marks: _Marks, posts: pd.DataFrame) -> Iterable[Row]:
    """What own posts had received when they were last seen, in the week of the post."""
    posts = posts.assign(place=marks.place(posts["at_utc"]))
    for measure in ("likes", "reposts", "replies"):
        known = posts.dropna(subset=[measure])
        summed = known[known["place"] >= 0].groupby(["place", "site"], sort=True)[measure].sum()
        for place, site, value in summed.reset_index().itertuples(index=False, name=None):
            yield marks.first_days[place], site, measure, float(value), ON_POSTS
