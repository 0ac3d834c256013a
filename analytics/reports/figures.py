"""The few figures that stand at the head of a page: of a period, to be set beside those of the period before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from analytics.metrics import conversations, follower_growth, results, time_sessions, time_spent
from analytics.metrics.window import Window
from analytics.reports.week_words import MEASURE_WORDS

UP, DOWN, NEITHER = "up", "down", "neither"
"""Which way is good news: a figure that is neither good nor bad has no colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. value, before: of the period and of what it is compared with; null where nothing is known.

    unit: count or seconds; good: UP, DOWN or NEITHER; note: the denominator or the basis, in our own words;
    versus: what `before` is of, such as "the week before"; is_estimated: whether any of it is.
    """

    label: str
    value: float | None
    unit: str = "count"
    good: str = UP
    note: str = ""
    before: float | None = None
    versus: str = ""
    is_estimated: bool = False


def beside(now: Iterable[Figure], earlier: Iterable[Figure], versus: str) -> tuple[Figure, ...]:
    """The figures of a period with those of another one as what was before, by their labels."""
    known = {figure.label: figure.value for figure in earlier}
    return tuple(replace(figure, before=known.get(figure.label), versus=versus) for figure in now)


def growth(cursor: duckdb.DuckDBPyConnection, window: Window) -> tuple[Figure, ...]:
    """Who came and left between the lists of the period, and new mutuals."""
    changes = follower_growth.changes(cursor, window)
    changes = changes[changes["direction"] == "follower"]
    renamed = changes["renamed"]
    came, left = (
        int((changes[kind] - renamed).sum()) if len(changes) else None for kind in ("gained", "lost")
    )
    lists = "between lists of the period" if len(changes) else "no two lists in the period"
    return (
        Figure(label="Followers who came", value=came, note=lists),
        Figure(label="Followers who left", value=left, good=DOWN, note=lists),
        *_measured(cursor, window, ("new_mutuals", "new_followers")),
    )


def talk(cursor: duckdb.DuckDBPyConnection, window: Window) -> tuple[Figure, ...]:
    """With how many people words went, and how many."""
    people = conversations.people(cursor, window)
    mine, theirs = people["words_to_them"], people["words_from_them"]
    basis = "replies, mentions, quotes, messages"
    return (
        Figure(
            label="People you talked with",
            value=int(((mine > 0) & (theirs > 0)).sum()),
            note="words both ways",
        ),
        Figure(label="Words to people", value=int(mine.sum()), good=NEITHER, note=basis),
        Figure(label="Words from people", value=int(theirs.sum()), note=basis),
        *_measured(cursor, window, ("conversations",)),
    )


def time(cursor: duckdb.DuckDBPyConnection, window: Window) -> tuple[Figure, ...]:
    """Recorded and estimated time, and sessions."""
    weeks = time_spent.weeks(cursor, window)
    known = weeks.dropna(subset=["seconds"])
    total = float(known["seconds"].sum()) if len(known) else None
    estimated = float(known["estimated_seconds"].sum())
    share = f"{estimated / total:.0%} of it estimated" if total and estimated else "all of it recorded"
    held = int(known.loc[known["seconds"] > 0, "week"].nunique())
    sessions = time_sessions.sessions(time_sessions.pieces_of(cursor, window))
    return (
        Figure(
            label="Time", value=total, unit="seconds", good=NEITHER, note=share if total else "",
            is_estimated=estimated > 0,
        ),
        Figure(
            label="A week", value=total / held if total and held else None, unit="seconds", good=DOWN,
            note=f"average of {held:,} weeks with time", is_estimated=estimated > 0,
        ),
        Figure(
            label="Sessions", value=len(sessions) if len(sessions) else None, good=NEITHER, note="of recorded time"
        ),
    )  # fmt: skip


def came(cursor: duckdb.DuckDBPyConnection, window: Window) -> tuple[Figure, ...]:
    """What the period brought: the four that take most of a person first."""
    return tuple(_measured(cursor, window, ("replies", "conversations", "new_mutuals", "likes")))


QUESTIONS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Window], tuple[Figure, ...]]] = {
    "Growth": growth,
    "Conversations": talk,
    "Time": time,
    "Results": came,
}
"""Page by its title -> its figures."""


def _measured(
    cursor: duckdb.DuckDBPyConnection, window: Window, measures: tuple[str, ...]
) -> Iterable[Figure]:
    rows = results.weeks(cursor, window)
    for measure in measures:
        mine = rows[rows["measure"] == measure]
        many = MEASURE_WORDS[measure][1]
        yield Figure(
            label=many[0].upper() + many[1:],
            value=float(mine["value"].sum()) if len(mine) else None,
            note=_basis(mine),
        )


def _basis(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    weeks = rows["week"].nunique()
    return f"in {weeks:,} {'week' if weeks == 1 else 'weeks'}; {', '.join(sorted(rows['source'].unique()))}"
