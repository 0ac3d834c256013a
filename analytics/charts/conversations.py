"""With whom one talks: to them against from them."""

from __future__ import annotations

from math import expm1, log1p

import altair as alt
import pandas as pd

from analytics.charts.theme import Picture, colour, layered, opacity

CHOSEN = "chosen"
"""The name of the selection in `to_and_from`: a click on a dot."""

WORDS = {"both ways": "mutual", "one way": "unknown"}
"""Where words went -> the meaning whose colour it has."""
_WORDS_AT = 0.6  # where on the diagonal its words stand
_STEPS = (0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


def to_and_from(people: pd.DataFrame) -> Picture:
    """One dot a person: acts to them across, from them up; on the dashed line it is as much either way. A click
    chooses a person.

    people: platform, account, name (as shown), to_them, from_them, words_to_them, words_from_them, words (a key of
    WORDS). Both axes have the same scale, which is drawn together at its high end and shows zero.
    """
    chosen = alt.selection_point(name=CHOSEN, fields=["platform", "account"], toggle=False)
    most = max(1, *(int(people[side].max()) for side in ("to_them", "from_them"))) if len(people) else 1
    spread = alt.Scale(type="symlog", constant=1, domain=[0, most * 1.15], nice=False, padding=8)
    axis = alt.Axis(values=[step for step in _STEPS if step <= most], format=",d", grid=True)
    x = alt.X("to_them:Q", title="to them", scale=spread, axis=axis)
    y = alt.Y("from_them:Q", title="from them", scale=spread, axis=axis)
    # Those with words both ways are drawn last, over the others.
    drawn = people.sort_values("words", ascending=False, kind="stable")
    dots = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=55, cursor="pointer")
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "words:N",
                scale=alt.Scale(domain=list(WORDS), range=[colour(meaning) for meaning in WORDS.values()]),
                sort=list(WORDS),
                legend=alt.Legend(symbolType="circle", labelExpr="'words ' + datum.label"),
            ),
            opacity=opacity(CHOSEN, 0.75, 0.12),
            tooltip=[
                alt.Tooltip("name:N", title="account"),
                alt.Tooltip("to_them:Q", title="to them", format=",d"),
                alt.Tooltip("from_them:Q", title="from them", format=",d"),
                alt.Tooltip("words_to_them:Q", title="words to them", format=",d"),
                alt.Tooltip("words_from_them:Q", title="words from them", format=",d"),
            ],
        )
        .add_params(chosen)
    )
    place = expm1(log1p(most) * _WORDS_AT)
    even = pd.DataFrame({"to_them": [0, most], "from_them": [0, most]})
    line = (
        alt.Chart(even).mark_line(strokeDash=[4, 4], strokeWidth=1.2, color=colour("muted")).encode(x=x, y=y)
    )
    words = (
        alt.Chart(pd.DataFrame({"to_them": [place], "from_them": [place], "words": ["as much either way"]}))
        .mark_text(align="left", baseline="top", dx=6, dy=2, fontSize=11, color=colour("muted"))
        .encode(x=x, y=y, text=alt.Text("words:N"))
    )
    return layered(line, words, dots, height=380)
