"""Tweets of an X archive -> posts, and the names that they reveal.

Known of the format, last seen 2026-07: all numbers are text; row order is arbitrary; a repost has no flag
but the text `RT @handle:` and its first mention, and its entities and counts belong to the original; a
reply has in_reply_to_user_id even where the post replied to is gone; a quote is only a link to a status;
every version of an edited tweet is a row (edit_info lists them); a vanished account is mentioned as -1.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.importers import _post_text
from analytics.importers._json import Shape
from analytics.importers.interface import Stage
from analytics.importers.x.about import About
from analytics.model import Problem

TWEET: Shape = {
    "id_str": "VARCHAR",
    "id": "VARCHAR",
    "created_at": "VARCHAR",
    "full_text": "VARCHAR",
    "lang": "VARCHAR",
    "source": "VARCHAR",
    "favorite_count": "VARCHAR",
    "retweet_count": "VARCHAR",
    "in_reply_to_status_id_str": "VARCHAR",
    "in_reply_to_status_id": "VARCHAR",
    "in_reply_to_user_id_str": "VARCHAR",
    "in_reply_to_user_id": "VARCHAR",
    "in_reply_to_screen_name": "VARCHAR",
    "deleted_at": "VARCHAR",
    "entities": {
        "hashtags": [{"text": "VARCHAR"}],
        "user_mentions": [
            {"id_str": "VARCHAR", "id": "VARCHAR", "screen_name": "VARCHAR", "name": "VARCHAR"}
        ],
        "urls": [{"url": "VARCHAR", "expanded_url": "VARCHAR"}],
    },
    "edit_info": {
        "initial": {"editTweetIds": ["VARCHAR"]},
        "edit": {"initialTweetId": "VARCHAR", "editControlInitial": {"editTweetIds": ["VARCHAR"]}},
    },
}

# The handle is missing in addresses that X makes itself (/i/web/status/...).
_STATUS = r"(?i)^https?://(?:mobile\.|www\.)?(?:twitter|x)\.com/(?:i/web|i|([^/?#]+))/status(?:es)?/(\d+)"
_CREATED = "%a %b %d %H:%M:%S +0000 %Y"


def plain(text: str) -> str:
    """SQL for a text expression without the three escapes that X writes."""
    return f"replace(replace(replace({text}, '&lt;', '<'), '&gt;', '>'), '&amp;', '&')"


def _id(key: str) -> str:
    """SQL for an id of the item or mention, which has it under one key or two; -1 and an empty text are none."""
    return f"nullif(nullif(coalesce({key}_str, {key}), '-1'), '')"


def _each_once(items: str, key: str = "{one}") -> str:
    """SQL for the first of equal items, in order; list_distinct would give another order in every version."""
    keys = f"list_transform({items}, lambda one: {key.format(one='one')})"
    return f"list_filter({items}, lambda one, place: list_position({keys}, {key.format(one='one')}) = place)"


# Codes that are no language: undetermined, only mentions, media, hashtags or links, too short, artificial.
_NO_LANGUAGE = "('und', 'zxx', 'qam', 'qct', 'qht', 'qme', 'qst', 'art')"
_MENTION = f"{{'account': {_id('m.id')}, 'handle': m.screen_name, 'name': m.name}}"
_UNNAMED = "{'account': m.account, 'handle': m.handle, 'name': NULL::VARCHAR}"

# Before 2011 links were not shortened, and many tweets have no entity for them, some no entities at all.
_READ = rf"""
SELECT file, row_number, $deleted AS is_deleted,
       coalesce(item.id_str, item.id) AS id,
       try_strptime(item.created_at, '{_CREATED}')::TIMESTAMP AS created_utc,
       item.created_at AS created_text,
       {plain("item.full_text")} AS text,
       CASE WHEN item.lang NOT IN {_NO_LANGUAGE} THEN item.lang END AS lang,
       nullif({plain("coalesce(nullif(regexp_extract(item.source, '>([^<]*)<', 1), ''), item.source)")}, '')
           AS client,
       item.favorite_count AS likes_text,
       item.retweet_count AS reposts_text,
       {_id("item.in_reply_to_user_id")} AS reply_to_account,
       {_id("item.in_reply_to_status_id")} AS reply_to_post,
       nullif(item.in_reply_to_screen_name, '') AS reply_to_handle,
       coalesce(try_strptime(item.deleted_at, '{_CREATED}')::TIMESTAMP,
                try_cast(replace(item.deleted_at, 'Z', '') AS TIMESTAMP)) AS deleted_utc,
       CASE WHEN item.entities IS NULL
            THEN list_transform({_post_text.mentions_in("text", "'x'")}, lambda m: {_UNNAMED})
            ELSE list_filter(list_transform(coalesce(item.entities.user_mentions, []), lambda m: {_MENTION}),
                             lambda m: m.account IS NOT NULL OR m.handle IS NOT NULL) END AS mentions,
       CASE WHEN item.entities IS NULL THEN {_post_text.tags_in("text")}
            ELSE list_filter(list_transform(coalesce(item.entities.hashtags, []), lambda h: lower(h.text)),
                             lambda h: h IS NOT NULL) END AS tags,
       CASE WHEN len(coalesce(item.entities.urls, [])) = 0
            THEN list_filter({_post_text.links_in("text")}, lambda u: NOT regexp_matches(u, '^https?://t[.]co/'))
            ELSE list_filter(
                list_transform(item.entities.urls, lambda u: coalesce(u.expanded_url, u.url)),
                lambda u: starts_with(lower(u), 'http') AND NOT ends_with(u, '/i/web/status/' || id)
            ) END AS urls,
       coalesce(item.edit_info.edit.editControlInitial.editTweetIds[1], item.edit_info.edit.initialTweetId,
                item.edit_info.initial.editTweetIds[1], id) AS original_id
