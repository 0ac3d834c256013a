"""Archives of Mastodon and Pleroma: golden files, and what a folder of fixtures cannot show.

The people, servers and birds are invented. Cases that golden files hold: Mastodon of 2022 (signed) and of 2026
(numbers for names, quotes), Pleroma with its lists, an empty one, missing parts, malformed rows, a cut file.
"""

from __future__ import annotations

import json
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers._mastodon import account_in, address, content_of, host_of
from analytics.importers.interface import Options
from analytics.importers.mastodon_archive import IMPORTER
from tests.builders import in_folder
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "mastodon_archive"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://fen.example/users/Wren"


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=Options(), write=write_golden)


def actor(**more: Any) -> dict[str, Any]:
    """actor.json."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams", "id": ME, "type": "Person", "inbox": f"{ME}/inbox",
        "preferredUsername": "Wren", "followers": f"{ME}/followers", **more,
    }  # fmt: skip


def collection(items: Any) -> dict[str, Any]:
    """A collection as an archive holds it."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "OrderedCollection",
        "orderedItems": items,
    }


def create(
    number: int, content: Any = "<p>words</p>", *, to: Any = PUBLIC, cc: Any = None, **more: Any
) -> Any:
    """A Create of a Note. more: other keys of the note."""
    note = {
        "id": f"{ME}/statuses/{number}", "type": "Note", "published": "2024-05-01T08:00:00Z", "content": content,
        "to": to, "cc": cc, **more,
    }  # fmt: skip
    return {"id": f"{note['id']}/activity", "type": "Create", "actor": ME, "to": to, "cc": cc, "object": note}


def taken(
    tmp_path: Path, items: Any, *, about: Any = None, options: Options | None = None, **parts: Any
) -> golden.Golden:
    """What the importer makes of an outbox and other parts."""
    files = {"actor": about or actor(), "outbox": collection(items), **parts}
    written = {
        f"{name}.json": json.dumps(value).encode() for name, value in files.items() if value is not None
    }
    return golden.outcome(in_folder(tmp_path / "export", written), IMPORTER, options=options)


# Recognising


@pytest.mark.parametrize(
    ("name", "content", "claimed"),
    [
        ("outbox.json", '{"type": "OrderedCollection", "orderedItems": []}', True),
        ("Outbox (2).json", '{"type": "OrderedCollection", "orderedItems": []}', True),
        ("followers.json", '{"@context": "https://www.w3.org/ns/activitystreams", "orderedItems": [], "x": 1}', True),
        ("actor.json", '{"preferredUsername": "a", "inbox": "b"}', True),
        ("following.json", '{"relationships_following": []}', False),
        ("likes.json", '{"likes_media_likes": []}', False),
        ("actor.json", '{"name": "somebody on a stage"}', False),
        ("my outbox.json", '{"type": "OrderedCollection", "orderedItems": []}', False),
    ],
)  # fmt: skip
def test_recognised_by_name_and_content(tmp_path: Path, name: str, content: str, claimed: bool) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([(name,)] if claimed else [])


def test_an_old_tar_gz_is_the_same_as_the_folder(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "mastodon-2022" / "export", tmp_path / "export")
    with tarfile.open(tmp_path / "archive-20220728054451-ab.tar.gz", "w:gz") as packed:
        for path in sorted(export.iterdir()):
            packed.add(path, path.name)
    found = golden.outcome(tmp_path / "archive-20220728054451-ab.tar.gz", IMPORTER)
    assert found == golden.outcome(export, IMPORTER)


def test_a_second_download_of_one_file_is_left_out(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "mastodon-2022" / "export", tmp_path / "export")
    before = golden.outcome(export, IMPORTER)
    (export / "outbox (1).json").write_text(json.dumps(collection([create(900)])), encoding="utf-8")
    found = golden.outcome(export, IMPORTER)
    note = "Note: Left out, as if from another archive that was unpacked here: outbox (1).json."
    assert found == before | {"said": [note, *before["said"]]}


# When and whose


