"""How a rule set does before one acts on it: how many accounts each threshold would flag, and how the rules agree
with what the user has decided. Pure functions on the rows of `link_pushers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analytics.metrics.link_pusher_rules import Rules
from analytics.metrics.link_pusher_scores import LIKELY_SPAM, NOT_ENOUGH_POSTS, score_signals

THRESHOLDS = tuple(range(5, 100, 5))

IS_SPAM = {"unfollow": True, "keep": False, "source": False}
"""What a decision says of an account; "later" says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How "likely spam" agrees with the user's decisions. Shares are null where nobody is counted.

    decided: accounts that the user decided about and the rules could judge; unjudged: decided about, with too few
    posts; unfollowed: of the decided those to unfollow; flagged: of the decided those called likely spam; agreed:
    both. precision: agreed / flagged; recall: agreed / unfollowed. missed, false_alarms: rows of these accounts.
    """

    decided: int
    unjudged: int
    unfollowed: int
    flagged: int
    agreed: int
    precision: float | None
    recall: float | None
    missed: pd.DataFrame
    false_alarms: pd.DataFrame


def sweep(signals: pd.DataFrame, rules: Rules, thresholds: Sequence[float] = THRESHOLDS) -> pd.DataFrame:
    """How many accounts would be "likely spam" with each threshold of the score, all other rules as they are; what
    is asked of those who post mostly links moves along.

    signals: as `score_signals` takes them. Columns: threshold (score from which on), flagged (accounts), judged
    (accounts with posts enough), share (flagged / judged; null where nobody is judged).

    Worked example: scores 80, 60 and 30 with evidence for each: from 50 on 2 of 3 are flagged, from 70 on 1.
    """
    # Scored once: 1 marks those of whom more is asked, and what is proven does not depend on the score.
    scored = score_signals(signals, replace(rules, spam_score=0, spam_score_links=1))
    more = (scored["threshold"] == 1).to_numpy() * (rules.spam_score_links - rules.spam_score)
    judged = (scored["label"] != NOT_ENOUGH_POSTS).to_numpy()
    able = judged & scored["proven"].to_numpy()
    score = scored["score"].to_numpy()
    everybody = int(judged.sum())
    flagged = [int((able & (score >= threshold + more)).sum()) for threshold in thresholds]
    shares = [count / everybody if everybody else None for count in flagged]
    return pd.DataFrame(
        {"threshold": list(thresholds), "flagged": flagged, "judged": everybody, "share": shares}
    )


def against_decisions(scored: pd.DataFrame, decided: pd.DataFrame) -> Agreement:
    """The rules tried against the user's own decisions: unfollow is spam, keep and source are not.

    scored: platform, account, label and what else `missed` and `false_alarms` should show. decided: as
    `decisions.in_force`.

    Worked example: of four decided, ana and bo to unfollow, cy and dee to keep; ana and cy are called likely spam:
    precision 1/2 (ana of ana and cy), recall 1/2 (ana of ana and bo), bo missed, cy a false alarm.
    """
    said = decided[decided["verdict"].isin(IS_SPAM)][["platform", "account", "verdict"]]
    both = scored.merge(said, on=["platform", "account"])
    judged = both[both["label"] != NOT_ENOUGH_POSTS]
    spam = judged["verdict"].map(IS_SPAM).astype(bool)
    flagged = judged["label"] == LIKELY_SPAM
    agreed = int((spam & flagged).sum())
    return Agreement(
        decided=len(judged),
        unjudged=len(both) - len(judged),
        unfollowed=int(spam.sum()),
        flagged=int(flagged.sum()),
        agreed=agreed,
        precision=agreed / int(flagged.sum()) if flagged.any() else None,
        recall=agreed / int(spam.sum()) if spam.any() else None,
        missed=judged[spam & ~flagged].reset_index(drop=True),
        false_alarms=judged[~spam & flagged].reset_index(drop=True),
    )
