"""Who follows back, in words: one plain sentence per finding, with figures, denominators and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metrics import reciprocity
from analytics.metrics.follow_back import ENOUGH
from analytics.metrics.follow_limits import NEARLY
from analytics.reports.week_words import count_words, day_words, percent

if TYPE_CHECKING:
    from analytics.reports.follows import Follows

RELATIONS = {"not_following_back": "not following back", "mutual": "mutual", "fan": "fan"}
"""Relation -> how it is called on the page."""


def findings(report: Follows) -> Iterator[tuple[str, str]]:
    """(part of the page, sentence), in the order of the page."""
    together = reciprocity.together(report.accounts).to_dict("records")
    if together and together[0]["owners"] > 1:
        yield "who", f"{_all_accounts(together[0])} Somebody who is on two networks counts on each."
    several = len(report.accounts) > 1
    names = short_names(report.names, report.accounts) if several else []
    for place, account in enumerate(report.accounts.to_dict("records")):
        name = names[place] if several else account_name(report.names, account)
        yield "accounts" if several else "who", _account(report, name, account)
    if sentence := _fresh(report):
        yield "fresh", sentence
    yield from (("waiting", sentence) for sentence in _waiting(report))
    yield from (("limits", sentence) for sentence in _limits(report))
    if len(report.states):
        yield "states", _states(report)
    if len(report.renamed):
        yield "renamed", f"{count_words(len(report.renamed), 'change')} of a handle by people on your lists."
    yield from (("exchange", sentence) for sentence in _exchange(report))
    if len(report.people):
        yield "fans", _fans(report)


def account_name(names: Mapping[str, str], row: Mapping[Any, Any]) -> str:
    """An account of the user's, such as "X (@ana)"; the handle is text from an export."""
    handle = row.get("owner_handle")
    return f"{names.get(row['platform'], row['platform'])} (@{row['owner'] if pd.isna(handle) else handle})"


def short_names(names: Mapping[str, str], accounts: pd.DataFrame) -> list[str]:
    """The user's accounts by their network alone, as pictures have room for; with handle where a network has two."""
    several = accounts["platform"].duplicated(keep=False)
    return [
        account_name(names, row) if twice else names.get(row["platform"], row["platform"])
        for row, twice in zip(accounts.to_dict("records"), several, strict=True)
    ]


def _all_accounts(row: Mapping[Any, Any]) -> str:
    return f"All {row['owners']} accounts together: {_relations(row)}."


def _relations(row: Mapping[Any, Any]) -> str:
    fans = f"{row['fans']:,} of your {count_words(row['followers'], 'follower')} you do not follow"
    if not row["following"]:
        return f"you follow nobody; {fans}"
    return (
        f"{row['mutual']:,} of the {row['following']:,} you follow follow you back "
        f"({percent(row['mutual'], row['following'])}), {row['not_following_back']:,} do not; {fans}"
    )


def _account(report: Follows, name: str, row: Mapping[Any, Any]) -> str:
    lists = [
        f"{said} of {day_words(row[key], report.time_zone)}"
        for said, key in (("followers", "followers_as_of"), ("following", "following_as_of"))
        if not pd.isna(row[key])
    ]
    if not pd.isna(row["mutual"]):
        days = {day_words(row[key], report.time_zone) for key in ("followers_as_of", "following_as_of")}
        return (
            f"{name}: {_relations(row)}; {f'lists of {days.pop()}' if len(days) == 1 else ', '.join(lists)}."
        )
    lacking = " and ".join(
        said
        for said, key in (("who follows you", "followers_as_of"), ("whom you follow", "following_as_of"))
        if pd.isna(row[key])
    )
    had = f" There is one of {', '.join(lists)}." if lists else ""
    return (
        f"{name}: a complete list of {lacking} is not in these exports, so who is mutual is not known.{had}"
    )


def _fresh(report: Follows) -> str | None:
    """Of those who do not follow back, whom one has followed too short a time ago."""
    not_back = report.people[report.people["relation"] == "not_following_back"]
    fresh, unknown = int(not_back["fresh"].sum()), int(not_back["fresh"].isna().sum())
    if not fresh and not unknown:
        return None
    said = (
        f"{f'{fresh:,}' if fresh else 'None'} of the {len(not_back):,} who do not follow back "
        f"{'was' if fresh < 2 else 'were'} followed less than {report.grace_days:g} days before the list"
    )
    wait = ": give them time" if fresh else ", as far as that is known"
    return f"{said}{wait}; of {unknown:,} it is not known." if unknown else f"{said}{wait}."


def _waiting(report: Follows) -> Iterator[str]:
    for row in report.waiting.tail(1).to_dict("records"):
        people = count_words(row["followed_first"], "person", "people")
        of_whom = f"{people} you followed first, as far as dates and lists tell"
        back = f"{row['followed_back']:,} {'has' if row['followed_back'] == 1 else 'have'} followed back"
        if pd.isna(row["wait_days"]):
            if row["followed_first"]:
                yield (
                    f"Of the {of_whom}, {back}; how long that takes is told from {ENOUGH} on, "
                    "since fewer would say too little."
                )
            continue
        dated = row["followed_back"] - row["dated"]
        lists = f" (of {dated:,} only the lists between which they did are known)" if dated else ""
        yield (
            f"Of the {of_whom}, {back}{lists}. Half of those who ever do have done so within "
            f"{_days(row['half_days'])}, nine of ten within {_days(row['wait_days'])}: longer is seldom worth it."
        )
        if row["order_unknown"]:
            yield (
                f"Not counted: {row['order_unknown']:,} who follow you back, where nothing tells who was first."
            )
    several = report.waiting.iloc[:-1]
    for row in several.dropna(subset=["wait_days"]).to_dict("records"):
        name = report.names.get(row["platform"], row["platform"])
        yield (
            f"{name}: {row['followed_back']:,} of {row['followed_first']:,}, half within {_days(row['half_days'])}, "
            f"nine of ten within {_days(row['wait_days'])}."
        )


