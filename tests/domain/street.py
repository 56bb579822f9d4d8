"""Several programs at once: a town for each, with the same people, who are told the same."""

from collections import defaultdict
from dataclasses import replace

from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.decision import Decision
from passaparola.domain.instant import Instant
from passaparola.domain.referrals.state import FriendState
from tests.domain.phrases import START, Story
from tests.domain.phrases import reasons as reasons_in
from tests.domain.town import Told, Town, versions


class Street:
    """Towns side by side, in the order of their files. An event is taken in by all before any of them decides."""

    def __init__(self, documents: list[str], now: Instant = START):
        self.towns = [Town(_own(versions(document), str(n)), now=now) for n, document in enumerate(documents)]
        for town in self.towns:
            town.neighbours = [other for other in self.towns if other is not town]

    @property
    def versions(self) -> ProgramVersions:
        return self.towns[0].versions

    @property
    def now(self) -> Instant:
        return self.towns[0].now

    @property
    def last(self) -> dict[str, Decision]:
        """The last decisions about everybody in every town."""
        return {f"{friend}:{n}": found for n, town in enumerate(self.towns) for friend, found in town.last.items()}

    @property
    def states(self) -> dict[str, FriendState]:
        return {friend: state for town in self.towns for friend, state in town.states.items()}

    def tell(self, told: Told, *, now: Instant | None = None) -> None:
        concerned = [(town, town.take_in(told, now=now)) for town in self.towns]
        for town, friends in concerned:
            for friend in friends:
                town.settle(friend)

    def use(self, person: str, amount: int) -> None:
        for town in self.towns:
            town.use(person, amount)

    def let_fall_due(self, now: Instant) -> None:
        for town in self.towns:
            town.let_fall_due(now)

    def of(self, person: str) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = defaultdict(int)
        for town in self.towns:
            for key, amount in town.of(person).items():
                found[key] += amount
        return dict(found)

    def reasons(self, friend: str) -> set[str]:
        return {reason for town in self.towns for reason in reasons_in(town, friend)}


class StreetStory(Story):
    """One cell of sentences, told to a street."""

    def __init__(self, documents: list[str]):
        self.town = Street(documents)  # type: ignore[assignment]
        self.told = 0
        self.knows = ()


def _own(found: ProgramVersions, name: str) -> ProgramVersions:
    """Every program has a key of its own."""
    again = tuple(replace(version, key=name * 32) for version in found.versions)
    return ProgramVersions(again, again[-1])
