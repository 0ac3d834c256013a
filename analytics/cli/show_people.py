"""`watercooler show` for people: who follows back, who came and left, who pushes links, who one talks with."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from analytics.cli.context import DAY
from analytics.cli.output import say
from analytics.cli.show import Answer, asked, filters, print_answer
from analytics.metrics import decisions, link_pushers, networks
from analytics.metrics.window import moment_after
from analytics.reference import reference
from analytics.reports import answers

DAYS_SHOWN = 14


@click.command("reciprocity", epilog="Example:  watercooler show reciprocity --platform x --format json")
@filters
def reciprocity_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """Who follows back: mutual, not following back, fans."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.reciprocity_answer(cursor, window)
    accounts = {
        "platform": "network", "owner": "account", "followers": "followers", "following": "following",
        "mutual": "mutual", "not_following_back": "not back", "fans": "fans",
        "share_of_following_mutual": "of following", "share_of_followers_mutual": "of followers",
        "as_of": "as of",
    }  # fmt: skip
    people = {
        "platform": "network", "account": "account", "handle": "handle", "relation": "relation",
        "since": "since", "last_interaction": "last interaction", "to_them": "to them", "from_them": "from them",
        "fresh": "new follow",
    }  # fmt: skip
    csv_columns = ("platform", "owner", "account", "handle", "display_name", *list(people)[3:])
    tables = [("accounts", "Reciprocity", accounts), ("people", "People", people)]
    if format_ == "table" and len(answer["accounts"]) > 1 and answer["together"]:
        shown = {"owners": "accounts", **dict(list(accounts.items())[2:-1])}
        answer = {"accounts": answer["accounts"], "all": [answer["together"]], "people": answer["people"]}
        tables.insert(1, ("all", "Together", shown))
    print_answer(format_, answer, tables, csv_columns)


@click.command("growth", epilog="Example:  watercooler show growth --since 2026-01-01")
@click.option(
    "--between",
    type=(DAY, DAY),
    metavar="DAY DAY",
    help="Who came and left between the lists that were the latest on two days, instead of list by list.",
)
@filters
def growth_command(
    context: click.Context, format_: str, between: tuple[date, date] | None, **chosen: Any
) -> None:
    """How followers and following moved, and who came and left between two complete lists."""
    with asked(context, **chosen) as (cursor, window):
        ends = [moment_after(day, window.time_zone) for day in between or ()]
        answer = answers.growth_answer(cursor, window, between=(ends[0], ends[1]) if ends else None)
    points = {
        "platform": "network", "owner": "account", "as_of": "as of", "followers": "followers",
        "following": "following", "source": "from",
    }  # fmt: skip
    changes = {
        "platform": "network", "owner": "account", "direction": "list", "from": "from", "to": "to",
        "gained": "gained", "lost": "lost", "renamed": "renamed",
    }  # fmt: skip
    events = {
        "platform": "network", "account": "account", "handle": "handle", "direction": "list", "kind": "kind",
        "after": "after", "before": "before", "cause": "cause", "cause_basis": "why",
    }  # fmt: skip
    days = {
        "platform": "network", "owner": "account", "day": "day", "new_follows": "new follows",
        "unfollows": "unfollows", "followers": "followers", "basis": "counted from",
    }  # fmt: skip
    tables = [("points", "Levels", points), ("changes", "Changes", changes), ("events", "People", events)]
    if format_ == "table" and answer["daily"]:
        answer = answer | {"days": _latest_days(answer)}
        tables.insert(2, ("days", f"The latest {DAYS_SHOWN} days that the platform counted", days))
    print_answer(format_, answer, tables, ("platform", "owner", *list(events)[1:]))


def _latest_days(answer: Answer) -> list[dict[str, Any]]:
    """What the platform counted on the latest days, with the level that it makes, newest first."""
    levels = {(row["platform"], row["owner"], row["day"]): row for row in answer["level"]}
    rows = sorted(answer["daily"], key=lambda row: row["day"], reverse=True)[:DAYS_SHOWN]
    return [levels.get((row["platform"], row["owner"], row["day"]), {}) | row for row in rows]


@click.command(
    "link-pushers", epilog="Example:  watercooler show link-pushers --scope following --min-posts 10"
)
@click.option(
    "--scope",
    type=click.Choice(["following", "followers", "all", "me"]),
    default="following",
    show_default=True,
)
@click.option(
    "--rules",
    "rules_name",
    help="A rule file of your own, or a published set: lin-huang, socialbakers, twit-cleaner.",
)
@click.option(
    "--min-posts", type=click.IntRange(min=1), help="Posts needed for a verdict. Default: the rules' own."
)
@filters
def link_pushers_command(
    context: click.Context,
    format_: str,
    scope: str,
    rules_name: str | None,
    min_posts: int | None,
    **chosen: Any,
) -> None:
    """Which accounts only push links, with the signals and the posts that show it."""
    try:
        rules = link_pushers.load_rules(_rules_path(rules_name))
    except (ValueError, OSError) as error:
        say(str(error))
        sys.exit(1)
    if min_posts:
        rules = replace(rules, min_posts=min_posts)
    with asked(context, **chosen) as (cursor, window):
        answer = answers.link_pushers_answer(cursor, window, scope=scope, rules=rules)
    if format_ == "table":
        for person in answer["people"]:
            strongest = sorted(
                (s for s in person["signals"] if s["points"]), key=lambda s: s["points"], reverse=True
            )
            person["why"] = ", ".join(f"{s['name']} {_value(s['value'])}" for s in strongest[:3])
    columns = {
        "platform": "network", "account": "account", "handle": "handle", "score": "score",
        "coverage": "coverage", "label": "label", "posts_seen": "posts", "why": "strongest signals",
        "decision": "decision",
    }  # fmt: skip
    csv_columns = (
        "platform", "account", "handle", "score", "coverage", "label", "posts_seen", "signals", "reasons",
        "evidence", "decision", "decision_reason", "decision_until",
    )  # fmt: skip
    tables = [("people", f"Link-pushers, rules {answer['rules_version']}", columns)]
    print_answer(format_, answer, tables, csv_columns)


