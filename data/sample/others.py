"""What other people posted on X in the weeks before the second archive: csv/posts.csv is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dice import Dice, local, utc
from manners import KINDS, Costume
from people import SECOND_ARCHIVE, Person
from words import Deck, cut, load

HOSTS = ["atlas-of-small-things.example", "riverside-library.example", "handpress.example",
         "field-notes.example", "crumb-and-crust.example", "slow-trains.example", "choir.example",
         "wren-survey.example", "hill-huts.example", "long-read.example"]  # fmt: skip
POSTING_ROLES = ("friend", "lost contact", "regular", "pusher", "announcer", "leaning", "silent")
LAST_MOMENT = datetime(2026, 11, 19, 17, 0)


@dataclass(slots=True, kw_only=True)
class OtherPost:
    """A post of somebody else. reply_to and repost_of: (account, post id)."""

    id: str
    author: Person
    moment: datetime
    text: str
    client: str
    kind: str = "post"
    reply_to: tuple[str, str] | None = None
    repost_of: tuple[str, str] | None = None
    likes: int = 0
    reposts: int = 0
    replies: int = 0


def make_posts(people: list[Person]) -> list[OtherPost]:
    """Posts of the sixty-odd accounts that were watched, by time."""
    writers = [person for person in people if person.role in POSTING_ROLES]
    known = [
        person for person in people if person.named and person.role not in ("pusher", "leaning", "silent")
    ]
    posts: list[OtherPost] = []
    for writer in writers:
        dice = Dice(f"others/{writer.handle}")
        if writer.kind:
            posts += _pushed(dice, writer, known)
        elif writer.role == "silent":
            posts += _silent(dice, writer)
        else:
            posts += _conversation(dice, writer, known)
    return sorted(posts, key=lambda post: (post.moment, post.id))


def speaker(dice: Dice, person: Person) -> Deck:
    """How this person writes."""
    if person.subjects == [person.kind]:
        return Deck(load("pushers"), dice, [person.website.removeprefix("https://")])
    return Deck(load("people"), dice, HOSTS)


def say(deck: Deck, dice: Dice, person: Person) -> str:
    """A post about one of the person's subjects, now and then with a link."""
    subject = dice.pick(person.subjects)
    text = deck.draw(subject)
    if person.subjects == [person.kind]:
        return text
    if dice.chance(0.12):
        text = f"{text} {deck.draw('link_line')}"
    elif dice.chance(0.15):
        text = f"{text} #{subject}"
    return text


def _pushed(dice: Dice, writer: Person, known: list[Person]) -> list[OtherPost]:
    """Posts at a steady pace, in the shares of the writer's costume."""
    costume = KINDS[writer.kind]
    deck = speaker(dice, writer)
    gap = timedelta(days=1) / costume.a_day
    moment = LAST_MOMENT - gap * costume.number
    posts = []
    for turn in _turns(dice, costume):
        moment += gap * dice.between(0.9, 1.05)
        at = dice.moment(moment, moment + gap * 0.1)
        client = writer.client if dice.chance(costume.by_machine) else "Twitter Web App"
        post = OtherPost(id=dice.snowflake(at), author=writer, moment=at, text="", client=client)
        if turn != "own":
            _aim(dice, post, dice.pick(known), reply=turn == "reply")
        else:
            post.text = say(deck, dice, writer)
            if "http" not in post.text and dice.chance(costume.links):
                post.text = f"{post.text} {deck.draw('link_line')}"
            post.likes = dice.whole(8, 90) if writer.role == "announcer" else dice.whole(0, 3)
            post.reposts, post.replies = post.likes // 5, post.likes // 9
        posts.append(post)
    return posts


def _turns(dice: Dice, costume: Costume) -> list[str]:
    """Which posts are replies, reposts and own ones: as many of each as the costume says."""
    replies, reposts = round(costume.replies * costume.number), round(costume.reposts * costume.number)
    own = costume.number - replies - reposts
    return dice.shuffled(["reply"] * replies + ["repost"] * reposts + ["own"] * own)


def _aim(dice: Dice, post: OtherPost, target: Person, *, reply: bool) -> None:
    """Make it a reply to somebody or a repost of theirs."""
    earlier = dice.snowflake(post.moment - timedelta(minutes=dice.between(3, 900)))
    if reply:
        post.kind, post.reply_to = "reply", (target.account, earlier)
        post.text = f"@{target.handle} {Deck(load('people'), dice, HOSTS).draw('reply')}"
    else:
        post.kind, post.repost_of = "repost", (target.account, earlier)
        post.text = cut(f"RT @{target.handle}: {say(speaker(dice, target), dice, target)}", 140)
        post.likes = post.reposts = 0


def _silent(dice: Dice, writer: Person) -> list[OtherPost]:
    deck = speaker(dice, writer)
    first, last = SECOND_ARCHIVE - timedelta(days=700), SECOND_ARCHIVE - timedelta(days=390)
    moments = [dice.moment(first, last) for _ in range(3)]
    return [
        OtherPost(
            id=dice.snowflake(at),
            author=writer,
            moment=at,
            text=say(deck, dice, writer),
            client=writer.client,
        )
        for at in moments
    ]


def _conversation(dice: Dice, writer: Person, known: list[Person]) -> list[OtherPost]:
    deck = speaker(dice, writer)
    days = dice.between(32, 68)
    reply_share = dice.between(0.28, 0.6)
    posts = []
    for _ in range(dice.whole(25, 38)):
        day = local(SECOND_ARCHIVE).date() - timedelta(days=dice.whole(0, int(days)))
        at = min(utc(day, time(6, 30)) + timedelta(minutes=dice.between(0, 960)), LAST_MOMENT)
        at = dice.moment(at - timedelta(minutes=5), at)
        post = OtherPost(id=dice.snowflake(at), author=writer, moment=at, text="", client=writer.client)
        post.likes = _liked(dice, writer)
        post.reposts = post.likes // 7
        target = dice.pick([person for person in known if person is not writer])
        turn = dice.between(0, 1)
        if turn < reply_share:
            _aim(dice, post, target, reply=True)
            post.text = f"@{target.handle} {deck.draw('reply')}"
        elif turn < reply_share + 0.13:
            _aim(dice, post, target, reply=False)
        else:
            post.text = say(deck, dice, writer)
            post.replies = dice.whole(0, 3)
        posts.append(post)
    return posts


def _liked(dice: Dice, writer: Person) -> int:
    return int(dice.between(0, 1) ** 3 * (4 + writer.followers / 60))
