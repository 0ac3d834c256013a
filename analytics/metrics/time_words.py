"""Lengths of time in words: exact where measured, coarse where estimated, always with what they rest on."""

from __future__ import annotations

import numpy as np


def duration_words(seconds: float) -> str:
    """A length of time as people say it, to the minute.

    >>> duration_words(94 * 60)
    '1 h 34 min'
    """
    minutes = round(abs(seconds) / 60)
    if minutes == 0:
        return "under 1 min" if seconds else "0 min"
    hours, minutes = divmod(minutes, 60)
    words = " ".join(([f"{hours:,} h"] if hours else []) + ([f"{minutes} min"] if minutes else []))
    return f"−{words}" if seconds < 0 else words


def rough_words(seconds: float) -> str:
    """A length of time no finer than an estimate deserves: 5 minutes under an hour, then hours.

    >>> [rough_words(s) for s in (0, 240, 1206, 5000, 10722)]
    ['0 min', '5 min', '20 min', '1 h 30 min', '3 h']
    """
    if seconds < 57.5 * 60:
        return duration_words(max(round(seconds / 300), 1 if seconds else 0) * 300)
    half_hours = round(seconds / 1800) if seconds < 2.75 * 3600 else 2 * round(seconds / 3600)
    return duration_words(half_hours * 1800)


def basis_sentence(
    seconds: float | None,
    low_seconds: float | None,
    high_seconds: float | None,
    basis: str | None,
    actions: int | None = None,
    refused: str | None = None,
) -> str:
    """A figure with what it rests on; `basis` is that of `basis_words`.

    >>> basis_sentence(10800, 3600, 32400, "estimated", 14)
    'about 3 h (1-9 h), estimated from 14 actions'
    >>> basis_sentence(5640, 5640, 5640, "measured")
    '1 h 34 min, measured'
    """
    if refused:
        return refused
    if seconds is None or np.isnan(seconds):
        return "not known"
    if basis is None:
        return duration_words(seconds)
    shown = {"visit": "from browser visits"}.get(basis, basis.replace("visit", "visited"))
    if "estimated" not in basis:
        return f"{duration_words(seconds)}, {shown}"
    span = ""
    if low_seconds is not None and high_seconds is not None:
        low, high = rough_words(low_seconds), rough_words(high_seconds)
        whole = "min" not in low + high
        span = f" ({low.removesuffix(' h')}-{high})" if whole else f" ({low} to {high})"
    source = "" if actions is None else f" from {actions:,} action{'s' if actions != 1 else ''}"
    return f"about {rough_words(seconds)}{span}, {shown}{source}"


def basis_words(measured: float, visit: float, estimated: float) -> str | None:
    """The bases that have any of the time, the best first; null where there is none.

    >>> basis_words(60, 0, 30)
    'measured and estimated'
    """
    named = zip(("measured", "visit", "estimated"), (measured, visit, estimated), strict=True)
    there = [name for name, seconds in named if seconds > 0]
    return " and ".join(filter(None, (", ".join(there[:-1]), *there[-1:]))) or None
