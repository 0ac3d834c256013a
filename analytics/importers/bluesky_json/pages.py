"""Pages of the API's answers: known by their beginning, read part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analytics.importers._stream import JsonStream
from analytics.importers.interface import Files

# Key of the entries -> direction of the list.
LISTS = {"followers": "follower", "follows": "following"}
ENTRIES = (*LISTS, "feed", "notifications")
# What a page says of itself.
_ABOUT = ("subject", "cursor")
_ENDINGS = (".json", ".jsonl", ".ndjson", ".txt")
_HEAD = 65536
# Where a page is an answer of this API: the key of its entries, and how the first of them begins.
_MARKS = (
    re.compile(r'"(?:followers|follows)"\s*:\s*\[\s*\{.{0,2000}?"did"\s*:\s*"did:', re.DOTALL),
    re.compile(r'"feed"\s*:\s*\[\s*\{.{0,2000}?"(?:uri|did)"\s*:\s*"(?:at://)?did:', re.DOTALL),
    re.compile(r'"notifications"\s*:\s*\[\s*\{.{0,2000}?"uri"\s*:\s*"at://did:', re.DOTALL),
)
_SUBJECT = re.compile(r'"subject"\s*:\s*\{[^{}]{0,2000}?"did"\s*:\s*"did:')
_EMPTY_LIST = re.compile(r'"(?:followers|follows)"\s*:\s*\[\s*\]')


def is_page(files: Files, name: str) -> bool:
    """Whether a file begins with a page of one of the four answers."""
    if not name.lower().endswith(_ENDINGS):
        return False
    head = files.head(name, _HEAD).decode("utf-8-sig", errors="replace").lstrip()
    if not head.startswith(("{", "[")):
        return False
    empty = _EMPTY_LIST.search(head) and _SUBJECT.search(head)
    return bool(empty) or any(mark.search(head) for mark in _MARKS)


def parts(stream: JsonStream) -> Iterator[tuple[str, Any]]:
    """Key and value of what is read of each page: entries one by one, ("... read", none) after a list of them,
    and ("end", none) after the page.
    """
    while start := stream.peek():
        if start == "{":
            for key in stream.members():
                if key in ENTRIES and stream.peek() == "[":
                    for entry in stream.elements():
                        yield key, entry
                    yield f"{key} read", None
                else:
                    yield from _known(key, stream.value())
            yield "end", None
        elif start == "[":
            for page in stream.elements():
                yield from _parts_of(page)
        else:
            stream.value()


def _parts_of(page: Any) -> Iterator[tuple[str, Any]]:
    for key, value in page.items() if isinstance(page, dict) else ():
        if key in ENTRIES and isinstance(value, list):
            for entry in value:
                yield key, entry
            yield f"{key} read", None
        else:
            yield from _known(key, value)
    yield "end", None


def _known(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if key in _ABOUT:
        yield key, value
