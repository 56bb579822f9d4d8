"""What time does: holds end, credit and vouchers expire, abandoned checkouts let go, and the log is sealed."""

from functools import partial
from typing import Any

import pytest

from passaparola.actions.acting import Asked
from passaparola.actions.clock import ClockReport, run_clock
from passaparola.actions.credit.end import capture
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.rewards.operate import approve, undo
from passaparola.actions.vouchers.redeem import redeem
from passaparola.actions.vouchers.redeem import reserve as reserve_voucher
from passaparola.domain.instant import SECOND
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import Act, Batch, Block, Finding, IdempotencyKey, Reward, RewardTransition, Voucher
from passaparola.store.read.checkout import balance
from passaparola.store.read.idempotency import Keyed
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import (
    HOLD_TEN,
    LAST_TEN,
    asked,
    ben_buys,
    day,
    good,
    person,
    refusal,
    rewards,
    the_reward,
    voucher_program,
)

HOUR = 1 / 24
SHORT = HOLD_TEN.replace("hold_days: 14", "hold_days: 14, expires_days: 10")


def tick(workspace: str, at: float, **more: object) -> ClockReport:
    return run_clock(workspace, now=day(at), **more)  # type: ignore[arg-type]


def states(workspace: str) -> list[str]:
    return [r.state for r in rewards(workspace)]


