"""CSV in the program's own form: for spreadsheets, other tools and networks without an importer.

Five kinds of file, each recognised by the columns it must have and never by its name: accounts, posts,
follows, interactions and time. UTF-8, a header row, columns in any order, unknown ones left out; commas, or
the semicolons and tabs that spreadsheets write. Times are ISO 8601, without an offset in the user's zone.
To get one: put such columns in a spreadsheet and save it as CSV UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo

from analytics.importers import _generic_time, _post_text
from analytics.importers._cells import (
    ACCOUNT,
    COUNT,
    FLAG,
    HANDLE,
    ID,
    LINKS,
    MOMENT,
    TEXT,
    Cell,
    Cells,
    Form,
    needed,
    one_of,
    optional,
    readable,
)
from analytics.importers._csv import Header, load_csv, read_header
from analytics.importers._said import is_whole, not_whole
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
    Stage,
)

# A header is one line; in a file that starts with more than this it is none.
LONGEST_HEADER = 16384
DELIMITERS = ",;\t"

PLATFORM = Form(type="VARCHAR", sql="lower({cell})", expected="a network such as x or mastodon")
# A file that has the column knows of every bio, the empty ones too.
BIO = Form(type="VARCHAR", sql="coalesce({raw}, '')")
POST_TEXT = Form(
    type="VARCHAR",
    sql="replace(replace(replace(coalesce({raw}, ''), '&lt;', '<'), '&gt;', '>'), '&amp;', '&')",
)
DIRECTION = one_of("follower", "following")
KIND_OF_POST = one_of("post", "reply", "repost", "quote")
KIND_OF_ACT = one_of("like", "repost", "reply", "mention", "quote", "follow", "message")


def _accounts(cells: Cells, _files: Files, _options: Options) -> Iterator[Finding]:
    cells.run("""
        INSERT INTO accounts BY NAME {cells}
        SELECT platform, account, observed_at AS observed_utc, handle, display_name, bio, website,
               created_at AS created_utc, followers, following, posts, likes_given, default_image, verified
        FROM cells
    """)
    yield from ()


# A post on X that quotes another shows it only as a link to it. "i" stands where the address has no handle.
_STATUS = r"(?i)^https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/([^/]+)/status/(\d+)"

_POSTS = f"""
    INSERT INTO posts BY NAME {{cells}},
    linked AS (SELECT * REPLACE (coalesce(links, {_post_text.links_in("text")}) AS links) FROM cells),
    pointed AS (
        SELECT *, CASE WHEN platform = 'x'
                       THEN list_filter(links, lambda link: regexp_matches(link, '{_STATUS}'))[1] END AS quoted
        FROM linked
    ),
    sorted AS (
        SELECT * REPLACE (
            CASE WHEN kind IS NOT NULL THEN kind
                 WHEN starts_with(text, 'RT @') OR repost_of_account IS NOT NULL THEN 'repost'
                 WHEN starts_with(text, '@') OR reply_to_account IS NOT NULL OR reply_to_post IS NOT NULL
                 THEN 'reply'
                 WHEN quoted IS NOT NULL THEN 'quote'
                 ELSE 'post' END AS kind)
        FROM pointed
    )
    SELECT platform, post_id, post_id AS original_id, author, created_at AS created_utc, kind, text, client,
           coalesce(reply_to_account,
                    CASE WHEN kind = 'reply' THEN {_post_text.account_after("@", "text", "platform")} END
           ) AS reply_to_account,
           reply_to_post,
           coalesce(repost_of_account,
                    CASE WHEN kind = 'repost' THEN {_post_text.account_after("RT @", "text", "platform")} END
           ) AS repost_of_account,
           CASE WHEN kind = 'quote' THEN nullif(nullif(regexp_extract(quoted, '{_STATUS}', 1), 'i'), '') END
               AS quote_of_account,
           CASE WHEN kind = 'quote' THEN nullif(regexp_extract(quoted, '{_STATUS}', 2), '') END
               AS quote_of_post,
           CASE WHEN kind = 'repost' THEN [] ELSE links END AS links,
           CASE WHEN kind = 'repost' THEN [] ELSE {_post_text.mentions_in("text", "platform")} END AS mentions,
           CASE WHEN kind = 'repost' THEN [] ELSE {_post_text.tags_in("text")} END AS tags,
           likes, reposts, replies, quotes, impressions
    FROM sorted
