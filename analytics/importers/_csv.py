"""Reading CSV of any size through the stage: one text column for each name in the header.

DuckDB reads the file strictly, in one thread: with several it takes line breaks inside quotation marks for
ends of rows, silently. Only where it refuses (a row with a cell too few, a quotation mark never closed,
line breaks of two kinds, bytes that are not UTF-8) is the file read again row by row; the broken rows are
named and left out. Both ways agree on every sound row.

A row is counted as the line of the file on which it starts; the header is row 1.
"""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from analytics.importers.interface import Files, Refused, Stage, StageError

# A text longer than this is a quotation mark that was never closed. DuckDB's own limit is 2 MB a row.
LONGEST_ROW = 500_000

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# People put a space after the comma, before a quotation mark too.
_SPACED_QUOTATION = re.compile(' +"')
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_NOT_UTF8 = "not UTF-8 text; save the file as CSV UTF-8"
_END = "\x03end of file"

_READ = """
    CREATE OR REPLACE TABLE csv_rows AS
    SELECT row_number() OVER () AS row_number, replace(COLUMNS(*), chr(0), '')
    FROM read_csv($path, columns={columns}, header=false, delim='{delimiter}', quote='"', escape='"',
                  auto_detect=false, strict_mode={strict}, parallel=false, compression='none')
"""
_REMOVE_END = """
    DELETE FROM csv_rows WHERE row_number = (SELECT max(row_number) FROM csv_rows) AND c0 = $end RETURNING 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the columns of a CSV are called and where its rows begin.

    size: bytes before the first row; lines: lines before it; newline: how its lines end.
    """

    names: tuple[str, ...]
    delimiter: str = ","
    size: int = 0
    lines: int = 0
    newline: bytes = b"\n"
    encoding: str = "utf-8"

    def keys(self) -> list[str]:
        """The names as they are compared: lower case, without spaces around them."""
        return [name.strip().lower() for name in self.names]

    def column(self, key: str) -> str | None:
        """The column of `csv_rows` that holds the named cells; of two with one name the first."""
        return next((f"c{place}" for place, known in enumerate(self.keys()) if known == key), None)


def read_header(head: bytes, delimiter: str = ",") -> Header | None:
    """The header at the start of a file; null where there is none, as in a picture.

    A file in UTF-16 is recognised, so that `load_csv` can say what is wrong with it.
    """
    encoding = "utf-8"
    if head.startswith(_UTF16):
        encoding, head = "utf-16", head.decode("utf-16", errors="ignore").encode(errors="ignore")
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    lines = head[start:].splitlines(keepends=True)
    reader = csv.reader((line.decode("utf-8", errors="replace") for line in lines), delimiter=delimiter)
    try:
        names = next((row for row in reader if row), None)
    except csv.Error:
        return None
    if names is None:
        return None
    taken = lines[: reader.line_num]
    ends = (end for end in (b"\r\n", b"\n", b"\r") if taken[-1].endswith(end))
    return Header(
        names=tuple(names),
        delimiter=delimiter,
        size=start + sum(map(len, taken)),
        lines=len(taken),
        newline=next(ends, b"\n"),
        encoding=encoding,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRows:
    """A CSV in the stage, as the table `csv_rows`: row_number from 1, then c0, c1 ... as text.

    An empty cell is null. broken: the line of each row that could not be read, and what is wrong with it.
    """

    file: str
    header: Header
    path: Path
    broken: list[tuple[int, str]]

    def lines_of(self, numbers: set[int]) -> dict[int, int]:
        """The line of the file on which each of these rows starts."""
        # Only blanks after a closing quotation mark are read in one way and not in the other.
        lines = {number: number + self.header.lines for number in numbers}
        sound = (line for line, cells in _records(self.path, self.header) if isinstance(cells, list))
        for number, line in enumerate(islice(sound, max(numbers, default=0)), start=1):
            if number in lines:
                lines[number] = line
        return lines


def load_csv(stage: Stage, files: Files, name: str, header: Header) -> CsvRows:
    """Read the rows of a member after its header. Raises Refused where it is not UTF-8."""
    if header.encoding != "utf-8":
        raise Refused(f"{files.path}: {name} is written in UTF-16; save it as CSV UTF-8 and import it again.")
    path = stage.copy(files, name, skip=header.size)
    broken: list[tuple[int, str]] = []
    if not _read(stage, path, header, strict=True):
        sound, broken, count = _separate(path, header)
        undecodable = [line for line, what in broken if what == _NOT_UTF8]
        # A stray byte spoils its row; where more than one row in a hundred is unreadable, it is the file.
        if len(undecodable) * 100 > count:
            raise Refused(
                f"{files.path}: {name} is not UTF-8 text (row {undecodable[0]} is the first of "
                f"{len(undecodable):,} that cannot be read); save it as CSV UTF-8 and import it again."
            )
        if not _read(stage, sound, replace(header, newline=b"\n"), strict=False):
            raise AssertionError(f"{name}: rows that were found sound do not read")
    return CsvRows(file=name, header=header, path=path, broken=broken)


def _read(stage: Stage, path: Path, header: Header, *, strict: bool) -> bool:
    """Whether the whole file could be read into `csv_rows`.

    Strictly: not where a cell holds line breaks of another kind than the file's, as Excel writes them;
    that is only sound without being strict, where a stray quotation mark would be read silently, and wrong.
    """
    size = path.stat().st_size
    # DuckDB says nothing about a last row that is cut short, so the end is marked.
    with path.open("r+b") as file:
        file.seek(max(0, size - 1))
        last = file.read(1)
        file.write(b"" if last in (b"", b"\n", b"\r") else header.newline)
        file.write((_END + header.delimiter * (len(header.names) - 1)).encode() + header.newline)
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header.names)))
    sql = _READ.format(columns=f"{{{columns}}}", delimiter=header.delimiter, strict=str(strict).lower())
    try:
        stage.run(sql, {"path": str(path)})
    except StageError:
        return False
    finally:
        os.truncate(path, size)
    return bool(stage.run(_REMOVE_END, {"end": _END}))


