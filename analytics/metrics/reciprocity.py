"""Are my follows reciprocated? Mutual, not following back and fans, from the latest complete lists.

Shares of one account (never of a whole network: that would need everybody's lists): mutual / following
and mutual / followers. A side without a complete list is unknown, and so is all that depends on it.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics.window import Window

# An owner may be asked for by id or by handle.
OWNER_MATCHES = """($owner IS NULL OR l.owner = $owner OR EXISTS (
    SELECT 1 FROM accounts a WHERE a.platform = l.platform AND a.account = l.owner
    AND lower(a.handle) = lower($owner)))"""

# Latest complete list of each side up to the moment asked about.
_LATEST = f"""
WITH owners AS (
    SELECT DISTINCT platform, owner FROM owned_lists l
    WHERE direction IN ('follower', 'following') AND as_of_utc <= $now
      AND ($platform IS NULL OR platform = $platform) AND {OWNER_MATCHES}
), latest AS (
    SELECT platform, owner, direction, arg_max(fact, as_of_utc) AS fact, max(as_of_utc) AS as_of_utc,
           arg_max(members, as_of_utc) AS members
    FROM owned_lists WHERE complete AND as_of_utc <= $now GROUP BY platform, owner, direction
), sides AS (
    SELECT o.platform, o.owner, fr.fact AS follower_list, fg.fact AS following_list,
           fr.as_of_utc AS followers_as_of, fg.as_of_utc AS following_as_of,
           fr.members AS followers, fg.members AS following
    FROM owners o
    LEFT JOIN latest fr ON fr.platform = o.platform AND fr.owner = o.owner AND fr.direction = 'follower'
    LEFT JOIN latest fg ON fg.platform = o.platform AND fg.owner = o.owner AND fg.direction = 'following'
)
"""

_ACCOUNTS = f"""
{_LATEST}, shared AS (
    SELECT s.platform, s.owner, count(*) AS mutual
    FROM sides s
    JOIN follow_list_members fr ON fr.fact = s.follower_list
    JOIN follow_list_members fg ON fg.fact = s.following_list AND fg.account = fr.account
    GROUP BY s.platform, s.owner
), counted AS (
    SELECT s.*, a.handle AS owner_handle,
           CASE WHEN follower_list IS NOT NULL AND following_list IS NOT NULL THEN coalesce(mutual, 0) END AS mutual
    FROM sides s LEFT JOIN shared USING (platform, owner)
    LEFT JOIN accounts a ON a.platform = s.platform AND a.account = s.owner
)
SELECT platform, owner, owner_handle, greatest(followers_as_of, following_as_of) AS as_of,
       followers_as_of, following_as_of, followers, following, mutual,
       following - mutual AS not_following_back, followers - mutual AS fans,
       mutual / nullif(following, 0) AS share_of_following_mutual,
       mutual / nullif(followers, 0) AS share_of_followers_mutual
FROM counted ORDER BY platform, owner
"""

_PEOPLE = f"""
{_LATEST}, people AS (
    SELECT s.platform, s.owner, coalesce(fg.account, fr.account) AS account,
           CASE WHEN fg.account IS NULL THEN 'fan' WHEN fr.account IS NULL THEN 'not_following_back'
                ELSE 'mutual' END AS relation,
           CASE WHEN fg.account IS NULL THEN fr.since_utc WHEN fr.account IS NULL THEN fg.since_utc
                WHEN fr.since_utc IS NOT NULL AND fg.since_utc IS NOT NULL
                THEN greatest(fr.since_utc, fg.since_utc) END AS since
    FROM sides s
    JOIN (
        (SELECT s.platform, s.owner, m.account FROM sides s JOIN follow_list_members m ON m.fact = s.following_list)
        UNION
        (SELECT s.platform, s.owner, m.account FROM sides s JOIN follow_list_members m ON m.fact = s.follower_list)
    ) everyone ON everyone.platform = s.platform AND everyone.owner = s.owner
    LEFT JOIN follow_list_members fg ON fg.fact = s.following_list AND fg.account = everyone.account
    LEFT JOIN follow_list_members fr ON fr.fact = s.follower_list AND fr.account = everyone.account
    WHERE s.follower_list IS NOT NULL AND s.following_list IS NOT NULL
), last_talks AS (
    SELECT platform, owner, account, max(at_utc) AS at_utc FROM (
        SELECT platform, actor AS owner, target AS account, at_utc FROM acts
        UNION ALL SELECT platform, target, actor, at_utc FROM acts)
    WHERE at_utc <= $now
    GROUP BY ALL
)
SELECT p.platform, p.owner, p.account, a.handle, a.display_name, p.relation, p.since,
       t.at_utc AS last_interaction
FROM people p
LEFT JOIN accounts a ON a.platform = p.platform AND a.account = p.account
LEFT JOIN last_talks t ON t.platform = p.platform AND t.owner = p.owner AND t.account = p.account
ORDER BY p.platform, p.owner, p.relation, p.account
"""


_COUNTS = ["followers", "following", "mutual", "not_following_back", "fans"]
_SHARES = ["share_of_following_mutual", "share_of_followers_mutual"]


def _parameters(window: Window) -> dict[str, object]:
    return {"now": window.now_utc, "platform": window.platform, "owner": window.owner}


def accounts(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """One row per owner with any list: platform, owner, owner_handle, as_of, followers_as_of,
    following_as_of (UTC), followers, following, mutual, not_following_back, fans (people),
    share_of_following_mutual and share_of_followers_mutual (0-1; null where the side is empty).

    Worked example: following {a, b, c}, followers {b, c, d}: mutual 2 (b, c), not following back 1 (a),
    fans 1 (d), both shares 2/3.
    """
    return cursor.execute(_ACCOUNTS, _parameters(window)).df().astype(dict.fromkeys(_COUNTS, "Int64"))


def together(each: pd.DataFrame) -> pd.DataFrame:
    """All accounts of the user's in one row, of those whose both lists are known; no row where none is.

    each: as `accounts`. Columns: owners, platforms (numbers), followers, following, mutual, not_following_back,
    fans, and the two shares as in `accounts`. Somebody who is on two networks counts on each: nothing says that
    they are one.
    """
    known = each.dropna(subset=["mutual"])
    if known.empty:
        return pd.DataFrame(columns=["owners", "platforms", *_COUNTS, *_SHARES])
    sums = known[_COUNTS].sum()
    row = {"owners": len(known), "platforms": known["platform"].nunique(), **sums.to_dict()}
    row["share_of_following_mutual"] = row["mutual"] / row["following"] if row["following"] else None
    row["share_of_followers_mutual"] = row["mutual"] / row["followers"] if row["followers"] else None
    return pd.DataFrame([row])


def people(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """One row per person and owner where both lists are known: platform, owner, account, handle,
    display_name, relation (mutual, not_following_back, fan), since (UTC, when the relation began; for a
    mutual the later follow, null unless both are known), last_interaction (UTC, either way).
    """
    return cursor.execute(_PEOPLE, _parameters(window)).df()
