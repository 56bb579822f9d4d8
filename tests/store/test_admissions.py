"""Whom an event lets in where not anybody may: at that event, however it came, and again from the log."""

from collections.abc import Iterator
from typing import Any

import pytest

from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.rehearsal.backtest import Trial
from passaparola.store.models import Act, Advocate, Reward
from tests.databases import Database, SqliteTemplate, fresh
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.shops import GIVE_TEN
from tests.store.test_access import program, tell
from tests.store.test_backtest import assert_gives_the_live_figures, text_of


@pytest.fixture
def sqlite(sqlite_template: SqliteTemplate) -> Iterator[Database]:
    """Where no SQL of ours differs."""
    with fresh(sqlite_template) as database, database.use():
        yield database


def buys(name: str, number: str, by: str = "", minute: int = 0) -> dict[str, Any]:
    """An order, by a friend of somebody or of nobody."""
    told = {"id": f"o{number}", "type": "purchase", "at": f"2026-03-02T09:{minute:02}:00Z", "person": name, "order": number,
            "amount": "50.00", "currency": "EUR"}  # fmt: skip
    return told | ({"referred_by": by} if by else {})


KNOWN_ONLY = program("prospects_allowed")
TWO_ORDERS = program("open", "audience: 'person.orders >= 2'")


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (KNOWN_ONLY, [buys("ben", "1", "nora"), buys("cid", "2", "nora", 1)]),
        (TWO_ORDERS, [buys("nora", "1"), buys("ben", "2", "nora", 1), buys("nora", "3", "", 2), buys("cid", "4", "nora", 3)]),
    ],
    ids=["known", "orders"],
)  # fmt: skip
def test_whoever_is_let_in_in_the_middle_of_a_batch_is_let_in_there_again(
    sqlite: Database, text: str, events: list[dict[str, Any]]
) -> None:
    workspace = a_workspace(text)
    tell(workspace, *events)
    assert Advocate.objects.count() == 1
    assert Reward.objects.filter(side="advocate").count() == 1, "for the second friend, not for the first"
    assert Act.objects.filter(verb="advocate.admit").count() == 1
    assert verify_replay(workspace) == []
    assert_gives_the_live_figures(workspace, "inner", Trial(text))
    assert_books_balance(workspace)


def test_two_whom_one_event_lets_in_and_two_programs_are_all_let_in_again(sqlite: Database) -> None:
    texts = [program("{mode: prospects_allowed, join: automatic_on_signup}", name=name) for name in ("inner", "other")]
    workspace = a_workspace(*texts, GIVE_TEN)
    signup = {"type": "signup", "at": "2026-03-02T09:00:00Z"}
    tell(
        workspace,
        buys("ada", "1"),
        {**signup, "id": "s", "person": "ben", "referred_by": "ada"},
        buys("ben", "2", "", 1),
    )
    assert Advocate.objects.exclude(program__slug="give-ten").count() == 4
    assert verify_replay(workspace) == []
    for name in ("inner", "other"):
        assert_gives_the_live_figures(workspace, name, Trial(text_of(name)))
