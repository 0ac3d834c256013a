"""digg/: a site without an importer of its own, in the generic CSV form: posts, comments, diggs, time.

Names stand for accounts, because there are no ids. A digg is a like. The table of posts has no column
for link clicks; how often the link of a submission was opened is in `impressions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from dice import Dice, iso, local, utc
from my_year import HOSTS, Act
from sessions import DESKTOP_FROM, Session
from tables import ACCOUNT_COLUMNS, ACT_COLUMNS, POST_COLUMNS, Cell, act_rows, write_table
from words import URL, Deck, load

ME = "larkspindle_bindery"
LISTS = [datetime(2026, 5, 31, 18, 30), datetime(2026, 11, 15, 18, 40)]
TIME_FROM = date(2026, 5, 4)
LAST_MOMENT = datetime(2026, 11, 19, 18)
NOUNS = ["teapot", "atlas", "lantern", "pebble", "thimble", "kettle", "marble", "bramble", "otter", "wren",
         "pickle", "button", "anchor", "mitten", "turnip", "saddle"]  # fmt: skip
ADJECTIVES = ["absentminded", "understated", "overconfident", "unsinkable", "wandering", "second_hand",
              "left_handed", "well_tempered", "half_asleep", "moderately_loud"]  # fmt: skip
# Kind of relation -> (people, follows me first, I follow first, follows me later, I follow later).
RELATIONS = {
    "mutual": (21, 1, 1, 1, 1), "not back": (27, 0, 1, 0, 1), "fan": (13, 1, 0, 1, 0), "left": (3, 1, 1, 0, 1),
    "lost fan": (1, 1, 0, 0, 0), "dropped": (1, 0, 1, 0, 0), "new fan": (8, 0, 0, 1, 0), "new mutual": (5, 0, 0, 1, 1),
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Reader:
    """One other account on Digg."""

    handle: str
    relation: str
    since: datetime | None


@dataclass(slots=True, kw_only=True)
class Entry:
    """One post or comment on Digg."""

    id: str
    author: str
    moment: datetime
    text: str
    kind: str
    reply_to: tuple[str, str] | None = None
    likes: int = 0
    replies: int = 0
    clicks: int | None = None


def write_digg(folder: Path, sessions: list[Session]) -> None:
    """accounts.csv, posts.csv, interactions.csv, follows.csv and time.csv of Digg."""
    dice = Dice("digg")
    readers = _readers(dice.part("readers"))
    theirs = _theirs(dice.part("theirs"), readers)
    mine, acts = _mine(dice.part("mine"), readers, theirs, [one for one in sessions if one.site == "digg"])
    write_table(folder / "accounts.csv", ACCOUNT_COLUMNS, _accounts(dice.part("accounts"), readers))
    write_table(folder / "posts.csv", POST_COLUMNS, _rows([*mine, *theirs]))
    write_table(folder / "interactions.csv", ACT_COLUMNS, act_rows("digg", acts))
    columns = ["platform", "owner", "account", "direction", "as_of", "since"]
    write_table(folder / "follows.csv", columns, _follows(readers))
    write_table(folder / "time.csv", ["site", "start", "end"], _time(sessions))


def _readers(dice: Dice) -> list[Reader]:
    names = dice.shuffled([f"{adjective}_{noun}" for adjective in ADJECTIVES for noun in NOUNS])
    names = [name for name in names if 16 <= len(name) <= 24]
    readers = []
    for relation, (number, *_) in RELATIONS.items():
        for _ in range(number):
            since = None
            if relation.startswith("new"):
                since = dice.moment(LISTS[0] + timedelta(days=1), LISTS[1] - timedelta(days=1))
            readers.append(Reader(handle=names.pop(), relation=relation, since=since))
    return readers


def _theirs(dice: Dice, readers: list[Reader]) -> list[Entry]:
    """What some of the people I follow there submitted over the year, and said of each other's."""
    deck = Deck(load("digg"), dice, ["long-read.example", "old-maps.example", "slow-trains.example"])
    entries = []
    for reader in readers[:26]:
        for _ in range(dice.whole(2, 6)):
            moment = dice.moment(datetime(2025, 11, 25), LAST_MOMENT - timedelta(days=1))
            text = deck.draw("post")
            entries.append(Entry(id=dice.letters(10), author=reader.handle, moment=moment, text=text, kind="post",
                                 likes=dice.whole(3, 140), replies=dice.whole(0, 20)))  # fmt: skip
    comments = []
    for reader in readers[:26]:
        for found in dice.some(
            [entry for entry in entries if entry.author != reader.handle], dice.whole(1, 4)
        ):
            moment = min(found.moment + timedelta(minutes=dice.whole(5, 2000)), LAST_MOMENT)
            comments.append(Entry(id=dice.letters(10), author=reader.handle, moment=moment, kind="reply",
                                  text=deck.draw("comment"), reply_to=(found.author, found.id),
                                  likes=dice.whole(0, 12)))  # fmt: skip
    return sorted([*entries, *comments], key=lambda entry: (entry.moment, entry.id))


