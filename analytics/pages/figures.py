"""Figures in a row, at most four, each with what it is of and how it stood before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analytics.metrics.time_words import duration_words
from analytics.pages import badges, filters, shared
from analytics.reports import figures
from analytics.reports.figures import DOWN, NEITHER, Figure
from analytics.reports.week_words import days_words

MOST = 4
_COLOURS = {NEITHER: "off", DOWN: "inverse"}


def of_period(title: str) -> None:
    """The figures of the period chosen, on the pages that have some; beside those before it, where asked for."""
    now = filters.chosen()
    if title not in figures.QUESTIONS:
        return
    question = figures.QUESTIONS[title]
    if now.since is None or now.until is None:
        shared.note(question)
        return
    found = shared.asked(question)
    if earlier := filters.before():
        days = days_words(earlier.since or now.since, earlier.until or now.until)
        found = figures.beside(found, shared.asked(question, filtered=earlier), "than before")
        st.caption(shared.escaped(f"Compared with as many days before: {days}."))
    row(found)


def row(found: Sequence[Figure]) -> None:
    """Up to four figures side by side."""
    shown = list(found)[:MOST]
    if not shown:
        return
    grid = st.grid(len(shown), min_column_width=150)
    for figure in shown:
        with grid.cell(), st.container(gap=None):
            _metric(figure)
            note = f" :gray[{shared.escaped(figure.note)}]" if figure.note else ""
            st.markdown(f":small[{badges.sign(_basis(figure))}{note}]")


def _basis(figure: Figure) -> str:
    if figure.value is None:
        return badges.NOT_THERE
    return badges.ESTIMATED if figure.is_estimated else badges.MEASURED


def _metric(figure: Figure) -> None:
    compared = figure.value is not None and figure.before is not None
    difference = (figure.value or 0.0) - (figure.before or 0.0) if compared else None
    st.metric(
        figure.label,
        "–" if figure.value is None else _written(figure.value, figure.unit),
        delta=None if difference is None else _signed(difference, figure.unit),
        delta_color=_COLOURS.get(figure.good, "normal"),  # type: ignore[arg-type]
        delta_arrow="off" if difference == 0 else "auto",
        delta_description=figure.versus if compared else None,
    )


def _written(value: float, unit: str) -> str:
    return duration_words(value) if unit == "seconds" else f"{value:,.0f}"


def _signed(difference: float, unit: str) -> str:
    """With a plain sign in front, by which Streamlit tells up from down."""
    if round(difference) == 0:
        return "as many" if unit == "count" else "as long"
    return ("-" if difference < 0 else "+") + _written(abs(difference), unit)
