"""The cells of a CSV, typed in SQL: what an importer declares of its columns, and the Problems that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.importers import _when
from analytics.importers._csv import CsvRows
from analytics.importers._said import MOST_PROBLEMS
from analytics.importers.interface import Problem, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a cell is read.

    sql: its value, from the trimmed text {cell} (null where empty), the untouched {raw}, and the typed
    cells before it by name; null where it cannot be read. expected: what it should be, for the Problem.
    """

    type: str
    sql: str
    expected: str = "a text"


TEXT = Form(type="VARCHAR", sql="{cell}")
# A spreadsheet shows a long number as 6.49E+17 and saves it so: the id is lost, and would match others.
ID = Form(
    type="VARCHAR",
    sql=r"CASE WHEN NOT regexp_full_match({cell}, '\d([.,]\d+)?[eE]\+\d+') THEN {cell} END",
    expected="an id in full (a spreadsheet shortens long numbers unless the column is formatted as text)",
)
# A Mastodon address is the same in any case; every other id is kept as it stands. Needs a cell `platform`.
ACCOUNT = Form(
    type="VARCHAR",
    sql=f"nullif(ltrim(CASE WHEN platform = 'mastodon' THEN lower({ID.sql}) ELSE {ID.sql} END, '@'), '')",
    expected=ID.expected,
)
HANDLE = Form(type="VARCHAR", sql="nullif(ltrim({cell}, '@'), '')", expected="a handle")
LINKS = Form(
    type="VARCHAR[]",
    sql=r"CASE WHEN regexp_full_match({cell}, '(?i)https?://\S+(\s+https?://\S+)*') "
    r"THEN regexp_split_to_array({cell}, '\s+') END",
    expected="web addresses that begin with http:// or https://, separated by spaces",
)
COUNT = Form(
    type="BIGINT",
    sql=r"CASE WHEN regexp_full_match({cell}, '\d{1,18}(\.0+)?') "
    "THEN CAST(split_part({cell}, '.', 1) AS BIGINT) END",
    expected="a whole number such as 1234",
)
SECONDS = Form(
    type="DOUBLE",
    sql=r"CASE WHEN regexp_full_match({cell}, '\d{1,9}([.]\d+)?') THEN CAST({cell} AS DOUBLE) END",
    expected="a number of seconds such as 1800",
)
FLAG = Form(
    type="BOOLEAN",
    sql="CASE WHEN lower({cell}) IN ('1', 'true', 'yes') THEN true "
    "WHEN lower({cell}) IN ('0', 'false', 'no') THEN false END",
    expected="1 or 0",
)
# The statement needs the parameter $zone.
MOMENT = Form(type="TIMESTAMP", sql=_when.moment_sql("{cell}"), expected=_when.EXPECTED)


