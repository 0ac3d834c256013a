"""How the link-pusher rules do on labelled accounts: `python -m analytics.evaluate --labelled DIR`.

DIR holds one folder a set, each in the program's own CSV form (accounts.csv, posts.csv) with labels.csv
(account, spam or genuine). Every set goes through the real importer into a store of its own, is scored
with everybody in scope, and becomes one row of a Markdown table. Nothing of a set is kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from analytics.importers.interface import Refused
from analytics.metrics.link_pusher_rules import Rules, load_rules
from analytics.metrics.link_pusher_scores import LIKELY_SPAM
from analytics.metrics.link_pushers import link_pushers
from analytics.metrics.window import Window
from analytics.store.connection import reading
from analytics.store.loading import import_path

ENVIRONMENT = "WATERCOOLER_LABELLED"

# The floor of 20 posts cannot be met where a set holds fewer for everybody.
MIN_POSTS = {"honeypot": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a rule set did on one set of labelled accounts. Rates are null where nobody is counted.

    auc: the chance that a random spam account scores above a random genuine one (a tie counts half).
    recall: likely spam among spam; precision: spam among likely spam; false_positives: likely spam among
    genuine; false_positives_link_heavy: the same among genuine accounts with links in half their posts
    or more, of which there are `link_heavy`.
    """

    accounts: int
    spam: int
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


def evaluate(folder: Path, rules: Rules) -> Result:
    """Import one set into a passing store and score it. Raises Refused where it cannot be read."""
    labels = pd.read_csv(folder / "labels.csv", dtype=str).set_index("account")["label"]
    with tempfile.TemporaryDirectory(prefix="watercooler-evaluate-") as scratch:
        store = Path(scratch) / "store.duckdb"
        for outcome in import_path(store, folder):
            if isinstance(outcome, Refused):
                raise outcome
        with reading(store) as cursor:
            window = Window(now_utc=datetime.now(UTC).replace(tzinfo=None))
            scored = link_pushers(cursor, window, scope="all", rules=rules)
    scored = scored[scored["account"].isin(labels.index)].reset_index(drop=True)
    return measure(scored, scored["account"].map(labels) == "spam")


def table(results: dict[str, tuple[Result, Rules]], *, today: date) -> str:
    """The results as Markdown, with the date and the machine."""
    edition = next((rules.version for _, rules in results.values()), "")
    lines = [
        f"Rules {edition}, {today.isoformat()}, {machine()}.",
        "",
        "| set | accounts | spam | minimum posts | AUC | recall | precision | false positives "
        "| false positives among link-heavy genuine |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, (result, rules) in results.items():
        heavy = f"{_figure(result.false_positives_link_heavy)} of {result.link_heavy:,}"
        shares = (result.auc, result.recall, result.precision, result.false_positives)
        cells = [
            name,
            f"{result.accounts:,}",
            f"{result.spam:,}",
            str(rules.min_posts),
            *map(_figure, shares),
        ]
        lines.append("| " + " | ".join([*cells, heavy]) + " |")
    return "\n".join(lines)


def _figure(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


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
        results = {}
        for folder in folders:
            floor = options.min_posts or MIN_POSTS.get(folder.name, rules.min_posts)
            used = replace(rules, min_posts=floor)
            results[folder.name] = (evaluate(folder, used), used)
    except (Refused, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(table(results, today=datetime.now(UTC).date()) + "\n")
    return 0


def _sets(labelled: Path) -> list[Path]:
    """The folders that hold a labels.csv."""
    return sorted(path.parent for path in labelled.glob("*/labels.csv"))


if __name__ == "__main__":
    sys.exit(main())
