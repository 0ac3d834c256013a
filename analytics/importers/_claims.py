"""Who reads what of a tree of files, and what is left alone.

An importer is shown the files of one folder at a time, in a zip as on the disk, so that a re-zipped archive
with an extra top folder, an unpacked one and its bare data/ folder all look the same. Where a format lies in
several folders (`Importer.folders`), it is shown all of them from their common top on.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analytics.importers._views import Container, View, Zip
from analytics.importers.interface import Files, Importer, Refused

ARCHIVES = (".zip", ".gz", ".tgz", ".tar")
REPORTED = (*ARCHIVES, ".js", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".ics", ".car", ".db", ".sqlite")
"""Endings of files that are likely exports: one that nobody reads is reported."""
SHOWN_NAMES = 5

Tree = dict[str, list[str]]
"""Folder (with a trailing slash; '' is the top) -> the files that lie directly in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One export: where it lies, who reads it and which members it reads."""

    path: Path
    files: Files
    importer: Importer
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """A file that no importer reads, or several of one archive."""

    path: Path
    why: str


Finding = Found | LeftAlone | Refused


class Claims:
    """Who reads what of one tree of files."""

    def __init__(self, path: Path, container: Container, tree: Tree) -> None:
        self._path = path
        self._container = container
        self._tree = tree
        self.claimed: dict[str, Importer] = {}
        """Member, from the top of the tree on -> who reads it."""
        self.refused: set[str] = set()
        """Folders of which something was refused."""
        self.tops: set[str] = set()
        """Top folders of the exports that lie in several folders."""

    def of(self, importers: Sequence[Importer]) -> Iterator[Found | Refused]:
        """Every export, folder by folder. Two importers that want the same file are a refusal naming both."""
        found: list[tuple[str, int, View, tuple[str, ...]]] = []
        for place, importer in enumerate(importers):
            for top, members in _views(self._tree, importer):
                view = View(path=self._shown(top), container=self._container, top=top, members=tuple(members))
                try:
                    wanted = importer.recognise(view)
                except Refused as refused:  # the same file is unreadable for every importer
                    if isinstance(self._container, Zip):
                        raise  # as a rule all of it
                    if top not in self.refused:
                        self.refused.add(top)
                        yield refused
                    continue
                if wanted:
                    found.append((top, place, view, wanted))
        contested = yield from self._contested(importers, found)
        single = self._path.is_file() and not isinstance(self._container, Zip)
        for top, place, view, wanted in sorted(found, key=lambda one: one[:2]):
            importer = importers[place]
            left = tuple(member for member in wanted if top + member not in contested)
            if importer.each_file:
                for member in left:
                    path = self._path if single else self._path / (top + member)
                    yield Found(path=path, files=view, importer=importer, members=(member,))
            elif left:
                self.tops |= {top} if importer.folders else set()
                yield Found(path=view.path, files=view, importer=importer, members=left)

    def _contested(
        self, importers: Sequence[Importer], found: list[tuple[str, int, View, tuple[str, ...]]]
    ) -> Generator[Refused, None, set[str]]:
        contested: dict[str, str] = {}
        for top, place, _view, wanted in found:
            for member in wanted:
                other = self.claimed.setdefault(top + member, importers[place])
                if other is not importers[place]:
                    self.refused.add(top)
                    contested[top + member] = (
                        f"looks like {other.title} and like {importers[place].title}; "
                        f"say which with --as {other.name} or --as {importers[place].name}."
                    )
        for sentence in dict.fromkeys(contested.values()):
            member = min(member for member, said in contested.items() if said == sentence)
            yield Refused(f"{self._path}: {member} {sentence}")
        return set(contested)

    def unread(self) -> list[str]:
        """Members that look like an export and that nobody reads. Of an archive's many .js files not one is
        news.
        """
        holders = {member[: member.rfind("/") + 1] for member in self.claimed}
        return [
            folder + name
            for folder, names in sorted(self._tree.items())
            for name in names
            if PurePosixPath(name).suffix.lower() in REPORTED
            and folder + name not in self.claimed
            and not (folder in holders and name.lower().endswith(".js"))
        ]

    def _shown(self, member: str) -> Path:
        return self._path / member if self._path.is_dir() else self._path


def _views(tree: Tree, importer: Importer) -> Iterator[tuple[str, list[str]]]:
    """Top folder and members, named from it on, of each view that an importer is to be shown."""
    if not importer.folders:
        yield from tree.items()
        return
    belongs: dict[str, list[str]] = {}
    for folder, names in tree.items():
        top = _top_of(folder, importer.folders)
        belongs.setdefault(top, []).extend(folder[len(top) :] + name for name in names)
    for top, members in belongs.items():
        yield top, sorted(members)


def _top_of(folder: str, patterns: Sequence[str]) -> str:
    """The top folder of the export that a folder belongs to by the longest pattern that its end fits.

    >>> _top_of("mine/connections/followers_and_following/", ["connections/*"])
    'mine/'
    """
    parts = PurePosixPath(folder).parts
    for pattern in sorted(patterns, key=lambda pattern: -pattern.count("/")):
        length = pattern.count("/") + 1
        if len(parts) >= length and all(
            fnmatch.fnmatchcase(part, wanted)
            for part, wanted in zip(parts[-length:], pattern.split("/"), strict=True)
        ):
            return "".join(f"{part}/" for part in parts[:-length])
    return folder


def left_in_folder(path: Path, claims: Claims, archives: list[Path]) -> Iterator[LeftAlone]:
    """A word on each file that nobody reads, and one on all those of an unpacked export."""
    of_exports: dict[str, list[str]] = {}
    for member in claims.unread():
        tops = [top for top in claims.tops if member.startswith(top)]
        if path / member in archives:  # looked into by itself
            continue
        if tops:
            of_exports.setdefault(max(tops, key=len), []).append(member)
        else:
            yield LeftAlone(path=path / member, why=f"{Path(member).name} is no export that is known here")
    for top, members in sorted(of_exports.items()):
        yield LeftAlone(path=path / top, why=_beside(members))


def left_in_archive(path: Path, claims: Claims) -> Iterator[LeftAlone]:
    """One word on all that an archive holds beside what is read."""
    members = claims.unread()
    if members and claims.claimed:
        yield LeftAlone(path=path, why=_beside(members))
    elif members and not claims.refused:
        packed = any(member.lower().endswith(ARCHIVES) for member in members)
        yield LeftAlone(
            path=path,
            why=f"nothing in it is an export that is known here ({_shown(members)})"
            + ("; unpack it and import what is in it" if packed else ""),
        )


def _beside(members: list[str]) -> str:
    if len(members) == 1:
        return f"{_shown(members)} is no export that is known here"
    return f"{len(members):,} other files in it are not read ({_shown(members)})"


def _shown(members: list[str]) -> str:
    names = [member.rsplit("/", 1)[-1] for member in members]
    return ", ".join(names[:SHOWN_NAMES]) + (" ..." if len(names) > SHOWN_NAMES else "")
