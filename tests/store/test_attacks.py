"""Attacks on amounts and on exactly-once, by the numbers of the guarantees: small rounds of what the gauntlet does at length."""

from functools import partial

import pytest

from passaparola.actions.credit.end import capture, give_back, release
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.rewards.operate import cancel
from passaparola.store.models import Counter, Event, Referral
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import HOLD_TEN, asked, ben_buys, good, person, refusal, rewards, the_reward

ONCE = """
program: once
name: Once
currency: EUR
trigger: purchase
rewards:
  - {side: friend, kind: store_credit, amount: 5.00}
caps:
  - {per: friend, metric: count, max: 1}
"""
BUDGET = ONCE.split("caps:", maxsplit=1)[0] + "budget: {total: 100.00}\n"
SHARE = """
program: share
name: Share
currency: EUR
trigger: first_purchase
rewards:
  - {side: advocate, kind: store_credit, percent: 10}
"""
EVERY_TWO = """
program: every-two
name: Every two
currency: EUR
trigger: first_purchase
rewards:
  - {id: two, side: advocate, kind: store_credit, amount: 8.00, structure: {kind: milestone, every: 2, repeat: true}}
"""


def net(workspace: str, name: str) -> int:
    return sum(r.amount - r.reversed for r in rewards(workspace, name) if r.state in ("pending", "issued", "redeemed"))


def buys(name: str, order: str) -> dict[str, object]:
    return {
        "id": f"buy-{order}",
        "type": "purchase",
        "after": 2 * 86_400,
        "person": name,
        "order": order,
        "amount_minor": 5_000,
        "currency": "EUR",
    }


def test_a03_of_twenty_parallel_orders_of_one_friend_one_is_rewarded(database: Database) -> None:
    workspace = a_workspace(ONCE)
    tell(workspace, friend_buys("ben", 1))
    answers = at_once(*[partial(tell, workspace, [buys("ben", f"o{n}")]) for n in range(20)])
    assert {str(a) for a in answers} == {"['recorded']"}
    assert [r.state for r in rewards(workspace, "ben")] == ["issued"]
    assert_books_balance(workspace)


def test_a04_forty_parallel_rewards_stop_at_the_budget(database: Database) -> None:
    workspace = a_workspace(BUDGET)
    for number in range(40):
        tell(workspace, friend_buys(f"friend{number}", 1))
    answers = at_once(*[partial(tell, workspace, [buys(f"friend{n}", f"o{n}")]) for n in range(40)])
    assert {str(a) for a in answers} == {"['recorded']"}
    assert len(rewards(workspace)) == 20
    assert Counter.objects.get(key__startswith="budget:").used == 10_000
    assert Referral.objects.filter(refusals__contains="budget_exhausted").count() == 20
    assert_books_balance(workspace)


def test_a05_one_order_told_by_three_routes_at_once_is_one_conversion(database: Database) -> None:
    workspace = a_workspace(SHARE)
    tell(workspace, friend_buys("ben", 1))
    told = [{**buys("ben", "o1"), "source": source, "id": f"{source}-1"} for source in ("api", "stripe", "shopify")]
    answers = at_once(*[partial(tell, workspace, [event]) for event in told])
    assert sorted(str(a) for a in answers) == ["['duplicate_order']", "['duplicate_order']", "['recorded']"]
    assert Event.objects.filter(type="purchase").count() == 3
    assert [r.amount for r in rewards(workspace)] == [500]
    assert_books_balance(workspace)


def test_a17_partial_refunds_above_the_order_take_back_the_reward_and_no_more(database: Database) -> None:
    workspace = ben_buys(SHARE)
    for number, left in ((2, 700), (3, 400), (4, 100), (5, 0), (6, 0)):
        tell(workspace, [refund("o1", number, 3_000)])
        assert net(workspace, "ada") == left
    assert the_reward(workspace, "ada").state == "reversed"
    assert_books_balance(workspace)


def test_a19_what_is_on_hold_cannot_be_spent(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    wanted = Wanted(person(workspace, "ada"), "EUR", 1, "c1")
    assert refusal(reserve(wanted, asked=asked(workspace))) == "insufficient_credit"
    good(cancel(the_reward(workspace, "ada").id.hex, asked=asked(workspace)))
    assert refusal(reserve(wanted, asked=asked(workspace))) == "insufficient_credit"
    assert_books_balance(workspace)


@pytest.mark.parametrize("used", [False, True])
def test_a_milestone_that_lay_in_a_checkout_is_taken_back_when_it_comes_back(database: Database, used: bool) -> None:
    workspace = a_workspace(EVERY_TWO)
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR")) + friend_buys("cid", 1, ("o2", 5_000, "EUR")))
    held = good(reserve(Wanted(person(workspace, "ada"), "EUR", 800, "c1"), asked=asked(workspace)))
    if used:
        good(capture(held.id, asked=asked(workspace)))
    tell(workspace, [refund("o2", 3)])
    assert net(workspace, "ada") == 800
    good((give_back if used else release)(held.id, asked=asked(workspace, 4)))
    assert net(workspace, "ada") == 0
    assert_books_balance(workspace)
