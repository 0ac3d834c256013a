"""Judging the time estimate on records of the truth: invented people whose truth is known by construction."""

from __future__ import annotations

import doctest
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import evaluate_time, evaluate_trials
from analytics.evaluate_time import Section, TooLittle, averages, table, telephone, watched
from analytics.evaluate_trials import (
    DAY,
    MEASURED_WEEKS,
    WEEK,
    Figures,
    Recorded,
    Row,
    figures,
    in_weeks,
    independent_days,
    made_weeks,
    own_row,
    thinned,
    thinned_row,
    trial,
)
from analytics.importers.interface import Options
from analytics.metrics.time_evidence import Evidence
from analytics.metrics.time_spans import SECOND, microseconds
from analytics.metrics.time_spent import weeks
from analytics.metrics.window import Window
from analytics.store.connection import reading
from analytics.store.loading import import_path

HOUR = 3600 * SECOND
MONDAY = int(microseconds([datetime(2026, 6, 1)])[0])


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OWN_DRAWS", "THINNED_DRAWS", "MADE_DRAWS"):
        monkeypatch.setattr(evaluate_time, name, 2)


def person(hours: list[float]) -> tuple[Recorded, np.ndarray]:
    """Actions at 10:00 on Monday and Wednesday of each week, half of the week's hours around each.

    Such a week is estimated as one hour, whatever was recorded.
    """
    acts = np.array([MONDAY + n * WEEK + d * DAY + 10 * HOUR for n in range(len(hours)) for d in (0, 2)])
    half = np.repeat(np.array(hours) / 4 * HOUR, 2).astype(np.int64)
    record = Recorded(
        boundaries=MONDAY + np.arange(len(hours) + 1) * WEEK,
        starts=acts - half,
        ends=acts + half,
        whole=np.ones(len(hours), dtype=bool),
    )
    return record, acts


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(evaluate_trials)
    assert result.attempted >= 2
    assert result.failed == 0


def test_an_estimate_that_is_the_truth_has_no_bias_and_covers_every_week() -> None:
    row = own_row(*person([1.0] * 12), draws=5)
    for found in row.figures:
        assert (found.bias, found.error, found.factor, found.coverage, found.refused) == (1, 0, 1, 1, 0)
    assert row.rate == 2
    assert [found.judged for found in row.figures] == [12, 5 * 11, 5 * 10, 5 * 8]


def test_an_estimate_of_half_the_truth_and_what_two_measured_weeks_make_of_it() -> None:
    row = own_row(*person([2.0] * 12), draws=5)
    none, _, two, four = row.figures
    assert (none.bias, none.error, none.factor, none.coverage) == (0.5, 0.5, 2, 1)
    # The published example: 100 minutes where 120 are true.
    assert two.bias == pytest.approx(100 / 120, abs=0.0005)
    assert four.bias > two.bias


def test_a_truth_four_times_the_estimate_lies_outside_until_weeks_are_measured() -> None:
    none, _, two, _ = own_row(*person([4.0] * 12), draws=5).figures
    assert none.coverage == 0
    assert two.coverage == 1


def test_too_few_actions_are_no_estimate_and_in_no_other_figure() -> None:
    record, acts = person([1.0] * 4)
    found = figures(trial(record, acts[1:], 0, np.random.default_rng(0)))
    assert found == Figures(judged=4, refused=1)


def test_weeks_outside_the_log_of_actions_have_no_estimate() -> None:
    record, acts = person([1.0] * 8)
    found = figures(trial(record, acts[4:-4], 0, np.random.default_rng(0)))
    assert (found.judged, found.refused) == (8, 0.5)


def test_a_measured_week_is_not_judged_and_a_part_week_is_neither() -> None:
    record, acts = person([1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0])
    record.whole[2] = False
    for k in MEASURED_WEEKS:
        judged = trial(record, acts, k, np.random.default_rng(1))
        assert judged["true_seconds"].tolist() == [3600] * (6 - k)
    assert trial(record, acts, 6, np.random.default_rng(1)).empty
    assert figures(trial(record, acts, 9, np.random.default_rng(1))) == Figures(judged=0)


def test_people_who_differ_as_the_method_assumes_are_covered_as_it_states() -> None:
    """Truth : estimate drawn with the spreads of the method, .65 between people and .55 between weeks."""
    random = np.random.default_rng(7)
    found = {k: [] for k in MEASURED_WEEKS}
    for _ in range(150):
        ratio = np.exp(random.normal(0, 0.65) + random.normal(0, 0.55, 12))
        record, acts = person(np.minimum(ratio, 20).tolist())
        for k in MEASURED_WEEKS:
            found[k].append(trial(record, acts, k, random))
    for k in MEASURED_WEEKS:
        judged = figures(pd.concat(found[k]))
        assert judged.coverage == pytest.approx(0.8, abs=0.05), k
        # Measured weeks draw the middle to their mean, which lies above the median: exp(.55 ** 2 / 2) = 1.16.
        assert 0.9 < judged.bias < 1.2, k


