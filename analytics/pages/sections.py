"""A part of a page by itself: an error of ours in it is one sentence there, and the rest of the page stays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from analytics.store.connection import StoreMissing, StoreUnusable

Given = ParamSpec("Given")
Shown = TypeVar("Shown")

_log = logging.getLogger("watercooler")


def section(draw: Callable[Given, Shown]) -> Callable[Given, Shown | None]:
    """The same function, which says what went wrong in place of failing; it then returns null.

    What happened in full goes to the terminal in which the dashboard was started.
    """

    @wraps(draw)
    def drawn(*args: Given.args, **options: Given.kwargs) -> Shown | None:
        try:
            return draw(*args, **options)
        except StoreMissing:
            st.info("There is no store any more: import an export again, or reload the page.")
        except StoreUnusable as error:
            st.error("The store cannot be read.")
            st.text(str(error))
        except Exception:
            _log.exception("%s could not be shown", draw.__name__)
            st.error(
                f'The part "{draw.__name__.replace("_", " ")}" could not be shown; the rest of the page is not '
                "affected. Reload the page; if it stays so, run: watercooler doctor. The terminal says what happened."
            )
        return None

    return drawn
