"""Which accounts push links, how sure that is, and the posts that show it.

Three parts, each usable alone: signals are counted from the store (`extract_signals`), scored by a rule
set (`score_signals`, a pure function) and put together here with reasons, evidence and the user's own
decision. It ranks and explains; posting seldom or posting links is nobody's guilt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import decisions
from analytics.metrics.link_pusher_extras import extra_signals, needs_extras
from analytics.metrics.link_pusher_rules import SIGNAL_COLUMNS, Rules, load_rules
from analytics.metrics.link_pusher_scores import (
    FINE,
    LIKELY_SPAM,
    LINK_BROADCASTER,
    NOT_ENOUGH_POSTS,
    score_signals,
)
from analytics.metrics.link_pusher_signals import SCOPES, Account, evidence, extract_signals
from analytics.metrics.link_pusher_words import reasons
from analytics.metrics.window import Window

__all__ = [
    "FINE", "LIKELY_SPAM", "LINK_BROADCASTER", "NOT_ENOUGH_POSTS", "SCOPES", "SIGNAL_COLUMNS", "Rules",
    "evidence", "evidence_posts", "extract_signals", "link_pushers", "load_rules", "people", "people_of",
    "reasons", "score_signals",
]  # fmt: skip


def link_pushers(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following", rules: Rules
) -> pd.DataFrame:
    """Everyone in scope with signals, score, coverage and label; highest score first, unknown last.

    Columns: those of `extract_signals` and of `score_signals`; see there for what they mean and a worked
    example. Ties are ordered by platform and account.
    """
    signals = extract_signals(cursor, window, scope=scope)
    if needs_extras(rules):
        signals = signals.merge(extra_signals(cursor, window, scope=scope), on=["platform", "account"])
    scored = pd.concat([signals, score_signals(signals, rules)], axis="columns")
    return scored.sort_values(
        ["score", "platform", "account"], ascending=[False, True, True], na_position="last", ignore_index=True
    )


def people(
    cursor: duckdb.DuckDBPyConnection,
    window: Window,
    *,
    scope: str = "following",
    rules: Rules,
    with_evidence: bool = True,
) -> list[dict[str, Any]]:
    """The rows of `link_pushers` as `people_of` gives them.

    with_evidence: false leaves the lists of posts empty, which spares looking for them.
    """
    frame = link_pushers(cursor, window, scope=scope, rules=rules)
    shown = evidence(cursor, window, scope=scope) if with_evidence else {}
    return people_of(frame, rules, shown=shown, decided=decisions.in_force(cursor, window))


def people_of(
    frame: pd.DataFrame,
    rules: Rules,
    *,
    shown: Mapping[tuple[str, str], list[str]],
    decided: pd.DataFrame,
) -> list[dict[str, Any]]:
    """Rows of `link_pushers` as `show link-pushers --format json` gives them; unknown is None.

    shown: as `evidence`; decided: as `decisions.in_force`. Each: platform, account, handle, score, coverage, label,
    posts_seen; signals, most points first, with name, value (of the signal's column), strength, points and source
    (the credit is one of them where it applies); reasons (words); evidence (ids of up to five posts); decision (keep,
    unfollow, source or later: the latest, unless it expired), decision_reason, decision_until.
    """
    said = {
        (row.platform, row.account): (row.verdict, _known(row.reason), _known(row.valid_until))
        for row in decided.itertuples(index=False)
    }
    found = []
    for row in frame.to_dict("records"):
        key = (row["platform"], row["account"])
        verdict, why, until = said.get(key, (None, None, None))
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
                "decision_reason": why,
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


_TEXTS = """
WITH chosen AS (
    SELECT unnest($platforms::VARCHAR[]) AS platform, unnest($accounts::VARCHAR[]) AS account,
           unnest($places::INTEGER[]) AS place, unnest($posts::VARCHAR[]) AS post_id
)
SELECT c.platform, c.account, c.place, c.post_id, p.created_utc AS "at", p.kind, p.text
FROM chosen c JOIN current_posts p ON p.platform = c.platform AND p.author = c.account AND p.post_id = c.post_id
ORDER BY c.platform, c.account, c.place
"""


def evidence_posts(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following", of: Account | None = None
) -> pd.DataFrame:
    """The posts of `evidence` themselves: platform, account, place (1 shows it best), post_id, at (UTC), kind, text."""
    parameters: dict[str, list[Any]] = {"platforms": [], "accounts": [], "places": [], "posts": []}
    for (platform, account), posts in evidence(cursor, window, scope=scope, of=of).items():
        parameters["platforms"] += [platform] * len(posts)
        parameters["accounts"] += [account] * len(posts)
        parameters["places"] += range(1, len(posts) + 1)
        parameters["posts"] += posts
    return cursor.execute(_TEXTS, parameters).df()
