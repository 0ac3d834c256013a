"""How good is the time estimated from actions? `python -m analytics.evaluate_time --samples DIR`

DIR holds exports of people whose time is on record (tiktok/, activitywatch/android/, os-screentime/). Each goes
through the real importer into a passing store. What was recorded is the truth; the estimate sees the actions only,
and k measured weeks drawn at random (0, 1, 2, 4), as if a tracker had run in these; it is judged on the others.
Nothing of a sample is kept, and no row of it is printed.

- TikTok: the videos watched (visits) are the truth, of the whole weeks between the first and the last. Actions are
  the person's own likes, comments, posts and follows. Then the same weeks again with thinned actions.
- Thinned: a random number of actions (Poisson), each at a random instant of the recorded time, at 1, 3, 10 and 30
  an hour on average. Real actions come in bursts and leave visits without any, so real logs are harder.
- Telephones (ActivityWatch; Android's Digital Wellbeing) hold no month of whole weeks. Their weeks are made: seven
  whole days drawn at random from those on record, half a year of such weeks a draw, for each site with at least
  2 hours; actions are thinned. Drawn days know no busy and idle months, so made weeks differ less than real ones
  and the coverage is flattered: a little, if the weeks of the TikTok record are like others, for these vary almost
  as if their days were drawn too (the program says how nearly). Browser histories, Takeout and toggl lists of the
  samples are too short for even that.

Figures over all judged weeks of all draws: bias, the median of estimate : truth; error, the median of
|estimate - truth| : truth; factor, the same as a ratio either way; coverage, the share of weeks whose truth lies from
low to high, which is stated as 80 %. Truth and estimate count at least a minute. A refused week is in no figure but
the share without an estimate. Weeks are cut in UTC, since no sample names its zone. Seeds are fixed.
What it cannot tell: how it does for other people. At k = 0 the bias of one person is one draw.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from analytics.evaluate import wilson
from analytics.evaluate_trials import (
    DAY,
    MEASURED_WEEKS,
    Figures,
    Row,
    in_weeks,
    independent_days,
    made_weeks,
    own_row,
    thinned_row,
)
from analytics.importers.interface import Options, Refused
from analytics.metrics.time_evidence import Evidence, evidence
from analytics.metrics.time_spans import BASES, SECOND, Integers, cut, merge
from analytics.store.connection import reading
from analytics.store.loading import import_path

ENVIRONMENT = "WATERCOOLER_SAMPLES"

RATES = (1, 3, 10, 30)
"""Actions an hour of recorded time."""

LEAST_WEEKS = MEASURED_WEEKS[-1] + 2
"""Whole weeks without which nobody is left to judge."""

LEAST_DAYS = 7
LEAST_HOURS = 2
MADE_WEEKS = 26
OWN_DRAWS, THINNED_DRAWS, MADE_DRAWS = 200, 80, 80
"""MADE_DRAWS: of a telephone, shared by its sites."""

COVERAGE_WANTED = (75, 95)
"""Where the percentage of weeks within the stated 80 % range may lie,"""
RATES_WANTED = (3, 10)
"""at these rates of actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What was found on the record of one person."""

    person: str
    basis: str
    rows: tuple[Row, ...]


_HEADINGS = " | ".join(f"{k} measured" for k in MEASURED_WEEKS)


class TooLittle(Exception):
    """A sample that holds too little to judge anything by: one sentence."""


def load(path: Path) -> Evidence:
    """What a sample tells of time, through the real importer and a passing store. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="watercooler-evaluate-") as scratch:
        store = Path(scratch) / "store.duckdb"
        for outcome in import_path(store, path, options=Options(me={"*": "me"})):
            if isinstance(outcome, Refused):
                raise outcome
        with reading(store) as cursor:
            return evidence(cursor, datetime.now(UTC).replace(tzinfo=None))


def watched(found: Evidence, site: str) -> Section:
    """A site whose visits are on record week by week, with the person's actions there. Raises TooLittle."""
    starts, ends, acts = found.pieces[1][:0], found.pieces[2][:0], found.act_times[:0]
    if site in found.sites:
        code = found.sites.index(site)
        starts, ends = _on_sites(found, [code])
        acts = found.act_times[found.act_sites == code]
    if not starts.size:
        raise TooLittle(f"it holds no time on {site}")
    record = in_weeks(starts, ends, min([int(starts[0]), *acts[:1].tolist()]))
    weeks = np.flatnonzero(record.whole)
    if weeks.size < LEAST_WEEKS:
        raise TooLittle(f"it holds {weeks.size} whole weeks, {LEAST_WEEKS} are needed")
    # The log of actions ends with the last whole week, so that no week of it is a part week.
    acts = acts[acts < record.boundaries[weeks[-1] + 1]]
    hours = record.seconds[weeks].sum() / 3600
    low, high = wilson(0.8, weeks.size)
    days = independent_days(record)
    return Section(
        person=f"{site}, videos watched",
        basis=f"{weeks.size} weeks on record, {hours:.1f} h. So few weeks of one person cannot tell a coverage of "
        f"80 % from {_percent(low)} or {_percent(high)}."
        + (f" They vary like weeks of {days:.1f} independent days." if days else ""),
        rows=(
            *([own_row(record, acts, OWN_DRAWS)] if acts.size else []),
            *(thinned_row([record] * THINNED_DRAWS, rate) for rate in RATES),
        ),
    )


