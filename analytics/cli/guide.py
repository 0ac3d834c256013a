"""`watercooler guide`: how to come by each export, and what it tells."""

from __future__ import annotations

import click

from analytics.cli.output import csv_text, print_json
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
