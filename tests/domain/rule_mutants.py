"""Faults in the rules that the properties over the whole vocabulary must notice, by the property that must."""

from collections.abc import Callable
from dataclasses import replace as changed
from itertools import count
from typing import Any

import pytest

from passaparola.domain import decide
from passaparola.domain.reasons import OPERATOR_WORDS, Reason
from passaparola.domain.referrals.state import FriendState, Order, Reached
from passaparola.domain.rewards import change, draw, limits, stock, target, topups
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.difference import Difference
from tests.planted import Mutant, put

Patch = pytest.MonkeyPatch


def _half_back(reward: Reward, amount: int, honest: Any = change._take_back) -> Any:
    return honest(reward, (amount + 1) // 2)


def _only_more(*given: Any, honest: Any = limits.moves_of) -> Any:
    return [move for move in honest(*given) if move.delta > 0]


def _unsaid(self: Difference, line: dict[str, Any], reason: Reason, occasion: str) -> None:
    line["result"] = line["reason"] = str(reason)


def _without_the_first(*given: Any, honest: Any = decide._explain) -> dict[str, Any]:
    said: dict[str, Any] = honest(*given)
    return {**said, "contenders": said["contenders"][1:]}


def _in_another_unit(*given: Any, honest: Any = change._issue) -> Any:
    return changed(honest(*given), unit="XXX")


def _until_a_boost(*given: Any, honest: Any = target.apply_rule, **named: Any) -> Any:
    if given[0].boosts:
        raise KeyError("boosts")
    return honest(*given, **named)


def _always_drawn_anew(given: Any, text: str, honest: Any = draw.drawn, numbers: Any = count()) -> Any:  # noqa: B008  one for all
    return honest(given, f"{text}{next(numbers)}")


def _seen_by_the_next(self: Difference, found: Any, honest: Any = Difference.book) -> None:
    honest(self, found)
    for move in self.moves:
        self.world.counters[move.key] = self.world.counters.get(move.key, 0) + 1  # type: ignore[index]


def _only_climbs(difference: Difference, advocate: str, by: Any, honest: Any = topups.top_up) -> None:
    if by is not None:
        honest(difference, advocate, by)


def _ordered_last(self: FriendState, order: Order) -> None:
    self.orders[order.id] = order


def _told_last(self: FriendState, reached: Reached) -> None:
    self.stages[reached.key] = reached


def _signed_up_last(self: FriendState, at: int, event: str) -> None:
    self.vouched, self.signup = True, (at, event)


def _counted_twice(self: FriendState, order: str, refund: str, amount: int | None, unit: str | None) -> None:
    told = self.refunds.setdefault(order, {})
    told[f"{refund}-{len(told)}"] = (amount, unit)


def _of(owner: Any, name: str, faulty: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(owner, name, faulty)


NOT_RIGHT = (
    Mutant("half of a claw-back is booked", put(change._take_back, _half_back)),
    Mutant("caps are forgotten", put(limits.within_caps, lambda target, *_: limits.Fit(target, None, {}))),
    Mutant("a refusal is not said", _of(Difference, "_refuse", _unsaid)),
    Mutant("the budget is forgotten", put(limits.budget_room, lambda *_: 10**15)),
    Mutant("the stock is forgotten", put(stock.stock_moves, lambda *_: ())),
    Mutant("what is taken back frees no room", put(limits.moves_of, _only_more)),
    Mutant("what waits in a queue counts", _of(Reward, "counts", property(lambda reward: reward.net))),
    Mutant("a queue is left whatever is full", put(limits.first_full, lambda *_: None)),
    Mutant("a contender is not said", put(decide._explain, _without_the_first)),
    Mutant("a reward is booked in another unit", put(change._issue, _in_another_unit)),
    Mutant("a reason has no words", lambda patch: patch.delitem(OPERATOR_WORDS, Reason.CONDITION_NOT_MET)),
    Mutant("a boost makes it fall over", put(target.apply_rule, _until_a_boost)),
)
NOT_REFUNDED = (
    Mutant("a refund takes nothing back", _of(FriendState, "refunded", lambda *_: 0)),
    Mutant("a milestone is never given up", _of(Difference, "_give_up", lambda *_: None)),
)
NOT_CLIMBED_DOWN = (Mutant("a higher tier is never given up", put(topups.top_up, _only_climbs)),)
NOT_THE_SAME = (
    Mutant("a prize is drawn by chance", put(draw.drawn, _always_drawn_anew)),
    Mutant("a decision changes what it was told", _of(Difference, "book", _seen_by_the_next)),
)
NOT_IN_ANY_ORDER = (
    Mutant("of a sign-up the last that is told stands", _of(FriendState, "sign_up", _signed_up_last)),
    Mutant("of an order the last that is told stands", _of(FriendState, "order", _ordered_last)),
    Mutant("of a stage the last that is told stands", _of(FriendState, "reach", _told_last)),
    Mutant("a refund told twice counts twice", _of(FriendState, "refund", _counted_twice)),
)
