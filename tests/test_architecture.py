"""The shape of the program: imports point one way, the model and the store agree, everything public is explained."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import tomllib
from pathlib import Path

import duckdb
import pytest

from analytics.model import STAGED
from analytics.store import migrate
from analytics.store.facts import FACT_TABLES
from analytics.store.saving import KINDS

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted([*(ROOT / "analytics").rglob("*.py"), ROOT / "dashboard.py"])
    if "shipped" not in path.parts
}
ORDER = (
    {"model", "reference"},
    {"importers"},
    {"store"},
    {"metrics"},
    {"reports", "charts", "sample", "evaluate", "evaluate_time", "evaluate_trials"},
    {"pages", "cli"},
)
"""Parts of analytics/ from the exports to the person: each may import its own row's and earlier ones."""
LONGEST_FILE = 350


def part(module: str) -> str:
    """analytics.store.undo -> store"""
    return [*module.split("."), ""][1]


def imported(path: Path) -> set[str]:
    """Names of all modules that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_imports_point_one_way() -> None:
    rank = {name: place for place, row in enumerate(ORDER) for name in row}
    wrong = [
        f"{module} imports {other}"
        for module, path in MODULES.items()
        if part(module) in rank
        for other in imported(path)
        if other.startswith("analytics.") and rank.get(part(other), len(ORDER)) > rank[part(module)]
    ]
    assert not wrong


# pyproject's libraries that belong to one part each, and where.
HOMES = {
    "streamlit": ("dashboard", "analytics.pages"),
    "altair": ("analytics.charts",),
    "vl_convert": ("analytics.charts",),
    "duckdb": ("analytics.store", "analytics.metrics", "analytics.cli", "analytics.reports", "analytics.sample", "analytics.pages"),
    "click": ("analytics.cli",),
    "rich": ("analytics.cli",),
    "sqlite3": ("analytics.importers",),
    "libipld": ("analytics.importers",),
    "icalendar": ("analytics.importers",),
    "recurring_ical_events": ("analytics.importers",),
}  # fmt: skip


@pytest.mark.parametrize("library", HOMES)
def test_a_library_stays_where_it_belongs(library: str) -> None:
    users = {
        module
        for module, path in MODULES.items()
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert users, f"{library} is used nowhere: take it out of pyproject.toml"
    assert not [module for module in users if not module.startswith(HOMES[library])]


def test_the_store_keeps_the_columns_of_the_model(store: duckdb.DuckDBPyConnection) -> None:
    for kind, columns in STAGED.items():
        table = {"follows": "follow_list_members"}.get(kind) or KINDS[kind]
        kept = {name: str(type_) for name, type_, *_ in store.execute(f"DESCRIBE {table}").fetchall()}
        elsewhere = {
            "follows": {"platform", "owner", "direction", "as_of_utc"},
            "posts": {"links", "mentions", "tags", "likes", "reposts", "replies", "quotes", "impressions"},
        }.get(kind, set())
        expected = {column.name: column.type for column in columns if column.name not in elsewhere}
        assert expected.items() <= kept.items(), kind


def test_every_fact_of_the_store_has_a_table(store: duckdb.DuckDBPyConnection) -> None:
    with_facts = {
        row[0]
        for row in store.execute(
            """SELECT table_name FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_name)
               WHERE column_name = 'fact'"""
        ).fetchall()
    }
    parts = {"post_links", "post_mentions", "post_tags", "follow_list_members", "evidence"}
    assert with_facts == {*FACT_TABLES, *parts}


def test_migrations_use_only_what_every_kind_of_store_has() -> None:
    """No keys, checks, sequences, indexes, enums or ON CONFLICT: a DuckLake has none of them."""
    for _, script in migrate.scripts():
        statements = re.sub(r"--.*", "", script).upper()
        assert not re.findall(
            r"PRIMARY KEY|UNIQUE|\bCHECK\b|SEQUENCE|CREATE INDEX|\bENUM\b|ON CONFLICT|RETURNING", statements
        )


@pytest.mark.parametrize("module", MODULES)
def test_a_module_explains_itself_and_stays_short(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    if not text:
        return
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "what does this module answer or read?"
    assert len(text.splitlines()) <= LONGEST_FILE
    unexplained = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not unexplained


@pytest.mark.parametrize(
    "module", [name for name, path in MODULES.items() if ">>> " in path.read_text(encoding="utf-8")]
)
def test_examples_in_docstrings_come_out_as_written(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(module))
    assert tried.attempted > 0
    assert tried.failed == 0


@pytest.mark.parametrize(
    "path", sorted((ROOT / "analytics" / "charts").glob("*.py")), ids=lambda path: path.stem
)
def test_charts_name_the_class_of_every_channel(path: Path) -> None:
    # For a bare name or value Altair compares all its classes to find the right one; with many channels that is
    # half of what drawing a page takes.
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    encoded = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "encode"]
    bare = [
        f"{word.arg}, line {word.value.lineno}"
        for call in encoded
        for word in call.keywords
        if isinstance(word.value, ast.Constant)
        or ast.unparse(word.value).startswith(("alt.value(", "alt.condition("))
    ]
    assert bare == []


def test_every_library_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = {
        name.strip()
        for line in reasons.splitlines()
        if line.startswith("| ")
        for name in line.split("|")[1].split(",")
    }
    assert not [name for name in (re.split(r"[<>=\[ ]", one)[0] for one in wanted) if name not in table]