FROM tweet_rows
"""

# An id has up to 19 digits.
_UNUSABLE = r"""
DELETE FROM tweets_read
WHERE NOT coalesce(regexp_full_match(id, '\d{1,19}'), false) OR created_utc IS NULL OR text IS NULL
RETURNING file, row_number,
    CASE WHEN NOT coalesce(regexp_full_match(id, '\d{1,19}'), false)
         THEN 'id is ' || coalesce('"' || left(id, 40) || '"', 'missing') || ', expected digits'
         WHEN text IS NULL THEN 'full_text is missing'
         ELSE 'created_at is ' || coalesce('"' || left(created_text, 40) || '"', 'missing')
              || ', expected a time such as Tue Sep 05 16:51:33 +0000 2023' END
"""

_BAD_COUNTS = """
SELECT file, row_number, 'favorite_count or retweet_count is no number; the post is kept without it'
FROM tweets_read
WHERE is_deleted = $deleted AND ((likes_text IS NOT NULL AND try_cast(likes_text AS BIGINT) IS NULL)
                        OR (reposts_text IS NOT NULL AND try_cast(reposts_text AS BIGINT) IS NULL))
"""

_SUPERSEDED = """
DELETE FROM tweets_read t USING (
    SELECT original_id, max(id::UBIGINT) AS newest FROM tweets_read GROUP BY original_id HAVING count(*) > 1
) chain
WHERE t.original_id = chain.original_id AND t.id::UBIGINT < chain.newest
RETURNING t.id
"""

# The archive gives bare ids; one's own mentions and replies are the only places with a name.
_PEOPLE = """
CREATE OR REPLACE TEMP TABLE people AS
SELECT account, handle, arg_max(display_name, (created_utc, display_name)) AS display_name,
       max(created_utc) AS observed_utc
