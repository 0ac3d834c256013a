"""Taking exports in: read into a stage, turn into facts, then one short transaction on the store."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from analytics import reference
from analytics.importers import IMPORTERS
from analytics.importers._archive import Found, LeftAlone, find_exports
from analytics.importers.interface import ExportedAt, Importer, Note, Options, Owner, Problem, Refused
from analytics.store import undo
from analytics.store.connection import StoreMissing, reading, writing
from analytics.store.facts import FACT_TABLES, READY, hash_of
from analytics.store.posts import prepare_posts, store_posts
from analytics.store.staging import DuckStage, Progress, open_stage

KINDS = {
    "accounts": "account_observations",
    "posts": "posts",
    "follow_lists": "follow_lists",
    "follow_list_members": "follow_list_members",
    "interactions": "interactions",
    "time_spans": "time_spans",
    "daily_counts": "daily_counts",
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


Outcome = Imported | LeftAlone | Refused


@dataclass(slots=True)
class _Findings:
    """What an importer said beside its rows."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    exported_at_utc: datetime | None = None


def known_identities(store: Path) -> dict[str, str]:
    """Platform -> the user's account there, for platforms on which exactly one is known."""
    try:
        with reading(store) as cursor:
            return dict(
                cursor.execute(
                    "SELECT platform, min(account) FROM me GROUP BY platform HAVING count(*) = 1"
                ).fetchall()
            )
    except StoreMissing:
        return {}


def import_path(
    store: Path,
    path: Path,
    *,
    options: Options | None = None,
    only: str | None = None,
    importers: Sequence[Importer] = IMPORTERS,
    progress: Callable[[Found], Progress] | None = None,
) -> Iterator[Outcome]:
    """Take in every export that lies in a path, each in a transaction of its own.

    only: name of the one importer to try (`--as`). One outcome for each export, refusal or file left
    alone; a refusal leaves the store as it was and the others go on.
    """
    options = options or Options()
    chosen = [importer for importer in importers if only in (None, importer.name)]
    with tempfile.TemporaryDirectory(prefix="watercooler-") as scratch:
        found_any = False
        waiting: list[LeftAlone] = []
        for finding in find_exports(path, chosen, Path(scratch)):
            if isinstance(finding, Found):
                found_any = True
                merged = replace(options, known=known_identities(store))
                try:
                    yield import_found(store, finding, merged, progress(finding) if progress else None)
                except Refused as refused:
                    yield _naming(finding, refused)
            elif isinstance(finding, Refused):
                found_any = True
                yield finding
            else:
                waiting.append(finding)
        yield from waiting if found_any else [_nothing_known(path, chosen)]


def _naming(found: Found, refused: Refused) -> Refused:
    """A refusal that names the path as the user knows it: of an unpacked tar, not where it was unpacked."""
    text = str(refused).replace(str(found.files.path), str(found.path))
    return Refused(text if str(found.path) in text else f"{found.path}: {text}")


def _nothing_known(path: Path, importers: Sequence[Importer]) -> Refused:
    titles = ", ".join(importer.title for importer in importers)
    return Refused(f"{path} is not an export that is known here; expected one of: {titles}.")


def import_found(store: Path, found: Found, options: Options, progress: Progress | None = None) -> Imported:
    """Read one export and store it. Raises Refused; the store is then as it was."""
    importer = found.importer
    with open_stage(progress) as stage:
        findings = _Findings()
        for finding in importer.read(found.files, found.members, stage, options):
            match finding:
                case Problem():
                    findings.problems.append(finding)
                case Note():
                    findings.notes.append(finding.text)
                case Owner():
                    findings.owners.append(finding)
                case ExportedAt():
                    findings.exported_at_utc = finding.moment_utc
        exported_at = (
            findings.exported_at_utc
            or options.as_of_utc
            or max(found.files.modified_utc(member) for member in found.members)
        )
        _prepare(stage, exported_at, findings)
        version = importer.version
        if importer.uses_sites:
            version += f"+{reference.load_sites().digest}"
        return _store(store, stage, found, findings, version, exported_at, options)


