"""LinkedIn exports of 2018, 2021 and 2024: golden files, each quirk by a small file, and real ones.

The people are invented.
"""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Options, Problem
from analytics.importers.linkedin import IMPORTER
from analytics.importers.linkedin.values import moment, post_id, slug
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "linkedin"
ME = Options(me={"linkedin": "ottilie-marsh"})
OPTIONS = dict.fromkeys(set(golden.cases(FIXTURES)) - {"2024", "no-owner"}, ME)

HEADERS = {
    "Connections.csv": "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    "Shares.csv": "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility",
    "Comments.csv": "Date,Link,Message",
    "Reactions.csv": "Date,Type,Link",
    "Invitations.csv": "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
    "Company Follows.csv": "Organization,Followed On",
}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def taken(tmp_path: Path, files: dict[str, str | bytes], options: Options = ME) -> golden.Golden:
    """What the importer makes of these files; text is what follows the header."""
    export = tmp_path / "export"
    export.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, bytes) else f"{HEADERS[name]}\n{content}".encode()
        (export / name).write_bytes(text)
    return golden.outcome(export, IMPORTER, options=options)


# Recognising


@pytest.mark.parametrize(
    ("name", "header", "claimed"),
    [
        ("Connections.csv", HEADERS["Connections.csv"], True),
        ("connections (1).csv", "First Name,Last Name,Email Address,Company,Position,Connected On", True),
        ("contacts.csv", HEADERS["Connections.csv"], False),
        ("Shares.csv", HEADERS["Shares.csv"], True),
        ("Shares.csv", "Date,Share Title,Share Link,Share Commentary", True),
        ("Comments.csv", HEADERS["Comments.csv"], True),
        ("notes.csv", HEADERS["Comments.csv"], False),
        ("comments.csv", "id,permalink,date,ip,subreddit,gildings,link,parent,body,media", False),
        ("Profile.csv", "First Name,Last Name,Headline", False),
        ("messages.csv", "CONVERSATION ID,FROM,TO,DATE,SUBJECT,CONTENT,FOLDER", False),
        ("Connections.csv", "Name,Address", False),
        ("Connections.csv", 'Notes:\n"and nothing else"', False),
        ("Connections.txt", HEADERS["Connections.csv"], False),
    ],
)
def test_files_are_known_by_their_columns(tmp_path: Path, name: str, header: str, claimed: bool) -> None:
    path = tmp_path / name
    path.write_text(f"{header}\n", encoding="utf-8")
    found = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert bool(found) == claimed


def test_messages_are_never_opened(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "2024" / "export", tmp_path / "export")
    (found,) = [one for one in find_exports(export, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert "messages.csv" not in found.members
    assert "Nobody reads this" not in golden.as_text(golden.outcome(export, IMPORTER))


# Values


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1/8/18, 6:14 PM", datetime(2018, 1, 8, 18, 14)),
        ("12/31/23, 12:05 AM", datetime(2023, 12, 31, 0, 5)),
        ("6/1/24, 12:05 PM", datetime(2024, 6, 1, 12, 5)),
        ("6/14/2024", datetime(2024, 6, 14)),
        ("17 Jun 2021", datetime(2021, 6, 17)),
        ("Wed Jun 16 06:56:05 UTC 2021", datetime(2021, 6, 16, 6, 56, 5)),
        ("2017/06/08 08:15:44 UTC", datetime(2017, 6, 8, 8, 15, 44)),
        ("2024-06-11 09:51:14", datetime(2024, 6, 11, 9, 51, 14)),
        ("14/6/24, 5:57 AM", None),
        ("17 Foo 2021", None),
        ("31 Feb 2021", None),
        ("1/8/18, 25:00 PM", None),
        ("1/8/18, 5:61 PM", None),
        ("", None),
    ],
)
def test_dates(written: str, expected: datetime | None) -> None:
    assert moment(written) == expected


def test_addresses() -> None:
    assert slug("http://linkedin.com/pub/Ana/1/2") == "ana"
    assert slug("https://example.com/in/ana") is None
    assert slug(None) is None
    assert post_id("https://www.linkedin.com/feed/update/urn:li:activity:12/") == "urn:li:activity:12"
    assert post_id("https://lnkd.example/x") == "https://lnkd.example/x"
    assert post_id(" ") is None


# Whose


