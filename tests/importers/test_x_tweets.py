"""Tweets of X archives: kinds, links, mentions, quotes, edits, deletions, names, and the text of long posts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.importers.x import IMPORTER
from tests.builders import HANDLE, OWNER, ExportFiles, edited, in_folder, post, script, x_archive
from tests.importers import golden

FRIEND = {"id_str": "6200000011", "id": "6200000011", "screen_name": "tolliver_q", "name": "Tolliver Quince"}


def taken(tmp_path: Path, files: ExportFiles) -> golden.Golden:
    """What the importer makes of an archive with these files."""
    return golden.outcome(in_folder(tmp_path / "export", files), IMPORTER)


def posts(tmp_path: Path, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The staged posts of an archive with these tweets."""
    staged: list[dict[str, Any]] = taken(tmp_path, x_archive(posts=rows))["posts"]
    return staged


def entities(**parts: Any) -> dict[str, Any]:
    return {"hashtags": [], "user_mentions": [], "urls": []} | parts


def link(address: str | None, short: str = "https://t.co/a") -> dict[str, Any]:
    return {"url": short, "expanded_url": address}


QUOTES = {
    "https://twitter.com/hedda_voss/status/12": ("quote", "hedda_voss", "12"),
    "http://www.twitter.com/hedda_voss/statuses/12": ("quote", "hedda_voss", "12"),
    "https://mobile.twitter.com/hedda_voss/status/12?s=20": ("quote", "hedda_voss", "12"),
    "https://X.com/hedda_voss/status/12/photo/1": ("quote", "hedda_voss", "12"),
    "https://x.com/Tolliver_Q/status/12": ("quote", "6200000011", "12"),
    f"https://x.com/{HANDLE}/status/12": ("quote", OWNER, "12"),
    "https://x.com/i/web/status/12": ("quote", None, "12"),
    "https://x.com/i/status/12": ("quote", None, "12"),
    "https://x.com/hedda_voss": ("post", None, None),
    "https://notx.com/hedda_voss/status/12": ("post", None, None),
    "https://x.com.example/hedda_voss/status/12": ("post", None, None),
    "https://press.example/?to=https://x.com/hedda_voss/status/12": ("post", None, None),
}
"""Address in a post -> the kind of post that it makes, the account quoted and the post quoted."""


def test_a_quote_is_a_link_to_a_status(tmp_path: Path) -> None:
    rows = posts(
        tmp_path,
        *(
            post(str(number), "see", entities=entities(urls=[link(address)], user_mentions=[FRIEND]))
            for number, address in enumerate(QUOTES, start=10)
        ),
    )
    found = [(row["kind"], row.get("quote_of_account"), row.get("quote_of_post")) for row in rows]
    assert dict(zip(QUOTES, found, strict=True)) == QUOTES
    assert [row["links"] for row in rows[-4:]] == [[address] for address in list(QUOTES)[-4:]]
    assert not any(row["links"] for row in rows[:-4])


def test_a_long_tweet_that_links_to_itself_quotes_nothing(tmp_path: Path) -> None:
    (row,) = posts(
        tmp_path, post("17", "cut", entities=entities(urls=[link("https://twitter.com/i/web/status/17")]))
    )
    assert (row["kind"], row["links"]) == ("post", [])


def test_a_handle_of_two_accounts_stays_a_handle(tmp_path: Path) -> None:
    other = FRIEND | {"id": "99", "id_str": "99"}
    rows = posts(
        tmp_path,
        post("1", "one", entities=entities(user_mentions=[FRIEND])),
        post("2", "two", entities=entities(user_mentions=[other])),
        post("3", "three", entities=entities(urls=[link("https://x.com/tolliver_q/status/12")])),
    )
    assert rows[2]["quote_of_account"] == "tolliver_q"


KINDS: list[tuple[str, dict[str, str], str]] = [
    ("RT @tolliver_q: knots", {}, "repost"),
    ("RT @Tolliver_Q: knots", {}, "repost"),
    ("RT @tolliver_q knots", {}, "post"),
    ("So RT @tolliver_q: knots", {}, "post"),
    ("RT @tolliver_q: yes!", {"in_reply_to_user_id": "6200000011"}, "reply"),
    ("@tolliver_q knots", {}, "post"),
    ("by id", {"in_reply_to_user_id_str": "6200000011"}, "reply"),
    ("by post", {"in_reply_to_status_id": "5"}, "reply"),
    ("by name", {"in_reply_to_screen_name": "tolliver_q"}, "reply"),
    ("to nobody", {"in_reply_to_user_id": "-1", "in_reply_to_screen_name": ""}, "post"),
]
"""Text, what else is in the row, and the kind of post that it is."""


def test_kinds(tmp_path: Path) -> None:
    named = entities(user_mentions=[FRIEND])
    rows = posts(
        tmp_path,
        *(post(str(10 + i), text, entities=named, **more) for i, (text, more, _) in enumerate(KINDS)),
    )
    assert [(row["text"], row["kind"]) for row in rows] == [(text, kind) for text, _, kind in KINDS]
    for row in rows:
        assert row.get("repost_of_account") == ("6200000011" if row["kind"] == "repost" else None)


def test_a_repost_whose_author_is_not_in_the_mentions_has_the_handle(tmp_path: Path) -> None:
    (row,) = posts(
        tmp_path, post("1", "RT @hedda_voss: maps by @tolliver_q", entities=entities(user_mentions=[FRIEND]))
    )
    assert row["repost_of_account"] == "hedda_voss"


