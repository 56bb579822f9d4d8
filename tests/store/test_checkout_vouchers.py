"""Vouchers at a checkout: checked, reserved, redeemed, released, given back."""

from functools import partial

import pytest

from passaparola.actions.acting import Performed
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.vouchers.check import check
from passaparola.actions.vouchers.end import give_back, release
from passaparola.actions.vouchers.redeem import redeem, reserve
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import RewardTransition, Transfer, Voucher
from tests.databases import Database
from tests.histories import START, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import asked, ben_buys, day, good, refusal, the_reward, voucher_program

FIXED, LIMITED = "amount: 10.00, expires_days: 30", "amount: 10.00, voucher: {min_order: 30.00}"
PERCENT = "voucher: {percent: 20, max_discount: 15.00}"
ORDER = Basket("c1", 5_000, "EUR")


def code() -> str:
    return str(Voucher.objects.get().code)


def look(workspace: str, text: str, minor: int = 5_000, unit: str = "EUR", at: float = 2) -> tuple[int, str | None]:
    found = check(text, order_minor=minor, unit=unit, workspace=workspace, now=day(at))
    assert found.valid == (found.reason is None)
    return found.discount_minor, found.reason


def booked(account: str, unit: str = "EUR") -> int:
    """Posted credits less debits of an account kind."""
    total = 0
    for t in Transfer.objects.select_related("debit", "credit").filter(kind__in=["single", "post", "reversal"]):
        if t.unit == unit:
            total += t.amount * ((t.credit.kind == account) - (t.debit.kind == account))
    return total


def test_a_voucher_is_checked_without_changing_anything(database: Database) -> None:
    workspace = ben_buys(voucher_program(LIMITED))
    assert look(workspace, code()) == (1000, None)
    assert look(workspace, f" {code()[:5].lower()}-{code()[5:]} ") == (1000, None)
    assert look(workspace, code(), 2_999) == (0, "below_minimum_order")
    assert look(workspace, code(), unit="USD") == (0, "currency_mismatch")
    assert Voucher.objects.get().state == "open"


def test_an_unknown_code_and_another_workspaces_code_answer_alike(database: Database) -> None:
    ben_buys(voucher_program(FIXED))
    other = ensure_workspace(slug="other", now=START)
    asks = [check(text, order_minor=5_000, unit="EUR", workspace=other, now=day(2)) for text in (code(), "X" * 14)]
    assert {(a.valid, a.reason, a.message, a.discount_minor) for a in asks} == {
        (False, "voucher_not_found", "there is no such voucher", 0)
    }
    tries = [redeem(text, basket=ORDER, asked=asked(other)) for text in (code(), "X" * 14, "no code!")]
    assert {(refusal(t), t.refusal.status, t.refusal.message) for t in tries if t.refusal} == {
        ("voucher_not_found", 404, "there is no such voucher")
    }


@pytest.mark.parametrize("reserved", [False, True])
def test_a_fixed_voucher_takes_off_its_worth(database: Database, reserved: bool) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    if reserved:
        assert good(reserve(code(), basket=ORDER, asked=asked(workspace))).state == "reserved"
        assert_books_balance(workspace)
    used = good(redeem(code(), basket=ORDER, asked=asked(workspace)))
    assert (used.state, used.discount) == ("redeemed", 1000)
    assert the_reward(workspace, "ben").state == "redeemed"
    assert (booked("redeemed"), booked("voucher")) == (1000, 0)
    assert_books_balance(workspace)


@pytest.mark.parametrize("reserved", [False, True])
def test_what_a_small_order_does_not_need_is_forfeited(database: Database, reserved: bool) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    small = Basket("c1", 700, "EUR")
    if reserved:
        good(reserve(code(), basket=small, asked=asked(workspace)))
    assert good(redeem(code(), basket=small, asked=asked(workspace))).discount == 700
    reward = the_reward(workspace, "ben")
    assert (reward.redeemed, reward.expired, reward.state) == (700, 300, "redeemed")
    assert (booked("redeemed"), booked("breakage")) == (700, 300)
    assert_books_balance(workspace)
    good(give_back(code(), order="c1", asked=asked(workspace, 3)))
    assert (booked("redeemed"), booked("breakage"), booked("voucher")) == (0, 0, 1000)
    assert_books_balance(workspace)


@pytest.mark.parametrize("reserved", [False, True])
def test_a_percentage_voucher_takes_off_its_share_at_the_programs_expense(database: Database, reserved: bool) -> None:
    workspace = ben_buys(voucher_program(PERCENT))
    basket = Basket("c1", 5_003, "EUR")
    if reserved:
        good(reserve(code(), basket=basket, asked=asked(workspace)))
    assert good(redeem(code(), basket=basket, asked=asked(workspace))).discount == 1001  # 20 % of 50.03 is 10.006
    assert (booked("discount"), booked("redeemed", "VOUCHER"), booked("voucher", "VOUCHER")) == (1001, 1, 0)
    assert_books_balance(workspace)
    good(cancel_order("c1", asked=asked(workspace, 3)))
    assert (booked("discount"), booked("redeemed", "VOUCHER"), booked("voucher", "VOUCHER")) == (0, 0, 1)
    assert look(workspace, code(), 100_000) == (1500, None)
    assert_books_balance(workspace)


