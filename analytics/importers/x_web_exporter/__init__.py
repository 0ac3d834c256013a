"""The files that the userscript twitter-web-exporter saves from X's web page: lists of accounts, and posts.

It is the one export of X that holds other people's posts and names everybody. To get it: install the script
in a browser (with Tampermonkey or Violentmonkey), open the page (one's followers, the home timeline, likes,
a search), scroll to its end, and choose Export Data in the script's panel. The file is called
`twitter-<list>-<milliseconds since 1970>.json`, or .csv; every file is an export by itself. JSON with "Include
all metadata" says most: it adds what X itself sent of each row.

Read are accounts with their counts, whom one follows and is followed by, posts with their counts, and one's
own likes; left out are pictures, bookmarks, birthdays and places. Direct messages are never read. Which list
a file holds stands only in its name, and whose it is stands nowhere; but X marks each account with whether it
follows, or is followed by, whoever saved the file, so somebody else's list shows as such. Last seen in the
script's source of late 2025 (what X sends moved from `legacy` to `core`, `avatar` and `verification` in
2025-06; both are read).
"""

from analytics.importers.x_web_exporter.reading import IMPORTER

__all__ = ["IMPORTER"]
