"""The JSON of an archive's files, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analytics.importers._rows import elements, read_json
from analytics.importers.interface import Files, Refused, Stage


def items_of(stage: Stage, files: Files, name: str) -> Iterator[tuple[int, Any]]:
    """Number and value of each item of a collection. Raises Refused where the file is damaged."""
    try:
        yield from elements(stage, files, name, "orderedItems")
    except ValueError as error:
        raise _damaged(files, name) from error


def values_of(stage: Stage, files: Files, name: str) -> Iterator[Any]:
    """The one value that a file is. Raises Refused where it is damaged."""
    try:
        yield from read_json(stage, files, name, lambda stream: iter([stream.value()]))
    except ValueError as error:
        raise _damaged(files, name) from error


def _damaged(files: Files, name: str) -> Refused:
    # A number of thousands of digits is JSON, but not Python's.
    return Refused(f"{files.path}: {name} holds a number that no server writes; download the export again.")
