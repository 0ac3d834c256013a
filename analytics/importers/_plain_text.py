"""Links and hashtags in a plain text, for networks whose exports do not list them apart."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
_CLOSING = {")": "(", "]": "["}


def links_in(text: str) -> list[str]:
    """The http(s) addresses in a text, each once, without the punctuation after them.

    >>> links_in("See (https://a.example/b_(c)), or https://d.example.")
    ['https://a.example/b_(c)', 'https://d.example']
    """
    return list(dict.fromkeys(link for found in _LINK.findall(text) if is_link(link := _ended(found))))


def is_link(text: str) -> bool:
    """Whether a text is a web address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def tags_in(text: str) -> list[str]:
    """The hashtags in a text, lower case, each once; a number alone is none, nor a part of an address.

    >>> tags_in("#One two #ONE #3 https://a.example/#four")
    ['one']
    """
    return list(dict.fromkeys(tag.lower() for tag in _TAG.findall(_LINK.sub(" ", text))))


def _ended(link: str) -> str:
    while link:
        last = link[-1]
        if last in ".,;:!?*_~" or (last in _CLOSING and link.count(last) > link.count(_CLOSING[last])):
            link = link[:-1]
        else:
            break
    return link