"""


def _posts(cells: Cells, _files: Files, _options: Options) -> Iterator[Finding]:
    cells.run(_POSTS)
    yield from ()


_MEMBERS = """{cells}, members AS (
    SELECT platform, coalesce(owner, csv_owners.account) AS owner, direction,
           coalesce(as_of, $as_of) AS as_of_utc, cells.account, since AS since_utc
    FROM cells LEFT JOIN csv_owners USING (platform)
)"""


def _follows(cells: Cells, files: Files, options: Options) -> Iterator[Finding]:
    file = cells.rows.file
    for platform, owner in cells.run(
        "{cells} SELECT DISTINCT platform, owner FROM cells WHERE owner IS NOT NULL ORDER BY ALL"
    ):
        yield Owner(platform=platform, account=owner)

    cells.stage.run("CREATE OR REPLACE TABLE csv_owners (platform VARCHAR, account VARCHAR)")
    for (platform,) in cells.run("{cells} SELECT DISTINCT platform FROM cells WHERE owner IS NULL"):
        if owner := options.account_on(platform):
            cells.stage.run(
                "INSERT INTO csv_owners VALUES ($platform, $owner)", {"platform": platform, "owner": owner}
            )
    cells.spoil(
        "owner IS NULL AND platform NOT IN (SELECT platform FROM csv_owners)",
        "'owner is empty; fill it in, or say whose list it is with --me ' || platform || ':HANDLE'",
    )

    as_of = options.as_of_utc or files.modified_utc(file)
    ((undated, count),) = cells.run("{cells} SELECT count(*) FILTER (as_of IS NULL), count(*) FROM cells")
    if undated and not options.as_of_utc:
        day = as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(options.time_zone)).date()
        which = f"{file} has" if undated == count else f"{undated:,} of {count:,} rows of {file} have"
        yield Note(
            text=f"{which} no as_of; taken as of {day}, the file's date; give --as-of DATE if that is wrong."
        )
    ((spoiled,),) = cells.stage.run("SELECT count(DISTINCT row_number) FROM csv_problems WHERE spoils")
    complete = is_whole(good=count, bad=spoiled + len(cells.rows.broken))
    if not complete:
        yield not_whole(file)
    cells.run(
        f"INSERT INTO follow_lists BY NAME {_MEMBERS} "
        "SELECT DISTINCT platform, owner, direction, as_of_utc, $complete AS complete FROM members",
        as_of=as_of,
        complete=complete,
    )
    cells.run(f"INSERT INTO follows BY NAME {_MEMBERS} SELECT * FROM members", as_of=as_of)


def _interactions(cells: Cells, _files: Files, _options: Options) -> Iterator[Finding]:
    cells.run("""
        INSERT INTO interactions BY NAME {cells}
        SELECT platform, actor, target, kind, "at" AS at_utc, post_id FROM cells
    """)
    yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file: the columns that mark it (any one of these sets), all that it may have, its reader."""

    marks: tuple[frozenset[str], ...]
    cells: tuple[Cell, ...]
    hand_over: Callable[[Cells, Files, Options], Iterator[Finding]]
    unread: frozenset[str] = frozenset()


ACCOUNTS = Kind(
    marks=(frozenset({"platform", "account"}),),
    cells=(
        *needed(platform=PLATFORM, account=ACCOUNT),
        *optional(handle=HANDLE, display_name=TEXT, bio=BIO, website=TEXT),
        *optional(created_at=MOMENT, followers=COUNT, following=COUNT, posts=COUNT, likes_given=COUNT),
        *optional(default_image=FLAG, verified=FLAG, observed_at=MOMENT),
    ),
    hand_over=_accounts,
)
POSTS = Kind(
    marks=(frozenset({"platform", "author", "post_id", "created_at", "text"}),),
    cells=(
        *needed(platform=PLATFORM, author=ACCOUNT, post_id=ID),
        *readable(created_at=MOMENT),
        *optional(text=POST_TEXT, kind=KIND_OF_POST),
        *optional(reply_to_account=ACCOUNT, reply_to_post=ID, repost_of_account=ACCOUNT),
        *optional(links=LINKS, client=TEXT),
        *optional(likes=COUNT, reposts=COUNT, replies=COUNT, quotes=COUNT, impressions=COUNT),
    ),
    hand_over=_posts,
)
FOLLOWS = Kind(
    marks=(frozenset({"platform", "owner", "account", "direction"}),),
    cells=(
        *needed(platform=PLATFORM, account=ACCOUNT, direction=DIRECTION),
        *readable(owner=ACCOUNT, as_of=MOMENT),
        *optional(since=MOMENT),
    ),
    hand_over=_follows,
)
INTERACTIONS = Kind(
    marks=(frozenset({"platform", "actor", "target", "kind", "at"}),),
    cells=(
        *needed(platform=PLATFORM, actor=ACCOUNT, kind=KIND_OF_ACT),
        *readable(target=ACCOUNT, at=MOMENT),
        *optional(post_id=ID),
    ),
    hand_over=_interactions,
)
TIME = Kind(
    marks=(frozenset({"site", "start", "end"}), frozenset({"site", "start", "seconds"})),
    cells=_generic_time.CELLS,
    hand_over=_generic_time.hand_over,
    unread=frozenset({"note"}),
)
KINDS = (POSTS, INTERACTIONS, FOLLOWS, TIME, ACCOUNTS)


