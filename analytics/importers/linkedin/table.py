"""The files of a LinkedIn export as tables, with their quirks: preambles, UTF-16, and records without quotes."""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from analytics.importers._csv import Header, load_csv, read_header
from analytics.importers._rows import Rows
from analytics.importers.interface import Files, Refused, Stage

HEAD = 16384
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Kind of file -> how its name begins, and the columns it must have, of which each may be spelled in several ways.
KINDS: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "connections": ("connections", (("first name",), ("last name",), ("connected on",))),
    "shares": ("", (("date",), ("sharelink", "share link"), ("sharecommentary", "share commentary"))),
    "comments": ("comments", (("date",), ("link",), ("message",))),
    "reactions": ("reactions", (("date",), ("type",), ("link",))),
    "invitations": ("", (("from",), ("to",), ("sent at",), ("direction",))),
    "companies": ("company", (("organization",), ("followed on",))),
    "profile": ("profile", (("first name",), ("last name",), ("headline",))),
}
# A comment's text has bare line feeds and no quotes around it, so only a date begins a record.
_COMMENT = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,)", re.MULTILINE)

Row = tuple[str, int, dict[str, str]]
"""File, line on which the row starts, and its cells by the lower-case name of their column without blanks."""


def kind_of(files: Files, name: str) -> str | None:
    """Which of the files that are read a member is, by its columns and, where those are common words, its name."""
    if not name.lower().endswith(".csv"):
        return None
    header = header_of(files, name)
    if not header:
        return None
    stem, keys = PurePosixPath(name).name.lower(), set(header.keys())
    for kind, (start, wanted) in KINDS.items():
        if stem.startswith(start) and all(keys.intersection(spellings) for spellings in wanted):
            return kind
    return None


def header_of(files: Files, name: str) -> Header | None:
    """The header of a file: its first line, or the first after LinkedIn's notes to the reader."""
    head = files.head(name, HEAD)
    if head.startswith(_UTF16):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    # The files of 2018 in UTF-16 have tabs.
    first = head.split(b"\n", 1)[0]
    header = read_header(head, "\t" if b"\t" in first and b"," not in first else ",")
    if header and header.keys()[:1] == ["notes:"]:
        start = head.find(b"First Name,Last Name")
        after = read_header(head[start:]) if start >= 0 else None
        lines = head[:start].count(b"\n") if start >= 0 else 0
        return after and replace(after, size=after.size + start, lines=after.lines + lines)
    return header


def rows_of(stage: Stage, files: Files, name: str, rows: Rows, broken: Counter[str]) -> Iterator[Row]:
    """The rows of a CSV file; empty cells are ''. Rows that cannot be read are problems, and counted in
    `broken` under the file's name. Raises Refused where it is no text.
    """
    source = _as_utf8(files, name)
    header = header_of(source, name)
    if not header:
        return
    table = load_csv(stage, source, name, header)
    for line, what in table.broken:
        rows.problem(name, line, what)
    broken[name] += len(table.broken)
    keys = [re.sub(r"\s", "", column).lower() for column in header.names]
    found = stage.run("SELECT * FROM csv_rows ORDER BY row_number")
    lines = table.lines_of({number for number, *_ in found})
    for number, *cells in found:
        yield name, lines[number], dict(zip(keys, ((cell or "").strip() for cell in cells), strict=True))


def comments_of(stage: Stage, files: Files, name: str, rows: Rows, broken: Counter[str]) -> Iterator[Row]:
    """The same for comments, of which the text is not always in quotes (it is in the files with tabs)."""
    first = header_of(files, name)
    if first and first.delimiter == "\t":
        yield from rows_of(stage, files, name, rows, broken)
        return
    text = stage.copy(files, name).read_bytes()
    encoding = "utf-16" if text.startswith(_UTF16) else "utf-8-sig"
    header, *records = _COMMENT.split(text.decode(encoding, errors="replace").replace("\r\n", "\n"))
    if not records and len(header.strip().splitlines()) > 1:
        rows.problem(name, 2, "no comment (a date such as 2026-11-22 10:00:00 was expected first)")
    line = 1 + header.count("\n")
    for record in records:
        date, link, message = (*record.rstrip("\n").split(",", 2), "", "")[:3]
        if message.startswith('"') and message.endswith('"') and len(message) > 1:
            message = message[1:-1].replace('""', '"')
        yield name, line, {"date": date, "link": link.strip('"'), "message": message}
        line += record.count("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Utf8:
    """One member of other files, written anew in UTF-8."""

    files: Files
    content: bytes

    @property
    def path(self) -> Path:
        return self.files.path

    def names(self) -> Sequence[str]:
        return self.files.names()

    def size(self, _name: str) -> int:
        return len(self.content)

    def modified_utc(self, name: str) -> datetime:
        return self.files.modified_utc(name)

    def head(self, _name: str, size: int = 65536) -> bytes:
        return self.content[:size]

    def open(self, _name: str) -> BinaryIO:
        return io.BytesIO(self.content)


def _as_utf8(files: Files, name: str) -> Files:
    if not files.head(name, 2).startswith(_UTF16):
        return files
    with files.open(name) as file:
        text = file.read()
    try:
        return _Utf8(files=files, content=text.decode("utf-16").encode())
    except UnicodeError:
        raise Refused(
            f"{files.path}: {name} is cut short or damaged (UTF-16 text was expected); download the export again."
        ) from None
