"""Reddit data request: one's own posts and comments.

To get it: https://www.reddit.com/settings/data-request, GDPR or CCPA, all of the account's time. It is a zip,
export_<name>_<date>.zip, of CSV files.

Read: posts.csv, comments.csv, and from statistics.csv the account's name and the time of the export. The ip
column is dropped; messages, votes (they have no time) and every other file are never opened. A post's id is
t3_..., a comment's t1_..., as Reddit's own programs name them. A comment counts as an answer to whoever wrote
what it answers; the export does not name them, unless it is oneself. Text is kept in Markdown, as written.
Columns last seen: posts.csv id,permalink,date,ip,subreddit,gildings,title,url,body; comments.csv
id,permalink,date,ip,subreddit,gildings,link,parent,body,media, newer ones without gildings (2023-05).
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import PurePosixPath

from analytics.importers._csv import load_csv, read_header
from analytics.importers._markdown import links_in
from analytics.importers._rows import PlatformRows, is_link, moment_of
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Owner,
    Question,
    Refused,
    Stage,
)

PLATFORM = "reddit"
_HEAD = 8192

# Kind of file -> columns that it must have.
KINDS = {
    "comments": frozenset({"id", "permalink", "date", "subreddit", "parent", "body"}),
    "posts": frozenset({"id", "permalink", "date", "subreddit", "title", "url", "body"}),
    "statistics": frozenset({"statistic", "value"}),
}
_ID = re.compile(r"(?:t[13]_)?([0-9a-z]{1,13})")
_POST_ADDRESS = re.compile(
    r"(?:https?://(?:[a-z]+\.)?reddit\.com)?/(?:r|user)/[^/\s]+/comments/([0-9a-z]{1,13})(?:[/?#]|$)",
    re.IGNORECASE,
)
_SHORT_ADDRESS = re.compile(r"https?://redd\.it/([0-9a-z]{1,13})/?", re.IGNORECASE)
_MEDIA = re.compile(
    r"https?://(?:(?:i|v|preview|external-preview)\.redd\.it|(?:www\.)?reddit\.com/gallery)/", re.IGNORECASE
)
_MENTION = re.compile(r"(?<![\w/.])/?u/([A-Za-z0-9_-]{3,20})(?![\w-])")

Row = tuple[str, int, dict[str, str]]
"""File, line on which the row starts, and cells by the lower-case name of their column; '' where empty."""


def recognise(files: Files) -> tuple[str, ...]:
    """The files of the export that are read; statistics alone say nothing."""
    kinds = {name: kind for name in files.names() if (kind := _kind_of(files, name))}
    return tuple(kinds) if set(kinds.values()) - {"statistics"} else ()


def _kind_of(files: Files, name: str) -> str | None:
    stem = PurePosixPath(name).name.lower()
    kind = next((kind for kind in KINDS if stem.startswith(kind) and stem.endswith(".csv")), None)
    header = read_header(files.head(name, _HEAD)) if kind else None
    return kind if kind and header and KINDS[kind] <= set(header.keys()) else None


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Stage posts and comments. Raises Refused where nothing says whose they are."""
    rows = PlatformRows(stage, PLATFORM)
    kinds = {name: _kind_of(files, name) for name in members}
    about: dict[str, str] = {}
    for name in (name for name, kind in kinds.items() if kind == "statistics"):
        about |= {
            cells["statistic"].lower(): cells["value"] for _, _, cells in _rows_of(stage, files, name, rows)
        }
    owner = yield from _owner(files, about, options)
    exported = _moment(about.get("export time", "")) or options.as_of_utc
    exported = exported or max(files.modified_utc(name) for name in members)
    yield Owner(platform=PLATFORM, account=owner.lower(), handle=owner)
    yield ExportedAt(moment_utc=exported)
    rows.add(
        "accounts",
        account=owner.lower(),
        observed_utc=exported,
        handle=owner,
        created_utc=_moment(about.get("registration date", "")),
    )
    contents = Contents(rows, owner.lower())
    tables: dict[str, list[Row]] = {"posts": [], "comments": []}
    for name, kind in kinds.items():
        if kind in tables:
            table = list(_rows_of(stage, files, name, rows))
            tables[kind].extend(table)
            if not table:
                yield Note(text=f"{name} holds no rows.")
    for kind in tables:
        if kind not in kinds.values():
            yield Note(text=f"There is no {kind}.csv in this export.")
    contents.add_posts(tables["posts"])
    contents.add_comments(tables["comments"])
    yield from rows.finish()


