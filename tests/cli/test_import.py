"""`import`, `undo`, `doctor` and `sql`: what a person is told, exit codes, and a store that stays whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import (
    HANDLE,
    JUNE,
    OWNER,
    content_of,
    in_csv,
    in_folder,
    in_zip,
    post,
    rows_of,
    x_archive,
)
from tests.cli.running import run

EXPORT = x_archive(posts=[post("7", "paper")], followers=["11"], following=["11"])


def cut_script(folder: Path) -> Path:
    """An archive whose tweets.js ends in the middle."""
    files = x_archive(posts=[post(str(number), "a lantern by the river") for number in range(9)])
    return in_folder(folder / "cut", files | {"data/tweets.js": files["data/tweets.js"][:700]})


def written(name: str, content: bytes) -> Callable[[Path], Path]:
    """Makes a file with that content."""

    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def cut_zip(folder: Path) -> Path:
    """A zip whose download broke off."""
    path = in_zip(folder / "broken.zip", EXPORT)
    path.write_bytes(path.read_bytes()[:500])
    return path


BAD: dict[str, Callable[[Path], Path]] = {
    "missing": lambda folder: folder / "gone.zip",
    "empty file": written("empty.csv", b""),
    "picture": written("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "SQLite": written("other.db", b"SQLite format 3\x00" + bytes(200)),
    "random": written("noise.bin", bytes(range(256)) * 8),
    "other table": written("prices.csv", b"name,price\nleek,2\n"),
    "empty zip": written("empty.zip", b"PK\x05\x06" + bytes(18)),
    "cut zip": cut_zip,
    "cut script": cut_script,
    "nobody's archive": lambda folder: in_zip(
        folder / "nobody.zip", x_archive(manifest=False, followers=["1"])
    ),
    "contested list": lambda folder: in_zip(folder / "again.zip", x_archive(followers=["99"])),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_sentence_and_the_other_files_load(
    kind: str, store_path: Path, tmp_path: Path
) -> None:
    assert run(store_path, "import", in_zip(tmp_path / "may.zip", EXPORT)).code == 0
    if kind == "nobody's archive":  # with two accounts on X, none is the only one
        run(store_path, "me", "add", "x", "another_account")
    before = content_of(store_path)
    bad = BAD[kind](tmp_path)
    ran = run(store_path, "import", bad)
    assert ran.code == 1
    assert ran.out == ""
    (sentence,) = ran.err.splitlines()
    assert str(bad) in sentence
    assert sentence.endswith(".")
    assert content_of(store_path) == before
    good = in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("8", "maps")]))
    both = run(store_path, "import", bad, good)
    assert both.code == 1
    assert sentence in both.err
    assert rows_of(store_path, "SELECT post_id FROM current_posts ORDER BY ALL") == [("7",), ("8",)]


@pytest.mark.parametrize("kind", ["missing", "cut zip", "cut script", "picture"])
def test_a_refused_first_import_makes_no_store(kind: str, store_path: Path, tmp_path: Path) -> None:
    assert run(store_path, "import", BAD[kind](tmp_path)).code == 1
    assert not store_path.exists()


def test_what_was_read_is_told_on_stdout_and_notes_on_stderr(store_path: Path, tmp_path: Path) -> None:
    ran = run(store_path, "import", in_zip(tmp_path / "may.zip", x_archive(posts=[post("7", "paper")])))
    assert ran.code == 0
    (import_id,) = [row[0] for row in rows_of(store_path, "SELECT import_id FROM imports")]
    first, *counts = ran.out.splitlines()
    assert first.startswith(f"{import_id}  X archive of x:{OWNER}, as of 2026-05-01: imported.")
    assert ["posts", "1", "read", "1", "new", "0", "known"] in [line.split() for line in counts]
    assert "Note: There is no follower.js" in ran.err


def test_again_says_that_nothing_is_new(store_path: Path, tmp_path: Path) -> None:
    path = in_zip(tmp_path / "may.zip", EXPORT)
    run(store_path, "import", path)
    before = content_of(store_path)
    ran = run(store_path, "import", path)
    assert (ran.code, ran.err) == (0, "")
    assert "imported before, nothing new" in ran.out
    assert content_of(store_path) == before


def test_problems_are_told_with_their_place_and_the_rest_loads(store_path: Path, tmp_path: Path) -> None:
    bad = [{**post(str(number), "no date"), "created_at": "soon"} for number in range(7)]
    export = x_archive(posts=[*bad, post("9", "paper")], followers=[], following=[])
    ran = run(store_path, "import", in_zip(tmp_path / "may.zip", export))
    assert ran.code == 0
    assert ran.err.count("Problem: tweets.js, row ") == 5
    assert "... and 2 more" in ran.err
    assert rows_of(store_path, "SELECT post_id FROM current_posts") == [("9",)]
    (entry,) = run(store_path, "show", "sources", "--format", "json").json["imports"]
    assert entry["problems"] == 7
    assert entry["status"] == "with problems"


def test_files_that_nobody_reads_are_left_alone_without_an_error(store_path: Path, tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "downloads", EXPORT)
    (folder / "recipes.json").write_text("{}")
    ran = run(store_path, "import", folder)
    assert ran.code == 0
    (line,) = [line for line in ran.err.splitlines() if "Left alone" in line]
    assert "recipes.json" in line


@pytest.mark.parametrize("said", [f"x:{HANDLE}", f"X:@{HANDLE}", HANDLE])
def test_me_names_the_owner_where_the_export_does_not(said: str, store_path: Path, tmp_path: Path) -> None:
    path = in_zip(tmp_path / "nobody.zip", x_archive(manifest=False, followers=["11"]))
    assert run(store_path, "import", path, "--me", said).code == 0
    assert rows_of(store_path, "SELECT owner FROM follow_lists") == [(HANDLE,)]


def test_as_of_is_a_local_date_and_as_names_the_format(store_path: Path, tmp_path: Path) -> None:
    row = {"platform": "x", "owner": OWNER, "account": "11", "direction": "follower"}
    path = in_csv(tmp_path / "list.csv", [row])
    assert run(store_path, "import", path, "--as", "x-archive").code == 1
    assert run(store_path, "import", path, "--as", "generic-csv", "--as-of", "2026-07-01").code == 0
    # Midnight in Vienna, in summer.
    answer = run(store_path, "show", "reciprocity", "--format", "json").json
    assert answer["accounts"][0]["followers_as_of"] == "2026-06-30T22:00:00Z"


def test_an_id_may_hold_colons_of_its_own(store_path: Path, tmp_path: Path) -> None:
    for number, said in enumerate(("bluesky:did:plc:heron", "did:plc:heron")):
        rows = [
            {
                "platform": "bluesky",
                "account": f"did:plc:{number}",
                "direction": "follower",
                "as_of": f"2026-05-0{number + 1}",
            }
        ]
        path = in_csv(tmp_path / f"{number}.csv", [{"owner": "", **rows[0]}])
        assert run(store_path, "import", path, "--me", said).code == 0
    assert rows_of(store_path, "SELECT DISTINCT owner FROM follow_lists") == [("did:plc:heron",)]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.zip", "--as", "gossip"),
        ("a.zip", "--as-of", "soon"),
        ("a.zip", "--as-of", "0001-01-01"),
        ("a.zip", "--me", "x:"),
        ("a.zip", "--me", ":wren"),
        ("a.zip", "--me", ""),
        ("a.zip", "--unknown"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], store_path: Path) -> None:
    ran = run(store_path, "import", *arguments)
    assert ran.code == 2
    assert "Error:" in ran.err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text on this system")
def test_a_file_name_that_is_no_text_can_be_imported(store_path: Path, tmp_path: Path) -> None:
    path = in_zip(tmp_path / "may.zip", EXPORT)
    odd = os.fsencode(tmp_path) + b"/caf\xe9.zip"
    path.rename(os.fsdecode(odd))
    start = [
        sys.executable,
        "-c",
        "from analytics.cli import main; main()",
        "--db",
        str(store_path),
        "import",
    ]
    done = subprocess.run([*start, odd], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [Path(path).name for (path,) in rows_of(store_path, "SELECT path FROM imports")] == ["caf�.zip"]


def test_undo_takes_an_import_back(store_path: Path, tmp_path: Path) -> None:
    run(store_path, "import", in_zip(tmp_path / "may.zip", EXPORT))
    before = content_of(store_path)
    run(store_path, "import", in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("8", "maps")])))
    *_, june = run(store_path, "show", "sources", "--format", "json").json["imports"]
    assert june["exported_at"] == "2026-06-01T12:00:00Z"
    ran = run(store_path, "undo", june["import_id"])
    assert (ran.code, ran.err) == (0, "")
    assert june["import_id"] in ran.out
    assert content_of(store_path) == before


def test_undo_of_nothing_is_one_sentence(store_path: Path, filled_once: Path) -> None:
    for store in (store_path, filled_once):
        ran = run(store, "undo", "00000000")
        assert ran.code == 1
        assert len(ran.err.splitlines()) == 1
        assert "00000000" in ran.err
    assert not store_path.exists()


def test_doctor_without_a_store(store_path: Path) -> None:
    ran = run(store_path, "doctor")
    assert (ran.code, ran.err) == (0, "")
    assert "There is no store" in ran.out
    assert not store_path.exists()


def test_doctor_tells_versions_settings_and_what_sources_cover(filled: Path) -> None:
    ran = run(filled, "doctor")
    assert (ran.code, ran.err) == (0, "")
    assert "DuckDB" in ran.out
    assert "monday" in ran.out
    assert "Europe/Vienna" in ran.out
    assert "2026-05-30" in ran.out
    assert ran.out.rstrip().endswith("The store is consistent.")


def test_doctor_finds_what_should_never_be(filled: Path) -> None:
    from analytics.store.connection import writing  # noqa: PLC0415

    with writing(filled) as cursor:
        cursor.execute("DELETE FROM evidence WHERE fact IN (SELECT fact FROM posts LIMIT 1)")
        cursor.execute("UPDATE posts SET is_current = false WHERE post_id = '15003'")
        cursor.execute("DELETE FROM follow_list_members WHERE account = '11'")
    ran = run(filled, "doctor")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 3
    assert "consistent" not in ran.out


def test_sql_asks_one_select(filled: Path) -> None:
    query = "SELECT count(*) AS posts, max(created_utc) AS last, DATE '2026-01-02' AS day FROM posts WHERE author = '15'"
    found = run(filled, "sql", query, "--format", "json").json["rows"]
    assert found == [{"posts": 25, "last": "2026-05-25T10:00:00Z", "day": "2026-01-02"}]
    as_csv = run(filled, "sql", "SELECT '=1' AS a, NULL AS b", "--format", "csv")
    assert as_csv.out == "a,b\n'=1,\n"
    assert "25" in run(filled, "sql", "SELECT count(*) FROM posts WHERE author = '15'").out


@pytest.mark.parametrize("type_", ["TIMESTAMPTZ '2026-01-02 00:00:00+01'", "TIMESTAMP '2026-01-01 23:00'"])
def test_sql_shows_moments_in_utc(type_: str, filled: Path) -> None:
    ran = run(filled, "sql", f"SELECT {type_} AS moment", "--format", "json")
    assert ran.json == {"rows": [{"moment": "2026-01-01T23:00:00Z"}]}


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM posts",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE posts",
        "ATTACH 'other.duckdb'",
        "COPY posts TO 'posts.csv'",
        "SET threads = 1",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "",
    ],
)
def test_sql_takes_nothing_but_one_select(query: str, filled: Path) -> None:
    before = filled.read_bytes()
    ran = run(filled, "sql", query)
    assert ran.code == 2
    assert "Write one SELECT." in ran.err
    assert filled.read_bytes() == before


@pytest.mark.parametrize(
    "query",
    [
        "SELEC 1",
        "SELECT * FROM nothing_of_that_name",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "WITH gone AS (DELETE FROM posts RETURNING *) SELECT * FROM gone",
        "SELECT error('no')",
    ],
)
def test_a_query_that_fails_is_one_sentence(query: str, filled: Path) -> None:
    before = filled.read_bytes()
    ran = run(filled, "sql", query)
    assert ran.code == 1
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert filled.read_bytes() == before


def test_sql_without_a_store_is_one_sentence(store_path: Path) -> None:
    ran = run(store_path, "sql", "SELECT 1")
    assert ran.code == 1
    assert "import an export first" in ran.err
    assert not store_path.exists()


@pytest.mark.parametrize(
    "arguments",
    [("show", "summary"), ("import", "may.zip"), ("doctor",), ("me", "list"), ("sql", "SELECT 1")],
)
def test_a_file_that_is_no_store_is_one_sentence_and_stays(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    thing = tmp_path / "thing.duckdb"
    thing.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    before = thing.read_bytes()
    ran = run(thing, *arguments)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert str(thing) in ran.err
    assert thing.read_bytes() == before


def test_the_store_is_named_by_option_then_environment_then_the_users_folder(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = in_zip(tmp_path / "may.zip", EXPORT)
    named, by_environment = tmp_path / "named.duckdb", tmp_path / "environment.duckdb"
    assert run(None, "import", path).code == 0
    assert [found.name for found in home.rglob("*.duckdb")] == ["watercooler.duckdb"]
    monkeypatch.setenv("WATERCOOLER_DB", str(by_environment))
    assert run(None, "import", path).code == 0
    assert run(named, "import", path).code == 0
    assert by_environment.exists()
    assert named.exists()
