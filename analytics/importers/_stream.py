"""Walking a JSON text of any size: one value is held at a time, the rest stays in the file.

A whole ActivityWatch export is one nested object, which no reader of rows can cut up. Measured on an export
of 109 MB with 500,000 events: read this way it takes no longer than DuckDB's read_json over the whole object,
and 120 MB on top of the program instead of 600 (with typed columns) to 950 (untyped).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

CHUNK = 1 << 20
# No event is nearly this long: what does not end within it is broken, and need not be read to its end.
LONGEST_VALUE = 16 << 20

LONGEST_NUMBER = 32

_SPACE = " \t\r\n"
_AFTER_VALUE = frozenset(_SPACE + ",:]}")
_decode = json.JSONDecoder().raw_decode


class Broken(ValueError):
    """The text is no JSON from here on, or breaks off."""


class JsonStream:
    """A place in a JSON text. Each method reads on from there and raises Broken where it cannot."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is no white space; empty at the end of the text."""
        while True:
            if self._at < len(self._text):
                character = self._text[self._at]
                if character not in _SPACE:
                    return character
                self._at += 1
            elif not self._more():
                return ""

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                found, end = _decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._at > LONGEST_VALUE or not self._more():
                    raise Broken(str(error)) from error
                continue
            # A number may go on in the next chunk: 5 and .5e1.
            cut = len(self._text) - end < LONGEST_NUMBER and self._text[end : end + 1] not in _AFTER_VALUE
            if cut and self._more():
                continue
            self._at = end
            return found

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; read each one's value before asking for the next key."""
        for _ in self._parts("{", "}"):
            if self.peek() != '"':
                raise Broken("a key was expected")
            key: str = self.value()
            self._take(":")
            yield key

    def elements(self) -> Iterator[Any]:
        """The values of the array that comes next."""
        for _ in self._parts("[", "]"):
            yield self.value()

    def skip(self) -> None:
        """Walk over the next value, however long, without keeping it."""
        match self.peek():
            case "{":
                for _ in self.members():
                    self.skip()
            case "[":
                for _ in self._parts("[", "]"):
                    self.skip()
            case _:
                self.value()

    def _parts(self, first: str, last: str) -> Iterator[None]:
        self._take(first)
        if self.peek() == last:
            self._at += 1
            return
        while True:
            yield
            separator = self.peek()
            if separator not in (",", last):
                raise Broken(f"',' or {last!r} was expected")
            self._at += 1
            if separator == last:
                return

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise Broken(f"{character!r} was expected")
        self._at += 1

    def _more(self) -> bool:
        """Read on; false at the end of the file. What is already walked over is let go."""
        if not self._ended:
            # The longer the value that is waited for, the more at once: its start is read again each time.
            chunk = self._file.read(max(CHUNK, len(self._text) - self._at))
            self._ended = not chunk
            self._text = self._text[self._at :] + chunk
            self._at = 0
        return not self._ended
