"""What makes a row a fact: which tables keep facts, and the hash of a row's content.

A fact is one row per distinct content. Its hash is the first 64 bits of the MD5 of its columns as text:
stable between versions of DuckDB, unlike hash().
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.model import (
    ACCOUNTS,
    DAILY_COUNTS,
    FOLLOW_LISTS,
    INTERACTIONS,
    PLANNED_SLOTS,
    POSTS,
    TIME_SPANS,
    Column,
)

FACT_TABLES = (
    "account_observations",
    "posts",
    "post_counts",
    "follow_lists",
    "interactions",
    "time_spans",
    "daily_counts",
    "planned_slots",
    "identities",
)
PARTS = {
    "posts": ("post_links", "post_mentions", "post_tags"),
    "follow_lists": ("follow_list_members",),
}
"""Tables whose rows belong to a fact of another table and have the same hash."""

_SEPARATOR = "chr(31)"
_UNKNOWN = "chr(30)"


def names(columns: Sequence[Column]) -> list[str]:
    """Column names."""
    return [column.name for column in columns]


LATER = frozenset({"moved_to"})
"""Columns that came after the first shape of the store: unknown, they leave a row's hash as it was."""


def hash_of(table: str, expressions: Sequence[str]) -> str:
    """SQL for the hash of a row of `table`: equal content, equal hash; null differs from empty text."""
    texts = ", ".join(
        # concat_ws passes over nulls.
        f"CAST({expression} AS VARCHAR)"
        if expression in LATER
        else f"coalesce(CAST({expression} AS VARCHAR), {_UNKNOWN})"
        for expression in expressions
    )
    return f"md5_number_lower(concat_ws({_SEPARATOR}, '{table}', {texts}))"


_LINKS = f"array_to_string(coalesce(links, []), {_UNKNOWN})"
_TAGS = f"array_to_string(coalesce(tags, []), {_UNKNOWN})"
_MENTIONS = (
    "array_to_string(list_transform(coalesce(mentions, []), "
    f"lambda m: coalesce(m.account, '') || '@' || coalesce(m.handle, '')), {_UNKNOWN})"
)
POST_HASH = hash_of("posts", [*names(POSTS), _LINKS, _MENTIONS, _TAGS])
COUNTS = ["likes", "reposts", "replies", "quotes", "impressions"]
COUNTS_HASH = hash_of("post_counts", ["platform", "post_id", "$exported_at", *COUNTS])
_LIST_KEY = ["platform", "owner", "direction", "as_of_utc"]


def _plain(table: str, staged: str, columns: Sequence[Column]) -> str:
    listed = ", ".join(names(columns))
    return (
        f"CREATE TABLE ready_{table} AS "
        f"SELECT DISTINCT {hash_of(table, names(columns))} AS fact, {listed} FROM {staged}"
    )


READY = (
    _plain("account_observations", "accounts", ACCOUNTS),
    f"""CREATE TABLE ready_follow_lists AS
        WITH lists AS (
            SELECT {", ".join(_LIST_KEY)}, bool_and(complete) AS complete FROM (
                SELECT {", ".join(_LIST_KEY)}, complete FROM follow_lists
                UNION ALL SELECT DISTINCT {", ".join(_LIST_KEY)}, true FROM follows)
            GROUP BY ALL
        ), members AS (
            SELECT {", ".join(_LIST_KEY)}, count(DISTINCT account) AS members,
                   md5(string_agg(account || coalesce(since_utc::VARCHAR, ''), {_SEPARATOR}
                                  ORDER BY account, since_utc)) AS content
            FROM follows GROUP BY ALL
        )
        SELECT {hash_of("follow_lists", [*_LIST_KEY, "complete", "content"])} AS fact,
               {", ".join(names(FOLLOW_LISTS))}, coalesce(members, 0) AS members
        FROM lists LEFT JOIN members USING ({", ".join(_LIST_KEY)})""",
    f"""CREATE TABLE ready_follow_list_members AS
        SELECT fact, account, min(since_utc) AS since_utc
        FROM follows JOIN ready_follow_lists USING ({", ".join(_LIST_KEY)}) GROUP BY ALL""",
    _plain("interactions", "interactions", INTERACTIONS),
    _plain("time_spans", "time_spans", TIME_SPANS),
    _plain("daily_counts", "daily_counts", DAILY_COUNTS),
    _plain("planned_slots", "planned_slots", PLANNED_SLOTS),
)
"""Statements that turn the staged rows, posts apart, into facts ready to be copied."""
