"""Scoring accounts by a rule set: a pure function from signals to score, coverage and label.

It knows nothing of the store, so that a rule set can be judged on any labelled accounts. For each
signal, strength is a ramp from 0 to 1 between two values of its column, in proportion or in proportion
of the logarithm. With w the weights of the signals that can be computed for an account:

    score    = 100 x sum(w x strength) / sum(w), less the credit, kept within 0-100
    coverage = sum(w) / sum(all weights)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.metrics.link_pusher_rules import Credit, Guard, Rules, Signal

LIKELY_SPAM = "likely spam"
LINK_BROADCASTER = "link broadcaster"
FINE = "fine"
NOT_ENOUGH_POSTS = "not enough posts"

Numbers = npt.NDArray[np.float64]


def score_signals(signals: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Score accounts: one row per account in, one row out, with the same index.

    In: the columns of SIGNAL_COLUMNS; a missing column or NaN is unknown. `posts` (the profile's own
    count of posts) is used where given, else posts_seen. Other columns are ignored. Nothing is changed
    in `signals`.

    Out: score (0-100, NaN where nothing could be computed), coverage (0-1), label, and for each signal
    strength_<name> (0-1, NaN unknown) and points_<name> (its share of the score, NaN unknown);
    points_<credit> is 0 or negative. Points add up to the score before it is kept within 0-100.

    Besides: proven (whether one of rules.proofs holds: all of its signals at least rules.evidence_strength
    strong) and threshold (the score from which on this account would be likely spam).

    label: "not enough posts" below rules.min_posts or without a score; "likely spam" where the score is at
    least the threshold and something is proven; else "link broadcaster" where links are many and replies
    rare; else "fine". The threshold is rules.spam_score, but rules.spam_score_links for those who post
    mostly links, unless a proof outweighs that.

    Three accounts, with signals of weight 10 (link_share .4 -> .8, style), 15 (reply_share .08 -> 0,
    style) and 24 (follows_per_day 1.5 -> 15, log), all weights 49:

        posts_seen  link_share  reply_share  follows_per_day     score                             label
        100         .8          .04          15                  100 (10 + 7.5 + 24) / 49 = 84.7   likely spam
        100         1           0            1.5                 100 (10 + 15 + 0) / 49 = 51.0     link broadcaster
        10          .6          NaN          NaN                 100 (10 x .5) / 10 = 50           not enough posts

    What it cannot tell: whether a reader wants the links. It ranks and explains, nothing more.
    """
    strengths = [_strength(signals, signal) for signal in rules.signals]
    weights = [
        np.where(np.isnan(strength), 0.0, signal.weight) for strength, signal in _pairs(strengths, rules)
    ]
    known_weight = np.sum(weights, axis=0)
    known_weight[known_weight == 0] = np.nan
    points = [100 * signal.weight * strength / known_weight for strength, signal in _pairs(strengths, rules)]
    credit = -rules.credit.points * _widely_followed(signals, rules.credit)
    # Rounded so that a score of exactly 45 is not missed by the last bit of a sum.
    score = np.round(np.clip(np.nansum(points, axis=0) + credit, 0, 100), 9)
    score[np.isnan(known_weight)] = np.nan

    out = pd.DataFrame(index=signals.index)
    out["score"] = score
    out["coverage"] = np.sum(weights, axis=0) / sum(signal.weight for signal in rules.signals)
    proven, outweighed = _proven(strengths, rules)
    by_links = (_numbers(signals, "link_share") >= rules.mostly_links) & ~outweighed
    out["threshold"] = np.where(by_links, rules.spam_score_links, rules.spam_score)
    out["proven"] = proven
    out["label"] = _label(signals, out, rules)
    for signal, strength, own_points in zip(rules.signals, strengths, points, strict=True):
        out[f"strength_{signal.name}"] = strength
        out[f"points_{signal.name}"] = own_points
    out[f"points_{rules.credit.name}"] = credit
    return out


def _pairs(strengths: list[Numbers], rules: Rules) -> list[tuple[Numbers, Signal]]:
    return list(zip(strengths, rules.signals, strict=True))


def _numbers(signals: pd.DataFrame, column: str) -> Numbers:
    """A column as floats, all NaN where it is missing."""
    if column not in signals.columns:
        return np.full(len(signals), np.nan)
    return pd.to_numeric(signals[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _strength(signals: pd.DataFrame, signal: Signal) -> Numbers:
    value, low, high = _numbers(signals, signal.column), signal.low, signal.high
    if signal.scale == "step":
        strength = np.where(np.isnan(value), np.nan, value <= low if signal.falling else value >= low)
        return strength * _allowed(signals, signal.guard) if signal.guard else strength
    if signal.scale == "log":
        with np.errstate(divide="ignore"):
            value = np.log(np.maximum(value, 0))  # log 0 is minus infinity: beyond the end of any ramp
        low, high = float(np.log(low)), float(np.log(high))
    # Rounded so that the middle of a ramp is .5 and not a bit less.
    strength = np.clip((value - low) / (high - low), 0, 1).round(12)
    return strength * _allowed(signals, signal.guard) if signal.guard else strength


def _allowed(signals: pd.DataFrame, guard: Guard) -> Numbers:
    """1 where the guard is met, 0 where it is not, NaN where that is not known."""
    value = np.full(len(signals), np.nan)
    for column in guard.columns:
        value = np.where(np.isnan(value), _numbers(signals, column), value)
    return np.where(np.isnan(value), np.nan, value >= guard.at_least)


def _widely_followed(signals: pd.DataFrame, credit: Credit) -> npt.NDArray[np.bool_]:
    followers, following = _numbers(signals, "followers"), _numbers(signals, "following")
    return (followers >= credit.followers) & (followers >= credit.followers_per_following * following)


def _proven(strengths: list[Numbers], rules: Rules) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether a proof holds, and whether one does that outweighs mostly posting links."""
    by_name = {signal.name: strength for strength, signal in _pairs(strengths, rules)}
    proven = np.zeros(len(strengths[0]), dtype=bool)
    outweighed = proven.copy()
    for proof in rules.proofs:
        holds = np.ones(len(proven), dtype=bool)
        for name in proof.signals:
            holds &= by_name[name] >= rules.evidence_strength
        for name in proof.unless_known:
            holds &= np.isnan(by_name[name])
        proven |= holds
        if proof.outweighs_links:
            outweighed |= holds
    return proven, outweighed


def _label(signals: pd.DataFrame, out: pd.DataFrame, rules: Rules) -> npt.NDArray[np.object_]:
    score = out["score"].to_numpy()
    many_links = _numbers(signals, "link_share") >= rules.broadcaster_link_share
    few_replies = _numbers(signals, "reply_share") <= rules.broadcaster_reply_share
    label = np.where(many_links & few_replies, LINK_BROADCASTER, FINE).astype(object)
    label[(score >= out["threshold"].to_numpy()) & out["proven"].to_numpy()] = LIKELY_SPAM
    label[~(_numbers(signals, "posts_seen") >= rules.min_posts) | np.isnan(score)] = NOT_ENOUGH_POSTS
    return label