def test_nobody_to_own_it_is_refused(tmp_path: Path) -> None:
    (refusal,) = taken(tmp_path, {"Reactions.csv": ""}, Options())["refused"]
    assert refusal.endswith("with --me linkedin:HANDLE.")


@pytest.mark.parametrize(
    "me", ["https://www.linkedin.com/in/Ottilie-Marsh/", "@ottilie-marsh", "Ottilie-Marsh"]
)
def test_the_user_may_give_an_address(tmp_path: Path, me: str) -> None:
    found = taken(tmp_path, {"Connections.csv": "Ana,Reed,,,,,17 Jun 2021\n"}, Options(me={"linkedin": me}))
    assert {row["owner"] for row in found["follow_lists"]} == {"ottilie-marsh"}


def test_invitations_know_better_than_me(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "Invitations.csv": 'A,B,"5/14/24, 5:57 AM",,OUTGOING,https://www.linkedin.com/in/ottilie,'
        "https://www.linkedin.com/in/bo\n"
    }
    found = taken(tmp_path, files)
    assert "Owner: linkedin | ottilie | ottilie" in found["said"]
    assert "Note: The export is of ottilie; --me ottilie-marsh was not used." in found["said"]


# Quirks


def test_a_connection_is_on_both_lists(tmp_path: Path) -> None:
    found = taken(tmp_path, {"Connections.csv": "Ana,Reed,https://www.linkedin.com/in/ana,,,,17 Jun 2021\n"})
    assert [(row["direction"], row["account"], row["since_utc"]) for row in found["follows"]] == [
        ("follower", "ana", "2021-06-17T00:00:00"),
        ("following", "ana", "2021-06-17T00:00:00"),
    ]


def test_two_of_one_name_without_address_are_two(tmp_path: Path) -> None:
    rows = "Ana,Reed,,,,,17 Jun 2021\nAna,Reed,,,,,18 Jun 2021\n"
    found = taken(tmp_path, {"Connections.csv": rows})
    assert len(found["follows"]) == 4


def test_a_comment_goes_on_until_the_next_date(tmp_path: Path) -> None:
    link = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7"
    text = f'2024-06-17 06:01:43,{link},one\n2 apples, 3 pears\n"and" more\r\n2024-06-17 06:01:44,{link},"two"\r\n'
    found = taken(tmp_path, {"Comments.csv": text})
    assert [row["text"] for row in found["posts"]] == ['one\n2 apples, 3 pears\n"and" more', "two"]


@pytest.mark.parametrize("name", ["Connections.csv", "Shares.csv", "Comments.csv", "Reactions.csv"])
def test_every_file_may_be_utf16(tmp_path: Path, name: str) -> None:
    rows = {
        "Connections.csv": ["Bö", "Reed", "https://www.linkedin.com/in/bo", "", "", "", "17 Jun 2021"],
        "Shares.csv": [
            "2024-06-11 09:51:14",
            "https://www.linkedin.com/feed/update/urn:li:share:1",
            "Bö",
            "",
            "",
            "",
        ],
        "Comments.csv": ["2024-06-11 09:51:14", "https://www.linkedin.com/feed/update/urn:li:share:1", "Bö"],
        "Reactions.csv": [
            "2024-06-11 09:51:14",
            "LIKE",
            "https://www.linkedin.com/feed/update/urn:li:share:1",
        ],
    }
    text = "\r\n".join("\t".join(cells) for cells in (HEADERS[name].split(","), rows[name]))
    found = taken(tmp_path, {name: b"\xff\xfe" + text.encode("utf-16-le")})
    kind = {"Connections.csv": "follows", "Reactions.csv": "interactions"}.get(name, "posts")
    assert found[kind]


def test_utf16_that_is_cut_is_refused(tmp_path: Path) -> None:
    text = (HEADERS["Shares.csv"].replace(",", "\t") + "\nx").encode("utf-16-le")
    (refusal,) = taken(tmp_path, {"Shares.csv": b"\xff\xfe" + text[:-1]})["refused"]
    assert "Shares.csv is cut short or damaged" in refusal


def test_a_second_download_of_one_file_is_left_out(tmp_path: Path) -> None:
    row = "Ana,Reed,https://www.linkedin.com/in/{},,,,17 Jun 2021\n"
    content = {name: f"{HEADERS['Connections.csv']}\n{row.format(who)}".encode() for name, who in (
        ("Connections.csv", "ana"), ("Connections (1).csv", "bo")
    )}  # fmt: skip
    found = taken(tmp_path, dict(content))
    assert {row["account"] for row in found["follows"]} == {"ana"}


