"""What Olga does to rewards: approve, deny, cancel, undo."""

from functools import partial

import pytest

from passaparola.actions.acting import NotFound, Performed
from passaparola.actions.credit.end import capture
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.rewards.operate import approve, cancel, deny, undo
from passaparola.store.models import Act, RewardTransition, Voucher
from tests.databases import Database
from tests.histories import friend_buys, refund, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import HOLD_TEN, asked, ben_buys, good, person, refusal, rewards, the_reward, voucher_program

PENDING_BUDGET = HOLD_TEN + "budget: {total: 20.00}\n"
PENDING_CAP = HOLD_TEN + "caps:\n  - {per: advocate, metric: value, max: 10.00, policy: stop}\n"


def state(workspace: str, name: str = "ada") -> str:
    return str(the_reward(workspace, name).state)


def spend(workspace: str, name: str, minor: int, at: float = 3) -> None:
    wanted = Wanted(person(workspace, name), "EUR", minor, "spent")
    held = good(reserve(wanted, asked=asked(workspace, at)))
    good(capture(held.id, asked=asked(workspace, at)))


def test_a_reward_on_hold_is_issued_by_approval(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    waiting = the_reward(workspace, "ada")
    assert (waiting.state, waiting.reason) == ("pending", "hold")
    issued = good(approve(waiting.id.hex, asked=asked(workspace), note="known to us"))
    assert (issued.state, issued.amount) == ("issued", 1000)
    assert state(workspace) == "issued"
    last = RewardTransition.objects.filter(reward=waiting).order_by("at", "id").last()
    assert last is not None
    assert (last.step, last.actor, last.note) == ("issued", "olga", "known to us")
    assert_books_balance(workspace)


def test_what_is_denied_or_cancelled_is_not_given(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    good(deny(the_reward(workspace, "ada").id.hex, asked=asked(workspace)))
    good(cancel(the_reward(workspace, "ben").id.hex, asked=asked(workspace)))
    assert (state(workspace, "ada"), state(workspace, "ben")) == ("denied", "cancelled")
    assert_books_balance(workspace)


def test_an_issued_reward_can_be_cancelled_until_something_of_it_is_used(database: Database) -> None:
    workspace = ben_buys()
    good(cancel(the_reward(workspace, "ada").id.hex, asked=asked(workspace)))
    assert state(workspace, "ada") == "cancelled"
    spend(workspace, "ben", 1)
    assert refusal(cancel(the_reward(workspace, "ben").id.hex, asked=asked(workspace, 4))) == "illegal_transition"
    assert state(workspace, "ben") == "issued"
    assert_books_balance(workspace)


def test_each_step_can_be_undone(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    reward = the_reward(workspace, "ada").id.hex
    for step, ended in ((approve, "issued"), (deny, "denied"), (cancel, "cancelled"), (approve, "issued")):
        assert good(step(reward, asked=asked(workspace))).state == ended
        assert good(undo(reward, asked=asked(workspace))).state == "pending"
        assert_books_balance(workspace)
    good(approve(reward, asked=asked(workspace)))
    good(cancel(reward, asked=asked(workspace)))
    assert good(undo(reward, asked=asked(workspace))).state == "pending"
    assert_books_balance(workspace)


def test_what_nobody_did_cannot_be_undone(database: Database) -> None:
    workspace = ben_buys()
    assert refusal(undo(the_reward(workspace, "ada").id.hex, asked=asked(workspace))) == "illegal_transition"
    held = ben_buys(HOLD_TEN)
    assert refusal(undo(the_reward(workspace, "ben").id.hex, asked=asked(held))) == "illegal_transition"


def test_an_approval_cannot_be_undone_once_something_is_used(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    reward = the_reward(workspace, "ada").id.hex
    good(approve(reward, asked=asked(workspace)))
    spend(workspace, "ada", 400)
    assert refusal(undo(reward, asked=asked(workspace, 4))) == "illegal_transition"
    assert_books_balance(workspace)


@pytest.mark.parametrize(("document", "reason"), [(PENDING_BUDGET, "budget_exhausted"), (PENDING_CAP, "cap_reached")])
def test_a_denial_cannot_be_undone_when_its_room_was_given_away(database: Database, document: str, reason: str) -> None:
    workspace = ben_buys(document)
    first = the_reward(workspace, "ada").id.hex
    good(deny(first, asked=asked(workspace)))
    assert good(undo(first, asked=asked(workspace))).state == "pending"  # the room is still there
    good(deny(first, asked=asked(workspace)))
    if document == PENDING_BUDGET:
        good(deny(the_reward(workspace, "ben").id.hex, asked=asked(workspace)))
    tell(workspace, friend_buys("cid", 3, ("o2", 5_000, "EUR")))
    assert [r.state for r in rewards(workspace, "ada")] == ["denied", "pending"]
    assert refusal(undo(first, asked=asked(workspace, 5))) == reason
    assert_books_balance(workspace)


def test_an_undone_denial_follows_the_refunds_that_came_meanwhile(database: Database) -> None:
    half = HOLD_TEN.replace("amount: 10.00", "percent: 10")
    workspace = ben_buys(half)
    reward = the_reward(workspace, "ada").id.hex
    good(deny(reward, asked=asked(workspace)))
    tell(workspace, [refund("o1", 3, 2_500)])
    reopened = good(undo(reward, asked=asked(workspace, 4)))
    assert (reopened.state, reopened.amount - reopened.reversed) == ("pending", 750)
    good(deny(reward, asked=asked(workspace, 5)))
    tell(workspace, [refund("o1", 6)])
    assert refusal(undo(reward, asked=asked(workspace, 7))) == "no_longer_due"
    assert_books_balance(workspace)


def test_an_approved_voucher_has_its_code_and_keeps_it(database: Database) -> None:
    workspace = ben_buys(voucher_program("amount: 10.00, hold_days: 14"))
    reward = the_reward(workspace, "ben").id.hex
    assert Voucher.objects.count() == 0
    good(approve(reward, asked=asked(workspace)))
    code = Voucher.objects.get().code
    good(undo(reward, asked=asked(workspace)))
    good(approve(reward, asked=asked(workspace)))
    assert Voucher.objects.get().code == code
    assert_books_balance(workspace)


def test_a_reward_that_does_not_exist_is_not_found(database: Database) -> None:
    workspace = ben_buys()
    with pytest.raises(NotFound):
        approve("0" * 32, asked=asked(workspace))


def test_a_refused_attempt_is_written_down_with_its_reason(database: Database) -> None:
    workspace = ben_buys()
    reward = the_reward(workspace, "ada").id.hex
    assert refusal(approve(reward, asked=asked(workspace), note="again")) == "illegal_transition"
    act = Act.objects.get(verb="reward.approve")
    assert (act.subject, act.actor) == (reward, "olga")
    assert act.input == '{"note":"again","refused":"illegal_transition"}'
    assert_books_balance(workspace)


def test_a06_of_two_operators_one_wins_and_both_are_on_record(database: Database) -> None:
    workspace = ben_buys(HOLD_TEN)
    for number in range(5):
        tell(workspace, friend_buys(f"friend{number}", 1, (f"order{number}", 5_000, "EUR")))
        reward = the_reward(workspace, f"friend{number}").id.hex
        answers = at_once(
            partial(approve, reward, asked=asked(workspace, actor="olga")),
            partial(deny, reward, asked=asked(workspace, actor="olaf")),
        )
        performed = [a for a in answers if isinstance(a, Performed)]
        assert len(performed) == 2, answers
        (loser,) = (p for p in performed if p.refusal)
        assert refusal(loser) == "illegal_transition"
        assert state(workspace, f"friend{number}") in ("issued", "denied")
        assert Act.objects.filter(subject=reward).count() == 2
    assert_books_balance(workspace)
