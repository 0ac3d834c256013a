"""A Bluesky repository as its server hands it out: records in a search tree of blocks, in one CAR file.

Written after the formats' own definitions: CAR version 1, DAG-CBOR, and the repository's Merkle search tree,
in which a key's layer is half the number of zero bits that its hash begins with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dice import EPOCH

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Cid:
    """The address of a block: its hash, and how it is written."""

    digest: bytes

    @property
    def raw(self) -> bytes:
        """Version 1, DAG-CBOR, SHA-256 of 32 bytes."""
        return b"\x01\x71\x12\x20" + self.digest

    def __str__(self) -> str:
        bits = "".join(f"{byte:08b}" for byte in self.raw)
        bits += "0" * (-len(bits) % 5)
        letters = "abcdefghijklmnopqrstuvwxyz234567"
        return "b" + "".join(letters[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def tid(moment: datetime, clock: int = 0) -> str:
    """A key made of a moment (naive UTC): microseconds and ten bits more, in 13 letters that sort by time."""
    number = ((moment - EPOCH) // timedelta(microseconds=1) << 10) | clock
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def cbor(value: Any) -> bytes:  # noqa: PLR0911
    """DAG-CBOR of what records here hold: keys by length and then by letter, addresses under tag 42."""
    if value is None:
        return b"\xf6"
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(cbor(item) for item in value)
    if isinstance(value, Cid):
        return b"\xd8\x2a" + cbor(b"\x00" + value.raw)
    if isinstance(value, int):
        return _head(0, value)
    keys = sorted(value, key=lambda key: (len(key), key))
    return _head(5, len(keys)) + b"".join(cbor(key) + cbor(value[key]) for key in keys)


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 256**size:
            return bytes([kind << 5 | code]) + number.to_bytes(size, "big")
    raise ValueError(number)


class Repository:
    """Blocks in the order in which they are written: the commit first, as servers do it."""

    def __init__(self) -> None:
        self._blocks: dict[bytes, bytes] = {}

    def add(self, value: Any) -> Cid:
        """Keep a block; its address."""
        block = cbor(value)
        cid = Cid(hashlib.sha256(block).digest())
        self._blocks[cid.raw] = block
        return cid

    def car(self, did: str, records: dict[str, Any], saved: datetime) -> bytes:
        """The whole file. records: collection/key -> record."""
        entries = [(key, self.add(records[key])) for key in sorted(records)]
        top = max((layer(key) for key, _ in entries), default=0)
        root = self._node(entries, top)
        commit = self.add(
            {"did": did, "version": 3, "data": root, "rev": tid(saved), "prev": None, "sig": bytes(64)}
        )
        header = cbor({"version": 1, "roots": [commit]})
        order = [commit.raw, *(raw for raw in self._blocks if raw != commit.raw)]
        return _long(header) + b"".join(_long(raw + self._blocks[raw]) for raw in order)

    def _node(self, entries: list[tuple[str, Cid]], at: int) -> Cid:
        """A node of the tree at a layer; what lies between two of its keys is a node of the layer below."""
        rows: list[dict[str, Any]] = []
        left: Cid | None = None
        between: list[tuple[str, Cid]] = []
        before = b""

        def below() -> Cid | None:
            found = self._node(between, at - 1) if between else None
            between.clear()
            return found

        for key, cid in entries:
            if layer(key) < at:
                between.append((key, cid))
                continue
            if rows:
                rows[-1]["t"] = below()
            else:
                left = below()
            name = key.encode()
            shared = next(
                (n for n, (a, b) in enumerate(zip(before, name, strict=False)) if a != b),
                min(len(before), len(name)),
            )
            rows.append({"p": shared, "k": name[shared:], "v": cid, "t": None})
            before = name
        if rows:
            rows[-1]["t"] = below()
        else:
            left = below()
        return self.add({"l": left, "e": rows})


def layer(key: str) -> int:
    """How high in the tree a key stands."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    return (256 - number.bit_length()) // 2


def _long(data: bytes) -> bytes:
    """Data after its length, in groups of seven bits."""
    length, head = len(data), b""
    while length >= 128:
        head += bytes([length & 127 | 128])
        length >>= 7
    return head + bytes([length]) + data
