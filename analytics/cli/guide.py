"""`watercooler guide`: how to come by each export, and what it tells. `watercooler schema`: what is kept of it."""

from __future__ import annotations

import click

from analytics.cli.context import reading_or_empty, store_of
from analytics.cli.output import FORMATS, csv_text, print_json, print_table
from analytics.reports import schema as schema_report
from analytics.reports import source_guide


@click.command("guide", epilog="Example:  watercooler guide mastodon")
@click.argument("source", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json", "csv", "markdown")),
    default="table",
    show_default=True,
    help="markdown: the table of source by question.",
)
def guide(source: str | None, format_: str) -> None:
    """Where to click to get an export, how long it takes, what it can and cannot tell.

    Without SOURCE: what each export tells. SOURCE is a network or a program (mastodon, toggl) or the name
    of one format (x-archive).
    """
    importers = source_guide.chosen(source)
    if not importers:
        raise click.UsageError(
            f"There is no source {source}; `watercooler guide` lists them. Any site can be brought in "
            "through a CSV of your own: watercooler guide generic-csv"
        )
    match format_:
        case "json":
            print_json({"sources": source_guide.as_records(importers)})
        case "csv":
            rows = [
                {"name": one.name, "title": one.title, "tells": source_guide.tells(one), "wait": one.guide.wait,
                 "cannot": one.guide.cannot}
                for one in importers
            ]  # fmt: skip
            click.echo(csv_text(rows, ["name", "title", "tells", "wait", "cannot"]), nl=False)
        case "markdown":
            click.echo(source_guide.table(importers))
        case _ if source:
            click.echo("\n\n".join("\n".join(source_guide.in_words(one)) for one in importers))
        case _:
            for one in importers:
                click.echo(f"{one.title}  ({one.name})\n    {source_guide.tells(one)}")
            click.echo("\nHow to get one: watercooler guide SOURCE, such as: watercooler guide x-archive")


@click.command(
    "schema", epilog='Example:  watercooler schema && watercooler sql "SELECT * FROM acts LIMIT 5"'
)
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.pass_context
def schema(context: click.Context, format_: str) -> None:
    """The store's tables and views, column by column, for questions of your own with `sql`."""
    with reading_or_empty(store_of(context)) as cursor:
        found = schema_report.tables(cursor)
    rows = [
        {"table": table["name"], "kind": table["kind"], **column}
        for table in found
        for column in table["columns"]
    ]
    match format_:
        case "json":
            print_json({"tables": found})
        case "csv":
            click.echo(csv_text(rows, ["table", "kind", "name", "type", "meaning"]), nl=False)
        case _:
            for table in found:
                columns = {"name": "column", "type": "type", "meaning": "meaning"}
                print_table(f"{table['name']} ({table['kind']})", table["columns"], columns)
