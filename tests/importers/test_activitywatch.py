"""ActivityWatch exports: golden files, what is said of them, damaged files, and recognising them.

Each folder of fixtures/activitywatch is one import; expected.csv beside it was worked out by hand.
"""

from __future__ import annotations

import csv
import doctest
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers import _stream, activitywatch
from analytics.importers._archive import FolderFiles, Found, SingleFile, find_exports
from analytics.importers.activitywatch import IMPORTER, devices, events, intervals
from analytics.importers.interface import ExportedAt, Finding, Options, Refused
from analytics.model import Note, Problem
from analytics.store.staging import open_stage

FIXTURES = Path(__file__).parent / "fixtures" / "activitywatch"
CASES = sorted(folder.name for folder in FIXTURES.iterdir() if (folder / "expected.csv").is_file())


def take(path: Path) -> tuple[list[dict[str, str]], list[Finding]]:
    """The rows as in expected.csv, in its order, and what was said."""
    files = FolderFiles(path=path) if path.is_dir() else SingleFile(path=path)
    with open_stage() as stage:
        said = list(IMPORTER.read(files, IMPORTER.recognise(files), stage, Options()))
        rows = stage.run("SELECT site, start_utc, end_utc, basis, device FROM time_spans")
    columns = ("site", "start_utc", "end_utc", "basis", "device")
    table = [
        dict(zip(columns, (row[0], row[1].isoformat(), row[2].isoformat(), *row[3:]), strict=True))
        for row in rows
    ]
    return sorted(table, key=lambda row: (row["device"], row["site"], row["start_utc"])), said


def take_buckets(tmp_path: Path, *buckets: dict[str, Any]) -> tuple[list[dict[str, str]], list[Finding]]:
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"buckets": {bucket["id"]: bucket for bucket in buckets}}), encoding="utf-8")
    return take(path)


def bucket(
    id: str, type: str, *events_: tuple[int, float, dict[str, Any]], host: str = "heron"
) -> dict[str, Any]:
    """A bucket of events given as (seconds after nine, duration, data)."""
    return {
        "id": id,
        "type": type,
        "client": "test",
        "hostname": host,
        "events": [
            {"timestamp": f"2026-03-02T09:{at // 60:02}:{at % 60:02}+00:00", "duration": length, "data": data}
            for at, length, data in events_
        ],
    }


def notes(said: list[Finding]) -> list[str]:
    return [finding.text for finding in said if isinstance(finding, Note)]


