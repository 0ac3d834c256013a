"""The budget: what is in force, a form that changes it from a day on, and what it was before."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from analytics.metrics import weekly_limits
from analytics.pages import files, shared
from analytics.reference import load_sites
from analytics.reports import time_words as words
from analytics.reports.time import TimeReport
from analytics.store.connection import StoreUnusable, writing
from analytics.store.location import user_store

MINUTES, PERCENT = "minutes a week", "% of the budget"


def budget_editor(report: TimeReport) -> None:
    """One form for the whole budget; what it says holds from its day on, earlier weeks keep theirs."""
    st.header("The budget", anchor="budget")
    shared.say(words.budget_sentence(report))
    limits = report.limits
    with st.expander("Change it"), st.form("budget", border=False):
        left, middle, right = st.columns(3)
        total = left.number_input(
            "All sites together, minutes a week", 0.0, float(weekly_limits.MOST_MINUTES),
            value=limits.total if limits.total is not None else weekly_limits.DEFAULT_TOTAL_MINUTES, step=5.0,
        )  # fmt: skip
        carry_over = middle.number_input(
            "Carried to the next week, at most (minutes)", 0.0, float(weekly_limits.MOST_MINUTES),
            value=limits.carry_over or 0.0, step=5.0,
            help="What a week leaves is added to the next one, what it overspends is taken off; 0: nothing is.",
        )  # fmt: skip
        valid_from = right.date_input(
            "From", value=report.week, help="A week has the budget that is in force on its first day."
        )
        parts = st.data_editor(
            _parts(report),
            hide_index=True,
            num_rows="dynamic",
            key="budget-parts",
            column_config={
                "site": st.column_config.SelectboxColumn(options=_sites(report), required=True, width=160),
                "part": st.column_config.NumberColumn(min_value=0, step=1, required=True, width=90),
                "of what": st.column_config.SelectboxColumn(
                    options=[MINUTES, PERCENT], default=MINUTES, required=True, width=160
                ),
            },
        )
        st.caption("Sites with a part of their own; the others share what is left.")
        if st.form_submit_button("Set the budget", type="primary"):
            _save(valid_from, total, carry_over, parts)
    if rows := words.changes_rows(report):
        files.table(
            pd.DataFrame(rows),
            hide_index=True,
            height="content",
            alt="The budgets there were",
            column_config={
                "from": st.column_config.DateColumn(format="D MMM YYYY", width=100),
                "all sites": st.column_config.TextColumn(width=90),
                "of these": st.column_config.TextColumn(width=420),
                "carried over at most": st.column_config.TextColumn(width=140),
            },
        )


def _sites(report: TimeReport) -> list[str]:
    """Names to choose from: those with time or a part first."""
    mine = {report.name(site) for site in {*report.rows["site"], *report.limits.sites}}
    return [*sorted(mine), *sorted(set(load_sites().names.values()) - mine)]


def _parts(report: TimeReport) -> pd.DataFrame:
    limits = report.limits
    rows = [
        (report.name(site), 100 * limits.shares[site], PERCENT)
        if site in limits.shares
        else (report.name(site), limits.sites[site], MINUTES)
        for site in sorted({*limits.sites, *limits.shares})
    ]
    frame = pd.DataFrame(rows, columns=["site", "part", "of what"])
    return frame.astype({"site": "str", "part": "float64", "of what": "str"})


def _save(valid_from: object, total: float, carry_over: float, parts: pd.DataFrame) -> None:
    """Write what changed, in one transaction."""
    if not isinstance(valid_from, date):
        st.error("Say from which day on it holds.")
        return
    keys = {name: site for site, name in load_sites().names.items()}
    rows = [
        (keys.get(row["site"], row["site"]), float(row["part"]), row["of what"] == PERCENT)
        for row in parts.dropna(subset=["site", "part"]).to_dict("records")
    ]
    limits = weekly_limits.Limits(
        total=total,
        sites={site: part for site, part, is_share in rows if not is_share},
        shares={site: part / 100 for site, part, is_share in rows if is_share},
        carry_over=carry_over or None,
    )
    try:
        with writing(user_store()) as cursor:
            at = datetime.now(UTC).replace(tzinfo=None)
            weekly_limits.set_limits(cursor, valid_from=valid_from, limits=limits, set_at_utc=at)
    except (ValueError, StoreUnusable) as error:
        st.error("The budget stays as it was.")
        st.text(str(error))
        return
    st.rerun()
