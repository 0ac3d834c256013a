"""`watercooler show`: the answers, as a table, JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
import duckdb

from analytics.cli.context import DAY, format_option, now_utc, reading_or_empty, store_of
from analytics.cli.output import csv_text, plain, print_json, print_table, say
from analytics.metrics import link_pushers, settings
from analytics.metrics.time_words import duration_words
from analytics.metrics.window import Window
from analytics.reports import answers, this_week
from analytics.store.location import is_sample

Answer = answers.Answer
Columns = Mapping[str, str]

PEOPLE_SHOWN = 50
DAYS_SHOWN = 14


@click.group("show")
def show() -> None:
    """The answers: summary, reciprocity, growth, link-pushers, conversations, time, budget, sources."""


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--today", type=DAY, help="Look up to the end of this day. Default: now."),
        click.option("--until", type=DAY, help="Last day, included."),
        click.option("--since", type=DAY, help="First day, included."),
        click.option("--owner", help="Only this account of yours, by id or handle."),
        click.option("--platform", help="Only this network, such as x."),
        format_option,
        click.pass_context,
    ):
        command = option(command)
    return command


@contextmanager
def _asked(
    context: click.Context, *, at_latest_data: bool = False, today: date | None, **filters: Any
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Window]]:
    """The store and the window that the options mean."""
    with reading_or_empty(store_of(context)) as cursor:
        if filters.get("platform"):
            filters["platform"] = filters["platform"].lower()
        yield (
            cursor,
            settings.window(
                cursor, today=today, now_utc=now_utc(), at_latest_data=at_latest_data, filters=filters
            ),
        )


def _print(
    format_: str, answer: Answer, tables: Sequence[tuple[str, str, Columns]], csv_columns: Sequence[str]
) -> None:
    """tables: (key of the answer, title, columns); CSV has the rows of the last of them."""
    match format_:
        case "json":
            print_json(answer)
        case "csv":
            click.echo(csv_text(answer[tables[-1][0]], csv_columns), nl=False)
        case _:
            for key, title, columns in tables:
                rows = answer[key]
                print_table(title, rows[:PEOPLE_SHOWN], columns)
                if len(rows) > PEOPLE_SHOWN:
                    say(f"... and {len(rows) - PEOPLE_SHOWN:,} more: --format csv or json has them all.")


@show.command("reciprocity", epilog="Example:  watercooler show reciprocity --platform x --format json")
@_filters
def reciprocity_command(context: click.Context, format_: str, **filters: Any) -> None:
    """Who follows back: mutual, not following back, fans."""
    with _asked(context, **filters) as (cursor, window):
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
    _print(format_, answer, tables, csv_columns)


@show.command("growth", epilog="Example:  watercooler show growth --since 2026-01-01")
@_filters
def growth_command(context: click.Context, format_: str, **filters: Any) -> None:
    """How followers and following moved, and who came and left between two complete lists."""
    with _asked(context, **filters) as (cursor, window):
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
    _print(format_, answer, tables, ("platform", "owner", *list(events)[1:]))


def _latest_days(answer: Answer) -> list[dict[str, Any]]:
    """What the platform counted on the latest days, with the level that it makes, newest first."""
    levels = {(row["platform"], row["owner"], row["day"]): row for row in answer["level"]}
    rows = sorted(answer["daily"], key=lambda row: row["day"], reverse=True)[:DAYS_SHOWN]
    return [levels.get((row["platform"], row["owner"], row["day"]), {}) | row for row in rows]


@show.command(
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
@_filters
def link_pushers_command(
    context: click.Context,
    format_: str,
    scope: str,
    rules_file: Path | None,
    min_posts: int | None,
    **filters: Any,
) -> None:
    """Which accounts only push links, with the signals and the posts that show it."""
    try:
        rules = link_pushers.load_rules(rules_file)
    except (ValueError, OSError) as error:
        say(str(error))
        sys.exit(1)
    if min_posts:
        rules = replace(rules, min_posts=min_posts)
    with _asked(context, **filters) as (cursor, window):
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
    _print(format_, answer, tables, csv_columns)


def _value(value: object) -> str:
    return "–" if value is None else f"{value:.2g}"


@show.command("conversations", epilog="Example:  watercooler show conversations --since 2026-09-01")
@_filters
def conversations_command(context: click.Context, format_: str, **filters: Any) -> None:
    """With whom you talk: acts towards people and from them, those first with whom words go both ways."""
    with _asked(context, **filters) as (cursor, window):
        answer = answers.conversations_answer(cursor, window)
    columns = {
        "platform": "network", "account": "account", "handle": "handle", "to_them": "to them",
        "from_them": "from them", "words_to_them": "words to them", "words_from_them": "words from them",
        "last_at": "last",
    }  # fmt: skip
    _print(format_, answer, [("people", "Conversations", columns)], list(columns))


@show.command("time", epilog="Example:  watercooler show time --since 2026-11-01 --format csv")
@_filters
def time_command(context: click.Context, format_: str, **filters: Any) -> None:
    """Time per week and site: measured, or estimated from your own posts with a range."""
    with _asked(context, at_latest_data=True, **filters) as (cursor, window):
        answer = answers.time_answer(cursor, window)
    if format_ == "table":
        answer["weeks"].reverse()
        for row in answer["weeks"]:
            row["time"] = row["refused"] or _span(row["seconds"])
            is_range = not row["refused"] and row["low_seconds"] != row["high_seconds"]
            row["range"] = f"{_span(row['low_seconds'])} to {_span(row['high_seconds'])}" if is_range else ""
            row["from"] = ", ".join(basis for basis, seconds in plain(row["basis"]).items() if seconds)
    columns = {"week": "week of", "site": "site", "time": "time", "range": "range", "from": "basis"}
    if format_ == "csv":
        for row in answer["weeks"]:
            row |= {f"{basis}_seconds": seconds for basis, seconds in row["basis"].items()}
    csv_columns = (
        "week", "site", "seconds", "low_seconds", "high_seconds", "refused", "measured_seconds",
        "visit_seconds", "estimated_seconds",
    )  # fmt: skip
    _print(format_, answer, [("weeks", "Time", columns)], csv_columns)


def _span(seconds: object) -> str:
    known = plain(seconds)
    return "–" if known is None else duration_words(known)


def print_budget(store: Path, today: date | None, format_: str, platform: str | None = None) -> None:
    """The week against its budget."""
    with reading_or_empty(store) as cursor:
        filters = {"platform": platform.lower() if platform else None}
        window = settings.window(cursor, today=today, now_utc=now_utc(), at_latest_data=True, filters=filters)
        answer = answers.budget_answer(cursor, window)
    total = answer["total"] | {"site": "all sites"}
    columns = {
        "site": "site", "spent_minutes": "spent (min)", "budget_minutes": "budget (min)",
        "left_minutes": "left (min)", "pace_minutes": "pace (min)", "runs_out": "runs out",
        "basis": "basis", "verdict": "verdict",
    }  # fmt: skip
    if format_ != "json":
        answer |= {"rows": [total, *answer["sites"]]}
    _print(format_, answer, [("rows", f"Week of {answer['week']}", columns)], list(total))


@show.command("budget", epilog="Example:  watercooler show budget --today 2026-11-19")
@_filters
def budget_command(
    context: click.Context, format_: str, today: date | None, platform: str | None, **_: Any
) -> None:
    """The week against its budget: spent, left, pace, and when it runs out."""
    print_budget(store_of(context), today, format_, platform)


@show.command("sources", epilog="Example:  watercooler show sources")
@_filters
def sources_command(context: click.Context, format_: str, **_: Any) -> None:
    """Every import: what it read, added, had already, and could not read."""
    with reading_or_empty(store_of(context)) as cursor:
        answer = answers.sources_answer(cursor)
    columns = {
        "import_id": "import", "format": "format", "owner": "owner", "exported_at": "as of",
        "status": "status", "total": "rows", "added": "new", "problems": "problems", "path": "path",
    }  # fmt: skip
    if format_ == "table":
        for row in answer["imports"]:
            row |= {"total": sum(row["rows"].values()), "added": sum(row["new"].values())}
            row["path"] = Path(row["path"]).name
    csv_columns = (
        "import_id", "path", "format", "owner", "exported_at", "status", "imported_at", "problems", "notes",
        "rows", "new", "known",
    )  # fmt: skip
    _print(format_, answer, [("imports", "Sources", columns)], csv_columns)


@show.command("summary", epilog="Example:  watercooler show summary")
@_filters
def summary_command(context: click.Context, format_: str, **filters: Any) -> None:
    """The latest week that has data, in a few plain sentences."""
    print_summary(store_of(context), format_, **filters)


def print_summary(store: Path, format_: str = "table", *, today: date | None = None, **filters: Any) -> None:
    """One sentence per finding of the week."""
    if filters.get("platform"):
        filters["platform"] = filters["platform"].lower()
    with reading_or_empty(store) as cursor:
        report = this_week.latest(
            cursor, present_utc=now_utc(), today=today, filters=filters, clock_stands=is_sample(store)
        )
    match format_:
        case "json":
            print_json({"week": report.week, "sentences": list(report.sentences)})
        case "csv":
            click.echo(
                csv_text([{"sentence": sentence} for sentence in report.sentences], ["sentence"]), nl=False
            )
        case _:
            for sentence in report.sentences:
                click.echo(sentence)
