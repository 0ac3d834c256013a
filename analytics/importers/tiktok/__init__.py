"""TikTok: the data that the app hands out, as JSON.

How to get it: Profile, the menu, Settings and privacy, Account, Download your data; choose JSON and not TXT.
The file is user_data_tiktok.json (earlier user_data.json), in a zip. Format last seen 2026-01; sections have
been renamed and moved over the years, so a list is known by its own key and that of its parent.

Read are followers and following with the day each began, blocked accounts, likes, comments, posts, and the
videos watched: points in time, of which visits are made by the rules of `_visits`. Messages, searches,
purchases, places and everything about devices and ads are walked over. Times are UTC.
"""

from analytics.importers.tiktok.download import IMPORTER

__all__ = ["IMPORTER"]
