"""Commands that bring data in, take it back, check it and query it."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import duckdb

from analytics.cli import import_watching
from analytics.cli.context import format_option, reading_or_empty, store_of, within_reason
from analytics.cli.output import csv_text, print_json, print_table, records, say
from analytics.importers import IMPORTERS
from analytics.importers._archive import LeftAlone
from analytics.importers.interface import Options, Refused
from analytics.metrics import settings as settings_metric
from analytics.metrics import sources
from analytics.reference import user_folder
from analytics.store import migrate, undo
from analytics.store.connection import StoreMissing, reading
from analytics.store.loading import Imported, Outcome, import_path

SHOWN_PROBLEMS = 5
SHOWN_LEFT_ALONE = 10


def _me(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    accounts = {}
    for value in values:
        # Ids may hold colons of their own, as Bluesky's did:plc:... do.
        platform, found, handle = value.partition(":") if not value.startswith("did:") else ("", "", value)
        if not found:
            platform, handle = "", value
        if not handle.strip("@") or (found and not platform):
            raise click.BadParameter(f"{value!r}: write PLATFORM:HANDLE, such as x:ana")
        accounts[platform.lower() or "*"] = handle.lstrip("@")
    return accounts


def _as_of(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return within_reason(datetime.fromisoformat(value))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write one such as 2026-11-22") from None


@click.command(
    "import", epilog="Example:  watercooler import ~/Downloads/twitter-2026.zip notes/posts.csv --me x:ana"
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--me",
    multiple=True,
    callback=_me,
    metavar="[PLATFORM:]HANDLE",
    help="Your own account, where the export does not name it.",
)
@click.option("--as", "only", type=click.Choice([i.name for i in IMPORTERS]), help="Read it as this format.")
@click.option(
    "--as-of",
    callback=_as_of,
    metavar="DATE",
    help="When the lists were true, where the export does not say.",
)
@click.option(
    "--with-messages", is_flag=True, help="Also read who wrote direct messages and when, never what."
)
@click.option(
    "--lines", "as_lines", is_flag=True, hidden=True, help="Tell everything as JSON, one object a line."
)
@click.pass_context
def import_command(
    context: click.Context,
    paths: tuple[Path, ...],
    me: dict[str, str],
    only: str | None,
    as_of: datetime | None,
    with_messages: bool,
    as_lines: bool,
) -> None:
    """Take exports in: a zip, a tar.gz, a folder or a single file, recognised by content.

    Importing the same export again changes nothing. A bad row is reported and the rest loads; a file
    that cannot be used is refused with one sentence, and the others go on.
    """
    store = store_of(context)
    with reading_or_empty(store) as cursor:
        zone = settings_metric.settings(cursor)["time_zone"]
    if as_of and as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=ZoneInfo(zone))
    as_of_utc = as_of.astimezone(UTC).replace(tzinfo=None) if as_of else None
    options = Options(me=me, as_of_utc=as_of_utc, time_zone=zone, with_messages=with_messages)
    counts: Counter[type[Outcome]] = Counter()
    with nullcontext(import_watching.lines) if as_lines else import_watching.bars() as watch:
        for path in paths:
            for outcome in import_path(store, path.absolute(), options=options, only=only, watch=watch):
                counts[type(outcome)] += 1
                if as_lines:
                    import_watching.outcome_line(outcome)
                elif not isinstance(outcome, LeftAlone) or counts[LeftAlone] <= SHOWN_LEFT_ALONE:
                    _report(outcome)
    if as_lines:
        import_watching.end_line()
        sys.exit(1 if counts[Refused] else 0)
    if counts[LeftAlone] > SHOWN_LEFT_ALONE:
        say(f"Left alone: {counts[LeftAlone] - SHOWN_LEFT_ALONE:,} more files, none an export that is known.")
    if counts.total() > 1:
        click.echo(
            f"Exports taken in: {counts[Imported]:,}; refused: {counts[Refused]:,}; "
            f"files left alone: {counts[LeftAlone]:,}."
        )
    if counts[Refused]:
        sys.exit(1)


def _report(outcome: Outcome) -> None:
    match outcome:
        case Refused():
            say(str(outcome))
        case LeftAlone(path=path, why=why):
            say(f"Left alone: {path}: {why}.")
        case Imported():
            _report_import(outcome)


def _report_import(imported: Imported) -> None:
    whose = f" of {imported.owner}" if imported.owner else ""
    what = f"{imported.title}{whose}, as of {imported.exported_at_utc:%Y-%m-%d}"
    if imported.state == "known":
        click.echo(
            f"{imported.import_id}  {what}: imported before, nothing new.  {click.format_filename(imported.path)}"
        )
        return
    again = " again, in place of what was read before" if imported.state == "replaced" else ""
    click.echo(f"{imported.import_id}  {what}: imported{again}.  {click.format_filename(imported.path)}")
    for kind, read in imported.read.items():
        click.echo(
            f"    {kind.replace('_', ' '):<22}{read:>12,} read {imported.new[kind]:>12,} new "
            f"{imported.known[kind]:>12,} known"
        )
    for note in imported.notes:
        say(f"    Note: {note}")
    for problem in imported.problems[:SHOWN_PROBLEMS]:
        say(f"    Problem: {problem.place}: {problem.what}.")
    if len(imported.problems) > SHOWN_PROBLEMS:
        rest = len(imported.problems) - SHOWN_PROBLEMS
        say(f'    ... and {rest:,} more: watercooler sql "SELECT * FROM problems"')


@click.command("undo", epilog="Example:  watercooler undo 54ddbfb9")
@click.argument("import_id")
@click.pass_context
def undo_command(context: click.Context, import_id: str) -> None:
    """Take one import back; facts that another import also vouches for stay."""
    try:
        store = store_of(context)
        if not store.exists():
            raise undo.NoSuchImport(f"There is no import {import_id}: nothing was imported yet.")
        undo.undo_import(store, import_id)
    except undo.NoSuchImport as error:
        say(str(error))
        sys.exit(1)
    click.echo(f"{import_id} is taken back.")


@click.command(
    "sql", epilog='Example:  watercooler sql "SELECT kind, count(*) FROM current_posts GROUP BY kind"'
)
@click.argument("query")
@format_option
@click.pass_context
def sql_command(context: click.Context, query: str, format_: str) -> None:
    """Ask the store one SELECT of your own. It is opened read-only and cannot reach other files."""
    try:
        statements = duckdb.extract_statements(query)
        # DuckDB 1.5 takes a PRAGMA that lists something for a SELECT.
        is_pragma = query.lstrip().upper().startswith("PRAGMA")
        if len(statements) != 1 or is_pragma or statements[0].type != duckdb.StatementType.SELECT:
            raise click.UsageError("Write one SELECT.")
        with reading(store_of(context)) as cursor, warnings.catch_warnings():
            # DuckDB's own way of handing over moments with a zone, which pandas 3 complains of.
            warnings.simplefilter("ignore", DeprecationWarning)
            frame = cursor.execute(query).df()
            for place, column in enumerate(cursor.description or ()):
                if str(column[1]) == "DATE":  # a frame would make a moment of it
                    frame.isetitem(place, frame.iloc[:, place].dt.date)
    except StoreMissing as error:
        say(str(error))
        sys.exit(1)
    except duckdb.Error as error:
        say(f"The query failed: {str(error).splitlines()[0]}")
        sys.exit(1)
    found = records(frame)
    columns = [str(column) for column in frame.columns]
    match format_:
        case "json":
            print_json({"rows": found})
        case "csv":
            click.echo(csv_text(found, columns), nl=False)
        case _:
            print_table("", found, dict(zip(columns, columns, strict=True)))


@click.command("doctor", epilog="Example:  watercooler doctor")
@click.pass_context
def doctor_command(context: click.Context) -> None:
    """Check the store and the setting: versions, what each source covers, what looks wrong."""
    store = store_of(context)
    click.echo(f"DuckDB {duckdb.__version__}, Python {sys.version.split()[0]}")
    click.echo(f"Data folder {user_folder()}: a sites.toml there adds sites to the shipped ones")
    if not store.exists():
        click.echo(f"There is no store at {store} yet: nothing was imported.")
        return
    click.echo(f"Store {store}, {store.stat().st_size / 1e6:,.1f} MB")
    with reading(store) as cursor:
        click.echo(f"Version {migrate.version(cursor)} of {migrate.LATEST}")
        chosen = settings_metric.settings(cursor)
        click.echo(f"Weeks begin on {chosen['week_start']}, local time is {chosen['time_zone']}")
        rows = records(sources.covered(cursor))
        wrong = sources.inconsistencies(cursor)
        problems = sum(entry["problems"] for entry in sources.imports(cursor))
    columns = {
        "import_id": "import", "format": "format", "owner": "owner", "first_utc": "from", "last_utc": "until",
        "facts": "dated facts",
    }  # fmt: skip
    print_table("What each source covers", rows, columns)
    click.echo(
        f"{problems:,} rows could not be read" + (": see SELECT * FROM problems." if problems else ".")
    )
    for sentence in wrong:
        say(sentence)
    if wrong:
        sys.exit(1)
    click.echo("The store is consistent.")
