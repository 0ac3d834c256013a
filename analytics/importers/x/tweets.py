"""Tweets of an X archive -> posts, and the names that they reveal.

Known of the format, last seen 2026-07: all numbers are text; row order is arbitrary; a repost has no flag
but the text `RT @handle:` and its first mention, and its entities and counts belong to the original; a
reply has in_reply_to_user_id even where the post replied to is gone; a quote is only a link to a status;
every version of an edited tweet is a row (edit_info lists them); longer posts are cut in tweets.js and
whole in note-tweet.js, joined by second and by how they begin.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.importers._json import Shape
from analytics.importers.interface import Stage
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

NOTE: Shape = {
    "createdAt": "VARCHAR",
    "core": {
        "text": "VARCHAR",
        "urls": [{"expandedUrl": "VARCHAR"}],
        "mentions": [{"screenName": "VARCHAR"}],
        "hashtags": [{"text": "VARCHAR"}],
    },
}

_STATUS = r"^https?://(?:mobile\.|www\.)?(?:twitter|x)\.com/([^/?#]+)/status/(\d+)"
_CREATED = "%a %b %d %H:%M:%S +0000 %Y"

# Twitter's own files and most tools call the id id_str or id; both are text here.
_READ = rf"""
CREATE OR REPLACE TEMP TABLE tweets_read AS
SELECT file, row_number,
       coalesce(item.id_str, item.id) AS id,
       try_strptime(item.created_at, '{_CREATED}')::TIMESTAMP AS created_utc,
       item.created_at AS created_text,
       replace(replace(replace(item.full_text, '&lt;', '<'), '&gt;', '>'), '&amp;', '&') AS text,
       nullif(item.lang, 'und') AS lang,
       nullif(coalesce(nullif(regexp_extract(item.source, '>([^<]*)<', 1), ''), item.source), '') AS client,
       item.favorite_count AS likes_text,
       item.retweet_count AS reposts_text,
       coalesce(item.in_reply_to_user_id_str, item.in_reply_to_user_id) AS reply_to_account,
       coalesce(item.in_reply_to_status_id_str, item.in_reply_to_status_id) AS reply_to_post,
       item.in_reply_to_screen_name AS reply_to_handle,
       coalesce(try_strptime(item.deleted_at, '{_CREATED}')::TIMESTAMP,
                try_cast(replace(item.deleted_at, 'Z', '') AS TIMESTAMP)) AS deleted_utc,
       coalesce(item.entities.user_mentions, []) AS mentions,
       list_distinct(list_transform(coalesce(item.entities.hashtags, []), lambda h: lower(h.text))) AS tags,
       list_filter(list_transform(coalesce(item.entities.urls, []),
                                  lambda u: coalesce(u.expanded_url, u.url)), lambda u: u IS NOT NULL) AS urls,
       coalesce(item.edit_info.edit.editControlInitial.editTweetIds[1], item.edit_info.edit.initialTweetId,
                item.edit_info.initial.editTweetIds[1],
                coalesce(item.id_str, item.id)) AS original_id
FROM {{table}}
"""

_UNUSABLE = """
DELETE FROM tweets_read
WHERE NOT coalesce(regexp_full_match(id, '\\d{1,30}'), false) OR created_utc IS NULL OR text IS NULL
RETURNING file, row_number,
    CASE WHEN NOT coalesce(regexp_full_match(id, '\\d{1,30}'), false)
         THEN 'id is ' || coalesce('"' || left(id, 40) || '"', 'missing') || ', expected digits'
         WHEN text IS NULL THEN 'full_text is missing'
         ELSE 'created_at is ' || coalesce('"' || left(created_text, 40) || '"', 'missing')
              || ', expected a time such as Tue Sep 05 16:51:33 +0000 2023' END
"""

_BAD_COUNTS = """
SELECT file, row_number, 'favorite_count or retweet_count is no number; the post is kept without it'
FROM tweets_read
WHERE (likes_text IS NOT NULL AND try_cast(likes_text AS BIGINT) IS NULL)
   OR (reposts_text IS NOT NULL AND try_cast(reposts_text AS BIGINT) IS NULL)
"""

_SUPERSEDED = """
DELETE FROM tweets_read t USING (
    SELECT original_id, max(id::UHUGEINT) AS newest FROM tweets_read GROUP BY original_id HAVING count(*) > 1
) chain
WHERE t.original_id = chain.original_id AND t.id::UHUGEINT < chain.newest
RETURNING t.id
"""

# A note has an id of its own; it belongs to the tweet of the same second that begins as it does.
_JOIN_NOTES = r"""
UPDATE tweets_read t
SET text = n.text,
    urls = list_concat(t.urls, list_filter(n.urls, lambda u: u IS NOT NULL AND NOT list_contains(t.urls, u))),
    tags = list_distinct(list_concat(t.tags, n.tags)),
    mentions = list_concat(t.mentions, list_transform(
        list_filter(n.handles, lambda h: h IS NOT NULL AND NOT list_contains(
            list_transform(t.mentions, lambda m: lower(m.screen_name)), lower(h))),
        lambda h: {'id_str': NULL::VARCHAR, 'id': NULL::VARCHAR, 'screen_name': h, 'name': NULL::VARCHAR}))
