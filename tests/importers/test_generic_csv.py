"""CSV in the program's own form: golden files, recognising, damaged files, times, and large files.

Each folder of fixtures/generic_csv is one import. expected.json beside it holds its rows (columns that are
null left out) and what was said; `python -m tests.importers.test_generic_csv` writes them anew, to be read
before they are kept.
"""

from __future__ import annotations

import csv
import doctest
import io
import json
import os
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers import _csv, _when
from analytics.importers._archive import FolderFiles, Found, SingleFile, find_exports
from analytics.importers.generic_csv import IMPORTER
from analytics.importers.interface import ExportedAt, Finding, Options, Owner, Refused
from analytics.model import STAGED, Note, Problem
from analytics.store.staging import DuckStage, open_stage

FIXTURES = Path(__file__).parent / "fixtures" / "generic_csv"
CASES = sorted(folder.name for folder in FIXTURES.iterdir())
BERLIN = Options(time_zone="Europe/Berlin")
FILE_DATE = datetime(2026, 11, 22, 8, 0)

Rows = dict[str, list[dict[str, Any]]]


def taken(stage: DuckStage) -> Rows:
    """Every staged row, columns that are null left out, times as text."""
    tables: Rows = {}
    for kind, columns in STAGED.items():
        names = [column.name for column in columns]
        rows = [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in zip(names, row, strict=True)
                if value is not None
            }
            for row in stage.run(f"SELECT {', '.join(names)} FROM {kind} ORDER BY ALL")
        ]
        if rows:
            tables[kind] = rows
    return tables


def take(path: Path, options: Options = BERLIN) -> tuple[Rows, list[Finding]]:
    files = FolderFiles(path=path) if path.is_dir() else SingleFile(path=path)
    with open_stage() as stage:
        said = list(IMPORTER.read(files, IMPORTER.recognise(files), stage, options))
        return taken(stage), said


def take_text(
    folder: Path, text: str | bytes, options: Options = BERLIN, name: str = "some.csv"
) -> tuple[Rows, list[Finding]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    dated(path)
    return take(path, options)


def dated(path: Path) -> None:
    moment = FILE_DATE.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def problems(said: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.place, finding.what) for finding in said if isinstance(finding, Problem)]


def notes(said: Iterable[Finding]) -> list[str]:
    return [finding.text for finding in said if isinstance(finding, Note)]


def golden(case: str) -> dict[str, Any]:
    for path in (FIXTURES / case).iterdir():
        dated(path)
    rows, said = take(FIXTURES / case)
    return {
        "said": [
            f"{type(one).__name__}: " + " | ".join(str(getattr(one, slot)) for slot in one.__slots__) for one in said
        ],
        **rows,
    }


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    expected = json.loads((FIXTURES / case / "expected.json").read_text(encoding="utf-8"))
    assert golden(case) == expected


if __name__ == "__main__":
    for case in CASES:
        text = json.dumps(golden(case), ensure_ascii=False, indent=1)
        (FIXTURES / case / "expected.json").write_text(text + "\n", encoding="utf-8")
