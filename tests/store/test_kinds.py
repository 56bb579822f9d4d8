"""What can be given: each kind goes from its program file to the books, on both databases, and the books are done again."""

import pytest

from passaparola.actions.ledger.trial_balance import trial_balance
from tests.ledger_clean import assert_books_balance
from tests.shops import ben_buys
from tests.store.telling import has, query

EVERY_KIND = """
program: every-kind
name: Every kind
currency: EUR
timezone: Europe/Rome
trigger: first_purchase
rewards:
  - {id: storage, side: advocate, kind: unit, unit: MB, amount: 500}
  - {id: storage-too, side: friend, kind: unit, unit: MB, amount: 500}
  - {id: points, side: advocate, kind: points, amount: 100}
  - {id: money, side: advocate, kind: cash, amount: 10.00}
  - {id: share, side: advocate, kind: commission, percent: 10}
  - {id: shares, side: friend, kind: stock, unit: AAA, amount: 1}
  - {id: months, side: advocate, kind: free_subscription}
  - {id: bag, side: advocate, kind: swag, item: Tote bag}
  - {id: ride, side: advocate, kind: ride_credit, amount: 7.00}
  - {id: bill, side: friend, kind: bill_credit, amount: 30.00}
  - {id: first, side: friend, kind: first_purchase_discount, percent: 40}
  - {id: early, side: advocate, kind: exclusive_access, item: The new collection}
"""
pytestmark = pytest.mark.usefixtures("database")


def test_every_kind_is_owed_in_its_own_unit_and_the_books_balance() -> None:
    workspace = ben_buys(EVERY_KIND)
    assert has(workspace, "ada") == {
        "ACCESS": 1, "EUR": 1_000 + 1_000 + 700, "ITEM": 1, "MB": 500, "MONTH": 1, "POINTS": 100,
    }  # fmt: skip
    assert has(workspace, "ben") == {"AAA": 1, "EUR": 3_000, "MB": 500, "VOUCHER": 1}
    kinds = {(line.kind, line.unit) for unit in trial_balance(workspace).units for line in unit.lines}
    assert {("entitlement", "MB"), ("credit", "POINTS"), ("payable", "EUR"), ("payable", "ITEM")} <= kinds
    assert query("SELECT COUNT(*) FROM store_voucher WHERE percent_bp = 4000")[0][0] == 1
    assert_books_balance(workspace)
