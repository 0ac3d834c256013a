"""With whom does one really talk, who waits for an answer, whom has one lost sight of: the page "Conversations"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.metrics import conversations as metrics
from analytics.metrics import person, reciprocity, settings
from analytics.metrics.time_spent import Cursor
from analytics.metrics.window import Window
from analytics.reference import load_sites
from analytics.reports.missing import HOW, Missing
from analytics.reports.profiles import post_url, profile_url
from analytics.reports.week_words import count_words, day_words, percent

CLOSEST = 3
AT_LEAST = 3
"""So many words each way make somebody a contact that can be lost."""
RECENT_DAYS = 30
MOST_ROWS = 200
_KEY = ["platform", "account"]
_RELATIONS = {
    "mutual": "you follow each other",
    "not_following_back": "you follow them, they do not follow you",
    "fan": "they follow you, you do not follow them",
}
_DONE = {
    "like": "liked", "repost": "reposted", "reply": "replied", "mention": "mentioned", "quote": "quoted",
    "message": "wrote",
}  # fmt: skip
_WHO = {"to them": "you", "to me": "they"}

_PERIOD = """
SELECT min(at_utc), max(at_utc) FROM acts t
WHERE kind <> 'follow' AND at_utc <= $now AND ($platform IS NULL OR platform = $platform)
  AND (EXISTS (FROM me WHERE me.platform = t.platform AND me.account = t.actor)
       OR EXISTS (FROM me WHERE me.platform = t.platform AND me.account = t.target))
