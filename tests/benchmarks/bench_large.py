"""How much memory, and how long, the import of very large exports takes: JSON in two shapes, and SQLite.

Each is made in a temporary folder, imported into a new store in a process of its own, and removed again.
`python -m tests.benchmarks.bench_large [GIGABYTES]`, two unless told; it needs three times that on the disk.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from analytics.importers.interface import Refused
from analytics.store.connection import reading
from analytics.store.loading import import_path

ME = "https://social.example/users/wren"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
FIRST = datetime(2014, 1, 1)
CHROME_EPOCH = datetime(1601, 1, 1)
PAGES = [f"https://{host}/{page}" for host in ("x.com", "reddit.com", "paper.example") for page in range(400)]


def posts() -> Iterator[str]:
    """Activities of an outbox, as text, without end: some 1.6 kB each."""
    number = 0
    while True:
        number += 1
        uri = f"{ME}/statuses/{10**11 + number}"
        moment = f"{FIRST + timedelta(minutes=4 * number):%Y-%m-%dT%H:%M:%SZ}"
        text = (
            f"<p>Sheet {number} of the map of {number % 977}, "
            f'<a href="https://press.example/{number}">press.example/{number}</a> '
            f"{'and the paper is damp again ' * (number % 9)}</p>"
        )
        note = {
            "id": uri, "type": "Note", "inReplyTo": None, "published": moment, "url": uri, "attributedTo": ME,
            "to": [PUBLIC], "cc": [f"{ME}/followers"], "content": text, "contentMap": {"en": text},
            "attachment": [], "tag": [], "replies": {"id": f"{uri}/replies", "type": "Collection"},
        }  # fmt: skip
        yield json.dumps(
            {"id": f"{uri}/activity", "type": "Create", "actor": ME, "published": moment, "to": [PUBLIC],
             "cc": [f"{ME}/followers"], "object": note}
        )  # fmt: skip


def visits() -> Iterator[str]:
    """Visits as Takeout writes them, as text, without end: some 400 bytes each."""
    number = 0
    while True:
        number += 1
        moment = int((FIRST - datetime(1970, 1, 1)).total_seconds() * 1e6) + number * 47_000_000
        yield json.dumps(
            {"favicon_url": "https://paper.example/favicon.ico?size=16x16", "page_transition": "LINK",
             "title": f"A page about paper, number {number}, and what else there is to say of it " * 3,
             "url": PAGES[number % len(PAGES)], "client_id": "c" * 24, "time_usec": moment}
        )  # fmt: skip


def write_list(path: Path, before: str, rows: Iterator[str], size: int) -> None:
    """A list in JSON of at least that many bytes, in an object."""
    with path.open("w", encoding="utf-8") as file:
        file.write(before + next(rows))
        while file.tell() < size:
            file.writelines(f",\n{next(rows)}" for _ in range(2000))
        file.write("]}")


def outbox(folder: Path, size: int) -> Path:
    """A Mastodon archive as a folder."""
    actor = {"id": ME, "type": "Person", "preferredUsername": "wren", "outbox": "outbox.json"}
    (folder / "actor.json").write_text(json.dumps(actor), encoding="utf-8")
    before = (
        '{"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "orderedItems": ['
    )
    write_list(folder / "outbox.json", before, posts(), size)
    return folder


def takeout(folder: Path, size: int) -> Path:
    """Takeout's browser history."""
    write_list(folder / "BrowserHistory.json", '{"Browser History": [', visits(), size)
    return folder / "BrowserHistory.json"


def history(folder: Path, size: int) -> Path:
    """A History of Chromium: visits by the million, and addresses long enough to fill it."""
    path = folder / "History"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE urls (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR)")
    connection.execute(
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER NOT NULL, visit_time INTEGER NOT NULL, "
        "from_visit INTEGER, transition INTEGER NOT NULL, visit_duration INTEGER DEFAULT 0 NOT NULL)"
    )
    connection.execute("CREATE INDEX visits_time_index ON visits (visit_time)")
    start = int((FIRST - CHROME_EPOCH).total_seconds() * 1e6)
    done = 0
    while path.stat().st_size < size:
        rows = range(done, done + 50_000)
        connection.executemany(
            "INSERT INTO urls VALUES (?, ?, ?)",
            (
                (n, f"{PAGES[n % len(PAGES)]}?session={n:0120d}", f"Page {n} " + "on paper " * 10)
                for n in rows
            ),
        )
        connection.executemany(
            "INSERT INTO visits VALUES (?, ?, ?, 0, 805306368, ?)",
            ((n, n, start + n * 47_000_000, 30_000_000 * (n % 3)) for n in rows),
        )
        connection.commit()
        done += 50_000
    connection.close()
    return path


MADE: dict[str, Callable[[Path, int], Path]] = {
    "Mastodon outbox (JSON)": outbox,
    "Takeout BrowserHistory.json": takeout,
    "Chromium History (SQLite)": history,
}


def run_task(path: Path, store: Path) -> None:
    """Import inside this process and print seconds, peak memory and rows as JSON."""
    start = time.perf_counter()
    for outcome in import_path(store, path):
        if isinstance(outcome, Refused):
            raise outcome
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    with reading(store) as cursor:
        found = cursor.execute("SELECT sum(read_rows) FROM import_counts").fetchone()
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "rows": int(found[0]) if found else 0}))


def main(gigabytes: float) -> None:
    """Make each export, import it, print what it took."""
    print(f"{os.cpu_count()} cores; exports of {gigabytes:g} GB each")
    for title, make in MADE.items():
        with tempfile.TemporaryDirectory(prefix="watercooler-bench-") as name:
            folder = Path(name) / "export"
            folder.mkdir()
            path = make(folder, int(gigabytes * 1e9))
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.bench_large",
                "--task",
                str(path),
                f"{name}/store.duckdb",
            ]
            done = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print(
            f"{title:<30} {done['seconds']:6.0f} s, peak {done['peak_mb']:5,.0f} MB, {done['rows']:,} rows",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        run_task(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 2)
