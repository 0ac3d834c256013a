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

EXTRA_COLUMNS = (
    "repost_share",
    "same_post_most",
    "same_link_share",
    "feed_share",
    "followers_per_following",
    "default_image",
    "empty_bio",
    "age_days",
)
"""What published rule sets read besides; see `link_pusher_extras`. Ours do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A signal has strength 0 where the first known of `columns` is below `at_least`, however steep its ramp."""

    columns: tuple[str, ...]
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One sign of a link-pusher: the column it is read from, its weight and its ramp (0 at low, 1 at high).

    scale: linear, log, or step. A step has the same low and high: strength 1 from there on, or, where it is
    falling, up to there.
    """

    name: str
    column: str
    weight: float
    low: float
    high: float
    scale: str
    falling: bool
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
class Proof:
    """What a verdict of "likely spam" may rest on: all of `signals` strong, and none of `unless_known` computable.

    outweighs_links: with this proof `spam_score` is enough for those who post mostly links as well.
    """

    signals: tuple[str, ...]
    unless_known: tuple[str, ...] = ()
    outweighs_links: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A rule set. Try another floor with `dataclasses.replace(rules, min_posts=5)`.

    spam_score holds for accounts in general, spam_score_links for those with links in `mostly_links` of their own
    posts or more, whose style speaks against them anyway. proofs: one of them must hold besides.
    """

    version: str
    min_posts: int
    spam_score: float
    spam_score_links: float
    mostly_links: float
    evidence_strength: float
    proofs: tuple[Proof, ...]
    broadcaster_link_share: float
    broadcaster_reply_share: float
    credit: Credit
    signals: tuple[Signal, ...]


def presets() -> dict[str, Rules]:
    """The published rule sets that are shipped, by name: data/reference/presets, in order of file name."""
    found = [load_rules(path) for path in sorted(reference.reference("presets").glob("*.toml"))]
    return {rules.version: rules for rules in found}


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
    spam_score = _number(verdict, "spam_score", "[verdict]")
    optional = {"spam_score_links": spam_score, "mostly_links": 0.5} | dict(verdict)
    return Rules(
        version=_text(parsed, "version", "the file"),
        min_posts=verdict["min_posts"],
        spam_score=spam_score,
        spam_score_links=_number(optional, "spam_score_links", "[verdict]"),
        mostly_links=_number(optional, "mostly_links", "[verdict]"),
        proofs=_proofs(parsed, signals),
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


def _proofs(parsed: Mapping[str, Any], signals: tuple[Signal, ...]) -> tuple[Proof, ...]:
    """The [[proof]] entries; without any, each signal that is not style proves by itself."""
    entries = parsed.get("proof")
    if entries is None:
        return tuple(Proof(signals=(signal.name,)) for signal in signals if not signal.style)
    names = {signal.name for signal in signals}
    proofs = []
    for entry in entries if isinstance(entries, list) else [entries]:
        listed = [
            entry.get(key, []) if isinstance(entry, dict) else None for key in ("signals", "unless_known")
        ]
        if not listed[0] or not all(isinstance(each, list) and set(each) <= names for each in listed):
            raise _WrongRulesError("every [[proof]] needs signals, a list of names of signals")
        outweighs = entry.get("outweighs_links", False) is True
        proofs.append(
            Proof(signals=tuple(listed[0]), unless_known=tuple(listed[1] or ()), outweighs_links=outweighs)
        )
    return tuple(proofs)


def _signal(entry: Any, place: str) -> Signal:
    if not isinstance(entry, dict):
        raise _WrongRulesError(f"{place} is not a table; write it under [[signals]]")
    name = _text(entry, "name", place)
    place = f'signal "{name}"'
    column, weight = _column(_text(entry, "column", place), place), _number(entry, "weight", place)
    scale = _text(entry, "scale", place)
    if scale not in ("linear", "log", "step"):
        raise _WrongRulesError(f'{place} has scale "{scale}", expected "linear", "log" or "step"')
    low, high = _step(entry, place) if scale == "step" else _ramp(entry, place, scale)
    if not weight > 0:
        raise _WrongRulesError(f"{place} needs a weight above 0")
    return Signal(
        name=name,
        column=column,
        weight=weight,
        low=low,
        high=high,
        scale=scale,
        falling="up_to" in entry if scale == "step" else high < low,
        style=entry.get("style", False) is True,
        guard=_guard(entry["guard"], place) if "guard" in entry else None,
        source=_text(entry, "source", place),
    )


def _ramp(entry: Mapping[str, Any], place: str, scale: str) -> tuple[float, float]:
    low, high = _number(entry, "low", place), _number(entry, "high", place)
    if low == high:
        raise _WrongRulesError(f"{place} has the same low and high, so its strength cannot rise")
    if scale == "log" and min(low, high) <= 0:
        raise _WrongRulesError(f"{place} has a log scale, so its low and high must be above 0")
    return low, high


def _step(entry: Mapping[str, Any], place: str) -> tuple[float, float]:
    given = [key for key in ("from", "up_to") if key in entry]
    if len(given) != 1:
        raise _WrongRulesError(f"{place} is a step, so it needs either from or up_to, a number")
    value = _number(entry, given[0], place)
    return value, value


def _guard(entry: Any, place: str) -> Guard:
    if not isinstance(entry, dict) or not isinstance(entry.get("columns"), list) or not entry["columns"]:
        raise _WrongRulesError(f"the guard of {place} needs columns, a list of names, and at_least, a number")
    return Guard(
        columns=tuple(_column(column, f"the guard of {place}") for column in entry["columns"]),
        at_least=_number(entry, "at_least", f"the guard of {place}"),
    )


def _column(name: str, place: str) -> str:
    if name not in (*SIGNAL_COLUMNS, *EXTRA_COLUMNS, "posts"):
        known = ", ".join((*SIGNAL_COLUMNS, *EXTRA_COLUMNS, "posts"))
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
