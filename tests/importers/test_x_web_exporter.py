"""Files of the userscript twitter-web-exporter: golden files, and what a folder of fixtures cannot show.

The people are invented. Golden cases: both forms of JSON and of CSV, accounts as X sends them before and after
June 2025, somebody else's list, a file that was renamed, empty, malformed and cut ones.
"""

from __future__ import annotations

import copy
import json
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, LeftAlone, find_exports
from analytics.importers.interface import Options, Refused
from analytics.importers.x_web_exporter import IMPORTER
from analytics.importers.x_web_exporter.reading import named
from analytics.store.staging import open_stage
from tests.importers import golden

FIXTURES = Path(__file__).parent / "fixtures" / "x_web_exporter"
NOBODY = ("no-owner", "timeline-without-owner")
ME = Options(me={"x": "ottilie_marsh"})
FOLLOWERS = "twitter-Followers-1763800200000.json"
HOME = "twitter-HomeTimeline-1763800200000.json"


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    options = Options() if case in NOBODY else ME
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=options, write=write_golden)


def account(number: int, **more: Any) -> dict[str, Any]:
    """A row of a list, as the script writes it."""
    return {
        "id": f"7300000{number:02}", "screen_name": f"reed_{number}", "name": f"Reed {number}", "description": "",
        "profile_image_url": "https://pbs.twimg.com/profile_images/1/a_normal.jpg", "followers_count": number,
        "friends_count": 2, "statuses_count": 3, "favourites_count": 4, "website": None, "verified_type": None,
        "is_blue_verified": False, "following": False, "followed_by": True, "created_at": None,
        "url": f"https://twitter.com/reed_{number}",
    } | more  # fmt: skip


def post(text: str, **more: Any) -> dict[str, Any]:
    """A row of a timeline without metadata; the id is that of 2025-11-20 09:00."""
    return {
        "id": "1991431318533046273", "created_at": "20.11.2025", "full_text": text, "media": [],
        "screen_name": "Reed_One", "name": "Reed", "profile_image_url": None, "in_reply_to": None,
        "retweeted_status": None, "quoted_status": None, "media_tags": [], "favorite_count": 1,
        "retweet_count": 2, "quote_count": 3, "reply_count": 4, "views_count": 5, "favorited": False,
        "retweeted": False, "url": "https://twitter.com/Reed_One/status/1991431318533046273",
    } | more  # fmt: skip


def taken(tmp_path: Path, name: str, rows: Any, options: Options = ME) -> golden.Golden:
    """What the importer makes of a JSON file of these rows."""
    path = tmp_path / name
    path.write_text(json.dumps(rows), encoding="utf-8")
    return golden.outcome(path, IMPORTER, options=options)


def claimed(tmp_path: Path, name: str, text: str) -> bool:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return any(isinstance(one, Found) for one in find_exports(tmp_path, (IMPORTER,), tmp_path))


# Recognising


@pytest.mark.parametrize(
    ("name", "which"),
    [
        ("twitter-Followers-1763800200000.json", "followers"),
        ("twitter-FollowersModule-1763800200000.json", "followers"),
        ("x-Following-1763800200000 (1).csv", "following"),
        ("twitter-HomeTimelineModule-1763800200000.json", "hometimeline"),
        ("twitter-Followers.json", "followers"),
        ("followers.json", None),
        ("twitter-Followers-1763800200000.html", None),
    ],
)
def test_the_name_says_which_list_it_is(name: str, which: str | None) -> None:
    assert named(name).which == which


def test_the_name_says_when_it_was_saved() -> None:
    assert named("twitter-Followers-1763800200500.json").saved_utc == datetime(2025, 11, 22, 8, 30, 0, 500000)


