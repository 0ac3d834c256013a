"""The page in the browser: `watercooler dashboard`, or `streamlit run dashboard.py` in this folder."""

from pathlib import Path

import streamlit as st

from analytics import pages
from analytics.pages import shared

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
}

st.set_page_config(page_title="watercooler", page_icon="☕", layout="wide", initial_sidebar_state=240)
chosen = st.navigation(
    [
        st.Page(FOLDER / f"{name}.py", title=title, default=name == "this_week")
        for name, title in PAGES.items()
    ]
)
shared.filters()
chosen.run()
