"""Taking exports in: read into a stage, turn into facts, then one short transaction on the store."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from analytics import reference
from analytics.importers import IMPORTERS
from analytics.importers._archive import Found, LeftAlone, find_exports
from analytics.importers.interface import ExportedAt, Importer, Note, Options, Owner, Problem, Refused
from analytics.store.connection import StoreMissing, reading
from analytics.store.facts import READY, hash_of
from analytics.store.posts import prepare_posts
from analytics.store.saving import Findings, Imported, contested_lists, save
from analytics.store.staging import DuckStage, Watcher, open_stage

Outcome = Imported | LeftAlone | Refused


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
    watch: Callable[[Found], Watcher] | None = None,
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
        refused: list[tuple[Found, Mapping[str, str], Refused]] = []

        def take(found: Found, known: Mapping[str, str]) -> Outcome:
            try:
                merged = replace(options, known=known)
                return import_found(store, found, merged, watch(found) if watch else None)
            except Refused as refusal:
                return _naming(found, refusal)

        for finding in find_exports(path, chosen, Path(scratch)):
            if isinstance(finding, LeftAlone):
                waiting.append(finding)
                continue
            found_any = True
            if isinstance(finding, Refused):
                yield finding
                continue
            known = known_identities(store)
            outcome = take(finding, known)
            if isinstance(outcome, Refused):
                refused.append((finding, known, outcome))
            else:
                yield outcome
        # What did not say whose it is may be told by what came after it.
        for found, then_known, refusal in refused:
            known = known_identities(store)
            yield refusal if known == then_known else take(found, known)
        yield from waiting if found_any else [_nothing_known(path, chosen)]


def _naming(found: Found, refused: Refused) -> Refused:
    """A refusal that names the path as the user knows it: of an unpacked tar, not where it was unpacked."""
    text = str(refused).replace(str(found.files.path), str(found.path))
    return Refused(text if str(found.path) in text else f"{found.path}: {text}")


def _nothing_known(path: Path, importers: Sequence[Importer]) -> Refused:
    if len(importers) == 1:
        return Refused(f"{path} is not what was expected: {importers[0].title}.")
    return Refused(
        f"{path} is not an export that is known here; `watercooler guide` lists those that are, and how to get each."
    )


def import_found(store: Path, found: Found, options: Options, watcher: Watcher | None = None) -> Imported:
    """Read one export and store it. Raises Refused; the store is then as it was."""
    importer = found.importer
    watcher = watcher or Watcher()
    with open_stage(watcher) as stage:
        findings = Findings()
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
        watcher.phase("comparing")
        findings.notes += _strange_times(stage, exported_at)
        _prepare(stage, exported_at, findings)
        version = _version(importer, options)
        watcher.phase("storing")
        return save(store, stage, found, findings, version, exported_at, options)


def _strange_times(stage: DuckStage, exported_at: datetime) -> Iterator[str]:
    """What one should know of recorded time before believing it: overlaps, and stretches of the future."""
    # Some exports are dated by the last thing in them.
    made = min(exported_at, datetime.now(UTC).replace(tzinfo=None))
    ((overlapping, seconds, future),) = stage.run(_STRANGE_TIMES, {"made": made})
    if seconds and seconds >= 60:
        minutes = f"{seconds / 60:,.0f} minutes"
        yield f"{overlapping:,} of the stretches of time overlap others, by {minutes} in all; each instant counts once."
    if future:
        begin = "stretch begins" if future == 1 else "stretches begin"
        yield (
            f"{future:,} {begin} more than a day after this export was made ({made:%Y-%m-%d}), so a clock was wrong; "
            "none counts before its time has come."
        )


_STRANGE_TIMES = """
WITH ordered AS (
    SELECT start_utc, end_utc, max(end_utc) OVER (
        ORDER BY start_utc, end_utc ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach_utc
    FROM time_spans
)
SELECT count_if(start_utc < reach_utc),
       sum(epoch(least(end_utc, reach_utc) - start_utc)) FILTER (start_utc < reach_utc),
       count_if(start_utc > $made + INTERVAL 1 DAY)
FROM ordered
"""


def _version(importer: Importer, options: Options) -> str:
    """What the rows of an export depend on beside its content."""
    parts = [importer.version]
    if importer.uses_sites:
        parts.append(reference.load_sites().digest)
    if importer.uses_options:
        parts += filter(None, (options.time_zone, options.me.get(importer.name)))
    return "+".join(parts)


def _prepare(stage: DuckStage, exported_at: datetime, findings: Findings) -> None:
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
                ("planned_slots", "planned_slots"),
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
        raise contested_lists(contested[0])


__all__ = ["Imported", "LeftAlone", "Outcome", "Refused", "import_found", "import_path", "known_identities"]
