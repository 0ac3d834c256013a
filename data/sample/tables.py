"""csv/: what the archives cannot tell, in the project's generic CSV form, as if other tools had noted it.

accounts.csv names people, posts.csv holds what sixty-odd of them wrote, interactions.csv is what came
in: likes, reposts, replies, mentions, quotes and follows. An answer whose text is in posts.csv is not
repeated in interactions.csv, so it counts once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from dice import Dice, iso
from my_year import CSV_BEGINS, Act, Answer, Year
from others import LAST_MOMENT, POSTING_ROLES, OtherPost, speaker
from people import ME, SECOND_ARCHIVE, Person
from words import URL

ACCOUNT_COLUMNS = ["platform", "account", "handle", "display_name", "bio", "website", "created_at", "followers",
                   "following", "posts", "likes_given", "default_image", "verified", "observed_at"]  # fmt: skip
POST_COLUMNS = ["platform", "author", "post_id", "created_at", "text", "kind", "reply_to_account", "reply_to_post",
                "repost_of_account", "links", "client", "likes", "reposts", "replies", "impressions"]  # fmt: skip
ACT_COLUMNS = ["platform", "actor", "target", "kind", "at", "post_id"]
Cell = str | int | None
SPRING = datetime(2026, 4, 12, 9, 30)
"""When she looked at profiles before."""


def write_table(path: Path, columns: list[str], rows: Iterable[list[Cell]]) -> None:
    """UTF-8, LF, empty for unknown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def write_csv(folder: Path, people: list[Person], theirs: list[OtherPost], year: Year) -> None:
    """accounts.csv, posts.csv and interactions.csv of X."""
    written, counted = _answers(year)
    write_table(folder / "accounts.csv", ACCOUNT_COLUMNS, _accounts(people, year))
    write_table(folder / "posts.csv", POST_COLUMNS, _posts([*theirs, *written]))
    acts = [*year.acts, *counted, *_mentions(people, year), *_follows(people)]
    write_table(folder / "interactions.csv", ACT_COLUMNS, act_rows("x", acts))


def act_rows(platform: str, acts: Iterable[Act]) -> list[list[Cell]]:
    """Rows of interactions.csv, by time."""
    ordered = sorted(acts, key=lambda act: (act.moment, act.kind, act.actor, act.post_id))
    return [[platform, act.actor, act.target, act.kind, iso(act.moment), act.post_id] for act in ordered]


def _accounts(people: list[Person], year: Year) -> list[list[Cell]]:
    ME.posts = len(year.posts)
    ME.likes_given = 1040
    named = [
        [
            "x", person.account, person.handle, person.name, person.bio, person.website, iso(person.created),
            person.followers, person.following, person.posts, person.likes_given, int(person.default_image),
            int(person.verified), iso(SECOND_ARCHIVE),
        ]
        for person in sorted([ME, *people], key=lambda person: int(person.account))
        if person.named or person is ME
    ]  # fmt: skip
    return [*named, *_in_spring(people)]


def _in_spring(people: list[Person]) -> list[list[Cell]]:
    """Profiles that she had looked at in spring: the silent had as many posts as now, the others fewer, and one of
    her regulars went by another handle.
    """
    watched = [
        p for p in people if p.role in ("friend", "lost contact", "regular", "silent") and p.created < SPRING
    ]
    renamed = next(p for p in watched if p.role == "regular" and 13 <= len(p.handle) <= 17)
    rows: list[list[Cell]] = []
    for person in sorted(watched, key=lambda person: int(person.account)):
        share = (SPRING - person.created) / (SECOND_ARCHIVE - person.created)
        posts = person.posts if person.role == "silent" else int(person.posts * share)
        handle = f"{person.handle}_at" if person is renamed else person.handle
        rows.append([
            "x", person.account, handle, person.name, None, None, iso(person.created), None, None, posts, None, None,
            None, iso(SPRING),
        ])  # fmt: skip
    return rows


def _answers(year: Year) -> tuple[list[OtherPost], list[Act]]:
    """Answers to me: half of the late ones by people whose posts are known are posts, the others acts."""
    posts, acts = [], []
    for answer in sorted(year.answers, key=lambda answer: (answer.moment, answer.id)):
        dice = Dice(f"answer/{answer.id}")
        late = CSV_BEGINS < answer.moment < LAST_MOMENT and answer.person.role in POSTING_ROLES
        if late and dice.chance(0.5):
            posts.append(_as_post(dice, answer))
        else:
            acts.append(Act(actor=answer.person.account, target=ME.account, kind="reply",
                            moment=answer.moment, post_id=answer.post.id))  # fmt: skip
    return posts, acts


def _as_post(dice: Dice, answer: Answer) -> OtherPost:
    text = speaker(dice, answer.person).draw("reply")
    return OtherPost(
        id=answer.id, author=answer.person, moment=answer.moment, text=f"@{ME.handle} {text}", kind="reply",
        client=answer.person.client,
        reply_to=(ME.account, answer.post.id), likes=dice.whole(0, 3),
    )  # fmt: skip


def _posts(posts: list[OtherPost]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for post in sorted(posts, key=lambda post: int(post.id)):
        reply_account, reply_post = post.reply_to or (None, None)
        repost_account, _ = post.repost_of or (None, None)
        links = " ".join(URL.findall(post.text)) if post.kind != "repost" else None
        rows.append([
            "x", post.author.account, post.id, iso(post.moment), post.text, post.kind, reply_account, reply_post,
            repost_account, links, post.client, post.likes, post.reposts, post.replies, None,
        ])  # fmt: skip
    return rows


def _mentions(people: list[Person], year: Year) -> list[Act]:
    """Posts that name me (the id is theirs) and quotes of mine (the id is of my post)."""
    dice = Dice("mentions")
    able = [person for person in people if person.weight > 0]
    quotable = [post for post in year.posts if post.kind != "repost" and post.likes >= 5]
    acts = []
    for kind, number in (("mention", 44), ("quote", 27)):
        for _ in range(number):
            moment = dice.moment(datetime(2025, 12, 1), SECOND_ARCHIVE - timedelta(hours=3))
            person = dice.weighted(able, [one.weight for one in able])
            if kind == "quote":
                moment = (post := dice.pick(quotable)).moment + timedelta(minutes=dice.whole(9, 1700))
            if person.acts_at(moment) and person.role != "lost contact" and moment < SECOND_ARCHIVE:
                post_id = post.id if kind == "quote" else dice.snowflake(moment)
                acts.append(
                    Act(actor=person.account, target=ME.account, kind=kind, moment=moment, post_id=post_id)
                )
    return acts


def _follows(people: list[Person]) -> list[Act]:
    """Follows of the year, where somebody noted them: theirs of me and mine of them."""
    acts = []
    for person in people:
        if person.follows_me_from:
            acts.append(
                Act(actor=person.account, target=ME.account, kind="follow", moment=person.follows_me_from)
            )
        if person.followed_by_me_from:
            mine = person.followed_by_me_from
            acts.append(Act(actor=ME.account, target=person.account, kind="follow", moment=mine))
    return acts
