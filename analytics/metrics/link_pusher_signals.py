"""What accounts do: the signals of link-pushing, counted in SQL over the posts and profiles in the store.

Own posts are posts, replies and quotes. The links and mentions of a repost belong to its author, so
every share of links or wording is a share of own posts. Links are expanded links, not media; the link of
a quote to the post it quotes is none. Nothing is guessed: what cannot be computed is null.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd

from analytics import reference
from analytics.metrics.following import LATEST_LISTS
from analytics.metrics.remembered import remembered
from analytics.metrics.window import Window, midnight_utc, moment_after
from analytics.store.near_duplicates import LINK, MENTION, jaccard_sql

SCOPES = ("following", "followers", "all", "me")
"""Whom one can ask about: members of the user's lists, every account with a profile or a post, or oneself."""

Account = tuple[str, str]
"""Platform and native id."""

_LISTED = f"""
{LATEST_LISTS}, people AS (
    SELECT DISTINCT latest_lists.platform, account FROM latest_lists JOIN follow_list_members USING (fact)
)
"""

_EVERYONE = """
people AS (
    SELECT platform, account FROM (
        SELECT platform, account FROM seen_accounts WHERE observed_utc IS NULL OR observed_utc <= $now
        UNION SELECT platform, author FROM current_posts WHERE created_utc IS NULL OR created_utc <= $now)
    WHERE ($platform IS NULL OR platform = $platform)
    EXCEPT SELECT platform, account FROM me
)
"""

_MYSELF = """
people AS (
    SELECT m.platform, m.account FROM me m LEFT JOIN accounts a USING (platform, account)
    WHERE ($platform IS NULL OR platform = $platform)
      AND ($owner IS NULL OR account = $owner OR lower(coalesce(m.handle, a.handle)) = lower($owner))
)
"""

_PEOPLE = {"following": _LISTED, "followers": _LISTED, "all": _EVERYONE, "me": _MYSELF}

# What platforms write where a post is in no language: ISO 639's codes, and X's own for a post that is
# only mentions, cashtags, hashtags, media or a very short text.
_NO_LANGUAGE = "('', 'und', 'zxx', 'mul', 'mis', 'qam', 'qct', 'qht', 'qme', 'qst')"

# A post's text is looked at once, here, so that only marks and not a million texts are carried on.
_SEEN = rf"""
numbered AS (
    SELECT row_number() OVER (ORDER BY platform, account) AS person, platform, account FROM people
    WHERE $only IS NULL OR list_contains($only::VARCHAR[], concat(platform, ':', account))
), linking AS (
    SELECT links.fact
    FROM post_links links LEFT JOIN (
        SELECT fact, quote_of_post FROM current_posts WHERE kind = 'quote' AND quote_of_post IS NOT NULL) quotes
      USING (fact)
    WHERE quotes.fact IS NULL OR NOT contains(links.url, quotes.quote_of_post)
), plain AS (
    SELECT person, fact, post_id, created_utc, bands,
           kind <> 'repost' AS is_own,
           kind = 'reply' AND reply_to_account IS DISTINCT FROM author AS is_reply,
           kind = 'repost' AND repost_of_account IS DISTINCT FROM author AS is_repost,
           kind <> 'repost' AND fact IN (SELECT fact FROM linking) AS has_link,
           list_contains($clients::VARCHAR[], lower(nullif(trim(client), ''))) AS is_automated,
           coalesce(lower(lang) IN {_NO_LANGUAGE} OR regexp_matches(lower(lang), '^en([_-]|$)'), true)
               AS may_be_english,
           text
    FROM current_posts JOIN numbered
      ON current_posts.platform = numbered.platform AND current_posts.author = numbered.account
    WHERE (created_utc IS NULL OR created_utc <= $now)
      AND ($since IS NULL OR created_utc >= $since) AND ($until IS NULL OR created_utc < $until)
), worded AS (
    SELECT * EXCLUDE (text),
           CASE WHEN has_link THEN regexp_replace(lower(text), '{LINK}|{MENTION}', ' ', 'g') END AS words
    FROM plain
), seen AS MATERIALIZED (
    SELECT * EXCLUDE (words),
           has_link AND may_be_english AND regexp_matches(words, $hard_sell) AS is_hard_sell,
           has_link AND NOT regexp_matches(regexp_replace(words, '#[\p{{L}}\p{{N}}_]+', ' ', 'g'), '[\p{{L}}\p{{N}}]')
               AS is_url_only
    FROM worded
), banded AS (
    SELECT person, fact, unnest(bands) AS band FROM seen WHERE is_own
), shared AS (
    SELECT person, band FROM banded GROUP BY ALL HAVING count(*) > 1
)
"""

