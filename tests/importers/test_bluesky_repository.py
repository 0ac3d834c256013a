"""Bluesky repositories: golden files, each odd thing of the format by a small file, and real ones.

The people are invented. The files of the golden cases are those of `CASES`, written by --write-golden.
"""

from __future__ import annotations

import tempfile
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any

import libipld
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.bluesky_repository import IMPORTER
from analytics.importers.bluesky_repository.car import Repository
from analytics.importers.interface import Options, Refused
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.bluesky_repositories import (
    ANA,
    BLOCK,
    CASES,
    FOLLOW,
    FULL,
    LIKE,
    ME,
    POST,
    REPOST,
    REV,
    WHEN,
    K,
    facet,
    key,
    post,
    subject,
)  # fmt: skip
from tests.importers.car import Blocks, car, length, put, repository, tree
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "bluesky_repository"


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    path = FIXTURES / case / "export" / "repo.car"
    if write_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CASES[case])
    assert path.read_bytes() == CASES[case]
    golden.check(FIXTURES / case, IMPORTER, tmp_path, write=write_golden)


def test_every_folder_of_fixtures_is_a_case() -> None:
    assert golden.cases(FIXTURES) == sorted(CASES)


def taken(
    tmp_path: Path, content: bytes, *, options: Options | None = None, name: str = "repo.car"
) -> golden.Golden:
    """What the importer makes of a file."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return golden.outcome(path, IMPORTER, options=options)


def read(tmp_path: Path, records: dict[str, Any], **more: Any) -> golden.Golden:
    """The same of a repository with these records."""
    return taken(tmp_path, repository(ME, REV, records), **more)


# Recognising


@pytest.mark.parametrize("name", ["repo.car", "ottilie.example.repo.car", "export.bin.txt", "noending"])
def test_a_repository_is_known_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    assert f"Owner: bluesky | {ME} | None" in read(tmp_path, {}, name=name)["said"]


@pytest.mark.parametrize("content", [b"{}", b"id,date\n", b"\x3a\xa2eroots", b"SQLite format 3\0" * 10])
def test_other_files_are_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert not [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]


# Times


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-01T08:00:00Z", "2026-10-01T08:00:00"),
        ("2026-10-01T08:00:00.123456Z", "2026-10-01T08:00:00.123456"),
        ("2026-10-01T01:00:00-07:00", "2026-10-01T08:00:00"),
        ("2019-10-01T08:00:00Z", "2019-10-01T08:00:00"),
        ("2031-01-01T00:00:00Z", "2026-10-01T08:00:00.250000"),
        ("0001-01-01T00:00:00Z", "2026-10-01T08:00:00.250000"),
        ("soon", "2026-10-01T08:00:00.250000"),
        (None, "2026-10-01T08:00:00.250000"),
    ],
)
def test_where_createdat_is_odd_the_key_tells_the_time(tmp_path: Path, written: Any, expected: str) -> None:
    found = read(tmp_path, {f"{FOLLOW}/{K}": subject(ANA, written), f"{POST}/{K}": post(createdAt=written)})
    assert found["follows"][0]["since_utc"] == found["posts"][0]["created_utc"] == expected


def test_lists_are_as_of_the_revision(tmp_path: Path) -> None:
    options = Options(as_of_utc=datetime(2020, 1, 1))
    found = read(tmp_path, {f"{FOLLOW}/{K}": subject(ANA)}, options=options)
    assert {row["as_of_utc"] for row in found["follow_lists"]} == {"2026-11-01T12:00:00"}
    assert "ExportedAt: 2026-11-01 12:00:00" in found["said"]
    assert [one for one in found["said"] if "--as-of was not used" in one]


def test_without_a_revision_as_of_counts(tmp_path: Path) -> None:
    options = Options(as_of_utc=datetime(2023, 5, 1))
    found = taken(tmp_path, repository(ME, None, {}), options=options)
    assert {row["as_of_utc"] for row in found["follow_lists"]} == {"2023-05-01T00:00:00"}


# Lists


def test_a_follow_kept_twice_is_one_since_the_earlier(tmp_path: Path) -> None:
    records = {
        f"{FOLLOW}/{K}": subject(ANA, "2026-05-01T00:00:00Z"),
        f"{FOLLOW}/{key('2026-10-02T00:00:00')}": subject(ANA, "2026-03-01T00:00:00Z"),
    }
    (row,) = read(tmp_path, records)["follows"]
    assert (row["account"], row["since_utc"]) == (ANA, "2026-03-01T00:00:00")


def test_look_alikes_of_other_programs_are_counted(tmp_path: Path) -> None:
    records = {f"{name}/{K}": subject(ANA) for name in ("so.sprk.graph.follow", "app.bsky.graph.follower")}
    found = read(tmp_path, records)
    assert "follows" not in found
    assert found["said"][-1] == (
        "Note: repo.car: records of other kinds were left out: app.bsky.graph.follower 1, so.sprk.graph.follow 1."
    )


# Posts


def test_a_mention_of_the_owner_tells_the_handle(tmp_path: Path) -> None:
    text = "ask @Me.example"
    mention = facet(text, "@Me.example", **{"$type": "app.bsky.richtext.facet#mention", "did": ME})
    found = read(tmp_path, {f"{POST}/{K}": post(text, facets=[mention])})
    assert f"Owner: bluesky | {ME} | me.example" in found["said"]


@pytest.mark.parametrize(
    ("start", "end", "handle"),
    [(4, 16, "ana.example"), (4, 99, None), (-1, 16, None), (5, 16, None), (1, 2, None)],
)
def test_places_of_a_facet_count_bytes(tmp_path: Path, start: int, end: int, handle: str | None) -> None:
    features = [{"$type": "app.bsky.richtext.facet#mention", "did": ANA}]
    facets = [{"index": {"byteStart": start, "byteEnd": end}, "features": features}]
    found = read(tmp_path, {f"{POST}/{K}": post("üé@ana.example", facets=facets)})
    assert found["posts"][0]["mentions"] == [{"account": ANA, "handle": handle}]


@pytest.mark.parametrize(
    "link", ["https://media.tenor.com/a.gif", "at://x", "javascript:alert(1)", "https://[", "", 5, None]
)
def test_what_is_no_web_page_is_no_link(tmp_path: Path, link: Any) -> None:
    found = read(tmp_path, {f"{POST}/{K}": post(embed={"external": {"uri": link}})})
    assert found["posts"][0]["links"] == []


@pytest.mark.parametrize("me", ["did:plc:else", ME, "me.example", None])
def test_the_repository_knows_whose_it_is(tmp_path: Path, me: str | None) -> None:
    found = read(tmp_path, {}, options=Options(me={"bluesky": me} if me else {}))
    assert f"Owner: bluesky | {ME} | None" in found["said"]
    assert [one for one in found["said"] if "--me" in one] == (
        [f"Note: The repository is that of {ME}; --me did:plc:else was not used."]
        if me == "did:plc:else"
        else []
    )


# Damage


def test_a_part_of_a_repository_is_told_and_makes_no_list_complete(tmp_path: Path) -> None:
    records = {
        f"{FOLLOW}/{key(f'2026-10-01T08:00:{second:02}')}": subject(f"did:plc:a{second}")
        for second in range(9)
    }
    found = taken(tmp_path, repository(ME, REV, records, without=list(records)[2:4]))
    assert len(found["follows"]) == 7
    assert not any(row["complete"] for row in found["follow_lists"])
    assert [one for one in found["said"] if "only a part of the repository (2 of its blocks" in one]


@pytest.mark.parametrize("kept", [0, 1, 40, 59, 100, -1, -200])
def test_a_file_cut_anywhere_is_refused_in_one_sentence(tmp_path: Path, kept: int) -> None:
    whole = repository(ME, REV, FULL)
    path = tmp_path / "repo.car"
    path.write_bytes(whole[: kept if kept >= 0 else len(whole) + kept])
    said = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Refused)]
    refusal = str(said[0]) if said else golden.outcome(path, IMPORTER)["refused"][0]
    assert "repo.car" in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize(
    ("commit", "why"),
    [
        ({"did": 5}, "does not say whose it is"),
        ({"did": "somebody"}, "does not say whose it is"),
        ({"data": None}, "where its records are"),
        ({"data": b"\x01\x71\x12\x20" + b"\0" * 32}, "only a part"),
    ],
)
def test_a_commit_of_the_wrong_type(tmp_path: Path, commit: dict[str, Any], why: str) -> None:
    (refusal,) = taken(tmp_path, repository(ME, REV, {}, commit=commit))["refused"]
    assert why in refusal


@pytest.mark.parametrize("node", [[], {"e": 5}, {"e": [1]}, {"e": [{"p": 0, "k": "text", "v": 1}]}, "x"])
def test_a_tree_of_something_else_is_refused(tmp_path: Path, node: Any) -> None:
    blocks: Blocks = {}
    root = put(blocks, {"did": ME, "data": put(blocks, node), "rev": REV})
    (refusal,) = taken(tmp_path, car([root], blocks))["refused"]
    assert "a part of its tree of records is something else" in refusal


def test_a_tree_that_holds_itself_ends(tmp_path: Path) -> None:
    blocks: Blocks = {}
    top = tree(blocks, [], 3)
    blocks[top] = libipld.encode_dag_cbor({"l": top, "e": []})
    root = put(blocks, {"did": ME, "data": top, "rev": REV})
    assert "refused" not in taken(tmp_path, car([root], blocks))


@pytest.mark.parametrize("roots", [[], [5], ["x"], [b"\x01\x71\x12\x20" + b"\0" * 32]])
def test_a_file_without_a_commit(tmp_path: Path, roots: list[Any]) -> None:
    (refusal,) = taken(tmp_path, car(roots, {}))["refused"]
    assert "the commit" in refusal


def test_a_length_beyond_all_bounds(tmp_path: Path) -> None:
    whole = repository(ME, REV, {})
    (refusal,) = taken(tmp_path, whole + b"\xff" * 8 + b"\x01")["refused"]
    assert "cut short or damaged" in refusal
    (refusal,) = taken(tmp_path, whole + length(3) + b"\x01\x71\x12")["refused"]
    assert "cut short or damaged" in refusal


def test_reading_keeps_one_record_at_a_time(tmp_path: Path) -> None:
    records = {
        f"{POST}/{key('2026-01-01')[:-3]}{n:03}".replace("0", "z"): post(f"{n}" * 3000) for n in range(300)
    }
    path = tmp_path / "repo.car"
    path.write_bytes(repository(ME, REV, records))
    tracemalloc.start()
    with path.open("rb") as file, Repository(file) as held:
        count = sum(1 for _ in held.records())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == len(records)
    assert peak < path.stat().st_size / 3


# Real ones


@pytest.mark.parametrize(
    ("name", "following", "posts", "likes"), [("fakermaker", 78, 41, 22), ("greenground", 2, 0, 0), ("paul_staging", 8, 116, 60)]
)  # fmt: skip
def test_real_sample_repositories(name: str, following: int, posts: int, likes: int, tmp_path: Path) -> None:
    path = sample(f"bluesky-car/{name}.repo.car")
    (found,) = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    with open_stage() as stage:
        said = list(IMPORTER.read(found.files, found.members, stage, Options()))
        counts = [len(stage.run(f"SELECT 1 FROM {kind}")) for kind in ("follows", "posts", "interactions")]
    assert counts == [following, posts, likes]
    assert not [one for one in said if "Problem" in type(one).__name__]


# Anything

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8) | st.binary(max_size=4)
    | st.sampled_from([WHEN, ANA, f"at://{ANA}/{POST}/3k", "https://a.example"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["uri", "subject", "createdAt", "text", "facets", "features", "index", "reply", "parent",
                         "embed", "record", "external", "byteStart", "did", "tag", "$type", "langs", "entities"]),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
NAMES = st.sampled_from([POST, LIKE, REPOST, FOLLOW, BLOCK, "app.bsky.actor.profile", "x.y"])
KEYS = st.sampled_from([K, "self", "", "a/b", "zzzzzzzzzzzzz"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    records=st.dictionaries(st.tuples(NAMES, KEYS).map("/".join), VALUES, max_size=4),
    changed=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3),
    kept=st.sampled_from([1.0, 1.0, 0.9, 0.5]),
)
def test_nothing_in_a_file_is_fatal(
    records: dict[str, Any], changed: list[tuple[float, int]], kept: float
) -> None:
    content = bytearray(repository(ME, REV, records))
    for place, byte in changed:
        content[int(place * (len(content) - 1))] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "repo.car"
        path.write_bytes(content[: int(kept * len(content))])
        found = golden.outcome(path, IMPORTER)
    assert found.get("refused") or any(one.startswith("Owner: ") for one in found["said"])
