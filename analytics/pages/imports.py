"""What is in, and what is missing? Bringing exports in, what each covers, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from analytics.charts.sources import coverage
from analytics.importers import IMPORTERS
from analytics.metrics import sources
from analytics.metrics.networks import accounts
from analytics.metrics.window import Window, to_local
from analytics.pages import bringing_in, files, first_run, shared
from analytics.pages.filters import Filters
from analytics.pages.sections import section
from analytics.reports.week_words import count_words, day_words
from analytics.store import undo
from analytics.store.connection import StoreMissing, StoreUnusable
from analytics.store.location import user_store

SHOWN_PROBLEMS = 200
TITLES = {one.name: one.title for one in IMPORTERS}


@section
def page() -> None:
    """Importing comes first; below it stands what there is."""
    st.title("Import", anchor=False)
    first_run.sample_banner()
    st.caption("Everything stays on this computer. Importing the same export again changes nothing.")
    bringing_in.job()
    bringing_in.drop_zone()
    try:
        found = shared.asked(_imports, filtered=Filters())
    except StoreMissing:
        found = []
    except StoreUnusable as error:
        st.error("The store cannot be read.")
        st.text(str(error))
        return
    if found:
        what_is_covered()
        history(found)
    else:
        first_run.offer_sample()
    bringing_in.guide()


def _imports(cursor: duckdb.DuckDBPyConnection, window: Window) -> list[dict[str, Any]]:
    found = sources.imports(cursor)
    names = _handles(cursor)
    for entry in found:
        entry["read"] = entry["rows"]
        entry["whose"] = names.get(entry["owner"], entry["owner"])
        entry["day"] = to_local(entry["exported_at"], window.time_zone).date()
        entry["taken_in"] = to_local(entry["imported_at"], window.time_zone).replace(tzinfo=None)
    return sorted(found, key=lambda entry: (entry["imported_at"], entry["import_id"]), reverse=True)


def _handles(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The user's accounts as an import names them, platform:id -> platform:handle."""
    return {
        f"{one.platform}:{one.account}": f"{one.platform}:{one.handle or one.account}"
        for one in accounts(cursor)
    }


def _covered(cursor: duckdb.DuckDBPyConnection, window: Window) -> pd.DataFrame:
    found = sources.covered(cursor)
    names = _handles(cursor)
    return found.assign(
        whose=[names.get(owner, owner) for owner in found["owner"]],
        first=[to_local(moment, window.time_zone).replace(tzinfo=None) for moment in found["first_utc"]],
        last=[to_local(moment, window.time_zone).replace(tzinfo=None) for moment in found["last_utc"]],
        words=[
            f"{day_words(row['first_utc'], window.time_zone)} – {day_words(row['last_utc'], window.time_zone)}, "
            f"{count_words(row['facts'], 'dated row')}"
            for row in found.to_dict("records")
        ],
    )


@section
def what_is_covered() -> None:
    """One bar a source over the calendar."""
    st.header("What is covered", anchor="covered")
    found = shared.asked(_covered, filtered=Filters())
    if found.empty:
        shared.say("Nothing that was imported has a date.")
        return
    found = found.assign(name=[_name(row) for row in found.to_dict("records")])
    first, last = found["first"].min(), found["last"].max()
    shared.say(
        f"{count_words(found['name'].nunique(), 'source')} from {first.day} {first:%b %Y} to {last.day} {last:%b %Y}."
    )
    said = "; ".join(f"{row['name']}: {row['words']}" for row in found.to_dict("records"))
    shared.chart(
        coverage(found[["name", "first", "last", "words"]]),
        words=f"Dates that each source covers. {said}",
        caption="A bar reaches from the first dated row of a source to the last; a gap between exports does not show.",
        name="what-is-covered",
    )


def _name(entry: Mapping[Any, Any]) -> str:
    title, handle = TITLES.get(entry["format"], entry["format"]), _handle(entry)
    return f"{title}, {handle}" if handle else title


def _handle(entry: Mapping[Any, Any]) -> str | None:
    owner = entry["whose"]
    return owner.partition(":")[2] if isinstance(owner, str) else None


@section
def history(found: list[dict[str, Any]]) -> None:
    """Every import, the latest first; one that is chosen is shown whole, and can be taken back."""
    st.header("History", anchor="history")
    table = pd.DataFrame(
        {
            "export": [TITLES.get(entry["format"], entry["format"]) for entry in found],
            "of": [_handle(entry) for entry in found],
            "as of": [entry["day"] for entry in found],
            "taken in": [entry["taken_in"] for entry in found],
            "rows": [sum(entry["rows"].values()) for entry in found],
            "new": [sum(entry["new"].values()) for entry in found],
            "problems": [entry["problems"] for entry in found],
            "file": [Path(entry["path"]).name for entry in found],
        }
    )
    chosen = files.table(
        table,
        alt="Every import, the latest first",
        name="imports",
        hide_index=True,
        height="content" if len(table) <= 10 else 380,
        key=f"imports-{len(found)}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "export": st.column_config.TextColumn(width=190),
            "of": st.column_config.TextColumn(width=150),
            "as of": st.column_config.DateColumn(format="YYYY-MM-DD", width=80),
            "taken in": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=115),
            "rows": st.column_config.NumberColumn(format="localized", width=65),
            "new": st.column_config.NumberColumn(format="localized", width=65),
            "problems": st.column_config.NumberColumn(format="localized", width=70),
            "file": st.column_config.TextColumn(width=150),
        },
    )
    places = [place for place in chosen["selection"]["rows"] if place < len(found)]
    if not places:
        st.caption("Choose an import by the box at its left to see it whole or to take it back.")
        return
    one_import(found[places[0]])


def _problems(cursor: duckdb.DuckDBPyConnection, window: Window, *, import_id: str) -> pd.DataFrame:
    return sources.problems(cursor, import_id)


@section
def one_import(entry: Mapping[str, Any]) -> None:
    """One import whole, and its undo."""
    with st.container(border=True):
        shared.say(f"{_name(entry)}: {entry['path']}")
        bringing_in.rows_table(entry, name=f"import-{entry['import_id']}")
        for note in entry["notes"]:
            shared.say(f"Note: {note}")
        if entry["problems"]:
            problems = shared.asked(_problems, filtered=Filters(), import_id=entry["import_id"])
            bringing_in.problems_table(
                problems.head(SHOWN_PROBLEMS), entry["problems"], f"problems-of-{entry['import_id']}"
            )
        with st.popover("Undo this import"):
            shared.say(
                "Its rows go, except for those that another import also vouches for. Budgets, decisions and settings "
                "stay. Import the export again to have them back."
            )
            if st.button("Yes, take it back", type="primary", key=f"undo-{entry['import_id']}"):
                _take_back(entry["import_id"])


def _take_back(import_id: str) -> None:
    try:
        undo.undo_import(user_store(), import_id)
    except (undo.NoSuchImport, StoreUnusable) as error:
        st.error("Nothing was taken back.")
        st.text(str(error))
        return
    st.toast("The import is taken back.")
    st.rerun()


page()
