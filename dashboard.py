"""The page in the browser: `watercooler dashboard`, or `streamlit run dashboard.py` in this folder."""

from pathlib import Path

import streamlit as st

from analytics import pages
from analytics.pages import files, filters, shared

FOLDER = Path(pages.__file__).parent
PAGES = {
    "this_week": "This week",
    "follows": "Follows",
    "growth": "Growth",
    "link_pushers": "Link-pushers",
    "conversations": "Conversations",
    "time": "Time",
    "results": "Results",
    "search": "Search",
    "imports": "Import",
    "settings": "Settings",
}

# A module cannot be called import.
ADDRESSES = {"imports": "import"}
# Titles of the pages that look at the period chosen.
WITH_PERIOD = {title for name, title in PAGES.items() if name not in ("this_week", "imports", "settings")}

st.set_page_config(page_title="watercooler", page_icon="☕", layout="wide", initial_sidebar_state=240)
chosen = st.navigation(
    [
        st.Page(FOLDER / f"{name}.py", title=title, url_path=ADDRESSES.get(name), default=name == "this_week")
        for name, title in PAGES.items()
    ]
)
files.hide_unsafe_export()
filters.sidebar(has_period=chosen.title in WITH_PERIOD)
chosen.run()
shared.ask_ahead()