@pytest.mark.parametrize(
    "name", ["archive-20230405060708-0a1b2c.zip", "archive-wren-20230405T060708-xyz.zip"]
)
def test_the_name_of_the_archive_dates_it(tmp_path: Path, name: str) -> None:
    export = golden.dated_copy(FIXTURES / "pleroma" / "export", tmp_path / "export")
    found = golden.outcome(golden.zipped(export, tmp_path / name), IMPORTER)
    assert {row["as_of_utc"] for row in found["follow_lists"]} == {"2023-04-05T06:07:08"}
    assert not [sentence for sentence in found["said"] if "does not say when" in sentence]


def test_as_of_dates_an_archive_without_a_date_only(tmp_path: Path) -> None:
    as_of = Options(as_of_utc=datetime(2021, 1, 2))
    assert "ExportedAt: 2021-01-02 00:00:00" in taken(tmp_path / "a", [create(1)], options=as_of)["said"]
    signed = create(1) | {"signature": {"created": "2022-07-28T05:44:51Z"}}
    said = taken(tmp_path / "b", [signed], options=as_of)["said"]
    assert "ExportedAt: 2022-07-28 05:44:51" in said
    assert [sentence for sentence in said if "--as-of was not used" in sentence]


def test_the_archive_knows_better_than_me(tmp_path: Path) -> None:
    found = taken(tmp_path, [create(1)], options=Options(me={"mastodon": "other@moor.example"}))
    assert found["posts"][0]["author"] == "wren@fen.example"
    assert "Note: The archive is wren@fen.example's; --me other@moor.example was not used." in found["said"]


def test_a_server_whose_people_have_a_shorter_host(tmp_path: Path) -> None:
    about = actor(id="https://social.fen.example/users/Wren", url="https://social.fen.example/@Wren")
    neighbour = {"type": "Mention", "href": "https://social.fen.example/users/reed", "name": "@reed"}
    found = taken(
        tmp_path,
        [create(1, tag=[neighbour])],
        about=about,
        options=Options(me={"mastodon": "wren@fen.example"}),
    )
    (row,) = found["posts"]
    assert (row["author"], row["mentions"][0]["account"]) == ("wren@fen.example", "reed@fen.example")
    assert not [sentence for sentence in found["said"] if "--me" in sentence]


def test_nobody_to_own_it_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "likes.json").write_text(json.dumps(collection(["https://moor.example/users/t/statuses/1"])))
    (refusal,) = golden.outcome(tmp_path / "likes.json", IMPORTER)["refused"]
    assert refusal == (
        "EXPORT does not say whose archive it is (actor.json is missing); "
        "name the account with --me mastodon:YOU@YOUR.SERVER."
    )
    known = golden.outcome(
        tmp_path / "likes.json", IMPORTER, options=Options(known={"mastodon": "a@b.example"})
    )
    assert known["interactions"][0]["actor"] == "a@b.example"


# Direct posts


@pytest.mark.parametrize(
    ("to", "cc", "kept"),
    [
        ([PUBLIC], [f"{ME}/followers"], True),
        (PUBLIC, None, True),
        (["as:Public"], [], True),
        ([f"{ME}/followers"], [PUBLIC], True),
        ([f"{ME}/followers"], [], True),
        (["https://moor.example/users/tarn"], [], False),
        (["https://moor.example/users/tarn"], [ME], False),
        ([], [], False),
        (None, None, False),
        ([5, {"id": PUBLIC}], 7, False),
    ],
)
def test_what_neither_everybody_nor_followers_may_read_is_not_stored(
    tmp_path: Path, to: Any, cc: Any, kept: bool
) -> None:
    found = taken(tmp_path, [create(1, "<p>between two</p>", to=to, cc=cc)])
    assert ("posts" in found) == kept
    assert ("between two" in golden.as_text(found)) == kept
    assert (
        "Note: outbox.json: left out direct posts, of which nothing is stored: 1." in found["said"]
    ) != kept


def test_nothing_of_a_direct_post_reaches_the_stage(tmp_path: Path) -> None:
    tag = {
        "type": "Mention",
        "href": "https://moor.example/users/confidant",
        "name": "@confidant@moor.example",
    }
    found = taken(tmp_path, [create(1, "secret", to=[tag["href"]], tag=[tag], published="never")])
    assert "confidant" not in golden.as_text(found)
    assert "Problem" not in golden.as_text(found)


