"""Who came and who left between any two complete lists, however many lie between them.

What the lists between the two tell narrows the interval; a follow whose moment is known has no interval left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import follower_growth
from analytics.metrics.window import Window

COLUMNS = (
    "platform", "owner", "account", "handle", "direction", "kind", "after", "before", "dated", "again", "cause",
    "cause_basis", "new_account", "old_account", "times",
)  # fmt: skip
SIDE = ("platform", "owner", "direction")

Row = dict[str, Any]


def between(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, direction: str, first: datetime, second: datetime
) -> pd.DataFrame:
    """People who are on one of two complete lists and not on the other, per owner.

    direction: follower or following. first, second: moments, in either order; each means the latest complete list
    up to then, so an owner without a list up to the earlier moment is left out. since and until of the window are
    not looked at.

    Columns: those of `follower_growth.events` (platform, owner, account, handle, direction, kind, after, before,
    dated, again, cause, cause_basis, new_account, old_account) and times (how often this person came or left in
    between: 1, or 3 for somebody who left, came and left again). after and before are the last of these times: the
    two lists next to it, or twice the moment where a gain is dated. Who came and left again, or left and came back,
    is on both lists or on neither, and no row.

    For any two lists, gained - lost is the change of their sizes. A gain and a loss that are one person renamed
    are both there, each naming the other one.

    Worked example: {a, b} on 1 May, {a, c} on 1 June, {c, d} on 1 July. From May to July: a lost (June to July),
    b lost (May to June), c gained (May to June), d gained (June to July).

    Source: the platforms' own lists. What it cannot tell: who came and left within one interval.
    """
    everything = replace(window, since=None, until=None)
    lists = follower_growth.whole_lists(cursor, everything)
    known = lists[(lists["direction"] == direction) & (lists["as_of"] <= min(first, second))]
    events = follower_growth.events(cursor, everything)
    inside = events.merge(known[list(SIDE)].drop_duplicates(), on=list(SIDE))
    return net(inside, first, second)


def net(events: pd.DataFrame, first: datetime, second: datetime) -> pd.DataFrame:
    """`between` from the events of consecutive lists (rows of `follower_growth.events`), of every direction in
    them. An owner whose earliest list is later than the earlier moment has only what happened since that list.
    """
    first, second = sorted((pd.Timestamp(first), pd.Timestamp(second)))
    # The list that a moment means is the latest up to it: an interval counts where its later list is one of these,
    # and its earlier list is not before the one that the first moment means.
    inside = events[(events["before"] > first) & (events["before"] <= second)]
    rows: list[Row] = []
    for _, side in inside.groupby(list(SIDE), sort=True):
        rows += _net_of_side(side)
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    kept = {name: events[name].dtype for name in ("after", "before", "dated", "again")}
    return found.astype({**kept, "times": "int64"})


def _net_of_side(side: pd.DataFrame) -> list[Row]:
    """The rows of one list of one owner; its events in order of time."""
    moves: dict[str, list[Row]] = {}
    for row in side.sort_values(["before", "kind", "account"], kind="stable").to_dict("records"):
        moves.setdefault(str(row["account"]), []).append({str(name): value for name, value in row.items()})
    last = {account: rows[-1] for account, rows in moves.items() if len(rows) % 2}
    lost = [_whom_it_became(row, moves, last) for row in last.values() if row["kind"] == "lost"]
    former = {row["new_account"]: row["account"] for row in lost if isinstance(row["new_account"], str)}
    gained = [_who_it_was(row, former) for row in last.values() if row["kind"] == "gained"]
    found = [_narrowed(row) | {"times": len(moves[str(row["account"])])} for row in (*lost, *gained)]
    return sorted(found, key=lambda row: (row["before"], row["kind"], row["account"]))


def _whom_it_became(row: Row, moves: Mapping[str, list[Row]], last: Mapping[str, Row]) -> Row:
    """A loss under the name that somebody has at the end; where the new name left as well, with what became of it."""
    seen = {row["account"]}
    end = row
    while isinstance(end["new_account"], str) and end["new_account"] not in last:
        after = moves.get(end["new_account"], [])
        if not after or after[-1]["kind"] != "lost" or end["new_account"] in seen:
            return row
        seen.add(end["new_account"])
        end = after[-1]
    told = ("after", "before", "cause", "cause_basis", "new_account")
    return row | {name: end[name] for name in told}


def _who_it_was(row: Row, former: Mapping[str, str]) -> Row:
    """A gain under the name that the earlier list has; who has none there is somebody new."""
    if not isinstance(row["old_account"], str):
        return row
    if row["account"] in former:
        return row | {"old_account": former[row["account"]]}
    return row | {"cause": None, "cause_basis": None, "old_account": None}


def _narrowed(row: Row) -> Row:
    """Where the moment is known, both ends of the interval are it."""
    return row if pd.isna(row["dated"]) else row | {"after": row["dated"], "before": row["dated"]}
