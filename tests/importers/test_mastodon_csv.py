"""Lists of Mastodon and GoToSocial as CSV: golden files of every version, and what they cannot show.

The people and servers are invented.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Options
from analytics.importers.mastodon_csv import IMPORTER
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "mastodon_csv"
ME = Options(me={"mastodon": "Wren@fen.example"})
OPTIONS = {
    "no-owner": Options(),
    "blocked": Options(me={"*": "@wren@fen.example"}, as_of_utc=datetime(2024, 2, 3)),
}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case, ME), write=write_golden)


def taken(path: Path, content: bytes, options: Options = ME) -> golden.Golden:
    """What the importer makes of one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return golden.outcome(path, IMPORTER, options=options)


def members(found: golden.Golden) -> tuple[str, list[str]]:
    """The direction and the accounts of the only list."""
    (one,) = found["follow_lists"]
    return one["direction"], [row["account"] for row in found.get("follows", [])]


# Recognising


@pytest.mark.parametrize(
    ("name", "content", "claimed"),
    [
        ("people.csv", "Account address,Show boosts\n", True),
        ("people.csv", '"Account address","Hide notifications"\n', True),
        ("people.txt", "account ADDRESS , show boosts\na@b.example,true\n", True),
        ("following_accounts.csv", "a@b.example\n", True),
        ("following_accounts (1).csv", "a@b.example\nbob\n", True),
        ("following_accounts.csv", "\n\n a@b.example\n", True),
        ("Followers-2.csv", "@a@b.example\n", True),
        ("blocked_accounts.toqduj.csv", "a@b.example\n", True),
        ("lists.csv", '"Birds, tall",a@b.example\n', True),
        ("people.csv", "a@b.example\n", False),
        ("following_accounts.csv", "bob\ncarla\n", False),
        ("following.csv", "name,followed at\na@b.example,2024\n", False),
        ("followers.csv", "Handle\na@b.example\n", True),
        ("followers.csv", "one\ntwo words\na@b.example\n", False),
        ("following.csv", "platform,owner,account,direction\nmastodon,a@b.example,c@d.example,following\n", False),
        ("connections.csv", "Account address,Balance\na@b.example,7\n", False),
        ("domain_blocks.csv", "#domain,#severity\nb.example,silence\n", False),
        ("lists.csv", "Birds,17\n", False),
        ("bookmarks.csv", "title\n", False),
        ("following_accounts.json", "a@b.example\n", False),
        ("following_accounts.csv", "\n \n", False),
    ],
)  # fmt: skip
def test_recognised_by_header_or_by_name_and_content(
    tmp_path: Path, name: str, content: str, claimed: bool
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    found = [one for one in find_exports(folder, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([(name,)] if claimed else [])


def test_every_file_is_an_import_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for name in ("following_accounts.csv", "blocked_accounts.csv", "notes.csv"):
        (folder / name).write_text("a@b.example\n")
    found = [one for one in find_exports(folder, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert sorted(one.members for one in found) == [("blocked_accounts.csv",), ("following_accounts.csv",)]


# What a file is


@pytest.mark.parametrize(
    ("name", "header", "direction"),
    [
        ("a.csv", "Account address,Show boosts", "following"),
        ("a.csv", "Account address,Hide notifications", "muted"),
        ("blocked_accounts.csv", "Account address", "blocked"),
        ("following_accounts.csv", "Account address", "following"),
        ("followers.csv", "Account address,Show boosts", "follower"),
        ("old blocked accounts.csv", "Account address,Show boosts", "following"),
    ],
)
def test_which_list_it_is(tmp_path: Path, name: str, header: str, direction: str) -> None:
    found = taken(tmp_path / name, f"{header}\na@b.example\n".encode())
    assert members(found) == (direction, ["a@b.example"])


@pytest.mark.parametrize(
    "content",
    [
        "Account address,Show boosts\r\nOwl@b.example,true\r\nbob,true\r\n".encode("utf-16"),
        b"Account address;Show boosts\nOwl@b.example;true\nbob;true",
        b"Account address\tShow boosts\nOwl@b.example\ttrue\nbob\n",
        b"\xef\xbb\xbfShow boosts,Account address\ntrue,Owl@b.example\ntrue,bob\n\n,\n",
        b"Account address,Show boosts\n@owl@B.EXAMPLE, TRUE\n\n  \nowl@b.example,false\n@bob\n",
        b'Account address,Show boosts,Notify on new posts,Languages\n"owl@b.example",true,false,"en, fr"\nbob,,,\n',
    ],
)
def test_what_spreadsheets_and_people_make_of_it(tmp_path: Path, content: bytes) -> None:
    found = taken(tmp_path / "following_accounts.csv", content)
    assert members(found) == ("following", ["bob@fen.example", "owl@b.example"])
    assert not [sentence for sentence in found["said"] if sentence.startswith("Problem")]


def test_a_bad_row_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    content = b'Account address,Show boosts\na@b.example,true\n"c@b.example,true\nd@b.ex\xffample,true\ne@b.example,true\n'
    found = taken(tmp_path / "following_accounts.csv", content)
    assert members(found)[1][:2] == ["a@b.example", "d@b.ex\ufffdample"]
    assert [sentence for sentence in found["said"] if sentence.startswith("Problem")] == [
        "Problem: following_accounts.csv, row 3 | 'c@b.example,true' is no address such as ana@social.example"
    ]
    assert found["follow_lists"][0]["complete"] is True


def test_a_header_of_ones_own_is_nobody(tmp_path: Path) -> None:
    found = taken(tmp_path / "followers.csv", b"Handle\nowl@b.example\nbob\n")
    assert members(found) == ("follower", ["bob@fen.example", "owl@b.example"])


def test_a_person_on_the_list_twice_is_one(tmp_path: Path) -> None:
    found = taken(tmp_path / "following_accounts.csv", b"a@b.example\nA@B.example\n@a@b.example\n")
    assert members(found) == ("following", ["a@b.example"])


def test_a_name_without_a_server_is_no_owner(tmp_path: Path) -> None:
    found = taken(tmp_path / "following_accounts.csv", b"a@b.example\n", Options(me={"mastodon": "wren"}))
    assert "--me mastodon:YOU@YOUR.SERVER" in found["refused"][0]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    header=st.sampled_from(
        ["Account address,Show boosts", "Account address", "a@b.example", "Account address;x"]
    ),
    rest=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode(errors="replace")),
    name=st.sampled_from(["following_accounts.csv", "followers.txt", "lists.csv"]),
)
def test_only_refusals_come_of_mangled_files(
    tmp_path_factory: pytest.TempPathFactory, header: str, rest: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("mangled") / "export"
    folder.mkdir()
    (folder / name).write_bytes(header.encode() + b"\nowl@b.example\n" + rest)
    found = [one for one in find_exports(folder, (IMPORTER,), folder.parent) if isinstance(one, Found)]
    if found and name != "lists.csv":
        assert "owl@b.example" in golden.as_text(golden.outcome(folder, IMPORTER, options=ME))


# Real exports


@pytest.mark.parametrize(
    ("name", "direction", "count"),
    [
        ("2017/following_accounts.csv", "following", 43),
        ("recent/following_accounts.csv", "following", 476),
        ("server-fixtures/following_accounts.csv", "following", 2),
        ("server-fixtures/blocked_accounts.toqduj.csv", "blocked", 3),
        ("server-fixtures/muted_accounts.csv", "muted", 2),
        ("server-fixtures/new-following-imports.txt", "following", 2),
        ("server-fixtures/utf8-followers.txt", "follower", 1),
    ],
)
def test_real_sample_of_lists(tmp_path: Path, name: str, direction: str, count: int) -> None:
    source = sample(f"mastodon-csv/{name}")
    found = taken(tmp_path / source.name, source.read_bytes())
    assert (members(found)[0], len(members(found)[1])) == (direction, count)
    assert not [sentence for sentence in found["said"] if sentence.startswith("Problem")]
