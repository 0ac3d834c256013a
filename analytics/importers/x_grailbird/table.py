"""tweets.csv: the tweets that no month in JavaScript holds, or all of them where there are no months.

A row ends where its last cell is filled, so its cells are fewer than the header's; several expanded links are
cells of their own, past the header. It names by id only who is answered or reposted.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from analytics.importers import _x_objects as x_objects
from analytics.importers._rows import text_of
from analytics.importers.x_grailbird.tweets import Archive, add, sorted_out, unusable

COLUMNS = (
    "tweet_id", "in_reply_to_status_id", "in_reply_to_user_id", "retweeted_status_id",
    "retweeted_status_user_id", "timestamp", "source", "text", "expanded_urls",
)  # fmt: skip
NEEDED = frozenset({"tweet_id", "timestamp", "text", "retweeted_status_id"})
_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")


def read_table(path: Path, file: str, archive: Archive) -> None:
    """Add the tweets of tweets.csv that no month holds."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        reader = csv.reader(text, strict=True)
        names: list[str] = []
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                archive.rows.problem(file, line, "a quotation mark is not closed or not written twice")
                continue
            if any(cells) and names:
                _read_row(archive, file, line, _by_name(names, cells))
            elif any(cells):
                names = [name.strip().lower() for name in cells]


def _by_name(names: list[str], cells: list[str]) -> dict[str, list[str]]:
    """The cells by their column; the last column takes all cells that go on past the header."""
    row = {name: [cell] for name, cell in zip(names, cells, strict=False)}
    if len(cells) > len(names) and names:
        row[names[-1]] += cells[len(names) :]
    return row


def _read_row(archive: Archive, file: str, line: int, row: dict[str, list[str]]) -> None:
    first = {name: (row.get(name) or [""])[0] for name in COLUMNS}
    post_id = x_objects.id_of(first["tweet_id"])
    if post_id in archive.ids:
        return
    created = x_objects.moment(first["timestamp"])
    text = first["text"] if "text" in row else None
    if problem := unusable(post_id, text, created, first["tweet_id"], first["timestamp"]):
        archive.rows.problem(file, line, problem)
        return
    # Several links are cells of their own, or one cell with commas in between.
    cells = [link for cell in row.get("expanded_urls", []) for link in re.split(r",(?=https?://)", cell)]
    links = [link for link in dict.fromkeys(cells) if link.lower().startswith("http")]
    own = [link for link in links if not _MEDIA.search(link)]
    post = sorted_out(
        text=x_objects.plain(text_of(text) or ""),
        client=x_objects.client_of(first["source"]),
        reply_to_account=x_objects.id_of(first["in_reply_to_user_id"]),
        reply_to_post=x_objects.id_of(first["in_reply_to_status_id"]),
        repost_of_post=x_objects.id_of(first["retweeted_status_id"]),
        repost_of_account=x_objects.id_of(first["retweeted_status_user_id"]),
        links=own if links else None,
        mentions=None,
        tags=None,
    )
    if post_id:
        add(archive, post_id, created or x_objects.snowflake_moment(post_id), post)
