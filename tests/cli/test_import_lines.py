"""`import --lines`, by which the dashboard watches an import that runs beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.builders import in_zip, post, x_archive
from tests.cli.running import Ran, run

EXPORT = x_archive(posts=[post("7", "paper")], followers=["11"], following=["11"])


def told(ran: Ran) -> list[dict[str, Any]]:
    """Every line of it, each a JSON object; nothing else is written."""
    assert ran.err == ""
    return [json.loads(line) for line in ran.out.splitlines()]


def test_every_line_is_json_from_the_beginning_to_the_end(store_path: Path, tmp_path: Path) -> None:
    export = in_zip(tmp_path / "may.zip", EXPORT)
    lines = told(run(store_path, "import", "--lines", export))
    events = [line["event"] for line in lines]
    assert (events[0], events[-2:]) == ("begin", ["imported", "end"])
    assert set(events[1:-2]) <= {"progress"}
    assert (lines[0]["title"], lines[0]["path"]) == ("X archive", str(export))
    assert lines[0]["bytes"] > 0
    imported = lines[-2]
    assert (imported["state"], imported["new"]["posts"], imported["problems"]) == ("imported", 1, 0)
    assert imported["path"] == str(export)


def test_what_is_refused_and_left_alone_is_told_and_the_rest_goes_on(
    store_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    in_zip(folder / "may.zip", EXPORT)
    (folder / "prices.csv").write_text("name,price\nleek,2\n", encoding="utf-8")
    ran = run(store_path, "import", "--lines", folder, tmp_path / "gone.zip")
    assert ran.code == 1
    lines = [line for line in told(ran) if line["event"] != "progress"]
    assert sorted(line["event"] for line in lines) == ["begin", "end", "imported", "left alone", "refused"]
    (refused,) = [line for line in lines if line["event"] == "refused"]
    (left,) = [line for line in lines if line["event"] == "left alone"]
    assert "gone.zip" in refused["text"]
    assert left["path"].endswith("prices.csv")
    assert left["why"]


def test_a_known_export_is_told_as_known(store_path: Path, tmp_path: Path) -> None:
    export = in_zip(tmp_path / "may.zip", EXPORT)
    run(store_path, "import", export)
    lines = told(run(store_path, "import", "--lines", export))
    (imported,) = [line for line in lines if line["event"] == "imported"]
    assert imported["state"] == "known"
    assert set(imported["new"].values()) == {0}
