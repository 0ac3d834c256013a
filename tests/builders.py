"""Small exports of invented people, and stores to import them into: what the tests of loading share."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from analytics.importers.interface import Options, Refused
from analytics.store.connection import reading
from analytics.store.loading import Imported, Outcome, import_path

OWNER = "900000001"
HANDLE = "wren_hollowbrook"
MAY = "2026-05-01T12:00:00.000Z"
JUNE = "2026-06-01T12:00:00.000Z"

ExportFiles = dict[str, bytes]
"""Member name, with forward slashes -> its bytes."""

_HISTORY = ("new_rows", "known_rows")
"""Columns of import_counts that tell what was there before: the only ones that the order may change."""


def post(post_id: str, text: str, at: str = "2026-04-10T08:00:00", **more: Any) -> dict[str, Any]:
    """A row of tweets.js, as X writes it. more: other keys, such as entities or edit_info."""
    moment = datetime.fromisoformat(at)
    return {
        "id": post_id,
        "id_str": post_id,
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "full_text": text,
        "lang": "en",
        "source": '<a href="https://press.example" rel="nofollow">Invented Press</a>',
        "favorite_count": "0",
        "retweet_count": "0",
        "entities": {"hashtags": [], "user_mentions": [], "urls": []},
        **more,
    }


def edited(post_id: str, first_id: str, text: str, at: str = "2026-04-10T08:00:00") -> dict[str, Any]:
    """A later version of the post `first_id`."""
    versions = {"initialTweetId": first_id, "editControlInitial": {"editTweetIds": [first_id, post_id]}}
    return post(post_id, text, at, edit_info={"edit": versions})


def script(data_type: str, rows: Sequence[Any]) -> bytes:
    """The bytes of one .js file of an X archive."""
    return f"window.YTD.{data_type}.part0 = {json.dumps(rows, indent=2)}".encode()


def x_archive(
    *,
    account: str = OWNER,
    handle: str = HANDLE,
    made: str = MAY,
    posts: Iterable[Mapping[str, Any]] | None = None,
    deleted: Iterable[Mapping[str, Any]] = (),
    followers: Iterable[str] | None = None,
    following: Iterable[str] | None = None,
    likes: Iterable[str] = (),
    partial: bool = False,
    manifest: bool = True,
) -> ExportFiles:
    """An X archive; a part that is None is not in it."""
    files: ExportFiles = {"Your archive.html": b"<html>An invented archive</html>"}
    parts = {
        "tweets": None if posts is None else [{"tweet": row} for row in posts],
        "deleted_tweets": [{"tweet": row} for row in deleted] or None,
        "follower": None if followers is None else [{"follower": {"accountId": who}} for who in followers],
        "following": None if following is None else [{"following": {"accountId": who}} for who in following],
        "like": [{"like": {"tweetId": post_id}} for post_id in likes] or None,
    }
    counted = {}
    for data_type, rows in parts.items():
        if rows is not None:
            name = f"data/{data_type.replace('_', '-')}.js"
            files[name] = script(data_type, rows)
            counted[data_type] = {"files": [{"fileName": name, "count": str(len(rows))}]}
    if manifest:
        about = {
            "userInfo": {"accountId": account, "userName": handle, "displayName": "Wren Hollowbrook"},
            "archiveInfo": {"generationDate": made, "isPartialArchive": partial},
            "dataTypes": counted,
        }
        files["data/manifest.js"] = f"window.__THAR_CONFIG = {json.dumps(about)}".encode()
    return files


def in_folder(folder: Path, files: ExportFiles) -> Path:
    """Write an export as a folder; the folder."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def in_zip(path: Path, files: ExportFiles, *, top: str = "") -> Path:
    """Write an export as a zip, below a folder `top` if there is one; the path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return path


def in_tar(path: Path, files: ExportFiles, *, top: str = "") -> Path:
    """Write an export as a tar.gz; the path."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(top + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def in_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as a CSV with the columns of the first; the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def take_in(
    store: Path, path: Path, *, me: Mapping[str, str] | None = None, **options: Any
) -> list[Imported]:
    """Import a path; nothing of it may be refused."""
    outcomes = outcomes_of(store, path, options=Options(me=me or {}, **options))
    refused = [str(outcome) for outcome in outcomes if isinstance(outcome, Refused)]
    assert not refused, refused
    return [outcome for outcome in outcomes if isinstance(outcome, Imported)]


def outcomes_of(store: Path, path: Path, **more: Any) -> list[Outcome]:
    """What became of each export in a path."""
    return list(import_path(store, path, **more))


def refusals_of(store: Path, path: Path, **more: Any) -> list[str]:
    """The sentences with which exports in a path were refused."""
    return [str(outcome) for outcome in outcomes_of(store, path, **more) if isinstance(outcome, Refused)]


