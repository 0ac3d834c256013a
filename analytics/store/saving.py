"""Saving one export that was read: one short transaction on the store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from analytics.importers._archive import Found
from analytics.importers.interface import Options, Owner, Problem, Refused
from analytics.store import current, undo
from analytics.store.connection import writing
from analytics.store.facts import FACT_TABLES
from analytics.store.posts import store_posts
from analytics.store.staging import DuckStage

KINDS = {
    "accounts": "account_observations",
    "posts": "posts",
    "follow_lists": "follow_lists",
    "follow_list_members": "follow_list_members",
    "interactions": "interactions",
    "time_spans": "time_spans",
    "daily_counts": "daily_counts",
    "planned_slots": "planned_slots",
}
"""Kind of row as it is reported -> the table it is kept in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one export.

    state: imported, known (the same file was taken in before; nothing changed) or replaced (a newer
    parser's rows took the place of an older one's). read, new, known: kind of row -> rows.
    """

    import_id: str
    path: Path
    format: str
    title: str
    owner: str | None
    exported_at_utc: datetime
    state: str
    read: dict[str, int]
    new: dict[str, int]
    known: dict[str, int]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """What an importer said beside its rows."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    exported_at_utc: datetime | None = None


def contested_lists(row: Sequence[object]) -> Refused:
    """The refusal of two lists that cannot both be true. row: platform, owner, direction, as_of (UTC)."""
    platform, owner, direction, as_of = row
    return Refused(
        f"There would be two different complete {direction} lists of {owner} on {platform} as of "
        f"{as_of:%Y-%m-%d %H:%M} UTC; say when this one was true with --as-of DATE."
    )


def save(
    store: Path,
    stage: DuckStage,
    found: Found,
    findings: Findings,
    version: str,
    exported_at: datetime,
    options: Options,
) -> Imported:
    """Copy the facts of a prepared stage into the store. Raises Refused; nothing is then changed."""
    owners = sorted({(owner.platform, owner.account) for owner in findings.owners})
    # Lists may belong to an account that only the user named: the same file with another --me is another import.
    whose = stage.run("SELECT DISTINCT platform, owner FROM ready_follow_lists ORDER BY ALL")
    content = stage.content()
    key = _key(found.importer.name, version, content, owners, whose, options)
    imported = Imported(
        import_id=key[:8],
        path=found.path,
        format=found.importer.name,
        title=found.importer.title,
        owner=", ".join(f"{platform}:{account}" for platform, account in owners) or None,
        exported_at_utc=exported_at,
        state="imported",
        read={},
        new={},
        known={},
        problems=tuple(findings.problems),
        notes=tuple(dict.fromkeys(findings.notes)),
    )
    with writing(store, stage.connection) as cursor:
        # It may have been taken in under a handle, before the account's id was known.
        keys = [key] + [
            _key(
                found.importer.name,
                version,
                content,
                _renamed(owners, names),
                _renamed(whose, names),
                options,
            )
            for names in _other_names(cursor, owners, whose)
        ]
        before = cursor.execute(
            "SELECT import_id FROM imports WHERE list_contains($keys, key)", {"keys": keys}
        )
        if same := before.fetchone():
            kept = _kept_counts(cursor, same[0])
            nothing = dict.fromkeys(kept, 0)
            return replace(imported, import_id=same[0], state="known", read=kept, new=nothing, known=kept)
        older = cursor.execute(
            """SELECT import_id FROM imports
               WHERE content = $content AND format = $format AND parser_version <> $version""",
            {"content": content, "format": found.importer.name, "version": version},
        ).fetchall()
        for (import_id,) in older:
            undo.forget(cursor, import_id)
        _refuse_contested_lists(cursor)
        counts = _copy_facts(cursor, imported.import_id)
        _record(cursor, imported, counts, key, content, version)
        current.note_touched(cursor, imported.import_id)
        current.choose_current(cursor)
        read, new, known = ({kind: row[i] for kind, row in counts.items()} for i in range(3))
        state = "replaced" if older else "imported"
        return replace(imported, state=state, read=read, new=new, known=known)


Account = tuple[str, str]
"""Platform and account."""


def _key(
    format_: str, version: str, content: str, owners: list[Account], whose: list[Account], options: Options
) -> str:
    said = [f"{platform}:{account}" for platform, account in owners]
    named = [format_, version, content, *said, str(options.as_of_utc or ""), *map(str, whose)]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


