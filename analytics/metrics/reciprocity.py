"""Are my follows reciprocated? Mutual, not following back and fans, from the latest complete lists.

Shares of one account (never of a whole network: that would need everybody's lists): mutual / following
and mutual / followers. A side without a complete list is unknown, and so is all that depends on it.

A follow is dated by the list itself or by a notice of it; where only lists tell, it lies between two of them, and
no date is made up.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from analytics.metrics import settings
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window, midnight_utc, moment_after

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

# The stretch in which each member of the latest list began to be on it without a break: after the last list that
# lacks them, up to the first of those that have them since. A date of the platform's own says more; so does a notice
# of the follow, where it lies in that stretch.
_STARTS = """
whole AS (
    SELECT l.fact, l.platform, l.owner, l.direction, l.as_of_utc,
           row_number() OVER (PARTITION BY l.platform, l.owner, l.direction ORDER BY l.as_of_utc) AS place,
           count(*) OVER (PARTITION BY l.platform, l.owner, l.direction) AS lists
    FROM owned_lists l SEMI JOIN sides s ON s.platform = l.platform AND s.owner = l.owner
    WHERE l.complete AND l.direction IN ('follower', 'following') AND l.as_of_utc <= $now
), listed AS (
    SELECT w.platform, w.owner, w.direction, w.lists, w.place, m.account, m.since_utc,
           -- Equal for lists that follow one another without a gap, up to the latest.
           w.place - row_number() OVER (
               PARTITION BY w.platform, w.owner, w.direction, m.account ORDER BY w.place) AS run
    FROM whole w JOIN follow_list_members m USING (fact)
), runs AS (
    SELECT platform, owner, direction, account, min(place) AS first, arg_max(since_utc, place) AS since_utc
    FROM listed GROUP BY platform, owner, direction, account, run
    HAVING max(place) = any_value(lists)
), notices AS (
    SELECT platform, target AS owner, 'follower' AS direction, actor AS account, at_utc
    FROM current_interactions WHERE kind = 'follow' AND at_utc <= $now AND target IS NOT NULL
    UNION ALL
    SELECT platform, actor, 'following', target, at_utc
    FROM current_interactions WHERE kind = 'follow' AND at_utc <= $now AND target IS NOT NULL
), bounds AS (
    SELECT r.platform, r.owner, r.direction, r.account, r.since_utc,
           any_value(before.as_of_utc) AS after_utc, any_value(has.as_of_utc) AS before_utc,
           max(n.at_utc) FILTER (n.at_utc <= has.as_of_utc
                                 AND n.at_utc > coalesce(before.as_of_utc, TIMESTAMP '1970-01-01')) AS noticed_utc
    FROM runs r
    JOIN whole has ON has.platform = r.platform AND has.owner = r.owner AND has.direction = r.direction
         AND has.place = r.first
    LEFT JOIN whole before ON before.platform = r.platform AND before.owner = r.owner
         AND before.direction = r.direction AND before.place = r.first - 1
    LEFT JOIN notices n ON n.platform = r.platform AND n.owner = r.owner AND n.direction = r.direction
         AND n.account = r.account
    GROUP BY ALL
), starts AS (
    SELECT platform, owner, direction, account, coalesce(since_utc, noticed_utc) AS since_utc,
           coalesce(since_utc, noticed_utc, after_utc) AS after_utc,
           coalesce(since_utc, noticed_utc, before_utc) AS before_utc
    FROM bounds
)
"""

_PEOPLE = f"""
{_LATEST}, {_STARTS}, people AS (
    SELECT s.platform, s.owner, coalesce(fg.account, fr.account) AS account,
           CASE WHEN fg.account IS NULL THEN 'fan' WHEN fr.account IS NULL THEN 'not_following_back'
                ELSE 'mutual' END AS relation,
           CASE WHEN fg.account IS NULL THEN fr.since_utc WHEN fr.account IS NULL THEN fg.since_utc
                WHEN fr.since_utc IS NOT NULL AND fg.since_utc IS NOT NULL
                THEN greatest(fr.since_utc, fg.since_utc) END AS since,
           fg.since_utc AS following_since, fg.after_utc AS following_after, fg.before_utc AS following_before,
           fr.since_utc AS follower_since, fr.after_utc AS follower_after, fr.before_utc AS follower_before,
           s.followers_as_of,
           least((SELECT min(w.as_of_utc) FROM whole w
                  WHERE w.platform = s.platform AND w.owner = s.owner AND w.direction = 'follower'),
                 (SELECT min(n.at_utc) FROM notices n
                  WHERE n.platform = s.platform AND n.owner = s.owner AND n.direction = 'follower')) AS watched_from
    FROM (SELECT * FROM starts WHERE direction = 'following') fg
    FULL JOIN (SELECT * FROM starts WHERE direction = 'follower') fr
         ON fr.platform = fg.platform AND fr.owner = fg.owner AND fr.account = fg.account
    JOIN sides s ON s.platform = coalesce(fg.platform, fr.platform) AND s.owner = coalesce(fg.owner, fr.owner)
    WHERE s.follower_list IS NOT NULL AND s.following_list IS NOT NULL
), between_us AS (
    SELECT t.platform, t.actor AS owner, t.target AS account, true AS mine, t.at_utc
    FROM acts t SEMI JOIN sides s ON s.platform = t.platform AND s.owner = t.actor
    WHERE t.kind <> 'follow' AND t.target IS NOT NULL AND (t.at_utc IS NULL OR t.at_utc <= $now)
    UNION ALL
    SELECT t.platform, t.target, t.actor, false, t.at_utc
    FROM acts t SEMI JOIN sides s ON s.platform = t.platform AND s.owner = t.target
    WHERE t.kind <> 'follow' AND (t.at_utc IS NULL OR t.at_utc <= $now)
), talks AS (
    SELECT platform, owner, account, max(at_utc) AS last_utc,
           count_if(mine AND counts) AS to_them, count_if(NOT mine AND counts) AS from_them
    FROM (SELECT *, ($since IS NULL OR at_utc >= $since) AND ($until IS NULL OR at_utc < $until) AS counts
          FROM between_us)
    GROUP BY platform, owner, account
), heard AS (
    SELECT platform, owner, bool_or(mine) AS of_mine, bool_or(NOT mine) AS of_theirs
    FROM between_us GROUP BY platform, owner
)
SELECT p.platform, p.owner, p.account, a.handle, a.display_name, p.relation, p.since,
       t.last_utc AS last_interaction, p.following_since, p.follower_since,
       CASE WHEN h.of_mine THEN coalesce(t.to_them, 0) END AS to_them,
       CASE WHEN h.of_theirs THEN coalesce(t.from_them, 0) END AS from_them,
       CASE WHEN p.relation <> 'not_following_back' THEN false
            WHEN p.following_before <= p.followers_as_of - to_seconds($grace) THEN false
            WHEN p.following_after >= p.followers_as_of - to_seconds($grace) THEN true END AS fresh,
       p.following_after, p.following_before, p.follower_after, p.follower_before, p.followers_as_of,
       p.watched_from
