from __future__ import annotations
from pathlib import Path
import pytest
from analytics.importers.interface import Options
from analytics.importers.x import IMPORTER
from tests.importers import golden
FIXTURES = Path(__file__).parent / "fixtures" / "x"
OPTIONS = {"no-owner": Options(me={"x": "ilse_marram"}), "messages": Options(with_messages=True)}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)
