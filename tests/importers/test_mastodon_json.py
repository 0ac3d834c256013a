"""Mastodon's API saved as JSON, and what the program mastodon-archive keeps: golden files, and more traps.

The people and servers are invented.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers.interface import Options
from analytics.importers.mastodon_json import IMPORTER
from analytics.importers.mastodon_json.reading import what_is
from tests.importers import golden

FIXTURES = Path(__file__).parent / "fixtures" / "mastodon_json"
ME = Options(me={"mastodon": "Wren@fen.example"})
OPTIONS = {case: Options() for case in ("kept", "notifications", "malformed", "statuses")}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case, ME), write=write_golden)


HOME = "https://fen.example"


def account(name: str = "tarn", host: str | None = "moor.example", **more: Any) -> dict[str, Any]:
    """An account as the API of fen.example gives it; without a host it lives there."""
    acct = f"{name}@{host}" if host else name
    return {
        "id": f"id of {acct}",
        "username": name,
        "acct": acct,
        "url": f"https://{host or 'fen.example'}/@{name}",
        **more,
    }


WREN = account("Wren", None)


def status(number: int, who: Any = WREN, **more: Any) -> dict[str, Any]:
    """A post of somebody's, as that API gives it."""
    return {
        "id": str(number), "created_at": "2026-03-01T08:00:00.000Z", "account": who, "content": "<p>words</p>",
        "uri": f"{HOME}/users/Wren/statuses/{number}" if who is WREN else f"https://moor.example/objects/{number}",
        "visibility": "public", "mentions": [], "tags": [], "in_reply_to_id": None, "in_reply_to_account_id": None,
        **more,
    }  # fmt: skip


def notification(kind: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """Something that tarn did."""
    return {
        "id": str(number),
        "type": kind,
        "created_at": "2026-03-02T08:00:00.000Z",
        "account": account(),
        **more,
    }


def taken(tmp_path: Path, value: Any, name: str = "saved.json", options: Options = ME) -> golden.Golden:
    """What the importer makes of one file."""
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return golden.outcome(path, IMPORTER, options=options)


# Recognising


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ([notification("follow")], "notification"),
        ([[notification("follow")], []], "notification"),
        ([account()], "account"),
        (account(), "account"),
        ([status(1)], "status"),
        (status(1), "status"),
        ({"account": WREN, "statuses": []}, "kept"),
        ({"statuses": [status(1)] * 500, "account": WREN}, None),
        ({"account": WREN, "statuses": [status(1)] * 500}, "kept"),
        ({"followers_count": 1, "following_count": 1, "statuses_count": 1, "blocks_count": 0}, "statistics"),
        ({"relationships_following": []}, None),
        ([{"id": "1", "type": "follow", "account": "tarn"}], None),
        ([{"username": "x", "email": "y"}], None),
        ({"type": "OrderedCollection", "orderedItems": []}, None),
        ([], None),
        ([[]], None),
        ([1, 2], None),
        (None, None),
        ("text", None),
    ],
)
def test_recognised_by_the_first_entity(content: Any, kind: str | None) -> None:
    assert what_is(json.dumps(content).encode()[:65536]) == kind


@pytest.mark.parametrize(
    "content", [b"", b"[", b"{", b"\xff\xfe", b"[" * 9000, b"[" + b"9" * 9000 + b"]", b"<html>"]
)
def test_what_is_no_json_is_nobodys(content: bytes) -> None:
    assert what_is(content) is None


# Direct posts


@pytest.mark.parametrize("visibility", ["direct", "limited", "list", "a new one", 5, ["public"], {}])
def test_direct_posts_leave_no_trace(tmp_path: Path, visibility: Any) -> None:
    secret = status(7, account("confidant"), content="between us", visibility=visibility, favourited=True)
    entities = [
        secret,
        status(8, reblog=secret),
        notification("mention", 2, account=account("confidant"), status=secret),
        notification("favourite", 3, account=account("confidant"), status=status(7, visibility=visibility)),
        status(9),
    ]
    found = taken(tmp_path, entities)
    assert "between us" not in golden.as_text(found)
    assert "confidant" not in golden.as_text(found)
    assert [row["post_id"] for row in found["posts"]] == [f"{HOME}/users/Wren/statuses/9"]
    assert "Note: saved.json: left out direct posts, of which nothing is stored: 4." in found["said"]


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "local", None])
def test_other_posts_are_kept(tmp_path: Path, visibility: Any) -> None:
    assert len(taken(tmp_path, [status(1, visibility=visibility)])["posts"]) == 1


