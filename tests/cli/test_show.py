"""`show`: the keys of the JSON are a contract, unknown is null, CSV is safe to open, nothing is no error."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.cli.output import csv_text, plain
from analytics.store import identities
from analytics.store.connection import writing
from tests.builders import OWNER, add_act, add_post, in_csv, in_zip, take_in, x_archive
from tests.cli.running import run

ANSWERS = (
    "summary", "reciprocity", "growth", "link-pushers", "conversations", "limits", "worth", "time", "budget", "results",
    "sources",
)  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

ROWS = {
    "reciprocity": {
        "accounts": (
            "platform owner as_of followers_as_of following_as_of followers following mutual "
            "not_following_back fans share_of_following_mutual share_of_followers_mutual"
        ),
        "people": "platform owner account handle relation since last_interaction",
    },
    "growth": {
        "points": "platform owner as_of followers following",
        "changes": "platform owner direction from to gained lost",
        "events": "account direction kind after before",
        "daily": "platform owner day new_follows unfollows",
    },
    "link-pushers": {
        "people": "platform account handle score coverage label posts_seen signals evidence decision"
    },
    "conversations": {
        "people": "platform account handle to_them from_them last_at",
    },
    "limits": {"accounts": "platform owner following followers cap left per_day cap_source answer"},
    "worth": {
        "accounts": "platform account posts_per_week minutes_per_week basis from_them to_them back_per_hour",
        "feed": "class posts share accounts",
    },
    "time": {"weeks": "week site seconds low_seconds high_seconds basis refused"},
    "budget": {
        "sites": "site budget_minutes spent_minutes left_minutes pace_minutes runs_out left_per_day_minutes"
    },
    "results": {
        "weeks": "week site measure value source",
        "mix": "site kind posts share known median mean typical low high",
    },
    "sources": {"imports": "import_id path format owner exported_at status rows new known problems"},
}
"""Answer -> list in it -> the keys that each row has at least."""

MOMENTS = {"as_of", "followers_as_of", "following_as_of", "since", "last_interaction", "from", "to", "after"}
MOMENTS |= {"before", "runs_out", "exported_at", "last_at"}


def objects(answer: Any) -> list[dict[str, Any]]:
    """Every object in an answer, at any depth."""
    if isinstance(answer, dict):
        return [answer, *(found for value in answer.values() for found in objects(value))]
    if isinstance(answer, list):
        return [found for value in answer for found in objects(value)]
    return []


@pytest.fixture
def with_days(filled: Path, tmp_path: Path) -> Path:
    """The filled store with a number a day as well, and a budget."""
    run(filled, "budget", "set", "--total", "60", "--site", "x", "--minutes", "20", "--from", "2026-05-25")
    # No importer reads such counts yet, so they are put in by hand.
    from analytics.store.connection import writing  # noqa: PLC0415

    with writing(filled) as cursor:
        cursor.execute(f"INSERT INTO daily_counts VALUES (1, 'x', '{OWNER}', '2026-05-31', 'new_follows', 4)")
    return filled


@pytest.mark.parametrize("answer", ROWS)
def test_the_keys_are_the_contract(answer: str, with_days: Path) -> None:
    ran = run(with_days, "show", answer, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    for name, keys in ROWS[answer].items():
        assert ran.json[name], name
        for row in ran.json[name]:
            assert set(keys.split()) <= row.keys(), name


@pytest.mark.parametrize("answer", ROWS)
def test_moments_end_in_z_and_days_have_none(answer: str, with_days: Path) -> None:
    found = objects(run(with_days, "show", answer, "--format", "json").json)
    moments = [row[key] for row in found for key in MOMENTS & row.keys() if row[key] is not None]
    days = [row[key] for row in found for key in {"week", "day"} & row.keys()]
    assert all(MOMENT.fullmatch(moment) for moment in moments)
    assert all(date.fromisoformat(day) for day in days)
    assert moments or days or answer == "link-pushers"


def test_who_waits_who_is_lost_and_one_person(store_path: Path) -> None:
    with writing(store_path) as cursor:
        identities.add(cursor, "x", "me")
        for day in (1, 2, 3):
            add_act(cursor, "me", "ana", f"2026-01-0{day} 10:00", "reply")
            add_act(cursor, "ana", "me", f"2026-01-0{day} 11:00", "reply")
        add_post(cursor, "bo", "p1", "Which birds?", "2026-11-01 10:00", kind="reply", reply_to_account="me")
    today = ("--today", "2026-11-20")
    answer = run(store_path, "show", "conversations", *today, "--format", "json").json
    assert [(row["account"], row["text"], row["at"]) for row in answer["waiting"]] == [
        ("bo", "Which birds?", "2026-11-01T10:00:00Z"), ("ana", None, "2026-01-03T11:00:00Z")
    ]  # fmt: skip
    assert [(row["account"], row["silent_days"]) for row in answer["long_lost"]] == [("ana", 302)]
    table = run(store_path, "show", "conversations", *today).out
    assert "Replies that wait for an answer" in table
    column = run(store_path, "show", "person", "@bo", *today, "--format", "json").json
    assert [(row["direction"], row["text"]) for row in column["column"]] == [("to me", "Which birds?")]
    unknown = run(store_path, "show", "person", "cy", *today)
    assert (unknown.code, unknown.err) == (
        1, "Nobody here is called cy; write a handle or an id as `show reciprocity` has it.\n"
    )  # fmt: skip
    found = run(store_path, "search", "birds", *today, "--format", "json").json
    assert [(row["post_id"], row["account"]) for row in found["posts"]] == [("p1", "bo")]
    assert [(row["account"], row["posts"]) for row in found["leaders"]] == [("bo", 1)]


def test_published_rules_are_named_and_thresholds_and_decisions_are_told(filled: Path) -> None:
    for name, version in (
        ("lin-huang", "Lin and Huang"),
        ("socialbakers", "Socialbakers"),
        ("twit-cleaner", "The Twit Cleaner"),
    ):
        answer = run(
            filled, "show", "link-pushers", "--rules", name, "--min-posts", "1", "--format", "json"
        ).json
        assert answer["rules_version"] == version
        assert answer["people"]
    ours = run(filled, "show", "link-pushers", "--scope", "me", "--min-posts", "1", "--format", "json").json
    assert [person["account"] for person in ours["people"]] == [OWNER]
    assert {row["judged"] for row in ours["thresholds"]} == {1}
    assert ours["against_decisions"]["precision"] is None
    assert "cannot be read" in run(filled, "show", "link-pushers", "--rules", "nobody").err


def test_growth_between_any_two_days(filled: Path) -> None:
    answer = run(filled, "show", "growth", "--between", "2026-05-10", "2026-06-10", "--format", "json").json
    followers = [row for row in answer["events"] if row["direction"] == "follower"]
    assert {(row["account"], row["kind"]) for row in followers} == {("14", "gained"), ("11", "lost")}
    none = run(filled, "show", "growth", "--between", "2026-05-10", "2026-05-20", "--format", "json").json
    assert none["events"] == []


def test_limits_say_why(filled: Path) -> None:
    (row,) = run(filled, "show", "limits", "--platform", "X", "--format", "json").json["accounts"]
    assert (row["following"], row["cap"], row["left"]) == (3, 5000, 4997)
    assert "x: In all it lets you follow 5,000" in run(filled, "show", "limits", "--platform", "x").out


def test_reciprocity_by_hand(filled: Path) -> None:
    answer = run(filled, "show", "reciprocity", "--format", "json").json
    (account,) = answer["accounts"]
    assert account["as_of"] == "2026-06-01T12:00:00Z"
    assert [account[key] for key in ("followers", "following", "mutual", "not_following_back", "fans")] == [
        3,
        3,
        2,
        1,
        1,
    ]
    assert account["share_of_following_mutual"] == pytest.approx(2 / 3)
    people = {
        row["account"]: (row["relation"], row["since"], row["last_interaction"]) for row in answer["people"]
    }
    assert people == {
        "12": ("mutual", None, "2026-05-30T09:00:00Z"),
        "13": ("mutual", None, None),
        "14": ("fan", None, "2026-05-31T07:30:00Z"),
        "15": ("not_following_back", None, None),
    }


def test_growth_by_hand(with_days: Path) -> None:
    answer = run(with_days, "show", "growth", "--format", "json").json
    changed = [
        (row["direction"], row["from"], row["to"], row["gained"], row["lost"]) for row in answer["changes"]
    ]
    may, june = "2026-05-01T12:00:00Z", "2026-06-01T12:00:00Z"
    assert changed == [("follower", may, june, 1, 1), ("following", may, june, 1, 0)]
    events = sorted((row["account"], row["direction"], row["kind"]) for row in answer["events"])
    assert events == [("11", "follower", "lost"), ("14", "follower", "gained"), ("15", "following", "gained")]
    assert answer["daily"] == [
        {"platform": "x", "owner": OWNER, "day": "2026-05-31", "new_follows": 4, "unfollows": None}
    ]


def test_time_and_budget_by_hand(with_days: Path) -> None:
    weeks = run(with_days, "show", "time", "--format", "json").json["weeks"]
    recorded = {(row["week"], row["site"]): (row["seconds"], row["basis"]) for row in weeks if row["seconds"]}
    assert recorded == {
        ("2026-06-01", "x"): (1800, {"measured": 1800, "visit": 0, "estimated": 0}),
        ("2026-06-01", "mastodon"): (600, {"measured": 600, "visit": 0, "estimated": 0}),
    }
    answer = run(with_days, "show", "budget", "--today", "2026-06-02", "--format", "json").json
    assert answer["week"] == "2026-06-01"
    assert [answer["total"][key] for key in ("budget_minutes", "spent_minutes", "left_minutes")] == [
        60,
        40,
        20,
    ]
    x = next(row for row in answer["sites"] if row["site"] == "x")
    assert [x[key] for key in ("budget_minutes", "spent_minutes", "left_minutes")] == [20, 30, -10]


def test_sources_tell_what_was_read_new_and_known(filled: Path) -> None:
    may, june, _ = run(filled, "show", "sources", "--format", "json").json["imports"]
    assert may["owner"] == june["owner"] == f"x:{OWNER}"
    assert may["path"].endswith("may.zip")
    assert (may["rows"]["posts"], may["new"]["posts"], may["known"]["posts"]) == (1, 1, 0)
    assert (june["rows"]["posts"], june["new"]["posts"], june["known"]["posts"]) == (1, 0, 1)
    assert may["problems"] == 0


def test_link_pushers_come_highest_score_first(filled: Path) -> None:
    people = run(filled, "show", "link-pushers", "--format", "json").json["people"]
    assert people[0]["account"] == "15"
    scores = [row["score"] for row in people]
    assert scores == sorted(scores, key=lambda score: -1 if score is None else score, reverse=True)
    first = people[0]
    assert first["posts_seen"] == 25
    assert set(first["evidence"]) <= {f"15{number:03}" for number in range(25)}
    assert {"name", "value", "strength", "points", "source"} <= first["signals"][0].keys()
    everybody = run(filled, "show", "link-pushers", "--scope", "all", "--format", "json").json["people"]
    assert {"12", "14", "15"} <= {row["account"] for row in everybody}


@pytest.mark.parametrize("format_", ["json", "csv", "table"])
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("kind", ["no store", "empty store"])
def test_nothing_to_show_is_no_error_and_makes_no_store(
    kind: str, answer: str, format_: str, store_path: Path, tmp_path: Path
) -> None:
    if kind == "empty store":
        run(store_path, "settings", "week_start", "monday")
    before = sorted(path.name for path in tmp_path.iterdir())
    ran = run(store_path, "show", answer, "--format", format_)
    assert (ran.code, ran.err) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    if format_ == "json" and answer != "summary":
        lists = [value for value in ran.json.values() if isinstance(value, list)]
        assert lists
        assert not any(lists)


def test_with_no_data_spent_is_null(store_path: Path) -> None:
    total = run(store_path, "show", "budget", "--format", "json").json["total"]
    assert [total[key] for key in ("spent_minutes", "left_minutes", "pace_minutes", "runs_out")] == [None] * 4


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_empty_csv_has_the_header_of_a_filled_one(answer: str, filled: Path, tmp_path: Path) -> None:
    headers = [
        run(store, "show", answer, "--format", "csv").out.splitlines()[0]
        for store in (filled, tmp_path / "none.duckdb")
    ]
    assert headers[0] == headers[1]


def test_a_csv_runs_nothing_in_a_spreadsheet(filled: Path) -> None:
    ran = run(filled, "show", "reciprocity", "--format", "csv")
    rows = {row["account"]: row for row in csv.DictReader(io.StringIO(ran.out))}
    assert rows["15"]["handle"] == "'=cmd_of_fifteen"
    assert rows["15"]["display_name"] == "'+1"
    assert rows["14"]["handle"] == "'-dash_of_fourteen"
    assert rows["14"]["display_name"] == "'@x"
    assert rows["12"]["display_name"] == "'=HYPERLINK(1)"
    assert rows["12"]["handle"] == "heron_underwillow"


def test_numbers_below_zero_stay_numbers_in_a_csv() -> None:
    row = {"left": -3.5, "text": "-3.5", "list": ["=1"], "tab": "\t=1", "nothing": None}
    assert csv_text([row], list(row)) == 'left,text,list,tab,nothing\n-3.5,\'-3.5,"[""=1""]",\'\t=1,\n'


def test_the_table_shows_markup_and_control_characters_as_text(filled: Path, tmp_path: Path) -> None:
    wild = {
        "platform": "x",
        "account": "13",
        "handle": "[red]bold_of_thirteen",
        "display_name": "a\x1b[31mred",
    }
    take_in(filled, in_csv(tmp_path / "wild.csv", [wild]))
    ran = run(filled, "show", "reciprocity")
    assert "[red]bold_of_thirteen" in ran.out
    assert "\x1b" not in ran.out
    assert "\x1b" not in run(filled, "sql", "SELECT display_name FROM accounts").out


def test_today_looks_at_the_store_as_it_was(filled: Path) -> None:
    answer = run(filled, "show", "reciprocity", "--today", "2026-05-15", "--format", "json").json
    assert [row["as_of"] for row in answer["accounts"]] == ["2026-05-01T12:00:00Z"]
    before = run(filled, "show", "reciprocity", "--today", "2026-04-30", "--format", "json").json
    assert before.pop("together") is None
    assert set(map(str, before.values())) == {"[]"}


def test_filters_choose_network_and_owner(filled: Path) -> None:
    def owners(*options: str) -> list[str]:
        answer = run(filled, "show", "reciprocity", "--format", "json", *options).json
        return [row["owner"] for row in answer["accounts"]]

    assert (
        owners("--platform", "X")
        == owners("--owner", "Wren_Hollowbrook")
        == owners("--owner", OWNER)
        == [OWNER]
    )
    assert owners("--platform", "mastodon") == owners("--owner", "nobody") == []


def test_a_partial_list_gives_null_and_not_zero(store_path: Path, tmp_path: Path) -> None:
    take_in(
        store_path,
        in_zip(tmp_path / "part.zip", x_archive(followers=["11"], following=["11", "12"], partial=True)),
    )
    answer = run(store_path, "show", "reciprocity", "--format", "json").json
    (account,) = answer["accounts"]
    unknown = {key for key, value in account.items() if value is None}
    assert {"followers", "following", "mutual", "not_following_back", "fans", "as_of"} <= unknown
    assert answer["people"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "reciprocity", "--today", "yesterday"),
        ("show", "growth", "--since", "2026-02-30"),
        ("show", "growth", "--until", "9999-12-31"),
        ("show", "time", "--today", "0001-01-01"),
        ("show", "reciprocity", "--format", "xml"),
        ("show", "link-pushers", "--scope", "everybody"),
        ("show", "link-pushers", "--min-posts", "0"),
        ("show", "gossip"),
        ("gossip",),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], store_path: Path) -> None:
    ran = run(store_path, *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Error:" in ran.err


def test_a_rule_file_that_cannot_be_read_is_one_sentence(store_path: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("not = [toml")
    for path in (tmp_path / "rules.toml", tmp_path / "gone.toml"):
        ran = run(store_path, "show", "link-pushers", "--rules", path)
        assert ran.code == 1
        assert len(ran.err.splitlines()) == 1
        assert str(path) in ran.err


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 11, 22, 8, 30), "2026-11-22T08:30:00Z"),
        (datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "2026-11-22T08:30:00Z"),
        (pd.Timestamp("2026-11-22 09:30", tz="Europe/Vienna"), "2026-11-22T08:30:00Z"),
        (np.datetime64("2026-11-22T08:30"), "2026-11-22T08:30:00Z"),
        (date(2026, 11, 22), "2026-11-22"),
        (pd.NaT, None),
        (pd.NA, None),
        (float("nan"), None),
        (float("inf"), None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.ma.array([1, 2], mask=[False, True]), [1, None]),
        ({"a": (1, None)}, {"a": [1, None]}),
        ("text", "text"),
    ],
)
def test_values_as_json_knows_them(value: object, shown: object) -> None:
    found = plain(value)
    assert found == shown
    assert type(found) is type(shown)