@pytest.mark.parametrize("rows", [[account(1)], [post("hello")]])
def test_a_renamed_file_is_recognised_by_its_keys(tmp_path: Path, rows: list[Any]) -> None:
    assert claimed(tmp_path, "some name.json", json.dumps(rows, indent=2))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("twitter-DirectMessages-1763800200000.json", '[{"id":"1","conversation_id":"1-2","full_text":"x"}]'),
        ("some name.json", '[{"id":"1","screen_name":"a","full_text":"x"}]'),
        ("some name.json", '{"id":"1","screen_name":"a","followers_count":1,"followed_by":true}'),
        ("some name.json", ""),
        ("some name.csv", "id,screen_name,text\n1,a,b\n"),
        ("twitter-Followers-1763800200000.html", "<html></html>"),
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, name: str, text: str) -> None:
    assert not claimed(tmp_path, name, text)


# Lists


def test_whoever_is_named_by_id_owns_the_list(tmp_path: Path) -> None:
    found = taken(tmp_path, FOLLOWERS, [account(1)], Options(known={"x": "55"}))
    assert [(row["owner"], row["complete"]) for row in found["follow_lists"]] == [("55", True)]


def test_the_time_in_the_name_counts_before_as_of(tmp_path: Path) -> None:
    options = Options(me={"x": "a"}, as_of_utc=datetime(2020, 1, 1))
    (row,) = taken(tmp_path, FOLLOWERS, [account(1)], options)["follow_lists"]
    assert row["as_of_utc"] == "2025-11-22T08:30:00"
    (row,) = taken(tmp_path, "twitter-Followers.json", [account(1)], options)["follow_lists"]
    assert row["as_of_utc"] == "2020-01-01T00:00:00"


def test_a_few_who_are_not_marked_do_not_spoil_a_list(tmp_path: Path) -> None:
    """X's pages lag behind: 1 of 20 is left out and the list stays whole; 2 of 20 are too many."""
    rows = [account(number) for number in range(19)]
    found = taken(tmp_path, FOLLOWERS, [*rows, account(20, followed_by=False)])
    assert len(found["follows"]) == 19
    assert [row["complete"] for row in found["follow_lists"]] == [True]
    strangers = [account(20, followed_by=False), account(21, followed_by=False)]
    found = taken(tmp_path, FOLLOWERS, [*rows[:18], *strangers])
    assert [row["complete"] for row in found["follow_lists"]] == [False]


def test_a_list_without_marks_is_what_its_name_says(tmp_path: Path) -> None:
    found = taken(tmp_path, FOLLOWERS, [account(1, followed_by=None), account(2, followed_by=None)])
    assert [row["complete"] for row in found["follow_lists"]] == [True]
    assert len(found["follows"]) == 2


def test_a_list_of_which_most_is_unreadable_is_not_whole(tmp_path: Path) -> None:
    found = taken(tmp_path, FOLLOWERS, [account(1), account(2, id="1.6E+18"), account(3, id="")])
    assert [row["complete"] for row in found["follow_lists"]] == [False]


@pytest.mark.parametrize(
    ("columns", "verified"),
    [
        ({"is_blue_verified": True}, True),
        ({"verified_type": "Government"}, True),
        ({"is_blue_verified": False}, False),
        ({"is_blue_verified": None}, None),
        ({"is_blue_verified": None, "metadata": {"rest_id": "7", "legacy": {"verified": True}}}, True),
    ],
)
def test_verified_in_any_way(tmp_path: Path, columns: dict[str, Any], verified: bool | None) -> None:
    (row,) = taken(tmp_path, FOLLOWERS, [account(1, **columns)])["accounts"]
    assert row.get("verified") is verified


def test_a_handle_that_the_script_missed_is_in_the_address(tmp_path: Path) -> None:
    (row,) = taken(tmp_path, FOLLOWERS, [account(1, screen_name=None)])["accounts"]
    assert row["handle"] == "reed_1"


# Posts


def posted(tmp_path: Path, *rows: dict[str, Any], name: str = HOME) -> list[dict[str, Any]]:
    return taken(tmp_path, name, list(rows))["posts"]


def test_the_id_tells_the_time_whatever_the_column_is_written_like(tmp_path: Path) -> None:
    (row,) = posted(tmp_path, post("hello"))
    assert row["created_utc"] == "2025-11-20T09:00:00"


