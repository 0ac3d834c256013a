"""An import that a page started: a process of its own, with a private folder that never stays."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.pages import import_job
from analytics.pages.import_job import Job
from tests.benchmarks import x_archive
from tests.builders import rows_of

SPANS = b"site,start,end\nx,2026-11-16T08:00:00Z,2026-11-16T08:20:00Z\n"
FOLLOWS = b"Account address,Show boosts\nlark@allotment.example,true\n"
PATIENCE_SECONDS = 120


@pytest.fixture(autouse=True)
def no_job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """No job before the test, none left after it; the folder in which private folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(import_job.tempfile, "tempdir", str(folder))
    monkeypatch.setattr(import_job, "_latest", None)
    yield folder
    if (job := import_job.latest()) and job.is_running:
        job.cancel()
        ended(job)


def ended(job: Job) -> Job:
    """The job when it is over."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while job.is_running:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return job


def events(job: Job) -> list[str]:
    return [outcome["event"] for outcome in job.outcomes]


def test_a_path_is_taken_in_and_what_became_of_each_file_is_told(
    store_path: Path, tmp_path: Path, no_job: Path
) -> None:
    paths = [tmp_path / name for name in ("time.csv", "notes.txt", "following_accounts.csv")]
    for path, content in zip(paths, (SPANS, b"nothing that is known", FOLLOWS), strict=True):
        path.write_bytes(content)
    job = ended(import_job.start(store_path, paths=paths))
    assert sorted(events(job)) == ["end", "imported", "refused", "refused"]
    assert (job.taken, job.died, job.cancelled) == (1, False, False)
    assert rows_of(store_path, "SELECT site FROM time_spans") == [("x",)]
    assert list(no_job.iterdir()) == []


def test_what_is_dropped_is_kept_in_the_private_folder_whatever_its_name(tmp_path: Path) -> None:
    names = (
        "../../escape.csv",
        "..\\..\\escape.csv",
        "/etc/passwd",
        ".hidden.csv",
        "a\0b.csv",
        "",
        "é<b>.csv",
    )
    (tmp_path / "private").mkdir()
    kept = list(import_job._keep([(name, b"content") for name in names], tmp_path / "private" / "dropped"))
    assert len(set(kept)) == len(names)
    assert {path.parent for path in kept} == {tmp_path / "private" / "dropped"}
    assert [path.name for path in kept[:2]] == ["escape.csv", "1-escape.csv"]
    assert not any(path.name.startswith(".") for path in kept)
    assert [path.name for path in (tmp_path / "private").iterdir()] == ["dropped"]


def test_dropped_files_are_imported_and_their_copies_go(store_path: Path, no_job: Path) -> None:
    job = ended(import_job.start(store_path, dropped=[("my time.csv", SPANS), ("my time.csv", SPANS)]))
    assert [one["state"] for one in job.outcomes if one["event"] == "imported"] == ["imported", "known"]
    assert list(no_job.iterdir()) == []


def test_options_reach_the_import(store_path: Path, tmp_path: Path) -> None:
    export = tmp_path / "following_accounts.csv"
    export.write_bytes(FOLLOWS)
    job = ended(import_job.start(store_path, paths=[export]))
    assert events(job) == ["refused", "end"]
    job = ended(
        import_job.start(store_path, paths=[export], options=["--me", "mastodon:wren@allotment.example"])
    )
    assert job.taken == 1


def test_only_one_runs_at_a_time_and_cancelled_it_leaves_nothing(
    store_path: Path, tmp_path: Path, no_job: Path
) -> None:
    archive = x_archive.make_archive(tmp_path / "large.zip", 60_000)
    job = import_job.start(store_path, paths=[archive])
    with pytest.raises(RuntimeError, match="Another import is running"):
        import_job.start(store_path, paths=[archive])
    import_job.dismiss()
    assert import_job.latest() is job
    job.cancel()
    ended(job)
    assert (job.cancelled, job.died) == (True, False)
    assert not store_path.exists() or rows_of(store_path, "SELECT count(*) FROM posts") == [(0,)]
    assert list(no_job.iterdir()) == []
    import_job.dismiss()
    assert import_job.latest() is None


def test_a_process_that_ends_by_itself_is_not_taken_for_done(
    store_path: Path, tmp_path: Path, no_job: Path
) -> None:
    archive = x_archive.make_archive(tmp_path / "large.zip", 60_000)
    job = import_job.start(store_path, paths=[archive])
    job.process.kill()
    ended(job)
    assert job.died
    assert list(no_job.iterdir()) == []


def test_wrong_usage_is_told_in_its_last_words(store_path: Path, tmp_path: Path) -> None:
    (tmp_path / "time.csv").write_bytes(SPANS)
    job = ended(import_job.start(store_path, paths=[tmp_path / "time.csv"], options=["--as-of", "never"]))
    assert job.died
    assert "never" in job.last_words


def test_progress_is_taken_as_it_comes_and_half_a_line_is_passed_over(store_path: Path) -> None:
    job = Job(store=store_path, folder=store_path, process=None)  # type: ignore[arg-type]
    for said in (
        {"event": "begin", "title": "X archive", "path": "a.zip", "bytes": 100},
        {"event": "progress", "read": 50, "rows": 7, "phase": "reading"},
    ):
        import_job._take(job, json.dumps(said))
    import_job._take(job, '{"event": "progr')
    assert job.reading is not None
    assert (job.reading.read, job.reading.bytes, job.reading.rows) == (50, 100, 7)
    import_job._take(job, '{"event": "imported", "title": "X archive"}')
    assert (job.reading, job.taken) == (None, 1)
