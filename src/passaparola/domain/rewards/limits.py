"""Caps and budgets: first come, first served, by order of arrival, and never above by one minor unit.

The live version's limits count. A cap bounds one person, one referral or the whole program; a budget the whole program: all rewards of an
occasion fit it, or none is given. A limit with a period counts what was earned in that period of the program's calendar; what is taken
back frees room in the period in which it was counted. In words: docs/rules/limits.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Budget, Cap, CapMetric, CapPer, LimitPolicy, OnExhausted, Program
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, RewardChange
from passaparola.domain.rewards.periods import period_of
from passaparola.domain.rewards.target import Target
from passaparola.domain.values import replace, value

OF_PEOPLE = frozenset({CapPer.ADVOCATE, CapPer.FRIEND})


class Used(Mapping[str, int]):
    """Caps, budgets and counts as this decision has moved them so far."""

    def __init__(self, stored: Mapping[str, int], moved: Mapping[str, int]):
        self.stored, self.moved = stored, moved

    def __getitem__(self, key: str) -> int:
        return self.stored.get(key, 0) + self.moved.get(key, 0)

    def __iter__(self) -> Iterator[str]:
        return iter({**self.stored, **self.moved})

    def __len__(self) -> int:
        return len({**self.stored, **self.moved})


@value(frozen=True, slots=True)
class CounterMove:
    """One net change of a stored counter. With `exact` the write fails unless the counter still has the value `seen`."""

    key: str
    delta: int
    ceiling: int | None = None
    exact: bool = False
    seen: int = 0


@value(frozen=True, slots=True)
class Stake:
    """What a reward is to a limit: whose it is, of which referral, in which unit, and by which time it counts."""

    side: str
    person: str
    referral: str | None
    unit: str
    at: Instant


@value(frozen=True, slots=True)
class Fit:
    """What may be given of a target: all, a part (`reason` says why), nothing, or all later (`queued_on`: the limit that it waits for)."""

    target: Target | None
    reason: Reason | None
    saw: dict[str, Any]
    queued_on: str | None = None


def cap_key(program: str, per: str, who: str, measure: str, period: str = "") -> str:
    """The counter of a cap: of one person's, one referral's or (`who` is the program) the program's. `measure` is the unit, or `#` for a
    number of rewards."""
    return f"cap:{program}:{per}:{who}:{measure}:{period}" if period else f"cap:{program}:{per}:{who}:{measure}"


def budget_key(program: str, unit: str, period: str = "") -> str:
    """The counter of a program's budget in its unit."""
    return f"budget:{program}:{unit}:{period}" if period else f"budget:{program}:{unit}"


def count_key(program: str, advocate: str) -> str:
    """The counter of the friends that an advocate's milestones count."""
    return f"count:{program}:{advocate}"


def queue_key(limit: str) -> str:
    """The counter of the rewards that wait for room under a limit, which is named by its counter without the period."""
    return f"queue:{limit}"


def measure_of(cap: Cap) -> str:
    """What the cap's counter counts: minor units of a currency, a quantity of a unit, or (`#`) rewards."""
    return "#" if cap.metric == CapMetric.COUNT else cap.unit or ""


def cap_name(program: Program, cap: Cap, who: str) -> str:
    """The cap's name for one `who`: its counter without the period, and with the kind of period where it has one."""
    name = cap_key(program.key, cap.per, who, measure_of(cap))
    return f"{name}:{cap.period}" if cap.period else name


def budget_name(program: Program, budget: Budget) -> str:
    """The budget's name: its counter without the period, and with the kind of period where it has one."""
    name = budget_key(program.key, budget.unit)
    return f"{name}:{budget.period}" if budget.period else name


