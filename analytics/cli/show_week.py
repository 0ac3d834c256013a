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
from analytics.reports import answers, this_week
from analytics.store.location import is_sample


@click.command("time", epilog="Example:  watercooler show time --since 2026-11-01 --format csv")
@filters
def time_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """Time per week and site: measured, or estimated from your own posts with a range."""
    with asked(context, at_latest_data=True, **chosen) as (cursor, window):
        answer = answers.time_answer(cursor, window)
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
    print_answer(format_, answer, [("weeks", "Time", columns)], csv_columns)


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
    sources_command,
    summary_command,
)
