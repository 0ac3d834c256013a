"""How answers are printed: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analytics.reports.plain import csv_text, plain

__all__ = [
    "FORMATS", "console", "csv_text", "plain", "print_json", "print_table", "records", "say",
]  # fmt: skip

FORMATS = ("table", "json", "csv")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as JSON objects."""
    columns = [str(column) for column in frame.columns]
    return [
        {name: plain(value) for name, value in zip(columns, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def print_json(answer: Mapping[str, Any]) -> None:
    """One object on stdout."""
    click.echo(json.dumps(plain(answer), ensure_ascii=False, indent=2))


def print_table(title: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """A table for a terminal. columns: key -> heading. Text from exports is shown as it is, no markup."""
    table = Table(
        title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False
    )
    numeric = {key for key in columns if rows and all(_is_number(row.get(key)) for row in rows)}
    for key, heading in columns.items():
        table.add_column(heading, justify="right" if key in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(row.get(key))) for key in columns))
    console().print(table)


def _is_number(value: Any) -> bool:
    return plain(value) is None or (
        isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    )


def _shown(value: Any) -> str:
    """As a person reads it; moments are UTC, to the minute."""
    if isinstance(value, datetime) and not pd.isna(value):
        return f"{value:%Y-%m-%d %H:%M}"
    known = plain(value)
    if isinstance(known, bool):
        return "yes" if known else "no"
    if known is None:
        return "–"
    if isinstance(known, int):
        return f"{known:,}"
    if isinstance(known, float):
        return f"{known:,.2f}".rstrip("0").rstrip(".")
    # Control characters in somebody's text could otherwise drive the terminal.
    return "".join(letter if letter.isprintable() else " " for letter in str(known))


def console() -> Console:
    """The terminal; written to a file or a pipe, lines may be longer."""
    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160)


def say(text: str) -> None:
    """A note for the person, on stderr."""
    click.echo(text, err=True)
