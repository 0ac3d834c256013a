"""Make the sample exports: one invented person over a year, in the real formats.

    python data/sample/make_sample.py [FOLDER]

writes data/sample/exports/ anew (or FOLDER), with nothing but the standard library. The same seed gives
the same files on every machine, but for how zlib packs the two zips; tests/test_sample.py holds them to it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bluesky import write_bluesky
from diary import write_calendar
from digg import write_digg
from mastodon import write_mastodon
from my_year import Player
from others import make_posts
from people import make_people
from sessions import make_sessions
from tables import write_csv
from tracker import write_exports
from x_archive import write_archives
from x_more import write_analytics, write_web_exporter


def make(folder: Path) -> None:
    """Write every export below the folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    people = make_people()
    sessions = make_sessions()
    theirs = make_posts(people)
    year = Player(people, theirs).play(sessions)
    write_archives(folder, people, theirs, year)
    write_csv(folder / "csv", people, theirs, year)
    write_digg(folder / "digg", sessions)
    write_exports(folder / "activitywatch", sessions)
    write_web_exporter(folder / "x-web-exporter", people, theirs)
    write_analytics(folder / "x-analytics", people, year)
    write_mastodon(folder / "mastodon", sessions)
    write_bluesky(folder / "bluesky", sessions)
    write_calendar(folder / "calendar")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "exports")
