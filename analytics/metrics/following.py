"""Whom does one follow, and who follows: the members of the lists that are known, whether they are whole or not."""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.reciprocity import OWNER_MATCHES
from analytics.metrics.window import Window

LATEST_LISTS = f"""
latest_lists AS (
    SELECT fact, platform, owner, as_of_utc, complete
    FROM owned_lists l
    WHERE direction = $direction AND as_of_utc <= $now
      AND ($platform IS NULL OR platform = $platform) AND {OWNER_MATCHES}
    QUALIFY as_of_utc >= coalesce(max(as_of_utc) FILTER (complete) OVER (PARTITION BY platform, owner), as_of_utc)
)
"""
"""A CTE: the latest complete list of each owner and the partial lists since; all partial ones where none is complete.

Parameters: $direction, $now, $platform, $owner.
"""

_MEMBERS = f"""
WITH {LATEST_LISTS}
SELECT l.platform, l.owner, m.account, any_value(a.handle) AS handle, any_value(a.display_name) AS display_name,
       min(m.since_utc) AS since, max(l.as_of_utc) AS as_of, bool_or(l.complete) AS complete
FROM latest_lists l JOIN follow_list_members m USING (fact)
LEFT JOIN accounts a ON a.platform = l.platform AND a.account = m.account
GROUP BY l.platform, l.owner, m.account
ORDER BY l.platform, l.owner, m.account
"""


def members(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, direction: str = "following"
) -> pd.DataFrame:
    """One row per owner and member of their latest complete list and of the partial lists since (of all partial
    lists where none is complete).

    direction: following, follower, blocked ... Columns: platform, owner, account, handle, display_name, since (UTC,
    where the source knows it), as_of (UTC, of the latest list that holds it), complete (a complete list holds it).

    Worked example: complete {a, b} in May, partial {c} in June: a, b, c. Complete {a, c} in July: a, c.
    """
    parameters = {
        "now": window.now_utc, "platform": window.platform, "owner": window.owner, "direction": direction,
    }  # fmt: skip
    return cursor.execute(_MEMBERS, parameters).df()
