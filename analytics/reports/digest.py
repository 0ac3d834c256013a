"""The week as a digest: the parts of the page This week in an order for reading, apart from how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pandas as pd

from analytics.charts import export
from analytics.charts.follows import relation_bars
from analytics.charts.theme import Picture
from analytics.charts.time_budget import budget_bars
from analytics.charts.week import STATES, plan_strip, week_days
from analytics.metrics.window import Window, week_of
from analytics.reports import this_week, week_frames
from analytics.reports.follow_words import short_names
from analytics.reports.this_week import ThisWeek
from analytics.reports.week_words import MEASURE_WORDS, week_words

WIDTH = 560
"""Of a chart's plot, in pixels: with its labels some 680, what a sheet of paper and a mail hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart: its SVG, the words that stand for it, and what its marks mean. is_told: whether sentences say it too."""

    svg: str
    words: str
    caption: str
    is_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A small table of texts: column heads and rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part under its heading. sentences and points hold text from exports; points are a list."""

    title: str
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One week. lead: the sentence that matters most; made: how the figures came about."""

    title: str
    when: str
    lead: str
    parts: tuple[Part, ...]
    made: tuple[str, ...]


def of_window(cursor: duckdb.DuckDBPyConnection, window: Window) -> Digest:
    """The latest week that has data up to window.now_utc."""
    return digest(this_week.of_data(cursor, window))


def week_named(text: str, week_start: int) -> date:
    """The first day of a week by its number or by any of its days; a number means the week that holds its Monday.

    Raises ValueError.

    >>> week_named("2026-W47", 0), week_named("2026-11-18", 6)
    (datetime.date(2026, 11, 16), datetime.date(2026, 11, 15))
    """
    try:
        if "W" in text.upper():
            monday = datetime.strptime(f"{text.upper()}-1", "%G-W%V-%u").date()
            return week_of(monday, week_start)
        return week_of(date.fromisoformat(text), week_start)
    except ValueError:
        raise ValueError(f"{text} is no week; write one such as 2026-W47 or 2026-11-16.") from None


def digest(report: ThisWeek) -> Digest:
    """What a week's report says, part by part."""
    time = report.said("time")
    lead = time[0] if time else "Nothing is known of your time in this week."
    return Digest(
        title=f"The week of {week_words(report.week)}",
        when=" ".join((*report.said("week"), f"Times are those of {report.time_zone}.")),
        lead=lead,
        parts=tuple(part for part in _parts(report, time[1:]) if _says_something(part)),
        made=(
            "Made by watercooler on one's own computer, from exports; nothing was sent anywhere.",
            "Measured: from a time tracker. Visited: from a browser's history. Estimated: from one's own posts, likes "
            "and follows, with a range; no minute counts twice.",
            f"Link-pushers by rule set {report.link_pushers.rules_version}; the list is for you to judge.",
        ),
    )


def _says_something(part: Part) -> bool:
    return bool(part.sentences or part.points or part.drawings or part.table)


def _parts(report: ThisWeek, sites: list[str]) -> Iterator[Part]:
    yield Part(
        title="Time against the budget",
        sentences=(*report.said("today"), *sites),
        drawings=tuple(_bars(report)),
    )
    yield Part(title="Worth doing", points=tuple(f"{one.what}: {one.why}" for one in report.suggestions))
    yield Part(title="What came of it", sentences=tuple(report.said("results")), table=_came(report))
    people = (*report.said("together"), *report.said("people"), *report.said("growth"))
    yield Part(title="People", sentences=people, drawings=tuple(_people(report)))
    yield Part(
        title="Day by day, and the plan", sentences=tuple(report.said("plan")), drawings=tuple(_days(report))
    )
    first, *named = report.said("link-pushers") or [""]
    yield Part(title="Likely link-pushers", sentences=(first,) if first else (), points=tuple(named))
    yield Part(
        title="Not in these exports", points=tuple(f"{one.what} {one.remedy}" for one in report.missing)
    )


def _bars(report: ThisWeek) -> Iterator[Drawing]:
    if report.lacking("time"):
        return
    bars = week_frames.bars(report)
    legend = week_frames.bars_legend(bars, report)
    yield _drawn(budget_bars(bars), week_frames.bars_words(bars), legend)


def _came(report: ThisWeek) -> Table | None:
    if report.came.empty:
        return None

    def written(value: float) -> str:
        return "not in these exports" if pd.isna(value) else f"{value:,.0f}"

    return Table(
        heads=("", "this week", "last week by then", "rests on"),
        rows=tuple(
            (
                MEASURE_WORDS[row["measure"]][1],
                written(row["value"]),
                written(row["before"]),
                str(row["sources"]),
            )
            for row in report.came.to_dict("records")
        ),
    )


def _people(report: ThisWeek) -> Iterator[Drawing]:
    if report.accounts.empty or not len(known := report.accounts.dropna(subset=["mutual"])):
        return
    yield _drawn(
        relation_bars(known.assign(name=short_names(report.names, known))),
        "Who follows back. " + " ".join(report.said("people")),
        "Each bar is everybody whom you follow or who follows you there.",
        is_told=True,
    )


def _days(report: ThisWeek) -> Iterator[Drawing]:
    if not report.days.empty:
        last, word = week_frames.last_day(report)
        drawn = week_days(report.days, report.week, last=last, last_word=word, names=dict(report.names))
        yield _drawn(drawn, week_frames.days_words(report), "Recorded time of each day.")
    if not report.plan.empty:
        strip = plan_strip(week_frames.slots(report), report.week)
        yield _drawn(
            strip, " ".join(report.said("plan")), week_frames.slots_legend(report, STATES), is_told=True
        )


def _drawn(picture: Picture, words: str, caption: str, *, is_told: bool = False) -> Drawing:
    return Drawing(svg=export.svg(picture, width=WIDTH), words=words, caption=caption, is_told=is_told)
