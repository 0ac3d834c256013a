"""What an event is for: which site its words name, whether it is for social sites at all, or nobody's business.

Only the summary and the categories are looked at, never the description, the place or the guests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analytics.reference import Sites

SOCIAL = ("social media", "social network", "social networks", "watercooler", "water cooler")
"""Words that plan time for social sites without saying which."""

OTHER_NAMES = {"twitter": "x", "insta": "instagram", "bsky": "bluesky"}
"""What people call a site, beside its name and its key in sites.toml."""

# "Line manager", "Kick-off", "Signal processing", "Chapter X": these mean a site only where a part of the
# text is nothing else, and the rest of the text, if there is any, names sites as well.
COMMON_WORDS = frozenset(
    {"kick", "line", "lobsters", "matrix", "medium", "messenger", "ok", "signal", "threads", "x"}
)

_PARTS = re.compile(r"[/,;|&+()\[\]:]|\s[-–—]\s|\s(?:and|or|und|oder|et|y|o|e)\s", re.IGNORECASE)
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_LONGEST_TEXT = 1000
"""Characters of a summary that are looked at."""


class Meaning:
    """Tells what events are for, by the names of the sites."""

    def __init__(self, sites: Sites) -> None:
        names = {key.lower(): key for key in sites.names}
        names |= {name.lower(): key for key, name in sites.names.items()}
        self._names = OTHER_NAMES | names
        self._domains = sites.domains
        sure = [name for name in self._names if name not in COMMON_WORDS]
        self._sure = _whole_words([*sure, *sites.domains])
        self._social = _whole_words(SOCIAL)

    def of(self, *texts: str) -> frozenset[str] | None:
        """The sites that the texts name; empty where they mean social sites and name none; none where the
        event is about something else.

        "Twitter (X) and LinkedIn" names x and linkedin; "Chapter X" names nothing.
        """
        texts = tuple(text[:_LONGEST_TEXT] for text in texts)
        sites = frozenset(site for text in texts for site in self._sites_in(text))
        if sites or any(self._social.search(text) for text in texts):
            return sites
        return None

    def _sites_in(self, text: str) -> list[str]:
        sure = [self._site(found[0]) for found in self._sure.finditer(text)]
        parts = [word for part in _PARTS.split(text) if (word := _AROUND.sub("", part).lower())]
        common = [self._names[part] for part in parts if part in COMMON_WORDS and part in self._names]
        if sure or all(part in self._names for part in parts):
            return sure + common
        return []

    def _site(self, word: str) -> str:
        word = word.lower()
        return self._names.get(word) or self._domains[word]


def _whole_words(words: Sequence[str]) -> re.Pattern[str]:
    # The longest first, so that a domain is not read as the name that it begins with. What follows an @ is a
    # person's address.
    listed = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<![\w@])(?:{listed})(?!\w)", re.IGNORECASE)
