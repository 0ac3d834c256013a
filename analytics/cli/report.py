"""`watercooler report`: the week as one file, HTML or Markdown."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import duckdb

from analytics.cli.context import now_utc, reading_or_empty, store_of
from analytics.cli.output import say
from analytics.metrics import settings
from analytics.metrics.window import midnight_utc
from analytics.reports import digest, digest_html, digest_markdown, this_week
from analytics.reports.week_words import week_words
from analytics.store.location import is_sample

WRITERS = {".html": digest_html.written, ".htm": digest_html.written, ".md": digest_markdown.written}


@click.command("report", epilog="Example:  watercooler report --week 2026-W47 --to week.html")
@click.option("--week", metavar="WEEK", help="2026-W47, or any day of it. Default: the latest that has data.")
@click.option("--platform", help="Only this network, such as x; the budget stays that of all sites.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write: .html or .md by its ending. One that is there is replaced. Default: both, here.",
)
@click.pass_context
def report_command(context: click.Context, week: str | None, platform: str | None, to: Path | None) -> None:
    """Write the week as one file that refers to nothing outside: to read, to send, to print."""
    if to and to.suffix.lower() not in WRITERS:
        raise click.UsageError(f"{to} should end in .html or .md.")
    store = store_of(context)
    with reading_or_empty(store) as cursor:
        found = _week(cursor, week, platform, clock_stands=is_sample(store))
    told = digest.digest(found)
    both = [Path(f"watercooler-{found.week}{ending}") for ending in (".html", ".md")]
    for file in [to] if to else both:
        try:
            _write(file, WRITERS[file.suffix.lower()](told))
        except OSError as error:
            say(f"{file} could not be written: {error.strerror}.")
            sys.exit(1)
        click.echo(f"{file}: {week_words(found.week)}.")


def _week(
    cursor: duckdb.DuckDBPyConnection, week: str | None, platform: str | None, *, clock_stands: bool
) -> this_week.ThisWeek:
    filters = {"platform": platform}
    latest = this_week.latest(cursor, present_utc=now_utc(), filters=filters, clock_stands=clock_stands)
    if week is None:
        return latest
    window = settings.window(cursor, now_utc=now_utc(), filters=filters)
    try:
        first = digest.week_named(week, window.week_start)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if first == latest.week:
        return latest
    if first > latest.week and first > window.week:
        raise click.UsageError(f"The week of {first} has not come yet.")
    end = midnight_utc(first + timedelta(days=7), window.time_zone)
    # A week that is over is looked at from its end, people included: what came later is none of it.
    at_end = replace(window, now_utc=end - timedelta(microseconds=1))
    return this_week.this_week(cursor, at_end, present_utc=end)


def _write(to: Path, text: str) -> None:
    """Whole or not at all. Raises OSError."""
    to = to.expanduser()
    handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(to)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
