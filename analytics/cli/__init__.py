"""The command line: `watercooler`.

Exit codes: 0 done (problem rows included), 1 a file was refused or something failed, with one sentence
each on stderr, 2 wrong usage. Answers go to stdout, notes and progress to stderr.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

import click

from analytics.cli import (
    acting,
    guide,
    imports,
    own_word,
    planning,
    report,
    serve,
    show,
    show_people,
    show_week,
)
from analytics.store.connection import StoreUnusable

try:
    VERSION = version("watercooler")
except PackageNotFoundError:  # run from a folder that was never installed
    VERSION = "unknown"


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example:  watercooler import ~/Downloads/twitter-2026-11-01.zip && watercooler show summary",
)
@click.version_option(VERSION, prog_name="watercooler")
@click.option(
    "--db",
    envvar="WATERCOOLER_DB",
    metavar="PATH",
    help="The store to use. Default: watercooler.duckdb in your data folder.",
)
@click.pass_context
def watercooler(context: click.Context, db: str | None) -> None:
    """A private, local dashboard for your social life online, against a weekly time budget."""
    context.obj = db


for command in (
    imports.import_command,
    imports.undo_command,
    imports.doctor_command,
    imports.sql_command,
    show.show,
    own_word.me,
    planning.budget,
    planning.plan,
    own_word.settings,
    acting.decide_command,
    acting.export_command,
    show_people.search_command,
    guide.guide,
    guide.schema,
    report.report_command,
    serve.demo,
    serve.dashboard,
):
    watercooler.add_command(command)

for command in (*show_people.COMMANDS, *show_week.COMMANDS):
    show.show.add_command(command)


def main() -> None:
    """Entry point. A sentence for what a person can mend, a traceback for our own bugs."""
    try:
        watercooler(prog_name="watercooler")
    except StoreUnusable as error:
        click.echo(str(error), err=True)
        sys.exit(1)


__all__ = ["main", "watercooler"]
