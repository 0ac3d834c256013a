"""`make guide`: write what the importers declare of themselves into a page, between its marks."""

from __future__ import annotations

import sys
from pathlib import Path

from analytics.reports.source_guide import written_into


def main() -> None:
    """Rewrite the pages that are named."""
    for page in map(Path, sys.argv[1:]):
        page.write_text(written_into(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
