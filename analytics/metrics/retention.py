"""Who stays? Of those who began to follow in one month, how many are still there at each later list; and churn.

A list shows who is there and not who has been: somebody who came and left between two lists is on none, and is
known only where a notice of the follow was kept. So shares of those who stayed are those of the people seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import follower_causes, follower_growth
from analytics.metrics.follower_causes import LISTS, MEMBERS, parameters
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window

_PRESENCE = f"""
{LISTS}{MEMBERS}
SELECT l.platform, l.owner, m.account, l.as_of_utc AS as_of, l.before_utc AS after, m.since_utc AS moment
FROM lists l JOIN members m ON m.fact = l.fact WHERE l.direction = 'follower'
"""

_NOTICES = f"""
{LISTS}
SELECT t.platform, t.target AS owner, t.actor AS account, min(t.at_utc) AS moment
FROM acts t SEMI JOIN lists l ON l.platform = t.platform AND l.owner = t.target AND l.direction = 'follower'
WHERE t.kind = 'follow' AND t.at_utc <= $now
GROUP BY t.platform, t.target, t.actor
"""

MONTH, INTERVAL, START = "month", "interval", "start"

_DAY_SECONDS = 86_400
_OWNER = ["platform", "owner"]
_PERSON = [*_OWNER, "account"]
_COHORT = [*_OWNER, "cohort", "basis"]
COLUMNS = ("platform", "owner", "cohort", "basis", "from", "to", "as_of", "arrived", "here", "left", "share")
CHURN = (
    "platform", "owner", "direction", "from", "to", "days", "at_start", "left", "churn", "churn_30_days",
)  # fmt: skip


@remembered
def cohorts(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Followers by the month in which they came, and how many of them are on each later complete list.

    Somebody came at the earliest moment that a list's `since` or a notice of the follow knows, else between the
    first list with them and the one before it. That is put into a month where both lie in one local month, else
    into a row for the interval; who was on the first list of all is a row of its own. A re-follow is one account, and
    so is somebody renamed.

    Columns: platform, owner, cohort (2026-06; or 2026-05-10/2026-11-19; or the first list's /2026-05-10), basis
    (month, interval or start), from, to (local days of the first and the last possible arrival; from is null for
    start), as_of (UTC, the list), arrived (people of this cohort known to have come by then), here (of these, on
    this list), left (arrived - here), share (here / arrived). Lists before anybody of a cohort came are left out.

    Worked example: {a, b} on 1 May, {a, c} on 1 June, {a} on 1 July; c since 20 May. Start (a, b): 2 of 2 on
    1 May, 1 of 2 on 1 June, 1 of 2 on 1 July. Month 2026-05 (c): 1 of 1 on 1 June, 0 of 1 on 1 July.

    Source: cohort analysis by the month of arrival. What it cannot tell: those who came and left between two lists
    without a notice are missing from `arrived`, so the first share of a cohort is close to 1 whatever happened, and
    `since` is known only of those who were there at some list.
    """
    presence, notices = _present_and_noticed(cursor, window)
    people = _in_cohorts(_arrivals(presence, notices), window.time_zone)
    lists = follower_growth.whole_lists(cursor, replace(window, since=None, until=None))
    lists = lists.loc[lists["direction"] == "follower", [*_OWNER, "as_of"]]
    here = presence[[*_PERSON, "as_of"]].drop_duplicates().assign(here=1)
    seen = people.merge(lists, on=_OWNER)
    seen = seen[seen["by"] <= seen["as_of"]].merge(here, on=[*_PERSON, "as_of"], how="left")
    found = (
        seen.groupby([*_COHORT, "as_of"])
        .agg(
            arrived=("account", "size"),
            here=("here", "count"),
            **{"from": ("from", "first"), "to": ("to", "first")},
        )
        .reset_index()
    )
    found["left"] = found["arrived"] - found["here"]
    found["share"] = found["here"] / found["arrived"]
    found["later"] = found["basis"] != START
    found = found.sort_values(["platform", "owner", "later", "to", "cohort", "as_of"], kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


@remembered
def dated(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """Who began to follow at a moment that is known: platform, owner, account, moment (UTC, the earliest that a
    list's `since` or a notice of the follow knows, unless an earlier list had them already). Each person once.

    Worked example: a follows since 3 May by the list of June; a notice of 2 May exists: a, 2 May.
    """
    people = _arrivals(*_present_and_noticed(cursor, window))
    return people.loc[people["moment"].notna(), [*_PERSON, "moment"]].reset_index(drop=True)


def _present_and_noticed(
    cursor: duckdb.DuckDBPyConnection, window: Window
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who is on which list, and who is known by a notice; each person under the latest of their names."""
    asked = {name: parameters(window)[name] for name in ("now", "platform", "owner")}
    presence, notices = (cursor.execute(query, asked).df() for query in (_PRESENCE, _NOTICES))
    renames = follower_causes.renames(cursor, window)
    renames = renames[renames["direction"] == "follower"].sort_values("before", kind="stable")
    if renames.empty:
        return presence, notices
    for frame, moment in ((presence, "as_of"), (notices, "moment")):
        rows_of = {key: list(rows) for key, rows in frame.groupby(_PERSON).indices.items()}
        moments, accounts = list(frame[moment]), list(frame["account"])
        for row in renames.to_dict("records"):
            old, new = ((row["platform"], row["owner"], row[name]) for name in ("old_account", "new_account"))
            before = [number for number in rows_of.get(old, []) if moments[number] < row["before"]]
            rows_of.setdefault(new, []).extend(before)
            for number in before:
                accounts[number] = row["new_account"]
        frame["account"] = pd.Series(accounts, index=frame.index, dtype=frame["account"].dtype)
    return presence, notices


def _arrivals(presence: pd.DataFrame, notices: pd.DataFrame) -> pd.DataFrame:
    """One row a person: first_list (UTC, their first), moment (UTC, the earliest that the follow is dated by, unless
    an earlier list has them: then it is a second follow), after (UTC, the list before the first, where no moment is
    known).
    """
    first = presence.sort_values("as_of", kind="stable").groupby(_PERSON, sort=False)
    listed = first.agg(first_list=("as_of", "first"), since=("moment", "min"))
    listed["before"] = presence.loc[presence.groupby(_PERSON)["as_of"].idxmin()].set_index(_PERSON)["after"]
    noticed = notices.groupby(_PERSON).agg(noticed=("moment", "min"))
    people = listed.join(noticed, how="outer").reset_index().sort_values(_PERSON, kind="stable")
    moment = people[["since", "noticed"]].min(axis=1)
    dated = moment.notna() & (people["first_list"].isna() | (moment <= people["first_list"]))
    people["moment"] = moment.where(dated)
    people["after"] = people["before"].where(~dated)
    return people[[*_PERSON, "first_list", "moment", "after"]].reset_index(drop=True)


def _in_cohorts(people: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """Each person with cohort, basis, from, to (local days) and by (UTC: had come by then)."""

    def day(moments: pd.Series[Any]) -> pd.Series[Any]:
        local = moments.dt.tz_localize("UTC").dt.tz_convert(time_zone)
        return pd.Series(local.dt.tz_localize(None).dt.normalize())

    first, after, moment = (day(people[name]) for name in ("first_list", "after", "moment"))
    within = first.dt.to_period("M") == after.dt.to_period("M")
    of_month = moment.fillna(first.where(within))
    month = of_month.dt.to_period("M")
    known, between = of_month.notna(), of_month.isna() & after.notna()
    label = month.astype(str).where(known, "/" + first.dt.strftime("%Y-%m-%d"))
    label = label.where(~between, after.dt.strftime("%Y-%m-%d") + label)
    basis = pd.Series(START, index=people.index, dtype=object).where(~between, INTERVAL).where(~known, MONTH)
    return people.assign(
        cohort=label,
        basis=basis,
        **{
            "from": month.dt.start_time.where(known, after).dt.date,
            "to": month.dt.end_time.dt.normalize().where(known, first).dt.date,
        },
        by=people["moment"].fillna(people["first_list"]),
    )


@remembered
def churn(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """How many left between two consecutive complete lists, of those who were on the first of them.

    Columns: platform, owner, direction, from, to (UTC), days (length), at_start (people on the first list), left
    (people on the first list and not on the second; who is there under another name has not left), churn (left /
    at_start, null where nobody was there), churn_30_days (the same for thirty days, as though it had gone on evenly:
    1 - (1 - churn) ^ (30 / days)).

    Worked example: 200 on 1 May, 20 of them not on 30 June, 60 days later: churn 0.1, in 30 days
    1 - 0.9 ^ (30 / 60) = 0.0513.

    Source: churn = lost / followers at the start. What it cannot tell: who came and left in between.
    """
    changes = follower_growth.changes(cursor, window)
    lists = follower_growth.whole_lists(cursor, replace(window, since=None, until=None))
    start = lists.rename(columns={"as_of": "from", "members": "at_start"})
    found = changes.merge(start, on=[*_OWNER, "direction", "from"])
    found["days"] = (found["to"] - found["from"]).dt.total_seconds() / _DAY_SECONDS
    found["left"] = found["lost"] - found["renamed"]
    at_start = found["at_start"].astype("float64").where(found["at_start"] > 0)
    found["churn"] = found["left"].astype("float64") / at_start
    found["churn_30_days"] = 1 - (1 - found["churn"]) ** (30 / found["days"])
    return found[list(CHURN)]
