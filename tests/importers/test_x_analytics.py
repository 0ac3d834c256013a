"""X's own analytics: golden files of each form, whose they are, and cells that are not what they should be.

The people and the birds are invented.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Options, Refused
from analytics.importers.x_analytics import IMPORTER
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "x_analytics"
ME = Options(me={"x": "wren_hollowbrook"})
OVERVIEW = "Date,Impressions,New follows,Unfollows"
CONTENT = "Post id,Date,Post text,Link,Impressions,Likes,Url clicks"
LINK = "https://x.com/Wren_Hollowbrook/status/1902800000000000001"


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    options = ME if "overview" in str(list((FIXTURES / case / "export").iterdir())) else None
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=options, write=write_golden)


def taken(tmp_path: Path, *lines: str, name: str = "numbers.csv", **options: Any) -> golden.Golden:
    """What the importer makes of a file of these lines."""
    path = tmp_path / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return golden.outcome(path, IMPORTER, options=Options(**options) if options else ME)


def owners(found: golden.Golden) -> list[str]:
    return [sentence for sentence in found["said"] if sentence.startswith("Owner")]


@pytest.mark.parametrize(
    ("header", "claimed"),
    [
        (OVERVIEW, True),
        (OVERVIEW.upper(), True),
        (OVERVIEW.replace(",", ";"), True),
        (CONTENT, True),
        ("Date,Impressions,New follows", False),
        ("Post id,Impressions", False),
        ("platform,author,post_id,created_at,text", False),
        ("Date,Tweets published,Impressions", False),
    ],
)
def test_a_file_is_known_by_its_header(tmp_path: Path, header: str, claimed: bool) -> None:
    (tmp_path / "some name.csv").write_text(header + "\n", encoding="utf-8")
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([("some name.csv",)] if claimed else [])


def test_every_file_is_an_export_by_itself(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(OVERVIEW + "\n", encoding="utf-8")
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == [("one.csv",), ("two.csv",)]


# Whose numbers


def test_without_an_owner_the_overview_is_refused(tmp_path: Path) -> None:
    (refusal,) = taken(tmp_path, OVERVIEW, '"Fri, Mar 21, 2025",1,2,3', time_zone="UTC")["refused"]
    assert refusal == (
        "EXPORT: numbers.csv does not say whose numbers it holds; name the account with --me x:HANDLE."
    )


@pytest.mark.parametrize(
    ("options", "owner", "handle"),
    [
        ({"me": {"x": "Wren_Hollowbrook"}}, "wren_hollowbrook", "Wren_Hollowbrook"),
        ({"known": {"x": "900000001"}}, "900000001", None),
    ],
)
def test_an_overview_belongs_to_whom_the_user_or_the_store_names(
    tmp_path: Path, options: dict[str, Any], owner: str, handle: str | None
) -> None:
    found = taken(tmp_path, OVERVIEW, '"Fri, Mar 21, 2025",1,2,3', **options)
    assert owners(found) == [f"Owner: x | {owner} | {handle}"]
    assert {row["account"] for row in found["daily_counts"]} == {owner}


@pytest.mark.parametrize(
    ("options", "owner", "noted"),
    [
        ({}, "wren_hollowbrook", None),
        ({"me": {"x": "WREN_hollowbrook"}}, "wren_hollowbrook", None),
        ({"me": {"x": "900000001"}}, "900000001", None),
        ({"me": {"*": "somebody"}}, "wren_hollowbrook", "--me somebody was not used"),
        ({"known": {"x": "900000001"}}, "wren_hollowbrook", None),
        ({"known": {"x": "somebody"}}, "wren_hollowbrook", None),
    ],
)
def test_the_links_say_whose_posts_they_are(
    tmp_path: Path, options: dict[str, Any], owner: str, noted: str | None
) -> None:
    found = taken(tmp_path, CONTENT, f"1902800000000000001,d,a heron,{LINK},5,1,0", **(options or {"me": {}}))
    assert [row["author"] for row in found["posts"]] == [owner]
    assert owners(found) == [f"Owner: x | {owner} | Wren_Hollowbrook"]
    assert [row["account"] for row in found["accounts"]] == [owner]
    notes = [text for text in found["said"] if text.startswith("Note")]
    assert len(notes) == (1 if noted else 0)
    assert noted is None or noted in notes[0]


def test_the_name_of_an_old_file_says_whose_it_is(tmp_path: Path) -> None:
    header = "Date,Tweets published,impressions,user profile clicks,follows"
    name = "daily_tweet_activity_metrics_ilse_m_arram_20210401_20210501_en (1).csv"
    found = taken(tmp_path, header, "2021-04-01,1,5,2,0", name=name, me={})
    assert owners(found) == ["Owner: x | ilse_m_arram | ilse_m_arram"]
    assert {row["metric"]: row["value"] for row in found["daily_counts"]} == {
        "posts": 1, "impressions": 5, "profile_clicks": 2,
    }  # fmt: skip


# Cells


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Fri, Mar 21, 2025", "2025-03-21"),
        ("Sat, Mar 1, 2025", "2025-03-01"),
        ("Fri Mar 21 2025", "2025-03-21"),
        ("Mar 21, 2025", "2025-03-21"),
        ("2025-03-21", "2025-03-21"),
        ("21/03/2025", None),
        ("03/04/2025", None),
        ("Fri, Mar 32, 2025", None),
        ("Thu, Mar 21, 1996", None),
        ("", None),
    ],
)
def test_days(tmp_path: Path, written: str, day: str | None) -> None:
    found = taken(tmp_path, OVERVIEW, f'"{written}",1,2,3')
    assert {row["day"] for row in found.get("daily_counts", [])} == ({day} if day else set())
    assert any(text.startswith("Problem") for text in found["said"]) is (day is None)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("825.0", 825),
        ("1.2345678E7", 12345678),
        ("0.0", 0),
        ("9.5E-4", None),
        ("1.5", None),
        ("-3", None),
        ("many", None),
        ("99999999999999999999", None),
        ("1E99", None),
    ],
)
def test_counts(tmp_path: Path, written: str, count: int | None) -> None:
    found = taken(tmp_path, OVERVIEW, f'"Fri, Mar 21, 2025",{written},2,3')
    values = {row["metric"]: row["value"] for row in found["daily_counts"]}
    assert values == {"new_follows": 2, "unfollows": 3} | ({} if count is None else {"impressions": count})
    assert any(text.startswith("Problem") for text in found["said"]) is (count is None)


@pytest.mark.parametrize("unknown", ["", "-", " "])
def test_an_empty_cell_is_unknown_and_no_problem(tmp_path: Path, unknown: str) -> None:
    found = taken(tmp_path, OVERVIEW, f'"Fri, Mar 21, 2025",{unknown},2,0')
    assert {row["metric"]: row["value"] for row in found["daily_counts"]} == {
        "new_follows": 2,
        "unfollows": 0,
    }
    assert not [text for text in found["said"] if text.startswith("Problem")]


@pytest.mark.parametrize(
    ("cell", "link", "post_id"),
    [
        ("1902800000000000001", "", "1902800000000000001"),
        ("1.9028E+18", LINK, "1902800000000000001"),
        ("1902800000000000000", LINK + "?s=20", "1902800000000000001"),
        ("1902800000000000000", "", None),
        ("1.9028E+18", "https://x.com/Wren_Hollowbrook", None),
        ("", LINK, "1902800000000000001"),
        ("12345678901234567890", "", None),
        ("abc", "", None),
    ],
)
def test_ids_that_a_spreadsheet_cut(tmp_path: Path, cell: str, link: str, post_id: str | None) -> None:
    found = taken(tmp_path, CONTENT, f"{cell},d,a heron,{link},5,1,0")
    assert [row["post_id"] for row in found.get("posts", [])] == ([post_id] if post_id else [])
    assert any("an id in full" in text for text in found["said"]) is (post_id is None)


def test_the_time_of_a_post_is_in_its_id(tmp_path: Path) -> None:
    # 2006-03-21 20:50:14 UTC is not in such an id; 1,288,834,974,657 ms is where their count begins.
    moment = datetime(2025, 3, 20, 12, 30, 15)
    number = (int((moment - datetime(1970, 1, 1)).total_seconds() * 1000) + 999 - 1288834974657) << 22
    found = taken(tmp_path, CONTENT, f"{number + 7},Thu Mar 20 2025,a heron,,5,1,0", "20,,old,,1,1,0")
    assert {row["post_id"]: row.get("created_utc") for row in found["posts"]} == {
        str(number + 7): "2025-03-20T12:30:15", "20": None,
    }  # fmt: skip


def test_a_link_counts_where_somebody_clicked_it(tmp_path: Path) -> None:
    found = taken(
        tmp_path, CONTENT, "1,,see https://t.co/a1,,1,1,4", "2,,a picture https://t.co/b2,,1,1,0",
        "3,,https://marsh.example/report,,1,1,0", "4,,https://t.co/c3,,1,1,",
    )  # fmt: skip
    assert {row["post_id"]: row["links"] for row in found["posts"]} == {
        "1": ["https://t.co/a1"], "2": [], "3": ["https://marsh.example/report"], "4": [],
    }  # fmt: skip


def test_clicks_of_posts_are_no_clicks_of_a_day(tmp_path: Path) -> None:
    assert "daily_counts" not in taken(tmp_path, CONTENT, f"1902800000000000001,d,a heron,{LINK},5,1,12")


def test_a_file_counts_as_made_after_the_last_day_that_it_holds(tmp_path: Path) -> None:
    lines = [OVERVIEW, '"Fri, Mar 21, 2025",1,2,3', '"Thu, Mar 20, 2025",1,2,3']
    assert "ExportedAt: 2025-03-22 00:00:00" in taken(tmp_path, *lines)["said"]
    name = "account_analytics_content_2025-03-01_2025-04-02.csv"
    assert "ExportedAt: 2025-04-02 00:00:00" in taken(tmp_path, *lines, name=name)["said"]
    assert "ExportedAt: 2026-01-01 00:00:00" in taken(
        tmp_path, *lines, me={"x": "a"}, as_of_utc=datetime(2026, 1, 1)
    )["said"]  # fmt: skip


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_bytes(f"{OVERVIEW}\n".encode("utf-16"))
    (refusal,) = golden.outcome(path, IMPORTER, options=ME)["refused"]
    assert refusal.endswith("numbers.csv is written in UTF-16; save it as CSV UTF-8 and import it again.")


# Real files, and mangled ones

REAL = {
    "overview-7-days/account_overview_analytics.csv": (7, 0, 13, 2),
    "2025-02/account_overview_analytics.csv": (50, 0, 139, 4),
    "2025-02/account_analytics_content_2024-11-21_2025-02-19.csv": (0, 141, None, None),
}


@pytest.mark.parametrize("name", REAL)
def test_real_sample_of_today(name: str, tmp_path: Path) -> None:
    found = outcome(sample(f"x-analytics/{name}"), tmp_path)
    assert counts(found) == REAL[name]
    assert not [text for text in found["said"] if text.startswith("Problem")]


def test_real_sample_of_old_days(tmp_path: Path) -> None:
    found = [outcome(path, tmp_path) for path in sorted(sample("x-analytics/legacy-2021").iterdir())]
    assert not [text for one in found for text in one["said"] if text.startswith("Problem")]
    assert [sum(counts(one)[side] for one in found) for side in (0, 1)] == [244, 173]
    assert len({sentence for one in found for sentence in owners(one)}) == 1


def outcome(path: Path, tmp_path: Path) -> golden.Golden:
    (tmp_path / path.name).write_bytes(path.read_bytes())
    return golden.outcome(tmp_path / path.name, IMPORTER, options=ME)


def counts(found: golden.Golden) -> tuple[int, int, float | None, float | None]:
    """Days, posts, new follows and unfollows."""
    days = found.get("daily_counts", [])
    sums = {
        metric: sum(row["value"] for row in days if row["metric"] == metric)
        if any(row["metric"] == metric for row in days)
        else None
        for metric in ("new_follows", "unfollows")
    }
    posts = found.get("posts", [])
    return len({row["day"] for row in days}), len(posts), sums["new_follows"], sums["unfollows"]


CELLS = st.one_of(
    st.sampled_from(
        [
            "Fri, Mar 21, 2025",
            "1902800000000000001",
            LINK,
            "1E400",
            "-",
            '"',
            "=1+1",
            "٣",
            "9" * 30,
            "RT @",
            "@",
        ]
    ),
    st.text(max_size=6),
    st.integers().map(str),
    st.floats().map(str),
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=8).map(",".join), max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.sampled_from([OVERVIEW, CONTENT]), rows=ROWS, cut=st.integers(0, 60), junk=st.binary(max_size=4)
)
def test_mangled_files_never_fail(
    tmp_path: Path, header: str, rows: list[str], cut: int, junk: bytes
) -> None:
    content = "\n".join([header, *rows]).encode(errors="replace")
    path = tmp_path / "numbers.csv"
    path.write_bytes(content[: len(header) + cut] + junk)
    for found in find_exports(path, (IMPORTER,), tmp_path):
        if isinstance(found, Found):
            with open_stage() as stage, suppress(Refused):
                list(IMPORTER.read(found.files, found.members, stage, ME))
