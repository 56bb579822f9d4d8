"""Faults that we plant ourselves: a test that does not notice them proves nothing."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from passaparola.domain import instant, money
from passaparola.domain.referrals import state
from passaparola.domain.rewards import change, credit, limits
from passaparola.store.read import gather


@dataclass(frozen=True)
class Mutant:
    """A sentence that says what is wrong with the product while it is planted, and how."""

    says: str
    plant: Callable[[pytest.MonkeyPatch], None]

    def __str__(self) -> str:
        return self.says.replace(" ", "-")


def in_doses(mutants: Sequence[Mutant], *, small: int) -> list[Any]:
    """As parameters of a test: the first few with every run, the others in the large dose only."""
    marks = [() if n < small else (pytest.mark.gauntlet,) for n in range(len(mutants))]
    return [pytest.param(m, id=str(m), marks=mark) for m, mark in zip(mutants, marks, strict=True)]


def first_line(problem: BaseException) -> str:
    """What gave the mutant away."""
    lines = [line for line in str(problem).splitlines() if line.strip()]
    return f"{type(problem).__name__}: {lines[0][:160] if lines else ''}"


def _put(honest: Any, faulty: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Put the faulty function in the place of the honest one, in every module that has imported it."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        places = [
            (module, name)
            for module in list(sys.modules.values())
            if getattr(module, "__name__", "").startswith("passaparola.")
            for name, value in list(vars(module).items())
            if value is honest
        ]
        assert places
        for module, name in places:
            patch.setattr(module, name, faulty)

    return plant


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
    Mutant("shares are rounded down", _put(money.proportion, _floor)),
    Mutant("the budget is forgotten", _put(limits.budget_room, lambda *_: 10**15)),
    Mutant("caps are forgotten", _put(limits.within_caps, lambda target, *_: limits.Fit(target, None, {}))),
    Mutant("half of a claw-back is booked", _put(change._take_back, _half_back)),
    Mutant("a hold ends as it begins", _put(instant.end_of_day, lambda at, *_: at)),
    Mutant("a visit is stronger than a code", _put(state.RANK, {"code": 1, "named": 1, "visit": 0, "email": 2})),
    Mutant(
        "the first order is the first to arrive", lambda p: p.setattr(state.FriendState, "paid_orders", _by_arrival)
    ),
    Mutant("reserved credit may be spent again", _put(credit.usable, _spent_twice)),
    Mutant("an order told twice counts twice", lambda p: p.setattr(gather, "events_by_order", lambda *_: [])),
    Mutant("what expires is not booked", _put(change.expire, _unbooked)),
)
