"""Thresholds and decisions: how many would be flagged, and how the rules agree with the user."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analytics.metrics.link_pusher_review import against_decisions, sweep
from analytics.metrics.link_pusher_rules import load_rules
from analytics.metrics.link_pusher_scores import FINE, LIKELY_SPAM, NOT_ENOUGH_POSTS, score_signals


def scored(**labels: str) -> pd.DataFrame:
    return pd.DataFrame({"platform": "x", "account": list(labels), "label": list(labels.values())})


def decided(**verdicts: str) -> pd.DataFrame:
    return pd.DataFrame({"platform": "x", "account": list(verdicts), "verdict": list(verdicts.values())})


def test_the_example_of_the_docstring() -> None:
    found = against_decisions(
        scored(ana=LIKELY_SPAM, bo=FINE, cy=LIKELY_SPAM, dee=FINE, eve=LIKELY_SPAM, fay=NOT_ENOUGH_POSTS),
        decided(
            ana="unfollow", bo="unfollow", cy="keep", dee="source", eve="later", fay="unfollow", gus="keep"
        ),
    )
    assert (found.decided, found.unjudged, found.unfollowed, found.flagged, found.agreed) == (4, 1, 2, 2, 1)
    assert (found.precision, found.recall) == (0.5, 0.5)
    assert (found.missed["account"].tolist(), found.false_alarms["account"].tolist()) == (["bo"], ["cy"])


def test_without_decisions_there_is_no_share() -> None:
    found = against_decisions(scored(ana=LIKELY_SPAM), decided())
    assert (found.decided, found.precision, found.recall) == (0, None, None)
    found = against_decisions(scored(ana=FINE), decided(ana="keep"))
    assert (found.decided, found.precision, found.recall) == (1, None, None)


def test_a_sweep_flags_ever_fewer_and_none_without_evidence() -> None:
    rules = load_rules()
    signals = pd.DataFrame(
        {
            "posts_seen": [40, 40, 40, 3],
            "reply_share": [0, 0, 0.5, 0],
            "interaction_share": [0, 0, 0.5, 0],
            "link_share": [1, 1, 0, 1],
            "hard_sell_share": [1, 0, 1, 1],
            "near_duplicate_share": [1, 0, 0, 1],
            "following_per_follower": [20, 0.1, 1, 20],
            "follows_per_day": [20, 0.1, 1, 20],
            "followers": [100, 100, 100, 100],
            "following": [2000, 10, 100, 2000],
        }
    )
    table = sweep(signals, rules, (1, 50, 101))
    assert table["judged"].tolist() == [3, 3, 3]
    assert table["flagged"].is_monotonic_decreasing
    assert table["flagged"].iloc[-1] == 0
    assert table["share"].tolist() == [flagged / 3 for flagged in table["flagged"]]
    at_rules = sweep(signals, rules, (rules.spam_score,))["flagged"].tolist()
    assert at_rules == [(score_signals(signals, rules)["label"] == LIKELY_SPAM).sum()]
    assert sweep(signals.iloc[:0], rules, (50,))["share"].isna().all()
    assert sweep(signals, replace(rules, min_posts=1), (1,))["judged"].tolist() == [4]
