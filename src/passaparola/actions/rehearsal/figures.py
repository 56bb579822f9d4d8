"""The figures of a rehearsal: some kept while it runs, the others summed from the facts at its end."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from passaparola.actions.effects import Cause
from passaparola.actions.events.due import NEVER, due_key
from passaparola.actions.events.overlay import MERGED, Case
from passaparola.actions.rehearsal.far_due import FarDue
from passaparola.actions.rehearsal.memory import Memory
from passaparola.domain.decision import Decision
from passaparola.domain.instant import DAY, Instant, moment
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.store.shelf import NEAR, PLAIN, Shelf, ShelfFile

WORTH_NOTHING = frozenset({RewardState.DENIED, RewardState.CANCELLED, RewardState.REVERSED, RewardState.FAILED})
NOT_GIVEN = WORTH_NOTHING - {RewardState.REVERSED} | {RewardState.PENDING, RewardState.APPROVED, RewardState.ISSUING}
OUT_OF_BUDGET = frozenset({Reason.BUDGET_EXHAUSTED})
WAITS_FOR_SOMEBODY = frozenset({Reason.ADVOCATE_UNCONFIRMED, Reason.REWARDS_PAUSED})


@dataclass(slots=True)
class Sums:
    """What a program did with a history. Whole minor units by currency or unit; rewards by (side, kind, unit, state): count and value."""

    referrals: Counter[str] = field(default_factory=Counter)
    rewards: dict[tuple[str, str, str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    refusals: Counter[str] = field(default_factory=Counter)
    revenue: Counter[str] = field(default_factory=Counter)
    cost: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (month, kind, unit)
    waiting: Counter[str] = field(default_factory=Counter)  # value that may still be given
    advocates: int = 0  # with at least one converted friend


class Figures:
    """Looks at every decision and every change of a reward of one program."""

    def __init__(self, file: ShelfFile, memory: Memory, program: str, near: int = NEAR):
        self.memory, self.program = memory, program
        self.due = FarDue(file, near)
        self.last: Shelf = Shelf(
            file, "last", near=near, form=PLAIN
        )  # referral → (refusals, revenue) of its last decision
        self.people: Shelf = Shelf(
            file, "totals", make=dict, near=near
        )  # person → net value by unit, converted friends
        self.waiting: Shelf = Shelf(file, "waits", near=near)  # rewards that wait for somebody
        self.queued: Shelf = Shelf(file, "queued", near=near)  # rewards that wait for room
        self.queues: Counter[str] = Counter()  # how many, by the limit
        self.queue_moves = 0  # how often one of them changed
        self.now: Instant = 0
        self.decisions = 0
        self.acting = False  # an act is being done, so what is booked is not put among what falls due by `Work`
        self.budget_end: Instant | None = None
        self.cost: Counter[tuple[str, str, str]] = Counter()
        self.listening: Callable[[Case, Decision, Cause, Instant], None] | None = None

    def trim(self) -> None:
        """Keep the memory small."""
        for shelf in (self.last, self.people, self.waiting, self.queued):
            shelf.trim()

    # -- while it runs ------------------------------------------------------------------------------------------------------

    def decided(self, case: Case, decision: Decision, cause: Cause, now: Instant) -> None:
        """One decision, as it is about to be booked."""
        if self.listening is not None:
            self.listening(case, decision, cause, now)
        mine = case.program == self.program
        self.decisions += mine
        reasons = {reason for _, _, reason in decision.refusals}
        if mine and self.budget_end is None and (_waits_for_budget(decision) or not OUT_OF_BUDGET.isdisjoint(reasons)):
            self.budget_end = now
        if decision.refused is not None and decision.status == "refused":
            reasons.add(decision.refused)
        revenue: dict[str, int] = {}
        for occasion in decision.occasions:
            if occasion.order is not None:
                revenue[occasion.order.unit] = revenue.get(occasion.order.unit, 0) + occasion.order.amount
        if reasons or revenue:
            self.last[case.id] = (tuple(str(reason) for reason in reasons), tuple(revenue.items()))
        elif case.id in self.last:
            del self.last[case.id]

    def watch(self, before: Reward | None, after: Reward) -> None:
        """One reward before and after a change."""
        if after.state == RewardState.PENDING and after.reason in WAITS_FOR_SOMEBODY:
            self.waiting[after.id] = after
        elif before is not None and before.reason in WAITS_FOR_SOMEBODY and after.id in self.waiting:
            del self.waiting[after.id]
        self._queue(before.queued_on if before is not None else None, after)
        if self.acting and due_key(after)[0] < NEVER:
            self.due.put(after)
        if after.program != self.program:
            return
        more = given(after) - (given(before) if before is not None else 0)
        if more:
            fresh = after.issued_at is not None and (before is None or before.issued_at != after.issued_at)
            at = after.issued_at if fresh and after.issued_at is not None else self.now
            self.cost[(month(at), str(after.kind), after.unit)] += more

    def _queue(self, limit: str | None, after: Reward) -> None:
        """Know what waits for room, and under which limit."""
        self.queue_moves += limit is not None or after.queued_on is not None
        if after.queued_on is not None:
            self.queued[after.id] = after
            self.queues[after.queued_on] += 1
        elif limit is not None:
            del self.queued[after.id]
        if limit is not None:
            self.queues[limit] -= 1

    # -- at the end ---------------------------------------------------------------------------------------------------------

    def sums(self) -> Sums:
        """All figures, read from what is known at the end. Fills `people` with what each person has."""
        found = Sums(cost=self.cost)
        for case in self.memory.cases.values():
            if case.program == self.program:
                self._referral(case, found)
                for reward in case.rewards.values():
                    self._reward(reward, found)
        for milestones in self.memory.milestones.values():
            for reward in milestones.values():
                if reward.program == self.program:
                    self._reward(reward, found)
        found.advocates = sum(1 for _, has in self.people.items() if has.get(CONVERTED))
        return found

    def _referral(self, case: Case, found: Sums) -> None:
        found.referrals[case.status] += 1
        if case.status == MERGED:
            return
        reasons, revenue = self.last.get(case.id, ((), ()))
        self.last.trim()
        for reason in reasons:
            found.refusals[reason] += 1
        for unit, minor in revenue:
            found.revenue[unit] += minor
        if case.status == "converted" and case.state.concluded is not None:
            self._add(case.state.concluded.advocate, CONVERTED, 1)

    def _reward(self, reward: Reward, found: Sums) -> None:
        value = 0 if reward.state in WORTH_NOTHING else reward.amount - reward.reversed
        sums = found.rewards[(str(reward.side), str(reward.kind), reward.unit, str(reward.state))]
        sums[0] += 1
        sums[1] += value
        if reward.state == RewardState.PENDING:
            found.waiting[reward.unit] += value
        if value:
            self._add(reward.beneficiary, reward.unit, value)

    def _add(self, person: str, what: str, more: int) -> None:
        root = self.memory.root(person)
        has = self.people[root]
        has[what] = has.get(what, 0) + more
        self.people.trim()


CONVERTED = "#"


def _waits_for_budget(decision: Decision) -> bool:
    return any((change.after.queued_on or "").startswith("budget:") for change in decision.changes)


def given(reward: Reward) -> int:
    """What was given for good: issued, and not taken back."""
    return 0 if reward.state in NOT_GIVEN else reward.amount - reward.reversed


def month(at: Instant) -> str:
    """The month of a moment in UTC, such as `2026-05`."""
    return _month_of_day(at // DAY)


@lru_cache(maxsize=4096)
def _month_of_day(day: int) -> str:
    return moment(day * DAY).strftime("%Y-%m")
