"""Commands for acting by hand: `decide` about an account, `export` a list. Nothing here follows or unfollows."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from analytics.cli.context import DAY, now_utc, reading_or_empty, store_of
from analytics.cli.output import say
from analytics.metrics import decisions, networks, settings
from analytics.reports import keep_list, lists
from analytics.reports.plain import plain
from analytics.reports.week_words import count_words
from analytics.store.connection import writing

SHOWN = 10


@click.command("decide", epilog="Example:  watercooler decide @ana source --reason 'local news'")
@click.argument("account")
@click.argument("verdict", type=click.Choice([*decisions.VERDICTS, decisions.OPEN]))
@click.option("--reason", help="Why, in your own words.")
@click.option("--until", type=DAY, help="Last day on which it holds. Default: for good.")
@click.pass_context
def decide_command(
    context: click.Context, account: str, verdict: str, reason: str | None, until: date | None
) -> None:
    """Say what you think of an account: keep, unfollow (later, by hand), source (may post only links), later.

    ACCOUNT is a handle or an id, with the network before a colon where several are called so (x:ana). "open" takes
    the last decision back.
    """
    try:
        with writing(store_of(context)) as cursor:
            platform, known = decisions.find_account(
                cursor, account, platforms=tuple(networks.networks(cursor))
            )
            decisions.decide(
                cursor,
                platform=platform,
                account=known,
                verdict=verdict,
                reason=reason,
                valid_until=until,
                set_at_utc=now_utc(),
            )
    except ValueError as error:
        say(str(error))
        sys.exit(1)
    if verdict == decisions.OPEN:
        click.echo(f"{account} on {platform}: undecided.")
        return
    click.echo(f"{account} on {platform}: {verdict}{f' until {until}' if until else ''}.")


@click.command("export", epilog="Example:  watercooler export unfollow --to unfollow.csv")
@click.argument(
    "which", type=click.Choice(list(lists.COLUMNS)), metavar="unfollow|keep|not-following-back|fans"
)
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."
)
@click.option(
    "--style",
    type=click.Choice(["csv", "mastodon"]),
    default="csv",
    show_default=True,
    help="mastodon: a list to keep, which a server takes in.",
)
@click.option(
    "--base",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="mastodon: following_accounts.csv, downloaded just now from your server.",
)
@click.option(
    "--drop", type=click.IntRange(min=0), default=0, help="mastodon: how many may be unfollowed at most."
)
@click.option("--platform", help="Only this network, such as x.")
@click.option("--owner", help="Only this account of yours, by id or handle.")
@click.option("--today", type=DAY, help="Look up to the end of this day. Default: now.")
@click.pass_context
def export_command(
    context: click.Context,
    which: str,
    to: Path,
    style: str,
    base: Path | None,
    drop: int,
    platform: str | None,
    owner: str | None,
    today: date | None,
) -> None:
    """Write a list to act on by hand, as CSV with the addresses of the profiles. Nothing is unfollowed."""
    if style == "mastodon":
        if which != "keep":
            raise click.UsageError("A server takes in whom to keep: export keep --style mastodon.")
        if base is None:
            raise click.UsageError(
                "Download following_accounts.csv anew (Preferences, Import and export, CSV beside Follows) and name "
                "it with --base: an overwrite unfollows everybody who is not in the list."
            )
    chosen = {"platform": platform.lower() if platform else None, "owner": owner}
    with reading_or_empty(store_of(context)) as cursor:
        window = settings.window(cursor, today=today, now_utc=now_utc(), filters=chosen)
        try:
            if base is not None and style == "mastodon":
                _keep_list(keep_list.keep_list(cursor, window, base), to, base, drop)
                return
            found = lists.rows(cursor, window, which)
            to.write_text(lists.csv_of(found, which), encoding="utf-8")
        except (ValueError, OSError) as error:
            say(str(error))
            sys.exit(1)
    click.echo(f"{count_words(len(found), 'account')} in {to}.")
    if which == "unfollow" and len(found):
        per_day = found["day"].value_counts().max()
        say(
            f"Spread over days, {per_day:,} a day at most, up to {plain(found['day'].max())}: networks punish "
            "unfollowing in bulk. Change it with: watercooler settings unfollows_per_day 10"
        )


def _keep_list(listed: keep_list.KeepList, to: Path, base: Path, drop: int) -> None:
    """Say what an overwrite with the list would do, then write it and the backup. Raises ValueError."""
    say(f"Kept: {len(listed.kept):,} of the {len(listed.kept) + len(listed.dropped):,} in {base.name}.")
    _name("Unfollowed by your decision", listed.dropped)
    _name(f"On your latest list here and missing from {base.name}", listed.absent)
    backup = keep_list.write(listed, to, base=base, confirmed=drop)
    click.echo(
        f"{count_words(len(listed.kept), 'account')} in {to}; the list as it was is in {backup}. On your server choose "
        "Import, Following list, Overwrite. To undo it, import the backup in the same way."
    )


def _name(what: str, accounts: tuple[str, ...]) -> None:
    if accounts:
        more = f" and {len(accounts) - SHOWN:,} more" if len(accounts) > SHOWN else ""
        say(f"{what}, {len(accounts):,}: {', '.join(accounts[:SHOWN])}{more}")