def test_an_account_is_mentioned_once(tmp_path: Path) -> None:
    named = [
        FRIEND,
        FRIEND | {"screen_name": "Tolliver_Q"},
        {"screen_name": "gone", "id": "-1"},
        {"screen_name": "Gone", "id": "-1"},
    ]
    (row,) = posts(tmp_path, post("1", "you and you", entities=entities(user_mentions=named)))
    assert row["mentions"] == [
        {"account": "6200000011", "handle": "tolliver_q"},
        {"account": None, "handle": "gone"},
    ]


def test_links_are_expanded_and_media_are_none(tmp_path: Path) -> None:
    urls = [link("https://a.example/1"), link(None, "https://t.co/lost"), link("ftp://files.example")]
    media = [{"url": "https://t.co/m", "expanded_url": "https://x.com/a/status/1/photo/1"}]
    row, bare = posts(
        tmp_path,
        post("1", "https://t.co/a https://t.co/m", entities=entities(urls=urls, media=media)),
        post("2", "https://t.co/m", entities=entities(media=media)),
    )
    assert (row["kind"], row["links"]) == ("post", ["https://a.example/1", "https://t.co/lost"])
    assert (bare["kind"], bare["links"]) == ("post", [])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_last_version_of_an_edited_post_counts(tmp_path: Path, order: tuple[int, ...]) -> None:
    versions = [post("9", "frist"), edited("10", "9", "firts"), edited("11", "9", "first")]
    for version in versions:
        version.setdefault("edit_info", {"initial": {"editTweetIds": ["9", "10", "11"]}})
    (row,) = posts(tmp_path, *(versions[number] for number in order))
    assert (row["post_id"], row["original_id"], row["text"]) == ("11", "9", "first")


def test_deleted_posts_are_marked(tmp_path: Path) -> None:
    gone = post("2", "gone", deleted_at="Sat Apr 11 09:00:00 +0000 2026")
    undated = post("3", "gone too")
    found = taken(tmp_path, x_archive(posts=[post("1", "here")], deleted=[gone, undated]))
    assert [row.get("deleted_utc") for row in found["posts"]] == [
        None,
        "2026-04-11T09:00:00",
        "2026-05-01T12:00:00",
    ]


def test_codes_for_no_language_are_no_language(tmp_path: Path) -> None:
    codes = ["de", "iw", "und", "zxx", "qme", "qht", "art"]
    rows = posts(tmp_path, *(post(str(10 + i), "x", lang=code) for i, code in enumerate(codes)))
    assert [row.get("lang") for row in rows] == ["de", "iw", None, None, None, None, None]


def test_names_come_from_mentions_and_replies(tmp_path: Path) -> None:
    early = post("1", "@tolliver_q hi", at="2026-04-01T08:00:00", entities=entities(user_mentions=[FRIEND]))
    later = post("2", "hi", at="2026-04-02T08:00:00",
                 entities=entities(user_mentions=[FRIEND | {"name": "Tolliver, ringer"}]))  # fmt: skip
    reply = post(
        "3", "hi", at="2026-04-03T08:00:00", in_reply_to_user_id="99", in_reply_to_screen_name="hedda_voss"
    )
    own = post("4", "me", entities=entities(user_mentions=[FRIEND | {"id": OWNER, "id_str": OWNER}]))
    found = taken(tmp_path, x_archive(posts=[early, later, reply, own]))
    names = {row["account"]: (row.get("display_name"), row["observed_utc"]) for row in found["accounts"]}
    assert names["6200000011"] == ("Tolliver, ringer", "2026-04-02T08:00:00")
    assert names["99"] == (None, "2026-04-03T08:00:00")
    assert len(found["accounts"]) == 3


# Long posts


def note(text: str, at: str = "2026-04-10T08:00:00", **core: Any) -> dict[str, Any]:
    return {"noteTweet": {"noteTweetId": "7", "createdAt": f"{at}.000Z", "core": {"text": text} | core}}


LONG = (
    "The whole of a long post about counting waders on the outer bank, in which there is much to tell: "
    + "k" * 300
)


@pytest.mark.parametrize(
    ("cut", "at", "joined"),
    [
        (LONG[:250] + "… https://t.co/more", "2026-04-10T08:00:00", True),
        ("@tolliver_q @hedda_voss " + LONG[:250] + "… https://t.co/more", "2026-04-10T08:00:00", True),
        (LONG[:250] + "… https://t.co/more", "2026-04-10T08:00:01", False),
        ("Another" + LONG[:250] + "… https://t.co/more", "2026-04-10T08:00:00", False),
        (LONG + " and then more than the note says", "2026-04-10T08:00:00", False),
    ],
)
def test_a_note_belongs_to_the_post_of_its_second_that_begins_as_it_does(
    tmp_path: Path, cut: str, at: str, joined: bool
) -> None:
    files = x_archive(posts=[post("1", cut, at)]) | {"data/note-tweet.js": script("note_tweet", [note(LONG)])}
    (row,) = taken(tmp_path, files)["posts"]
    assert row["text"] == (LONG if joined else cut)


def test_of_two_notes_of_a_second_each_post_gets_its_own(tmp_path: Path) -> None:
    start = "One thread, begun alike in both of its long posts, and "
    one, two = start + "this is the first " * 20, start + "that is the second " * 20
    rows = [post("1", one[:250] + "… https://t.co/a"), post("2", two[:250] + "… https://t.co/b")]
    files = x_archive(posts=rows) | {"data/note-tweet.js": script("note_tweet", [note(two), note(one)])}
    assert [row["text"] for row in taken(tmp_path, files)["posts"]] == [one, two]
