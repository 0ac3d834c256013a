"""The invented people: who follows whom at the two dates of the X archives, and what they are like.

Nobody real can be meant: every handle has 16 to 20 characters where X allows 15, every surname is a
compound that nobody bears, and every id is made of an invented moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dice import Dice
from manners import COSTUMES
from words import load, slug

FIRST_ARCHIVE = datetime(2026, 5, 10, 9, 41, 17, 204000)
SECOND_ARCHIVE = datetime(2026, 11, 19, 18, 22, 40, 731000)
YEAR_BEGINS = datetime(2025, 11, 24, 6, 0)
VIRAL_DAY = datetime(2026, 6, 18, 18, 0)

# Group -> (people, I follow at the first, they follow at the first, I at the second, they at the second).
GROUPS: dict[str, tuple[int, bool, bool, bool, bool]] = {
    "mutual": (128, True, True, True, True),
    "left me": (8, True, True, True, False),
    "I left": (3, True, True, False, True),
    "parted": (2, True, True, False, False),
    "not back": (92, True, False, True, False),
    "came back": (9, True, False, True, True),
    "dropped": (6, True, False, False, False),
    "fan": (151, False, True, False, True),
    "lost fan": (11, False, True, False, False),
    "fan followed": (7, False, True, True, True),
    "new mutual": (9, False, False, True, True),
    "new not back": (9, False, False, True, False),
    "new fan": (34, False, False, False, True),
}

# Role -> how many of which group have it, from the first member on.
ROLES: dict[str, list[tuple[str, int]]] = {
    "friend": [("mutual", 9)],
    "lost contact": [("mutual", 3)],
    "regular": [
        ("mutual", 24),
        ("not back", 8),
        ("came back", 3),
        ("fan followed", 3),
        ("new mutual", 3),
    ],
    "pusher": [("mutual", 1), ("not back", 4)],
    "announcer": [("not back", 2)],
    "leaning": [("mutual", 3), ("not back", 3)],
    "silent": [("mutual", 1), ("not back", 1)],
    "acquaintance": [
        ("mutual", 42),
        ("fan", 40),
        ("came back", 4),
        ("new mutual", 4),
        ("new fan", 8),
        ("left me", 5),
        ("lost fan", 5),
        ("fan followed", 3),
    ],
    "named": [("not back", 52), ("mutual", 10), ("fan", 8), ("new not back", 6)],
}

SUBJECTS = ["maps", "printing", "library", "cycling", "garden", "baking", "mountains", "ceramics", "birds",
            "music", "history", "photography", "trams", "cats", "translation", "science"]  # fmt: skip
CLIENTS = ["Twitter for iPhone", "Twitter for Android", "Twitter Web App"]


@dataclass(slots=True, kw_only=True)
class Person:
    """One account on X. `weight` is how often they act towards me; `kind` is a pusher's section."""

    account: str
    handle: str
    name: str
    group: str
    created: datetime
    role: str = ""
    kind: str = ""
    bio: str = ""
    website: str = ""
    followers: int = 0
    following: int = 0
    posts: int = 0
    likes_given: int = 0
    default_image: bool = False
    verified: bool = False
    client: str = ""
    subjects: list[str] = field(default_factory=list)
    weight: float = 0.0
    follows_me_from: datetime | None = None
    follows_me_until: datetime | None = None
    followed_by_me_from: datetime | None = None

    @property
    def named(self) -> bool:
        """True where accounts.csv tells the name; the others are known by their id alone."""
        return self.role != ""

    def acts_at(self, moment: datetime) -> bool:
        """Could they have liked or answered something of mine then?"""
        began = self.follows_me_from is None or moment >= self.follows_me_from
        return began and (self.follows_me_until is None or moment <= self.follows_me_until)


OPENED = datetime(2019, 3, 4, 16, 20, 11, 500000)
ME = Person(
    account=Dice("me").snowflake(OPENED), handle="ottilie_larkspindle", name="Ottilie Larkspindle", group="me",
    created=OPENED, bio="Bookbinder, map mender, Vienna. Ask me about paste.",
    website="https://larkspindle-bindery.example", followers=341, following=262, posts=0, likes_given=0,
)  # fmt: skip


def make_people() -> list[Person]:
    """Everybody, in the order of the groups; me apart."""
    dice = Dice("people")
    words = load("names")
    taken: set[str] = {ME.handle}
    people = [
        _stranger(dice, words, group, taken) for group, (number, *_) in GROUPS.items() for _ in range(number)
    ]
    for role, shares in ROLES.items():
        for group, number in shares:
            free = [person for person in people if _could_be(person, group)]
            for person in free[:number]:
                person.role = role
    _dress(dice.part("roles"), people)
    _date_follows(dice.part("follows"), people)
    return people


def _could_be(person: Person, group: str) -> bool:
    """Is this one of the group, without a role yet, and somebody who takes part?"""
    return person.group == group and not person.role and person.likes_given >= 10


