"""What must hold of time for any data: never more than the clock, whatever overlaps whatever."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.metrics.time_estimate import Record, act_seconds, middles, nearest_act_stretches, usable
from analytics.metrics.time_spans import allot, cut_at, microseconds, union_seconds
from analytics.metrics.time_spent import days, weeks
from analytics.metrics.window import Window, midnight_utc

# Vienna's last weeks of October hold the day of 25 hours.
START = datetime(2026, 10, 12)
SITES = ("digg", "mastodon", "x")
WEEKS = 4

minutes = st.integers(0, WEEKS * 7 * 24 * 60)
spans = st.lists(
    st.tuples(
        st.sampled_from(SITES),
        minutes,
        st.one_of(st.integers(-5, 90), st.integers(0, 9000)),
        st.sampled_from(["measured", "visit"]),
    ),
    max_size=25,
)
acts = st.lists(st.tuples(st.sampled_from(SITES), minutes), max_size=60)
in_store = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def frame(rows: list[tuple[str, int, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (site, START + timedelta(minutes=at), START + timedelta(minutes=at + length), basis)
            for site, at, length, basis in rows
        ],
        columns=["site", "start_utc", "end_utc", "basis"],
    ).astype({"start_utc": "datetime64[us]", "end_utc": "datetime64[us]"})


def seconds(pieces: pd.DataFrame) -> float:
    return float((pieces["end_utc"] - pieces["start_utc"]).dt.total_seconds().sum())


@given(spans)
def test_the_sum_over_sites_is_the_union(rows: list) -> None:
    given_spans = frame(rows)
    pieces = allot(given_spans)
    assert seconds(pieces) == union_seconds(given_spans["start_utc"], given_spans["end_utc"])
    assert (pieces["end_utc"] > pieces["start_utc"]).all()
    assert (pieces["start_utc"].iloc[1:].to_numpy() >= pieces["end_utc"].iloc[:-1].to_numpy()).all()


@given(spans)
def test_each_instant_goes_where_the_rule_says(rows: list) -> None:
    """Against the rule put plainly: instant by instant, the best basis, the latest start, the first name."""
    given_spans = frame(rows)
    pieces = allot(given_spans)
    for at in sorted({at for _, at, _, _ in rows} | {at + length for _, at, length, _ in rows}):
        moment = START + timedelta(minutes=at, seconds=30)
        holders = [
            (basis, -start, site) for site, start, length, basis in rows if start <= at < start + length
        ]
        inside = pieces[(pieces["start_utc"] <= moment) & (pieces["end_utc"] > moment)]
        expected = [(min(holders)[2], min(holders)[0])] if holders else []
        assert list(zip(inside["site"], inside["basis"], strict=True)) == expected


@given(spans, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list, random) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    pd.testing.assert_frame_equal(allot(frame(rows)), allot(frame(mixed)))


@given(spans, spans)
def test_another_source_never_lowers_the_better_basis(rows: list, more: list) -> None:
    def measured(all_rows: list) -> float:
        pieces = allot(frame(all_rows))
        return seconds(pieces[pieces["basis"] == "measured"])

    visits = [(site, at, length, "visit") for site, at, length, _ in more]
    assert measured(rows + visits) == measured(rows)
    assert measured(rows + more) >= measured(rows)


@given(spans, st.lists(minutes, max_size=10))
def test_cutting_loses_nothing_and_crosses_nothing(rows: list, at: list) -> None:
    pieces = allot(frame(rows))
    boundaries = [START + timedelta(minutes=minute) for minute in at]
    parts = cut_at(pieces, boundaries)
    assert seconds(parts) == seconds(pieces)
    for boundary in boundaries:
        assert not ((parts["start_utc"] < boundary) & (parts["end_utc"] > boundary)).any()


def near_seconds(rows: list[tuple[str, int]]) -> np.ndarray:
    """V by site and week, for actions within weeks cut at START."""
    boundaries = microseconds([START + timedelta(weeks=n) for n in range(-1, WEEKS + 2)])
    times = microseconds([START + timedelta(minutes=at) for _, at in rows])
    codes = np.array([SITES.index(site) for site, _ in rows], dtype=np.int64)
    codes, times = usable(codes, times, START + timedelta(weeks=WEEKS + 1))
    near = nearest_act_stretches(codes, times)
    return act_seconds(near, Record.empty().stretches, boundaries, len(SITES))


@given(acts, st.sampled_from(SITES), minutes)
def test_one_more_action_never_lowers_a_sites_total(rows: list, site: str, at: int) -> None:
    before, after = near_seconds(rows), near_seconds([*rows, (site, at)])
    place = SITES.index(site)
    assert (after[place] >= before[place]).all()
    assert after.sum() >= before.sum()
    # Over a log of the same weeks the middle follows.
    log = np.ones(before.shape[1])
    assert (middles(after[place], log) >= middles(before[place], log) - 1e-6).all()


@given(acts)
def test_time_near_actions_sums_to_its_union(rows: list) -> None:
    times = pd.Series([START + timedelta(minutes=at) for _, at in rows], dtype="datetime64[us]")
    quarter = timedelta(minutes=15)
    assert abs(near_seconds(rows).sum() - union_seconds(times - quarter, times + quarter)) < 1e-3


def fill(store: duckdb.DuckDBPyConnection, span_rows: list, act_rows: list) -> None:
    for table in ("time_spans", "interactions", "identities"):
        store.execute(f"DELETE FROM {table}")
    for row in frame(span_rows).itertuples(index=False):
        store.execute(
            "INSERT INTO time_spans VALUES (1, ?, ?, ?, ?, NULL)",
            [row.site, row.start_utc, row.end_utc, row.basis],
        )
    for site in SITES:
        store.execute("INSERT INTO identities VALUES (1, ?, 'ada', NULL, 'user')", [site])
    for site, at in act_rows:
        moment = START + timedelta(minutes=at)
        store.execute(
            "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) VALUES (1, ?, 'ada', NULL, 'like', ?, NULL)",
            [site, moment],
        )


# Dense enough that some weeks are estimated: an action about every two hours.
many_acts = st.lists(st.tuples(st.sampled_from(SITES), minutes), min_size=40, max_size=150)


@in_store
@given(span_rows=spans, act_rows=many_acts, now=st.integers(0, WEEKS * 7 * 24 * 60))
def test_no_week_and_no_day_is_longer_than_the_clock(
    store: duckdb.DuckDBPyConnection, span_rows: list, act_rows: list, now: int
) -> None:
    fill(store, span_rows, act_rows)
    window = Window(now_utc=START + timedelta(minutes=now), time_zone="Europe/Vienna")
    found = weeks(store, window)

    def clock(day: date, length: int) -> float:
        end = min(midnight_utc(day + timedelta(days=length), window.time_zone), window.now_utc)
        return (end - midnight_utc(day, window.time_zone)).total_seconds()

    known = found[found["refused"].isna()]
    assert known["seconds"].notna().all()
    assert (known["low_seconds"] <= known["seconds"]).all()
    assert (known["seconds"] <= known["high_seconds"]).all()
    bases = known["measured_seconds"] + known["visit_seconds"] + known["estimated_seconds"]
    assert (bases == known["seconds"]).all()
    assert (
        (known["estimated_seconds"] == 0) | (known["measured_seconds"] + known["visit_seconds"] == 0)
    ).all()
    for week, rows in known.groupby("week"):
        assert rows["seconds"].sum() <= clock(week, 7)
        assert rows["high_seconds"].max() <= clock(week, 7)
    for day, rows in days(store, window).groupby("day"):
        assert rows["seconds"].sum() <= clock(day, 1)


@in_store
@given(span_rows=spans)
def test_recorded_weeks_and_days_add_up_to_the_union(
    store: duckdb.DuckDBPyConnection, span_rows: list
) -> None:
    fill(store, span_rows, [])
    window = Window(now_utc=START + timedelta(weeks=WEEKS + 2), time_zone="Europe/Vienna")
    given_spans = frame(span_rows)
    union = union_seconds(given_spans["start_utc"], given_spans["end_utc"])
    assert weeks(store, window)["seconds"].sum() == union
    assert days(store, window)["seconds"].sum() == union
