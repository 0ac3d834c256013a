"""What all exports of Mastodon and its kin share: addresses of people, what web addresses tell, HTML as text.

An account is its address, user@host, in lower case. Hosts are written in their own script, so that
xn--... and the letters it stands for are one host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from analytics.importers._rows import text_of

PLATFORM = "mastodon"
NO_HOMES: Mapping[str, str] = MappingProxyType({})
LONGEST_HTML = 500_000
"""Characters; no server takes posts nearly as long."""

_NAME = r"[^\s@/:,;\"'<>()#?]{1,200}"
_HOST = r"(?:[^\s@/:,;\"'<>()#?.]+\.)+[^\s@/:,;\"'<>()#?.]+(?::\d{1,5})?"
_ADDRESS = re.compile(rf"(?:acct:)?@?({_NAME})@({_HOST})")
_LOCAL = re.compile(r"@?([\w.-]{1,200})")
# Where programs put a person's name: Mastodon, Pleroma, GoToSocial, Friendica, PeerTube, Lemmy, Pixelfed.
# Misskey has ids there, and so has Mastodon below /ap/users, which stay unnamed.
_PERSON = re.compile(rf"/(?:users/|profile/|u/|accounts/|author/|p/|@)({_NAME}(?:@{_HOST})?)(?:/|$)")
_MARKUP = re.compile(r"<[^>]*>")
_BLOCKS = frozenset({"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "template"})
# A link to the quoted post, for servers that show no quotes.
_QUOTED = "quote-inline"
_NO_LINK = frozenset({"mention", "hashtag", "attachment"})


def host_of(text: str) -> str:
    """A host in lower case and its own script.

    >>> host_of("Social.XN--BCHER-KVA.example")
    'social.bücher.example'
    """
    labels = []
    for label in text.lower().rstrip(".").split("."):
        try:
            labels.append(label.encode("ascii").decode("idna") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def address(value: Any, home: str | None = None) -> str | None:
    """user@host from an address as people and programs write it; a bare name is at home.

    >>> address("@Ana@Social.example"), address("bob", "social.example")
    ('ana@social.example', 'bob@social.example')
    """
    text = (text_of(value) or "").strip()
    if found := _ADDRESS.fullmatch(text):
        return f"{found[1].lower()}@{host_of(found[2])}"
    local = _LOCAL.fullmatch(text) if home else None
    return f"{local[1].lower()}@{home}" if local else None


def home_of(account: str | None) -> str | None:
    """The host of an account."""
    return account.rpartition("@")[2] if account and "@" in account else None


def host_in(uri: Any) -> str | None:
    """The host of a web address; none for anything else."""
    try:
        parts = urlsplit(uri) if isinstance(uri, str) else None
        host = parts.netloc.rpartition("@")[2] if parts and parts.scheme in ("http", "https") else ""
    except ValueError:
        return None
    return text_of(host_of(host)) if host else None


def owner_of(found: str | None, said: str | None) -> str | None:
    """The owner by the export's own word, else by the user's.

    Of a server whose pages lie on a host of their own an export may know that host alone; the user knows the
    address of people: ana@example said of ana@social.example is the same person, better named.
    """
    if found and said and home_of(found) and found.split("@")[0] == said.split("@")[0]:
        return said if found.endswith(f".{home_of(said)}") else found
    return found or said


def account_in(uri: Any, homes: Mapping[str, str] = NO_HOMES) -> str | None:
    """The account that a web address of a person or a post names; none where it holds only ids.

    homes: host of web pages -> host of the addresses of the people there, where they differ.

    >>> account_in("https://social.example/users/Ana/statuses/12")
    'ana@social.example'
    """
    host = host_in(uri)
    if not host:
        return None
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:
        return None
    found = _PERSON.match(path)
    host = homes.get(host, host)
    return address(found[1], host) or address(f"{found[1]}@{host}") if found else None


def people(values: Iterable[tuple[str | None, str | None]]) -> list[dict[str, str | None]]:
    """Accounts and handles as mentions, each once."""
    found = {account or handle: {"account": account, "handle": handle} for account, handle in values}
    return [mention for key, mention in found.items() if key]


def tag_names(values: Iterable[Any]) -> list[str]:
    """Hashtags without #, lower case, each once."""
    names = ((text_of(value) or "").strip().lstrip("#").lower() for value in values)
    return list(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The plain text of a post and the links in it."""

    text: str
    links: list[str]


def content_of(html: Any, *, warning: Any = None, elsewhere: Iterable[Any] = ()) -> Content:
    """What a post's HTML says; a content warning stands before it, as it is shown.

    elsewhere: addresses of the people and hashtags that the post names, which are no links.
    """
    before = (text_of(warning) or "").strip()
    reader = _Reader(frozenset(href for href in elsewhere if isinstance(href, str)))
    written = (text_of(html) or "")[:LONGEST_HTML]
    try:
        reader.feed(written)
        reader.close()
        text = reader.text()
    except AssertionError:  # what html.parser raises at "<![" and the like
        text = _MARKUP.sub("", written).strip()
    return Content(text="\n\n".join(part for part in (before, text) if part), links=reader.links())


class _Reader(HTMLParser):
    def __init__(self, elsewhere: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._elsewhere = elsewhere
        self._parts: list[str] = []
        self._links: dict[str, None] = {}
        self._passing: str | None = None
        self._depth = 0
        self._href: str | None = None
        self._said: list[str] = []

    def text(self) -> str:
        text = re.sub(r"\n{3,}", "\n\n", "".join(self._parts))
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()

    def links(self) -> list[str]:
        self._end_link()
        return list(self._links)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._passing:
            self._depth += tag == self._passing
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").lower().split())
        if tag in _UNSEEN or _QUOTED in classes:
            self._passing, self._depth = tag, 1
        elif tag in ("br", "li"):
            self._parts.append("\n")
        elif tag in _BLOCKS and self._parts:
            self._parts.append("\n\n")
        elif tag == "a":
            self._end_link()
            named = classes & _NO_LINK or "tag" in (given.get("rel") or "").lower().split()
            self._href = None if named else (given.get("href") or "").strip()
            self._said = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and not self._passing:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._passing:
            self._depth -= tag == self._passing
            self._passing = self._passing if self._depth else None
        elif tag == "a":
            self._end_link()
        elif tag in _BLOCKS:
            self._parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._passing:
            self._parts.append(data)
            self._said.append(data)

    def _end_link(self) -> None:
        href, self._href = self._href, None
        if not href or href in self._elsewhere or not host_in(href):
            return
        # Some programs mark neither people nor hashtags.
        if "".join(self._said).strip().startswith("@") and account_in(href):
            return
        self._links[href] = None
