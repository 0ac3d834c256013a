"""The archive of a Mastodon account, and of Pleroma, Akkoma and others that write the same ActivityPub files.

To get it: Preferences, Import and export, Request your archive; a link follows by mail. It is called
`archive-<time>-<letters>.zip` (.tar.gz before 4.2), from Pleroma `archive-<name>-<time>-<letters>.zip`, and
holds actor.json, outbox.json, likes.json and bookmarks.json beside pictures.

Read are one's own posts, replies and reposts with what they hold, what one liked (by the post's address
alone: no time, and no author where the address does not name one), and, from Pleroma alone, who follows and
is followed. Left out are bookmarks and pictures. Direct posts lie in the outbox like any other; they are
dropped before anything is stored, and counted. Followers, blocks, and what others did are in no such archive
of Mastodon. Last seen: Mastodon 3.5 (2022-07) to 4.5 by its own code, Pleroma by its own code of 2024.
"""

from analytics.importers.mastodon_archive.reading import IMPORTER

__all__ = ["IMPORTER"]