_SIGNALS = """
repeated AS (
    SELECT DISTINCT fact FROM banded JOIN shared USING (person, band)
), counted AS (
    SELECT person, count(*) AS posts_seen, count_if(is_own) AS own_posts,
           count_if(is_reply) AS replies, count_if(is_reply OR is_repost) AS interactions,
           count_if(has_link) AS links, count_if(is_own AND may_be_english) AS english_posts,
           count_if(is_hard_sell) AS hard_sells, count_if(is_url_only) AS url_only,
           count_if(bands IS NOT NULL AND is_own) AS comparable_posts,
           count_if(is_own AND fact IN (SELECT fact FROM repeated)) AS repeats,
           count(is_automated) AS posts_with_client, count_if(is_automated) AS automated,
           count_if(created_utc IS NOT NULL AND NOT is_reply) AS dated_besides_replies,
           epoch(max(created_utc) - min(created_utc)) / 86400 AS days
    FROM seen GROUP BY person
), observed AS (
    SELECT *, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact) AS place
    FROM seen_accounts WHERE observed_utc IS NULL OR observed_utc <= $now
), profiles AS (
    SELECT platform, account,
           arg_max(handle, place) AS handle, arg_max(bio, place) AS bio,
           arg_max(created_utc, place) AS created_utc, arg_max(followers, place) AS followers,
           arg_max(following, place) AS following, arg_max(posts, place) AS posts,
           arg_max(likes_given, place) AS likes_given, arg_max(default_image, place) AS default_image,
           max(observed_utc) FILTER (following IS NOT NULL) AS following_observed_utc,
           -- The part of a handle that its bearer chose.
           regexp_replace(arg_max(handle, place), '(@.*|\\.bsky\\.social)$', '') AS name
    FROM observed GROUP BY platform, account
)
SELECT platform, account, handle,
       coalesce(posts_seen, 0) AS posts_seen,
       replies / nullif(posts_seen, 0) AS reply_share,
       interactions / nullif(posts_seen, 0) AS interaction_share,
       links / nullif(own_posts, 0) AS link_share,
       -- greatest() passes over nulls, so an unknown number would become 1.
       CASE WHEN followers IS NOT NULL THEN following / greatest(followers, 1) END AS following_per_follower,
       CASE WHEN following_observed_utc >= created_utc
            THEN following / greatest(1.0, epoch(following_observed_utc - created_utc) / 86400) END
           AS follows_per_day,
       CASE WHEN 2 * english_posts >= own_posts THEN hard_sells / nullif(english_posts, 0) END AS hard_sell_share,
       CASE WHEN comparable_posts >= 2 THEN repeats / own_posts END AS near_duplicate_share,
       automated / nullif(posts_with_client, 0) AS automated_share,
       likes_given / nullif(posts, 0) AS likes_per_post,
       CASE WHEN days IS NOT NULL THEN dated_besides_replies / greatest(days, 1.0) END AS posts_per_day,
       url_only / nullif(own_posts, 0) AS url_only_share,
       CASE WHEN coalesce(bio, name, default_image::VARCHAR) IS NOT NULL THEN least(1.0,
            CASE WHEN NOT regexp_matches(bio, '\\S') THEN .5 ELSE 0 END + CASE WHEN default_image THEN .5 ELSE 0 END
            + coalesce(.5 * least(1, greatest(0,
                (length(regexp_replace(name, '[^0-9]', '', 'g')) / nullif(length(name), 0) - .2) / .2)), 0)) END
           AS empty_profile,
       followers, following, posts,
       coalesce(own_posts, 0) AS own_posts,
       coalesce(english_posts, 0) AS english_posts,
       coalesce(posts_with_client, 0) AS posts_with_client
FROM numbered LEFT JOIN counted USING (person) LEFT JOIN profiles USING (platform, account)
ORDER BY platform, account
"""

