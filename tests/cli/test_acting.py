"""`decide` and `export`: the user's word about accounts, and lists written to files."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.builders import rows_of
from tests.cli.running import run

# The store of `filled`: following 12 (heron_underwillow, mutual), 13 (mutual), 15; follower 14.


def test_a_decision_shows_in_the_answers_and_can_be_taken_back(filled: Path) -> None:
    ran = run(
        filled, "decide", "@Heron_Underwillow", "source", "--reason", "local news", "--until", "2030-01-31"
    )
    assert (ran.code, ran.out) == (0, "@Heron_Underwillow on x: source until 2030-01-31.\n")
    (row,) = rows_of(filled, "SELECT platform, account, verdict, reason, valid_until::VARCHAR FROM decisions")
    assert row == ("x", "12", "source", "local news", "2030-01-31")
    people = run(filled, "show", "link-pushers", "--format", "json").json["people"]
    assert {person["account"]: person["decision"] for person in people}["12"] == "source"
    assert run(filled, "decide", "12", "open").out == "12 on x: undecided.\n"
    people = run(filled, "show", "link-pushers", "--format", "json").json["people"]
    assert {person["account"]: person["decision"] for person in people}["12"] is None


def test_a_decision_about_nobody_is_one_sentence(filled: Path) -> None:
    ran = run(filled, "decide", "x:nobody", "keep")
    assert (ran.code, ran.out) == (1, "")
    assert (
        ran.err == "Nobody here is called x:nobody; write a handle or an id as `show reciprocity` has it.\n"
    )
    assert run(filled, "decide", "12", "perhaps").code == 2


def test_an_unfollow_list_has_days_and_profiles(filled: Path, tmp_path: Path) -> None:
    run(filled, "decide", "15", "unfollow", "--reason", "=1+1")
    to = tmp_path / "unfollow.csv"
    ran = run(filled, "export", "unfollow", "--to", to)
    assert ran.out == f"1 account in {to}.\n"
    assert "Spread over days, 1 a day at most" in ran.err
    (row,) = csv.DictReader(to.open(encoding="utf-8"))
    assert row["day"] == row["decided_on"]
    # Neither a handle nor a reason becomes a formula.
    assert (row["account"], row["profile"], row["reason"]) == (
        "15",
        "https://x.com/%3Dcmd_of_fifteen",
        "'=1+1",
    )


def test_the_other_lists_and_their_filters(filled: Path, tmp_path: Path) -> None:
    def exported(*arguments: str) -> list[str]:
        to = tmp_path / "list.csv"
        assert run(filled, "export", *arguments, "--to", to).code == 0
        return [row["account"] for row in csv.DictReader(to.open(encoding="utf-8"))]

    assert exported("keep") == ["12", "13", "15"]
    assert exported("not-following-back") == ["15"]
    assert exported("fans") == ["14"]
    assert exported("fans", "--platform", "Mastodon") == []


def test_a_file_that_cannot_be_written_is_one_sentence(filled: Path, tmp_path: Path) -> None:
    ran = run(filled, "export", "fans", "--to", tmp_path / "nowhere" / "list.csv")
    assert ran.code == 1
    assert "No such file" in ran.err


def test_a_list_for_mastodon_needs_the_servers_own_and_the_users_word(
    store_path: Path, tmp_path: Path
) -> None:
    base, to = tmp_path / "following_accounts.csv", tmp_path / "keep.csv"
    base.write_text(
        "Account address,Show boosts\nAna@birds.example,true\nbo@maps.example,true\n", encoding="utf-8"
    )
    run(store_path, "import", base, "--me", "mastodon:wren@home.example")
    run(store_path, "decide", "bo@maps.example", "unfollow")
    arguments = ["export", "keep", "--style", "mastodon", "--to", to]
    assert run(store_path, *arguments).code == 2
    refused = run(store_path, *arguments, "--base", base)
    assert refused.code == 1
    assert "Unfollowed by your decision, 1: bo@maps.example" in refused.err
    assert "say --drop 1" in refused.err
    assert not to.exists()
    done = run(store_path, *arguments, "--base", base, "--drop", "1")
    assert done.code == 0, done.err
    assert "To undo it, import the backup in the same way." in done.out
    assert to.read_text(encoding="utf-8") == "Account address,Show boosts\nAna@birds.example,true\n"
    assert run(store_path, "export", "fans", "--style", "mastodon", "--to", to).code == 2
