"""Screen Time of Apple and Android: golden files, -wal files, events without an end, damaged databases."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, LeftAlone, SingleFile, find_exports
from analytics.importers.interface import Finding, Importer, Note, Options, Problem, Refused
from analytics.importers.screen_time import android, apple
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample
from tests.importers.screen_time_files import CASES, app_usage, knowledge

FIXTURES = Path(__file__).parent / "fixtures"
IMPORTERS = {importer.name: importer for importer in (apple.IMPORTER, android.IMPORTER)}
EVERY_CASE = [(name, case) for name, cases in CASES.items() for case in cases]

REDDIT = "com.reddit.frontpage"

Stretch = tuple[str, str, str]


def take(path: Path, importer: Importer) -> tuple[list[Stretch], list[Finding]]:
    """Site, start and end of every stretch, and what was said."""
    with open_stage() as stage:
        said = list(importer.read(SingleFile(path=path), (path.name,), stage, Options()))
        rows = stage.run("SELECT site, start_utc, end_utc FROM time_spans ORDER BY start_utc")
    return [(site, start.isoformat(), end.isoformat()) for site, start, end in rows], said


def take_or_refuse(path: Path, importer: Importer) -> tuple[list[Stretch], list[Finding]] | str:
    try:
        return take(path, importer)
    except Refused as refused:
        return str(refused)


def minutes(*events: tuple[str, int, str, int | None], old: bool = False) -> list[tuple[str, str, str]]:
    """The stretches of an app_usage with events between nine and ten, as mm:ss."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [(f"2026-11-16T09:{at}", type_, package, screen) for at, type_, package, screen in events]
        spans, _ = take(app_usage(Path(folder) / "app_usage", *rows, old=old), android.IMPORTER)
    return [(site, start[14:], end[14:]) for site, start, end in spans]


@pytest.mark.parametrize(("name", "case"), EVERY_CASE)
def test_golden(name: str, case: str, tmp_path: Path, write_golden: bool) -> None:
    export = tmp_path / "export"
    export.mkdir()
    CASES[name][case](export)
    for path in export.iterdir():
        os.utime(path, (golden.FILE_DATE.replace(tzinfo=UTC).timestamp(),) * 2)
    text = golden.as_text(golden.outcome(export, IMPORTERS[name]))
    kept = FIXTURES / name.replace("-", "_") / case / "golden.json"
    if write_golden:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")
    zipped = golden.zipped(export, tmp_path / "export.zip")
    assert golden.as_text(golden.outcome(zipped, IMPORTERS[name])) == text
    (found,) = find_exports(export, tuple(IMPORTERS.values()), tmp_path)
    assert isinstance(found, Found)
    assert found.importer.name == name


def test_other_databases_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE events (_id INTEGER, timestamp INTEGER, type INTEGER)")
        connection.execute("CREATE TABLE packages (_id INTEGER, name TEXT)")
    (tmp_path / "note.txt").write_text("CREATE TABLE ZOBJECT (ZSTREAMNAME VARCHAR)")
    assert [importer.recognise(SingleFile(path=file)) for importer in IMPORTERS.values() for file in
            (path, tmp_path / "note.txt")] == [()] * 4  # fmt: skip


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_what_lies_beside_a_database_is_read_with_it(tmp_path: Path, ending: str) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "copied").mkdir()
    live = tmp_path / "live" / "knowledgeC.db"
    row = ("/app/inFocus", "com.reddit.Reddit", "2026-11-16T09:00:00", "2026-11-16T09:10:00")
    if ending == "-journal":
        knowledge(live, row)
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        if ending == "-wal":
            # Even the tables stand in the -wal file only.
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.executescript(
                "CREATE TABLE ZOBJECT (ZSTREAMNAME VARCHAR, ZVALUESTRING VARCHAR, ZSTARTDATE TIMESTAMP, "
                "ZENDDATE TIMESTAMP);"
                "INSERT INTO ZOBJECT VALUES ('/app/inFocus', 'com.reddit.Reddit', 800960400, 800961000)"
            )
        else:
            connection.execute("BEGIN")
            connection.execute("PRAGMA cache_size=1")
            connection.execute("DELETE FROM ZOBJECT")
        for file in live.parent.iterdir():
            shutil.copy(file, tmp_path / "copied" / file.name)
    copied = tmp_path / "copied" / "knowledgeC.db"
    before = {file.name: file.read_bytes() for file in copied.parent.iterdir()}
    assert apple.IMPORTER.recognise(SingleFile(path=copied)) == ("knowledgeC.db",)
    spans, _ = take(copied, apple.IMPORTER)
    assert [site for site, _, _ in spans] == ["reddit"]
    assert {file.name: file.read_bytes() for file in copied.parent.iterdir()} == before


# Apple


def test_both_streams_of_an_app_count_once(tmp_path: Path) -> None:
    path = knowledge(
        tmp_path / "knowledgeC.db",
        ("/app/inFocus", "com.reddit.Reddit", "2026-11-16T09:00:00", "2026-11-16T09:10:00"),
        ("/app/usage", "com.reddit.Reddit", "2026-11-16T09:02:00", "2026-11-16T09:12:00"),
        ("/app/activity", "com.reddit.Reddit", "2026-11-16T09:30:00", "2026-11-16T09:40:00"),
    )
    spans, _ = take(path, apple.IMPORTER)
    assert spans == [("reddit", "2026-11-16T09:00:00", "2026-11-16T09:12:00")]


# Android