# What posts hold


@pytest.mark.parametrize(
    ("html", "text", "links"),
    [
        ("", "", []),
        ("plain &lt;b&gt; &amp; &#128013;", "plain <b> & \N{SNAKE}", []),
        ("<p>one</p><p>two<br>three<br/>four</p>", "one\n\ntwo\nthree\nfour", []),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb", []),
        ('<a href="https://a.example/x?y=1&amp;z=2">here</a>', "here", ["https://a.example/x?y=1&z=2"]),
        ('<a href="https://a.example">1</a><a href="https://a.example">2</a>', "12", ["https://a.example"]),
        ('<a href="https://f.example/tags/x" rel="tag">#x</a>', "#x", []),
        ('<a href="https://f.example/@ana">@ana</a>', "@ana", []),
        ('<a href="https://f.example/media/1.png" class="attachment">1.png</a>', "1.png", []),
        ('<a href="javascript:alert(1)">x</a><a href="mailto:a@b.example">y</a><a>z</a>', "xyz", []),
        ('<a href="https://never.closed">x', "x", ["https://never.closed"]),
        ('<p class="quote-inline">RE: <a href="https://q.example/1">q</a></p><p>mine</p>', "mine", []),
        ('<span class="quote-inline"><br/>RE: <span>a</span> b</span>mine', "mine", []),
        ("<script>x()</script><style>p{}</style>seen", "seen", []),
        ("<![odd]> text", None, []),
        ("a < b and <unclosed", None, []),
        (5, "5", []),
        (["<p>x</p>"], "", []),
        (None, "", []),
    ],
)
def test_html_becomes_text_and_links(html: Any, text: str | None, links: list[str]) -> None:
    found = content_of(html)
    assert found.links == links
    assert text is None or found.text == text


def test_a_content_warning_stands_before_the_text() -> None:
    assert (
        content_of("<p>it ends well</p>", warning="the last chapter").text
        == "the last chapter\n\nit ends well"
    )


@pytest.mark.parametrize(
    ("uri", "account"),
    [
        ("https://a.example/users/Ana/statuses/1", "ana@a.example"),
        ("https://a.example/@Ana/1", "ana@a.example"),
        ("https://a.example/@ben@b.example/1", "ben@b.example"),
        ("https://a.example:8443/users/ana", "ana@a.example:8443"),
        ("https://a.example/profile/ana", "ana@a.example"),
        ("https://a.example/p/ana/123", "ana@a.example"),
        ("https://a.example/ap/users/115/statuses/1", None),
        ("https://a.example/notes/9abc", None),
        ("https://a.example/objects/0b-1", None),
        ("https://xn--mwe-sna.example/users/marsh", "marsh@möwe.example"),
        ("https://[broken/users/a", None),
        ("acct:ana@a.example", None),
        (7, None),
    ],
)  # fmt: skip
def test_an_address_of_a_post_may_name_its_author(uri: Any, account: str | None) -> None:
    assert account_in(uri) == account


@pytest.mark.parametrize(
    ("written", "home", "account"),
    [
        ("@Ana@A.Example", None, "ana@a.example"),
        ("acct:ana@a.example", None, "ana@a.example"),
        ("bob", "a.example", "bob@a.example"),
        ("bob", None, None),
        ("two words@a.example", None, None),
        ("a@b@c.example", None, None),
        ("a@localhost", None, None),
        ("\ud800@a.example", None, None),
        (["a@a.example"], None, None),
    ],
)
def test_addresses(written: Any, home: str | None, account: str | None) -> None:
    assert address(written, home) == account


def test_a_host_that_is_no_idn_stays_as_it_is() -> None:
    assert host_of("xn--\N{SNOWMAN}.Example") == "xn--\N{SNOWMAN}.example"
    assert host_of("xn--zzzzzzzzzzz99999.example") == "xn--zzzzzzzzzzz99999.example"


