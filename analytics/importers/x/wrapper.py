"""The .js files of an X archive: `window.YTD.<type>.part<N> = [...]`, data in JSON behind an assignment.

Nothing is ever evaluated: the assignment is matched by a strict pattern and cut off, the rest is JSON.
The forms were last seen in an archive of 2026-07.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analytics.importers._json import LARGEST_ELEMENT, Shape, create_items, load_array
from analytics.importers.interface import Files, Refused, Stage
from analytics.model import Problem

_ASSIGNMENT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*window\.(?:YTD\.(?P<type>[a-z0-9_]+)\.part(?P<part>\d+)|(?P<manifest>__THAR_CONFIG))\s*=\s*"
)
HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One .js file: its data type (`tweets`), its part number, and where its JSON starts."""

    name: str
    type: str
    number: int
    skip: int

    @property
    def own_name(self) -> str:
        """The name that X gives such a file; a second download may be called `follower (1).js`."""
        part = f"-part{self.number}" if self.number else ""
        return f"{self.type.replace('_', '-')}{part}.js"


@dataclass(slots=True, kw_only=True)
class Loaded:
    """What became of the files of one data type: rows in each file, bad ones included."""

    rows: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def part_of(files: Files, name: str) -> Part | None:
    """What a file says it is in its first bytes; none where it is no part of an X archive."""
    match = _ASSIGNMENT.match(files.head(name, HEAD_BYTES))
    if not match:
        return None
    data_type = "manifest" if match["manifest"] else match["type"].decode()
    return Part(name=name, type=data_type, number=int(match["part"] or 0), skip=match.end())


def parts_of(files: Files, types: tuple[str, ...]) -> Iterator[Part]:
    """The files that hold one of these data types."""
    for name in files.names():
        part = part_of(files, name) if name.lower().endswith(".js") else None
        if part and part.type in types:
            yield part


def read_small(stage: Stage, files: Files, part: Part) -> Any:
    """The whole JSON of a small file. Raises Refused where it does not parse."""
    text = stage.copy(files, part.name, skip=part.skip).read_text(encoding="utf-8", errors="replace")
    try:
        return json.loads(text.rstrip().rstrip(";"))
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"{_place(files, part.name)} is cut short or damaged: JSON was expected after its first words; "
            "download the archive again or take this file out."
        ) from error


def load_rows(
    stage: Stage,
    files: Files,
    parts: list[Part],
    table: str,
    *,
    shape: Shape,
    wrapper: str,
    largest: int = LARGEST_ELEMENT,
) -> Loaded:
    """Load all files of a data type into `table` (file, row_number, item); see `_json.load_array`.

    Rows are wrapped in a key since 2020 and bare before. Raises Refused where a file is no list of rows.
    """
    create_items(stage, table, shape)
    loaded = Loaded()
    for part in parts:
        path = stage.copy(files, part.name, skip=part.skip)
        _cut_semicolon(path)
        key = None if _is_bare(path, wrapper) else wrapper
        try:
            rows, problems = load_array(
                stage, path, table, file=part.name, shape=shape, wrapper=key, largest=largest
            )
        except Refused as refused:
            raise Refused(str(refused).replace(part.name, _place(files, part.name), 1)) from refused
        loaded.rows[part.name] = rows
        loaded.problems += problems
        path.unlink()
    return loaded


def _place(files: Files, name: str) -> str:
    return str(files.path) if files.path.name == name else f"{files.path}: {name}"


def _is_bare(path: Path, wrapper: str) -> bool:
    """Whether rows lie in the list without a key around them; a list without rows has nothing to tell."""
    with path.open("rb") as file:
        head = file.read(65536)
    return bool(re.search(rb'\{\s*"', head)) and not re.search(rb'\{\s*"%s"\s*:' % wrapper.encode(), head)


def _cut_semicolon(path: Path) -> None:
    """Some re-saved files end in a semicolon, which JSON does not know."""
    with path.open("rb+") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 16))
        tail = file.read()
        kept = tail.rstrip()
        if kept.endswith(b";"):
            file.truncate(size - len(tail) + len(kept) - 1)


def parse_iso(moment: object) -> datetime | None:
    """2023-09-06T16:23:52.257Z -> naive UTC; none where it is not that."""
    if not isinstance(moment, str):
        return None
    try:
        parsed = datetime.fromisoformat(moment)
        return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed
    except (ValueError, OverflowError):
        return None