FROM people p
LEFT JOIN accounts a ON a.platform = p.platform AND a.account = p.account
LEFT JOIN talks t ON t.platform = p.platform AND t.owner = p.owner AND t.account = p.account
LEFT JOIN heard h ON h.platform = p.platform AND h.owner = p.owner
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


@remembered
def people(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, grace_days: float | None = None
) -> pd.DataFrame:
    """One row per person and owner where both lists are known.

    grace_days: who was followed less long before the list of followers is not following back *yet*; null is the
    setting grace_days.

    Columns: platform, owner, account, handle, display_name, relation (mutual, not_following_back, fan), since (UTC,
    when the relation began; for a mutual the later follow, null unless both are known), last_interaction (UTC,
    either way, follows apart), following_since and follower_since (UTC: when I followed, when they did; from the
    list, or from a notice of the follow; null where neither tells), to_them and from_them (acts, as in
    `conversations.people`, in the period asked about; null where the store holds no act of the owner's, or none
    towards the owner), fresh (true within the grace period, null where the data cannot tell; false for whoever is
    mutual or a fan); following_after, following_before, follower_after, follower_before (UTC: the follow lies
    between these lists, or both are its date; after is null where the first list has them already),
    followers_as_of (UTC, of the latest list of followers), watched_from (UTC, of the first complete list of
    followers or the first notice of a follow: from then on the store would show who follows).

    Worked example: lists of both sides on 1 and 20 November, grace 14 days. I follow a on both, b on the second
    only; neither follows. a may have been followed at any time before 1 November, 19 days before the list: not
    fresh. b was followed after the 1st, perhaps on the 2nd: unknown. With a grace of 19 days b is fresh.

    What it cannot tell: a follow that was taken back and made again between two lists.
    """
    grace = settings.number(cursor, "grace_days") if grace_days is None else grace_days
    parameters = _parameters(window) | {
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
        "grace": grace * 86400,
    }
    types = {"to_them": "Int64", "from_them": "Int64", "fresh": "boolean"}
    return cursor.execute(_PEOPLE, parameters).df().astype(types)


def exchange(everyone: pd.DataFrame) -> pd.DataFrame:
    """Who gives and who receives: acts to the people of `people` and from them, for each account and in all.

    Columns: platform, owner (both null in the last row, which is all together and there only where several accounts
    have a figure), people, to_them, from_them (acts; null where unknown), given_per_received (above 1 I am a giver;
    null without anything received), givers, receivers, even (people to whom I gave more, who gave me more, as much
    either way, nothing at all left out; null where a side is unknown).

    Worked example: to a 3 and from a 1, to b 0 and from b 2: 3 to them, 3 from them, 1.0; 1 and 1, none even.
    """
    known = everyone.dropna(subset=["to_them", "from_them"])
    rows = [
        _exchange(str(platform), str(owner), group)
        for (platform, owner), group in everyone.groupby(["platform", "owner"], sort=True)
    ]
    if known.groupby(["platform", "owner"]).ngroups > 1:
        rows.append(_exchange(None, None, known))
    frame = pd.DataFrame(rows, columns=list(_EXCHANGE))
    return frame.astype({name: type_ for name, type_ in _EXCHANGE.items() if type_})


_EXCHANGE = {
    "platform": None, "owner": None, "people": "int64", "to_them": "Int64", "from_them": "Int64",
    "given_per_received": "Float64", "givers": "Int64", "receivers": "Int64", "even": "Int64",
}  # fmt: skip


def _exchange(platform: str | None, owner: str | None, group: pd.DataFrame) -> dict[str, object]:
    to_them, from_them = group["to_them"].sum(min_count=1), group["from_them"].sum(min_count=1)
    both_known = not (pd.isna(to_them) or pd.isna(from_them))
    more, less = (group["to_them"] > group["from_them"]).sum(), (group["to_them"] < group["from_them"]).sum()
    even = ((group["to_them"] == group["from_them"]) & (group["to_them"] > 0)).sum()
    return {
        "platform": platform,
        "owner": owner,
        "people": len(group),
        "to_them": to_them,
        "from_them": from_them,
        "given_per_received": to_them / from_them if both_known and from_them else pd.NA,
        "givers": more if both_known else pd.NA,
        "receivers": less if both_known else pd.NA,
        "even": even if both_known else pd.NA,
    }
