"""Lists to act on by hand, on the pages: today's part of those to unfollow, and every list as a file."""

from __future__ import annotations

import streamlit as st

from analytics.pages import files, people, shared
from analytics.reports import lists

NAMES = {
    "unfollow": "To unfollow",
    "keep": "To keep",
    "not-following-back": "Not following back",
    "fans": "Fans",
}


def to_act_on() -> None:
    """What is to be unfollowed today and later, and the lists to take along."""
    st.header("Lists to act on", anchor="lists")
    queue = shared.asked(lists.queue, has_period=False)
    for sentence in queue.sentences:
        shared.say(sentence)
    if len(queue.today):
        people.people_table(
            queue.today,
            key="queue",
            columns={
                "name": st.column_config.TextColumn("account", width=220),
                "network": st.column_config.TextColumn(width=90),
                "day": st.column_config.DateColumn("day", width=95, format="YYYY-MM-DD"),
                "reason": st.column_config.TextColumn("reason", width=300),
            },
            alt="Accounts to unfollow by hand today",
        )
    with st.container(horizontal=True):
        for which, name in NAMES.items():
            size = queue.sizes[which]
            made = shared.later(lists.as_csv, which=which)
            files.other(f"{name} ({size:,})", made, f"{which}.csv", "text/csv", disabled=not size)
    st.caption(
        "This program follows and unfollows nobody: open a profile and do it there. A list that a Mastodon server "
        "takes in is made in the terminal, where it is compared with the server's own first: "
        "`watercooler export keep --style mastodon`."
    )
