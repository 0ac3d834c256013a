"""How the link-pusher rules do on labelled accounts: `python -m analytics.evaluate --labelled DIR`.

DIR holds one folder a set, each in the program's own CSV form (accounts.csv, posts.csv) with labels.csv
(account, spam or genuine). Every set goes through the real importer into a store of its own, and everybody in
it is scored by our rules and by the published ones: a row each of a Markdown table. A second table says how
the rules do on one set where their two scores were chosen on another. Nothing of a set is kept.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.importers.interface import Refused
from analytics.metrics.link_pusher_extras import extra_signals
from analytics.metrics.link_pusher_rules import Rules, load_rules, presets
from analytics.metrics.link_pusher_scores import LIKELY_SPAM, NOT_ENOUGH_POSTS, score_signals
from analytics.metrics.link_pusher_signals import extract_signals
from analytics.metrics.window import Window
from analytics.store.connection import reading
from analytics.store.loading import import_path

ENVIRONMENT = "WATERCOOLER_LABELLED"

# The floor of 20 posts cannot be met where a set holds fewer for everybody.
MIN_POSTS = {"honeypot": 5}


MOST_FALSE, MOST_FALSE_LINK_HEAVY = 0.02, 0.05
"""The shares of genuine accounts, and of those that post mostly links, that may be called spam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a rule set did on one set of labelled accounts. Rates are null where nobody is counted.

    flagged: accounts called likely spam; auc: the chance that a random spam account scores above a random
    genuine one (a tie counts half); recall: likely spam among spam; precision: spam among likely spam;
    false_positives: likely spam among genuine; false_positives_link_heavy: the same among genuine accounts
    with links in half their posts or more, of which there are `link_heavy`.
    """

    accounts: int
    spam: int
    flagged: int
    auc: float | None
    recall: float | None
    precision: float | None
    false_positives: float | None
    link_heavy: int
    false_positives_link_heavy: float | None


def measure(scored: pd.DataFrame, is_spam: pd.Series[bool]) -> Result:
    """Compare scores and labels with the truth.

    scored: score (NaN ranks lowest), label, link_share; is_spam: the truth, row by row.

    >>> scored = pd.DataFrame({"score": [90, 50, 10, float("nan")], "link_share": [1, 0.9, 0.1, 0],
    ...                        "label": ["likely spam", "likely spam", "fine", "not enough posts"]})
    >>> result = measure(scored, pd.Series([True, False, True, False]))
    >>> result.auc, result.recall, result.precision, result.false_positives, result.link_heavy
    (0.75, 0.5, 0.5, 0.5, 1)
    """
    flagged = scored["label"] == LIKELY_SPAM
    link_heavy = ~is_spam & (scored["link_share"] >= 0.5)
    return Result(
        accounts=len(scored),
        spam=int(is_spam.sum()),
        flagged=int(flagged.sum()),
        auc=rank_auc(scored["score"], is_spam),
        recall=_share(flagged, is_spam),
        precision=_share(is_spam, flagged),
        false_positives=_share(flagged, ~is_spam),
        link_heavy=int(link_heavy.sum()),
        false_positives_link_heavy=_share(flagged, link_heavy),
    )


def rank_auc(score: pd.Series[float], is_spam: pd.Series[bool]) -> float | None:
    """Area under the ROC curve from ranks (Mann and Whitney): (R - n(n + 1)/2) / (n m), R the sum of the
    n spam accounts' ranks, m the genuine ones. NaN ranks lowest; null where either group is empty.
    """
    spam, genuine = int(is_spam.sum()), int((~is_spam).sum())
    if not spam or not genuine:
        return None
    ranks = score.rank(na_option="top")
    return float((ranks[is_spam].sum() - spam * (spam + 1) / 2) / (spam * genuine))


def _share(counted: pd.Series[bool], among: pd.Series[bool]) -> float | None:
    return float(counted[among].mean()) if among.any() else None


def wilson(share: float, of: int) -> tuple[float, float]:
    """The 95 % interval of a share of `of` accounts (E. B. Wilson, 1927).

    >>> [round(end, 3) for end in wilson(0.02, 100)]
    [0.006, 0.07]
    """
    z = 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One set of labelled accounts: its name, the floor of posts to use, the signals, and the truth row by row."""

    name: str
    min_posts: int | None
    signals: pd.DataFrame
    is_spam: pd.Series[bool]

    def floored(self, rules: Rules) -> Rules:
        """A rule set with the floor of this set."""
        return replace(rules, min_posts=self.min_posts or rules.min_posts)

    def result(self, rules: Rules) -> Result:
        """How a rule set does here."""
        scored = score_signals(self.signals, self.floored(rules))
        return measure(scored.assign(link_share=self.signals["link_share"]), self.is_spam)


def load(folder: Path, *, min_posts: int | None = None) -> Labelled:
    """Import one set into a passing store and count its signals. Raises Refused where it cannot be read."""
    labels = pd.read_csv(folder / "labels.csv", dtype=str).set_index("account")["label"]
    with tempfile.TemporaryDirectory(prefix="watercooler-evaluate-") as scratch:
        store = Path(scratch) / "store.duckdb"
        for outcome in import_path(store, folder):
            if isinstance(outcome, Refused):
                raise outcome
        with reading(store) as cursor:
            window = Window(now_utc=datetime.now(UTC).replace(tzinfo=None))
            signals = extract_signals(cursor, window, scope="all")
            extras = extra_signals(cursor, window, scope="all")
    signals = signals.merge(extras, on=["platform", "account"])
    signals = signals[signals["account"].isin(labels.index)].reset_index(drop=True)
    floor = min_posts or MIN_POSTS.get(folder.name)
    is_spam = signals["account"].map(labels) == "spam"
    return Labelled(name=folder.name, min_posts=floor, signals=signals, is_spam=is_spam)


