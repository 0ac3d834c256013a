"""Numbered migrations: a new store gets all, an older one is copied first and changed in one transaction."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from analytics.store import migrate
from analytics.store.connection import StoreUnusable, reading, writing
from tests.builders import content, content_of, in_zip, post, rows_of, take_in, x_archive

VERSIONS = "SELECT version FROM schema_version ORDER BY version"
NEXT = migrate.LATEST + 1


@pytest.fixture
def filled(store_path: Path, tmp_path: Path) -> Path:
    """A store of today's version with one post."""
    take_in(
        store_path, in_zip(tmp_path / "archive.zip", x_archive(posts=[post("7", "paper")], followers=["11"]))
    )
    return store_path


def invent(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """As if a later version of the program came with one more migration."""
    known = migrate.scripts()
    monkeypatch.setattr(migrate, "scripts", lambda: (*known, (NEXT, sql)))
    monkeypatch.setattr(migrate, "LATEST", NEXT)


def backup_of(store: Path) -> Path:
    """Where an older store is copied to."""
    return store.with_name(f"{store.name}.before-version-{NEXT}")


def test_the_files_are_numbered_without_a_gap() -> None:
    numbers = [number for number, _ in migrate.scripts()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers[-1] == migrate.LATEST


def test_a_new_store_gets_every_migration(store_path: Path) -> None:
    with writing(store_path):
        pass
    assert rows_of(store_path, VERSIONS) == [(number,) for number, _ in migrate.scripts()]


def test_migrating_twice_changes_nothing(store: duckdb.DuckDBPyConnection) -> None:
    before = content(store)
    migrate.migrate(store)
    assert content(store) == before
    assert migrate.version(store) == migrate.LATEST


def test_an_empty_database_has_version_0() -> None:
    with duckdb.connect(":memory:") as empty:
        assert migrate.version(empty) == 0


@pytest.mark.parametrize("opened", ["reading", "writing"])
def test_an_older_store_is_copied_and_brought_up_to_date(
    opened: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content_of(filled)
    invent(
        monkeypatch, "CREATE TABLE moods (day DATE, mood VARCHAR); ALTER TABLE posts ADD COLUMN mood VARCHAR;"
    )
    with reading(filled) if opened == "reading" else writing(filled) as cursor:
        assert cursor.execute("SELECT post_id, mood FROM posts").fetchall() == [("7", None)]
        assert cursor.execute("SELECT count(*) FROM moods").fetchall() == [(0,)]
    assert (NEXT,) in rows_of(filled, VERSIONS)
    monkeypatch.undo()
    assert content_of(backup_of(filled)) == before


def test_a_store_of_today_is_not_copied(filled: Path) -> None:
    with writing(filled):
        pass
    assert not list(filled.parent.glob("*before-version*"))


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content_of(filled)
    invent(monkeypatch, "CREATE TABLE moods (day DATE); DELETE FROM posts; SELECT error('this step fails');")
    for _ in range(2):
        with pytest.raises(duckdb.Error, match="this step fails"), reading(filled):
            pass
    monkeypatch.undo()
    assert content_of(filled) == before
    assert content_of(backup_of(filled)) == before


def test_a_store_of_a_newer_version_is_refused_and_stays(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invent(monkeypatch, "CREATE TABLE moods (day DATE);")
    with writing(filled):
        pass
    backup_of(filled).unlink()
    monkeypatch.undo()
    before = filled.read_bytes()
    for opened in (reading, writing):
        with pytest.raises(StoreUnusable, match="newer version"), opened(filled):
            pass
    assert filled.read_bytes() == before
    assert not list(filled.parent.glob("*before-version*"))
