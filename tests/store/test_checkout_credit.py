"""Store credit at a checkout: reserved, captured, released, given back."""

from functools import partial

import pytest

from passaparola.actions.acting import Asked, NotFound, Performed
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.end import capture, give_back, release
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.ledger.replay import verify_replay
from passaparola.store.models import Act, CreditReservation, Finding, Transfer
from passaparola.store.read.checkout import CreditBalance, Reservation, balance
from passaparola.store.read.idempotency import Keyed
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import GIVE_TEN, LAST_TEN, asked, ben_buys, day, good, person, refusal, rewards, the_reward


def hold(workspace: str, name: str, minor: int, order: str = "c1", at: float = 2, unit: str = "EUR") -> Reservation:
    held: Reservation = good(want(workspace, name, minor, order, at, unit))
    return held


def want(
    workspace: str, name: str, minor: int, order: str = "c1", at: float = 2, unit: str = "EUR"
) -> Performed[Reservation]:
    return reserve(Wanted(person(workspace, name), unit, minor, order), asked=asked(workspace, at))


def euros(workspace: str, name: str, at: float = 2) -> CreditBalance:
    found = balance(workspace, person(workspace, name), now=day(at))
    assert found is not None
    return found["EUR"]


def test_credit_is_reserved_then_captured(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 400)
    assert euros(workspace, "ada") == CreditBalance(600, 400, 0, 0)
    assert_books_balance(workspace)
    assert good(capture(held.id, asked=asked(workspace))).state == "captured"
    assert euros(workspace, "ada") == CreditBalance(600, 0, 0, 400)
    assert the_reward(workspace, "ada").state == "issued"
    good(capture(hold(workspace, "ada", 600, "c2").id, asked=asked(workspace)))
    assert the_reward(workspace, "ada").state == "redeemed"
    assert_books_balance(workspace)


def test_credit_is_reserved_then_released(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 1000)
    assert good(release(held.id, asked=asked(workspace))).state == "released"
    assert euros(workspace, "ada") == CreditBalance(1000, 0, 0, 0)
    assert hold(workspace, "ada", 700).id != held.id  # the same order may ask again
    assert_books_balance(workspace)


def test_credit_comes_back_when_the_order_is_cancelled(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 1000)
    good(capture(held.id, asked=asked(workspace)))
    assert good(give_back(held.id, asked=asked(workspace, 3))).state == "returned"
    assert euros(workspace, "ada") == CreditBalance(1000, 0, 0, 0)
    assert the_reward(workspace, "ada").state == "issued"
    assert_books_balance(workspace)


def test_each_step_again_changes_nothing(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 400)
    assert hold(workspace, "ada", 400) == held
    for step in (capture, give_back):
        first = good(step(held.id, asked=asked(workspace)))
        before = Transfer.objects.count(), Act.objects.count()
        assert good(step(held.id, asked=asked(workspace))) == first
        assert (Transfer.objects.count(), Act.objects.count()) == before
    assert_books_balance(workspace)


def test_steps_out_of_order_are_refused_by_name(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 400)
    assert refusal(give_back(held.id, asked=asked(workspace))) == "illegal_transition"
    good(capture(held.id, asked=asked(workspace)))
    assert refusal(release(held.id, asked=asked(workspace))) == "illegal_transition"
    good(give_back(held.id, asked=asked(workspace)))
    assert refusal(capture(held.id, asked=asked(workspace))) == "illegal_transition"
    with pytest.raises(NotFound):
        capture("0" * 32, asked=asked(workspace))
    assert_books_balance(workspace)


def test_what_is_not_there_is_refused_with_what_is(database: Database) -> None:
    workspace = ben_buys()
    hold(workspace, "ada", 300, "c0")
    answer = want(workspace, "ada", 701)
    assert refusal(answer) == "insufficient_credit"
    assert answer.refusal is not None
    assert answer.refusal.detail == {"available_minor": 700, "unit": "EUR"}
    assert hold(workspace, "ada", 700).amount == 700
    assert refusal(want(workspace, "ada", 1, "c9", unit="USD")) == "insufficient_credit"
    with pytest.raises(NotFound):
        reserve(Wanted("0" * 32, "EUR", 1, "c1"), asked=asked(workspace))
    assert_books_balance(workspace)


