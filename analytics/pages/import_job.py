"""An import that a page started: the command line in a process of its own, so that to cancel is to end it.

What it prints, a JSON object a line, is read by a thread. The job is known to the whole server, so a page that is
loaded again finds it. Its temporary files, what was dropped on the page among them, lie in one private folder that
goes when the process has ended, however it did.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LAST_WORDS = 2000  # characters of what it says on stderr


@dataclass(slots=True, kw_only=True)
class Reading:
    """How far one export has come. bytes: of all its files; phase: reading, comparing or storing."""

    title: str
    path: str
    bytes: int
    read: int = 0
    rows: int = 0
    phase: str = "reading"


@dataclass(slots=True, kw_only=True)
class Job:
    """One import, running or over. outcomes: the lines of exports taken in, refused and left alone, as they came."""

    store: Path
    folder: Path
    process: subprocess.Popen[str]
    started: float = field(default_factory=time.monotonic)
    reading: Reading | None = None
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    finished: bool = False
    cancelled: bool = False
    last_words: str = ""

    @property
    def is_running(self) -> bool:
        """Whether there is still something to wait for."""
        return not self.finished

    @property
    def died(self) -> bool:
        """Whether it ended without saying that everything was tried, and nobody asked it to."""
        return (
            self.finished and not self.cancelled and not any(one["event"] == "end" for one in self.outcomes)
        )

    @property
    def taken(self) -> int:
        """Exports taken in so far."""
        return sum(one["event"] == "imported" for one in self.outcomes)

    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.started

    def cancel(self) -> None:
        """End it. An export that is not stored yet leaves nothing; those before it stay."""
        self.cancelled = True
        self.process.kill()


_latest: Job | None = None
_guard = threading.Lock()


def latest() -> Job | None:
    """The import that runs, or that ran last and was not dismissed."""
    return _latest


def dismiss() -> None:
    """Forget an import that is over."""
    global _latest  # noqa: PLW0603
    with _guard:
        if _latest and _latest.finished:
            _latest = None


def start(
    store: Path,
    *,
    paths: Sequence[Path] = (),
    dropped: Iterable[tuple[str, bytes]] = (),
    options: Sequence[str] = (),
) -> Job:
    """Begin an import. paths: files or folders on this machine; dropped: names and contents of files.

    options: further words of `watercooler import`. Raises RuntimeError while another one runs.
    """
    global _latest  # noqa: PLW0603
    with _guard:
        if _latest and _latest.is_running:
            raise RuntimeError("Another import is running; wait for it or cancel it.")
        folder = Path(tempfile.mkdtemp(prefix="watercooler-page-"))
        given = [str(path) for path in (*paths, *_keep(dropped, folder / "dropped"))]
        temporary = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
        command = [
            sys.executable,
            "-m",
            "analytics.cli",
            "--db",
            str(store),
            "import",
            "--lines",
            *options,
            "--",
            *given,
        ]
        process = subprocess.Popen(  # noqa: S603
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=os.environ
            | temporary
            | {"PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        _latest = job = Job(store=store, folder=folder, process=process)
    threading.Thread(target=_follow, args=(job,), daemon=True).start()
    return job


def _keep(dropped: Iterable[tuple[str, bytes]], folder: Path) -> Iterator[Path]:
    """Write what was dropped into a folder, under names that mean nothing to a file system."""
    for number, (name, content) in enumerate(dropped):
        folder.mkdir(exist_ok=True)
        safe = re.sub(r"[^\w.() -]+", "_", Path(name.replace("\\", "/")).name).lstrip(".") or "file"
        target = folder / safe
        if target.exists():
            target = folder / f"{number}-{safe}"
        target.write_bytes(content)
        yield target


def _follow(job: Job) -> None:
    """Read what the process prints until it ends, then clear up."""
    errors: list[str] = []
    beside = threading.Thread(target=lambda: errors.extend(job.process.stderr or ()), daemon=True)
    beside.start()
    for line in job.process.stdout or ():
        _take(job, line)
    job.process.wait()
    beside.join(timeout=5)
    job.last_words = "".join(errors)[-LAST_WORDS:]
    shutil.rmtree(job.folder, ignore_errors=True)
    job.finished = True


def _take(job: Job, line: str) -> None:
    try:
        said = json.loads(line)
    except ValueError:
        return  # the last line of a process that was ended in the middle of it
    match said.pop("event"):
        case "begin":
            job.reading = Reading(**said)
        case "progress" if job.reading:
            job.reading.read, job.reading.rows, job.reading.phase = said["read"], said["rows"], said["phase"]
        case event:
            job.reading = None
            job.outcomes.append({"event": event, **said})
