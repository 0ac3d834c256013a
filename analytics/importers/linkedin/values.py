"""Values as LinkedIn writes them: dates, profile addresses, and addresses of posts.

Dates have no time zone; they are read as UTC, as the ones with a zone are. 6/14/24 is the 14th of June.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from analytics.importers._rows import moment_of

# strptime would read months in the language of the machine.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?:,? +(\d{1,2}):(\d\d)(?::(\d\d))? ?([AaPp])[Mm])?")
_WORDS = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})")
_UNIX = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (?:UTC|GMT) (\d{4})")
_URN = re.compile(r"urn:li:[A-Za-z]+:(?:\([^()\s]*\)|[^\s/?&#(),]+)")


def moment(text: str) -> datetime | None:
    """A date of any version of the export, as naive UTC; none where it is no plausible one.

    >>> moment("6/14/24, 5:57 PM"), moment("17 Jun 2021")
    (datetime.datetime(2024, 6, 14, 17, 57), datetime.datetime(2021, 6, 17, 0, 0))
    """
    text = text.replace("\u202f", " ").strip()
    if found := _AMERICAN.fullmatch(text):
        month, day, year, hour, minute, second, half = found.groups()
        if int(hour or 12) > 12:
            return None
        hours = int(hour or 12) % 12 + (12 if (half or "").lower() == "p" else 0)
        year = year if len(year) == 4 else f"20{year}"
        written = f"{year}-{month:>02}-{day:>02}T{hours:02}:{minute or '00'}:{second or '00'}"
    elif found := _WORDS.fullmatch(text):
        written = f"{found[3]}-{_month(found[2])}-{found[1]:>02}"
    elif found := _UNIX.fullmatch(text):
        written = f"{found[4]}-{_month(found[1])}-{found[2]:>02}T{found[3]}"
    else:
        written = text.removesuffix(" UTC").replace("/", "-")
    return moment_of(written)


def _month(name: str) -> str:
    return f"{_MONTHS.index(name.lower()) + 1:02}" if name.lower() in _MONTHS else "00"


def slug(url: str | None) -> str | None:
    """Who a profile's address is of: its last part, in lower case; none for anything else.

    >>> slug("https://www.linkedin.com/in/Ana-M%C3%BCller-7/")
    'ana-müller-7'
    """
    found = re.search(r"linkedin\.com/(?:in|pub)/([^/?#\s]+)", url or "", re.IGNORECASE)
    return unquote(found[1], errors="replace").lower() if found else None


def post_id(link: str) -> str | None:
    """The URN of a post from its address, else the address itself.

    >>> post_id("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A12")
    'urn:li:share:12'
    """
    found = _URN.search(unquote(link, errors="replace"))
    return found[0] if found else link.strip() or None


def comment_id(link: str) -> str | None:
    """The URN of a comment, or of an answer to it, where its address has one."""
    try:
        asked = parse_qs(urlsplit(link).query)
    except ValueError:
        return None
    for key in ("replyUrn", "dashReplyUrn", "commentUrn", "dashCommentUrn"):
        for value in asked.get(key, []):
            if value.startswith("urn:li:"):
                return value
    return None
