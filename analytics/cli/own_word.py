"""Commands for the user's own word: who I am, the budget, the plan, the settings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time

import click
import duckdb

from analytics.cli.context import DAY, format_option, now_utc, reading_or_empty, store_of
from analytics.cli.output import csv_text, print_json, print_table, say
from analytics.cli.show_week import print_budget
from analytics.metrics import settings as settings_metric
from analytics.metrics import weekly_budget, weekly_plan
from analytics.metrics.window import Window, to_local
from analytics.reference import load_sites
from analytics.store import identities
from analytics.store.connection import writing


@contextmanager
def _writing(context: click.Context) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction on the store; a value that cannot be is one sentence and exit code 1."""
    try:
        with writing(store_of(context)) as cursor:
            yield cursor
    except ValueError as error:
        say(str(error))
        sys.exit(1)


def _this_week(context: click.Context) -> date:
    """First day of the week that the page opens on: the latest that has data, else the present one."""
    with reading_or_empty(store_of(context)) as cursor:
        return _latest(cursor).week


def _latest(cursor: duckdb.DuckDBPyConnection) -> Window:
    return settings_metric.window(cursor, now_utc=now_utc(), at_latest_data=True)


def known_site(name: str) -> str:
    """A site's key, by key or by name. An unknown one is allowed, with a note: it may come from a CSV."""
    sites = load_sites()
    key = name.strip().lower()
    by_name = {label.lower(): site for site, label in sites.names.items()}
    site = key if key in sites.names else by_name.get(key, key)
    if site not in sites.names:
        say(f"Note: {site} is no site of sites.toml; only data that name it so will count.")
    return site


_from_option = click.option(
    "--from",
    "valid_from",
    type=DAY,
    help="Valid from this date on. Default: the first day of the latest week that has data.",
)


@click.group("me")
def me() -> None:
    """Which accounts are you: add, list, remove."""


@me.command("add", epilog="Example:  watercooler me add mastodon ana@social.example")
@click.argument("platform")
@click.argument("handle")
@click.pass_context
def me_add(context: click.Context, platform: str, handle: str) -> None:
    """Say that an account is you."""
    with _writing(context) as cursor:
        account = identities.add(cursor, platform, handle)
    click.echo(f"{account} on {platform.lower()} is you.")


@me.command("remove", epilog="Example:  watercooler me remove x ana")
@click.argument("platform")
@click.argument("handle")
@click.pass_context
def me_remove(context: click.Context, platform: str, handle: str) -> None:
    """Say that an account is not you."""
    with _writing(context) as cursor:
        account = identities.remove(cursor, platform, handle)
    click.echo(f"{account} on {platform.lower()} is not you.")


@me.command("list", epilog="Example:  watercooler me list --format json")
@format_option
@click.pass_context
def me_list(context: click.Context, format_: str) -> None:
    """The accounts that are you."""
    with reading_or_empty(store_of(context)) as cursor:
        rows = identities.listed(cursor)
    columns = {"platform": "network", "account": "account", "handle": "handle"}
    match format_:
        case "json":
            print_json({"me": rows})
        case "csv":
            click.echo(csv_text(rows, list(columns)), nl=False)
        case _:
            print_table("You", rows, columns)


@click.group("budget", invoke_without_command=True)
@click.pass_context
def budget(context: click.Context) -> None:
    """The weekly time budget; without a command, how this week stands."""
    if context.invoked_subcommand is None:
        print_budget(store_of(context), None, "table")


