"""ActivityWatch: which watchers belong together, and a second-by-second recount of random recordings."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import reference
from analytics.importers.activitywatch import devices, events
from analytics.model import Problem
from tests.importers.test_activitywatch import FIXTURES, bucket, notes, spans, take, take_buckets


def test_a_web_watcher_speaks_for_its_own_browser_only(tmp_path: Path) -> None:
    rows, said = take_buckets(
        tmp_path,
        bucket(
            "aw-watcher-window_heron",
            "currentwindow",
            (0, 60, {"app": "Google-chrome"}),
            (60, 60, {"app": "firefox"}),
        ),
        bucket(
            "aw-watcher-web-chrome",
            "web.tab.current",
            (0, 300, {"url": "https://x.com/home"}),
            host="unknown",
        ),
    )
    assert spans(rows) == [("x", "00:00", "01:00")]
    assert any("1 min in a browser without a record of the page" in note for note in notes(said))


def test_a_web_watcher_whose_browser_never_shows_speaks_for_the_others(tmp_path: Path) -> None:
    rows, _ = take_buckets(
        tmp_path,
        bucket(
            "aw-watcher-window_heron",
            "currentwindow",
            (0, 60, {"app": "msedge.exe"}),
            (60, 60, {"app": "firefox"}),
        ),
        bucket("aw-watcher-web-chrome", "web.tab.current", (0, 300, {"url": "https://x.com/home"})),
        bucket("aw-watcher-web-firefox", "web.tab.current", (0, 300, {"url": "https://digg.com/"})),
    )
    assert spans(rows) == [("digg", "01:00", "02:00"), ("x", "00:00", "01:00")]


def test_a_window_event_may_carry_the_address_itself(tmp_path: Path) -> None:
    rows, _ = take_buckets(
        tmp_path,
        bucket(
            "aw-watcher-window_heron",
            "currentwindow",
            (0, 60, {"app": "Safari", "url": "https://www.threads.net/", "incognito": False}),
            (60, 60, {"app": "Safari", "url": "https://www.threads.net/", "incognito": True}),
            (120, 60, {"app": "Some Browser", "url": "https://pleroma.example.org/"}),
        ),
    )
    assert spans(rows) == [("threads", "00:00", "01:00")]


def test_web_events_without_a_window_count_for_nothing(tmp_path: Path) -> None:
    rows, said = take_buckets(
        tmp_path, bucket("aw-watcher-web-chrome", "web.tab.current", (0, 300, {"url": "https://x.com/"}))
    )
    assert rows == []
    assert "aw-watcher-web-chrome (export.json) is not counted" in notes(said)[1]


def test_the_only_afk_watcher_belongs_to_the_only_window_watcher(tmp_path: Path) -> None:
    window = bucket(
        "aw-watcher-window_heron", "currentwindow", (0, 60, {"app": "discord"}), host="heron.local"
    )
    there = bucket("aw-watcher-afk_heron", "afkstatus", (30, 60, {"status": "not-afk"}), host="heron")
    assert spans(take_buckets(tmp_path, window, there)[0]) == [("discord", "00:30", "01:00")]
    other = bucket("aw-watcher-afk_wren", "afkstatus", (45, 60, {"status": "not-afk"}), host="wren")
    rows, said = take_buckets(tmp_path, window, there, other)
    assert spans(rows) == [("discord", "00:00", "01:00")]
    assert sum("is not counted" in note for note in notes(said)) == 2


def test_afk_over_not_afk_counts_as_active_and_is_said(tmp_path: Path) -> None:
    rows, said = take_buckets(
        tmp_path,
        bucket("aw-watcher-window_heron", "currentwindow", (0, 600, {"app": "discord"})),
        bucket(
            "aw-watcher-afk_heron",
            "afkstatus",
            (0, 300, {"status": "not-afk"}),
            (120, 400, {"status": "afk"}),
        ),
    )
    assert spans(rows) == [("discord", "00:00", "05:00")]
    assert any("for 3 min the away-from-keyboard watcher says both" in note for note in notes(said))


def test_an_event_of_days_is_a_problem_where_nothing_bounds_it(tmp_path: Path) -> None:
    window = bucket(
        "aw-watcher-window_heron", "currentwindow", (0, 90_000, {"app": "discord"}), (5, 86_400, {"app": "x"})
    )
    rows, said = take_buckets(tmp_path, window)
    assert [(row["site"], row["end_utc"]) for row in rows] == [("x", "2026-03-03T09:00:05")]
    assert (
        Problem(
            place="export.json, bucket aw-watcher-window_heron, event 1",
            what="25.0 hours without a break; longer than a day is no presence",
        )
        in said
    )


def test_pieces_of_one_site_that_touch_are_one_row(tmp_path: Path) -> None:
    rows, _ = take_buckets(
        tmp_path,
        bucket(
            "aw-watcher-window_heron",
            "currentwindow",
            (0, 60, {"app": "discord"}),
            (60, 60, {"app": "Discord.exe"}),
            (100, 50, {"app": "vesktop"}),
            (151, 9, {"app": "discord"}),
        ),
    )
    assert spans(rows) == [("discord", "00:00", "02:30"), ("discord", "02:31", "02:40")]


def test_half_characters_in_names_do_no_harm(tmp_path: Path) -> None:
    half = "gar\ud83dden"
    rows, said = take_buckets(
        tmp_path,
        bucket(
            "aw-watcher-window_" + half,
            "currentwindow",
            (0, 60, {"app": half}),
            (60, 60, {"app": "discord"}),
            host=half,
        ),
        bucket("other" + half, half, (0, 1, {})),
        bucket(
            "aw-watcher-web-firefox",
            "web.tab.current",
            (0, 60, {"url": f"https://{half}.example.org/"}),
            host=half,
        ),
    )
    assert [(row["site"], row["device"]) for row in rows] == [("discord", "gar?den")]
    assert "gar?den 1 min" in notes(said)[-1]
    assert "".join(notes(said)).isprintable()


def test_a_site_of_the_user_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sites.toml").write_text('[sites.garden]\nname = "Garden"\napps = ["com.example.garden"]\n')
    monkeypatch.setattr(reference, "user_folder", lambda: tmp_path)
    rows, _ = take(FIXTURES / "android-rust-overlapping")
    assert ("garden", "15:00", "17:00") in spans(rows)


# Properties

APPS = ["Firefox", "chrome.exe", "discord", "Code"]
HOSTS = ["x.com", "digg.com", "example.org"]
SITES = reference.load_sites(reference.reference("sites.toml"))
SITE_OF = {"x.com": "x", "digg.com": "digg"}

when = st.tuples(st.integers(0, 40), st.integers(0, 25))
window_events = st.lists(st.tuples(when, st.sampled_from(APPS)), max_size=8)
afk_events = st.none() | st.lists(
    st.tuples(when, st.sampled_from(["afk", "not-afk"])), min_size=1, max_size=6
)
web_events = st.lists(st.tuples(when, st.sampled_from(HOSTS)), max_size=6)


def measure(windows: Any, afk: Any, firefox: Any) -> tuple[int, dict[str, list[tuple[int, int]]], int]:
    """Active seconds, spans by site in seconds after nine, seconds elsewhere and unseen."""
    buckets = [
        bucket(
            "aw-watcher-window_heron", "currentwindow", *((at, d, {"app": app}) for (at, d), app in windows)
        ),
        bucket(
            "aw-watcher-web-firefox",
            "web.tab.current",
            *((at, d, {"url": f"https://{host}/"}) for (at, d), host in firefox),
        ),
    ]
    if afk is not None:
        buckets.append(
            bucket("aw-watcher-afk_heron", "afkstatus", *((at, d, {"status": s}) for (at, d), s in afk))
        )
    reader = events.Reader()
    reader.read("file.json", io.StringIO(json.dumps({"buckets": {b["id"]: b for b in buckets}})))
    labels = reader.labels()
    (device,), _ = devices.devices_of(reader.buckets)
    used = devices.usage(device, labels, SITES)
    nine = int(datetime.fromisoformat("2026-03-02T09:00:00+00:00").timestamp())
    found = {
        site: [
            (s // 1_000_000 - nine, e // 1_000_000 - nine)
            for s, e in zip(p.start.tolist(), p.end.tolist(), strict=True)
        ]
        for site, p in used.on_sites.items()
    }
    rest = sum(used.elsewhere.values()) + used.unseen
    return used.active // 1_000_000, found, rest // 1_000_000


def recount(windows: Any, afk: Any, firefox: Any) -> tuple[int, dict[str, set[int]]]:
    """The same, asked second by second."""

    def on_top(events_: Any, second: int) -> Any:
        under_way = [(at, -(at + d), what) for (at, d), what in events_ if at <= second < at + d]
        return max(under_way)[2] if under_way else None

    browsers = {on_top(windows, second) for second in range(70)} & {"Firefox", "chrome.exe"}
    told_apart = {"Firefox"} if "Firefox" in browsers else browsers
    active, found = 0, {}
    for second in range(70):
        app = on_top(windows, second)
        there = afk is None or any(s == "not-afk" and at <= second < at + d for (at, d), s in afk)
        if app is None or not there:
            continue
        active += 1
        site = SITE_OF.get(on_top(firefox, second)) if app in told_apart else {"discord": "discord"}.get(app)
        if site:
            found.setdefault(site, set()).add(second)
    return active, found


@settings(max_examples=150, deadline=None)
@given(window_events, afk_events, web_events)
def test_a_second_by_second_recount_agrees(windows: Any, afk: Any, firefox: Any) -> None:
    active, found, rest = measure(windows, afk, firefox)
    expected_active, expected = recount(windows, afk, firefox)
    assert active == expected_active
    assert {site: {s for a, b in pieces for s in range(a, b)} for site, pieces in found.items()} == expected
    assert active == rest + sum(b - a for pieces in found.values() for a, b in pieces)


@settings(max_examples=80, deadline=None)
@given(window_events, afk_events, web_events, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_web_events_add_no_time(
    windows: Any, afk: Any, firefox: Any, random: Any
) -> None:
    measured = measure(windows, afk, firefox)
    shuffled = [list(part) if part is not None else None for part in (windows, afk, firefox)]
    for part in shuffled:
        if part:
            random.shuffle(part)
    assert measure(*shuffled) == measured
    without_web = measure(windows, afk, [])
    assert without_web[0] == measured[0]
    covered = {second for (at, d), _ in windows for second in range(at, at + d)}
    assert measured[0] <= len(covered)
