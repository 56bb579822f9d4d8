"""What was used at checkouts is used again in a backtest, as far as it is there under the tried program."""

from functools import partial
from typing import Any

from passaparola.actions.clock import run_clock
from passaparola.actions.credit.bills import Bill, apply_to_bill
from passaparola.actions.credit.end import capture, give_back
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.people.merge import merge
from passaparola.actions.rehearsal.backtest import LIVE, Trial, backtest_log
from passaparola.actions.vouchers.redeem import redeem
from passaparola.actions.vouchers.redeem import reserve as set_voucher_aside
from passaparola.domain.instant import DAY
from passaparola.domain.rewards.vouchers import Basket
from passaparola.inbound.backtests import notes, outcome_json
from passaparola.store.models import Voucher
from tests.databases import Database, only_sqlite
from tests.histories import (
    START,
    a_workspace,
    friend_buys,
    refund,
    tell,
)
from tests.shops import asked, good, person, refusal
from tests.store.test_backtest import assert_gives_the_live_figures

TILLS = """
program: tills
name: At the till
currency: EUR
timezone: Etc/UTC
trigger: purchase
rewards:
  - {id: credit, side: advocate, kind: store_credit, amount: 10.00, use: next_purchase, expires_days: 20}
  - {id: points, side: advocate, kind: points, amount: 100, points_per_currency_unit: 10}
  - {id: bill, side: advocate, kind: bill_credit, amount: 30.00}
  - {id: fixed, side: friend, kind: voucher, amount: 5.00, use: next_purchase}
  - {id: first, side: friend, kind: voucher, voucher: {percent: 20, max_discount: 9.00}}
"""


def a_history_of_tills() -> str:
    """Credit, points, bills and vouchers are used, left behind and given back, by two who become one person, before and after refunds."""
    workspace = a_workspace(TILLS)
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR")))
    tell(workspace, friend_buys("cid", 2, ("o2", 5_000, "EUR"), by="eve"))
    ada, eve = person(workspace, "ada"), person(workspace, "eve")
    at = partial(asked, workspace)

    def held(order: str, amount: int, when: float, who: str = ada, **more: Any) -> str:
        wanted: dict[str, Any] = {"person": who, "unit": "EUR", "amount": amount, "order": order, **more}
        return str(good(reserve(Wanted(**wanted), asked=at(when))).id)

    def code(friend: str, rule: str) -> str:
        return str(Voucher.objects.get(reward__beneficiary=person(workspace, friend), reward__rule=rule).code)

    assert refusal(reserve(Wanted(ada, "EUR", 500, "o1"), asked=at(3))) == "insufficient_credit"
    held("left", 100, 3, who=eve)
    used = held("c1", 300, 3, who=eve)
    good(merge(ada, duplicate=eve, asked=at(3.01)))
    good(capture(used, asked=at(3.02)))
    good(capture(held("c2", 1_550, 4), asked=at(4)))  # of what both had
    points = held("p1", 150, 4, kind="points", unit="POINTS")
    good(capture(points, asked=at(4)))
    good(give_back(points, asked=at(5)))
    assert good(apply_to_bill(Bill(ada, "i1", "EUR", 2_000), asked=at(5))).left == 4_000
    assert good(apply_to_bill(Bill(ada, "i2", "EUR", 5_000), asked=at(6))).to_pay == 1_000
    good(redeem(code("ben", "fixed"), basket=Basket("v1", 300, "EUR"), asked=at(6)))
    good(set_voucher_aside(code("ben", "first"), basket=Basket("v2", 9_000, "EUR"), asked=at(6)))
    good(redeem(code("cid", "first"), basket=Basket("v3", 9_000, "EUR"), asked=at(6)))
    tell(workspace, [refund("o1", 7), refund("o2", 7, 2_500)])  # what was used cannot be taken back
    good(cancel_order("c2", asked=at(8)))  # ... until its order is cancelled
    good(cancel_order("i1", asked=at(8)))
    good(cancel_order("v3", asked=at(8)))
    held("late", 100, 21.99)  # its credit ends before the checkout does
    run_clock(workspace, now=START + 60 * DAY)
    return workspace


def test_checkouts_and_bills_are_done_again(database: Database) -> None:
    workspace = a_history_of_tills()
    found = assert_gives_the_live_figures(workspace, "tills", Trial(TILLS), near=1)
    assert (found.not_replayed, found.result.came_to_nothing, found.result.not_spent) == ({}, {}, {})
    less = TILLS.replace("amount: 10.00", "amount: 8.00").replace("  - {id: first", "#")
    other = backtest_log(workspace, Trial(less), against=Trial(LIVE))
    assert other.result.not_spent == {}, "what c2 found less came back"
    no_voucher = {"voucher.reserve": 1, "voucher.redeem": 1, "voucher.give_back": 1}
    assert other.result.came_to_nothing == {**no_voucher, "credit.reserve": 1}
    assert other.against is not None
    assert list(other.against.books) == list(found.result.books)


@only_sqlite
def test_what_was_used_and_is_not_there_under_the_tried_program_is_counted(database: Database) -> None:
    """10.00 were used for c1 and 9.00 of the next ten for c2: where friends bring 8.00, 2.00 are short at c1 and 1.00 at c2."""
    del database
    workspace = a_workspace(TILLS)
    at = partial(asked, workspace)
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR")))
    ada, less = person(workspace, "ada"), Trial(TILLS.replace("amount: 10.00", "amount: 8.00"))

    def uses(amount: int, order: str, when: float) -> None:
        good(capture(str(good(reserve(Wanted(ada, "EUR", amount, order), asked=at(when))).id), asked=at(when)))

    uses(1_000, "c1", 2)
    found = backtest_log(workspace, less).result
    assert found.not_spent == outcome_json(found)["not_spent_minor"] == {"EUR": 200}
    tell(workspace, friend_buys("cid", 3, ("o2", 5_000, "EUR")))
    uses(900, "c2", 4)
    told = backtest_log(workspace, less)
    assert told.result.not_spent == {"EUR": 300}
    assert "3.00 EUR was used at checkouts that is not there under this program." in notes(told)
    good(cancel_order("c1", asked=at(5)))
    assert backtest_log(workspace, less).result.not_spent == {"EUR": 100}, "what c1 found less came back"
    assert backtest_log(workspace, Trial(TILLS)).result.not_spent == {}
