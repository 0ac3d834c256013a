"""Tables of people, shared by the pages: search, sort, select rows, and say what one thinks of them.

The table is Streamlit's own, so it can be searched and sorted. A row is chosen by its box; below the table stands
what can be decided about the chosen ones. A decision is stored at once and the row leaves the lists of open ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from analytics.metrics import decisions
from analytics.pages import files, shared
from analytics.reports.profiles import profile_url
from analytics.reports.week_words import count_words
from analytics.store.connection import StoreUnusable, writing
from analytics.store.location import user_store

BUTTONS = {
    "keep": ("Keep", "It stays; it is not shown again"),
    "unfollow": ("Unfollow", "It goes on the list to work through by hand"),
    "source": ("Source", "It may post only links; it is never counted as a link-pusher"),
    "later": ("Later", "Ask me again after the date"),
    "open": ("Undecided", "Take back what was decided"),
}
NAMED = 5
MOST_ROWS = 2_000


def people_table(
    frame: pd.DataFrame,
    *,
    key: str,
    columns: Mapping[str, Any],
    alt: str,
    decide: bool = True,
    height: int | None = None,
) -> pd.DataFrame:
    """A table of accounts; the rows that are chosen in it.

    frame: platform, account, handle and what the table shows; a `decision` column, if there is one, says what was
    decided before. columns: column -> its Streamlit configuration (or heading), in the order shown; a link to the
    profile comes after the first. Of very many the first are shown.
    height in pixels, else that of the rows, at most some fifteen.
    """
    everybody, frame = frame, frame.head(MOST_ROWS)
    turn = st.session_state.setdefault(f"{key}-turn", 0)
    links = [
        profile_url(person["platform"], person["account"], person["handle"])
        for person in frame[["platform", "account", "handle"]].to_dict("records")
    ]
    first, *others = columns
    configured = {
        **columns,
        "profile": st.column_config.LinkColumn(
            "profile", width=60, display_text="open", help="Opens the profile on the network's own site"
        ),
    }
    chosen = files.table(
        frame.assign(profile=pd.Series(links, index=frame.index, dtype=object)),
        hide_index=True,
        column_order=[first, "profile", *others],
        column_config=configured,
        height=height or ("content" if len(frame) <= 12 else 460),
        key=f"{key}-{turn}",
        on_select="rerun",
        selection_mode="multi-row",
        alt=alt,
        name=key,
        saved=everybody,
    )
    if len(frame) < len(everybody):
        st.caption(
            f"The first {len(frame):,} of {len(everybody):,} are shown; narrow them down above. The file holds all."
        )
    # A table that has become shorter meanwhile may still have a row chosen that is gone.
    places = [place for place in chosen["selection"]["rows"] if place < len(frame)]
    selected: pd.DataFrame = frame.iloc[places]
    if decide:
        decision_form(selected, key=key)
    return selected


def decision_form(selected: pd.DataFrame, *, key: str) -> None:
    """What can be decided about the chosen accounts; nothing where none is chosen."""
    if selected.empty:
        st.caption("Choose rows by the box at their left to decide about them.")
        return
    with st.form(f"{key}-decide", border=True):
        names = [_name(person) for person in selected.head(NAMED).to_dict("records")]
        more = f" and {len(selected) - NAMED:,} more" if len(selected) > NAMED else ""
        shared.say(f"{count_words(len(selected), 'account')}: {', '.join(names)}{more}")
        words, day = st.columns([0.7, 0.3])
        reason = words.text_input("Reason (optional)", max_chars=200, key=f"{key}-reason")
        until = day.date_input("Until (optional)", value=None, key=f"{key}-until", format="YYYY-MM-DD")
        with st.container(horizontal=True):
            pressed = [
                verdict
                for verdict, (label, explained) in BUTTONS.items()
                if st.form_submit_button(label, help=explained, key=f"{key}-{verdict}")
            ]
    if pressed:
        _store(selected, pressed[0], reason, until, key)


def _name(person: Mapping[Any, Any]) -> str:
    handle = person["handle"]
    return f"@{handle if isinstance(handle, str) and handle else person['account']}"


def _store(selected: pd.DataFrame, verdict: str, reason: str | None, until: Any, key: str) -> None:
    try:
        with writing(user_store()) as cursor:
            for person in selected.to_dict("records"):
                decisions.decide(
                    cursor,
                    platform=person["platform"],
                    account=person["account"],
                    verdict=verdict,
                    reason=reason,
                    valid_until=until,
                    set_at_utc=datetime.now(UTC).replace(tzinfo=None),
                )
    except StoreUnusable as error:
        st.error("Nothing was stored.")
        st.text(str(error))
        return
    # A new key forgets which rows were chosen: they are other people's now.
    st.session_state[f"{key}-turn"] = st.session_state.get(f"{key}-turn", 0) + 1
    label = BUTTONS[verdict][0]
    st.toast(f"{label}: {count_words(len(selected), 'account')}")
    st.rerun()
