"""What the rows of a file tell of one another, in SQL, once all are staged."""

from __future__ import annotations

from collections.abc import Iterator

from analytics.importers import _x_objects as x_objects
from analytics.importers.interface import Finding, Note, Owner, Stage

# Rows come as often as the page showed them; of an account the row with most posts is the newest.
_ONE_OF_EACH = (
    """DELETE FROM accounts WHERE rowid NOT IN (
           SELECT first(rowid ORDER BY posts DESC NULLS LAST, followers DESC NULLS LAST, rowid)
           FROM accounts GROUP BY account)""",
    """DELETE FROM accounts WHERE NOT regexp_full_match(account, '\\d+')
       AND lower(handle) IN (SELECT handle FROM x_names)""",
)
_REPEATED = """
DELETE FROM posts WHERE rowid NOT IN (
    SELECT arg_max(rowid, {'version': post_id::UBIGINT, 'place': rowid}) FROM posts GROUP BY original_id)
RETURNING post_id
"""
# Where the post that is pointed at is a row as well, its author is known.
_POINTED = """
UPDATE posts SET {column}_account = pointed.author
FROM (SELECT post_id, min(author) AS author FROM posts GROUP BY post_id) pointed
WHERE posts.{column}_post = pointed.post_id
"""
_OWNER = """
SELECT account, handle FROM x_names WHERE handle = lower($owner) OR account = $owner ORDER BY account LIMIT 1
"""


def join_rows(stage: Stage, owner: str | None) -> Iterator[Finding]:
    """Put ids for handles, fill in what other rows tell, and take each post and account once.

    owner: the user's handle or id as said, if it was.
    """
    x_objects.link_handles(stage)
    for statement in _ONE_OF_EACH:
        stage.run(statement)
    if repeated := len(stage.run(_REPEATED)):
        posts = f"{repeated:,} post{' was' if repeated == 1 else 's were'}"
        yield Note(text=f"{posts} in the file more than once, or in an earlier version.")
    for column in ("reply_to", "repost_of", "quote_of"):
        stage.run(_POINTED.format(column=column))
    x_objects.fill_from_text(stage)
    if owner:
        account, handle = next(iter(stage.run(_OWNER, {"owner": owner})), (owner, None))
        yield Owner(platform="x", account=account, handle=handle if owner.isdecimal() else owner)
