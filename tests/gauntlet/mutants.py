"""Faults in the rules that the model must notice."""

from dataclasses import replace
from typing import Any

from passaparola.domain import instant, money
from passaparola.domain.referrals import state
from passaparola.domain.rewards import change, credit, limits
from passaparola.store.read import gather
from tests.planted import Mutant, put


def _floor(minor: int, numerator: int, denominator: int) -> int:
    return minor * numerator // denominator


def _half_back(reward: Any, amount: int, honest: Any = change._take_back) -> Any:
    return honest(reward, (amount + 1) // 2)


def _unbooked(reward: Any, honest: Any = change.expire) -> Any:
    return replace(honest(reward), transfers=())


def _spent_twice(reward: Any, now: int, honest: Any = credit.usable) -> int:
    return int(honest(replace(reward, reserved=0), now))


def _by_arrival(self: state.FriendState) -> list[Any]:
    return [order for order in self.orders.values() if order.amount > 0]


MODEL_MUTANTS = (
    Mutant("shares are rounded down", put(money.proportion, _floor)),
    Mutant("the budget is forgotten", put(limits.budget_room, lambda *_: 10**15)),
    Mutant("caps are forgotten", put(limits.within_caps, lambda target, *_: limits.Fit(target, None, {}))),
    Mutant("half of a claw-back is booked", put(change._take_back, _half_back)),
    Mutant("a hold ends as it begins", put(instant.end_of_day, lambda at, *_: at)),
    Mutant("a visit is stronger than a code", put(state.RANK, {"code": 1, "named": 1, "visit": 0, "email": 2})),
    Mutant(
        "the first order is the first to arrive", lambda p: p.setattr(state.FriendState, "paid_orders", _by_arrival)
    ),
    Mutant("reserved credit may be spent again", put(credit.usable, _spent_twice)),
    Mutant("an order told twice counts twice", lambda p: p.setattr(gather, "events_by_order", lambda *_: [])),
    Mutant("what expires is not booked", put(change.expire, _unbooked)),
)
