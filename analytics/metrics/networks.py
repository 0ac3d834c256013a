"""What can be told apart: networks with an account of the user's, with follow lists or a budget, and these accounts."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

_NETWORKS = """
SELECT platform FROM me UNION SELECT platform FROM follow_lists
UNION SELECT site FROM budgets WHERE site IS NOT NULL
ORDER BY 1
"""

_ACCOUNTS = """
SELECT m.platform, m.account, coalesce(a.handle, m.handle) AS handle
FROM me m LEFT JOIN accounts a USING (platform, account)
ORDER BY m.platform, handle, m.account
"""


class Account(NamedTuple):
    """One account of the user's; handle is text from an export, null where none is known."""

    platform: str
    account: str
    handle: str | None


def networks(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Network keys, in order of name."""
    return [row[0] for row in cursor.execute(_NETWORKS).fetchall()]


def accounts(cursor: duckdb.DuckDBPyConnection) -> list[Account]:
    """The user's own accounts, by network and handle."""
    return [Account(*row) for row in cursor.execute(_ACCOUNTS).fetchall()]