def one_of(*words: str) -> Form:
    """One of a few words, in any case."""
    listed = ", ".join(f"'{word}'" for word in words)
    return Form(
        type="VARCHAR",
        sql=f"CASE WHEN lower({{cell}}) IN ({listed}) THEN lower({{cell}}) END",
        expected=f"{', '.join(words[:-1])} or {words[-1]}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A column that an importer reads; a missing column is a column of nulls.

    An empty cell is unknown; one that cannot be read is a Problem and unknown. Where the column must be
    `filled`, an empty cell is a Problem as well; where it must be `readable`, a Problem spoils the row.
    """

    name: str
    form: Form
    filled: bool = False
    readable: bool = False


def needed(**forms: Form) -> tuple[Cell, ...]:
    """Columns without whose cells a row is nothing."""
    return tuple(Cell(name=name, form=form, filled=True, readable=True) for name, form in forms.items())


def readable(**forms: Form) -> tuple[Cell, ...]:
    """Columns that may be empty, but whose unreadable cells would make the row another one."""
    return tuple(Cell(name=name, form=form, readable=True) for name, form in forms.items())


def optional(**forms: Form) -> tuple[Cell, ...]:
    """Columns whose cells may be unknown."""
    return tuple(Cell(name=name, form=form) for name, form in forms.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The rows of a CSV by the names and types that an importer declared, less those that are spoiled.

    parameters: what every statement may need, such as zone.
    """

    stage: Stage
    rows: CsvRows
    declared: Sequence[Cell]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def run(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run SQL in which {cells} stands for "WITH cells AS (...)": row_number and the declared cells."""
        sound = "row_number NOT IN (SELECT row_number FROM csv_problems WHERE spoils)"
        return self._run(sql.replace("{cells}", f"WITH cells AS ({self._typed()} AND {sound})"), parameters)

    def check(self) -> None:
        """Begin the list of problems with the cells that are empty or unreadable."""
        self.stage.run(
            "CREATE OR REPLACE TABLE csv_problems (row_number BIGINT, what VARCHAR, spoils BOOLEAN)"
        )
        present = [
            (cell, _trimmed(column))
            for cell in self.declared
            if (column := self.rows.header.column(cell.name)) is not None
        ]
        complaints = ", ".join(_complaint(cell, text) for cell, text in present)
        self._run(
            f"""
            INSERT INTO csv_problems
            SELECT row_number, found.what, found.spoils
            FROM (SELECT row_number, unnest([{complaints}]) AS found FROM ({self._typed()})
                  WHERE {" OR ".join(_is_bad(cell, text) for cell, text in present)})
            WHERE found IS NOT NULL
            """,
            {},
        )

    def spoil(self, condition: str, what: str, **parameters: Any) -> None:
        """Leave out the rows for which a SQL condition holds; `what` says why, in SQL."""
        self.run(
            f"INSERT INTO csv_problems {{cells}} SELECT row_number, {what}, true FROM cells WHERE {condition}",
            **parameters,
        )

    def problems(self) -> list[Problem]:
        """What could not be read, in the order of the file; at most MOST_PROBLEMS, then how many more."""
        ((count,),) = self.stage.run("SELECT count(*) FROM csv_problems")
        noted = self.stage.run(
            "SELECT row_number, what FROM csv_problems ORDER BY row_number, what LIMIT $most",
            {"most": MOST_PROBLEMS},
        )
        lines = self.rows.lines_of({number for number, _ in noted})
        found = sorted([*self.rows.broken, *((lines[number], what) for number, what in noted)])
        listed = [
            Problem(place=f"{self.rows.file}, row {line}", what=what) for line, what in found[:MOST_PROBLEMS]
        ]
        more = count + len(self.rows.broken) - len(listed)
        if more:
            listed.append(
                Problem(place=self.rows.file, what=f"{more:,} more problems, not listed one by one")
            )
        return listed

    def _typed(self) -> str:
        header = self.rows.header
        columns = []
        for cell in self.declared:
            column = header.column(cell.name)
            value = "NULL"
            if column is not None:
                value = cell.form.sql.replace("{cell}", _trimmed(column)).replace("{raw}", column)
            columns.append(f'CAST({value} AS {cell.form.type}) AS "{cell.name}"')
        # A spreadsheet ends in rows of nothing but commas.
        anything = ", ".join(f"c{place}" for place in range(len(header.names)))
        return f"SELECT *, {', '.join(columns)} FROM csv_rows WHERE coalesce({anything}) IS NOT NULL"

    def _run(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        known = {**self.parameters, **parameters}
        return self.stage.run(sql, {name: value for name, value in known.items() if f"${name}" in sql})


def _is_bad(cell: Cell, text: str) -> str:
    return f'"{cell.name}" IS NULL' + ("" if cell.filled else f" AND {text} IS NOT NULL")


def _complaint(cell: Cell, text: str) -> str:
    """A struct of what is wrong with a cell and whether it spoils its row; null where nothing is."""
    # Escape sequences and line breaks of an export have no business in a message.
    shown = f"left(regexp_replace({text}, '[[:cntrl:]\\s]+', ' ', 'g'), 60)"
    return f"""CASE WHEN {_is_bad(cell, text)} THEN struct_pack(
        what := '{cell.name} is ' || CASE WHEN {text} IS NULL THEN 'empty, and a row is nothing without it'
                                          ELSE '''' || {shown} || ''', expected {cell.form.expected}' END,
        spoils := {str(cell.readable).lower()}) END"""


def _trimmed(column: str) -> str:
    return f"nullif(trim({column}, concat(' ', chr(9), chr(10), chr(13), chr(160))), '')"
