"""The week in sentences, worked by hand on the week of `week_store`."""

from __future__ import annotations

import doctest
from datetime import date, datetime, timedelta

import duckdb
import pytest

from analytics.reports import this_week, week_words
from analytics.reports.this_week import ThisWeek
from tests import week_store
from tests.builders import add_list
from tests.week_store import DATA_END, MONDAY, PRESENT, SPAMMER

Store = duckdb.DuckDBPyConnection


@pytest.fixture
def filled(store: Store) -> Store:
    week_store.fill(store)
    return store


def report(store: Store, present: datetime = PRESENT, today: date | None = None, **filters: str) -> ThisWeek:
    return this_week.latest(store, present_utc=present, today=today, filters=filters)


def test_the_week_that_has_the_latest_data_is_said_with_where_they_end(filled: Store) -> None:
    found = report(filled)
    assert (found.week, found.as_of_utc, found.is_present) == (MONDAY, DATA_END, True)
    assert found.said("week") == ["This week, 16–22 Nov 2026; the data reach to Thu 19 Nov, 20:00."]


def test_a_week_that_has_passed_is_said_to_be_the_latest_with_data(filled: Store) -> None:
    found = report(filled, present=datetime(2027, 2, 1))
    assert not found.is_present
    assert found.said("week") == [
        "The week of 16–22 Nov 2026, the latest that has data; they end on Thu 19 Nov, 20:00."
    ]


def test_a_day_that_was_asked_for_is_kept_to_though_it_has_no_data(filled: Store) -> None:
    found = report(filled, today=date(2026, 11, 27))
    assert found.week == date(2026, 11, 23)
    assert found.said("week") == ["This week, 23–29 Nov 2026; the data reach to Thu 19 Nov, 20:00."]


def test_time_is_held_against_the_budget_in_total_and_per_site(filled: Store) -> None:
    # 57 + 20 + 5 = 82 of 120 min after 92 of 168 h: at that pace 149.7 min, gone after 134.6 h, Sat 14:37.
    # mastodon: 20 of 30 min, gone after 138 h, Sat 18:00. x reached its 45 min 5 min into Thursday's 17.
    assert report(filled).said("time") == [
        "All sites together: 1 h 22 min, measured and visited, of a budget of 2 h (68 %); "
        "at this pace it is used up on Sat 21 Nov, 14:38.",
        "X: 57 min, measured, of its share of 45 min; 12 min over, used up on Thu 19 Nov, 19:48 (70 % of the week's time).",
        "Mastodon: 20 min, measured, of its share of 30 min; at this pace it is used up on Sat 21 Nov, 18:00 "
        "(24 % of the week's time).",
        "Without a share of the budget: LinkedIn 5 min, from browser visits.",
    ]


def test_a_forecast_that_lies_before_the_present_is_not_told_as_one_to_come(filled: Store) -> None:
    sunday = report(filled, present=datetime(2026, 11, 22, 9)).said("time")[0]
    assert sunday.endswith("at the pace so far it will have been used up by Sat 21 Nov, 14:38.")


def test_the_plan_is_counted_by_state(filled: Store) -> None:
    assert report(filled).said("plan") == [
        "Plan: of 2 slots so far 1 kept, 1 missed, by recorded time; 1 slot comes after the data end."
    ]


def test_lists_made_after_the_last_act_count(filled: Store) -> None:
    found = report(filled)
    assert found.said("people") == [
        "X (@wren_hollowbrook): 1 of the 2 you follow follow you back (50 %), 1 do not; "
        "3 of your 4 followers you do not follow; lists of 20 Nov 2026."
    ]
    assert found.said("growth") == [
        "X (@wren_hollowbrook): 4 followers on 20 Nov 2026, 1 more than on 20 Oct 2026: 2 came and 1 left."
    ]


def test_several_accounts_are_counted_together_as_well(filled: Store) -> None:
    assert report(filled).said("together") == []
    add_list(
        filled, "following", "2026-11-19", ["a", "b", "c"], owner="w@social.example", platform="mastodon"
    )
    add_list(filled, "follower", "2026-11-19", ["b"], owner="w@social.example", platform="mastodon")
    assert report(filled).said("together") == [
        "All 2 accounts together: 2 of the 5 you follow follow you back (40 %); 3 of your 5 followers you do not "
        "follow. Somebody who is on two networks counts on each."
    ]


def test_nothing_after_the_present_is_looked_at(filled: Store) -> None:
    before = report(filled, present=datetime(2026, 11, 19, 22))
    assert before.accounts["followers"].tolist() == [3]
    assert before.accounts["following"].isna().tolist() == [True]
    assert before.said("people") == [
        "X (@wren_hollowbrook): 3 followers; a complete list of whom you follow is not in these exports, "
        "so who is mutual is not known."
    ]


def test_two_counts_of_one_day_are_no_growth(store: Store) -> None:
    week_store.say_who_i_am(store)
    week_store.list_members(store, "follower", datetime(2026, 11, 1, 3), "a")
    store.execute("UPDATE account_observations SET followers = 1 WHERE account = '1'")
    assert report(store).said("growth") == []


