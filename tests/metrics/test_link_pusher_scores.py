"""The rule set and the scoring of accounts, worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import reference
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
            "hard_sell_share": [0.35, 0.05, NAN],
        }
    )
    out = score_signals(signals, RULES)
    assert out["score"].round(1).tolist() == [79.7, 67.6, 50]
    assert out["coverage"].round(4).tolist() == [round(37 / 126, 4), round(37 / 126, 4), round(10 / 126, 4)]
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
    points = {s.name: round(float(guilty[f"points_{s.name}"]) * 126 / 100) for s in RULES.signals}  # type: ignore[arg-type]
    assert list(points.values()) == [15, 15, 10, 14, 12, 12, 12, 12, 10, 6, 4, 4]


@pytest.mark.parametrize(("following", "strength"), [(49, 0), (50, 1), (NAN, NAN)])
def test_few_followed_accounts_are_no_sign(following: float, strength: float) -> None:
    row = scored(**GUILTY | {"following": following})
    assert row["strength_following/followers"] == pytest.approx(strength, nan_ok=True)
    # Too few to go by still counts as looked at; not knowing how many does not.
    assert row["coverage"] == pytest.approx(1 if strength >= 0 else 112 / 126)


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


@pytest.mark.parametrize(("hard_sell_share", "label"), [(0.2, "likely spam"), (0.19, "link broadcaster")])
def test_style_alone_is_never_spam(hard_sell_share: float, label: str) -> None:
    row = scored(**STYLE, hard_sell_share=hard_sell_share)
    assert float(row["score"]) > 85  # type: ignore[arg-type]
    assert row["label"] == label


@pytest.mark.parametrize(
    ("hard_sell_share", "score", "label"), [(0.17, 45, "likely spam"), (0.167, 44.5, "fine")]
)
def test_likely_spam_begins_at_45(hard_sell_share: float, score: float, label: str) -> None:
    # 12 x .5 for the client, 12 x .4 for the hard sell: 100 x 10.8 / 24 = 45.
    row = scored(posts_seen=20, automated_share=0.65, hard_sell_share=hard_sell_share)
    assert (row["score"], row["label"]) == (pytest.approx(score), label)


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
    assert row["coverage"] == pytest.approx(12 / 126)


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
    assert spelled_out["coverage"].tolist() == [pytest.approx(116 / 126)]


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
    assert (RULES.min_posts, RULES.spam_score, RULES.evidence_strength) == (20, 45, 0.5)
    assert all(signal.source for signal in RULES.signals)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('column = "reply_share"', 'column = "replies"', 'signal "no replies" reads the column "replies"'),
        ("weight = 15", "weight = 0", 'signal "no replies" needs a weight above 0'),
        ("weight = 15", 'weight = "much"', 'signal "no replies" needs weight, a number'),
        ("low = 0.08", "low = 0.0", 'signal "no replies" has the same low and high'),
        ("low = 1.5", "low = 0", 'signal "follows per day of age" has a log scale'),
        ('scale = "linear"', 'scale = "cubic"', 'scale "cubic", expected "linear" or "log"'),
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
