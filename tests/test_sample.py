"""The sample exports: made again they are the same, their shapes hold, and nobody real is in them."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
EXPORTS = SAMPLE / "exports"
ARCHIVES = ("x-archive-2026-05-10.zip", "x-archive-2026-11-19.zip")
VISITED = {"x.com", "mastodon.social", "bsky.app", "digg.com"}
Row = dict[str, str]


def parts(archive: str) -> dict[str, tuple[str, Any]]:
    """Member -> (name of its variable, the JSON behind it), for every .js file of an archive."""
    found = {}
    with zipfile.ZipFile(EXPORTS / archive) as opened:
        for name in opened.namelist():
            if name.endswith(".js"):
                before, _, after = opened.read(name).decode("utf-8").partition(" = ")
                found[name] = (before.removeprefix("window."), json.loads(after))
    return found


def rows(archive: str, kind: str) -> list[Any]:
    """The rows of a data type, all parts together, without their wrapper."""
    pattern = re.compile(rf"data/{kind}(-part\d+)?\.js")
    matching = [content for name, (_, content) in parts(archive).items() if pattern.fullmatch(name)]
    return [next(iter(row.values())) for content in matching for row in content]


def members(archive: str, kind: str) -> set[str]:
    return {row["accountId"] for row in rows(archive, kind)}


def table(name: str) -> list[Row]:
    with (EXPORTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def moment_of(snowflake: str) -> datetime:
    """When an id of X was made, by the id itself."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=(int(snowflake) >> 22) + 1288834974657)


def tweet_time(text: str) -> datetime:
    return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return tomllib.loads((SAMPLE / "settings.toml").read_text(encoding="utf-8"))


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLE / "make_sample.py", tmp_path], check=True)
    committed = {path.relative_to(EXPORTS) for path in EXPORTS.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()} == committed
    for name in committed:
        if name.suffix != ".zip":
            assert (tmp_path / name).read_bytes() == (EXPORTS / name).read_bytes(), name
            continue
        # Versions of zlib pack differently; what is packed, in which order and dated when, may not differ.
        with zipfile.ZipFile(tmp_path / name) as made, zipfile.ZipFile(EXPORTS / name) as kept:
            assert [(one.filename, one.date_time, made.read(one)) for one in made.infolist()] == [
                (one.filename, one.date_time, kept.read(one)) for one in kept.infolist()
            ]


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in EXPORTS.rglob("*") if path.is_file()) < 3_000_000


@pytest.mark.parametrize("archive", ARCHIVES)
def test_manifest_lists_and_counts_every_file(archive: str) -> None:
    content = parts(archive)
    variable, manifest = content.pop("data/manifest.js")
    assert variable == "__THAR_CONFIG"
    listed = {
        entry["fileName"]: (entry["globalName"], entry["count"])
        for kind in manifest["dataTypes"].values()
        for entry in kind["files"]
    }
    assert listed == {name: (variable, str(len(found))) for name, (variable, found) in content.items()}
    assert manifest["archiveInfo"]["generationDate"].startswith(archive[10:20])


@pytest.mark.parametrize("archive", ARCHIVES)
def test_ids_of_tweets_hold_their_time(archive: str) -> None:
    tweets = rows(archive, "tweets") + rows(archive, "deleted-tweets")
    assert len(tweets) > 400
    for tweet in tweets:
        assert moment_of(tweet["id_str"]).replace(microsecond=0) == tweet_time(tweet["created_at"])
    ids = [tweet["id_str"] for tweet in tweets]
    assert len(set(ids)) == len(ids)
    headers = {header["tweet_id"] for header in rows(archive, "tweet-headers")}
    assert headers == {tweet["id_str"] for tweet in rows(archive, "tweets")}


@pytest.mark.parametrize("name", ["posts", "accounts"])
def test_ids_in_tables_hold_their_time(name: str) -> None:
    key = {"posts": "post_id", "accounts": "account"}[name]
    for row in table(f"csv/{name}.csv"):
        assert moment_of(row[key]).replace(microsecond=0) == datetime.fromisoformat(row["created_at"])


@pytest.mark.parametrize("archive", ARCHIVES)
def test_entities_point_at_what_they_name(archive: str) -> None:
    for tweet in rows(archive, "tweets"):
        text, entities = tweet["full_text"], tweet["entities"]
        found = [(one["indices"], one["url"]) for one in entities["urls"]]
        found += [(one["indices"], f"@{one['screen_name']}") for one in entities["user_mentions"]]
        found += [(one["indices"], f"#{one['text']}") for one in entities["hashtags"]]
        for (first, last), named in found:
            assert text[int(first) : int(last)] == named
        if text.startswith("RT @"):
            assert (tweet["favorite_count"], tweet["retweet_count"]) == ("0", "0")
            assert text.startswith(f"RT @{entities['user_mentions'][0]['screen_name']}:")


