"""YouTube out of Takeout: golden files, visits worked out by hand, and files that are none."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.importers._archive import Found, SingleFile, find_exports
from analytics.importers.interface import Options, Refused
from analytics.importers.youtube import IMPORTER
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "youtube"
NAMED = Options(me={"youtube": "ottilie"}, as_of_utc=datetime(2026, 4, 1))


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    options = None if case == "channels-without-owner" else NAMED
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=options, write=write_golden)


CHANNEL = "UC" + "a" * 22


@pytest.mark.parametrize(
    ("name", "content", "claimed"),
    [
        ("watch-history.json", '[{"header": "YouTube", "title": "x"}]', True),
        ("Verlauf.json", '[{\n  "header": "YouTube Music"', True),
        ("search.json", '[{"header": "Search", "title": "x"}]', False),
        ("abos.csv", f"Kanal-ID,Kanal-URL,Kanaltitel\n{CHANNEL},http://www.youtube.com/channel/{CHANNEL},A\n", True),
        ("subscriptions.csv", "Channel Id,Channel Url,Channel Title\n", True),
        ("comments.csv", f"Channel Id,Comment\n{CHANNEL},Lovely\n", False),
        ("other.csv", f"id,url,x\n{CHANNEL},http://www.youtube.com/channel/UC{'b' * 22},A\n", False),
        ("watch-history.html", "<html><a href='https://www.youtube.com/watch?v=a'>a</a></html>", True),
        ("blog.html", "<html><a href='https://www.youtube.com/watch?v=a'>a</a></html>", False),
    ],
)  # fmt: skip
def test_a_file_is_recognised_by_its_content(name: str, content: str, claimed: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert IMPORTER.recognise(SingleFile(path=tmp_path / name)) == ((name,) if claimed else ())


def test_a_list_of_which_most_is_unreadable_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "subscriptions.csv"
    row = f"{CHANNEL},http://www.youtube.com/channel/{CHANNEL},A\n"
    no_id = "not an id,,\n"
    for bad, complete in ((1, True), (2, False)):
        path.write_text(f"Channel Id,Channel Url,Channel Title\n{row}{bad * no_id}", encoding="utf-8")
        found = golden.outcome(path, IMPORTER, options=NAMED)
        assert found["follow_lists"][0]["complete"] is complete
        assert any("not used to tell who is missing" in said for said in found["said"]) is not complete


def test_an_advertisement_is_no_view_and_ends_none(tmp_path: Path) -> None:
    """Views at 0:00 and 4:00, an advertisement at 2:00 between them: one visit of 4 minutes, then their median."""
    times = {"20:00:00": None, "20:02:00": [{"name": "From Google Ads"}], "20:04:00": None}
    views = [
        {"header": "YouTube", "time": f"2026-03-01T{time}Z", "details": details}
        for time, details in times.items()
    ]
    (tmp_path / "watch-history.json").write_text(json.dumps(views), encoding="utf-8")
    found = golden.outcome(tmp_path / "watch-history.json", IMPORTER)
    assert [(row["start_utc"], row["end_utc"]) for row in found["time_spans"]] == [
        ("2026-03-01T20:00:00", "2026-03-01T20:08:00")
    ]


def test_a_real_takeout(tmp_path: Path) -> None:
    counts: dict[str, int] = {}
    said = []
    for found in find_exports(sample("google-takeout/youtube-2022-10"), (IMPORTER,), tmp_path):
        assert isinstance(found, Found)
        with open_stage() as stage:
            said += list(IMPORTER.read(found.files, found.members, stage, NAMED))
            for kind in ("follows", "time_spans"):
                ((rows,),) = stage.run(f"SELECT count(*) FROM {kind}")
                counts[kind] = counts.get(kind, 0) + rows
    assert counts == {"follows": 57, "time_spans": 2}
    assert any("Videos watched: 3, advertisements left out: 4" in str(finding) for finding in said)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(time=VALUES, details=VALUES, row=VALUES, end=st.integers(25, 2_000))
def test_no_history_is_more_than_refused(
    tmp_path_factory: pytest.TempPathFactory, time: Any, details: Any, row: Any, end: int
) -> None:
    path = tmp_path_factory.mktemp("mangled") / "watch-history.json"
    views = [{"header": "YouTube", "time": time, "details": details}, row]
    path.write_text(json.dumps(views)[:end], encoding="utf-8")
    with open_stage() as stage, suppress(Refused):
        list(IMPORTER.read(SingleFile(path=path), IMPORTER.recognise(SingleFile(path=path)), stage, NAMED))


@given(rest=st.text(max_size=60) | st.just('"' + "x" * 200_000))
def test_no_list_of_channels_is_more_than_refused(
    tmp_path_factory: pytest.TempPathFactory, rest: str
) -> None:
    path = tmp_path_factory.mktemp("mangled") / "subscriptions.csv"
    row = f"{CHANNEL},http://www.youtube.com/channel/{CHANNEL},A\n"
    path.write_text(f"Channel Id,Channel Url,Channel Title\n{row}{rest}", encoding="utf-8", newline="")
    with open_stage() as stage, suppress(Refused):
        list(IMPORTER.read(SingleFile(path=path), (path.name,), stage, NAMED))
