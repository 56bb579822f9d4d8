"""Where what persons did in a history is done again: the facts, and a desk to do it at."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from passaparola.actions.acting import Desk
from passaparola.actions.advocates.standing import SUSPENDED
from passaparola.actions.effects import Cause, moves_of
from passaparola.actions.events.overlay import Case
from passaparola.actions.events.work import Work
from passaparola.actions.rehearsal.figures import Figures
from passaparola.actions.rehearsal.history import Deed
from passaparola.actions.rehearsal.memory import Memory
from passaparola.actions.rehearsal.tally import Tally
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.change import Reward, RewardChange
from passaparola.store.read.ledger_log import RewardName

ORDER = "order:"
_ANEW = re.compile(r":v\d+:\w+$")  # behind the order where the promise became another one


class Stage:
    """Where acts are done again. `trial`: the program tried, which stands in the place of the one with its id throughout (`fixed`)."""

    def __init__(self, memory: Memory, plan: Tally, work: Work, figures: Figures, trial: str, fixed: bool):
        self.memory, self.plan, self.work, self.figures = memory, plan, work, figures
        self.trial, self.fixed = trial, fixed
        self.everything: tuple[str, ...] = tuple(memory.programs)  # programs that are there at any time of the history
        self.keys: Mapping[str, str] = {v.live.slug: key for key, v in memory.programs.items()}
        self.standing_in: ProgramVersions | None = None  # the trial program, until its time comes
        self.as_live = False  # the trial program promises what is live at present
        self.approved: set[str] = set()
        self.merged: dict[tuple[str, str], str] = {}  # (program, friend) → the referral that was merged into another
        self.ends: list[
            tuple[Instant, str, str, str]
        ] = []  # what lies in checkouts: until when, our id, what, and whose
        self.not_spent: Counter[str] = Counter()  # what was used then and is not there here, by unit

    def desk(self, deed: Deed) -> "StageDesk":
        return StageDesk(self, deed)

    def reward(self, deed: Deed) -> Reward | None:
        """The reward that an act names, as it is here; None when there is none."""
        return self.reward_named(deed.rewards.get(deed.act.subject))

    def reward_named(self, name: RewardName | None) -> Reward | None:
        """The reward of this natural key, as it is here; None when there is none."""
        program = self.keys.get(name.program) if name else None
        if name is None or program is None:
            return None
        if name.friend is None:
            milestone = self.memory.milestones.get((program, name.rule, name.beneficiary)) or {}
            if name.occasion in milestone:
                return milestone[name.occasion]
        return self._of_referral(program, name)

    def _of_referral(self, program: str, name: RewardName) -> Reward | None:
        if name.friend is None:
            cases = self._of_buyer(program, name.occasion)
            occasion: str | None = name.occasion
        else:
            case = self.memory.cases.get((program, self.memory.root(name.friend)))
            cases = [case] if case is not None else []
            referral = self.merged.get((program, name.friend)) or (case.id if case is not None else None)
            occasion = None if referral is None else f"{referral}{name.occasion}"
        for case in cases:
            for reward in case.rewards.values():
                if (reward.rule, reward.side, reward.beneficiary, reward.occasion) == (
                    name.rule, name.side, name.beneficiary, occasion,
                ):  # fmt: skip
                    return reward
        return None

    def _of_buyer(self, program: str, occasion: str) -> list[Case]:
        """The referrals in which a reward for this occasion may lie: an order's is its buyer's."""
        order = occasion.removeprefix(ORDER)
        bought = self.memory.purchases.get(order) or self.memory.purchases.get(_ANEW.sub("", order))
        if not occasion.startswith(ORDER) or bought is None:
            return [case for case in self.memory.cases.values() if case.program == program]
        buyer = bought.person or ""
        merged = self.memory.by_id.get(self.merged.get((program, buyer), ""))
        found = (self.memory.cases.get((program, self.memory.root(buyer))), merged)
        return [case for case in found if case is not None]

    def stand_in(self, at: Instant) -> None:
        """Let the trial program decide from now on, if its time has come just now."""
        if self.standing_in is not None:
            program = replace(self.standing_in.live, effective_from=at)
            self.put_program(self.trial, ProgramVersions((program,), program))
            self.standing_in = None

    def put_program(self, key: str, versions: ProgramVersions) -> None:
        """Let a program decide from now on, in this form."""
        before = self.memory.programs.get(key)
        self.memory.programs = dict(sorted({**self.memory.programs, key: versions}.items()))
        if before is not None and _limits(before.live) != _limits(versions.live):
            self._count_again(key)

    def _count_again(self, key: str) -> None:
        """Counters of new limits are made from the rewards."""
        counters = self.memory.counters
        for name in [
            n
            for n in counters
            if n.removeprefix("queue:").startswith((f"cap:{key}:", f"budget:{key}:", f"stock:{key}:"))
        ]:
            del counters[name]
        for reward in [r for r in self.memory.rewards() if r.program == key]:
            for move in moves_of(RewardChange(None, reward, (), ""), self.memory):
                counters[move.key] = counters.get(move.key, 0) + move.delta


def _limits(program: Program) -> tuple[object, ...]:
    """All that is counted against a bound."""
    return program.caps, program.budgets, program.stocks


class StageDesk(Desk):
    """A desk whose facts are in memory."""

    def __init__(self, stage: Stage, deed: Deed):
        memory = stage.memory
        nowhere = cast("Any", None)  # whoever asks the database here is not ready to be rehearsed
        super().__init__(nowhere, memory.workspace, memory.programs, stage.plan, deed.act.at, deed.act.actor)
        self.stage = stage
        self.only: str | None = None  # of this program alone something leaves a queue

    def people(self) -> Memory:
        return self.stage.memory

    def gather(self, overlay: Any, **_: Any) -> None:
        """Everything is there."""

    def parties(self, overlay: Any, people: Any, times: Any) -> None:
        """Everything is there."""

    def group(self, person: str) -> list[str]:
        return self.stage.memory.group(person)

    def rewards(self, keys: Iterable[str]) -> list[Reward]:
        """Of what lay in a checkout; no other reward is asked for by its id here."""
        memory = self.stage.memory
        return [memory.reward_now(memory.touched[key]) for key in keys]

    def counters(self, keys: Any) -> dict[str, int]:
        return {key: self.stage.memory.counters.get(key, 0) for key in keys}

    def facts_of(self, people: Any) -> dict[str, Any]:  # noqa: ARG002
        """Nothing: what is said of people is in no history, and no decision made again reads it."""
        return {}

    def counters_of_cap(self, program: str, per: str, who: str) -> list[str]:
        heads = (f"cap:{program}:{per}:{who}:", f"queue:cap:{program}:{per}:{who}:")
        return [key for key in self.stage.memory.counters if key.startswith(heads)]

    def converted(self, program: str, since: Instant, until: Instant) -> Iterator[tuple[str, FriendState]]:  # noqa: ARG002
        """All who earn: each occasion has its time, and is looked at."""
        for case in self.stage.memory.cases.values():
            if case.program == program and case.status == "converted":
                yield case.id, case.state

    def suspended(self, program: str) -> set[str]:
        return {
            person
            for (key, person), status in self.stage.memory.advocates.items()
            if (key, status) == (program, SUSPENDED)
        }

    def full_limits(self) -> list[str]:
        full = (name for name, waiting in self.stage.figures.queues.items() if waiting)
        return sorted(name for name in full if self.only in (None, name.split(":")[1]))

    def queued(self, limit: str, most: int) -> list[Reward]:
        figures, memory = self.stage.figures, self.stage.memory
        found = (memory.reward_now(reward) for reward in figures.queued.values() if reward.queued_on == limit)
        return sorted((reward for reward in found if reward.queued_on == limit), key=lambda reward: reward.id)[:most]

    def approved(self, reward: str) -> bool:
        return reward in self.stage.approved


Again = Callable[[Stage, Deed], bool]  # False: here it came to nothing


def cause_of(deed: Deed) -> Cause:
    """What an act done again causes refers to the act."""
    return Cause(f"act:{deed.act.id}", deed.act.actor, None, str(deed.act.input.get("note", "")))