def kind_of(header: Header) -> Kind | None:
    """The kind whose marks the header has; of several the one with most (follows has those of accounts)."""
    keys = set(header.keys())
    marked = [(len(mark), kind) for kind in KINDS for mark in kind.marks if mark <= keys]
    return max(marked, key=lambda found: found[0])[1] if marked else None


def _look(files: Files, name: str) -> tuple[Header, Kind] | None:
    head = files.head(name, LONGEST_HEADER)
    for delimiter in DELIMITERS:
        header = read_header(head, delimiter)
        if header and header.size < LONGEST_HEADER:
            for names in (header, _generic_time.in_plain_names(header)):
                if kind := kind_of(names):
                    return names, kind
    return None


def recognise(files: Files) -> tuple[str, ...]:
    """The files whose header has the columns of one of the kinds."""
    return tuple(name for name in files.names() if _look(files, name))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Hand over the rows of each file, by the kind that its header shows."""
    if options.as_of_utc:
        yield ExportedAt(moment_utc=options.as_of_utc)
    for name in members:
        found = _look(files, name)
        if found:
            yield from _read_one(files, name, *found, stage, options)


def _read_one(
    files: Files, name: str, header: Header, kind: Kind, stage: Stage, options: Options
) -> Iterator[Finding]:
    yield from _unread_columns(name, header, kind)
    rows = load_csv(stage, files, name, header)
    cells = Cells(stage=stage, rows=rows, declared=kind.cells, parameters={"zone": options.time_zone})
    cells.check()
    ((count,),) = stage.run("SELECT count(*) FROM csv_rows")
    if not count and not rows.broken:
        yield Note(text=f"{name} holds a header and no rows.")
    yield from kind.hand_over(cells, files, options)
    yield from cells.problems()
    stage.run("DROP TABLE csv_rows")


def _unread_columns(name: str, header: Header, kind: Kind) -> Iterator[Note]:
    keys = header.keys()
    known = kind.unread.union(cell.name for cell in kind.cells)
    if unknown := [key for key in dict.fromkeys(keys) if key and key not in known]:
        yield Note(text=f"{name}: left out columns that are not part of this format: {_listed(unknown)}.")
    if twice := [key for key in dict.fromkeys(keys) if key in known and keys.count(key) > 1]:
        yield Note(text=f"{name}: more than one column is named {_listed(twice)}; the first was read.")


def _listed(names: list[str]) -> str:
    shown = ", ".join(" ".join(name.split())[:40] for name in names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown


GUIDE = Guide(
    steps=(
        "In a spreadsheet, name the columns in the first row as the README lists them: accounts, posts, "
        "follows, interactions or time, one kind a file.",
        "Save it as CSV UTF-8 and import the file, or a folder of several.",
    ),
    wait="As long as it takes to fill in.",
    cannot="It tells what you write into it, and no more.",
    answers=dict.fromkeys(
        (
            Question.FOLLOWERS, Question.FOLLOWING, Question.SINCE, Question.OWN_POSTS, Question.OTHER_POSTS,
            Question.GIVEN, Question.RECEIVED, Question.TIME,
        ),
        "",
    ),
)  # fmt: skip

IMPORTER = Importer(
    name="generic-csv",
    title="CSV in the program's own form",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    uses_sites=True,
    uses_options=True,
)