def test_likely_spam_is_named_with_its_reasons_as_it_is_written(filled: Store) -> None:
    found = report(filled)
    first, second = found.said("link-pushers")
    assert first == (
        "Of the 1 account you follow that can be judged, 1 is likely spam and 0 only broadcast links; "
        "1 more has too few posts here (20 are needed)."
    )
    assert second.startswith(f"@{SPAMMER}, likely spam, score ")
    assert "none of 30 posts replies to anyone" in second


def test_whom_the_user_decided_about_is_not_held_up_again(filled: Store) -> None:
    filled.execute(
        "INSERT INTO decisions VALUES ('x', 'spammer', 'source', 'I want it', NULL, TIMESTAMP '2026-11-02')"
    )
    found = report(filled)
    assert found.link_pushers.top == ()
    assert found.said("link-pushers")[0].startswith(
        "Of the 1 account you follow that can be judged, 0 are likely spam and 0 only broadcast links; 1 you have decided about"
    )
    assert "link_pushers" not in [suggestion.page for suggestion in found.suggestions]


def test_what_is_worth_doing_comes_with_why(filled: Store) -> None:
    assert [(s.page, s.what, s.why) for s in report(filled).suggestions] == [
        ("time", "X: 12 min over its share since Thu 19 Nov, 19:48", "57 min, measured, of 45 min"),
        ("link_pushers", "Look at 1 account you follow that looks like spam", f"@{SPAMMER}"),
        (
            "follows",
            "1 follower you talk with and do not follow",
            "@dorrit_fenwick; within 14 days of the latest data",
        ),
    ]


def test_the_next_slot_and_old_lists_are_worth_a_word_where_nothing_presses(store: Store) -> None:
    week_store.say_who_i_am(store)
    week_store.plan(store)
    week_store.list_members(store, "follower", datetime(2026, 10, 1), "a")
    store.execute(
        "INSERT INTO time_spans VALUES (1, 'x', $a, $b, 'measured', 't')",
        {"a": PRESENT - timedelta(hours=2), "b": PRESENT - timedelta(hours=1)},
    )
    assert [(s.what, s.why) for s in report(store).suggestions] == [
        ("X: 15 min over its share since Fri 20 Nov, 07:45", "1 h, measured, of 45 min"),
        ("Import a newer export of X", "its lists are 50 days old, of 1 Oct 2026"),
        ("Next in the plan: Sunday 10:00–10:15", "Mastodon, 15 min"),
    ]


def test_a_network_chooses_sites_people_and_plan_but_the_total_stays_whole(filled: Store) -> None:
    found = report(filled, platform="mastodon")
    assert found.budget.total.spent_minutes == pytest.approx(82)
    assert [standing.site for standing in found.budget.sites] == ["mastodon"]
    assert found.days["site"].tolist() == ["mastodon"]
    assert found.plan["site"].tolist() == ["mastodon"]
    assert found.accounts.empty
    assert (found.recorded_minutes, found.estimated_minutes) == (pytest.approx(82), 0)


def test_an_estimate_says_that_it_is_one_and_is_never_over(store: Store) -> None:
    week_store.say_who_i_am(store)
    for week in range(8):
        for day in (0, 1, 2):
            at = datetime(2026, 9, 28, 9) + timedelta(days=7 * week + day)
            store.execute(
                "INSERT INTO interactions (fact, platform, actor, target, kind, at_utc, post_id) VALUES (hash($at), 'x', '1', 'a', 'like', $at, NULL)",
                {"at": at},
            )
    found = report(store)
    assert found.recorded_minutes == pytest.approx(0, abs=1e-9)
    assert found.estimated_minutes > 45
    total, x, mastodon = found.said("time")
    assert total == (
        "All sites together: about 1 h (20 min to 3 h), estimated from 3 actions, of a budget of 2 h; "
        "at this pace it may be used up on Fri 20 Nov."
    )
    assert x.endswith("of its share of 45 min; perhaps over it, which an estimate cannot tell for sure.")
    assert mastodon == "Mastodon: nothing recorded, of its share of 30 min; 30 min left."
    assert "time" not in [suggestion.page for suggestion in found.suggestions]


def test_an_empty_store_says_what_is_missing_and_what_would_bring_it(store: Store) -> None:
    found = report(store)
    assert [missing.part for missing in found.missing] == [
        "time",
        "results",
        "plan",
        "people",
        "link-pushers",
    ]
    assert found.findings == (("week", f"The week of {week_words.week_words(found.week)}."),)
    assert len(found.sentences) == 6
    assert found.suggestions == ()


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (date(2026, 11, 16), "16–22 Nov 2026"),
        (date(2026, 11, 30), "30 Nov – 6 Dec 2026"),
        (date(2026, 12, 28), "28 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_a_week_is_named_by_its_days(week: date, words: str) -> None:
    assert week_words.week_words(week) == words


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(week_words).failed == 0