def test_longer_posts_are_cut_and_whole_in_their_notes() -> None:
    by_second = {tweet_time(tweet["created_at"]): tweet["full_text"] for tweet in rows(ARCHIVES[1], "tweets")}
    notes = rows(ARCHIVES[1], "note-tweet")
    assert len(notes) == 3
    for note in notes:
        shown = by_second[datetime.fromisoformat(note["createdAt"])]
        assert re.search(r"… https://t\.co/\w+$", shown)
        assert note["core"]["text"].startswith(shown.rsplit("…")[0])


def test_both_wordings_of_an_edited_post_are_rows() -> None:
    tweets = {tweet["id_str"]: tweet for tweet in rows(ARCHIVES[1], "tweets")}
    edits = [tweet for tweet in tweets.values() if "edit" in tweet["edit_info"]]
    assert len(edits) == 2
    for edit in edits:
        first, last = edit["edit_info"]["edit"]["editControlInitial"]["editTweetIds"]
        assert last == edit["id_str"]
        assert tweets[first]["edit_info"]["initial"]["editTweetIds"] == [first, last]


def test_the_later_archive_knows_all_of_the_earlier_and_more_likes() -> None:
    earlier, later = ({tweet["id_str"]: tweet for tweet in rows(archive, "tweets")} for archive in ARCHIVES)
    assert earlier.keys() < later.keys()
    for name in ("favorite_count", "retweet_count"):
        pairs = [(int(tweet[name]), int(later[key][name])) for key, tweet in earlier.items()]
        assert all(before <= after for before, after in pairs)
        assert sum(before for before, _ in pairs) < sum(after for _, after in pairs)


def test_follows_tell_the_story() -> None:
    (fans, followed), (fans_later, followed_later) = (
        (members(archive, "follower"), members(archive, "following")) for archive in ARCHIVES
    )
    assert (len(fans), len(followed), len(fans & followed)) == (310, 248, 141)
    assert (len(fans_later), len(followed_later), len(fans_later & followed_later)) == (341, 262, 153)
    assert (len(fans_later - fans), len(fans - fans_later)) == (52, 21)
    assert (len(followed_later - followed), len(followed - followed_later)) == (25, 11)


def test_every_week_of_the_year_has_posts() -> None:
    vienna = ZoneInfo("Europe/Vienna")
    weeks = {
        tweet_time(tweet["created_at"]).astimezone(vienna).isocalendar()[:2]
        for tweet in rows(ARCHIVES[1], "tweets")
    }
    assert len(weeks) == 52


def test_posts_of_sixty_accounts_that_are_followed() -> None:
    authors = [post["author"] for post in table("csv/posts.csv")]
    often = {author for author in authors if authors.count(author) >= 25}
    assert 60 <= len(often) <= 70
    assert often <= members(ARCHIVES[1], "following")
    assert len(set(authors) - often) == 2  # the silent ones


@pytest.mark.parametrize("name", ["csv/interactions.csv", "digg/interactions.csv"])
def test_interactions_are_hers_and_none_is_twice(name: str, settings: dict[str, Any]) -> None:
    acts = table(name)
    me = settings["me"][acts[0]["platform"]]
    assert all(me in (act["actor"], act["target"]) for act in acts)
    assert len({tuple(act.values()) for act in acts}) == len(acts)


def test_profiles_of_spring_and_autumn_tell_who_fell_silent_and_who_has_a_new_name() -> None:
    sights: dict[str, list[Row]] = {}
    for row in table("csv/accounts.csv"):
        sights.setdefault(row["account"], []).append(row)
    twice = [sorted(rows, key=lambda row: row["observed_at"]) for rows in sights.values() if len(rows) == 2]
    assert len(twice) > 40
    assert len([now for then, now in twice if then["posts"] == now["posts"]]) == 2
    assert all(int(then["posts"]) <= int(now["posts"]) for then, now in twice)
    assert [(then["handle"], now["handle"]) for then, now in twice if then["handle"] != now["handle"]] == [
        ("bramblewick_greta_at", "bramblewick_greta")
    ]


def test_nobody_real_is_in_it() -> None:
    handles = {row["handle"] for row in table("csv/accounts.csv")}
    for archive in ARCHIVES:
        for tweet in rows(archive, "tweets"):
            handles |= {mention["screen_name"] for mention in tweet["entities"]["user_mentions"]}
    assert len({handle.lower() for handle in handles}) == len(handles) > 200
    assert {handle for handle in handles if not 16 <= len(handle) <= 20} == set()


