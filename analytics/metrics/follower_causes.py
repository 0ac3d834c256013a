"""Who came and who left between two complete lists, and what became of those who left.

A list says that somebody is not on it and never why. Why is told apart by what else the exports hold: signs of life
of the account after the interval, my own lists and decisions, and names that left as another one came.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pandas as pd

from analytics.metrics.follower_cause_words import cause
from analytics.metrics.reciprocity import OWNER_MATCHES
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window, midnight_utc, moment_after

LISTS = f"""
WITH lists AS (
    SELECT l.fact, l.platform, l.owner, l.direction, l.as_of_utc, l.members,
           lag(l.fact) OVER side AS before_fact, lag(l.as_of_utc) OVER side AS before_utc
    FROM owned_lists l
    WHERE l.complete AND l.direction IN ('follower', 'following') AND l.as_of_utc <= $now
      AND ($platform IS NULL OR l.platform = $platform) AND {OWNER_MATCHES}
    WINDOW side AS (PARTITION BY l.platform, l.owner, l.direction ORDER BY l.as_of_utc)
)
"""

# Where one list names people by handle and the next by id, a name leads to the id that another source knows.
MEMBERS = """, members AS MATERIALIZED (
    SELECT l.fact, coalesce(a.account, m.account) AS account, min(m.since_utc) AS since_utc
    FROM lists l JOIN follow_list_members m ON m.fact = l.fact
    LEFT JOIN aliases a ON a.platform = l.platform AND a.alias = m.account
    GROUP BY l.fact, coalesce(a.account, m.account)
)"""

_MOVED = f"""
{LISTS}{MEMBERS}, gained AS MATERIALIZED (
    SELECT l.platform, l.owner, l.direction, l.fact, l.before_utc AS after, l.as_of_utc AS before,
           m.account, m.since_utc
    FROM lists l JOIN members m ON m.fact = l.fact
    ANTI JOIN members b ON b.fact = l.before_fact AND b.account = m.account
    WHERE l.before_fact IS NOT NULL
), lost AS MATERIALIZED (
    SELECT l.platform, l.owner, l.direction, l.fact, l.before_utc AS after, l.as_of_utc AS before,
           b.account, b.since_utc
    FROM lists l JOIN members b ON b.fact = l.before_fact
    ANTI JOIN members m ON m.fact = l.fact AND m.account = b.account
)"""

# An id that the platform gave stays with an account; only where a name is the key can the key change.
_IS_NAME = r"(NOT regexp_full_match({0}, '\d+') AND NOT starts_with({0}, 'did:'))"
_BOTH_NAMES = f"{_IS_NAME.format('l.account')} AND {_IS_NAME.format('g.account')}"
_NEWEST = "(coalesce(s.observed_utc, TIMESTAMP '1970-01-01'), s.fact)"

# A moment to the second tells a person apart, a day does not (LinkedIn dates by it). Nobody is said to be renamed
# where two could be meant, or where both names were on one list; that is looked up step by step, since a list joined
# with itself would be its square.
_RENAMED = f"""
{_MOVED}, profiles AS (
    SELECT s.platform, s.account, nullif(lower(trim(arg_max(s.display_name, {_NEWEST}))), '') AS name,
           nullif(lower(trim(arg_max(s.website, {_NEWEST}))), '') AS website, arg_max(s.moved_to, {_NEWEST}) AS moved_to
    FROM seen_accounts s
    SEMI JOIN (SELECT platform, account FROM lost UNION SELECT platform, account FROM gained) p
        ON p.platform = s.platform AND p.account = s.account
    WHERE s.observed_utc IS NULL OR s.observed_utc <= $now
    GROUP BY s.platform, s.account
), alike AS MATERIALIZED (
    SELECT o.platform, o.account AS old_account, n.account AS new_account
    FROM profiles o JOIN profiles n ON n.platform = o.platform AND n.name = o.name AND n.website = o.website
    WHERE o.name IS NOT NULL AND o.website IS NOT NULL AND o.account <> n.account
), since_one AS MATERIALIZED (
    SELECT l.platform, l.fact, l.account AS old_account, g.account AS new_account, l.since_utc::TIME AS at_time
    FROM (SELECT * FROM lost WHERE since_utc IS NOT NULL) l
    JOIN (SELECT * FROM gained WHERE since_utc IS NOT NULL) g
        ON g.fact = l.fact AND g.since_utc = l.since_utc AND {_BOTH_NAMES}
), pairs AS MATERIALIZED (
    SELECT l.fact, l.account AS old_account, g.account AS new_account, 1 AS known_by
    FROM lost l JOIN (SELECT * FROM profiles WHERE moved_to IS NOT NULL) lp
        ON lp.platform = l.platform AND lp.account = l.account
    JOIN gained g ON g.fact = l.fact AND g.account = lp.moved_to
    UNION ALL
    SELECT s.fact, s.old_account, s.new_account, CASE WHEN at_time <> TIME '00:00' THEN 2 ELSE 3 END
    FROM since_one s
    LEFT JOIN profiles lp ON lp.platform = s.platform AND lp.account = s.old_account
    LEFT JOIN profiles gp ON gp.platform = s.platform AND gp.account = s.new_account
    WHERE at_time <> TIME '00:00' OR lp.name = gp.name OR lp.website = gp.website
    UNION ALL
    SELECT l.fact, l.account, g.account, 4
    FROM alike k JOIN lost l ON l.platform = k.platform AND l.account = k.old_account
    JOIN gained g ON g.fact = l.fact AND g.account = k.new_account AND {_BOTH_NAMES}
    WHERE l.since_utc IS NULL OR g.since_utc IS NULL
), old_names AS MATERIALIZED (
    SELECT p.fact, p.old_account, p.new_account, o.fact AS list
    FROM pairs p JOIN members o ON o.account = p.old_account
), together AS (
    SELECT o.fact, o.old_account, o.new_account
    FROM old_names o JOIN members n ON n.fact = o.list AND n.account = o.new_account
    JOIN lists l ON l.fact = o.fact
    JOIN lists e ON e.fact = o.list AND e.platform = l.platform AND e.owner = l.owner AND e.direction = l.direction
), renamed AS (
    SELECT fact, old_account, new_account, min(known_by) AS known_by
    FROM pairs ANTI JOIN together USING (fact, old_account, new_account)
    GROUP BY fact, old_account, new_account
    QUALIFY CASE WHEN min(known_by) = 1
        THEN row_number() OVER (PARTITION BY fact, new_account ORDER BY min(known_by), old_account) = 1
        ELSE count(*) OVER (PARTITION BY fact, old_account) = 1
             AND count(*) OVER (PARTITION BY fact, new_account) = 1 END
)"""

# The latest moment at which an account is known to have been there. An act of mine shows it where the network
# needs the other one for it; a bare name on my list of blocked ones or in a quoted link does not.
_SIGNS = """, signs AS (
    SELECT platform, account, max(at_utc) AS seen_utc, arg_max(how, (at_utc, how)) AS how
    FROM (
        SELECT platform, author AS account, created_utc AS at_utc, 'posted' AS how FROM current_posts
        UNION ALL SELECT platform, actor, at_utc, 'acted' FROM acts
        UNION ALL SELECT platform, target, at_utc, 'met' FROM acts
                  WHERE kind IN ('reply', 'like', 'repost', 'follow', 'message')
        UNION ALL SELECT platform, account, observed_utc, 'seen' FROM seen_accounts
                  WHERE coalesce(followers::VARCHAR, posts::VARCHAR, bio, created_utc::VARCHAR) IS NOT NULL
        UNION ALL SELECT l.platform, coalesce(a.account, m.account), l.as_of_utc, l.direction
                  FROM owned_lists l JOIN follow_list_members m ON m.fact = l.fact
                  LEFT JOIN aliases a ON a.platform = l.platform AND a.alias = m.account
                  WHERE l.direction IN ('follower', 'following')
    ) s
    WHERE at_utc <= $now AND at_utc >= (SELECT min(before) FROM lost)
    GROUP BY platform, account
)"""

_MY_WORD = """, named AS (
    SELECT l.platform, l.owner, l.direction, l.as_of_utc, l.complete, l.fact,
           coalesce(a.account, m.account) AS account, m.since_utc
    FROM owned_lists l JOIN follow_list_members m ON m.fact = l.fact
    LEFT JOIN aliases a ON a.platform = l.platform AND a.alias = m.account
    WHERE l.direction IN ('blocked', 'unfollowed') AND l.as_of_utc <= $now
), blocked AS (
    SELECT e.fact, e.account, min(n.as_of_utc) AS blocked_utc
    FROM lost e JOIN named n ON n.platform = e.platform AND n.owner = e.owner AND n.account = e.account
    WHERE n.direction = 'blocked' AND n.as_of_utc > e.after AND (n.since_utc IS NULL OR n.since_utc <= e.before)
    GROUP BY e.fact, e.account
), not_yet_blocked AS (
    SELECT e.fact, e.account
    FROM blocked k JOIN lost e ON e.fact = k.fact AND e.account = k.account
    JOIN owned_lists l ON l.platform = e.platform AND l.owner = e.owner AND l.direction = 'blocked' AND l.complete
         AND l.as_of_utc >= e.before AND l.as_of_utc < k.blocked_utc
), left_out AS (
    SELECT e.fact, e.account, max(n.as_of_utc) AS unfollowed_utc
    FROM lost e JOIN named n ON n.platform = e.platform AND n.owner = e.owner AND n.account = e.account
    WHERE n.direction = 'unfollowed' AND n.as_of_utc > e.after
      AND (n.since_utc IS NULL OR (n.since_utc > e.after AND n.since_utc <= e.before))
    GROUP BY e.fact, e.account
), decided AS (
    SELECT e.fact, e.account, max(d.set_at_utc) AS decided_utc
    FROM lost e JOIN (
        SELECT d.platform, coalesce(a.account, d.account) AS account, d.verdict, d.set_at_utc
        FROM decisions d LEFT JOIN aliases a ON a.platform = d.platform AND a.alias = d.account
    ) d ON d.platform = e.platform AND d.account = e.account AND d.set_at_utc <= e.before
    GROUP BY e.fact, e.account HAVING arg_max(d.verdict, d.set_at_utc) = 'unfollow'
), both_sides AS (
    SELECT e.fact, e.account, bool_or(d.account IS NOT NULL OR u.account IS NOT NULL) AS by_me
    FROM lost e JOIN lost o ON o.platform = e.platform AND o.owner = e.owner AND o.account = e.account
         AND o.direction <> e.direction AND o.after < e.before AND o.before > e.after
    LEFT JOIN decided d ON d.fact = o.fact AND d.account = o.account
    LEFT JOIN left_out u ON u.fact = o.fact AND u.account = o.account
    GROUP BY e.fact, e.account
)"""

_EVENTS = f"""
{_RENAMED}{_SIGNS}{_MY_WORD}, earlier AS (
    SELECT g.fact, g.account FROM gained g
    JOIN owned_lists l ON l.platform = g.platform AND l.owner = g.owner AND l.direction = g.direction
         AND l.as_of_utc < g.after
    JOIN follow_list_members m ON m.fact = l.fact
    LEFT JOIN aliases a ON a.platform = l.platform AND a.alias = m.account
    WHERE coalesce(a.account, m.account) = g.account
    GROUP BY g.fact, g.account
), notices AS (
    SELECT g.fact, g.account, max(t.at_utc) AS at_utc
    FROM gained g JOIN acts t ON t.platform = g.platform AND t.kind = 'follow' AND t.at_utc > g.after
         AND t.at_utc <= g.before
         AND t.actor = CASE g.direction WHEN 'follower' THEN g.account ELSE g.owner END
         AND t.target = CASE g.direction WHEN 'follower' THEN g.owner ELSE g.account END
    GROUP BY g.fact, g.account
), happened AS (
    SELECT g.platform, g.owner, g.account, g.direction, 'gained' AS kind, g.after, g.before,
           CASE WHEN g.since_utc > g.after AND g.since_utc <= g.before THEN g.since_utc ELSE n.at_utc END AS dated,
           e.account IS NOT NULL AS again, NULL AS new_account, r.old_account, r.known_by,
           NULL::TIMESTAMP AS seen_utc, NULL AS how, NULL::TIMESTAMP AS blocked_utc, NULL::TIMESTAMP AS decided_utc,
           NULL::TIMESTAMP AS unfollowed_utc, NULL::BOOLEAN AS by_me, NULL AS moved_to, NULL::BOOLEAN AS moved_there
    FROM gained g
    LEFT JOIN earlier e ON e.fact = g.fact AND e.account = g.account
    LEFT JOIN notices n ON n.fact = g.fact AND n.account = g.account
    LEFT JOIN renamed r ON r.fact = g.fact AND r.new_account = g.account
    UNION ALL
    SELECT l.platform, l.owner, l.account, l.direction, 'lost', l.after, l.before, NULL, false, r.new_account, NULL,
           r.known_by, CASE WHEN s.seen_utc >= l.before THEN s.seen_utc END, s.how, k.blocked_utc, d.decided_utc,
           u.unfollowed_utc, b.by_me, p.moved_to, t.account IS NOT NULL
    FROM lost l
    LEFT JOIN renamed r ON r.fact = l.fact AND r.old_account = l.account
    LEFT JOIN signs s ON s.platform = l.platform AND s.account = l.account
    LEFT JOIN (SELECT * FROM blocked ANTI JOIN not_yet_blocked USING (fact, account)) k
        ON k.fact = l.fact AND k.account = l.account
    LEFT JOIN decided d ON d.fact = l.fact AND d.account = l.account
    LEFT JOIN left_out u ON u.fact = l.fact AND u.account = l.account
    LEFT JOIN both_sides b ON b.fact = l.fact AND b.account = l.account
    LEFT JOIN profiles p ON p.platform = l.platform AND p.account = l.account
    LEFT JOIN members t ON t.fact = l.fact AND t.account = p.moved_to
)
SELECT h.*, a.handle
FROM happened h LEFT JOIN (SELECT platform, account, handle FROM accounts) a USING (platform, account)
ORDER BY platform, owner, direction, before, kind, account
"""

_CHANGES = f"""
{_RENAMED}, counted AS (
    SELECT fact, sum(gained)::BIGINT AS gained, sum(lost)::BIGINT AS lost, sum(renamed)::BIGINT AS renamed FROM (
        SELECT fact, count(*) AS gained, 0 AS lost, 0 AS renamed FROM gained GROUP BY fact
        UNION ALL SELECT fact, 0, count(*), 0 FROM lost GROUP BY fact
        UNION ALL SELECT fact, 0, 0, count(*) FROM renamed GROUP BY fact)
    GROUP BY fact
)
SELECT l.platform, l.owner, l.direction, l.before_utc AS "from", l.as_of_utc AS "to",
       coalesce(gained, 0) AS gained, coalesce(lost, 0) AS lost, coalesce(renamed, 0) AS renamed
