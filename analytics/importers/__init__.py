"""The export formats that can be read, one module each; a new one is one line in IMPORTERS."""

from analytics.importers import (
    activitywatch,
    calendar_ics,
    generic_csv,
    instagram,
    mastodon_archive,
    mastodon_csv,
    mastodon_json,
    tiktok,
    x,
    x_analytics,
    x_grailbird,
    x_web_exporter,
    youtube,
)
from analytics.importers.interface import Importer

IMPORTERS: tuple[Importer, ...] = (
    x.IMPORTER,
    x_web_exporter.IMPORTER,
    x_analytics.IMPORTER,
    x_grailbird.IMPORTER,
    mastodon_archive.IMPORTER,
    mastodon_json.IMPORTER,
    mastodon_csv.IMPORTER,
    instagram.IMPORTER,
    tiktok.IMPORTER,
    youtube.IMPORTER,
    activitywatch.IMPORTER,
    calendar_ics.IMPORTER,
    generic_csv.IMPORTER,
)
"""In the order in which they are listed to a person: by network, then time, then plans."""
