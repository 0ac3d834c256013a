"""How answers are printed: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import click
import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

FORMATS = ("table", "json", "csv")

# A spreadsheet runs a cell that begins so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(value: Any) -> Any:
    """A value as JSON knows it: moments with Z, days as dates, unknown as null.

    >>> plain(datetime(2026, 11, 22, 8, 30)), plain(float("nan")), plain(date(2026, 11, 22))
    ('2026-11-22T08:30:00Z', None, '2026-11-22')
    """
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ma.MaskedArray):  # a list with nulls in it, as DuckDB hands it over
        value = value.astype(object).tolist()
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(inner) for inner in value]
    return None if pd.isna(value) else _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = pd.Timestamp(value) if isinstance(value, np.datetime64) else value.item()
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return moment.isoformat() + "Z"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float) and not np.isfinite(value):  # JSON knows no infinity
        return None
    return value if isinstance(value, (str, bool, int, float)) else str(value)


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


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """CSV with a header; texts that a spreadsheet would run as a formula get a ' in front."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(plain(row.get(column))) for column in columns])
    return sheet.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


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
