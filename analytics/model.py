"""What a row is: the columns of each kind of row an importer may hand over, with types and units.

This is the only thing that importers and the store both know. Everything is stated once, here; the
numbered migrations repeat the columns of what is kept, and a test holds the two together.

Conventions: `platform` is the short key of a network (x, mastodon, digg); accounts and posts are text
ids, the platform's own; columns ending in `_utc` are naive UTC timestamps; null means "not known",
never zero.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, its DuckDB type and what it means, units included."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that could not be read: where (file and row) and what was wrong with it."""

    place: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the user should know of an import, such as a part that was missing."""

    text: str


def _columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(name=name, type=type_, meaning=meaning) for name, type_, meaning in rows)


ACCOUNTS = _columns(
    ("platform", "VARCHAR", "network key"),
    ("account", "VARCHAR", "the platform's own id; the handle where there is no id"),
    ("observed_utc", "TIMESTAMP", "when this was seen; null if the source does not say"),
    ("handle", "VARCHAR", "handle without @; it can change, the account does not"),
    ("display_name", "VARCHAR", "name as shown"),
    ("bio", "VARCHAR", "profile text; '' means known to be empty, null means unknown"),
    ("website", "VARCHAR", "profile link"),
    ("created_utc", "TIMESTAMP", "when the account was opened"),
    ("followers", "BIGINT", "number of followers"),
    ("following", "BIGINT", "number of accounts followed"),
    ("posts", "BIGINT", "number of posts, the platform's own count"),
    ("likes_given", "BIGINT", "number of likes given"),
    ("default_image", "BOOLEAN", "true where no profile picture was ever set"),
    ("verified", "BOOLEAN", "true where the platform vouches for it"),
    ("moved_to", "VARCHAR", "account that its owner uses instead, by its own word; null if unknown"),
)

POSTS = _columns(
    ("platform", "VARCHAR", "network key"),
    ("post_id", "VARCHAR", "the platform's own id"),
    ("original_id", "VARCHAR", "id of the first version of an edited post, else post_id"),
    ("author", "VARCHAR", "account that posted it; for a repost the one who reposted"),
    ("created_utc", "TIMESTAMP", "when it was posted"),
    ("kind", "VARCHAR", "post, reply, repost or quote"),
    ("text", "VARCHAR", "plain text, entities unescaped"),
    ("lang", "VARCHAR", "language code as the platform gives it; null if unknown"),
    ("client", "VARCHAR", "name of the program it was posted with"),
    ("reply_to_account", "VARCHAR", "account replied to; equal to author for a thread"),
    ("reply_to_post", "VARCHAR", "post replied to"),
    ("repost_of_account", "VARCHAR", "author of the reposted post"),
    ("repost_of_post", "VARCHAR", "the reposted post"),
    ("quote_of_account", "VARCHAR", "author of the quoted post, by handle where no id is known"),
    ("quote_of_post", "VARCHAR", "the quoted post"),
    ("deleted_utc", "TIMESTAMP", "when it was deleted; deleted posts are kept, marked, not counted"),
)

# What a post holds and how it was received: handed over with the post, kept in tables of their own.
POST_PARTS = _columns(
    ("links", "VARCHAR[]", "expanded http(s) links in the text, no media; empty for a repost"),
    (
        "mentions",
        "STRUCT(account VARCHAR, handle VARCHAR)[]",
        "accounts named, each once; empty for a repost",
    ),
    ("tags", "VARCHAR[]", "hashtags without #, lower case; empty for a repost"),
    ("likes", "BIGINT", "likes received when the export was made"),
    ("reposts", "BIGINT", "reposts received"),
    ("replies", "BIGINT", "replies received"),
    ("quotes", "BIGINT", "quotes received"),
    ("impressions", "BIGINT", "times shown"),
)

# One row is one complete or partial list; members are separate so that an empty list can be told.
FOLLOW_LISTS = _columns(
    ("platform", "VARCHAR", "network key"),
    ("owner", "VARCHAR", "account whose list it is"),
    (
        "direction",
        "VARCHAR",
        "follower, following, blocked, muted, pending or unfollowed (lately)",
    ),
    ("as_of_utc", "TIMESTAMP", "when the list was true"),
    ("complete", "BOOLEAN", "false where the export says that it holds only a part"),
)

FOLLOWS = _columns(
    ("platform", "VARCHAR", "network key"),
    ("owner", "VARCHAR", "account whose list it is"),
    (
        "direction",
        "VARCHAR",
        "follower, following, blocked, muted, pending or unfollowed (lately)",
    ),
    ("as_of_utc", "TIMESTAMP", "when the list was true"),
    ("account", "VARCHAR", "who is on the list"),
    ("since_utc", "TIMESTAMP", "when the relation began, where the source knows it"),
)

INTERACTIONS = _columns(
    ("platform", "VARCHAR", "network key"),
    ("actor", "VARCHAR", "account that acted"),
    ("target", "VARCHAR", "account acted upon; null where the source does not say"),
    ("kind", "VARCHAR", "like, repost, reply, mention, quote, follow or message"),
    ("at_utc", "TIMESTAMP", "when; null where the source does not say"),
    ("post_id", "VARCHAR", "the post it was about"),
)

TIME_SPANS = _columns(
    ("site", "VARCHAR", "site key; every platform is a site of the same key"),
    ("start_utc", "TIMESTAMP", "first moment"),
    ("end_utc", "TIMESTAMP", "moment after the last"),
    ("basis", "VARCHAR", "measured (a tracker watched) or visit (a browser's history)"),
    ("device", "VARCHAR", "device or program that recorded it"),
)

DAILY_COUNTS = _columns(
    ("platform", "VARCHAR", "network key"),
    ("account", "VARCHAR", "account it was counted for"),
    ("day", "DATE", "local day as the platform counts it"),
    ("metric", "VARCHAR", "new_follows, unfollows, impressions, link_clicks ..."),
    ("value", "DOUBLE", "the count"),
)

PLANNED_SLOTS = _columns(
    ("calendar", "VARCHAR", "the calendar's own name; a newer export of it takes the place of an older one"),
    ("site", "VARCHAR", "site key; null: meant for social sites, none of them named"),
    ("start_utc", "TIMESTAMP", "when the slot begins"),
    ("end_utc", "TIMESTAMP", "when it ends"),
)

STAGED: dict[str, tuple[Column, ...]] = {
    "accounts": ACCOUNTS,
    "posts": POSTS + POST_PARTS,
    "follow_lists": FOLLOW_LISTS,
    "follows": FOLLOWS,
    "interactions": INTERACTIONS,
    "time_spans": TIME_SPANS,
    "daily_counts": DAILY_COUNTS,
    "planned_slots": PLANNED_SLOTS,
}
"""Kind of row -> its columns, as importers hand them over."""
