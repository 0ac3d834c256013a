"""One saved file: walked entity by entity, with whose it is and when it was true."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from analytics.importers._mastodon import PLATFORM, address, home_of, owner_of
from analytics.importers._rows import PlatformRows
from analytics.importers._said import is_whole
from analytics.importers._stream import JsonStream
from analytics.importers.interface import Files, Finding, Note, Options, Owner, Refused
from analytics.importers.mastodon_json.entities import Entities


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFile:
    """One file, copied, on its way to the stage."""

    files: Files
    name: str
    path: Path
    seen_utc: datetime
    rows: PlatformRows

    @contextmanager
    def stream(self) -> Iterator[JsonStream]:
        """The JSON from its start. Raises Refused where it breaks off."""
        with self.path.open(encoding="utf-8-sig", errors="replace") as text:
            try:
                yield JsonStream(text)
            # Too deep, or a number of thousands of digits: no server writes either.
            except (RecursionError, ValueError) as error:
                raise Refused(
                    f"{self.files.path}: {self.name} is cut short or damaged (JSON was expected); save it again."
                ) from error

    def entities(self) -> Iterator[tuple[int, Any]]:
        """Number of the row and its value: of one page, of an array of pages, or of JSON lines of either."""
        row = 0
        for element in self._elements():
            for entity in element if isinstance(element, list) else [element]:
                row += 1
                yield row, entity

    def last_page(self) -> int:
        """How many entities the last page holds; entities that stand each on a line of their own are pages."""
        size = 0
        with self.stream() as stream:
            while start := stream.peek():
                size = 0
                for element in stream.elements() if start == "[" else [stream.value()]:
                    size = len(element) if isinstance(element, list) else size + 1
        return size

    def _elements(self) -> Iterator[Any]:
        with self.stream() as stream:
            while start := stream.peek():
                yield from stream.elements() if start == "[" else [stream.value()]

    def owner(self, found: str | None, options: Options) -> Generator[Finding, None, str]:
        """Whose file it is, by its own word, else as the user says. Raises Refused where nobody says it."""
        said = address(options.me.get(PLATFORM) or options.me.get("*"), home_of(found))
        found = owner_of(found, said)
        if found and said and said != found:
            yield Note(text=f"{self.name} is {found}'s; --me {said} was not used.")
        owner = found or address(options.account_on(PLATFORM))
        if not owner:
            raise Refused(
                f"{self.files.path}: {self.name} does not say whose it is; name the account, with its server, "
                "with --me mastodon:YOU@YOUR.SERVER."
            )
        yield Owner(platform=PLATFORM, account=owner, handle=owner)
        return owner

    def add_list(
        self,
        taken: Entities,
        direction: str,
        people: Iterator[tuple[int, Any]],
        *,
        whole: bool = True,
    ) -> tuple[int, bool]:
        """Stage a list of accounts; how many rows it has, and whether most of them could be read.

        whole: not where more of the list may follow that is not in the file.
        """
        key = {"owner": taken.owner, "direction": direction, "as_of_utc": self.seen_utc}
        members: dict[str, None] = {}
        bad = total = 0
        for row, entity in people:
            total += 1
            account = taken.account(row, entity)
            bad += account is None
            if account:
                members[account] = None
        sound = is_whole(good=total - bad, bad=bad)
        self.rows.add("follow_lists", **key, complete=sound and whole)
        for account in members:
            self.rows.add("follows", **key, account=account)
        return total, sound
