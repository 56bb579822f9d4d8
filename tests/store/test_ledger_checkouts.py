"""What lies in a checkout while late events change what it is worth: the books stay right."""

import pytest

from passaparola.actions.vouchers.end import release
from passaparola.actions.vouchers.redeem import redeem, reserve
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import Reward, Transfer, Voucher
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, tell
from tests.ledger_clean import assert_books_balance
from tests.shops import asked, good

SHARE = """
program: share-of-order
name: A tenth of your order
currency: EUR
trigger: first_purchase
rewards:
  - {id: tenth, side: friend, kind: voucher, structure: percent, percent: 10}
"""
BASKET = Basket("c1", 9_000, "EUR")


def order(key: str, day: int, minor: int) -> dict[str, object]:
    return {
        "id": f"buy-{key}",
        "type": "purchase",
        "after": day * 86_400,
        "person": "ben",
        "order": key,
        "amount_minor": minor,
        "currency": "EUR",
    }


@pytest.fixture
def workspace(database: Database) -> str:
    """A checkout holds Ben's voucher of 10.00 when a larger, earlier order becomes known."""
    found = a_workspace(SHARE)
    tell(found, [*friend_buys("ben", 1), order("o3", 3, 10_000)])
    good(reserve(Voucher.objects.get().code, basket=BASKET, asked=asked(found, 4)))
    tell(found, [order("o2", 2, 50_000)])
    return found


def test_a_voucher_that_grew_in_a_checkout_is_redeemed_whole(workspace: str) -> None:
    assert_books_balance(workspace)
    good(redeem(Voucher.objects.get().code, basket=BASKET, asked=asked(workspace, 5)))
    reward = Reward.objects.get()
    assert (reward.amount, reward.reserved, reward.redeemed) == (5_000, 0, 5_000)
    assert list(
        Transfer.objects.filter(purpose__in=["release", "spend"]).values_list("kind", "amount").order_by("kind")
    ) == [
        ("single", 5_000),
        ("void", 1_000),
    ]
    assert_books_balance(workspace)


def test_a_voucher_that_grew_in_a_checkout_is_released_whole(workspace: str) -> None:
    good(release(Voucher.objects.get().code, order="c1", asked=asked(workspace, 5)))
    assert Reward.objects.get().reserved == 0
    assert_books_balance(workspace)