# Whom posts answer


def test_whom_a_post_answers_is_told_by_whom_it_names(tmp_path: Path) -> None:
    tarn = account()
    entities = [
        status(1),
        status(2, in_reply_to_id="1", in_reply_to_account_id=WREN["id"]),
        status(3, in_reply_to_id="99", in_reply_to_account_id=tarn["id"], mentions=[account("newt"), tarn]),
        status(4, in_reply_to_id="98", in_reply_to_account_id="nobody it names", mentions=[tarn]),
        status(5, tarn, in_reply_to_id="2", in_reply_to_account_id=WREN["id"], mentions=[WREN]),
    ]
    found = {row["post_id"][-1]: row for row in taken(tmp_path, entities)["posts"]}
    assert [
        (number, row.get("reply_to_account"), row.get("reply_to_post"))
        for number, row in sorted(found.items())
    ] == [
        ("1", None, None),
        ("2", "wren@fen.example", f"{HOME}/users/Wren/statuses/1"),
        ("3", "tarn@moor.example", None),
        ("4", None, None),
        ("5", "wren@fen.example", f"{HOME}/users/Wren/statuses/2"),
    ]
    assert {row["kind"] for number, row in found.items() if number != "1"} == {"reply"}


def test_a_boost_within_a_boost_is_let_be(tmp_path: Path) -> None:
    inner: Any = status(0, account("deep"))
    for number in range(1, 90):
        inner = status(number, account(), reblog=inner)
    found = taken(tmp_path, [inner])
    assert [row["kind"] for row in found["posts"]] == ["repost", "repost"]


# Notifications


@pytest.mark.parametrize("kind", ["follow_request", "admin.sign_up", "moderation_warning", "something new"])
def test_other_notifications_are_counted(tmp_path: Path, kind: str) -> None:
    found = taken(tmp_path, [notification(kind)])
    assert "interactions" not in found
    assert f"Note: saved.json: left out notifications of the type {kind} (1)." in found["said"]


def test_pages_that_overlap_count_once(tmp_path: Path) -> None:
    first, second = notification("follow", 2), notification("follow", 1, account=account("newt"))
    assert len(taken(tmp_path, [[first, second], [second]])["interactions"]) == 2


def test_notifications_without_anything_of_the_owners_need_a_name(tmp_path: Path) -> None:
    assert (
        "--me mastodon:YOU@YOUR.SERVER"
        in taken(tmp_path, [notification("follow")], options=Options())["refused"][0]
    )


def test_the_file_knows_better_than_me(tmp_path: Path) -> None:
    found = taken(
        tmp_path, [notification("favourite", status=status(1))], options=Options(me={"*": "a@b.example"})
    )
    assert found["interactions"][0]["target"] == "wren@fen.example"
    assert "Note: saved.json is wren@fen.example's; --me a@b.example was not used." in found["said"]


def test_people_of_a_server_whose_pages_lie_below_its_name(tmp_path: Path) -> None:
    local = account("reed", None, url="https://social.fen.example/@reed")
    found = taken(tmp_path, [notification("follow", account=local)])
    assert found["interactions"][0]["actor"] == "reed@fen.example"


# Lists