def telephone(found: Evidence, person: str) -> Section:
    """A telephone whose every use is on record for some days: made weeks. Raises TooLittle."""
    starts, ends = _on_sites(found, range(len(found.sites)))
    if not starts.size:
        raise TooLittle("no time is on record in it")
    first, last = int(starts.min()), int(ends.max())
    days = np.arange(-(-first // DAY) * DAY, last - DAY + 1, DAY)
    if days.size < LEAST_DAYS:
        raise TooLittle(f"it holds {days.size} whole days, {LEAST_DAYS} are needed")
    bounds = np.array([days[0], days[-1] + DAY])
    on_sites = {}
    for code, site in enumerate(found.sites):
        _, begin, end = cut(*_on_sites(found, [code]), bounds)
        inside = (begin >= bounds[0]) & (end <= bounds[1])
        if (end - begin)[inside].sum() >= LEAST_HOURS * 3600 * SECOND:
            on_sites[site] = begin[inside], end[inside]
    if not on_sites:
        raise TooLittle(f"it holds no site with {LEAST_HOURS} hours")
    records = [
        made_weeks(*stretches, np.random.default_rng([place, draw]).choice(days, 7 * MADE_WEEKS))
        for place, stretches in enumerate(on_sites.values())
        for draw in range(-(-MADE_DRAWS // len(on_sites)))
    ]
    hours = sum(int((end - begin).sum()) for begin, end in on_sites.values()) / SECOND / 3600
    return Section(
        person=person,
        basis=f"{MADE_WEEKS} made weeks a draw, from {days.size} whole days with {hours:.1f} h on "
        f"{', '.join(on_sites)}.",
        rows=tuple(thinned_row(records, rate) for rate in RATES),
    )


def _on_sites(found: Evidence, codes: Iterable[int]) -> tuple[Integers, Integers]:
    """The recorded stretches of some sites, joined."""
    chosen = np.isin(found.pieces[0] // len(BASES), list(codes))
    return merge(found.pieces[1][chosen], found.pieces[2][chosen])


def table(section: Section) -> str:
    """One person's figures as Markdown."""
    lines = [
        f"**{section.person}**: {section.basis}",
        "",
        "| actions | an hour | weeks judged | no estimate | " + _HEADINGS + " |",
        "|---|---:|---:|---:|" + "---|" * len(MEASURED_WEEKS),
    ]
    for row in section.rows:
        first = row.figures[0]
        cells = [
            row.actions, f"{row.rate:.2g}", f"{first.judged:,}", _percent(first.refused), *map(_cell, row.figures)
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def averages(sections: Sequence[Section]) -> str:
    """Coverage with thinned actions, averaged over the people, as Markdown, and whether it is as wanted.

    Whole percents are compared: other seeds move an average by about one.
    """
    lines = [
        "Coverage of the stated 80 % with thinned actions, each person counting the same:",
        "",
        "| an hour | people | " + _HEADINGS + " |",
        "|---:|---:|" + "---:|" * len(MEASURED_WEEKS),
    ]
    strays, judged, every = [], 0, []
    for rate in RATES:
        rows = [
            row
            for section in sections
            for row in section.rows
            if (row.actions, row.rate) == ("thinned", rate)
        ]
        shares = [_mean([row.figures[at].coverage for row in rows]) for at in range(len(MEASURED_WEEKS))]
        every.append(shares)
        lines.append(f"| {rate} | {len(rows)} | {' | '.join(map(_percent, shares))} |")
        for k, share in zip(MEASURED_WEEKS, shares, strict=True):
            if rate in RATES_WANTED and share is not None:
                judged += 1
                if not COVERAGE_WANTED[0] <= round(share * 100) <= COVERAGE_WANTED[1]:
                    strays.append(f"{_percent(share)} at {rate} an hour with {k} measured")
    lines.append(
        f"| all four | | {' | '.join(_percent(_mean(shares)) for shares in zip(*every, strict=True))} |"
    )
    low, high = COVERAGE_WANTED
    rates = " and ".join(map(str, RATES_WANTED))
    kept = f"Between {low} and {high} % at {rates} an hour: {judged - len(strays)} of {judged}"
    return "\n".join([*lines, "", kept + (f"; not {', '.join(strays)}." if strays else ".")])


def _cell(found: Figures) -> str:
    if found.bias is None:
        return "–"
    return f"{found.bias:.2f} · {_percent(found.error)} · {found.factor:.2f} · {_percent(found.coverage)}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _mean(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None


SAMPLES: tuple[tuple[str, Callable[[Evidence], Section]], ...] = (
    ("tiktok", lambda found: watched(found, "tiktok")),
    ("activitywatch/android", lambda found: telephone(found, "telephone with ActivityWatch")),
    ("os-screentime/mixed/app_usage", lambda found: telephone(found, "telephone with Digital Wellbeing")),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; the exit code. A sample that is not there is skipped with the reason: no failure."""
    parser = argparse.ArgumentParser(
        prog="python -m analytics.evaluate_time",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "--samples", type=Path, help=f"folder of exports; where there is none, that of {ENVIRONMENT}"
    )
    options = parser.parse_args(arguments)
    named = [Path(folder) for folder in (options.samples, os.environ.get(ENVIRONMENT)) if folder]
    folder = next((folder for folder in named if any((folder / name).exists() for name, _ in SAMPLES)), None)
    if folder is None:
        looked = " or ".join(map(str, named))
        sys.stdout.write(
            f"Skipped: no exports with time on record{f' in {looked}' if looked else ''}. They are other people's and "
            f"not shipped; name their folder with --samples DIR or {ENVIRONMENT}.\n"
        )
        return 0
    sections = []
    for name, judge in SAMPLES:
        try:
            if not (folder / name).exists():
                raise TooLittle(f"there is no {folder / name}")
            sections.append(judge(load(folder / name)))
        except TooLittle as reason:
            sys.stdout.write(f"Skipped {name}: {reason}.\n\n")
        except Refused as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 1
    if sections:
        sys.stdout.write("Each cell: bias · error · factor · coverage.\n\n")
        sys.stdout.write("\n\n".join([*map(table, sections), averages(sections)]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
