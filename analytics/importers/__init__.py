"""The export formats that can be read, one module each; a new one is one line in IMPORTERS."""

from analytics.importers import (
    activitywatch,
    bluesky_json,
    bluesky_repository,
    browser_history,
    calendar_ics,
    generic_csv,
    instagram,
    linkedin,
    mastodon_archive,
    mastodon_csv,
    mastodon_json,
    reddit,
    tiktok,
    x,
    x_analytics,
    x_grailbird,
    x_web_exporter,
    youtube,
)
from analytics.importers.interface import Importer
from analytics.importers.screen_time import android, apple
from analytics.importers.time_trackers import clockify, rescuetime, toggl

IMPORTERS: tuple[Importer, ...] = (
    x.IMPORTER,
    x_web_exporter.IMPORTER,
    x_analytics.IMPORTER,
    x_grailbird.IMPORTER,
    mastodon_archive.IMPORTER,
    mastodon_json.IMPORTER,
    mastodon_csv.IMPORTER,
    bluesky_repository.IMPORTER,
    bluesky_json.IMPORTER,
    instagram.IMPORTER,
    tiktok.IMPORTER,
    youtube.IMPORTER,
    linkedin.IMPORTER,
    reddit.IMPORTER,
    activitywatch.IMPORTER,
    toggl.IMPORTER,
    clockify.IMPORTER,
    rescuetime.IMPORTER,
    browser_history.IMPORTER,
    apple.IMPORTER,
    android.IMPORTER,
    calendar_ics.IMPORTER,
    generic_csv.IMPORTER,
)
"""In the order in which they are listed to a person: by network, then time, then plans."""
