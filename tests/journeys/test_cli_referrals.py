"""Olga enters who had brought whom before there was a program, and what a friend says when she asks."""

from pathlib import Path

import pytest

from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.workspaces import ensure_workspace
from tests.databases import Database
from tests.journeys.command_line import GIVE_5, lines, ran, run, said

PAST = {"advocate": "ada", "friend": "ben@example.com", "at": "2026-01-10", "note": "told at the counter"}
PROGRAM = ("--program", "give-5-get-5")


def buys(person: str, day: int) -> dict[str, object]:
    at = f"2026-02-{day:02d}T10:00:00Z"
    return {
        "id": f"buy-{person}",
        "type": "purchase",
        "at": at,
        "person": {"email": person},
        "amount": "40.00",
        "currency": "USD",
    }


def report() -> tuple[int, int, int, int, list[object]]:
    told = said("report", *PROGRAM)
    names = ("bound_friends", "organic_friends", "converted_friends", "organic_converted")
    return (*(told[name] for name in names), told["rewards"])


@pytest.fixture
def shop(database: Database) -> None:
    ran("program", "apply", GIVE_5)


def test_a_past_referral_is_counted_apart_and_earns_nothing(shop: None, tmp_path: Path) -> None:
    file = lines(tmp_path / "past.jsonl", PAST)
    assert said("referrals", "import", file, *PROGRAM)["recorded"] == 1
    said("events", "import", lines(tmp_path / "orders.jsonl", buys("ben@example.com", 3)), *PROGRAM)
    assert report() == (1, 1, 1, 1, [])
    words = ran("explain", "ben@example.com")
    assert "as entered by staff for 2026-01-10T00:00:00Z" in words
    assert "[backfilled]" in words
    again = said("referrals", "import", file, *PROGRAM)
    assert (again["changed"], again["duplicates"]) == (False, 1)
    assert verify_replay(ensure_workspace(now=0)) == []


def test_it_earns_where_the_program_says_so_and_what_staff_are_told_earns_anyway(
    database: Database, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(GIVE_5.read_text(encoding="utf-8") + "backfill: {rewards: true}\n", encoding="utf-8")
    ran("program", "apply", own)
    said("referrals", "import", lines(tmp_path / "past.jsonl", PAST), *PROGRAM)
    told = (
        "--advocate",
        "ada",
        "--friend",
        "cleo@example.com",
        "--at",
        "2026-01-11T10:00:00Z",
        "--reason",
        "said so at the till",
    )
    assert "It is entered." in ran("referrals", "add", *PROGRAM, *told)
    assert "was entered before" in ran("referrals", "add", *PROGRAM, *told)
    orders = lines(tmp_path / "orders.jsonl", buys("ben@example.com", 3), buys("cleo@example.com", 4))
    said("events", "import", orders, *PROGRAM)
    friends, organic, converted, of_these, rewards = report()
    assert (friends, organic, converted, of_these) == (2, 1, 2, 1)
    assert sum(line["count"] for line in rewards) == 4  # type: ignore[index]


def test_what_is_wrong_is_said_and_kept_and_all_else_goes_in(shop: None, tmp_path: Path) -> None:
    wrong = [
        {"advocate": "ada", "at": "2026-01-10"},
        {**PAST, "at": "soon"},
        {**PAST, "who": "x"},
        {**PAST, "at": "2026-01-11"},
    ]
    result = run("referrals", "import", lines(tmp_path / "past.jsonl", PAST, *wrong), *PROGRAM)
    assert result.exit_code == 1
    for line in (
        "line 2: friend: is missing",
        "line 3: at: ",
        "line 4: who: is not a field",
        "line 5: at: this advocate and this friend",
    ):
        assert line in result.stderr
    assert len((tmp_path / "past.jsonl.rejects.jsonl").read_text(encoding="utf-8").splitlines()) == 4
    nowhere = run("referrals", "import", lines(tmp_path / "more.jsonl", PAST), "--program", "none")
    assert (nowhere.exit_code, "There is no program 'none'" in nowhere.stderr) == (1, True)


def test_what_is_added_without_a_time_is_of_now_and_never_without_a_reason(shop: None) -> None:
    who = ("referrals", "add", *PROGRAM, "--advocate", "ada", "--organic", "--friend")
    assert said(*who, "ben", "--reason", "on paper") == {"changed": True}
    again = run(*who, "ben@example.com", "--reason", " ")
    assert (again.exit_code, "say why it is entered by hand" in again.stderr) == (2, True)