def test_a_hold_ends_at_its_moment_and_no_earlier(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    until = the_reward(workspace, "ada").hold_until
    assert run_clock(workspace, now=until - 1).steps == 0
    assert states(workspace) == ["pending", "pending"]
    assert run_clock(workspace, now=until).steps == 2
    assert states(workspace) == ["issued", "issued"]
    assert the_reward(workspace, "ada").issued_at == until
    assert_books_balance(workspace)


def test_what_was_not_used_expires_at_its_moment_and_becomes_breakage(database: Database) -> None:
    workspace = ben_buys(LAST_TEN)
    held = good(reserve(Wanted(person(workspace, "ada"), "EUR", 300, "c1"), asked=asked(workspace)))
    good(capture(held.id, asked=asked(workspace)))
    ends = the_reward(workspace, "ada").expires_at
    assert run_clock(workspace, now=ends - 1).steps == 0
    assert run_clock(workspace, now=ends).steps == 2
    ada, ben = the_reward(workspace, "ada"), the_reward(workspace, "ben")
    assert (ada.state, ada.redeemed, ada.expired) == ("expired", 300, 700)
    assert (ben.state, ben.expired) == ("expired", 1000)
    assert_books_balance(workspace)


def test_a_long_sleep_is_made_up_for_in_the_order_of_time(database: Database) -> None:
    workspace = ben_buys(SHORT)
    assert tick(workspace, 100).steps == 4
    assert states(workspace) == ["expired", "expired"]
    steps = RewardTransition.objects.filter(reward=rewards(workspace)[0]).order_by("id").values_list("step", flat=True)
    assert list(steps) == ["pending", "issued", "expired"]
    assert_books_balance(workspace)


def test_where_nothing_is_due_nothing_is_written(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    tick(workspace, 2)
    before = Batch.objects.count(), Act.objects.count(), Block.objects.count()
    assert tick(workspace, 3) == ClockReport(day(3))
    assert (Batch.objects.count(), Act.objects.count(), Block.objects.count()) == before


def test_a_run_that_changes_something_is_one_act(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    report = tick(workspace, 40)
    (act,) = Act.objects.filter(verb="clock.run")
    assert (act.actor, act.at, act.input) == ("clock", day(40), f'{{"steps":2,"until":{day(40)}}}')
    assert report.sealed == Batch.objects.count()
    assert_books_balance(workspace)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_batches_do_the_same_as_one(database: Database, size: int) -> None:
    workspace = ben_buys(SHORT)
    tell(workspace, friend_buys("cid", 3, ("o2", 5_000, "EUR")))
    assert tick(workspace, 100, batch=size).steps == 8
    assert set(states(workspace)) == {"expired"}
    assert_books_balance(workspace)


def test_an_abandoned_reservation_is_released(database: Database) -> None:
    workspace = ben_buys()
    who = person(workspace, "ada")
    held = good(reserve(Wanted(who, "EUR", 400, "c1"), asked=asked(workspace)))
    tick(workspace, 2 + HOUR * 0.99)
    found = balance(workspace, who, now=day(3))
    assert found
    assert found["EUR"].reserved == 400
    assert tick(workspace, 2 + HOUR).steps == 1
    found = balance(workspace, who, now=day(3))
    assert found
    assert found["EUR"] == (1000, 0, 0, 0)
    assert refusal(capture(held.id, asked=asked(workspace, 3))) == "illegal_transition"
    assert_books_balance(workspace)


def test_a_reservation_lives_as_long_as_it_was_asked_for(database: Database) -> None:
    workspace = ben_buys()
    wanted = Wanted(person(workspace, "ada"), "EUR", 400, "c1", day(4))
    held = good(reserve(wanted, asked=asked(workspace)))
    assert tick(workspace, 3.9).steps == 0
    assert good(capture(held.id, asked=asked(workspace, 5))).state == "captured"  # over, and nobody has released it
    assert tick(workspace, 6).steps == 0
    assert_books_balance(workspace)


def test_an_abandoned_voucher_is_open_again(database: Database) -> None:
    workspace = ben_buys(voucher_program())
    code = Voucher.objects.get().code
    good(reserve_voucher(code, basket=Basket("c1", 5_000, "EUR"), asked=asked(workspace)))
    assert tick(workspace, 2 + HOUR).steps == 1
    assert Voucher.objects.get().state == "open"
    assert good(redeem(code, basket=Basket("c2", 5_000, "EUR"), asked=asked(workspace, 3))).discount == 1000
    assert_books_balance(workspace)


def test_credit_that_outlives_its_reservation_only_by_name_is_breakage(database: Database) -> None:
    """The reward ends while part of it lies in a checkout; the checkout is abandoned afterwards."""
    workspace = ben_buys(LAST_TEN)
    wanted = Wanted(person(workspace, "ada"), "EUR", 400, "c1", day(33))
    good(reserve(wanted, asked=asked(workspace, 30)))
    tick(workspace, 32)
    ada = the_reward(workspace, "ada")
    assert (ada.state, ada.expired, ada.reserved) == ("issued", 600, 400)
    assert_books_balance(workspace)
    tick(workspace, 34)
    ada = the_reward(workspace, "ada")
    assert (ada.state, ada.expired, ada.reserved) == ("expired", 1000, 0)
    assert_books_balance(workspace)


def test_a_claw_back_is_completed_when_the_clock_ends_the_checkout(database: Database) -> None:
    workspace = ben_buys()
    wanted = Wanted(person(workspace, "ada"), "EUR", 400, "c1", day(4))
    good(reserve(wanted, asked=asked(workspace)))
    tell(workspace, [refund("o1", 3)])
    assert the_reward(workspace, "ada").reversed == 600
    tick(workspace, 5)
    assert the_reward(workspace, "ada").state == "reversed"
    assert_books_balance(workspace)


def test_an_undone_approval_waits_for_a_person_and_not_for_the_clock(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    reward = the_reward(workspace, "ada").id.hex
    good(approve(reward, asked=asked(workspace)))
    good(undo(reward, asked=asked(workspace)))
    tick(workspace, 100)
    assert the_reward(workspace, "ada").state == "pending"
    assert the_reward(workspace, "ben").state == "issued"
    assert_books_balance(workspace)


def test_two_clocks_at_once_do_nothing_twice(database: Database) -> None:
    workspace = a_workspace(SHORT)
    for number in range(6):
        tell(workspace, friend_buys(f"friend{number}", 1, (f"o{number}", 5_000, "EUR")))
    answers = at_once(*[lambda: run_clock(workspace, now=day(100), batch=5)] * 3)
    reports = [a for a in answers if isinstance(a, ClockReport)]
    assert len(reports) == 3, answers
    assert sum(r.steps for r in reports) == 24
    assert RewardTransition.objects.filter(step="issued").count() == 12
    assert RewardTransition.objects.filter(step="expired").count() == 12
    assert sum(r.sealed for r in reports) == Batch.objects.count()
    assert_books_balance(workspace)


def test_the_clock_races_a_checkout_and_the_books_stay_right(database: Database) -> None:
    workspace = ben_buys(LAST_TEN)
    ends = the_reward(workspace, "ada").expires_at
    who = person(workspace, "ada")
    wanted = [Wanted(who, "EUR", 100, f"cart{n}") for n in range(6)]
    calls = [partial(reserve, w, asked=Asked(workspace, ends - 1, "shop")) for w in wanted]
    answers: list[Any] = at_once(*calls, partial(run_clock, workspace, now=ends))
    assert not [a for a in answers if isinstance(a, Exception)], answers
    run_clock(workspace, now=ends + 2 * 3600 * SECOND)
    ada = the_reward(workspace, "ada")
    assert (ada.state, ada.expired, ada.reserved) == ("expired", 1000, 0)
    assert_books_balance(workspace)


def test_keys_are_forgotten_after_thirty_days(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    keyed = Keyed("olga", "POST /approve", "k1", "f" * 64)
    reward = the_reward(workspace, "ada").id.hex
    approve(reward, asked=Asked(workspace, day(2), "olga", keyed, lambda _: (200, "{}")))
    assert tick(workspace, 32).keys_forgotten == 0
    assert tick(workspace, 32.001).keys_forgotten == 1
    assert IdempotencyKey.objects.count() == 0
    again = approve(reward, asked=Asked(workspace, day(33), "olga", keyed, lambda _: (409, "{}")))
    assert refusal(again) == "illegal_transition"  # the natural key still blocks the second effect


def test_a_violation_is_a_finding_once(database: Database) -> None:
    workspace = ben_buys()
    assert tick(workspace, 2, verify=True).violations == []
    Reward.objects.filter(pk=the_reward(workspace, "ada").pk).update(redeemed=1)
    for at in (3, 4):
        assert tick(workspace, at, verify=True).violations
    found = Finding.objects.filter(kind="ledger_violation")
    assert found.count() == len(set(found.values_list("key", flat=True))) > 0
    before = Batch.objects.count()
    tick(workspace, 5, verify=True)
    assert Batch.objects.count() == before


def test_thousands_of_used_up_rewards_do_not_hide_what_is_due(database: Database) -> None:
    """A page of what is due holds only what really is: rewards that were used up long ago do not fill it."""
    workspace = ben_buys(LAST_TEN)
    for name in ("ada", "ben"):
        held = good(reserve(Wanted(person(workspace, name), "EUR", 1000, "c1"), asked=asked(workspace)))
        good(capture(held.id, asked=asked(workspace)))
    tell(workspace, friend_buys("cid", 3, ("o2", 5_000, "EUR")))
    assert tick(workspace, 100, batch=1).steps == 2
    assert sorted(states(workspace)) == ["expired", "expired", "redeemed", "redeemed"]
    assert_books_balance(workspace)


def test_o11_a_hold_ends_at_its_moment_and_not_a_microsecond_before(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    due = the_reward(workspace, "ada").hold_until
    assert run_clock(workspace, now=due - 1).steps == 0
    assert run_clock(workspace, now=due).steps == 2
    assert_books_balance(workspace)


def test_o11_a_clock_that_runs_backwards_undoes_and_repeats_nothing(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    due = the_reward(workspace, "ada").hold_until
    assert run_clock(workspace, now=due).steps == 2
    for now in (due - 300_000_000, due - 40 * 86_400_000_000, due + 300_000_000):
        assert run_clock(workspace, now=now).steps == 0
    assert {str(r.state) for r in rewards(workspace)} == {"issued"}
    assert_books_balance(workspace)
