"""JSON as Mastodon's API gives it: what the program mastodon-archive keeps, and pages that a person saved.

The program (pip install mastodon-archive; kensanata/mastodon-archive) writes `<server>.user.<name>.json`: one
object with account, statuses, favourites, bookmarks, mentions, followers, following, mutes and blocks, each
as the API sends it, where the last five stay empty unless they were asked for. Pages are arrays of
notifications, of statuses or of accounts, saved from /api/v1/..., alone, several in one array, or one after
the other (JSON lines). GoToSocial's small file of statistics is read too. Every file is an export by itself.

Read are posts of whomever with their counts and what they answer, likes, boosts and follows that one received
(with name and time, from notifications), likes that one gave, whole lists of followers and followed, muted and
blocked, and the profile of everyone seen. A page of accounts does not say which list it is from: its name must.
Left out are direct posts, in whatever part they stand, polls' votes, pictures and private notes. The API names
an answered post by its server's own number: its address is only told where other posts of its author show it.
Last seen: Mastodon's documentation of 2026-07; mastodon-archive by its own code.
"""

from analytics.importers.mastodon_json.reading import IMPORTER

__all__ = ["IMPORTER"]
