"""Accounts: from the columns of a row, and from what X itself sent of an account (`metadata`).

Since June 2025 X gives name, picture and relation in objects of their own (`core`, `avatar`, `verification`,
`relationship_perspectives`), before that all lay in `legacy`. Where both are there, the object counts.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from analytics.importers import _x_objects as x_objects
from analytics.importers._rows import at, count_of, text_of
from analytics.importers._when import parse_moment

_DEFAULT_IMAGE = "default_profile_images"
_HANDLE = re.compile(r"\w{1,50}", re.ASCII)
_ADDRESS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w+)", re.IGNORECASE | re.ASCII)
_SPOILED = re.compile(r"\d{15}0{3,4}")


def flag(value: Any) -> bool | None:
    """Yes or no, also as a CSV writes it; none where it is unknown."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else None
    return True if word in ("true", "yes", "1") else False if word in ("false", "no", "0") else None


def handle_of(*values: Any) -> str | None:
    """The first of these that is a handle, also where it is the address of a profile or a post."""
    for value in values:
        text = (text_of(value) or "").strip().lstrip("@")
        if found := _ADDRESS.match(text):
            return found[1]
        if _HANDLE.fullmatch(text):
            return text
    return None


def whole_id(value: Any) -> str | None:
    """An id, unless a spreadsheet made a round number of it."""
    found = x_objects.id_of(value)
    return None if found and _SPOILED.fullmatch(found) else found


def user_of(post: Any) -> Any:
    """The author's account in what X sent of a post."""
    return at(post, "core", "user_results", "result")


def relation_of(record: Any) -> dict[str, bool | None]:
    """Direction -> whether the account stands in that relation to who exported the file."""
    user = at(record, "metadata")
    return {
        "follower": _first_flag(
            at(record, "followed_by"),
            at(user, "relationship_perspectives", "followed_by"),
            at(user, "legacy", "followed_by"),
        ),
        "following": _first_flag(
            at(record, "following"),
            at(user, "relationship_perspectives", "following"),
            at(user, "legacy", "following"),
        ),
    }


def account_of(record: Any, seen: datetime, time_zone: str) -> dict[str, Any] | None:
    """The account of a row of a list; none where it has neither id nor handle."""
    handle = handle_of(at(record, "screen_name"), at(record, "url"))
    account = whole_id(at(record, "id"))
    sent = account_sent(at(record, "metadata"), seen) or {}
    if not (account or sent.get("account") or (handle and at(record, "id") is None)):
        return None
    columns = {
        "account": account or (handle or "").lower(),
        "observed_utc": seen,
        "handle": handle,
        "display_name": x_objects.plain_or_none(at(record, "name")),
        "bio": _bio(at(record, "description")),
        "website": text_of(at(record, "website")),
        "created_utc": _moment(at(record, "created_at"), time_zone),
        "followers": count_of(at(record, "followers_count")),
        "following": count_of(at(record, "friends_count")),
        "posts": count_of(at(record, "statuses_count")),
        "likes_given": count_of(at(record, "favourites_count")),
        "default_image": _is_default(at(record, "profile_image_url")),
        "verified": _verified(at(record, "is_blue_verified"), at(record, "verified_type")),
    }
    return columns | {key: value for key, value in sent.items() if value is not None}


def author_of(record: Any, handle: str | None, seen: datetime) -> dict[str, Any] | None:
    """The author of a post's row, by its columns alone."""
    if not handle:
        return None
    return {
        "account": handle.lower(),
        "observed_utc": seen,
        "handle": handle,
        "display_name": x_objects.plain_or_none(at(record, "name")),
        "default_image": _is_default(at(record, "profile_image_url")),
    }


def account_sent(user: Any, seen: datetime) -> dict[str, Any] | None:
    """An account as X itself sent it; none where it is unavailable."""
    account = x_objects.id_of(at(user, "rest_id"))
    if not account:
        return None
    legacy = at(user, "legacy")
    image = text_of(at(user, "avatar", "image_url")) or at(legacy, "profile_image_url_https")
    is_default = flag(at(legacy, "default_profile_image"))
    verification = at(user, "verification")
    return {
        "account": account,
        "observed_utc": seen,
        "handle": handle_of(at(user, "core", "screen_name"), at(legacy, "screen_name")),
        "display_name": x_objects.plain_or_none(at(user, "core", "name"))
        or x_objects.plain_or_none(at(legacy, "name")),
        "bio": _bio(_known(at(legacy, "description"), at(user, "profile_bio", "description"))),
        "website": text_of(at(legacy, "entities", "url", "urls", 0, "expanded_url"))
        or text_of(at(legacy, "url")),
        "created_utc": x_objects.moment(at(user, "core", "created_at"))
        or x_objects.moment(at(legacy, "created_at")),
        "followers": count_of(at(legacy, "followers_count")),
        "following": count_of(at(legacy, "friends_count")),
        "posts": count_of(at(legacy, "statuses_count")),
        "likes_given": count_of(at(legacy, "favourites_count")),
        "default_image": _is_default(image) if is_default is None else is_default,
        "verified": _verified(
            at(user, "is_blue_verified"),
            at(verification, "verified_type"),
            at(legacy, "verified_type"),
            at(verification, "verified"),
            at(legacy, "verified"),
        ),
    }


def _first_flag(*values: Any) -> bool | None:
    return next((known for value in values if (known := flag(value)) is not None), None)


def _known(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _bio(value: Any) -> str | None:
    """A profile's text; an empty one is known to be empty."""
    return x_objects.plain(text_of(value) or "") if isinstance(value, str) else None


def _is_default(image: Any) -> bool | None:
    address = text_of(image)
    return _DEFAULT_IMAGE in address if address else None


def _verified(*values: Any) -> bool | None:
    """Whether X vouches for an account in any of its ways: yes or no, or the type of it such as Business."""
    known = [
        text_of(value) is not None if flag(value) is None else flag(value)
        for value in values
        if value is not None
    ]
    return any(known) if known else None


def _moment(value: Any, time_zone: str) -> datetime | None:
    """A time in the pattern that the script was set to; none where it is another than the usual."""
    return x_objects.moment(value) or (parse_moment(value, time_zone) if isinstance(value, str) else None)
