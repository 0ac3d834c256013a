"""Which networks can be told apart: those with an account of the user's, with follow lists, or with a budget."""

from __future__ import annotations

import duckdb

_NETWORKS = """
SELECT platform FROM me UNION SELECT platform FROM follow_lists
UNION SELECT site FROM budgets WHERE site IS NOT NULL
ORDER BY 1
"""


def networks(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Network keys, in order of name."""
    return [row[0] for row in cursor.execute(_NETWORKS).fetchall()]
