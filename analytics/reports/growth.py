"""Who came, who left, why: everything the page says and shows of how an account grew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pandas as pd

from analytics.metrics import decisions, follower_change, follower_growth, growth_jumps, retention
from analytics.metrics.window import Window
from analytics.reference import load_sites
from analytics.reports import growth_words
from analytics.reports.missing import HOW, Missing
from analytics.reports.week_words import day_words

DIRECTIONS = {"follower": "Followers", "following": "Following"}
MOST_JUMPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How many followed when. points: at (local), followers, source. level: at (local day), followers, basis.
    known: at, followers of both, in order. bands: from, to (local), low, high (people): where nobody counted, the
    number was within, whoever came or left first.
    """

    points: pd.DataFrame
    level: pd.DataFrame
    known: pd.DataFrame
    bands: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGrowth:
    """One account of the user's: frames as the metrics of the same names return them, of this account alone.

    network: as shown. level: with a level only. jumps: the largest, newest first. events: with `decision` (the
    verdict in force about the person, null without one). sentences: part -> what is said of it.
    """

    platform: str
    owner: str
    handle: str | None
    network: str
    time_zone: str
    points: pd.DataFrame
    level: pd.DataFrame
    daily: pd.DataFrame
    lists: pd.DataFrame
    changes: pd.DataFrame
    events: pd.DataFrame
    churn: pd.DataFrame
    cohorts: pd.DataFrame
    jumps: pd.DataFrame
    posts: pd.DataFrame

    @property
    def name(self) -> str:
        """Network and handle; text from an export."""
        return growth_words.account_name(self)

    @property
    def headline(self) -> str:
        """How many follow, and how that came about."""
        return growth_words.level_sentence(self)

    def between(self, direction: str, first: datetime, second: datetime) -> pd.DataFrame:
        """`follower_change.between` for this account."""
        events = self.events[self.events["direction"] == direction]
        verdicts = dict(zip(events["account"], events["decision"], strict=True))
        moved = follower_change.net(events, first, second)
        return moved.assign(decision=pd.Series(moved["account"].map(verdicts), dtype=object))

    def list_moments(self, direction: str) -> list[datetime]:
        """When there are complete lists, in order."""
        return [row.to_pydatetime() for row in self.lists.loc[self.lists["direction"] == direction, "as_of"]]

    def posts_around(self, jump: Mapping[str, object]) -> pd.DataFrame:
        """The posts around one row of jumps."""
        found: pd.DataFrame = self.posts[
            (self.posts["from"] == jump["from"]) & (self.posts["to"] == jump["to"])
        ]
        return found

    def said(self, part: str) -> list[str]:
        """The sentences of a part: change, retention."""
        if part == "change":
            found = (growth_words.churn_sentence(self), growth_words.daily_sentence(self))
            return [sentence for sentence in found if sentence]
        return list(growth_words.retention_sentences(self))

    def lacking(self, part: str) -> Missing | None:
        """What is missing for a part: lists, retention or jumps; null where nothing is."""
        again = (
            f"Ask {self.network} for your data again some weeks later, and import it beside the first. {HOW}"
        )
        if part == "lists" and self.changes.empty:
            what = "Who came and who left needs two complete lists of the same kind; here is no second one."
            return Missing(part=part, what=what, remedy=again)
        if part == "retention" and self.cohorts["as_of"].nunique() < 2:
            what = "Who stays needs two complete lists of followers; here is no second one."
            return Missing(part=part, what=what, remedy=again)
        if part == "jumps" and self.jumps.empty:
            return Missing(
                part=part,
                what="No day and no interval stands out: too few are known, or none had unusually many new followers.",
                remedy="Daily numbers of the network (X: Analytics), notices of follows, or five lists and more can "
                "show one.",
                is_of_exports=False,
            )
        return None

    def levels(self) -> Levels:
        """The level as a picture needs it."""
        points = self.points.dropna(subset=["followers"])
        points = points.assign(at=self._local(points["as_of"]), followers=points["followers"].astype("int64"))
        level = self.level.assign(
            at=pd.to_datetime(self.level["day"]), followers=self.level["followers"].astype("int64")
        )
        known = pd.concat([points[["at", "followers"]], level[["at", "followers"]]])
        known = known.sort_values("at", kind="stable").reset_index(drop=True)
        return Levels(
            points=points[["at", "followers", "source"]].reset_index(drop=True),
            level=level[["at", "followers", "basis"]].reset_index(drop=True),
            known=known,
            bands=self._bands(known),
        )

    def _bands(self, known: pd.DataFrame) -> pd.DataFrame:
        """Stretches of more than two days in which no count is known, with what it was within. With G gained and L
        lost in the interval of lists around it, a level n before it cannot be left by more than G up and L down, and
        one after it cannot have been reached from further.
        """
        changes = self.changes[self.changes["direction"] == "follower"]
        starts, ends = self._local(changes["from"]), self._local(changes["to"])
        found = []
        for start, end, gained, lost in zip(starts, ends, changes["gained"], changes["lost"], strict=True):
            inside = known[(known["at"] >= start) & (known["at"] <= end)]
            for before, after in pairwise(inside.itertuples(index=False)):
                if after.at - before.at > timedelta(days=2):
                    low = max(before.followers - lost, after.followers - gained)
                    high = min(before.followers + gained, after.followers + lost)
                    found.append((before.at, after.at, int(low), int(max(low, high))))
        return pd.DataFrame(found, columns=["from", "to", "low", "high"])

    def moves(self, direction: str) -> pd.DataFrame:
        """People by interval and what became of them: interval (two lines parted by |), meaning (came, or a cause),
        people. Who is there under another name is neither.
        """
        events = self.events[(self.events["direction"] == direction) & (self.events["cause"] != "renamed")]
        meaning = events["cause"].where(events["kind"] == "lost", "came")
        counts = events.assign(meaning=meaning).groupby(["after", "before", "meaning"]).size().reset_index()
        counts.columns = pd.Index(["after", "before", "meaning", "people"])
        return pd.DataFrame(
            {
                "interval": [
                    f"{day_words(row['after'], self.time_zone)}|– {day_words(row['before'], self.time_zone)}"
                    for row in counts.to_dict("records")
                ],
                "meaning": counts["meaning"],
                "people": counts["people"].astype("int64"),
            }
        )

    def people(self, moved: pd.DataFrame) -> pd.DataFrame:
        """Rows of `between` as a table shows them, the latest first. what: came, renamed, or a cause; after_local,
        before_local: local days; text that is not known is empty.
        """
        shown = moved.sort_values("before", ascending=False, kind="stable").reset_index(drop=True)
        texts = {
            name: shown[name].astype(object).where(shown[name].notna(), "")
            for name in ("cause_basis", "decision")
        }
        return shown.assign(
            who=[
                f"@{handle}" if isinstance(handle, str) and handle else account
                for handle, account in zip(shown["handle"], shown["account"], strict=True)
            ],
            what=shown["cause"].astype(object).where(shown["cause"].notna(), "came"),
            after_local=self._local(shown["after"]).dt.normalize(),
            before_local=self._local(shown["before"]).dt.normalize(),
            **texts,
        )

    def explained(self, person: Mapping[Any, Any]) -> str:
        """All that is known of one row of `people`, in a sentence or two."""
        return growth_words.person_sentence(person, self.time_zone)

    def cells(self, *, most_cohorts: int, most_lists: int) -> pd.DataFrame:
        """Cohorts for a picture: cohort, list (as written), arrived, here, share; the latest of each, in order."""
        lists = sorted(set(self.cohorts["as_of"]))[-most_lists:]
        rows = self.cohorts[self.cohorts["as_of"].isin(lists)]
        kept = list(dict.fromkeys(rows["cohort"]))[-most_cohorts:]
        rows = rows[rows["cohort"].isin(kept)]
        written = [
            (growth_words.cohort_words(row), day_words(row["as_of"], self.time_zone))
            for row in rows.to_dict("records")
        ]
        named = rows.assign(cohort=[row for row, _ in written], list=[column for _, column in written])
        return named[["cohort", "list", "arrived", "here", "share"]].reset_index(drop=True)

    def _local(self, moments: pd.Series[Any]) -> pd.Series[Any]:
        """Naive UTC -> naive local."""
        return pd.Series(moments.dt.tz_localize("UTC").dt.tz_convert(self.time_zone).dt.tz_localize(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How the user's accounts grew, those first of which most is known."""

    as_of_utc: datetime
    time_zone: str
    accounts: tuple[AccountGrowth, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each account."""
        return tuple(account.headline for account in self.accounts)

    @property
    def missing(self) -> Missing | None:
        """What is missing where nothing is known of any account."""
        if self.accounts:
            return None
        return Missing(
            part="followers",
            what="Nothing is known of your followers: no list of them, no count, no daily numbers.",
            remedy="What a network hands out brings a list (X, Mastodon, Bluesky, Instagram ...); two of them, "
            f"some weeks apart, show who came and who left. {HOW}",
        )


def growth(cursor: duckdb.DuckDBPyConnection, window: Window) -> Growth:
    """How each account of the user's grew. since and until choose what is shown of levels, changes and jumps; who
    stays is told of everybody.
    """
    whole = replace(window, since=None, until=None)
    verdicts = decisions.in_force(cursor, window)[["platform", "account", "verdict"]]
    verdicts = verdicts.rename(columns={"verdict": "decision"})
    events = follower_growth.events(cursor, window).merge(verdicts, on=["platform", "account"], how="left")
    jumps = growth_jumps.jumps(cursor, window)
    frames = {
        "points": follower_growth.points(cursor, window),
        "level": follower_growth.level(cursor, window).dropna(subset=["followers"]),
        "daily": follower_growth.daily(cursor, window),
        "lists": follower_growth.whole_lists(cursor, whole),
        "changes": follower_growth.changes(cursor, window),
        "events": events,
        "churn": retention.churn(cursor, whole),
        "cohorts": retention.cohorts(cursor, whole),
        "jumps": jumps,
        "posts": growth_jumps.posts_around(cursor, window, jumps),
    }
    every_point = follower_growth.points(cursor, whole)
    names = load_sites().names
    accounts = []
    for platform, owner, handle in follower_growth.owners(cursor, window).itertuples(index=False, name=None):
        mine = {name: _of(frame, platform, owner) for name, frame in frames.items()}
        if mine["points"].empty and mine["daily"].empty:
            # A period in which nothing was seen: the last that is known of this account, so that it says so.
            mine["points"] = _of(every_point, platform, owner).tail(1)
            if mine["points"].empty:
                continue
        mine["jumps"] = _largest(mine["jumps"])
        accounts.append(
            AccountGrowth(
                platform=platform,
                owner=owner,
                handle=handle if isinstance(handle, str) else None,
                network=names.get(platform, platform),
                time_zone=window.time_zone,
                **mine,
            )
        )
    # The page opens on the account of which most is known.
    accounts.sort(key=lambda account: (-len(account.events), -len(account.points), account.platform))
    return Growth(as_of_utc=window.now_utc, time_zone=window.time_zone, accounts=tuple(accounts))


def _of(frame: pd.DataFrame, platform: str, owner: str) -> pd.DataFrame:
    mine: pd.DataFrame = frame[(frame["platform"] == platform) & (frame["owner"] == owner)]
    return mine.reset_index(drop=True)


def _largest(jumps: pd.DataFrame) -> pd.DataFrame:
    return jumps.nlargest(MOST_JUMPS, "gained").sort_values("from", ascending=False).reset_index(drop=True)