def _other_names(
    cursor: duckdb.DuckDBPyConnection, owners: list[Account], whose: list[Account]
) -> list[dict[Account, Account]]:
    """Each way to call these accounts otherwise: by a handle that leads to the id, or by the id."""
    accounts = {*owners, *whose}
    aliases = cursor.execute("SELECT platform, alias, account FROM aliases ORDER BY ALL").fetchall()
    pairs = [((platform, alias), (platform, account)) for platform, alias, account in aliases]
    found = [(one, other) for pair in pairs for one, other in (pair, pair[::-1]) if one in accounts]
    return [{one: other} for one, other in found]


def _renamed(accounts: list[Account], names: dict[Account, Account]) -> list[Account]:
    return sorted(names.get(account, account) for account in accounts)


def _kept_counts(cursor: duckdb.DuckDBPyConnection, import_id: str) -> dict[str, int]:
    return dict(
        cursor.execute(
            "SELECT kind, read_rows FROM import_counts WHERE import_id = $id ORDER BY kind", {"id": import_id}
        ).fetchall()
    )


def _refuse_contested_lists(cursor: duckdb.DuckDBPyConnection) -> None:
    """Two different complete lists of one moment cannot both be true."""
    found = cursor.execute(
        """SELECT r.platform, r.owner, r.direction, r.as_of_utc
           FROM memory.main.ready_follow_lists r JOIN follow_lists l
             ON l.platform = r.platform AND l.owner = r.owner AND l.direction = r.direction
            AND l.as_of_utc = r.as_of_utc AND l.complete AND r.complete AND l.fact <> r.fact
           LIMIT 1"""
    ).fetchone()
    if found:
        raise contested_lists(found)


def _copy_facts(cursor: duckdb.DuckDBPyConnection, import_id: str) -> dict[str, tuple[int, int, int]]:
    """Add the facts that the store does not have, and the evidence; kind -> (read, new, known)."""
    read = dict(cursor.execute("SELECT kind, rows FROM memory.main.stage_counts").fetchall())
    counts: dict[str, tuple[int, int, int]] = {}
    for table in FACT_TABLES:
        ready = f"memory.main.ready_{table}"
        total = _count(cursor, f"SELECT count(*) FROM {ready}")
        unseen = f"fact NOT IN (SELECT fact FROM {table})"
        members = 0
        if table == "posts":
            new = store_posts(cursor)
        else:
            if table == "follow_lists":
                members = _count(
                    cursor,
                    f"""INSERT INTO follow_list_members
                        SELECT fact, account, since_utc FROM memory.main.ready_follow_list_members
                        WHERE {unseen}""",
                )
            new = _count(cursor, f"INSERT INTO {table} BY NAME SELECT * FROM {ready} WHERE {unseen}")
        cursor.execute(f"INSERT INTO evidence SELECT $id, fact FROM {ready}", {"id": import_id})
        kind = next((kind for kind, kept in KINDS.items() if kept == table), None)
        if kind and total:
            counts[kind] = (read[kind], new, total - new)
        if table == "follow_lists" and read["follow_list_members"]:
            listed = _count(cursor, "SELECT count(*) FROM memory.main.ready_follow_list_members")
            counts["follow_list_members"] = (read["follow_list_members"], members, listed - members)
    return counts


def _count(cursor: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = cursor.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _record(
    cursor: duckdb.DuckDBPyConnection,
    imported: Imported,
    counts: dict[str, tuple[int, int, int]],
    key: str,
    content: str,
    version: str,
) -> None:
    cursor.execute(
        """INSERT INTO imports VALUES ($import_id, $key, $content, $format, $version, $path, $owner,
                                       $exported_at, $now, $status)""",
        {
            "import_id": imported.import_id,
            "key": key,
            "content": content,
            "format": imported.format,
            "version": version,
            "path": os.fsencode(imported.path).decode(errors="replace"),
            "owner": imported.owner,
            "exported_at": imported.exported_at_utc,
            "now": datetime.now(UTC).replace(tzinfo=None),
            "status": "with problems" if imported.problems else "complete",
        },
    )
    said: dict[str, list[tuple[object, ...]]] = {
        "import_counts": [(imported.import_id, kind, *rows) for kind, rows in counts.items()],
        "import_notes": [(imported.import_id, note) for note in imported.notes],
        "problems": [(imported.import_id, problem.place, problem.what) for problem in imported.problems],
    }
    for table, rows in said.items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
