"""ActivityWatch: time on sites, measured by the tracker itself.

How to get it: open ActivityWatch, "Raw Data", "Export all buckets as JSON" (one bucket can be exported from
its own menu; put the files of one computer into one folder). The file is aw-buckets-export.json, or
aw-bucket-export_<bucket>.json; it is recognised by its content. Format last seen 2026-04.

Read are the window watcher, the away-from-keyboard watcher and the browser watchers. Window titles and
page addresses are not kept: a row says which site, from when to when, on which device.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from analytics.importers.activitywatch.devices import (
    Device,
    Usage,
    devices_of,
    drop_overlong,
    presence,
    usage,
)
from analytics.importers.activitywatch.events import AFK, SECOND, WEB, WINDOW, Bucket, Label, Reader
from analytics.importers.activitywatch.intervals import overlaps
from analytics.importers.interface import (
    ExportedAt,
    Files,
    Finding,
    Guide,
    Importer,
    Options,
    Question,
    Stage,
)
from analytics.model import Note
from analytics.reference import load_sites

# {"buckets": {}} or {"buckets": {"aw-watcher-...": {...
_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"buckets"\s*:\s*\{\s*(?:\}|"(?:[^"\\]|\\.)*"\s*:\s*\{)')
_EPOCH = datetime(1970, 1, 1)
MOST = 5
"""How many apps and domains of no known site are named."""


def recognise(files: Files) -> tuple[str, ...]:
    """Every export beside the others: the buckets of one computer may lie in several files."""
    names = files.names()
    return tuple(
        name
        for name in names
        if (len(names) == 1 or PurePosixPath(name).suffix.lower() == ".json")
        and _START.match(files.head(name))
    )


def read(files: Files, members: tuple[str, ...], stage: Stage, _options: Options) -> Iterator[Finding]:
    """Fill time_spans with the time on known sites."""
    reader = Reader()
    for name in members:
        with stage.copy(files, name).open(encoding="utf-8-sig", errors="replace") as text:
            reader.read(name, text)
    labels = reader.labels()
    sites = load_sites()
    devices, notes = devices_of(reader.buckets)
    for device in devices:
        drop_overlong(device, labels)
    for bucket in reader.buckets:
        yield from bucket.problems if bucket.type in (WINDOW, AFK, WEB) else ()
    newest = max((end for bucket in reader.buckets if (end := bucket.newest()) is not None), default=None)
    if newest is not None:
        yield ExportedAt(moment_utc=_EPOCH + timedelta(microseconds=newest))
    yield _what_was_read(reader.buckets)
    yield from notes
    elsewhere: dict[str, int] = {}
    for device in devices:
        used = usage(device, labels, sites)
        _add(stage, device, used)
        yield from _notes_on(device, used, labels)
        for name, length in used.elsewhere.items():
            elsewhere[name] = elsewhere.get(name, 0) + length
    if elsewhere:
        yield _note_elsewhere(elsewhere, labels)


GUIDE = Guide(
    steps=(
        "Open ActivityWatch in the browser and choose Raw Data.",
        "Press Export all buckets as JSON, and import the file.",
        "For time in a browser, install ActivityWatch's web extension beforehand: it tells the sites apart.",
    ),
    wait="At once.",
    cannot="It knows time only, from the day on which it was installed, on the devices on which it runs.",
    answers={Question.TIME: ""},
)

IMPORTER = Importer(
    name="activitywatch",
    title="ActivityWatch export",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    uses_sites=True,
)


def _add(stage: Stage, device: Device, used: Usage) -> None:
    for site, pieces in used.on_sites.items():
        moments = (column.astype("datetime64[us]").tolist() for column in (pieces.start, pieces.end))
        stage.add(
            "time_spans",
            [
                {"site": site, "start_utc": start, "end_utc": end, "basis": "measured", "device": device.name}
                for start, end in zip(*moments, strict=True)
            ],
        )


def _what_was_read(buckets: list[Bucket]) -> Note:
    events = sum(bucket.read for bucket in buckets)
    if not events:
        return Note(text="This export holds no events: ActivityWatch had recorded nothing yet.")
    others = [b for b in buckets if b.type not in (WINDOW, AFK, WEB)]
    alone = ", ".join(f"{b.id} ({b.type or 'no type'}, {_number(b.read, 'event')})" for b in others)
    return Note(
        text=f"{_number(events, 'event')} in {_number(len(buckets), 'bucket')} read"
        + (f"; left alone: {alone}." if alone else ".")
    )


def _notes_on(device: Device, used: Usage, labels: list[Label]) -> Iterator[Note]:
    on_sites = sum(int(pieces.length.sum()) for pieces in used.on_sites.values())
    yield Note(
        text=f"{device.name}: {in_words(used.active)} of active time, of which {in_words(on_sites)} on "
        f"{_number(len(used.on_sites), 'known site')}."
    )
    if not device.afk and not device.is_android:
        yield Note(
            text=f"{device.name}: there is no away-from-keyboard watcher in this export, so all time with a "
            "window in front counts as active."
        )
    there, away = presence(device.afk, labels), presence(device.afk, labels, away=True)
    both = int(overlaps(there, away)[0].length.sum())
    if both > there.length.sum() // 100:
        yield Note(
            text=f"{device.name}: for {in_words(both)} the away-from-keyboard watcher says both afk and not-afk; "
            "they count as not-afk, as in ActivityWatch's own pages."
        )
    if used.unseen > used.active // 100:
        yield Note(
            text=f"{device.name}: {in_words(used.unseen)} in a browser without a record of the page, so on no "
            "site" + ("." if device.is_android else "; ActivityWatch's browser extension records it.")
        )


def _note_elsewhere(elsewhere: dict[str, int], labels: list[Label]) -> Note:
    longest = sorted(elsewhere.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    first = longest[0][0]
    key = "domains" if any(label.host == first for label in labels) else "apps"
    return Note(
        text=f"{in_words(sum(elsewhere.values()))} in apps and pages of no known site, most of it "
        + ", ".join(f"{name} {in_words(length)}" for name, length in longest)
        + ". To count one of them, name it in a file sites.toml in your data folder: a line [sites.mysite], "
        f"under it {key} = ['{first}']; then import again."
    )


def _number(count: int, of: str) -> str:
    return f"{count:,} {of}" + ("" if count == 1 else "s")


def in_words(microseconds: int) -> str:
    """A length of time for people.

    >>> in_words(160_080_000_000)
    '44 h 28 min'
    """
    minutes = round(microseconds / SECOND / 60)
    if minutes < 1:
        return f"{round(microseconds / SECOND)} s"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
