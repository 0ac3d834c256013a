"""`watercooler show` for the week: time, budget, the summary, and what everything comes from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from analytics.cli.context import now_utc, reading_or_empty, store_of
from analytics.cli.output import csv_text, plain, print_json
from analytics.cli.show import asked, filters, print_answer
from analytics.metrics import settings
from analytics.metrics.time_words import duration_words
from analytics.metrics.weekly_limits import MOST_MINUTES
from analytics.metrics.window import to_local
from analytics.reports import answers, this_week
from analytics.reports.result_words import figure
from analytics.store.location import is_sample


@click.command("time", epilog="Example:  watercooler show time --since 2026-11-01 --format csv")
@click.option("--sessions", is_flag=True, help="Also the days, the sessions and the hours of the week.")
@filters
def time_command(context: click.Context, format_: str, sessions: bool, **chosen: Any) -> None:
    """Time per week and site: measured, or estimated from your own posts with a range."""
    with asked(context, at_latest_data=True, **chosen) as (cursor, window):
        answer = answers.time_answer(cursor, window)
        if sessions:
            answer |= answers.time_details(cursor, window)
            zone = window.time_zone
    if format_ == "table":
        answer["weeks"].reverse()
        for row in answer["weeks"]:
            row["time"] = row["refused"] or _span(row["seconds"])
            is_range = not row["refused"] and row["low_seconds"] != row["high_seconds"]
            row["range"] = f"{_span(row['low_seconds'])} to {_span(row['high_seconds'])}" if is_range else ""
            row["from"] = ", ".join(basis for basis, seconds in plain(row["basis"]).items() if seconds)
    columns = {"week": "week of", "site": "site", "time": "time", "range": "range", "from": "basis"}
    if format_ == "csv":
        for row in answer["weeks"]:
            row |= {f"{basis}_seconds": seconds for basis, seconds in row["basis"].items()}
    csv_columns = (
        "week", "site", "seconds", "low_seconds", "high_seconds", "refused", "measured_seconds",
        "visit_seconds", "estimated_seconds",
    )  # fmt: skip
    tables = [("weeks", "Time", columns)]
    if sessions and format_ == "table":
        _write_out(answer, zone)
        tables = [*_SESSION_TABLES, *tables]
    print_answer(format_, answer, tables, csv_columns)


_SESSION_TABLES = [
    ("long_days", "Days that took half a day", {"day": "day", "time": "all sites", "site": "most of it"}),
    ("sites", "Sessions", {
        "site": "site", "sessions": "sessions", "median": "half are longer than", "longest": "longest",
        "began": "began",
    }),
    ("sessions", "Sessions, the latest first", {"began": "began", "site": "site", "time": "time", "basis": "basis"}),
]  # fmt: skip


def _write_out(answer: answers.Answer, zone: str) -> None:
    """Lengths and moments as people write them, in place."""
    answer["sessions"].reverse()
    for row in answer["sessions"]:
        row |= {"time": _span(row["seconds"]), "began": _local(row["start_utc"], zone)}
    for row in answer["sites"]:
        row |= {"median": _span(row["median_seconds"]), "longest": _span(row["longest_seconds"])}
        row["began"] = _local(row["longest_start_utc"], zone)
    for row in answer["long_days"]:
        row["time"] = _span(row["seconds"])


def _local(moment: Any, zone: str) -> str:
    return f"{to_local(moment.to_pydatetime(), zone):%a %Y-%m-%d %H:%M}"


def _span(seconds: object) -> str:
    known = plain(seconds)
    return "–" if known is None else duration_words(known)


def print_budget(store: Path, today: date | None, format_: str, platform: str | None = None) -> None:
    """The week against its budget."""
    with reading_or_empty(store) as cursor:
        chosen = {"platform": platform.lower() if platform else None}
        window = settings.window(cursor, today=today, now_utc=now_utc(), at_latest_data=True, filters=chosen)
        answer = answers.budget_answer(cursor, window)
    total = answer["total"] | {"site": "all sites"}
    columns = {
        "site": "site", "spent_minutes": "spent (min)", "budget_minutes": "budget (min)",
        "left_minutes": "left (min)", "pace_minutes": "pace (min)", "runs_out": "runs out",
        "basis": "basis", "verdict": "verdict",
    }  # fmt: skip
    if format_ != "json":
        answer |= {"rows": [total, *answer["sites"]]}
    print_answer(format_, answer, [("rows", f"Week of {answer['week']}", columns)], list(total))


@click.command("budget", epilog="Example:  watercooler show budget --today 2026-11-19")
@filters
def budget_command(
    context: click.Context, format_: str, today: date | None, platform: str | None, **_: Any
) -> None:
    """The week against its budget: spent, left, pace, and when it runs out."""
    print_budget(store_of(context), today, format_, platform)


def _minutes_by_site(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, float]:
    minutes = {}
    for value in values:
        site, _, number = value.partition("=")
        try:
            minutes[site.strip().lower()] = float(number)
        except ValueError:
            raise click.BadParameter(f"{value!r}: write SITE=MINUTES, such as x=60") from None
        if not (site.strip() and 0 <= minutes[site.strip().lower()] <= MOST_MINUTES):
            raise click.BadParameter(f"{value!r}: minutes a week are from 0 to {MOST_MINUTES:,}")
    return minutes


@click.command("results", epilog="Example:  watercooler show results --split x=60 --split mastodon=60")
@click.option(
    "--split",
    "minutes",
    multiple=True,
    callback=_minutes_by_site,
    metavar="SITE=MINUTES",
    help="What a week with so many minutes on this site would have brought; sites that are not named get none.",
)
@filters
def results_command(context: click.Context, format_: str, minutes: dict[str, float], **chosen: Any) -> None:
    """What the time brought: results an hour, kinds of post, hours of the day, before and after a budget."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.results_answer(cursor, window, minutes=minutes or None)
    per_hour = {
        "site": "site", "measure": "measure", "value": "an hour", "low": "low", "high": "high", "weeks": "weeks",
        "hours": "hours", "basis": "time",
    }  # fmt: skip
    if format_ == "table":
        for sentence in answer["sentences"]:
            click.echo(sentence)
        for row in answer["per_hour"]:
            row |= {name: _figure(row[name]) for name in ("value", "low", "high", "hours")}
    csv_columns = ("site", "measure", "value", "low", "high", "weeks", "hours", "results", "basis")
    print_answer(format_, answer, [("per_hour", "What an hour brings", per_hour)], csv_columns)


