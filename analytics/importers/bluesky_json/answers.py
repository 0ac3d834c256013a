"""What the parts of the pages say -> rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from analytics.importers import _bluesky
from analytics.importers._rows import PlatformRows, at, count_of, moment_of, text_of
from analytics.importers._said import is_whole, not_whole
from analytics.importers.bluesky_json.pages import ENTRIES, LISTS
from analytics.importers.interface import Files, Finding, Note, Options, Owner, Refused

# Reason -> kind of interaction; an act on one's repost of a post counts as an act towards oneself.
_ACTS = {
    "like": "like", "repost": "repost", "follow": "follow", "like-via-repost": "like", "repost-via-repost": "repost",
}  # fmt: skip
_POSTS = ("reply", "mention", "quote", "subscribed-post")
SHOWN = 8


@dataclass(slots=True, kw_only=True)
class Page:
    """What is known of a page so far; its subject and cursor may stand behind its entries."""

    subject: str | None = None
    cursor: Any = None
    members: dict[str, list[str]] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, kw_only=True)
class FollowList:
    """One list, put together from its pages."""

    members: dict[str, None] = field(default_factory=dict)
    pages: int = 0
    unreadable: int = 0
    complete: bool = False


class Answers:
    """Takes the parts of the pages of one file; `finish` stages what needs all of them."""

    def __init__(self, *, rows: PlatformRows, file: str, as_of: datetime) -> None:
        self._rows = rows
        self._file = file
        self._as_of = as_of
        self._page = Page()
        self._lists: dict[tuple[str | None, str], FollowList] = {}
        self._row = 0
        self._told: Counter[str] = Counter()
        self._acts: list[dict[str, Any]] = []
        self._left_out: Counter[str] = Counter()
        self._dids: dict[str, str] = {}
        self._profiles: set[tuple[str, bool]] = set()
        self._posts: set[str] = set()

    def take(self, key: str, value: Any) -> None:
        """Take one part of a page, as `_parts` yields it."""
        if key in ENTRIES:
            self._row += 1
            if isinstance(value, dict):
                self._entry(key, value)
            else:
                self._problem("an entry that is no object")
        elif key == "end":
            self._end_page()
        elif key == "subject":
            self._page.subject = self._profile(value)
        elif key == "cursor":
            self._page.cursor = value
        elif key.removesuffix(" read") in LISTS:
            self._page.members.setdefault(LISTS[key.removesuffix(" read")], [])

    def _entry(self, key: str, value: dict[str, Any]) -> None:
        if key in LISTS:
            account = self._profile(value)
            if account:
                self._page.members.setdefault(LISTS[key], []).append(account)
            else:
                self._page.unreadable[LISTS[key]] += 1
                self._problem("a profile without a DID")
        elif key == "feed":
            self._feed_item(value)
        else:
            self._notification(value)

    def _end_page(self) -> None:
        page, self._page = self._page, Page()
        for direction, members in page.members.items():
            found = self._lists.setdefault((page.subject, direction), FollowList())
            found.members.update(dict.fromkeys(members))
            found.pages += 1
            found.unreadable += page.unreadable[direction]
            # The cursor is left out on the last page; some servers send an empty one.
            found.complete = not page.cursor

    # Feeds

    def _feed_item(self, item: dict[str, Any]) -> None:
        uri = self._post(item.get("post"))
        if not uri:
            return
        for place in ("root", "parent"):
            if at(item, "reply", place, "record") is not None:
                self._post(at(item, "reply", place))
        reason = item.get("reason")
        if not str(at(reason, "$type") or "").endswith("#reasonRepost"):
            return
        by = self._profile(at(reason, "by"))
        when = moment_of(at(reason, "indexedAt"))
        repost = text_of(at(reason, "uri"))
        if not by:
            self._problem("a repost that does not say by whom")
        elif repost and _bluesky.address_of(repost):
            self._add_post(repost, _bluesky.repost_row(repost, uri, author=by, created_utc=when))
        else:
            # Before 2024 a repost was not named: it cannot be told to be the one of a repository.
            author = _bluesky.address_of(uri)
            self._acts.append(
                {
                    "actor": by,
                    "target": author and author.account,
                    "kind": "repost",
                    "at_utc": when,
                    "post_id": uri,
                }
            )

    def _post(self, post: Any) -> str | None:
        """Stage a post as the API shows it; its URI."""
        uri = text_of(at(post, "uri"))
        address = _bluesky.post_address(uri)
        if not uri or not address:
            self._problem("a post without an address")
            return None
        self._profile(at(post, "author"))
        numbers = {
            "likes": count_of(at(post, "likeCount")),
            "reposts": count_of(at(post, "repostCount")),
            "replies": count_of(at(post, "replyCount")),
            "quotes": count_of(at(post, "quoteCount")),
        }
        self._add_record(uri, at(post, "record"), moment_of(at(post, "indexedAt")), **numbers)
        return uri

    def _add_record(self, uri: str, record: Any, indexed: datetime | None, **numbers: int | None) -> None:
        address = _bluesky.post_address(uri)
        if not address or not isinstance(record, dict):
            self._problem("a post without what it says (record)")
            return
        created = _bluesky.created_of(record, address.key, latest=self._as_of) or indexed
        row = _bluesky.post_row(uri, record, author=address.account, created_utc=created)
        self._add_post(uri, row | numbers)

    def _add_post(self, uri: str, row: dict[str, Any]) -> None:
        if uri not in self._posts:
            self._posts.add(uri)
            self._rows.add("posts", **row)

    # Notifications

    def _notification(self, value: dict[str, Any]) -> None:
        reason = value.get("reason")
        actor = self._profile(value.get("author"))
        when = moment_of(value.get("indexedAt"))
        about = text_of(value.get("reasonSubject"))
        if not actor or not isinstance(reason, str):
            self._problem("a notification without an author or a reason")
        elif reason in _ACTS:
            kind = _ACTS[reason]
            target = self._target(value, about, kind)
            if not when:
                self._problem("a notification without a readable indexedAt")
                return
            self._told.update([target] if target else [])
            self._acts.append(
                {"actor": actor, "target": target, "kind": kind, "at_utc": when, "post_id": about}
            )
        elif reason in _POSTS:
            owner = _bluesky.address_of(about) if reason != "subscribed-post" else None
            self._told.update([owner.account] if owner else [])
            uri = text_of(value.get("uri"))
            if uri and _bluesky.post_address(uri):
                self._add_record(uri, value.get("record"), when)
            else:
                self._problem("a notification of a post without its address")
        else:
            self._left_out[reason[:40]] += 1

    def _target(self, value: dict[str, Any], about: str | None, kind: str) -> str | None:
        """Whose post or account a notification is about: the one who was notified."""
        if kind == "follow":
            return _bluesky.did_of(at(value, "record", "subject"))
        address = _bluesky.address_of(about)
        return address.account if address else None

    # People

    def _profile(self, value: Any) -> str | None:
        """Stage a profile, once as people are shown beside a post and once with what lists tell; its DID."""
        account = _bluesky.did_of(at(value, "did"))
        if not account:
            return None
        handle = (text_of(at(value, "handle")) or "").lower()
        if handle:
            self._dids[handle] = account
        # Only lists and profiles have the text and the numbers; without them they are unknown.
        whole = "description" in value or "indexedAt" in value
        if (account, whole) in self._profiles:
            return account
        self._profiles.add((account, whole))
        verified = at(value, "verification", "verifiedStatus")
        self._rows.add(
            "accounts",
            account=account,
            observed_utc=self._as_of,
            # The server's word for a handle whose domain does not answer for it any more.
            handle=handle if handle and handle != "handle.invalid" else None,
            display_name=text_of(at(value, "displayName")),
            bio=(text_of(value.get("description")) or "") if whole else None,
            website=text_of(at(value, "website")),
            created_utc=moment_of(at(value, "createdAt")),
            followers=count_of(at(value, "followersCount")),
            following=count_of(at(value, "followsCount")),
            posts=count_of(at(value, "postsCount")),
            default_image="avatar" not in value,
            verified=verified == "valid" if isinstance(verified, str) else None,
        )
        return account

    # The end

    def finish(self, files: Files, options: Options) -> Iterator[Finding]:
        """Stage the lists and the interactions. Raises Refused where a list has no owner at all."""
        said = options.account_on(_bluesky.PLATFORM)
        me = self._dids.get((said or "").removeprefix("@").lower(), said)
        own = self._told.most_common(1)[0][0] if self._told else None
        owners = {subject for subject, _ in self._lists if subject} or {own or me} - {None}
        if any(subject is None for subject, _ in self._lists) and not owners:
            raise Refused(
                f"{files.path}: {self._file} does not say whose list it is (subject is missing); "
                "name the account with --me bluesky:HANDLE."
            )
        given = options.me.get("bluesky") or options.me.get("*")
        if given and (self._lists or own) and me not in owners:
            yield Note(
                text=f"{self._file} is of {', '.join(sorted(map(str, owners)))}; --me {given} was not used."
            )
        names = {account: handle for handle, account in self._dids.items()}
        for owner in sorted(filter(None, owners)):
            yield Owner(
                platform=_bluesky.PLATFORM,
                account=owner,
                handle=names.get(owner) or (None if _bluesky.did_of(owner) else owner),
            )
        if not owners:
            yield Note(
                text=f"{self._file} does not say who you are; name your account with --me bluesky:HANDLE."
            )
        first = min(filter(None, owners), default=None)
        for act in self._acts:
            target = act["target"] or (first if act["kind"] == "follow" else None)
            self._rows.add("interactions", **(act | {"target": target}))
        yield from self._finish_lists(first)
        if self._left_out:
            shown = ", ".join(f"{reason} {count:,}" for reason, count in self._left_out.most_common(SHOWN))
            yield Note(text=f"{self._file}: notifications of other kinds were left out: {shown}.")

    def _finish_lists(self, owner: str | None) -> Iterator[Note]:
        unnamed = {key: found for key, found in self._lists.items() if key[0] is None}
        for (_, direction), found in unnamed.items():
            # A page that lost its subject belongs to the list of the others.
            whole = self._lists.setdefault((owner, direction), FollowList())
            whole.members.update(found.members)
            whole.pages += found.pages
            whole.unreadable += found.unreadable
            whole.complete = whole.complete or found.complete
        for (subject, direction), found in self._lists.items():
            if subject is None:
                continue
            key = {"owner": subject, "direction": direction, "as_of_utc": self._as_of}
            sound = is_whole(good=len(found.members), bad=found.unreadable)
            self._rows.add("follow_lists", **key, complete=found.complete and sound)
            if not sound:
                yield not_whole(self._file)
            for account in found.members:
                self._rows.add("follows", **key, account=account)
            if not found.complete:
                yield Note(
                    text=f"{self._file} holds only the first {len(found.members):,} of a list of "
                    f"{direction} accounts (its last page has a cursor), so it is not used to tell who is missing."
                )

    def _problem(self, what: str) -> None:
        self._rows.problem(self._file, self._row, what)
