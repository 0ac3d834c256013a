"""A list of whom to keep following that Mastodon can take in, made safe.

Mastodon's import of a following list has two modes. "Merge" only adds. "Overwrite" unfollows everybody who is not
in the file, and compares addresses letter by letter, capitals included. So the list is never made of what the
store remembers: it is the server's own following_accounts.csv, downloaded afresh, without the rows of those decided
to be unfollowed and otherwise as it was. It is refused where it would drop more than was confirmed.

Source: Mastodon, BulkImportService and Form::Import (20,000 rows at most).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.metrics import decisions, following
from analytics.metrics.time_spent import Cursor
from analytics.metrics.window import Window
from analytics.reports.plain import FORMULA

PLATFORM = "mastodon"
ADDRESS = "account address"
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepList:
    """What would be written, and what it would do.

    header, kept: rows of the server's file; dropped: addresses that were decided to be unfollowed; absent: addresses
    on the latest list of the store that the file lacks (left since, or the file is not whole).
    """

    header: tuple[str, ...]
    kept: tuple[tuple[str, ...], ...]
    dropped: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def unfollowed(self) -> int:
        """How many an "overwrite" import could unfollow at most."""
        return len(self.dropped) + len(self.absent)


def keep_list(cursor: Cursor, window: Window, base: Path) -> KeepList:
    """The server's file without those decided to be unfollowed. Raises ValueError with a sentence where `base` is
    no such file.
    """
    header, listed = _read(base)
    decided = decisions.in_force(cursor, window)
    decided = decided[(decided["platform"] == PLATFORM) & (decided["verdict"] == "unfollow")]
    unfollow = set(decided["account"])
    known = following.members(cursor, window)
    known = known[known["platform"] == PLATFORM]
    homes = {owner.rpartition("@")[2] for owner in known["owner"]}
    home = homes.pop() if len(homes) == 1 else ""
    here = [_account(row[0], home) for row in listed]
    return KeepList(
        header=header,
        kept=tuple(row for row, account in zip(listed, here, strict=True) if account not in unfollow),
        dropped=tuple(row[0] for row, account in zip(listed, here, strict=True) if account in unfollow),
        absent=tuple(sorted(set(known["account"]) - set(here) - unfollow)),
    )


def write(listed: KeepList, to: Path, *, base: Path, confirmed: int) -> Path:
    """Write the list and, beside it, a copy of the server's file as a backup; the path of the backup.

    Raises ValueError with a sentence where more would be unfollowed than `confirmed`, where nobody would be kept, or
    where a file is in the way.
    """
    if listed.unfollowed > confirmed:
        absent = f" and {len(listed.absent):,} who are missing from {base.name}" if listed.absent else ""
        raise ValueError(
            f"Nothing was written: an overwrite with this list would unfollow {listed.unfollowed:,} "
            f"({len(listed.dropped):,} by your decision{absent}), and {confirmed:,} were confirmed. If that is meant, "
            f"say --drop {listed.unfollowed}; if not, download {base.name} anew."
        )
    if not listed.kept:
        raise ValueError(
            "Nothing was written: the list would keep nobody, and an overwrite would unfollow everyone."
        )
    backup = to.with_name(f"{to.stem}.before{to.suffix or '.csv'}")
    for path in (to, backup):
        if path.exists():
            raise ValueError(f"{path} exists already; name another file with --to, so that nothing is lost.")
    backup.write_bytes(base.read_bytes())
    to.write_text(_csv(listed), encoding="utf-8")
    return backup


def _read(base: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of the server's file."""
    try:
        text = base.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{base} cannot be read; expected the file following_accounts.csv of your server."
        ) from error
    header, *listed = [tuple(row) for row in csv.reader(io.StringIO(text)) if row] or [()]
    if not header or header[0].strip().lower() != ADDRESS:
        raise ValueError(
            f"{base} does not begin with the column Account address; expected following_accounts.csv, from "
            "Preferences, Import and export, CSV beside Follows."
        )
    if len(listed) > MOST_ROWS:
        raise ValueError(f"{base} has {len(listed):,} rows; Mastodon takes in {MOST_ROWS:,} at most.")
    return header, listed


def _account(address: str, home: str) -> str:
    """An address as the store has it; old servers leave their own name away."""
    account = address.strip().removeprefix("@").lower()
    return account if "@" in account or not home else f"{account}@{home}"


def _csv(listed: KeepList) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerows([listed.header, *(_safe(row) for row in listed.kept)])
    return sheet.getvalue()


def _safe(row: Sequence[str]) -> list[str]:
    """A blank before what a spreadsheet would run as a formula: Mastodon takes blanks away again."""
    return [f" {cell}" if cell.startswith(FORMULA) else cell for cell in row]
