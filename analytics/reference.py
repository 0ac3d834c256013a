"""The facts the program ships with (data/reference) and what the user adds to them.

The same files are found in a checkout and in an installed wheel; `shipped()` is the one place that knows.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs


def shipped() -> Path:
    """The folder that holds data/, dashboard.py and .streamlit/: the wheel's copy, else the checkout."""
    inside = Path(__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(__file__).parent.parent


def user_folder() -> Path:
    """The folder of the user's own files; made by whoever writes there first."""
    return Path(platformdirs.user_data_dir("watercooler", appauthor=False))


def reference(name: str) -> Path:
    """A file of data/reference."""
    return shipped() / "data" / "reference" / name


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Lines of a text file of data/reference, lower case, without blank lines and # comments."""
    lines = (line.strip().lower() for line in reference(name).read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Which site a domain or an app belongs to, and which programs are browsers.

    names: site -> name as shown. domains: domain -> site, where sub-domains follow the longest match.
    apps: program or package name, lower case -> site. browsers: program name, lower case -> family
    (chrome, firefox ...), the word that a web watcher's bucket id ends in.
    """

    names: dict[str, str]
    domains: dict[str, str]
    apps: dict[str, str]
    browsers: dict[str, str]
    digest: str

    def of_domain(self, domain: str) -> str | None:
        """The site of a domain; the longest listed ending wins (old.reddit.com -> reddit)."""
        parts = domain.lower().rstrip(".").split(".")
        for start in range(len(parts)):
            site = self.domains.get(".".join(parts[start:]))
            if site:
                return site
        return None

    def of_url(self, url: str) -> str | None:
        """The site of a web address; null for anything but http and https."""
        try:
            address = urlsplit(url)
        except ValueError:  # such as http://[
            return None
        return (
            self.of_domain(address.hostname)
            if address.scheme in ("http", "https") and address.hostname
            else None
        )

    def of_app(self, *names: str | None) -> str | None:
        """The site of a program, by the first of its names (package, program) that is listed."""
        return next((self.apps[name.lower()] for name in names if name and name.lower() in self.apps), None)

    def label(self, site: str) -> str:
        """The site's name as shown."""
        return self.names.get(site, site)


def load_sites(*paths: Path) -> Sites:
    """Read sites.toml files, later ones adding to and overriding earlier ones.

    Without arguments: the shipped file, then `sites.toml` in the user's folder if there is one.
    """
    files = paths or tuple(p for p in (reference("sites.toml"), user_folder() / "sites.toml") if p.is_file())
    names: dict[str, str] = {}
    domains: dict[str, str] = {}
    apps: dict[str, str] = {}
    browsers: dict[str, str] = {}
    hashed = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        hashed.update(content)
        parsed = tomllib.loads(content.decode("utf-8"))
        for site, entry in parsed.get("sites", {}).items():
            names[site] = entry.get("name", names.get(site, site))
            domains.update({domain.lower(): site for domain in entry.get("domains", ())})
            apps.update({app.lower(): site for app in entry.get("apps", ())})
        for family, programs in parsed.get("browsers", {}).items():
            browsers.update({program.lower(): family for program in programs})
    return Sites(names=names, domains=domains, apps=apps, browsers=browsers, digest=hashed.hexdigest()[:12])
