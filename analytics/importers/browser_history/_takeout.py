"""Chrome's history out of Google Takeout: BrowserHistory.json, in newer exports Chrome/History.json."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np

from analytics.importers._rows import Rows, at, count_of, elements, text_of
from analytics.importers.browser_history._collected import HERE, Chunk, Collected
from analytics.importers.interface import Files, Stage

CHUNK = 50_000
_LIST = "Browser History"
# Newer exports hold other lists beside it, which may come first.
_START = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:Browser History"\s*:\s*\[|(?:Session|Typed Url)"\s*:[^\0]*"Browser History")'
)
_FRAMES = ("AUTO_SUBFRAME", "MANUAL_SUBFRAME")


def recognised(files: Files, name: str) -> bool:
    """Whether a file holds Chrome's history as Takeout writes it."""
    return bool(_START.match(files.head(name)))


def collect(collected: Collected, rows: Rows, stage: Stage, files: Files) -> None:
    """Take every visit. A device of the account is known by its client_id."""
    collected.browser = "Chrome history (Takeout)"
    visits = elements(stage, files, collected.name, _LIST)
    while chunk := list(islice(visits, CHUNK)):
        moments, sites, devices = [], [], []
        for number, visit in chunk:
            moment = count_of(at(visit, "time_usec"))
            if moment is None:
                rows.problem(collected.name, number, "has no time_usec, in microseconds since 1970")
            elif at(visit, "page_transition") not in _FRAMES:
                moments.append(moment)
                sites.append(collected.site(at(visit, "url")))
                devices.append(text_of(at(visit, "client_id")) or HERE)
        collected.add(devices, Chunk(at=np.array(moments, np.int64), site=np.array(sites, np.int16)))