def _separate(path: Path, header: Header) -> tuple[Path, list[tuple[int, str]], int]:
    """Write the sound rows to a file that reads strictly; that file, the broken rows and the count of all."""
    broken: list[tuple[int, str]] = []
    count = 0
    target = path.with_suffix(".sound.csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=header.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for line, cells in _records(path, header):
            count += 1
            if isinstance(cells, list):
                writer.writerow(cells)
            else:
                broken.append((line, cells))
    return target, broken, count


class _Lines:
    """The lines of a file, which can be given back when a record turns out to be broken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, *, but: int) -> None:
        """Give back the lines of this record, but for the first few."""
        self._again.extendleft(reversed(self.taken[but:]))
        del self.taken[but:]


def _records(path: Path, header: Header) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the line it starts on: its cells, or what is wrong with it.

    After a quotation mark that does not end as it should, reading goes on with the next line.
    """
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
        spaced = csv.reader(lines, delimiter=header.delimiter, strict=True, skipinitialspace=True)
        line = header.lines + 1
        while True:
            lines.taken.clear()
            cells: list[str] | str | None
            try:
                cells = next(reader)
                if any(map(_SPACED_QUOTATION.match, cells)):
                    lines.give_back(but=0)
                    cells = next(spaced)
                cells = _fitted(cells, lines.taken, len(header.names))
            except StopIteration:
                return
            except csv.Error:
                lines.give_back(but=1)
                cells = 'a quotation mark is not closed, or one inside a cell is not written twice ("")'
            if cells is not None:
                yield line, cells
            line += len(lines.taken)


def _fitted(cells: list[str], lines: list[str], width: int) -> list[str] | str | None:
    """The cells of a record, what is wrong with it, or null for a blank line."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if any(map(_UNDECODABLE.search, lines)):
        return _NOT_UTF8
    if sum(map(len, lines)) > LONGEST_ROW:
        return f"longer than {LONGEST_ROW:,} characters; is a quotation mark not closed?"
    if len(cells) == width:
        return cells
    if any(map(str.strip, cells)):
        return f"{len(cells)} cells, expected {width} as in the header"
    return [""] if width == 1 else None