_EVIDENCE = f"""
-- The post an account repeated most often: its newest version, and the others that are truly like it.
groups AS (
    SELECT person, arg_max(band, (posts, band)) AS band
    FROM (SELECT person, band, count(*) AS posts FROM banded SEMI JOIN shared USING (person, band) GROUP BY ALL)
    GROUP BY person
), repeats AS (
    SELECT person, fact, row_number() OVER newest AS place, first_value(fact) OVER newest AS newest_fact
    FROM groups JOIN banded USING (person, band) JOIN seen USING (person, fact)
    WINDOW newest AS (PARTITION BY person ORDER BY created_utc DESC NULLS LAST, post_id DESC)
    QUALIFY place <= 12
), alike AS (
    SELECT newest_fact, repeats.fact
    FROM repeats JOIN posts one ON one.fact = repeats.newest_fact JOIN posts other ON other.fact = repeats.fact
    WHERE place > 1 AND {jaccard_sql("one.text", "other.text")} >= .7
), ranked AS (
    SELECT person, post_id, created_utc,
           CASE WHEN fact IN (SELECT fact FROM alike UNION ALL SELECT newest_fact FROM alike) THEN 1
                WHEN is_hard_sell THEN 2 WHEN is_url_only THEN 3 WHEN has_link THEN 4
                WHEN is_automated THEN 5 WHEN is_own AND NOT is_reply THEN 6 WHEN is_own THEN 8 ELSE 7 END AS rank
    FROM seen
), chosen AS (
    SELECT *, row_number() OVER (PARTITION BY person ORDER BY rank, created_utc DESC NULLS LAST, post_id DESC) AS place
    FROM ranked QUALIFY place <= 5
)
SELECT platform, account, list(post_id ORDER BY place) AS evidence
FROM chosen JOIN numbered USING (person)
GROUP BY platform, account
"""


def extract_signals(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following"
) -> pd.DataFrame:
    """The signals of every account in scope, one row per (platform, account), ordered by these.

    scope: "following" or "followers" are the members of each owner's latest complete list up to
    window.now_utc and of the partial lists since (of all partial lists where none is complete: they too
    say whom one follows); "all" is every account with a profile or a post, except the user's own; "me" are these.
    window.platform restricts all scopes, window.owner the lists and "me". Posts and profiles after
    window.now_utc are not looked at; with window.since or until only posts dated within them are.

    Columns (shares 0-1, null where the denominator is 0 or unknown):
    platform, account, handle;
    posts_seen: posts in the store, reposts and replies included;
    reply_share: replies to others / posts seen; interaction_share: replies and reposts of others / posts seen;
    link_share, url_only_share: own posts with a link, and those without a letter besides links, mentions
    and hashtags / own posts;
    hard_sell_share: posts with a link and a word of hard_sell.txt (English) / own posts not known to be in
    another language; null where most are;
    near_duplicate_share: own posts that share a band with another / own posts; null with fewer than two
    that can be compared;
    automated_share: posts by a program of automation_clients.txt / posts with a known program;
    posts_per_day: dated posts besides replies, per day from the first dated post to the last (at least 1);
    following_per_follower: following / followers (at least 1); follows_per_day: following / days from
    opening to the observation (at least 1); likes_per_post: likes given / posts, the profile's own counts;
    empty_profile: .5 for an empty bio, .5 for the default picture, up to .5 for digits in the handle (20 %
    to 40 %), at most 1; unknown parts count 0;
    followers, following, posts: the profile's counts as last seen;
    own_posts, english_posts, posts_with_client: denominators.

    Source of the definitions: Lin and Huang (URL and interaction rate), The Twit Cleaner, Socialbakers.
    What it cannot tell: posts that no export holds. A timeline shows only what the user was shown.
    """
    latest = cursor.execute(_LATEST).fetchone()
    if (
        latest and latest[0]
    ):  # a later moment sees no more than the last of the data, so it is asked as of that
        window = replace(window, now_utc=min(window.now_utc, latest[0]))
    return _counted(cursor, window, scope=scope)


