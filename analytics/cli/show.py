"""`watercooler show`: what its commands share. The commands are in show_people and show_week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import click
import duckdb

from analytics.cli.context import DAY, format_option, now_utc, reading_or_empty, store_of
from analytics.cli.output import csv_text, print_json, print_table, say
from analytics.metrics import settings
from analytics.metrics.window import Window
from analytics.reports import answers

Answer = answers.Answer
Columns = Mapping[str, str]

PEOPLE_SHOWN = 50


@click.group("show")
def show() -> None:
    """The answers, of people, time and sources."""


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """--platform, --owner, --since, --until, --today and --format."""
    for option in (
        click.option("--today", type=DAY, help="Look up to the end of this day. Default: now."),
        click.option("--until", type=DAY, help="Last day, included."),
        click.option("--since", type=DAY, help="First day, included."),
        click.option("--owner", help="Only this account of yours, by id or handle."),
        click.option("--platform", help="Only this network, such as x."),
        format_option,
        click.pass_context,
    ):
        command = option(command)
    return command


@contextmanager
def asked(
    context: click.Context, *, at_latest_data: bool = False, today: date | None, **chosen: Any
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Window]]:
    """The store and the window that the options mean."""
    with reading_or_empty(store_of(context)) as cursor:
        if chosen.get("platform"):
            chosen["platform"] = chosen["platform"].lower()
        yield (
            cursor,
            settings.window(
                cursor, today=today, now_utc=now_utc(), at_latest_data=at_latest_data, filters=chosen
            ),
        )


def print_answer(
    format_: str, answer: Answer, tables: Sequence[tuple[str, str, Columns]], csv_columns: Sequence[str]
) -> None:
    """tables: (key of the answer, title, columns); CSV has the rows of the last of them."""
    match format_:
        case "json":
            print_json(answer)
        case "csv":
            click.echo(csv_text(answer[tables[-1][0]], csv_columns), nl=False)
        case _:
            for key, title, columns in tables:
                rows = answer[key]
                print_table(title, rows[:PEOPLE_SHOWN], columns)
                if len(rows) > PEOPLE_SHOWN:
                    say(f"... and {len(rows) - PEOPLE_SHOWN:,} more: --format csv or json has them all.")