def test_what_newer_servers_add(tmp_path: Path) -> None:
    card = {"type": "Link", "href": "https://reeds.example/card"}
    found = taken(
        tmp_path,
        [
            create(1, quote={"type": "Tombstone"}),
            create(2, attachment=[card, {"type": "Document", "url": "/files/1.png"}]),
            create(3, '<a href="https://reeds.example/x">x</a>', attachment=[card]),
        ],
    )
    assert [(row["kind"], row["links"]) for row in found["posts"]] == [
        ("quote", []),
        ("post", ["https://reeds.example/card"]),
        ("post", ["https://reeds.example/x"]),
    ]


def test_posts_in_a_file_twice_are_one(tmp_path: Path) -> None:
    assert len(taken(tmp_path, [create(1), create(1)])["posts"]) == 1


def test_numbers_and_depths_that_no_server_writes(tmp_path: Path) -> None:
    for number, value in enumerate(["9" * 5000, "[" * 5000]):
        export = tmp_path / str(number) / "export"
        in_folder(
            export, {"outbox.json": b'{"type":"OrderedCollection","orderedItems":[' + value.encode() + b"]}"}
        )
        assert "outbox.json" in golden.outcome(export, IMPORTER)["refused"][0]


# Anything at all

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([PUBLIC, ME, "Note", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
KEYS = ("id", "type", "published", "inReplyTo", "content", "contentMap", "summary", "tag", "to", "cc", "quote",
        "likes", "generator", "attributedTo")  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    note=st.dictionaries(st.sampled_from(KEYS), VALUES),
    activity=st.dictionaries(
        st.sampled_from(["type", "object", "to", "id", "signature", "published"]), VALUES
    ),
    about=st.dictionaries(
        st.sampled_from(["id", "url", "name", "summary", "attachment", "icon", "webfinger"]), VALUES
    ),
    person=VALUES,
    cut=st.integers(1, 3000),
)
def test_only_refusals_come_of_mangled_files(
    tmp_path_factory: pytest.TempPathFactory, note: Any, activity: Any, about: Any, person: Any, cut: int
) -> None:
    announce = {**create(2), "type": "Announce", "object": person} | activity
    outbox = json.dumps(collection([create(1, **note), announce, {**create(3), **activity}, person])).encode()
    files = {
        "actor.json": json.dumps(actor(**about)).encode(),
        "outbox.json": outbox,
        "likes.json": json.dumps(collection([person, f"{ME}/statuses/1"])).encode(),
        "followers.json": json.dumps(collection([person, about])).encode(),
    }
    whole = golden.outcome(in_folder(tmp_path_factory.mktemp("a") / "export", files), IMPORTER)
    assert f"{ME}/statuses/1" in golden.as_text(whole)
    files["outbox.json"] = outbox[: max(130, min(cut, len(outbox)))]
    found = golden.outcome(in_folder(tmp_path_factory.mktemp("b") / "export", files), IMPORTER)
    assert "refused" in found or cut >= len(outbox)


# Real exports


@pytest.mark.parametrize(
    ("name", "posts", "replies", "reposts", "likes", "liked_people"),
    [("2022-06", 1467, 160, 51, 498, 494), ("2022-07", 205, 0, 1, 35, 29)],
)
def test_real_sample_of_mastodon(
    tmp_path: Path, name: str, posts: int, replies: int, reposts: int, likes: int, liked_people: int
) -> None:
    export = sample(f"mastodon-archive/{name}")
    found = golden.outcome(golden.zipped(export, tmp_path / "archive.zip"), IMPORTER)
    kinds = [row["kind"] for row in found["posts"]]
    assert (len(kinds), kinds.count("reply"), kinds.count("repost")) == (posts, replies, reposts)
    assert all("repost_of_account" in row for row in found["posts"] if row["kind"] == "repost")
    assert all("reply_to_account" in row for row in found["posts"] if row["kind"] == "reply")
    assert (len(found["interactions"]), sum("target" in row for row in found["interactions"])) == (
        likes,
        liked_people,
    )
    assert not [sentence for sentence in found["said"] if sentence.startswith("Problem")]
