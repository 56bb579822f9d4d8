"""The facts of a whole history: an overlay that knows everything that was told so far, and keeps what is old in a temporary file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, cast

import orjson

from passaparola.actions.events.overlay import MERGED, Case, Overlay
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.decision import World
from passaparola.domain.precedence import Claims
from passaparola.domain.programs.compiled import COUNTING
from passaparola.domain.referrals.kept import dump_state, load_state
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.domain.rewards.kinds import BALANCES
from passaparola.store.read.gather import StoredEvent, WorkspaceRow
from passaparola.store.shelf import NEAR, PLAIN, TEXT, Form, Shelf, ShelfFile, recorded

Watch = Callable[[Reward | None, Reward], None]


_contents = attrgetter(*(field.name for field in fields(Reward)))


def _written(case: Case) -> bytes:
    """A referral as the file keeps it: its state as in a database, and its rewards."""
    rewards = [_contents(reward) for reward in case.rewards.values()]
    return orjson.dumps(
        (
            case.id,
            case.program,
            case.friend,
            dump_state(case.state),
            case.revision,
            case.status,
            rewards,
            case.has_rewards,
        )
    )


def _read(text: bytes) -> Case:
    key, program, friend, state, revision, status, told, has_rewards = orjson.loads(text)
    rewards = [Reward(*values) for values in told]
    found = {reward.key: reward for reward in rewards}
    return Case(key, program, friend, load_state(state), revision, status, found, has_rewards)


REFERRALS = Form(_written, _read)
STORED = recorded(StoredEvent)


class Everybody:
    """Our own ids of persons, all of which are known."""

    def __contains__(self, person: object) -> bool:
        return True


class Memory(Overlay):
    """Nothing has to be loaded: what an event needs is what was told before it.

    `watching` sees each reward before and after a change. Between two events `trim` may move to the file what was not used lately.
    """

    __slots__ = (
        "_of",
        "_purses",
        "by_place",
        "checkouts",
        "handed",
        "ids",
        "shelves",
        "touched",
        "vouchers",
        "watching",
        "wished",
    )

    def __init__(
        self, file: ShelfFile, workspace: WorkspaceRow, programs: dict[str, ProgramVersions], near: int = NEAR
    ) -> None:
        super().__init__(workspace, programs)
        self.shelves: list[Shelf] = []
        self.watching: Watch | None = None
        self._of: Case | None = None

        def shelf(name: str, make: Callable[[], Any] | None = None, form: Form | None = None) -> Any:
            self.shelves.append(Shelf(file, name, make=make, near=near, form=form))
            return self.shelves[-1]

        self.events, self.purchases = shelf("events", form=STORED), shelf("purchases", form=STORED)
        self.people = shelf("people", form=TEXT)
        self.refunds, self.visits, self.waiting = shelf("refunds", list), shelf("visits", list), shelf("waiting", list)
        self.history, self.advocates, self.referrers = (
            shelf("history", list),
            shelf("advocates", form=TEXT),
            shelf("referrers", form=TEXT),
        )
        self.counters, self.milestones, self.paces = shelf("counters"), shelf("milestones", dict), shelf("paces", dict)
        self.links_by_id, self.cases, self.ids = (
            shelf("links"),
            shelf("cases", form=REFERRALS),
            shelf("ids", form=PLAIN),
        )
        self.choices, self.wished = shelf("choices"), shelf("wished")  # when each choice was made
        self.handed = shelf("handed", list)  # reward → the amounts that were handed over and have not come back
        self.checkouts, self.vouchers = shelf("checkouts", list), shelf("vouchers")  # by order; by reward
        self.touched = shelf("touched")  # the rewards that ever lay in a checkout, by id
        self._purses: Shelf | None = None
        self.by_id = cast("dict[str, Case]", _ById(self))
        self.known_people = cast("set[str]", Everybody())

    def trim(self) -> None:
        """Move to the file what was not used lately, where there is much of it."""
        for shelf in self.shelves:
            shelf.trim()

    # -- referrals ----------------------------------------------------------------------------------------------------------

    def keep(self, case: Case) -> None:
        """A merged referral lies under its own id, any other under its friend."""
        place = (case.program, case.id if case.status == MERGED else self.root(case.friend))
        self.cases[place] = case
        self.ids[case.id] = place

    def alias(self, alias: str, root: str) -> None:
        """What lay under the alias lies under who stands for both, where nothing else does."""
        super().alias(alias, root)
        if before := self.history.pop(alias, None):
            self.history[root].extend(before)
        for program in self.programs:
            case = self.cases.get((program, alias))
            if case is not None and (program, root) not in self.cases:
                del self.cases[(program, alias)]
                self.cases[(program, root)], self.ids[case.id] = case, (program, root)

    def cases_of(self, program: str, person: str) -> list[Case]:
        found = (self.cases.get((program, member)) for member in self.group(person))
        return list({case.id: case for case in found if case is not None}.values())

    # -- rewards ------------------------------------------------------------------------------------------------------------

    def put_reward(self, reward: Reward) -> None:
        before: Reward | None = None
        if reward.referral is None:
            found = self.milestones[(reward.program, reward.rule, reward.beneficiary)]
            before, found[reward.occasion] = found.get(reward.occasion), reward
        else:
            case = self.holder(reward.referral)
            if case is not None:
                before, case.rewards[reward.key] = case.rewards.get(reward.key), reward
                case.has_rewards = True
        if self.watching is not None:
            self.watching(before, reward)
        if self._purses is not None:
            self._pocket(reward)

    def spendable(self, people: Iterable[str], unit: str, kind: str) -> list[Reward]:
        """What these people may spend of one kind in one unit. From the first time that somebody asks it is kept by person."""
        if self._purses is None:
            self._purses = Shelf(self.shelves[0].file, "purses", make=dict, near=self.shelves[0].most)
            self.shelves.append(self._purses)
            for reward in self.rewards():
                self._pocket(reward)
                self._purses.trim()
        found = (reward for person in people for reward in (self._purses.get(person) or {}).values())
        return [self.reward_now(reward) for reward in found if (reward.unit, reward.kind) == (unit, kind)]

    def _pocket(self, reward: Reward) -> None:
        if self._purses is None or reward.kind not in BALANCES:
            return
        if reward.state == RewardState.ISSUED and reward.available > 0:
            self._purses[reward.beneficiary][reward.id] = reward
        elif (purse := self._purses.get(reward.beneficiary)) is not None:
            purse.pop(reward.id, None)

    def rewards(self) -> Iterator[Reward]:
        """Every reward, as it is now."""
        for case in self.cases.values():
            yield from case.rewards.values()
        for found in self.milestones.values():
            yield from found.values()

    # -- what a decision sees -----------------------------------------------------------------------------------------------

    def world(self, case: Case, rivals: Claims | None = None) -> World:
        self._of = case
        return super().world(case, rivals)

    def world_of(self, program: str, person: str) -> World:
        self._of = None
        return super().world_of(program, person)

    def milestones_of(self, program: str, rule: str, advocate: str) -> list[Reward]:
        members = self.group(advocate)
        found = (self.milestones.get((program, rule, member)) for member in members)
        return [reward for mine in found if mine for reward in mine.values()]

    def _milestones(self, program: str) -> Any:
        return _Milestones(self, program, self._of)


class _ById(Mapping[str, Case]):
    """Referrals by their ids; each lies in one place only."""

    def __init__(self, memory: Memory):
        self.memory = memory

    def get(self, key: str, default: Any = None) -> Any:
        place = self.memory.ids.get(key)
        return default if place is None else self.memory.cases.get(place, default)

    def __getitem__(self, key: str) -> Case:
        return self.memory.cases[self.memory.ids[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.memory.ids)

    def __len__(self) -> int:
        return len(self.memory.ids)

    def values(self) -> Any:
        return self.memory.cases.values()


class _Milestones(Mapping[tuple[str, str], list[Reward]]):
    """The rewards of milestones by (rule, advocate); whole only for the advocates that the referral at hand names."""

    def __init__(self, memory: Memory, program: str, case: Case | None):
        self.memory, self.program, self.case = memory, program, case

    def get(self, key: tuple[str, str], default: Any = None) -> Any:
        return self.memory.milestones_of(self.program, *key) or default

    def __getitem__(self, key: tuple[str, str]) -> list[Reward]:
        return self.memory.milestones_of(self.program, *key)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(sorted(self._keys()))

    def __len__(self) -> int:
        return len(self._keys())

    def _keys(self) -> set[tuple[str, str]]:
        versions = self.memory.programs[self.program].versions
        rules = {rule.id for version in versions for rule in version.rules if rule.structure in COUNTING}
        return {(rule, person) for rule in rules for person in self._people() if self.get((rule, person))}

    def _people(self) -> Iterable[str]:
        if self.case is None:
            return ()
        state, root = self.case.state, self.memory.root
        named = [touch.advocate for touch in state.all_touches()]
        return {root(person) for person in (*named, state.counted_for) if person}
