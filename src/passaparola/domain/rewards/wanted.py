"""What rules would give more, and whether the budgets have room for it."""

from collections.abc import Iterator, Mapping
from typing import Any

from passaparola.domain.programs.compiled import Budget, OnExhausted, Program
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.limits import budget_name, budget_room, queue_key
from passaparola.domain.rewards.periods import period_of
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
        name = _queue(budget, program)
        waits = bool(name and used.get(queue_key(name), 0))
        found = next((f for f in _asked(wanted, budget, program, used) if waits or f[0] > f[1]), None)
        if found is None:
            continue
        asked, room = found
        for one in wanted:
            seen = {"budget": budget.total, "budget_left": room, "asked": asked, "budget_unit": budget.unit}
            one.line["saw"] = {**one.line["saw"], **seen}
        if not name or any((one.existing is not None and one.existing.net) or one.target.late for one in wanted):
            return None
        wanted = [one if one.target.queued_on else _queued(one, name) for one in wanted]
    return wanted


def _asked(
    wanted: list[Wanted], budget: Budget, program: Program, used: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """What is asked of a budget and the room there is, for each of its periods: what one occasion earned may lie in two."""
    periods: dict[str, list[Wanted]] = {}
    for one in wanted:
        if one.target.unit == budget.unit:
            periods.setdefault(period_of(one.target.at, budget.period, program.timezone), []).append(one)
    for together in periods.values():
        asked = sum(one.more for one in together)
        if asked:
            yield asked, budget_room(program, budget, together[0].target.at, used)


def _queue(budget: Budget, program: Program) -> str:
    return budget_name(program, budget) if budget.on_exhausted is OnExhausted.QUEUE else ""


def _queued(wanted: Wanted, limit: str) -> Wanted:
    return replace(wanted, target=replace(wanted.target, queued_on=limit))
