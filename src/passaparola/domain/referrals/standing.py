"""What is remembered of how a friend counts for an advocate, because it depends on who came first.

The fold of a friend's events does not say it: the number of a friend among others is settled when they are first counted, and stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from passaparola.domain.instant import Instant


@dataclass(slots=True)
class Standing:
    """Kept with the friend's state.

    `numbers`: for each advocate whom the friend was counted for, which number they were. `others`: for each occasion of a tier by value,
    the advocate and what others had brought when it was first counted. `tallies`: what this friend adds to counters now, by
    (measure, advocate). `counted_at`: when they were counted, for a bonus for frequency. `tickets`: in whose name a draw was made.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    others: dict[str, tuple[str, int]] = field(default_factory=dict)
    tallies: dict[tuple[str, str], int] = field(default_factory=dict)
    counted_at: Instant | None = None
    tickets: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.numbers or self.others or self.tallies or self.tickets) and self.counted_at is None

    def joined(self, other: "Standing") -> "Standing":
        """The standing of two records of one person: of two numbers, values or tickets the smaller one. What counts is settled anew."""
        return Standing(
            _smaller(self.numbers, other.numbers), _smaller(self.others, other.others), self.tallies, self.counted_at,
            _smaller(self.tickets, other.tickets),
        )  # fmt: skip

    def dump(self) -> list[Any]:
        """As it is kept in the state's JSON."""
        tallies = [[measure, advocate, weight] for (measure, advocate), weight in sorted(self.tallies.items())]
        return [self.numbers, self.others, tallies, self.counted_at, self.tickets]


def load_standing(kept: list[Any]) -> Standing:
    """What `dump` wrote."""
    others = {occasion: (advocate, value) for occasion, (advocate, value) in kept[1].items()}
    tallies = {(measure, advocate): weight for measure, advocate, weight in kept[2]}
    return Standing(kept[0], others, tallies, kept[3], kept[4])


def _smaller(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: min(found[key] for found in (mine, theirs) if key in found) for key in {**mine, **theirs}}
