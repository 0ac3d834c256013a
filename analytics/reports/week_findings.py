"""The week in words: one plain sentence per finding, with figures, denominators and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.metrics.reciprocity import together
from analytics.metrics.time_words import duration_words
from analytics.metrics.weekly_budget import Standing
from analytics.metrics.window import midnight_utc, to_local
from analytics.reports.week_words import (
    MEASURE_WORDS,
    NAMED,
    account_name,
    count_words,
    day_words,
    handle,
    is_estimated,
    minutes_words,
    moment_words,
    percent,
    spent_words,
    week_words,
    when_words,
)

if TYPE_CHECKING:
    from analytics.reports.this_week import LinkPushers, ThisWeek


def findings(report: ThisWeek) -> Iterator[tuple[str, str]]:
    """(part of the page, sentence), in the order of the page."""
    yield "week", _which_week(report)
    if report.budget.total.spent_minutes is not None:
        yield "time", _total(report)
        yield from (("time", sentence) for sentence in _sites(report))
        yield from (("time", note) for note in report.budget.notes)
        yield from (("today", sentence) for sentence in _today(report))
    if not report.plan.empty:
        yield "plan", _plan(report.plan)
    if len(report.came):
        yield "results", _came(report.came, is_present=report.is_present)
    if len(report.accounts):
        yield from (("together", sentence) for sentence in _together(report))
    for account in report.accounts.to_dict("records"):
        yield "people", _reciprocity(report, account)
        if growth := _growth(report, account):
            yield "growth", growth
    if report.link_pushers.judged:
        yield from (("link-pushers", sentence) for sentence in _link_pushers(report.link_pushers))


def _which_week(report: ThisWeek) -> str:
    days = week_words(report.week)
    if report.data_until_utc is None:
        return f"The week of {days}."
    until = moment_words(report.data_until_utc, report.time_zone)
    if report.is_present:
        return f"This week, {days}; the data reach to {until}."
    if report.data_until_utc < midnight_utc(report.week, report.time_zone):
        return f"The week of {days}; it has no data, which end on {until}."
    whole = report.as_of_utc >= midnight_utc(report.week + timedelta(days=7), report.time_zone) - timedelta(
        seconds=1
    )
    if whole:
        return f"The week of {days}; its last data are of {until}."
    return f"The week of {days}, the latest that has data; they end on {until}."


def _total(report: ThisWeek) -> str:
    total = report.budget.total
    spent = spent_words(total)
    if total.budget_minutes is None:
        return f"On all sites together: {spent}; no budget is set for them."
    limit = duration_words(total.budget_minutes * 60)
    # A share to the percent would say more than an estimate knows.
    exact = total.budget_minutes and not is_estimated(total)
    share = f" ({percent(total.spent_minutes or 0, total.budget_minutes)})" if exact else ""
    said = f"All sites together: {spent}, of a budget of {limit}{share}"
    return f"{said}; {_verdict(report, total)}."


def _verdict(report: ThisWeek, standing: Standing) -> str:
    left = standing.left_minutes or 0.0
    amount = minutes_words(abs(left), estimated=is_estimated(standing))
    end = "" if report.is_present else " when the data end"
    match standing.verdict:
        case "over":
            return f"{amount} over" + (
                f", used up on {when_words(report, standing)}" if standing.runs_out else ""
            )
        case "likely over":
            return "likely over, since even the low end of the estimate exceeds it"
        case "on course to go over" if standing.runs_out and report.is_present:
            return _forecast(report, standing)
        case "on course to go over" if left < 0:
            return "perhaps over it, which an estimate cannot tell for sure"
        case "nearly used up":
            return f"nearly used up, {amount} left{end}"
        case _:
            return f"{amount} left{end}"


def _today(report: ThisWeek) -> Iterator[str]:
    """What is left for today, where the rest of each budget is spread evenly over the days that are left."""
    total = report.budget.total
    shares = [site for site in report.budget.sites if site.budget_minutes is not None]
    # Of a day after the last data nothing is known yet.
    days = {to_local(moment, report.time_zone).date() for moment in (report.as_of_utc, report.present_utc)}
    if not report.is_present or len(days) > 1 or total.left_per_day_minutes is None:
        return
    said = f"Left for today, if spread evenly: {_per_day(total)} on all sites"
    if shares:
        said += "; of the shares " + ", ".join(
            f"{report.site_name(site.site)} {_per_day(site) if site.left_per_day_minutes else 'nothing'}"
            for site in shares
        )
    yield f"{said}."


def _per_day(standing: Standing) -> str:
    return minutes_words(standing.left_per_day_minutes or 0.0, estimated=is_estimated(standing))


def _forecast(report: ThisWeek, standing: Standing) -> str:
    when = when_words(report, standing)
    if is_estimated(standing):  # which knows no minute
        return f"at this pace it may be used up on {when.partition(',')[0]}"
    # The data may end some days ago: then the forecast moment has passed unseen.
    passed = standing.runs_out is not None and standing.runs_out <= report.present_utc
    return (
        f"at the pace so far it will have been used up by {when}"
        if passed
        else f"at this pace it is used up on {when}"
    )


def _sites(report: ThisWeek) -> Iterator[str]:
    total = report.budget.total.spent_minutes or 0.0
    several = sum(bool(standing.spent_minutes) for standing in report.budget.sites) > 1
    without_share = []
    for standing in report.budget.sites:
        name = report.names.get(standing.site or "", standing.site or "")
        if standing.budget_minutes is None:
            if standing.spent_minutes:
                without_share.append(f"{name} {spent_words(standing)}")
            continue
        limit = duration_words(standing.budget_minutes * 60)
        if standing.spent_minutes is None:
            yield f"{name}: {spent_words(standing)}; its share is {limit}."
            continue
        part = ""
        if several and standing.spent_minutes and not is_estimated(report.budget.total):
            part = f" ({percent(standing.spent_minutes, total)} of the week's time)"
        yield f"{name}: {spent_words(standing)}, of its share of {limit}; {_verdict(report, standing)}{part}."
    if without_share:
        yield f"Without a share of the budget: {', '.join(without_share)}."


def _plan(plan: pd.DataFrame) -> str:
    counts = plan["state"].value_counts().to_dict()
    kept, partly, missed = (counts.get(state, 0) for state in ("kept", "partly", "missed"))
    said = []
    if over := kept + partly + missed:
        parts = [f"{kept:,} kept"]
        parts += [f"{partly:,} kept in part"] if partly else []
        parts += [f"{missed:,} missed"] if missed else []
        said.append(f"of {count_words(over, 'slot')} so far {', '.join(parts)}, by recorded time")
    if ahead := counts.get("ahead", 0):
        said.append(f"{count_words(ahead, 'slot')} {'comes' if ahead == 1 else 'come'} after the data end")
    if unknown := counts.get("not measured", 0):
        said.append(f"of {count_words(unknown, 'slot')} nothing is known: the week has no record of the site")
    return f"Plan: {'; '.join(said)}."


def _came(came: pd.DataFrame, *, is_present: bool) -> str:
    def counted(column: str) -> str:
        known = came.dropna(subset=[column]).to_dict("records")
        return ", ".join(count_words(round(row[column]), *MEASURE_WORDS[row["measure"]]) for row in known)

    week = "So far this week" if is_present else "In this week up to the last data"
    now = counted("value") or "nothing is known of what came"
    return f"{week}: {now}; the week before up to the same hour: {counted('before') or 'nothing is known'}."


def _together(report: ThisWeek) -> Iterator[str]:
    """Where there are several accounts: what they come to, if both lists of more than one are known."""
    for row in together(report.accounts).to_dict("records"):
        if row["owners"] > 1 and row["following"]:
            yield (
                f"All {row['owners']} accounts together: {row['mutual']:,} of the {row['following']:,} you follow "
                f"follow you back ({percent(row['mutual'], row['following'])}); {row['fans']:,} of your "
                f"{count_words(row['followers'], 'follower')} you do not follow. Somebody who is on two networks "
                "counts on each."
            )


def _reciprocity(report: ThisWeek, account: Mapping[Any, Any]) -> str:
    name = account_name(report, account)
    following, followers, mutual = (account[key] for key in ("following", "followers", "mutual"))
    if pd.isna(mutual):
        known, missing = [], []
        for count, known_as, asked in (
            (followers, "followers", "whom you follow" if pd.isna(following) else ""),
            (following, "accounts followed", "who follows you" if pd.isna(followers) else ""),
        ):
            if not pd.isna(count):
                known.append(f"{count:,} {known_as}")
            if asked:
                missing.append(asked)
        said = f"{', '.join(known)}; " if known else ""
        lists = " and ".join(missing)
        return f"{name}: {said}a complete list of {lists} is not in these exports, so who is mutual is not known."
    if not following:
        return f"{name}: you follow nobody; {count_words(followers, 'follower')}, {_lists(report, account)}."
    return (
        f"{name}: {mutual:,} of the {following:,} you follow follow you back ({percent(mutual, following)}), "
        f"{account['not_following_back']:,} do not; {account['fans']:,} of your {count_words(followers, 'follower')} "
        f"you do not follow; {_lists(report, account)}."
    )


def _lists(report: ThisWeek, account: Mapping[Any, Any]) -> str:
    followers, following = (
        day_words(account[key], report.time_zone) for key in ("followers_as_of", "following_as_of")
    )
    if followers == following:
        return f"lists of {followers}"
    return f"followers of {followers}, following of {following}"


def _growth(report: ThisWeek, account: Mapping[Any, Any]) -> str | None:
    """From the last list but one to the last, where there are two; else between counts a day or more apart."""
    changes, points = (_of_account(frame, account) for frame in (report.changes, report.points))
    points = points[points["followers"].notna()]
    changes = changes[changes["direction"] == "follower"]
    if len(changes):
        start, end = changes.iloc[-1]["from"], changes.iloc[-1]["to"]
        before, after = points[points["as_of"] == start], points[points["as_of"] == end]
    else:
        after = points.tail(1)
        before = points[points["as_of"] <= points["as_of"].max() - timedelta(days=1)].tail(1)
    if before.empty or after.empty:
        return None
    first, last = before.iloc[0], after.iloc[0]
    difference = int(last["followers"]) - int(first["followers"])
    change = (
        "as many as"
        if not difference
        else f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} than"
    )
    said = (
        f"{account_name(report, account)}: {count_words(int(last['followers']), 'follower')} on "
        f"{day_words(last['as_of'], report.time_zone)}, {change} on {day_words(first['as_of'], report.time_zone)}"
    )
    if changes.empty:
        return f"{said}, by profile counts; who came and who left is not in these exports."
    return f"{said}: {int(changes['gained'].iloc[-1]):,} came and {int(changes['lost'].iloc[-1]):,} left."


def _of_account(frame: pd.DataFrame, account: Mapping[Any, Any]) -> pd.DataFrame:
    mine = (frame["platform"] == account["platform"]) & (frame["owner"] == account["owner"])
    found: pd.DataFrame = frame.loc[mine]
    return found


def _link_pushers(judged: LinkPushers) -> Iterator[str]:
    unjudged = judged.following - judged.judged
    has = "has" if unjudged == 1 else "have"
    rest = f"; {unjudged:,} more {has} too few posts here ({judged.min_posts} are needed)" if unjudged else ""
    decided = f"; {judged.decided:,} you have decided about" if judged.decided else ""
    spam = f"{judged.likely_spam:,} {'is' if judged.likely_spam == 1 else 'are'} likely spam"
    links = f"{judged.broadcasters:,} only {'broadcasts' if judged.broadcasters == 1 else 'broadcast'} links"
    yield (
        f"Of the {count_words(judged.judged, 'account')} you follow that can be judged, {spam} and {links}"
        f"{decided}{rest}."
    )
    for person in judged.top[:NAMED]:
        verdict = f"{handle(person)}, {person['label']}, score {person['score']:.0f} of 100"
        yield f"{verdict}: {'; '.join(person['reasons'])}."