def _days(days: int) -> str:
    return "a day" if days < 1 else count_words(int(days), "day")


def _limits(report: Follows) -> Iterator[str]:
    rows = report.limits.to_dict("records")
    for name, row in zip(short_names(report.names, report.limits), rows, strict=True):
        a_day = "" if pd.isna(row["per_day"]) else f"at most {row['per_day']:,} a day"
        if pd.isna(row["left"]):
            known = (
                "how many you follow is not known" if not pd.isna(row["cap"]) else "no limit in all is known"
            )
            yield f"{name}: {known}{f'; {a_day}' if a_day else ''}."
            continue
        near = ": the limit is near" if row["share_used"] >= NEARLY else ""
        sure = "" if row["cap_certainty"] == "official" else f" ({row['cap_certainty']})"
        yield (
            f"{name}: you can follow {row['left']:,} more{f', {a_day}' if a_day else ''}; {row['following']:,} of "
            f"{row['cap']:,}{sure} used{near}."
        )


def _states(report: Follows) -> str:
    counts = report.states["state"].value_counts().to_dict()
    moved, silent, active, unknown = (counts.get(s, 0) for s in ("moved", "silent", "active", "unknown"))
    said = (
        f"Of the {count_words(len(report.states), 'account')} you follow, {moved:,} moved elsewhere, {silent:,} went "
        f"silent for {report.silent_days:g} days or more, and {active:,} gave a sign of life within them"
    )
    return f"{said}; of {unknown:,} nothing here tells." if unknown else f"{said}."


def _exchange(report: Follows) -> Iterator[str]:
    for row in report.exchange.tail(1).to_dict("records"):
        if pd.isna(row["to_them"]) or pd.isna(row["from_them"]):
            known = "from them" if pd.isna(row["to_them"]) else "to them"
            number = row["from_them"] if pd.isna(row["to_them"]) else row["to_them"]
            if not pd.isna(number):
                yield f"{count_words(int(number), 'act')} {known}; of the other way nothing is in these exports."
            continue
        ratio = f", so you give {row['given_per_received']:.1f} for each you get" if row["from_them"] else ""
        yield (
            f"Replies, likes, reposts and mentions with these {row['people']:,} people: {row['to_them']:,} to them, "
            f"{row['from_them']:,} from them{ratio}. To {row['givers']:,} you gave more, {row['receivers']:,} gave you "
            "more. Only what exports hold is counted."
        )


def _fans(report: Follows) -> str:
    fans = int((report.people["relation"] == "fan").sum())
    talked = int((report.fans["from_them"] > 0).sum()) if len(report.fans) else 0
    left_out = report.fans_left_out
    pushers = f" Left out as link-pushers: {left_out:,}." if left_out else ""
    follow = "follows" if fans == 1 else "follow"
    return (
        f"{count_words(fans, 'fan')} {follow} you without being followed. Neither decided about nor likely to push "
        f"links: {len(report.fans):,}, of whom {talked:,} wrote to you, liked or reposted "
        f"you.{pushers}"
    )


def person_words(report: Follows, row: Mapping[Any, Any]) -> str:
    """What is known of one person of the table: when each followed, acts either way, state and score.

    Handle, addresses and reasons are text from exports.
    """
    said = []
    if row["relation"] != "fan":
        said.append(f"you follow them {_since(row, 'following', report.time_zone)}")
    if row["relation"] != "not_following_back":
        said.append(f"they follow you {_since(row, 'follower', report.time_zone)}")
    else:
        said.append(f"they did not follow you on {day_words(row['followers_as_of'], report.time_zone)}")
    if not pd.isna(row["to_them"]):
        said.append(f"{count_words(int(row['to_them']), 'act')} to them")
    if not pd.isna(row["from_them"]):
        said.append(f"{count_words(int(row['from_them']), 'act')} from them")
    if not pd.isna(row["posts_per_week"]):
        basis = {
            "counted": "counted by its profile",
            "held": "by the posts here",
            "lifetime": "over its life",
        }
        said.append(f"{row['posts_per_week']:,.1f} posts a week ({basis[row['basis']]})")
    if not pd.isna(row["score"]):
        said.append(f"link-pusher score {row['score']:.0f} of 100, {row['label']}")
    if isinstance(row["why"], str):
        said.append(row["why"])
    return f"{handle(row)}: {'; '.join(said)}."


def handle(row: Mapping[Any, Any]) -> str:
    """@handle of an account, or its id where none is known; text from an export."""
    known = row["handle"]
    return f"@{known}" if isinstance(known, str) and known else str(row["account"])


def _since(row: Mapping[Any, Any], side: str, time_zone: str) -> str:
    """Such as "since 3 May 2026", "since some day between 10 May 2026 and 19 Nov 2026" or "since before ..."."""

    def day(moment: datetime) -> str:
        return day_words(moment, time_zone)

    known, after, before = (row[f"{side}_{end}"] for end in ("since", "after", "before"))
    if not pd.isna(known):
        return f"since {day(known)}"
    if not pd.isna(after):
        return f"since some day between {day(after)} and {day(before)}"
    return f"since {day(before)} or earlier"
