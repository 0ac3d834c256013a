"""The reasons for a score in plain words, each with its figure and denominator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analytics.metrics.link_pusher_rules import Rules, Signal
from analytics.metrics.link_pusher_scores import LIKELY_SPAM, NOT_ENOUGH_POSTS


def reasons(row: Mapping[Any, Any], rules: Rules, *, at_most: int = 4) -> list[str]:
    """Plain words for the strongest signals of a row of `link_pushers`, most points first, with the
    denominator: "96 % of 120 own posts hold a link", "1 of 120 posts replies to anyone".

    The credit, where it applies, and what held a verdict back come last, whatever `at_most` says.
    """
    strong = [signal for signal in rules.signals if row[f"points_{signal.name}"] > 0]
    strong.sort(key=lambda signal: row[f"points_{signal.name}"], reverse=True)
    said = [reason(row, signal) for signal in strong[:at_most]]
    if row[f"points_{rules.credit.name}"]:
        said.append(
            f"{rules.credit.points:g} points off for being widely followed: {row['followers']:,.0f} "
            f"followers, follows {row['following']:,.0f}"
        )
    if held := _held_back(row, rules):
        said.append(held)
    return said


def _held_back(row: Mapping[Any, Any], rules: Rules) -> str | None:
    """Why an account with a score that is high enough in general is not called likely spam; null where it is."""
    if row["label"] in (LIKELY_SPAM, NOT_ENOUGH_POSTS) or not row["score"] >= rules.spam_score:
        return None
    if not row["proven"]:
        return (
            "not called spam, since nothing proves it: it does not follow to be followed, as far as is known"
        )
    return f"not called spam, since whoever posts mostly links needs a score of {rules.spam_score_links:g}"


def reason(row: Mapping[Any, Any], signal: Signal) -> str:
    """The value of one known signal of a row of `link_pushers` in plain words."""
    words = _WORDS.get(signal.column)
    return words(row) if words else f"{signal.name} {row[signal.column]:,g}"


def _own(row: Mapping[Any, Any], column: str, posts: str = "own_posts") -> str:
    """Such as "96 % of 120 own posts"."""
    return f"{row[column] * 100:.0f} % of {row[posts]:,.0f} own posts"


def _some(row: Mapping[Any, Any], column: str, one: str, many: str) -> str:
    """Such as "none of 120 posts replies", "1 of 120 posts replies" or "2 of 120 posts reply"."""
    posts = row["posts_seen"]
    count = round(row[column] * posts)
    return f"{f'{count:,}' if count else 'none'} of {posts:,.0f} posts {many if count > 1 else one}"


def _few(number: float) -> str:
    return f"{number:,.1f}" if number < 10 else f"{number:,.0f}"


def _ratio(row: Mapping[Any, Any]) -> str:
    return f"follows {row['following']:,.0f}, followed by {row['followers']:,.0f}"


def _automated(row: Mapping[Any, Any]) -> str:
    share, posts = f"{row['automated_share'] * 100:.0f} %", f"{row['posts_with_client']:,.0f}"
    return f"{share} of {posts} posts whose program is known came from one that posts by itself"


def _likes(row: Mapping[Any, Any]) -> str:
    return f"gave {row['likes_per_post'] * row['posts']:,.0f} likes in {row['posts']:,.0f} posts"


_WORDS: dict[str, Callable[[Mapping[Any, Any]], str]] = {
    "reply_share": lambda row: _some(row, "reply_share", "replies to anyone", "reply to anyone"),
    "interaction_share": lambda row: _some(
        row, "interaction_share", "replies to or reposts anyone", "reply to or repost anyone"
    ),
    "link_share": lambda row: f"{_own(row, 'link_share')} hold a link",
    "following_per_follower": _ratio,
    "follows_per_day": lambda row: (
        f"follows {_few(row['follows_per_day'])} accounts a day since it was opened"
    ),
    "hard_sell_share": lambda row: f"{_own(row, 'hard_sell_share', 'english_posts')} sell hard with a link",
    "near_duplicate_share": lambda row: f"{_own(row, 'near_duplicate_share')} nearly repeat another",
    "automated_share": _automated,
    "likes_per_post": _likes,
    "posts_per_day": lambda row: f"{_few(row['posts_per_day'])} posts a day besides replies",
    "url_only_share": lambda row: f"{_own(row, 'url_only_share')} are a link without a word",
    "empty_profile": lambda row: "an empty profile: no bio, the default picture or a handle of digits",
}