def test_the_same_order_again_gets_the_first_answer(database: Database) -> None:
    workspace = ben_buys(voucher_program(PERCENT))
    first = good(redeem(code(), basket=ORDER, asked=asked(workspace)))
    before = Transfer.objects.count()
    again = good(redeem(code(), basket=Basket("c1", 100, "EUR"), asked=asked(workspace, 3)))
    assert (again.discount, again.order) == (first.discount, "c1")
    assert Transfer.objects.count() == before
    assert refusal(redeem(code(), basket=Basket("c2", 5_000, "EUR"), asked=asked(workspace))) == "voucher_used"
    assert look(workspace, code()) == (0, "voucher_used")


def test_a_reserved_voucher_is_for_its_order_until_it_is_released(database: Database) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    other = Basket("c2", 5_000, "EUR")
    good(reserve(code(), basket=ORDER, asked=asked(workspace)))
    good(reserve(code(), basket=Basket("c1", 600, "EUR"), asked=asked(workspace)))
    assert Voucher.objects.get().discount_minor == 600  # renewed with the order's new worth
    assert look(workspace, code()) == (0, "voucher_reserved")
    assert refusal(reserve(code(), basket=other, asked=asked(workspace))) == "voucher_reserved"
    assert refusal(redeem(code(), basket=other, asked=asked(workspace))) == "voucher_reserved"
    assert refusal(release(code(), order="c2", asked=asked(workspace))) == "voucher_reserved"
    assert refusal(give_back(code(), order="c1", asked=asked(workspace))) == "illegal_transition"
    good(release(code(), order="c1", asked=asked(workspace)))
    assert good(release(code(), order="c1", asked=asked(workspace))).state == "open"
    assert good(redeem(code(), basket=other, asked=asked(workspace))).discount == 1000
    assert refusal(release(code(), order="c2", asked=asked(workspace))) == "illegal_transition"
    assert_books_balance(workspace)


def test_a_voucher_that_comes_back_after_its_life_has_expired(database: Database) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    good(redeem(code(), basket=ORDER, asked=asked(workspace)))
    good(give_back(code(), order="c1", asked=asked(workspace, 40)))
    assert the_reward(workspace, "ben").state == "expired"
    assert look(workspace, code(), at=40) == (0, "voucher_expired")
    assert refusal(redeem(code(), basket=ORDER, asked=asked(workspace, 41))) == "voucher_expired"
    assert_books_balance(workspace)


def test_a_voucher_reserved_in_time_may_be_used_after_its_life(database: Database) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    good(reserve(code(), basket=ORDER, asked=asked(workspace, 30.9)))
    assert good(redeem(code(), basket=ORDER, asked=asked(workspace, 31.5))).discount == 1000
    assert_books_balance(workspace)


def test_a_voucher_goes_with_its_reward(database: Database) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    good(reserve(code(), basket=ORDER, asked=asked(workspace)))
    tell(workspace, [refund("o1", 3)])  # comes up short: the voucher lies in a checkout
    assert the_reward(workspace, "ben").state == "issued"
    good(release(code(), order="c1", asked=asked(workspace, 4)))
    assert the_reward(workspace, "ben").state == "reversed"
    assert look(workspace, code(), at=4) == (0, "voucher_withdrawn")
    assert refusal(redeem(code(), basket=ORDER, asked=asked(workspace, 4))) == "voucher_withdrawn"
    assert_books_balance(workspace)


def test_a01_of_fifty_parallel_redemptions_one_succeeds(database: Database) -> None:
    workspace = ben_buys(voucher_program(PERCENT))
    text = code()
    baskets = [Basket(f"cart{n}", 5_000, "EUR") for n in range(50)]
    calls = [partial(redeem, text, basket=basket, asked=asked(workspace)) for basket in baskets]
    performed = [a for a in at_once(*calls) if isinstance(a, Performed)]
    assert len(performed) == 50
    assert sum(p.refusal is None for p in performed) == 1
    assert {refusal(p) for p in performed if p.refusal} == {"voucher_used"}
    assert RewardTransition.objects.filter(step="redeemed").count() == 1
    assert Transfer.objects.filter(purpose="spend").count() == 2
    assert_books_balance(workspace)


def test_a01_one_order_redeeming_in_parallel_gets_one_answer(database: Database) -> None:
    workspace = ben_buys(voucher_program(FIXED))
    text = code()
    answers = at_once(*[lambda: redeem(text, basket=ORDER, asked=asked(workspace))] * 20)
    assert {good(a).discount for a in answers if isinstance(a, Performed)} == {1000}
    assert len([a for a in answers if isinstance(a, Performed)]) == 20
    assert RewardTransition.objects.filter(step="redeemed").count() == 1
    assert_books_balance(workspace)
