"""What came of the week, and how the lists changed, each against the week before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import duckdb
import pandas as pd

from analytics.metrics import reciprocity, results
from analytics.metrics.window import Window

WEEK = timedelta(days=7)
SPOKEN = ("replies", "conversations", "new_mutuals", "new_followers", "likes", "reposts", "link_clicks")
"""Measures in the order in which they are told: what takes the most of a person first."""

_ACCOUNT = ["platform", "owner"]


def came(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    """What the week of window.now_utc brought so far, all sites together, and the one before up to the same moment.

    Columns: measure (of SPOKEN, in that order; only those known of either week), value, before (how many; null where
    nothing is known), sources (what the value rests on, of one week or the other).
    """
    found = []
    for column, moment in (("value", window.now_utc), ("before", window.now_utc - WEEK)):
        then = replace(window, now_utc=moment, since=None, until=None)
        rows = results.weeks(cursor, replace(then, since=then.week))
        rows = rows[rows["week"] == then.week]
        found.append(
            rows.groupby("measure").agg(**{column: ("value", "sum"), f"{column}_source": ("source", "first")})
        )
    both = found[0].join(found[1], how="outer").reindex(SPOKEN)
    both = both.dropna(subset=["value", "before"], how="all")
    sources = both["value_source"].fillna(both["before_source"])
    return (
        both.assign(sources=sources)
        .rename_axis("measure")
        .reset_index()[["measure", "value", "before", "sources"]]
    )


def with_before(
    cursor: duckdb.DuckDBPyConnection, window: Window, accounts: pd.DataFrame, changes: pd.DataFrame
) -> pd.DataFrame:
    """`reciprocity.accounts` with what was before: mutual_before and not_following_back_before, by the lists that were
    the latest a week ago; gained and lost followers between the last two lists; before_as_of (UTC: of these earlier
    lists). All null where no list is of the last week: nothing tells what changed in it.

    changes: as `follower_growth.changes`.
    """
    earlier = reciprocity.accounts(cursor, replace(window, now_utc=window.now_utc - WEEK))
    columns = ["mutual", "not_following_back", "as_of"]
    found = accounts.merge(
        earlier[[*_ACCOUNT, *columns]], how="left", on=_ACCOUNT, suffixes=("", "_before")
    ).rename(columns={"as_of_before": "before_as_of"})
    last = (
        changes[changes["direction"] == "follower"]
        .groupby(_ACCOUNT)
        .tail(1)[[*_ACCOUNT, "to", "gained", "lost"]]
    )
    found = found.merge(last, how="left", on=_ACCOUNT)
    told = found["gained"].notna() & (found["to"] > window.now_utc - WEEK)
    found[["gained", "lost"]] = found[["gained", "lost"]].where(told)
    newer = found["as_of"] > found["before_as_of"]
    before = ["mutual_before", "not_following_back_before", "before_as_of"]
    found[before] = found[before].where(newer)
    return found.drop(columns="to")
