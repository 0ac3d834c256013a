"""What a figure rests on, as a small sign beside it that looks the same on every page."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

MEASURED, VISITED, ESTIMATED, NOT_THERE = "measured", "visited", "estimated", "not in these exports"

_SIGNS = {
    MEASURED: ":green-badge[:material/check: measured]",
    VISITED: ":green-badge[:material/language: visited]",
    ESTIMATED: ":gray-badge[:material/airwave: estimated]",
    NOT_THERE: ":gray-badge[:material/block: not in these exports]",
}
MEANINGS = {
    MEASURED: "recorded by a tracker, or counted from rows that an export has",
    VISITED: "from a browser's visits, each up to the next one",
    ESTIMATED: "worked out from other figures, with a range where one can be given",
    NOT_THERE: "no export that was imported tells it",
}
"""What each sign says, in words of our own."""


def of_time(basis: str | None) -> tuple[str, ...]:
    """The signs of a basis as `metrics.time_words.basis_words` names it.

    >>> of_time("measured, visit and estimated")
    ('measured', 'visited', 'estimated')
    """
    words = {"measured": MEASURED, "visit": VISITED, "estimated": ESTIMATED}
    return tuple(sign for word, sign in words.items() if word in (basis or ""))


def sign(of: str) -> str:
    """One sign, as Markdown."""
    return _SIGNS[of]


def show(signs: Iterable[str]) -> None:
    """Signs in a row, explained to who points at them."""
    there = list(signs)
    if there:
        explained = "; ".join(f"{one}: {MEANINGS[one]}" for one in there)
        st.markdown(" ".join(_SIGNS[one] for one in there), help=f"{explained[0].upper()}{explained[1:]}.")
