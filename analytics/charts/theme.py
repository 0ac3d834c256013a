"""How every chart looks: one theme, and one colour for one meaning on all pages, light and dark.

A colour is not a value but an expression that the browser works out from the page's background, so a
chart follows the reader's switch between light and dark, and charts need not be told which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
from altair.utils import schemapi

THEME = "watercooler"

_validated = False


def validate(wanted: bool) -> None:
    """Whether charts are held against Vega-Lite's schema as they are made. That is half of a page's time, so the
    tests do it, and pages do not.
    """
    global _validated  # noqa: PLW0603
    _validated = wanted
    (schemapi.enable_debug_mode if wanted else schemapi.disable_debug_mode)()


validate(False)


class Picture(alt.LayerChart):
    """What a chart function returns; pages pass it on without knowing Altair."""

    def to_dict(self, validate: bool = True, **options: Any) -> dict[str, Any]:
        """The chart in Vega-Lite's terms."""
        written: dict[str, Any] = super().to_dict(validate=validate and _validated, **options)
        return written


# Paper, ink and quiet ink of a light and of a dark page, as .streamlit/config.toml has them.
PAPER = {"light": ("#ffffff", "#101817", "#56605e"), "dark": ("#12181a", "#e7ecea", "#9ba7a4")}

# Meaning -> colour on a light page, on a dark page.
COLOURS = {
    "within": ("#0f766e", "#3bb3a4"),  # measured, and inside its budget
    "estimated": ("#8fc0b9", "#33716a"),  # estimated, not measured: the same hue, paler
    "over": ("#b42318", "#f0766b"),
    "likely spam": ("#b45309", "#eda35b"),
    "link broadcaster": ("#8a6d1f", "#c9b06a"),
    "missed": ("#8a6d1f", "#c9b06a"),
    "unknown": ("#c9cdc6", "#45524f"),
    "track": ("#e6e8e2", "#263236"),  # what a budget still leaves
    "week": ("#eceee8", "#1d272a"),  # the stretch of a chart that is the week in question
    "mutual": ("#0f766e", "#3bb3a4"),
    "not following back": ("#64748b", "#94a3b8"),
    "fan": ("#8fc0b9", "#33716a"),
    "text": ("#101817", "#e7ecea"),
    "muted": ("#66706e", "#9ba7a4"),
    "on colour": ("#ffffff", "#0d1214"),
    "came": ("#0f766e", "#3bb3a4"),
    "unfollowed": ("#64748b", "#94a3b8"),
    "gone": ("#334155", "#cbd5e1"),
    "blocked": ("#a3a9b3", "#6b7684"),
    "fine": ("#0f766e", "#3bb3a4"),
    "not enough posts": ("#c9cdc6", "#45524f"),
    "own words": ("#0f766e", "#3bb3a4"),
    "conversation": ("#3d5a80", "#8fb0d9"),
    "link": ("#c9b06a", "#8a6d1f"),
    "repost": ("#c9cdc6", "#45524f"),
    "marketing": ("#b45309", "#eda35b"),
    "interval": ("#dfe9e6", "#1f3533"),  # what lies between two counts, and nobody saw
}

# Networks keep their colour wherever they are drawn; none is red or amber, which have meanings above.
SITE_COLOURS = {
    "x": ("#334155", "#b8c4d4"),
    "mastodon": ("#6d5bd0", "#a99cf0"),
    "bluesky": ("#2b7fd4", "#6fb4f2"),
    "digg": ("#5f8a1f", "#a3cc62"),
    "linkedin": ("#0e7490", "#58c3dc"),
    "instagram": ("#a8437a", "#e08ab9"),
    "reddit": ("#7a5c48", "#c4a691"),
    "youtube": ("#86608e", "#c79fd0"),
    "tiktok": ("#3f6f5f", "#86bda9"),
}
_FURTHER_SITES = (
    ("#7c8794", "#98a3b0"),
    ("#9a8f7a", "#b5aa95"),
    ("#6b8f8a", "#8fb5af"),
    ("#8b7fa0", "#b0a5c4"),
)


PERCENT = "format(100 * datum.value, '.0f') + ' %'"
PERCENT_CHANGE = "format(100 * datum.value, '+.0f') + ' %'"
"""How an axis labels a share and a change, as sentences write them: 54 %, +20 %."""