"""

_AUTHORS = """
SELECT DISTINCT p.platform, p.post_id, p.author, a.handle AS author_handle
FROM current_posts p SEMI JOIN asked k ON k.platform = p.platform AND k.post_id = p.post_id
LEFT JOIN accounts a ON a.platform = p.platform AND a.account = p.author
QUALIFY row_number() OVER (PARTITION BY p.platform, p.post_id ORDER BY p.author) = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one person posted and what went between them and the user.

    facts: a line. rows: day (local; null where unknown), what (who did what), text, link (of the post); newest
    first, at most MOST_ROWS.
    """

    facts: str
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    """The people one talks with.

    people: as `metrics.conversations.people`, with name (as shown), network, words ("both ways" or "one way"), and
    last_day (local). waiting: as `metrics.conversations.waiting`, with name, network, day (local), days (whole days
    since), said (the text; says so where only the user's own post that was answered is held) and link.
    lost: as `lost`. contacts: people with AT_LEAST words each way. findings: (part, sentence).
    """

    time_zone: str
    silent_days: float
    names: Mapping[str, str]
    people: pd.DataFrame
    waiting: pd.DataFrame
    lost: pd.DataFrame
    contacts: int
    period: tuple[Any, Any]
    findings: tuple[tuple[str, str], ...] = ()
    missing: Missing | None = None

    def said(self, part: str) -> list[str]:
        """The sentences of one part: people, waiting, lost or basis."""
        return [sentence for of, sentence in self.findings if of == part]

    def waits(self, *, days: int | None = None, with_liked: bool = True) -> pd.DataFrame:
        """The rows of `waiting` of the last so many days; null is all."""
        kept = self.waiting if days is None else self.waiting[self.waiting["days"] < days]
        kept = kept if with_liked else kept[~kept["liked"]]
        return kept.reset_index(drop=True)


def conversations(cursor: Cursor, window: Window) -> Conversations:
    """Everything the page says of people, as of window.now_utc."""
    names = load_sites().names
    people = metrics.people(cursor, window)
    both = (people["words_to_them"] > 0) & (people["words_from_them"] > 0)
    people = _named(people, names).assign(
        words=both.map({True: "both ways", False: "one way"}).astype(object),
        last_day=_days(people["last_at"], window.time_zone),
    )
    parameters = {"now": window.now_utc, "platform": window.platform}
    [period] = cursor.execute(_PERIOD, parameters).fetchall()
    enough = people[["words_to_them", "words_from_them"]].min(axis=1) >= AT_LEAST
    unworded = Conversations(
        time_zone=window.time_zone,
        silent_days=settings.number(cursor, "silent_days"),
        names=names,
        people=people,
        waiting=_waiting(cursor, window, names),
        lost=lost(cursor, window),
        contacts=int(enough.sum()),
        period=period,
        missing=_missing(people),
    )
    return replace(unworded, findings=tuple(_findings(unworded)))


def lost(cursor: Cursor, window: Window, *, silent_days: float | None = None) -> pd.DataFrame:
    """As `metrics.conversations.long_lost`, with name, network and last_day; silent_days null is the setting."""
    found = metrics.long_lost(cursor, window, at_least=AT_LEAST, silent_days=silent_days)
    return _named(found, load_sites().names).assign(last_day=_days(found["last_at"], window.time_zone))


def column(cursor: Cursor, window: Window, *, platform: str, account: str) -> Column:
    """One person's column, whoever it is."""
    rows = person.column(cursor, window, platform=platform, account=account, limit=MOST_ROWS)
    rows = _with_authors(cursor, rows.drop(columns="author").assign(platform=platform))
    records = rows.to_dict("records")
    shown = pd.DataFrame(
        {
            "day": _days(rows["at"], window.time_zone),
            "what": [
                f"{_WHO[row['direction']]} {_DONE.get(row['kind'], row['kind'])}"
                if row["direction"] in _WHO
                else f"their {row['kind']}"
                for row in records
            ],
            "text": [_shown_text(row, account) for row in records],
            "link": [_link(row) for row in records],
        }
    ).astype(dict.fromkeys(("day", "what", "text", "link"), object))
    return Column(facts=_facts(cursor, window, platform, account, len(rows)), rows=shown)


def name(row: Mapping[Any, Any]) -> str:
    """@handle of an account, or its id where none is known; text from an export.

    >>> name({"handle": "wren", "account": "12"}), name({"handle": None, "account": "12"})
    ('@wren', '@12')
    """
    handle = row["handle"]
    return f"@{handle if isinstance(handle, str) and handle else row['account']}"


def _named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    rows = frame[["handle", "account"]].to_dict("records")
    return frame.assign(
        name=pd.Series([name(row) for row in rows], index=frame.index, dtype=object),
        network=[names.get(platform, platform) for platform in frame["platform"]],
    )


def _days(moments_utc: pd.Series, time_zone: str) -> pd.Series:
    """Naive UTC moments as local dates; null stays null."""
    days: pd.Series = pd.to_datetime(moments_utc).dt.tz_localize("UTC").dt.tz_convert(time_zone).dt.date
    return days.astype(object)


def _waiting(cursor: Cursor, window: Window, names: Mapping[str, str]) -> pd.DataFrame:
    found = _with_authors(cursor, _named(metrics.waiting(cursor, window), names))
    rows = found.to_dict("records")
    return found.assign(
        day=_days(found["at"], window.time_zone),
        days=(window.now_utc - found["at"]).dt.days,
        said=pd.Series([_shown_text(row, row["account"]) for row in rows], index=found.index, dtype=object),
        link=pd.Series([_link(row) for row in rows], index=found.index, dtype=object),
    )


def _with_authors(cursor: Cursor, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with author and author_handle of the post of each: networks name the post that was answered as well."""
    asked = rows[["platform", "post_id"]].dropna().drop_duplicates()
    cursor.register("asked", asked.astype(str))
    try:
        authors = cursor.execute(_AUTHORS).df()
    finally:
        cursor.unregister("asked")
    return rows.astype({"platform": object, "post_id": object}).merge(
        authors.astype(object), how="left", on=["platform", "post_id"]
    )


def _shown_text(row: Mapping[Any, Any], account: str) -> str:
    """The text of a post, and whose it is where that is not plain."""
    if not isinstance(row["text"], str):
        return ""
    if row.get("direction") == "to them":
        return f"on theirs: {row['text']}" if row["author"] == account else row["text"]
    return row["text"] if row["author"] == account else f"on yours: {row['text']}"


def _link(row: Mapping[Any, Any]) -> str | None:
    if not isinstance(row["post_id"], str) or not isinstance(row["author"], str):
        return None
    handle = row["author_handle"] if isinstance(row["author_handle"], str) else None
    return post_url(row["platform"], row["post_id"], row["author"], handle)


def _facts(cursor: Cursor, window: Window, platform: str, account: str, rows: int) -> str:
    """What is known of a person, in a line."""
    seen = person.profile(cursor, platform=platform, account=account)
    who = name({"handle": seen["handle"], "account": account})
    if isinstance(seen["display_name"], str) and seen["display_name"]:
        who = f"{seen['display_name']} ({who})"
    parts = [f"{who} on {load_sites().names.get(platform, platform)}"]
    counts = [(seen["followers"], "follower", "followers"), (seen["posts"], "post", "posts")]
    parts += [count_words(int(str(n)), one, many) for n, one, many in counts if n is not None]
    if seen["following"] is not None:
        parts.append(f"follows {int(str(seen['following'])):,}")
    if isinstance(seen["created_utc"], pd.Timestamp):
        parts.append(f"there since {day_words(seen['created_utc'].to_pydatetime(), window.time_zone)}")
    # Of all networks where none is chosen: that is asked for anyway.
    of = None if window.platform is None else platform
    listed = reciprocity.people(cursor, replace(window, platform=of, since=None, until=None))
    mine = (listed["platform"] == platform) & (listed["account"] == account)
    for row in listed[mine].to_dict("records"):
        since = (
            ""
            if pd.isna(row["since"])
            else f" since {day_words(row['since'].to_pydatetime(), window.time_zone)}"
        )
        parts.append(f"{_RELATIONS[row['relation']]}{since}")
    if isinstance(seen["observed_utc"], pd.Timestamp):
        parts.append(f"seen {day_words(seen['observed_utc'].to_pydatetime(), window.time_zone)}")
    newest = f" Below, the newest {MOST_ROWS}." if rows == MOST_ROWS else ""
    return f"{'; '.join(parts)}.{newest}"


def profile_link(platform: str, account: str, handle: object) -> str | None:
    """As `profiles.profile_url`, for a handle out of a frame."""
    return profile_url(platform, account, handle if isinstance(handle, str) else None)


def _findings(report: Conversations) -> Iterator[tuple[str, str]]:
    people = report.people
    if people.empty:
        return
    both = people[people["words"] == "both ways"]
    start, end = report.period
    when = (
        f"between {day_words(start, report.time_zone)} and {day_words(end, report.time_zone)}"
        if start
        else "in what has no date"
    )
    yield (
        "people",
        f"Words (replies, mentions, quotes, messages) went both ways with {len(both):,} of the "
        f"{count_words(len(people), 'person', 'people')} with whom anything passed between you {when} "
        f"({percent(len(both), len(people))}).",
    )
    if len(both):
        closest = "; ".join(
            f"{row['name']} ({row['words_to_them']:,} from you, {row['words_from_them']:,} from them)"
            for row in both.head(CLOSEST).to_dict("records")
        )
        yield "people", f"The closest by such words: {closest}."
    yield from _of_waiting(report)
    yield (
        "lost",
        f"Of the {count_words(report.contacts, 'person', 'people')} with {AT_LEAST} words and more each way, "
        f"{len(report.lost):,} fell silent: no word for {report.silent_days:g} days, nor for three times "
        "the usual gap between you. Days are counted to the last word of that network in your exports.",
    )
    if (people["platform"] == "x").any():
        yield (
            "basis",
            "X's own archive does not say who liked or answered you: what came from people on X is at least this "
            "much, and none that is known is no silence.",
        )


def _of_waiting(report: Conversations) -> Iterator[tuple[str, str]]:
    spoke = int((report.people["words_from_them"] > 0).sum())
    if not spoke:
        return
    waiting = report.waiting.drop_duplicates(_KEY)
    recent, liked = int((waiting["days"] < RECENT_DAYS).sum()), int(waiting["liked"].sum())
    wait = "waits" if len(waiting) == 1 else "wait"
    more = (
        f": {recent:,} in the last {RECENT_DAYS} days; {liked:,} you have liked or reposted"
        if len(waiting)
        else ""
    )
    yield (
        "waiting",
        f"Of the {count_words(spoke, 'person', 'people')} who said something to you, {len(waiting):,} {wait} for an "
        f"answer{more}.",
    )


def _missing(people: pd.DataFrame) -> Missing | None:
    if len(people):
        return None
    return Missing(
        part="people",
        what="Nothing that passed between you and others is here: no reply, mention, quote, message or like.",
        remedy="What a network hands out holds your own replies and likes (X, Mastodon, Bluesky ...); notifications "
        f"and posts of others come with the X web exporter or with saved answers of Mastodon or Bluesky. {HOW}",
    )
