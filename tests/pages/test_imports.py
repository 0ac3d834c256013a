"""The page "Import" in Streamlit's own test bench: bringing in, history, problems, the guide, the sample."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.importers import IMPORTERS
from analytics.pages import import_job, opening
from analytics.store import location
from tests import week_store
from tests.builders import rows_of
from tests.pages.visiting import ran, texts, visited

SPANS = "site,start,end\nx,2026-11-16T08:00:00Z,2026-11-16T08:20:00Z\nx,tomorrow,2026-11-16T08:20:00Z\n"
PATIENCE_SECONDS = 120


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The user's own store, which is not there yet."""
    # What the page sets in the environment is taken back with these.
    monkeypatch.setenv(location.ENVIRONMENT, str(store_path))
    monkeypatch.setenv(location.OWN_ENVIRONMENT, str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: week_store.PRESENT)
    monkeypatch.setattr(import_job, "_latest", None)
    return store_path


def opened() -> AppTest:
    return visited("imports")


def marked_up(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


def pressed(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return ran(app.run())


def brought_in(app: AppTest, path: Path) -> AppTest:
    """The page after a path was imported."""
    app.text_input(key="import-path").set_value(str(path))
    app.run()
    pressed(app, "Import")
    job = import_job.latest()
    assert job is not None
    give_up = time.monotonic() + PATIENCE_SECONDS
    while job.is_running:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return ran(app.run())


def test_a_file_is_brought_in_with_its_problems_and_stands_in_the_history(own: Path, tmp_path: Path) -> None:
    export = tmp_path / "time.csv"
    export.write_text(SPANS)
    app = brought_in(opened(), export)
    assert "**1 export taken in.**" in marked_up(app)
    said = texts(app)
    assert "CSV in the program's own form, as of " in said
    assert "time.csv" in said
    counts, problems, history = (table.value for table in app.dataframe)
    assert counts.iloc[0].tolist()[1:3] == [1, 1]
    assert "tomorrow" in problems.to_string()
    assert history[["rows", "new", "problems", "file"]].values.tolist() == [[1, 1, 1, "time.csv"]]
    assert [header.value for header in app.header] == [
        "What is covered",
        "History",
        "How to get your exports",
    ]
    app = pressed(app, "Done")
    assert "taken in.**" not in marked_up(app)
    assert len(app.dataframe) == 1


def test_the_same_export_again_is_known(own: Path, tmp_path: Path) -> None:
    export = tmp_path / "time.csv"
    export.write_text(SPANS)
    app = brought_in(pressed(brought_in(opened(), export), "Done"), export)
    assert "imported before, nothing new" in texts(app)
    assert rows_of(own, "SELECT count(*) FROM time_spans") == [(1,)]


def test_an_export_of_nobody_is_refused_in_one_sentence_that_names_it(own: Path, tmp_path: Path) -> None:
    export = tmp_path / "following_accounts.csv"
    export.write_text("Account address,Show boosts\nlark@allotment.example,true\n")
    app = brought_in(opened(), export)
    assert "**Nothing was taken in.**" in marked_up(app)
    assert "following_accounts.csv" in texts(app)
    assert "--me" in texts(app)
    app = pressed(app, "Done")
    app.text_input(key="import-me").set_value("mastodon:wren@allotment.example")
    app = brought_in(app, export)
    assert "**1 export taken in.**" in marked_up(app)


def test_a_path_that_is_not_there_starts_nothing(own: Path) -> None:
    app = opened()
    app.text_input(key="import-path").set_value("/no/such/export.zip")
    app.run()
    app = pressed(app, "Import")
    assert [error.value for error in app.error] == [
        "There is nothing at that path on this computer; nothing was imported."
    ]
    assert import_job.latest() is None
    assert not own.exists()


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda one: one.name)
def test_the_guide_tells_every_step_of_each_export(own: Path, importer: object) -> None:
    app = opened()
    app.selectbox(key="guide-of").set_value(importer.name)  # type: ignore[attr-defined]
    app = ran(app.run())
    shown = marked_up(app).replace("\\", "")
    for step in importer.guide.steps:  # type: ignore[attr-defined]
        assert step in shown
    assert importer.guide.cannot in texts(app)  # type: ignore[attr-defined]


def test_the_sample_is_tried_and_removed_and_own_exports_go_elsewhere(own: Path, sample_store: Path) -> None:
    app = pressed(opened(), "Try with sample data")
    assert os.environ[location.ENVIRONMENT] == str(sample_store)
    assert "**A sample.**" in marked_up(app)
    assert f"goes to your own store, apart from the sample: {own}" in texts(app)
    app = pressed(app, "Remove the sample")
    assert os.environ[location.ENVIRONMENT] == str(own)
    assert not sample_store.exists()
    assert "**A sample.**" not in marked_up(app)
    assert not own.exists()
