"""How long importing a large X archive takes, against DuckDB's own read_json of the same file.

Both run in processes of their own, in turn, in one go: the ratio is what counts, machines differ.
`python -m tests.benchmarks.bench_import [POSTS]`
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import duckdb

from analytics.importers._json import duckdb_type
from analytics.importers.x.tweets import TWEET
from analytics.store.connection import reading
from analytics.store.loading import import_path
from tests.benchmarks.x_archive import make_archive

ROUNDS = 3


def read_json_alone(folder: Path) -> int:
    """The bare minimum: read_json with declared columns over the unwrapped file, into memory."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        f"""CREATE TABLE bare AS SELECT * FROM read_json($path, format='array', records='true',
                columns={{tweet: '{duckdb_type(TWEET)}'}})""",
        {"path": str(folder / "tweets.json")},
    )
    return int(connection.execute("SELECT count(*) FROM bare").fetchall()[0][0])


def whole_import(folder: Path) -> int:
    """The import as a user runs it, from the zip into a new store; posts that the store then holds."""
    store = folder / "store.duckdb"
    store.unlink(missing_ok=True)
    list(import_path(store, folder / "archive.zip"))
    with reading(store) as cursor:
        return int(cursor.execute("SELECT count(*) FROM current_posts").fetchall()[0][0])


def in_process(task: str, folder: Path) -> dict[str, float]:
    """Run a task in a fresh process: seconds, peak memory in MB, posts."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_import", "--task", task, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def run_task(task: str, folder: Path) -> None:
    """Time one task inside this process and print the result as JSON."""
    start = time.perf_counter()
    posts = {"bare": read_json_alone, "import": whole_import}[task](folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "posts": posts}))


def main(count: int) -> None:
    """Make the archive, run both in turn, print the medians and the ratio."""
    with tempfile.TemporaryDirectory(prefix="watercooler-bench-") as name:
        folder = Path(name)
        archive = make_archive(folder / "archive.zip", count)
        with zipfile.ZipFile(archive) as opened:
            content = opened.read("data/tweets.js")
        (folder / "tweets.json").write_bytes(content[content.index(b"=") + 1 :])
        megabytes = len(content) / 1e6
        del content
        rounds = [(in_process("bare", folder), in_process("import", folder)) for _ in range(ROUNDS)]
    ratios = [whole["seconds"] / bare["seconds"] for bare, whole in rounds]
    bare, whole = (statistics.median(r[i]["seconds"] for r in rounds) for i in range(2))
    print(f"{count:,} posts, tweets.js {megabytes:,.0f} MB, {os.cpu_count()} cores, {ROUNDS} rounds in turn")
    print(f"read_json alone          {bare:6.2f} s")
    print(f"import into a new store  {whole:6.2f} s, peak {max(r[1]['peak_mb'] for r in rounds):,.0f} MB")
    print(f"ratio import / read_json {statistics.median(ratios):6.2f} ({min(ratios):.2f}-{max(ratios):.2f})")
    print(f"posts in the store       {int(rounds[-1][1]['posts']):,} of {count:,}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        run_task(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
