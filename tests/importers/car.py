"""A tiny writer of CAR files: a repository as Bluesky's servers export it, made of a few records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import libipld

DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
Blocks = dict[bytes, bytes]
"""CID -> the block."""


def tid(microseconds: int) -> str:
    """The key of a record made so many µs after 1970."""
    number = microseconds << 10
    return "".join(DIGITS[number >> 5 * place & 31] for place in reversed(range(13)))


def repository(
    did: str,
    rev: str | None,
    records: Mapping[str, Any],
    *,
    per_node: int = 3,
    without: Iterable[str] = (),
    commit: Mapping[str, Any] | None = None,
) -> bytes:
    """A file with these records ("collection/rkey" -> record), so many in a node of the tree.

    rev: none as in version 2. without: records whose blocks are left out. commit: other values for its keys.
    """
    blocks: Blocks = {}
    leaves = [(key.encode(), put(blocks, record)) for key, record in sorted(records.items())]
    missing = {cid for key, cid in leaves if key.decode() in set(without)}
    top = tree(blocks, leaves, per_node)
    signed: dict[str, Any] = {"did": did, "data": top, "prev": None, "sig": b"\0" * 64}
    signed |= {"version": 2} if rev is None else {"version": 3, "rev": rev}
    root = put(blocks, signed | dict(commit or {}))
    return car([root], {cid: block for cid, block in blocks.items() if cid not in missing})


def tree(blocks: Blocks, leaves: Sequence[tuple[bytes, bytes]], per_node: int) -> bytes:
    """The CID of a search tree of keys and CIDs in order; one node holds some and points to the others."""
    step = max(1, len(leaves) // (per_node + 1))
    places = list(range(step, len(leaves), step + 1)) if len(leaves) > per_node else list(range(len(leaves)))
    edges = [*places, len(leaves)]
    below = [
        leaves[start:end] for start, end in zip([0, *(place + 1 for place in places)], edges, strict=True)
    ]
    points = [tree(blocks, part, per_node) if part else None for part in below]
    entries, before = [], b""
    for place, after in zip(places, points[1:], strict=True):
        key, value = leaves[place]
        shared = next((at for at, (a, b) in enumerate(zip(before, key, strict=False)) if a != b), 0)
        entries.append({"p": shared, "k": key[shared:], "v": value, "t": after})
        before = key
    return put(blocks, {"l": points[0], "e": entries})


def car(roots: list[Any], blocks: Blocks) -> bytes:
    """The bytes of a file with these blocks; the one that is a root comes first, as servers write it."""
    header = libipld.encode_dag_cbor({"version": 1, "roots": roots})
    ordered = sorted(blocks, key=lambda cid: cid not in roots)
    return b"".join(length(len(part)) + part for part in (header, *(cid + blocks[cid] for cid in ordered)))


def put(blocks: Blocks, value: Any) -> bytes:
    """Add a block; its CID, which as a value is a link to it."""
    block = libipld.encode_dag_cbor(value)
    cid = b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()
    blocks[cid] = block
    return cid


def length(number: int) -> bytes:
    """An unsigned LEB128 number."""
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])
