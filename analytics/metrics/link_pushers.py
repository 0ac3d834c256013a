"""Which accounts push links, how sure that is, and the posts that show it.

Three parts, each usable alone: signals are counted from the store (`extract_signals`), scored by a rule
set (`score_signals`, a pure function) and put together here with reasons, evidence and the user's own
decision. It ranks and explains; posting seldom or posting links is nobody's guilt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import decisions
from analytics.metrics.link_pusher_rules import SIGNAL_COLUMNS, Rules, Signal, load_rules
from analytics.metrics.link_pusher_scores import (
    FINE,
    LIKELY_SPAM,
    LINK_BROADCASTER,
    NOT_ENOUGH_POSTS,
    score_signals,
)
from analytics.metrics.link_pusher_signals import SCOPES, evidence, extract_signals
from analytics.metrics.window import Window

__all__ = [
    "FINE", "LIKELY_SPAM", "LINK_BROADCASTER", "NOT_ENOUGH_POSTS", "SCOPES", "SIGNAL_COLUMNS", "Rules",
    "evidence", "extract_signals", "link_pushers", "load_rules", "people", "reasons", "score_signals",
]  # fmt: skip


def link_pushers(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following", rules: Rules
) -> pd.DataFrame:
    """Everyone in scope with signals, score, coverage and label; highest score first, unknown last.

    Columns: those of `extract_signals` and of `score_signals`; see there for what they mean and a worked
    example. Ties are ordered by platform and account.
    """
    signals = extract_signals(cursor, window, scope=scope)
    scored = pd.concat([signals, score_signals(signals, rules)], axis="columns")
    return scored.sort_values(
        ["score", "platform", "account"], ascending=[False, True, True], na_position="last", ignore_index=True
    )


def people(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following", rules: Rules
) -> list[dict[str, Any]]:
    """The rows of `link_pushers` as `show link-pushers --format json` gives them; unknown is None.

    Each: platform, account, handle, score, coverage, label, posts_seen; signals, most points first, with
    name, value (of the signal's column), strength, points and source (the credit is one of them where it
    applies); reasons (words); evidence (ids of up to five posts); decision (keep, unfollow, source or
    later: the latest, unless it expired), decision_reason, decision_until.
    """
    frame = link_pushers(cursor, window, scope=scope, rules=rules)
    shown = evidence(cursor, window, scope=scope)
    decided = {
        (row.platform, row.account): (row.verdict, _known(row.reason), _known(row.valid_until))
        for row in decisions.in_force(cursor, window).itertuples(index=False)
    }
    found = []
    for row in frame.to_dict("records"):
        key = (row["platform"], row["account"])
        verdict, reason, until = decided.get(key, (None, None, None))
        found.append(
            {
                "platform": row["platform"],
                "account": row["account"],
                "handle": _known(row["handle"]),
                "score": _known(row["score"]),
                "coverage": row["coverage"],
                "label": row["label"],
                "posts_seen": int(row["posts_seen"]),
                "signals": _signals(row, rules),
                "reasons": reasons(row, rules),
                "evidence": shown.get(key, []),
                "decision": verdict,
                "decision_reason": reason,
                "decision_until": until,
            }
        )
    return found


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _signals(row: Mapping[Any, Any], rules: Rules) -> list[dict[str, Any]]:
    signals = [
        {
            "name": signal.name,
            "value": _known(row[signal.column]),
            "strength": _known(row[f"strength_{signal.name}"]),
            "points": _known(row[f"points_{signal.name}"]),
            "source": signal.source,
        }
        for signal in rules.signals
    ]
    signals.sort(key=lambda signal: -1.0 if signal["points"] is None else signal["points"], reverse=True)
    credit = row[f"points_{rules.credit.name}"]
    if credit:
        value = {"name": rules.credit.name, "value": row["followers"], "strength": 1.0, "points": credit}
        signals.append(value | {"source": rules.credit.source})
    return signals


def reasons(row: Mapping[Any, Any], rules: Rules, *, at_most: int = 4) -> list[str]:
    """Plain words for the strongest signals of a row of `link_pushers`, most points first, with the
    denominator: "96 % of 120 own posts hold a link", "1 of 120 posts replies to anyone".

    The credit, where it applies, comes last, whatever `at_most` says.
    """
    strong = [signal for signal in rules.signals if row[f"points_{signal.name}"] > 0]
    strong.sort(key=lambda signal: row[f"points_{signal.name}"], reverse=True)
    said = [_reason(row, signal) for signal in strong[:at_most]]
    if row[f"points_{rules.credit.name}"]:
        said.append(
            f"{rules.credit.points:g} points off for being widely followed: {row['followers']:,.0f} "
            f"followers, follows {row['following']:,.0f}"
        )
    return said


def _reason(row: Mapping[Any, Any], signal: Signal) -> str:
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
