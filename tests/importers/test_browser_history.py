"""Browser histories: golden files, what lies beside a database, what is refused, and what is never kept."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.importers._archive import Found, LeftAlone, SingleFile, find_exports
from analytics.importers.browser_history import IMPORTER
from analytics.importers.interface import Finding, Note, Options, Problem
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.history_files import (
    CASES,
    FIREFOX,
    LEEKS,
    MASTODON,
    MORNING,
    PAGES,
    REDDIT,
    X,
    chrome,
    chrome_history,
    takeout,
    unix,
    visited,
    write,
)
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "browser_history"

Stretch = tuple[str, str, str]


def take(path: Path) -> tuple[list[Stretch], list[Finding]]:
    """Site, start and end (from nine on) of every stretch, and what was said."""
    with open_stage() as stage:
        said = list(IMPORTER.read(SingleFile(path=path), (path.name,), stage, Options()))
        rows = stage.run("SELECT site, start_utc, end_utc FROM time_spans ORDER BY ALL")
    return [(site, _clock(start), _clock(end)) for site, start, end in rows], said


def _clock(moment: datetime) -> str:
    return moment.isoformat().removeprefix(MORNING)


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    export = tmp_path / "export"
    export.mkdir()
    CASES[case](export)
    for path in export.iterdir():
        os.utime(path, (golden.FILE_DATE.replace(tzinfo=UTC).timestamp(),) * 2)
    text = golden.as_text(golden.outcome(export, IMPORTER))
    kept = FIXTURES / case / "golden.json"
    if write_golden:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")
    assert golden.as_text(golden.outcome(golden.zipped(export, tmp_path / "export.zip"), IMPORTER)) == text


@pytest.mark.parametrize("name", ["History", "History copy.sqlite", "chrome.db", "history.sqlite3"])
def test_a_history_may_have_any_name(name: str, tmp_path: Path) -> None:
    path = chrome_history(tmp_path / name, ("00:00", X, 0, 20))
    (found,) = find_exports(path, (IMPORTER,), tmp_path)
    assert isinstance(found, Found)
    assert found.members == (name,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("History", b"A history of leeks. CREATE TABLE visits(visit_time); CREATE TABLE urls(id)"),
        ("notes.json", b'{"title": "Browser History", "pages": []}'),
        ("BrowserHistory.json", b'{"Browser History": {"a": 1}}'),
        ("watch-history.json", b'[{"header": "YouTube"}]'),
        ("leeks.db", b""),
    ],
)
def test_what_is_no_history_is_left_alone(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert IMPORTER.recognise(SingleFile(path=tmp_path / name)) == ()


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "guests.db", "CREATE TABLE visits(id INTEGER, guest TEXT); CREATE TABLE urls(id)")
    (found,) = find_exports(path, (IMPORTER,), tmp_path)
    assert isinstance(found, LeftAlone)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_what_lies_beside_a_database_is_read_with_it(ending: str, tmp_path: Path) -> None:
    (tmp_path / "copied").mkdir()
    live = chrome_history(tmp_path / "live" / "History", ("00:00", REDDIT, 0, None))
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        if ending == "-wal":
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute(f"INSERT INTO visits (url, visit_time) VALUES ({LEEKS}, {chrome('02:00')})")
        else:
            # A deletion that was never finished: the journal takes it back.
            connection.execute(f"INSERT INTO visits (url, visit_time) VALUES ({LEEKS}, {chrome('02:00')})")
            connection.execute("PRAGMA cache_size=1")
            connection.execute("BEGIN")
            connection.execute("DELETE FROM visits")
            connection.execute("INSERT INTO urls (url) SELECT randomblob(900000)")
        for file in live.parent.iterdir():
            shutil.copy(file, tmp_path / "copied" / file.name)
    copied = tmp_path / "copied" / "History"
    before = {file.name: file.read_bytes() for file in copied.parent.iterdir()}
    assert f"History{ending}" in before
    spans, _ = take(copied)
    assert spans == [("reddit", "00:00", "02:00")]
    assert {file.name: file.read_bytes() for file in copied.parent.iterdir()} == before
    (found,) = find_exports(tmp_path / "copied", (IMPORTER,), tmp_path)
    assert isinstance(found, Found)
    assert found.members == ("History",)


def test_nothing_of_a_page_is_kept_or_said(tmp_path: Path) -> None:
    for case, build in CASES.items():
        folder = tmp_path / case
        folder.mkdir()
        build(folder)
        found = json.dumps(golden.outcome(folder, IMPORTER))
        assert not [word for word in ("leek", "count=25", "Ada", "old.", "aB3/", "phone==") if word in found]


# What counts


def test_an_open_tab_is_not_attention(tmp_path: Path) -> None:
    # Open all night; the next page comes in the morning.
    path = chrome_history(tmp_path / "History", ("00:00", REDDIT, 36_000, None), ("50:00", LEEKS, 0, None))
    assert take(path)[0] == [("reddit", "00:00", "00:15")]


def test_a_tab_that_was_closed_ends_a_visit(tmp_path: Path) -> None:
    path = chrome_history(tmp_path / "History", ("00:00", REDDIT, 20, None), ("04:00", LEEKS, 0, None))
    assert take(path)[0] == [("reddit", "00:00", "00:20")]


def test_time_in_front_counts_beyond_the_idle_limit(tmp_path: Path) -> None:
    path = chrome_history(tmp_path / "History", ("00:00", X, 0, 1200), ("40:00", LEEKS, 0, None))
    assert take(path)[0] == [("x", "00:00", "20:00")]


def test_a_page_never_in_front_is_no_visit(tmp_path: Path) -> None:
    path = chrome_history(
        tmp_path / "History", ("00:00", X, 0, 200), ("01:00", REDDIT, 500, 0), ("03:00", LEEKS, 0, None)
    )
    assert take(path)[0] == [("x", "00:00", "03:00")]


@pytest.mark.parametrize("seconds", [-1, 100_000])
def test_a_length_in_front_that_cannot_be_is_unknown(seconds: float, tmp_path: Path) -> None:
    path = chrome_history(tmp_path / "History", ("00:00", X, 0, seconds), ("03:00", LEEKS, 0, None))
    assert take(path)[0] == [("x", "00:00", "03:00")]


def test_another_device_ends_no_visit_of_this_one(tmp_path: Path) -> None:
    path = chrome_history(tmp_path / "History", ("00:00", REDDIT, 0, None), ("04:00", LEEKS, 0, None))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO visits (url, visit_time, originator_cache_guid) VALUES (?, ?, 'phone')",
            (X, chrome("01:00")),
        )
    # Nothing comes after it on the telephone, and this device's gaps say nothing about that one's.
    assert take(path)[0] == [("reddit", "00:00", "04:00"), ("x", "01:00", "01:15")]


def test_what_firefox_measured_stands_for_the_visit_it_belongs_to(tmp_path: Path) -> None:
    # It begins a little before the visit as often as after it.
    for beginning in ("00:59.900", "01:00.100"):
        path = write(
            tmp_path / beginning.replace(":", "") / "places.sqlite",
            FIREFOX,
            moz_places=PAGES,
            moz_historyvisits=[(1, 0, MASTODON, unix("01:00"), 1, 0), (2, 0, LEEKS, unix("05:00"), 1, 0)],
            moz_places_metadata=[(1, MASTODON, unix(beginning, 1000), 30_000)],
        )
        ((site, start, end),) = take(path)[0]
        assert (site, start) == ("mastodon", beginning + "000")
        assert end == {"00:59.900": "01:29.900000", "01:00.100": "01:30.100000"}[beginning]


def test_devices_beyond_a_hundred_are_one(tmp_path: Path) -> None:
    path = takeout(
        tmp_path / "BrowserHistory.json", [visited("00:00", X, client_id=str(n)) for n in range(150)]
    )
    with open_stage() as stage:
        list(IMPORTER.read(SingleFile(path=path), (path.name,), stage, Options()))
        ((devices, others),) = stage.run(
            "SELECT count(DISTINCT device), count(*) FILTER (device LIKE '%synced devices') FROM time_spans"
        )
    assert (devices, others) == (101, 1)


def test_impossible_times_are_counted(tmp_path: Path) -> None:
    in_a_week = round((datetime.now(UTC).timestamp() + 7 * 86_400) * 1e6)
    times = [unix("00:00"), 0, 1, unix("00:30") // 1000, in_a_week]
    path = takeout(tmp_path / "BrowserHistory.json", [visited("00:00", X, time_usec=time) for time in times])
    spans, said = take(path)
    assert spans == [("x", "00:00", "00:15")]
    assert [finding.what for finding in said if isinstance(finding, Problem)] == [
        "4 visits of 5 have an impossible time, before 1990 or in the future"
    ]


def test_more_rows_than_are_held_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.importers.browser_history._databases.CHUNK", 3)
    visits = [(f"{n:02}:00", (REDDIT, LEEKS)[n % 2], 0.0, None) for n in range(10)]
    spans, _ = take(chrome_history(tmp_path / "History", *visits))
    assert spans == [("reddit", f"{n:02}:00", f"{n + 1:02}:00") for n in range(0, 10, 2)]


# Real histories: visits without frames, whole seconds on known sites (counted apart in SQL)


@pytest.mark.parametrize(
    ("name", "visits", "seconds"),
    [
        ("hindsight/chrome-History-01.sqlite", 46, {"facebook": 168, "x": 54}),
        ("hindsight/chrome-History-10.sqlite", 55, {"facebook": 91, "x": 48}),
        ("hindsight/chrome-History-20.sqlite", 58, {"facebook": 66, "x": 20}),
        ("hindsight/chrome-History-30.sqlite", 46, {"facebook": 47, "x": 53}),
        ("hindsight/chrome-History-60.sqlite", 61, {"facebook": 64, "x": 19}),
        ("plaso/chrome-History-57.0.2987.133.sqlite", 1, {}),
        ("plaso/chrome-History-58.0.3029.96.sqlite", 1, {}),
        ("plaso/chrome-History-59.0.3071.86.sqlite", 1, {}),
        ("plaso/chrome-History-59_added-fake-column.sqlite", 1, {}),
        ("plaso/chrome-History.sqlite", 37, {}),
        ("plaso/firefox-places.sqlite", 1, {}),
        ("plaso/safari-History.db", 25, {"facebook": 18}),
    ],
)
def test_real_sample(name: str, visits: int, seconds: dict[str, int], tmp_path: Path) -> None:
    (found,) = find_exports(sample(f"browser/{name}"), (IMPORTER,), tmp_path)
    assert isinstance(found, Found)
    with open_stage() as stage:
        said = list(IMPORTER.read(found.files, found.members, stage, Options()))
        rows = stage.run("SELECT site, sum(epoch(end_utc - start_utc)) FROM time_spans GROUP BY ALL")
    (note,) = said
    assert isinstance(note, Note)
    assert f": {visits:,} visit" in note.text
    assert {site: round(total) for site, total in rows} == seconds
