"""The year on X, played in order of time: what I posted, who answered, whom I answered.

Posting happens inside the sessions of sessions.py. Answers to a post arrive later and wait until a
session in which they are answered, or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dice import Dice, local
from others import OtherPost, speaker
from people import FIRST_ARCHIVE, ME, SECOND_ARCHIVE, VIRAL_DAY, Person
from sessions import Session
from words import Deck, cut, load

HOSTS = ["larkspindle-bindery.example", "larkspindle-bindery.example", "paperguild.example",
         "old-maps.example", "riverside-library.example", "marbling.example"]  # fmt: skip
TALK_ENDS = datetime(2026, 3, 16)
LONG_AFTER = [datetime(2026, 1, 14, 17), datetime(2026, 4, 2, 17), datetime(2026, 9, 29, 17)]
CSV_BEGINS = SECOND_ARCHIVE - timedelta(days=60)
LIKES = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12, 17, 26]


@dataclass(slots=True, kw_only=True)
class Post:
    """One of my posts. versions: earlier wordings with their ids and moments, where it was edited."""

    id: str
    moment: datetime
    kind: str
    text: str
    device: str
    lang: str = "en"
    target: Person | None = None
    target_post: str | None = None
    long_text: str | None = None
    likes: int = 0
    reposts: int = 0
    earlier: tuple[str, datetime, str] | None = None
    deleted: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Act:
    """One act of somebody towards somebody; post_id is the post it was about."""

    actor: str
    target: str
    kind: str
    moment: datetime
    post_id: str = ""


@dataclass(slots=True, kw_only=True)
class Answer:
    """An answer that I got: its own id, to which of my posts."""

    person: Person
    moment: datetime
    id: str
    post: Post


@dataclass(slots=True, kw_only=True)
class Year:
    """All that came of it."""

    posts: list[Post] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Player:
    """Plays the year; `year` is what came of it."""

    def __init__(self, people: list[Person], theirs: list[OtherPost]) -> None:
        self.dice = Dice("my year")
        self.year = Year()
        self.deck = Deck(load("me"), self.dice.part("words"), HOSTS)
        self.people = [person for person in people if person.weight > 0]
        self.spare = [person for person in people if person.role in ("announcer", "named")]
        self.waiting: list[Answer] = []
        self.used: set[str] = set()
        self.long_left = list(LONG_AFTER)
        self.threads = self.dice.shuffled(load("me")["thread"])
        self.theirs: dict[str, list[OtherPost]] = {}
        for post in theirs:
            self.theirs.setdefault(post.author.account, []).append(post)

    def play(self, sessions: list[Session]) -> Year:
        """Go through the sessions on X."""
        for session in sessions:
            if session.site == "x" and session.start < SECOND_ARCHIVE - timedelta(hours=1):
                self.visit(session)
        self.year.answers += self.waiting
        return self.year

    def visit(self, session: Session) -> None:
        """One session: none to six acts, as long as there is time."""
        dice = self.dice
        moment = session.start + timedelta(milliseconds=dice.whole(25_000, 80_000))
        for _ in range(dice.weighted([0, 1, 2, 3, 4, 6], [10, 22, 28, 20, 12, 8])):
            if moment > session.end:
                return
            moment = self.act(session, moment) + timedelta(milliseconds=dice.whole(35_000, 110_000))

    def act(self, session: Session, moment: datetime) -> datetime:
        """Do one thing; when it was done."""
        dice, device = self.dice, session.device
        room = session.end - moment
        if not self.year.posts:
            self.publish(moment, "post", self.deck.line("fresh"), device)
        elif moment > VIRAL_DAY and "viral" not in self.used:
            self.used.add("viral")
            self.publish(moment, "post", self.deck.line("viral"), device, likes=412)
        elif self.long_left and moment > self.long_left[0]:
            del self.long_left[0]
            self.publish(moment, "long", self.deck.draw("long"), device)
        elif (open_ones := self.open_answers(moment)) and dice.chance(0.4):
            self.answer(moment, dice.pick(open_ones[-3:]), device)
        elif room > timedelta(minutes=5) and self.threads and dice.chance(0.09):
            return self.thread(moment, device)
        else:
            kind = dice.weighted(["post", "link", "tagged", "with", "german", "quote", "repost", "reply"],
                                 [26, 10, 5, 4, 1, 7, 18, 30])  # fmt: skip
            self.start(moment, kind, device)
        return moment

    def start(self, moment: datetime, kind: str, device: str) -> None:
        """Something of my own accord."""
        dice = self.dice
        if kind == "reply":
            self.reply_to(moment, self.somebody(moment, cold=True), None, device)
        elif kind in ("repost", "quote"):
            person = self.somebody(moment, cold=True)
            target_post = self.post_of(person, moment)
            if kind == "repost":
                voice = speaker(dice.part(f"{moment}"), person)
                text = cut(f"RT @{person.handle}: {voice.draw(dice.pick(person.subjects))}", 140)
            else:
                text = f"{self.deck.draw('quote')} https://x.com/{person.handle}/status/{target_post}"
            self.publish(moment, kind, text, device, target=person, target_post=target_post)
        else:
            text, again = self.draw(kind)
            if "{friend}" in text:
                text = text.replace("{friend}", f"@{self.somebody(moment).handle}")
            if kind == "post" and (again or dice.chance(0.3)):
                text = f"{self.deck.draw('lead')} {text} {self.deck.draw('coda')}"
            elif (kind == "post" and dice.chance(0.4)) or again:
                text = f"{self.deck.draw('lead')} {text}" if again else f"{text} {self.deck.draw('aside')}"
            self.publish(moment, kind, text, device, lang="de" if kind == "german" else "en")

    def draw(self, section: str) -> tuple[str, bool]:
        """A text of a section, and whether its line was used before: then something is added to it."""
        line = self.deck.line(section)
        again = line in self.used
        self.used.add(line)
        return self.deck.fill(line), again

    def thread(self, moment: datetime, device: str) -> datetime:
        """A post and its continuations, each a reply to the one before."""
        before = None
        for part in self.deck.fill(self.threads.pop()).split(" | "):
            kind = "thread" if before else "post"
            if before:
                moment += timedelta(milliseconds=self.dice.whole(38_000, 66_000))
            before = self.publish(
                moment, kind, part, device, target=ME if before else None, target_post=before and before.id
            )
        return moment

    def reply_to(self, moment: datetime, person: Person, post_id: str | None, device: str) -> None:
        """Answer somebody, who may answer again."""
        dice = self.dice
        text, again = self.draw("reply")
        if again or dice.chance(0.6):
            text = f"{self.deck.draw('reply_open')} {text}"
        if again or dice.chance(0.3):
            text = f"{text} {self.deck.draw('reply_close')}"
        post = self.publish(
            moment, "reply", f"@{person.handle} {text}", device,
            target=person, target_post=post_id or self.post_of(person, moment),
        )  # fmt: skip
        if dice.chance({"friend": 0.42, "lost contact": 0.42, "regular": 0.3}.get(person.role, 0.08)):
            self.receive(post, person)

    def answer(self, moment: datetime, answer: Answer, device: str) -> None:
        """Answer one that waited."""
        self.waiting.remove(answer)
        self.year.answers.append(answer)
        self.reply_to(moment, answer.person, answer.id, device)

    def open_answers(self, moment: datetime) -> list[Answer]:
        """Answers that have arrived in the last twelve days and wait, oldest first."""
        oldest = moment - timedelta(days=12)
        arrived = [
            answer for answer in self.waiting if oldest < answer.moment < moment - timedelta(minutes=1)
        ]
        return sorted(arrived, key=lambda answer: answer.moment)

    def publish(self, moment: datetime, kind: str, text: str, device: str, *, likes: int | None = None,
                lang: str = "en", target: Person | None = None, target_post: str | None = None) -> Post:  # fmt: skip
        """Post it, and let people react in the hours and days after."""
        post = Post(id=self.dice.snowflake(moment), moment=moment, kind=kind, text=text, device=device,
                    lang=lang, target=target, target_post=target_post)  # fmt: skip
        if kind == "long":
            post.kind, post.long_text = "post", text
        self.year.posts.append(post)
        if kind == "repost":
            return post
        post.likes = likes if likes is not None else self.liked(moment, kind)
        shared = 0.0 if kind == "reply" else 0.16 if likes else self.dice.between(0, 0.22)
        post.reposts = int(post.likes * shared)
        self.react(post)
        if kind != "reply":
            for _ in range(self.dice.weighted([0, 1, 2, 3], [46, 32, 15, 7]) if post.likes > 1 else 0):
                self.receive(post, self.somebody(moment))
        return post

    def liked(self, moment: datetime, kind: str) -> int:
        """Likes in the end: more in the evening, more as the year goes on, few for replies and links."""
        if kind in ("reply", "thread"):
            return self.dice.weighted([0, 1, 2, 3], [45, 32, 16, 7])
        hour = local(moment).hour
        by_hour = 1.45 if hour in range(18, 23) else 1.15 if hour < 9 else 0.8
        by_kind = {"link": 0.55, "quote": 0.7, "long": 3.0}.get(kind, 1.0)
        by_date = 0.85 + 0.4 * ((moment - datetime(2025, 11, 24)) / timedelta(days=365))
        return int(self.dice.pick(LIKES) * by_hour * by_kind * by_date)

    def react(self, post: Post) -> None:
        """Likes and reposts by people with a name; about a quarter come from nobody we know."""
        able = [person for person in self.people if self.present(person, post.moment)]
        for kind, number in (("like", post.likes), ("repost", post.reposts)):
            actors: set[str] = set()
            for _ in range(min(int(number * 0.78 + 0.5), 90)):
                person = self.dice.weighted(able, [one.weight + 0.6 for one in able])
                moment = post.moment + self.delay(days=2.5)
                if person.account not in actors and moment < SECOND_ARCHIVE:
                    actors.add(person.account)
                    self.year.acts.append(Act(actor=person.account, target=ME.account, kind=kind,
                                              moment=moment, post_id=post.id))  # fmt: skip

    def receive(self, post: Post, person: Person) -> None:
        """An answer arrives some minutes or hours later."""
        moment = post.moment + self.delay(days=0.9)
        if moment < SECOND_ARCHIVE - timedelta(minutes=20) and self.present(person, moment):
            self.waiting.append(
                Answer(person=person, moment=moment, id=self.dice.snowflake(moment), post=post)
            )

    def delay(self, days: float) -> timedelta:
        """Mostly soon, sometimes late: two minutes to `days` days."""
        return timedelta(milliseconds=120_000 + int(days * 86_400_000 * self.dice.between(0, 1) ** 4))

    def present(self, person: Person, moment: datetime) -> bool:
        """Is this person about, then?"""
        return person.acts_at(moment) and not (person.role == "lost contact" and moment > TALK_ENDS)

    def somebody(self, moment: datetime, *, cold: bool = False) -> Person:
        """Somebody by how near they are; of my own accord sometimes somebody who never answers."""
        if cold and self.dice.chance(0.12):
            return self.dice.pick(self.spare)
        able = [person for person in self.people if self.present(person, moment)]
        return self.dice.weighted(able, [person.weight for person in able])

    def post_of(self, person: Person, moment: datetime) -> str:
        """The id of a post of theirs from the days before: a known one if there is one."""
        recent = [
            post.id
            for post in self.theirs.get(person.account, ())
            if post.kind == "post" and moment - timedelta(days=4) < post.moment < moment
        ]
        return self.dice.pick(recent) if recent else self.dice.snowflake(moment - self.delay(days=1))


__all__ = ["CSV_BEGINS", "FIRST_ARCHIVE", "Act", "Answer", "Player", "Post", "Year"]
