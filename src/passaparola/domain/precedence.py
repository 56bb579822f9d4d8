"""Which program a conversion earns in. One conversion of a friend (an order, a sign-up) earns in one program, or in several that combine.

Every program in which a conversion qualifies claims it, whatever its caps and its budget have left. What has left the firm keeps it. Then
the programs come that were in force when it happened, the larger precedence first, of two alike the id that comes first in the alphabet.
The first one earns; a further one only when it and all that earn already say `combine: true`. In words, with examples:
docs/rules/limits.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.target import Occasion
from passaparola.domain.values import value

Rank = tuple[bool, bool, int, str]


@value(frozen=True, slots=True)
class Claim:
    """One program's claim on one conversion. Of two the smaller `rank` comes first. `left`: a reward of it has left the firm."""

    program: str
    slug: str
    rank: Rank
    combine: bool
    left: bool


@dataclass(slots=True)
class Claims:
    """The claims on each conversion of one friend, in all programs."""

    earning: Mapping[str, tuple[Claim, ...]]

    def taken_from(self, program: str) -> dict[str, str]:
        """The conversions that do not earn in this program: mark → id of the program that has it."""
        return {
            mark: earning[0].slug
            for mark, earning in self.earning.items()
            if all(claim.program != program for claim in earning)
        }


def rank_of(slug: str, *, left: bool, at: Instant, in_force_from: Instant, precedence: int) -> Rank:
    """The order among claims: what has left the firm, then programs in force at the time, then precedence, then the id."""
    return (not left, in_force_from > at, -precedence, slug)


def who_earns(claims: Iterable[Mapping[str, Claim]]) -> Claims:
    """Who earns of all who claim, conversion by conversion. The order in which the programs are given does not matter."""
    by_mark: dict[str, list[Claim]] = {}
    for of_program in claims:
        for mark, claim in of_program.items():
            by_mark.setdefault(mark, []).append(claim)
    return Claims({mark: _earning(found) for mark, found in by_mark.items()})


def _earning(claims: list[Claim]) -> tuple[Claim, ...]:
    earning: list[Claim] = []
    for claim in sorted(claims, key=lambda c: c.rank):
        together = claim.combine and all(other.combine for other in earning)
        if not earning or claim.left or together:
            earning.append(claim)
    return tuple(earning)


def mark_of(occasion: Occasion, referral: str) -> str:
    """The conversion behind an occasion, by a name that is the same in every program: the order, or what else happened once."""
    if occasion.order is not None:
        return f"order:{occasion.order.id}"
    if occasion.reached is not None:
        return f"stage:{occasion.reached.key}"
    return "signup" if occasion.key == referral else occasion.key.removeprefix(f"{referral}:")


def lost_to(occasions: list[Occasion], taken: Mapping[str, str], referral: str) -> dict[str, str]:
    """The occasions that another program has: key → the id of that program."""
    return {o.key: taken[mark] for o in occasions if (mark := mark_of(o, referral)) in taken}