@given(
    st.lists(st.tuples(st.integers(0, 27), st.integers(0, 86_000), st.integers(1, 400)), min_size=1),
    st.integers(1, 60),
)
@settings(max_examples=50, deadline=None)
def test_thinned_actions_lie_in_recorded_time_of_whole_weeks(
    visits: list[tuple[int, int, int]], rate: int
) -> None:
    begin = np.unique([MONDAY + day * DAY + second * SECOND for day, second, _ in visits])
    ends = np.minimum(begin + visits[0][2] * SECOND, np.append(begin[1:], begin[-1] + HOUR))
    record = in_weeks(begin, ends, int(begin[0]))
    acts = thinned(record, rate, np.random.default_rng(rate))
    at = np.searchsorted(record.starts, acts, side="right") - 1
    assert (acts < record.ends[at]).all()
    assert record.whole[record.week[at]].all()
    assert (np.diff(acts) > 0).all()
    assert (acts == thinned(record, rate, np.random.default_rng(rate))).all()


def test_as_many_actions_an_hour_are_drawn_as_asked_for_and_spread_over_the_time() -> None:
    record, _ = person([40.0] * 25)  # 1,000 hours
    acts = thinned(record, 3, np.random.default_rng(0))
    assert acts.size == pytest.approx(3000, abs=200)
    per_week = np.bincount(np.searchsorted(record.boundaries, acts, side="right") - 1)
    assert per_week == pytest.approx(np.full(25, 120), abs=50)


def test_weeks_run_from_monday_and_are_whole_between_the_ends_of_the_record() -> None:
    tuesday = MONDAY + DAY
    starts = np.array([tuesday, MONDAY + WEEK - HOUR, MONDAY + 2 * WEEK, MONDAY + 3 * WEEK + DAY])
    record = in_weeks(starts, starts + 2 * HOUR, tuesday - WEEK)
    assert (record.boundaries - MONDAY).tolist() == [n * WEEK for n in range(-1, 5)]
    assert record.whole.tolist() == [False, False, True, True, False]
    assert record.seconds.tolist() == [0, 3 * 3600, 3600, 2 * 3600, 2 * 3600]


