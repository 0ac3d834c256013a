"""A CAR file with a repository in it: its blocks, its commit and its records, read where they lie.

CAR v1 is a length, a header {version, roots} in DAG-CBOR, then blocks: a length, the block's CID (its hash)
and its bytes. The root is the commit {did, version, data, rev}; `data` is the top of a search tree whose nodes
are {l, e: [{p, k, v, t}]}: each key repeats the first p bytes of the one before it in the node; v is the record,
l and t are nodes below. https://atproto.com/specs/repository

Only one block at a time is unpacked; of the others only the place is kept. Measured on 154 MB with 360,000
blocks: `libipld.decode_car` takes 575 MB, this 70 MB and the file itself, which is mapped and can be let go.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO

import libipld

from analytics.importers._rows import at

LONGEST_HEADER = 64 << 10
LONGEST_KEY = 1024
"""Bytes of a record's collection and key; the specification allows 829."""
_LONGEST_NUMBER = 9
_UNREADABLE = (ValueError, RecursionError)


class Damaged(ValueError):
    """This is no repository, or it breaks off; the message says why in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: its collection, its key there, and what it holds; `value` is none where it is unreadable."""

    collection: str
    key: str
    value: Any


def header_at(start: bytes) -> tuple[list[Any], int] | None:
    """The roots that the header at the start of a file names, and where the header ends."""
    try:
        length, place = _number(start, 0)
        if not 0 < length <= min(LONGEST_HEADER, len(start) - place):
            return None
        header = libipld.decode_dag_cbor(bytes(start[place : place + length]))
    except _UNREADABLE:
        return None
    roots = at(header, "roots")
    return (roots, place + length) if at(header, "version") == 1 and isinstance(roots, list) else None


class Repository:
    """The repository in a file, open while `with` lasts. Raises Damaged where it cannot be read."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise Damaged("it is empty") from None
        self.missing_nodes = 0
        """Blocks of the tree that are not in the file; grows as `records` goes on."""
        self.missing_records = 0
        found = header_at(self._bytes[: LONGEST_HEADER + _LONGEST_NUMBER])
        if not found:
            raise Damaged("it does not begin as a CAR file")
        roots, place = found
        self._places = self._found_from(place)
        commit = self._block(roots[0]) if roots else None
        if commit is None:
            raise Damaged("the commit, with which a repository begins, is missing or unreadable")
        self.did: Any = at(commit, "did")
        self.rev: Any = at(commit, "rev")
        """The TID of the last change; repositories of early 2023 have none."""
        self._top: Any = at(commit, "data")
        if not isinstance(self.did, str) or not isinstance(self._top, bytes):
            raise Damaged("its commit does not say whose it is and where its records are")
        if self._top not in self._places:
            raise Damaged("it holds only a part of a repository, and no way to its records")

    def __enter__(self) -> Repository:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bytes.close()

    def records(self) -> Iterator[Record]:
        """Every record that is in the file, in the order of the keys. Raises Damaged where the tree is none."""
        waiting: list[Any] = [self._top]
        seen: set[bytes] = set()
        while waiting:
            step = waiting.pop()
            if isinstance(step, tuple):
                yield from self._record(*step)
            # A tree of hashes cannot hold itself, but nothing here has checked them.
            elif step not in seen:
                seen.add(step)
                if step in self._places:
                    waiting.extend(reversed(self._node(step)))
                else:
                    self.missing_nodes += 1

    def _node(self, cid: bytes) -> list[Any]:
        """What lies in and below a node, in order: the CID of a node, or key and CID of a record."""
        node = self._block(cid)
        entries = at(node, "e")
        if not isinstance(entries, list):
            raise Damaged("a part of its tree of records is something else")
        left = at(node, "l")
        steps: list[Any] = [left] if isinstance(left, bytes) else []
        key = b""
        for entry in entries:
            shared, rest, value, below = (at(entry, name) for name in "pkvt")
            if not isinstance(shared, int) or not isinstance(rest, bytes) or not isinstance(value, bytes):
                raise Damaged("a part of its tree of records is something else")
            key = key[: max(0, shared)] + rest
            if len(key) > LONGEST_KEY:
                raise Damaged("a part of its tree of records is something else")
            steps.append((key, value))
            if isinstance(below, bytes):
                steps.append(below)
        return steps

    def _record(self, key: bytes, cid: bytes) -> Iterator[Record]:
        collection, _, name = key.decode(errors="replace").partition("/")
        if cid in self._places:
            yield Record(collection=collection, key=name, value=self._block(cid))
        else:
            self.missing_records += 1

    def _block(self, cid: Any) -> Any:
        """What a block holds; none where it is missing or unreadable."""
        place = self._places.get(cid) if isinstance(cid, bytes) else None
        if place is None:
            return None
        start, size = place >> 32, place & 0xFFFFFFFF
        try:
            return libipld.decode_dag_cbor(self._bytes[start : start + size])
        except _UNREADABLE:
            return None

    def _found_from(self, place: int) -> dict[bytes, int]:
        """CID -> where its block begins (the upper bits) and its size (the lower 32)."""
        places: dict[bytes, int] = {}
        end_of_file = len(self._bytes)
        while place < end_of_file:
            try:
                length, begin = _number(self._bytes, place)
                place = begin + length
                if not 0 < length < 1 << 32 or place > end_of_file:
                    raise ValueError
                content = _end_of_cid(self._bytes, begin, place)
            except ValueError:
                raise Damaged("it is cut short or damaged") from None
            places[self._bytes[begin:content]] = content << 32 | place - content
        return places


def _number(data: bytes | mmap.mmap, place: int) -> tuple[int, int]:
    """An unsigned LEB128 number and where it ends. Raises ValueError."""
    number = 0
    for count in range(_LONGEST_NUMBER):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return number, place
    raise ValueError("no number")


def _end_of_cid(data: bytes | mmap.mmap, place: int, end: int) -> int:
    """Where the CID at a place ends. Raises ValueError."""
    version, after = _number(data, place)
    if version == 0x12:  # version 0 is a bare SHA-256
        stop = place + 34
    else:
        _codec, after = _number(data, after)
        _hash, after = _number(data, after)
        length, after = _number(data, after)
        stop = after + length
    if stop > end:
        raise ValueError("the block ends within its CID")
    return stop
