"""Commands for what the user means to do: the weekly budget and the plan."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import click
import duckdb

from analytics.cli import imports
from analytics.cli.context import DAY, format_option, now_utc, own_writing, reading_or_empty, store_of
from analytics.cli.output import print_table, say
from analytics.cli.show import print_answer
from analytics.cli.show_week import print_budget
from analytics.importers.calendar_ics import IMPORTER as CALENDAR
from analytics.metrics import settings as settings_metric
from analytics.metrics import weekly_limits, weekly_plan
from analytics.metrics.window import Window, to_local
from analytics.reference import load_sites


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


@click.group("budget", invoke_without_command=True)
@click.pass_context
def budget(context: click.Context) -> None:
    """The weekly time budget; without a command, how this week stands."""
    if context.invoked_subcommand is None:
        print_budget(store_of(context), None, "table")


@budget.command("set", epilog="Example:  watercooler budget set --total 120 --site x --minutes 45")
@click.option("--total", type=click.FloatRange(0, 10080), help="Minutes a week for all sites together.")
@click.option("--site", help="A site with a part of its own.")
@click.option("--minutes", type=click.FloatRange(0, 10080), help="Minutes a week for that site.")
@click.option("--share", type=click.FloatRange(0, 100), help="Percent of the total for that site.")
@click.option(
    "--carry-over",
    type=click.FloatRange(0, 10080),
    help="Carry what a week leaves or overspends to the next, at most so many minutes; 0 ends it.",
)
@_from_option
@click.pass_context
def budget_set(
    context: click.Context,
    total: float | None,
    site: str | None,
    minutes: float | None,
    share: float | None,
    carry_over: float | None,
    valid_from: date | None,
) -> None:
    """Set the minutes a week, in all or for one site. Earlier weeks keep the budget they had."""
    if total is None and site is None and carry_over is None:
        raise click.UsageError("Say --total MINUTES, --site SITE --minutes MINUTES, or --carry-over MINUTES.")
    if (site is None) != (minutes is None and share is None):
        raise click.UsageError("--site goes with --minutes or --share.")
    if minutes is not None and share is not None:
        raise click.UsageError("Say --minutes or --share of a site, not both.")
    start = valid_from or _this_week(context)
    with own_writing(context) as cursor:
        if total is not None:
            weekly_limits.set_budget(cursor, valid_from=start, site=None, minutes=total, set_at_utc=now_utc())
            click.echo(f"{total:g} minutes a week over all sites, from {start}.")
        if carry_over is not None:
            weekly_limits.set_carry_over(
                cursor, valid_from=start, minutes=carry_over or None, set_at_utc=now_utc()
            )
            most = f"At most {carry_over:g} minutes are carried" if carry_over else "Nothing is carried"
            click.echo(f"{most} from week to week, from {start}.")
        if site is not None:
            key = known_site(site)
            weekly_limits.set_budget(
                cursor,
                valid_from=start,
                site=key,
                minutes=minutes,
                share=None if share is None else share / 100,
                set_at_utc=now_utc(),
            )
            part = f"{minutes:g} minutes a week" if share is None else f"{share:g} % of the budget"
            click.echo(f"{part} for {key}, from {start}.")


@budget.command("remove", epilog="Example:  watercooler budget remove --site x")
@click.option("--site", help="Take the part of this site away; without it, the budget of all sites.")
@_from_option
@click.pass_context
def budget_remove(context: click.Context, site: str | None, valid_from: date | None) -> None:
    """Take a budget away from a day on. Earlier weeks keep the budget they had."""
    start = valid_from or _this_week(context)
    key = known_site(site) if site else None
    with own_writing(context) as cursor:
        weekly_limits.set_budget(cursor, valid_from=start, site=key, minutes=None, set_at_utc=now_utc())
    click.echo(f"No budget {f'of its own for {key}' if key else 'for all sites'}, from {start}.")


@budget.command("list", epilog="Example:  watercooler budget list --format json")
@format_option
@click.pass_context
def budget_list(context: click.Context, format_: str) -> None:
    """Every budget there was, from its date on."""
    with reading_or_empty(store_of(context)) as cursor:
        rows = weekly_limits.listed(cursor)
    columns = {
        "from": "from", "site": "site", "minutes": "minutes a week", "share_percent": "share (%)",
        "carry_over_minutes": "carried over at most (min)",
    }  # fmt: skip
    if format_ == "table":
        rows = [row | {"site": row["site"] or "all sites"} for row in rows]
    print_answer(format_, {"budgets": rows}, [("budgets", "Budgets", columns)], list(columns))


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
    with own_writing(context) as cursor:
        weekly_plan.set_slot(
            cursor, valid_from=week, weekday=weekday, start_time=start, end_time=end, site=key, set_at_utc=now_utc()
        )  # fmt: skip
    click.echo(f"Planned: every {settings_metric.WEEKDAYS[weekday]} {start:%H:%M}-{end:%H:%M} {key}.")


@plan.command("import", epilog="Example:  watercooler plan import week.ics")
@click.argument("files", nargs=-1, required=True, metavar="FILE.ics...", type=click.Path(path_type=Path))
@click.pass_context
def plan_import(context: click.Context, files: tuple[Path, ...]) -> None:
    """Take planned slots out of calendars: events that name a site, or are meant for social sites.

    A newer export of the same calendar takes the place of the older one; `undo` takes one back.
    """
    context.invoke(
        imports.import_command, paths=files, me={}, only=CALENDAR.name, as_of=None, with_messages=False
    )


@plan.command("remove", epilog="Example:  watercooler plan remove mon 12:30-12:50")
@click.argument("day")
@click.argument("slot", metavar="START-END")
@_from_option
@click.pass_context
def plan_remove(context: click.Context, day: str, slot: str, valid_from: date | None) -> None:
    """Take a slot out of the plan."""
    start, end = _slot(slot)
    weekday, week = _weekday(day), valid_from or _this_week(context)
    with own_writing(context) as cursor:
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
