"""What is said about a topic, when, and who leads there: the page "Search"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from analytics.metrics import following
from analytics.metrics import search as metrics
from analytics.metrics.time_spent import Cursor
from analytics.metrics.window import Window, midnight_utc, moment_after
from analytics.reference import load_sites
from analytics.reports.conversations import name
from analytics.reports.missing import HOW, Missing
from analytics.reports.profiles import post_url
from analytics.reports.week_words import count_words, day_words, week_words

MOST_POSTS = 500
MOST_BARS = 200

# As `metrics.search.posts` chooses what it searches.
_SEARCHED = """
SELECT count(*), count(DISTINCT (platform, author)), min(created_utc), max(created_utc)
FROM current_posts
WHERE kind <> 'repost' AND (created_utc IS NULL OR created_utc <= $now)
  AND ($platform IS NULL OR platform = $platform)
  AND ($since IS NULL OR created_utc >= $since) AND ($until IS NULL OR created_utc < $until)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search. words: those looked for; none for an empty query.

    posts: as `metrics.search.posts`, at most MOST_POSTS, with name, network, day (local) and link; found: how many
    there are in all, by so many accounts. leaders: as `metrics.search.leaders`, with name, network and followed.
    periods: start, end (local, naive), posts, when (as written); per: week, month or year. undated: matches that no
    bar counts.
    """

    words: tuple[str, ...]
    time_zone: str
    searched: str
    found: int
    accounts: int
    posts: pd.DataFrame
    leaders: pd.DataFrame
    periods: pd.DataFrame
    per: str
    undated: int
    sentences: tuple[str, ...] = ()
    missing: Missing | None = None


def search(cursor: Cursor, window: Window, *, query: str = "") -> Search:
    """What the posts that are here say about the words of a query."""
    words, phrases = metrics.words(cursor, query)
    found = metrics.posts(cursor, window, query)
    leaders = metrics.leaders(cursor, window, query)
    names = load_sites().names
    per, periods = _periods(found["at"].dropna(), window)
    count, searched = _searched(cursor, window)
    shown = found.head(MOST_POSTS)
    rows = shown.to_dict("records")
    unworded = Search(
        words=tuple(words),
        time_zone=window.time_zone,
        searched=searched,
        found=len(found),
        accounts=len(leaders),
        posts=shown.assign(
            name=pd.Series([name(row) for row in rows], index=shown.index, dtype=object),
            network=[names.get(platform, platform) for platform in shown["platform"]],
            day=_local(shown["at"], window.time_zone).dt.date.astype(object),
            link=pd.Series(
                [
                    post_url(row["platform"], row["post_id"], row["account"], _text(row["handle"]))
                    for row in rows
                ],
                index=shown.index,
                dtype=object,
            ),
        ),
        leaders=_leaders(cursor, window, leaders).assign(
            network=[names.get(platform, platform) for platform in leaders["platform"]]
        ),
        periods=periods,
        per=per,
        undated=int(found["at"].isna().sum()),
        missing=None if count else _missing(),
    )
    return replace(unworded, sentences=tuple(_sentences(unworded, phrases, found["words_found"])))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _local(moments_utc: pd.Series, time_zone: str) -> pd.Series:
    """Naive UTC -> naive local."""
    local: pd.Series = pd.to_datetime(moments_utc).dt.tz_localize("UTC").dt.tz_convert(time_zone)
    naive: pd.Series = local.dt.tz_localize(None)
    return naive


def _leaders(cursor: Cursor, window: Window, leaders: pd.DataFrame) -> pd.DataFrame:
    """With name and followed: "you", "yes", "no"; null where no list tells whom one follows there."""
    follows = following.members(cursor, replace(window, since=None, until=None))
    known = set(follows["platform"])
    keys = set(zip(follows["platform"], follows["account"], strict=True))
    followed = [
        "you"
        if row["is_me"]
        else (
            "yes" if (row["platform"], row["account"]) in keys else "no" if row["platform"] in known else None
        )
        for row in leaders.to_dict("records")
    ]
    return leaders.assign(
        name=pd.Series([name(row) for row in leaders.to_dict("records")], index=leaders.index, dtype=object),
        followed=pd.Series(followed, index=leaders.index, dtype=object),
    )


def _periods(moments_utc: pd.Series, window: Window) -> tuple[str, pd.DataFrame]:
    """Posts by local week; by month or year where that would be more than MOST_BARS bars."""
    days = _local(moments_utc, window.time_zone).dt.normalize()
    span_days = (days.max() - days.min()).days if len(days) else 0
    if span_days < 7 * (MOST_BARS - 1):
        per = "week"
        start = days - pd.to_timedelta((days.dt.day_of_week - window.week_start) % 7, unit="D")
    else:
        per = "month" if span_days < 30 * (MOST_BARS - 1) else "year"
        start = days.dt.to_period("M" if per == "month" else "Y").dt.start_time
    counts = start.value_counts().sort_index()
    starts = pd.Series(counts.index, dtype="datetime64[us]")
    lengths = {
        "week": pd.DateOffset(days=7),
        "month": pd.DateOffset(months=1),
        "year": pd.DateOffset(years=1),
    }
    written = {
        "week": lambda at: week_words(at.date()),
        "month": lambda at: f"{at:%b %Y}",
        "year": lambda at: f"{at:%Y}",
    }
    return per, pd.DataFrame(
        {
            "start": starts,
            "end": pd.Series([start + lengths[per] for start in starts], dtype="datetime64[us]"),
            "posts": counts.to_numpy(dtype="int64"),
            "when": pd.Series([written[per](start) for start in starts], dtype=object),
        }
    )


def _searched(cursor: Cursor, window: Window) -> tuple[int, str]:
    """How many posts are searched, and in words whose they are and of what time."""
    parameters = {
        "now": window.now_utc,
        "platform": window.platform,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
    }
    [(posts, authors, first, last)] = cursor.execute(_SEARCHED, parameters).fetchall()
    when = (
        f", from {day_words(first, window.time_zone)} to {day_words(last, window.time_zone)}" if first else ""
    )
    words = f"{count_words(posts, 'post')} by {count_words(authors, 'account')}{when}"
    return posts, words


def _sentences(report: Search, phrases: list[str], words_found: pd.Series) -> Iterator[str]:
    if not report.words:
        return
    wanted = ", ".join(report.words)
    if not report.found:
        if phrases:
            wanted = f"{' and '.join(f'“{phrase}”' for phrase in phrases)} as it is written"
        elif len(report.words) > 1:
            wanted = f"any of {wanted}"
        yield f"None of the {report.searched} holds {wanted}."
        return
    hold = "holds" if report.found == 1 else "hold"
    which = wanted
    if len(report.words) > 1:
        most = int(words_found.max())
        some = f"{most:,} of the {len(report.words):,} words {wanted}"
        which = f"all of {wanted}" if most == len(report.words) else some
    yield (
        f"{count_words(report.found, 'post')} by {count_words(report.accounts, 'account')} {hold} {which}, of the "
        f"{report.searched}."
    )
    best = report.leaders.iloc[0]
    if best["answers"]:
        who = "You are" if best["is_me"] else f"{best['name']} is"
        yield (
            f"{who} answered most: {count_words(int(best['answers']), 'reply', 'replies')} to "
            f"{count_words(int(best['posts']), 'post')} of these."
        )
    else:
        yield "No reply to any of them is known."
    if report.undated:
        yield f"{count_words(report.undated, 'post')} of these {'has' if report.undated == 1 else 'have'} no date."


def _missing() -> Missing:
    return Missing(
        part="posts",
        what="No post is here to be searched.",
        remedy="Your own come with what a network hands out (X, Mastodon, Bluesky ...); those of others with the X web "
        f"exporter, with saved answers of Mastodon or Bluesky, or in a table (CSV). {HOW}",
    )
