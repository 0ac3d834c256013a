"""TikTok downloads in every layout: golden files, what cannot be read, and files that are none."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, SingleFile, find_exports
from analytics.importers.interface import Options, Refused
from analytics.importers.tiktok import IMPORTER
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "tiktok"
NAMED = Options(me={"tiktok": "ottilie"}, as_of_utc=datetime(2026, 4, 1))
OPTIONS = {"no-profile-no-watch-history": NAMED}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def taken(tmp_path: Path, content: Any, **options: Any) -> golden.Golden:
    """What the importer makes of a file with this content."""
    path = tmp_path / "user_data_tiktok.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return golden.outcome(path, IMPORTER, options=Options(**options))


def of(handle: str | None, **activity: Any) -> dict[str, Any]:
    profile = {"Profile Info": {"ProfileMap": {"userName": handle} if handle else {}}}
    return {"App Settings": {"Block List": {"BlockList": []}}, "Profile": profile, "Your Activity": activity}


@pytest.mark.parametrize(
    ("name", "start", "claimed"),
    [
        ("user_data_tiktok.json", '{"Activity": {"Follower List": {}}}', True),
        ("data.json", '{"App Settings": {"Block List": {"BlockList": []}}}', True),
        ("data.json", '\ufeff { "Tiktok Live" : {}, "Your Activity": {}}', True),
        ("data.json", '{"Profile": {"name": "of another program"}}', False),
        ("user_data_tiktok.json", '{"recipes": []}', False),
        ("user_data_tiktok.json", "[]", False),
        ("user_data_tiktok.txt", '{"App Settings": {"Block List": {"BlockList": []}}}', False),
    ],
)
def test_a_file_is_recognised_by_its_first_section(
    name: str, start: str, claimed: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(start, encoding="utf-8")
    assert IMPORTER.recognise(SingleFile(path=tmp_path / name)) == ((name,) if claimed else ())


def test_a_profile_wins_over_me_with_a_note(tmp_path: Path) -> None:
    found = taken(tmp_path, of("ottilie", Follower={"FansList": []}), me={"tiktok": "kestrel"})
    assert "Note: The download is @ottilie's; --me kestrel was not used." in found["said"]
    assert found["follow_lists"][0]["owner"] == "ottilie"


def test_without_a_profile_me_is_asked_for(tmp_path: Path) -> None:
    found = taken(tmp_path, of(None, Follower={"FansList": []}))
    assert "--me tiktok:HANDLE" in found["refused"][0]


def test_videos_within_five_minutes_join_and_the_last_counts_for_the_usual_gap(tmp_path: Path) -> None:
    """Gaps of 40 and 60 seconds, then nobody knows: the median, 50."""
    times = ["10:00:00", "10:00:40", "10:01:40", "11:00:00"]
    watched = [{"Date": f"2026-03-01 {time}", "Link": ""} for time in times]
    found = taken(tmp_path, of("ottilie", **{"Watch History": {"VideoList": watched}}))
    assert [(row["start_utc"], row["end_utc"]) for row in found["time_spans"]] == [
        ("2026-03-01T10:00:00", "2026-03-01T10:02:30"),
        ("2026-03-01T11:00:00", "2026-03-01T11:00:50"),
    ]


def test_sections_that_are_not_read_may_be_of_any_size(tmp_path: Path) -> None:
    """Each message alone is small, all of them together are more than one value may be."""
    chat = {"Chat History with kestrel:": [{"Content": "x" * 1_000_000}] * 18}
    content = {
        "Direct Message": {"Direct Messages": {"ChatHistory": chat}},
        **of("ottilie", Follower={"FansList": []}),
    }
    assert "refused" not in taken(tmp_path, {"App Settings": {"BlockList": []}, **content})


def test_two_posts_of_one_second_are_two_and_the_same_comment_twice_is_one(tmp_path: Path) -> None:
    posts = [{"Date": "2026-03-01 10:00:00", "Title": title} for title in ("Folding", "Gluing")]
    comments = [{"date": "2026-03-01 11:00:00", "comment": "Lovely."}] * 2
    content = of("ottilie") | {
        "Post": {"Posts": {"VideoList": posts}},
        "Comment": {"Comments": {"CommentsList": comments}},
    }
    found = taken(tmp_path, content)["posts"]
    assert sorted(row["text"] for row in found) == ["Folding", "Gluing", "Lovely."]
    assert len({row["post_id"] for row in found}) == 3


def test_who_is_on_a_list_twice_is_there_once_since_the_later_day(tmp_path: Path) -> None:
    fans = [{"Date": f"{year}-03-01 10:00:00", "UserName": "Wren_Hollow"} for year in (2024, 2026, 2025)]
    found = taken(tmp_path, of("ottilie", Follower={"FansList": fans}))
    assert [(row["account"], row["since_utc"]) for row in found["follows"]] == [
        ("wren_hollow", "2026-03-01T10:00:00")
    ]


@pytest.mark.parametrize(("bad", "complete"), [(1, True), (2, False)])
def test_a_list_that_is_mostly_unreadable_is_not_whole(tmp_path: Path, bad: int, complete: bool) -> None:
    found = taken(tmp_path, of("ottilie", Follower={"FansList": [{"UserName": "wren_hollow"}, *[7] * bad]}))
    rows = [row for row in found["follow_lists"] if row["direction"] == "follower"]
    assert [row["complete"] for row in rows] == [complete]


@pytest.mark.parametrize("nest", ['{"Your Activity":', '{"Your Activity":['])
def test_a_file_of_nothing_but_brackets_is_refused(tmp_path: Path, nest: str) -> None:
    (refusal,) = taken(tmp_path, '{"App Settings": {"BlockList": ' + nest * 5000)["refused"]
    assert "cut short or damaged" in refusal


def test_real_sample(tmp_path: Path) -> None:
    (found,) = find_exports(sample("tiktok/2026-01"), (IMPORTER,), tmp_path)
    assert isinstance(found, Found)
    with open_stage() as stage:
        said = list(IMPORTER.read(found.files, found.members, stage, NAMED))
        lists = dict(stage.run("SELECT direction, count(*) FROM follows GROUP BY ALL"))
        ((likes,),) = stage.run("SELECT count(*) FROM interactions")
        ((longest, total),) = stage.run(
            "SELECT max(epoch(end_utc - start_utc)), sum(epoch(end_utc - start_utc)) FROM time_spans"
        )
    assert (lists["follower"], lists["following"], likes) == (62, 122, 557)
    assert any("Videos watched: 12,301" in str(finding) for finding in said)
    assert 0 < longest <= total < 183 * 86_400


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Date", "UserName", "link", "x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(follower=VALUES, like=VALUES, watched=VALUES, profile=VALUES, end=st.integers(40, 10_000))
def test_no_content_is_more_than_refused(
    tmp_path_factory: pytest.TempPathFactory, follower: Any, like: Any, watched: Any, profile: Any, end: int
) -> None:
    content = {
        "App Settings": {"Block List": {"BlockList": [follower]}},
        "Profile": {"Profile Info": {"ProfileMap": profile}},
        "Your Activity": {
            "Follower": {"FansList": [follower, {"UserName": follower}]},
            "Like List": {"ItemFavoriteList": like},
            "Watch History": {"VideoList": [watched, {"Date": watched}]},
        },
    }
    path = tmp_path_factory.mktemp("mangled") / "user_data_tiktok.json"
    path.write_text(json.dumps(content)[:end], encoding="utf-8")
    with open_stage() as stage, suppress(Refused):
        list(IMPORTER.read(SingleFile(path=path), (path.name,), stage, NAMED))
