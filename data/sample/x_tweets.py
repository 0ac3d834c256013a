"""My posts in the shape that X gives them in its archive: rows of tweets.js and their like."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dice import Dice, iso
from my_year import Post
from people import FIRST_ARCHIVE, ME, Person
from words import URL, cut

CREATED = "%a %b %d %H:%M:%S +0000 %Y"
SOURCES = {
    "desktop": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
    "phone": '<a href="http://twitter.com/download/android" rel="nofollow">Twitter for Android</a>',
}
HANDLE = re.compile(r"(?<!\w)@(\w+)")
HASHTAG = re.compile(r"(?<!\S)#(\w+)")
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
LONGEST = 275
EDIT_WINDOWS = [(datetime(2026, 3, 2), FIRST_ARCHIVE), (datetime(2026, 9, 21), datetime(2026, 11, 1))]
Row = dict[str, Any]


def escape(text: str) -> str:
    """X escapes these three, and nothing else."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(address: str) -> str:
    """The t.co address of a link: the same for the same link."""
    return f"https://t.co/{Dice('t.co/' + address).letters(10, ALPHABET)}"


def edit_some(posts: list[Post]) -> None:
    """Two posts got a second wording within minutes: one before the first archive, one after."""
    for first, last in EDIT_WINDOWS:
        post = next(
            post for post in posts
            if post.kind == "post" and first < post.moment < last and " the " in post.text and post.likes > 3
        )  # fmt: skip
        post.earlier = (post.id, post.moment, post.text.replace(" the ", " teh ", 1))
        post.moment += timedelta(minutes=3, seconds=41)
        post.id = Dice(f"edit/{post.id}").snowflake(post.moment)


def deleted_posts(posts: list[Post], archive: datetime) -> list[Post]:
    """Two replies that were posted and taken back in the fortnight before an archive."""
    dice = Dice(f"deleted/{archive}")
    source = [post for post in posts if post.kind == "reply" and post.moment < archive]
    gone = []
    for post, days in zip(dice.some(source, 2), (3, 9), strict=True):
        moment = archive - timedelta(days=days, minutes=dice.whole(5, 300), milliseconds=dice.whole(0, 999))
        moment -= timedelta(microseconds=moment.microsecond % 1000)
        target = dice.snowflake(moment - timedelta(hours=2))
        gone.append(replace(post, id=dice.snowflake(moment), moment=moment, target_post=target, likes=0,
                            deleted=moment + timedelta(minutes=dice.whole(2, 50))))  # fmt: skip
    return gone


def rows_of(post: Post, archive: datetime, handles: dict[str, Person]) -> list[Row]:
    """The rows of a post at the time of an archive: two where it was edited."""
    likes, reposts = _counts_then(post, archive)
    if not post.earlier:
        return [_row(post, archive, handles, likes, reposts, _initial(post, [post.id], post.moment))]
    first_id, first_moment, first_text = post.earlier
    chain = [first_id, post.id]
    control = _initial(post, chain, first_moment)["initial"]
    first = replace(post, id=first_id, moment=first_moment, text=first_text)
    edit = {"edit": {"initialTweetId": first_id, "editControlInitial": control}}
    return [
        _row(first, archive, handles, 0, 0, {"initial": control}),
        _row(post, archive, handles, likes, reposts, edit),
    ]


def _counts_then(post: Post, archive: datetime) -> tuple[int, int]:
    """Likes and reposts as far as they had come: all by the end, some less in the earlier archive."""
    if archive > FIRST_ARCHIVE or post.likes == 0:
        return post.likes, post.reposts
    if archive - post.moment < timedelta(days=4):
        return int(post.likes * 0.7), int(post.reposts * 0.6)
    late = Dice(f"late/{post.id}").weighted([0, 1, 2], [60, 30, 10])
    return max(0, post.likes - late), max(0, post.reposts - (1 if late == 2 else 0))


def _initial(post: Post, chain: list[str], moment: datetime) -> Row:
    """Replies and reposts cannot be edited."""
    return {
        "initial": {
            "editTweetIds": chain,
            "editableUntil": iso(moment + timedelta(hours=1), milliseconds=True),
            "editsRemaining": str(6 - len(chain)),
            "isEditEligible": post.kind not in ("reply", "thread", "repost"),
        }
    }


