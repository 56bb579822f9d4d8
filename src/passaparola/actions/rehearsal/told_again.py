"""The story of one event of a rehearsal, in the shape in which the live ones are read."""

from typing import Any

import orjson

from passaparola.actions.effects import Cause
from passaparola.actions.events.overlay import Case
from passaparola.actions.rehearsal.history import Fact, Told
from passaparola.actions.rehearsal.rehearse import Rehearsal
from passaparola.domain.decision import Decision
from passaparola.domain.instant import Instant
from passaparola.domain.rewards.change import Reward
from passaparola.store.ids import new_id
from passaparola.store.read.explanations import DecisionRow, Explained, FactRow, RewardRow
from passaparola.store.write.plan import INSERTS

_STEP = {name: n for n, name in enumerate(INSERTS["rewardtransition"])}
_STEPS = {
    "step": "step", "from": "from_state", "to": "to_state", "amount": "amount", "reason": "reason", "actor": "actor", "note": "note",
    "at": "at",
}  # fmt: skip


class Story:
    """Listens to a rehearsal for one event, by its own id or the order's number, and for the steps of every reward."""

    def __init__(self, rehearsal: Rehearsal, name: str):
        self.rehearsal, self.name = rehearsal, name
        self.facts: list[FactRow] = []
        self.decisions: list[tuple[Decision, Cause, Case, Instant]] = []
        self.pending: list[tuple[Decision, Cause, Case, Instant]] = []
        rehearsal.plan.steps = rehearsal.new_shelf("steps", list)
        rehearsal.figures.listening = self._decided

    def _decided(self, case: Case, decision: Decision, cause: Cause, now: Instant) -> None:
        self.pending.append((decision, cause, case, now))

    def look(self, told: Told) -> None:
        """Keep what was decided with the fact that was told last, if it is the one asked for."""
        pending, self.pending = self.pending, []
        if not isinstance(told, Fact) or self.name not in (told.event.id, told.event.order):
            return
        stored = self.rehearsal.memory.events.get((told.event.source, told.event.id))
        if stored is None or any(fact.id == stored.id for fact in self.facts):  # told again: nothing was decided
            return
        self.facts.append(
            FactRow(
                stored.id, stored.external_id, stored.source, str(stored.type), stored.at, stored.order_key, stored.amount, stored.unit,
                stored.outcome, stored.person,
            )
        )  # fmt: skip
        self.decisions += [found for found in pending if found[1].event == stored.id]

    def explained(self) -> Explained:
        """The events, decisions and rewards as they are read from a database. Empty when nothing went by that name."""
        found = Explained(self.name, self.facts)
        memory = self.rehearsal.memory
        for decision, cause, case, now in self.decisions:
            text = orjson.loads(orjson.dumps(decision.explanation))
            row = DecisionRow(new_id(), cause.key, cause.event, case.id, case.friend, now, decision.status, text)
            found.decisions.append(row)
        cases = {case.id: case for _, _, case, _ in self.decisions}
        latest = [memory.by_id.get(key) or case for key, case in cases.items()]
        rewards = [reward for case in latest for reward in case.rewards.values()]
        found.rewards = [self._reward(reward) for reward in sorted(rewards, key=lambda r: r.id)]
        found.people = {person: self._label(person) for person in _people(found)}
        return found

    def _reward(self, reward: Reward) -> RewardRow:
        steps = self.rehearsal.plan.steps.get(reward.id, ())
        rows = [{name: step[_STEP[column]] for name, column in _STEPS.items()} for step in steps]
        return RewardRow(
            reward.id, reward.referral, str(reward.side), reward.beneficiary, str(reward.kind), reward.unit, reward.amount, reward.reversed,
            str(reward.state), rows,
        )  # fmt: skip

    def _label(self, person: str) -> str:
        known = self.rehearsal.names.get(person)
        return known[1] if known else f"per_{person}"


def _people(found: Explained) -> set[str]:
    people: set[Any] = {f.person for f in found.facts} | {d.friend for d in found.decisions}
    people |= {reward.person for reward in found.rewards}
    for decision in found.decisions:
        people |= {c["advocate"] for c in decision.explanation["contenders"]}
        people |= {e["person"] for e in decision.explanation["effects"]}
        people |= {(decision.explanation["bound"] or {}).get("advocate")}
    return {person for person in people if person}