def _stranger(dice: Dice, words: dict[str, list[str]], group: str, taken: set[str]) -> Person:
    first, surname = dice.pick(words["first"]), dice.pick(words["surname"])
    handle = _handle(dice, first, surname)
    while handle.lower() in taken:
        first, surname = dice.pick(words["first"]), dice.pick(words["surname"])
        handle = _handle(dice, first, surname)
    taken.add(handle.lower())
    created = dice.moment(datetime(2016, 2, 1), datetime(2025, 8, 1))
    followers = int(
        40 + 900 * dice.between(0, 1) ** 3 + (2600 * dice.between(0, 1) if dice.chance(0.2) else 0)
    )
    following = int(followers * dice.between(0.35, 1.7)) + dice.whole(20, 120)
    posts = dice.whole(150, 9000)
    person = Person(
        account=dice.snowflake(created), handle=handle, name=f"{first} {surname}", group=group,
        created=created, followers=followers, following=following, posts=posts,
        likes_given=int(posts * dice.between(0.4, 3.5)),
    )  # fmt: skip
    if dice.chance(0.85):
        person.bio = dice.pick(words["bio"]).replace("{place}", dice.pick(words["place"]))
    if dice.chance(0.3):
        person.website = f"https://{slug(surname)}.example"
    if group in ("fan", "lost fan", "new fan") and dice.chance(0.14):  # collects followers, says little
        person.following, person.followers = dice.whole(1400, 5200), dice.whole(20, 160)
        person.posts, person.likes_given = dice.whole(0, 60), dice.whole(0, 9)
        person.bio, person.default_image = "", dice.chance(0.6)
        person.handle = f"{slug(first)[:7]}_{dice.letters(12, '0123456789')}"
    person.client = dice.pick(CLIENTS)
    person.subjects = dice.some(SUBJECTS, 3)
    return person


def _handle(dice: Dice, first: str, surname: str) -> str:
    """A handle of 16 to 20 characters: longer than X allows, so it is nobody's."""
    patterns = [
        "{0}_{1}",
        "{1}_{0}",
        "the_{0}_{1}",
        "{0}_of_{1}",
        "{1}_and_{0}",
        "{1}_writes",
        "just_{1}_again",
    ]
    forms = [pattern.format(first, surname) for pattern in patterns]
    form = dice.pick([text for text in forms if 16 <= len(text) <= 20])
    return form.lower() if dice.chance(0.8) else form


def _dress(dice: Dice, people: list[Person]) -> None:
    """Give roles their manners: how often they act, and what those of manners.py look like."""
    costumes = {role: iter(rows) for role, rows in COSTUMES.items()}
    for person in people:
        if person.role in costumes:
            costume = next(costumes[person.role])
            person.kind, person.handle, person.name = costume.kind, costume.handle, costume.name
            person.bio, person.client = costume.bio, costume.client
            person.created = SECOND_ARCHIVE - timedelta(days=dice.between(costume.days, costume.days + 1))
            person.created -= timedelta(microseconds=person.created.microsecond % 1000)
            person.account = dice.snowflake(person.created)
            person.followers, person.following = costume.followers, costume.following
            person.posts, person.likes_given = costume.posts, costume.likes_given
            person.website = f"https://{slug(costume.name)}.example"
            person.default_image = costume.kind == "deals"
            person.verified = person.role == "announcer"
            person.subjects = [costume.kind] if costume.own_words else person.subjects
        elif person.role == "silent":
            person.posts, person.likes_given = dice.whole(3, 9), dice.whole(20, 60)
        spread = {
            "friend": (9, 34), "lost contact": (14, 20), "regular": (0.4, 2.0), "acquaintance": (0.1, 0.5),
        }.get(person.role)  # fmt: skip
        if spread:
            person.weight = dice.between(*spread)


def _date_follows(dice: Dice, people: list[Person]) -> None:
    """When follows began and ended, where the story says; None is before the year, or not yet."""
    for person in people:
        mine, theirs = _beginnings(dice, person.group)
        person.followed_by_me_from, person.follows_me_from = mine, theirs
        if person.group in ("left me", "parted", "lost fan"):
            first, last = FIRST_ARCHIVE + timedelta(days=3), SECOND_ARCHIVE - timedelta(days=3)
            person.follows_me_until = dice.moment(first, last)
        if person.role in ("lost contact", "pusher", "leaning"):
            person.follows_me_from = person.followed_by_me_from = None


def _beginnings(dice: Dice, group: str) -> tuple[datetime | None, datetime | None]:
    """(when I followed, when they did); a fifth of the older follows was noted, all of the newer ones."""
    noted = dice.chance(0.2)
    early = dice.moment(YEAR_BEGINS, FIRST_ARCHIVE - timedelta(days=30))
    last = SECOND_ARCHIVE - timedelta(days=2)
    late = dice.moment(FIRST_ARCHIVE + timedelta(days=1), last - timedelta(days=20))
    with_the_globe = dice.moment(VIRAL_DAY, VIRAL_DAY + timedelta(days=5))
    dates = {
        "mutual": (early, min(early + _delay(dice), FIRST_ARCHIVE - timedelta(days=1))) if noted else None,
        "not back": (early, None) if noted else None,
        "fan": (None, early) if noted else None,
        "came back": (early, FIRST_ARCHIVE + timedelta(days=dice.between(2, 60))),
        "fan followed": (late, early),
        "new mutual": (late, min(late + _delay(dice), last)),
        "new not back": (late, None),
        "new fan": (None, with_the_globe if dice.chance(0.4) else late),
    }
    return dates.get(group) or (None, None)


def _delay(dice: Dice) -> timedelta:
    """How long people take to follow back: most within days, some after weeks."""
    low, high = dice.weighted([(0.02, 1.0), (1.0, 7.0), (7.0, 45.0)], [40, 35, 25])
    return timedelta(days=dice.between(low, high))
