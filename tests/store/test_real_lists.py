"""Who follows back in real archives, where they are at hand: counted independently beforehand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from analytics.metrics import reciprocity
from analytics.metrics.window import Window
from analytics.store.connection import reading
from tests.builders import take_in
from tests.importers.real import sample


@pytest.mark.parametrize(
    ("archive", "followers", "following", "mutual"),
    [("organisation-2021-11", 111, 124, 56), ("personal-2022-11", 1108, 93, 62)],
)
def test_mutual_and_not_following_back(
    archive: str, followers: int, following: int, mutual: int, store_path: Path
) -> None:
    take_in(store_path, sample(f"x-archive/{archive}"))
    with reading(store_path) as cursor:
        window = Window(now_utc=datetime(2026, 11, 22))
        (counted,) = reciprocity.accounts(cursor, window).to_dict("records")
        people = reciprocity.people(cursor, window)["relation"].value_counts().to_dict()
    assert (counted["followers"], counted["following"], counted["mutual"]) == (followers, following, mutual)
    assert people == {
        "mutual": mutual, "not_following_back": following - mutual, "fan": followers - mutual
    }  # fmt: skip
