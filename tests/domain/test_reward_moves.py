"""Every step of every small reward, one after another until nothing new is found: each is a move of the table, and each move occurs."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from passaparola.domain.lifecycle import REWARD
from passaparola.domain.programs.compiled import Fulfil, RewardKind, RewardRule, Side, Structure
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards import credit, payables, vouchers
from passaparola.domain.rewards.change import (
    Reward,
    RewardChange,
    RewardState,
    end_pending,
    expire,
    free,
    grant,
    leave_queue,
    queue_elsewhere,
    release_hold,
    reopen,
    retarget,
    take_back_all,
    undo_issue,
    vouch,
)
from passaparola.domain.rewards.target import Target

NOW, MOST = 100, 3
RULE = RewardRule("r", Side.ADVOCATE, Structure.FLAT, RewardKind.STORE_CREDIT, "EUR", 1)
VOUCHER = vouchers.Voucher("v", "w", "C", None, None, None, None, "open", None, None, None, None, None, None, 1)
NEVER = {("expired", "issued", "redeemed")}  # allowed, though the clock lets nothing expire of which nothing is left


def targets(kind: RewardKind) -> Iterator[Target]:
    rule = replace(RULE, kind=kind)
    for amount in range(1, MOST + 1):
        for back in range(amount + 1):
            plain = Target(rule, "ada", "o", amount, back, "EUR", None, {}, False)
            yield plain
            yield replace(plain, hold_until=NOW + 1)
            yield replace(plain, late=True)
            yield replace(plain, late=True, unconfirmed=True)
            yield replace(plain, queued_on="cap")
            yield replace(plain, rule=replace(rule, fulfil=Fulfil.APPROVAL))


def decided(reward: Reward) -> Iterator[RewardChange | None]:
    """What events, staff and time do, whatever is given."""
    for wanted in targets(RewardKind(reward.kind)):
        yield retarget(reward, wanted.amount, wanted.reversed, now=NOW, reason=Reason.ORDER_REFUNDED, target=wanted)
        if reward.reason == Reason.UNCONFIRMED and not wanted.late and wanted.net == reward.net:
            yield vouch(reward, wanted, now=NOW)
    if reward.state == RewardState.PENDING:
        yield release_hold(reward, now=NOW, expires_at=None)
        yield end_pending(reward, RewardState.DENIED, Reason.DENIED)
        yield end_pending(reward, RewardState.CANCELLED, Reason.CANCELLED)
        for asks in (None, Reason.NEEDS_APPROVAL):
            yield free(reward, waits=None, now=NOW + 1, expires_at=None, asks=asks)
            if reward.queued_on is not None:
                yield leave_queue(reward, waits=None, now=NOW, expires_at=None, asks=asks)
                yield queue_elsewhere(reward, "budget")
    untouched = not (reward.redeemed or reward.reserved or reward.expired)
    if reward.state == RewardState.ISSUED and untouched:
        yield take_back_all(reward, Reason.CANCELLED)
        yield undo_issue(reward)
    if reward.state in (RewardState.DENIED, RewardState.CANCELLED) and reward.by_person:
        yield reopen(reward)
    if reward.available > 0:
        yield expire(reward)


def of_credit(reward: Reward) -> Iterator[RewardChange]:
    for amount in range(1, MOST + 1):
        if amount <= credit.usable(reward, NOW):
            yield credit.set_aside(reward, amount)
        if amount <= reward.reserved:
            yield credit.spend(reward, amount)
            yield credit.let_go(reward, amount)
        if amount <= reward.redeemed:
            yield credit.bring_back(reward, amount)


def of_vouchers(reward: Reward) -> Iterator[RewardChange]:
    used, open_ = reward.redeemed > 0, reward.state == RewardState.ISSUED
    if open_ and not used and vouchers.worth(reward) > 0:
        if not reward.reserved:
            yield credit.set_aside(reward, vouchers.worth(reward))
        for off in range(1, vouchers.worth(reward) + 1):
            yield vouchers.redeem(VOUCHER, reward, off)
    if reward.reserved:
        yield credit.let_go(reward, reward.reserved)
    if used:
        yield vouchers.give_back(reward)


def of_payables(reward: Reward) -> Iterator[RewardChange]:
    if payables.refused_handover(reward, missing=(), told=None) is None:
        yield payables.hand_over(reward)
    for amount in range(1, reward.redeemed + 1):
        yield payables.take_back(reward, amount)


USES = {
    RewardKind.STORE_CREDIT: of_credit,
    RewardKind.VOUCHER: of_vouchers,
    RewardKind.CASH: of_payables,
}


@cache
def walk(kind: RewardKind) -> set[tuple[str, str | None, str]]:
    """The moves that are made when every step is taken from every state that a step leads to."""
    moves: set[tuple[str, str | None, str]] = set()
    seen: set[Reward] = set()
    waiting = [grant(t, program="p", version=1, now=NOW, referral="r") for t in targets(kind) if t.net > 0]
    while waiting:
        change = waiting.pop()
        before = change.before.state if change.before else None
        REWARD.require(change.step, before, change.after.state)
        moves.add((change.step, before and str(before), str(change.after.state)))
        after = change.after
        assert min(after.reversed, after.reserved, after.redeemed, after.expired, after.available) >= 0, change
        if after not in seen:
            seen.add(after)
            waiting += [c for c in (*decided(after), *USES[kind](after)) if c is not None]
    return moves


def test_the_steps_of_rewards_are_the_moves_of_the_table_and_no_others() -> None:
    made = set().union(*(walk(kind) for kind in USES))
    assert made == {(m.act, m.before, m.after) for m in REWARD.moves} - NEVER


@pytest.mark.parametrize("kind", USES)
def test_what_was_used_in_part_comes_back_though_the_rest_expired(kind: RewardKind) -> None:
    assert ("returned", "expired", "issued") in walk(kind)
