"""Taking an import back: only what nothing else proves goes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from analytics.metrics import settings, weekly_limits
from analytics.metrics.sources import inconsistencies
from analytics.store import identities
from analytics.store.connection import reading, writing
from analytics.store.undo import NoSuchImport, undo_import
from tests.builders import HANDLE, JUNE, OWNER, content_of, in_csv, in_zip, post, rows_of, take_in, x_archive

SET_AT = datetime(2026, 5, 2)


def test_the_only_import_leaves_nothing(store_path: Path, tmp_path: Path) -> None:
    with writing(store_path):
        pass
    empty = content_of(store_path)
    said = post("7", "#maps by @heron_underwillow https://press.example/1", favorite_count="3")
    said["entities"] = {
        "hashtags": [{"text": "maps"}],
        "user_mentions": [{"id_str": "11", "screen_name": "heron_underwillow", "name": "Heron"}],
        "urls": [{"url": "https://t.co/1", "expanded_url": "https://press.example/1"}],
    }
    export = x_archive(posts=[said, {"id": "bad"}], followers=["11"], following=["11"], likes=["5"])
    (imported,) = take_in(store_path, in_zip(tmp_path / "archive.zip", export))
    filled = content_of(store_path)
    assert {
        "post_links",
        "post_mentions",
        "post_tags",
        "post_counts",
        "problems",
        "identities",
    } <= filled.keys()
    undo_import(store_path, imported.import_id)
    assert content_of(store_path) == empty


def test_a_fact_that_another_import_proves_stays(store_path: Path, tmp_path: Path) -> None:
    may = x_archive(posts=[post("7", "paper"), post("8", "maps")], likes=["5", "6"])
    june = x_archive(made=JUNE, posts=[post("8", "maps"), post("9", "copper")], likes=["6"])
    (first,) = take_in(store_path, in_zip(tmp_path / "may.zip", may))
    take_in(store_path, in_zip(tmp_path / "june.zip", june))
    undo_import(store_path, first.import_id)
    assert rows_of(store_path, "SELECT post_id FROM current_posts ORDER BY ALL") == [("8",), ("9",)]
    assert rows_of(store_path, "SELECT post_id FROM interactions") == [("6",)]
    with reading(store_path) as cursor:
        assert inconsistencies(cursor) == []


def test_an_import_taken_back_can_be_imported_again(store_path: Path, tmp_path: Path) -> None:
    archive = in_zip(tmp_path / "may.zip", x_archive(posts=[post("7", "paper")], followers=["11"]))
    (first,) = take_in(store_path, archive)
    before = content_of(store_path)
    undo_import(store_path, first.import_id)
    (again,) = take_in(store_path, archive)
    assert (again.state, again.import_id) == ("imported", first.import_id)
    assert content_of(store_path) == before


def test_the_users_own_word_stays(store_path: Path, tmp_path: Path) -> None:
    (imported,) = take_in(store_path, in_zip(tmp_path / "may.zip", x_archive(followers=["11"])))
    with writing(store_path) as cursor:
        identities.add(cursor, "mastodon", "wren@social.example")
        identities.add(cursor, "x", HANDLE)
        settings.save_setting(cursor, name="week_start", value="sunday", set_at_utc=SET_AT)
        weekly_limits.set_budget(
            cursor, valid_from=date(2026, 5, 4), site=None, minutes=120, set_at_utc=SET_AT
        )
    undo_import(store_path, imported.import_id)
    assert rows_of(store_path, "SELECT platform, account FROM me ORDER BY ALL") == [
        ("mastodon", "wren@social.example"),
        ("x", OWNER),
    ]
    assert rows_of(store_path, "SELECT value FROM settings") == [("sunday",)]
    assert rows_of(store_path, "SELECT minutes FROM budgets") == [(120,)]


def test_an_own_word_on_an_account_stays_whatever_its_handle(store_path: Path, tmp_path: Path) -> None:
    """Handles such as "user" and "removed" are as good as any."""
    for number, handle in enumerate(("user", "removed")):
        export = x_archive(account=f"90{number}", handle=handle, followers=[])
        (imported,) = take_in(store_path, in_zip(tmp_path / f"{handle}.zip", export))
        with writing(store_path) as cursor:
            identities.add(cursor, "x", handle)
        undo_import(store_path, imported.import_id)
    assert rows_of(store_path, "SELECT account FROM me ORDER BY ALL") == [("900",), ("901",)]


def test_who_is_not_me_stays_so_after_the_next_import(store_path: Path, tmp_path: Path) -> None:
    take_in(store_path, in_zip(tmp_path / "may.zip", x_archive(followers=["11"])))
    with writing(store_path) as cursor:
        identities.remove(cursor, "x", f"@{HANDLE}")
    assert rows_of(store_path, "SELECT * FROM me") == []
    take_in(store_path, in_zip(tmp_path / "june.zip", x_archive(made=JUNE, followers=["11"])))
    assert rows_of(store_path, "SELECT * FROM me") == []
    with writing(store_path) as cursor:
        identities.add(cursor, "x", HANDLE)
    assert rows_of(store_path, "SELECT account, handle FROM me") == [(OWNER, HANDLE)]


def test_what_is_not_mine_cannot_be_taken_back(store_path: Path) -> None:
    with writing(store_path) as cursor, pytest.raises(ValueError, match="me list"):
        identities.remove(cursor, "x", "heron_underwillow")


def test_an_unknown_import_is_one_sentence_and_changes_nothing(store_path: Path, tmp_path: Path) -> None:
    path = in_csv(
        tmp_path / "people.csv", [{"platform": "x", "account": "11", "handle": "heron_underwillow"}]
    )
    take_in(store_path, path)
    before = content_of(store_path)
    with pytest.raises(NoSuchImport, match=r"00000000.*show sources"):
        undo_import(store_path, "00000000")
    assert content_of(store_path) == before
