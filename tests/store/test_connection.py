"""Opening the store: what a reader cannot do, what a writer leaves behind, and what is no store at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.store import connection
from analytics.store.connection import (
    StoreMissing,
    StoreUnusable,
    data_version,
    gate,
    reading,
    writing,
)
from tests.builders import content_of, in_zip, post, rows_of, take_in, x_archive

NO_PATIENCE = 0.2


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    take_in(folder / "store.duckdb", in_zip(folder / "archive.zip", x_archive(posts=[post("7", "paper")])))
    return folder / "store.duckdb"


@pytest.fixture
def filled(template: Path, store_path: Path) -> Path:
    """A store with one post."""
    return shutil.copy(template, store_path)


@pytest.mark.parametrize(
    "sentence",
    [
        "INSERT INTO settings VALUES ('time_zone', 'UTC', now())",
        "DELETE FROM posts",
        "CREATE TABLE mine AS SELECT 1",
        "DROP TABLE posts",
        "UPDATE posts SET text = ''",
        "WITH gone AS (DELETE FROM posts RETURNING *) SELECT * FROM gone",
    ],
)
def test_a_reader_cannot_write(sentence: str, filled: Path) -> None:
    before = filled.read_bytes()
    with reading(filled) as cursor, pytest.raises(duckdb.Error):
        cursor.execute(sentence)
    assert filled.read_bytes() == before


def test_a_reader_cannot_reach_other_files(filled: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("name\nheron\n")
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    questions = [
        f"SELECT * FROM read_csv('{secret}')",
        f"SELECT * FROM read_text('{secret}')",
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM glob('{tmp_path}/*')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{other}' AS other",
        f"EXPORT DATABASE '{tmp_path / 'out'}'",
    ]
    with reading(filled) as cursor:
        for question in questions:
            with pytest.raises(duckdb.Error):
                cursor.execute(question).fetchall()
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "out").exists()


def test_a_reader_cannot_see_variables_of_the_program(filled: Path) -> None:
    secret = [1, 2, 3]  # DuckDB would look up names in the caller's frames
    with reading(filled) as cursor, pytest.raises(duckdb.Error):
        cursor.execute("SELECT * FROM secret")
    assert secret


@pytest.mark.parametrize(
    "sentence",
    [
        "SET enable_external_access = true",
        "SET autoload_known_extensions = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_a_reader_can_change_no_setting_and_load_no_extension(sentence: str, filled: Path) -> None:
    with reading(filled) as cursor, pytest.raises(duckdb.Error):
        cursor.execute(sentence)


def test_no_connection_fetches_extensions_by_itself(filled: Path) -> None:
    asked = (
        "SELECT current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
    )
    with writing(filled) as cursor:
        assert cursor.execute(asked).fetchall() == [(False, False)]
    assert rows_of(filled, asked) == [(False, False)]


def test_a_limit_over_a_view_holds(store_path: Path) -> None:
    """One alias made of nothing: with an empty side of its join DuckDB 2.0.0 handed over every post."""
    with writing(store_path) as cursor:
        cursor.execute(
            """INSERT INTO posts (fact, is_current, platform, post_id, original_id, author, kind, text)
               SELECT i, true, 'x', i::VARCHAR, i::VARCHAR, 'ana', 'post', 'Hello' FROM range(10) t(i)"""
        )
        cursor.execute("INSERT INTO aliases VALUES ('mastodon', 'bo', 'bo@maps.example')")
    with reading(store_path) as cursor:
        query = "SELECT post_id FROM current_posts WHERE platform = 'x' LIMIT 3"
        assert len(cursor.execute(query).fetchall()) == 3


def test_a_store_that_is_not_there_is_not_made_by_reading(store_path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="import an export first"), reading(store_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_an_empty_file_counts_as_no_store(store_path: Path, tmp_path: Path) -> None:
    store_path.touch()
    with pytest.raises(StoreMissing), reading(store_path):
        pass
    assert store_path.read_bytes() == b""
    take_in(store_path, in_zip(tmp_path / "archive.zip", x_archive(posts=[post("7", "paper")])))
    assert rows_of(store_path, "SELECT post_id FROM posts") == [("7",)]


def test_a_failed_first_write_leaves_nothing(store_path: Path, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error), writing(store_path) as cursor:
        cursor.execute("CREATE TABLE mine AS SELECT 1; SELECT * FROM nowhere")
    assert not store_path.exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"home", "store.duckdb.lock"}


def test_a_failed_write_is_rolled_back_with_its_tables(filled: Path) -> None:
    before = content_of(filled)
    with pytest.raises(duckdb.Error), writing(filled) as cursor:
        cursor.execute("DELETE FROM posts; CREATE TABLE mine AS SELECT 1; SELECT * FROM nowhere")
    assert content_of(filled) == before


def test_what_a_killed_first_write_left_is_taken_away(store_path: Path, tmp_path: Path) -> None:
    for ending in (".new", ".new.wal"):
        store_path.with_name(store_path.name + ending).write_bytes(b"half a header")
    with pytest.raises(StoreMissing), reading(store_path):
        pass
    take_in(store_path, in_zip(tmp_path / "archive.zip", x_archive(posts=[post("7", "paper")])))
    assert rows_of(store_path, "SELECT post_id FROM posts") == [("7",)]
    assert not list(tmp_path.glob("*.new*"))


def test_the_folder_of_a_new_store_is_made(tmp_path: Path) -> None:
    store = tmp_path / "not" / "there" / "store.duckdb"
    with writing(store):
        pass
    assert rows_of(store, "SELECT count(*) FROM posts") == [(0,)]


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n" + bytes(20_000), b"SQLite format 3\x00" + bytes(20_000), b"x", b"locked" * 5000],
    ids=["picture", "SQLite", "one byte", "text"],
)
def test_what_is_no_store_is_refused_at_once_and_stays(content: bytes, tmp_path: Path) -> None:
    lockers = tmp_path / "blocks and locks"  # words that DuckDB's messages on locks have in common with it
    lockers.mkdir()
    thing = lockers / "thing.duckdb"
    thing.write_bytes(content)
    for opened in (reading, writing):
        with pytest.raises(StoreUnusable, match="not a store of this program") as refused, opened(thing):
            pass
        assert str(thing) in str(refused.value)
        assert "\n" not in str(refused.value)
    assert thing.read_bytes() == content


@pytest.mark.parametrize("share", [0.003, 0.02])
def test_a_store_that_was_cut_is_refused(share: float, filled: Path) -> None:
    whole = filled.read_bytes()
    filled.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(StoreUnusable, match="damaged"), reading(filled):
        pass


@pytest.mark.parametrize("version", ["v1.5.0", None])
def test_the_database_of_another_program_is_left_alone(version: str | None, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.duckdb"
    with duckdb.connect(":memory:") as other:
        option = f" (STORAGE_VERSION '{version}')" if version else ""
        other.execute(f"ATTACH '{foreign}' AS foreign_data{option}")
        other.execute("CREATE TABLE foreign_data.notes AS SELECT 1 AS note")
    before = foreign.read_bytes()
    for opened in (reading, writing):
        with pytest.raises(StoreUnusable) as refused, opened(foreign):
            pass
        assert str(foreign) in str(refused.value)
    assert foreign.read_bytes() == before


def test_files_are_written_in_the_storage_version_of_the_oldest_supported_duckdb(filled: Path) -> None:
    with writing(filled) as cursor:
        cursor.execute("DELETE FROM posts")
    ((tags,),) = rows_of(filled, "SELECT tags FROM duckdb_databases() WHERE NOT internal")
    assert tags["storage_version"].startswith("v1.5.0")


def test_a_writer_waits_for_a_reader_and_then_goes_on(filled: Path) -> None:
    done = threading.Event()

    def write() -> None:
        with writing(filled) as cursor:
            cursor.execute("DELETE FROM posts")
        done.set()

    with reading(filled) as cursor:
        writer = threading.Thread(target=write)
        writer.start()
        assert not done.wait(0.3)
        assert cursor.execute("SELECT count(*) FROM posts").fetchall() == [(1,)]
    writer.join(20)
    assert done.is_set()
    assert rows_of(filled, "SELECT count(*) FROM posts") == [(0,)]


def test_who_waits_in_vain_gets_one_sentence(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", NO_PATIENCE)
    with gate(filled):
        for opened in (reading, writing):
            with pytest.raises(StoreUnusable, match="try again") as refused, opened(filled):
                pass
            assert str(filled) in str(refused.value)


def held_by_another_process(store: Path, mode: str) -> subprocess.Popen[str]:
    """A process of another program that has the file open until its stdin closes."""
    script = (
        "import sys, duckdb\n"
        f"held = duckdb.connect(sys.argv[1], read_only={mode == 'reading'})\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def test_a_store_held_open_by_another_program_is_one_sentence(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", NO_PATIENCE)
    holder = held_by_another_process(filled, "writing")
    try:
        for opened in (reading, writing):
            with pytest.raises(StoreUnusable, match="held open by another program"), opened(filled):
                pass
    finally:
        holder.communicate()
    assert rows_of(filled, "SELECT count(*) FROM posts") == [(1,)]


def test_data_version_changes_with_every_write_and_only_then(filled: Path) -> None:
    before = data_version(filled)
    with reading(filled):
        pass
    assert data_version(filled) == before
    with writing(filled) as cursor:
        cursor.execute("DELETE FROM posts")
    assert data_version(filled) != before


def test_data_version_sees_what_lies_in_the_log_beside_the_store(filled: Path) -> None:
    before = data_version(filled)
    filled.with_name(filled.name + ".wal").write_bytes(b"committed by a writer that was killed")
    assert data_version(filled) != before


def test_many_readers_at_once(filled: Path) -> None:
    found: list[Any] = []

    def ask() -> None:
        found.extend(rows_of(filled, "SELECT count(*) FROM posts") for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[(1,)]] * 20
