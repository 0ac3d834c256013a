"""Before there is anything: what to do, and the sample of an invented person to look around in."""

from __future__ import annotations

import streamlit as st

from analytics import sample
from analytics.importers.interface import Refused
from analytics.pages import bringing_in, shared
from analytics.store.connection import StoreUnusable
from analytics.store.location import is_sample, own_store, show, user_store


def nothing_imported(*, whole: bool = False) -> None:
    """What to do where there is nothing yet. whole: with the drop zone and the guide, not only where they are."""
    st.markdown(
        "**Nothing was imported yet.** Watercooler reads the exports that networks and time trackers make for you, and "
        "says whether your follows are returned, who only pushes links, and what your time brings."
    )
    if not whole:
        shared.more_on("imports", "Bring your exports in: Import")
        offer_sample()
        return
    bringing_in.job()
    bringing_in.drop_zone()
    offer_sample()
    bringing_in.guide()


def offer_sample() -> None:
    """One click to look around."""
    with st.container(border=True):
        shared.say(
            "To look around first, open the exports of an invented person. One click removes them again."
        )
        if st.button("Try with sample data", key="sample-try"):
            try:
                with st.spinner("Making the sample"):
                    show(sample.build())
            except (Refused, StoreUnusable, OSError) as error:
                st.error("The sample could not be made.")
                st.text(str(error))
                return
            st.rerun()


def sample_banner() -> None:
    """Says that the sample is open, where it is, and removes it."""
    if not is_sample(user_store()):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.caption(
            "**A sample.** These are the exports of an invented person. Your own go to a store of their own.",
            width="stretch",
        )
        if st.button("Remove the sample", key="sample-remove"):
            show(own_store())
            sample.remove()
            st.rerun()
