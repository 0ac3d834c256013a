"""The estimate from actions: the reference figures of the method, and each of its rules by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.metrics.time_calibration import calibrate
from analytics.metrics.time_estimate import (
    BULK,
    Record,
    act_seconds,
    estimate,
    middles,
    nearest_act_stretches,
    usable,
    usable_acts,
)
from analytics.metrics.time_spans import SECOND, allot_codes, microseconds

MONDAY = datetime(2026, 10, 5)
WEEK = timedelta(days=7)
VECTOR = [MONDAY + n * WEEK + timedelta(days=d, hours=10) for n in range(4) for d in (0, 2)]
"""Four weeks with actions at 10:00 on days 0 and 2 of each."""


def boundaries(weeks: int) -> np.ndarray:
    return microseconds([MONDAY + n * WEEK for n in range(weeks + 1)])


def recorded(*spans: tuple[int, datetime, int, int]) -> Record:
    """Site, start, minutes, basis (0 measured, 1 visit)."""
    sites, starts, minutes, bases = (np.array(column) for column in zip(*spans, strict=True))
    begin = microseconds(starts)
    codes, first, last = allot_codes(sites, bases, begin, begin + minutes * 60 * SECOND)
    return Record(stretches=(codes // 2, first, last), measured=codes % 2 == 0)


def estimated(
    acts: list[tuple[int, datetime]], weeks: int = 4, record: Record | None = None, **more
) -> pd.DataFrame:
    now = MONDAY + weeks * WEEK
    sites, times = zip(*acts, strict=True)
    codes, moments = usable(np.array(sites), microseconds(list(times)), now)
    return estimate(codes, moments, boundaries(weeks), record or Record.empty(), **more)


def minutes(row: pd.Series) -> tuple[float, float, float]:
    return tuple(round(row[name] / 60, 1) for name in ("low_seconds", "seconds", "high_seconds"))


def test_four_weeks_of_two_actions_are_an_hour_each_within_a_factor_of_three() -> None:
    found = estimated([(0, at) for at in VECTOR])
    assert [minutes(row) for _, row in found.iterrows()] == [(20.1, 60.0, 178.7)] * 4
    assert found["refused"].isna().all()
    assert found["actions"].tolist() == [2, 2, 2, 2]
    assert found["multiplier"].tolist() == [1.0] * 4
    assert found["average_factor"].round(2).tolist() == [2.39] * 4


def test_two_measured_weeks_correct_and_narrow_the_others() -> None:
    record = recorded(*[(0, at - timedelta(minutes=30), 60, 0) for at in VECTOR[:4]])
    found = estimated([(0, at) for at in VECTOR], record=record)
    assert minutes(found.iloc[2]) == minutes(found.iloc[3]) == (43.8, 100.0, 228.0)
    assert found["calibrated_weeks"].tolist() == [2] * 4
    assert found["multiplier"].round(3).tolist() == [1.666] * 4
    assert found["average_factor"].round(2).tolist() == [1.65] * 4


def test_without_the_first_action_seven_sessions_are_too_few() -> None:
    found = estimated([(0, at) for at in VECTOR[1:]])
    assert set(found["refused"]) == {
        "Too few actions to estimate: 7 sessions in the 4 weeks around this one, 8 are needed"
    }
    unknown = ["seconds", "low_seconds", "high_seconds", "multiplier", "average_factor"]
    assert found[unknown].isna().all(axis=None)


def test_eight_sessions_in_a_long_log_are_too_few_when_they_do_not_average_one_a_week() -> None:
    acts = [(0, at) for at in [*VECTOR[:7], MONDAY + 12 * WEEK]]
    found = estimated(acts, weeks=13)
    assert found["refused"].iloc[6] == (
        "Too few actions to estimate: 8 sessions in the 13 weeks around this one, 13 are needed"
    )


def test_actions_less_than_half_an_hour_apart_are_one_session() -> None:
    bursts = [at + timedelta(minutes=10 * n) for at in VECTOR[1:] for n in range(3)]
    found = estimated([(0, at) for at in bursts])
    assert found["refused"].notna().all()
    assert "7 sessions" in found["refused"].iloc[0]


def test_the_factors_are_those_published_with_the_method() -> None:
    factors = [calibrate(np.full(k, 60.0), np.full(k, 60.0)) for k in (0, 1, 2, 4, 8)]
    assert [round(c.week_factor, 2) for c in factors] == [2.98, 2.43, 2.28, 2.17, 2.10]
    assert [round(c.average_factor, 2) for c in factors] == [2.39, 1.81, 1.65, 1.51, 1.42]
    assert [c.multiplier for c in factors] == [1.0] * 5


def test_a_measured_week_counts_at_least_a_minute() -> None:
    assert calibrate(np.array([1.0]), np.array([30.0])).multiplier == 1.0


def test_calibration_is_refused_where_the_tracker_missed_the_actions() -> None:
    seen = VECTOR[:3]  # of four actions in the two measured weeks: 75 %
    record = recorded(*[(0, at - timedelta(minutes=30), 60, 0) for at in seen])
    found = estimated([(0, at) for at in VECTOR], record=record)
    assert minutes(found.iloc[3]) == (20.1, 60.0, 178.7)
    assert found["calibrated_weeks"].tolist() == [0] * 4


@pytest.mark.parametrize(("gap_minutes", "weeks"), [(5, 2), (6, 0)])
def test_an_action_within_five_minutes_of_a_measured_stretch_was_seen(gap_minutes: int, weeks: int) -> None:
    record = recorded(*[(0, at + timedelta(minutes=gap_minutes), 60, 0) for at in VECTOR[:4]])
    found = estimated([(0, at) for at in VECTOR], record=record)
    assert found["calibrated_weeks"].iloc[0] == weeks


def test_visits_do_not_calibrate() -> None:
    record = recorded(*[(0, at - timedelta(minutes=30), 60, 1) for at in VECTOR[:4]])
    assert estimated([(0, at) for at in VECTOR], record=record)["calibrated_weeks"].tolist() == [0] * 4


def test_another_sites_record_takes_its_instants_off() -> None:
    # Site 1 was measured for the first ten of the thirty minutes about one action.
    record = recorded((1, VECTOR[0] - timedelta(minutes=15), 10, 0))
    codes = np.zeros(len(VECTOR), dtype=np.int64)
    near = nearest_act_stretches(codes, microseconds(VECTOR))
    assert (act_seconds(near, record.stretches, boundaries(4), 1) / 60).tolist() == [[50, 60, 60, 60]]


def test_between_two_sites_the_nearest_action_has_the_instant() -> None:
    acts = microseconds([VECTOR[0], VECTOR[0] + timedelta(minutes=10)])
    near = nearest_act_stretches(np.array([0, 1]), acts)
    # 15 minutes before, 10 shared at the middle, 15 after.
    found = act_seconds(near, Record.empty().stretches, boundaries(1), 2)
    assert (found / 60).tolist() == [[20], [20]]


def test_an_action_at_midnight_speaks_for_both_weeks() -> None:
    near = nearest_act_stretches(np.array([0]), microseconds([MONDAY + WEEK + timedelta(minutes=5)]))
    found = act_seconds(near, Record.empty().stretches, boundaries(2), 1)
    assert (found / 60).tolist() == [[10, 20]]


def test_a_week_without_action_in_the_log_has_a_middle_and_no_low() -> None:
    acts = [at for at in VECTOR if not MONDAY + WEEK <= at < MONDAY + 2 * WEEK]
    acts += [at + timedelta(hours=3) for at in acts]
    found = estimated([(0, at) for at in acts])
    # V is 120, 0, 120, 120: the mean is 90.
    assert (found["seconds"] / 60).tolist() == [105, 45, 105, 105]
    assert found["low_seconds"].iloc[1] == 0
    assert round(found["high_seconds"].iloc[1] / 60, 1) == 134.0


def test_the_mean_reaches_six_weeks_either_side() -> None:
    near = np.zeros(9)
    near[0] = 1800.0
    found = middles(near, np.ones(9))
    assert found[0] == 900 + 1800 / 7 / 2
    assert found[6] == 1800 / 9 / 2
    assert found[7] == 0


def test_a_part_week_stays_out_of_the_mean_and_takes_its_share_of_it() -> None:
    until = int(microseconds([MONDAY + 3 * WEEK + WEEK / 2])[0])
    acts = [(0, at) for at in VECTOR] + [(0, VECTOR[0] + timedelta(hours=5))]
    found = estimated(acts, covered_until=until)
    # V is 90, 60, 60 and, in the half week, 60: the mean of the complete ones is 70.
    assert (found["seconds"] / 60).tolist() == [80, 65, 65, 47.5]


def test_a_log_of_one_part_week_is_its_own_measure() -> None:
    acts = [(0, MONDAY + timedelta(hours=3 * n)) for n in range(8)]
    found = estimated(acts, weeks=1, covered_until=int(microseconds([MONDAY + timedelta(days=2)])[0]))
    # The first quarter of an hour lies before the week.
    assert found["seconds"].iloc[0] / 60 == 8 * 30 - 15


def test_impossible_dates_and_repeats_are_dropped() -> None:
    now = datetime(2026, 11, 18, 12)
    acts = pd.DataFrame(
        {
            "site": ["x", "x", "digg", "x", "x", "x"],
            "at_utc": [now, now, now, datetime(2005, 12, 31), now + timedelta(seconds=1), pd.NaT],
        }
    )
    found = usable_acts(acts, now)
    assert found["site"].tolist() == ["digg", "x"]
    assert found["at_utc"].tolist() == [now, now]


def test_twenty_actions_within_a_minute_are_an_import_and_nineteen_are_not() -> None:
    def acts(count: int) -> pd.DataFrame:
        times = [MONDAY + timedelta(seconds=3 * n) for n in range(count)]
        return pd.DataFrame({"site": "x", "at_utc": [*times, MONDAY + timedelta(hours=1)]})

    now = MONDAY + WEEK
    assert len(usable_acts(acts(BULK - 1), now)) == BULK
    assert usable_acts(acts(BULK), now)["at_utc"].tolist() == [MONDAY + timedelta(hours=1)]


def test_no_action_is_no_estimate() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    found = estimate(nothing, nothing, boundaries(4), Record.empty())
    assert found.empty
    assert "refused" in found
    assert usable_acts(pd.DataFrame({"site": [], "at_utc": []}), MONDAY).empty
