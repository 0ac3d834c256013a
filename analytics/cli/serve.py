"""Commands that show the page: `dashboard`, and `demo` on the invented sample person."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import click

from analytics import sample
from analytics.cli.context import store_of
from analytics.cli.output import say
from analytics.cli.show_week import print_summary
from analytics.reference import shipped
from analytics.store.connection import StoreMissing, reading
from analytics.store.location import ENVIRONMENT, OWN_ENVIRONMENT, is_sample, own_store

FIRST_PORT = 8501
ADDRESS = "127.0.0.1"


@click.command("demo", epilog="Example:  watercooler demo && watercooler dashboard --demo")
def demo() -> None:
    """Make the sample store from the exports of an invented person, and show its week."""
    store = sample.build()
    say("The sample store holds an invented person's exports; it is a file of its own, apart from yours.")
    print_summary(store)
    say("Open it with: watercooler dashboard --demo")


@click.command("dashboard", epilog="Example:  watercooler dashboard --port 8600")
@click.option("--demo", "use_sample", is_flag=True, help="Open the sample store.")
@click.option("--summary", is_flag=True, help="Print the latest week's summary first.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=FIRST_PORT,
    show_default=True,
    help="The first port to try.",
)
@click.pass_context
def dashboard(context: click.Context, use_sample: bool, summary: bool, port: int) -> None:
    """Serve the page on this machine only. While your own store is empty, the sample store opens."""
    store = own = store_of(context)
    if is_sample(own):
        own = own_store()
    if not use_sample and is_empty(store):
        say(
            "Your own store is empty, so the sample store of an invented person opens. "
            "Bring your own data with: watercooler import PATH"
        )
        use_sample = True
    if use_sample:
        store = sample.build()
    if summary:
        print_summary(store)
    sys.exit(serve(store, free_port(port), own=own))


def is_empty(store: Path) -> bool:
    """True where nothing was imported yet."""
    try:
        with reading(store) as cursor:
            row = cursor.execute("SELECT count(*) FROM imports").fetchone()
            return not (row and row[0])
    except StoreMissing:
        return True


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, min(first + 100, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"No free port from {first} on; name another with --port.")


def serve(store: Path, port: int, *, own: Path) -> int:
    """Run Streamlit on the page until it is stopped; its exit code. own: where imports on the page go."""
    folder = shipped()
    command = [
        sys.executable, "-m", "streamlit", "run", str(folder / "dashboard.py"),
        f"--server.port={port}", f"--server.address={ADDRESS}", "--server.headless=true",
        "--browser.gatherUsageStats=false",
    ]  # fmt: skip
    click.echo(f"Dashboard: http://{ADDRESS}:{port} (stop it with Ctrl+C)")
    sys.stdout.flush()
    environment = os.environ | {ENVIRONMENT: str(store.absolute()), OWN_ENVIRONMENT: str(own.absolute())}
    try:
        # The working folder is where Streamlit looks for .streamlit/config.toml.
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0