def rows_of(store: Path, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Ask a store on disk."""
    with reading(store) as cursor:
        return cursor.execute(query, parameters).fetchall()


def content_of(store: Path, *, history: bool = True) -> dict[str, list[str]]:
    """Everything in a store, table by table, but for the moments at which it was written.

    history: with what each import found new. Without it and without the paths, the same exports give the
    same content whatever their order was, and whatever came and went between. A store that is not there
    is empty.
    """
    if not store.exists():
        return {}
    with reading(store) as cursor:
        return content(cursor, history=history)


def content(cursor: duckdb.DuckDBPyConnection, *, history: bool = True) -> dict[str, list[str]]:
    """`content_of` for an open store."""
    found = {}
    hidden = {"imported_at_utc", "set_at_utc", "applied_utc"} | (
        {"path", *_HISTORY} if not history else set()
    )
    columns = cursor.execute(
        """SELECT table_name, list(column_name ORDER BY ordinal_position) FROM information_schema.columns
           JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
           WHERE table_type = 'BASE TABLE' AND table_catalog = current_database() GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    for table, names in columns:
        shown = ", ".join(f'"{name}"' for name in names if name not in hidden)
        rows = cursor.execute(f"SELECT {shown} FROM {table}").fetchall()
        if rows:
            found[table] = sorted(repr(row) for row in rows)
    return found


@contextmanager
def emptied(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Whatever is put into an open store in this block is gone after it."""
    cursor.execute("BEGIN")
    try:
        yield
    finally:
        cursor.execute("ROLLBACK")


def add_list(
    cursor: duckdb.DuckDBPyConnection,
    direction: str,
    day: str,
    members: Iterable[str] | Mapping[str, str | None],
    *,
    owner: str = "me",
    platform: str = "x",
    complete: bool = True,
) -> None:
    """Put one list straight into a store. members: accounts, or account -> since when."""
    since = dict(members) if isinstance(members, Mapping) else dict.fromkeys(members)
    ((fact,),) = cursor.execute("SELECT count(*) + 1 FROM follow_lists").fetchall()
    key = (fact, platform, owner, direction, datetime.fromisoformat(day), complete, len(since))
    cursor.execute("INSERT INTO follow_lists VALUES (?, ?, ?, ?, ?, ?, ?)", key)
    for account, began in since.items():
        cursor.execute("INSERT INTO follow_list_members VALUES (?, ?, ?)", (fact, account, began))


def add_account(
    cursor: duckdb.DuckDBPyConnection,
    account: str,
    handle: str | None,
    *,
    day: str = "2026-01-01",
    **columns: Any,
) -> None:
    """Put what was seen of an account straight into a store."""
    row = {
        "platform": "x",
        "account": account,
        "handle": handle,
        "observed_utc": datetime.fromisoformat(day),
        **columns,
    }
    ((fact,),) = cursor.execute("SELECT count(*) + 1 FROM account_observations").fetchall()
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor.execute(
        f"INSERT INTO account_observations (fact, {names}) VALUES ({fact}, {marks})", list(row.values())
    )


def add_act(
    cursor: duckdb.DuckDBPyConnection, actor: str, target: str | None, at: str | None, kind: str = "mention"
) -> None:
    """Put one act of an account towards another straight into a store."""
    moment = datetime.fromisoformat(at) if at else None
    row = ("x", actor, target, kind, moment)
    ((fact,),) = cursor.execute("SELECT count(*) + 1 FROM interactions").fetchall()
    cursor.execute(
        f"INSERT INTO interactions (fact, platform, actor, target, kind, at_utc) VALUES ({fact}, ?, ?, ?, ?, ?)",
        row,
    )


def add_post(
    cursor: duckdb.DuckDBPyConnection,
    author: str,
    post_id: str,
    text: str = "Hello there, neighbours",
    at: str | None = "2026-05-01 10:00",
    *,
    kind: str = "post",
    links: Sequence[str] = (),
    platform: str = "x",
    **columns: Any,
) -> None:
    """Put one current post straight into a store. columns: others of the table, such as reply_to_account."""
    ((fact,),) = cursor.execute("SELECT count(*) + 1 FROM posts").fetchall()
    row = {
        "fact": fact, "is_current": True, "platform": platform, "post_id": post_id, "original_id": post_id,
        "author": author, "created_utc": datetime.fromisoformat(at) if at else None, "kind": kind, "text": text,
        **columns,
    }  # fmt: skip
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor.execute(f"INSERT INTO posts ({names}) VALUES ({marks})", list(row.values()))
    for url in links:
        cursor.execute("INSERT INTO post_links VALUES (?, ?, NULL)", (fact, url))