FROM (SELECT date_trunc('second', try_cast(replace(item.createdAt, 'Z', '') AS TIMESTAMP)) AS created_utc,
             item.core.text AS text,
             list_transform(coalesce(item.core.urls, []), lambda u: u.expandedUrl) AS urls,
             list_transform(coalesce(item.core.mentions, []), lambda m: m.screenName) AS handles,
             list_transform(coalesce(item.core.hashtags, []), lambda h: lower(h.text)) AS tags
      FROM {table}) n
WHERE n.created_utc = t.created_utc AND n.text IS NOT NULL AND length(n.text) > length(t.text) - 30
  AND starts_with(regexp_replace(n.text, '\s+', ' ', 'g'),
                  left(regexp_replace(regexp_replace(t.text, '\s+', ' ', 'g'), '\W*https://t\.co/\w+$', ''), 40))
"""

_POSTS = rf"""
INSERT INTO posts BY NAME
WITH read AS (
    SELECT *, text LIKE 'RT @%' AS is_repost,
           list_filter(urls, lambda u: regexp_matches(u, '{_STATUS}'))[1] AS quoted
    FROM tweets_read
)
SELECT 'x' AS platform, id AS post_id, original_id, $owner AS author, created_utc,
       CASE WHEN is_repost THEN 'repost'
            WHEN reply_to_account IS NOT NULL OR reply_to_handle IS NOT NULL THEN 'reply'
            WHEN quoted IS NOT NULL THEN 'quote' ELSE 'post' END AS kind,
       text, lang, client,
       CASE WHEN NOT is_repost THEN coalesce(reply_to_account, reply_to_handle) END AS reply_to_account,
       CASE WHEN NOT is_repost THEN reply_to_post END AS reply_to_post,
       CASE WHEN is_repost THEN coalesce(
           list_filter(list_transform(mentions, lambda m: CASE
               WHEN lower(m.screen_name) = lower(regexp_extract(text, '^RT @(\w+)', 1))
               THEN nullif(coalesce(m.id_str, m.id), '-1') END), lambda a: a IS NOT NULL)[1],
           regexp_extract(text, '^RT @(\w+)', 1)) END AS repost_of_account,
       CASE WHEN NOT is_repost THEN nullif(regexp_extract(quoted, '{_STATUS}', 1), '') END AS quote_of_account,
       CASE WHEN NOT is_repost THEN nullif(regexp_extract(quoted, '{_STATUS}', 2), '') END AS quote_of_post,
       CASE WHEN $deleted THEN coalesce(deleted_utc, $exported_at) END AS deleted_utc,
       CASE WHEN is_repost THEN []
            ELSE list_filter(urls, lambda u: NOT regexp_matches(u, '{_STATUS}')) END AS links,
       CASE WHEN is_repost THEN []
            ELSE list_distinct(list_transform(mentions, lambda m: {{
                'account': nullif(coalesce(m.id_str, m.id), '-1'), 'handle': m.screen_name}})) END AS mentions,
       CASE WHEN is_repost THEN [] ELSE tags END AS tags,
       CASE WHEN NOT is_repost THEN try_cast(likes_text AS BIGINT) END AS likes,
       CASE WHEN NOT is_repost THEN try_cast(reposts_text AS BIGINT) END AS reposts
FROM read
ORDER BY id::UHUGEINT
"""

# The archive gives bare ids; one's own mentions and replies are the only places with a name.
_NAMES = """
INSERT INTO accounts BY NAME
SELECT 'x' AS platform, account, handle, any_value(display_name ORDER BY created_utc DESC) AS display_name,
       max(created_utc) AS observed_utc
FROM (
    SELECT coalesce(m.id_str, m.id) AS account, m.screen_name AS handle, m.name AS display_name, created_utc
    FROM (SELECT unnest(mentions) AS m, created_utc FROM tweets_read)
    UNION ALL
    SELECT reply_to_account, reply_to_handle, NULL, created_utc FROM tweets_read
    WHERE reply_to_handle IS NOT NULL
)
WHERE account IS NOT NULL AND account <> '-1' AND handle IS NOT NULL AND account <> $owner
GROUP BY account, handle
"""


def problems_of(stage: Stage, table: str) -> Iterator[Problem]:
    """Read `table` (items of shape TWEET) into tweets_read; rows that cannot be used are Problems."""
    stage.run(_READ.format(table=table))
    for query in (_UNUSABLE, _BAD_COUNTS):
        for file, number, what in sorted(stage.run(query)):
            yield Problem(place=f"{file}, row {number}", what=what)


def join_notes(stage: Stage, table: str) -> None:
    """Give the longer posts of `tweets_read` their whole text (items of shape NOTE in `table`)."""
    stage.run(_JOIN_NOTES.replace("{table}", table))


def drop_superseded(stage: Stage) -> int:
    """Keep only the last version of each edited tweet; how many were dropped."""
    return len(stage.run(_SUPERSEDED))


def add_posts(stage: Stage, *, owner: str, exported_at: object, deleted: bool) -> None:
    """tweets_read -> posts and the names of accounts; deleted: these are deleted tweets."""
    stage.run(_POSTS, {"owner": owner, "exported_at": exported_at, "deleted": deleted})
    stage.run(_NAMES, {"owner": owner})
