"""Faults that whoever proves the books, or rehearses them, must notice: in the rules, in what a rehearsal does again, in a replay."""

from collections.abc import Callable
from typing import Any

import pytest

from passaparola.actions.ledger.replayers import REPLAYERS
from passaparola.actions.rehearsal.acts import DONE_AGAIN
from passaparola.actions.rehearsal.history import Fact, Told
from passaparola.actions.rehearsal.rehearse import Rehearsal
from passaparola.domain.rewards import change, limits
from passaparola.domain.rewards.change import Reward
from tests.planted import Mutant, put

Plant = Callable[[pytest.MonkeyPatch], None]


def _deaf_to_refunds(self: Rehearsal, told: Told, honest: Any = Rehearsal.tell) -> str:
    refund = isinstance(told, Fact) and told.event.type == "refund"
    return "" if refund else str(honest(self, told))


def _half_back(reward: Reward, amount: int, honest: Any = change._take_back) -> Any:
    return honest(reward, (amount + 1) // 2)


def _not_again(table: dict[str, Any], verb: str) -> Plant:
    return lambda patch: patch.setitem(table, verb, lambda *_: True)


BOOKS_MUTANTS = (
    Mutant("a rehearsal hears of no refund", lambda patch: patch.setattr(Rehearsal, "tell", _deaf_to_refunds)),
    Mutant("a rehearsal ends no hold by the clock", _not_again(DONE_AGAIN, "clock.run")),
    Mutant("a rehearsal joins nobody", _not_again(DONE_AGAIN, "person.merge")),
    Mutant("a replay of the log suspends nobody", _not_again(REPLAYERS, "advocate.suspend")),
    Mutant("a replay of the log takes nothing back by hand", _not_again(REPLAYERS, "reward.cancel")),
    Mutant("caps are forgotten", put(limits.within_caps, lambda target, *_: limits.Fit(target, None, {}))),
    Mutant("the budget is forgotten", put(limits.budget_room, lambda *_: 10**15)),
    Mutant("half of a claw-back is booked", put(change._take_back, _half_back)),
)
