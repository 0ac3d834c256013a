"""Reading a JSON array of any size by columns, with a Problem for each row that does not fit.

A shape says which keys are wanted: {"id": "VARCHAR", "entities": {"urls": [{"expanded_url": "VARCHAR"}]}};
a dict is an object, a one-item list an array, a text a DuckDB type. Other keys are not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.importers.interface import Refused, Stage, StageError
from analytics.model import Problem

Shape = Mapping[str, Any]

LARGEST_ELEMENT = 16 << 20
"""Bytes that one element may have: DuckDB's default, and far above any post with its media."""

_STRICT = """
    INSERT INTO {table}
    SELECT $file, row_number() OVER (), {item}
    FROM read_json($path, format='array', records='true', maximum_object_size=$largest,
                   columns={{{columns}}})
"""
# Without records='false', one row that is no object would turn every row to null. Each call of a JSON
# function keeps tens of MB for a chunk of rows, so there are only two.
_LENIENT = """
    CREATE OR REPLACE TEMP TABLE _elements AS
    SELECT row_number, wrong, CASE WHEN wrong IS NULL THEN json_transform(json, '{form}'){item} END AS item
    FROM (SELECT row_number, json, {wrong} AS wrong
          FROM (SELECT row_number() OVER () AS row_number, json, json_type(json, {paths}) AS kinds
                FROM read_json($path, format='array', records='false', maximum_object_size=$largest,
                               columns={{json:'JSON'}})))
"""
# DuckDB quotes the row in its message, cut at a fixed length: where that splits a letter, Python cannot
# read the message, and raises this instead of DuckDB's own error.
_FAILED = (StageError, UnicodeDecodeError)

# A backslash that is escaped itself comes first, so that it is not taken for the start of an escape.
_SURROGATE = re.compile(r"\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(\\u[dD][89a-fA-F]\w\w)")


def duckdb_type(shape: Any) -> str:
    """The DuckDB type of a shape.

    >>> duckdb_type({"id": "VARCHAR", "urls": [{"url": "VARCHAR"}]})
    'STRUCT("id" VARCHAR, "urls" STRUCT("url" VARCHAR)[])'
    """
    if isinstance(shape, str):
        return shape
    if isinstance(shape, list):
        return f"{duckdb_type(shape[0])}[]"
    fields = ", ".join(f'"{key}" {duckdb_type(value)}' for key, value in shape.items())
    return f"STRUCT({fields})"


def create_items(stage: Stage, table: str, shape: Shape) -> None:
    """An empty table (file VARCHAR, row_number BIGINT, item STRUCT) for `load_array`."""
    stage.run(f"CREATE OR REPLACE TABLE {table} (file VARCHAR, row_number BIGINT, item {duckdb_type(shape)})")


def load_array(
    stage: Stage,
    path: Path,
    table: str,
    *,
    file: str,
    shape: Shape,
    wrapper: str | None,
    largest: int = LARGEST_ELEMENT,
) -> tuple[int, list[Problem]]:
    """Append each element of a JSON array to a table made by `create_items`; the number of elements, and
    a Problem for each that could not be appended.

    wrapper: the key that each element is wrapped in, if any. file: the name to show. largest: bytes that
    one element may have. The file is read strictly first, which is fast; only if that fails is it read
    element by element. Raises Refused where it is not a JSON array at all.
    """
    _check_ends(path, file)
    if wrapper:
        columns, item = f"{wrapper}: '{duckdb_type(shape)}'", wrapper
    else:
        columns = ", ".join(f"{key}: '{duckdb_type(value)}'" for key, value in shape.items())
        item = f"struct_pack({', '.join(f'{key} := {key}' for key in shape)})"
    source = {"path": str(path), "largest": largest}
    try:
        ((rows,),) = stage.run(
            _STRICT.format(table=table, item=item, columns=columns), source | {"file": file}
        )
    except _FAILED:
        return _load_leniently(stage, source, table, file, shape, wrapper)
    missing = stage.run(
        f"DELETE FROM {table} WHERE file = $file AND item IS NULL RETURNING row_number", {"file": file}
    )
    return rows, [
        _problem(file, number, f"{wrapper or 'the row'} is missing, expected an object")
        for (number,) in sorted(missing)
    ]


def _load_leniently(
    stage: Stage, source: Mapping[str, Any], table: str, file: str, shape: Shape, wrapper: str | None
) -> tuple[int, list[Problem]]:
    root = f"$.{wrapper}" if wrapper else "$"
    nested = list(_nested(shape, root))
    lenient = _LENIENT.format(
        form=json.dumps({wrapper: shape} if wrapper else shape),
        item=f".{wrapper}" if wrapper else "",
        paths=[path for path, _ in nested],
        wrong=_wrong(nested, root),
    )
    problems = _read_elements(stage, lenient, source, file)
    wrong = stage.run("SELECT row_number, wrong FROM _elements WHERE wrong IS NOT NULL ORDER BY row_number")
    stage.run(
        f"INSERT INTO {table} SELECT $file, row_number, item FROM _elements WHERE wrong IS NULL ORDER BY row_number",
        {"file": file},
    )
    ((rows,),) = stage.run("SELECT count(*) FROM _elements")
    stage.run("DROP TABLE _elements")
    return rows, problems + [_problem(file, number, what) for number, what in wrong]


