"""How every chart looks: one theme, and one colour for one meaning on all pages, light and dark.

A colour is not a value but an expression that the browser works out from the page's background, so a
chart follows the reader's switch between light and dark, and charts need not be told which it is.
"""

from __future__ import annotations

import altair as alt

THEME = "watercooler"

Picture = alt.LayerChart
"""What a chart function returns; pages pass it on without knowing Altair."""

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


def colour(meaning: str) -> alt.ExprRef:
    """The colour of a meaning in COLOURS."""
    return _either(*COLOURS[meaning])


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
    drawn = [layer for layer in layers if len(layer.data)]
    return alt.LayerChart(layer=drawn or list(layers[:1]), height=height)


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
                "legend": {"orient": "top", "title": None, "symbolType": "square", "offset": 4},
                "text": {"fontSize": 12},
                "bar": {"cornerRadiusEnd": 3},
            }
        }
    )
