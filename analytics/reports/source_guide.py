"""How to come by each export, and what it tells: made of the importers' own declarations, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from analytics.importers import IMPORTERS
from analytics.importers.interface import Importer, Question

TABLE_STARTS = "<!-- table of sources: `make guide` writes it -->"
TABLE_ENDS = "<!-- end of the table of sources -->"
GUIDE_STARTS = "<!-- how to get each export: `make guide` writes it -->"
GUIDE_ENDS = "<!-- end of how to get each export -->"


def chosen(source: str | None, importers: Sequence[Importer] = IMPORTERS) -> list[Importer]:
    """The importers that a word means: a name (x-archive), or a part of one or of a title (mastodon, takeout)."""
    if not source:
        return list(importers)
    word = source.strip().lower()
    exact = [one for one in importers if one.name == word]
    return exact or [
        one for one in importers if one.name.startswith(word) or word in one.title.lower().split()
    ] or [one for one in importers if word in one.name or word in one.title.lower()]  # fmt: skip


def as_records(importers: Sequence[Importer]) -> list[dict[str, Any]]:
    """One object a source: name, title, steps, wait, cannot, answers (question -> its limit, or '')."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "steps": list(one.guide.steps),
            "wait": one.guide.wait,
            "cannot": one.guide.cannot,
            "answers": {str(question): one.guide.answers[question] for question in _asked(one)},
        }
        for one in importers
    ]


def tells(importer: Importer) -> str:
    """What a source tells, in one line, limits in brackets."""
    return "; ".join(
        f"{question} ({limit})" if (limit := importer.guide.answers[question]) else str(question)
        for question in _asked(importer)
    )


def in_words(importer: Importer) -> Iterator[str]:
    """The lines on one source for a terminal."""
    yield f"{importer.title}  ({importer.name})"
    for number, step in enumerate(importer.guide.steps, start=1):
        yield f"  {number}. {step}"
    yield f"  How long: {importer.guide.wait}"
    yield f"  It tells: {tells(importer)}."
    yield f"  It does not: {importer.guide.cannot}"


def table(importers: Sequence[Importer] = IMPORTERS) -> str:
    """Source by question, in Markdown."""
    lines = [
        "| export | " + " | ".join(Question) + " |",
        "|---|" + ":-:|" * len(Question),
    ]
    for one in importers:
        cells = (_mark(one.guide.answers.get(question)) for question in Question)
        lines.append(f"| {one.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def guide(importers: Sequence[Importer] = IMPORTERS) -> str:
    """How to get each export, in Markdown: folded, since there are many."""
    parts = []
    for one in importers:
        steps = "\n".join(f"{number}. {step}" for number, step in enumerate(one.guide.steps, start=1))
        parts.append(
            f"<details><summary><b>{one.title}</b></summary>\n\n{steps}\n\n"
            f"*How long:* {one.guide.wait} *What it does not tell:* {one.guide.cannot}\n\n</details>"
        )
    return "\n".join(parts)


def written_into(page: str) -> str:
    """A page with its table of sources and its guide made anew. Raises ValueError where it has no place for them."""
    for starts, content, ends in ((TABLE_STARTS, table(), TABLE_ENDS), (GUIDE_STARTS, guide(), GUIDE_ENDS)):
        before, found, rest = page.partition(starts)
        _, found_end, after = rest.partition(ends)
        if not (found and found_end):
            raise ValueError(f"The page has no {starts} ... {ends}")
        page = f"{before}{starts}\n\n{content}\n\n{ends}{after}"
    return page


def _asked(importer: Importer) -> list[Question]:
    return [question for question in Question if question in importer.guide.answers]


def _mark(limit: str | None) -> str:
    return "" if limit is None else limit or "yes"
