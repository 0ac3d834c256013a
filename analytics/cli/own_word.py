"""Commands for the user's own word: who I am, and the settings."""

from __future__ import annotations

import click

from analytics.cli.context import format_option, now_utc, own_writing, reading_or_empty, store_of
from analytics.cli.output import csv_text, print_json, print_table
from analytics.metrics import settings as settings_metric
from analytics.store import identities


@click.group("me")
def me() -> None:
    """Which accounts are you: add, list, remove."""


@me.command("add", epilog="Example:  watercooler me add mastodon ana@social.example")
@click.argument("platform")
@click.argument("handle")
@click.pass_context
def me_add(context: click.Context, platform: str, handle: str) -> None:
    """Say that an account is you."""
    with own_writing(context) as cursor:
        account = identities.add(cursor, platform, handle)
    click.echo(f"{account} on {platform.lower()} is you.")


@me.command("remove", epilog="Example:  watercooler me remove x ana")
@click.argument("platform")
@click.argument("handle")
@click.pass_context
def me_remove(context: click.Context, platform: str, handle: str) -> None:
    """Say that an account is not you."""
    with own_writing(context) as cursor:
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


@click.command("settings", epilog="Example:  watercooler settings time_zone Europe/Vienna")
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.pass_context
def settings(context: click.Context, name: str | None, value: str | None) -> None:
    """Show the settings, or set one, such as time_zone or silent_days."""
    if name and value:
        with own_writing(context) as cursor:
            settings_metric.save_setting(cursor, name=name, value=value, set_at_utc=now_utc())
    elif name:
        raise click.UsageError("Say NAME and VALUE, such as: settings week_start sunday")
    with reading_or_empty(store_of(context)) as cursor:
        for key, chosen in settings_metric.settings(cursor).items():
            click.echo(f"{key} = {chosen}")
