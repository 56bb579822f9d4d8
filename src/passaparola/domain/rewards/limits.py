"""Caps and budgets: first come, first served, by order of arrival, and never above by one minor unit.

The live version's limits count. A cap bounds one person; a budget the whole program: all rewards of an occasion
fit it, or none is given.
"""

from collections.abc import Iterable, Iterator, Mapping

from passaparola.domain.programs.compiled import CapMetric, LimitPolicy, Program
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.target import Target
from passaparola.domain.values import replace, value


@value(frozen=True, slots=True)
class CounterMove:
    """One net change of a stored counter. With `exact` the write fails unless the counter still has the value `seen`."""

    key: str
    delta: int
    ceiling: int | None = None
    exact: bool = False
    seen: int = 0


def cap_key(program: str, side: str, person: str, measure: str) -> str:
    """The counter of one person's cap: `measure` is the unit, or `#` for a number of rewards."""
    return f"cap:{program}:{side}:{person}:{measure}"


def budget_key(program: str, unit: str) -> str:
    """The counter of a program's budget in its unit."""
    return f"budget:{program}:{unit}"


def count_key(program: str, advocate: str) -> str:
    """The counter of the friends that an advocate's milestones count."""
    return f"count:{program}:{advocate}"


def limit_keys(program: Program, advocates: Iterable[str], friends: Iterable[str]) -> Iterator[str]:
    """The counters that a decision about these people under this program may look at."""
    if program.budget is not None:
        yield budget_key(program.key, program.budget.unit)
    for cap in program.caps:
        for person in advocates if cap.side == "advocate" else friends:
            yield cap_key(program.key, cap.side, person, cap.unit or "#")


def moves_for(program: Program, side: str, person: str, unit: str, delta: int, count: int) -> list[CounterMove]:
    """What a change of `delta` minor units and `count` rewards does to the counters of one person and of the budget."""
    moves = []
    for cap in program.caps:
        if cap.side != side:
            continue
        if cap.metric == CapMetric.COUNT and count:
            moves.append(CounterMove(cap_key(program.key, side, person, "#"), count, cap.maximum))
        elif cap.metric == CapMetric.VALUE and cap.unit == unit and delta:
            moves.append(CounterMove(cap_key(program.key, side, person, unit), delta, cap.maximum))
    if program.budget and program.budget.unit == unit and delta:
        moves.append(CounterMove(budget_key(program.key, unit), delta, program.budget.total))
    return moves


def within_caps(
    target: Target, existing: Reward | None, program: Program, counters: Mapping[str, int]
) -> tuple[Target | None, Reason | None, dict[str, int]]:
    """The target that fits the person's caps (clipped, or None), the reason when it was reduced, and the values seen."""
    had = existing.net if existing else 0
    more = target.amount - target.reversed - had
    saw: dict[str, int] = {}
    allowed = more
    reason: Reason | None = None
    for cap in program.caps:
        if cap.side != target.rule.side or (cap.metric == CapMetric.VALUE and cap.unit != target.unit):
            continue
        measure = "#" if cap.metric == CapMetric.COUNT else target.unit
        used = counters.get(cap_key(program.key, target.rule.side, target.beneficiary, measure), 0)
        room = cap.maximum - used
        saw[f"cap_{cap.metric}"], saw[f"used_{cap.metric}"] = cap.maximum, used
        if cap.metric == CapMetric.COUNT:
            if had == 0 and room < 1:
                allowed, reason = 0, Reason.CAP_REACHED
        elif allowed > room:
            clip = cap.policy == LimitPolicy.CLIP and room > 0 and target.rule.voucher is None
            allowed, reason = (room, Reason.CAP_CLIPPED) if clip else (0, Reason.CAP_REACHED)
    if reason is None:
        return target, None, saw
    if allowed <= 0:
        return None, reason, saw
    return replace(target, amount=had + allowed, reversed=0), reason, saw


def no_room(
    program: Program, side: str, person: str, unit: str, amount: int, counters: Mapping[str, int]
) -> Reason | None:
    """Why a reward of `amount` cannot count again: what a cap or the budget has left is less. None when it can."""
    for move in moves_for(program, side, person, unit, amount, 1):
        if move.ceiling is not None and counters.get(move.key, 0) + move.delta > move.ceiling:
            budget = move.key == budget_key(program.key, unit)
            return Reason.BUDGET_EXHAUSTED if budget else Reason.CAP_REACHED
    return None


def budget_room(program: Program, counters: Mapping[str, int]) -> int | None:
    """Minor units left in the budget, or None without one."""
    if program.budget is None:
        return None
    return program.budget.total - counters.get(budget_key(program.key, program.budget.unit), 0)
