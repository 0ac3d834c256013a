"""Links in Markdown, in which brackets begin and end them; other plain texts are read in `_post_text`."""

from __future__ import annotations

import re

from analytics.importers._rows import is_link

_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "["}


def links_in(text: str) -> list[str]:
    """The http(s) addresses in a text, each once, without the punctuation after them.

    >>> links_in("See (https://a.example/b_(c)), or https://d.example.")
    ['https://a.example/b_(c)', 'https://d.example']
    """
    return list(dict.fromkeys(link for found in _LINK.findall(text) if is_link(link := _ended(found))))


def _ended(link: str) -> str:
    while link:
        last = link[-1]
        if last in ".,;:!?*_~" or (last in _CLOSING and link.count(last) > link.count(_CLOSING[last])):
            link = link[:-1]
        else:
            break
    return link
