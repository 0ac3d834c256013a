"""The accounts that are me: what exports say, what the user adds, and what the user takes back."""

from __future__ import annotations

from typing import Any

import duckdb

from analytics.store.facts import hash_of

# A hash apart from those of exports, whose third part is a handle and might be "user" too.
_ADD = f"""
INSERT INTO identities
SELECT {hash_of("own_word", ["$platform", "$account", "$source"])}, $platform, $account, $handle, $source
"""
_ACCOUNT = """
SELECT account FROM accounts WHERE platform = $platform AND lower(handle) = lower($handle)
UNION ALL
SELECT account FROM identities
WHERE platform = $platform AND (lower(handle) = lower($handle) OR account = $handle) LIMIT 1
"""


def listed(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """platform, account, handle of every account that is me."""
    rows = cursor.execute("SELECT platform, account, handle FROM me ORDER BY ALL").fetchall()
    return [dict(zip(("platform", "account", "handle"), row, strict=True)) for row in rows]


def add(cursor: duckdb.DuckDBPyConnection, platform: str, handle: str) -> str:
    """Say that an account is me; its id where the handle is known, else the handle.

    Raises ValueError where a name is empty.
    """
    platform, account, handle = _resolve(cursor, platform, handle)
    _take_back(cursor, platform, account)
    cursor.execute(_ADD, {"platform": platform, "account": account, "handle": handle, "source": "user"})
    return account


def remove(cursor: duckdb.DuckDBPyConnection, platform: str, handle: str) -> str:
    """Say that an account is not me, whatever an export says. Raises ValueError if it is not known."""
    platform, account, handle = _resolve(cursor, platform, handle)
    known = {(row["platform"], row["account"]) for row in listed(cursor)}
    if (platform, account) not in known:
        raise ValueError(
            f"{handle} on {platform} is not one of your accounts; `watercooler me list` shows them."
        )
    _take_back(cursor, platform, account)
    cursor.execute(_ADD, {"platform": platform, "account": account, "handle": handle, "source": "removed"})
    return account


def _take_back(cursor: duckdb.DuckDBPyConnection, platform: str, account: str) -> None:
    cursor.execute(
        "DELETE FROM identities WHERE platform = $platform AND account = $account AND source <> 'export'",
        {"platform": platform, "account": account},
    )


def _resolve(cursor: duckdb.DuckDBPyConnection, platform: str, handle: str) -> tuple[str, str, str]:
    platform, handle = platform.strip().lower(), handle.strip().lstrip("@")
    if platform == "mastodon":
        handle = handle.lower()
    if not platform or not handle:
        raise ValueError("Name a network and your handle there, such as: watercooler me add x ana")
    row = cursor.execute(_ACCOUNT, {"platform": platform, "handle": handle}).fetchone()
    return platform, row[0] if row else handle, handle
