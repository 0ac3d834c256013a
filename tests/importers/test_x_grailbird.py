"""X archives of 2012 to 2018: golden files, what a folder of fixtures cannot show, and a real one.

The people are invented. Golden cases: both ways of writing a time, tweets.csv alone, a missing month and no
user_details.js, rows of every wrong kind, a cut month, an archive without tweets and one of somebody else's.
"""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.importers import x
from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Note, Options, Problem, Refused
from analytics.importers.x_grailbird import IMPORTER
from analytics.store.staging import open_stage
from tests.importers import golden
from tests.importers.real import sample

FIXTURES = Path(__file__).parent / "fixtures" / "x_grailbird"
OPTIONS = {"csv-only": Options(me={"x": "@ottilie_marsh"}), "other-owner": Options(me={"x": "brindle_fay"})}


@pytest.mark.parametrize("case", golden.cases(FIXTURES))
def test_golden(case: str, tmp_path: Path, write_golden: bool) -> None:
    golden.check(FIXTURES / case, IMPORTER, tmp_path, options=OPTIONS.get(case), write=write_golden)


def tweet(text: str = "hello", **more: Any) -> dict[str, Any]:
    """A row of a month; the id is that of 2013-04-05 11:00."""
    return {
        "id_str": "320128681374646277", "id": 320128681374646277, "text": text, "source": "web",
        "created_at": "Fri Apr 05 11:00:00 +0000 2013",
        "entities": {"user_mentions": [], "media": [], "hashtags": [], "urls": []},
        "user": {"id_str": "71000001", "screen_name": "ottilie_marsh"},
    } | more  # fmt: skip


def taken(tmp_path: Path, *tweets: Any, options: Options | None = None) -> golden.Golden:
    """What the importer makes of one month's file that holds these rows, without anything beside it."""
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / "2013_04.js"
    path.write_text("Grailbird.data.tweets_2013_04 = \n" + json.dumps(tweets), encoding="utf-8")
    return golden.outcome(path, IMPORTER, options=options)


# Recognising


@pytest.mark.parametrize(
    ("name", "text", "claimed"),
    [
        ("2013_04.js", "Grailbird.data.tweets_2013_04 = \n[ ]", True),
        ("2013_04.js", "\ufeff  Grailbird.data.tweets_2013_04=[]", True),
        ("2013_04.js", "alert(1); Grailbird.data.tweets_2013_04 = []", False),
        ("tweets.js", "window.YTD.tweets.part0 = [ ]", False),
        ("user_details.js", "var user_details =  {}", False),
        ("tweets.csv", '"tweet_id","timestamp","text","retweeted_status_id"\n', True),
        ("tweets.csv", "tweet_id,date,text\n", False),
    ],
)
def test_a_file_is_recognised_by_its_first_words(tmp_path: Path, name: str, text: str, claimed: bool) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
    assert [one.members for one in found] == ([(name,)] if claimed else [])


@pytest.mark.parametrize("top", ["", "my archive/", "12345_abc/tweets/"])
def test_a_zip_packed_again_below_another_folder_is_the_same(tmp_path: Path, top: str) -> None:
    export = golden.dated_copy(FIXTURES / "2013" / "export", tmp_path / "export")
    packed = golden.zipped(export, tmp_path / "packed.zip", top=top)
    assert golden.outcome(packed, IMPORTER) == golden.outcome(export, IMPORTER)


def test_the_months_alone_give_the_same_posts(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "2013" / "export", tmp_path / "export")
    whole = golden.outcome(export, IMPORTER)["posts"]
    (export / "tweets.csv").unlink()
    assert golden.outcome(export, IMPORTER)["posts"] == whole
    assert golden.outcome(export / "data" / "js" / "tweets", IMPORTER)["posts"] == whole


def test_a_lost_month_is_taken_from_the_table(tmp_path: Path) -> None:
    export = golden.dated_copy(FIXTURES / "2013" / "export", tmp_path / "export")
    whole = golden.outcome(export, IMPORTER)
    (export / "data" / "js" / "tweets" / "2009_11.js").unlink()
    found = golden.outcome(export, IMPORTER)
    assert [row["post_id"] for row in found["posts"]] == [row["post_id"] for row in whole["posts"]]
    assert "Note: Months that tweet_index.js lists are missing: 2009_11.js." in found["said"]