def _rules_path(name: str | None) -> Path | None:
    """A file of the user's own, else the published set of that name."""
    if name is None:
        return None
    preset = reference("presets") / f"{name}.toml"
    return preset if preset.is_file() and not Path(name).exists() else Path(name)


def _value(value: object) -> str:
    return "–" if value is None else f"{value:.2g}"


@click.command("conversations", epilog="Example:  watercooler show conversations --since 2026-09-01")
@filters
def conversations_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """With whom you talk: acts towards people and from them, those first with whom words go both ways."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.conversations_answer(cursor, window)
    columns = {
        "platform": "network", "account": "account", "handle": "handle", "to_them": "to them",
        "from_them": "from them", "words_to_them": "words to them", "words_from_them": "words from them",
        "last_at": "last",
    }  # fmt: skip
    waiting = {
        "platform": "network", "account": "account", "handle": "handle", "kind": "kind", "at": "since",
        "text": "text", "waiting": "waiting", "liked": "liked",
    }  # fmt: skip
    lost = {
        "platform": "network", "account": "account", "handle": "handle", "words_to_them": "words to them",
        "words_from_them": "words from them", "last_at": "last", "silent_days": "silent days",
    }  # fmt: skip
    tables = [
        ("waiting", "Replies that wait for an answer", waiting),
        ("long_lost", "Long-lost contacts", lost),
    ]
    people = ("people", "Conversations", columns)
    print_answer(format_, answer, [*tables, people], list(columns))


@click.command("limits", epilog="Example:  watercooler show limits --platform mastodon")
@filters
def limits_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """How many more you can follow, and why you may be limited to a few a day."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.limits_answer(cursor, window)
    columns = {
        "platform": "network", "owner_handle": "account", "following": "following", "followers": "followers",
        "cap": "at most", "left": "left", "per_day": "a day", "per_hour": "an hour", "cap_certainty": "source",
    }  # fmt: skip
    csv_columns = (
        "platform", "owner", "owner_handle", "as_of", "following", "followers", "cap", "cap_formula", "left",
        "share_used", "per_day", "per_hour", "cap_source", "cap_certainty", "per_day_source", "per_day_certainty",
        "busiest_day", "busiest_day_follows", "answer",
    )  # fmt: skip
    print_answer(format_, answer, [("accounts", "Follow limits", columns)], csv_columns)
    if format_ == "table":
        for row in answer["accounts"]:
            click.echo(f"{row['platform']}: {row['answer']}")


@click.command("worth", epilog="Example:  watercooler show worth --since 2026-06-01")
@filters
def worth_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """What each account you follow costs in minutes of reading, what came back, and what your feed is made of."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.worth_answer(cursor, window)
    feed = {"class": "posts that are", "posts": "posts", "share": "share", "accounts": "accounts"}
    columns = {
        "platform": "network", "account": "account", "handle": "handle", "posts_per_week": "posts a week",
        "basis": "known by", "minutes_per_week": "minutes a week", "from_them": "from them", "to_them": "to them",
        "back_per_hour": "back an hour", "last_at": "last",
    }  # fmt: skip
    tables = [("feed", "What your feed is made of", feed), ("accounts", "Worth, the least first", columns)]
    print_answer(format_, answer, tables, list(columns))


@click.command("person", epilog="Example:  watercooler show person @ana")
@click.argument("account")
@filters
def person_command(context: click.Context, format_: str, account: str, **chosen: Any) -> None:
    """One person's column: their posts and what went between you, newest first."""
    with asked(context, **chosen) as (cursor, window):
        known = tuple(networks.networks(cursor))
        try:
            platform, found = decisions.find_account(cursor, account, platforms=known)
        except ValueError as error:
            say(str(error))
            sys.exit(1)
        answer = answers.person_answer(cursor, window, platform=platform, account=found)
    columns = {"at": "when", "direction": "direction", "kind": "kind", "text": "text", "post_id": "post"}
    print_answer(format_, answer, [("column", f"{account} on {platform}", columns)], list(columns))


@click.command("search", epilog="Example:  watercooler search 'letterpress \"old maps\"' --since 2026-01-01")
@click.argument("words")
@filters
def search_command(context: click.Context, format_: str, words: str, **chosen: Any) -> None:
    """Posts that hold the words, best first, and who is answered most in that topic."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.search_answer(cursor, window, words=words)
    leaders = {
        "platform": "network", "account": "account", "handle": "handle", "posts": "posts", "answers": "answers",
        "reposts": "reposts", "likes": "likes", "is_me": "you",
    }  # fmt: skip
    posts = {"platform": "network", "handle": "handle", "at": "when", "score": "score", "text": "text"}
    csv_columns = ("platform", "post_id", "account", "handle", "at", "score", "words_found", "is_me", "text")
    tables = [("leaders", "Who is answered most", leaders), ("posts", "Posts", posts)]
    print_answer(format_, answer, tables, csv_columns)


COMMANDS = (
    reciprocity_command,
    growth_command,
    link_pushers_command,
    conversations_command,
    limits_command,
    worth_command,
    person_command,
)
