"""The page "This week" in Streamlit's own test bench, full, in parts, and empty."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import files, opening, shared
from analytics.store.connection import writing
from analytics.store.location import sample_store
from tests import week_store
from tests.pages.visiting import address_of, charts, texts, visited
from tests.week_store import SPAMMER

Fill = Callable[[duckdb.DuckDBPyConnection], None]


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """The dashboard's store, on the Friday after the data end."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: week_store.PRESENT)
    return store_path


def opened(store: Path, *fillers: Fill, network: str | None = None) -> AppTest:
    """The page on a store filled so."""
    if fillers:
        with writing(store) as cursor:
            for fill in fillers:
                fill(cursor)
    return visited("this_week", **({"network": network} if network else {}))


def marked_up(app: AppTest) -> str:
    """What goes through Markdown."""
    elements = [*app.markdown, *app.caption, *app.header, *app.metric]
    return "\n".join(str(element.value).replace("\\", "").replace("\u00a0", " ") for element in elements)


def test_a_full_week_has_every_part(at_present: Path) -> None:
    app = opened(at_present, week_store.fill)
    assert [heading.value for heading in app.header] == [
        "Time against the budget", "Worth doing now", "What came of it", "People", "Day by day, and the plan",
        "Most likely link-pushers you follow", "Take the week along",
    ]  # fmt: skip
    said = texts(app)
    assert "All sites together: 1 h 22 min, measured and visited, of a budget of 2 h (68 %)" in marked_up(app)
    assert (
        "Plan: of 2 slots so far 1 kept, 1 missed, by recorded time; 1 slot comes after the data end." in said
    )
    assert "4 followers on 20 Nov 2026, 1 more than on 20 Oct 2026: 2 came and 1 left." in said
    figures = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert figures["Mutual"] == ("1", "as many")
    assert figures["Not following back"] == ("1", "as many")
    assert (figures["Gained"][0], figures["Lost"][0]) == ("2", "1")
    assert ":small[:green-badge[:material/check: measured] :gray[50 % of the 2 you follow]]" in marked_up(app)


def test_every_picture_has_words_that_stand_for_it(at_present: Path) -> None:
    words = charts(opened(at_present, week_store.fill))
    assert len(words) == 4
    assert words[0].startswith(
        "Time spent against the budget. All sites: 1 h 22 min of 2 h; X: 57 min of 45 min"
    )
    assert words[1].startswith("Who follows back. X (@wren_hollowbrook): 1 of the 2 you follow")
    assert words[2] == (
        "Recorded time by day: Monday 40 min, Tuesday 20 min, Wednesday 5 min, Thursday 17 min."
    )
    assert all(words)


def test_each_thing_worth_doing_leads_to_the_page_where_it_is_done(at_present: Path) -> None:
    app = opened(at_present, week_store.fill)
    links = [link.proto.page for link in app.get("page_link")]
    assert links[:3] == ["time", "link_pushers", "follows"]
    said = marked_up(app)
    for what in ("X: 12 min over its share", "Look at 1 account", "1 follower you talk with"):
        assert what in said


def test_text_from_an_export_is_shown_as_it_is_written(at_present: Path) -> None:
    app = opened(at_present, week_store.fill)
    [table] = app.dataframe
    assert table.value["account"].tolist() == [f"@{SPAMMER}"]
    assert f"@{SPAMMER}" in texts(app)
    assert "evil" not in marked_up(app)
    assert "loud" not in marked_up(app)


def test_my_own_handle_is_data_too(at_present: Path) -> None:
    def rename(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE account_observations SET handle = $handle WHERE account = '1'", {"handle": SPAMMER}
        )

    app = opened(at_present, week_store.fill, rename)
    assert f"X (@{SPAMMER}): 1 of the 2 you follow" in texts(app)
    assert "evil" not in marked_up(app)


def test_the_filter_in_the_address_holds_for_every_figure(at_present: Path) -> None:
    app = opened(at_present, week_store.fill, network="Mastodon")
    assert app.session_state["network"] == "mastodon"
    said = texts(app)
    assert "All sites together: 1 h 22 min" in marked_up(app)
    assert "X: 57 min" not in said
    assert "Mastodon: 20 min" in said
    assert "There is no list of your followers" in said
    assert "the budget is one for all sites" in marked_up(app)


def test_without_a_store_it_says_how_to_import(at_present: Path) -> None:
    app = opened(at_present)
    assert "Nothing was imported yet" in marked_up(app)
    assert [button.label for button in app.button] == ["Import", "Try with sample data"]
    assert [box.key for box in app.selectbox] == ["guide-of"]
    assert len(app.get("file_uploader")) == 1
    assert charts(app) == []


def test_a_store_in_which_only_settings_are_kept_is_a_first_run_too(at_present: Path) -> None:
    app = opened(at_present, week_store.say_who_i_am)
    assert "Nothing was imported yet" in marked_up(app)


def test_a_store_that_knows_little_says_of_each_part_what_would_bring_it(at_present: Path) -> None:
    def one_import(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO imports VALUES ('i', 'k', 'c', 'calendar', '1', 'a.ics', NULL, '2026-11-01', '2026-11-01', "
            "'complete')"
        )

    said = texts(opened(at_present, one_import))
    for missing in (
        "Nothing is known of your time.",
        "No hours are planned.",
        "There is no list of your followers",
    ):
        assert missing in said
    assert "Too few posts of those you follow" in said
    assert "ActivityWatch" in said


def test_a_part_that_is_missing_takes_no_other_with_it(at_present: Path) -> None:
    app = opened(at_present, week_store.say_who_i_am, week_store.list_followers)
    assert "Nothing is known of your time." in texts(app)
    assert "1 of the 2 you follow follow you back" in texts(app)


def test_the_sample_says_that_it_is_one(at_present: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "invented person" not in marked_up(opened(at_present, week_store.fill))
    monkeypatch.setenv("WATERCOOLER_DB", str(sample_store()))
    assert "exports of an invented person" in marked_up(opened(sample_store(), week_store.fill))


def test_a_file_that_is_no_store_is_one_sentence(at_present: Path) -> None:
    at_present.write_bytes(b"not a database" * 400)
    app = address_of("this_week").run()
    assert not app.exception
    assert [error.value for error in app.error] == ["The store cannot be read."]
    assert "is not a store of this program or is damaged" in texts(app)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert all(doctest.testmod(module).failed == 0 for module in (shared, files))