@pytest.mark.parametrize(
    ("text", "columns", "kind", "whom"),
    [
        ("hello", {}, "post", None),
        ("@reed_2 hello", {}, "reply", "reed_2"),
        ("@reed_2 hello", {"in_reply_to": "7"}, "reply", "reed_2"),
        ("and more", {"in_reply_to": "7"}, "reply", "reed_one"),
        ("a long answer " * 25, {"in_reply_to": "7"}, "reply", None),
        ("RT @reed_2: hello", {}, "repost", None),
        ("RT @reed_2: hello", {"retweeted_status": "7"}, "repost", None),
        ("hello", {"quoted_status": "7"}, "quote", None),
        ("@reed_2 hello", {"quoted_status": "7"}, "reply", "reed_2"),
    ],
)
def test_kinds_without_metadata(
    tmp_path: Path, text: str, columns: dict[str, Any], kind: str, whom: str | None
) -> None:
    (row,) = posted(tmp_path, post(text, **columns))
    assert (row["kind"], row.get("reply_to_account")) == (kind, whom)
    assert row.get("repost_of_account") == ("reed_2" if kind == "repost" else None)


def test_neither_a_picture_nor_the_quoted_post_is_a_link(tmp_path: Path) -> None:
    text = "see https://t.co/one and https://t.co/pic then https://t.co/quoted"
    pictures = [{"type": "photo", "url": "https://t.co/pic"}]
    (row,) = posted(tmp_path, post(text, media=pictures, quoted_status="7"))
    assert row["links"] == ["https://t.co/one"]


def test_a_row_that_is_answered_tells_whom(tmp_path: Path) -> None:
    answered = post("first", id="1991431318533046000", screen_name="Reed_Two", url=None)
    rows = posted(tmp_path, post("so it is", in_reply_to="1991431318533046000"), answered)
    assert {row.get("reply_to_account") for row in rows} == {None, "reed_two"}


def test_a_handle_is_led_to_the_id_that_the_file_tells(tmp_path: Path) -> None:
    sent = {
        "rest_id": "1991431318533046999",
        "core": {"user_results": {"result": {"rest_id": "731", "core": {"screen_name": "Reed_One"}}}},
        "legacy": {"full_text": "with metadata", "entities": {}},
    }
    rows = taken(tmp_path, HOME, [post("without"), post("with", id="1991431318533046999", metadata=sent)])
    assert {row["author"] for row in rows["posts"]} == {"731"}
    assert [(row["account"], row["handle"]) for row in rows["accounts"]] == [("731", "Reed_One")]


@pytest.mark.parametrize(
    ("favorited", "name", "liked"),
    [
        (True, "twitter-Likes-1763800200000.json", True),
        (None, "twitter-Likes-1763800200000.json", True),
        (False, "twitter-Likes-1763800200000.json", False),
        (True, HOME, True),
        (None, HOME, False),
    ],
)
def test_likes_are_what_is_marked(tmp_path: Path, favorited: bool | None, name: str, liked: bool) -> None:
    acts = taken(tmp_path, name, [post("hello", favorited=favorited)]).get("interactions", [])
    assert [(act["actor"], act["target"], act["kind"]) for act in acts] == (
        [("ottilie_marsh", "reed_one", "like")] if liked else []
    )


def test_a_like_of_a_repost_is_one_of_what_it_repeats(tmp_path: Path) -> None:
    repost = post("RT @reed_2: hello", retweeted_status="7", favorited=True)
    (act,) = taken(tmp_path, HOME, [repost])["interactions"]
    assert (act["target"], act["post_id"]) == ("reed_2", "7")


# CSV


