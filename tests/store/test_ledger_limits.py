"""Caps and budgets that come, go and change with a new version of the program: what was given before counts."""

import pytest

from passaparola.actions.programs.apply import apply_program
from passaparola.domain.instant import DAY
from passaparola.store.models import Counter, Reward
from tests.databases import Database
from tests.histories import START, a_workspace, friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance

OPEN_HANDED = """
program: open-handed
name: Open-handed
currency: EUR
trigger: purchase
rewards:
  - id: share
    side: advocate
    kind: store_credit
    percent: 10
"""
BUDGET = OPEN_HANDED + "budget: {total: 30.00}\n"
CAPS = OPEN_HANDED + "caps: [{per: advocate, metric: value, max: 25.00}, {per: advocate, metric: count, max: 2}]\n"


def apply(workspace: str, document: str, day: int) -> None:
    apply_program(document, workspace=workspace, now=START + day * DAY, actor="olga")


def given() -> list[int]:
    return [r.amount - r.reversed for r in Reward.objects.order_by("id")]


@pytest.fixture
def workspace(database: Database) -> str:
    """Ada was given 10.00 EUR before there was any limit."""
    found = a_workspace(OPEN_HANDED)
    tell(found, friend_buys("ben", 1, ("o1", 10_000, "EUR")))
    return found


def test_a_budget_that_comes_later_counts_what_was_given_before(workspace: str) -> None:
    apply(workspace, BUDGET, 2)
    assert Counter.objects.get(key__startswith="budget:").used == 1_000
    tell(workspace, friend_buys("cid", 3, ("o2", 20_000, "EUR"), ("o3", 10, "EUR")))
    assert given() == [1_000, 2_000]
    assert_books_balance(workspace)


def test_a_refund_of_what_was_given_before_the_budget_frees_it(workspace: str) -> None:
    apply(workspace, BUDGET, 2)
    tell(workspace, [refund("o1", 3)])
    assert Counter.objects.get(key__startswith="budget:").used == 0
    assert_books_balance(workspace)


def test_caps_that_come_later_count_what_each_person_was_given_before(workspace: str) -> None:
    apply(workspace, CAPS, 2)
    tell(workspace, friend_buys("cid", 3, ("o2", 20_000, "EUR"), ("o3", 10_000, "EUR")))
    assert given() == [1_000, 1_500]
    tell(workspace, [refund("o1", 4)])
    assert sorted(Counter.objects.values_list("used", flat=True)) == [1, 1_500]
    assert_books_balance(workspace)


def test_a_limit_that_went_and_comes_again_counts_what_was_given_meanwhile(workspace: str) -> None:
    apply(workspace, BUDGET, 2)
    apply(workspace, OPEN_HANDED + "# without a budget\n", 3)
    tell(workspace, friend_buys("cid", 4, ("o2", 10_000, "EUR")))
    apply(workspace, BUDGET + "# again\n", 5)
    assert Counter.objects.get(key__startswith="budget:").used == 2_000
    assert_books_balance(workspace)


def test_a_budget_below_what_was_given_gives_nothing_more_and_takes_nothing_back(workspace: str) -> None:
    apply(workspace, BUDGET.replace("30.00", "5.00"), 2)
    tell(workspace, friend_buys("cid", 3, ("o2", 10_000, "EUR")))
    assert given() == [1_000]
    tell(workspace, [refund("o1", 4)])
    tell(workspace, friend_buys("dan", 5, ("o3", 5_000, "EUR")))
    assert given() == [0, 500]
    assert_books_balance(workspace)
