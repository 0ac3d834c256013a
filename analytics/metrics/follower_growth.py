"""Who came, who left, and how the numbers moved.

Levels come from lists and from counts seen in profiles, and from those, day by day, where the platform counted
who came and went. Who came and who left is only known from the
difference of two complete lists, so it happened somewhere in the interval between them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, pairwise

import duckdb
import pandas as pd

from analytics.metrics import follower_causes
from analytics.metrics.follower_causes import LISTS, parameters
from analytics.metrics.reciprocity import OWNER_MATCHES
from analytics.metrics.window import Window, to_local

# A list says more than a profile's number of the same day.
_UNLISTED = """NOT EXISTS (
    SELECT 1 FROM lists t WHERE t.platform = l.platform AND t.owner = l.owner AND t.direction = '{side}'
    AND t.as_of_utc::DATE = o.observed_utc::DATE)"""

_POINTS = f"""
{LISTS}, seen AS (
    SELECT platform, owner, as_of_utc AS as_of,
           CASE WHEN direction = 'follower' THEN members END AS followers,
           CASE WHEN direction = 'following' THEN members END AS following, 'list' AS source
    FROM lists
    UNION ALL
    SELECT l.platform, l.owner, o.observed_utc, CASE WHEN {_UNLISTED.format(side="follower")} THEN o.followers END,
           CASE WHEN {_UNLISTED.format(side="following")} THEN o.following END, 'profile'
    FROM seen_accounts o
    JOIN (SELECT platform, account AS owner FROM me) l ON l.platform = o.platform AND l.owner = o.account
    WHERE o.observed_utc <= $now AND ($platform IS NULL OR l.platform = $platform) AND {OWNER_MATCHES}
)
SELECT platform, owner, as_of, max(followers) AS followers, max(following) AS following, min(source) AS source
FROM seen
WHERE ($since IS NULL OR as_of >= $since) AND ($until IS NULL OR as_of < $until)
  AND coalesce(followers, following) IS NOT NULL
GROUP BY platform, owner, as_of
ORDER BY platform, owner, as_of
"""

_WHOLE_LISTS = f"""
{LISTS}
SELECT platform, owner, direction, as_of_utc AS as_of, members FROM lists
WHERE ($since IS NULL OR as_of_utc >= $since) AND ($until IS NULL OR as_of_utc < $until)
ORDER BY platform, owner, direction, as_of_utc
"""

_OWNERS = f"""
SELECT l.platform, l.owner, any_value(a.handle) AS handle
FROM (SELECT platform, owner FROM owned_lists WHERE direction IN ('follower', 'following') AND as_of_utc <= $now
      UNION SELECT platform, account FROM me) l
LEFT JOIN accounts a ON a.platform = l.platform AND a.account = l.owner
WHERE ($platform IS NULL OR l.platform = $platform) AND {OWNER_MATCHES}
GROUP BY l.platform, l.owner ORDER BY l.platform, l.owner
"""

# Exports overlap, and a day counted while it was not over yet is counted again by the next one: of several
# values the newest export's holds, and of one moment the higher.
_DAILY = f"""
WITH vouched AS (
    SELECT c.fact, c.platform, c.account AS owner, c.day, c.metric, c.value,
           max(coalesce(i.exported_at_utc, TIMESTAMP '1970-01-01')) AS exported_at_utc
    FROM owned_counts c LEFT JOIN evidence e ON e.fact = c.fact LEFT JOIN imports i ON i.import_id = e.import_id
    WHERE c.metric IN ('new_follows', 'unfollows')
    GROUP BY ALL
), l AS (
    SELECT platform, owner, day, metric, arg_max(value, (exported_at_utc, value)) AS value
    FROM vouched GROUP BY platform, owner, day, metric
)
SELECT platform, owner, day,
       max(value) FILTER (metric = 'new_follows')::BIGINT AS new_follows,
       max(value) FILTER (metric = 'unfollows')::BIGINT AS unfollows
FROM l
WHERE day <= $today
  AND ($platform IS NULL OR platform = $platform) AND {OWNER_MATCHES}
  AND ($since_day IS NULL OR day >= $since_day) AND ($until_day IS NULL OR day <= $until_day)
GROUP BY ALL ORDER BY ALL
"""

_LEVEL = ("platform", "owner", "day", "followers", "basis", "drift")


def points(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Levels: platform, owner, as_of (UTC), followers, following (people), source (list or profile).

    A list counts before a profile's number of the same day.
    """
    return _whole(cursor.execute(_POINTS, parameters(window)).df(), "followers", "following")