def test_a_broken_row_of_a_csv_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "twitter-Followers-1763800200000.csv"
    header = "id,screen_name,followers_count,followed_by\n"
    path.write_text(header + '"1","a",5,true\n"2","b",5\n"x","c",5,true\n', encoding="utf-8")
    found = golden.outcome(path, IMPORTER, options=ME)
    assert [row["account"] for row in found["follows"]] == ["1"]
    assert [one.split(" | ")[0] for one in found["said"] if one.startswith("Problem")] == [
        "Problem: twitter-Followers-1763800200000.csv, row 3",
        "Problem: twitter-Followers-1763800200000.csv, row 4",
    ]


def test_nothing_is_written_as_null(tmp_path: Path) -> None:
    path = tmp_path / "twitter-Followers-1763800200000.csv"
    header = "id,screen_name,description,website,followers_count,followed_by\n"
    path.write_text(header + '"1","a","one\\ntwo","null",5,"null"\n', encoding="utf-8")
    (row,) = golden.outcome(path, IMPORTER, options=ME)["accounts"]
    assert (row["bio"], row.get("website")) == ("one\ntwo", None)


def test_an_empty_csv_is_an_empty_list(tmp_path: Path) -> None:
    path = tmp_path / "twitter-Followers-1763800200000.csv"
    path.write_bytes(b"\xef\xbb\xbf\n")
    found = golden.outcome(path, IMPORTER, options=ME)
    assert [row["complete"] for row in found["follow_lists"]] == [False]


# Whatever a file holds


def sound(case: str) -> list[dict[str, Any]]:
    (path,) = (FIXTURES / case / "export").iterdir()
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


ROWS = [*sound("followers"), *sound("home-timeline")]
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\ud800", "\x00", "9" * 19, "9" * 30, 10**40, "https://x.com/a/status/1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in nested JSON, as its container and key."""
    found = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += [(value, key), *places(inner)]
    return found


@pytest.mark.parametrize("value", [None, [], {}, 7, "", True, [{}], -1.5], ids=repr)
def test_any_place_may_hold_anything(tmp_path: Path, value: Any) -> None:
    """Each place of a post and of an account in turn; every other row stays as it is."""
    rows = []
    for row in (ROWS[0], ROWS[3], ROWS[6]):
        for number in range(len(places(row))):
            changed = copy.deepcopy(row)
            container, key = places(changed)[number]
            container[key] = value
            rows.append(changed)
    found = taken(tmp_path, FOLLOWERS, [*rows, account(1)])
    assert "730000001" in {row["account"] for row in found["follows"]}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), ANY), max_size=60), cut=st.none() | st.integers(1, 99)
)
def test_nothing_in_a_file_is_our_fault(changes: list[tuple[int, Any]], cut: int | None) -> None:
    rows = copy.deepcopy(ROWS)
    for number, value in changes:
        spots = places(rows)
        container, key = spots[number % len(spots)]
        container[key] = value
    text = json.dumps(rows)
    with tempfile.TemporaryDirectory() as folder, open_stage() as stage:
        path = Path(folder) / FOLLOWERS
        path.write_text(text if cut is None else text[: len(text) * cut // 100], encoding="utf-8")
        (found,) = [one for one in find_exports(path, (IMPORTER,), Path(folder)) if isinstance(one, Found)]
        with suppress(Refused):
            list(IMPORTER.read(found.files, found.members, stage, ME))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=3)), max_size=12))
def test_nothing_in_a_csv_is_our_fault(changes: list[tuple[int, bytes]]) -> None:
    (sample,) = (FIXTURES / "tweets-csv" / "export").iterdir()
    content = sample.read_bytes()
    for number, value in changes:
        place = number % len(content)
        content = content[:place] + value + content[place + 1 :]
    with tempfile.TemporaryDirectory() as folder, open_stage() as stage:
        path = Path(folder) / sample.name
        path.write_bytes(content)
        # A file whose first bytes became those of an archive is refused before anybody reads it.
        for found in find_exports(path, (IMPORTER,), Path(folder)):
            assert isinstance(found, Found | LeftAlone | Refused)
            if isinstance(found, Found):
                with suppress(Refused):
                    list(IMPORTER.read(found.files, found.members, stage, ME))