FROM (
    SELECT m.account AS account, m.handle AS handle, m.name AS display_name, created_utc
    FROM (SELECT unnest(mentions) AS m, created_utc FROM tweets_read)
    UNION ALL
    SELECT reply_to_account, reply_to_handle, NULL, created_utc FROM tweets_read
    WHERE reply_to_handle IS NOT NULL
)
WHERE account IS NOT NULL AND handle IS NOT NULL AND account <> $owner
GROUP BY account, handle
"""
# Handles change hands: only those that were one account's all along are known.
_KNOWN = """
CREATE OR REPLACE TEMP TABLE known_handles AS
SELECT handle, min(account) AS account
FROM (SELECT lower(handle) AS handle, account FROM people UNION ALL SELECT unnest($handles), $owner)
GROUP BY handle HAVING count(DISTINCT account) = 1
"""
_NAMES = """
INSERT INTO accounts BY NAME
SELECT 'x' AS platform, account, handle, display_name, observed_utc FROM people
"""

# Where a tweet links to two statuses, X shows the last one as the quote.
_POSTS = rf"""
INSERT INTO posts BY NAME
WITH read AS (
    SELECT *, coalesce(reply_to_account, reply_to_handle, reply_to_post) IS NOT NULL AS is_reply,
           NOT is_reply AND regexp_matches(text, '^RT @\w+:') AS is_repost,
           CASE WHEN NOT is_repost THEN list_filter(urls, lambda u: regexp_matches(u, '{_STATUS}'))[-1] END AS quoted
    FROM tweets_read
), pointed AS (
    SELECT *, nullif(CASE WHEN is_repost THEN regexp_extract(text, '^RT @(\w+)', 1)
                          ELSE regexp_extract(quoted, '{_STATUS}', 1) END, '') AS pointed_handle
    FROM read
)
SELECT 'x' AS platform, id AS post_id, original_id, $owner AS author, created_utc,
       CASE WHEN is_repost THEN 'repost' WHEN is_reply THEN 'reply'
            WHEN quoted IS NOT NULL THEN 'quote' ELSE 'post' END AS kind,
       text, lang, client,
       coalesce(reply_to_account, reply_to_handle) AS reply_to_account,
       reply_to_post,
       CASE WHEN is_repost THEN coalesce(
           list_filter(mentions, lambda m: lower(m.handle) = lower(pointed_handle))[1].account,
           known.account, pointed_handle) END AS repost_of_account,
       CASE WHEN NOT is_repost THEN coalesce(known.account, pointed_handle) END AS quote_of_account,
       nullif(regexp_extract(quoted, '{_STATUS}', 2), '') AS quote_of_post,
       CASE WHEN is_deleted THEN coalesce(deleted_utc, $exported_at) END AS deleted_utc,
       CASE WHEN is_repost THEN [] ELSE list_filter(urls, lambda u: u IS DISTINCT FROM quoted) END AS links,
       CASE WHEN is_repost THEN []
            ELSE list_transform({_each_once("mentions", "coalesce({one}.account, lower({one}.handle))")},
                                lambda m: {{'account': m.account, 'handle': m.handle}}) END AS mentions,
       CASE WHEN is_repost THEN [] ELSE {_each_once("tags")} END AS tags,
       CASE WHEN NOT is_repost THEN try_cast(likes_text AS BIGINT) END AS likes,
       CASE WHEN NOT is_repost THEN try_cast(reposts_text AS BIGINT) END AS reposts
FROM pointed LEFT JOIN known_handles known ON known.handle = lower(pointed_handle)
ORDER BY id::UBIGINT
"""


def create(stage: Stage) -> None:
    """An empty tweets_read; `tweet_rows` must be there to show the form of an item."""
    stage.run(f"CREATE OR REPLACE TEMP TABLE tweets_read AS {_READ} WHERE false", {"deleted": False})


def read_rows(stage: Stage, *, deleted: bool) -> Iterator[Problem]:
    """Append tweet_rows (items of shape TWEET) to tweets_read; rows that cannot be used are Problems.

    deleted: these are deleted tweets.
    """
    stage.run(f"INSERT INTO tweets_read {_READ}", {"deleted": deleted})
    unusable = stage.run(_UNUSABLE)
    for file, number, what in sorted(unusable + stage.run(_BAD_COUNTS, {"deleted": deleted})):
        yield Problem(place=f"{file}, row {number}", what=what)


def drop_superseded(stage: Stage) -> int:
    """Keep only the last version of each edited tweet of tweets_read; how many were dropped."""
    return len(stage.run(_SUPERSEDED))


def find_names(stage: Stage, about: About) -> None:
    """Whom tweets_read names: stage the accounts, and make known_handles (handle in lower case, account)."""
    stage.run(_PEOPLE, {"owner": about.owner})
    stage.run(_NAMES)
    stage.run(_KNOWN, {"owner": about.owner, "handles": sorted(about.handles)})


def add_posts(stage: Stage, about: About) -> None:
    """Stage tweets_read as posts; needs known_handles."""
    stage.run(_POSTS, {"owner": about.owner, "exported_at": about.exported_at})
