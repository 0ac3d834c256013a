"""The sample's exports of the other networks, read here without the importers: their shapes hold, they agree
with each other and with the X archives, and nobody real is in them.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import libipld
import pytest
from click.testing import CliRunner

from analytics.cli import watercooler
from analytics.importers.interface import Options, Refused
from analytics.metrics import follower_growth
from analytics.metrics.window import Window
from analytics.store.connection import reading
from analytics.store.loading import Imported, import_path
from tests.builders import content_of
from tests.test_sample import ARCHIVES, EXPORTS, members, moment_of, rows

SAVED = datetime(2026, 11, 19, 18, 30, tzinfo=UTC)


def packed(folder: str) -> dict[str, Any]:
    """Name -> content of every JSON in the zips of a folder."""
    found = {}
    for path in sorted((EXPORTS / folder).glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            found |= {name: json.loads(archive.read(name)) for name in archive.namelist()}
    return found


def web_export(name: str) -> list[dict[str, Any]]:
    (path,) = (EXPORTS / "x-web-exporter").glob(f"twitter-{name}-*.json")
    content: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_the_web_exporters_list_is_that_of_the_archive() -> None:
    following = web_export("Following")
    assert {row["id"] for row in following} == members(ARCHIVES[1], "following")
    fans = {row["id"] for row in following if row["followed_by"]}
    assert fans == members(ARCHIVES[1], "following") & members(ARCHIVES[1], "follower")
    assert all(row["following"] for row in following)


def test_the_timeline_is_of_people_who_are_followed() -> None:
    handles = {row["screen_name"] for row in web_export("Following")}
    posts = web_export("HomeTimeline")
    assert len(posts) > 500
    assert {post["screen_name"] for post in posts} <= handles
    for post in posts:
        made = datetime.strptime(post["created_at"], "%Y-%m-%d %H:%M:%S %z")
        assert moment_of(post["id"]).replace(microsecond=0) == made


def overview() -> list[dict[str, str]]:
    path = EXPORTS / "x-analytics" / "account_overview_analytics.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_analytics_count_what_the_archives_hold() -> None:
    """Every post of the ninety days, and no more follows than the two lists differ by."""
    days = overview()
    assert len(days) == 90
    dates = [datetime.strptime(day["Date"], "%a, %b %d, %Y").date() for day in days]
    assert dates == sorted(dates, reverse=True)
    (path,) = (EXPORTS / "x-analytics").glob("account_analytics_content_*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file))
    assert sum(int(day["Create Post"]) for day in days) == len(posts) > 100
    assert {post["Post id"] for post in posts} <= {tweet["id_str"] for tweet in rows(ARCHIVES[1], "tweets")}
    gained = len(members(ARCHIVES[1], "follower") - members(ARCHIVES[0], "follower"))
    lost = len(members(ARCHIVES[0], "follower") - members(ARCHIVES[1], "follower"))
    assert 0 < sum(int(day["New follows"]) for day in days) <= gained
    assert 0 < sum(int(day["Unfollows"]) for day in days) <= lost


def test_the_mastodon_archive_holds_one_direct_message_among_the_posts() -> None:
    activities = packed("mastodon")["outbox.json"]["orderedItems"]
    direct = [one for one in activities if not any("Public" in to for to in one["to"] + one["cc"])]
    assert len(direct) == 1
    kinds = {one["type"] for one in activities}
    assert kinds == {"Create", "Announce"}
    times = [one["published"] for one in activities]
    assert times == sorted(times)


def test_whoever_answered_on_mastodon_answered_a_post_of_hers() -> None:
    content = packed("mastodon")
    mine = {
        one["object"]["id"].rsplit("/")[-1]
        for one in content["outbox.json"]["orderedItems"]
        if one["type"] == "Create"
    }
    kept = content["social.lantern.example.user.ottilie.json"]
    assert len(kept["mentions"]) > 50
    assert {status["in_reply_to_id"] for status in kept["mentions"]} <= mine
    followers, following = ({one["acct"] for one in kept[side]} for side in ("followers", "following"))
    assert (len(followers), len(following), len(followers & following)) == (41, 47, 26)


def repository() -> tuple[dict[str, Any], dict[str, Any]]:
    """The commit, and every record by its key, by walking the tree as the format has it."""
    header, blocks = libipld.decode_car((EXPORTS / "bluesky" / "ottilie.car").read_bytes())
    commit = blocks[header["roots"][0]]
    keys: list[str] = []
    records = {}

    def walk(cid: bytes | None) -> None:
        if cid is None:
            return
        node, before = blocks[cid], b""
        walk(node["l"])
        for entry in node["e"]:
            before = before[: entry["p"]] + entry["k"]
            keys.append(before.decode())
            records[before.decode()] = blocks[entry["v"]]
            walk(entry["t"])

    walk(commit["data"])
    assert keys == sorted(keys)
    return commit, records


def test_the_bluesky_repository_is_a_tree_in_order() -> None:
    commit, records = repository()
    assert commit["version"] == 3
    kinds = {key.split("/")[0] for key in records}
    assert kinds == {
        "app.bsky.actor.profile", "app.bsky.feed.like", "app.bsky.feed.post", "app.bsky.feed.repost",
        "app.bsky.graph.block", "app.bsky.graph.follow",
    }  # fmt: skip
    assert all(record["$type"] == key.split("/")[0] for key, record in records.items())


def test_facets_of_bluesky_count_bytes() -> None:
    _, records = repository()
    facets = [
        (record["text"].encode(), facet) for record in records.values() for facet in record.get("facets", ())
    ]
    assert facets
    for text, facet in facets:
        (feature,) = facet["features"]
        named = text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        assert named in (feature.get("uri"), f"#{feature.get('tag')}")


def test_notifications_of_bluesky_are_about_her_posts() -> None:
    commit, records = repository()
    mine = {f"at://{commit['did']}/{key}" for key in records}
    rows_ = packed("bluesky")["listNotifications.json"]["notifications"]
    about = {row["reasonSubject"] for row in rows_ if "reasonSubject" in row}
    assert len(about) > 50
    assert about <= mine
    assert {row["reason"] for row in rows_} == {"like", "repost", "reply", "follow"}
    assert all(datetime.fromisoformat(row["indexedAt"]) < SAVED for row in rows_)


def texts() -> Iterator[str]:
    for path in EXPORTS.rglob("*.json"):
        if "activitywatch" not in path.parts:
            yield path.read_text(encoding="utf-8")
    for folder in ("mastodon", "bluesky"):
        yield json.dumps(packed(folder), ensure_ascii=False)
    yield (EXPORTS / "calendar" / "ottilie.ics").read_text(encoding="utf-8")
    yield repr(repository())


def test_links_and_hosts_lead_to_example_alone() -> None:
    hosts = {
        urlsplit(link).hostname for text in texts() for link in re.findall(r"https?://[^\s\"'<>\\,)]+", text)
    }
    assert {host for host in hosts if host and not host.endswith(".example")} <= {
        "x.com",
        "t.co",
        "www.w3.org",
    }
    handles = {name for text in texts() for name in re.findall(r"@[\w-]+@([\w.-]+\w)", text)}
    assert handles
    assert all(handle.endswith(".example") for handle in handles)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Imported], Any]:
    """Every export of the sample in a store of its own, and the path of that store."""
    store = tmp_path_factory.mktemp("sample") / "store.duckdb"
    outcomes = list(import_path(store, EXPORTS, options=Options(time_zone="Europe/Vienna")))
    assert not [str(one) for one in outcomes if isinstance(one, Refused)]
    return [one for one in outcomes if isinstance(one, Imported)], store


def test_every_export_is_taken_in_without_a_problem(taken: tuple[list[Imported], Any]) -> None:
    imported, _ = taken
    assert sorted(one.format for one in imported) == [
        "activitywatch", "bluesky-json", "bluesky-json", "bluesky-repository", "calendar", "generic-csv",
        "generic-csv", "mastodon-archive", "mastodon-json", "x-analytics", "x-analytics", "x-archive", "x-archive",
        "x-web-exporter", "x-web-exporter",
    ]  # fmt: skip
    assert [problem for one in imported for problem in one.problems] == []


def test_overlapping_exports_count_once(taken: tuple[list[Imported], Any]) -> None:
    _, store = taken
    with reading(store) as cursor:
        lists = cursor.execute(
            "SELECT count(*) FROM follow_lists WHERE platform = 'x' AND complete AND direction = 'following'"
        )
        assert lists.fetchone() == (2,)  # two dates: the web exporter's list is the second archive's
        ((posts,),) = cursor.execute(
            "SELECT count(*) FROM current_posts p JOIN me ON me.platform = p.platform AND me.account = p.author WHERE p.platform = 'x'"
        ).fetchall()
        ((tweets,),) = cursor.execute(
            "SELECT count(DISTINCT original_id) FROM posts p JOIN me ON me.platform = p.platform AND me.account = p.author WHERE p.platform = 'x' AND deleted_utc IS NULL"
        ).fetchall()
        assert posts == tweets
        likes = cursor.execute(
            "SELECT count(*), count(DISTINCT post_id) FROM acts JOIN me ON me.platform = acts.platform AND me.account = acts.actor WHERE kind = 'like' AND acts.platform = 'mastodon'"
        ).fetchone()
        assert likes == (61, 61)
        assert cursor.execute("SELECT platform, count(*) FROM me GROUP BY ALL ORDER BY ALL").fetchall() == [
            ("bluesky", 1), ("digg", 1), ("mastodon", 1), ("x", 1),
        ]  # fmt: skip


def test_the_numbers_of_the_latest_days_come_with_the_level_they_make(
    taken: tuple[list[Imported], Any],
) -> None:
    _, store = taken
    shown = CliRunner().invoke(watercooler, ["--db", str(store), "show", "growth", "--today", "2026-11-22"])
    assert shown.exit_code == 0
    assert "The latest 14 days that the platform counted" in shown.stdout
    lines = [line.split() for line in shown.stdout.splitlines() if "1102604662077812258" in line]
    days = {line[2]: line[3:] for line in lines if len(line) == 7}
    # 341 on the second archive's list, of the evening of the 19th; one had come two days before.
    assert days["2026-11-19"] == ["0", "0", "341", "list"]
    assert days["2026-11-17"] == ["1", "0", "341", "list"]
    assert days["2026-11-16"] == ["0", "0", "340", "list"]


def test_nothing_of_the_direct_message_is_stored(taken: tuple[list[Imported], Any]) -> None:
    _, store = taken
    with reading(store) as cursor:
        assert cursor.execute("SELECT count(*) FROM posts WHERE text LIKE '%paper market%'").fetchone() == (
            0,
        )


def test_exports_taken_in_before_their_owner_was_known_are_known_afterwards(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    (content,) = (EXPORTS / "x-analytics").glob("account_analytics_content_*.csv")
    early = (
        content,
        EXPORTS / "x-analytics",
        EXPORTS / "x-web-exporter",
        *(EXPORTS / name for name in ARCHIVES),
    )
    for piece in early:
        assert all(isinstance(outcome, Imported) for outcome in import_path(store, piece))
    before = content_of(store)
    for piece in early:
        assert {one.state for one in import_path(store, piece) if isinstance(one, Imported)} == {"known"}
    assert content_of(store) == before
    with reading(store) as cursor:
        changes = follower_growth.changes(cursor, Window(now_utc=datetime(2026, 11, 22)))
        assert (changes["from"] < changes["to"]).all()
        assert sorted(changes["gained"]) == [25, 52]
