"""Saved answers of Bluesky's API: golden files of each, and each trap by a small one. The people are invented."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.bluesky_json import IMPORTER
from analytics.importers.interface import Options
from tests.importers import golden

FIXTURES = Path(__file__).parent / "fixtures" / "bluesky_json"
ME, ANA, BO = "did:plc:owner", "did:plc:ana", "did:plc:bo"
POST = "app.bsky.feed.post"
OPTIONS = dict.fromkeys(("no-subject", "author-feed"), Options(me={"bluesky": "owner.example"}))


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def person(did: str, **more: Any) -> dict[str, Any]:
    return {"did": did, "handle": f"{did.rpartition(':')[2]}.example"} | more


def followers(*dids: str, **more: Any) -> dict[str, Any]:
    return {"subject": person(ME), "followers": [person(did) for did in dids]} | more


def record(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": "2026-10-01T08:00:00Z"} | more


def view(did: str = ANA, rkey: str = "3kaaaaaaaaaa2", **more: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{did}/{POST}/{rkey}", "cid": "x", "author": person(did), "record": record(),
        "likeCount": 3, "indexedAt": "2026-10-01T08:00:01Z",
    } | more  # fmt: skip


def notification(reason: str, **more: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{ANA}/app.bsky.feed.like/3kaaaaaaaaaa2", "author": person(ANA), "reason": reason,
        "reasonSubject": f"at://{ME}/{POST}/3kbbbbbbbbbb2", "record": {}, "indexedAt": "2026-10-02T09:00:00Z",
    } | more  # fmt: skip


def taken(tmp_path: Path, *pages: Any, options: Options | None = None, name: str = "a.json") -> golden.Golden:
    """What the importer makes of a file with these pages, one a line."""
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(page) for page in pages), encoding="utf-8")
    return golden.outcome(path, IMPORTER, options=options)


# Recognising


@pytest.mark.parametrize(
    ("content", "claimed"),
    [
        (followers(ANA), True),
        (followers(), True),
        ({"cursor": "x", "follows": [person(ANA)], "subject": person(ME)}, True),
        ([followers(ANA, cursor="a"), followers(BO)], True),
        ({"feed": [{"post": view()}]}, True),
        ({"notifications": [notification("like")]}, True),
        ({"followers": []}, False),
        ({"followers": [{"id": "1"}], "subject": "x"}, False),
        ({"feed": [{"title": "RSS"}]}, False),
        ({"notifications": [{"id": "1"}]}, False),
        ([1, 2], False),
        ("followers", False),
    ],
)
def test_pages_are_known_by_their_content(tmp_path: Path, content: Any, claimed: bool) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    found = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert bool(found) == claimed


@pytest.mark.parametrize("form", ["lines", "array", "indented"])
def test_pages_in_any_form_are_one_list(tmp_path: Path, form: str) -> None:
    pages = [followers(ANA, cursor="more"), followers(BO)]
    texts = {
        "lines": "\n".join(map(json.dumps, pages)),
        "array": json.dumps(pages),
        "indented": "\ufeff" + "\n\n".join(json.dumps(page, indent=2) for page in pages),
    }
    path = tmp_path / "followers.jsonl"
    path.write_text(texts[form], encoding="utf-8")
    found = golden.outcome(path, IMPORTER)
    assert [row["account"] for row in found["follows"]] == [ANA, BO]
    assert [row["complete"] for row in found["follow_lists"]] == [True]


# Lists


@pytest.mark.parametrize(("cursor", "complete"), [("abc", False), (None, True), ("", True)])
def test_a_list_is_whole_where_its_last_page_has_no_cursor(
    tmp_path: Path, cursor: str | None, complete: bool
) -> None:
    found = taken(tmp_path, followers(ANA, cursor="a"), followers(BO, cursor=cursor))
    assert [row["complete"] for row in found["follow_lists"]] == [complete]
    assert bool([one for one in found["said"] if "holds only the first 2" in one]) != complete


def test_profiles_tell_no_date_of_a_follow_and_no_list_of_the_reader(tmp_path: Path) -> None:
    seen = person(
        ANA, indexedAt="2024-01-01T00:00:00Z", viewer={"following": f"at://{ME}/x/1", "followedBy": "x"}
    )
    found = taken(tmp_path, {"subject": person(ME), "follows": [seen]})
    assert [(row["direction"], row["account"]) for row in found["follows"]] == [("following", ANA)]
    assert "since_utc" not in found["follows"][0]


def test_a_list_without_a_subject_belongs_to_whom_the_user_says(tmp_path: Path) -> None:
    page = {"followers": [person(ANA)]}
    (refusal,) = taken(tmp_path / "a", page)["refused"]
    assert refusal == (
        "EXPORT: a.json does not say whose list it is (subject is missing); name the account with "
        "--me bluesky:HANDLE."
    )
    found = taken(tmp_path / "b", page, options=Options(me={"bluesky": ME}))
    assert [row["owner"] for row in found["follow_lists"]] == [ME]


def test_the_subject_knows_better_than_me(tmp_path: Path) -> None:
    found = taken(tmp_path, followers(ANA), options=Options(me={"bluesky": "else.example"}))
    assert f"Owner: bluesky | {ME} | owner.example" in found["said"]
    assert f"Note: a.json is of {ME}; --me else.example was not used." in found["said"]
    same = taken(tmp_path, followers(ANA), options=Options(me={"bluesky": "@Owner.example"}))
    assert not [one for one in same["said"] if "--me" in one]


def test_as_of_is_the_users_word(tmp_path: Path) -> None:
    found = taken(tmp_path, followers(ANA), options=Options(as_of_utc=datetime(2026, 6, 1)))
    assert found["follow_lists"][0]["as_of_utc"] == "2026-06-01T00:00:00"


@pytest.mark.parametrize(
    ("more", "bio"),
    [({"description": "birds"}, "birds"), ({"indexedAt": "2026-01-01T00:00:00Z"}, ""), ({}, None)],
)
def test_a_profile_in_short_knows_no_bio(tmp_path: Path, more: dict[str, str], bio: str | None) -> None:
    found = taken(tmp_path, {"subject": person(ME), "followers": [person(ANA, **more)]})
    assert [row.get("bio") for row in found["accounts"] if row["account"] == ANA] == [bio]


# Feeds


def test_a_named_repost_is_a_post_and_an_unnamed_one_an_act(tmp_path: Path) -> None:
    kind = "app.bsky.feed.defs#reasonRepost"
    repost = f"at://{ME}/app.bsky.feed.repost/3kcccccccccc2"
    when = "2026-10-03T09:00:00Z"
    feed = [
        {"post": view(), "reason": {"$type": kind, "by": person(ME), "indexedAt": when, "uri": repost}},
        {"post": view(BO), "reason": {"$type": kind, "by": person(ME), "indexedAt": when}},
    ]
    found = taken(tmp_path, {"feed": feed}, options=Options(me={"bluesky": ME}))
    assert [(row["post_id"], row["kind"]) for row in found["posts"]] == [
        (view()["uri"], "post"),
        (view(BO)["uri"], "post"),
        (repost, "repost"),
    ]
    assert [(row["actor"], row["target"], row["kind"]) for row in found["interactions"]] == [
        (ME, BO, "repost")
    ]


def test_a_feed_names_no_owner_and_a_handle_is_looked_up_in_it(tmp_path: Path) -> None:
    page = {"feed": [{"post": view(ME)}]}
    found = taken(tmp_path, page)
    assert not [one for one in found["said"] if one.startswith("Owner")]
    found = taken(tmp_path, page, options=Options(me={"bluesky": "owner.example"}))
    assert f"Owner: bluesky | {ME} | owner.example" in found["said"]


# Notifications


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("like", "like"), ("repost", "repost"), ("like-via-repost", "like"), ("repost-via-repost", "repost"),
        ("verified", None), ("starterpack-joined", None), ("contact-match", None),
    ],
)  # fmt: skip
def test_acts_received(tmp_path: Path, reason: str, kind: str | None) -> None:
    found = taken(tmp_path, {"notifications": [notification("like"), notification(reason)]})
    acts = [(row["kind"], row["actor"], row["target"], row["at_utc"]) for row in found["interactions"]]
    expected = ["like", *([kind] if kind else [])]
    assert sorted(acts) == sorted((one, ANA, ME, "2026-10-02T09:00:00") for one in expected)
    assert bool(kind) != bool([one for one in found["said"] if f"left out: {reason} 1" in one])


def test_a_follow_is_towards_its_subject(tmp_path: Path) -> None:
    follow = notification("follow", reasonSubject=None, record={"subject": ME})
    found = taken(tmp_path, {"notifications": [follow]})
    assert [(row["kind"], row["target"]) for row in found["interactions"]] == [("follow", ME)]
    assert f"Owner: bluesky | {ME} | None" in found["said"]


@pytest.mark.parametrize("reason", ["reply", "mention", "quote", "subscribed-post"])
def test_posts_of_others_are_posts_and_no_acts(tmp_path: Path, reason: str) -> None:
    parent = {"uri": f"at://{ME}/{POST}/3kbbbbbbbbbb2"}
    said = notification(
        reason,
        uri=f"at://{ANA}/{POST}/3kdddddddddd2",
        record=record(reply={"root": parent, "parent": parent}),
    )
    found = taken(tmp_path, {"notifications": [said, said]})
    assert [(row["author"], row["kind"], row["reply_to_account"]) for row in found["posts"]] == [
        (ANA, "reply", ME)
    ]
    assert "interactions" not in found


# Damage


@pytest.mark.parametrize("kept", [0.5, 0.8, 0.99])
def test_a_cut_file_is_refused(tmp_path: Path, kept: float) -> None:
    text = json.dumps({"notifications": [notification("like")] * 5})
    path = tmp_path / "n.json"
    path.write_text(text[: int(kept * len(text))], encoding="utf-8")
    (refusal,) = golden.outcome(path, IMPORTER)["refused"]
    assert refusal.startswith("EXPORT: n.json is cut short or damaged")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.sampled_from([ANA, f"at://{ANA}/{POST}/3k", "2026-01-01T00:00:00Z", "\ud800", "like", "reply"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["did", "handle", "uri", "author", "record", "reason", "reasonSubject", "indexedAt", "post",
                         "reply", "parent", "by", "$type", "text", "facets", "embed", "subject", "cursor",
                         "verification", "createdAt", "likeCount"]),
        inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    key=st.sampled_from(["followers", "follows", "feed", "notifications", "subject", "cursor"]),
    value=VALUES,
    entries=st.lists(VALUES, max_size=3),
)
def test_nothing_in_a_file_is_fatal(key: str, value: Any, entries: list[Any]) -> None:
    pages = [
        followers(ANA),
        followers(BO) | {key: value},
        {"feed": entries},
        {"notifications": entries},
        value,
    ]
    with tempfile.TemporaryDirectory() as folder:
        found = taken(Path(folder), *pages)
    assert found.get("refused") or found["follows"]