def _prepare(stage: DuckStage, exported_at: datetime, findings: _Findings) -> None:
    """Staged rows -> ready_* tables of facts, and the rows read of each kind in stage_counts."""
    stage.run(
        "CREATE TABLE stage_counts AS "
        + " UNION ALL ".join(
            f"SELECT '{kind}' AS kind, count(*) AS rows FROM {source}"
            for kind, source in (
                ("accounts", "accounts"),
                ("posts", "posts"),
                ("follow_list_members", "follows"),
                ("interactions", "interactions"),
                ("time_spans", "time_spans"),
                ("daily_counts", "daily_counts"),
            )
        )
    )
    for statement in READY:
        stage.run(statement)
    stage.run("INSERT INTO stage_counts SELECT 'follow_lists', count(*) FROM ready_follow_lists")
    prepare_posts(stage.connection, exported_at)
    stage.run(
        "CREATE TABLE ready_identities (fact UBIGINT, platform VARCHAR, account VARCHAR, handle VARCHAR, "
        "source VARCHAR)"
    )
    for owner in {(o.platform, o.account, o.handle) for o in findings.owners}:
        stage.run(
            f"""INSERT INTO ready_identities SELECT {hash_of("identities", ["$platform", "$account", "$handle"])},
                $platform, $account, $handle, 'export'""",
            dict(zip(("platform", "account", "handle"), owner, strict=True)),
        )
    contested = stage.run(
        """SELECT platform, owner, direction, as_of_utc FROM ready_follow_lists WHERE complete
           GROUP BY ALL HAVING count(*) > 1"""
    )
    if contested:
        raise _contested(contested[0])


def _contested(row: Sequence[object]) -> Refused:
    platform, owner, direction, as_of = row
    return Refused(
        f"There would be two different complete {direction} lists of {owner} on {platform} as of "
        f"{as_of:%Y-%m-%d %H:%M} UTC; say when this one was true with --as-of DATE."
    )


def _store(
    store: Path,
    stage: DuckStage,
    found: Found,
    findings: _Findings,
    version: str,
    exported_at: datetime,
    options: Options,
) -> Imported:
    owners = sorted({f"{owner.platform}:{owner.account}" for owner in findings.owners})
    # Lists may belong to an account that only the user named: the same file with another --me is another import.
    whose = stage.run("SELECT DISTINCT platform, owner FROM ready_follow_lists ORDER BY ALL")
    content = stage.content()
    named = [found.importer.name, version, content, *owners, str(options.as_of_utc or ""), *map(str, whose)]
    key = hashlib.sha256("\n".join(named).encode()).hexdigest()
    imported = Imported(
        import_id=key[:8],
        path=found.path,
        format=found.importer.name,
        title=found.importer.title,
        owner=", ".join(owners) or None,
        exported_at_utc=exported_at,
        state="imported",
        read={},
        new={},
        known={},
        problems=tuple(findings.problems),
        notes=tuple(dict.fromkeys(findings.notes)),
    )
    with writing(store, stage.connection) as cursor:
        if cursor.execute("SELECT 1 FROM imports WHERE key = $key", {"key": key}).fetchone():
            kept = _kept_counts(cursor, key[:8])
            return replace(imported, state="known", read=kept, new=dict.fromkeys(kept, 0), known=kept)
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
        undo.recompute_current(cursor, imported.import_id)
        read, new, known = ({kind: row[i] for kind, row in counts.items()} for i in range(3))
        state = "replaced" if older else "imported"
        return replace(imported, state=state, read=read, new=new, known=known)


def _kept_counts(cursor: duckdb.DuckDBPyConnection, import_id: str) -> dict[str, int]:
    return dict(
        cursor.execute(
            "SELECT kind, read_rows FROM import_counts WHERE import_id = $id ORDER BY kind", {"id": import_id}
        ).fetchall()
    )


def _refuse_contested_lists(cursor: duckdb.DuckDBPyConnection) -> None:
    """Two different complete lists of one moment cannot both be true."""
    contested = cursor.execute(
        """SELECT r.platform, r.owner, r.direction, r.as_of_utc
           FROM memory.main.ready_follow_lists r JOIN follow_lists l
             ON l.platform = r.platform AND l.owner = r.owner AND l.direction = r.direction
            AND l.as_of_utc = r.as_of_utc AND l.complete AND r.complete AND l.fact <> r.fact
           LIMIT 1"""
    ).fetchone()
    if contested:
        raise _contested(contested)


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
            "path": str(imported.path),
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
