"""What every page needs: the store for one run, the filters in the sidebar, and figures as they are written.

Text from exports is data: pages show it with `st.text` or in a table, never through Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import streamlit as st

from analytics.charts.theme import Picture
from analytics.metrics import settings
from analytics.metrics.networks import networks
from analytics.metrics.time_spent import latest_data_moment
from analytics.metrics.window import Window
from analytics.reference import load_sites
from analytics.reports import this_week
from analytics.reports.missing import Missing
from analytics.store.connection import StoreMissing, StoreUnusable, data_version, reading
from analytics.store.location import is_sample, user_store

EVERYTHING = "all"
NETWORK = "network"
"""The filter's key in the session and its name in the address."""


def now_utc() -> datetime:
    """This moment to ten minutes, naive UTC: the only place where pages look at the clock."""
    now = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
    return now.replace(minute=now.minute - now.minute % 10)


def filters() -> None:
    """The filters that all pages share, in the sidebar and in the address."""
    with st.sidebar:
        st.markdown("**watercooler**")
        try:
            found = _networks(str(user_store()), _version())
        except (StoreMissing, StoreUnusable):
            return  # the page itself says so
        if len(found) < 2:
            return
        names = load_sites().names
        st.segmented_control(
            "Network",
            [EVERYTHING, *found],
            format_func=lambda key: "All" if key == EVERYTHING else names.get(key, key),
            default=EVERYTHING,
            required=True,
            key=NETWORK,
            bind="query-params",
        )


def network() -> str | None:
    """The network that is chosen; null is all of them."""
    chosen = st.session_state.get(NETWORK, EVERYTHING)
    return None if chosen in (EVERYTHING, None) else str(chosen)


def report_of_week() -> this_week.ThisWeek:
    """The latest week that has data, with the filters chosen. Raises StoreMissing, StoreUnusable."""
    return _report(str(user_store()), _version(), now_utc(), network())


Answer = TypeVar("Answer")
Question = Callable[..., Answer]


def opened(title: str, question: Question[Answer], **options: Any) -> Answer | None:
    """The head of a page and the answer it shows; null where there is no store, and what to do is said.

    question: a function of analytics/reports, asked as question(cursor, window, **options).
    """
    st.title(title, anchor=False)
    try:
        answer = asked(question, **options)
    except StoreMissing:
        nothing_imported()
        return None
    except StoreUnusable as error:
        st.error("The store cannot be read.")
        st.text(str(error))
        return None
    sample_banner()
    return answer


def asked(question: Question[Answer], **options: Any) -> Answer:
    """What a question answers with the filters chosen; asked once for each state of the store.

    Raises StoreMissing, StoreUnusable.
    """
    name = f"{question.__module__}.{question.__qualname__}"
    answer: Answer = _asked(question, name, str(user_store()), _version(), now_utc(), network(), options)
    return answer


@st.cache_data(max_entries=48, show_spinner="Reading the store")
def _asked(
    _question: Question[Any],
    name: str,
    store: str,
    version: str,
    present_utc: datetime,
    platform: str | None,
    options: dict[str, Any],
) -> Any:
    with reading(Path(store)) as cursor:
        filters = {"platform": platform}
        return _question(
            cursor,
            settings.window(cursor, now_utc=_present(cursor, store, present_utc), filters=filters),
            **options,
        )


def time_zone() -> str:
    """The zone that days are shown in. Raises StoreMissing, StoreUnusable."""
    return asked(_time_zone)


def _time_zone(cursor: duckdb.DuckDBPyConnection, window: Window) -> str:
    return window.time_zone


def _present(cursor: duckdb.DuckDBPyConnection, store: str, present_utc: datetime) -> datetime:
    """For the invented person of the sample the clock stands where the data end."""
    return (is_sample(Path(store)) and latest_data_moment(cursor, present_utc)) or present_utc


def _version() -> str:
    """Changes with the store's content. Raises StoreMissing."""
    try:
        return data_version(user_store())
    except FileNotFoundError:
        raise StoreMissing("Nothing was imported yet.") from None


# The version is a part of the key: a store that changed is asked anew.
@st.cache_data(max_entries=32, show_spinner=False)
def _networks(store: str, version: str) -> list[str]:
    with reading(Path(store)) as cursor:
        return networks(cursor)


@st.cache_data(max_entries=16, show_spinner="Reading the store")
def _report(store: str, version: str, present_utc: datetime, platform: str | None) -> this_week.ThisWeek:
    with reading(Path(store)) as cursor:
        return this_week.latest(
            cursor,
            present_utc=present_utc,
            filters={"platform": platform},
            clock_stands=is_sample(Path(store)),
        )


def more_on(page: str, words: str) -> None:
    """A link to a page of analytics/pages by the name of its file; the filters chosen go along."""
    st.page_link(
        Path(__file__).parent / f"{page}.py",
        label=words,
        icon=":material/arrow_forward:",
        icon_position="right",
    )


def sample_banner() -> None:
    """Says that the sample is open, where it is."""
    if is_sample(user_store()):
        with st.container(border=True):
            st.caption(
                "**A sample.** These are the exports of an invented person. Bring in your own with "
                "`watercooler import PATH`; they go to a store of their own."
            )


def nothing_imported() -> None:
    """What to do where there is no store yet."""
    st.markdown(
        "**Nothing was imported yet.** This page reads the exports that networks and trackers make for you."
    )
    st.markdown(
        "- What a network hands out (X, Mastodon, Bluesky, Instagram, TikTok, LinkedIn and more): who follows back, "
        "who came and who left.\n"
        "- A time tracker's export or a browser's history: where the hours went, against a weekly budget.\n"
        "- Posts of the accounts you follow, such as the X web exporter saves them: who only pushes links.\n"
        "- A calendar: which planned hours happened."
    )
    st.code("watercooler import ~/Downloads\nwatercooler guide", language=None)
    st.caption("The first finds every export in a folder; the second says how to get each.")
    st.markdown("To look around first, open the exports of an invented person:")
    st.code("watercooler dashboard --demo", language=None)


def part_missing(missing: Missing) -> None:
    """A part with nothing to say: what is missing and what would bring it."""
    with st.container(border=True, gap="xxsmall"):
        say(missing.what)
        say(missing.remedy)


_UNITS = "%|(?:min|h|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\b"


def say(text: str) -> None:
    """A sentence, shown as it is written: no Markdown, no link. A figure is not parted from its unit."""
    st.text(re.sub(rf"(?<=\d) (?={_UNITS})", "\u00a0", text))


def chart(picture: Picture, *, words: str, caption: str, key: str | None = None) -> None:
    """A picture, the words that stand for it where it cannot be seen, and what its marks mean."""
    with st.container(gap=None):
        st.altair_chart(picture, alt=words, key=key)
        st.caption(caption)


def picked(picture: Picture, *, words: str, caption: str, key: str, param: str) -> list[dict[str, Any]]:
    """A picture in which marks can be clicked; what is chosen by its selection `param`, none or more marks."""
    with st.container(gap=None):
        chosen = st.altair_chart(picture, alt=words, key=key, on_select="rerun", selection_mode=param)
        st.caption(caption)
    marks = chosen["selection"].get(param, [])
    return [dict(mark) for mark in marks] if isinstance(marks, list) else []


def escaped(text: str) -> str:
    """Our own words and figures within Markdown, its signs made plain. Text from exports goes to `say`:
    a bare web address would still become a link.

    >>> escaped("**x**")
    '\\\\*\\\\*x\\\\*\\\\*'
    """
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)
