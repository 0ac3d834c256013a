"""The rule set and the scoring of accounts, worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import reference
from analytics.metrics.link_pusher_rules import Proof
from analytics.metrics.link_pushers import SIGNAL_COLUMNS, load_rules, score_signals

RULES = load_rules()
NAN = float("nan")

GUILTY = {
    "posts_seen": 200, "reply_share": 0, "interaction_share": 0.02, "link_share": 0.8,
    "following_per_follower": 10, "follows_per_day": 15, "hard_sell_share": 0.35,
    "near_duplicate_share": 0.4, "automated_share": 0.9, "likes_per_post": 0.001, "posts_per_day": 75,
    "url_only_share": 0.4, "empty_profile": 1, "followers": 100, "following": 1000,
}  # fmt: skip
INNOCENT = {
    "posts_seen": 200, "reply_share": 0.08, "interaction_share": 0.2, "link_share": 0.4,
    "following_per_follower": 2, "follows_per_day": 1.5, "hard_sell_share": 0.05,
    "near_duplicate_share": 0.1, "automated_share": 0.4, "likes_per_post": 0.05, "posts_per_day": 25,
    "url_only_share": 0.1, "empty_profile": 0, "followers": 100, "following": 200,
}  # fmt: skip


def scored(**signals: object) -> dict[str, object]:
    """The one row that scoring gives for one account."""
    return dict(score_signals(pd.DataFrame([signals]), RULES).iloc[0])


def test_the_example_of_the_docstring() -> None:
    signals = pd.DataFrame(
        {
            "posts_seen": [100, 100, 10],
            "link_share": [0.8, 1, 0.6],
            "reply_share": [0.04, 0, NAN],
            "follows_per_day": [15, 1.5, NAN],
        }
    )
    out = score_signals(signals, RULES)
    assert out["score"].round(1).tolist() == [84.7, 51.0, 50]
    assert out["coverage"].round(4).tolist() == [round(49 / 144, 4), round(49 / 144, 4), round(10 / 144, 4)]
    assert out["proven"].tolist() == [True, False, False]
    assert out["threshold"].tolist() == [63, 63, 63]
    assert out["label"].tolist() == ["likely spam", "link broadcaster", "not enough posts"]


def test_every_ramp_ends_where_the_rules_say() -> None:
    guilty, innocent = scored(**GUILTY), scored(**INNOCENT)
    assert (guilty["score"], guilty["coverage"], guilty["label"]) == (100, 1, "likely spam")
    assert (innocent["score"], innocent["coverage"], innocent["label"]) == (0, 1, "fine")


@pytest.mark.parametrize(
    ("column", "name", "middle"),
    [
        ("reply_share", "no replies", 0.04),
        ("interaction_share", "no interaction", 0.11),
        ("link_share", "link-heavy", 0.6),
        ("following_per_follower", "following/followers", math.sqrt(2 * 10)),
        ("follows_per_day", "follows per day of age", math.sqrt(1.5 * 15)),
        ("hard_sell_share", "hard-sell word and link", 0.2),
        ("near_duplicate_share", "near-duplicates", 0.25),
        ("automated_share", "automated client", 0.65),
        ("likes_per_post", "never likes", math.sqrt(0.05 * 0.001)),
        ("posts_per_day", "flood", math.sqrt(25 * 75)),
        ("url_only_share", "URL-only posts", 0.25),
        ("empty_profile", "empty profile", 0.5),
    ],
)
def test_half_way_up_a_ramp_is_half_the_strength(column: str, name: str, middle: float) -> None:
    assert scored(**INNOCENT | {column: middle})[f"strength_{name}"] == pytest.approx(0.5)


def test_weights_are_those_of_the_table() -> None:
    guilty = scored(**GUILTY)
    points = {s.name: round(float(guilty[f"points_{s.name}"]) * 144 / 100) for s in RULES.signals}  # type: ignore[arg-type]
    assert list(points.values()) == [15, 15, 10, 20, 24, 12, 12, 12, 10, 6, 4, 4]


@pytest.mark.parametrize(("following", "strength"), [(49, 0), (50, 1), (NAN, NAN)])
def test_few_followed_accounts_are_no_sign(following: float, strength: float) -> None:
    row = scored(**GUILTY | {"following": following})
    assert row["strength_following/followers"] == pytest.approx(strength, nan_ok=True)
    # Too few to go by still counts as looked at; not knowing how many does not.
    assert row["coverage"] == pytest.approx(1 if strength >= 0 else 124 / 144)


@pytest.mark.parametrize(
    ("posts", "posts_seen", "strength"),
    [(19, 200, 0), (20, 5, 1), (NAN, 19, 0), (NAN, 20, 1), (NAN, NAN, NAN)],
)
def test_never_likes_needs_twenty_posts(posts: float, posts_seen: float, strength: float) -> None:
    row = scored(**GUILTY | {"posts": posts, "posts_seen": posts_seen})
    assert row["strength_never likes"] == pytest.approx(strength, nan_ok=True)


def test_no_likes_at_all_is_full_strength_and_no_division_by_zero() -> None:
    row = scored(**GUILTY | {"likes_per_post": 0, "follows_per_day": 0, "following_per_follower": math.inf})
    assert row["strength_never likes"] == 1
    assert row["strength_follows per day of age"] == 0
    assert row["strength_following/followers"] == 1


STYLE = {"posts_seen": 100, "reply_share": 0, "interaction_share": 0, "link_share": 1}


MIDDLE = math.sqrt(1.5 * 15)
"""Follows a day of age: half way up the ramp."""


@pytest.mark.parametrize(
    ("follows_per_day", "label"), [(15, "likely spam"), (MIDDLE - 0.01, "link broadcaster")]
)
def test_style_alone_is_never_spam(follows_per_day: float, label: str) -> None:
    """15 + 15 + 10 for the style and 12 for a hard sell; without half the strength of a proof it stays style."""
    row = scored(**STYLE, hard_sell_share=0.35, follows_per_day=follows_per_day)
    assert float(row["score"]) > 80  # type: ignore[arg-type]
    assert (row["proven"], row["label"]) == (label == "likely spam", label)


@pytest.mark.parametrize(("hard_sell_share", "label"), [(0.17, "likely spam"), (0.14, "fine")])
def test_whoever_posts_mostly_links_needs_63(hard_sell_share: float, label: str) -> None:
    """7.5 of 15 for few replies, 2.5 of 10 for links in half the posts, 24 for following, 12 x .4 or x .3 for the
    hard sell, of 61 in all: 63.6 or 61.6.
    """
    few = {"posts_seen": 20, "reply_share": 0.04, "follows_per_day": 15, "hard_sell_share": hard_sell_share}
    row = scored(**few, link_share=0.5)
    assert row["score"] == pytest.approx(100 * (7.5 + 2.5 + 24 + 12 * (hard_sell_share - 0.05) / 0.3) / 61)
    assert (row["threshold"], row["label"]) == (63, label)
    # A link fewer, and 42 is enough; and so it is for who sells hard and repeats it.
    assert scored(**few, link_share=0.49)["label"] == "likely spam"
    both = few | {"hard_sell_share": 0.2, "near_duplicate_share": 0.25, "reply_share": 0.08}
    assert scored(**both, link_share=0.5)["threshold"] == 42
    assert scored(**both | {"near_duplicate_share": 0.24}, link_share=0.5)["threshold"] == 63


def test_likely_spam_begins_at_42() -> None:
    """12 of 24 for following, and of 12 for the client none or 12 x .3: 33.3 and 43.3 of 100."""
    below = scored(posts_seen=20, follows_per_day=MIDDLE, automated_share=0.4)
    above = scored(posts_seen=20, follows_per_day=MIDDLE, automated_share=0.55)
    assert (below["score"], below["label"]) == (pytest.approx(100 * 12 / 36), "fine")
    assert (above["score"], above["label"]) == (pytest.approx(100 * 15.6 / 36), "likely spam")


SELLS = {"posts_seen": 100, "link_share": 1, "reply_share": 0, "hard_sell_share": 0.35}


def test_where_nothing_is_known_of_whom_it_follows_nothing_is_proven() -> None:
    """A shop, a job board and a spammer look alike without their profiles."""
    row = scored(**SELLS, near_duplicate_share=0.4)
    assert (row["score"], row["proven"], row["label"]) == (100, False, "link broadcaster")


def test_a_proof_may_hold_only_where_other_signals_are_unknown() -> None:
    proof = Proof(signals=("hard-sell word and link",), unless_known=("follows per day of age",))
    rules = replace(RULES, proofs=(proof,))
    frame = pd.DataFrame([SELLS, SELLS | {"follows_per_day": 0.1}])
    assert score_signals(frame, rules)["proven"].tolist() == [True, False]


HONEST = {
    "a news outlet": {
        "link_share": 0.98, "near_duplicate_share": 0.2, "automated_share": 1, "posts_per_day": 60,
        "followers": 900_000, "following": 400, "follows_per_day": 0.1, "hard_sell_share": 0.05,
    },
    "a news outlet that follows many": {
        "link_share": 0.95, "near_duplicate_share": 0.2, "automated_share": 1, "posts_per_day": 60,
        "followers": 60_000, "following": 9_000, "follows_per_day": 2.5, "hard_sell_share": 0.05,
    },
    "a press agency with few followers": {
        "link_share": 1, "near_duplicate_share": 0.3, "automated_share": 1, "posts_per_day": 30,
        "followers": 700, "following": 120, "follows_per_day": 0.1, "hard_sell_share": 0.02,
    },
    "a city's alerts": {
        "link_share": 0.6, "near_duplicate_share": 0.9, "automated_share": 1, "posts_per_day": 80,
        "followers": 3_000, "following": 0, "follows_per_day": 0, "hard_sell_share": 0,
    },
    "a small blog that announces its posts": {
        "link_share": 1, "near_duplicate_share": 0.1, "automated_share": 1, "posts_per_day": 0.4,
        "followers": 80, "following": 150, "follows_per_day": 0.1, "hard_sell_share": 0.1,
    },
    "a shop": {
        "link_share": 0.9, "near_duplicate_share": 0.5, "automated_share": 0.8, "posts_per_day": 3,
        "followers": 400, "following": 300, "follows_per_day": 0.3, "hard_sell_share": 0.6,
    },
    "a job board": {
        "link_share": 1, "near_duplicate_share": 0.8, "automated_share": 1, "posts_per_day": 40,
        "followers": 150, "following": 20, "follows_per_day": 0.05, "hard_sell_share": 0.2,
    },
}  # fmt: skip


@pytest.mark.parametrize("who", HONEST)
@pytest.mark.parametrize("likes", [NAN, 0])
def test_announcers_are_no_spam(who: str, likes: float) -> None:
    """They post only links, by a program, answer nobody and like nothing, and that is what they are for."""
    counts = HONEST[who]
    row = scored(
        **{
            "posts_seen": 200, "reply_share": 0, "interaction_share": 0, "likes_per_post": likes, "url_only_share": 0,
            "empty_profile": 0, "following_per_follower": counts["following"] / counts["followers"], **counts,
        }
    )  # fmt: skip
    assert row["label"] == "link broadcaster"


@pytest.mark.parametrize("who", HONEST)
def test_announcers_are_no_spam_where_their_profile_is_not_known(who: str) -> None:
    counts = {name: value for name, value in HONEST[who].items() if not name.startswith("follow")}
    row = scored(
        **{"posts_seen": 200, "reply_share": 0, "interaction_share": 0, "likes_per_post": 0, **counts}
    )
    assert row["label"] == "link broadcaster"


@pytest.mark.parametrize(
    ("link_share", "reply_share", "label"),
    [(0.5, 0.03, "link broadcaster"), (0.49, 0.03, "fine"), (0.5, 0.031, "fine"), (NAN, 0, "fine")],
)
def test_a_broadcaster_posts_links_and_does_not_reply(
    link_share: float, reply_share: float, label: str
) -> None:
    assert scored(posts_seen=20, link_share=link_share, reply_share=reply_share)["label"] == label


def test_twenty_posts_make_a_verdict_and_the_floor_can_be_moved() -> None:
    row = pd.DataFrame([GUILTY | {"posts_seen": 19}])
    assert score_signals(row, RULES)["label"].tolist() == ["not enough posts"]
    assert score_signals(row, replace(RULES, min_posts=19))["label"].tolist() == ["likely spam"]


@pytest.mark.parametrize(
    ("followers", "following", "points"),
    [(1000, 200, -25), (999, 100, 0), (1000, 201, 0), (1000, NAN, 0), (NAN, 10, 0), (5000, 0, -25)],
)
def test_the_widely_followed_have_25_points_off(followers: float, following: float, points: float) -> None:
    counts = {"followers": followers, "following": following}
    row = scored(posts_seen=100, hard_sell_share=0.35, **counts)
    assert row["points_widely followed"] == points
    assert row["score"] == 100 + points
    assert row["coverage"] == pytest.approx(12 / 144)


def test_the_credit_does_not_go_below_zero() -> None:
    assert scored(posts_seen=100, hard_sell_share=0.05, followers=2000, following=1)["score"] == 0


def test_points_add_up_to_the_score() -> None:
    row = scored(**GUILTY | {"reply_share": 0.02, "posts_per_day": 40, "followers": 1e6})
    points = [float(value) for name, value in row.items() if name.startswith("points_")]  # type: ignore[arg-type]
    assert sum(points) == pytest.approx(row["score"])


def test_a_missing_column_is_unknown() -> None:
    signals = pd.DataFrame([GUILTY])
    spelled_out = score_signals(signals.assign(link_share=NAN, followers=NAN), RULES)
    pd.testing.assert_frame_equal(
        score_signals(signals.drop(columns=["link_share", "followers"]), RULES), spelled_out
    )
    assert spelled_out["coverage"].tolist() == [pytest.approx(134 / 144)]


def test_missing_values_of_every_kind_are_unknown() -> None:
    signals = pd.DataFrame({"posts_seen": [50] * 4, "link_share": [None, pd.NA, NAN, 0.8]}, dtype=object)
    assert score_signals(signals, RULES)["score"].tolist() == [pytest.approx(NAN, nan_ok=True)] * 3 + [100]


def test_nothing_known_is_no_score() -> None:
    row = scored(**dict.fromkeys(SIGNAL_COLUMNS, NAN))
    assert math.isnan(float(row["score"]))  # type: ignore[arg-type]
    assert (row["coverage"], row["label"]) == (0, "not enough posts")


def test_the_input_is_left_alone_and_its_index_kept() -> None:
    signals = pd.DataFrame([GUILTY, INNOCENT, GUILTY], index=["b", "a", "b"])
    before = signals.copy(deep=True)
    out = score_signals(signals, RULES)
    pd.testing.assert_frame_equal(signals, before)
    assert out.index.tolist() == ["b", "a", "b"]
    assert out["score"].tolist() == [100, 0, 100]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame(columns=list(SIGNAL_COLUMNS))])
def test_no_accounts_no_rows(frame: pd.DataFrame) -> None:
    out = score_signals(frame, RULES)
    assert len(out) == 0
    assert {"score", "coverage", "label"} <= set(out.columns)


def test_the_shipped_rules() -> None:
    assert RULES.version
    assert [signal.name for signal in RULES.signals if signal.style] == [
        "no replies",
        "no interaction",
        "link-heavy",
    ]
    assert (RULES.min_posts, RULES.spam_score, RULES.spam_score_links) == (20, 42, 63)
    assert [proof.signals for proof in RULES.proofs if len(proof.signals) == 1] == [
        ("following/followers",),
        ("follows per day of age",),
    ]
    assert all(signal.source for signal in RULES.signals)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('column = "reply_share"', 'column = "replies"', 'signal "no replies" reads the column "replies"'),
        ("weight = 15", "weight = 0", 'signal "no replies" needs a weight above 0'),
        ("weight = 15", 'weight = "much"', 'signal "no replies" needs weight, a number'),
        ("low = 0.08", "low = 0.0", 'signal "no replies" has the same low and high'),
        ("low = 1.5", "low = 0", 'signal "follows per day of age" has a log scale'),
        ('scale = "linear"', 'scale = "cubic"', 'scale "cubic", expected "linear", "log" or "step"'),
        ('scale = "linear"', 'scale = "step"', "is a step, so it needs either from or up_to"),
        (
            'signals = ["following/followers"]',
            'signals = ["fame"]',
            "needs signals, a list of names of signals",
        ),
        ('name = "no interaction"', 'name = "no replies"', 'two signals are named "no replies"'),
        ("at_least = 50", "at = 50", "needs at_least, a number"),
        ("[verdict]", "[labels]", r"the table \[verdict\] is missing"),
        ("min_posts = 20", "min_posts = 2.5", "min_posts, a whole number"),
        ("version =", "edition =", "needs version, a text"),
        ("version =", "version", "not valid TOML"),
        ("[[signals]]", "[[signs]]", r"expected at least one \[\[signals\]\] entry"),
    ],
)
def test_a_wrong_rule_file_is_one_sentence(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = reference.reference("link_pusher_rules.toml").read_text(encoding="utf-8")
    count = -1 if old == "[[signals]]" else 1
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint) as raised:
        load_rules(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_rule_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        load_rules(tmp_path / "none.toml")


def test_rules_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        """
        version = "mine"
        [verdict]
        min_posts = 1
        spam_score = 10
        evidence_strength = 0.1
        broadcaster_link_share = 0.9
        broadcaster_reply_share = 0
        [credit]
        name = "famous"
        points = 5
        followers = 10
        followers_per_following = 1
        source = "me"
        [[signals]]
        name = "many followers"
        column = "followers"
        weight = 1
        low = 0
        high = 100
        scale = "linear"
        source = "me"
        """,
        encoding="utf-8",
    )
    out = score_signals(
        pd.DataFrame({"posts_seen": [1], "followers": [50], "following": [1]}), load_rules(path)
    )
    assert out[["score", "coverage", "label"]].to_numpy().tolist() == [[45, 1, "likely spam"]]
    assert out["points_famous"].tolist() == [-5]
    assert np.isclose(out["points_many followers"], 50).all()
