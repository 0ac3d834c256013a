"""The page "Settings" in Streamlit's own test bench: what is set there is stored, with and without a store before."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.metrics import settings as metric
from analytics.pages import opening
from analytics.store.connection import reading, writing
from tests import week_store
from tests.pages.visiting import ran, visited


@pytest.fixture
def at_present(monkeypatch: pytest.MonkeyPatch, store_path: Path) -> Path:
    monkeypatch.setenv("WATERCOOLER_DB", str(store_path))
    monkeypatch.setattr(opening, "now_utc", lambda: week_store.PRESENT)
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Europe/Vienna")
    return store_path


def opened(store: Path, *, filled: bool = True) -> AppTest:
    if filled:
        with writing(store) as cursor:
            week_store.fill(cursor)
    return visited("settings")


def pressed(app: AppTest, label: str, place: int = 0) -> AppTest:
    [*buttons] = [button for button in app.button if button.label == label]
    buttons[place].click()
    return ran(app.run())


def stored(store: Path) -> dict[str, str]:
    with reading(store) as cursor:
        return metric.settings(cursor)


def mine(app: AppTest) -> list[list[str]]:
    rows: list[list[str]] = app.dataframe[0].value.values.tolist()
    return rows


def test_every_number_of_the_settings_is_here_with_its_bounds(at_present: Path) -> None:
    app = opened(at_present)
    shown = {box.key.removeprefix("set-"): (box.min, box.max) for box in app.number_input if box.key}
    for name, (_, least, most) in metric.NUMBERS.items():
        assert shown[name] == (least, most)


def test_zone_and_first_day_are_stored_and_nothing_else(at_present: Path) -> None:
    app = opened(at_present)
    before = stored(at_present)
    app.selectbox(key="set-zone").set_value("Pacific/Auckland")
    app.selectbox(key="set-first-day").set_value("sunday")
    pressed(app, "Set")
    assert stored(at_present) == before | {"time_zone": "Pacific/Auckland", "week_start": "sunday"}


def test_a_threshold_is_stored_before_anything_was_imported(at_present: Path) -> None:
    app = opened(at_present, filled=False)
    app.number_input(key="set-grace_days").set_value(21)
    pressed(app, "Set", 1)
    assert stored(at_present)["grace_days"] == "21"


def test_to_set_what_is_set_changes_nothing(at_present: Path) -> None:
    app = pressed(opened(at_present), "Set", 1)
    assert "Nothing was changed." in [text.value for text in app.text]


def test_an_account_becomes_mine_and_is_taken_back(at_present: Path) -> None:
    app = opened(at_present)
    assert ["X", "wren_hollowbrook", "1"] in mine(app)
    app.selectbox(key="me-network").set_value("bluesky")
    app.text_input(key="me-handle").set_value("wren.example")
    app = pressed(app, "Add this account")
    assert ["Bluesky", "wren.example", "wren.example"] in mine(app)
    # In order of network: Bluesky is the first.
    app = pressed(app, "This is not me")
    assert [row[0] for row in mine(app)] == ["Mastodon", "X"]


def test_an_account_without_a_name_is_refused_in_one_sentence(at_present: Path) -> None:
    app = pressed(opened(at_present), "Add this account")
    assert [error.value for error in app.error] == ["Nothing was stored."]
    assert len(mine(app)) == 2


def test_it_says_where_everything_lies(at_present: Path) -> None:
    said = "\n".join(text.value for text in opened(at_present).text)
    assert str(at_present) in said
