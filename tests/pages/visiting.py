"""Opening a page of the dashboard in Streamlit's own test bench, and reading what stands on it."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from analytics import pages

DASHBOARD = Path(__file__).parents[2] / "dashboard.py"
FOLDER = Path(pages.__file__).parent
PAGES = {
    "this_week": "This week", "follows": "Follows", "growth": "Growth", "link_pushers": "Link-pushers",
    "conversations": "Conversations", "time": "Time", "results": "Results", "search": "Search", "imports": "Import",
    "settings": "Settings",
}  # fmt: skip


def address_of(page: str, **address: str | list[str]) -> AppTest:
    """A page by the name of its file, with its filters; not run yet."""
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120)
    app.session_state["seen"] = True  # its first run does not wait for a browser to draw
    for name, value in address.items():
        app.query_params[name] = value
    if page == "imports":
        app.run()  # the bench finds a page whose address is not its file's name only after a first run
    return app if page == "this_week" else app.switch_page(str(FOLDER / f"{page}.py"))


def visited(page: str, **address: str | list[str]) -> AppTest:
    """A page after its first run, without an exception."""
    return ran(address_of(page, **address).run(), PAGES[page])


def ran(app: AppTest, title: str | None = None) -> AppTest:
    """The page after a run in which no part failed; it has one title, this one where it is named."""
    assert [error.value for error in app.exception] == []
    assert [error.value for error in app.error if "could not be shown" in error.value] == []
    assert [element.value for element in app.title] == [title or app.title[0].value]
    return app


def texts(app: AppTest) -> str:
    """What stands on the page as plain text, one element a line."""
    return "\n".join(element.value.replace("\u00a0", " ") for element in app.text)


def charts(app: AppTest) -> list[str]:
    """The words that stand for each picture."""
    return [element.proto.alt for element in app.get("vega_lite_chart")]
