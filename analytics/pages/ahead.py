"""What the pages ask first, and where a period is chosen: asked ahead on a large store, the longest ones first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from analytics.pages.answers import Key, Next, Question, key
from analytics.pages.filters import Filters
from analytics.reports import (
    conversations,
    figures,
    follows,
    growth,
    link_pushers,
    lists,
    results,
    search,
    time,
)


class Ask(NamedTuple):
    """A question as a page asks it. has_period: whether it looks at the period chosen."""

    question: Question
    options: dict[str, Any]
    has_period: bool = True

    def of(self, chosen: Filters) -> tuple[Question, Key]:
        """The question with the key that it has under these filters. Raises StoreMissing."""
        return self.question, key(
            self.question, chosen if self.has_period else chosen.of_any_time(), self.options
        )


OF_PAGES = (
    Ask(follows.follows, {}),
    Ask(link_pushers.link_pusher_report, {}),
    Ask(conversations.conversations, {}),
    Ask(growth.growth, {}),
    Ask(results.results, {}),
    Ask(time.time, {}),
    Ask(search.search, {"query": ""}),
    Ask(time.week_plan, {"week": None}),
    Ask(lists.queue, {}, has_period=False),
)
OF_PERIODS = tuple(Ask(question, {}) for question in figures.QUESTIONS.values())


def _own_evidence(report: link_pushers.LinkPusherReport) -> Iterator[tuple[Question, dict[str, Any]]]:
    for person in report.judged_mine():
        yield link_pushers.evidence, {"scope": "me", "of": (person["platform"], person["account"])}


def _closest_column(report: conversations.Conversations) -> Iterator[tuple[Question, dict[str, Any]]]:
    for person in report.people.head(1).to_dict("records"):
        yield conversations.column, {"platform": person["platform"], "account": person["account"]}


LEADS_TO: dict[Question, Next] = {
    link_pushers.link_pusher_report: _own_evidence,
    conversations.conversations: _closest_column,
}
"""What a page shows besides at once, and only its first answer tells of whom."""
