"""How an import tells of its progress: bars for a person at a terminal, JSON lines for a program that watches."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TaskID, TextColumn

from analytics.importers._archive import Found, LeftAlone
from analytics.importers.interface import Refused
from analytics.reports.plain import plain
from analytics.store.loading import Imported, Outcome
from analytics.store.staging import Watcher

TOLD_PROBLEMS = 200
EVERY_SECONDS = 0.2


class _Bar(Watcher):
    """One bar an export, counting bytes read."""

    def __init__(self, display: Progress, task: TaskID) -> None:
        self._display, self._task = display, task

    def read(self, size: int) -> None:
        self._display.advance(self._task, size)


@contextmanager
def bars() -> Iterator[Callable[[Found], Watcher]]:
    """Bars on stderr, where that is a terminal."""
    terminal = Console(stderr=True)
    display = Progress(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(),
        console=terminal, transient=True, disable=not terminal.is_terminal,
    )  # fmt: skip
    with display:
        yield lambda found: _Bar(
            display, display.add_task(f"{found.importer.title} {found.path.name}", total=_size(found))
        )


class _Lines(Watcher):
    """The state of one export as JSON, a few times a second and at each new phase."""

    def __init__(self) -> None:
        self._read = self._rows = 0
        self._phase = "reading"
        self._told = time.monotonic()

    def read(self, size: int) -> None:
        self._read += size
        self._tell()

    def rows(self, number: int) -> None:
        if self._phase == "reading":  # comparing them writes rows of its own
            self._rows += number
            self._tell()

    def phase(self, name: str) -> None:
        self._phase = name
        self._tell(at_once=True)

    def _tell(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - self._told >= EVERY_SECONDS:
            self._told = now
            _line("progress", read=self._read, rows=self._rows, phase=self._phase)


def lines(found: Found) -> Watcher:
    """A line that this export begins, and one whenever there is something new."""
    _line("begin", title=found.importer.title, path=str(found.path), bytes=_size(found))
    return _Lines()


def outcome_line(outcome: Outcome) -> None:
    """What became of one export, on one line."""
    match outcome:
        case Refused():
            _line("refused", text=str(outcome))
        case LeftAlone(path=path, why=why):
            _line("left alone", path=str(path), why=why)
        case Imported():
            _line(
                "imported",
                **{
                    name: getattr(outcome, name)
                    for name in ("import_id", "title", "owner", "state", "read", "new", "known", "notes")
                },
                path=str(outcome.path),
                exported_at=outcome.exported_at_utc,
                problems=len(outcome.problems),
                first_problems=[
                    {"place": one.place, "what": one.what} for one in outcome.problems[:TOLD_PROBLEMS]
                ],
            )


def end_line() -> None:
    """The last line: everything was tried."""
    _line("end")


def _line(event: str, **said: Any) -> None:
    click.echo(json.dumps(plain({"event": event, **said}), ensure_ascii=True))
    sys.stdout.flush()


def _size(found: Found) -> int:
    return sum(found.files.size(member) for member in found.members)
