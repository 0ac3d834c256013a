"""The columns of X's analytics files: what they are called in each form, and how their cells are read."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.importers import _post_text
from analytics.importers._cells import MOMENT, TEXT, Cell, Form, needed, optional
from analytics.importers.generic_csv import POST_TEXT

# The first is the overview's, the second that of the posts; the others are what spreadsheets make of them.
_DAYS = "['%a, %b %d, %Y', '%a %b %d %Y', '%b %d, %Y', '%Y-%m-%d']"
DAY = Form(
    type="DATE",
    sql=f"""list_filter([CAST(try_strptime({{cell}}, {_DAYS}) AS DATE)],
                        lambda day: year(day) BETWEEN 2006 AND 2100)[1]""",
    expected="a day such as Fri, Mar 21, 2025",
)
# Java's doubles: whole numbers written as 825.0, or as 1.2345678E7 from ten million on.
COUNT = Form(
    type="BIGINT",
    sql=r"""CASE WHEN regexp_full_match({cell}, '\d{1,15}([.]\d+)?([eE][+-]?\d{1,2})?')
                  AND TRY_CAST({cell} AS DOUBLE) < 1e15 AND TRY_CAST({cell} AS DOUBLE) % 1 = 0
             THEN CAST(TRY_CAST({cell} AS DOUBLE) AS BIGINT) END""",
    expected="a whole number such as 1234",
)
# A spreadsheet keeps 15 digits of a number and writes 6.49E+17 or 649000000000000000: the address of the
# post still holds the whole id.
POST_ID = Form(
    type="VARCHAR",
    sql=r"""coalesce(nullif(regexp_extract("link", '/status(?:es)?/(\d{1,19})(?:\D|$)', 1), ''),
                     CASE WHEN regexp_full_match({cell}, '\d{1,19}')
                           AND NOT regexp_full_match({cell}, '\d{15}0{3,4}') THEN {cell} END)""",
    expected="an id in full, or a link that holds it (a spreadsheet shortens long numbers)",
)

ALIASES = {
    "tweet id": "post id",
    "tweet text": "post text",
    "tweet permalink": "link",
    "post link": "link",
    "share": "shares",
    "create post": "posts",
    "tweets published": "posts",
    "retweets": "reposts",
    "favorites": "likes",
}
"""What a column is called in some form of the file -> what it is called here."""

METRICS = {
    "impressions": "impressions",
    "likes": "likes",
    "engagements": "engagements",
    "bookmarks": "bookmarks",
    "shares": "shares",
    "new follows": "new_follows",
    "unfollows": "unfollows",
    "replies": "replies",
    "reposts": "reposts",
    "profile visits": "profile_visits",
    "posts": "posts",
    "video views": "video_views",
    "media views": "media_views",
    "media engagements": "media_engagements",
    "user profile clicks": "profile_clicks",
    "url clicks": "link_clicks",
    "hashtag clicks": "hashtag_clicks",
    "detail expands": "detail_expands",
    "permalink clicks": "permalink_clicks",
}
"""Column -> metric of `daily_counts`."""

# `follows` was 0 in every one of the days and posts that were looked at; the rest follow from others or are
# of advertisers.
UNREAD = frozenset(
    {"date", "time", "engagement rate", "follows", "app opens", "app installs", "email tweet", "dial phone"}
)
_COUNTS_OF_POST = ("impressions", "likes", "replies", "reposts", "url clicks")

DAY_CELLS = (*needed(date=DAY), *(Cell(name=name, form=COUNT) for name in METRICS))
POST_CELLS = (
    *optional(link=TEXT, time=MOMENT),
    Cell(name="post id", form=POST_ID, filled=True, readable=True),
    Cell(name="post text", form=POST_TEXT),
    *(Cell(name=name, form=COUNT) for name in _COUNTS_OF_POST),
)

# From November 2010 on (the first such id is 29,700,859,247) an id tells when it was made, to the millisecond.
_CREATED = """CASE WHEN TRY_CAST("post id" AS BIGINT) >= 29700859247
                   THEN date_trunc('second', epoch_ms((TRY_CAST("post id" AS BIGINT) >> 22) + 1288834974657))
                   ELSE "time" END"""
_X = "'x'"
# All links are t.co's, those of pictures and quoted posts too; only what somebody clicked as a link is one.
_LINKS = f"""list_filter({_post_text.links_in("text")},
                 lambda link: coalesce("url clicks", 0) > 0 OR NOT regexp_matches(link, '(?i)^https?://t[.]co/'))"""


def _named(start: str) -> str:
    """The account that the text begins with, by its handle; the owner by the owner's id."""
    handle = f"lower({_post_text.account_after(start, 'text', _X)})"
    return f"CASE WHEN {handle} = lower($handle) THEN $owner ELSE {handle} END"


POSTS = f"""
    INSERT INTO posts BY NAME {{cells}}, sorted AS (
        SELECT *, "post text" AS text,
               CASE WHEN starts_with("post text", 'RT @') THEN 'repost'
                    WHEN starts_with("post text", '@') THEN 'reply' ELSE 'post' END AS kind
        FROM cells
    )
    SELECT 'x' AS platform, "post id" AS post_id, "post id" AS original_id, $owner AS author,
           {_CREATED} AS created_utc, kind, text,
           CASE WHEN kind = 'reply' THEN {_named("@")} END AS reply_to_account,
           CASE WHEN kind = 'repost' THEN {_named("RT @")} END AS repost_of_account,
           CASE WHEN kind = 'repost' THEN [] ELSE {_LINKS} END AS links,
           CASE WHEN kind = 'repost' THEN [] ELSE {_post_text.mentions_in("text", "'x'")} END AS mentions,
           CASE WHEN kind = 'repost' THEN [] ELSE {_post_text.tags_in("text")} END AS tags,
           CASE WHEN kind <> 'repost' THEN likes END AS likes,
           CASE WHEN kind <> 'repost' THEN reposts END AS reposts,
           CASE WHEN kind <> 'repost' THEN replies END AS replies,
           CASE WHEN kind <> 'repost' THEN impressions END AS impressions
    FROM sorted
"""


_COUNTED = ", ".join(
    f"{{'metric': '{metric}', 'value': CAST(\"{column}\" AS DOUBLE)}}" for column, metric in METRICS.items()
)
DAYS = f"""
    INSERT INTO daily_counts BY NAME {{cells}}
    SELECT 'x' AS platform, $owner AS account, day, counted.metric AS metric, counted.value AS value
    FROM (SELECT date AS day, unnest([{_COUNTED}]) AS counted FROM cells)
    WHERE counted.value IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One form of file: the columns that mark it, the cells that are read, and whether its rows are days."""

    marks: frozenset[str]
    cells: tuple[Cell, ...]
    is_daily: bool


KINDS = (
    Kind(marks=frozenset({"post id", "post text", "link", "impressions"}), cells=POST_CELLS, is_daily=False),
    Kind(
        marks=frozenset({"date", "impressions", "new follows", "unfollows"}), cells=DAY_CELLS, is_daily=True
    ),
    Kind(
        marks=frozenset({"date", "impressions", "posts", "user profile clicks"}),
        cells=DAY_CELLS,
        is_daily=True,
    ),
)
