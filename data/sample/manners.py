"""Accounts with manners of their own: pushers of links, announcers, and some that lean that way.

The pushers differ: a course seller, a deals bot, a growth hacker, a tool lister, a coach. The announcers
post nothing but links and are fine. The leaning ones are people who promote their work, post by a
machine or collect followers, each a little: where the line is drawn is a question of taste.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Costume:
    """How one of them looks and posts. days: age of the account; shares are of its posts."""

    kind: str
    handle: str
    name: str
    bio: str
    days: int
    followers: int
    following: int
    posts: int
    likes_given: int
    client: str
    number: int
    a_day: float
    own_words: bool = True
    replies: float = 0.0
    reposts: float = 0.0
    links: float = 0.0
    by_machine: float = 1.0


PUSHERS = [
    Costume(
        kind="growth", handle="grow_with_maximus", name="Maximus Gainwell", days=420,
        bio="I help you get 10k followers. DM me GROW", followers=310, following=6240, posts=9100, likes_given=12,
        client="Hypefury", number=34, a_day=5,
    ),
    Costume(
        kind="course", handle="coinmentor_moonshot", name="Chase Moonshot | Crypto Mentor", days=210,
        bio="Financial freedom for all. Link below", followers=1310, following=4870, posts=6800, likes_given=300,
        client="Twitter for iPhone", number=36, a_day=6, replies=0.06,
    ),
    Costume(
        kind="deals", handle="bargain_bot_48812907", name="Bargain Blip", days=260, bio="", followers=148,
        following=3020, posts=41200, likes_given=0, client="dlvr.it", number=40, a_day=48,
    ),
    Costume(
        kind="tools", handle="toolstack_tiberius", name="Tiberius Toolstack", days=640,
        bio="Sharing the AI tools they hide from you", followers=1890, following=3150, posts=7400,
        likes_given=240, client="Buffer", number=32, a_day=4, reposts=0.12, by_machine=0.7,
    ),
    Costume(
        kind="coach", handle="freedom_with_fortuna", name="Fortuna Freely", days=236,
        bio="Ex 9 to 5. Now I teach freedom", followers=205, following=1410, posts=3900, likes_given=90,
        client="Twitter for Android", number=30, a_day=3, replies=0.04, reposts=0.05,
    ),
]  # fmt: skip
ANNOUNCERS = [
    Costume(
        kind="gazette", handle="tramstop_gazette_at", name="The Tramstop Gazette", days=3100,
        bio="News from the city and along the river", followers=48200, following=214, posts=61000,
        likes_given=3200, client="Echobox", number=38, a_day=11,
    ),
    Costume(
        kind="museum", handle="paper_mill_museum_k", name="Paper Mill Museum", days=2600,
        bio="Museum of paper. Closed on Mondays", followers=9350, following=402, posts=8800, likes_given=610,
        client="Twitter Web App", number=28, a_day=1.3,
    ),
]  # fmt: skip
LEANING = [
    Costume(
        kind="organiser", handle="fair_of_small_things", name="Fair of Small Things", days=1500,
        bio="Craft fair, twice a year, on the canal", followers=760, following=690, posts=2100, likes_given=900,
        client="Twitter Web App", number=30, a_day=0.8, own_words=False, replies=0.07, reposts=0.06, links=0.7,
    ),
    Costume(
        kind="collector", handle="lanternby_follows_u", name="Ulrik Lanternby", days=900,
        bio="Street, light, coffee. I follow back", followers=880, following=4700, posts=3300, likes_given=70,
        client="Twitter for iPhone", number=33, a_day=1.1, own_words=False, replies=0.12, reposts=0.2, links=0.1,
    ),
    Costume(
        kind="quotes", handle="daily_thimble_of_wit", name="A Daily Thimble", days=800,
        bio="One sentence every morning", followers=1340, following=1180, posts=1900, likes_given=60,
        client="IFTTT", number=34, a_day=1, replies=0.03, reposts=0.1, by_machine=0.8,
    ),
    Costume(
        kind="seller", handle="harbour_prints_edda", name="Edda Wafflestone Prints", days=1100,
        bio="Linocuts of harbours. Shop below", followers=640, following=1850, posts=2700, likes_given=400,
        client="Twitter for iPhone", number=32, a_day=1.2, replies=0.1, reposts=0.04,
    ),
    Costume(
        kind="autoposter", handle="notes_of_a_surveyor", name="Hanno Umberfield", days=2900,
        bio="Retired surveyor with a blog about hedges", followers=420, following=380, posts=5200, likes_given=1400,
        client="WordPress.com", number=31, a_day=0.9, own_words=False, replies=0.05, reposts=0.05, links=0.85,
        by_machine=0.85,
    ),
    Costume(
        kind="novelist", handle="lighthouse_novelist", name="Quirin Saltpepper", days=700,
        bio="Author of a novel about a lighthouse", followers=510, following=1990, posts=6100, likes_given=150,
        client="Twitter Web App", number=36, a_day=2.5, replies=0.09, reposts=0.08,
    ),
]  # fmt: skip
COSTUMES = {"pusher": PUSHERS, "announcer": ANNOUNCERS, "leaning": LEANING}
KINDS = {costume.kind: costume for costumes in COSTUMES.values() for costume in costumes}
