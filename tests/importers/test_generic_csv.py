"""CSV in the program's own form: golden files, recognising, damaged files, times, and large files.

Each folder of fixtures/generic_csv is one import. expected.json beside it holds its rows (columns that are
null left out) and what was said; `python -m tests.importers.test_generic_csv` writes them anew, to be read
before they are kept.
"""

from __future__ import annotations

import contextlib
import csv
import doctest
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.importers import _cells, _when
from analytics.importers._archive import FolderFiles, Found, SingleFile, find_exports
from analytics.importers.generic_csv import IMPORTER
from analytics.importers.interface import ExportedAt, Finding, Options, Owner, Refused
from analytics.model import STAGED, Note, Problem
from analytics.store.staging import DuckStage, open_stage

FIXTURES = Path(__file__).parent / "fixtures" / "generic_csv"
CASES = sorted(folder.name for folder in FIXTURES.iterdir())
BERLIN = Options(time_zone="Europe/Berlin")
FILE_DATE = datetime(2026, 11, 22, 8, 0)

Rows = dict[str, list[dict[str, Any]]]


def taken(stage: DuckStage) -> Rows:
    """Every staged row, columns that are null left out, times as text."""
    tables: Rows = {}
    for kind, columns in STAGED.items():
        names = [column.name for column in columns]
        rows = [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in zip(names, row, strict=True)
                if value is not None
            }
            for row in stage.run(f"SELECT {', '.join(names)} FROM {kind} ORDER BY ALL")
        ]
        if rows:
            tables[kind] = rows
    return tables


def take(path: Path, options: Options = BERLIN) -> tuple[Rows, list[Finding]]:
    files = FolderFiles(path=path) if path.is_dir() else SingleFile(path=path)
    with open_stage() as stage:
        said = list(IMPORTER.read(files, IMPORTER.recognise(files), stage, options))
        return taken(stage), said


def take_text(
    folder: Path, text: str | bytes, options: Options = BERLIN, name: str = "some.csv"
) -> tuple[Rows, list[Finding]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    dated(path)
    return take(path, options)


def dated(path: Path) -> None:
    moment = FILE_DATE.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def problems(said: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.place, finding.what) for finding in said if isinstance(finding, Problem)]


def notes(said: Iterable[Finding]) -> list[str]:
    return [finding.text for finding in said if isinstance(finding, Note)]


def golden(case: str) -> dict[str, Any]:
    for path in (FIXTURES / case).iterdir():
        dated(path)
    rows, said = take(FIXTURES / case)
    return {
        "said": [
            f"{type(one).__name__}: " + " | ".join(str(getattr(one, slot)) for slot in one.__slots__)
            for one in said
        ],
        **rows,
    }


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    expected = json.loads((FIXTURES / case / "expected.json").read_text(encoding="utf-8"))
    assert golden(case) == expected


def test_the_module_examples() -> None:
    assert doctest.testmod(_when) == doctest.TestResults(failed=0, attempted=1)


POSTS_HEADER = "platform,author,post_id,created_at,text\n"


@pytest.mark.parametrize(
    ("header", "claimed"),
    [
        ("platform,account", True),
        ("Account , PLATFORM,shoe size", True),
        ("platform;account", True),
        ("site\tstart\tseconds", True),
        ("site,start,end", True),
        ("site,start", False),
        ("Activity,From,To", True),
        ("project;started;stopped", True),
        ("app\tbegin\tseconds", True),
        ("app,start,finished", True),
        ("from,to,subject", False),
        ("project,from", False),
        ("account", False),
        ("account,label", False),
        ("platform,owner,direction", False),
        ("platform,actor,target,kind", False),
        ("platform,author,post_id,created_at", False),
        ("", False),
    ],
)
def test_a_file_is_recognised_by_its_columns(tmp_path: Path, header: str, claimed: bool) -> None:
    (tmp_path / "notes.txt").write_text(header, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b'\x89PNG\r\n\x1a\n\0\0"\0\xff\r\r,')
    assert IMPORTER.recognise(FolderFiles(path=tmp_path)) == (("notes.txt",) if claimed else ())