def colour(meaning: str) -> alt.ExprRef:
    """The colour of a meaning in COLOURS."""
    return _either(*COLOURS[meaning])


def readable(on_colour: str) -> alt.ColorValue:
    """Words that stand on a full colour where a test in Vega's terms holds, else on the page, such as
    `readable("datum.share > 0.6")`.
    """
    return alt.ColorValue(colour("text"), condition={"test": on_colour, "value": colour("on colour")})


def opacity(selection: str, among: float, beside: float) -> alt.OpacityValue:
    """How full a mark is drawn that a selection holds (all of them where nothing is selected), and one beside it."""
    return alt.OpacityValue(beside, condition={"param": selection, "value": among})


def scale(*meanings: str) -> alt.Scale:
    """A colour scale over meanings of COLOURS."""
    return alt.Scale(domain=list(meanings), range=[colour(meaning) for meaning in meanings])


def site_scale(sites: dict[str, str]) -> alt.Scale:
    """A colour scale over the names of sites. sites: key -> name as shown; unlisted keys share greys."""
    further = [key for key in sorted(sites) if key not in SITE_COLOURS]
    pairs = [
        SITE_COLOURS.get(key) or _FURTHER_SITES[further.index(key) % len(_FURTHER_SITES)] for key in sites
    ]
    return alt.Scale(domain=list(sites.values()), range=[_either(*pair) for pair in pairs])


def layered(*layers: alt.Chart, height: int) -> Picture:
    """Layers drawn over each other, the first lowest; height in pixels. The width is the page's.

    A layer without rows is left out: to a screen reader it would be a picture of nothing.
    """
    drawn = [layer for layer in layers if len(layer.data)] or list(layers[:1])
    for number, layer in enumerate(drawn):
        layer.name = f"layer_{number}"  # Altair would make one out of the rows as printed, which takes long
    return Picture(layer=drawn, height=height)


def week_ticks(starts: Sequence[date], *, most: int = 12, utc: bool = False) -> list[alt.DateTime]:
    """Where an axis of weeks is marked: on their first days, thinned evenly to at most `most`.

    Vega's own ticks stand on Sundays, whatever day the bars begin with. starts: first days of weeks, gaps allowed.
    utc: whether the axis has a scale of type utc.
    """
    if not len(starts):
        return []
    weeks = (max(starts) - min(starts)).days // 7 + 1
    days = (min(starts) + timedelta(weeks=n) for n in range(0, weeks, -(-weeks // most)))
    zone = {"utc": True} if utc else {}
    return [alt.DateTime(year=day.year, month=day.month, date=day.day, **zone) for day in days]


def of_whole(part: float, whole: float) -> str:
    """Numerator, denominator and share, as tooltips state a share.

    >>> of_whole(57, 94), of_whole(1, 1284)
    ('57 of 94 (61 %)', '1 of 1,284 (under 1 %)')
    """
    if not whole:
        return f"{part:,.0f}"
    share = 100 * part / whole
    return f"{part:,.0f} of {whole:,.0f} ({'under 1' if 0 < share < 0.5 else f'{share:.0f}'} %)"


def _either(light: str, dark: str) -> alt.ExprRef:
    return alt.ExprRef(expr=f"luminance(background) < 0.4 ? '{dark}' : '{light}'")


# Fonts and the colours of axes come from the page's own theme; this is what we want otherwise.
@alt.theme.register(THEME, enable=True)
def watercooler() -> alt.theme.ThemeConfig:
    """Quiet axes, no frame, small labels."""
    return alt.theme.ThemeConfig(
        {
            "config": {
                "view": {"stroke": None},
                "axis": {
                    "grid": False,
                    "domain": False,
                    "ticks": False,
                    "labelPadding": 6,
                    "titlePadding": 8,
                },
                "axisY": {"labelLimit": 140},
                "legend": {
                    "orient": "top",
                    "title": None,
                    "symbolType": "square",
                    "offset": 4,
                    # On a telephone five names do not stand beside each other; 0 is all in one row.
                    "columns": {"expr": "width < 380 ? 3 : 0"},  # type: ignore[typeddict-item]
                },
                "text": {"fontSize": 12},
                "bar": {"cornerRadiusEnd": 3},
            }
        }
    )