def test_made_weeks_hold_the_drawn_days() -> None:
    """Three days of 1, 2 and 4 hours; what crosses midnight counts on both days."""
    days = MONDAY + np.arange(3) * DAY
    starts = np.array([MONDAY + HOUR, MONDAY + DAY + 23 * HOUR, MONDAY + 2 * DAY + 9 * HOUR])
    ends = starts + np.array([1, 3, 2]) * HOUR
    record = made_weeks(starts, ends, days[[0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 1, 1, 0, 0]])
    assert (record.seconds / 3600).tolist() == [7, 3 * 4 + 2 * 1 + 2 * 1]
    assert (record.starts // DAY == (record.ends - 1) // DAY).all()
    assert record.whole.tolist() == [True, True]


def test_weeks_of_like_days_vary_as_if_they_held_one_day() -> None:
    days = [1] * 7 + [3] * 7
    record = in_weeks(
        MONDAY + np.arange(14) * DAY, MONDAY + np.arange(14) * DAY + np.array(days) * HOUR, MONDAY
    )
    record.whole[:] = True
    # Days: variance 14/13; weeks of 7 and 21 hours: 98.
    assert independent_days(record) == pytest.approx(49 * 14 / 13 / 98)
    assert independent_days(person([1.0] * 4)[0]) is None
    assert independent_days(person([1.0])[0]) is None


def test_drawn_days_vary_as_about_seven() -> None:
    random = np.random.default_rng(3)
    begin = MONDAY + np.arange(9) * DAY
    record = made_weeks(begin, begin + random.integers(1, 9, 9) * HOUR, random.choice(begin, 7 * 2000))
    assert independent_days(record) == pytest.approx(7, abs=0.6)


def evidence_of(stretches: list[tuple[int, int, int]], acts: list[tuple[int, int]] | None = None) -> Evidence:
    """Site (0 digg, 1 tiktok), start, end; site and moment."""
    codes, starts, ends = np.array(sorted(stretches, key=lambda s: s[1]), dtype=np.int64).reshape(-1, 3).T
    act_sites, act_times = np.array(acts or [], dtype=np.int64).reshape(-1, 2).T
    return Evidence(
        sites=("digg", "tiktok"),
        spans=(codes, starts, ends),
        pieces=(codes * 2, starts, ends),
        act_sites=act_sites,
        act_times=act_times,
    )


def daily(days: int, hours: int, site: int = 1) -> list[tuple[int, int, int]]:
    start = MONDAY + 10 * HOUR
    return [(site, start + n * DAY, start + n * DAY + hours * HOUR) for n in range(days)]


def test_a_record_of_weeks_with_own_actions() -> None:
    """Two minutes' watching ends the record on the tenth Tuesday: nine weeks less the first, which began at 10:00."""
    stretches = [*daily(63, 1), (1, MONDAY + 9 * WEEK + DAY, MONDAY + 9 * WEEK + DAY + 120 * SECOND)]
    acts = [(1, start + 600 * SECOND) for _, start, _ in stretches]
    early = (1, MONDAY - 3 * WEEK)
    section = watched(evidence_of(stretches, [early, *acts, (0, MONDAY)]), "tiktok")
    assert section.person == "tiktok, videos watched"
    assert section.basis.startswith("8 weeks on record, 56.0 h. ")
    own, *rest = section.rows
    assert (own.actions, own.rate, own.figures[0].judged) == ("own", 1.0, 8)
    # Seven actions of 25 minutes each: 10 before and 15 after would be 25; 15 either way are 30.
    assert own.figures[0].bias == pytest.approx(0.5, abs=0.06)
    assert [(row.actions, row.rate) for row in rest] == [("thinned", rate) for rate in (1, 3, 10, 30)]


def test_a_record_without_own_actions_is_judged_on_thinned_ones() -> None:
    section = watched(evidence_of(daily(63, 1)), "tiktok")
    assert [row.actions for row in section.rows] == ["thinned"] * 4


@pytest.mark.parametrize(
    ("days", "reason"), [(0, "it holds no time on tiktok"), (40, "it holds 4 whole weeks, 6 are needed")]
)
def test_a_record_of_few_weeks_is_too_little(days: int, reason: str) -> None:
    with pytest.raises(TooLittle, match=f"^{reason}$"):
        watched(evidence_of(daily(days, 1)), "tiktok")
    with pytest.raises(TooLittle, match="it holds no time on x"):
        watched(evidence_of(daily(days, 1)), "x")


def test_a_telephone_is_judged_on_sites_with_hours_enough() -> None:
    stretches = [
        *daily(11, 1),
        *[(0, start - HOUR, start - HOUR + 60 * SECOND) for _, start, _ in daily(11, 1)],
    ]
    section = telephone(evidence_of(stretches), "telephone of Ada")
    # The first and the last day are cut.
    assert section.basis == "26 made weeks a draw, from 9 whole days with 9.0 h on tiktok."
    assert [row.figures[0].judged for row in section.rows] == [2 * 26] * 4
    assert section.rows[2].figures[0].coverage is not None


@pytest.mark.parametrize(
    ("stretches", "reason"),
    [
        ([], "no time is on record in it"),
        (daily(8, 1), "it holds 6 whole days, 7 are needed"),
        ([(s, start, start + 60 * SECOND) for s, start, _ in daily(12, 1)], "it holds no site with 2 hours"),
    ],
)
def test_a_telephone_with_too_little(stretches: list[tuple[int, int, int]], reason: str) -> None:
    with pytest.raises(TooLittle, match=f"^{reason}$"):
        telephone(evidence_of(stretches), "telephone of Ada")


def test_all_measured_weeks_are_tried_on_the_same_actions() -> None:
    records = [person([1.0] * 10)[0]] * 2
    assert thinned_row(records, 10) == thinned_row(records, 10)
    found = thinned_row(records, 10).figures
    assert [one.judged for one in found] == [20, 18, 16, 12]


def rows_of(coverage: float | None) -> tuple[Row, ...]:
    found = Figures(judged=10, refused=0.0, bias=1.25, error=0.25, factor=1.5, coverage=coverage)
    if coverage is None:
        found = Figures(judged=10, refused=1.0)
    return tuple(Row(actions="thinned", rate=rate, figures=(found,) * 4) for rate in (1, 3, 10, 30))


def test_a_table_shows_every_figure_and_a_dash_where_there_is_none() -> None:
    first, *_ = rows_of(0.8)
    none, *_ = rows_of(None)
    text = table(Section(person="Ada", basis="Ten weeks.", rows=(first, none)))
    assert text.startswith("**Ada**: Ten weeks.\n\n| actions |")
    assert text.splitlines()[-2] == (
        "| thinned | 1 | 10 | 0 % | " + " | ".join(["1.25 · 25 % · 1.50 · 80 %"] * 4) + " |"
    )
    assert text.splitlines()[-1] == "| thinned | 1 | 10 | 100 % | – | – | – | – |"
    assert len({line.count("|") for line in text.splitlines()[2:]}) == 1


def test_people_count_the_same_in_the_average_and_what_strays_is_named() -> None:
    sections = [Section(person=name, basis="", rows=rows_of(c)) for name, c in (("Ada", 1.0), ("Bo", 0.7))]
    text = averages([*sections, Section(person="Cy", basis="", rows=rows_of(None))])
    assert "| 3 | 3 | 85 % | 85 % | 85 % | 85 % |" in text
    assert text.endswith("Between 75 and 95 % at 3 and 10 an hour: 8 of 8.")
    assert "| all four | | 85 % | 85 % | 85 % | 85 % |" in text
    edge = averages([Section(person="Di", basis="", rows=rows_of(0.954))])
    assert edge.endswith(": 8 of 8.")
    assert averages([]).endswith(": 0 of 0.")
    strays = averages(sections[1:])
    assert strays.endswith("10 an hour with 2 measured, 70 % at 10 an hour with 4 measured.")
    assert "0 of 8; not 70 % at 3 an hour with 0 measured" in strays


def tiktok_download(folder: Path, weeks_: int) -> Path:
    """An invented person who watches from 10:00 to 10:30 on Mondays and Wednesdays and likes something at 10:15."""
    day = [timedelta(weeks=n, days=d) for n in range(weeks_) for d in (0, 2)]
    first = datetime(2026, 1, 5, 10)
    edges = [first - timedelta(days=4), first + timedelta(weeks=weeks_, days=1)]
    watched_at = [first + at + timedelta(minutes=n) for at in day for n in range(30)]
    told = {
        "Your Activity": {
            "Watch History": {"VideoList": [{"Date": f"{at:%F %T}", "Link": ""} for at in [*watched_at, *edges]]},
        },
        "Likes and Favorites": {
            "Like List": {"ItemFavoriteList": [{"date": f"{first + at + timedelta(minutes=15):%F %T}", "link": f"https://tiktok.example/{n}"} for n, at in enumerate(day)]},
        },
    }  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "user_data_tiktok.json").write_text(json.dumps(told))
    return folder


