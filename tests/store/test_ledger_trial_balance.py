"""The trial balance, and what the checker costs and sees while others write."""

import pytest

from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.domain.ledger.proof import TrialLine, balance_sheet
from passaparola.store import session
from tests.databases import Database
from tests.histories import a_full_history, a_workspace, example, friend_buys, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once


def test_both_sides_are_equal_in_every_unit(database: Database) -> None:
    workspace = a_full_history()
    balance = trial_balance(workspace)
    assert balance.balanced
    assert [(unit.unit, unit.difference) for unit in balance.units] == [
        ("EUR", 0),
        ("GBP", 0),
        ("USD", 0),
        ("VOUCHER", 0),
    ]
    assert all(unit.debit == unit.credit > 0 for unit in balance.units)


def test_accounts_are_summed_by_program_and_kind_and_what_waits_is_apart(database: Database) -> None:
    workspace = a_workspace(example("give-5-get-5"))
    tell(workspace, friend_buys("ben", 1, ("o1", 10_000, "USD")))
    (unit,) = trial_balance(workspace).units
    assert unit.lines == (
        TrialLine("credit", "give-5-get-5", "USD", debit=0, credit=1_000, pending_debit=0, pending_credit=0),
        TrialLine("expense", "give-5-get-5", "USD", debit=1_000, credit=0, pending_debit=0, pending_credit=0),
    )
    assert [line.balance for line in unit.lines] == [1_000, 1_000]
    waiting = [
        line for unit in trial_balance(a_full_history("other")).units for line in unit.lines if line.pending_credit
    ]
    assert [(line.kind, line.pending_credit) for line in waiting] == [("credit", 200)]


def test_another_workspace_is_not_in_it(database: Database) -> None:
    a_full_history("other")
    assert trial_balance(a_workspace()).units == ()
    with pytest.raises(LookupError):
        trial_balance("0" * 32)


def test_a_side_that_is_missing_is_a_difference() -> None:
    sheet = balance_sheet(
        "w", [TrialLine("credit", "p", "USD", 0, 500, 0, 0), TrialLine("expense", "p", "EUR", 0, 0, 7, 0)]
    )
    assert [(u.unit, u.difference, u.pending_difference) for u in sheet.units] == [("EUR", 0, 7), ("USD", -500, 0)]
    assert not sheet.balanced


def test_the_checker_asks_as_many_questions_of_large_books_as_of_small_ones(database: Database) -> None:
    def questions(workspace: str) -> int:
        before = session.statements
        assert_books_balance(workspace)
        return session.statements - before

    small, large = a_full_history("small"), a_full_history("large")
    tell(large, [event for n in range(40) for event in friend_buys(f"f{n}", 70, (f"n{n}", 5_000, "USD"))], at_once=40)
    assert questions(small) == questions(large)


def test_the_checker_sees_one_moment_while_others_write(database: Database) -> None:
    workspace = a_workspace(example("give-5-get-5"))
    writing, checks = [True], list[bool]()

    def write() -> None:
        for n in range(1_000):
            tell(workspace, friend_buys(f"f{n}", 1, (f"o{n}", 5_000, "USD")))
            if n >= 24 and len(checks) > 1:
                break
        writing.clear()

    def check() -> None:
        while writing:
            assert verify_ledger(workspace) == []
            checks.append(trial_balance(workspace).balanced)

    assert at_once(write, check) == [None, None]
    assert len(checks) > 1
    assert all(checks)
