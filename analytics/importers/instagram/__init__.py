"""Instagram and Threads: the download of one's own information, as JSON.

How to get it: Accounts Centre, Your information and permissions, Export (earlier: Download) your information;
device, all time, JSON. It is one zip or several, with folders such as connections/followers_and_following and
your_instagram_activity/likes; before 2023 those lay at the top. Files are named in the account's language, so
they are known by what they hold. Format last seen 2026-03 for connections, 2024-07 for activity.

Read are followers, following and blocked accounts with the day each began, likes, comments, own posts and
reels, and the posts, videos and ads seen: points in time, of which visits are made by the rules of `_visits`;
the same of Threads. Left out are messages, stories, saved posts, searches, devices, places and all about ads.
"""

from analytics.importers.instagram.archive import IMPORTER

__all__ = ["IMPORTER"]