def test_links_lead_to_example_alone() -> None:
    texts = [json.dumps(content) for archive in ARCHIVES for _, content in parts(archive).values()]
    texts += [path.read_text(encoding="utf-8") for path in EXPORTS.rglob("*.csv")]
    hosts = {urlsplit(link).hostname for text in texts for link in re.findall(r"https?://[^\s\"\\,]+", text)}
    own = {"t.co", "twitter.com", "mobile.twitter.com", "x.com"}
    assert {host for host in hosts if not host.endswith(".example")} <= own
    tracked = (EXPORTS / "activitywatch/aw-buckets-export-desktop.json").read_text(encoding="utf-8")
    visited = {urlsplit(link).hostname for link in re.findall(r"https?://[^\s\"]+", tracked)}
    assert {host for host in visited if not host.endswith(".example")} == VISITED


def test_digg_has_both_lists_at_two_dates() -> None:
    counts: dict[tuple[str, str], int] = {}
    for row in table("digg/follows.csv"):
        counts[row["as_of"][:10], row["direction"]] = counts.get((row["as_of"][:10], row["direction"]), 0) + 1
    assert counts == {
        ("2026-05-31", "follower"): 38, ("2026-05-31", "following"): 52,
        ("2026-11-15", "follower"): 47, ("2026-11-15", "following"): 56,
    }  # fmt: skip


def test_noted_time_ends_before_the_tracker_begins() -> None:
    spans = [
        (datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]))
        for row in table("digg/time.csv")
    ]
    assert all(start < end for start, end in spans)
    assert max(end for _, end in spans) < min(start for start, _ in seen("digg.com", None))


def test_plan_and_shares_fill_the_budget(settings: dict[str, Any]) -> None:
    budget = settings["budget"]
    planned = dict.fromkeys(budget["sites"], 0.0)
    for slot in settings["plan"]:
        length = datetime.strptime(slot["end"], "%H:%M") - datetime.strptime(slot["start"], "%H:%M")
        planned[slot["site"]] += length / timedelta(minutes=1)
    assert planned == budget["sites"]
    assert sum(planned.values()) == budget["total"] == 120
    assert parts(ARCHIVES[1])["data/manifest.js"][1]["userInfo"]["accountId"] == settings["me"]["x"]


def spans_of(device: str, bucket: str, key: str, value: str) -> list[tuple[datetime, datetime]]:
    """Events of a bucket whose `key` begins with `value`, merged."""
    content = json.loads(
        (EXPORTS / f"activitywatch/aw-buckets-export-{device}.json").read_text(encoding="utf-8")
    )
    events = next(one["events"] for name, one in content["buckets"].items() if bucket in name)
    merged: list[tuple[datetime, datetime]] = []
    for event in reversed(events):
        # Six digits of the second are enough here.
        start = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", event["timestamp"]))
        end = start + timedelta(seconds=event["duration"])
        if event["data"].get(key, "").startswith(value):
            if merged and start <= merged[-1][1]:
                start, end = merged[-1][0], max(end, merged.pop()[1])
            merged.append((start, end))
    return merged


def seen(domain: str, package: str | None) -> list[tuple[datetime, datetime]]:
    """When a site was looked at: in a tab, in a browser in front, by somebody there; or in its app."""
    tabs = spans_of("desktop", "web", "url", f"https://{domain}")
    for others in (
        spans_of("desktop", "window", "app", "firefox"),
        spans_of("desktop", "afk", "status", "not-afk"),
    ):
        both = [(max(a, c), min(b, d)) for a, b in tabs for c, d in others]
        tabs = [(start, end) for start, end in both if start < end]
    return tabs + (spans_of("phone", "android-test", "package", package) if package else [])


def test_the_latest_week_is_near_its_budget_and_x_is_over() -> None:
    monday = datetime(2026, 11, 16, tzinfo=ZoneInfo("Europe/Vienna"))
    apps = {"x.com": "com.twitter.android", "mastodon.social": "org.joinmastodon.android",
            "bsky.app": "xyz.blueskyweb.app", "digg.com": None}  # fmt: skip
    minutes = {
        domain: sum(
            (end - start) / timedelta(minutes=1) for start, end in seen(domain, app) if start >= monday
        )
        for domain, app in apps.items()
    }
    assert 94 < sum(minutes.values()) < 100
    assert minutes["x.com"] > 45
    assert all(shorter > 5 for shorter in minutes.values())
