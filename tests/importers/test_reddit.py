"""Reddit data requests: golden files, and what a folder of fixtures cannot show. The people are invented."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Options
from analytics.importers.reddit import IMPORTER
from tests.importers import golden

FIXTURES = Path(__file__).parent / "fixtures" / "reddit"
ME = Options(me={"reddit": "u/Ottilie_Marsh"})
OPTIONS = dict.fromkeys(("without-gildings", "empty", "malformed"), ME)
COMMENTS = "id,permalink,date,ip,subreddit,gildings,link,parent,body,media"
POSTS = "id,permalink,date,ip,subreddit,gildings,title,url,body"


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def taken(tmp_path: Path, files: dict[str, str], options: Options = ME) -> golden.Golden:
    """What the importer makes of these files."""
    export = tmp_path / "export"
    export.mkdir(parents=True)
    for name, text in files.items():
        (export / name).write_bytes(text.encode(errors="replace"))
    return golden.outcome(export, IMPORTER, options=options)


def post(title: str = "hello", url: str = "", body: str = "") -> str:
    """A file of one post."""
    text = io.StringIO()
    link = "https://www.reddit.com/r/m/comments/abc1/hello/"
    csv.writer(text).writerow(
        ["abc1", link, "2023-05-01 09:00:00 UTC", "10.0.0.7", "m", "0", title, url, body]
    )
    return f"{POSTS}\n{text.getvalue()}"


@pytest.mark.parametrize(
    ("name", "header", "claimed"),
    [
        ("comments.csv", COMMENTS, True),
        ("comments_1.csv", COMMENTS.replace("gildings,", ""), True),
        ("posts.csv", POSTS, True),
        ("posts.csv", "platform,author,post_id,created_at,text", False),
        ("post_votes.csv", "id,permalink,direction", False),
        ("messages.csv", "id,permalink,thread_id,date,ip,from,to,subject,body", False),
        ("Comments.csv", "Date,Link,Message", False),
        ("statistics.csv", "statistic,value", False),
    ],
)
def test_files_are_known_by_name_and_columns(tmp_path: Path, name: str, header: str, claimed: bool) -> None:
    path = tmp_path / name
    path.write_text(f"{header}\n", encoding="utf-8")
    found = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert bool(found) == claimed


def test_addresses_of_computers_and_mail_are_not_kept(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "2023" / "export", tmp_path / "export")
    text = golden.as_text(golden.outcome(export, IMPORTER))
    assert "10.0.0.7" not in text
    assert "mail.example" not in text


@pytest.mark.parametrize("me", ["u/Ana_Reed", "@Ana_Reed", "/u/ana_reed", "Ana_Reed"])
def test_the_user_says_whose_it_is(tmp_path: Path, me: str) -> None:
    found = taken(tmp_path, {"posts.csv": post()}, Options(me={"reddit": me}))
    assert [row["author"] for row in found["posts"]] == ["ana_reed"]


def test_the_export_knows_better_than_me(tmp_path: Path) -> None:
    files = {"posts.csv": post(), "statistics.csv": "statistic,value\naccount name,Bo\n"}
    found = taken(tmp_path, files)
    assert [row["author"] for row in found["posts"]] == ["bo"]
    assert "Note: The export is of Bo; --me u/Ottilie_Marsh was not used." in found["said"]


@pytest.mark.parametrize(
    ("url", "kind", "links"),
    [
        ("https://shop.example/x", "post", ["https://shop.example/x"]),
        ("https://www.reddit.com/r/m/comments/abc1/hello/", "post", []),
        ("https://old.reddit.com/r/m/comments/zzz9/other/", "quote", []),
        ("https://redd.it/zzz9", "quote", []),
        ("https://v.redd.it/abc", "post", []),
        ("https://www.reddit.com/gallery/abc1", "post", []),
        ("https://[", "post", []),
        ("", "post", []),
    ],
)
def test_what_a_post_links_to(tmp_path: Path, url: str, kind: str, links: list[str]) -> None:
    (row,) = taken(tmp_path, {"posts.csv": post(url=url)})["posts"]
    assert (row["kind"], row["links"]) == (kind, links)


def test_people_are_mentioned_once_and_addresses_name_nobody(tmp_path: Path) -> None:
    body = "u/Ana and /u/ana, https://a.example/u/bob and r/x/u/carl"
    (row,) = taken(tmp_path, {"posts.csv": post(body=body)})["posts"]
    assert row["mentions"] == [{"account": "ana", "handle": "ana"}]


CELLS = st.text(max_size=8) | st.sampled_from(
    ["abc1", "t1_abc", "t3_abc", "2023-05-01 09:00:00 UTC", "https://[x", '"', "\n", ",", "\x00", "u/ana",
     "https://www.reddit.com/r/m/comments/abc1/hello/", "&#x110000;"]
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    header=st.sampled_from([COMMENTS, POSTS]),
    rows=st.lists(st.lists(CELLS, min_size=8, max_size=10), max_size=4),
    quoted=st.booleans(),
)
def test_nothing_in_a_file_is_fatal(header: str, rows: list[list[Any]], quoted: bool) -> None:
    text = io.StringIO()
    if quoted:
        csv.writer(text).writerows(rows)
    else:
        text.write("\n".join(",".join(row) for row in rows))
    name = "comments.csv" if header == COMMENTS else "posts.csv"
    with tempfile.TemporaryDirectory() as folder:
        found = taken(Path(folder), {name: f"{header}\n{text.getvalue()}"})
    assert found.get("refused") or found["said"]