def _owner(files: Files, about: dict[str, str], options: Options) -> Generator[Finding, None, str]:
    """The account's name, by the export, else by the user; returned. Raises Refused without any."""
    name = re.sub("^/?u/", "", about.get("account name", "").strip())
    given = options.me.get(PLATFORM) or options.me.get("*")
    if name and given and re.sub("^@?/?(u/)?", "", given).lower() != name.lower():
        yield Note(text=f"The export is of {name}; --me {given} was not used.")
    owner = name or re.sub("^@?/?(u/)?", "", options.account_on(PLATFORM) or "")
    if not owner:
        raise Refused(
            f"{files.path} does not say whose export it is (statistics.csv is missing); "
            "name the account with --me reddit:HANDLE."
        )
    return owner


def _rows_of(stage: Stage, files: Files, name: str, rows: PlatformRows) -> Iterator[Row]:
    header = read_header(files.head(name))
    if header:
        table = load_csv(stage, files, name, header)
        for line, what in table.broken:
            rows.problem(name, line, what)
        found = stage.run("SELECT * FROM csv_rows ORDER BY row_number")
        lines = table.lines_of({number for number, *_ in found})
        for number, *cells in found:
            yield name, lines[number], dict(zip(header.keys(), (cell or "" for cell in cells), strict=True))


class Contents:
    """Stages posts, then comments, which may answer them."""

    def __init__(self, rows: PlatformRows, owner: str) -> None:
        self._rows = rows
        self._owner = owner
        self._own: set[str] = set()

    def add_posts(self, table: list[Row]) -> None:
        """Stage posts; one that passes on another post of Reddit is a quote of it."""
        for file, row, cells in table:
            when = _moment(cells["date"])
            key = _named("t3_", cells["id"])
            if not key or not when:
                self._rows.problem(file, row, "a post without an id or a readable date")
                continue
            title, body, url = (html.unescape(cells[name]).strip() for name in ("title", "body", "url"))
            linked = _post_of(url)
            quoted = linked if linked and linked != key else None
            links = [] if linked or not is_link(url) or _MEDIA.match(url) else [url]
            self._add(
                key,
                when,
                kind="quote" if quoted else "post",
                text="\n\n".join(filter(None, (title, body))),
                first=links,
                quote_of_post=quoted,
            )

    def add_comments(self, table: list[Row]) -> None:
        """Stage comments as replies. Where no parent is named, it is the post."""
        self._own.update(
            key for _, _, cells in table if (key := _named("t1_", cells["id"])) and _moment(cells["date"])
        )
        for file, row, cells in table:
            when = _moment(cells["date"])
            key = _named("t1_", cells["id"])
            if not key or not when:
                self._rows.problem(file, row, "a comment without an id or a readable date")
                continue
            post = _post_of(cells.get("link", "")) or _post_of(cells["permalink"])
            parent = cells["parent"].strip().lower()
            if parent.startswith("t3_") or parent == (post or "").removeprefix("t3_"):
                answered = _named("t3_", parent)
            else:
                answered = _named("t1_", parent)
            answered = answered or post
            self._add(
                key,
                when,
                kind="reply",
                text=html.unescape(cells["body"]).strip(),
                first=[],
                reply_to_post=answered,
                reply_to_account=self._owner if answered in self._own else None,
            )

    def _add(
        self, key: str, when: datetime, *, kind: str, text: str, first: list[str], **columns: str | None
    ) -> None:
        links = [link for link in links_in(text) if not _MEDIA.match(link)]
        named = dict.fromkeys(name.lower() for name in _MENTION.findall(_without_links(text)))
        self._own.add(key)
        self._rows.add(
            "posts",
            post_id=key,
            original_id=key,
            author=self._owner,
            created_utc=when,
            kind=kind,
            text=text,
            links=list(dict.fromkeys(first + links)),
            mentions=[{"account": name, "handle": name} for name in named],
            tags=[],
            **columns,
        )


def _moment(text: str) -> datetime | None:
    """A time as Reddit writes it, 2026-11-22 10:00:00 UTC."""
    return moment_of(text.strip().removesuffix(" UTC"))


def _named(prefix: str, text: str) -> str | None:
    """The full name of a post (t3_) or a comment (t1_) from its id with or without the prefix."""
    found = _ID.fullmatch(text.strip().lower())
    return prefix + found[1] if found else None


def _post_of(address: str) -> str | None:
    """The post that an address on Reddit leads to."""
    found = _POST_ADDRESS.match(address) or _SHORT_ADDRESS.fullmatch(address)
    return f"t3_{found[1].lower()}" if found else None


def _without_links(text: str) -> str:
    return re.sub(r"https?://\S+", " ", text)


GUIDE = Guide(
    steps=(
        "Signed in to Reddit, open https://www.reddit.com/settings/data-request.",
        "Choose GDPR (or CCPA) and all of your account's time, and submit.",
        "When Reddit sends the link, download the zip and import it as it is.",
    ),
    wait="Days, up to 30.",
    cannot="It has no times of votes, and does not name the people you answered or who answered you.",
    answers={Question.OWN_POSTS: "whom they answer is not told"},
)

IMPORTER = Importer(
    name="reddit",
    title="Reddit data request",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
)
