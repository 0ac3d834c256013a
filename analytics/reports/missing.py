"""What a page or a summary says where it has nothing to say."""

from __future__ import annotations

from dataclasses import dataclass

HOW = "How to get one: watercooler guide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A part of a page that has nothing to say: which, what is missing, what would bring it."""

    part: str
    what: str
    remedy: str
