"""The invented people of Mastodon and Bluesky, and what Ottilie does there within her sessions.

Both networks are played by the same rules: a few acts a session, answers by friends some time later, and now
and then an answer back. What a network calls things is left to mastodon.py and bluesky.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dice import Dice
from my_year import HOSTS
from people import SUBJECTS, YEAR_BEGINS
from sessions import Session
from words import Deck, load, slug

SAVED = datetime(2026, 11, 19, 18, 30)
"""When the exports of both networks were saved: before the last session."""
RELATIONS = {
    "mastodon": {"mutual": 26, "not back": 21, "fan": 15},
    "bluesky": {"mutual": 18, "not back": 33, "fan": 9},
}


@dataclass(slots=True, kw_only=True)
class Neighbour:
    """One account; they_since and i_since are when the follows began, none where there is none."""

    handle: str
    name: str
    bio: str
    subject: str
    i_since: datetime | None
    they_since: datetime | None
    followers: int
    following: int
    posts: int
    id: str = ""


@dataclass(slots=True, kw_only=True)
class Note:
    """One post, of mine (author none) or of somebody else. answers: the post that it answers."""

    id: str
    author: Neighbour | None
    moment: datetime
    text: str
    answers: Note | None = None
    likes: int = 0
    reposts: int = 0
    replies: int = 0


@dataclass(slots=True, kw_only=True)
class Deed:
    """A like, a repost or a follow, of mine (actor none) or of somebody else's towards me."""

    kind: str
    actor: Neighbour | None
    moment: datetime
    note: Note | None = None


@dataclass(slots=True, kw_only=True)
class Place:
    """All that came of a year on one network."""

    people: list[Neighbour]
    mine: list[Note] = field(default_factory=list)
    theirs: list[Note] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)


def play(name: str, sessions: list[Session], hosts: list[str]) -> Place:
    """A year on a network. hosts: where people's handles may end."""
    dice = Dice(name)
    place = Place(people=_people(dice.part("people"), name, hosts))
    deck = Deck(load("me"), dice.part("my words"), HOSTS)
    said = Deck(load("people"), dice.part("their words"), HOSTS)
    friends = [one for one in place.people if one.they_since and one.i_since][:14]
    followed = [one for one in place.people if one.i_since]
    waiting: list[Note] = []
    for session in sessions:
        if session.site != name or session.end > SAVED:
            continue
        moment = session.start + timedelta(seconds=dice.whole(30, 90))
        for _ in range(dice.weighted([0, 1, 2, 3, 4], [14, 30, 28, 18, 10])):
            if moment > session.end:
                break
            ready = [note for note in waiting if note.moment < moment]
            kind = dice.weighted(["post", "answer", "like", "repost"], [34, 36, 20, 10])
            if kind == "post":
                note = _mine(dice, deck.draw(dice.weighted(["post", "link", "tagged"], [60, 25, 15])), moment)
                place.mine.append(note)
                waiting += _echo(dice, said, place, note, friends)
            elif kind == "answer":
                back = ready.pop() if ready and dice.chance(0.6) else None
                if back:
                    waiting.remove(back)
                to = back or _theirs(dice, said, place, dice.pick(followed), moment)
                note = _mine(dice, deck.draw("reply"), moment)
                note.answers = to
                place.mine.append(note)
                waiting += _echo(dice, said, place, note, friends) if to.author in friends else []
            else:
                note = _theirs(dice, said, place, dice.pick(followed), moment)
                place.deeds.append(Deed(kind=kind, actor=None, moment=moment, note=note))
            moment += timedelta(seconds=dice.whole(40, 150))
    for one in place.people:
        if one.they_since and YEAR_BEGINS < one.they_since < SAVED:
            place.deeds.append(Deed(kind="follow", actor=one, moment=one.they_since))
    place.deeds.sort(key=lambda deed: deed.moment)
    return place


def _people(dice: Dice, name: str, hosts: list[str]) -> list[Neighbour]:
    words = load("names")
    people: list[Neighbour] = []
    taken: set[str] = set()
    for relation, number in RELATIONS[name].items():
        for _ in range(number):
            first, surname = dice.pick(words["first"]), dice.pick(words["surname"])
            while f"{first}{surname}" in taken:
                first, surname = dice.pick(words["first"]), dice.pick(words["surname"])
            taken.add(f"{first}{surname}")
            i_since = dice.moment(datetime(2023, 1, 8), datetime(2026, 10, 20))
            they_since = min(
                i_since + timedelta(days=30 * dice.between(0, 1) ** 2), SAVED - timedelta(days=3)
            )
            followers = int(30 + 1200 * dice.between(0, 1) ** 3)
            people.append(
                Neighbour(
                    handle=f"{slug(first)}_{slug(surname)}", name=f"{first} {surname}",
                    bio=dice.pick(words["bio"]).replace("{place}", dice.pick(words["place"])),
                    subject=dice.pick(SUBJECTS), i_since=None if relation == "fan" else i_since,
                    they_since=None if relation == "not back" else they_since, followers=followers,
                    following=int(followers * dice.between(0.4, 1.5)) + 12, posts=dice.whole(90, 4000),
                    id=dice.pick(hosts),
                )
            )  # fmt: skip
    return people


def _mine(dice: Dice, text: str, moment: datetime) -> Note:
    likes = int(dice.between(0, 1) ** 2 * 14)
    return Note(
        id="", author=None, moment=moment, text=_without_friend(text), likes=likes, reposts=likes // 4
    )


def _theirs(dice: Dice, said: Deck, place: Place, author: Neighbour, before: datetime) -> Note:
    moment = before - timedelta(minutes=dice.between(4, 900))
    note = Note(id="", author=author, moment=moment, text=_without_friend(said.draw(author.subject)))
    place.theirs.append(note)
    return note


def _echo(dice: Dice, said: Deck, place: Place, note: Note, friends: list[Neighbour]) -> list[Note]:
    """Answers to a post of mine, and likes and reposts by people with a name."""
    able = [one for one in friends if one.they_since and one.they_since < note.moment]
    answers = []
    for friend in dice.some(able, dice.weighted([0, 1, 2], [58, 32, 10])):
        moment = note.moment + timedelta(minutes=3 + 1500 * dice.between(0, 1) ** 3)
        if moment < SAVED:
            answer = Note(id="", author=friend, moment=moment, text=said.draw("reply"), answers=note)
            answers.append(answer)
    for friend in dice.some(able, min(note.likes, 6)):
        moment = note.moment + timedelta(minutes=2 + 2000 * dice.between(0, 1) ** 3)
        if moment < SAVED:
            kind = "repost" if dice.chance(0.18) else "like"
            place.deeds.append(Deed(kind=kind, actor=friend, moment=moment, note=note))
    note.replies = len(answers)
    place.theirs += answers
    return answers


def _without_friend(text: str) -> str:
    return text.replace("{friend}", "a friend")
