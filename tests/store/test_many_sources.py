"""One thing told by several sources counts once, whichever was imported first."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from analytics.importers import IMPORTERS, generic_csv
from analytics.importers.interface import ExportedAt, Importer, Options
from analytics.metrics.sources import inconsistencies
from analytics.store import identities
from analytics.store.connection import reading, writing
from analytics.store.loading import Imported, import_path
from analytics.store.undo import undo_import
from tests.builders import HANDLE, JUNE, OWNER, content_of, in_csv, in_zip, post, rows_of, x_archive

# The project's own CSV, as if it were a source whose posts lack what the archive tells.
PARTIAL: Importer = replace(generic_csv.IMPORTER, name="partial-csv", partial_posts=True)
LATER = "2026-11-20T00:00:00Z"


@pytest.fixture(autouse=True)
def partial_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.store.current.IMPORTERS", (*IMPORTERS, PARTIAL))


def take(store: Path, path: Path, importer: Importer | None = None, **options: object) -> Imported:
    """Import the one export in a path."""
    chosen = (importer,) if importer else IMPORTERS
    (outcome,) = import_path(store, path, importers=chosen, options=Options(**options))  # type: ignore[arg-type]
    assert isinstance(outcome, Imported)
    return outcome


def posts_csv(path: Path, *rows: dict[str, str]) -> Path:
    return in_csv(path, [{"platform": "x", "created_at": "2026-05-01T09:00:00Z"} | row for row in rows])


def test_a_whole_account_of_a_post_counts_before_a_newer_partial_one(tmp_path: Path) -> None:
    archive = in_zip(tmp_path / "may.zip", x_archive(posts=[post("7", "paper and copper maps")]))
    partial = posts_csv(
        tmp_path / "posts.csv", {"author": OWNER, "post_id": "7", "text": "paper and", "impressions": "90"}
    )
    stores = []
    for number, order in enumerate(itertools.permutations([(archive, None), (partial, PARTIAL)])):
        store = tmp_path / f"{number}.duckdb"
        for path, importer in order:
            take(store, path, importer, as_of_utc=datetime(2026, 11, 20) if importer else None)
        stores.append(store)
        assert rows_of(store, "SELECT post_id, text FROM current_posts") == [("7", "paper and copper maps")]
        assert rows_of(store, "SELECT impressions FROM post_counts WHERE impressions > 0") == [(90,)]
    assert content_of(stores[0]) == content_of(stores[1])


def test_of_two_whole_accounts_the_newer_counts_even_where_a_partial_one_is_newest(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    take(store, in_zip(tmp_path / "may.zip", x_archive(posts=[post("7", "papre")])))
    take(store, in_zip(tmp_path / "june.zip", x_archive(made=JUNE, posts=[post("7", "paper")])))
    last = take(
        store, posts_csv(tmp_path / "posts.csv", {"author": OWNER, "post_id": "7", "text": "pap"}), PARTIAL
    )
    assert rows_of(store, "SELECT text FROM current_posts") == [("paper",)]
    undo_import(store, last.import_id)
    assert rows_of(store, "SELECT text FROM current_posts") == [("paper",)]


def test_an_edited_post_counts_once_where_a_source_knows_only_its_last_id(tmp_path: Path) -> None:
    """The archive lists the versions 7 and 9 of one post; the other source knows 9 alone."""
    edited = [post("7", "papre"), post("9", "paper")]
    for version in edited:
        version["edit_info"] = {
            "edit": {"initialTweetId": "7", "editControlInitial": {"editTweetIds": ["7", "9"]}}
        }
    archive = in_zip(tmp_path / "may.zip", x_archive(posts=edited))
    partial = posts_csv(tmp_path / "posts.csv", {"author": OWNER, "post_id": "9", "text": "paper"})
    for number, order in enumerate(itertools.permutations([(archive, None), (partial, PARTIAL)])):
        store = tmp_path / f"{number}.duckdb"
        taken = [take(store, path, importer) for path, importer in order]
        assert rows_of(store, "SELECT post_id, original_id FROM current_posts") == [("9", "7")]
        with reading(store) as cursor:
            assert inconsistencies(cursor) == []
        whole = next(one for one in taken if one.format == "x-archive")
        undo_import(store, whole.import_id)
        assert rows_of(store, "SELECT post_id, original_id FROM current_posts") == [("9", "9")]


def test_a_like_counts_once_and_as_the_source_that_knows_most_has_it(tmp_path: Path) -> None:
    archive = in_zip(tmp_path / "may.zip", x_archive(likes=["5", "6"]))
    named = in_csv(
        tmp_path / "likes.csv",
        [{"platform": "x", "actor": OWNER, "target": "11", "kind": "like", "at": "", "post_id": "5"}],
    )
    contents = []
    for number, order in enumerate(itertools.permutations([archive, named])):
        store = tmp_path / f"{number}.duckdb"
        taken = [take(store, path) for path in order]
        likes = "SELECT post_id, target FROM acts WHERE kind = 'like' ORDER BY post_id"
        assert rows_of(store, likes) == [("5", "11"), ("6", None)]
        contents.append(content_of(store))
        undo_import(store, next(one for one in taken if one.format == "generic-csv").import_id)
        assert rows_of(store, likes) == [("5", None), ("6", None)]
    assert contents[0] == contents[1]


def test_a_name_leads_to_the_account_that_another_source_knows(tmp_path: Path) -> None:
    named = posts_csv(
        tmp_path / "posts.csv",
        {"author": "Heron_Underwillow", "post_id": "7", "text": "@wren_h maps", "reply_to_account": "wren_h"},
        {"author": "12345", "post_id": "8", "text": "a handle of digits is taken for an id"},
    )
    people = in_csv(
        tmp_path / "people.csv",
        [
            {"platform": "x", "account": "11", "handle": "heron_underwillow", "observed_at": LATER},
            {"platform": "x", "account": "22", "handle": "12345", "observed_at": LATER},
            {"platform": "x", "account": "33", "handle": "WREN_H", "observed_at": LATER},
        ],
    )
    answers = "SELECT author, reply_to_account FROM current_posts ORDER BY post_id"
    contents = []
    for number, order in enumerate(itertools.permutations([named, people])):
        store = tmp_path / f"{number}.duckdb"
        taken = {path: take(store, path) for path in order}
        assert rows_of(store, answers) == [("11", "33"), ("12345", None)]
        assert rows_of(store, "SELECT actor, target, kind FROM acts") == [("11", "33", "reply")]
        contents.append(content_of(store))
        undo_import(store, taken[people].import_id)
        assert rows_of(store, answers) == [("Heron_Underwillow", "wren_h"), ("12345", None)]
    assert contents[0] == contents[1]


def test_what_was_seen_of_an_account_by_its_handle_joins_the_rest(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    rows = [
        {
            "platform": "x",
            "account": "heron_underwillow",
            "handle": "heron_underwillow",
            "bio": "Maps.",
            "followers": "",
        },
        {"platform": "x", "account": "11", "handle": "Heron_Underwillow", "bio": "", "followers": "40"},
    ]
    for number, row in enumerate(rows):
        take(store, in_csv(tmp_path / f"{number}.csv", [row | {"observed_at": f"2026-05-0{number + 1}"}]))
    seen = rows_of(store, "SELECT account, handle, bio, followers FROM accounts")
    assert seen == [("11", "Heron_Underwillow", "", 40)]


def test_a_handle_of_mine_leads_to_my_account_whatever_came_first(tmp_path: Path) -> None:
    archive = in_zip(tmp_path / "may.zip", x_archive(posts=[post("7", "maps")], followers=["11"]))
    list_of_handle = in_csv(
        tmp_path / "list.csv",
        [{"platform": "x", "owner": HANDLE, "account": "11", "direction": "following", "as_of": LATER}],
    )
    contents = []
    for number, order in enumerate(itertools.permutations([archive, list_of_handle])):
        store = tmp_path / f"{number}.duckdb"
        for path in order:
            take(store, path)
        assert rows_of(store, "SELECT platform, account, handle FROM me") == [("x", OWNER, HANDLE)]
        assert rows_of(store, "SELECT DISTINCT owner FROM owned_lists") == [(OWNER,)]
        contents.append(content_of(store))
        with writing(store) as cursor:
            identities.remove(cursor, "x", HANDLE)
        assert rows_of(store, "SELECT * FROM me") == []
    assert contents[0] == contents[1]


def test_an_export_taken_in_under_a_handle_is_known_when_the_id_is(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    listed = in_csv(
        tmp_path / "list.csv",
        [{"platform": "x", "owner": "", "account": "11", "direction": "following", "as_of": LATER}],
    )
    first = take(store, listed, me={"x": HANDLE})
    take(store, in_zip(tmp_path / "may.zip", x_archive(posts=[post("7", "maps")])))
    before = content_of(store)
    again = take(store, listed, me={"x": OWNER})
    assert (again.state, again.import_id) == ("known", first.import_id)
    assert content_of(store) == before
    assert take(store, listed, me={"x": "99"}).state == "imported"


def test_what_names_no_owner_is_tried_again_after_what_does(tmp_path: Path) -> None:
    """In order of names the archive without its account file comes before the whole one."""
    nameless = {
        name: content
        for name, content in x_archive(posts=[post("8", "copper")]).items()
        if not name.endswith(("manifest.js", "account.js"))
    }
    (tmp_path / "downloads").mkdir()
    in_zip(tmp_path / "downloads" / "a.zip", nameless)
    in_zip(tmp_path / "downloads" / "b.zip", x_archive(posts=[post("7", "maps")]))
    store = tmp_path / "store.duckdb"
    outcomes = list(import_path(store, tmp_path / "downloads"))
    assert [type(outcome) for outcome in outcomes] == [Imported, Imported]
    assert rows_of(store, "SELECT post_id, author FROM posts ORDER BY ALL") == [("7", OWNER), ("8", OWNER)]


def test_a_newer_export_of_a_calendar_takes_the_place_of_the_older(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    older = calendar(tmp_path, "work", 5, ["2026-11-02 20:00", "2026-11-09 20:00"])
    other = calendar(tmp_path, "home", 4, ["2026-11-03 08:00"])
    newer = calendar(tmp_path, "work", 6, ["2026-11-02 20:00", "2026-11-10 21:00"])
    taken = [take(store, path, CALENDAR) for path in (newer, other, older)]
    slots = "SELECT calendar, strftime(start_utc, '%d %H:%M') FROM current_slots ORDER BY ALL"
    assert rows_of(store, slots) == [("home", "03 08:00"), ("work", "02 20:00"), ("work", "10 21:00")]
    undo_import(store, taken[0].import_id)
    assert rows_of(store, slots) == [("home", "03 08:00"), ("work", "02 20:00"), ("work", "09 20:00")]


# A calendar of the test's own: a JSON file of slots an hour long.
def _read_calendar(files, members, stage, _options):  # type: ignore[no-untyped-def]
    said = json.loads(stage.copy(files, members[0]).read_text())
    yield ExportedAt(moment_utc=datetime(2026, 11, said["day"]))
    stage.add(
        "planned_slots",
        [
            {
                "calendar": said["name"],
                "site": "digg",
                "start_utc": datetime.fromisoformat(start),
                "end_utc": datetime.fromisoformat(start).replace(minute=30),
            }
            for start in said["starts"]
        ],
    )


CALENDAR: Importer = replace(
    generic_csv.IMPORTER,
    name="slots",
    recognise=lambda files: tuple(files.names()),
    read=_read_calendar,
)


def calendar(folder: Path, name: str, day: int, starts: list[str]) -> Path:
    path = folder / f"{name}-{day}.json"
    path.write_text(json.dumps({"name": name, "day": day, "starts": starts}))
    return path
