"""Golden files: what an importer makes of a folder of fixtures, kept beside it and read before it is kept.

A case is a folder with `export/`, an export as a person would have it, and `golden.json`: the staged rows,
one a line, columns that are null left out, and what was said. `pytest --write-golden` writes them anew.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Importer, Options, Refused
from analytics.model import STAGED
from analytics.store.staging import DuckStage, open_stage

FILE_DATE = datetime(2026, 11, 22, 8, 0)
"""The date (UTC) of every file of a fixture: git keeps none."""

Golden = dict[str, list[Any]]


def cases(importer_fixtures: Path) -> list[str]:
    """The names of the cases in a folder of fixtures."""
    return sorted(folder.name for folder in importer_fixtures.iterdir() if folder.is_dir())


def check(
    case: Path, importer: Importer, tmp_path: Path, *, options: Options | None = None, write: bool
) -> None:
    """Compare a case with its golden file, or write it; zipped, the export must give the same."""
    found = outcome(dated_copy(case / "export", tmp_path / "export"), importer, options=options)
    golden = case / "golden.json"
    if write:
        golden.write_text(as_text(found), encoding="utf-8")
    assert as_text(found) == golden.read_text(encoding="utf-8")
    assert outcome(zipped(tmp_path / "export", tmp_path / "export.zip"), importer, options=options) == found


def dated_copy(export: Path, target: Path) -> Path:
    """A copy of an export whose files all have the same date."""
    shutil.copytree(export, target)
    for path in target.rglob("*"):
        os.utime(path, (FILE_DATE.replace(tzinfo=UTC).timestamp(),) * 2)
    return target


def zipped(export: Path, target: Path, *, top: str = "") -> Path:
    """An export as a zip, below a folder `top` if there is one; members have the same date, in local time."""
    local = FILE_DATE.replace(tzinfo=UTC).astimezone().timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in export.rglob("*") if path.is_file()):
            name = top + path.relative_to(export).as_posix()
            archive.writestr(zipfile.ZipInfo(name, local), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target


def outcome(path: Path, importer: Importer, *, options: Options | None = None) -> Golden:
    """What the importer says and stages of the one export that lies in a path, through the real stage."""
    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    (found,) = [one for one in find_exports(path, (importer,), scratch) if isinstance(one, Found)]
    with open_stage() as stage:
        try:
            said = list(importer.read(found.files, found.members, stage, options or Options()))
        except Refused as refused:
            return {"refused": [str(refused).replace(str(found.files.path), "EXPORT")]}
        return {"said": [_sentence(finding) for finding in said]} | staged(stage)


def staged(stage: DuckStage) -> Golden:
    """Every staged row by its kind, in an order of its own; kinds without rows left out."""
    tables: Golden = {}
    for kind, columns in STAGED.items():
        names = [column.name for column in columns]
        # In the order of the rows' text, since DuckDB's order of lists may differ between versions.
        rows = sorted(
            (
                {name: _value(value) for name, value in zip(names, row, strict=True) if value is not None}
                for row in stage.run(f"SELECT {', '.join(names)} FROM {kind}")
            ),
            key=lambda row: json.dumps(row, ensure_ascii=False),
        )
        if rows:
            tables[kind] = rows
    return tables


def as_text(found: Golden) -> str:
    """JSON with one row a line, so that a difference shows the row."""
    tables = []
    for kind, rows in found.items():
        lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in rows)
        tables.append(f'  "{kind}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(tables) + "\n}\n"


def _sentence(finding: object) -> str:
    values = (getattr(finding, slot) for slot in type(finding).__slots__)  # type: ignore[attr-defined]
    return f"{type(finding).__name__}: " + " | ".join(str(value) for value in values)


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
