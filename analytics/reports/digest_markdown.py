"""The digest as Markdown: for notes, a forum, a repository. Charts are told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from analytics.metrics.window import Window
from analytics.reports.digest import Digest, Part, Table, of_window
from analytics.reports.plain import shown

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~$&!]|(?=://)|(?<=www)(?=\.)|^[-+=]|(?<=^\d)(?=[.)])", re.IGNORECASE)
"""What Markdown reads as a mark, anywhere or at the beginning of a line; and the places within a bare address."""


def as_markdown(cursor: duckdb.DuckDBPyConnection, window: Window) -> str:
    """The latest week that has data, as `written`."""
    return written(of_window(cursor, window))


def written(digest: Digest) -> str:
    """The whole text. Every sign that Markdown reads is escaped, in our own sentences too: they hold names."""
    lines = [f"# {escaped(digest.title)}", escaped(digest.when), f"**{escaped(digest.lead)}**"]
    for part in digest.parts:
        lines += _part(part)
    lines += ["---", *map(escaped, digest.made)]
    return "\n\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Text that stays text: no mark-up, no link out of a bare address, no mention, on one line.

    >>> print(escaped("**x** http://a.example <b>"))
    \*\*x\*\* http\://a.example \<b\>
    """
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", shown(text))


def _part(part: Part) -> Iterator[str]:
    yield f"## {escaped(part.title)}"
    yield from map(escaped, part.sentences)
    if part.points:
        yield "\n".join(f"- {escaped(point)}" for point in part.points)
    if part.table:
        yield _table(part.table)
    for drawing in part.drawings:
        if drawing.is_told:
            continue
        yield escaped(drawing.words)


def _table(table: Table) -> str:
    rows = [table.heads, tuple("---" for _ in table.heads), *table.rows]
    cells = [row if number == 1 else tuple(map(escaped, row)) for number, row in enumerate(rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