@budget.command("set", epilog="Example:  watercooler budget set --total 120 --site x --minutes 45")
@click.option("--total", type=click.FloatRange(0, 10080), help="Minutes a week for all sites together.")
@click.option("--site", help="A site with a share of its own.")
@click.option("--minutes", type=click.FloatRange(0, 10080), help="Minutes a week for that site.")
@_from_option
@click.pass_context
def budget_set(
    context: click.Context,
    total: float | None,
    site: str | None,
    minutes: float | None,
    valid_from: date | None,
) -> None:
    """Set the minutes a week, in all or for one site. Earlier weeks keep the budget they had."""
    if total is None and site is None:
        raise click.UsageError("Say --total MINUTES, or --site SITE --minutes MINUTES.")
    if (site is None) != (minutes is None):
        raise click.UsageError("--site and --minutes go together.")
    start = valid_from or _this_week(context)
    with _writing(context) as cursor:
        if total is not None:
            weekly_budget.set_budget(cursor, valid_from=start, site=None, minutes=total, set_at_utc=now_utc())
            click.echo(f"{total:g} minutes a week over all sites, from {start}.")
        if site is not None:
            key = known_site(site)
            weekly_budget.set_budget(
                cursor, valid_from=start, site=key, minutes=minutes, set_at_utc=now_utc()
            )
            click.echo(f"{minutes:g} minutes a week for {key}, from {start}.")


@click.group("plan")
def plan() -> None:
    """The weekly plan of slots."""


def _slot(text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        if start.tzinfo or end.tzinfo:
            raise ValueError(text)
    except ValueError:
        raise click.BadParameter(f"{text!r}: write START-END, such as 12:30-12:50") from None
    return start, end


def _weekday(text: str) -> int:
    try:
        return settings_metric.weekday(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@plan.command("set", epilog="Example:  watercooler plan set mon 12:30-12:50 x")
@click.argument("day")
@click.argument("slot", metavar="START-END")
@click.argument("site")
@_from_option
@click.pass_context
def plan_set(context: click.Context, day: str, slot: str, site: str, valid_from: date | None) -> None:
    """Plan a slot of every week for a site."""
    start, end = _slot(slot)
    weekday, key, week = _weekday(day), known_site(site), valid_from or _this_week(context)
    with _writing(context) as cursor:
        weekly_plan.set_slot(
            cursor, valid_from=week, weekday=weekday, start_time=start, end_time=end, site=key, set_at_utc=now_utc()
        )  # fmt: skip
    click.echo(f"Planned: every {settings_metric.WEEKDAYS[weekday]} {start:%H:%M}-{end:%H:%M} {key}.")


@plan.command("remove", epilog="Example:  watercooler plan remove mon 12:30-12:50")
@click.argument("day")
@click.argument("slot", metavar="START-END")
@_from_option
@click.pass_context
def plan_remove(context: click.Context, day: str, slot: str, valid_from: date | None) -> None:
    """Take a slot out of the plan."""
    start, end = _slot(slot)
    weekday, week = _weekday(day), valid_from or _this_week(context)
    with _writing(context) as cursor:
        weekly_plan.set_slot(
            cursor, valid_from=week, weekday=weekday, start_time=start, end_time=end, site=None, set_at_utc=now_utc()
        )  # fmt: skip
    click.echo(f"Taken out: every {settings_metric.WEEKDAYS[weekday]} {start:%H:%M}-{end:%H:%M}.")


@plan.command("list", epilog="Example:  watercooler plan list")
@click.pass_context
def plan_list(context: click.Context) -> None:
    """The slots in force this week, those of imported calendars among them."""
    with reading_or_empty(store_of(context)) as cursor:
        window = _latest(cursor)
        slots = weekly_plan.slots(cursor, window)
    rows = []
    for row in slots.to_dict("records"):
        start, end = (to_local(row[side], window.time_zone) for side in ("start_utc", "end_utc"))
        site = row["site"] if isinstance(row["site"], str) else "any site"
        rows.append({"day": f"{start:%a %d %b}", "slot": f"{start:%H:%M}-{end:%H:%M}", "site": site})
    print_table("Plan", rows, {"day": "day", "slot": "time", "site": "site"})


@click.command("settings", epilog="Example:  watercooler settings time_zone Europe/Vienna")
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.pass_context
def settings(context: click.Context, name: str | None, value: str | None) -> None:
    """Show the settings, or set one, such as time_zone or silent_days."""
    if name and value:
        with _writing(context) as cursor:
            settings_metric.save_setting(cursor, name=name, value=value, set_at_utc=now_utc())
    elif name:
        raise click.UsageError("Say NAME and VALUE, such as: settings week_start sunday")
    with reading_or_empty(store_of(context)) as cursor:
        for key, chosen in settings_metric.settings(cursor).items():
            click.echo(f"{key} = {chosen}")