def owners(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The accounts that can grow here, mine and those whose lists were taken in: platform, owner, handle."""
    asked = {name: parameters(window)[name] for name in ("now", "platform", "owner")}
    return cursor.execute(_OWNERS, asked).df()


def whole_lists(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The complete lists that changes are read from: platform, owner, direction, as_of (UTC), members (people)."""
    return cursor.execute(_WHOLE_LISTS, parameters(window)).df().astype({"members": "Int64"})


def changes(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Between two consecutive complete lists: platform, owner, direction, from, to (UTC), gained, lost,
    renamed (people); gained - lost is the change of the level. renamed: how many of the gained are among the
    lost under another name; so gained - renamed people came and lost - renamed people left.

    Worked example: {a, b, c} on 1 May, {b, c, d, e} on 1 June: gained 2 (d, e), lost 1 (a), 3 + 2 - 1 = 4.
    """
    return follower_causes.changes(cursor, window)


def events(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """The people behind `changes`, one row a person and an interval. Partial lists never make an event.

    Columns: platform, owner, account, handle, direction, kind (gained or lost), after, before (UTC; it happened
    between them), dated (UTC; the moment of a gain where the later list or a notice of the follow knows it), again
    (of a gain: had been on an earlier list, so it is no new person), cause (of a loss, one of
    `follower_causes.CAUSES`; of a gain null, or renamed), cause_basis (a sentence: what the cause rests on),
    new_account (of a loss: what it is called now), old_account (of a gain: what it was called).

    Causes, the first that fits: renamed (one who came in the same interval is the same one, by its own word, by
    the same second of the follow, or by name and website); blocked (on my list of blocked accounts); gone (it says
    that it moved away); unfollowed (it is known to be there after the interval, or I unfollowed it by my own word);
    gone (it left both my lists in one interval, not by my decision, and nothing was seen of it since: likely, not
    sure); unknown.

    Worked example: a, b and c left between May and June. a posted in July: unfollowed. b left those I follow as
    well and was not seen again: gone. c was not seen again: unknown.

    What it cannot tell: who hid, who was removed by the platform for a while, and who blocked me.
    """
    return follower_causes.events(cursor, window)


def daily(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """What the platform counted itself: platform, owner, day, new_follows, unfollows (people a day).

    A day that several exports tell of counts once, as the newest of them has it.
    """
    parameters = {
        "today": window.today,
        "platform": window.platform,
        "owner": window.owner,
        "since_day": window.since,
        "until_day": window.until,
    }
    frame = cursor.execute(_DAILY, parameters).df()
    frame["day"] = frame["day"].dt.date
    return _whole(frame, "new_follows", "unfollows")


def level(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """How many followers there were at the end of each day that the platform counted.

    Daily numbers say how the level moved and not where it stood. It is worked out from the nearest follower
    count that is known (a complete list or a profile; of two as near the earlier), only over days without a
    gap in which both new follows and unfollows are known. A count holds for the end of its local day, so it
    may be off by what happened later that day, and by as much again where the platform's days are not local.

    Columns: platform, owner, day, followers (people; null where no count is reached), basis (list or profile:
    what the level was worked out from), drift (people; where a second count follows in the same days: what
    the daily numbers make of the one before, less this count).

    Worked example: a list of 100 on 1 May; +5 -1 on 2 May, +3 -4 on 3 May, and a profile with 102 on 3 May:
    104 (list) on 2 May, where the list and the profile are as near; 102 (profile) on 3 May, drift 103 - 102 = 1.
    """
    everything = replace(window, since=None, until=None)
    counted, known = daily(cursor, everything), _known_counts(cursor, everything)
    found: list[tuple[object, ...]] = []
    for (platform, owner), days in counted.groupby(["platform", "owner"], sort=True):
        counts = known.get((str(platform), str(owner)), {})
        both = days.dropna(subset=["new_follows", "unfollows"])
        net = dict(zip(both["day"], (both["new_follows"] - both["unfollows"]).map(int), strict=True))
        levels: dict[date, tuple[int, str, int | None]] = {
            day: (count, basis, None) for day, (count, basis) in counts.items()
        }
        for run in _runs(sorted(net)):
            levels |= _levels_of(run, net, counts)
        found += [(platform, owner, day, *levels.get(day, (None, None, None))) for day in days["day"]]
    frame = pd.DataFrame(found, columns=list(_LEVEL))
    wanted = [
        (window.since is None or day >= window.since) and (window.until is None or day <= window.until)
        for day in frame["day"]
    ]
    return _whole(frame[pd.Series(wanted, dtype=bool)].reset_index(drop=True), "followers", "drift")


def _known_counts(
    cursor: duckdb.DuckDBPyConnection, window: Window
) -> dict[tuple[str, str], dict[date, tuple[int, str]]]:
    """(platform, owner) -> local day -> followers and where they were counted; the last of a day, lists first."""
    seen = points(cursor, window).dropna(subset=["followers"])
    known: dict[tuple[str, str], dict[date, tuple[int, str]]] = {}
    columns = ["platform", "owner", "as_of", "followers", "source"]
    for platform, owner, as_of, followers, source in seen[columns].itertuples(index=False, name=None):
        days = known.setdefault((platform, owner), {})
        day = to_local(as_of.to_pydatetime(), window.time_zone).date()
        if source == "list" or days.get(day, (0, ""))[1] != "list":
            days[day] = (int(followers), source)
    return known


def _runs(days: list[date]) -> list[list[date]]:
    """Days in order -> stretches of days that follow one another."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _levels_of(
    run: list[date], net: dict[date, int], counts: dict[date, tuple[int, str]]
) -> dict[date, tuple[int, str, int | None]]:
    """Day -> followers, basis and drift, for days without a gap; empty where no count lies at them."""
    moved = dict(
        zip([run[0] - timedelta(days=1), *run], accumulate((net[day] for day in run), initial=0), strict=True)
    )
    anchors = sorted(day for day in counts if day in moved)
    # What the sum of the moves lacks to the level, by each count.
    offsets = {day: counts[day][0] - moved[day] for day in anchors}
    drifts = {later: offsets[earlier] - offsets[later] for earlier, later in pairwise(anchors)}
    levels: dict[date, tuple[int, str, int | None]] = {}
    for day in run if anchors else ():
        nearest = min(anchors, key=lambda anchor: (abs(anchor - day), anchor))
        levels[day] = (moved[day] + offsets[nearest], counts[nearest][1], drifts.get(day))
    return levels


def _whole(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(columns, "Int64"))
