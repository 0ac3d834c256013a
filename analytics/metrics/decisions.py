"""What the user has decided about accounts: keep, unfollow, source (may post only links) or later.

A decision is the user's own word: it holds until it is replaced or its last day has passed, and every import
leaves it alone.
"""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pandas as pd

from analytics.metrics.window import Window

VERDICTS = ("keep", "unfollow", "source", "later")
"""keep: I want to follow it. unfollow: it goes on the list to act on. source: it may post only links.
later: ask me again. A verdict of "open" takes the last one back."""

OPEN = "open"

# A decision about a handle holds for the id that it leads to. Of several the latest counts, of one moment the
# first by the alphabet, so that the answer never depends on how the rows lie.
_IN_FORCE = """
SELECT platform, account, verdict, reason, valid_until, set_at_utc
FROM (
    SELECT d.* REPLACE (coalesce(a.account, d.account) AS account)
    FROM decisions d LEFT JOIN aliases a ON a.platform = d.platform AND a.alias = d.account
    QUALIFY row_number() OVER (
        PARTITION BY d.platform, coalesce(a.account, d.account) ORDER BY d.set_at_utc DESC, d.verdict) = 1
)
WHERE verdict <> 'open' AND (valid_until IS NULL OR valid_until >= $today)
  AND ($platform IS NULL OR platform = $platform)
ORDER BY platform, account
"""

_FIND = """
SELECT DISTINCT platform, account FROM (
    SELECT platform, account, handle FROM accounts
    UNION ALL SELECT l.platform, m.account, NULL FROM owned_lists l JOIN follow_list_members m USING (fact)
    UNION ALL SELECT platform, author, NULL FROM current_posts)
WHERE ($platform IS NULL OR platform = $platform)
  AND (lower(account) = lower($name) OR lower(handle) = lower($name))
ORDER BY platform, account
"""


def in_force(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The decisions that hold on window.today: platform, account, verdict, reason, valid_until (last day; null:
    for good), set_at_utc. One row per account. A decision made since counts as well: it is what the user thinks.
    """
    frame = cursor.execute(_IN_FORCE, {"today": window.today, "platform": window.platform}).df()
    frame["valid_until"] = frame["valid_until"].dt.date
    return frame


def decide(
    cursor: duckdb.DuckDBPyConnection,
    *,
    platform: str,
    account: str,
    verdict: str,
    reason: str | None = None,
    valid_until: date | None = None,
    set_at_utc: datetime,
) -> None:
    """Keep a decision about an account. Raises ValueError where the verdict is none."""
    if verdict not in (*VERDICTS, OPEN):
        raise ValueError(f"{verdict} is no decision; there are {', '.join(VERDICTS)} and {OPEN}.")
    row = {
        "platform": platform, "account": account, "verdict": verdict, "reason": reason or None,
        "until": valid_until, "at": set_at_utc,
    }  # fmt: skip
    cursor.execute("INSERT INTO decisions VALUES ($platform, $account, $verdict, $reason, $until, $at)", row)


def find_account(
    cursor: duckdb.DuckDBPyConnection, name: str, *, platforms: tuple[str, ...] = ()
) -> tuple[str, str]:
    """The (platform, account) that a person means by an id or a handle, with or without @, or platform:name.

    platforms: keys that may stand before a colon. Raises ValueError with a sentence where nobody or several are
    meant.
    """
    before, colon, after = name.partition(":")
    platform = before.lower() if colon and before.lower() in platforms else None
    wanted = (after if platform else name).strip().removeprefix("@")
    found = cursor.execute(_FIND, {"platform": platform, "name": wanted}).fetchall()
    if not found:
        raise ValueError(
            f"Nobody here is called {name}; write a handle or an id as `show reciprocity` has it."
        )
    if len(found) > 1:
        listed = ", ".join(f"{network}:{account}" for network, account in found)
        raise ValueError(f"{name} could be any of {listed}; write one of these.")
    return str(found[0][0]), str(found[0][1])
