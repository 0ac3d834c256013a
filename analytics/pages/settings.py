"""Who am I, in which zone and week, with which thresholds and rules, and what lies where: the user's own word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import duckdb
import pandas as pd
import streamlit as st

from analytics.metrics import link_pusher_rules as rules
from analytics.metrics import settings as metric
from analytics.metrics.window import Window
from analytics.pages import budget_form, files, shared
from analytics.pages.filters import Filters
from analytics.pages.sections import section
from analytics.reference import load_sites
from analytics.reports.time import time
from analytics.store import identities
from analytics.store.connection import StoreMissing, StoreUnusable, writing
from analytics.store.location import user_store

# Name of a number in the settings -> what it is called here, and what it does.
EXPLAINED = {
    "grace_days": (
        "Days of grace",
        "Who was followed less long ago is not yet counted as not following back.",
    ),
    "silent_days": ("Silent after days", "An account without a sign of life for so long is silent."),
    "reading_seconds": ("Seconds to read a post", "What reading an account costs is reckoned with it."),
    "unfollows_per_day": ("Unfollows a day", "How long a day's part of the unfollow list is."),
    "warn_percent": ("Warn at % of a budget", "From here on a budget counts as nearly used up."),
    "session_gap_minutes": ("Minutes that end a session", "A longer pause on a site ends a session there."),
    "half_day_hours": (
        "Hours that are half a day",
        "A day with so much time on all sites is worth a warning.",
    ),
}


@section
def page() -> None:
    """All settings, with what each does; they can be made before anything was imported."""
    st.title("Settings", anchor=False)
    st.caption("Kept in the store, with the day on which each was set; the terminal has them too.")
    try:
        chosen, mine = shared.asked(_chosen, filtered=Filters()), shared.asked(_mine, filtered=Filters())
    except StoreMissing:
        chosen, mine = metric.defaults(), []
    except StoreUnusable as error:
        st.error("The store cannot be read.")
        st.text(str(error))
        return
    who_i_am(mine)
    days_and_weeks(chosen)
    thresholds(chosen)
    budget()
    link_pusher_rules()
    privacy()


def _chosen(cursor: duckdb.DuckDBPyConnection, window: Window) -> dict[str, str]:
    return metric.settings(cursor)


def _mine(cursor: duckdb.DuckDBPyConnection, window: Window) -> list[dict[str, Any]]:
    return identities.listed(cursor)


@section
def who_i_am(mine: list[dict[str, Any]]) -> None:
    """The accounts that are me, on all networks; one person has many."""
    st.header("Your accounts", anchor="me")
    names = load_sites().names
    if mine:
        files.table(
            pd.DataFrame(
                {
                    "network": [names.get(row["platform"], row["platform"]) for row in mine],
                    "handle": [row["handle"] or row["account"] for row in mine],
                    "id": [row["account"] for row in mine],
                }
            ),
            alt="Your accounts",
            hide_index=True,
            height="content",
        )
    else:
        shared.say("None is known yet. An export that names its owner tells; else add yours here.")
    left, right = st.columns(2, gap="large")
    with left, st.form("add-me", clear_on_submit=True):
        platform = st.selectbox(
            "Network",
            sorted(names, key=lambda key: names[key].casefold()),
            index=None,
            placeholder="Choose",
            format_func=lambda key: names[key],
            key="me-network",
        )
        handle = st.text_input("Your handle or id there", max_chars=200, key="me-handle")
        if st.form_submit_button("Add this account"):
            _write(lambda cursor: identities.add(cursor, platform or "", handle or ""), "Added.")
    if mine:
        labels = [
            f"{names.get(row['platform'], row['platform'])}: {row['handle'] or row['account']}"
            for row in mine
        ]
        with right, st.form("remove-me"):
            place = st.selectbox("Account", range(len(mine)), format_func=lambda n: labels[n], key="me-which")
            st.caption("Its posts and lists stay in the store; they are no longer counted as yours.")
            if st.form_submit_button("This is not me"):
                row = mine[int(place or 0)]
                _write(
                    lambda cursor: identities.remove(cursor, row["platform"], row["account"]), "Taken back."
                )


@section
def days_and_weeks(chosen: dict[str, str]) -> None:
    """Time zone and first day of the week."""
    st.header("Days and weeks", anchor="weeks")
    with st.form("zone"):
        left, right = st.columns(2)
        zones = _zones()
        known = chosen["time_zone"] in zones
        zone = left.selectbox(
            "Time zone", zones, index=zones.index(chosen["time_zone"]) if known else 0, key="set-zone"
        )
        first = right.selectbox(
            "A week begins on",
            metric.WEEKDAYS,
            index=metric.WEEKDAYS.index(chosen["week_start"]),
            format_func=str.capitalize,
            key="set-first-day",
        )
        if st.form_submit_button("Set"):
            _set({"time_zone": zone, "week_start": first}, chosen)


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


@section
def thresholds(chosen: dict[str, str]) -> None:
    """Every number that decides how something is counted."""
    st.header("Thresholds", anchor="thresholds")
    with st.form("numbers"):
        grid = st.grid(4, min_column_width=170)
        wanted = {}
        for name, (label, explained) in EXPLAINED.items():
            default, least, most = metric.NUMBERS[name]
            wanted[name] = grid.number_input(
                label, float(least), float(most), value=float(chosen[name]), step=1.0 if least >= 1 else 0.5,
                format="%g", help=f"{explained} Usually {default:g}.", key=f"set-{name}",
            )  # fmt: skip
        if st.form_submit_button("Set"):
            _set({name: f"{value:g}" for name, value in wanted.items()}, chosen)


@section
def budget() -> None:
    """The weekly budget, as on the page Time."""
    try:
        budget_form.budget_editor(shared.asked(time, filtered=Filters()))
    except StoreMissing:
        st.header("The budget", anchor="budget")
        shared.say("A budget can be set here once something was imported.")
    shared.more_on("time", "How the weeks stood against it: Time")


@section
def link_pusher_rules() -> None:
    """Which rules are in force."""
    st.header("Rules for link-pushers", anchor="rules")
    ours = rules.load_rules()
    shared.say(
        f"Rule set {ours.version}: {len(ours.signals)} signals; an account is judged from {ours.min_posts} posts on, "
        f"and is likely spam from a score of {ours.spam_score:g} of 100 on, where a proof is there too."
    )
    shared.say(
        "The page Link-pushers tries other thresholds and published rule sets on the accounts you follow; a file of "
        "your own goes in with: watercooler show link-pushers --rules FILE"
    )
    shared.more_on("link_pushers", "Every signal, and what each threshold flags: Link-pushers")


@section
def privacy() -> None:
    """What lies where, and what never happens."""
    st.header("Privacy", anchor="privacy")
    store = user_store()
    size = f"{store.stat().st_size / 1e6:,.1f} MB" if store.exists() else "not there yet"
    shared.say(f"Everything is in one file on this machine ({size}): {store}")
    st.markdown(
        "- This page answers on 127.0.0.1 only, and asks no other machine for anything.\n"
        "- The program follows, unfollows and posts nothing. It has no password of yours.\n"
        "- Direct messages are not read unless you ask for it at an import, and then only who and when.\n"
        "- To take one export out again, undo it on the page Import. To remove everything, delete the file above."
    )
    shared.more_on("imports", "What is in the store: Import")


def _set(wanted: dict[str, Any], chosen: dict[str, str]) -> None:
    """Store what differs from what is in force."""
    now = datetime.now(UTC).replace(tzinfo=None)
    changed = {name: str(value) for name, value in wanted.items() if str(value) != chosen[name]}

    def save(cursor: duckdb.DuckDBPyConnection) -> None:
        for name, value in changed.items():
            metric.save_setting(cursor, name=name, value=value, set_at_utc=now)

    if changed:
        _write(save, "Set.")
    else:
        shared.say("Nothing was changed.")


def _write(action: Callable[[duckdb.DuckDBPyConnection], object], done: str) -> None:
    try:
        with writing(user_store()) as cursor:
            action(cursor)
    except (StoreUnusable, ValueError) as error:
        st.error("Nothing was stored.")
        st.text(str(error))
        return
    st.toast(done)
    st.rerun()


page()