def test_an_order_holds_one_amount_of_a_person(database: Database) -> None:
    workspace = ben_buys()
    hold(workspace, "ada", 300)
    assert refusal(want(workspace, "ada", 400)) == "already_reserved"
    assert hold(workspace, "ben", 400).amount == 400  # another person
    assert hold(workspace, "ada", 400, "c2").amount == 400  # another order
    assert_books_balance(workspace)


def test_credit_of_several_programs_and_friends_pays_together(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN, LAST_TEN)
    tell(workspace, friend_buys("ben", 1, ("o1", 10_000, "EUR")) + friend_buys("cid", 2, ("o2", 10_000, "EUR")))
    held = hold(workspace, "ada", 2500, at=3)
    used = [r.reserved for r in sorted(rewards(workspace, "ada"), key=lambda r: (r.expires_at or 2**62, r.issued_at))]
    assert used == [1000, 1000, 500, 0]
    good(capture(held.id, asked=asked(workspace, 3)))
    assert_books_balance(workspace)
    good(give_back(held.id, asked=asked(workspace, 3)))
    assert euros(workspace, "ada", 3) == CreditBalance(4000, 0, 0, 0)
    assert_books_balance(workspace)


def test_expired_credit_is_not_spent_even_before_the_clock_comes_by(database: Database) -> None:
    workspace = ben_buys(LAST_TEN)
    assert euros(workspace, "ada", 30).available == 1000
    assert euros(workspace, "ada", 32).available == 0
    assert refusal(want(workspace, "ada", 1, at=32)) == "insufficient_credit"


@pytest.mark.parametrize("used", [False, True])
def test_what_comes_back_after_its_life_is_breakage(database: Database, used: bool) -> None:
    workspace = ben_buys(LAST_TEN)
    held = hold(workspace, "ada", 400)
    if used:
        good(capture(held.id, asked=asked(workspace)))
    good((give_back if used else release)(held.id, asked=asked(workspace, 40)))
    reward = the_reward(workspace, "ada")
    assert (reward.state, reward.expired, reward.redeemed) == ("expired", 1000, 0)
    assert_books_balance(workspace)


def test_a_part_that_was_used_comes_back_though_the_rest_has_expired_meanwhile(database: Database) -> None:
    workspace = ben_buys(LAST_TEN)
    good(capture(hold(workspace, "ada", 400).id, asked=asked(workspace)))
    run_clock(workspace, now=day(35))
    assert (the_reward(workspace, "ada").state, the_reward(workspace, "ada").expired) == ("expired", 600)
    assert [r.state for r in good(cancel_order("c1", asked=asked(workspace, 40))).credit] == ["returned"]
    reward = the_reward(workspace, "ada")
    assert (reward.state, reward.expired, reward.redeemed) == ("expired", 1000, 0)
    assert_books_balance(workspace)
    assert verify_replay(workspace) == []


def test_a_claw_back_takes_what_is_free_and_the_rest_when_the_checkout_lets_go(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 400)
    tell(workspace, [refund("o1", 3)])
    reward = the_reward(workspace, "ada")
    assert (reward.state, reward.reversed, reward.reserved) == ("issued", 600, 400)
    assert Finding.objects.filter(kind="not_recovered").count() == 1
    assert_books_balance(workspace)
    good(release(held.id, asked=asked(workspace, 4)))
    reward = the_reward(workspace, "ada")
    assert (reward.state, reward.reversed, reward.reserved) == ("reversed", 1000, 0)
    assert_books_balance(workspace)


def test_a_claw_back_leaves_what_was_spent_until_it_comes_back(database: Database) -> None:
    workspace = ben_buys()
    held = hold(workspace, "ada", 400)
    good(capture(held.id, asked=asked(workspace)))
    tell(workspace, [refund("o1", 3)])
    assert the_reward(workspace, "ada").reversed == 600
    good(give_back(held.id, asked=asked(workspace, 4)))
    assert the_reward(workspace, "ada").state == "reversed"
    assert_books_balance(workspace)