def limit_keys(
    program: Program,
    advocates: Iterable[str],
    friends: Iterable[str],
    referrals: Iterable[str] = (),
    times: Iterable[Instant] = (),
) -> Iterator[str]:
    """The counters that a decision about these people and referrals under this program may look at, for what happens at these times."""
    moments = list(times) if program.has_periods else []
    for budget in program.budgets:
        for period in _periods(budget, moments, program):
            yield budget_key(program.key, budget.unit, period)
        if budget.on_exhausted == OnExhausted.QUEUE:
            yield queue_key(budget_name(program, budget))
    who = {
        CapPer.ADVOCATE: advocates,
        CapPer.FRIEND: friends,
        CapPer.PROGRAM: (program.key,),
        CapPer.REFERRAL: referrals,
    }
    for cap in program.caps:
        periods = _periods(cap, moments, program)
        for one in who[cap.per]:
            for period in periods:
                yield cap_key(program.key, cap.per, one, measure_of(cap), period)
            if cap.policy == LimitPolicy.QUEUE:
                yield queue_key(cap_name(program, cap, one))


def _periods(limit: Cap | Budget, moments: Iterable[Instant], program: Program) -> set[str]:
    return {period_of(at, limit.period, program.timezone) for at in moments} if limit.period else {""}


def who_of(cap: Cap, stake: Stake, program: Program) -> str | None:
    """Whose counter of a cap a reward moves. None: the cap does not count it."""
    if cap.metric != CapMetric.COUNT and cap.unit != stake.unit:
        return None
    if cap.per in OF_PEOPLE:
        return stake.person if cap.per == stake.side else None
    return program.key if cap.per == CapPer.PROGRAM else stake.referral


def moves_for(program: Program, stake: Stake, delta: int, count: int) -> list[CounterMove]:
    """What a change of `delta` minor units and `count` rewards does to the counters of limits."""
    moves = []
    for cap in program.caps:
        change = count if cap.metric == CapMetric.COUNT else delta
        who = who_of(cap, stake, program) if change else None
        if who is not None:
            period = period_of(stake.at, cap.period, program.timezone)
            key = cap_key(program.key, cap.per, who, measure_of(cap), period)
            moves.append(CounterMove(key, change, cap.maximum))
    for budget in program.budgets if delta else ():
        if budget.unit == stake.unit:
            period = period_of(stake.at, budget.period, program.timezone)
            moves.append(CounterMove(budget_key(program.key, budget.unit, period), delta, budget.total))
    return moves


def stake_of(reward: Reward, person: str) -> Stake:
    """A reward's stake; `person` is who stands for its beneficiary."""
    return Stake(reward.side, person, reward.referral, reward.unit, reward.earned_at)


def moves_of(program: Program, change: RewardChange, person: str) -> list[CounterMove]:
    """What a change of a reward does to the counters of limits and of their queues."""
    before, after = change.before, change.after
    was = before.counts if before is not None else 0
    if before is None or before.earned_at == after.earned_at or not was:
        moves = moves_for(program, stake_of(after, person), after.counts - was, (after.counts > 0) - (was > 0))
    else:
        moves = moves_for(program, stake_of(before, person), -was, -1)
        moves += moves_for(program, stake_of(after, person), after.counts, int(after.counts > 0))
    waited = before.queued_on if before is not None else None
    if waited != after.queued_on:
        moves += [
            CounterMove(queue_key(of_person(name, person)), n)
            for name, n in ((waited, -1), (after.queued_on, 1))
            if name
        ]
    return moves


def of_person(name: str, person: str) -> str:
    """A limit's name as it is now: of a merged person's cap that of whoever stands for them."""
    parts = name.split(":")
    first = 1 if parts[0] == "queue" else 0
    if parts[first] == "cap" and parts[first + 2] in OF_PEOPLE:
        parts[first + 3] = person
    return ":".join(parts)


