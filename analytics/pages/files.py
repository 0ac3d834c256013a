"""What a page shows, as files to take along: a chart as PNG, SVG or its figures, a table as CSV.

A file is made when its button is pressed, on this machine, and handed to the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from analytics.charts import export
from analytics.charts.theme import Picture
from analytics.reports.plain import csv_text

LONGEST_NAME = 48


def slug(words: str) -> str:
    """The beginning of a sentence as the name of a file.

    >>> slug("Time by week and site. All sites together: 2 h")
    'time-by-week-and-site'
    """
    first = re.split(r"[.:;,] ", words, maxsplit=1)[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", first).strip("-")[:LONGEST_NAME].strip("-")


def of_chart(picture: Picture, name: str) -> None:
    """A small menu with the chart as PNG and SVG, in the colours of the page, and its figures as CSV."""
    scheme = "dark" if st.context.theme.type == "dark" else "light"
    with st.popover("Save", type="tertiary", icon=":material/download:", key=f"save-{name}"):
        _button("Picture (PNG)", lambda: export.png(picture, scheme=scheme), f"{name}.png", "image/png")
        _button("Drawing (SVG)", lambda: export.svg(picture, scheme=scheme), f"{name}.svg", "image/svg+xml")
        _button("Figures (CSV)", lambda: as_csv(export.figures(picture)), f"{name}.csv", "text/csv")


def table(
    frame: pd.DataFrame,
    *,
    alt: str,
    name: str | None = None,
    saved: pd.DataFrame | None = None,
    **options: Any,
) -> Any:
    """Streamlit's table with a button below that saves it as CSV; what Streamlit returns.

    alt: the words that stand for it; name: of the file, null takes it from these; saved: what the file holds, where
    the table shows a part of it; options: of `st.dataframe`. What is not known is left empty.
    """
    whole = frame if saved is None else saved
    columns = list(options.get("column_order") or whole.columns)
    # A column that is not shown need not go to the browser.
    sent = frame[[column for column in columns if column in frame]]
    shown = st.dataframe(sent, alt=alt, placeholder="", **options)
    _button(
        "Save (CSV)",
        lambda: as_csv(whole[[column for column in columns if column in whole]]),
        f"{name or slug(alt)}.csv",
        "text/csv",
    )
    return shown


def hide_unsafe_export() -> None:
    """Streamlit's own button saves a table as it is, so that a spreadsheet might run a name as a formula."""
    st.html(
        "<style>[data-testid=stElementToolbar] button[aria-label^='Download as CSV'] {display: none}</style>"
    )


def other(
    label: str, made: Callable[[], str | bytes], file_name: str, mime: str, *, disabled: bool = False
) -> None:
    """A button for a file that is no chart and no table of the page, such as its digest."""
    _button(label, made, file_name, mime, disabled=disabled)


def as_csv(table: pd.DataFrame) -> str:
    """A frame as CSV that no spreadsheet runs as a formula."""
    rows = [{str(column): value for column, value in row.items()} for row in table.to_dict("records")]
    return csv_text(rows, [str(column) for column in table.columns])


def _button(
    label: str, made: Callable[[], str | bytes], file_name: str, mime: str, *, disabled: bool = False
) -> None:
    st.download_button(
        label,
        made,
        file_name=file_name,
        mime=mime,
        key=f"file-{slug(label)}-{file_name}",
        on_click="ignore",
        disabled=disabled,
        type="tertiary",
        icon=":material/download:",
    )
