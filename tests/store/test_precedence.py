"""Two programs that want one conversion: exactly one pays, or those that combine, whatever arrives first."""

from itertools import permutations

import pytest

from passaparola.actions.events import overlay as overlays
from passaparola.actions.people.customers import Customer, import_customers
from passaparola.domain.precedence import Claims
from tests.databases import Database
from tests.histories import a_workspace
from tests.ledger_clean import assert_books_balance
from tests.store.telling import NOW, has, order, query, referral, signup, tell

FIVE = """
program: give-five
name: Give five
currency: EUR
trigger: first_purchase
precedence: 100
rewards:
  - {side: advocate, kind: store_credit, amount: 5.00}
"""
TEN = """
program: ten-from-fifty
name: Ten from fifty
currency: EUR
trigger: {kind: purchase, min_value: 50.00}
precedence: 200
windows: {bind_days: 3}
rewards:
  - {side: advocate, kind: store_credit, amount: 10.00}
"""


def test_exactly_one_of_two_programs_pays_for_one_purchase(database: Database) -> None:
    workspace = a_workspace(FIVE, TEN)
    tell(workspace, order("ben", "o1", minor=6_000, referred_by="ada"))
    assert has(workspace, "ada") == {"EUR": 1_000}
    assert referral(workspace, "ben")[0] == "bound"
    assert referral(workspace, "ben", "ten-from-fifty")[0] == "converted"
    ((refusals,),) = query("SELECT refusals FROM store_referral WHERE status = 'bound'")
    assert "another_program" in refusals
    tell(workspace, order("cleo", "o2", minor=4_000, referred_by="ada"))
    assert has(workspace, "ada") == {"EUR": 1_500}
    assert_books_balance(workspace)


def test_programs_that_combine_both_pay(database: Database) -> None:
    workspace = a_workspace(f"{FIVE}combine: true\n", f"{TEN}combine: true\n")
    tell(workspace, order("ben", "o1", minor=6_000, referred_by="ada"))
    assert has(workspace, "ada") == {"EUR": 1_500}
    one = a_workspace(f"{FIVE}combine: true\n", TEN, slug="one")
    tell(one, order("ben", "o1", minor=6_000, referred_by="ada"))
    assert has(one, "ada") == {"EUR": 1_000}
    assert_books_balance(one)


def test_in_every_order_of_arrival_the_same_program_pays(database: Database) -> None:
    """The visit of day 5 gives the better program its claim; told last, it takes the reward over."""
    for number, arrival in enumerate(list(permutations(range(4)))[::3]):
        workspace = a_workspace(FIVE, TEN, slug=f"order-{number}")
        events = [
            {"id": "s", "type": "share", "at": "2026-03-02T09:00:00Z", "person": "ada", "to": "ben"},
            {"id": "v", "type": "visit", "at": "2026-03-08T09:00:00Z", "person": "ben", "referred_by": "ada"},
            order("ben", "o1", day=8, minor=6_000),
            signup("ada", day=0),
        ]
        for n in arrival:
            tell(workspace, events[n])
        assert has(workspace, "ada") == {"EUR": 1_000}, arrival
        assert_books_balance(workspace)


def test_when_the_better_program_loses_its_claim_the_next_one_gives(database: Database) -> None:
    """A refund earns nowhere; a customer of before earns nowhere either; a reward taken back leaves nothing behind."""
    workspace = a_workspace(FIVE, TEN)
    tell(workspace, order("ben", "o1", minor=6_000, referred_by="ada"))
    tell(workspace, {"id": "r", "type": "refund", "at": "2026-03-06T09:00:00Z", "order": "o1"})
    assert has(workspace, "ada") == {}
    tell(workspace, order("cleo", "o2", minor=6_000, referred_by="ada"))
    import_customers([Customer((("customer_id", "cleo"),), NOW - 10**13)], workspace=workspace, now=NOW)
    assert has(workspace, "ada") == {}
    assert_books_balance(workspace)


# -- planted mutant -----------------------------------------------------------------------------------------------------------


def test_a_decision_that_asks_no_other_program_pays_twice_and_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlays, "who_earns", lambda _: Claims({}))
    with pytest.raises(AssertionError):
        test_exactly_one_of_two_programs_pays_for_one_purchase(database)