def within_caps(
    target: Target, existing: Reward | None, program: Program, counters: Mapping[str, int], referral: str | None = None
) -> Fit:
    """What of the target fits the caps: clipped, refused or queued by the caps' policies; of several the strictest counts.

    Only a whole new reward can be queued: one that grows is given what fits now, or nothing more.
    """
    had = existing.net if existing else 0
    more = target.amount - target.reversed - had
    stake = Stake(target.rule.side, target.beneficiary, referral, target.unit, target.at)
    saw: dict[str, Any] = {}
    allowed, reason, queued_on = more, None, None
    for cap in program.caps:
        who = who_of(cap, stake, program)
        if who is None:
            continue
        period = period_of(stake.at, cap.period, program.timezone)
        used = counters.get(cap_key(program.key, cap.per, who, measure_of(cap), period), 0)
        room = cap.maximum - used
        _see(cap, used, period, saw)
        whole = more if cap.policy == LimitPolicy.STOP else allowed
        asked = (1 if had == 0 else 0) if cap.metric == CapMetric.COUNT else whole
        name = cap_name(program, cap, who) if cap.policy == LimitPolicy.QUEUE else ""
        waits = bool(name) and had == 0 and not target.late
        if asked <= room and not (waits and counters.get(queue_key(name), 0)):
            continue
        if waits:
            queued_on = queued_on or name
            continue
        clips = cap.metric != CapMetric.COUNT and cap.policy == LimitPolicy.CLIP
        clip = clips and room > 0 and target.rule.voucher is None
        allowed, reason = (room, Reason.CAP_CLIPPED) if clip else (0, Reason.CAP_REACHED)
    if reason is not None and allowed <= 0:
        return Fit(None, reason, saw)
    fits = target if reason is None else replace(target, amount=had + allowed, reversed=0)
    if queued_on is not None:
        fits = replace(fits, queued_on=queued_on)
    return Fit(fits, reason, saw, queued_on)


def _see(cap: Cap, used: int, period: str, saw: dict[str, Any]) -> None:
    """The values that a cap saw. A plain one has a line of its own; of the others a list says which they are."""
    if cap.is_plain:
        saw[f"cap_{cap.metric}"], saw[f"used_{cap.metric}"] = cap.maximum, used
        return
    seen = {"per": str(cap.per), "metric": str(cap.metric), "max": cap.maximum, "used": used, "unit": cap.unit or ""}
    saw.setdefault("caps", []).append({**seen, "of_period": period} if period else seen)


def no_room(program: Program, stake: Stake, amount: int, counters: Mapping[str, int]) -> Reason | None:
    """Why a reward of `amount` cannot count: what a cap or a budget has left is less. None when it can."""
    for move in moves_for(program, stake, amount, 1):
        if move.ceiling is not None and counters.get(move.key, 0) + move.delta > move.ceiling:
            return Reason.BUDGET_EXHAUSTED if move.key.startswith("budget:") else Reason.CAP_REACHED
    return None


def limits_on(program: Program, stake: Stake) -> set[str]:
    """The names of all limits that count a reward with this stake."""
    caps = {cap_name(program, cap, who) for cap in program.caps if (who := who_of(cap, stake, program)) is not None}
    return caps | {budget_name(program, budget) for budget in program.budgets if budget.unit == stake.unit}


def counter_now(program: Program, name: str, at: Instant) -> tuple[str, int] | None:
    """The counter and the ceiling that a limit of this name has at a moment. None: there is no such limit any more."""
    who = name.split(":")[3] if name.startswith("cap:") else ""
    for cap in program.caps:
        if who and cap_name(program, cap, who) == name:
            period = period_of(at, cap.period, program.timezone)
            return cap_key(program.key, cap.per, who, measure_of(cap), period), cap.maximum
    for budget in program.budgets:
        if budget_name(program, budget) == name:
            return budget_key(program.key, budget.unit, period_of(at, budget.period, program.timezone)), budget.total
    return None


def first_full(program: Program, stake: Stake, amount: int, counters: Mapping[str, int]) -> str | None:
    """The name of the first limit that has no room for a reward of `amount`. None: there is room everywhere."""
    for cap in program.caps:
        who = who_of(cap, stake, program)
        if who is None:
            continue
        period = period_of(stake.at, cap.period, program.timezone)
        used = counters.get(cap_key(program.key, cap.per, who, measure_of(cap), period), 0)
        if used + (1 if cap.metric == CapMetric.COUNT else amount) > cap.maximum:
            return cap_name(program, cap, who)
    for budget in program.budgets:
        if budget.unit == stake.unit:
            period = period_of(stake.at, budget.period, program.timezone)
            if counters.get(budget_key(program.key, budget.unit, period), 0) + amount > budget.total:
                return budget_name(program, budget)
    return None


def budget_room(program: Program, budget: Budget, at: Instant, counters: Mapping[str, int]) -> int:
    """Minor units left in a budget, in the period of `at`."""
    period = period_of(at, budget.period, program.timezone)
    return budget.total - counters.get(budget_key(program.key, budget.unit, period), 0)
