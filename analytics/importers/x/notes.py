"""The whole text of long posts: tweets.js cuts them, note-tweet.js has them.

A note has an id of its own, never the tweet's; it belongs to the tweet of the same second that begins as it
does (seen 2023 to 2026-07). Its mentions have handles only.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.importers._json import Shape
from analytics.importers.interface import Stage
from analytics.importers.x.tweets import plain
from analytics.model import Problem

NOTE: Shape = {
    "createdAt": "VARCHAR",
    "core": {
        "text": "VARCHAR",
        "urls": [{"expandedUrl": "VARCHAR"}],
        "mentions": [{"screenName": "VARCHAR"}],
        "hashtags": [{"text": "VARCHAR"}],
    },
}

_READ = f"""
CREATE OR REPLACE TEMP TABLE notes_read AS
SELECT file, row_number, date_trunc('second', try_cast(replace(item.createdAt, 'Z', '') AS TIMESTAMP)) AS created_utc,
       {plain("item.core.text")} AS text,
       list_transform(coalesce(item.core.urls, []), lambda u: u.expandedUrl) AS urls,
       list_transform(coalesce(item.core.hashtags, []), lambda h: lower(h.text)) AS tags,
       (SELECT coalesce(list({{'account': k.account, 'handle': h.handle, 'name': NULL::VARCHAR}} ORDER BY h.handle), [])
        FROM (SELECT unnest(item.core.mentions).screenName AS handle) h
        LEFT JOIN known_handles k ON k.handle = lower(h.handle)
        WHERE h.handle IS NOT NULL) AS mentions
FROM note_rows
"""
_UNUSABLE = """
DELETE FROM notes_read WHERE created_utc IS NULL OR text IS NULL
RETURNING file, row_number, 'createdAt or core.text is missing or cannot be read'
"""


def _words(text: str) -> str:
    """SQL for a text without the handles that a reply may begin with, each gap one blank."""
    return rf"regexp_replace(regexp_replace({text}, '^(@\w+\s+)+', ''), '\s+', ' ', 'g')"


# The cut text ends in "... https://t.co/x"; of several notes of one second the one that agrees longest wins.
_JOIN = rf"""
UPDATE tweets_read
SET text = best.text,
    urls = list_concat(tweets_read.urls, list_filter(
        best.urls, lambda u: u IS NOT NULL AND NOT list_contains(tweets_read.urls, u))),
    tags = list_concat(tweets_read.tags, list_filter(best.tags, lambda h: h IS NOT NULL)),
    mentions = list_concat(tweets_read.mentions, list_filter(best.mentions, lambda m: NOT list_contains(
        list_transform(tweets_read.mentions, lambda t: lower(t.handle)), lower(m.handle))))
FROM (
    SELECT t.file, t.row_number, n.text, n.urls, n.tags, n.mentions
    FROM (SELECT file, row_number, created_utc, text,
                 regexp_replace({_words("text")}, '\W*https://t\.co/\w+$', '') AS start FROM tweets_read) t
    JOIN (SELECT *, {_words("text")} AS words FROM notes_read) n USING (created_utc)
    WHERE starts_with(n.words, left(t.start, 40)) AND length(n.text) > length(t.start)
    QUALIFY row_number() OVER (PARTITION BY t.file, t.row_number
                               ORDER BY starts_with(n.words, t.start) DESC, n.text) = 1
) best
WHERE tweets_read.file = best.file AND tweets_read.row_number = best.row_number
"""


def join_notes(stage: Stage) -> Iterator[Problem]:
    """Give the long posts of tweets_read their whole text (note_rows: items of shape NOTE); needs known_handles.

    Notes that cannot be used are Problems.
    """
    stage.run(_READ)
    for file, number, what in sorted(stage.run(_UNUSABLE)):
        yield Problem(place=f"{file}, row {number}", what=what)
    stage.run(_JOIN)
