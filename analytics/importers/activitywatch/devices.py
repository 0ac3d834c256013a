"""Which watchers sat on the same device, and how long that device was on each site.

Active time of a device = its window events and not-afk. A web watcher never adds time: it says which page
the browser's window showed. Each instant of a device counts once, for what started last.

Where away-from-keyboard events overlap, the not-afk ones are taken together and stand, as in ActivityWatch's
own pages: rows stacked on one another count once, and an afk row over a not-afk row takes nothing away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.importers.activitywatch.events import AFK, DAY, NOT_AFK, SECOND, WEB, WINDOW, Bucket, Label
from analytics.importers.activitywatch.intervals import (
    Pieces,
    latest_wins,
    overlaps,
    together,
    union,
    without,
)
from analytics.model import Note
from analytics.reference import Sites


@dataclass(slots=True, kw_only=True)
class Device:
    """The buckets of one computer or phone."""

    name: str
    is_android: bool
    windows: list[Bucket] = field(default_factory=list)
    afk: list[Bucket] = field(default_factory=list)
    web: list[Bucket] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a device was used for, in microseconds.

    on_sites: site -> disjoint pieces; elsewhere: app or domain of no known site -> time, without private
    tabs; unseen: time in browsers with nothing that says which page.
    """

    active: int
    on_sites: dict[str, Pieces]
    elsewhere: dict[str, int]
    unseen: int


def devices_of(buckets: Sequence[Bucket]) -> tuple[list[Device], list[Note]]:
    """Sort buckets by device, with a Note for each that belongs to none.

    A watcher is matched by its host name, else by what follows the last "_" of its id. One that names no
    host goes to the only device with windows of its file, else of all files; the same holds for a single
    away-from-keyboard watcher under another host name than the only window watcher's.
    """
    devices: dict[tuple[str, bool], Device] = {}
    for bucket in buckets:
        if bucket.type == WINDOW:
            name = _host(bucket) or ("android" if bucket.is_android else "computer")
            key = (name, bucket.is_android)
            devices.setdefault(key, Device(name=name, is_android=bucket.is_android)).windows.append(bucket)
    notes = []
    afk_hosts = {_host(bucket) for bucket in buckets if bucket.type == AFK and bucket.read}
    for bucket in buckets:
        if bucket.type not in (AFK, WEB) or not bucket.read:
            continue
        host = _host(bucket)
        device = devices.get((host or "", bucket.is_android))
        if device is None and (host is None or (bucket.type == AFK and len(afk_hosts) == 1)):
            device = _only_device(bucket, list(devices.values()))
        if device is None:
            notes.append(
                Note(
                    text=f"{bucket.id} ({bucket.file}) is not counted: there are no window events of the same "
                    "computer beside it. Export all buckets, or put the files of one computer in one folder."
                )
            )
        else:
            (device.afk if bucket.type == AFK else device.web).append(bucket)
    return sorted(devices.values(), key=lambda device: (device.name, device.is_android)), notes


def drop_overlong(device: Device, labels: Sequence[Label]) -> None:
    """Leave out, with a Problem, what claims a presence of more than a day without a break.

    Where away-from-keyboard events bound them, long window and web events are harmless (a locked screen).
    """
    for bucket in device.afk or device.windows:
        bucket.drop(
            {
                at: f"{length / SECOND / 3600:.1f} hours without a break; longer than a day is no presence"
                for at, (length, label) in enumerate(zip(bucket.lengths, bucket.labels, strict=True))
                if length > DAY and (bucket.type != AFK or labels[label].status == NOT_AFK)
            }
        )