_LATEST = """
SELECT greatest((SELECT max(created_utc) FROM posts), (SELECT max(observed_utc) FROM account_observations),
                (SELECT max(as_of_utc) FROM follow_lists))
"""


@remembered
def _counted(cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str) -> pd.DataFrame:
    return cursor.execute(f"{_head(scope)}, {_SIGNALS}", _parameters(window, scope)).df()


def evidence(
    cursor: duckdb.DuckDBPyConnection, window: Window, *, scope: str = "following", of: Account | None = None
) -> dict[tuple[str, str], list[str]]:
    """(platform, account) -> up to five posts that show its signals best, of all in scope or of one account.

    First the post it repeated most and its repeats (exact word Jaccard of .7 or more), then links with a
    hard-sell word, links without a word, other links, posts by a program, other posts, reposts, replies;
    newest first within each.
    """
    parameters = _parameters(window, scope) | {"only": [":".join(of)] if of else None}
    rows = cursor.execute(f"{_head(scope)}, {_EVIDENCE}", parameters).fetchall()
    return {(platform, account): posts for platform, account, posts in rows}


def over_marked_posts(
    cursor: duckdb.DuckDBPyConnection, window: Window, select: str, *, scope: str = "following"
) -> pd.DataFrame:
    """What a SELECT of one's own makes of the posts of the accounts in scope, marked as the signals see them.

    It may read `seen`, one row per post: person, fact, post_id, created_utc, is_own (no repost), is_reply and
    is_repost (of somebody else's), has_link, is_hard_sell, is_url_only, is_automated; and `numbered`, one row per
    account: person, platform, account.
    """
    return cursor.execute(f"{_head(scope)} {select}", _parameters(window, scope)).df()


def _head(scope: str) -> str:
    if scope not in SCOPES:
        raise ValueError(f'There is no scope "{scope}"; expected one of: {", ".join(SCOPES)}.')
    return f"WITH {_PEOPLE[scope]}, {_SEEN}"


def _parameters(window: Window, scope: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "now": window.now_utc,
        "since": midnight_utc(window.since, window.time_zone) if window.since else None,
        "until": moment_after(window.until, window.time_zone) if window.until else None,
        "platform": window.platform,
        "only": None,
        "clients": list(reference.word_list("automation_clients.txt")),
        "hard_sell": hard_sell_pattern(),
    }
    if scope != "all":
        parameters["owner"] = window.owner
    if scope in ("following", "followers"):
        parameters["direction"] = scope.removesuffix("s")
    return parameters


def hard_sell_pattern() -> str:
    """A regular expression (RE2) for any word or phrase of hard_sell.txt as whole words, in lower case."""
    phrases = [_whole_words(line) for line in reference.word_list("hard_sell.txt")]
    return "|".join(phrases) or r"[^\s\S]"


def _whole_words(phrase: str) -> str:
    """A phrase as a pattern; a word boundary where it begins or ends with a letter or digit."""
    pattern = r"\s+".join(re.escape(word).replace("'", "['’]") for word in phrase.split())
    begins, ends = (r"\b" if edge.isalnum() else "" for edge in (phrase[0], phrase[-1]))
    return f"{begins}{pattern}{ends}"
