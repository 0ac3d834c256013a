"""The CSV files of a Mastodon account: whom one follows, has muted or blocked; from GoToSocial also who follows.

To get them: Preferences, Import and export, Data export, CSV beside each list. following_accounts.csv begins
with "Account address,Show boosts" (and from 4.0 "Notify on new posts,Languages"); until 2.x it had no header,
nor do blocked_accounts.csv, domain_blocks.csv, lists.csv and bookmarks.csv to this day. GoToSocial and others
write followers.csv under "Account address". Every file is an export by itself. Which list a file is stands
in its name, and for following and muted accounts also in its header; a browser's "(1)" does no harm.

Read are the addresses. Left out are the settings beside them, blocked domains, bookmarks, and the lists that
one sorts people into, all of whom one follows. No file has a date. Last seen: Mastodon 4.5 by its own code.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analytics.importers._mastodon import PLATFORM, address, home_of, host_in
from analytics.importers._rows import PlatformRows
from analytics.importers._said import as_of, is_whole, not_whole
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

ADDRESS_COLUMN = "account address"
DELIMITERS = ",;\t"
LOOKED_AT = 20
"""As many rows of a file without a header are looked at before it is taken for one of these."""
LONGEST_LINE = 10_000

# Column that only one kind of file has -> its direction.
_MARKS = {"show boosts": "following", "notify on new posts": "following", "hide notifications": "muted"}
# Words of a file's name, the first that fits, in any case.
_NAMES = {
    "domain": "domains",
    "bookmark": "bookmarks",
    "follower": "follower",
    "following": "following",
    "follows": "following",
    "block": "blocked",
    "mute": "muted",
    "list": "lists",
}
_UNREAD = {
    "domains": "{name}: left out, since there is nothing of blocked servers to store ({count}).",
    "bookmarks": "{name}: left out, since nobody else sees bookmarks ({count}).",
    "lists": "{name}: left out, since you follow everyone on your lists ({count}): the file of those you follow tells "
    "as much.",
}
# What people write above a list of their own.
_OTHER_HEADERS = frozenset({"account", "acct", "address", "handle", "user", "username"})
_DOMAIN = re.compile(r"(?:[^\s@/,;]+\.)+[^\s@/,;]+")
_BARE = re.compile(r"@?\w+([.-]+\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a file is: a direction of a follow list, a part that is left out, or none where nothing says."""

    which: str | None
    delimiter: str
    has_header: bool
    column: int = 0
    """Place of the addresses, from 0."""


def recognise(files: Files) -> tuple[str, ...]:
    """CSV and text files that hold addresses of Mastodon under its header, or under a name of its own."""
    found = (name for name in files.names() if PurePosixPath(name).suffix.lower() in (".csv", ".txt"))
    return tuple(name for name in found if form_of(name, files.head(name)))


def form_of(name: str, head: bytes) -> Form | None:
    """What a file is, by its header or by its name and its first rows; none where it is not of this kind."""
    lines = _decoded(head).splitlines()[:200]
    written = [line for line in lines if line.strip()]
    if not written:
        return None
    stem = PurePosixPath(name).stem.lower()
    named = next((which for word, which in _NAMES.items() if word in stem), None)
    for delimiter in DELIMITERS:
        header = [cell.strip().lower() for cell in _cells(written[0], delimiter) or ()]
        if ADDRESS_COLUMN in header:
            marked = next((_MARKS[cell] for cell in header if cell in _MARKS), None)
            if marked or set(header) <= {ADDRESS_COLUMN, "languages", ""}:
                people = named if named in ("follower", "following", "blocked", "muted") else None
                # People save followers under the header of those they follow, to import them elsewhere.
                return Form(
                    which=people if people == "follower" else marked or people,
                    delimiter=delimiter,
                    has_header=True,
                    column=header.index(ADDRESS_COLUMN),
                )
    # The last line may be cut where the first bytes end.
    rows = [_cells(line, ",") or [""] for line in written[:LOOKED_AT]]
    has_header = named is not None and len(rows) > 1 and rows[0][0].strip().lower() in _OTHER_HEADERS
    if named and _fits(named, rows[has_header:]):
        return Form(which=named, delimiter=",", has_header=has_header)
    return None


