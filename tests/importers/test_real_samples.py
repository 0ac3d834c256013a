"""Importers against real exports, where the machine has them: counts only, as their README states them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from analytics.importers import activitywatch, x
from analytics.importers._archive import Found, find_exports
from analytics.importers.interface import Importer, Note, Options, Problem
from analytics.store.staging import DuckStage, open_stage
from tests.importers.real import sample


def read(path: Path, importer: Importer, stage: DuckStage, scratch: Path) -> list[str]:
    """Stage the one export in a path; what was noted. No row of a real export may be a Problem."""
    (found,) = [one for one in find_exports(path, (importer,), scratch) if isinstance(one, Found)]
    said = list(importer.read(found.files, found.members, stage, Options()))
    assert not [finding for finding in said if isinstance(finding, Problem)]
    return [finding.text for finding in said if isinstance(finding, Note)]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What an archive holds; None where it lacks the file or the README gives no count."""

    followers: int | None = None
    following: int | None = None
    mutual: int | None = None
    posts: int = 0
    reposts: int = 0
    replies: int = 0
    replies_to_self: int = 0
    people_replied_to: int | None = None
    links: int | None = None
    likes: int | None = None


X_ARCHIVES = {
    "organisation-2021-11": Counts(
        followers=111, following=124, mutual=56, posts=70, reposts=12, replies=14, replies_to_self=14, links=57
    ),
    "personal-2022-11": Counts(
        followers=1108, following=93, mutual=62, posts=436, reposts=21, replies=317, replies_to_self=171,
        people_replied_to=58, likes=5741,
    ),
    "personal-2024-01": Counts(posts=820, reposts=9, replies=535, replies_to_self=231, likes=6326),
    "many-followers-2023-09": Counts(followers=7602, following=796, likes=1784),
}  # fmt: skip

_LIST = """
SELECT (SELECT count(*) FROM follows WHERE direction = $direction)
WHERE EXISTS (FROM follow_lists WHERE direction = $direction)
"""
_MUTUAL = """
SELECT count(*) FROM (SELECT account FROM follows WHERE direction = 'follower'
                      INTERSECT SELECT account FROM follows WHERE direction = 'following')
"""
# Posts to a community lie in a file of their own, which the counts do not know.
_POSTS = """
SELECT count(*), count(*) FILTER (kind = 'repost'), count(*) FILTER (kind = 'reply'),
       count(*) FILTER (reply_to_account = author),
       count(DISTINCT reply_to_account) FILTER (reply_to_account <> author), coalesce(sum(len(links)), 0)
FROM posts
"""


@pytest.mark.parametrize("name", X_ARCHIVES)
def test_x_archive(name: str, tmp_path: Path) -> None:
    expected = X_ARCHIVES[name]
    path = sample(f"x-archive/{name}")
    with open_stage() as stage:
        notes = read(path, x.IMPORTER, stage, tmp_path)
        lists = {way: stage.run(_LIST, {"direction": way}) for way in ("follower", "following")}
        assert {way: rows[0][0] if rows else None for way, rows in lists.items()} == {
            "follower": expected.followers,
            "following": expected.following,
        }
        if expected.mutual is not None:
            assert stage.run(_MUTUAL) == [(expected.mutual,)]
        ((posts, reposts, replies, to_self, people, links),) = stage.run(_POSTS)
        if expected.posts:
            assert (posts, reposts, replies, to_self) == (
                expected.posts, expected.reposts, expected.replies, expected.replies_to_self,
            )  # fmt: skip
        else:
            assert any("There is no tweets.js" in note for note in notes)
        assert expected.people_replied_to in (None, people)
        assert expected.links in (None, links)
        if expected.likes is not None:
            assert stage.run("SELECT count(*) FROM interactions WHERE kind = 'like'") == [(expected.likes,)]
    # The manifest counts the rows of every file: none was cut.
    assert not [note for note in notes if "may have been cut" in note]


def test_activitywatch_on_a_phone(tmp_path: Path) -> None:
    path = sample("activitywatch/android")
    with open_stage() as stage:
        notes = read(path, activitywatch.IMPORTER, stage, tmp_path)
        assert [note for note in notes if note.startswith("15,015 events in ")]
        # The raw sum is 45.27 hours; the phone's events overlap.
        assert [note for note in notes if "44 h 28 min of active time" in note]
