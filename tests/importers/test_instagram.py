"""Downloads of Instagram and Threads: golden files, each trap by example, and files that are anything at all.

The people and the birds are invented. Cases that golden files hold: the layouts of 2021, 2024 and 2026, every
kind of file, a date range, nothing at all, damage, pages of HTML, and missing parts.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.instagram import IMPORTER
from analytics.importers.instagram.parts import KEYS
from analytics.importers.instagram.values import mended, people_in
from analytics.importers.interface import Options
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "instagram"
CONNECTIONS = "connections/followers_and_following"
ME = {"instagram": "Ottilie.Larkspindle"}
OPTIONS = {"malformed-rows": Options(me=ME)}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def taken(folder: Path, files: dict[str, Any], **options: Any) -> golden.Golden:
    """What the importer makes of a download with these files: JSON values, or bytes as they stand."""
    for name, value in files.items():
        path = folder / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    export = golden.dated_copy(folder / "export", folder / "dated")
    return golden.outcome(export, IMPORTER, options=Options(**{"me": ME} | options))


def said(found: golden.Golden, word: str) -> list[str]:
    """What was said that holds a word."""
    return [sentence for sentence in found["said"] if word in sentence]


def follow(name: str, timestamp: object = 1577836800) -> dict[str, Any]:
    """A row of a list of people, in the form of 2024."""
    return {
        "title": "",
        "media_list_data": [],
        "string_list_data": [
            {"href": f"https://www.instagram.com/{name}", "value": name, "timestamp": timestamp}
        ],
    }


# Values


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("caf\u00c3\u00a9", "café"),
        ("\u00f0\u009f\u0091\u008d", "👍"),
        ("\u00e6\u0097\u00a5\u00e6\u009c\u00ac", "日本"),
        ("plain", "plain"),
        ("already café", "already café"),
        ("日本", "日本"),
        ("\ud800", "\ud800"),
        ({"Gef\u00c3\u00a4llt": ["\u00c3\u00a4", 1, None]}, {"Gefällt": ["ä", 1, None]}),
    ],
)
def test_spoiled_letters_are_mended_and_sound_ones_left(written: object, meant: object) -> None:
    assert mended(written) == meant


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"title": "", "string_list_data": [{"href": "x", "value": "wren_hollow"}]}, "wren_hollow"),
        (
            {"title": "Wren_Hollow", "string_list_data": [{"href": "https://www.instagram.com/_u/other"}]},
            "wren_hollow",
        ),
        ({"string_list_data": [{"href": "https://www.instagram.com/_u/wren_hollow"}]}, "wren_hollow"),
        ({"string_list_data": [{"href": "https://www.instagram.com/wren_hollow/?hl=en"}]}, "wren_hollow"),
        ({"string_list_data": [{"href": "https://www.threads.com/@wren_hollow"}]}, "wren_hollow"),
        ({"title": "wren_hollow", "string_list_data": []}, "wren_hollow"),
        ({"title": "", "string_list_data": [{"href": "https://elsewhere.example/x"}]}, None),
    ],
)
def test_a_person_is_named_by_value_then_title_then_link(row: object, name: str | None) -> None:
    assert [person for person, _ in people_in(row)] == ([name] if name else [])


# Which files


@pytest.mark.parametrize(
    ("name", "content", "claimed"),
    [
        ("abonnes.json", json.dumps([follow("wren_hollow")]), True),
        ("followers_1.json", "[]", True),
        ("other.json", "[]", False),
        ("followers_1.json", '[{"accountId": "1"}]', False),
        ("following.json", '\ufeff{"relationships_following": []}', True),
        ("following.json", '{"orderedItems": []}', False),
        ("friends.json", '{"friends_v2": []}', False),
        ("message_1.json", '{"participants": []}', False),
        ("posts_1.json", '[{"timestamp": 1, "data": [{"post": "Facebook"}]}]', False),
        ("beitraege_1.json", '[{"media": [{"uri": "a.jpg", "creation_timestamp": 1}]}]', True),
        (
            "your_posts_1.json",
            '[{"timestamp": 1, "attachments": [{"data": [{"media": {"creation_timestamp": 1}}]}]}]',
            False,
        ),
        ("recensies.json", '[{"string_map_data": {"Media Owner": {"value": "wren"}}}]', True),
        ("followers_1.html", '<a href="https://www.instagram.com/wren_hollow">', True),
        ("followers_1.html", "<p>a page about followers", False),
        ("following.csv", "relationships_following", False),
    ],
)
def test_a_file_is_recognised_by_what_it_holds(
    tmp_path: Path, name: str, content: str, claimed: bool
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([(name,)] if claimed else [])


@pytest.mark.parametrize("part", ["", "connections", CONNECTIONS])
def test_any_folder_of_the_download_can_be_given(tmp_path: Path, part: str) -> None:
    export = golden.dated_copy(FIXTURES / "one-year-only" / "export", tmp_path / "export")
    found = golden.outcome(export / part, IMPORTER, options=Options(me=ME))
    assert [row["account"] for row in found["follows"]] == ["kestrel.moss", "wren_hollow"]


def test_a_zip_packed_again_below_another_folder_is_the_same(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "2024-all-kinds" / "export", tmp_path / "export")
    packed = golden.zipped(export, tmp_path / "packed.zip", top="instagram-ottilie-2026/")
    assert golden.outcome(packed, IMPORTER) == golden.outcome(export, IMPORTER)


def test_messages_searches_and_the_mail_address_are_never_stored(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "2024-all-kinds" / "export", tmp_path / "export")
    text = golden.as_text(golden.outcome(export, IMPORTER))
    assert "never" not in text
    assert "not.read" not in text


# Whose it is, and as of when


def test_the_download_knows_better_than_me(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "empty" / "export", tmp_path / "export")
    found = golden.outcome(export, IMPORTER, options=Options(me={"instagram": "Somebody"}))
    assert {row["owner"] for row in found["follow_lists"]} == {"ottilie.larkspindle"}
    assert said(found, "--me") == [
        "Note: The download is @ottilie.larkspindle's; --me Somebody was not used on Instagram."
    ]


def test_a_threads_list_belongs_to_the_instagram_account(tmp_path: Path) -> None:
    files = {"threads/followers.json": {"text_post_app_text_post_app_followers": [follow("wren_hollow")]}}
    found = taken(tmp_path, files)
    assert [(row["platform"], row["owner"]) for row in found["follows"]] == [
        ("threads", "ottilie.larkspindle")
    ]


def test_as_of_is_what_the_user_says_and_else_the_newest_file(tmp_path: Path) -> None:
    files = {"followers_1.json": [follow("wren_hollow")]}
    assert taken(tmp_path / "a", files)["follows"][0]["as_of_utc"] == "2026-11-22T08:00:00"
    found = taken(tmp_path / "b", files, as_of_utc=datetime(2026, 3, 1))
    assert found["follows"][0]["as_of_utc"] == "2026-03-01T00:00:00"
    assert not said(found, "--as-of")


def test_a_download_is_not_older_than_what_it_holds(tmp_path: Path) -> None:
    """Some zips date their files to 1980; a moment far off in the future is none of its."""
    export = tmp_path / "export"
    export.mkdir()
    path = export / "followers_1.json"
    path.write_text(json.dumps([follow("wren_hollow", 1767225600), follow("tarn.birch", 4102444800)]))
    os.utime(path, (1735689600, 1735689600))
    assert golden.outcome(export, IMPORTER, options=Options(me=ME))["follow_lists"][0]["as_of_utc"] == (
        "2025-01-01T00:00:00"
    )
    path.write_text(json.dumps([follow("wren_hollow", 1767225600)]))
    os.utime(path, (315532800, 315532800))
    assert golden.outcome(export, IMPORTER, options=Options(me=ME))["follow_lists"][0]["as_of_utc"] == (
        "2026-01-01T00:00:00"
    )


# Lists


def test_a_person_in_two_parts_of_a_list_is_there_once_with_the_later_follow(tmp_path: Path) -> None:
    files = {
        "followers_1.json": [follow("wren_hollow", 1577836800)],
        "followers_2.json": [follow("Wren_Hollow", 1609459200), follow("wren_hollow", "?")],
    }
    (row,) = taken(tmp_path, files)["follows"]
    assert row["since_utc"] == "2021-01-01T00:00:00"


@pytest.mark.parametrize(
    ("bad", "complete"),
    [(1, True), (2, True), (3, False)],
)
def test_a_list_of_which_most_rows_name_nobody_is_not_whole(tmp_path: Path, bad: int, complete: bool) -> None:
    files = {"followers_1.json": [follow("wren_hollow"), follow("tarn.birch"), *[{"title": ""}] * bad]}
    found = taken(tmp_path, files)
    assert [row["complete"] for row in found["follow_lists"]] == [complete]
    assert len(said(found, "Problem")) == bad


@pytest.mark.parametrize(
    ("oldest", "suspected"),
    [
        ("2026-11-01", True),
        ("2025-11-23", True),
        ("2025-11-20", False),
        ("2023-12-10", False),
        ("2023-11-25", True),
        ("2023-11-15", False),
    ],
)
def test_a_date_range_is_suspected_by_the_oldest_follow(tmp_path: Path, oldest: str, suspected: bool) -> None:
    moment = int(datetime.fromisoformat(f"{oldest}T12:00:00+00:00").timestamp())
    found = taken(tmp_path, {"followers_1.json": [follow("wren_hollow", moment), follow("a", 1795300000)]})
    assert len(said(found, "All time")) == suspected
    assert [row["complete"] for row in found["follow_lists"]] == [True]


# Damage


@pytest.mark.parametrize("content", [b"[", b'[{"string_list_data": [{"href": "instagram.com/', b"[]]"[:1]])
def test_a_cut_file_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    good = json.dumps([follow("wren_hollow")]).encode()
    (refusal,) = taken(tmp_path, {"followers_1.json": good[:60] + content})["refused"]
    assert refusal.startswith("EXPORT: followers_1.json is cut short or damaged")


@pytest.mark.parametrize("depth", [300, 600, 5000])
def test_a_file_of_nothing_but_brackets(tmp_path: Path, depth: int) -> None:
    deep = b'{"relationships_following": [' + b"[" * depth + b"]" * depth + b"]}"
    found = taken(tmp_path, {"following.json": deep})
    assert said(found, "row 1") if "said" in found else "damaged" in found["refused"][0]


# Posts and time


def test_a_reel_that_is_among_the_posts_as_well_is_one(tmp_path: Path) -> None:
    reel = {"media": [{"uri": "r.mp4", "creation_timestamp": 1767225600, "title": "How to fold"}]}
    found = taken(tmp_path, {"posts_1.json": [reel], "reels.json": {"ig_reels_media": [reel]}})
    assert [row["post_id"] for row in found["posts"]] == ["post-20260101T000000"]


def test_one_look_is_at_one_network_at_a_time(tmp_path: Path) -> None:
    """Instagram at 0 and 100 s, Threads at 40 s: the last counts for the median of the gaps, 50 s."""

    def seen(*seconds: int) -> list[Any]:
        return [{"string_map_data": {"Zeit": {"timestamp": 1767225600 + second}}} for second in seconds]

    files = {
        "posts_viewed.json": {"impressions_history_posts_seen": seen(0, 100)},
        "threads_viewed.json": {"text_post_app_text_post_app_posts_seen": seen(40)},
    }
    spans = taken(tmp_path, files)["time_spans"]
    assert sorted((row["start_utc"][-5:], row["end_utc"][-5:], row["site"]) for row in spans) == [
        ("00:00", "00:40", "instagram"),
        ("00:40", "01:40", "threads"),
        ("01:40", "02:30", "instagram"),
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["https://www.instagram.com/p/CaAbBc11111/", "2026-01-01", 1767225600, "wren"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["title", "string_list_data", "string_map_data", "media", "creation_timestamp", "href", "value",
             "timestamp", "Comment", "Media Owner", "Username", "label_values", "label", "dict", "text_app_post"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(st.sampled_from(sorted(KEYS)), st.lists(VALUES, max_size=3) | VALUES, max_size=4),
    bare=st.lists(VALUES, max_size=3),
    cut=st.integers(0, 300),
)
def test_whatever_a_file_holds_nothing_but_a_refusal_is_raised(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any], bare: list[Any], cut: int
) -> None:
    files: dict[str, Any] = {f"likes/{key}.json": {key: value} for key, value in values.items()}
    files["followers_1.json"] = [follow("wren_hollow"), *bare]
    files["post_comments_1.json"] = [{"string_map_data": {"Media Owner": {}}}, *bare]
    files["posts_1.json"] = [{"media": [], "creation_timestamp": 1767225600}, *bare]
    files["likes/liked_posts.json"] = [
        {"label_values": [], "href": "https://www.instagram.com/p/CaAbBc11111/"},
        *bare,
    ]
    if cut < 200:
        files["personal_information.json"] = json.dumps({"profile_user": bare}).encode()[: cut + 17]
    found = taken(tmp_path_factory.mktemp("any"), files)
    assert found.get("refused") or found["follows"]


# Real downloads


@pytest.mark.parametrize(("name", "followers", "following"), [("2024-12", 3477, 477), ("2025-08", 269, 365)])
def test_real_sample_lists(name: str, followers: int, following: int, tmp_path: Path) -> None:
    found = of_sample(f"instagram/{name}", tmp_path)
    for direction, count in (("follower", followers), ("following", following)):
        people = [row for row in found["follows"] if row["direction"] == direction]
        assert len(people) == count
        assert all("since_utc" in row for row in people)
    assert not said(found, "Problem")


def test_real_sample_activity(tmp_path: Path) -> None:
    found = of_sample("instagram/activity-2024-07/data", tmp_path)
    assert len([row for row in found["interactions"] if "post_id" in row]) == 75
    assert len([row for row in found["interactions"] if "target" not in row]) == 1
    assert {row["site"] for row in found["time_spans"]} == {"instagram", "threads"}
    assert not said(found, "Problem")


def of_sample(name: str, tmp_path: Path) -> golden.Golden:
    """What the importer makes of a real download."""
    return golden.outcome(
        golden.dated_copy(sample(name), tmp_path / "sample"), IMPORTER, options=Options(me=ME)
    )
