"""The guide to the sources: what importers declare is what they do, and the README says the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analytics.cli import watercooler
from analytics.importers import IMPORTERS
from analytics.importers.interface import Importer, Question
from analytics.reports import source_guide

ROOT = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "importers" / "fixtures"
FOLDERS = {"x-archive": "x", "calendar": "calendar_ics"}
"""Fixtures of importers whose folder is not named after them."""
BUILT = {"activitywatch", "apple-screen-time", "android-app-usage"}
"""Importers whose exports are made by their tests: databases, and rows worked out in a CSV. They tell time."""


def answered(golden: dict[str, list[Any]]) -> set[Question]:
    """Which questions the rows of a golden file help with."""
    owners = {
        tuple(said.removeprefix("Owner: ").split(" | ")[:2])
        for said in golden.get("said", ())
        if said.startswith("Owner: ")
    }
    owners |= {(row["platform"], row["owner"]) for row in golden.get("follow_lists", ())}
    return {
        *_of_lists(golden),
        *(question for row in golden.get("posts", ()) for question in _of_post(row, owners)),
        *(question for row in golden.get("interactions", ()) for question in _of_act(row, owners)),
        *({Question.DAILY} if golden.get("daily_counts") else ()),
        *({Question.TIME} if golden.get("time_spans") else ()),
        *({Question.PLAN} if golden.get("planned_slots") else ()),
    }  # fmt: skip


def _of_lists(golden: dict[str, list[Any]]) -> Iterator[Question]:
    directions = {row["direction"] for row in golden.get("follow_lists", ())}
    if "follower" in directions:
        yield Question.FOLLOWERS
    if "following" in directions:
        yield Question.FOLLOWING
    if any("since_utc" in row for row in golden.get("follows", ())):
        yield Question.SINCE


def _of_post(row: dict[str, Any], owners: set[tuple[str, ...]]) -> Iterator[Question]:
    others = {
        row.get(key)
        for key in ("reply_to_account", "repost_of_account", "quote_of_account")
        if row.get(key) != row["author"]
    } - {None}
    if (row["platform"], row["author"]) in owners:
        yield Question.OWN_POSTS
        if others:
            yield Question.GIVEN
    else:
        yield Question.OTHER_POSTS
        if any((row["platform"], other) in owners for other in others):
            yield Question.RECEIVED


def _of_act(row: dict[str, Any], owners: set[tuple[str, ...]]) -> Iterator[Question]:
    if (row["platform"], row["actor"]) in owners:
        yield Question.GIVEN
    if (row["platform"], row.get("target")) in owners:
        yield Question.RECEIVED


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_an_importer_answers_what_it_says_and_nothing_else(importer: Importer) -> None:
    if importer.name in BUILT:
        assert set(importer.guide.answers) == {Question.TIME}
        return
    folder = FIXTURES / FOLDERS.get(importer.name, importer.name.replace("-", "_"))
    files = sorted([*folder.glob("*/golden.json"), *folder.glob("*/expected.json")])
    assert files, f"{folder} holds no golden files"
    seen = set().union(*(answered(json.loads(file.read_text(encoding="utf-8"))) for file in files))
    assert seen == set(importer.guide.answers)


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_a_guide_says_what_to_do_in_whole_sentences(importer: Importer) -> None:
    guide = importer.guide
    assert guide.steps
    for sentence in (*guide.steps, guide.wait, guide.cannot):
        assert sentence[0].isupper() or sentence[0] in "\"'`" or not sentence[0].isalpha()
        assert sentence.endswith((".", ".)", '."')), sentence
    for limit in guide.answers.values():
        assert len(limit) <= 40, "a limit is a few words; the rest belongs in `cannot`"


def test_names_and_titles_are_each_their_own() -> None:
    for key in ("name", "title"):
        values = [getattr(importer, key) for importer in IMPORTERS]
        assert len(set(values)) == len(values)


def test_the_readme_holds_the_table_and_the_guide_as_declared() -> None:
    """`make guide` writes them."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert source_guide.written_into(page) == page
    for importer in IMPORTERS:
        assert f"| {importer.title} |" in page


def test_a_page_without_a_place_for_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="table of sources"):
        source_guide.written_into("# Nothing here")


def test_the_command_lists_every_source_and_explains_one() -> None:
    every = CliRunner().invoke(watercooler, ["guide"])
    assert every.exit_code == 0
    assert all(f"({importer.name})" in every.stdout for importer in IMPORTERS)
    one = CliRunner().invoke(watercooler, ["guide", "X-Archive"])
    assert "Download an archive of your data" in one.stdout
    assert "ActivityWatch" not in one.stdout
    assert "who follows you (ids only)" in one.stdout


@pytest.mark.parametrize("word", ["mastodon", "takeout", "x"])
def test_a_network_or_a_word_of_a_title_finds_its_formats(word: str) -> None:
    found = CliRunner().invoke(watercooler, ["guide", word, "--format", "json"])
    names = [source["name"] for source in json.loads(found.stdout)["sources"]]
    assert names
    expected = {
        "mastodon": ["mastodon-archive", "mastodon-csv", "mastodon-json"],
        "x": ["x-archive", "x-web-exporter", "x-analytics", "x-grailbird"],
        "takeout": ["youtube"],
    }[word]
    assert set(expected) <= set(names)
    assert "generic-csv" not in names


def test_the_schema_names_every_table_and_says_what_columns_mean() -> None:
    found = CliRunner().invoke(watercooler, ["schema", "--format", "json"])
    tables = {table["name"]: table for table in json.loads(found.stdout)["tables"]}
    assert {"posts", "current_posts", "acts", "me", "time_spans", "planned_slots"} <= tables.keys()
    assert tables["acts"]["kind"] == "view"
    meanings = {column["name"]: column["meaning"] for column in tables["time_spans"]["columns"]}
    assert meanings["end_utc"] == "moment after the last"
    assert all(meanings.values())
    assert "time_spans (table)" in CliRunner().invoke(watercooler, ["schema"]).stdout


def test_an_unknown_source_is_wrong_usage_with_a_way_out() -> None:
    found = CliRunner().invoke(watercooler, ["guide", "friendster"])
    assert found.exit_code == 2
    assert "CSV of your own" in found.stderr
