"""Link-pushers asked of a small store: signals, scopes, evidence, decisions and words, worked by hand."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.metrics.link_pusher_signals import hard_sell_pattern
from analytics.metrics.link_pushers import (
    extract_signals,
    link_pushers,
    load_rules,
    people,
    reasons,
)
from analytics.metrics.window import Window
from analytics.store.near_duplicates import fill_bands

NOW = datetime(2026, 11, 22, 12)
WINDOW = Window(now_utc=NOW)
RULES = load_rules()
TEN = "the quick brown fox jumps over a lazy sleeping dog"

Store = duckdb.DuckDBPyConnection
_facts = itertools.count(1)


def insert(store: Store, table: str, **values: Any) -> int:
    """One row with a fact of its own; the fact."""
    values = {"fact": next(_facts)} | values
    names = ", ".join(values)
    marks = ", ".join(f"${name}" for name in values)
    store.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
    return int(values["fact"])


def post(store: Store, author: str, post_id: str, text: str = "hello", *links: str, **values: Any) -> None:
    """One post, an hour old unless told, with its links."""
    plain = {
        "is_current": True, "platform": "x", "post_id": post_id, "original_id": post_id, "author": author,
        "created_utc": NOW - timedelta(hours=1), "kind": "post", "text": text,
    }  # fmt: skip
    fact = insert(store, "posts", **plain | values)
    for url in links:
        store.execute("INSERT INTO post_links VALUES ($fact, $url, NULL)", {"fact": fact, "url": url})


def profile(store: Store, account: str, **values: Any) -> None:
    """What was seen of an account, an hour ago unless told."""
    plain = {"platform": "x", "account": account, "observed_utc": NOW - timedelta(hours=1)}
    insert(store, "account_observations", **plain | values)


def follow_list(store: Store, *members: str, **values: Any) -> None:
    """One list of who the owner follows, unless told otherwise."""
    plain = {
        "platform": "x", "owner": "me", "direction": "following", "as_of_utc": NOW - timedelta(days=1),
        "complete": True, "members": len(members),
    }  # fmt: skip
    fact = insert(store, "follow_lists", **plain | values)
    for member in members:
        store.execute(
            "INSERT INTO follow_list_members VALUES ($fact, $member, NULL)", {"fact": fact, "member": member}
        )


def loaded(store: Store) -> Store:
    """The store as loading leaves it: with bands for every post."""
    fill_bands(store, "posts")
    return store


def signals_of(store: Store, account: str, window: Window = WINDOW) -> pd.Series[Any]:
    frame = extract_signals(loaded(store), window, scope="all").set_index("account")
    return frame.loc[account]


def in_scope(store: Store, scope: str, window: Window = WINDOW) -> list[str]:
    return extract_signals(store, window, scope=scope)["account"].tolist()


def test_an_empty_store_has_nobody(store: Store) -> None:
    for scope in ("following", "followers", "all"):
        assert extract_signals(store, WINDOW, scope=scope).empty
        assert link_pushers(store, WINDOW, scope=scope, rules=RULES).empty
        assert people(store, WINDOW, scope=scope, rules=RULES) == []


def test_an_unknown_scope_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="expected one of: following, followers, all"):
        extract_signals(store, WINDOW, scope="friends")


def test_shares_of_eight_posts(store: Store) -> None:
    post(store, "a", "1", "Learn how with https://shop.example/1", "https://shop.example/1")
    post(store, "a", "2", "a fine morning in the hills https://hills.example", "https://hills.example")
    post(store, "a", "3", "https://bare.example @friend #tag", "https://bare.example")
    post(store, "a", "4", "no link but make money fast")
    post(store, "a", "5", "@b quite so", kind="reply", reply_to_account="b")
    post(store, "a", "6", "and on", kind="reply", reply_to_account="a")
    post(
        store,
        "a",
        "7",
        "RT @c: free money https://c.example",
        "https://c.example",
        kind="repost",
        repost_of_account="c",
    )
    post(store, "a", "8", "RT @a: again", kind="repost", repost_of_account="a")
    row = signals_of(store, "a")
    assert row["posts_seen"] == 8
    assert row["own_posts"] == 6
    assert row["reply_share"] == 1 / 8  # a thread to oneself is no reply
    assert row["interaction_share"] == 2 / 8  # a repost of oneself is none
    assert row["link_share"] == 3 / 6  # the repost's link is its author's
    assert row["hard_sell_share"] == 1 / 6  # only number 1 has both the words and a link
    assert row["url_only_share"] == 1 / 6  # number 3


def test_posts_without_an_own_one_leave_shares_unknown(store: Store) -> None:
    post(store, "a", "1", "RT @c: x", kind="repost")
    row = signals_of(store, "a")
    assert (row["posts_seen"], row["interaction_share"]) == (1, 1)
    unknown = ["link_share", "hard_sell_share", "near_duplicate_share", "url_only_share", "automated_share"]
    assert row[unknown].isna().all()


def test_the_link_of_a_quote_to_what_it_quotes_is_none(store: Store) -> None:
    quoted = "https://x.example/b/status/77"
    post(store, "a", "1", "look", quoted, kind="quote", quote_of_post="77", quote_of_account="b")
    post(
        store,
        "a",
        "2",
        "look",
        quoted,
        "https://y.example",
        kind="quote",
        quote_of_post="77",
        quote_of_account="b",
    )
    assert signals_of(store, "a")["link_share"] == 1 / 2


def test_near_duplicates_are_posts_like_another_of_the_same_account(store: Store) -> None:
    post(store, "a", "1", TEN)
    post(store, "a", "2", TEN.replace("lazy", "tired"))
    post(store, "a", "3", "seven swans swam silently beneath an old stone bridge")
    post(store, "a", "4", "short")
    post(store, "a", "5", TEN, kind="repost")
    post(store, "b", "6", TEN)
    post(store, "b", "7", "nothing of the kind at all")
    post(store, "b", "8", TEN, kind="repost")
    assert signals_of(store, "a")["near_duplicate_share"] == 2 / 4
    assert signals_of(store, "b")["near_duplicate_share"] == 0


def test_one_comparable_post_says_nothing_of_repeats(store: Store) -> None:
    post(store, "a", "1", TEN)
    post(store, "a", "2", "short")
    assert pd.isna(signals_of(store, "a")["near_duplicate_share"])


@pytest.mark.parametrize(
    ("languages", "share"),
    [
        ([None, None], 1.0),
        (["en", "en-GB"], 1.0),
        (["und", "zxx"], 1.0),
        (["en", "it"], 1.0),  # over the English half
        (["it", "it"], None),
        (["en", "it", "it"], None),  # most of it cannot be judged
        (["qu", "enm"], None),  # Quechua and Middle English are languages
    ],
)
def test_hard_sell_is_unknown_in_other_languages(
    store: Store, languages: list[str | None], share: float | None
) -> None:
    for number, lang in enumerate(languages):
        post(store, "a", str(number), "make money now https://a.example", "https://a.example", lang=lang)
    found = signals_of(store, "a")["hard_sell_share"]
    assert (None if pd.isna(found) else found) == share


def test_hard_sell_words_are_whole_words_outside_links() -> None:
    def matches(text: str) -> bool:
        row = duckdb.execute(
            "SELECT regexp_matches($text, $words)", {"text": text, "words": hard_sell_pattern()}
        ).fetchone()
        assert row is not None
        return bool(row[0])

    assert all(map(matches, ["free!", "50% off today", "don’t miss it", "work  at\nhome", "#free"]))
    assert not any(map(matches, ["freedom", "carefree", "earnest", "the minister won"]))


def test_a_word_inside_a_link_is_no_hard_sell(store: Store) -> None:
    post(
        store, "a", "1", "morning news https://a.example/make-money-free", "https://a.example/make-money-free"
    )
    assert signals_of(store, "a")["hard_sell_share"] == 0


def test_automated_share_is_of_posts_with_a_known_program(store: Store) -> None:
    for number, client in enumerate(["IFTTT", " dlvr.it ", "Some Phone App", "", None]):
        post(store, "a", str(number), client=client)
    row = signals_of(store, "a")
    assert row["automated_share"] == 2 / 3
    assert row["posts_with_client"] == 3


def test_posts_per_day_leaves_replies_out_and_counts_at_least_a_day(store: Store) -> None:
    for number, hours in enumerate([49, 25, 1]):
        post(store, "a", str(number), created_utc=NOW - timedelta(hours=hours))
    post(store, "a", "reply", kind="reply", reply_to_account="b")
    post(store, "a", "undated", created_utc=None)
    post(store, "b", "one")
    post(store, "b", "two", created_utc=NOW - timedelta(hours=2))
    post(store, "c", "undated", created_utc=None)
    assert signals_of(store, "a")["posts_per_day"] == 3 / 2
    assert signals_of(store, "b")["posts_per_day"] == 2
    assert pd.isna(signals_of(store, "c")["posts_per_day"])


def test_profile_figures(store: Store) -> None:
    opened = NOW - timedelta(days=10, hours=1)
    profile(store, "a", created_utc=opened, followers=50, following=500, posts=200, likes_given=10)
    row = signals_of(store, "a")
    assert (row["following_per_follower"], row["follows_per_day"], row["likes_per_post"]) == (10, 50, 0.05)
    assert (row["followers"], row["following"], row["posts"], row["posts_seen"]) == (50, 500, 200, 0)


def test_nothing_is_divided_by_zero_or_by_the_unknown(store: Store) -> None:
    profile(
        store, "none", created_utc=NOW - timedelta(hours=2), followers=0, following=40, posts=0, likes_given=0
    )
    profile(store, "unknown", following=40, likes_given=3, posts=None, followers=None)
    profile(store, "from the future", following=40, created_utc=NOW + timedelta(days=3))
    none, unknown = signals_of(store, "none"), signals_of(store, "unknown")
    assert (none["following_per_follower"], none["follows_per_day"]) == (40, 40)
    assert pd.isna(none["likes_per_post"])
    assert unknown[["following_per_follower", "follows_per_day", "likes_per_post"]].isna().all()
    assert pd.isna(signals_of(store, "from the future")["follows_per_day"])


@pytest.mark.parametrize(
    ("values", "share"),
    [
        ({}, None),
        ({"bio": ""}, 0.5),
        ({"bio": " \n"}, 0.5),
        ({"bio": "a gardener"}, 0),
        ({"default_image": True}, 0.5),
        ({"default_image": False, "bio": "x"}, 0),
        ({"handle": "ann"}, 0),
        ({"handle": "anna1234"}, 0.5),  # half of it digits
        ({"handle": "annabel123"}, 0.25),  # 30 %, half way up
        ({"handle": "ann1@2345.example"}, 0.125),  # the name alone counts: 25 %
        ({"handle": "ann99.bsky.social"}, 0.5),  # 40 % of what its bearer chose
        ({"bio": "", "default_image": True, "handle": "a1234"}, 1),
    ],
)
def test_empty_profile(store: Store, values: dict[str, Any], share: float | None) -> None:
    profile(store, "a", **values)
    found = signals_of(store, "a")["empty_profile"]
    assert (None if pd.isna(found) else found) == (share if share is None else pytest.approx(share))


def test_the_last_known_profile_counts_and_not_one_from_later(store: Store) -> None:
    profile(store, "a", handle="old", followers=10, following=90, observed_utc=NOW - timedelta(days=9))
    profile(store, "a", handle="new", followers=20, observed_utc=NOW - timedelta(days=1))
    profile(store, "a", handle="later", followers=30, observed_utc=NOW + timedelta(days=1))
    row = signals_of(store, "a")
    assert (row["handle"], row["followers"], row["following"]) == ("new", 20, 90)


def test_posts_from_later_and_posts_that_do_not_count(store: Store) -> None:
    post(store, "a", "1")
    post(store, "a", "2", created_utc=NOW + timedelta(seconds=1))
    post(store, "a", "3", deleted_utc=NOW)
    post(store, "a", "4", is_current=False)
    post(store, "later", "5", created_utc=NOW + timedelta(days=1))
    assert signals_of(store, "a")["posts_seen"] == 1
    assert in_scope(store, "all") == ["a"]


def test_since_and_until_are_local_days(store: Store) -> None:
    # 20 November in Tokyo is 19 November 15:00 to 20 November 15:00 UTC.
    for hour, post_id in ((14, "before"), (15, "first"), (38, "last"), (39, "after")):
        post(store, "a", post_id, created_utc=datetime(2026, 11, 19) + timedelta(hours=hour))
    day = date(2026, 11, 20)
    window = Window(now_utc=NOW, time_zone="Asia/Tokyo", since=day, until=day)
    assert signals_of(store, "a", window)["posts_seen"] == 2


def test_scope_following_takes_the_latest_complete_list_and_partial_ones_since(store: Store) -> None:
    follow_list(store, "left", "b", as_of_utc=NOW - timedelta(days=30))
    follow_list(store, "older part", as_of_utc=NOW - timedelta(days=20), complete=False)
    follow_list(store, "b", "c", as_of_utc=NOW - timedelta(days=10))
    follow_list(store, "d", as_of_utc=NOW - timedelta(days=5), complete=False)
    follow_list(store, "not yet", as_of_utc=NOW + timedelta(days=1))
    follow_list(store, "fan", direction="follower")
    follow_list(store, "foe", direction="blocked")
    follow_list(store, "elsewhere", platform="mastodon", owner="me@a.example")
    follow_list(store, "of another", "b", owner="my shop")
    assert in_scope(store, "following") == ["elsewhere", "b", "c", "d", "of another"]
    assert in_scope(store, "followers") == ["fan"]
    assert in_scope(store, "following", Window(now_utc=NOW, platform="mastodon")) == ["elsewhere"]
    assert in_scope(store, "following", Window(now_utc=NOW, owner="my shop")) == ["b", "of another"]


def test_scope_following_with_partial_lists_only(store: Store) -> None:
    follow_list(store, "a", complete=False)
    follow_list(store, "b", complete=False, as_of_utc=NOW - timedelta(days=9))
    assert in_scope(store, "following") == ["a", "b"]


def test_scope_all_is_everyone_seen_but_me(store: Store) -> None:
    profile(store, "me")
    profile(store, "quiet")
    post(store, "loud", "1")
    post(store, "loud", "2")
    post(store, "toot", "3", platform="mastodon")
    insert(store, "identities", platform="x", account="me", source="export")
    assert in_scope(store, "all") == ["toot", "loud", "quiet"]
    assert in_scope(store, "all", Window(now_utc=NOW, platform="x")) == ["loud", "quiet"]


def pusher(store: Store, account: str = "pusher", posts: int = 30) -> None:
    """An account of which every post is the same offer with a link."""
    profile(store, account, handle=f"{account}_handle", followers=10, following=1000, posts=400)
    for number in range(posts):
        link = f"https://offer.example/{number}"
        text = f"make money from home with this one weird trick {link}"
        post(
            store, account, f"{account}{number:02}", text, link, created_utc=NOW - timedelta(hours=number + 1)
        )


def talker(store: Store) -> None:
    """An account that only replies."""
    profile(store, "talker", followers=100, following=100)
    for number in range(20):
        text = f"reply number {number} about {'abcdefghijklmnopqrst'[number] * 5} today"
        post(store, "talker", f"talker{number:02}", text, kind="reply", reply_to_account="b")


def test_the_highest_score_comes_first_and_the_unknown_last(store: Store) -> None:
    talker(store)
    profile(store, "a ghost")
    pusher(store)
    frame = link_pushers(loaded(store), WINDOW, scope="all", rules=RULES)
    assert frame["account"].tolist() == ["pusher", "talker", "a ghost"]
    assert frame["label"].tolist() == ["likely spam", "fine", "not enough posts"]
    assert pd.isna(frame["score"].iloc[2])


def test_the_answer_for_one_account(store: Store) -> None:
    pusher(store)
    (person,) = people(loaded(store), WINDOW, scope="all", rules=RULES)
    assert (person["platform"], person["account"], person["handle"]) == ("x", "pusher", "pusher_handle")
    assert (person["label"], person["posts_seen"], person["decision"]) == ("likely spam", 30, None)
    names = [signal["name"] for signal in person["signals"]]
    assert sorted(names) == sorted(signal.name for signal in RULES.signals)
    by_name = {signal["name"]: signal for signal in person["signals"]}
    assert by_name["link-heavy"] | {"points": 0} == {
        "name": "link-heavy", "value": 1, "strength": 1, "points": 0, "source": RULES.signals[2].source
    }  # fmt: skip
    assert [by_name["automated client"][key] for key in ("value", "strength", "points")] == [None] * 3
    known = [signal["points"] for signal in person["signals"] if signal["points"] is not None]
    assert known == sorted(known, reverse=True)
    assert sum(known) == pytest.approx(person["score"])


def test_the_credit_is_listed_where_it_applies(store: Store) -> None:
    profile(store, "star", followers=5000, following=10, bio="")
    (person,) = people(loaded(store), WINDOW, scope="all", rules=RULES)
    assert person["signals"][-1] == {
        "name": "widely followed", "value": 5000, "strength": 1, "points": -25, "source": RULES.credit.source
    }  # fmt: skip


def test_evidence_shows_repeats_first_newest_first(store: Store) -> None:
    pusher(store)
    (person,) = people(loaded(store), WINDOW, scope="all", rules=RULES)
    assert person["evidence"] == ["pusher00", "pusher01", "pusher02", "pusher03", "pusher04"]


def test_evidence_goes_from_the_strongest_kind_to_the_weakest(store: Store) -> None:
    old = NOW - timedelta(days=9)
    post(store, "a", "repost", "RT", kind="repost")
    post(store, "a", "plain", "a plain word about gardens")
    post(store, "a", "link", "the council met on the bridge", "https://a.example", created_utc=old)
    post(store, "a", "bare", "https://a.example", "https://a.example", created_utc=old)
    post(store, "a", "sell", "earn more at once", "https://a.example", created_utc=old)
    post(store, "a", "twice old", TEN, created_utc=old - timedelta(days=1))
    post(store, "a", "twice", TEN, created_utc=old)
    post(store, "b", "b1", "hello there everyone")
    post(store, "b", "b2", "@c yes", kind="reply", reply_to_account="c")
    post(store, "b", "b3", "RT", kind="repost", repost_of_account="c")
    post(store, "c", "c1")
    shown = {
        person["account"]: person["evidence"]
        for person in people(loaded(store), WINDOW, scope="all", rules=RULES)
    }
    assert shown == {
        "a": ["twice", "twice old", "sell", "bare", "link"],
        "b": ["b1", "b3", "b2"],
        "c": ["c1"],
    }


def test_a_shared_band_without_likeness_is_no_evidence(store: Store) -> None:
    post(store, "a", "new", "one two three four five")
    post(
        store,
        "a",
        "old",
        "six seven eight nine ten",
        "https://a.example",
        created_utc=NOW - timedelta(days=1),
    )
    store.execute("UPDATE posts SET bands = [7, 8]")
    (person,) = people(store, WINDOW, scope="all", rules=RULES)
    assert person["evidence"] == ["old", "new"]


def decide(store: Store, verdict: str, days_ago: int, until: date | None = None) -> None:
    store.execute(
        "INSERT INTO decisions VALUES ('x', 'a', $verdict, 'because', $until, $at)",
        {"verdict": verdict, "until": until, "at": NOW - timedelta(days=days_ago)},
    )


@pytest.mark.parametrize(
    ("decisions", "shown"),
    [
        ([("keep", 5, None)], "keep"),
        ([("source", 1, None), ("keep", 5, None)], "source"),
        ([("later", 1, date(2026, 11, 22))], "later"),
        ([("later", 1, date(2026, 11, 21)), ("keep", 5, None)], None),
    ],
    ids=["one", "the latest", "valid today", "expired"],
)
def test_decisions(store: Store, decisions: list[tuple[str, int, date | None]], shown: str | None) -> None:
    profile(store, "a")
    for verdict, days_ago, until in decisions:
        decide(store, verdict, days_ago, until)
    (person,) = people(loaded(store), WINDOW, scope="all", rules=RULES)
    assert person["decision"] == shown
    assert person["decision_reason"] == ("because" if shown else None)


def test_reasons_name_the_denominator(store: Store) -> None:
    pusher(store)
    frame = link_pushers(loaded(store), WINDOW, scope="all", rules=RULES)
    assert reasons(frame.iloc[0], RULES, at_most=9) == [
        "follows 1,000, followed by 10",
        "none of 30 posts replies to anyone",
        "none of 30 posts replies to or reposts anyone",
        "100 % of 30 own posts sell hard with a link",
        "100 % of 30 own posts nearly repeat another",
        "100 % of 30 own posts hold a link",
    ]


def test_reasons_count_the_few_replies(store: Store) -> None:
    pusher(store, posts=98)
    post(store, "pusher", "reply", "@b yes", kind="reply", reply_to_account="b")
    post(store, "pusher", "repost", "RT", kind="repost", repost_of_account="b")
    said = reasons(link_pushers(loaded(store), WINDOW, scope="all", rules=RULES).iloc[0], RULES)
    assert said[:3] == [
        "follows 1,000, followed by 10",
        "2 of 100 posts reply to or repost anyone",
        "1 of 100 posts replies to anyone",
    ]


def test_reasons_of_every_signal_are_words(store: Store) -> None:
    opened = NOW - timedelta(days=10, hours=1)
    profile(
        store, "a", bio="", created_utc=opened, followers=20_000, following=4_000, posts=2_000, likes_given=1
    )
    for number in range(100):
        text = "https://a.example"
        post(
            store,
            "a",
            str(number),
            text,
            text,
            client="IFTTT",
            created_utc=NOW - timedelta(minutes=number + 1),
        )
    frame = link_pushers(loaded(store), WINDOW, scope="all", rules=RULES)
    assert set(reasons(frame.iloc[0], RULES, at_most=99)) == {
        "none of 100 posts replies to anyone",
        "none of 100 posts replies to or reposts anyone",
        "100 % of 100 posts whose program is known came from one that posts by itself",
        "follows 400 accounts a day since it was opened",
        "100 % of 100 own posts hold a link",
        "gave 1 likes in 2,000 posts",
        "100 posts a day besides replies",
        "100 % of 100 own posts are a link without a word",
        "an empty profile: no bio, the default picture or a handle of digits",
        "25 points off for being widely followed: 20,000 followers, follows 4,000",
        "not called spam, since whoever posts mostly links needs a score of 63",
    }


def test_what_is_not_proven_is_said(store: Store) -> None:
    profile(store, "gazette", bio="News", created_utc=NOW - timedelta(days=4000), followers=900, following=90)
    for number in range(30):
        text, link = f"News {number} of the harbour", f"https://paper.example/{number}"
        post(store, "gazette", str(number), f"{text} {link}", link, client="IFTTT")
    row = link_pushers(loaded(store), WINDOW, scope="all", rules=RULES).iloc[0]
    assert (row["label"], row["score"] > 42) == ("link broadcaster", True)
    assert reasons(row, RULES)[-1] == (
        "not called spam, since nothing proves it: it does not follow to be followed, as far as is known"
    )


def test_nothing_strong_nothing_said(store: Store) -> None:
    profile(store, "ghost")
    frame = link_pushers(loaded(store), WINDOW, scope="all", rules=RULES)
    assert reasons(frame.iloc[0], RULES) == []
