"""From points in time to stretches: worked examples, and what holds for any visits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.importers._visits import ALONE, IDLE, LONGEST, NO_SITE, Spans, spans, spans_of

FORUM, OTHER = 0, 1
Visit = tuple[float, int]
Stretch = tuple[int, float, float]


def found(
    visits: Sequence[Visit], *, seen: Sequence[float] | None = None, longest: Sequence[float] | None = None
) -> list[Stretch]:
    """(second, site) of each visit in; (site, first second, last second) out."""
    made = made_of(visits, seen=seen, longest=longest)
    return [
        (int(site), start / 1e6, end / 1e6)
        for site, start, end in zip(made.site, made.start.tolist(), made.end.tolist(), strict=True)
    ]


def made_of(
    visits: Sequence[Visit], *, seen: Sequence[float] | None = None, longest: Sequence[float] | None = None
) -> Spans:
    return spans(
        np.array([round(at * 1e6) for at, _ in visits], np.int64),
        np.array([site for _, site in visits], np.int64),
        seen=None if seen is None else np.array(seen, np.float64),
        longest=None if longest is None else np.array(longest, np.float64),
    )


NAN = float("nan")


# Worked by hand: the rules of the module, one after the other


def test_no_visits() -> None:
    assert found([]) == []


def test_a_single_visit_counts_as_alone() -> None:
    assert found([(100, FORUM)]) == [(FORUM, 100, 100 + ALONE)]


def test_the_last_visit_counts_for_the_median_gap() -> None:
    assert found([(0, FORUM), (40, FORUM), (100, FORUM)]) == [(FORUM, 0, 150)]


def test_another_page_ends_a_visit_and_its_gaps_count_for_the_median() -> None:
    # Gaps 30, 10 and 50: whoever is alone at 90 counts for 30.
    visits = [(0, FORUM), (30, NO_SITE), (40, OTHER), (90, FORUM)]
    assert found(visits) == [(FORUM, 0, 30), (OTHER, 40, 90), (FORUM, 90, 120)]


def test_the_order_of_the_rows_does_not_matter() -> None:
    visits = [(90, FORUM), (0, FORUM), (40, OTHER), (30, NO_SITE)]
    assert found(visits) == found(sorted(visits))


@pytest.mark.parametrize(("gap", "length"), [(IDLE, IDLE), (IDLE + 1, 60)])
def test_a_gap_within_the_idle_limit_counts_and_a_longer_one_does_not(gap: float, length: float) -> None:
    # Two gaps of a minute make the median.
    visits = [(0, NO_SITE), (60, NO_SITE), (120, FORUM), (120 + gap, NO_SITE), (180 + gap, NO_SITE)]
    assert found(visits) == [(FORUM, 120, 120 + length)]


def test_redirects_do_not_count_for_the_median() -> None:
    visits = [(0, NO_SITE), (0, NO_SITE), (0.5, NO_SITE), (20.5, FORUM)]
    assert found(visits) == [(FORUM, 20.5, 40.5)]


def test_a_redirect_leaves_the_time_to_where_it_leads() -> None:
    assert found([(0, OTHER), (0, FORUM), (60, NO_SITE)]) == [(FORUM, 0, 60)]


def test_a_visit_lasts_no_longer_than_its_page_was_open() -> None:
    visits = [(0, FORUM), (100, FORUM), (500, FORUM)]
    assert found(visits, longest=[20, NAN, 3600]) == [(FORUM, 0, 20), (FORUM, 100, 200), (FORUM, 500, 600)]


def test_what_was_measured_counts_even_beyond_the_idle_limit_but_not_beyond_the_next_visit() -> None:
    visits = [(0, FORUM), (1000, OTHER), (1050, NO_SITE)]
    assert found(visits, seen=[900, 80, NAN]) == [(FORUM, 0, 900), (OTHER, 1000, 1050)]


def test_what_was_measured_wins_over_how_long_the_page_was_open() -> None:
    assert found([(0, FORUM), (200, NO_SITE)], seen=[90, NAN], longest=[30, NAN]) == [(FORUM, 0, 90)]


def test_a_page_never_in_front_neither_counts_nor_ends_another() -> None:
    visits = [(0, FORUM), (50, OTHER), (200, NO_SITE)]
    assert found(visits, seen=[NAN, 0, NAN]) == [(FORUM, 0, 200)]


def test_nothing_in_front_at_all() -> None:
    assert found([(0, FORUM), (50, OTHER)], seen=[0, 0]) == []


def test_more_than_a_day_in_front_is_a_broken_clock() -> None:
    assert found([(0, FORUM)], seen=[LONGEST + 1]) == [(FORUM, 0, ALONE)]
    assert found([(0, FORUM)], seen=[LONGEST]) == [(FORUM, 0, LONGEST)]


def test_time_on_other_pages_is_summed() -> None:
    assert made_of([(0, NO_SITE), (40, FORUM), (100, NO_SITE)]).elsewhere == 40 + 50


def test_a_short_list_by_names() -> None:
    points = [(0, "x"), (60_000_000, None), (90_000_000, "reddit")]
    assert spans_of(points) == [("x", 0, 60_000_000), ("reddit", 90_000_000, 135_000_000)]
    assert spans_of([]) == []


# What holds for any visits

MOMENTS = st.floats(0, 4000).map(lambda second: round(second, 3))
LENGTHS = st.one_of(st.just(NAN), st.floats(0, 2000))
VISITS = st.lists(st.tuples(MOMENTS, st.sampled_from([NO_SITE, FORUM, OTHER]), LENGTHS, LENGTHS), max_size=12)
ROUNDING = 1e-5


@given(VISITS)
def test_stretches_lie_apart_and_within_the_time_that_the_visits_span(
    visits: list[tuple[float, int, float, float]],
) -> None:
    made = found(
        [(at, site) for at, site, _, _ in visits],
        seen=[seen for _, _, seen, _ in visits],
        longest=[longest for *_, longest in visits],
    )
    assert all(end <= next_start for (_, _, end), (_, next_start, _) in pairwise(made))
    assert all(start < end for _, start, end in made)
    if made:
        # A page that was never in front is no visit.
        counted = [(at, 0 if math.isnan(seen) else seen) for at, _, seen, _ in visits if not seen <= 0]
        assert made[0][1] >= min(at for at, _ in counted)
        assert made[-1][2] <= max(at + max(IDLE, in_front) for at, in_front in counted) + ROUNDING


@given(st.lists(st.tuples(MOMENTS, st.sampled_from([NO_SITE, FORUM, OTHER])), max_size=12))
def test_time_is_never_more_than_the_gaps_within_the_idle_limit(visits: list[Visit]) -> None:
    made = made_of(visits)
    moments = sorted(at for at, _ in visits)
    most = sum(min(later - earlier, IDLE) for earlier, later in pairwise(moments)) + (IDLE if moments else 0)
    assert float((made.end - made.start).sum()) / 1e6 + made.elsewhere <= most + ROUNDING


@given(st.lists(st.tuples(MOMENTS, st.sampled_from([NO_SITE, FORUM, OTHER])), max_size=12), MOMENTS)
def test_one_more_visit_of_another_page_never_gives_a_site_the_time_after_it(
    visits: list[Visit], moment: float
) -> None:
    later = min((at for at, _ in visits if at > moment), default=float("inf"))
    at_once = any(at == moment for at, _ in visits)
    for site, start, end in found([*visits, (moment, NO_SITE)]):
        # What ran before it ends with it, and nothing of a site begins until the next visit.
        assert at_once or end <= moment or start >= later, (site, start, end)


@given(st.lists(st.tuples(MOMENTS, st.sampled_from([NO_SITE, FORUM])), max_size=12), MOMENTS)
def test_one_more_visit_of_another_page_adds_to_no_visit_that_has_a_next_one(
    visits: list[Visit], moment: float
) -> None:
    """Only visits after which nobody knows may change, with the median, and then stay within the idle limit."""
    visits = sorted(visits)
    after = found([*visits, (moment, NO_SITE)])
    for (at, site), (next_at, _) in pairwise(visits):
        spent = sum(
            min(end, next_at) - max(start, at) for _, start, end in after if start < next_at and end > at
        )
        limit = next_at - at if next_at - at <= IDLE else IDLE
        if at <= moment < next_at and site != NO_SITE:
            limit = min(limit, moment - at)
        assert spent <= (limit if site != NO_SITE else 0) + ROUNDING
