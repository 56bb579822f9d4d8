"""What a voucher takes off an order, and when it does not count. The tables are those of docs/rules/rewards.md."""

from dataclasses import replace

import pytest

from passaparola.domain.ledger.accounts import AccountKind, TransferKind
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.domain.rewards.credit import set_aside
from passaparola.domain.rewards.vouchers import (
    VOUCHER_WORDS,
    Basket,
    Voucher,
    VoucherReason,
    discount_for,
    give_back,
    plain_code,
    redeem,
    refusal,
    returns,
    uses,
)

FIXED = Voucher("v", "r", "CODE", None, None, 3000, "EUR", "open", None, None, None, None, None, None, 0)
PERCENT = replace(FIXED, percent_bp=2000, max_discount=1000, min_order=None)
TEN = Reward(
    id="r", program="p", rule="x", side="friend", beneficiary="ben", occasion="o", kind="voucher", unit="EUR", amount=1000,
    state=RewardState.ISSUED, expires_at=100,
)  # fmt: skip
ONE = replace(TEN, unit="VOUCHER", amount=1)
ORDER = Basket("o1", 5000, "EUR")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("abcd-EFGH 23", "ABCDEFGH23"),
        ("  ab\tcd ", "ABCD"),
        ("", ""),
        ("ab_cd", ""),
        ("äbcd", ""),
        ("A" * 65, ""),
        ("AB'--", ""),
    ],
)
def test_codes_are_compared_without_case_spaces_and_hyphens(written: str, plain: str) -> None:
    assert plain_code(written) == plain


@pytest.mark.parametrize(
    ("voucher", "reward", "order", "off"),
    [
        (FIXED, TEN, 5000, 1000),
        (FIXED, TEN, 700, 700),
        (FIXED, replace(TEN, reversed=400), 5000, 600),
        (PERCENT, ONE, 4000, 800),
        (PERCENT, ONE, 4003, 801),  # 800.6 is 801
        (PERCENT, ONE, 4002, 800),  # 800.4 is 800
        (replace(PERCENT, percent_bp=1250), ONE, 4, 1),  # 0.5 is 1: half up
        (PERCENT, ONE, 9000, 1000),
        (replace(PERCENT, max_discount=None), ONE, 9000, 1800),
    ],
)
def test_the_discount_is_whole_minor_units(voucher: Voucher, reward: Reward, order: int, off: int) -> None:
    assert discount_for(voucher, reward, order) == off


R = VoucherReason


@pytest.mark.parametrize(
    ("voucher", "reward", "basket", "reason"),
    [
        (FIXED, TEN, ORDER, None),
        (FIXED, TEN, replace(ORDER, minor=2999), R.BELOW_MINIMUM_ORDER),
        (FIXED, TEN, replace(ORDER, unit="USD"), R.CURRENCY_MISMATCH),
        (PERCENT, ONE, ORDER, None),
        (PERCENT, ONE, replace(ORDER, unit="USD"), R.CURRENCY_MISMATCH),  # its most is in EUR
        (replace(PERCENT, max_discount=None), ONE, replace(ORDER, unit="USD"), None),
        (PERCENT, ONE, replace(ORDER, minor=2), R.NOTHING_TO_DISCOUNT),
        (FIXED, replace(TEN, expires_at=50), ORDER, R.EXPIRED),
        (FIXED, replace(TEN, expires_at=51), ORDER, None),
        (FIXED, replace(TEN, state=RewardState.EXPIRED, expired=1000), ORDER, R.EXPIRED),
        (FIXED, replace(TEN, state=RewardState.CANCELLED), ORDER, R.WITHDRAWN),
        (FIXED, replace(TEN, state=RewardState.PENDING), ORDER, R.WITHDRAWN),
        (replace(FIXED, state="reserved", order="o2"), TEN, ORDER, R.RESERVED),
        (replace(FIXED, state="reserved", order="o1"), TEN, ORDER, None),
        (replace(FIXED, state="reserved", order="o1"), replace(TEN, expires_at=50), ORDER, None),
        (replace(FIXED, state="redeemed", order="o2"), replace(TEN, state="redeemed"), ORDER, R.USED),
        (replace(FIXED, state="redeemed", order="o1"), replace(TEN, state="redeemed"), ORDER, None),
    ],
)
def test_each_refusal_has_its_name(
    voucher: Voucher, reward: Reward, basket: Basket, reason: VoucherReason | None
) -> None:
    assert refusal(voucher, reward, basket, now=50) == reason


def test_every_refusal_has_words() -> None:
    assert set(VOUCHER_WORDS) == set(VoucherReason)


def moves(voucher: Voucher, reward: Reward, off: int) -> list[tuple[str, str, int, str]]:
    return [(t.kind, t.credit.kind, t.amount, t.unit) for t in uses(voucher, reward, off, "EUR")]


def test_what_the_order_does_not_need_of_a_fixed_voucher_is_forfeited() -> None:
    used = redeem(FIXED, TEN, 700).after
    assert (used.state, used.redeemed, used.expired) == ("redeemed", 700, 300)
    assert moves(FIXED, TEN, 700) == [
        (TransferKind.SINGLE, AccountKind.REDEEMED, 700, "EUR"),
        (TransferKind.SINGLE, AccountKind.BREAKAGE, 300, "EUR"),
    ]
    held = set_aside(TEN, 1000).after
    assert [m[0] for m in moves(FIXED, held, 700)] == ["void", "single", "single"]
    assert [m[0] for m in moves(FIXED, held, 1000)] == ["post"]


def test_a_percentage_voucher_is_one_and_its_discount_is_an_expense() -> None:
    assert moves(PERCENT, ONE, 800) == [
        (TransferKind.SINGLE, AccountKind.REDEEMED, 1, "VOUCHER"),
        (TransferKind.SINGLE, AccountKind.DISCOUNT, 800, "EUR"),
    ]


@pytest.mark.parametrize(("voucher", "reward", "off"), [(FIXED, TEN, 700), (FIXED, TEN, 1000), (PERCENT, ONE, 800)])
def test_giving_back_reverses_the_whole_use(voucher: Voucher, reward: Reward, off: int) -> None:
    used = redeem(voucher, reward, off).after
    done = replace(voucher, state="redeemed", discount=off, order_unit="EUR")
    net: dict[tuple[str, str], int] = {}
    for move in (*uses(voucher, reward, off, "EUR"), *returns(done, used)):
        for account, sign in ((move.debit, -1), (move.credit, 1)):
            key = (account.kind, account.unit)
            net[key] = net.get(key, 0) + sign * move.amount
    assert set(net.values()) == {0}
    assert give_back(used).after == reward
