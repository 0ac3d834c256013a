"""Running the command line inside the test's own process, and a store that has something to say."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from analytics.cli import main
from tests.builders import HANDLE, JUNE, MAY, OWNER, in_csv, in_zip, post, take_in, x_archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as JSON, of which it must be all; no NaN or Infinity, which JSON does not know."""

        def refuse(constant: str) -> None:
            raise ValueError(constant)

        return json.loads(self.out, parse_constant=refuse)


def run(store: Path | None, *arguments: str | Path) -> Ran:
    """Run a command on a store; a bug of our own is raised."""
    out, err = io.StringIO(), io.StringIO()
    named = [] if store is None else ["--db", str(store)]
    code = 0
    with (
        patch.object(sys, "argv", ["watercooler", *named, *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
    return Ran(code=code, out=out.getvalue(), err=err.getvalue())


def fill(store: Path, folder: Path) -> None:
    """Two archives of one account, one follower's profile and posts, an act, and measured time.

    Followers 11, 12, 13 in May and 12, 13, 14 in June; following 12, 13, 15: 12 and 13 are mutual, 15 does
    not follow back, 14 is a fan. On X 30 minutes on Monday 1 June 2026, on Mastodon 10 on the day after.
    """
    mention = {"id_str": "12", "screen_name": "heron_underwillow", "name": "=HYPERLINK(1)"}
    greeting = post(
        "101",
        "@heron_underwillow hello",
        "2026-05-30T09:00:00",
        entities={"hashtags": [], "user_mentions": [mention], "urls": []},
    )
    may = x_archive(made=MAY, posts=[greeting], followers=["11", "12", "13"], following=["12", "13"])
    june = x_archive(made=JUNE, posts=[greeting], followers=["12", "13", "14"], following=["12", "13", "15"])
    take_in(store, in_zip(folder / "may.zip", may))
    take_in(store, in_zip(folder / "june.zip", june))
    exports = folder / "csv"
    exports.mkdir()
    in_csv(
        exports / "accounts.csv",
        [
            {
                "platform": "x",
                "account": "15",
                "handle": "=cmd_of_fifteen",
                "display_name": "+1",
                "followers": "0",
            },
            {
                "platform": "x",
                "account": "14",
                "handle": "-dash_of_fourteen",
                "display_name": "@x",
                "followers": "9",
            },
        ],
    )
    in_csv(
        exports / "posts.csv",
        [
            {
                "platform": "x",
                "author": "15",
                "post_id": f"15{number:03}",
                "created_at": f"2026-05-{number + 1:02}T10:00:00Z",
                "text": f"Big discount {number}, buy now https://shop.example/{number}",
            }
            for number in range(25)
        ],
    )
    in_csv(
        exports / "acts.csv",
        [{"platform": "x", "actor": "14", "target": HANDLE, "kind": "like", "at": "2026-05-31T07:30:00Z"}],
    )
    in_csv(
        exports / "time.csv",
        [
            {"site": "x", "start": "2026-06-01T10:00:00Z", "end": "2026-06-01T10:30:00Z"},
            {"site": "mastodon", "start": "2026-06-02T10:00:00Z", "end": "2026-06-02T10:10:00Z"},
        ],
    )
    take_in(store, exports, me={"x": OWNER})
