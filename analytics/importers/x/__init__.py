"""The archive that X (Twitter) gives of an account: one file per kind of data, wrapped in JavaScript.

To get it: Settings, Your account, Download an archive of your data; it takes a day or more. All forms
from the flat ones of 2018 to those of 2026-07 are read. The archive holds who follows and who is
followed (as bare ids, without dates), one's own posts, and the ids of liked posts; it does not hold who
liked, answered or reposted, nor the handles of most accounts.
"""

from analytics.importers.x.archive import IMPORTER

__all__ = ["IMPORTER"]