def _mine(
    dice: Dice, readers: list[Reader], theirs: list[Entry], sessions: list[Session]
) -> tuple[list[Entry], list[Act]]:
    """My submissions, comments and diggs, made inside my sessions, and what came back."""
    deck = Deck(load("digg"), dice.part("words"), HOSTS)
    entries: list[Entry] = []
    acts: list[Act] = []
    dug: set[str] = set()
    friends = [reader for reader in readers if reader.relation in ("mutual", "new mutual", "fan")]
    for session in sessions:
        moment = session.start + timedelta(seconds=dice.whole(40, 90))
        for _ in range(dice.weighted([0, 1, 2, 3], [20, 36, 29, 15])):
            recent = [entry for entry in theirs if moment - timedelta(days=45) < entry.moment < moment]
            if moment > min(session.end, LAST_MOMENT) or not recent:
                break
            kind = dice.weighted(["like", "reply", "post"], [50, 30, 20])
            found = dice.pick(recent[-12:])
            if kind == "like" and found.id not in dug:
                dug.add(found.id)
                acts.append(Act(actor=ME, target=found.author, kind="like", moment=moment, post_id=found.id))
            elif kind != "like":
                entry = _entry(dice, deck, moment, kind, found)
                entries.append(entry)
                acts += _reactions(dice, entry, friends)
            moment += timedelta(seconds=dice.whole(50, 140))
    return entries, acts


def _entry(dice: Dice, deck: Deck, moment: datetime, kind: str, found: Entry) -> Entry:
    if kind == "reply":
        return Entry(id=dice.letters(10), author=ME, moment=moment, text=deck.draw("comment"), kind="reply",
                     reply_to=(found.author, found.id))  # fmt: skip
    return Entry(id=dice.letters(10), author=ME, moment=moment, text=deck.draw("post"), kind="post",
                 clicks=int(6 + 240 * dice.between(0, 1) ** 3))  # fmt: skip


def _reactions(dice: Dice, entry: Entry, friends: list[Reader]) -> list[Act]:
    """Diggs by people with a name, and answers; the counts hold those of strangers too."""
    acts = []
    likes = dice.whole(0, 3) if entry.clicks is None else int(entry.clicks * dice.between(0.05, 0.16))
    for kind, number in (("like", likes // 2 + 1), ("reply", dice.weighted([0, 1, 2], [60, 30, 10]))):
        for reader in dice.some(friends, number):
            moment = entry.moment + timedelta(minutes=2 + 2200 * dice.between(0, 1) ** 3)
            known = reader.since is None or reader.since < moment
            if moment < LAST_MOMENT and known and (kind == "reply" or likes):
                acts.append(Act(actor=reader.handle, target=ME, kind=kind, moment=moment, post_id=entry.id))
    entry.likes = max(likes, sum(act.kind == "like" for act in acts))
    entry.replies = sum(act.kind == "reply" for act in acts)
    return acts


def _rows(entries: list[Entry]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for entry in sorted(entries, key=lambda entry: (entry.moment, entry.id)):
        account, post = entry.reply_to or (None, None)
        links = " ".join(URL.findall(entry.text))
        rows.append(["digg", entry.author, entry.id, iso(entry.moment), entry.text, entry.kind, account, post, None,
                     links, "Digg", entry.likes, None, entry.replies, entry.clicks])  # fmt: skip
    return rows


def _accounts(dice: Dice, readers: list[Reader]) -> list[list[Cell]]:
    bio = "Bookbinder in Vienna. Submits old paper."
    me: list[Cell] = ["digg", ME, ME, "Ottilie Larkspindle", bio, "https://larkspindle-bindery.example",
                      "2025-08-14T17:22:00Z", 47, 56, None, None, 0, 0, iso(LISTS[1])]  # fmt: skip
    rows = [me]
    names = load("names")
    for reader in readers:
        opened = dice.moment(datetime(2025, 6, 2), datetime(2025, 11, 20))
        followers = dice.whole(8, 900)
        following = int(followers * dice.between(0.3, 1.5)) + dice.whole(5, 40)
        about = (
            dice.pick(names["bio"]).replace("{place}", dice.pick(names["place"])) if dice.chance(0.8) else ""
        )
        shown = reader.handle.replace("_", " ").title()
        posts = dice.whole(30, 900)
        rows.append(["digg", reader.handle, reader.handle, shown, about, None, iso(opened), followers, following,
                     posts, posts * dice.whole(1, 6), 0, 0, iso(LISTS[1])])  # fmt: skip
    return rows


def _follows(readers: list[Reader]) -> list[list[Cell]]:
    """Both lists at both dates; `since` where the follow is newer than the first."""
    rows: list[list[Cell]] = []
    for moment, columns in zip(LISTS, ((1, 2), (3, 4)), strict=True):
        for direction, column in zip(("follower", "following"), columns, strict=True):
            for reader in readers:
                if RELATIONS[reader.relation][column]:
                    since = iso(reader.since) if reader.since else None
                    rows.append(["digg", ME, reader.handle, direction, iso(moment), since])
    return rows


def _time(sessions: list[Session]) -> list[list[Cell]]:
    """My own note of the minutes on Digg, before the tracker: full minutes, with the offset of the day."""
    first, last = utc(TIME_FROM, time(0)), utc(DESKTOP_FROM, time(0))
    rows: list[list[Cell]] = []
    for session in sessions:
        if session.site == "digg" and first <= session.start < last:
            start = local(session.start).replace(second=0)
            minutes = max(1, round(session.seconds / 60))
            end = start + timedelta(minutes=minutes)
            rows.append(["digg", start.isoformat(), end.isoformat()])
    return rows
