"""A chart as a file: SVG or PNG to take along or to put into a report, and its figures as a table.

Made on this machine by vl-convert, which carries Vega: no browser is needed and nothing is fetched.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from analytics.charts.theme import PAPER, Picture

FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
WIDTH = 720
SHARPNESS = 2.0  # pixels of a PNG for each of the chart's


def svg(picture: Picture, *, width: int = WIDTH, scheme: str = "light") -> str:
    """A chart as SVG without any outside reference. width: of the plot, in pixels; scheme: light or dark."""
    drawn: str = vl_convert.vegalite_to_svg(_specification(picture, width, scheme), allowed_base_urls=[])
    return drawn


def png(picture: Picture, *, width: int = WIDTH, scheme: str = "light") -> bytes:
    """A chart as PNG, two pixels for one."""
    drawn: bytes = vl_convert.vegalite_to_png(
        _specification(picture, width, scheme), scale=SHARPNESS, allowed_base_urls=[]
    )
    return drawn


def figures(picture: Picture) -> pd.DataFrame:
    """The figures that a chart shows: the rows of the layer that has most of them."""
    frames = [layer.data for layer in picture.layer if isinstance(layer.data, pd.DataFrame)]
    return max(frames, key=lambda frame: (len(frame), frame.shape[1]), default=pd.DataFrame())


def _specification(picture: Picture, width: int, scheme: str) -> dict[str, Any]:
    with alt.data_transformers.enable("default", max_rows=None):
        specification: dict[str, Any] = picture.to_dict()
    paper, ink, quiet = PAPER[scheme]
    config = specification.setdefault("config", {})
    config["font"] = FONT
    for part in ("axis", "legend"):
        config[part] = {"labelColor": quiet, "titleColor": quiet, "gridColor": quiet} | config.get(part, {})
    config["axis"]["gridOpacity"] = 0.2
    config["text"] = {"color": ink} | config.get("text", {})
    return specification | {"width": width, "background": paper}
