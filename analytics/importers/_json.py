"""Reading a JSON array of any size by columns, with a Problem for each row that does not fit.

A shape says which keys are wanted: {"id": "VARCHAR", "entities": {"urls": [{"expanded_url": "VARCHAR"}]}};
a dict is an object, a one-item list an array, a text a DuckDB type. Other keys are not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.importers.interface import Refused, Stage, StageError
from analytics.model import Problem

Shape = Mapping[str, Any]

# DuckDB allows 16 MB for one object; a long post with its media stays far below.
_STRICT = """
    INSERT INTO {table}
    SELECT $file, row_number() OVER (), {item}
    FROM read_json($path, format='array', records='true', columns={{{columns}}})
"""
# Without records='false', one row that is no object would turn every row to null.
_LENIENT = """
    CREATE OR REPLACE TEMP TABLE _elements AS
    SELECT row_number() OVER () AS row_number, {element} AS element
    FROM read_json($path, format='array', records='false', columns={{json:'JSON'}})
"""


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
    stage: Stage, path: Path, table: str, *, file: str, shape: Shape, wrapper: str | None
) -> list[Problem]:
    """Append each element of a JSON array to a table made by `create_items`.

    wrapper: the key that each element is wrapped in, if any. file: the name to show. The file is read
    strictly first, which is fast; only if that fails is it read element by element, and the elements
    that do not fit become Problems. Raises Refused where it is not a JSON array at all.
    """
    if wrapper:
        columns, item = f"{wrapper}: '{duckdb_type(shape)}'", wrapper
    else:
        columns = ", ".join(f"{key}: '{duckdb_type(value)}'" for key, value in shape.items())
        item = f"struct_pack({', '.join(f'{key} := {key}' for key in shape)})"
    parameters = {"path": str(path), "file": file}
    try:
        stage.run(_STRICT.format(table=table, item=item, columns=columns), parameters)
    except StageError:
        return _load_leniently(stage, path, table, file, shape, wrapper)
    missing = stage.run(
        f"DELETE FROM {table} WHERE file = $file AND item IS NULL RETURNING row_number", {"file": file}
    )
    return [_problem(file, number, f"no {wrapper or 'object'} in this row") for (number,) in sorted(missing)]


def _load_leniently(
    stage: Stage, path: Path, table: str, file: str, shape: Shape, wrapper: str | None
) -> list[Problem]:
    element = f"json_extract(json, '$.{wrapper}')" if wrapper else "json"
    try:
        stage.run(_LENIENT.format(element=element), {"path": str(path)})
    except StageError as error:
        raise Refused(
            f"{file} is cut short or damaged: a list of rows in JSON was expected, and it does not end as "
            "one; download the export again or take this file out."
        ) from error
    bad: dict[int, str] = {}
    for key, expected in _nested(shape, "$"):
        kind = f"coalesce(json_type(json_extract(element, '{key}')), 'NULL')"
        allowed = "('OBJECT')" if key == "$" else f"('{expected}', 'NULL')"
        what = (wrapper or "the row") if key == "$" else key.removeprefix("$.")
        for number, found in stage.run(
            f"SELECT row_number, {kind} FROM _elements WHERE {kind} NOT IN {allowed}"
        ):
            instead = "missing" if found == "NULL" else f"a {found.lower()}"
            bad.setdefault(number, f"{what} is {instead}, expected an {expected.lower()}")
    stage.run(
        f"""INSERT INTO {table}
            SELECT $file, row_number, json_transform(element, '{json.dumps(shape)}') FROM _elements
            WHERE NOT list_contains($bad, row_number) ORDER BY row_number""",
        {"file": file, "bad": list(bad)},
    )
    stage.run("DROP TABLE _elements")
    return [_problem(file, number, what) for number, what in sorted(bad.items())]


def _nested(shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """JSON path -> OBJECT or ARRAY of each part that is not a scalar, outermost first."""
    if isinstance(shape, list):
        yield path, "ARRAY"
    elif isinstance(shape, Mapping):
        yield path, "OBJECT"
        for key, value in shape.items():
            yield from _nested(value, f"{path}.{key}")


def _problem(file: str, number: int, what: str) -> Problem:
    return Problem(place=f"{file}, row {number}", what=what)