def test_a_download_goes_through_the_importer_into_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(evaluate_time.ENVIRONMENT, raising=False)
    tiktok_download(tmp_path / "tiktok" / "one", 9)
    assert evaluate_time.main(["--samples", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "**tiktok, videos watched**: 9 weeks on record, 9.0 h." in out
    (own,) = [line for line in out.splitlines() if line.startswith("| own |")]
    assert own.startswith("| own | 2 | 9 | 0 % | 1.00 · 0 % · 1.00 · 100 % |")
    skipped = [line for line in out.splitlines() if line.startswith("Skipped")]
    assert skipped == [
        f"Skipped {name}: there is no {tmp_path / name}."
        for name in ("activitywatch/android", "os-screentime/mixed/app_usage")
    ]
    assert "tiktok.example" not in out


def test_the_truth_is_the_time_that_the_program_shows(tmp_path: Path) -> None:
    folder = tiktok_download(tmp_path / "tiktok", 9)
    found = evaluate_time.load(folder)
    record = in_weeks(found.pieces[1], found.pieces[2], int(found.pieces[1][0]))
    store = tmp_path / "store.duckdb"
    list(import_path(store, folder, options=Options(me={"tiktok": "ada"})))
    with reading(store) as cursor:
        shown = weeks(cursor, Window(now_utc=datetime(2026, 11, 1)))
    assert record.seconds[record.seconds > 0].tolist() == shown["visit_seconds"].tolist()


def test_a_short_sample_is_skipped_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tiktok_download(tmp_path / "tiktok", 3)
    monkeypatch.setenv(evaluate_time.ENVIRONMENT, str(tmp_path))
    assert evaluate_time.main(["--samples", str(tmp_path / "elsewhere")]) == 0
    out = capsys.readouterr().out
    assert "Skipped tiktok: it holds 3 whole weeks, 6 are needed." in out
    assert "| own |" not in out


def test_a_cut_file_fails_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tiktok_download(tmp_path / "tiktok", 3) / "user_data_tiktok.json"
    file.write_text(file.read_text()[:500])
    assert evaluate_time.main(["--samples", str(tmp_path)]) == 1
    assert "user_data_tiktok.json" in capsys.readouterr().err


def test_without_samples_it_is_skipped_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(evaluate_time.ENVIRONMENT, raising=False)
    assert evaluate_time.main(["--samples", str(tmp_path)]) == 0
    assert evaluate_time.main([]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Skipped: no exports with time on record in {tmp_path}.")
    assert second.startswith("Skipped: no exports with time on record.")
