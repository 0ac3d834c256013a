"""Answers kept for the whole server: each question is asked once for a state of the store, and ahead where it is large.

Pages read answers and change nothing in them, so all visits share one. While a person reads a page of a large store,
what the other pages and the other filters would ask is asked beside; who turns to one meanwhile waits for the same
answer.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from analytics.metrics import settings
from analytics.metrics.window import Window
from analytics.pages import opening
from analytics.pages.filters import Filters
from analytics.store.connection import data_version, reading

KEPT = 96
LARGE_BYTES = 20_000_000
"""Below this size every answer is there at once anyway."""

CALM_SECONDS = 0.8
"""Nothing is asked ahead for so long after a page was drawn: its next click comes first."""

Question = Callable[..., Any]
Next = Callable[[Any], Iterable[tuple[Question, dict[str, Any]]]]
"""What an answer leads to: further questions with their options, under the same filters."""


class Key(NamedTuple):
    """What an answer depends on."""

    name: str
    store: str
    version: str
    present_utc: datetime
    chosen: Filters
    options: tuple[tuple[str, Hashable], ...]

    def instead(self, question: Question, options: Mapping[str, Any]) -> Key:
        """Of another question about the same store under the same filters."""
        return self._replace(name=_name(question), options=tuple(sorted(options.items())))


def _name(question: Question) -> str:
    return f"{question.__module__}.{question.__qualname__}"


_answers: OrderedDict[Key, Any] = OrderedDict()
_asked: dict[Key, threading.Lock] = {}
_waiting: dict[Key, Question] = {}
_leads_to: dict[Question, Next] = {}
_guard = threading.Lock()
_worker: threading.Thread | None = None
_last_asked = 0.0


def key(question: Question, chosen: Filters, options: dict[str, Any]) -> Key:
    """The key of a question about the store as it is now. Raises StoreMissing."""
    return Key(_name(question), *opening.state(), chosen, tuple(sorted(options.items())))


def is_known(asked: Key) -> bool:
    """Whether the answer is there already."""
    return asked in _answers


def answer(question: Question, asked: Key) -> Any:
    """The answer, from memory or from the store. Raises StoreMissing, StoreUnusable and what the question does."""
    somebody_waits()
    try:
        return _answer(question, asked)
    finally:
        somebody_waits()


def somebody_waits() -> None:
    """A page is being drawn: what is asked ahead can wait."""
    global _last_asked  # noqa: PLW0603
    _last_asked = time.monotonic()


def _answer(question: Question, asked: Key) -> Any:
    with _guard:
        alone = _asked.setdefault(asked, threading.Lock())
    with alone:
        with _guard:
            if asked in _answers:
                _answers.move_to_end(asked)
                return _answers[asked]
        found = put(question, asked)
        with _guard:
            _answers[asked] = found
            while len(_answers) > KEPT:
                _asked.pop(_answers.popitem(last=False)[0], None)
    return found


def put(question: Question, asked: Key) -> Any:
    """The same, without keeping it."""
    with reading(Path(asked.store)) as cursor:
        return question(cursor, _window(cursor, asked), **dict(asked.options))


def _window(cursor: duckdb.DuckDBPyConnection, asked: Key) -> Window:
    now = opening.present(cursor, asked.store, asked.present_utc)
    return settings.window(cursor, now_utc=now, filters=asked.chosen.as_window())


def is_large() -> bool:
    """Whether it is worth asking ahead. Raises StoreMissing."""
    return Path(opening.state()[0]).stat().st_size >= LARGE_BYTES


def ask_ahead(asked: Iterable[tuple[Question, Key]], leads_to: Mapping[Question, Next] | None = None) -> None:
    """Ask these one after the other, while nobody waits for them, before what still waits from earlier calls.

    leads_to: what is asked next, once these are answered.
    """
    global _worker  # noqa: PLW0603
    _leads_to.update(leads_to or {})
    with _guard:
        first = {key: question for question, key in asked if key not in _answers}
        later = dict(_waiting)
        _waiting.clear()
        _waiting.update(first | {key: question for key, question in later.items() if key not in first})
        if _waiting and _worker is None:
            _worker = threading.Thread(target=_ask_all, daemon=True)
            _worker.start()


def _ask_all() -> None:
    global _worker  # noqa: PLW0603
    while True:
        while time.monotonic() - _last_asked < CALM_SECONDS:
            time.sleep(CALM_SECONDS / 10)
        with _guard:
            if not _waiting:
                _worker = None
                return
            asked = next(iter(_waiting))
            question = _waiting.pop(asked)
        try:
            if data_version(Path(asked.store)) == asked.version:  # else the store has changed since
                found = _answer(question, asked)
                further = {asked.instead(*one): one[0] for one in _leads_to.get(question, _nothing)(found)}
                with _guard:
                    _waiting.update(
                        {key: question for key, question in further.items() if key not in _answers}
                    )
        except Exception:  # noqa: S110 - the page that asks it says so
            pass


def _nothing(found: Any) -> tuple[()]:
    return ()
