"""X archives of every form: golden files, and what a folder of fixtures cannot show.

The people and the birds are invented. Cases that golden files hold: flat (2018), bare rows (2019), wrapped
(2020), all files of 2026, stale and trimmed manifests, missing, cut and damaged files, and old tweets.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Options
from analytics.importers.x import IMPORTER
from analytics.importers.x.about import type_of
from analytics.importers.x.archive import MOST_PROBLEMS
from analytics.importers.x.wrapper import parse_iso
from tests.builders import HANDLE, OWNER, ExportFiles, in_folder, post, script, x_archive
from tests.importers import golden

FIXTURES = Path(__file__).parent / "fixtures" / "x"
OPTIONS = {"no-owner": Options(me={"x": "ilse_marram"}), "messages": Options(with_messages=True)}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def taken(tmp_path: Path, files: ExportFiles, **options: Any) -> golden.Golden:
    """What the importer makes of an archive with these files."""
    return golden.outcome(in_folder(tmp_path / "export", files), IMPORTER, options=Options(**options))


def said(found: golden.Golden, word: str) -> list[str]:
    """What was said that holds a word."""
    return [sentence for sentence in found["said"] if word in sentence]


# Recognising


@pytest.mark.parametrize(
    ("start", "claimed"),
    [
        ("window.YTD.follower.part0 = [ ]", True),
        ("window.YTD.tweets.part12 = [ ]", True),
        ("\ufeff window.__THAR_CONFIG={}", True),
        ("window.YTD.ip_audit.part0 = [ ]", False),
        ("window.YTD.Follower.part0 = [ ]", False),
        ("alert(1); window.YTD.follower.part0 = [ ]", False),
        ("// window.YTD.follower.part0 = [ ]", False),
        ("Grailbird.data.tweets_2013_04 = [ ]", False),
        ("", False),
    ],
)
def test_a_file_is_recognised_by_its_first_words(tmp_path: Path, start: str, claimed: bool) -> None:
    (tmp_path / "some name.js").write_text(start, encoding="utf-8")
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([("some name.js",)] if claimed else [])


@pytest.mark.parametrize("top", ["", "my archive/", "twitter-2026-03-01-abc/"])
def test_a_zip_packed_again_below_another_folder_is_the_same(tmp_path: Path, top: str) -> None:
    export = golden.dated_copy(FIXTURES / "2026-full" / "export", tmp_path / "export")
    packed = golden.zipped(export, tmp_path / "packed.zip", top=top)
    bare = tmp_path / "export" / "data"
    assert golden.outcome(packed, IMPORTER) == golden.outcome(bare, IMPORTER)


def test_data_is_never_run(tmp_path: Path) -> None:
    files = {"follower.js": b'window.YTD.follower.part0 = (() => [{"follower":{"accountId":"1"}}])()'}
    (refusal,) = taken(tmp_path, files, me={"x": "1"})["refused"]
    assert "follower.js is cut short or damaged" in refusal


# Whose it is, and as of when


def test_nobody_to_own_it_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (refusal,) = taken(tmp_path, x_archive(followers=["1"], manifest=False))["refused"]
    assert refusal == (
        "EXPORT does not say whose archive it is (manifest.js and account.js are missing); "
        "name the account with --me x:HANDLE."
    )


@pytest.mark.parametrize(
    "options",
    [
        {"me": {"x": "77"}},
        {"me": {"*": "77"}},
        {"known": {"x": "77"}},
        {"me": {"x": "77"}, "known": {"x": "5"}},
    ],
)
def test_a_single_file_belongs_to_whom_the_user_says(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "follower.js"
    path.write_bytes(script("follower", [{"follower": {"accountId": "1"}}]))
    found = golden.outcome(path, IMPORTER, options=Options(**options))
    assert [(row["owner"], row["account"]) for row in found["follows"]] == [("77", "1")]


@pytest.mark.parametrize("me", [{"x": "somebody"}, {"*": "somebody"}])
def test_the_archive_knows_better_than_me(tmp_path: Path, me: dict[str, str]) -> None:
    found = taken(tmp_path, x_archive(followers=["1"]), me=me)
    assert found["follows"][0]["owner"] == OWNER
    assert said(found, "--me") == [f"Note: The archive is @{HANDLE}'s ({OWNER}); --me somebody was not used."]


@pytest.mark.parametrize("me", [{"x": HANDLE.upper()}, {"x": OWNER}, {"mastodon": "somebody"}])
def test_the_same_person_is_no_news(tmp_path: Path, me: dict[str, str]) -> None:
    assert not said(taken(tmp_path, x_archive(followers=["1"]), me=me), "--me")


def test_as_of_is_for_archives_without_a_date(tmp_path: Path) -> None:
    as_of = parse_iso("2019-01-02T00:00:00Z")
    dated = taken(tmp_path / "a", x_archive(followers=["1"]), as_of_utc=as_of)
    assert dated["follows"][0]["as_of_utc"] == "2026-05-01T12:00:00"
    assert len(said(dated, "--as-of was not used")) == 1
    undated = taken(
        tmp_path / "b", x_archive(followers=["1"], manifest=False), as_of_utc=as_of, me={"x": "1"}
    )
    assert undated["follows"][0]["as_of_utc"] == "2019-01-02T00:00:00"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2023-09-06T16:23:52.257Z", "2023-09-06T16:23:52.257000"),
        ("2023-09-06T16:23:52+02:00", "2023-09-06T14:23:52"),
        ("0001-01-01T00:00:00+23:00", None),
        ("soon", None),
        (17, None),
    ],
)
def test_moments_are_brought_to_utc(written: object, read: str | None) -> None:
    moment = parse_iso(written)
    assert (moment and moment.isoformat()) == read


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        [],
        {"userInfo": [], "archiveInfo": "x", "dataTypes": [1]},
        {"dataTypes": {"follower": {"files": [7, {"fileName": 5, "count": {}}, {"count": "9" * 5000}]}}},
        {"userInfo": {"accountId": ["1"], "userName": "\ud800"}, "archiveInfo": {"generationDate": 5}},
    ],
)
def test_a_manifest_that_says_nothing_useful(tmp_path: Path, manifest: object) -> None:
    files = x_archive(followers=["1"], manifest=False)
    files["data/manifest.js"] = f"window.__THAR_CONFIG = {json.dumps(manifest)}".encode()
    assert taken(tmp_path, files, me={"x": "77"})["follows"][0]["owner"] == "77"


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "{'a': 1}"])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: str) -> None:
    files = x_archive(followers=["1"]) | {"data/manifest.js": f"window.__THAR_CONFIG = {content}".encode()}
    (refusal,) = taken(tmp_path, files)["refused"]
    assert refusal.startswith("EXPORT: manifest.js is cut short or damaged")


# Which files


def test_file_names_say_their_data_type() -> None:
    assert [type_of(n) for n in ("tweets.js", "tweets-part11.js", "note-tweet.js")] == [
        "tweets",
        "tweets",
        "note_tweet",
    ]


def test_a_second_download_of_one_file_is_left_out(tmp_path: Path) -> None:
    files = x_archive(followers=["1", "2"], manifest=False)
    files["data/follower (1).js"] = script("follower", [{"follower": {"accountId": "3"}}])
    found = taken(tmp_path, files, me={"x": "77"})
    assert [row["account"] for row in found["follows"]] == ["1", "2"]
    assert said(found, "follower (1).js") == [
        "Note: Left out, as if from another archive that was unpacked here: follower (1).js."
    ]


def test_a_gap_between_parts_is_told_without_a_manifest(tmp_path: Path) -> None:
    files = x_archive(posts=[], manifest=False)
    files["data/tweets-part2.js"] = b"window.YTD.tweets.part2 = [ ]"
    found = taken(tmp_path, files, me={"x": "77"})
    assert said(found, "part") == ["Note: tweets-part1.js is missing: there are later parts of it."]


def test_messages_are_read_only_when_asked_for(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "messages" / "export", tmp_path / "export")
    assert "interactions" not in golden.outcome(export, IMPORTER)
    found = golden.outcome(export, IMPORTER, options=Options(with_messages=True))
    assert "Nobody else reads this" not in golden.as_text(found)
    (export / "data" / "direct-message-headers.js").unlink()
    found = golden.outcome(export, IMPORTER, options=Options(with_messages=True))
    assert [(row["actor"], row["target"]) for row in found["interactions"]] == [("5100200300", "6200000011")]
    assert "Nobody else reads this" not in golden.as_text(found)
    (export / "data" / "direct-messages.js").unlink()
    found = golden.outcome(export, IMPORTER, options=Options(with_messages=True))
    assert said(found, "direct messages") == ["Note: There are no direct messages in this archive."]


# Damage


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["data/tweets.js", "data/follower.js"])
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, kept: float, name: str) -> None:
    files = x_archive(posts=[post("1", "one"), post("2", "two")], followers=["1", "2"])
    files[name] = files[name][: max(40, int(kept * len(files[name])))]
    (refusal,) = taken(tmp_path, files)["refused"]
    assert refusal.startswith(f"EXPORT: {Path(name).name} is cut short or damaged")


@pytest.mark.parametrize(
    "end", ["", " ", "[", "[ ", '[{"follower":{"accountId":"1"}},', "null", "{}", "[ ] garbage", "[ ];]"]
)
def test_no_list_of_rows_is_refused(tmp_path: Path, end: str) -> None:
    files = x_archive(followers=["1"]) | {"data/follower.js": f"window.YTD.follower.part0 = {end}".encode()}
    assert "follower.js" in taken(tmp_path, files)["refused"][0]


@pytest.mark.parametrize("before", range(4))
def test_letters_of_several_bytes_in_a_bad_row(tmp_path: Path, before: int) -> None:
    rows = [{"tweet": "a" * before + "\N{SWAN}" * 400}, {"tweet": post("1", "whole \N{SWAN}")}]
    found = taken(tmp_path, x_archive(posts=[]) | {"data/tweets.js": _script(rows)})
    assert said(found, "Problem") == ["Problem: tweets.js, row 1 | tweet is a text, expected an object"]
    assert [row["text"] for row in found["posts"]] == ["whole \N{SWAN}"]


def _script(rows: list[Any]) -> bytes:
    return f"window.YTD.tweets.part0 = {json.dumps(rows, ensure_ascii=False)}".encode()


def test_a_file_that_is_wrong_throughout_does_not_bury_the_rest(tmp_path: Path) -> None:
    rows = [{"follower": {"accountId": "nobody"}}] * (MOST_PROBLEMS + 7)
    files = x_archive(following=["1"]) | {"data/follower.js": script("follower", rows)}
    found = taken(tmp_path, files)
    assert len(said(found, "Problem")) == MOST_PROBLEMS
    assert "Note: follower.js: 7 more rows could not be read." in found["said"]
    assert {row["direction"]: row["complete"] for row in found["follow_lists"]} == {
        "follower": False,
        "following": True,
    }


def test_rows_that_the_manifest_counts_and_are_missing_make_a_list_partial(tmp_path: Path) -> None:
    files = x_archive(followers=["1", "2", "3"], following=["1", "2", "3"])
    files["data/follower.js"] = script("follower", [{"follower": {"accountId": "1"}}])
    found = taken(tmp_path, files)
    assert {row["direction"]: row["complete"] for row in found["follow_lists"]} == {
        "follower": False,
        "following": True,
    }