def _read_elements(stage: Stage, lenient: str, source: Mapping[str, Any], file: str) -> list[Problem]:
    """Run _LENIENT, if need be after mending letters, which is a Problem. Raises Refused."""
    try:
        stage.run(lenient, source)
        return []
    except _FAILED as error:
        if not _is_about_the_file(error):
            raise
        replaced = _mend_letters(Path(source["path"]))
        if not replaced:
            raise _cut(file) from error
    try:
        stage.run(lenient, source)
    except _FAILED as error:
        raise _cut(file) from error
    return [Problem(place=file, what=f"{replaced:,} letters are no Unicode text, shown as \ufffd")]


def _is_about_the_file(error: Exception) -> bool:
    """False where it says that memory or disk ran out."""
    return isinstance(error, UnicodeDecodeError) or any(
        sign in str(error) for sign in ("JSON", "maximum_object_size")
    )


def _wrong(nested: list[tuple[str, str]], root: str) -> str:
    """SQL for what is wrong with the form of a row, from the list `kinds` of what its parts are; null where
    nothing is.
    """
    cases = []
    for place, (path, expected) in enumerate(nested, start=1):
        name = path.removeprefix(root).lstrip(".") or root.removeprefix("$").lstrip(".") or "the row"
        fits = f"('{expected}')" if path == root else f"('{expected}', 'NULL')"
        cases.append(
            f"""WHEN coalesce(kinds[{place}], 'NULL') NOT IN {fits}
                THEN '{name} is ' || CASE coalesce(kinds[{place}], 'NULL')
                     WHEN 'NULL' THEN 'missing' WHEN 'VARCHAR' THEN 'a text' WHEN 'BOOLEAN' THEN 'true or false'
                     WHEN 'OBJECT' THEN 'an object' WHEN 'ARRAY' THEN 'a list' ELSE 'a number' END
                     || ', expected {"an object" if expected == "OBJECT" else "a list"}'"""
        )
    return f"CASE {' '.join(cases)} END"


def _nested(shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """JSON path -> OBJECT or ARRAY of each part that is not a scalar, outermost first."""
    if isinstance(shape, list):
        yield path, "ARRAY"
    elif isinstance(shape, Mapping):
        yield path, "OBJECT"
        for key, value in shape.items():
            yield from _nested(value, f"{path}.{key}")


def _check_ends(path: Path, file: str) -> None:
    """Raises Refused unless the file begins and ends as a list: DuckDB takes one cut at a comma for whole."""
    with path.open("rb") as source:
        start = source.read(1024).lstrip()
        source.seek(max(0, path.stat().st_size - 1024))
        end = source.read().rstrip()
    if not (start.startswith(b"[") and end.endswith(b"]")):
        raise _cut(file)


def _cut(file: str) -> Refused:
    return Refused(
        f"{file} is cut short or damaged: a list of rows in JSON was expected, and it does not end as "
        "one; download the export again or take this file out."
    )


def _mend_letters(path: Path) -> int:
    """Put U+FFFD in place of what no text may hold (bytes that are no UTF-8, halves of a letter); how many."""
    replaced, rest = 0, ""
    mended = path.with_suffix(".mended")
    with (
        path.open(encoding="utf-8", errors="surrogateescape", newline="") as source,
        mended.open("w", encoding="utf-8", newline="") as sink,
    ):
        while chunk := source.read(1 << 20):
            # No escape goes beyond a comma.
            head, comma, rest = (rest + chunk).rpartition(",")
            text, count = _mended(head + comma)
            replaced += count
            sink.write(text)
        text, count = _mended(rest)
        sink.write(text)
    mended.replace(path)
    return replaced + count


def _mended(text: str) -> tuple[str, int]:
    escapes = stray = 0
    if "\\u" in text:
        found = [match[1] for match in _SURROGATE.finditer(text)]
        escapes = len(found) - found.count(None)
        text = _SURROGATE.sub(lambda match: r"\ufffd" if match[1] else match[0], text) if escapes else text
    if not text.isascii():
        text, stray = re.subn("[\ud800-\udfff]+", "\ufffd", text)
    return text, escapes + stray


def _problem(file: str, number: int, what: str) -> Problem:
    return Problem(place=f"{file}, row {number}", what=what)