# Whose it is


def test_a_row_says_whose_a_lost_month_is(tmp_path: Path) -> None:
    assert taken(tmp_path, None, tweet())["posts"][0]["author"] == "71000001"


def test_a_table_alone_needs_an_owner(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "csv-only" / "export" / "tweets.csv", tmp_path / "tweets.csv")
    (refusal,) = golden.outcome(tmp_path / "tweets.csv", IMPORTER)["refused"]
    assert "does not say whose archive it is" in refusal
    assert "--me x:HANDLE" in refusal


@pytest.mark.parametrize("me", ["ottilie_marsh", "@Ottilie_Marsh", "71000001"])
def test_the_same_person_is_no_news(tmp_path: Path, me: str) -> None:
    assert not [s for s in taken(tmp_path, tweet(), options=Options(me={"x": me}))["said"] if "--me" in s]


# Tweets


@pytest.mark.parametrize(
    "written",
    ["Fri Apr 05 11:00:00 +0000 2013", "2013-04-05 11:00:00 +0000", "2013-04-05T13:00:00+02:00", None],
)
def test_every_way_of_writing_a_time(tmp_path: Path, written: str | None) -> None:
    """Without any, the id tells it."""
    (row,) = taken(tmp_path, tweet(created_at=written))["posts"]
    assert row["created_utc"] == "2013-04-05T11:00:00"


def test_ids_are_those_in_text(tmp_path: Path) -> None:
    """A number of this size was rounded by whatever saved the file again."""
    (row,) = taken(tmp_path, tweet(id=320128681374646300))["posts"]
    assert row["post_id"] == "320128681374646277"


def test_links_of_old_tweets_stand_in_the_text(tmp_path: Path) -> None:
    (row,) = taken(tmp_path, tweet("go to http://tides.example/a, now; http://t.co/picture"))["posts"]
    assert row["links"] == ["http://tides.example/a"]


def test_a_repost_by_hand_is_one(tmp_path: Path) -> None:
    named = {"user_mentions": [{"id_str": "71000002", "screen_name": "Brindle_Fay", "name": "Fay"}]}
    (row,) = taken(tmp_path, tweet("RT @brindle_fay: tide", entities=named))["posts"]
    assert (row["kind"], row["repost_of_account"], row["mentions"]) == ("repost", "71000002", [])


def test_a_repost_is_of_whom_it_repeats_not_of_who_has_the_handle_now(tmp_path: Path) -> None:
    named = {"user_mentions": [{"id_str": "71000009", "screen_name": "brindle_fay", "name": "Another"}]}
    repeated = {"id_str": "7", "user": {"id_str": "71000002", "screen_name": "fay_of_brindle"}}
    row = tweet("RT @brindle_fay: tide", entities=named, retweeted_status=repeated)
    (found,) = taken(tmp_path, row)["posts"]
    assert (found["repost_of_account"], found["repost_of_post"]) == ("71000002", "7")


def test_a_tweet_is_the_same_post_in_the_present_archive(tmp_path: Path) -> None:
    """That one has the text under another key, numbers as text, and does not hold what a repost repeats."""
    rows = copy.deepcopy(TWEETS)
    for row in rows:
        row["full_text"] = row.pop("text")
        row.pop("retweeted_status", None)
    path = tmp_path / "tweets.js"
    path.write_text("window.YTD.tweets.part0 = " + json.dumps(rows), encoding="utf-8")
    present = golden.outcome(path, x.IMPORTER, options=Options(me={"x": "71000001"}))["posts"]
    old = taken(tmp_path / "old", *TWEETS)["posts"]
    for post in old:
        post.pop("repost_of_post", None)
    # A picture's link from before 2014 is no link here.
    for post in present:
        post["links"] = [link for link in post["links"] if not link.startswith("http://t.co/")]
    assert old == present


def test_an_answer_that_repeats_is_an_answer(tmp_path: Path) -> None:
    row = tweet(
        "RT @brindle_fay: tide", in_reply_to_user_id_str="71000002", in_reply_to_screen_name="brindle_fay"
    )
    assert taken(tmp_path, row)["posts"][0]["kind"] == "reply"


