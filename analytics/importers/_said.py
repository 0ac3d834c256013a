"""What every importer says in the same words: as of when an export is true, and which lists are whole."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime

from analytics.importers.interface import Files, Note, Options

MOST_PROBLEMS = 1000
"""As many problems of one file are listed; the rest are counted."""


def as_of(
    files: Files, names: Sequence[str], options: Options, *, what: str, said: datetime | None = None
) -> Generator[Note, None, datetime]:
    """When an export was made (naive UTC): its own word, then --as-of, then the date of its newest file.

    what: the export as the notes call it, such as "The archive" or the name of a file; said: its own word.
    """
    if said:
        if options.as_of_utc:
            yield Note(text=f"{what} says that it was made on {said:%Y-%m-%d}; --as-of was not used.")
        return said
    if options.as_of_utc:
        return options.as_of_utc
    newest = max(map(files.modified_utc, names))
    file = "file" if len(names) == 1 else "newest file"
    yield Note(
        text=f"{what} does not say when it was made; taken as {newest:%Y-%m-%d}, the date of its {file}. Give "
        "--as-of DATE if that is wrong."
    )
    return newest


def is_whole(*, good: int, bad: int) -> bool:
    """Whether a list that lost some rows still tells who is missing: not where most of them are unreadable."""
    return bad <= good


def not_whole(file: str) -> Note:
    """What is said of a list that is not."""
    return Note(
        text=f"Most rows of {file} cannot be read, so it is no whole list and not used to tell who is missing."
    )