def spans(rows: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(row["site"], row["start_utc"][14:], row["end_utc"][14:]) for row in rows]


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    with (FIXTURES / case / "expected.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert take(FIXTURES / case)[0] == expected


def test_no_golden_file_is_forgotten() -> None:
    assert {folder.name for folder in FIXTURES.iterdir()} - set(CASES) == {"malformed-cut"}


def test_what_is_said_of_a_desktop() -> None:
    _, said = take(FIXTURES / "desktop-python-stacked-afk")
    assert ExportedAt(moment_utc=datetime(2026, 3, 2, 9, 40)) in said
    assert not [finding for finding in said if isinstance(finding, Problem)]
    read, active, elsewhere = notes(said)
    assert read == "18 events in 3 buckets read."
    assert active == "heron: 35 min of active time, of which 20 min on 5 known sites."
    assert "14 min in apps and pages of no known site" in elsewhere
    assert "Code 10 min, example.org 4 min." in elsewhere
    assert "apps = ['Code']" in elsewhere


def test_private_tabs_titles_and_addresses_leave_no_trace() -> None:
    rows, said = take(FIXTURES / "desktop-python-stacked-afk")
    text = str(rows) + str(said)
    for never in ("secret", "beans", "Garden", "http", "/home"):
        assert never not in text


def test_what_is_said_of_a_phone() -> None:
    _, said = take(FIXTURES / "android-rust-overlapping")
    assert ExportedAt(moment_utc=datetime(2026, 3, 3, 20, 17)) in said
    assert notes(said)[:2] == [
        "9 events in 2 buckets read; left alone: aw-watcher-android-unlock (os.lockscreen.unlocks, 2 events).",
        "android: 15 min of active time, of which 13 min on 5 known sites.",
    ]


def test_events_that_cannot_be_read_are_problems_with_their_place() -> None:
    _, said = take(FIXTURES / "bad-events")
    problems = [(finding.place, finding.what) for finding in said if isinstance(finding, Problem)]
    window = "aw-buckets-export.json, bucket aw-watcher-window_heron, event "
    assert problems == [
        (window + "2", "timestamp '1970-01-01T00:00:05+00:00' is not of this century; the clock was wrong"),
        (window + "4", "duration 'long' is no number of seconds"),
        (window + "5", "the event has no data"),
        (window + "6", "the duration is negative (-5 seconds)"),
        (
            window + "7",
            "timestamp 'yesterday' cannot be read, expected one like 2026-11-22T09:30:00+00:00",
        ),
        (window + "3", "the event names no app"),
        (
            "aw-buckets-export.json, bucket aw-watcher-afk_heron, event 3",
            "25.0 hours without a break; longer than a day is no presence",
        ),
    ]


def test_the_moment_of_the_export_is_the_newest_end_but_not_of_an_event_of_days() -> None:
    assert ExportedAt(moment_utc=datetime(2026, 3, 2, 10, 8)) in take(FIXTURES / "bad-events")[1]


def test_a_missing_afk_watcher_is_said() -> None:
    said = notes(take(FIXTURES / "missing-afk")[1])
    assert any("there is no away-from-keyboard watcher" in note and note.startswith("rook:") for note in said)
    assert "left alone: aw-stopwatch (general.stopwatch, 1 event)." in said[0]


def test_an_empty_export_is_a_note() -> None:
    rows, said = take(FIXTURES / "empty")
    assert (rows, notes(said)) == (
        [],
        ["This export holds no events: ActivityWatch had recorded nothing yet."],
    )
    assert len(said) == 1


def test_a_cut_file_is_refused_in_one_sentence() -> None:
    with pytest.raises(
        Refused, match=r"aw-buckets-export.json is damaged or cut short.* after \d+ events.*export it"
    ):
        take(FIXTURES / "malformed-cut")


def test_a_file_cut_anywhere_is_refused() -> None:
    whole = (FIXTURES / "two-computers" / "heron.json").read_text(encoding="utf-8").rstrip()
    assert len(events_of(whole)) == 3
    for length in range(len(whole)):
        with pytest.raises(Refused):
            events_of(whole[:length])
    with pytest.raises(Refused):
        events_of(whole + "}")


@pytest.mark.parametrize(
    "text", ['{"buckets": [1]}', '{"buckets": 3}', "[1]", '{"buckets": {"a" 1}}', "[" * 100_000]
)
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        events_of(text)


def test_a_bucket_that_is_no_object_is_passed_over() -> None:
    whole = '{"buckets": {"a": 12, "b": {"type": "currentwindow", "events": null}}}'
    first, second = events_of(whole)
    assert first.problems == [Problem(place="file.json, bucket a", what="the bucket is not an object")]
    assert (second.read, second.problems) == (0, [])


def events_of(text: str) -> list[events.Bucket]:
    reader = events.Reader()
    reader.read("file.json", io.StringIO(text))
    return reader.buckets


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_it_does_not_matter_where_the_chunks_end(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    text = (FIXTURES / "bad-events" / "aw-buckets-export.json").read_text(encoding="utf-8")
    whole = events_of(text)
    monkeypatch.setattr(_stream, "CHUNK", size)
    assert events_of(text) == whole


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_number_may_go_on_in_the_next_chunk(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(_stream, "CHUNK", size)
    walk = _stream.JsonStream(io.StringIO(' [ 1234, 5.5e1,"a", {"b":[]} , null]\n'))
    assert list(walk.elements()) == [1234, 55.0, "a", {"b": []}, None]
    assert not walk.peek()


def test_an_endless_value_is_refused_before_the_file_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stream, "CHUNK", 10)
    monkeypatch.setattr(_stream, "LONGEST_VALUE", 100)
    text = io.StringIO('{"buckets": {"' + "x" * 10_000)
    with pytest.raises(Refused):
        events.Reader().read("file.json", text)
    assert text.tell() < 1_000


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 700), st.text(alphabet='{}[]",:0e-\\ n\x00', max_size=3))
def test_a_damaged_file_is_refused_or_read(at: int, damage: str) -> None:
    whole = (FIXTURES / "two-computers" / "wren.json").read_text(encoding="utf-8")
    try:
        found = events_of(whole[:at] + damage + whole[at + 1 :])
    except Refused:
        return
    assert all(bucket.read == len(bucket.starts) + len(bucket.problems) for bucket in found if bucket.read)


def test_recognised_by_content_never_by_name(tmp_path: Path) -> None:
    start = '{"buckets":{"aw-watcher-window_heron":{"id":"aw-watcher-window_heron","events":[]}}}'
    for name, text in {
        "a.json": start,
        "b.JSON": '\ufeff\n {\t"buckets" : {}}',
        "aw-buckets-export.json": '{"packets": {}}',
        "c.json": '{"buckets": [1, 2]}',
        "d.json": '{"buckets": {"water": 3}}',
        "e.json": "",
        "f.csv": start,
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert IMPORTER.recognise(FolderFiles(path=tmp_path)) == ("a.json", "b.JSON")
    (tmp_path / "alone").write_text(start, encoding="utf-8")
    assert IMPORTER.recognise(SingleFile(path=tmp_path / "alone")) == ("alone",)


def test_a_zip_and_its_folder_are_read_alike(tmp_path: Path) -> None:
    folder = FIXTURES / "single-bucket-files"
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.glob("*.json"):
            archive.write(file, f"top/{file.name}")
    (found,) = (f for f in find_exports(path, (IMPORTER,), tmp_path) if isinstance(f, Found))
    assert len(found.members) == 3
    with open_stage() as stage:
        said = list(IMPORTER.read(found.files, found.members, stage, Options()))
        rows = stage.run("SELECT count(*), sum(epoch(end_utc - start_utc)) FROM time_spans")
    assert said == take(folder)[1]
    assert rows == [(3, 30 + 30.5 + 59.5)]


def test_the_examples_in_the_docstrings() -> None:
    for module in (activitywatch, devices, events, intervals, _stream):
        assert doctest.testmod(module, extraglobs={"np": __import__("numpy")}).failed == 0
