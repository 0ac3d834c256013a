"""The archive that Twitter gave of an account from 2012 to 2018: tweets.csv, and months of tweets in data/js.

It was asked for in the settings of the account ("Request your archive") and came by mail as a zip; X no
longer makes it, its present archive is read by `x`. Read are data/js/tweets/YYYY_MM.js,
data/js/user_details.js, payload_details.js, tweet_index.js and tweets.csv; the page that shows them is left
out. The files hold the same tweets. The months in JavaScript know more (expanded links, who is named), so of
tweets.csv only those tweets count that no month has; it also does alone.

Known of the format, seen in archives of 2013 and 2017: `text` instead of full_text; ids as numbers and as
text; created_at is `Sat Apr 13 16:42:51 +0000 2013` or `2016-02-01 04:27:26 +0000`; a month's file goes by
the account's own time zone, so its name dates nothing; a repost holds the whole repeated tweet; a row of
tweets.csv ends where its last cell is filled, and each expanded link is a cell of its own, pictures too.
"""

from analytics.importers.x_grailbird.archive import IMPORTER

__all__ = ["IMPORTER"]