def tuned(labelled: Labelled, rules: Rules) -> Rules | None:
    """The rules with the two scores that find most spam in a set while false positives stay within MOST_FALSE and
    MOST_FALSE_LINK_HEAVY; null where none do. Nothing else is changed: weights are not fitted.
    """
    floored = labelled.floored(rules)
    scored = score_signals(labelled.signals, replace(floored, spam_score=0, spam_score_links=1))
    by_links = (scored["threshold"] == 1).to_numpy()
    judged = (scored["label"] != NOT_ENOUGH_POSTS).to_numpy() & scored["proven"].to_numpy()
    score, spam = scored["score"].to_numpy(), labelled.is_spam.to_numpy()
    link_heavy = ~spam & (labelled.signals["link_share"] >= 0.5).to_numpy()
    found: tuple[float, int, int] | None = None
    for low in range(20, 81):
        for high in range(low, 81):
            flagged = judged & (score >= np.where(by_links, high, low))
            heavy = flagged[link_heavy].mean() if link_heavy.any() else 0.0
            if flagged[~spam].mean() <= MOST_FALSE and heavy <= MOST_FALSE_LINK_HEAVY:
                recall = float(flagged[spam].mean())
                if found is None or recall > found[0]:
                    found = (recall, low, high)
    return replace(rules, spam_score=found[1], spam_score_links=found[2]) if found else None


def table(sets: Sequence[Labelled], rule_sets: Mapping[str, Rules], *, today: date) -> str:
    """Every rule set on every set as Markdown, with the date and the machine."""
    lines = [
        f"{today.isoformat()}, {machine()}. In brackets: 95 % intervals.",
        "",
        "| set | rules | minimum posts | AUC | recall | precision | false positives "
        "| false positives among link-heavy genuine |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for labelled in sets:
        name = f"{labelled.name}: {int(labelled.is_spam.sum()):,} spam, {int((~labelled.is_spam).sum()):,} genuine"
        for title, rules in rule_sets.items():
            floor = labelled.floored(rules).min_posts
            lines.append(f"| {name} | {title} | {floor} | {_cells(labelled.result(rules))} |")
    return "\n".join(lines)


def crossed(sets: Sequence[Labelled], rules: Rules) -> str:
    """The two scores of the rules chosen on one set and judged on each other one, as Markdown."""
    lines = [
        f"The two scores chosen on one set (at most {MOST_FALSE:.0%} false positives, {MOST_FALSE_LINK_HEAVY:.0%} "
        "among link-heavy genuine accounts), judged on each:",
        "",
        "| chosen on | scores | judged on | AUC | recall | precision | false positives "
        "| false positives among link-heavy genuine |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    for chosen_on in sets:
        found = tuned(chosen_on, rules)
        for judged_on in sets:
            if found:
                scores = f"{found.spam_score:g} and {found.spam_score_links:g}"
                lines.append(
                    f"| {chosen_on.name} | {scores} | {judged_on.name} | {_cells(judged_on.result(found))} |"
                )
    return "\n".join(lines)


def _cells(result: Result) -> str:
    genuine = result.accounts - result.spam
    cells = [
        _figure(result.auc),
        _figure(result.recall, result.spam),
        _figure(result.precision, result.flagged),
        _figure(result.false_positives, genuine),
        f"{_figure(result.false_positives_link_heavy, result.link_heavy)} of {result.link_heavy:,}",
    ]
    return " | ".join(cells)


def _figure(share: float | None, of: int = 0) -> str:
    if share is None:
        return "–"
    low, high = wilson(share, of) if of else (share, share)
    return f"{share:.3f}" + (f" ({low:.3f}–{high:.3f})" if of else "")


def machine() -> str:
    """Cores and memory, and the versions that matter."""
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB"
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} cores{memory}, Python {python}, DuckDB {version('duckdb')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit code. Without labelled accounts it says so and that is no failure."""
    parser = argparse.ArgumentParser(prog="python -m analytics.evaluate", description=__doc__)
    parser.add_argument(
        "--labelled", type=Path, help=f"folder of labelled sets; where it has none, that of {ENVIRONMENT}"
    )
    parser.add_argument("--rules", type=Path, help="a rule file of your own")
    parser.add_argument("--min-posts", type=int, help="posts needed for a verdict, in every set")
    options = parser.parse_args(arguments)
    named = [folder for folder in (options.labelled, os.environ.get(ENVIRONMENT)) if folder]
    folders = next(filter(None, map(_sets, map(Path, named))), [])
    if not folders:
        looked = " or ".join(str(folder) for folder in named)
        sys.stdout.write(
            f"Skipped: no labelled accounts{f' in {looked}' if looked else ''}. They are research data and "
            f"not shipped; name a folder of sets with --labelled DIR or {ENVIRONMENT}.\n"
        )
        return 0
    try:
        rules = load_rules(options.rules)
        sets = [load(folder, min_posts=options.min_posts) for folder in folders]
        rule_sets = {f"ours, {rules.version}": rules, **presets()}
    except (Refused, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(table(sets, rule_sets, today=datetime.now(UTC).date()) + "\n")
    if len(sets) > 1:
        sys.stdout.write("\n" + crossed(sets, rules) + "\n")
    return 0


def _sets(labelled: Path) -> list[Path]:
    """The folders that hold a labels.csv."""
    return sorted(path.parent for path in labelled.glob("*/labels.csv"))


if __name__ == "__main__":
    sys.exit(main())
