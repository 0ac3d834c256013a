"""What is in the store: every import with its counts, and the dates that each source covers."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd

_IMPORTS = """
SELECT i.import_id, i.path, i.format, i.owner, i.exported_at_utc AS exported_at, i.status,
       i.imported_at_utc AS imported_at,
       (SELECT count(*) FROM problems p WHERE p.import_id = i.import_id) AS problems,
       (SELECT list(note) FROM import_notes n WHERE n.import_id = i.import_id) AS notes
FROM imports i ORDER BY i.exported_at_utc, i.import_id
"""
_COUNTS = "SELECT import_id, kind, read_rows, new_rows, known_rows FROM import_counts ORDER BY kind"

_COVERED = """
WITH dated AS (
    SELECT fact, created_utc AS at_utc FROM posts
    UNION ALL SELECT fact, at_utc FROM interactions
    UNION ALL SELECT fact, start_utc FROM time_spans
    UNION ALL SELECT fact, as_of_utc FROM follow_lists
    UNION ALL SELECT fact, day::TIMESTAMP FROM daily_counts
    UNION ALL SELECT fact, start_utc FROM planned_slots
)
SELECT i.import_id, i.format, i.owner, min(d.at_utc) AS first_utc, max(d.at_utc) AS last_utc, count(*) AS facts
FROM evidence e JOIN imports i USING (import_id) JOIN dated d USING (fact)
WHERE d.at_utc IS NOT NULL
GROUP BY ALL ORDER BY first_utc, import_id
"""


def imports(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """One entry an import: import_id, path, format, owner, exported_at (UTC), status, rows, new, known
    (kind of row -> rows), problems (number), notes.
    """
    frame = cursor.execute(_IMPORTS).fetchall()
    names = [column[0] for column in cursor.description or ()]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in frame}
    for entry in found.values():
        entry |= {"rows": {}, "new": {}, "known": {}, "notes": entry["notes"] or []}
    for import_id, kind, read, new, known in cursor.execute(_COUNTS).fetchall():
        found[import_id]["rows"][kind] = read
        found[import_id]["new"][kind] = new
        found[import_id]["known"][kind] = known
    return list(found.values())


def problems(cursor: duckdb.DuckDBPyConnection, import_id: str) -> pd.DataFrame:
    """What could not be read of an import: place, what."""
    return cursor.execute("SELECT place, what FROM problems WHERE import_id = $id", {"id": import_id}).df()


def covered(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The dates an import covers: import_id, format, owner, first_utc, last_utc, facts (dated rows)."""
    return cursor.execute(_COVERED).df()


_CHECKS = {
    "facts have no import that vouches for them": """
        SELECT count(*) FROM (
            SELECT fact FROM posts UNION ALL SELECT fact FROM account_observations
            UNION ALL SELECT fact FROM interactions UNION ALL SELECT fact FROM time_spans
            UNION ALL SELECT fact FROM follow_lists UNION ALL SELECT fact FROM daily_counts
            UNION ALL SELECT fact FROM post_counts UNION ALL SELECT fact FROM planned_slots
            UNION ALL SELECT fact FROM identities WHERE source = 'export')
        WHERE fact NOT IN (SELECT fact FROM evidence)""",
    "posts have no version, or more than one, that counts": """
        SELECT count(*) FROM (
            SELECT 1 FROM (
                SELECT platform, is_current, arg_min(original_id, (length(original_id), original_id))
                           OVER (PARTITION BY platform, post_id) AS family FROM posts)
            GROUP BY platform, family HAVING count(*) FILTER (is_current) <> 1)""",
    "follow lists do not hold as many people as they should": """
        SELECT count(*) FROM follow_lists l
        WHERE members <> (SELECT count(*) FROM follow_list_members m WHERE m.fact = l.fact)""",
    "spans of time end before they begin": "SELECT count(*) FROM time_spans WHERE end_utc <= start_utc",
}


def inconsistencies(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Sentences on what should never be; empty for a sound store."""
    found = []
    for what, query in _CHECKS.items():
        row = cursor.execute(query).fetchone()
        if row and row[0]:
            found.append(f"{row[0]:,} {what}; import the exports again into a new store.")
    return found
