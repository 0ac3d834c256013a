"""A browser's history: when which page was opened, in Chrome, Firefox, Safari and their relatives.

How to get it: copy the file out of the browser's profile while the browser is closed, with what lies beside
it under the same name and -wal or -journal, which holds what is newest. Any name will do; the browsers' own are
History (Chrome, Edge, Brave, Vivaldi, Opera: SQLite, seen of versions 1 to 60, of later ones the columns are
known only), places.sqlite (Firefox on a computer and on Android) and History.db (Safari). Google Takeout gives
Chrome's as BrowserHistory.json or Chrome/History.json. Recognised by content.

Visits of all pages are read, since a visit lasts until the next one, whatever that is (`_visits`); stored are
stretches of time on known sites and nothing of any page: no address, no title. Read where they are there:

- how long a page was in front: context_annotations.total_foreground_duration (Chromium, µs),
  moz_places_metadata.total_view_time (Firefox, ms);
- visits.visit_duration (Chromium), which goes on while a tab is open and a laptop asleep: an upper bound, no more;
- what another device sent by synchronisation (originator_cache_guid, visit_source, is_local, origin, client_id): a
  device of its own, whose visits end each other and none of this one's. Both devices may be on at the same time,
  which counts once, as between any two sources. Firefox on a computer does not mark what came from elsewhere.

Frames inside pages and downloads are no visits. A time before 1990 or in the future is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analytics.importers._rows import Rows
from analytics.importers._sqlite import MAGIC
from analytics.importers.browser_history import _databases, _takeout
from analytics.importers.browser_history._collected import Collected
from analytics.importers.interface import (
    Files,
    Finding,
    Guide,
    Importer,
    Options,
    Question,
    Refused,
    Stage,
)
from analytics.reference import load_sites

# The browsers' own names: such a file is meant to be a history even where nothing of it can be read.
_NAMES = re.compile(r"History|places\.sqlite|History\.db")

GUIDE = Guide(
    steps=(
        "Close the browser, so that everything is written to the file.",
        "Find its profile: chrome://version shows the folder of Chrome, Edge, Brave and their like as profile "
        "path; about:profiles that of Firefox; Safari keeps Library/Safari in your home folder.",
        "Copy History (Chrome and its like), places.sqlite (Firefox) or History.db (Safari) out of it, and the "
        "files beside it whose names go on with -wal or -journal.",
        "Or, for what Chrome keeps in your Google account: takeout.google.com, only Chrome, only history.",
        "Import the file or the folder.",
    ),
    wait="At once; Takeout takes minutes to hours.",
    cannot="Chrome keeps three months, Safari a year, Firefox years. A history says when a page was opened and "
    "seldom for how long it was read: the rest is worked out from the gap to the next visit, five minutes at "
    "most. Private windows and apps leave nothing in it.",
    answers={Question.TIME: "pages in a browser only"},
)


def recognise(files: Files) -> tuple[str, ...]:
    """The databases with a browser's tables of visits, Takeout's JSON, and what is named like a history but
    cannot be one, to be refused.
    """
    return tuple(name for name in files.names() if _is_history(files, name))


def read(files: Files, members: tuple[str, ...], stage: Stage, _options: Options) -> Iterator[Finding]:
    """Fill time_spans from each file; see the interface."""
    for name in members:
        rows = Rows(stage)
        collected = Collected(name=name, sites=load_sites(), file_date=files.modified_utc(name))
        if name.lower().endswith(".json"):
            _takeout.collect(collected, rows, stage, files)
        elif files.head(name, len(MAGIC)) == MAGIC:
            _databases.collect(collected, stage, files)
        else:
            what = "is no database, or is encrypted" if files.size(name) else "is empty"
            raise Refused(
                f"{files.path}: {name} {what} (a browser's history was expected); close the browser and copy it "
                "again."
            )
        yield from collected.finish(rows)


def _is_history(files: Files, name: str) -> bool:
    if name.lower().endswith(".json"):
        return _takeout.recognised(files, name)
    head = files.head(name)
    if head.startswith(MAGIC):
        return _databases.recognised(files, name)
    return bool(_NAMES.fullmatch(name)) and (not head or b"\0" in head)


IMPORTER = Importer(
    name="browser-history",
    title="A browser's history",
    version="1",
    recognise=recognise,
    read=read,
    guide=GUIDE,
    each_file=True,
    uses_sites=True,
)
