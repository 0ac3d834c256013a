"""x-web-exporter/ and x-analytics/: what else there is to save of X, of the same people and posts.

The userscript's files are named after the moment of the second archive and hold what it holds: the list of
those followed, now with names, and the last days of the home timeline. The analytics count the same follows
day by day, and how often the same posts were seen.
"""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dice import EPOCH, Dice, local
from my_year import Post, Year
from others import OtherPost
from people import GROUPS, ME, SECOND_ARCHIVE, Person
from words import URL

TIMELINE_DAYS = 12
DAYS = 90
STAMP = (SECOND_ARCHIVE - EPOCH) // timedelta(milliseconds=1)
OVERVIEW = [
    "Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows", "Replies",
    "Reposts", "Profile visits", "Create Post", "Video views", "Media views",
]  # fmt: skip
CONTENT = [
    "Post id", "Date", "Post text", "Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Share", "New follows",
    "Replies", "Reposts", "Profile visits", "Detail expands", "Url clicks", "Hashtag clicks", "Permalink clicks",
]  # fmt: skip


def write_web_exporter(folder: Path, people: list[Person], theirs: list[OtherPost]) -> None:
    """twitter-Following-....json and twitter-HomeTimeline-....json, without all metadata."""
    folder.mkdir(parents=True)
    followed = [person for person in people if GROUPS[person.group][3]]
    since = SECOND_ARCHIVE - timedelta(days=TIMELINE_DAYS)
    shown = {person.account for person in followed}
    posts = [post for post in theirs if since < post.moment < SECOND_ARCHIVE and post.author.account in shown]
    for name, rows in (
        ("Following", [_account(person) for person in followed]),
        ("HomeTimeline", [_post(post) for post in sorted(posts, key=lambda post: -int(post.id))]),
    ):
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        (folder / f"twitter-{name}-{STAMP}.json").write_text(text + "\n", encoding="utf-8")


def _account(person: Person) -> dict[str, Any]:
    picture = (
        "default_profile_images/default_profile"
        if person.default_image
        else f"profile_images/{person.account}"
    )
    return {
        "id": person.account, "screen_name": person.handle, "name": person.name, "description": person.bio,
        "profile_image_url": f"https://pictures.example/{picture}_normal.png", "profile_banner_url": None,
        "followers_count": person.followers, "friends_count": person.following, "statuses_count": person.posts,
        "favourites_count": person.likes_given, "listed_count": person.followers // 40, "location": None,
        "website": person.website or None, "birthdate": None, "verified_type": None,
        "is_blue_verified": person.verified, "following": True, "followed_by": GROUPS[person.group][4],
        "can_dm": False, "protected": False, "created_at": f"{local(person.created):%Y-%m-%d %H:%M:%S %z}",
        "url": f"https://x.com/{person.handle}",
    }  # fmt: skip


def _post(post: OtherPost) -> dict[str, Any]:
    author = post.author
    return {
        "id": post.id, "created_at": f"{local(post.moment):%Y-%m-%d %H:%M:%S %z}", "full_text": post.text, "media": [],
        "screen_name": author.handle, "name": author.name,
        "profile_image_url": f"https://pictures.example/profile_images/{author.account}_normal.png",
        "in_reply_to": post.reply_to[1] if post.reply_to else None,
        "retweeted_status": post.repost_of[1] if post.repost_of else None, "quoted_status": None, "media_tags": [],
        "favorite_count": post.likes, "retweet_count": post.reposts, "bookmark_count": post.likes // 9,
        "quote_count": 0, "reply_count": post.replies, "views_count": 40 + post.likes * 61, "favorited": False,
        "retweeted": False, "bookmarked": False, "url": f"https://x.com/{author.handle}/status/{post.id}",
    }  # fmt: skip


def write_analytics(folder: Path, people: list[Person], year: Year) -> None:
    """account_overview_analytics.csv and account_analytics_content_....csv, up to the day of the archive."""
    folder.mkdir(parents=True)
    dice = Dice("analytics")
    last = local(SECOND_ARCHIVE).date()
    first = last - timedelta(days=DAYS - 1)
    seen = {
        post.id: int((70 + 46 * post.likes + 30 * post.reposts) * dice.between(0.8, 1.3))
        for post in year.posts
        if post.kind != "repost"
    }
    posts = [post for post in year.posts if post.id in seen and local(post.moment).date() >= first]
    with (folder / "account_overview_analytics.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(OVERVIEW)
        for back in range(DAYS):
            writer.writerow(_day(dice, last - timedelta(days=back), people, posts, seen))
    name = f"account_analytics_content_{first}_{last}.csv"
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(CONTENT)
        writer.writerows(_content(dice, post, seen[post.id]) for post in reversed(posts))


def _on(moment: datetime | None, day: date) -> bool:
    return moment is not None and local(moment).date() == day


def _day(dice: Dice, day: date, people: list[Person], posts: list[Post], seen: dict[str, int]) -> list[Any]:
    written = [post for post in posts if local(post.moment).date() == day]
    likes, reposts = sum(post.likes for post in written), sum(post.reposts for post in written)
    replies = sum(post.likes // 6 for post in written)
    visits = dice.whole(2, 24)
    return [
        f"{day:%a, %b} {day.day}, {day.year}", sum(seen[post.id] for post in written) + dice.whole(30, 220), likes,
        likes + reposts + replies + visits, likes // 9, reposts // 3,
        sum(_on(person.follows_me_from, day) for person in people),
        sum(_on(person.follows_me_until, day) for person in people), replies, reposts, visits, len(written), 0, 0,
    ]  # fmt: skip


def _content(dice: Dice, post: Post, impressions: int) -> list[Any]:
    likes, replies = post.likes, post.likes // 6
    clicks = int(impressions * dice.between(0.004, 0.03)) if URL.search(post.text) else 0
    visits = impressions // 90
    return [
        post.id, f"{local(post.moment):%a %b %d %Y}", post.text, f"https://x.com/{ME.handle}/status/{post.id}",
        impressions, likes, likes + post.reposts + replies + visits + clicks, likes // 9, post.reposts // 3, 0,
        replies, post.reposts, visits, impressions // 25, clicks, 0, impressions // 160,
    ]  # fmt: skip
