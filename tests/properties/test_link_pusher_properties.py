"""What holds of the link-pusher score whatever the signals are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.link_pusher_rules import Signal
from analytics.metrics.link_pushers import SIGNAL_COLUMNS, load_rules, score_signals

RULES = load_rules()
LABELS = {"likely spam", "link broadcaster", "fine", "not enough posts"}

unknown = st.just(math.nan)
shares = st.floats(0, 1) | unknown
amounts = st.floats(0, 1e9) | unknown
COLUMNS = {column: shares if column.endswith("share") or column == "empty_profile" else amounts for column in SIGNAL_COLUMNS}  # fmt: skip

accounts = st.fixed_dictionaries(COLUMNS)
frames = st.lists(accounts, max_size=8).map(lambda rows: pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS)))


@given(frames)
def test_score_coverage_and_label_stay_in_their_ranges(signals: pd.DataFrame) -> None:
    out = score_signals(signals, RULES)
    assert len(out) == len(signals)
    assert out["score"].dropna().between(0, 100).all()
    assert out["coverage"].between(0, 1).all()
    assert (out["score"].isna() == (out["coverage"] == 0)).all()
    assert set(out["label"]) <= LABELS
    assert (out.loc[~(signals["posts_seen"] >= RULES.min_posts), "label"] == "not enough posts").all()
    for signal in RULES.signals:
        assert out[f"strength_{signal.name}"].dropna().between(0, 1).all()


@given(frames)
def test_the_order_of_rows_and_columns_does_not_matter(signals: pd.DataFrame) -> None:
    out = score_signals(signals, RULES)
    turned = score_signals(signals.iloc[::-1, ::-1], RULES).sort_index()
    pd.testing.assert_frame_equal(out, turned)


@given(frames)
@settings(max_examples=30)
def test_an_account_is_scored_by_itself(signals: pd.DataFrame) -> None:
    together = score_signals(signals, RULES)
    for place in range(len(signals)):
        alone = score_signals(signals.iloc[[place]], RULES)
        pd.testing.assert_frame_equal(alone, together.iloc[[place]])


@given(accounts, st.sampled_from(RULES.signals), st.floats(0, 1))
@settings(max_examples=200)
def test_a_stronger_signal_never_lowers_the_score(
    account: dict[str, float], signal: Signal, way: float
) -> None:
    stronger = dict(account)
    # Part of the way from where the account stands to the strong end of the ramp.
    stronger[signal.column] += way * (signal.high - stronger[signal.column])
    out = score_signals(pd.DataFrame([account, stronger]), RULES)
    before, after = out["score"]
    known = out[f"strength_{signal.name}"].notna().all() and out["coverage"].nunique() == 1
    if known and not past_the_end(account[signal.column], signal.low, signal.high):
        assert after >= before - 1e-9


def past_the_end(value: float, low: float, high: float) -> bool:
    """True where a value lies beyond the strong end already, so that moving to that end is no rise."""
    return (value - high) * (high - low) > 0


@given(accounts)
def test_the_credit_is_all_that_being_followed_changes(account: dict[str, float]) -> None:
    plain, famous = account | {"followers": math.nan}, account | {"followers": 1e12}
    out = score_signals(pd.DataFrame([plain, famous]), RULES)
    taken = -out["points_widely followed"]
    assert taken.iloc[0] == 0
    assert taken.iloc[1] == (0 if math.isnan(account["following"]) else RULES.credit.points)
    scores = out["score"].to_numpy()
    np.testing.assert_allclose(
        scores[1], max(0, scores[0] - taken.iloc[1]) if out["coverage"].iloc[0] else math.nan, atol=1e-6
    )


@given(st.lists(st.just(dict.fromkeys(SIGNAL_COLUMNS, math.nan)), max_size=3))
def test_nothing_known_is_no_score(rows: list[dict[str, float]]) -> None:
    out = score_signals(pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS)), RULES)
    assert out["score"].isna().all()
    assert (out["label"] == "not enough posts").all()
