"""The rows of a file: JSON is a list of flat objects, CSV has the same under the same names or English ones.

In the CSV a line break is written as backslash and n, an object as JSON, nothing as the word null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from analytics.importers._csv import CsvRows, Header, load_csv, read_header
from analytics.importers._rows import elements
from analytics.importers.interface import Files, Refused, Stage

ALIASES = {
    "date": "created_at",
    "content": "full_text",
    "screen name": "screen_name",
    "profile name": "name",
    "profile image": "profile_image_url",
    "profile banner": "profile_banner_url",
    "replying to": "in_reply_to",
    "rt source": "retweeted_status",
    "quote source": "quoted_status",
    "media tags": "media_tags",
    "favorites": "favorite_count",
    "retweets": "retweet_count",
    "bookmarks": "bookmark_count",
    "quotes": "quote_count",
    "replies": "reply_count",
    "views": "views_count",
    "followers": "followers_count",
    "followingcount": "friends_count",
    "following count": "friends_count",
    "statuses": "statuses_count",
    "favourites": "favourites_count",
    "listed": "listed_count",
    "verified type": "verified_type",
    "blue verified": "is_blue_verified",
    "follows you": "followed_by",
    "can dm": "can_dm",
    "created at": "created_at",
}
"""English header of a CSV -> the key of the same in JSON; the others differ in case only."""

POST_KEYS = frozenset({"id", "full_text", "retweeted_status", "quoted_status"})
ACCOUNT_KEYS = frozenset({"id", "screen_name", "followers_count", "followed_by"})
"""Keys that no other export has together."""

DELIMITERS = ",;\t"
_TEXTS = ("full_text", "description", "name")
_BATCH = 5000
_FIRST = re.compile(r'\s*\[\s*\{\s*"id"\s*:\s*"?\d')
_KEY = re.compile(r'"(\w+)"\s*:')


def looks_like_json(head: bytes) -> bool:
    """Whether the first row of a JSON list has the keys of this export."""
    text = head.decode("utf-8-sig", errors="replace")
    keys = set(_KEY.findall(text)) if _FIRST.match(text) else set()
    return keys >= POST_KEYS or keys >= ACCOUNT_KEYS


def header_of(head: bytes) -> Header | None:
    """The header of a CSV of this export, with the keys of JSON as its names; none where it is another."""
    for delimiter in DELIMITERS:
        header = read_header(head, delimiter)
        keys = {ALIASES.get(key, key) for key in header.keys()} if header else set()  # noqa: SIM118
        if keys >= POST_KEYS or keys >= ACCOUNT_KEYS:
            return header
    return None


class Records:
    """The rows of a file: number, and the values by their key; none where the row is no object.

    Walking it raises Refused where the file cannot be read at all. Afterwards `broken` holds the lines of a
    CSV that were left out, with what is wrong with them, and `lines` tells where a row stands.
    """

    def __init__(self, stage: Stage, files: Files, name: str) -> None:
        self._stage, self._files, self._name = stage, files, name
        self._table: CsvRows | None = None

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        return self._json() if self._name.lower().endswith(".json") else self._csv()

    @property
    def broken(self) -> list[tuple[int, str]]:
        """Lines that could not be taken apart."""
        return self._table.broken if self._table else []

    def lines(self, numbers: set[int]) -> dict[int, int]:
        """The line of a CSV on which each of these rows starts; in JSON rows are counted as they are."""
        return self._table.lines_of(numbers) if self._table else {number: number for number in numbers}

    def _json(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        if (
            not self._files.head(self._name, 1024)
            .decode("utf-8-sig", errors="replace")
            .lstrip()
            .startswith("[")
        ):
            raise Refused(
                f"{self._files.path}: {self._name} is not the list of rows that twitter-web-exporter saves; "
                "export it again."
            )
        for number, record in elements(self._stage, self._files, self._name):
            yield number, record if isinstance(record, dict) else None

    def _csv(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        head = self._files.head(self._name)
        if not head.removeprefix(b"\xef\xbb\xbf").strip():
            self._stage.copy(self._files, self._name)
            return
        header = header_of(head)
        if header is None:
            raise Refused(
                f"{self._files.path}: the columns of {self._name} are not known here (expected ID, Screen Name, "
                "Content ... in English); export it again as JSON, or set the script to English."
            )
        self._table = load_csv(self._stage, self._files, self._name, header)
        keys = [ALIASES.get(key, key) for key in header.keys()]  # noqa: SIM118
        columns = ", ".join(f"c{place}" for place in range(len(keys)))
        batch = f"""SELECT row_number, {columns} FROM csv_rows WHERE row_number > $start
                    ORDER BY row_number LIMIT {_BATCH}"""
        start = 0
        while found := self._stage.run(batch, {"start": start}):
            for number, *cells in found:
                if any(cell is not None for cell in cells):
                    yield number, _record(keys, cells)
            start = found[-1][0]
        self._stage.run("DROP TABLE csv_rows")


def _record(keys: list[str], cells: list[str | None]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, cell in zip(keys, cells, strict=True):
        if key in _TEXTS and cell != "null":
            value: Any = (cell or "").replace("\\n", "\n").replace("\\r", "\r")
        elif key in ("metadata", "media", "media_tags") and cell:
            value = _nested(cell)
        else:
            value = None if cell in ("null", "undefined") else cell
        record.setdefault(key, value)
    return record


def _nested(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return None
