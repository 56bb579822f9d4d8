"""What rules would give more, and whether the budgets have room for it."""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.programs.compiled import Budget, OnExhausted, Program
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.limits import budget_name, budget_room, queue_key
from passaparola.domain.rewards.target import Target
from passaparola.domain.values import replace, value


@value(frozen=True, slots=True)
class Wanted:
    """What one rule would give more, and its line in the explanation."""

    target: Target
    existing: Reward | None
    line: dict[str, Any]

    @property
    def more(self) -> int:
        """What it asks of caps and budgets."""
        if self.target.queued_on is not None or (self.existing is not None and self.existing.queued_on is not None):
            return 0
        return self.gained

    @property
    def gained(self) -> int:
        """What there is more of it, also while it waits for room: that much is taken from a stock."""
        return self.target.net - (self.existing.net if self.existing else 0)


def within_budgets(wanted: list[Wanted], program: Program, used: Mapping[str, int]) -> list[Wanted] | None:
    """What one occasion asks, as it is given: all, all of it queued, or None where a budget has no room. The lines say what was seen."""
    for budget in program.budgets:
        of_unit = [one for one in wanted if one.target.unit == budget.unit]
        asked = sum(one.more for one in of_unit)
        if not asked:
            continue
        room = budget_room(program, budget, of_unit[0].target.at, used)
        name = _queue(budget, program)
        if asked <= room and not (name and used.get(queue_key(name), 0)):
            continue
        for one in wanted:
            one.line["saw"] = {**one.line["saw"], "budget": budget.total, "budget_left": room, "asked": asked}
        if not name or any((one.existing is not None and one.existing.net) or one.target.late for one in wanted):
            return None
        wanted = [one if one.target.queued_on else _queued(one, name) for one in wanted]
    return wanted


def _queue(budget: Budget, program: Program) -> str:
    return budget_name(program, budget) if budget.on_exhausted is OnExhausted.QUEUE else ""


def _queued(wanted: Wanted, limit: str) -> Wanted:
    return replace(wanted, target=replace(wanted.target, queued_on=limit))
