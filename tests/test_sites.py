"""data/reference/sites.toml: which site a domain or program belongs to, and how a user adds to it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from analytics.reference import Sites, load_sites, reference

SHIPPED = reference("sites.toml")
ENTRIES: dict[str, Any] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
LISTS = [
    *(
        (f"{site} {kind}", entry[kind])
        for site, entry in ENTRIES["sites"].items()
        for kind in ("domains", "apps")
        if kind in entry
    ),
    *((f"browsers {family}", programs) for family, programs in ENTRIES["browsers"].items()),
]


@pytest.fixture
def sites() -> Sites:
    return load_sites(SHIPPED)


def test_keys_and_lists_are_sorted_and_name_nothing_twice() -> None:
    assert list(ENTRIES["sites"]) == sorted(ENTRIES["sites"])
    assert list(ENTRIES["browsers"]) == sorted(ENTRIES["browsers"])
    for where, names in LISTS:
        assert names == sorted(set(names)), where
        assert names == [name.lower() for name in names], where


def test_no_domain_or_program_belongs_to_two() -> None:
    for kind in ("domains", "apps"):
        owners: dict[str, str] = {}
        for site, entry in ENTRIES["sites"].items():
            for name in entry.get(kind, ()):
                assert owners.setdefault(name, site) == site
    programs = [program for family in ENTRIES["browsers"].values() for program in family]
    apps = [app for entry in ENTRIES["sites"].values() for app in entry.get("apps", ())]
    assert len(programs) == len(set(programs))
    assert not set(programs) & set(apps)


def test_every_entry_is_well_formed(sites: Sites) -> None:
    for site, entry in ENTRIES["sites"].items():
        assert re.fullmatch(r"[a-z0-9]+", site)
        assert entry["name"]
        assert set(entry) <= {"name", "domains", "apps"}
        assert entry.get("domains") or entry.get("apps")
    for domain, site in sites.domains.items():
        assert re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", domain), domain
        assert sites.of_url(f"https://www.{domain}/path?q=1") == site


def test_every_platform_that_has_an_importer_is_a_site(sites: Sites) -> None:
    assert {
        "x", "mastodon", "bluesky", "instagram", "threads", "facebook", "linkedin", "tiktok", "youtube", "reddit",
        "digg", "tumblr", "pinterest", "snapchat", "discord", "telegram", "whatsapp", "signal", "hackernews",
        "lemmy", "xiaohongshu", "weibo", "bilibili", "quora", "twitch", "medium", "substack",
    } <= set(sites.names)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://x.com/home", "x"),
        ("https://mobile.twitter.com/home", "x"),
        ("https://old.reddit.com/r/allotment", "reddit"),
        ("http://M.Facebook.com:80/", "facebook"),
        ("https://mp.weixin.qq.com/s/1", "wechat"),
        ("https://news.ycombinator.com/", "hackernews"),
        ("https://ycombinator.com/", None),
        ("https://netflix.com/", None),
        ("https://notx.com/", None),
        ("https://x.com.example.org/", None),
        ("ftp://x.com/", None),
        ("about:blank", None),
    ],
)
def test_the_site_of_an_address(sites: Sites, url: str, site: str | None) -> None:
    assert sites.of_url(url) == site


@pytest.mark.parametrize(
    ("names", "site"),
    [
        (("com.twitter.android", "X"), "x"),
        (("org.joinmastodon.android.sk", "Megalodon"), "mastodon"),
        ((None, "TelegramDesktop"), "telegram"),
        ((None, "Discord.exe"), "discord"),
        (("com.example.other", "Signal"), "signal"),
        (("com.example.other", None), None),
        ((None, None), None),
    ],
)
def test_the_site_of_a_program(sites: Sites, names: tuple[str | None, ...], site: str | None) -> None:
    assert sites.of_app(*names) == site


@pytest.mark.parametrize(
    ("program", "family"),
    [("Google Chrome", "chrome"), ("Google-chrome", "chrome"), ("firefox.exe", "firefox"), ("Nightly", "firefox"),
     ("msedge.exe", "edge"), ("Vivaldi-stable", "vivaldi"), ("Safari", "safari"), ("Brave-browser", "brave"), ("Code", None)],
)  # fmt: skip
def test_browsers_are_known_by_their_name_on_each_system(
    sites: Sites, program: str, family: str | None
) -> None:
    assert sites.browsers.get(program.lower()) == family


def test_a_users_file_adds_and_overrides(tmp_path: Path, sites: Sites) -> None:
    mine = tmp_path / "sites.toml"
    mine.write_text(
        '[sites.forum]\nname = "Forum"\ndomains = ["Forum.Example.org", "old.reddit.com"]\n'
        '[sites.mastodon]\napps = ["Org.Example.Tooter"]\n[browsers]\nfirefox = ["My Browser"]\n',
        encoding="utf-8",
    )
    both = load_sites(SHIPPED, mine)
    assert both.label("forum") == "Forum"
    assert both.of_domain("www.forum.example.org") == "forum"
    assert (both.of_domain("old.reddit.com"), both.of_domain("www.reddit.com")) == ("forum", "reddit")
    assert (both.of_app("org.example.tooter"), both.label("mastodon")) == ("mastodon", "Mastodon")
    assert both.browsers["my browser"] == "firefox"
    assert both.of_domain("mastodon.social") == "mastodon"
    assert both.digest != sites.digest
