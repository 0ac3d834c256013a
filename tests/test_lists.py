"""Lists to act on, and the list that Mastodon takes in: what is in them, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from analytics.metrics import decisions, settings
from analytics.metrics.window import Window
from analytics.reports import keep_list, lists
from tests.builders import add_account, add_list

WINDOW = Window(now_utc=datetime(2026, 11, 22, 12))
HEADER = "Account address,Show boosts,Notify on new posts,Languages\n"


def decide(
    store: duckdb.DuckDBPyConnection, account: str, verdict: str, at: str, platform: str = "x"
) -> None:
    decisions.decide(
        store, platform=platform, account=account, verdict=verdict, set_at_utc=datetime.fromisoformat(at)
    )


def listed(store: duckdb.DuckDBPyConnection, which: str) -> list[str]:
    return list(lists.rows(store, WINDOW, which)["account"])


@pytest.mark.parametrize("which", lists.COLUMNS)
def test_an_empty_store_gives_empty_lists_with_their_columns(
    store: duckdb.DuckDBPyConnection, which: str
) -> None:
    frame = lists.rows(store, WINDOW, which)
    assert frame.empty
    assert lists.csv_of(frame, which) == ",".join(lists.COLUMNS[which]) + "\n"


def test_each_list_holds_whom_it_names(store: duckdb.DuckDBPyConnection) -> None:
    add_list(store, "following", "2026-11-01", ["a", "b", "c", "d", "e"])
    add_list(store, "follower", "2026-11-01", ["a", "f"])
    decide(store, "b", "unfollow", "2026-11-02")
    decide(store, "c", "keep", "2026-11-02")
    decide(store, "d", "source", "2026-11-02")
    assert listed(store, "unfollow") == ["b"]
    assert listed(store, "keep") == ["a", "c", "d", "e"]
    assert listed(store, "not-following-back") == ["b", "e"]
    assert listed(store, "fans") == ["f"]


def test_who_is_no_longer_followed_is_done(store: duckdb.DuckDBPyConnection) -> None:
    decide(store, "b", "unfollow", "2026-11-02")
    frame = lists.rows(store, WINDOW, "unfollow")
    assert frame[["account", "still_followed"]].values.tolist() == [["b", None]]
    add_list(store, "following", "2026-11-01", ["a", "b"])
    assert listed(store, "unfollow") == ["b"]
    add_list(store, "following", "2026-11-10", ["a"])
    assert listed(store, "unfollow") == []


def test_unfollowing_is_spread_over_days(store: duckdb.DuckDBPyConnection) -> None:
    settings.save_setting(store, name="unfollows_per_day", value="2", set_at_utc=datetime(2026, 1, 1))
    add_list(store, "following", "2026-11-01", ["a", "b", "c", "d"])
    for place, account in enumerate("dcba"):
        decide(store, account, "unfollow", f"2026-11-0{2 + place // 3}T10:0{place}")
    frame = lists.rows(store, WINDOW, "unfollow")
    assert list(zip(frame["account"], frame["day"], strict=True)) == [
        ("d", date(2026, 11, 2)), ("c", date(2026, 11, 2)), ("b", date(2026, 11, 3)), ("a", date(2026, 11, 3))
    ]  # fmt: skip


def test_what_is_due_today_and_what_comes_later(store: duckdb.DuckDBPyConnection) -> None:
    assert lists.queue(store, WINDOW).sentences == (
        "Nobody is to be unfollowed: you have decided so about no one you follow.",
    )
    settings.save_setting(store, name="unfollows_per_day", value="2", set_at_utc=datetime(2026, 1, 1))
    add_list(store, "following", "2026-11-01", ["a", "b", "c", "d", "e"])
    decide(store, "a", "unfollow", "2026-11-20")
    for account in "bcde":
        decide(store, account, "unfollow", "2026-11-22")
    found = lists.queue(store, WINDOW)
    assert found.today["name"].tolist() == ["@a", "@b", "@c"]
    assert found.sentences == (
        "You have decided to unfollow 5 accounts that your latest lists still hold; 3 are due by today, at most 2 a day.",
        "2 more come later, the last on 23 Nov 2026.",
        "1 of those due are from earlier days: done or not, only a newer list of whom you follow tells.",
    )
    assert found.sizes == {"unfollow": 5, "keep": 0, "not-following-back": 0, "fans": 0}
    assert len(lists.as_csv(store, WINDOW, "unfollow").splitlines()) == 6


def test_no_cell_is_a_formula_and_profiles_are_addresses(store: duckdb.DuckDBPyConnection) -> None:
    add_account(store, "b", "=HYPERLINK(1)")
    add_list(store, "following", "2026-11-01", ["b"])
    decisions.decide(
        store,
        platform="x",
        account="b",
        verdict="unfollow",
        reason="@cmd|' /C'!A0",
        set_at_utc=datetime(2026, 11, 2),
    )
    written = lists.csv_of(lists.rows(store, WINDOW, "unfollow"), "unfollow")
    assert written.splitlines()[1] == (
        "2026-11-02,x,me,b,'=HYPERLINK(1),https://x.com/%3DHYPERLINK%281%29,'@cmd|' /C'!A0,2026-11-02,True"
    )


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """following_accounts.csv as an old server writes it: its own people without its name."""
    path = tmp_path / "following_accounts.csv"
    path.write_text(
        HEADER + 'Ana@Birds.example,true,false,"en, de"\nbo@maps.example,false,true,\ncy,true,false,\n'
        "-dee@maps.example,true,false,\n",
        encoding="utf-8",
    )
    return path


def follow_four(store: duckdb.DuckDBPyConnection, *more: str) -> None:
    members = ["ana@birds.example", "bo@maps.example", "cy@home.example", "-dee@maps.example", *more]
    add_list(store, "following", "2026-11-01", members, owner="me@home.example", platform="mastodon")


def test_a_keep_list_is_the_servers_own_file_without_some_rows(
    store: duckdb.DuckDBPyConnection, server: Path, tmp_path: Path
) -> None:
    follow_four(store)
    decide(store, "bo@maps.example", "unfollow", "2026-11-02", "mastodon")
    decide(store, "bo@maps.example", "unfollow", "2026-11-02", "x")
    found = keep_list.keep_list(store, WINDOW, server)
    assert (found.dropped, found.absent, found.unfollowed) == (("bo@maps.example",), (), 1)
    to = tmp_path / "keep.csv"
    backup = keep_list.write(found, to, base=server, confirmed=1)
    # Capitals and settings stay as the server wrote them; what a spreadsheet would run has a blank before it.
    assert to.read_text(encoding="utf-8") == (
        HEADER + 'Ana@Birds.example,true,false,"en, de"\ncy,true,false,\n -dee@maps.example,true,false,\n'
    )
    assert backup.read_bytes() == server.read_bytes()


def test_a_keep_list_is_refused_where_it_drops_more_than_confirmed(
    store: duckdb.DuckDBPyConnection, server: Path, tmp_path: Path
) -> None:
    follow_four(store, "eve@maps.example", "fay@maps.example")
    decide(store, "cy@home.example", "unfollow", "2026-11-02", "mastodon")
    decide(store, "fay@maps.example", "unfollow", "2026-11-02", "mastodon")
    found = keep_list.keep_list(store, WINDOW, server)
    # fay was decided about and has gone already; eve was not, so the file may be cut.
    assert (found.dropped, found.absent) == (("cy",), ("eve@maps.example",))
    with pytest.raises(ValueError, match=r"unfollow 2 \(1 by your decision and 1 who are missing.*--drop 2"):
        keep_list.write(found, tmp_path / "keep.csv", base=server, confirmed=1)
    assert [path.name for path in tmp_path.glob("*.csv")] == ["following_accounts.csv"]


def test_a_keep_list_that_keeps_nobody_is_refused(
    store: duckdb.DuckDBPyConnection, server: Path, tmp_path: Path
) -> None:
    server.write_text(HEADER, encoding="utf-8")
    with pytest.raises(ValueError, match="would keep nobody"):
        keep_list.write(
            keep_list.keep_list(store, WINDOW, server), tmp_path / "keep.csv", base=server, confirmed=9
        )


def test_no_file_is_written_over(store: duckdb.DuckDBPyConnection, server: Path, tmp_path: Path) -> None:
    found = keep_list.keep_list(store, WINDOW, server)
    (tmp_path / "keep.before.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=r"keep\.before\.csv exists already"):
        keep_list.write(found, tmp_path / "keep.csv", base=server, confirmed=0)
    assert not (tmp_path / "keep.csv").exists()


@pytest.mark.parametrize("content", [b"", b"Name,Show boosts\nana,true\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_following_list_is_refused(
    store: duckdb.DuckDBPyConnection, server: Path, content: bytes
) -> None:
    server.write_bytes(content)
    with pytest.raises(ValueError, match="following_accounts"):
        keep_list.keep_list(store, WINDOW, server)


def test_more_rows_than_a_server_takes_are_refused(store: duckdb.DuckDBPyConnection, server: Path) -> None:
    server.write_text(HEADER + "a@b.example\n" * 20_001, encoding="utf-8")
    with pytest.raises(ValueError, match="20,001 rows; Mastodon takes in 20,000"):
        keep_list.keep_list(store, WINDOW, server)
