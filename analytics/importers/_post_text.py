"""What a post's plain text holds, in SQL, for exports that do not say it: links, mentions, hashtags.

Each function takes SQL expressions (text, platform) and returns one.
"""

from __future__ import annotations

_LINK = r"(?i)https?://[\p{L}\p{N}\[][^\s\p{Z}\p{C}<>\x22“”«»、。，！？（）「」『』【】]*"
_WORD = r"[\p{L}\p{M}\p{N}_]+"
_HOST = rf"{_WORD}(?:[.-]+{_WORD})+"
_HANDLE = rf"{_WORD}(?:[.-]+{_WORD})*(?:@{_HOST})?"
# On X a dot or a hyphen ends a handle: "ask @ines.They know" names @ines.
_HANDLE_ON_X = "[A-Za-z0-9_]+"
_BEFORE_MENTION = r"(?:^|[^\p{L}\p{N}_@/])@"
_TAG = rf"(?:^|[^\p{{L}}\p{{N}}_&])[#＃]({_WORD})"


def links_in(text: str) -> str:
    """The http and https links, each once, in order, without the punctuation of the sentence around them."""
    stops = ".,;:!?…’*"
    bare = f"CASE WHEN contains(link, '(') THEN rtrim(link, '{stops}') ELSE rtrim(link, '{stops})]}}') END"
    found = f"list_transform(regexp_extract_all({text}, '{_LINK}'), lambda link: {bare})"
    return f"CASE WHEN contains({text}, '://') THEN {_each_once(found)} ELSE [] END"


def mentions_in(text: str, platform: str) -> str:
    """The accounts named, each once, as STRUCT(account, handle)[]; account where the handle is the id."""
    handles = _each_once(_matches(_without_links(text), platform, _BEFORE_MENTION), "lower({})")
    account = f"CASE WHEN {platform} = 'mastodon' AND contains(handle, '@') THEN lower(handle) END"
    mention = f"struct_pack(account := {account}, handle := handle)"
    return f"""CASE WHEN contains({text}, '@')
                    THEN list_transform({handles}, lambda handle: {mention}) ELSE [] END"""


def tags_in(text: str) -> str:
    """The hashtags in lower case, each once; a number alone is none."""
    words = f"regexp_extract_all({_without_links(text)}, '{_TAG}', 1)"
    tags = f"list_filter(list_transform({words}, lambda tag: lower(tag)), lambda tag: regexp_matches(tag, '\\p{{L}}'))"
    return f"CASE WHEN regexp_matches({text}, '[#＃]') THEN {_each_once(tags)} ELSE [] END"


def account_after(start: str, text: str, platform: str) -> str:
    """The account, by its handle, that directly follows a start such as "@" or "RT @"; null where none does."""
    handle = f"({_matches(text, platform, f'^{start}')})[1]"
    return f"CASE WHEN {platform} = 'mastodon' THEN lower({handle}) ELSE {handle} END"


def _matches(text: str, platform: str, before: str) -> str:
    return f"""CASE WHEN {platform} = 'x' THEN regexp_extract_all({text}, '{before}({_HANDLE_ON_X})', 1)
                    ELSE regexp_extract_all({text}, '{before}({_HANDLE})', 1) END"""


def _without_links(text: str) -> str:
    # Addresses hold @names and #fragments of their own.
    return f"regexp_replace({text}, '{_LINK}', ' ', 'g')"


def _each_once(items: str, key: str = "{}") -> str:
    """The first of equal items, in order; list_distinct would lose it."""
    keys = f"list_transform(items, lambda item: {key.format('item')})"
    return f"""list_transform([{items}], lambda items: list_filter(
                   items, lambda item, place: list_position({keys}, {key.format("item")}) = place))[1]"""
