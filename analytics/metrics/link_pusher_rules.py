"""The rule set by which link-pushers are scored, as data.

Read from TOML: data/reference/link_pusher_rules.toml, which says what each entry means, or a file of the
user's own.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics import reference

SIGNAL_COLUMNS = (
    "posts_seen",
    "reply_share",
    "interaction_share",
    "link_share",
    "following_per_follower",
    "follows_per_day",
    "hard_sell_share",
    "near_duplicate_share",
    "automated_share",
    "likes_per_post",
    "posts_per_day",
    "url_only_share",
    "empty_profile",
    "followers",
    "following",
)
"""What `score_signals` reads, and `posts` (the profile's own count) for the guard of "never likes"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A signal has strength 0 where the first known of `columns` is below `at_least`, however steep its ramp."""

    columns: tuple[str, ...]
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One sign of a link-pusher: the column it is read from, its weight and its ramp (0 at low, 1 at high)."""

    name: str
    column: str
    weight: float
    low: float
    high: float
    logarithmic: bool
    style: bool
    guard: Guard | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Points taken off for being widely followed; no part of the denominator."""

    name: str
    points: float
    followers: float
    followers_per_following: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A rule set. Try another floor with `dataclasses.replace(rules, min_posts=5)`."""

    version: str
    min_posts: int
    spam_score: float
    evidence_strength: float
    broadcaster_link_share: float
    broadcaster_reply_share: float
    credit: Credit
    signals: tuple[Signal, ...]


def load_rules(path: Path | None = None) -> Rules:
    """Read a rule set; without a path the one that is shipped.

    Raises ValueError with one sentence: which file, which entry, what was expected there.
    """
    path = path or reference.reference("link_pusher_rules.toml")
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"The rules {path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The rules {path} are not valid TOML: {error}.") from error
    try:
        return _rules(parsed)
    except _WrongRulesError as error:
        raise ValueError(f"The rules {path} cannot be used: {error}.") from error


class _WrongRulesError(Exception):
    """What is wrong with an entry, in words."""


def _rules(parsed: Mapping[str, Any]) -> Rules:
    verdict, credit = _table(parsed, "verdict"), _table(parsed, "credit")
    entries = parsed.get("signals")
    if not isinstance(entries, list) or not entries:
        raise _WrongRulesError("expected at least one [[signals]] entry")
    signals = tuple(_signal(entry, f"signal {place}") for place, entry in enumerate(entries, start=1))
    names = [signal.name for signal in signals]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise _WrongRulesError(f'two signals are named "{repeated[0]}"')
    if not isinstance(verdict.get("min_posts"), int):
        raise _WrongRulesError("[verdict] needs min_posts, a whole number")
    return Rules(
        version=_text(parsed, "version", "the file"),
        min_posts=verdict["min_posts"],
        spam_score=_number(verdict, "spam_score", "[verdict]"),
        evidence_strength=_number(verdict, "evidence_strength", "[verdict]"),
        broadcaster_link_share=_number(verdict, "broadcaster_link_share", "[verdict]"),
        broadcaster_reply_share=_number(verdict, "broadcaster_reply_share", "[verdict]"),
        credit=Credit(
            name=_text(credit, "name", "[credit]"),
            points=_number(credit, "points", "[credit]"),
            followers=_number(credit, "followers", "[credit]"),
            followers_per_following=_number(credit, "followers_per_following", "[credit]"),
            source=_text(credit, "source", "[credit]"),
        ),
        signals=signals,
    )


def _signal(entry: Any, place: str) -> Signal:
    if not isinstance(entry, dict):
        raise _WrongRulesError(f"{place} is not a table; write it under [[signals]]")
    name = _text(entry, "name", place)
    place = f'signal "{name}"'
    signal = Signal(
        name=name,
        column=_column(_text(entry, "column", place), place),
        weight=_number(entry, "weight", place),
        low=_number(entry, "low", place),
        high=_number(entry, "high", place),
        logarithmic=_text(entry, "scale", place) == "log",
        style=entry.get("style", False) is True,
        guard=_guard(entry["guard"], place) if "guard" in entry else None,
        source=_text(entry, "source", place),
    )
    if entry["scale"] not in ("linear", "log"):
        raise _WrongRulesError(f'{place} has scale "{entry["scale"]}", expected "linear" or "log"')
    if not signal.weight > 0:
        raise _WrongRulesError(f"{place} needs a weight above 0")
    if signal.low == signal.high:
        raise _WrongRulesError(f"{place} has the same low and high, so its strength cannot rise")
    if signal.logarithmic and min(signal.low, signal.high) <= 0:
        raise _WrongRulesError(f"{place} has a log scale, so its low and high must be above 0")
    return signal


def _guard(entry: Any, place: str) -> Guard:
    if not isinstance(entry, dict) or not isinstance(entry.get("columns"), list) or not entry["columns"]:
        raise _WrongRulesError(f"the guard of {place} needs columns, a list of names, and at_least, a number")
    return Guard(
        columns=tuple(_column(column, f"the guard of {place}") for column in entry["columns"]),
        at_least=_number(entry, "at_least", f"the guard of {place}"),
    )


def _column(name: str, place: str) -> str:
    if name not in (*SIGNAL_COLUMNS, "posts"):
        known = ", ".join((*SIGNAL_COLUMNS, "posts"))
        raise _WrongRulesError(f'{place} reads the column "{name}", expected one of: {known}')
    return name


def _table(parsed: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = parsed.get(name)
    if not isinstance(table, dict):
        raise _WrongRulesError(f"the table [{name}] is missing")
    return table


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _WrongRulesError(f"{place} needs {key}, a text")
    return value


def _number(table: Mapping[str, Any], key: str, place: str) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _WrongRulesError(f"{place} needs {key}, a number")
    return float(value)
