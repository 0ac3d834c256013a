"""People of a LinkedIn export: connections, invitations and followed companies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from analytics.importers._rows import PlatformRows
from analytics.importers.interface import Note
from analytics.importers.linkedin.table import Row
from analytics.importers.linkedin.values import moment, slug


class People:
    """Stages them for one owner; connections come first, as invitations of 2018 name people by name alone."""

    def __init__(self, rows: PlatformRows, owner: str, as_of: datetime) -> None:
        self._rows = rows
        self._owner = owner
        self._as_of = as_of
        self._named: dict[str, str | None] = {}
        """Name -> the connection of that name; none where there are several."""

    def add_connections(self, table: Iterable[Row], *, broken: int) -> Iterator[Note]:
        """Stage both lists, which are the same: a connection follows and is followed.

        broken: rows that could not be read; where they are most, the lists are not complete.
        """
        members: dict[str, datetime | None] = {}
        closed = rows = 0
        for file, row, cells in table:
            rows += 1
            name = " ".join(filter(None, (cells["firstname"], cells["lastname"])))
            account = slug(cells.get("url"))
            since = moment(cells["connectedon"])
            if not name and not account:
                closed += 1
                continue
            if not since:
                self._rows.problem(file, row, f'"{cells["connectedon"][:40]}" is no date; kept without one')
            key = account or (f"{name} ({since:%Y-%m-%d})" if since else name)
            if key in members:
                members[key] = min(filter(None, (members[key], since)), default=None)
                continue
            members[key] = since
            self._named[name] = None if name in self._named else key
            self._rows.add(
                "accounts", account=key, observed_utc=self._as_of, handle=account, display_name=name or None
            )
        complete = 2 * broken <= rows + broken
        if not complete:
            yield Note(
                text="Most of Connections.csv could not be read, so it is not used to tell who is missing."
            )
        for direction in ("follower", "following"):
            place = {"owner": self._owner, "direction": direction, "as_of_utc": self._as_of}
            self._rows.add("follow_lists", **place, complete=complete)
            for account, since in members.items():
                self._rows.add("follows", **place, account=account, since_utc=since)
        if closed:
            yield Note(
                text=f"{closed:,} connections have neither name nor address (accounts that were closed); they "
                "are left out."
            )

    def add_invitations(self, table: Iterable[Row]) -> None:
        """Stage who asked whom for a connection, as an act of following."""
        for file, row, cells in table:
            direction = cells["direction"].upper()
            sent = direction == "OUTGOING"
            if direction not in ("INCOMING", "OUTGOING"):
                self._rows.problem(
                    file, row, f'Direction is "{direction[:40]}", expected INCOMING or OUTGOING'
                )
                continue
            name = cells["to" if sent else "from"]
            other = slug(cells.get("inviteeprofileurl" if sent else "inviterprofileurl"))
            other = other or self._named.get(name) or name
            when = moment(cells["sentat"])
            if not other or not when:
                self._rows.problem(
                    file, row, "an invitation without a person or a readable date (6/14/24, 5:57 AM)"
                )
                continue
            actor, target = (self._owner, other) if sent else (other, self._owner)
            self._rows.add("interactions", actor=actor, target=target, kind="follow", at_utc=when)

    def add_companies(self, table: Iterable[Row]) -> None:
        """Stage the companies that are followed."""
        for file, row, cells in table:
            when = moment(cells["followedon"])
            if not cells["organization"] or not when:
                self._rows.problem(file, row, "a company without a name or a readable date")
                continue
            self._rows.add(
                "interactions",
                actor=self._owner,
                target=f"company:{cells['organization']}",
                kind="follow",
                at_utc=when,
            )
