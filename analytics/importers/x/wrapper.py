"""The .js files of an X archive: `window.YTD.<type>.part<N> = [...]`, data in JSON behind an assignment.

Nothing is ever evaluated: the assignment is matched by a strict pattern and cut off, the rest is JSON.
The forms were last seen in an archive of 2026-07.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.importers._json import Shape, create_items, load_array
from analytics.importers.interface import Files, Refused, Stage
from analytics.model import Problem

_ASSIGNMENT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*window\.(?:YTD\.(?P<type>[a-z0-9_]+)\.part(?P<part>\d+)|(?P<manifest>__THAR_CONFIG))\s*=\s*"
)
HEAD_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One .js file: its data type (`tweets`), its part number, where its JSON starts, its wrapper key."""

    name: str
    type: str
    number: int
    skip: int
    wrapper: str | None


def part_of(files: Files, name: str) -> Part | None:
    """What a file says it is in its first bytes; none where it is no part of an X archive."""
    head = files.head(name, HEAD_BYTES)
    match = _ASSIGNMENT.match(head)
    if not match:
        return None
    first_key = re.match(rb'\[\s*\{\s*"(\w+)"\s*:\s*\{', head[match.end() :])
    return Part(
        name=name,
        type="manifest" if match["manifest"] else match["type"].decode(),
        number=int(match["part"] or 0),
        skip=match.end(),
        wrapper=first_key[1].decode() if first_key else None,
    )


def read_small(stage: Stage, files: Files, part: Part) -> Any:
    """The whole JSON of a small file. Raises Refused where it does not parse."""
    text = stage.copy(files, part.name, skip=part.skip).read_text(encoding="utf-8", errors="replace")
    try:
        return json.loads(text.rstrip().rstrip(";"))
    except ValueError as error:
        raise Refused(
            f"{part.name} is cut short or damaged: JSON was expected after its first line; download the "
            "archive again or take this file out."
        ) from error


def load_rows(
    stage: Stage, files: Files, parts: list[Part], table: str, *, shape: Shape, wrapper: str
) -> list[Problem]:
    """Load all parts of a data type into `table` (file, row_number, item); see `_json.load_array`.

    Rows are wrapped in a key since 2020 and bare before; a part without rows has no key to tell.
    """
    create_items(stage, table, shape)
    problems: list[Problem] = []
    for part in parts:
        path = stage.copy(files, part.name, skip=part.skip)
        _cut_semicolon(path)
        key = wrapper if part.wrapper in (wrapper, None) else None
        problems += load_array(stage, path, table, file=part.name, shape=shape, wrapper=key)
        path.unlink()
    return problems


def _cut_semicolon(path: Any) -> None:
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
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        return None
