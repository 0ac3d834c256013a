"""Putting an X archive together: which files are read, in which order, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analytics.importers._said import MOST_PROBLEMS
from analytics.importers.interface import (
    Files,
    Finding,
    Guide,
    Importer,
    Note,
    Options,
    Problem,
    Question,
    Stage,
)
from analytics.importers.x import about as about_
from analytics.importers.x import lists, notes, tweets
from analytics.importers.x.about import About, type_of
from analytics.importers.x.wrapper import Part, load_rows, parts_of

# Newer archives use the plural.
FAMILIES = {"tweet": "tweets", "deleted_tweet": "deleted_tweets"}
TWEETS = ("tweets", "deleted_tweets", "community_tweet")
DELETED = "deleted_tweets"
FACTS = (*lists.LISTS, *FAMILIES, *TWEETS, "note_tweet", "like")
USED = (*about_.TYPES, *FACTS)


def recognise(files: Files) -> tuple[str, ...]:
    """The .js files that begin with the assignment of an X archive and hold something that is read."""
    return tuple(part.name for part in parts_of(files, USED))


def read(files: Files, members: tuple[str, ...], stage: Stage, options: Options) -> Iterator[Finding]:
    """Fill the stage from one archive; see the interface."""
    by_type: dict[str, list[Part]] = {}
    for part in parts_of(files, USED):
        if part.name in members:
            by_type.setdefault(FAMILIES.get(part.type, part.type), []).append(part)
    about = yield from about_.read_about(stage, files, by_type, options)
    for data_type, parts in by_type.items():
        by_type[data_type] = chosen = _choose(parts, about)
        if left_out := ", ".join(sorted(part.name for part in parts if part not in chosen)):
            yield Note(text=f"Left out, as if from another archive that was unpacked here: {left_out}.")
    yield from _capped(_facts(files, stage, by_type, about, options))
    yield from _missing(files, by_type, about)


def _facts(
    files: Files, stage: Stage, by_type: dict[str, list[Part]], about: About, options: Options
) -> Iterator[Finding]:
    for data_type in lists.LISTS:
        if data_type in by_type:
            yield from lists.add_list(stage, files, by_type[data_type], about)
    yield from _tweets(files, stage, by_type, about)
    if "like" in by_type:
        yield from lists.add_likes(stage, files, by_type["like"], about)
    if options.with_messages:
        yield from lists.add_messages(stage, files, about)


def _choose(parts: list[Part], about: About) -> list[Part]:
    """The files of one data type to read, by part number: those of the manifest where it lists any, and one
    of each number. A new archive unpacked over an old one leaves a stale tweet.js or tweets-part1.js.
    """
    listed = [part for part in parts if part.name in about.listed]
    plural = [part for part in parts if part.type not in FAMILIES]
    best: dict[int, Part] = {}
    for part in sorted(listed or plural or parts, key=lambda part: (part.name != part.own_name, part.name)):
        best.setdefault(part.number, part)
    return [best[number] for number in sorted(best)]


def _tweets(files: Files, stage: Stage, by_type: dict[str, list[Part]], about: About) -> Iterator[Finding]:
    kinds = [kind for kind in TWEETS if kind in by_type]
    for kind in kinds:
        loaded = load_rows(stage, files, by_type[kind], "tweet_rows", shape=tweets.TWEET, wrapper="tweet")
        yield from loaded.problems
        yield from lists.check_counts(loaded, about)
        if kind == kinds[0]:
            tweets.create(stage)
        yield from tweets.read_rows(stage, deleted=kind == DELETED)
        stage.run("DROP TABLE tweet_rows")
    if not kinds:
        return
    if superseded := tweets.drop_superseded(stage):
        yield Note(text=f"{superseded:,} earlier versions of edited posts were left out.")
    tweets.find_names(stage, about)
    if "note_tweet" in by_type:
        parts = by_type["note_tweet"]
        loaded = load_rows(stage, files, parts, "note_rows", shape=notes.NOTE, wrapper="noteTweet")
        yield from loaded.problems
        yield from lists.check_counts(loaded, about)
        yield from notes.join_notes(stage)
    tweets.add_posts(stage, about)


def _capped(findings: Iterator[Finding]) -> Iterator[Finding]:
    """A file that is wrong throughout would bury everything else in Problems."""
    seen: Counter[str] = Counter()
    for finding in findings:
        if isinstance(finding, Problem):
            file = finding.place.split(", row ")[0]
            seen[file] += 1
            if seen[file] > MOST_PROBLEMS:
                continue
        yield finding
    for file, count in sorted(seen.items()):
        if count > MOST_PROBLEMS:
            yield Note(text=f"{file}: {count - MOST_PROBLEMS:,} more rows could not be read.")


def _missing(files: Files, by_type: dict[str, list[Part]], about: About) -> Iterator[Finding]:
    wanted = {"follower": "who follows you", "following": "whom you follow", "tweets": "your posts"}
    for kind, what in wanted.items():
        if kind not in by_type:
            rows = about.rows_of(kind)
            listed = f" ({_rows(rows)} by its manifest)" if rows else ""
            yield Note(text=f"There is no {kind}.js in this archive{listed}, so it does not tell {what}.")
    if "tweets" not in by_type and "tweet-headers.js" in files.names():
        yield Note(text="tweet-headers.js is not read: it holds only the time of each post, not its kind.")
    present = {part.name for parts in by_type.values() for part in parts}
    for name, count in sorted(about.listed.items()):
        kind = type_of(name)
        if count and name not in present and kind in FACTS and (kind in by_type or kind not in wanted):
            yield Note(text=f"{name} is missing ({_rows(count)} by the archive's manifest).")
    for parts in by_type.values():
        numbers = {part.number for part in parts}
        for number in sorted(set(range(max(numbers))) - numbers):
            name = Part(name="", type=parts[0].type, number=number, skip=0).own_name
            if name not in about.listed:
                yield Note(text=f"{name} is missing: there are later parts of it.")


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


GUIDE = Guide(
    steps=(
        "On x.com, open Settings and privacy, Your account, Download an archive of your data.",
        "Confirm your password and press Request archive.",
        "When X says that it is ready, download the zip from the same page and import it as it is.",
    ),
    wait="A day, at times several. The download can be fetched for some days only.",
    cannot="It names nobody: follow lists are bare ids without dates, and likes have neither an author nor a "
    "time. It does not say who liked, answered or mentioned you, nor how often you were seen; of others' "
    "posts it has none. Who left is told by two archives of different dates.",
    answers={
        Question.FOLLOWERS: "ids only",
        Question.FOLLOWING: "ids only",
        Question.OWN_POSTS: "",
        Question.GIVEN: "likes undated",
        Question.RECEIVED: "messages only, if asked for",
    },
)

IMPORTER = Importer(
    name="x-archive", title="X archive", version="1", recognise=recognise, read=read, guide=GUIDE
)