def test_a_cancelled_order_undoes_whatever_it_held(database: Database) -> None:
    workspace = ben_buys()
    hold(workspace, "ada", 400)
    good(capture(hold(workspace, "ben", 700).id, asked=asked(workspace)))
    undone = good(cancel_order("c1", asked=asked(workspace, 3)))
    assert sorted(r.state for r in undone.credit) == ["released", "returned"]
    assert (euros(workspace, "ada"), euros(workspace, "ben")) == (CreditBalance(1000, 0, 0, 0),) * 2
    before = Act.objects.count()
    assert good(cancel_order("c1", asked=asked(workspace, 4))).credit == ()
    assert good(cancel_order("unknown", asked=asked(workspace, 4))).credit == ()
    assert Act.objects.count() == before
    assert_books_balance(workspace)


def test_the_same_key_gives_the_same_answer_and_one_effect(database: Database) -> None:
    workspace = ben_buys()
    keyed = Keyed("key", "POST /credit", "k1", "f" * 64)
    ask = Asked(workspace, day(2), "shop", keyed, lambda made: (201, made.id))
    first = reserve(Wanted(person(workspace, "ada"), "EUR", 400, "c1"), asked=ask)
    again = reserve(Wanted(person(workspace, "ada"), "EUR", 400, "c2"), asked=ask)
    assert again.replayed is not None
    assert (again.replayed.status, again.replayed.body) == (201, good(first).id)
    assert CreditReservation.objects.count() == 1


@pytest.mark.parametrize(("amount", "until", "reason"), [(0, None, "invalid_amount"), (1, 0, "reservation_over")])
def test_what_makes_no_sense_is_refused(database: Database, amount: int, until: int | None, reason: str) -> None:
    workspace = ben_buys()
    wanted = Wanted(person(workspace, "ada"), "EUR", amount, "c1", until)
    assert refusal(reserve(wanted, asked=asked(workspace))) == reason


def test_a08_credit_in_many_carts_at_once_never_goes_below_zero(database: Database) -> None:
    workspace = ben_buys()
    who = person(workspace, "ada")
    calls = [partial(reserve, Wanted(who, "EUR", 300, f"cart{n}"), asked=asked(workspace)) for n in range(10)]
    answers = at_once(*calls)
    performed = [a for a in answers if isinstance(a, Performed)]
    assert len(performed) == 10, answers
    held = [p for p in performed if p.refusal is None]
    assert len(held) == 3
    assert {refusal(p) for p in performed if p.refusal} == {"insufficient_credit"}
    assert euros(workspace, "ada") == CreditBalance(100, 900, 0, 0)
    assert_books_balance(workspace)


def test_a09_a_claw_back_racing_the_spending_leaves_right_books(database: Database) -> None:
    workspace = ben_buys()
    for number in range(5):
        friend, order = f"friend{number}", f"race{number}"
        tell(workspace, friend_buys(friend, 1, (order, 5_000, "EUR")))
        held = hold(workspace, friend, 1000, f"cart{number}")
        answers = at_once(
            partial(capture, held.id, asked=asked(workspace, 3)), partial(tell, workspace, [refund(order, 3)])
        )
        assert not [a for a in answers if isinstance(a, Exception)], answers
        reward = the_reward(workspace, friend)
        assert (reward.state, reward.redeemed, reward.reversed) == ("redeemed", 1000, 0)
        assert_books_balance(workspace)
    assert Finding.objects.filter(kind="not_recovered").count() >= 5


def test_a09_a_claw_back_racing_the_reservation_leaves_right_books(database: Database) -> None:
    workspace = ben_buys()
    for number in range(5):
        friend, order = f"friend{number}", f"race{number}"
        tell(workspace, friend_buys(friend, 1, (order, 5_000, "EUR")))
        answers = at_once(
            partial(want, workspace, friend, 1000, f"cart{number}", 3), partial(tell, workspace, [refund(order, 3)])
        )
        assert not [a for a in answers if isinstance(a, Exception)], answers
        reward = the_reward(workspace, friend)
        assert (reward.reserved, reward.reversed) in ((1000, 0), (0, 1000))
        assert_books_balance(workspace)
