"""What every page needs: answers for the filters chosen, pictures with their files, and text as it is written.

Text from exports is data: pages show it with `st.text` or in a table, never through Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import streamlit as st

from analytics.charts.theme import Picture
from analytics.metrics.window import Window
from analytics.pages import ahead, answers, badges, files, filters, first_run
from analytics.pages.ahead import Ask
from analytics.pages.filters import Filters
from analytics.reports.missing import HOW, Missing
from analytics.reports.plain import shown
from analytics.store.connection import StoreMissing, StoreUnusable

Answer = TypeVar("Answer")
Question = Callable[..., Answer]


# What this run of a page has asked with the filters chosen.
_ASKED = "asked"


def opened(title: str, question: Question[Answer], **options: Any) -> Answer | None:
    """The head of a page and the answer it shows; null where there is no store, and what to do is said.

    question: a function of analytics/reports, asked as question(cursor, window, **options).
    """
    st.title(title, anchor=False)
    try:
        answer = asked(question, **options)
    except StoreMissing:
        first_run.nothing_imported(whole=title == "This week")
        return None
    except StoreUnusable as error:
        st.error("The store cannot be read.")
        st.text(str(error))
        return None
    first_run.sample_banner()
    return answer


def asked(
    question: Question[Answer], *, filtered: Filters | None = None, has_period: bool = True, **options: Any
) -> Answer:
    """What a question answers with the filters chosen (or others); asked once for each state of the store.

    has_period: whether it looks at the period chosen. The answer is shared: nothing in it may be changed. Raises
    StoreMissing, StoreUnusable.
    """
    if filtered is None:
        note(question, has_period=has_period, **options)
    _, key = Ask(question, options, has_period).of(filtered or filters.chosen())
    with nullcontext() if answers.is_known(key) else st.spinner("Reading the store"):
        found: Answer = answers.answer(question, key)
        return found


def note(question: Question[Any], *, has_period: bool = True, **options: Any) -> None:
    """This page asks it under some filters: on a large store it is asked ahead for those not chosen yet."""
    st.session_state.setdefault(_ASKED, []).append(Ask(question, options, has_period))


def later(question: Question[Answer], **options: Any) -> Callable[[], Answer]:
    """The same, asked only when it is called: for a button, whose work is done apart from the page's run.

    Raises as `asked`.
    """
    key = answers.key(question, filters.chosen(), options)
    return lambda: answers.put(question, key)


def ask_ahead() -> None:
    """While this page of a large store is read: ask for the other pages, then for this one under other filters."""
    here: list[Ask] = st.session_state.pop(_ASKED, [])
    try:
        if answers.is_large():
            now = filters.chosen()
            pages = [ask.of(now) for ask in (*ahead.OF_PAGES, *(ahead.OF_PERIODS if now.since else ()))]
            here_otherwise = [ask.of(other) for other in filters.others() for ask in here]
            answers.ask_ahead([*pages, *here_otherwise], ahead.LEADS_TO)
    except (StoreMissing, StoreUnusable, OSError):
        return  # the page says so


def time_zone() -> str:
    """The zone that days are shown in. Raises StoreMissing, StoreUnusable."""
    return asked(_time_zone)


def _time_zone(cursor: duckdb.DuckDBPyConnection, window: Window) -> str:
    return window.time_zone


def more_on(page: str, words: str) -> None:
    """A link to a page of analytics/pages by the name of its file; the filters chosen go along."""
    st.page_link(
        Path(__file__).parent / f"{page}.py",
        label=words,
        icon=":material/arrow_forward:",
        icon_position="right",
    )


def part_missing(missing: Missing) -> None:
    """A part with nothing to say: what is missing and what would bring it."""
    with st.container(border=True, gap="xxsmall"):
        if missing.is_of_exports:
            badges.show([badges.NOT_THERE])
        say(missing.what)
        say(missing.remedy.removesuffix(HOW).rstrip())
        if missing.remedy.endswith(HOW):
            more_on("imports", "How to get one: Import")


_UNITS = "%|(?:min|h|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\b"


def say(text: str) -> None:
    """A sentence, shown as it is written: no Markdown, no link. A figure is not parted from its unit."""
    st.text(_whole(text))


def _whole(text: str) -> str:
    return re.sub(rf"(?<=\d) (?={_UNITS})", "\u00a0", shown(text))


def finding(text: str) -> None:
    """The sentence that matters most, of our own words and figures."""
    st.markdown(f"**{escaped(_whole(text))}**")


def chart(
    picture: Picture, *, words: str, caption: str, key: str | None = None, name: str | None = None
) -> None:
    """A picture, the words that stand for it where it cannot be seen, what its marks mean, and its files.

    name: of these files; null takes it from the words.
    """
    with st.container(gap=None):
        st.altair_chart(picture, alt=words, key=key)
        _under(picture, caption, name or files.slug(words))


def picked(
    picture: Picture, *, words: str, caption: str, key: str, param: str, name: str | None = None
) -> list[dict[str, Any]]:
    """A picture in which marks can be clicked; what is chosen by its selection `param`, none or more marks."""
    with st.container(gap=None):
        chosen = st.altair_chart(picture, alt=words, key=key, on_select="rerun", selection_mode=param)
        _under(picture, caption, name or files.slug(words))
    marks = chosen["selection"].get(param, [])
    return [dict(mark) for mark in marks] if isinstance(marks, list) else []


def _under(picture: Picture, caption: str, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        st.caption(caption, width="stretch")
        files.of_chart(picture, name)


def escaped(text: str) -> str:
    """Our own words and figures within Markdown, its signs made plain. Text from exports goes to `say`:
    a bare web address would still become a link.

    >>> escaped("**x**")
    '\\\\*\\\\*x\\\\*\\\\*'
    """
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)
