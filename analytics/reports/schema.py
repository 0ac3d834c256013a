"""What the store's tables and views hold, for whoever asks it with `watercooler sql`."""

from __future__ import annotations

from typing import Any

import duckdb

from analytics.model import STAGED
from analytics.store.saving import KINDS

_TABLES = """
SELECT table_name AS name, table_type = 'VIEW' AS is_view FROM information_schema.tables
WHERE table_catalog = current_database() AND table_name <> 'schema_version'
ORDER BY is_view, name
"""
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_catalog = current_database() AND table_name = $table ORDER BY ordinal_position
"""


def tables(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """name, kind (table or view) and columns (name, type, meaning or null) of each, tables first."""
    meanings = _meanings()
    return [
        {
            "name": name,
            "kind": "view" if is_view else "table",
            "columns": [
                {
                    "name": column,
                    "type": type_,
                    "meaning": meanings.get((name, column)) or meanings.get(("", column)),
                }
                for column, type_ in cursor.execute(_COLUMNS, {"table": name}).fetchall()
            ],
        }
        for name, is_view in cursor.execute(_TABLES).fetchall()
    ]


def _meanings() -> dict[tuple[str, str], str]:
    """(table, column) -> meaning, where the model states it; ('', column) where it says so of every table."""
    found = {
        ("", "fact"): "hash of the row's content; evidence says which imports vouch for it",
        ("", "import_id"): "the import, as `show sources` lists it",
        ("", "is_current"): "true for the version that counts",
        ("", "platform"): "network key",
        ("", "site"): "site key; every platform is a site of the same key",
    }
    for kind, columns in STAGED.items():
        table = "follow_list_members" if kind == "follows" else KINDS[kind]
        found |= {(table, column.name): column.meaning for column in columns}
    for view, table in (("accounts", "account_observations"), ("current_posts", "posts")):
        found |= {(view, column): meaning for (of, column), meaning in found.items() if of == table}
    return found
