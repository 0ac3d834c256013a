"""The sample store: the invented person's exports, imported as anybody's would be, plus their own word."""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from analytics import reference
from analytics.importers.interface import Options, Refused
from analytics.metrics import decisions, settings, weekly_limits, weekly_plan
from analytics.store import identities, migrate
from analytics.store.connection import StoreMissing, StoreUnusable, reading, writing
from analytics.store.loading import import_path
from analytics.store.location import sample_store

MARK = "sample_digest"


def folder() -> Path:
    """The sample's folder, in a checkout or a wheel."""
    return reference.shipped() / "data" / "sample"


def build() -> Path:
    """The sample store's path; it is made anew whenever the exports or this program changed.

    Raises Refused where an export of the sample cannot be read, which is our own fault.
    """
    store = sample_store()
    digest = _digest()
    if _mark(store) == digest:
        return store
    store.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store.parent, prefix="sample-") as name:
        fresh = Path(name) / "sample.duckdb"
        word = tomllib.loads((folder() / "settings.toml").read_text(encoding="utf-8"))
        options = Options(time_zone=word["settings"]["time_zone"])
        for outcome in import_path(fresh, folder() / "exports", options=options):
            if isinstance(outcome, Refused):
                raise outcome
        _apply(fresh, word, digest)
        fresh.replace(store)
    return store


def remove() -> None:
    """Take the sample store away; nothing of the user's own is touched."""
    store = sample_store()
    for path in (store, store.with_name(store.name + ".wal"), store.with_name(store.name + ".lock")):
        path.unlink(missing_ok=True)


def _digest() -> str:
    hashed = hashlib.sha256(f"{migrate.LATEST}".encode())
    code = [path for path in Path(__file__).parent.rglob("*.py") if "importers" in path.parts]
    files = sorted(path for path in folder().rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in [*files, *sorted(code), reference.reference("sites.toml")]:
        hashed.update(path.name.encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _mark(store: Path) -> str | None:
    try:
        with reading(store) as cursor:
            row = cursor.execute("SELECT value FROM settings WHERE name = $name", {"name": MARK}).fetchone()
            return str(row[0]) if row else None
    except (StoreMissing, StoreUnusable):
        return None


def _apply(store: Path, word: dict[str, Any], digest: str) -> None:
    """The sample person's own settings, accounts, budget, decisions and plan."""
    now = datetime.now(UTC).replace(tzinfo=None)
    budget = word["budget"]
    first = budget["from"]
    with writing(store) as cursor:
        mark = {"name": MARK, "digest": digest, "now": now}
        cursor.execute("INSERT INTO settings VALUES ($name, $digest, $now)", mark)
        for name, value in word["settings"].items():
            settings.save_setting(cursor, name=name, value=value, set_at_utc=now)
        for platform, account in word.get("me", {}).items():
            identities.add(cursor, platform, account)
        for earlier in budget["before"]:
            weekly_limits.set_budget(
                cursor, valid_from=earlier["from"], site=None, minutes=earlier["total"], set_at_utc=now
            )
        for site, minutes in {None: budget["total"], **budget["sites"]}.items():
            weekly_limits.set_budget(cursor, valid_from=first, site=site, minutes=minutes, set_at_utc=now)
        for decided in word.get("decisions", []):
            platform, account = decisions.find_account(
                cursor, decided["account"], platforms=(decided["account"].partition(":")[0],)
            )
            decisions.decide(
                cursor,
                platform=platform,
                account=account,
                verdict=decided["verdict"],
                reason=decided.get("reason"),
                set_at_utc=now,
            )
        for slot in word["plan"]:
            weekly_plan.set_slot(
                cursor,
                valid_from=word["plan_from"],
                weekday=settings.weekday(slot["day"]),
                start_time=time.fromisoformat(slot["start"]),
                end_time=time.fromisoformat(slot["end"]),
                site=slot["site"],
                set_at_utc=now,
            )
