"""A picture of every page on the sample store: `make screenshots`. The README shows them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from analytics import sample
from tests.browser.serving import Opened, chromium, serving

PAGES = {
    "": "this-week",
    "follows": "follows",
    "growth": "growth",
    "link_pushers": "link-pushers",
    "conversations": "conversations",
    "time": "time",
    "results": "results",
    "search?words=birds": "search",
}
"""Address within the dashboard -> name of its picture."""

PICTURES = Path(__file__).parent / "pictures"


def main() -> None:
    """Write one picture a page, 1280 wide and as tall as the page."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        if browser is None:
            sys.exit("There is no chromium and no google-chrome on the PATH.")
        with serving(sample.build(), Path(folder)) as port:
            for path, name in PAGES.items():
                page = Opened(browser, f"http://127.0.0.1:{port}/{path}").page
                height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                page.set_viewport_size({"width": 1280, "height": height + 40})
                page.wait_for_timeout(2000)  # charts are laid out anew for the taller window
                page.screenshot(path=PICTURES / f"{name}.png")
                print(PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