def test_a_screen_runs_from_resumed_to_paused_or_stopped() -> None:
    assert minutes(("00:00", 1, REDDIT, 1), ("02:00", 23, REDDIT, 1)) == [("reddit", "00:00", "02:00")]
    assert minutes(
        ("00:00", 1, REDDIT, 1), ("02:00", 1, REDDIT, 2), ("02:01", 23, REDDIT, 1), ("09:00", 2, REDDIT, 2)
    ) == [("reddit", "00:00", "09:00")]


def test_without_instances_a_screen_left_behind_ends_nothing() -> None:
    events = (("00:00", 1, REDDIT, None), ("00:01", 23, REDDIT, None), ("03:00", 2, REDDIT, None))
    assert minutes(*events) == [("reddit", "00:00", "03:00")]
    assert minutes(*events, old=True) == [("reddit", "00:00", "03:00")]


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ((), "05:00"),
        ((("02:00", 1, "com.android.launcher", 9),), "02:00"),
        ((("02:00", 16, "android", None),), "02:00"),
        ((("02:00", 26, "android", None),), "02:00"),
        ((("07:00", 26, "android", None),), "05:00"),
        ((("02:00", 12, "com.android.launcher", 9),), "05:00"),
        ((("02:00", 2, REDDIT, 99),), "05:00"),
    ],
)
def test_a_missing_end_is_the_next_event_or_five_minutes(
    events: tuple[tuple[str, int, str, int | None], ...], end: str
) -> None:
    assert minutes(("00:00", 1, REDDIT, 1), *events) == [("reddit", "00:00", end)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3 * 86400),
            st.sampled_from([1, 1, 2, 23, 12, 16, 26]),
            st.sampled_from([REDDIT, "com.twitter.android", "com.android.launcher"]),
            st.sampled_from([None, 1, 2, 3]),
        ),
        max_size=30,
    )
)
@settings(max_examples=15, deadline=None)
def test_a_day_never_holds_more_than_a_day(events: list[tuple[int, int, str, int | None]]) -> None:
    first = datetime(2026, 11, 16)
    rows = [
        ((first + timedelta(seconds=at)).isoformat(), type_, package, screen)
        for at, type_, package, screen in events
    ]
    with tempfile.TemporaryDirectory() as folder:
        spans, _ = take(app_usage(Path(folder) / "app_usage", *rows), android.IMPORTER)
    assert all(start < end for _, start, end in spans)
    assert all(before[2] <= after[1] for before, after in pairwise(spans))
    opened = [at for at, type_, package, _ in events if type_ == 1 and "launcher" not in package]
    assert bool(spans) <= bool(opened)


# Damaged files


@given(st.sampled_from(EVERY_CASE), st.data())
@settings(max_examples=15, deadline=None)
def test_damaged_databases_only_refuse(chosen: tuple[str, str], data: st.DataObject) -> None:
    name, case = chosen
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder)
        CASES[name][case](export)
        path = sorted(export.iterdir())[0]
        content = bytearray(path.read_bytes())
        for place in data.draw(st.lists(st.integers(100, len(content) - 1), max_size=40)):
            content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
        told = take_or_refuse(path, IMPORTERS[name])
    assert path.name in told if isinstance(told, str) else any(told)


VALUE = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=5), st.binary(max_size=5)
)


@given(st.lists(st.tuples(VALUE, VALUE, VALUE), max_size=5))
@settings(max_examples=15, deadline=None)
def test_any_value_in_any_cell_is_a_problem_at_most(rows: list[tuple[object, object, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = knowledge(Path(folder) / "knowledgeC.db")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executemany(
                "INSERT INTO ZOBJECT (ZSTREAMNAME, ZVALUESTRING, ZSTARTDATE, ZENDDATE) "
                "VALUES ('/app/inFocus', ?, ?, ?)",
                [tuple(_utf8(value) for value in row) for row in rows],
            )
        take(path, apple.IMPORTER)
        other = app_usage(
            Path(folder) / "app_usage",
            ("2026-11-16T09:00:00", 1, REDDIT, 1),
            ("2026-11-16T09:01:00", 2, REDDIT, 1),
        )
        with closing(sqlite3.connect(other)) as connection, connection:
            connection.executemany(
                "INSERT OR IGNORE INTO events (timestamp, type, package_id, instance_id) "
                "VALUES (coalesce(?, 0), 1, coalesce(?, 1), ?)",
                [tuple(_utf8(value) for value in row) for row in rows],
            )
        spans, _ = take(other, android.IMPORTER)
        assert ("reddit", "2026-11-16T09:00:00") in [span[:2] for span in spans]


def _utf8(value: object) -> object:
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def test_real_sample_of_databases(tmp_path: Path) -> None:
    told: dict[str, tuple[str, int, int]] = {}
    left = set()
    for found in find_exports(sample("os-screentime/mixed"), tuple(IMPORTERS.values()), tmp_path):
        if isinstance(found, Found):
            with open_stage() as stage:
                said = list(found.importer.read(found.files, found.members, stage, Options()))
                ((sites, seconds),) = stage.run(
                    "SELECT count(DISTINCT site), coalesce(sum(epoch(end_utc - start_utc)), 0) FROM time_spans"
                )
            assert not [one for one in said if isinstance(one, Problem)]
            assert [one for one in said if isinstance(one, Note)]
            told[found.path.name] = (found.importer.name, sites, round(seconds))
        elif isinstance(found, LeftAlone):
            left.add(found.path.name)
    assert told == {
        "RMAdminStore-Local.sqlite": ("apple-screen-time", 13, 32793),
        "app_usage": ("android-app-usage", 6, 46422),
        "knowledgec-10.13.db": ("apple-screen-time", 0, 0),
        "knowledgec-10.14.db": ("apple-screen-time", 0, 0),
    }
    assert left <= {"application_usage.sqlite", "turbo.db"}
