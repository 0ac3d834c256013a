"""Who follows back, how long to wait, how many more to follow, who moved or went silent: the page "Follows"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analytics.metrics import (
    decisions,
    fans,
    follow_back,
    follow_limits,
    link_pushers,
    reading_cost,
    reciprocity,
    settings,
    silence,
)
from analytics.metrics.time_spent import Cursor
from analytics.metrics.window import Window
from analytics.reference import load_sites
from analytics.reports import follow_words
from analytics.reports.missing import HOW, Missing

_KEY = ["platform", "account"]
_FRESH = "new follow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """The people of one person.

    accounts: as `reciprocity.accounts`. people: as `reciprocity.people`, those who do not follow back first and the
    highest score first, with posts_per_week and basis (as in `reading_cost`), score and label (as in `link_pushers`;
    null with too few posts for a verdict), state (as in `silence`; "new follow" within the grace period; null where
    nothing tells), why (what the state rests on), decision (null: open), since_day and last_day (local dates).
    exchange: as `reciprocity.exchange`. curve, waiting: as in `follow_back`, of all accounts together. limits: as
    `follow_limits`. states: as `silence.states`, with decision. renamed: changes of handles by people on the lists.
    fans: as `fans.worth_following`, score as in people. fans_left_out: link-pushers among the fans. names: site key
    -> name as shown.
    """

    time_zone: str
    grace_days: float
    silent_days: float
    accounts: pd.DataFrame
    people: pd.DataFrame
    exchange: pd.DataFrame
    curve: pd.DataFrame
    waiting: pd.DataFrame
    limits: pd.DataFrame
    states: pd.DataFrame
    renamed: pd.DataFrame
    fans: pd.DataFrame
    fans_left_out: int
    names: Mapping[str, str]
    findings: tuple[tuple[str, str], ...] = ()
    missing: tuple[Missing, ...] = ()

    def said(self, part: str) -> list[str]:
        """The sentences of one part: who, accounts, fresh, waiting, limits, states, renamed, exchange or fans."""
        return [sentence for of, sentence in self.findings if of == part]

    def lacking(self, part: str) -> Missing | None:
        """What is missing for a part: people, waiting or states; null where nothing is."""
        return next((missing for missing in self.missing if missing.part == part), None)


def follows(cursor: Cursor, window: Window) -> Follows:
    """Everything the page says, as of window.now_utc."""
    rules = link_pushers.load_rules()
    everyone = reciprocity.people(cursor, window)
    all_fans = fans.fans(cursor, window, rules=rules)
    whole = replace(window, since=None, until=None)  # an account is judged by all that is here of it
    states = silence.states(cursor, whole)
    waits = follow_back.waits_of(everyone, window)
    listed = everyone[_KEY].drop_duplicates()
    unworded = Follows(
        time_zone=window.time_zone,
        grace_days=settings.number(cursor, "grace_days"),
        silent_days=settings.number(cursor, "silent_days"),
        accounts=reciprocity.accounts(cursor, window),
        people=_people(cursor, window, everyone, all_fans, states, rules),
        exchange=reciprocity.exchange(everyone),
        curve=follow_back.curve_of(waits),
        waiting=follow_back.waiting_times(waits),
        limits=follow_limits.limits(cursor, window),
        states=_decided(cursor, window, states),
        renamed=silence.renamed(cursor, window).merge(listed, on=_KEY),
        fans=_worth_following(all_fans),
        fans_left_out=int(all_fans["left_out"].sum()),
        names=load_sites().names,
    )
    return replace(
        unworded, findings=tuple(follow_words.findings(unworded)), missing=tuple(_missing(unworded))
    )


def _decided(cursor: Cursor, window: Window, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column decision; null where the user has not decided."""
    decided = decisions.in_force(cursor, window).rename(columns={"verdict": "decision"})
    return frame.merge(decided[[*_KEY, "decision"]], how="left", on=_KEY)


def _worth_following(all_fans: pd.DataFrame) -> pd.DataFrame:
    found = all_fans[~all_fans["left_out"]].reset_index(drop=True)
    return found.assign(score=found["score"].where(found["label"].ne(link_pushers.NOT_ENOUGH_POSTS)))


def _people(
    cursor: Cursor,
    window: Window,
    everyone: pd.DataFrame,
    all_fans: pd.DataFrame,
    states: pd.DataFrame,
    rules: link_pushers.Rules,
) -> pd.DataFrame:
    whole = replace(window, since=None, until=None)
    judged = link_pushers.link_pushers(cursor, whole, scope="following", rules=rules)
    scores = pd.concat([judged[[*_KEY, "score", "label"]], all_fans[[*_KEY, "score", "label"]]])
    scores = scores[scores["label"].ne(link_pushers.NOT_ENOUGH_POSTS)]
    read = reading_cost.accounts(cursor, whole)[
        [*_KEY, "posts_per_week", "basis"]
    ]  # the same for every period
    found = everyone.merge(scores.drop_duplicates(_KEY), how="left", on=_KEY)
    found = found.merge(read, how="left", on=_KEY)
    found = found.merge(states[[*_KEY, "state", "why"]], how="left", on=_KEY)
    found = _decided(cursor, window, found)
    calm = ~found["state"].isin((silence.MOVED, silence.SILENT))
    found["state"] = found["state"].where(found["state"].ne(silence.UNKNOWN), None)
    found.loc[found["fresh"].fillna(False).astype(bool) & calm, "state"] = _FRESH
    found["since_day"] = local_days(found["since"], window.time_zone)
    found["last_day"] = local_days(found["last_interaction"], window.time_zone)
    rank = found["relation"].map({"not_following_back": 0, "mutual": 1, "fan": 2})
    return (
        found.assign(rank=rank)
        .sort_values(
            ["rank", "score", "posts_per_week", *_KEY],
            ascending=[True, False, False, True, True],
            na_position="last",
            ignore_index=True,
        )
        .drop(columns="rank")
    )


def local_days(moments_utc: pd.Series, time_zone: str) -> pd.Series:
    """Naive UTC moments as local dates; null stays null."""
    days: pd.Series = pd.to_datetime(moments_utc).dt.tz_localize("UTC").dt.tz_convert(time_zone).dt.date
    return days


def _missing(report: Follows) -> list[Missing]:
    found = []
    if report.people.empty:
        one = "" if report.accounts.empty else "one side only; "
        found.append(
            Missing(
                part="people",
                what=f"Who follows back is not known: {one}it takes a complete list of your followers and one of whom "
                "you follow.",
                remedy=f"What a network hands out brings them (X, Mastodon, Bluesky, Instagram ...). {HOW}",
            )
        )
    elif report.curve.empty:
        found.append(
            Missing(
                part="waiting",
                what="Nothing here tells how long people take to follow back.",
                remedy="It takes dates: lists that have them (Instagram, TikTok), notices of follows, or lists of both "
                "sides from two exports made some weeks apart.",
            )
        )
    if len(report.states) and not report.states["state"].isin((silence.MOVED, silence.SILENT)).any():
        found.append(
            Missing(
                part="states",
                what="Nobody is known to have moved or gone silent. Not to have heard of somebody is no silence: it "
                "takes two looks at a profile that are far apart.",
                remedy="Profiles with their number of posts come with the X web exporter and with saved answers of "
                "Mastodon or Bluesky; save them again every few months.",
            )
        )
    return found
