"""Judging the link-pusher rules on labelled accounts."""

from __future__ import annotations

import csv
import doctest
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics import evaluate
from analytics.metrics.link_pusher_rules import Proof
from analytics.metrics.link_pushers import load_rules


def test_the_example_in_the_docstring_holds() -> None:
    result = doctest.testmod(evaluate)
    assert result.attempted >= 4
    assert result.failed == 0


@pytest.mark.parametrize(
    ("scores", "spam", "auc"),
    [
        ([3, 2, 1], [True, False, False], 1.0),
        ([1, 2, 3], [True, False, False], 0.0),
        ([2, 2], [True, False], 0.5),
        ([math.nan, 0], [True, False], 0.0),
        # Pairs of spam and genuine: 5>4, 5>1, 2<4, 2>1.
        ([5, 4, 2, 1], [True, False, True, False], 0.75),
        ([1, 2], [True, True], None),
        ([], [], None),
    ],
)
def test_auc_by_rank(scores: list[float], spam: list[bool], auc: float | None) -> None:
    assert evaluate.rank_auc(pd.Series(scores, dtype=float), pd.Series(spam, dtype=bool)) == auc


def test_rates_of_nobody_are_unknown() -> None:
    scored = pd.DataFrame({"score": [1.0], "label": ["fine"], "link_share": [0.2]})
    result = evaluate.measure(scored, pd.Series([False]))
    assert (result.recall, result.precision, result.false_positives) == (None, None, 0)
    assert (result.link_heavy, result.false_positives_link_heavy) == (0, None)


def labelled_set(folder: Path) -> None:
    """Two invented accounts of 20 posts: one sells, one answers."""
    folder.mkdir(parents=True)
    posts = [("platform", "author", "post_id", "created_at", "text")]
    for number in range(20):
        moment = f"2026-01-{number + 1:02}T10:00:00Z"
        posts.append(
            ("x", "1", f"s{number}", moment, f"make money from home today https://a.example/{number}")
        )
        posts.append(
            ("x", "2", f"g{number}", moment, f"@ann thought {number} of my own on {chr(97 + number) * 4}")
        )
    accounts = [
        ("platform", "account", "created_at", "followers", "following", "observed_at"),
        ("x", "1", "2026-01-01T00:00:00Z", "10", "900", "2026-02-01T00:00:00Z"),
        ("x", "2", "2020-01-01T00:00:00Z", "90", "80", "2026-02-01T00:00:00Z"),
    ]
    labels = [("account", "label"), ("1", "spam"), ("2", "genuine")]
    for name, rows in (("posts", posts), ("accounts", accounts), ("labels", labels)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def test_a_set_goes_through_the_importer_into_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled_set(tmp_path / "invented")
    assert evaluate.main(["--labelled", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    figures = "1.000 | 1.000 (0.207–1.000) | 1.000 (0.207–1.000) | 0.000 (0.000–0.793) | – of 0 |"
    assert f"| invented: 1 spam, 1 genuine | ours, {load_rules().version} | 20 | {figures}" in out
    assert [line.split(" | ")[1] for line in out.splitlines() if line.startswith("| invented")][1:] == [
        "Lin and Huang", "Socialbakers", "The Twit Cleaner"
    ]  # fmt: skip
    assert "chosen on" not in out


def test_the_floor_can_be_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labelled_set(tmp_path / "invented")
    assert evaluate.main(["--labelled", str(tmp_path), "--min-posts", "21"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "ours" in line)
    assert "| 21 | 1.000 | 0.000 (0.000–0.793) | – | 0.000" in line


def test_two_sets_judge_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "other"):
        labelled_set(tmp_path / name)
    assert evaluate.main(["--labelled", str(tmp_path)]) == 0
    crossed = capsys.readouterr().out.partition("The two scores chosen on one set")[2]
    rows = [line.split(" | ") for line in crossed.splitlines() if line.startswith(("| one", "| other"))]
    assert [(row[0], row[2]) for row in rows] == [
        ("| one", "one"), ("| one", "other"), ("| other", "one"), ("| other", "other")
    ]  # fmt: skip
    assert {row[4].split()[0] for row in rows} == {"1.000"}


def test_tuning_keeps_false_positives_within_the_limits() -> None:
    """Spam at 80, 60 and 40, forty genuine of whom one is at 50: only from 51 on less than 1 in 50 is wrong."""
    rules = replace(
        load_rules(), signals=tuple(s for s in load_rules().signals if s.name == "follows per day of age")
    )
    rules = replace(rules, proofs=(Proof(signals=("follows per day of age",)),), evidence_strength=0.1)
    strengths = [0.8, 0.6, 0.4, 0.5, *[0.0] * 39]
    signals = pd.DataFrame(
        {
            "posts_seen": 100,
            "link_share": 0.1,
            "follows_per_day": [1.5 * 10**strength for strength in strengths],
        }
    )
    spam = pd.Series([True] * 3 + [False] * 40)
    labelled = evaluate.Labelled(name="invented", min_posts=None, signals=signals, is_spam=spam)
    found = evaluate.tuned(labelled, rules)
    assert found is not None
    assert 50 < found.spam_score <= 60
    assert labelled.result(found).recall == pytest.approx(2 / 3)
    assert evaluate.tuned(labelled, replace(rules, min_posts=101)) is not None


def test_the_folder_may_be_named_by_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled_set(tmp_path / "invented")
    monkeypatch.setenv(evaluate.ENVIRONMENT, str(tmp_path))
    assert evaluate.main(["--labelled", str(tmp_path / "elsewhere")]) == 0
    assert "| invented: 1 spam" in capsys.readouterr().out


def test_without_labelled_accounts_it_is_skipped_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(evaluate.ENVIRONMENT, raising=False)
    assert evaluate.main(["--labelled", str(tmp_path)]) == 0
    assert evaluate.main([]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Skipped: no labelled accounts in {tmp_path}.")
    assert second.startswith("Skipped: no labelled accounts.")


def test_a_wrong_rule_file_fails_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labelled_set(tmp_path / "invented")
    rules = tmp_path / "mine.toml"
    rules.write_text("version = 1")
    assert evaluate.main(["--labelled", str(tmp_path), "--rules", str(rules)]) == 1
    assert str(rules) in capsys.readouterr().err


def test_the_table_names_the_day_and_the_machine() -> None:
    text = evaluate.table([], {}, today=date(2026, 11, 22))
    assert "2026-11-22" in text
    assert "cores" in text