@pytest.mark.parametrize(
    ("pages", "complete"),
    [
        ([40], False),
        ([80], False),
        ([39], True),
        ([40, 12], True),
        ([80, 80], False),
        ([80, 80, 0], True),
        ([120], True),
    ],
)
def test_a_list_that_ends_with_a_full_page_may_go_on(
    tmp_path: Path, pages: list[int], complete: bool
) -> None:
    people = iter(range(1000))
    saved = [[account(f"bird{next(people)}") for _ in range(size)] for size in pages]
    found = taken(tmp_path, saved[0] if len(saved) == 1 else saved, "followers.json")
    assert found["follow_lists"][0]["complete"] is complete
    assert len(found["follows"]) == sum(pages)
    one_by_one = b"\n".join(json.dumps(page).encode() for page in saved)
    assert taken(tmp_path, one_by_one, "followers.json")["follow_lists"][0]["complete"] is complete


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("Followers (1).json", "follower"),
        ("my following.json", "following"),
        ("mutes.json", "muted"),
        ("blocks.jsonl", "blocked"),
    ],
)
def test_the_name_tells_which_list_it_is(tmp_path: Path, name: str, direction: str) -> None:
    assert taken(tmp_path, [account()], name)["follow_lists"][0]["direction"] == direction


@pytest.mark.parametrize("name", ["accounts.json", "followers and following.json"])
def test_a_list_without_a_telling_name_is_refused(tmp_path: Path, name: str) -> None:
    assert "rename it to followers.json" in taken(tmp_path, [account()], name)["refused"][0]


def test_hidden_counts_are_unknown(tmp_path: Path) -> None:
    hidden = [
        account("a", followers_count=0, following_count=5, hide_collections=True),
        account("b", followers_count=0, following_count=0, pleroma={"hide_followers_count": True}),
        account("c", followers_count=0, following_count=-1),
    ]
    found = {row["handle"][0]: row for row in taken(tmp_path, hidden, "followers.json")["accounts"]}
    assert [(row.get("followers"), row.get("following")) for _, row in sorted(found.items())] == [
        (None, 5),
        (None, 0),
        (0, None),
    ]


def test_a_kept_list_far_from_the_profiles_count_is_told(tmp_path: Path) -> None:
    kept = {"account": WREN | {"followers_count": 90}, "statuses": [], "followers": [account()]}
    said = taken(tmp_path, kept)["said"]
    assert [sentence for sentence in said if "holds 1 followers where the profile says 90" in sentence]


def test_a_kept_file_without_an_account_takes_the_users_word(tmp_path: Path) -> None:
    kept = {"account": {"acct": ""}, "statuses": [status(1)], "x" * 90: [[[]]]}
    found = taken(tmp_path, kept)
    assert "Owner: mastodon | wren@fen.example | wren@fen.example" in found["said"]
    assert f"Note: saved.json: left out a part that is not known here: {'x' * 40}." in found["said"]


# Anything at all

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["public", "\ud800", "mention", "a@b.example"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["acct", "id", "uri", "url"]), inner)
    ),
    max_leaves=4,
)
STATUS = st.dictionaries(
    st.sampled_from(
        sorted([*status(1), "card", "quote", "reblog", "pleroma", "language", "favourites_count"])
    ),
    VALUES,
)
ACCOUNT = st.dictionaries(
    st.sampled_from([*account(), "note", "fields", "avatar", "followers_count", "created_at", "pleroma"]),
    VALUES,
)
NOTIFICATION = st.dictionaries(st.sampled_from(sorted(notification("follow", status=None))), VALUES)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(post=STATUS, person=ACCOUNT, told=NOTIFICATION, anything=VALUES, cut=st.integers(1, 4000))
def test_only_refusals_come_of_mangled_files(
    tmp_path_factory: pytest.TempPathFactory, post: Any, person: Any, told: Any, anything: Any, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("mangled")
    who = account() | person
    entities = [
        status(1), status(2, who) | post, notification("mention", status=status(3) | post) | told,
        notification("favourite", account=who, status=status(4)) | told, who, anything,
    ]  # fmt: skip
    assert f"{HOME}/users/Wren/statuses/1" in golden.as_text(taken(folder, entities))
    assert "a@b.example" in golden.as_text(
        taken(folder, [account("a", "b.example"), *entities], "followers.json")
    )
    kept = {
        "account": WREN,
        "statuses": entities,
        "favourites": entities,
        "mentions": anything,
        "followers": entities,
        "x": anything,
    }
    assert f"{HOME}/users/Wren/statuses/1" in golden.as_text(taken(folder, kept))
    content = json.dumps(kept).encode()
    assert "refused" in taken(folder, content[: -min(cut, len(content) - 200)])
