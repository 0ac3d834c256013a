"""Results in words: what an hour brings, which kind of post and which hours, what changed, how soon people answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metrics.results_change import TIME
from analytics.metrics.results_per_hour import LEAST_WEEKS, beyond, split
from analytics.metrics.time_words import duration_words
from analytics.reports import week_words
from analytics.reports.week_words import count_words, percent

if TYPE_CHECKING:
    from analytics.reports.results import Results

MEASURE_WORDS = week_words.MEASURE_WORDS | {TIME: ("minute", "minutes")}
RANGE = (
    "Range: the middle 80 % of a bootstrap over weeks, with how wrong estimated time may be; none below "
    f"{LEAST_WEEKS} weeks."
)
"""What an interval rests on, for captions."""

SPOKEN = ("replies", "conversations", "new_mutuals")


def parts(found: Results) -> Iterator[tuple[str, Iterator[str]]]:
    """(part of the page, its sentences), in the order of the page."""
    yield "rates", _rates(found)
    yield "mix", _mix(found)
    yield "hours", _hours(found)
    yield "changes", _changes(found)
    yield "replies", _replies(found)


def plural(measure: str) -> str:
    """A measure as shown: "new mutuals"."""
    return MEASURE_WORDS[measure][1]


def figure(value: float) -> str:
    """A rate to two figures: 0.24, 4.9, 43."""
    if value == 0 or value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"


def wait_words(seconds: float) -> str:
    """A wait: to the minute within two days, then in days.

    >>> wait_words(3 * 86400), wait_words(5400)
    ('3 days', '1 h 30 min')
    """
    return duration_words(seconds) if seconds < 2 * 86400 else count_words(round(seconds / 86400), "day")


def _day(day: Any) -> str:
    return f"{day.day} {day:%b %Y}"


def _rates(found: Results) -> Iterator[str]:
    table = found.rates.table
    for measure in SPOKEN:
        rows = table[table["measure"] == measure].sort_values("value", ascending=False)
        if rows.empty:
            continue
        said = [_rate(found, row) for row in rows.to_dict("records")]
        yield f"An hour brought, in {plural(measure)}: {'; '.join(said)}.{_which_is_better(found, rows)}"


def _rate(found: Results, row: Mapping[Any, Any]) -> str:
    weeks = count_words(row["weeks"], "week")
    if pd.isna(row["low"]):
        return f"{found.name(row['site'])} {figure(row['value'])} ({weeks} only: too few for an interval)"
    return f"{found.name(row['site'])} {figure(row['value'])} ({figure(row['low'])} to {figure(row['high'])}, {weeks})"


def _which_is_better(found: Results, rows: pd.DataFrame) -> str:
    sure = rows.dropna(subset=["low"])
    if len(sure) < 2:
        return ""
    best = sure.iloc[0]
    behind = [found.name(site) for site in sure.loc[sure["high"] < best["low"], "site"]]
    if not behind:
        return " The ranges overlap, so these figures do not tell which is better."
    rest = "" if len(behind) == len(sure) - 1 else "; from the others it cannot be told"
    return f" {found.name(best['site'])} is ahead of {_listed(behind)}, as far as the ranges tell{rest}."


def _mix(found: Results) -> Iterator[str]:
    for site, rows in found.mix.groupby("site", sort=True):
        total = int(rows["posts"].sum())
        shares = ", ".join(
            f"{row['kind']} {percent(row['posts'], total)}"
            for row in rows.sort_values("posts", ascending=False).to_dict("records")
        )
        said = f"{found.name(str(site))}: of {count_words(total, 'post')} of yours {shares}"
        known = rows[rows["known"] >= 5].sort_values("typical", ascending=False)
        if len(known) > 1:
            brings = ", ".join(f"{row['kind']} {figure(row['typical'])}" for row in known.to_dict("records"))
            said += f". A typical post received: {brings}"
        yield f"{said}."


def _hours(found: Results) -> Iterator[str]:
    if found.blocks.empty:
        if found.posts_seen:
            yield (
                "Which hours bring most cannot be told yet: no three hours of the day hold ten posts with counts on "
                "one network."
            )
        return
    stands = found.blocks[found.blocks["stands_out"]].sort_values("typical", ascending=False)
    for row in stands.to_dict("records"):
        yield (
            f"{found.name(row['site'])}: posts from {row['block']:02d}:00 to {row['block'] + 3:02d}:00 received more "
            f"than others, typically {figure(row['typical'])} ({figure(row['low'])} to {figure(row['high'])}; "
            f"{count_words(row['posts'], 'post')}) against {figure(row['average'])} of all."
        )
    if stands.empty:
        yield "No hours of the day stand out on any network: the ranges reach down to what is typical of all posts."


def _changes(found: Results) -> Iterator[str]:
    for day, rows in found.changes.groupby("from", sort=True):
        budget = [_minutes(rows.iloc[0][side]) for side in ("budget_before", "budget_after")]
        weeks = [int(rows.iloc[0][side]) for side in ("weeks_before", "weeks_after")]
        said = [_change(found, row) for row in rows.to_dict("records") if row["measure"] in (TIME, *SPOKEN)]
        yield (
            f"The budget went from {budget[0]} to {budget[1]} ({_day(day)}). A week before it and after it, on average "
            f"of {weeks[0]} and {weeks[1]} weeks: {'; '.join(said)}. What else changed then is not known here."
        )


def _change(found: Results, row: Mapping[Any, Any]) -> str:
    sure = "" if row["low"] > 0 or row["high"] < 0 else " (may be chance)"
    if row["left_out"]:
        names = _listed([found.name(site) for site in row["left_out"].split(", ")])
        sure += f" (without {names}: not known every week)"
    if row["measure"] == TIME:
        return f"time {duration_words(row['before'] * 60)} and {duration_words(row['after'] * 60)}{sure}"
    return f"{plural(row['measure'])} {figure(row['before'])} and {figure(row['after'])}{sure}"


def _minutes(minutes: float) -> str:
    return "none" if pd.isna(minutes) else duration_words(minutes * 60)


def _replies(found: Results) -> Iterator[str]:
    for row in found.replies.to_dict("records"):
        who = "others answered you" if row["direction"] == "to me" else "you answered"
        yield (
            f"{found.name(row['site'])}: {who} within {wait_words(row['median_seconds'])} in half of "
            f"{count_words(row['replies'], 'case')}, within {wait_words(row['quarter_seconds'])} in a quarter of them, "
            f"and {percent(row['within_a_day'], 1)} within a day."
        )


def split_sentences(found: Results, minutes: Mapping[str, float]) -> Iterator[str]:
    """What another split would have brought, and how far that can be believed."""
    table = split(found.rates, minutes)
    for row in table.to_dict("records"):
        if row["measure"] not in SPOKEN:
            continue
        low, high = row["difference_low"], row["difference_high"]
        more = f"{figure(abs(row['difference']))} {'more' if row['difference'] > 0 else 'fewer'}"
        chance = " (it may as well be none)" if low <= 0 <= high else f" ({_bounds(low, high)})"
        yield (
            f"{plural(row['measure']).capitalize()}: {figure(row['then'])} a week in place of {figure(row['now'])}, "
            f"{more}{chance}, on {_listed([found.name(site) for site in row['sites'].split(', ')])}."
        )
    if far := beyond(found.rates, minutes):
        names = _listed([found.name(site) for site in far])
        yield f"{names} never had so much time in a week: what an hour brings there beyond is not known."
    yield (
        "This takes every hour to bring what hours brought so far; the first of a week may bring more than the fifth."
    )


def _bounds(low: float, high: float) -> str:
    small, large = sorted((abs(low), abs(high)))
    return f"{figure(small)} to {figure(large)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
