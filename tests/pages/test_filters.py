"""The filters that all pages share: from the address to the page and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.pages import filters, opening
from analytics.store.connection import writing
from tests import time_store
from tests.builders import add_list
from tests.pages.visiting import texts, visited


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    """A store with weeks of time, and two accounts of mine on X."""
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: time_store.PRESENT)
    with writing(store_path) as cursor:
        time_store.fill(cursor)
        cursor.execute("INSERT INTO identities VALUES (77, 'x', 'second', 'the_other_wren', 'export')")
    return store_path


def opened(page: str = "time", **address: str | list[str]) -> AppTest:
    app = visited(page, **address)
    assert [error.value for error in app.error] == []
    return app


def captions(app: AppTest) -> list[str]:
    return [caption.value.replace("\u00a0", " ").replace("\\", "") for caption in app.sidebar.caption]


def test_without_a_word_in_the_address_everything_is_looked_at(at_present: Path) -> None:
    app = opened()
    assert app.selectbox(key=filters.PERIOD).value == filters.ALL_TIME
    assert app.selectbox(key=filters.ACCOUNT).value == filters.EVERYTHING
    assert app.toggle(key=filters.COMPARE).disabled
    assert "over the 9 weeks" in texts(app)


def test_a_period_ends_on_the_last_day_that_has_data(at_present: Path) -> None:
    app = opened(period="4 weeks")
    (days, *_) = captions(app)
    assert "2026" in days
    # 28 days touch four weeks or five.
    assert "over the 9 weeks" not in texts(app)
    assert not app.toggle(key=filters.COMPARE).disabled
    assert len(app.metric) == 3


def test_own_dates_come_from_the_address(at_present: Path) -> None:
    app = opened(period=filters.OWN_DATES, dates=["2026-10-12", "2026-10-25"])
    assert app.date_input(key=filters.DATES).value == (date(2026, 10, 12), date(2026, 10, 25))
    assert "over the 2 weeks" in texts(app)


def test_half_a_range_is_open(at_present: Path) -> None:
    app = opened(period=filters.OWN_DATES)
    app.date_input(key=filters.DATES).set_value((date(2026, 10, 12),))
    app.run()
    assert [error.value for error in app.exception] == []
    assert "over the 9 weeks" in texts(app)


@pytest.mark.parametrize(
    "address",
    [
        {"period": "a fortnight"}, {"network": "nowhere"}, {"account": "x:nobody"}, {"compare": "perhaps"},
        {"period": "Own dates", "dates": ["never", "2026-10-25"]}, {"network": "<script>"},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_no_filter(at_present: Path, address: dict[str, str | list[str]]) -> None:
    assert "A week takes" in texts(opened(**address))


def test_the_comparison_stands_beside_each_figure(at_present: Path) -> None:
    app = opened(period="4 weeks", compare="true")
    (time, *_) = app.metric
    assert time.label == "Time"
    assert time.delta
    assert any("Compared with as many days before" in caption.value for caption in app.caption)


def test_accounts_can_be_told_apart_only_where_a_network_has_several(at_present: Path) -> None:
    app = opened(account="@the_other_wren (X)")
    assert app.selectbox(key=filters.ACCOUNT).value == "x:second"
    assert "@the_other_wren (X)" in app.selectbox(key=filters.ACCOUNT).options
    app = opened(network="Mastodon")
    assert [box.key for box in app.selectbox if box.key == filters.ACCOUNT] == []


def test_an_account_shows_its_own_people_alone(at_present: Path) -> None:
    with writing(at_present) as cursor:
        for owner, people in (("me", ["a", "b"]), ("second", ["c", "d", "e"])):
            for direction in ("follower", "following"):
                add_list(cursor, direction, "2026-11-10", people, owner=owner)
    said = texts(opened("follows", account="@the_other_wren (X)"))
    assert "3 of the 3 you follow" in said
    assert "2 of the 2 you follow" not in said


def test_pages_of_one_week_say_that_the_period_does_not_count_there(at_present: Path) -> None:
    app = opened("settings", period="4 weeks")
    assert any("depends on the period" in said for said in captions(app))
    assert not any("depends on the period" in said for said in captions(opened("time")))
