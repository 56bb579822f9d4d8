"""Where a friend and their orders stand in an advocate's count: settled by order of arrival, once, and kept.

In words, with worked tables: docs/rules/rewards.md, "Tiers".
"""

from collections.abc import Iterable, Mapping

from passaparola.domain.decision import ReferralFacts, World
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program, RewardRule, Structure, TierBy
from passaparola.domain.referrals.standing import Standing
from passaparola.domain.rewards.draw import word_for
from passaparola.domain.rewards.limits import CounterMove, count_key
from passaparola.domain.rewards.tallies import earlier_measure, pace_key, tally_key, topped_up, value_measure
from passaparola.domain.rewards.target import Occasion
from passaparola.domain.rewards.worth import Position

_NOBODY = Standing()


class Ranking:
    """One friend's standing before and after this decision, and the counters that it moves."""

    def __init__(
        self,
        facts: ReferralFacts,
        program: Program,
        world: World,
        *,
        counted: str | None,
        advocate: str | None,
        occasions: list[Occasion],
    ):
        self.facts, self.program, self.world = facts, program, world
        self.counted, self.advocate, self.occasions = counted, advocate, occasions
        self.before = facts.state.standing or _NOBODY
        self.tiers = [r for r in program.rules if r.structure is Structure.TIER]
        self._owned = {m: w for m, w in self._rooted(self.before.tallies).items() if m[1] == advocate}
        self._asked: set[str] = set()  # counters that were read for something that stays
        self.numbers = self._numbers()
        self.others = self._others()
        self.after = Standing(self.numbers, self.others, self._tallies(), self._counted_at(), self._tickets())

    # -- where things stand -------------------------------------------------------------------------------------------------

    def position(self, index: int, occasion: Occasion) -> Position:
        """What a rule may go by for one occasion."""
        if not (self.tiers or self.program.draws or self.program.asks_number):
            return Position(occasion.nth or index + 1)
        reached = {r.id: self._reached(r, index) for r in self.tiers if r.by is TierBy.VALUE}
        word = self.word(occasion)
        return Position(occasion.nth or index + 1, self._number(), reached, self.after.tickets.get(word, ""), word)

    def word(self, occasion: Occasion) -> str:
        """What is drawn for."""
        return word_for(occasion.key, self.facts.id, self.before.tickets)

    def _number(self) -> int | None:
        """The friend's number in the count of the advocate whom they are bound to."""
        if self.advocate is None:
            return None
        own = [n for advocate, n in self.numbers.items() if self._root(advocate) == self.advocate]
        return min(own, default=None)

    def _root(self, person: str) -> str:
        return self.world.roots.get(person, person)

    def _rooted(self, tallies: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for (measure, advocate), weight in tallies.items():
            key = (measure, self._root(advocate))
            found[key] = found.get(key, 0) + weight
        return found

    def _numbers(self) -> dict[str, int]:
        numbers = self.before.numbers
        asked = self.program.asks_number or any(r.by is TierBy.COUNT for r in self.tiers)
        if self.counted is None or not asked:
            return numbers
        if any(self._root(advocate) == self.counted for advocate in numbers):
            return numbers
        before = self.facts.state.counted_for
        again = before is not None and self._root(before) == self.counted
        seen = self.world.counters.get(count_key(self.program.key, self.counted), 0)
        if again:  # who is counted now moves the counter, and is noticed by that
            self._asked.add(count_key(self.program.key, self.counted))
        return {**numbers, self.counted: seen + (0 if again else 1)}

    def _others(self) -> dict[str, tuple[str, int]]:
        """What others had brought when each occasion was first counted for the advocate."""
        units = {r.unit for r in self.tiers if r.by is TierBy.VALUE}
        if self.counted is None or not units:
            return self.before.others
        found = dict(self.before.others)
        for occasion in self.occasions:
            order = occasion.order
            if order is None or order.unit not in units or occasion.refunded >= order.amount:
                continue
            known = found.get(occasion.key)
            if known is None or self._root(known[0]) != self.counted:
                measure = value_measure(order.unit)
                key = tally_key(self.program.key, self.counted, measure)
                self._asked.add(key)
                own = self._owned.get((measure, self.counted), 0)
                found[occasion.key] = (self.counted, self.world.counters.get(key, 0) - own)
        return found

    def _reached(self, rule: RewardRule, index: int) -> int | None:
        """What others had brought then, and what this friend's orders up to this one come to, before any refund."""
        known = self.others.get(self.occasions[index].key)
        if known is None or self._root(known[0]) != self.advocate:
            return None
        own = (o.order.amount for o in self.occasions[: index + 1] if o.order is not None and o.order.unit == rule.unit)
        return known[1] + sum(own)

    # -- what this adds to counters -----------------------------------------------------------------------------------------

    def _tallies(self) -> dict[tuple[str, str], int]:
        if self.counted is None:
            return {}
        found: dict[tuple[str, str], int] = {}
        for unit in sorted({r.unit for r in self.tiers if r.by is TierBy.VALUE and r.unit is not None}):
            found[(value_measure(unit), self.counted)] = sum(self._net(o, unit) for o in self.occasions)
        for rule in self.tiers:
            for tier, _ in topped_up(rule):
                found[(earlier_measure(rule, tier), self.counted)] = self._before(rule, tier.at)
        return {key: weight for key, weight in found.items() if weight}

    def _before(self, rule: RewardRule, at: int) -> int:
        """What of this friend came before a threshold: the friend themselves, or what they paid below it."""
        if rule.by is TierBy.COUNT:
            number = self._number()
            return 1 if number is not None and number < at else 0
        below = (
            o for n, o in enumerate(self.occasions) if (reached := self._reached(rule, n)) is not None and reached < at
        )
        return sum(self._net(o, rule.unit or "") for o in below)

    def _net(self, occasion: Occasion, unit: str) -> int:
        order = occasion.order
        return order.amount - occasion.refunded if order is not None and order.unit == unit else 0

    def _counted_at(self) -> Instant | None:
        if self.counted is None or Structure.FREQUENCY not in self.program.structures:
            return None
        return min(o.at for o in self.occasions if o.order is None or o.refunded < o.order.amount)

    def _tickets(self) -> dict[str, str]:
        """In whose name each occasion draws: the friend's, as it was the first time."""
        if not self.program.draws:
            return self.before.tickets
        mine = {self.word(occasion): self.facts.friend for occasion in self.occasions}
        return {**mine, **self.before.tickets}

    def moves(self) -> Iterable[CounterMove]:
        """Each counter that this friend adds to, by the difference; exact, so that two writers notice one another."""
        program, counters = self.program.key, self.world.counters
        before, after = self._rooted(self.before.tallies), self.after.tallies
        deltas = {
            tally_key(program, a, m): after.get((m, a), 0) - before.get((m, a), 0) for m, a in {**before, **after}
        }
        deltas.update(dict.fromkeys(self._asked - deltas.keys(), 0))
        for advocate in self.paced():
            deltas[pace_key(program, advocate)] = 1
        for key in sorted(deltas):
            if deltas[key] or key in self._asked:
                yield CounterMove(key, deltas[key], None, exact=True, seen=counters.get(key, 0))

    def paced(self) -> set[str]:
        """The advocates for whom the time changes at which this friend was counted."""
        before = self.facts.state.counted_for
        then = (self._root(before), self.before.counted_at) if before and self.before.counted_at is not None else None
        now = (self.counted, self.after.counted_at) if self.counted and self.after.counted_at is not None else None
        return set() if then == now else {advocate for advocate, _ in filter(None, (then, now))}
