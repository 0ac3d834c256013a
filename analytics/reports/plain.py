"""Answers as programs read them: values as JSON knows them, and CSV that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import pandas as pd

# A spreadsheet runs a cell that begins so as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


# What would turn the direction of the text around it, and what is no text at all.
_UNSHOWN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\u200b\u2060]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")
LONGEST = 1000


def shown(text: str) -> str:
    """Text as it may stand within a sentence: on one line, without signs that change what stands around it, and cut
    where it is longer than any sentence of ours.

    >>> shown("a\\u202eb\\nc"), len(shown("x" * 10_000))
    ('ab c', 1000)
    """
    plain_text = _UNSHOWN.sub("", _BREAKS.sub(" ", text))
    return plain_text if len(plain_text) <= LONGEST else plain_text[: LONGEST - 1] + "…"


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """CSV with a header; texts that a spreadsheet would run as a formula get a ' in front."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(plain(row.get(column))) for column in columns])
    return sheet.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
