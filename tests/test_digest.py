"""The week as one file: what it says, that it refers to nothing outside, and that text from exports stays text."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from analytics.metrics import settings
from analytics.reports import digest, digest_html, digest_markdown, plain
from analytics.reports.this_week import this_week
from analytics.store.connection import writing
from tests import week_store
from tests.cli.running import run

VOID = {"meta", "img", "br"}
OURS = {
    "html", "head", "meta", "title", "style", "body", "main", "section", "footer", "h1", "h2", "p", "ul", "li", "table",
    "thead", "tbody", "tr", "th", "td", "figure", "img", "figcaption",
}  # fmt: skip


class Seen(HTMLParser):
    """Elements, attributes and text of a document, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def week(store: duckdb.DuckDBPyConnection) -> digest.Digest:
    week_store.fill(store)
    window = settings.window(store, now_utc=week_store.PRESENT, at_latest_data=True)
    return digest.digest(this_week(store, window, present_utc=week_store.PRESENT))


def test_it_tells_the_week_in_the_order_of_reading(week: digest.Digest) -> None:
    assert week.title == "The week of 16–22 Nov 2026"
    assert week.lead.startswith(
        "All sites together: 1 h 22 min, measured and visited, of a budget of 2 h (68 %)"
    )
    assert [part.title for part in week.parts] == [
        "Time against the budget", "Worth doing", "What came of it", "People", "Day by day, and the plan", "Likely link-pushers",
    ]  # fmt: skip
    parts = {part.title: part for part in week.parts}
    assert parts["Worth doing"].points[0].startswith("X: 12 min over its share")
    assert len(parts["Day by day, and the plan"].drawings) == 2


def test_the_page_refers_to_nothing_outside_and_is_well_formed(week: digest.Digest) -> None:
    written = digest_html.written(week)
    seen = Seen(written)
    assert seen.open == []
    assert seen.tags <= OURS
    sources = [
        value for name, value in seen.attributes if name in ("src", "href", "action", "background", "style")
    ]
    assert len(sources) == 4
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    # The name of the likely spam holds an address; it stands in the text and nowhere else.
    assert "evil.example" in seen.text
    assert [name for name, value in seen.attributes if "//" in value] == []
    assert all(value for name, value in seen.attributes if name == "alt")
    assert digest_html.written(week) == written


def test_text_from_exports_is_no_mark_up(week: digest.Digest) -> None:
    loud = (
        "<script>x</script> **b** [l](http://evil.example) ![p](http://evil.example/a.png) www.evil.example"
    )
    hostile = replace(
        week,
        lead=loud,
        parts=(digest.Part(title="P", sentences=(loud,), points=(f"a\u202eb\n\n# c {'y' * 10_000}",)),),
    )
    seen = Seen(digest_html.written(hostile))
    assert seen.tags <= OURS - {"table", "figure", "img"}
    assert [name for name, value in seen.attributes if "evil" in value] == []
    assert "\u202e" not in seen.text
    assert len(seen.text) < 8_000
    text = digest_markdown.written(hostile)
    line = next(line for line in text.splitlines() if "script" in line and not line.startswith("**"))
    assert line == (
        r"\<script\>x\</script\> \*\*b\*\* \[l\](http\://evil.example) \!\[p\](http\://evil.example/a.png) www\.evil.example"
    )
    assert "\n# c" not in text
    assert "\u202e" not in text


def test_markdown_has_tables_and_words_for_charts(week: digest.Digest) -> None:
    table = digest.Table(heads=("", "this week"), rows=(("replies | all", "5"),))
    text = digest_markdown.written(replace(week, parts=(*week.parts, digest.Part(title="T", table=table))))
    assert "|  | this week |\n| --- | --- |\n| replies \\| all | 5 |" in text
    assert "Time spent against the budget. All sites: 1 h 22 min of 2 h" in text
    assert text.count("Plan: of 2 slots so far") == 1


@pytest.mark.parametrize(
    ("named", "first_day", "week"),
    [
        ("2026-W47", 0, date(2026, 11, 16)), ("2026-w47", 6, date(2026, 11, 15)), ("2026-11-22", 0, date(2026, 11, 16)),
        ("2026-W01", 0, date(2025, 12, 29)), ("2020-W53", 0, date(2020, 12, 28)),
    ],
)  # fmt: skip
def test_a_week_is_named_by_its_number_or_a_day_of_it(named: str, first_day: int, week: date) -> None:
    assert digest.week_named(named, first_day) == week


@pytest.mark.parametrize("named", ["2026-W54", "last", "2026-W", "W47"])
def test_what_is_no_week_is_said(named: str) -> None:
    with pytest.raises(ValueError, match="is no week; write one such as 2026-W47"):
        digest.week_named(named, 0)


@pytest.fixture
def filled(store_path: Path) -> Path:
    with writing(store_path) as cursor:
        week_store.fill(cursor)
    return store_path


def test_the_command_writes_either_form_and_replaces_the_file_whole(filled: Path, tmp_path: Path) -> None:
    page, text = tmp_path / "week.html", tmp_path / "week.md"
    page.write_text("older", encoding="utf-8")
    for to in (page, text):
        done = run(filled, "report", "--week", "2026-W47", "--to", str(to))
        assert (done.code, done.out) == (0, f"{to}: 16–22 Nov 2026.\n")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert text.read_text(encoding="utf-8").startswith("# The week of 16–22 Nov 2026\n")
    assert sorted(path.name for path in tmp_path.iterdir() if "week" in path.name) == ["week.html", "week.md"]


def test_without_a_name_both_forms_are_written_here(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(filled, "report", "--week", "2026-W47")
    files = ["watercooler-2026-11-16.html", "watercooler-2026-11-16.md"]
    assert done.out.splitlines() == [f"{file}: 16–22 Nov 2026." for file in files]
    assert [Path(file).read_text(encoding="utf-8")[:2] for file in files] == ["<!", "# "]


def test_a_week_that_is_over_is_told_from_its_end(filled: Path, tmp_path: Path) -> None:
    to = tmp_path / "week.md"
    run(filled, "report", "--week", "2026-11-10", "--to", str(to))
    text = to.read_text(encoding="utf-8")
    assert "# The week of 9–15 Nov 2026" in text
    assert "Nothing is known of your time in this week" in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--to", "week.pdf"), 2, "week.pdf should end in .html or .md."),
        (("--to", "week.md", "--week", "soon"), 2, "soon is no week; write one such as 2026-W47"),
        (("--to", "week.md", "--week", "2199-W01"), 2, "has not come yet"),
        (("--to", "no/such/folder/week.md"), 1, "week.md could not be written: No such file or directory."),
    ],
)
def test_a_mistake_is_one_sentence(filled: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = run(filled, "report", *words)
    assert done.code == code
    assert said in done.err


def test_an_empty_store_still_makes_a_file(store_path: Path, tmp_path: Path) -> None:
    to = tmp_path / "week.html"
    assert run(store_path, "report", "--to", str(to)).code == 0
    assert "Nothing is known of your time in this week." in to.read_text(encoding="utf-8")


def test_the_examples_in_the_docstrings_hold() -> None:
    assert all(doctest.testmod(module).failed == 0 for module in (digest, digest_markdown, plain))
