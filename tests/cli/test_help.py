"""Every command says what it does and gives an example that works as far as its words go."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest

from analytics.cli import watercooler
from tests.cli.running import run


def commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group below a group, with its words."""
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


ALL = dict(commands(watercooler))
LEAVES = {words: command for words, command in ALL.items() if not isinstance(command, click.Group)}
CONTRACT = (
    "import", "undo", "doctor", "sql", "demo", "dashboard", "settings", "me add", "me list", "me remove",
    "budget set", "plan set", "show summary", "show reciprocity", "show growth", "show link-pushers", "show time",
    "show conversations", "show limits", "guide", "schema", "decide", "export",
    "show budget", "show sources",
)  # fmt: skip


@pytest.mark.parametrize("words", CONTRACT)
def test_the_command_is_there(words: str) -> None:
    assert tuple(words.split()) in ALL


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_tells_what_it_does(words: tuple[str, ...]) -> None:
    ran = run(None, *words, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ALL[words].get_short_help_str(limit=200).endswith((".", "…", "sources"))
    assert ("Example:" in ran.out) or words not in LEAVES


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_the_example_is_right_usage(words: tuple[str, ...]) -> None:
    epilog = LEAVES[words].epilog
    assert epilog is not None
    first, *_ = epilog.removeprefix("Example:").strip().split(" && ")
    program, *arguments = shlex.split(first)
    assert program == "watercooler"
    assert tuple(arguments[: len(words)]) == words
    context = LEAVES[words].make_context(words[-1], arguments[len(words) :], resilient_parsing=False)
    assert context.params is not None


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_option_is_explained(words: tuple[str, ...]) -> None:
    unexplained = [
        parameter.name
        for parameter in LEAVES[words].params
        if isinstance(parameter, click.Option)
        and not parameter.help
        and not isinstance(parameter.type, click.Choice)
    ]
    assert unexplained == []


def test_the_version_is_told() -> None:
    ran = run(None, "--version")
    assert ran.code == 0
    assert ran.out.startswith("watercooler")