FROM lists l LEFT JOIN counted USING (fact)
WHERE l.before_fact IS NOT NULL
ORDER BY l.platform, l.owner, l.direction, l.as_of_utc
"""

_RENAMES = f"""
{_RENAMED}
SELECT l.platform, l.owner, l.direction, l.as_of_utc AS before, r.old_account, r.new_account
FROM renamed r JOIN lists l USING (fact)
ORDER BY ALL
"""

COLUMNS = (
    "platform", "owner", "account", "handle", "direction", "kind", "after", "before", "dated", "again", "cause",
    "cause_basis", "new_account", "old_account",
)  # fmt: skip

CAUSES = ("unfollowed", "gone", "renamed", "blocked", "unknown")
"""What may have become of somebody who left a list."""


def parameters(window: Window) -> dict[str, object]:
    """The window as the questions about lists take it."""
    return {
        "now": window.now_utc,
        "platform": window.platform,
        "owner": window.owner,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
    }


def changes(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """See `follower_growth.changes`."""
    return _of_period(_all_changes(cursor, replace(window, since=None, until=None)), "to", window)


@remembered
def _all_changes(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    frame = cursor.execute(_CHANGES, _asked(window)).df()
    return frame.astype(dict.fromkeys(("gained", "lost", "renamed"), "Int64"))


def _of_period(frame: pd.DataFrame, moment: str, window: Window) -> pd.DataFrame:
    if window.since:
        frame = frame[frame[moment] >= midnight_utc(window.since, window.time_zone)]
    if window.until:
        frame = frame[frame[moment] < moment_after(window.until, window.time_zone)]
    return frame.reset_index(drop=True)


def _asked(window: Window) -> dict[str, object]:
    return {name: parameters(window)[name] for name in ("now", "platform", "owner")}


def renames(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Who is on a list under another name than on the one before: platform, owner, direction, before (UTC, the later
    list), old_account, new_account. since and until are not looked at.
    """
    return cursor.execute(_RENAMES, _asked(window)).df()


def events(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """See `follower_growth.events`."""
    return _of_period(_all_events(cursor, replace(window, since=None, until=None)), "before", window)


@remembered
def _all_events(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    found = cursor.execute(_EVENTS, _asked(window)).df()
    told = [cause(row, window.time_zone) for row in found.to_dict("records")]
    found["cause"] = pd.Series([what for what, _ in told], dtype=object)
    found["cause_basis"] = pd.Series([basis for _, basis in told], dtype=object)
    for name in ("handle", "new_account", "old_account"):
        found[name] = found[name].astype(object).where(found[name].notna(), None)
    return found[list(COLUMNS)]
