"""Which site a text of the user's own means: a cell of a spreadsheet, the project or tag of a time tracker."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from analytics.reference import Sites

# Words that mean something else in most texts. They count where nothing else stands beside them.
_ORDINARY = frozenset({"x", "line", "kick", "matrix", "medium", "qq", "signal", "threads"})
_NEVER = frozenset({"ok"})
_BESIDE = re.compile(r"[/:;|,()\[\]&+>]|\s[-–—]\s")


def site_called(text: str, sites: Sites) -> str | None:
    """The site that a whole text is the name, key, domain, web address or program of; null for none."""
    wanted = " ".join(text.split()).casefold()
    for site, name in sites.names.items():
        if wanted in (site.casefold(), name.casefold()):
            return site
    return sites.of_app(wanted) or sites.of_domain(domain_in(wanted))


class SiteNames:
    """Finds sites in running text, by name, key or domain as whole words.

    A name that is an ordinary word (X, Threads, Medium ...) counts only as all of the text, or as all of a
    part of it between separators: "X" and "Social: X", not "Project X".
    """

    def __init__(self, sites: Sites) -> None:
        names = {site.casefold(): site for site in sites.names}
        names |= {name.casefold(): site for site, name in sites.names.items()}
        # "twitter" is listed as a program; twitter.com makes it a name of the site.
        for domain, site in sites.domains.items():
            label = domain.split(".")[0]
            if domain.count(".") == 1 and sites.of_app(label) == site:
                names[label] = site
        self._known: dict[str, str | None] = {}
        self._alone = {name: site for name, site in names.items() if name not in _NEVER}
        words = {name: site for name, site in self._alone.items() if name not in _ORDINARY}
        self._words = words | sites.domains
        longest_first = sorted(self._words, key=lambda word: (-len(word), word))
        # Before a domain may stand the rest of it (old.reddit.com), after it the rest of an address.
        self._any = re.compile(
            rf"(?<![\w.@-])(?:[\w-]+\.)*?({'|'.join(map(re.escape, longest_first))})(?![\w@-]|\.\w)"
        )

    def find(self, text: str) -> str | None:
        """The site that a text names first; null for none."""
        if text not in self._known:
            self._known[text] = self._look(text)
        return self._known[text]

    def _look(self, text: str) -> str | None:
        lowered = " ".join(text.split()).casefold()
        found = self._any.search(lowered)
        if found:
            return self._words[found[1]]
        parts = (part.strip() for part in [lowered, *_BESIDE.split(lowered)])
        return next((self._alone[part] for part in parts if part in self._alone), None)


def domain_in(text: str) -> str:
    """The domain of a web address, else the text as it is."""
    if "." not in text:
        return text
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or text
    except ValueError:
        return text