# Real ones, and whatever a file holds


def test_real_sample_of_2013(tmp_path: Path) -> None:
    """payload_details.js counts 1,367 tweets, in it are 1,357: 496 reposts with what they repeat, 290 replies."""
    with open_stage() as stage:
        path = sample("x-archive-grailbird/2013-04")
        (found,) = [one for one in find_exports(path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
        said = list(IMPORTER.read(found.files, found.members, stage, Options()))
        assert not [one for one in said if isinstance(one, Problem)]
        (note,) = [one.text for one in said if isinstance(one, Note)]
        assert "1,367" in note
        assert "1,357" in note
        (counts,) = stage.run(
            """SELECT count(DISTINCT post_id), count(created_utc), count(repost_of_post),
                      count(*) FILTER (kind = 'reply') FROM posts"""
        )
        assert counts == (1357, 1357, 496, 290)


def test_real_sample_table_alone(tmp_path: Path) -> None:
    """tweets.csv holds the same tweets, of the same kinds, but for a quote that shows as a picture's link."""
    shutil.copy(sample("x-archive-grailbird/2013-04/tweets.csv"), tmp_path / "tweets.csv")
    with open_stage() as stage:
        (found,) = [one for one in find_exports(tmp_path, (IMPORTER,), tmp_path) if isinstance(one, Found)]
        said = list(IMPORTER.read(found.files, found.members, stage, Options(me={"x": "1"})))
        assert not [one for one in said if isinstance(one, Problem)]
        kinds = dict(stage.run("SELECT kind, count(*) FROM posts GROUP BY kind"))
        assert kinds == {"post": 505, "reply": 290, "repost": 562}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\ud800", "\x00", "9" * 19, "9" * 30, 10**40, "https://x.com/a/status/1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip
MONTH = (FIXTURES / "2013" / "export" / "data" / "js" / "tweets" / "2013_04.js").read_text(encoding="utf-8")
TWEETS = json.loads(MONTH.partition("=")[2])


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in nested JSON, as its container and key."""
    found = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += [(value, key), *places(inner)]
    return found


@pytest.mark.parametrize("value", [None, [], {}, 7, "", True, [{}], -1.5], ids=repr)
def test_any_place_may_hold_anything(tmp_path: Path, value: Any) -> None:
    """Each place of a tweet in turn; every other tweet stays as it is."""
    rows = []
    for row in TWEETS:
        for number in range(len(places(row))):
            changed = copy.deepcopy(row)
            container, key = places(changed)[number]
            container[key] = value
            rows.append(changed)
    found = taken(tmp_path, tweet(id_str="1", id=1), *rows)
    assert "1" in {row["post_id"] for row in found["posts"]}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), ANY), max_size=30),
    details=ANY,
    index=ANY,
    table=st.binary(max_size=40),
    cut=st.none() | st.integers(0, 99),
)
def test_nothing_in_an_archive_is_our_fault(
    changes: list[tuple[int, Any]], details: Any, index: Any, table: bytes, cut: int | None
) -> None:
    tweets = copy.deepcopy(TWEETS)
    for number, value in changes:
        spots = places(tweets)
        container, key = spots[number % len(spots)]
        container[key] = value
    month = "Grailbird.data.tweets_2013_04 = " + json.dumps(tweets)
    files = {
        "data/js/tweets/2013_04.js": (month if cut is None else month[: len(month) * cut // 100]).encode(),
        "data/js/user_details.js": b"var user_details = " + json.dumps(details).encode(),
        "data/js/payload_details.js": b"var payload_details = " + json.dumps({"tweets": details}).encode(),
        "data/js/tweet_index.js": b"var tweet_index = " + json.dumps([{"file_name": index}, index]).encode(),
        "tweets.csv": b'"tweet_id","timestamp","text","retweeted_status_id","expanded_urls"\n"1"' + table,
    }
    with tempfile.TemporaryDirectory() as folder, open_stage() as stage:
        for name, content in files.items():
            path = Path(folder) / "export" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for found in find_exports(Path(folder) / "export", (IMPORTER,), Path(folder)):
            if isinstance(found, Found):
                with suppress(Refused):
                    list(IMPORTER.read(found.files, found.members, stage, Options(me={"x": "a"})))
