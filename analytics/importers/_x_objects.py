"""What X's own objects hold, in whatever export they lie: ids, times, text, entities.

The same tweet is a row of `tweets.js`, of a Grailbird month and of what the web page is sent; posts of each
must come out alike, so this follows what the X archive's own reader makes of them (`x/tweets.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from analytics.importers import _post_text
from analytics.importers._rows import at, text_of
from analytics.importers._when import parse_moment
from analytics.importers.interface import Stage

STATUS = re.compile(
    r"https?://(?:mobile\.|www\.)?(?:twitter|x)\.com/(?:i/web|i|([^/?#]+))/status(?:es)?/(\d{1,19})(?!\d)",
    re.IGNORECASE,
)
"""The address of a post: the handle, none where X made the address itself, and the id."""

_ID = re.compile(r"\d{1,19}", re.ASCII)
_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLIENT = re.compile(">([^<]*)<")
_REPOST = re.compile(r"RT @(\w+):", re.ASCII)

# The first id that tells its own time was given on 4 November 2010.
_FIRST_SNOWFLAKE = 29_700_859_247
_SNOWFLAKE_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000)

# Codes that are no language: undetermined, only mentions, media, hashtags or links, too short, artificial.
_NO_LANGUAGE = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst", "art"})

_FILL = f"""
UPDATE posts SET
    links = CASE WHEN links IS NOT NULL THEN links ELSE list_filter(
        {_post_text.links_in("text")}, lambda link: NOT regexp_matches(link, '(?i)^https?://t\\.co/')) END,
    mentions = CASE WHEN mentions IS NOT NULL THEN mentions ELSE {_post_text.mentions_in("text", "'x'")} END,
    tags = CASE WHEN tags IS NOT NULL THEN tags ELSE {_post_text.tags_in("text")} END
WHERE links IS NULL OR mentions IS NULL OR tags IS NULL
"""

_NAMES = r"""
CREATE OR REPLACE TEMP TABLE x_names AS
SELECT lower(handle) AS handle, min(account) AS account
FROM (SELECT handle, account FROM accounts
      UNION ALL SELECT m.handle, m.account FROM (SELECT unnest(mentions) AS m FROM posts))
WHERE handle IS NOT NULL AND regexp_full_match(account, '\d+')
GROUP BY lower(handle) HAVING count(DISTINCT account) = 1
"""
_LINK = r"""
UPDATE {table} SET {column} = x_names.account FROM x_names
WHERE lower({table}.{column}) = x_names.handle AND NOT regexp_full_match({table}.{column}, '\d+')
"""
_NAMED = {
    "posts": ("author", "reply_to_account", "repost_of_account", "quote_of_account"),
    "interactions": ("actor", "target"),
    "follow_lists": ("owner",),
    "follows": ("owner", "account"),
}


def id_of(value: Any) -> str | None:
    """An id: up to 19 digits, as text or number. Where it is missing X writes -1 or 0."""
    text = text_of(value)
    return text if text and text != "0" and _ID.fullmatch(text) else None


def moment(value: Any) -> datetime | None:
    """A time of X's -> naive UTC; none where it cannot be read.

    >>> moment("Sat Apr 13 16:42:51 +0000 2013") == moment("2013-04-13 16:42:51 +0000")
    True
    """
    if not isinstance(value, str):
        return None
    if found := _DATE.fullmatch(value.strip()):
        month, day, clock, offset, year = found.groups()
        number = _MONTHS.index(month) + 1 if month in _MONTHS else 0
        value = f"{year}-{number:02}-{day} {clock} {offset}"
    return parse_moment(value.strip(), "UTC")


def snowflake_moment(post_id: str) -> datetime | None:
    """When a post was made, to the second as X writes it; none for ids that are older than such ids."""
    if int(post_id) < _FIRST_SNOWFLAKE:
        return None
    made = _SNOWFLAKE_EPOCH + timedelta(milliseconds=int(post_id) >> 22)
    return made.replace(microsecond=0)


def plain(text: str) -> str:
    """A text without the three escapes that X writes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain_or_none(value: Any) -> str | None:
    """As `plain`, for a value that may be no text; '' is none."""
    text = text_of(value) if isinstance(value, str) else None
    return plain(text) if text else None


def client_of(source: Any) -> str | None:
    """The program a post was made with, from `<a href="...">Twitter for Android</a>` or its bare name."""
    text = plain_or_none(source)
    found = _CLIENT.search(text) if text else None
    return (found[1] if found else text) or None


def language_of(lang: Any) -> str | None:
    """The language's code."""
    code = text_of(lang)
    return None if code in _NO_LANGUAGE else code


def reposted_handle(text: str) -> str | None:
    """Whose post a text that begins with `RT @handle:` repeats."""
    found = _REPOST.match(text)
    return found[1] if found else None


def links_of(entities: Any, post_id: str) -> list[str] | None:
    """The links that lie in a post, each once; none where it has no entity of a link.

    Posts from before 2011 have their links in the text only (see `fill_from_text`).
    """
    found = [
        text_of(at(entity, "expanded_url")) or text_of(at(entity, "url"))
        for entity in _list(entities, "urls")
    ]
    if not found:
        return None
    own = f"/i/web/status/{post_id}"
    return list(dict.fromkeys(u for u in found if u and u.lower().startswith("http") and not u.endswith(own)))


def named_in(entities: Any) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Id, handle and name of each account that a post names."""
    for entity in _list(entities, "user_mentions"):
        account = id_of(at(entity, "id_str")) or id_of(at(entity, "id"))
        handle = text_of(at(entity, "screen_name"))
        if account or handle:
            yield account, handle, plain_or_none(at(entity, "name"))


def mentions_of(entities: Any) -> list[dict[str, str | None]]:
    """The accounts named, each once."""
    found: dict[str, dict[str, str | None]] = {}
    for account, handle, _name in named_in(entities):
        found.setdefault(account or (handle or "").lower(), {"account": account, "handle": handle})
    return list(found.values())


def tags_of(entities: Any) -> list[str]:
    """The hashtags in lower case, each once."""
    tags = (text_of(at(entity, "text")) for entity in _list(entities, "hashtags"))
    return list(dict.fromkeys(tag.lower() for tag in tags if tag))


def quoted_in(links: list[str]) -> tuple[str | None, str | None, str | None]:
    """The link, the author's handle and the id of the post that is quoted: the last link to one."""
    for link in reversed(links):
        if found := STATUS.match(link):
            return link, found[1], found[2]
    return None, None, None


def fill_from_text(stage: Stage) -> None:
    """Give staged posts whose links, mentions or tags are null those that their text holds.

    A shortened link says nothing without its entity, and most such links are pictures.
    """
    stage.run(_FILL)


def link_handles(stage: Stage) -> None:
    """Where an account is staged by its handle and other rows tell its id, put the id.

    Leaves x_names (handle in lower case, account): those that were one account's all along.
    """
    stage.run(_NAMES)
    for table, columns in _NAMED.items():
        for column in columns:
            stage.run(_LINK.format(table=table, column=column))


def _list(entities: Any, key: str) -> list[Any]:
    found = at(entities, key)
    return found if isinstance(found, list) else []