def _figure(value: object) -> str:
    known = plain(value)
    return "–" if known is None else figure(known)


@click.command("sources", epilog="Example:  watercooler show sources")
@filters
def sources_command(context: click.Context, format_: str, **_: Any) -> None:
    """Every import: what it read, added, had already, and could not read."""
    with reading_or_empty(store_of(context)) as cursor:
        answer = answers.sources_answer(cursor)
    columns = {
        "import_id": "import", "format": "format", "owner": "owner", "exported_at": "as of",
        "status": "status", "total": "rows", "added": "new", "problems": "problems", "path": "path",
    }  # fmt: skip
    if format_ == "table":
        for row in answer["imports"]:
            row |= {"total": sum(row["rows"].values()), "added": sum(row["new"].values())}
            row["path"] = Path(row["path"]).name
    csv_columns = (
        "import_id", "path", "format", "owner", "exported_at", "status", "imported_at", "problems", "notes",
        "rows", "new", "known",
    )  # fmt: skip
    print_answer(format_, answer, [("imports", "Sources", columns)], csv_columns)


@click.command("summary", epilog="Example:  watercooler show summary")
@filters
def summary_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """The latest week that has data, in a few plain sentences."""
    print_summary(store_of(context), format_, **chosen)


def print_summary(store: Path, format_: str = "table", *, today: date | None = None, **chosen: Any) -> None:
    """One sentence per finding of the week."""
    if chosen.get("platform"):
        chosen["platform"] = chosen["platform"].lower()
    with reading_or_empty(store) as cursor:
        report = this_week.latest(
            cursor, present_utc=now_utc(), today=today, filters=chosen, clock_stands=is_sample(store)
        )
    match format_:
        case "json":
            print_json({"week": report.week, "sentences": list(report.sentences)})
        case "csv":
            click.echo(
                csv_text([{"sentence": sentence} for sentence in report.sentences], ["sentence"]), nl=False
            )
        case _:
            for sentence in report.sentences:
                click.echo(sentence)


COMMANDS = (
    time_command,
    budget_command,
    results_command,
    sources_command,
    summary_command,
)