def test_a_list_that_is_mostly_unreadable_is_not_whole(tmp_path: Path) -> None:
    sound = "Ana,Reed,https://www.linkedin.com/in/ana,,,,17 Jun 2021\n"
    found = taken(tmp_path / "a", {"Connections.csv": sound + "Bo\nCad\n"})
    assert not any(row["complete"] for row in found["follow_lists"])
    assert [one for one in found["said"] if "not used to tell who is missing" in one]
    found = taken(tmp_path / "b", {"Connections.csv": sound * 2 + "Bo\n"})
    assert all(row["complete"] for row in found["follow_lists"])


def test_problems_name_the_line_of_the_file(tmp_path: Path) -> None:
    notes = b'Notes:\n"Some\nwords"\n\n' + HEADERS["Connections.csv"].replace("URL,", "").encode()
    text = notes + b'\nAna,Reed,,"A\nB",,17 Jun 2021\nBo,Rush,,,,soon\n'
    found = taken(
        tmp_path,
        {"Connections.csv": text, "Comments.csv": "2024-06-17 06:01:43,u,a\nb\n2024-06-17 06:01:43,,c\n"},
    )
    places = [one for one in found["said"] if one.startswith("Problem")]
    assert [place.split(" | ")[0] for place in places] == [
        "Problem: Connections.csv, row 8",
        "Problem: Comments.csv, row 4",
    ]


def test_an_invitation_by_name_is_matched_to_the_only_connection_of_that_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "Connections.csv": "Ana,Reed,https://www.linkedin.com/in/ana,,,,17 Jun 2021\n"
        "Bo,Rush,https://www.linkedin.com/in/bo1,,,,17 Jun 2021\nBo,Rush,https://www.linkedin.com/in/bo2,,,,17 Jun 2021\n",
        "Invitations.csv": 'Me,Ana Reed,"6/1/21, 5:57 AM",,OUTGOING,,\nMe,Bo Rush,"6/1/21, 5:57 AM",,OUTGOING,,\n',
    }
    assert [row["target"] for row in taken(tmp_path, files)["interactions"]] == ["Bo Rush", "ana"]


# Real ones


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2018-11", {"follows": 2 * 41, "posts": 5, "interactions": 11}),
        ("2024-06", {"follows": 0, "posts": 57, "interactions": 1964 + 923 + 99}),
        ("2024-10", {"follows": 2 * 1581, "posts": 0, "interactions": 0}),
    ],
)
def test_real_sample_counts(name: str, expected: dict[str, int], tmp_path: Path) -> None:
    path = sample(f"linkedin/{name}")
    (found,) = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    with open_stage() as stage:
        said = list(IMPORTER.read(found.files, found.members, stage, ME))
        assert {kind: len(stage.run(f"SELECT 1 FROM {kind}")) for kind in expected} == expected
        undated = stage.run("SELECT 1 FROM follows WHERE since_utc IS NULL")
    assert not undated
    assert not [one for one in said if isinstance(one, Problem)]
    if name == "2024-10":  # 1,628 connections in all
        assert [one for one in said if "47 connections have neither name nor address" in str(one)]


# Anything

CELLS = st.text(max_size=8) | st.sampled_from(
    ["2024-06-11 09:51:14", "6/14/24, 5:57 AM", "17 Jun 2021", "INCOMING", "OUTGOING", '"', "\n", ",", "\x00",
     "https://www.linkedin.com/in/ana", "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A1", "\ufeff"]
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(HEADERS)),
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=4),
    quoted=st.booleans(),
    cut=st.integers(0, 5),
)
def test_nothing_in_a_file_is_fatal(name: str, rows: list[list[Any]], quoted: bool, cut: int) -> None:
    text = io.StringIO()
    if quoted:
        csv.writer(text).writerows(rows)
    else:
        text.write("\n".join(",".join(row) for row in rows))
    content = text.getvalue().encode(errors="replace")
    with tempfile.TemporaryDirectory() as folder:
        content = HEADERS[name].encode() + b"\n" + content[: len(content) - cut]
        found = taken(Path(folder), {name: content})
    assert found.get("refused") or found["said"]
