"""Where an account or a post is on the web: data/reference/profiles.toml, and the user's own.

The addresses are put together here; nothing asks them. Text from an export goes in percent-encoded, so it can
change no more than its own part of an address.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from urllib.parse import quote

from analytics import reference


def profile_url(platform: str, account: str, handle: str | None = None) -> str | None:
    """The address of a profile; null where the network is not known or what it needs is not.

    >>> profile_url("x", "12", "wren"), profile_url("x", "12"), profile_url("mastodon", "ana@birds.example")
    ('https://x.com/wren', 'https://x.com/i/user/12', 'https://birds.example/@ana')
    >>> profile_url("linkedin", "Ana Reed (2018-01-08)"), profile_url("elsewhere", "ana")
    (None, None)
    """
    return _first("profile", platform, _parts(account, handle))


def post_url(platform: str, post_id: str, account: str, handle: str | None = None) -> str | None:
    """The address of a post; null where none can be told. Some networks' ids are addresses themselves.

    >>> post_url("bluesky", "at://did:plc:ana/app.bsky.feed.post/3kv", "did:plc:ana")
    'https://bsky.app/profile/did:plc:ana/post/3kv'
    >>> post_url("mastodon", "https://birds.example/users/ana/statuses/7/activity", "ana@birds.example")
    'https://birds.example/users/ana/statuses/7'
    """
    if re.fullmatch(r"https://[^\s\"'<>\\]+", post_id):
        return post_id.removesuffix("/activity")
    parts = _parts(account, handle) | {"post": post_id}
    if post_id.startswith("at://"):
        parts["rkey"] = post_id.rpartition("/")[2]
    return _first("post", platform, parts)


def _parts(account: str, handle: str | None) -> dict[str, str]:
    user, _, host = account.partition("@")
    return {
        "account": account,
        "user": user,
        "host": host,
        "handle": handle if isinstance(handle, str) else "",
    }


def _first(kind: str, platform: str, parts: dict[str, str]) -> str | None:
    """The first pattern whose parts are all known; a name with blanks in it is no part of an address."""
    known = {
        name: quote(text, safe=":." if name == "host" else ":.@") for name, text in parts.items()
        if text and not re.search(r"\s", text)
    }  # fmt: skip
    for pattern in _patterns().get(platform, {}).get(kind, ()):
        if set(re.findall(r"\{(\w+)\}", pattern)) <= known.keys():
            return pattern.format(**known)
    return None


@cache
def _patterns() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for path in (reference.reference("profiles.toml"), reference.user_folder() / "profiles.toml"):
        if path.is_file():
            for platform, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
                found.setdefault(platform, {}).update(entry)
    return found
