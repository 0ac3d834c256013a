"""Answers that several pages need and that take long, kept while the store stays as it is.

A store that is opened read-only cannot change under its reader, so the same question about the same window of the
same content has the same answer. A store in memory, or one that is being written, is asked anew each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, cast

import duckdb
import pandas as pd

from analytics.metrics.window import Window
from analytics.store.connection import data_version

KEPT = 40
"""Answers kept at most; the one that was asked for longest ago goes first."""

Options = ParamSpec("Options")
Question = Callable[Concatenate[duckdb.DuckDBPyConnection, Window, Options], pd.DataFrame]

_answers: OrderedDict[Hashable, pd.DataFrame] = OrderedDict()
_asked: dict[Hashable, threading.Lock] = {}
_guard = threading.Lock()


def remembered(question: Question[Options]) -> Question[Options]:
    """The same question; asked again about the same content and window, it answers from memory, with a copy.

    Two threads that ask the same at once wait for one answer.
    """

    @wraps(question)
    def ask(
        cursor: duckdb.DuckDBPyConnection, window: Window, *args: Options.args, **options: Options.kwargs
    ) -> pd.DataFrame:
        content = _content(cursor)
        if content is None:
            return question(cursor, window, *args, **options)
        key = (content, question.__module__, question.__name__, window, args, tuple(sorted(options.items())))
        with _guard:
            alone = _asked.setdefault(key, threading.Lock())
        with alone:
            if (known := _known(key)) is None:
                known = _keep(key, question(cursor, window, *args, **options))
        return known.copy()

    return cast("Question[Options]", ask)


def forget() -> None:
    """Forget every answer, as a new process would have."""
    with _guard:
        _answers.clear()
        _asked.clear()


def _known(key: Hashable) -> pd.DataFrame | None:
    with _guard:
        if key in _answers:
            _answers.move_to_end(key)
        return _answers.get(key)


def _keep(key: Hashable, answer: pd.DataFrame) -> pd.DataFrame:
    with _guard:
        _answers[key] = answer
        while len(_answers) > KEPT:
            _asked.pop(_answers.popitem(last=False)[0], None)
    return answer


def _content(cursor: duckdb.DuckDBPyConnection) -> Hashable:
    """The store's file and state; null where it may change, or lies in memory."""
    row: Any = cursor.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database() AND readonly"
    ).fetchone()
    return (row[0], data_version(Path(row[0]))) if row and row[0] else None
