"""A picture of every page on the sample store, light, dark and narrow: `make screenshots`. The README shows two."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

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
    "import": "import",
    "settings": "settings",
}
"""Address within the dashboard -> name of its picture."""

LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "narrow": ("light", 390)}
"""Name of a look -> scheme and width in pixels."""

README = ("this-week", "link-pushers")
README_HEIGHT = 800  # of a first look at a page, in pixels

PICTURES = Path(__file__).parent / "pictures"
EVERY = PICTURES / "all"


def main() -> None:
    """Write the README's pictures, and every page whole into a folder that is not committed."""
    EVERY.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        if browser is None:
            sys.exit("There is no chromium and no google-chrome on the PATH.")
        with serving(sample.build(), Path(folder)) as port:
            for path, name in PAGES.items():
                address = f"http://127.0.0.1:{port}/{path}"
                for look, (scheme, width) in LOOKS.items():
                    _take(browser, address, scheme, width, EVERY / f"{name}-{look}.png")
                if name in README:
                    _take(browser, address, "light", 1280, PICTURES / f"{name}.png", height=README_HEIGHT)


def _take(
    browser: Browser, address: str, scheme: str, width: int, target: Path, *, height: int | None = None
) -> None:
    """One picture; as tall as the page unless a height is given."""
    page = Opened(browser, address, scheme=scheme, width=width).page
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") + 40
    page.set_viewport_size({"width": width, "height": height or tall})
    page.wait_for_timeout(1500)  # charts are laid out anew for the other window
    page.screenshot(path=target)
    page.context.close()
    print(target)


if __name__ == "__main__":
    main()
