"""The page "Growth" in Streamlit's own test bench, full, in parts, and empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import opening
from analytics.store.connection import writing
from tests import growth_store
from tests.builders import add_list
from tests.pages.visiting import charts, ran, texts, visited

Fill = Callable[[duckdb.DuckDBPyConnection], object]


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The dashboard's store, in the middle of July."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: growth_store.PRESENT)
    return store_path


def opened(store: Path, *fillers: Fill, network: str | None = None) -> AppTest:
    """The page on a store filled so."""
    if fillers:
        with writing(store) as cursor:
            for fill in fillers:
                fill(cursor)
    return visited("growth", **({"network": network} if network else {}))


def marked_up(app: AppTest) -> str:
    """What goes through Markdown."""
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


def people(app: AppTest) -> list[str]:
    """Who stands in the table of those who came and left."""
    return [str(name) for name in app.dataframe[0].value["who"]]


def test_a_full_page_has_every_part(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill)
    assert [heading.value for heading in app.header] == [
        "Followers over time", "Came and left", "Who came, who left", "Who stays, by the month in which they came",
        "Jumps, and the posts around them",
    ]  # fmt: skip
    said = texts(app)
    assert "Instagram (@me): 4 followers on 1 Jul 2026, as many as on 1 May 2026: 2 came and 2 left" in said
    assert "X (@wren_hollowbrook): 100 followers" in said
    assert "Of the 2 who left: 1 unfollowed you, 1 not known why." in said
    assert "No day and no interval stands out" in said
    assert sorted(people(app)) == sorted([f"@{growth_store.LOUD}", "c", "old", "new", "d", "back"])


def test_every_picture_has_words_that_stand_for_it(at_present: Path) -> None:
    words = charts(opened(at_present, growth_store.fill))
    assert len(words) == 3
    assert words[0].startswith("Followers over time. Instagram (@me): 4 followers")
    assert all(words)


def test_another_account_has_its_days_and_its_jump(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill)
    app.selectbox(key="growth-account").set_value(1)
    said = texts(ran(app.run()))
    assert "X itself counted 27 new follows and 0 unfollows on 16 days" in said
    assert "15 Jun 2026: 12 came (new follows as the network counts them)" in said
    assert "Who came and who left needs two complete lists of the same kind" in said
    (posts,) = app.dataframe
    assert posts.value["text"].tolist() == [growth_store.POST]
    assert posts.value["post"].tolist() == ["https://x.com/i/status/p0"]
    assert list(posts.proto.column_order) == ["posted", "text", "likes", "reposts", "post"]


def test_any_two_lists_can_be_chosen(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill)
    first = app.selectbox(key="growth-instagram-me-follower-first")
    assert first.options == ["1 May 2026", "1 Jun 2026"]
    first.set_value(growth_store.JUNE)
    app = ran(app.run())
    assert app.selectbox(key="growth-instagram-me-follower-second").options == ["1 Jul 2026"]
    assert "Between the lists of your followers of 1 Jun 2026 and 1 Jul 2026, 1 came and 1 left." in texts(
        app
    )
    assert sorted(people(app)) == ["back", "c"]


def test_a_second_list_that_is_no_longer_later_is_replaced(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill)
    app.selectbox(key="growth-instagram-me-follower-second").set_value(growth_store.JUNE)
    app = ran(app.run())
    assert sorted(people(app)) == sorted([f"@{growth_store.LOUD}", "d", "new", "old"])
    app.selectbox(key="growth-instagram-me-follower-first").set_value(growth_store.JUNE)
    assert sorted(people(ran(app.run()))) == ["back", "c"]


def test_people_are_filtered_by_what_became_of_them(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill)
    pills = app.button_group(key="growth-instagram-me-people-what")
    assert list(pills.options) == ["came", "renamed", "unfollowed", "unknown"]
    pills.set_value(["unfollowed", "renamed"])
    assert sorted(people(ran(app.run()))) == sorted([f"@{growth_store.LOUD}", "new", "old"])


def test_text_from_exports_is_shown_as_it_is_written(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill)
    assert "evil" not in marked_up(app)
    app.selectbox(key="growth-account").set_value(1)
    assert "evil" not in marked_up(ran(app.run()))


def test_the_network_in_the_address_holds(at_present: Path) -> None:
    app = opened(at_present, growth_store.fill, network="X")
    assert "Instagram" not in texts(app)
    assert [box.key for box in app.selectbox if box.key == "growth-account"] == []
    assert "12 came" in texts(app)


def test_lists_of_both_sides_can_be_compared(at_present: Path) -> None:
    def follow(store: duckdb.DuckDBPyConnection) -> None:
        for day, members in (("2026-05-01", "ab"), ("2026-06-01", "a")):
            add_list(store, "following", day, members)
            add_list(store, "follower", day, "b")

    app = opened(at_present, follow)
    assert "Of the" not in texts(app).partition("Between")[2].partition("\n")[0]
    app.button_group(key="growth-x-me-list").set_value("following")
    app = ran(app.run())
    assert "you began to follow 0 and 1 left the list." in texts(app)
    assert "The one who left: 1 you unfollowed." in texts(app)


def test_one_list_says_what_would_bring_more(at_present: Path) -> None:
    app = opened(at_present, lambda store: add_list(store, "follower", "2026-05-01", ["a"]))
    said = texts(app)
    assert "Followers are known of one moment only" in said
    assert "Who came and who left needs two complete lists" in said
    assert "Who stays needs two complete lists of followers" in said
    assert "Ask X for your data again" in said
    assert charts(app) == []


def test_an_empty_store_and_none_at_all(at_present: Path) -> None:
    assert "Nothing was imported yet" in marked_up(opened(at_present))
    app = opened(at_present, lambda store: None)
    assert "Nothing is known of your followers" in texts(app)
    assert not app.header


def test_many_lists_and_cohorts_are_cut_to_what_can_be_read(at_present: Path) -> None:
    def grow(store: duckdb.DuckDBPyConnection) -> None:
        moments = [datetime(2024 + month // 12, month % 12 + 1, 1) for month in range(30)]
        for number, moment in enumerate(moments):
            since = {str(n): f"{moments[n]:%Y-%m}-01 10:00" for n in range(number)}
            add_list(store, "follower", f"{moment:%Y-%m-%d}", since | {"first": None})

    app = opened(at_present, grow)
    assert "older ones are left out" in marked_up(app)
