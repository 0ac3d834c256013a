"""The page in the browser: `watercooler dashboard`, or `streamlit run dashboard.py` in this folder."""

from pathlib import Path

import streamlit as st

from analytics import pages
from analytics.pages import shared

FOLDER = Path(pages.__file__).parent

st.set_page_config(page_title="watercooler", page_icon="☕", layout="wide", initial_sidebar_state=240)
chosen = st.navigation([st.Page(FOLDER / "this_week.py", title="This week", default=True)])
shared.filters()
chosen.run()
