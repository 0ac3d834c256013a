"""Whom can I stop following, and what shows it? All that the page "Link-pushers" says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analytics.metrics import decisions, feed, link_pusher_words, link_pushers, reading_cost
from analytics.metrics.link_pusher_extras import extra_signals
from analytics.metrics.link_pusher_review import Agreement, against_decisions, sweep
from analytics.metrics.link_pusher_rules import Rules, load_rules, presets
from analytics.metrics.link_pushers import FINE, LIKELY_SPAM, LINK_BROADCASTER, NOT_ENOUGH_POSTS
from analytics.metrics.time_spent import Cursor
from analytics.metrics.time_words import duration_words
from analytics.metrics.window import Window
from analytics.reports.missing import Missing
from analytics.reports.week_words import count_words, percent

OURS = "Our rules"
KEY = ["platform", "account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPusherReport:
    """The accounts one follows and oneself, by the rules.

    people: one row per account followed: platform, account, handle, display_name, name (as shown), score, label,
    coverage, posts_seen, why (words), decision, decision_reason, decision_until, and the columns of
    `link_pushers.link_pushers` and of `reading_cost.accounts`; likely spam first, then by score, the unjudged last.
    mine: the same of the user's own accounts. sweeps: rule set -> as `link_pusher_review.sweep`, sources left out,
    with its own threshold in `at`. makeup, feed: as in `metrics.feed`. agreement: as in `link_pusher_review`.
    """

    rules: Rules
    people: pd.DataFrame
    mine: pd.DataFrame
    sweeps: Mapping[str, pd.DataFrame]
    at: Mapping[str, float]
    makeup: pd.DataFrame
    feed: pd.DataFrame
    agreement: Agreement
    sentences: tuple[str, ...]
    missing: Missing | None

    def judged_mine(self) -> list[dict[Any, Any]]:
        """The rows of `mine` that have posts enough."""
        return self.mine[self.mine["label"] != NOT_ENOUGH_POSTS].to_dict("records")

    def signals(self, person: Mapping[Any, Any]) -> pd.DataFrame:
        """The signals of one row of `people` or `mine`, most points first: name, value, words, strength, points,
        most (points it could give), source. Unknown ones are left out; a credit comes last.
        """
        known = [s for s in self.rules.signals if not pd.isna(person[f"points_{s.name}"])]
        weights = sum(signal.weight for signal in known)
        rows = [
            {
                "name": signal.name,
                "value": person[signal.column],
                "words": link_pusher_words.reason(person, signal),
                "strength": person[f"strength_{signal.name}"],
                "points": person[f"points_{signal.name}"],
                "most": 100 * signal.weight / weights,
                "source": signal.source,
            }
            for signal in known
        ]
        rows.sort(key=lambda row: (-row["points"], -row["most"]))
        return pd.DataFrame(rows, columns=["name", "value", "words", "strength", "points", "most", "source"])


def link_pusher_report(cursor: Cursor, window: Window) -> LinkPusherReport:
    """Everything the page shows, by the shipped rules."""
    rules = load_rules()
    decided = decisions.in_force(cursor, window)
    people = _people(cursor, window, rules, decided)
    by_account = feed.by_account(cursor, window)
    tried = people[people["decision"].ne("source")].merge(extra_signals(cursor, window), how="left", on=KEY)
    sets = {OURS: rules, **presets()}
    unworded = LinkPusherReport(
        rules=rules,
        people=people,
        mine=_judged(cursor, window, rules, "me"),
        sweeps={name: sweep(tried, _with_floor(one, rules), range(1, 101)) for name, one in sets.items()},
        at={name: one.spam_score for name, one in sets.items()},
        makeup=feed.makeup(by_account),
        feed=by_account,
        agreement=against_decisions(people, decided),
        sentences=(),
        missing=_missing(people, rules),
    )
    return replace(unworded, sentences=tuple(_sentences(unworded)))


def evidence(
    cursor: Cursor, window: Window, *, of: tuple[str, str], scope: str = "following"
) -> pd.DataFrame:
    """As `link_pushers.evidence_posts`, of one account (platform, account)."""
    return link_pushers.evidence_posts(cursor, window, scope=scope, of=of)


def _with_floor(one: Rules, ours: Rules) -> Rules:
    """Every rule set is tried on the same accounts: those that ours can judge."""
    return replace(one, min_posts=ours.min_posts)


def _judged(cursor: Cursor, window: Window, rules: Rules, scope: str) -> pd.DataFrame:
    # An account is judged by all of its posts; the period chooses what it cost and what the feed was made of.
    whole = replace(window, since=None, until=None)
    found = link_pushers.link_pushers(cursor, whole, scope=scope, rules=rules)
    names = cursor.execute("SELECT platform, account, display_name FROM accounts").df()
    found = found.merge(names, how="left", on=KEY)
    handle = found["handle"].where(found["handle"].notna(), found["account"])
    found["name"] = "@" + handle.astype(str)
    rows = found.to_dict("records")
    found["why"] = pd.Series(
        ["; ".join(link_pusher_words.reasons(row, rules)) for row in rows], index=found.index, dtype=object
    )
    return found


def _people(cursor: Cursor, window: Window, rules: Rules, decided: pd.DataFrame) -> pd.DataFrame:
    found = _judged(cursor, window, rules, "following")
    costs = reading_cost.accounts(cursor, window)
    columns = [
        "posts_per_week",
        "minutes_per_week",
        "basis",
        "from_them",
        "to_them",
        "back_per_hour",
        "last_at",
    ]
    costs = costs[[*KEY, *columns]]
    said = decided.rename(
        columns={"verdict": "decision", "reason": "decision_reason", "valid_until": "decision_until"}
    )
    found = found.merge(costs, how="left", on=KEY)
    found = found.merge(said[[*KEY, "decision", "decision_reason", "decision_until"]], how="left", on=KEY)
    rank = {LIKELY_SPAM: 0, LINK_BROADCASTER: 1, FINE: 2, NOT_ENOUGH_POSTS: 3}
    found["rank"] = found["label"].map(rank)
    return found.sort_values(["rank", "score", *KEY], ascending=[True, False, True, True], ignore_index=True)


def _missing(people: pd.DataFrame, rules: Rules) -> Missing | None:
    if (people["label"] != NOT_ENOUGH_POSTS).any():
        return None
    followed = f"the {len(people):,} accounts you follow" if len(people) else "those you follow"
    return Missing(
        part="link-pushers",
        what=f"Too few posts of {followed} are here to say who only pushes links ({rules.min_posts} of an account "
        "are needed).",
        remedy="Your own archives hold only your posts. Those of others come with the X web exporter, with saved "
        "answers of Mastodon or Bluesky, or in a table (CSV).",
    )


def _sentences(report: LinkPusherReport) -> list[str]:
    judged = report.people[report.people["label"] != NOT_ENOUGH_POSTS]
    if judged.empty:
        return []
    open_ = judged[judged["decision"].isna()]
    spam, links = open_[open_["label"] == LIKELY_SPAM], open_[open_["label"] == LINK_BROADCASTER]
    flagged = judged[judged["label"].isin((LIKELY_SPAM, LINK_BROADCASTER))]
    decided = len(flagged) - len(spam) - len(links)
    rest = len(report.people) - len(judged)
    said = [
        f"Of the {count_words(len(judged), 'account')} you follow that can be judged, {len(spam):,} "
        f"{'is' if len(spam) == 1 else 'are'} likely spam and {len(links):,} only "
        f"{'broadcasts' if len(links) == 1 else 'broadcast'} links"
        + (f"; {decided:,} more like these you have decided about" if decided else "")
        + (f"; of {rest:,} too few posts are here ({report.rules.min_posts} are needed)" if rest else "")
        + "."
    ]
    said += [
        _cost(frame, words)
        for frame, words in ((spam, "likely spam"), (links, "link broadcasters"))
        if len(frame)
    ]
    return said


def _cost(frame: pd.DataFrame, words: str) -> str:
    """What reading some accounts takes, and what came back from them."""
    minutes, back = frame["minutes_per_week"].dropna(), frame["from_them"].dropna()
    if minutes.empty:
        return f"How much the {words} write is not known."
    of = "" if len(minutes) == len(frame) else f" (known of {len(minutes):,} of {len(frame):,})"
    said = f"Reading all that the {words} write would take {duration_words(minutes.sum() * 60)} a week{of}"
    if back.empty:
        return f"{said}."
    came = int(back.sum())
    acts = (
        f"{count_words(came, 'reply, like or repost', 'replies, likes and reposts')} came"
        if came
        else "nothing came"
    )
    return f"{said}; {acts} back from them in half a year."


def least_back(report: LinkPusherReport, at_most: int = 10) -> tuple[str, pd.DataFrame] | None:
    """The undecided accounts that cost most and give nothing back, and a sentence; null where nothing is known."""
    known = report.people[report.people["minutes_per_week"].notna() & report.people["from_them"].notna()]
    silent = known[(known["from_them"] == 0) & known["decision"].isna()]
    if silent.empty:
        return None
    worst = silent.sort_values(["minutes_per_week", *KEY], ascending=[False, True, True]).head(at_most)
    share = percent(silent["minutes_per_week"].sum(), known["minutes_per_week"].sum())
    said = (
        f"From {len(silent):,} of the {count_words(len(known), 'account')} whose cost is known nothing came back in "
        f"half a year; reading all they write would take {duration_words(silent['minutes_per_week'].sum() * 60)} a "
        f"week, {share} of all. Those that cost most:"
    )
    return said, worst.reset_index(drop=True)


def own_sentence(person: Mapping[Any, Any]) -> str:
    """How one looks oneself, by the same checks."""
    if person["label"] == NOT_ENOUGH_POSTS:
        return f"{person['name']}: {count_words(int(person['posts_seen']), 'post')} here, too few to judge."
    verdicts = {
        FINE: "looks like a person who talks",
        LINK_BROADCASTER: "looks like one who only broadcasts links",
        LIKELY_SPAM: "looks like spam to these rules",
    }
    why = f": {person['why']}" if person["why"] else ""
    posts = count_words(int(person["posts_seen"]), "post")
    return (
        f"{person['name']} {verdicts[person['label']]}, score {person['score']:.0f} of 100 from {posts}{why}."
    )


def agreement_sentences(agreement: Agreement) -> list[str]:
    """How the rules agree with the user's decisions, with denominators."""
    if not agreement.decided:
        return []
    said = [
        f"You have decided about {count_words(agreement.decided, 'account')} that the rules can judge: "
        f"{agreement.unfollowed:,} to unfollow, {agreement.decided - agreement.unfollowed:,} to keep or as a source."
    ]
    if agreement.precision is not None:
        said.append(
            f"Of the {agreement.flagged:,} that the rules call likely spam you agree with {agreement.agreed:,} "
            f"({percent(agreement.agreed, agreement.flagged)})."
        )
    if agreement.recall is not None:
        missed = agreement.unfollowed - agreement.agreed
        said.append(f"Of the {agreement.unfollowed:,} to unfollow the rules missed {missed:,}.")
    return said


def makeup_sentence(report: LinkPusherReport) -> str | None:
    """What the feed is made of, and whom the marketing comes from."""
    posts = int(report.makeup["posts"].sum())
    if not posts:
        return None
    rows = report.makeup.to_dict("records")
    parts = ", ".join(f"{percent(row['posts'], posts)} {row['class']}" for row in rows if row["posts"])
    said = f"Of {count_words(posts, 'post')} here by {count_words(len(report.feed), 'account')} you follow: {parts}."
    [marketing] = report.makeup[report.makeup["class"] == "marketing"].to_dict("records")
    if marketing["posts"]:
        some = count_words(marketing["half_from"], "account")
        said += f" Half of the marketing comes from {some} of {marketing['accounts']:,} that market at all."
    return said
