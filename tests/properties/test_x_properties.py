"""What holds for every X archive, however its rows lie and whatever they are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers.x import IMPORTER
from tests.builders import OWNER, ExportFiles, edited, in_folder, post, script, x_archive
from tests.importers import golden

PEOPLE = [
    {"id_str": number, "id": number, "screen_name": name, "name": name.title()}
    for number, name in (("71", "tolliver_q"), ("72", "hedda_voss"), ("-1", "gone_birder"), (OWNER, "me"))
]
LINKS = [
    {"url": f"https://t.co/{number}", "expanded_url": address}
    for number, address in enumerate(
        (
            "https://press.example/a",
            "https://x.com/hedda_voss/status/9",
            "https://twitter.com/me/status/8",
            None,
        )
    )
]
TEXTS = st.sampled_from(
    ["low water", "RT @tolliver_q: knots", "RT @hedda_voss knots", "@me again", "#a &amp; #b"]
)


def taken(files: ExportFiles) -> golden.Golden:
    with tempfile.TemporaryDirectory() as folder:
        return golden.outcome(in_folder(Path(folder) / "export", files), IMPORTER)


@st.composite
def tweets(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tweets of an account; some have a second version."""
    rows = []
    for number in range(draw(st.integers(0, 12))):
        more: dict[str, Any] = {
            "entities": {
                "hashtags": [{"text": tag} for tag in draw(st.lists(st.sampled_from("aAb"), max_size=3))],
                "user_mentions": draw(st.lists(st.sampled_from(PEOPLE), max_size=3)),
                "urls": draw(st.lists(st.sampled_from(LINKS), max_size=2)),
            },
            "favorite_count": str(draw(st.integers(0, 9))),
        }
        if draw(st.booleans()):
            more["in_reply_to_user_id"] = draw(st.sampled_from(["71", "72", OWNER]))
        moment = f"2026-04-{1 + draw(st.integers(0, 3)):02}T08:00:00"
        first = str(1000 + 10 * number)
        rows.append(post(first, draw(TEXTS), moment, **more))
        if draw(st.booleans()):
            rows.append({**edited(str(1001 + 10 * number), first, draw(TEXTS), moment), **more})
    return rows


@settings(max_examples=15, deadline=None)
@given(rows=tweets(), data=st.data())
def test_neither_the_order_of_rows_nor_the_number_of_files_matters(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    split = x_archive(posts=shuffled[:cut], manifest=False)
    split["data/tweets-part1.js"] = script("tweets", [{"tweet": row} for row in shuffled[cut:]]).replace(
        b"part0", b"part1", 1
    )
    split["data/manifest.js"] = x_archive()["data/manifest.js"]
    assert _rows(taken(split)) == _rows(taken(x_archive(posts=rows)))


def _rows(found: golden.Golden) -> golden.Golden:
    return {kind: rows for kind, rows in found.items() if kind != "said"}


@settings(max_examples=20, deadline=None)
@given(rows=tweets())
def test_what_is_true_of_every_post(rows: list[dict[str, Any]]) -> None:
    found = taken(x_archive(posts=rows))
    staged = found.get("posts", [])
    assert [row["post_id"] for row in staged] == sorted(_newest(rows))
    for row in staged:
        pointers = [key for key in ("reply_to_account", "repost_of_account") if key in row]
        assert pointers == {"reply": ["reply_to_account"], "repost": ["repost_of_account"]}.get(
            row["kind"], []
        )
        assert ("quote_of_post" in row) >= (row["kind"] == "quote")
        named = [mention["account"] or mention["handle"] for mention in row["mentions"]]
        assert len(named) == len(set(named))
        assert "-1" not in named
        assert len(row["tags"]) == len(set(row["tags"]))
        assert all(link.startswith("http") for link in row["links"])
        if row["kind"] == "repost":
            assert (row["links"], row["mentions"], row["tags"]) == ([], [], [])
            assert "likes" not in row
    accounts = [row["account"] for row in found["accounts"]]
    assert sorted(set(accounts)) == sorted(accounts)


def _newest(rows: Sequence[dict[str, Any]]) -> set[str]:
    """The id of the last version of each post."""
    return {max(row["id"] for row in rows if row["id"][:-1] == first["id"][:-1]) for first in rows}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tweet", "id", "entities", "urls", "full_text", "edit_info"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """A tweet in which one key holds anything at all."""
    row = post(str(draw(st.integers(1, 10**19 - 1))), "low water")
    row[draw(st.sampled_from([*sorted(row), "in_reply_to_user_id", "deleted_at", "edit_info"]))] = draw(JSON)
    return row


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(JSON | st.builds(lambda row: {"tweet": row}, spoiled()), max_size=6))
def test_every_row_becomes_a_post_or_a_problem(rows: list[Any]) -> None:
    whole = {"tweet": post("5", "whole")}
    content = f"window.YTD.tweets.part0 = {json.dumps([*rows, whole])}".encode()
    found = taken(x_archive(posts=[]) | {"data/tweets.js": content})
    dropped = [
        said for said in found["said"] if "Problem: tweets.js, row" in said and "is kept without" not in said
    ]
    versions = sum(int(said.split()[1]) for said in found["said"] if "earlier versions" in said)
    assert len(found["posts"]) + len(dropped) + versions == len(rows) + 1
    assert "whole" in [row["text"] for row in found["posts"]]


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(["tweets", "follower", "like", "note-tweet", "account", "profile"]),
    content=st.binary(max_size=60),
)
def test_no_bytes_are_a_bug(name: str, content: bytes) -> None:
    start = f"window.YTD.{name.replace('-', '_')}.part0 = ".encode()
    found = taken(x_archive(posts=[post("5", "whole")]) | {f"data/{name}.js": start + content})
    assert found.keys() & {"refused", "said"}