def test_a_file_of_follows_is_not_one_of_accounts(tmp_path: Path) -> None:
    rows, _ = take_text(tmp_path, "platform,account,owner,direction,as_of\nx,1,2,follower,2026-11-20\n")
    assert set(rows) == {"follow_lists", "follows"}


def test_a_very_long_first_line_is_no_header(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("platform,account" + ",x" * 20_000, encoding="utf-8")
    assert IMPORTER.recognise(FolderFiles(path=tmp_path)) == ()


def test_a_zip_and_a_folder_give_the_same(tmp_path: Path) -> None:
    folder = FIXTURES / "every-kind"
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.glob("*.csv"):
            archive.write(path, f"my export/{path.name}")
    (found,) = find_exports(packed, (IMPORTER,), tmp_path)
    assert isinstance(found, Found)
    with open_stage() as stage:
        assert not problems(IMPORTER.read(found.files, found.members, stage, BERLIN))
        assert taken(stage) == take(folder)[0]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_and_line_ends_change_nothing(tmp_path: Path, mark: bytes, newline: str) -> None:
    text = f'{POSTS_HEADER}x,7100,1,,one\n\nx,7100,2,,"two, too"\n,,,,\nx,7100,3,soon,three'
    rows, said = take_text(tmp_path, mark + text.replace("\n", newline).encode())
    assert [row["text"] for row in rows["posts"]] == ["one", "two, too"]
    assert [place for place, _ in problems(said)] == ["some.csv, row 6"]


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", '"\r', "\n\n,,\n"])
@pytest.mark.parametrize("between", ["\n", "\r\n"])
def test_line_breaks_inside_a_cell_are_kept(tmp_path: Path, inside: str, between: str) -> None:
    texts = [f"first{inside}second", f"{inside}", "last"]
    with (tmp_path / "some.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=between, quoting=csv.QUOTE_ALL)
        writer.writerow(POSTS_HEADER.strip().split(","))
        writer.writerows(["x", "7100", number, "", text] for number, text in enumerate(texts))
    rows, said = take(tmp_path / "some.csv")
    assert [row["text"] for row in rows["posts"]] == texts
    assert not problems(said)


def test_the_row_of_a_problem_is_its_line_in_the_file(tmp_path: Path) -> None:
    text = 'x,7100,1,,"one\ntwo\nthree"\n\nx,7100,2,never,four\nx,7100,3\n'
    _, said = take_text(tmp_path, POSTS_HEADER + text)
    assert [place for place, _ in problems(said)] == ["some.csv, row 6", "some.csv, row 7"]
    _, said = take_text(tmp_path, POSTS_HEADER + text.removesuffix("x,7100,3\n"))
    assert [place for place, _ in problems(said)] == ["some.csv, row 6"]


def test_a_quotation_mark_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    rows, said = take_text(tmp_path, POSTS_HEADER + 'x,7100,1,,one\nx,7100,2,,"two\nx,7100,3,,three\n')
    assert [row["text"] for row in rows["posts"]] == ["one", "three"]
    ((place, what),) = problems(said)
    assert place == "some.csv, row 3"
    assert what.startswith("a quotation mark is not closed")


def test_a_space_before_a_quotation_mark_is_read_in_a_damaged_file_too(tmp_path: Path) -> None:
    text = POSTS_HEADER + 'x,7100,1,, "one, two"\n'
    for end in ("", "x,7100\n"):
        rows, _ = take_text(tmp_path, text + end)
        assert [row["text"] for row in rows["posts"]] == ["one, two"]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    text = POSTS_HEADER + "x,7100,1,,Käse\nx,7100,2,,plain\n"
    with pytest.raises(Refused, match=r"some\.csv is not UTF-8 text \(row 2 .* save it as CSV UTF-8"):
        take_text(tmp_path, text.encode("latin-1"))
    with pytest.raises(Refused, match=r"some\.csv is written in UTF-16; save it as CSV UTF-8"):
        take_text(tmp_path, text.encode("utf-16"))


def test_a_stray_byte_costs_its_own_row_only(tmp_path: Path) -> None:
    lines = [f"x,7100,{number},,good" for number in range(150)]
    lines[70] = "x,7100,70,,b\udcffd"
    text = (POSTS_HEADER + "\n".join(lines)).encode(errors="surrogateescape")
    rows, said = take_text(tmp_path, text)
    assert len(rows["posts"]) == 149
    assert problems(said) == [("some.csv, row 72", "not UTF-8 text; save the file as CSV UTF-8")]


def test_nul_bytes_are_left_out(tmp_path: Path) -> None:
    rows, said = take_text(tmp_path, POSTS_HEADER + "x,71\0 00,\0,,a\0b\nx,7100,2,,\0\n")
    assert [(row["author"], row["text"]) for row in rows["posts"]] == [("7100", "")]
    assert [place for place, _ in problems(said)] == ["some.csv, row 2"]


def test_many_problems_are_counted_after_the_first_thousand(tmp_path: Path) -> None:
    rows, said = take_text(tmp_path, "platform,account,followers\n" + "x,7100,many\n" * 1500 + "x\n" * 3)
    assert len(rows["accounts"]) == 1500
    listed = problems(said)
    assert len(listed) == _cells.MOST_PROBLEMS + 1
    assert listed[0][0] == "some.csv, row 2"
    assert listed[-1] == ("some.csv", "503 more problems, not listed one by one")


def test_a_problem_shows_a_short_plain_value(tmp_path: Path) -> None:
    _, said = take_text(tmp_path, 'platform,account,followers\nx,7100,"\x1b[31m\n' + "a" * 200 + '"\n')
    ((_, what),) = problems(said)
    assert what == f"followers is ' [31m {'a' * 54}', expected a whole number such as 1234"


def test_columns_unknown_or_twice_are_told(tmp_path: Path) -> None:
    rows, said = take_text(tmp_path, "platform,account,mood,handle,,Handle\nx,7100,fine,one,,two\n")
    assert rows["accounts"] == [{"platform": "x", "account": "7100", "handle": "one"}]
    assert notes(said) == [
        "some.csv: left out columns that are not part of this format: mood.",
        "some.csv: more than one column is named handle; the first was read.",
    ]


def test_without_its_column_a_bio_is_unknown(tmp_path: Path) -> None:
    rows, _ = take_text(tmp_path, "platform,account\nx,7100\n")
    assert rows["accounts"] == [{"platform": "x", "account": "7100"}]


@pytest.mark.parametrize(
    ("written", "site"),
    [
        ("X", "x"),
        ("x.com", "x"),
        ("https://www.reddit.com/r/bread", "reddit"),
        ("Forum.Bread.Example:8080/new", "forum.bread.example"),
        ("[not.an.address", "[not.an.address"),
        ("Hacker News", "hackernews"),
        ("com.reddit.frontpage", "reddit"),
        ("Twitter", "x"),
        ("The Bread Forum", "the bread forum"),
        ("c#", "c#"),
    ],
)
def test_a_site_is_a_key_a_domain_or_an_address(tmp_path: Path, written: str, site: str) -> None:
    rows, _ = take_text(tmp_path, f"site,start,seconds\n{written},2026-11-16,60\n")
    assert [row["site"] for row in rows["time_spans"]] == [site]


@pytest.mark.parametrize(
    "header",
    [
        "site,start,end",
        "Activity,From,To",
        "project,started,stopped",
        "app,begin,stop",
        " PROJECT ,Begin,Finished",
    ],
)
def test_the_columns_of_a_time_may_have_other_names(tmp_path: Path, header: str) -> None:
    rows, said = take_text(tmp_path, f"{header}\nDigg,2026-11-16 09:00Z,2026-11-16 09:30Z\n")
    assert [(row["site"], row["start_utc"], row["end_utc"]) for row in rows["time_spans"]] == [
        ("digg", "2026-11-16T09:00:00", "2026-11-16T09:30:00")
    ]
    assert said == []


def test_of_several_names_of_a_column_the_first_counts(tmp_path: Path) -> None:
    text = "project,site,from,start,end\nBread,reddit,2026-11-01,2026-11-16,2026-11-16 01:00\n"
    rows, said = take_text(tmp_path, text, Options())
    assert [(row["site"], row["start_utc"]) for row in rows["time_spans"]] == [
        ("reddit", "2026-11-16T00:00:00")
    ]
    assert notes(said) == ["some.csv: left out columns that are not part of this format: project, from."]
    text = "app,activity,begin,seconds\nFirefox,reddit,2026-11-16,60\n"
    rows, said = take_text(tmp_path, text, Options())
    assert [row["site"] for row in rows["time_spans"]] == ["reddit"]
    assert notes(said) == ["some.csv: left out columns that are not part of this format: app."]


FOLLOWS = "platform,owner,account,direction"


def test_a_list_without_a_date_has_the_one_the_user_gives(tmp_path: Path) -> None:
    text = f"{FOLLOWS}\nx,7100,7200,follower\n"
    given = datetime(2026, 10, 1)
    rows, said = take_text(tmp_path, text, Options(as_of_utc=given))
    assert rows["follow_lists"][0]["as_of_utc"] == "2026-10-01T00:00:00"
    assert said == [ExportedAt(moment_utc=given), Owner(platform="x", account="7100")]


def test_a_list_without_a_date_has_the_file_s(tmp_path: Path) -> None:
    rows, said = take_text(tmp_path, f"{FOLLOWS}\nx,7100,7200,follower\n")
    assert rows["follow_lists"][0]["as_of_utc"] == FILE_DATE.isoformat()
    assert notes(said) == [
        "some.csv has no as_of; taken as of 2026-11-22, the file's date; give --as-of DATE if that is wrong."
    ]
    text = f"{FOLLOWS},as_of\nx,7100,7200,follower,2026-10-01Z\nx,7100,7300,follower,2026-10-01\nx,7100,7300,follower,\n"
    _, said = take_text(tmp_path, text)
    assert [note.split(";")[0] for note in notes(said)] == ["1 of 2 rows of some.csv have no as_of"]


def test_a_list_without_an_owner_is_the_user_s_own(tmp_path: Path) -> None:
    text = f"{FOLLOWS},as_of\nx,,7200,follower,2026-11-20\ndigg,,pip,follower,2026-11-20\n"
    rows, said = take_text(tmp_path, text, Options(me={"x": "7100"}))
    assert [(row["platform"], row["owner"], row["account"]) for row in rows["follows"]] == [
        ("x", "7100", "7200")
    ]
    assert [place for place, _ in problems(said)] == ["some.csv, row 3"]
    assert not [finding for finding in said if isinstance(finding, Owner)]


@pytest.mark.parametrize(
    ("zone", "written", "moment"),
    [
        ("Europe/Berlin", "2026-07-01T12:00:00", "2026-07-01T10:00:00"),
        ("Europe/Berlin", "2026-12-01 12:00", "2026-12-01T11:00:00"),
        ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59"),
        ("Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00"),
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00"),
        ("America/New_York", "2026-11-01T00:59:00", "2026-11-01T04:59:00"),
        ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T06:30:00"),
        ("America/New_York", "2026-11-01T02:00:00", "2026-11-01T07:00:00"),
        ("America/New_York", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00"),
        ("Asia/Kathmandu", "2026-07-01", "2026-06-30T18:15:00"),
        ("UTC", "2026-07-01T12:00:00+05:45", "2026-07-01T06:15:00"),
        ("UTC", "2026-07-01T12:00:00.123456789-0330", "2026-07-01T15:30:00.123456"),
        ("UTC", "2026-07-01t12:00:00,5 +02", "2026-07-01T10:00:00.500000"),
        ("UTC", "1990-01-01", "1990-01-01T00:00:00"),
        ("UTC", "2100-12-31T23:59:59Z", "2100-12-31T23:59:59"),
        ("UTC", "1989-12-31", None),
        ("UTC", "2101-01-01", None),
        ("UTC", "2026-02-29", None),
        ("UTC", "2026-13-01", None),
        ("UTC", "2026-07-01T24:00", None),
        ("UTC", "2026-07-01Z", None),
        ("UTC", "01/07/2026", None),
        ("UTC", "infinity", None),
    ],
)
def test_times(tmp_path: Path, zone: str, written: str, moment: str | None) -> None:
    text = f'platform,account,created_at\nx,7100,"{written}"\n'
    rows, said = take_text(tmp_path, text, Options(time_zone=zone))
    assert rows["accounts"][0].get("created_utc") == moment
    assert [what.split(",")[0] for _, what in problems(said)] == (
        [] if moment else [f"created_at is '{written}'"]
    )
    parsed = _when.parse_moment(written, zone)
    assert (parsed and parsed.isoformat()) == moment


two_digits = st.integers(0, 63).map("{:02}".format)
WRITTEN = st.one_of(
    st.text(alphabet="0123456789-:TZ+ .", max_size=25),
    st.builds(
        "{}-{}-{}{}{}:{}{}".format,
        st.integers(1988, 2102),
        st.integers(0, 13).map("{:02}".format),
        st.integers(0, 32).map("{:02}".format),
        st.sampled_from("T "),
        two_digits,
        two_digits,
        st.sampled_from(["", ":30", ":30.25", "Z", ":59+02:00", "-1130", "+16"]),
    ),
)


@settings(max_examples=10, deadline=None)
@given(st.lists(WRITTEN, min_size=1, max_size=40))
def test_times_are_read_the_same_in_sql_and_in_python(written: list[str]) -> None:
    with open_stage() as stage:
        read = stage.run(
            f"SELECT list_transform($written, lambda cell: {_when.moment_sql('cell')})",
            {"written": written, "zone": "Asia/Tokyo"},
        )
    assert read[0][0] == [_when.parse_moment(cell, "Asia/Tokyo") for cell in written]


@given(st.datetimes(datetime(1995, 1, 1), datetime(2024, 1, 1)))
def test_a_local_time_comes_back(moment: datetime) -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    utc = _when.to_utc(moment, zone.key)
    back = utc.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    assert back == moment or back - moment == timedelta(minutes=30)


CELL = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0&"), max_size=12
) | st.sampled_from(['"', '""', ',"', '\n"', "\r", "\r\n", " ", ' "', "\n,,,,\n", "x,1,2,,3\n"])


@settings(max_examples=12, deadline=None)
@given(st.lists(CELL, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_text_comes_back_and_a_broken_row_changes_no_other(
    texts: list[str], newline: str, is_broken: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerow(POSTS_HEADER.strip().split(","))
    writer.writerows(["x", "7100", f"{number:02}", "", text] for number, text in enumerate(texts))
    with tempfile.TemporaryDirectory() as folder:
        rows, said = take_text(Path(folder), out.getvalue() + ("x,7100" + newline) * is_broken)
    assert [row["text"] for row in rows["posts"]] == texts
    assert len(problems(said)) == is_broken


@settings(max_examples=12, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([POSTS_HEADER, "site,start,end,seconds\n", FOLLOWS + "\n"]))
def test_any_bytes_are_rows_or_problems_or_refused(damage: bytes, header: str) -> None:
    said: list[Finding] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Refused):
        _, said = take_text(Path(folder), header.encode() + damage)
    assert all(place.startswith("some.csv") for place, _ in problems(said))


def test_a_large_file_keeps_its_line_breaks(tmp_path: Path) -> None:
    # Quoted text that itself looks like rows: read in several threads, this falls apart.
    filler = "\n".join(f"x,7100,{number},,not a row" for number in range(40))
    count = 12_000
    with (tmp_path / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(POSTS_HEADER)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(["x", "7100", f"p{number}", "", f"{number}\n{filler}"] for number in range(count))
    assert (tmp_path / "posts.csv").stat().st_size > 10_000_000
    files = FolderFiles(path=tmp_path)
    with open_stage() as stage:
        assert not list(IMPORTER.read(files, ("posts.csv",), stage, BERLIN))
        assert stage.run("SELECT count(*), count(DISTINCT post_id), min(post_id[1]) FROM posts") == [
            (count, count, "p")
        ]


if __name__ == "__main__":
    for case in CASES:
        text = json.dumps(golden(case), ensure_ascii=False, indent=1)
        (FIXTURES / case / "expected.json").write_text(text + "\n", encoding="utf-8")
