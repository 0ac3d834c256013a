"""Browser histories that are cut, damaged or hold anything at all: rows come out, or one sentence."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers._archive import SingleFile
from analytics.importers.browser_history import IMPORTER
from analytics.importers.interface import Options, Refused
from analytics.store.staging import open_stage
from tests.importers.history_files import CHROME, REDDIT, chrome, chrome_history, takeout, unix, write


def take(path: Path) -> list[tuple[str, datetime, datetime]]:
    """Site, start and end of every stretch."""
    with open_stage() as stage:
        list(IMPORTER.read(SingleFile(path=path), (path.name,), stage, Options()))
        rows = stage.run("SELECT site, start_utc, end_utc FROM time_spans ORDER BY ALL")
    return [(site, start, end) for site, start, end in rows]


def take_or_refuse(path: Path) -> None:
    """Nothing but a refusal that names the file may be raised."""
    try:
        spans = take(path)
    except Refused as refused:
        assert str(path) in str(refused)  # noqa: PT017
    else:
        assert all(start < end for _, start, end in spans)


def _history() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        visits = [(f"{n:02}:00", n % 5, 0.0, None) for n in range(60)]
        return chrome_history(Path(folder) / "History", *visits).read_bytes()


_HISTORY = _history()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_cut_database_is_refused_in_one_sentence(share: float, tmp_path: Path) -> None:
    visits = [(f"{n // 60:02}:{n % 60:02}", REDDIT, 0.0, None) for n in range(1000)]
    path = chrome_history(tmp_path / "History", *visits)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(
        Refused, match=r": History is cut short, its last [\d,]+ bytes are missing; copy the data"
    ):
        take(path)


def test_a_damaged_page_is_refused_in_one_sentence(tmp_path: Path) -> None:
    visits = [(f"{n // 60:02}:{n % 60:02}", REDDIT, 0.0, None) for n in range(1000)]
    path = chrome_history(tmp_path / "History", *visits)
    content = path.read_bytes()
    path.write_bytes(content[:16_384] + b"\xff" * (len(content) - 16_384))
    with pytest.raises(Refused, match=r"^[^\n]*: History is damaged[^\n]*; copy the database again[^\n]*\.$"):
        take(path)


def test_bytes_that_sqlite_quotes_in_an_error_are_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "History"
    path.write_bytes(_HISTORY.replace(b"total_foreground_duration", b"total_foreground\x80duration"))
    take(path)
    path.write_bytes(_HISTORY.replace(b"urls(id", b"urls \x80d"))
    with pytest.raises(Refused, match=": History is damaged"):
        take(path)


# Anything at all in the places of the format

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.binary(max_size=8),
    st.sampled_from([chrome("00:00"), chrome("01:00"), unix("00:00"), 1, 2]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[VALUES] * 6), max_size=5))
def test_any_values_in_a_database_give_rows_or_a_refusal(rows: list[tuple[Any, ...]]) -> None:
    loose = CHROME.replace(" NOT NULL", "").replace("PRIMARY KEY AUTOINCREMENT", "")
    with tempfile.TemporaryDirectory() as folder:
        path = write(
            Path(folder) / "History",
            loose.replace("INTEGER PRIMARY KEY", "").replace("INTEGER", ""),
            urls=[(row[0], row[1], None) for row in rows],
            visits=[(n, *row[:5], None) for n, row in enumerate(rows)],
            visit_source=[(row[1], row[2]) for row in rows],
            context_annotations=[(n, row[5]) for n, row in enumerate(rows)],
        )
        take_or_refuse(path)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(JSON | st.fixed_dictionaries({"time_usec": JSON, "url": JSON, "client_id": JSON}), max_size=5)
)
def test_any_values_in_takeout_give_rows_or_a_refusal(visits: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        take_or_refuse(takeout(Path(folder) / "BrowserHistory.json", visits))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=200))
def test_any_bytes_in_a_database_give_rows_or_a_refusal(place: int, garbage: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "History"
        path.write_bytes(_HISTORY)
        with path.open("r+b") as file:
            file.seek(16 + place % (len(_HISTORY) - 16))
            file.write(garbage)
        take_or_refuse(path)