def _fits(which: str, rows: list[list[str]]) -> bool:
    first = [row[0].strip() for row in rows]
    match which:
        case "domains":
            return all(len(row) == 1 for row in rows) and all(map(_DOMAIN.fullmatch, first))
        case "bookmarks":
            return all(len(row) == 1 and host_in(cell) for row, cell in zip(rows, first, strict=True))
        case "lists":
            return all(len(row) == 2 and address(row[1]) for row in rows)
        case _:
            # Old files name the people of one's own server without it; nobody follows only those.
            known = [cell for cell in first if address(cell)]
            settings = {cell.strip().lower() for row in rows for cell in row[1:]}
            return (
                bool(known)
                and all(address(cell) or _BARE.fullmatch(cell) for cell in first)
                and settings <= {"", "true", "false"}
            )


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Hand over the list that each file is."""
    rows = PlatformRows(stage, PLATFORM)
    for name in members:
        form = form_of(name, files.head(name))
        if form:
            yield from _read_one(files, name, form, stage, rows, options)
    yield from rows.finish()


def _read_one(
    files: Files, name: str, form: Form, stage: Stage, rows: PlatformRows, options: Options
) -> Iterator[Finding]:
    path = stage.copy(files, name)
    if form.which in _UNREAD:
        count = sum(1 for line in _lines(path) if line.strip())
        yield Note(text=_UNREAD[form.which].format(name=name, count=f"{count:,}"))
        return
    if not form.which:
        raise Refused(
            f"{files.path}: which list {name} is stands neither in its name nor in its header; rename it to "
            "followers.csv, following_accounts.csv, muted_accounts.csv or blocked_accounts.csv and import it again."
        )
    owner = address(options.account_on(PLATFORM))
    if not owner:
        raise Refused(
            f"{files.path}: {name} does not say whose list it is; name the account, with its server, "
            "with --me mastodon:YOU@YOUR.SERVER."
        )
    made = yield from as_of(files, (name,), options, what=name)
    yield Owner(platform=PLATFORM, account=owner, handle=owner)
    yield ExportedAt(moment_utc=made)

    members, bad = _addresses(path, name, form, home_of(owner), rows)
    key = {"owner": owner, "direction": form.which, "as_of_utc": made}
    complete = is_whole(good=len(members), bad=bad)
    if not complete:
        yield not_whole(name)
    if not members and not bad:
        yield Note(text=f"{name} holds a header and no rows.")
    rows.add("follow_lists", **key, complete=complete)
    for account in members:
        rows.add("follows", **key, account=account)
        rows.add("accounts", account=account, handle=account, observed_utc=made)


def _addresses(
    path: Path, name: str, form: Form, home: str | None, rows: PlatformRows
) -> tuple[list[str], int]:
    """The accounts of a file, each once, and how many rows are none."""
    found: dict[str, None] = {}
    bad = 0
    header = form.has_header
    for number, line in enumerate(_lines(path), start=1):
        cells = _cells(line, form.delimiter)
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        if header:
            header = False
            continue
        cell = cells[form.column].strip() if cells and len(cells) > form.column else ""
        account = address(cell, home)
        if account:
            found[account] = None
        else:
            bad += 1
            shown = re.sub(r"[\x00-\x20\x7f]+", " ", cell)[:60]
            rows.problem(name, number, f"'{shown}' is no address such as ana@social.example")
    return list(found), bad


def _lines(path: Path) -> Iterable[str]:
    """The lines; no cell of these files has a line break, so a stray quotation mark spoils one line only."""
    with path.open("rb") as file:
        encoding = _encoding(file.read(4))
    with path.open(encoding=encoding, errors="replace") as text:
        for line in text:
            yield line[:LONGEST_LINE].rstrip("\r\n")


def _cells(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line.strip("\r\n\x00")], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return None


def _encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _decoded(head: bytes) -> str:
    return head.decode(_encoding(head), errors="replace")


IMPORTER = Importer(
    name="mastodon-csv",
    title="Mastodon lists (CSV)",
    version="1",
    recognise=recognise,
    read=read,
    each_file=True,
    guide=Guide(
        steps=(
            "Open your Mastodon server in a browser and go to Preferences, Import and export, Data export.",
            "Choose CSV beside Follows, and beside Mutes and Blocks if you like; leave the files' names as they are.",
            "Import them with --me mastodon:YOU@YOUR.SERVER, since the files do not say whose they are.",
            "GoToSocial has followers as well: Settings, Export and import.",
        ),
        wait="At once.",
        cannot="Mastodon has no file of followers (save the followers from its API as JSON, or use the program "
        "mastodon-archive), and no file says since when.",
        answers={Question.FOLLOWING: "no dates", Question.FOLLOWERS: "GoToSocial only"},
    ),
)
