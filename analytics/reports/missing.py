"""What a page or a summary says where it has nothing to say."""

from __future__ import annotations

from dataclasses import dataclass

HOW = "How to get one: watercooler guide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A part of a page that has nothing to say: which, what is missing, what would bring it.

    is_of_exports: whether an export would bring it, and not a word of the user's own or more time.
    """

    part: str
    what: str
    remedy: str
    is_of_exports: bool = True