def _row(
    post: Post, archive: datetime, handles: dict[str, Person], likes: int, reposts: int, edit: Row
) -> Row:
    text, entities = _entities(_shown(post), handles)
    row: Row = {
        "edit_info": edit,
        "retweeted": False,
        "source": SOURCES[post.device],
        "entities": entities,
        "display_text_range": ["0", str(len(text))],
        "favorite_count": str(likes),
        "id_str": post.id,
        "truncated": False,
        "retweet_count": str(reposts),
        "id": post.id,
        "created_at": post.moment.strftime(CREATED),
        "favorited": False,
        "full_text": text,
        "lang": post.lang,
    }
    if entities["urls"]:
        row["possibly_sensitive"] = False
    if post.kind in ("reply", "thread") and post.target:
        row |= _reply_to(post, post.target)
    if post.deleted:
        row["deleted_at"] = post.deleted.strftime(CREATED)
    return row


def _reply_to(post: Post, target: Person) -> Row:
    """A few answer a mere mention, and so have no post to point at."""
    fields: Row = {
        "in_reply_to_user_id": target.account,
        "in_reply_to_user_id_str": target.account,
        "in_reply_to_screen_name": target.handle,
    }
    if target is ME or not Dice(f"mention/{post.id}").chance(0.03):
        fields |= {"in_reply_to_status_id": post.target_post, "in_reply_to_status_id_str": post.target_post}
    return fields


def _shown(post: Post) -> str:
    """The text of the row; a longer post is cut here and whole in note-tweet.js."""
    if not post.long_text:
        return post.text
    return f"{cut(URL.sub('', post.long_text), LONGEST - 24)} {_note_link(post)}"


def _note_link(post: Post) -> str:
    """What stands at the end of a cut post: its own link, else one to the whole of it."""
    own = URL.search(post.long_text or "")
    return own[0] if own else short(f"note/{post.id}")


def _entities(text: str, handles: dict[str, Person]) -> tuple[str, Row]:
    """The text as X shows it, and what is in it; positions count the escaped text."""
    links = [link for link in URL.findall(text) if not link.startswith("https://t.co/")]
    shown = escape(text)
    for link in links:
        shown = shown.replace(link, short(link), 1)
    urls = [
        {
            "url": short(link),
            "expanded_url": link,
            "display_url": cut(link.split("//")[1], 27),
            "indices": _span(shown, short(link)),
        }
        for link in links
    ]
    mentions = [
        {
            "name": handles[found[1].lower()].name,
            "screen_name": found[1],
            "indices": [str(found.start()), str(found.end())],
            "id_str": handles[found[1].lower()].account,
            "id": handles[found[1].lower()].account,
        }
        for found in HANDLE.finditer(shown)
        if found[1].lower() in handles
    ]
    tags = [
        {"text": found[1], "indices": [str(found.start()), str(found.end())]}
        for found in HASHTAG.finditer(shown)
    ]
    return shown, {"hashtags": tags, "symbols": [], "user_mentions": mentions, "urls": urls}


def _span(text: str, part: str) -> list[str]:
    start = text.index(part)
    return [str(start), str(start + len(part))]


def note_of(post: Post) -> Row:
    """The row of note-tweet.js; its id is another one, its second is that of the post."""
    text = post.long_text or ""
    links = URL.findall(text)
    for link in links:
        text = text.replace(link, short(link))
    urls = [
        {
            "expandedUrl": link,
            "toIndex": _span(text, short(link))[1],
            "shortUrl": short(link),
            "displayUrl": cut(link.split("//")[1], 27),
            "fromIndex": _span(text, short(link))[0],
        }
        for link in links
    ]
    created = iso(post.moment.replace(microsecond=0), milliseconds=True)
    core = {"styletags": [], "urls": urls, "mentions": [], "cashtags": [], "hashtags": [], "text": text}
    return {
        "noteTweetId": Dice(f"note/{post.id}").snowflake(post.moment),
        "updatedAt": created,
        "lifecycle": {"value": "0", "name": "Published", "originalName": "Published", "annotations": {}},
        "createdAt": created,
        "core": core,
    }