def usage(device: Device, labels: Sequence[Label], sites: Sites) -> Usage:
    """The time of a device by site."""
    windows = latest_wins(_events(device.windows))
    active = overlaps(windows, presence(device.afk, labels))[0] if device.afk else windows
    families = [_family(label, sites) for label in labels]
    browsing = np.array([family is not None for family in families], dtype=bool)
    in_browser = active.where(browsing[active.label])
    open_browsers = {families[label] or "" for label in set(windows.label.tolist()) if browsing[label]}
    pages, unseen = _pages(in_browser, families, _watchers(device.web, open_browsers, sites))

    places = [_place(label, family, sites) for label, family in zip(labels, families, strict=True)]
    used = together([active.where(~browsing[active.label]), *pages, *unseen])
    on_sites = {
        site: union(used.where(np.array([place[0] == site for place in places], dtype=bool)[used.label]))
        for site in sorted({places[label][0] or "" for label in set(used.label.tolist())} - {""})
    }
    elsewhere: dict[str, int] = {}
    for label, length in enumerate(np.bincount(used.label, weights=used.length).tolist()):
        site, name = places[label]
        if length and name and not site:
            elsewhere[name] = elsewhere.get(name, 0) + int(length)
    silent = np.array([not label.host and not label.private for label in labels], dtype=bool)
    return Usage(
        active=int(active.length.sum()),
        on_sites=on_sites,
        elsewhere=elsewhere,
        unseen=sum(int(part.where(silent[part.label]).length.sum()) for part in unseen),
    )


def presence(afk: Sequence[Bucket], labels: Sequence[Label], *, away: bool = False) -> Pieces:
    """When somebody was at the keyboard: the not-afk events taken together. With `away`, all others."""
    wanted = np.array([(label.status != NOT_AFK) == away for label in labels], dtype=bool)
    events = _events(afk)
    return union(events.where(wanted[events.label]))


def _events(buckets: Sequence[Bucket]) -> Pieces:
    return together([bucket.pieces() for bucket in buckets])


def _pages(
    in_browser: Pieces, families: Sequence[str | None], watchers: dict[str, list[Bucket]]
) -> tuple[list[Pieces], list[Pieces]]:
    """Browser windows cut by what their web watchers saw, and what is left of them."""
    pages, unseen = [], []
    for family, buckets in sorted(watchers.items()):
        windows = in_browser.where(np.array([f == family for f in families], dtype=bool)[in_browser.label])
        seen = latest_wins(_events(buckets))
        pages.append(overlaps(windows, seen)[1])
        unseen.append(without(windows, seen))
    return pages, unseen


def _watchers(web: Sequence[Bucket], open_browsers: set[str], sites: Sites) -> dict[str, list[Bucket]]:
    """Browser family -> the web watchers that speak for its windows.

    A watcher speaks for the browser in its id (aw-watcher-web-firefox). If no such browser was ever in
    front, it speaks for those that have no watcher of their own: Edge and Vivaldi often pass for Chrome.
    """
    of_bucket = [_named_family(bucket, sites) for bucket in web]
    own = {family for family in of_bucket if family in open_browsers}
    return {
        family: [
            bucket
            for bucket, named in zip(web, of_bucket, strict=True)
            if (named == family if named in own else family not in own)
        ]
        for family in open_browsers
    }


def _named_family(bucket: Bucket, sites: Sites) -> str | None:
    known = set(sites.browsers.values())
    for word in re.split(r"[^a-z]+", bucket.id.lower()):
        if word in known or word in sites.browsers:
            return word if word in known else sites.browsers[word]
    return None


def _family(label: Label, sites: Sites) -> str | None:
    """The browser family of a window event; '' for a program that shows pages without being listed."""
    for name in (label.package, label.app):
        if name and name.lower() in sites.browsers:
            return sites.browsers[name.lower()]
    # The macOS window watcher tells the address of the tab in front itself.
    return "" if label.app is not None and (label.host or label.private) else None


def _place(label: Label, family: str | None, sites: Sites) -> tuple[str | None, str]:
    """The site that a label belongs to, and the name by which a user would add it to sites.toml."""
    if label.private:
        return None, ""
    if label.host:
        return sites.of_domain(label.host), label.host
    if family is not None:
        return None, ""
    return sites.of_app(label.package, label.app), label.package or label.app or ""


def _host(bucket: Bucket) -> str | None:
    if bucket.hostname and bucket.hostname != "unknown":
        return bucket.hostname
    return bucket.id.rpartition("_")[2] if "_" in bucket.id else None


def _only_device(bucket: Bucket, devices: Sequence[Device]) -> Device | None:
    alike = [device for device in devices if device.is_android == bucket.is_android]
    near = [device for device in alike if any(window.file == bucket.file for window in device.windows)]
    candidates = near or alike
    return candidates[0] if len(candidates) == 1 else None
