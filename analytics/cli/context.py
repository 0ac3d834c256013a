"""What commands share: the store that is meant, options in common, and dates as people write them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import duckdb

from analytics.cli.output import FORMATS, say
from analytics.store import migrate
from analytics.store.connection import QUIET, StoreMissing, reading, writing
from analytics.store.location import user_store


def store_of(context: click.Context) -> Path:
    """The store named by --db or WATERCOOLER_DB, else the user's own."""
    return Path(context.obj).expanduser().absolute() if context.obj else user_store()


@contextmanager
def reading_or_empty(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read the store; where there is none yet, an empty one in memory, so that every answer is empty."""
    try:
        with reading(store) as cursor:
            yield cursor
    except StoreMissing:
        with duckdb.connect(":memory:", config=dict(QUIET)) as empty:
            migrate.migrate(empty)
            yield empty


Moment = TypeVar("Moment", bound=date)


def within_reason(moment: Moment) -> Moment:
    """A date or moment that zones and weeks can be worked out for. Raises ValueError."""
    if not 1900 <= moment.year <= 2200:
        raise ValueError(moment)
    return moment


class Day(click.ParamType[date]):
    """A local date, 2026-11-22."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return within_reason(date.fromisoformat(value))
        except ValueError:
            self.fail(f"{value} is no date; write one such as 2026-11-22.", param, ctx)


DAY = Day()

Command = Callable[..., Any]


def format_option(command: Command) -> Command:
    """--format table|json|csv."""
    return click.option(
        "--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True
    )(command)


def now_utc() -> datetime:
    """This moment, naive UTC: the only place where a command looks at the clock."""
    return datetime.now(UTC).replace(tzinfo=None)


@contextmanager
def own_writing(context: click.Context) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction on the store; a value that cannot be is one sentence and exit code 1."""
    try:
        with writing(store_of(context)) as cursor:
            yield cursor
    except ValueError as error:
        say(str(error))
        sys.exit(1)
