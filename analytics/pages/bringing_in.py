"""Bringing exports in: the drop zone and its options, how the import goes on, what became of it, and the guide."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from analytics.importers import IMPORTERS
from analytics.metrics.time_words import duration_words
from analytics.pages import files, import_job, shared
from analytics.pages.import_job import Job, Reading
from analytics.pages.sections import section
from analytics.reports.source_guide import tells
from analytics.reports.week_words import count_words
from analytics.store.location import is_sample, own_store, show, user_store

EVERY_SECONDS = 0.5
PHASES = {"reading": "reading", "comparing": "comparing its posts", "storing": "storing"}
LARGE_MB = 500


@section
def drop_zone() -> None:
    """Files by dropping them, or the path of a file or folder on this machine."""
    job = import_job.latest()
    if job and job.is_running:
        return
    if is_sample(user_store()):
        shared.say(f"What you bring in goes to your own store, apart from the sample: {own_store()}")
    dropped = st.file_uploader(
        "Exports as you downloaded them: zip, tar.gz, json, csv and others, several at once",
        accept_multiple_files=True,
        help="A zip as it was downloaded. Of an unpacked archive give the path of its folder, below.",
        key=f"drop-{st.session_state.get('drops', 0)}",
    )
    path = st.text_input(
        "Or the path of a file or a folder on this computer",
        placeholder="~/Downloads",
        help=f"Nothing is copied, so this is the better way for more than {LARGE_MB} MB. Of a folder every export "
        "in it is taken.",
        key="import-path",
    )
    options = _options()
    if st.button("Import", type="primary", disabled=not (dropped or path), key="import-start"):
        _start(path, dropped or [], options)


def _options() -> list[str]:
    with st.expander("Where an export does not say whose it is, or of when"):
        me = st.text_input(
            "Your account, as network:handle", placeholder="x:ana", max_chars=200, key="import-me"
        )
        as_of = st.date_input(
            "The day of which its lists are", value=None, format="YYYY-MM-DD", key="import-as-of"
        )
        messages = st.toggle(
            "Also read who wrote direct messages and when, never what", key="import-messages"
        )
    return [
        *(("--me", me.strip()) if me and me.strip() else ()),
        *(("--as-of", str(as_of)) if as_of else ()),
        *(("--with-messages",) if messages else ()),
    ]


def _start(path: str | None, dropped: list[Any], options: list[str]) -> None:
    paths = []
    if path and path.strip():
        named = Path(path.strip().strip("'\"")).expanduser().absolute()
        if not named.exists():
            st.error("There is nothing at that path on this computer; nothing was imported.")
            shared.say(str(named))
            return
        paths.append(named)
    try:
        import_job.start(
            own_store(), paths=paths, dropped=[(one.name, one.getvalue()) for one in dropped], options=options
        )
    except (RuntimeError, OSError) as error:
        st.error("The import was not started.")
        st.text(str(error))
        return
    st.session_state["drops"] = st.session_state.get("drops", 0) + 1  # an empty drop zone for the next
    st.rerun()


@section
def job() -> None:
    """How the import goes on, or what became of the last one."""
    if (found := import_job.latest()) is None:
        return
    if found.is_running:
        _going_on()
    else:
        _ended(found)


@st.fragment(run_every=EVERY_SECONDS)
def _going_on() -> None:
    found = import_job.latest()
    if found is None or not found.is_running:
        # The store may be another one now, and has other content.
        if found and found.taken and is_sample(user_store()):
            show(own_store())
        st.rerun()
    with st.container(border=True):
        reading = found.reading
        share, words = (0.0, "Looking at the files") if reading is None else _stand(reading)
        st.progress(share)
        shared.say(f"{words}; {duration_words(found.seconds())} so far")
        if reading is not None:
            shared.say(f"{reading.title}: {Path(reading.path).name}")
        if found.taken:
            shared.say(f"{count_words(found.taken, 'export')} taken in already.")
        if st.button("Cancel", key="import-cancel", help="What is not stored yet leaves nothing behind."):
            found.cancel()


def _stand(reading: Reading) -> tuple[float, str]:
    """How much of an export was read, and in words what is being done."""
    share = min(reading.read / reading.bytes, 1.0) if reading.bytes else 0.0
    said = f"{PHASES[reading.phase].capitalize()}: {share:.0%} of {reading.bytes / 1e6:,.1f} MB"
    return share, f"{said}, {count_words(reading.rows, 'row')}"


def _ended(found: Job) -> None:
    with st.container(border=True):
        if found.cancelled:
            st.markdown("**Cancelled.** The export that was being read left nothing behind.")
        elif found.died:
            st.error("The import ended by itself before it was done; what it had stored stays.")
            shared.say(
                found.last_words.strip().splitlines()[-1] if found.last_words.strip() else "It said nothing."
            )
        elif not found.taken:
            st.markdown("**Nothing was taken in.**")
        else:
            st.markdown(f"**{shared.escaped(count_words(found.taken, 'export'))} taken in.**")
        dropped = f"{found.folder / 'dropped'}/"
        for outcome in found.outcomes:
            _outcome(outcome, dropped)
        with st.container(horizontal=True):
            if found.taken:
                shared.more_on("this_week", "How the week stands: This week")
                shared.more_on("follows", "Who follows back: Follows")
            if st.button("Done", key="import-dismiss"):
                import_job.dismiss()
                st.rerun()


def _outcome(outcome: Mapping[str, Any], dropped: str) -> None:
    """One export, in plain text; paths of what was dropped are shown without their private folder."""
    match outcome["event"]:
        case "refused":
            st.error("Refused:")
            shared.say(outcome["text"].replace(dropped, ""))
        case "left alone":
            shared.say(f"Left alone: {outcome['path'].replace(dropped, '')}: {outcome['why']}.")
        case "imported":
            _imported(outcome, dropped)


def _imported(outcome: Mapping[str, Any], dropped: str) -> None:
    whose = f" of {outcome['owner']}" if outcome["owner"] else ""
    state = {
        "known": "imported before, nothing new",
        "replaced": "read again, in place of what was read before",
    }
    what = state.get(outcome["state"], "imported")
    day = outcome["exported_at"][:10]
    shared.say(f"{outcome['title']}{whose}, as of {day}: {what} ({outcome['path'].replace(dropped, '')})")
    if outcome["read"] and outcome["state"] != "known":
        rows_table(outcome, name=f"rows-{outcome['import_id']}")
    for note in outcome["notes"]:
        shared.say(f"Note: {note}")
    if outcome["problems"]:
        problems_table(
            pd.DataFrame(outcome["first_problems"]), outcome["problems"], f"problems-{outcome['import_id']}"
        )


def rows_table(counts: Mapping[str, Any], *, name: str) -> None:
    """Rows read, new and known, by kind."""
    kinds = [kind for kind in counts["read"] if counts["read"][kind]]
    files.table(
        pd.DataFrame(
            {
                "rows": [kind.replace("_", " ") for kind in kinds],
                "read": [counts["read"][kind] for kind in kinds],
                "new": [counts["new"].get(kind, 0) for kind in kinds],
                "known before": [counts["known"].get(kind, 0) for kind in kinds],
            }
        ),
        alt="Rows read, new and known before",
        name=name,
        hide_index=True,
        height="content",
        column_config={
            column: st.column_config.NumberColumn(format="localized")
            for column in ("read", "new", "known before")
        },
    )


def problems_table(problems: pd.DataFrame, number: int, name: str) -> None:
    """What could not be read, and where."""
    rows = "row" if number == 1 else "rows"
    more = f"; the first {len(problems):,} are shown" if len(problems) < number else ""
    shared.say(f"{number:,} {rows} could not be read{more}. The rest is in.")
    files.table(
        problems,
        alt="What could not be read",
        name=name,
        hide_index=True,
        height="content" if len(problems) <= 6 else 240,
        column_config={
            "place": st.column_config.TextColumn("where", width=260),
            "what": st.column_config.TextColumn("what", width=520),
        },
    )


@section
def guide() -> None:
    """How to come by each export, one at a time."""
    st.header("How to get your exports", anchor="guide")
    titles = {one.name: one.title for one in IMPORTERS}
    chosen = st.selectbox(
        "Export of", sorted(titles, key=lambda name: titles[name].lower()), format_func=lambda name: titles[name],
        index=None, placeholder="Choose a network, a tracker or a browser", key="guide-of", width=420,
    )  # fmt: skip
    if chosen is None:
        shared.say(
            "Most networks make an archive of your account on request, within minutes or a few days. Ask for it now; "
            "what it holds exists nowhere else once it is gone."
        )
        return
    one = next(importer for importer in IMPORTERS if importer.name == chosen)
    st.markdown("\n".join(f"{n}. {shared.escaped(step)}" for n, step in enumerate(one.guide.steps, start=1)))
    for words in (
        f"How long it takes: {one.guide.wait}",
        f"It tells: {tells(one)}",
        f"It does not: {one.guide.cannot}",
    ):
        shared.say(words)
