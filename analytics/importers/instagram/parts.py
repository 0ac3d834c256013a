"""Which file of a download holds what: known by its content, since file names follow the account's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from analytics.importers.interface import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a file holds.

    key: the key of its list; none where the file itself is the list.
    """

    what: str
    platform: str = "instagram"
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the download and what it holds."""

    name: str
    part: Part


def _keyed(platform: str, *rows: tuple[str, str]) -> dict[str, Part]:
    return {key: Part(what=what, platform=platform, key=key) for key, what in rows}


KEYS = _keyed(
    "instagram",
    ("relationships_followers", "follower"),
    ("relationships_following", "following"),
    ("relationships_blocked_users", "blocked"),
    ("relationships_unfollowed_users", "unfollowed"),
    ("relationships_follow_requests_sent", "pending"),
    ("likes_media_likes", "like"),
    ("likes_comment_likes", "comment like"),
    ("story_activities_story_likes", "like"),
    ("comments_media_comments", "comment"),
    ("comments_reels_comments", "comment"),
    ("ig_reels_media", "post"),
    ("ig_igtv_media", "post"),
    ("impressions_history_posts_seen", "seen"),
    ("impressions_history_videos_watched", "seen"),
    ("impressions_history_ads_seen", "seen"),
    ("profile_user", "profile"),
) | _keyed(
    "threads",
    ("text_post_app_text_post_app_followers", "follower"),
    ("text_post_app_text_post_app_following", "following"),
    ("text_post_app_text_post_app_blocked_profiles", "blocked"),
    ("text_post_app_text_post_app_posts_seen", "seen"),
    ("text_post_app_media_likes", "like"),
    ("text_post_app_text_posts", "post"),
)  # fmt: skip
"""The key that a file begins with -> what it holds."""

FOLDERS = (
    "connections/*", "your_instagram_activity/*", "personal_information/*", "logged_information/*",
    "ads_information/*", "account_information", "ads_and_topics", "comments", "content",
    "followers_and_following", "likes", "media", "personal_information", "story_sticker_interactions",
    "threads", "your_instagram_activity",
)  # fmt: skip
"""Folders that files are read from, in the layouts since 2020."""

_KEY = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(\w{1,80})"\s*:')
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?:\{|\])")
_FOLLOWERS = re.compile(r"followers(_\d+)?\.json")
_COMMENTS = re.compile(r"(post_|reels_)?comments(_\d+)?\.json")
_POST = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"(?:media|title|creation_timestamp)"\s*:')
_PAGES = re.compile(
    r"(followers|following|posts|post_comments|reels_comments|liked_posts|liked_comments|blocked_profiles"
    r"|posts_viewed|videos_watched|personal_information|threads_and_replies)(_\d+)?\.html?"
)
_SITE = re.compile(rb"instagram\.com|threads\.(?:net|com)|cdninstagram")


def members_of(files: Files) -> tuple[str, ...]:
    """The files to read; where there are none, pages of a download in HTML, which `read` then refuses."""
    names = tuple(name for name in files.names() if part_of(files, name))
    return names or tuple(name for name in files.names() if _is_page(files, name))


def part_of(files: Files, name: str) -> Part | None:
    """What a file holds; none where it is nothing of a download that is read here."""
    if not name.lower().endswith(".json"):
        return None
    head = files.head(name)
    if key := _KEY.match(head):
        return KEYS.get(key[1].decode(errors="replace"))
    return _bare_list(PurePosixPath(name).name.lower(), head) if _LIST.match(head) else None


def _bare_list(name: str, head: bytes) -> Part | None:
    """What a list without a key is: by the names of its rows' fields, which are never translated."""
    on_threads = b"instagram.com" not in head and bool(_SITE.search(head))
    platform = "threads" if on_threads else "instagram"
    if b'"label_values"' in head and name.startswith("liked_") and _SITE.search(head):
        return Part(what="comment like" if "comment" in name else "like", platform=platform)
    if b'"string_list_data"' in head and _SITE.search(head):
        return Part(what="follower", platform=platform)
    if b'"string_map_data"' in head:
        is_comments = b'"Media Owner"' in head or _COMMENTS.fullmatch(name)
        return Part(what="comment") if is_comments else None
    # Facebook's list of posts holds the same fields, deeper down.
    if _POST.match(head) and b'"creation_timestamp"' in head and b'"attachments"' not in head:
        return Part(what="post")
    if _FOLLOWERS.fullmatch(name) and (
        b'"string_list_data"' in head or not head.strip(b"[] \r\n\t\xef\xbb\xbf")
    ):
        return Part(what="follower")
    return None


def _is_page(files: Files, name: str) -> bool:
    plain = PurePosixPath(name).name.lower()
    return bool(_PAGES.fullmatch(plain)) and bool(_SITE.search(files.head(name)))


def place_in_list(name: str) -> int | None:
    """The number of a part of a list: 2 for followers_2.json; none where it has none."""
    found = re.search(r"_(\d{1,4})\.json$", name.lower())
    return int(found[1]) if found else None
