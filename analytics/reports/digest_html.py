"""The digest as one HTML file that refers to nothing outside: for a browser, a mail, a sheet of paper."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape

import duckdb

from analytics.metrics.window import Window
from analytics.reports.digest import Digest, Drawing, Part, Table, of_window
from analytics.reports.plain import shown

# Nothing may be fetched or run, whatever stands in the text.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
body { margin: 0 auto; max-width: 44rem; padding: 2rem 1.25rem; background: #fff; color: #101817;
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; color: #0b655e; }
p, li, td { overflow-wrap: break-word; unicode-bidi: isolate; } td:first-child { white-space: nowrap; }
p { margin: .4rem 0; }
.when, figcaption, footer { color: #56605e; font-size: .875rem; } .lead { font-weight: 600; margin: 1rem 0; }
figure { margin: 1rem 0; } img { display: block; max-width: 100%; height: auto; }
table { border-collapse: collapse; margin: .75rem 0; width: 100%; font-size: .9375rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #dfe2db; vertical-align: top; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 2.5rem; border-top: 1px solid #dfe2db; padding-top: .75rem; }
@page { margin: 16mm; }
@media print { body { padding: 0; font-size: 11pt; } h2 { break-after: avoid; }
  figure, table, li { break-inside: avoid; } }
"""


def as_html(cursor: duckdb.DuckDBPyConnection, window: Window) -> str:
    """The latest week that has data, as `written`."""
    return written(of_window(cursor, window))


def written(digest: Digest) -> str:
    """The whole document. Text from exports is escaped; charts are images within the file."""
    parts = "\n".join(line for part in digest.parts for line in _part(part))
    made = "\n".join(_paragraph(sentence) for sentence in digest.made)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="referrer" content="no-referrer">
<title>{_text(digest.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{_text(digest.title)}</h1>
<p class="when">{_text(digest.when)}</p>
<p class="lead">{_text(digest.lead)}</p>
{parts}
</main>
<footer>
{made}
</footer>
</body>
</html>
"""


def _part(part: Part) -> Iterator[str]:
    yield f"<section>\n<h2>{_text(part.title)}</h2>"
    yield from map(_paragraph, part.sentences)
    if part.points:
        yield "<ul>"
        yield from (f"<li>{_text(point)}</li>" for point in part.points)
        yield "</ul>"
    if part.table:
        yield from _table(part.table)
    yield from map(_figure, part.drawings)
    yield "</section>"


def _paragraph(sentence: str) -> str:
    return f"<p>{_text(sentence)}</p>"


def _figure(drawing: Drawing) -> str:
    image = b64encode(drawing.svg.encode()).decode()
    return (
        f'<figure><img src="data:image/svg+xml;base64,{image}" alt="{_text(drawing.words)}">'
        f"<figcaption>{_text(drawing.caption)}</figcaption></figure>"
    )


def _table(table: Table) -> Iterator[str]:
    """Columns of figures to the right: the second and the third."""
    places = [' class="figure"' if place in (1, 2) else "" for place in range(len(table.heads))]
    heads = zip(places, table.heads, strict=True)
    yield "<table><thead><tr>"
    yield "".join(f'<th scope="col"{place}>{_text(head)}</th>' for place, head in heads)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = zip(places, row, strict=True)
        yield "<tr>" + "".join(f"<td{place}>{_text(cell)}</td>" for place, cell in cells) + "</tr>"
    yield "</tbody></table>"


def _text(text: str) -> str:
    return escape(shown(text))
