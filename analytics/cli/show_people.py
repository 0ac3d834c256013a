"""`watercooler show` for people: who follows back, who came and left, who pushes links, who one talks with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from analytics.cli.output import say
from analytics.cli.show import Answer, asked, filters, print_answer
from analytics.metrics import link_pushers
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
        "since": "since", "last_interaction": "last interaction",
    }  # fmt: skip
    csv_columns = ("platform", "owner", "account", "handle", "display_name", *list(people)[3:])
    tables = [("accounts", "Reciprocity", accounts), ("people", "People", people)]
    if format_ == "table" and len(answer["accounts"]) > 1 and answer["together"]:
        shown = {"owners": "accounts", **dict(list(accounts.items())[2:-1])}
        answer = {"accounts": answer["accounts"], "all": [answer["together"]], "people": answer["people"]}
        tables.insert(1, ("all", "Together", shown))
    print_answer(format_, answer, tables, csv_columns)


@click.command("growth", epilog="Example:  watercooler show growth --since 2026-01-01")
@filters
def growth_command(context: click.Context, format_: str, **chosen: Any) -> None:
    """How followers and following moved, and who came and left between two complete lists."""
    with asked(context, **chosen) as (cursor, window):
        answer = answers.growth_answer(cursor, window)
    points = {
        "platform": "network", "owner": "account", "as_of": "as of", "followers": "followers",
        "following": "following", "source": "from",
    }  # fmt: skip
    changes = {
        "platform": "network", "owner": "account", "direction": "list", "from": "from", "to": "to",
        "gained": "gained", "lost": "lost",
    }  # fmt: skip
    events = {
        "platform": "network", "account": "account", "handle": "handle", "direction": "list", "kind": "kind",
        "after": "after", "before": "before",
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
    "--scope", type=click.Choice(["following", "followers", "all"]), default="following", show_default=True
)
@click.option(
    "--rules", "rules_file", type=click.Path(path_type=Path, dir_okay=False), help="A rule file of your own."
)
@click.option(
    "--min-posts", type=click.IntRange(min=1), help="Posts needed for a verdict. Default: the rules' own."
)
@filters
def link_pushers_command(
    context: click.Context,
    format_: str,
    scope: str,
    rules_file: Path | None,
    min_posts: int | None,
    **chosen: Any,
) -> None:
    """Which accounts only push links, with the signals and the posts that show it."""
    try:
        rules = link_pushers.load_rules(rules_file)
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
    print_answer(format_, answer, [("people", "Conversations", columns)], list(columns))


COMMANDS = (
    reciprocity_command,
    growth_command,
    link_pushers_command,
    conversations_command,
)
