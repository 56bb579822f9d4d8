"""The counters of tiers and streaks: what each friend adds to an advocate's, and which keys a decision looks at."""

from collections.abc import Iterable, Iterator

from passaparola.domain.programs.compiled import Program, RewardRule, Structure, Tier, TierBy


def tally_key(program: str, advocate: str, measure: str) -> str:
    """The counter of one measure of an advocate: the sum of what the friends counted for them add to it."""
    return f"tier:{program}:{advocate}:{measure}"


def pace_key(program: str, advocate: str) -> str:
    """Counts how often the times changed at which an advocate's friends were counted, so that two writers notice one another."""
    return f"pace:{program}:{advocate}"


def value_measure(unit: str) -> str:
    """What an advocate's friends have paid in a unit, less what was refunded."""
    return f"value:{unit}"


def earlier_measure(rule: RewardRule, tier: Tier) -> str:
    """What came before a threshold: friends, or minor units of orders, that a retroactive tier tops up."""
    return f"earlier:{rule.id}:{tier.at}"


def topped_up(rule: RewardRule) -> Iterator[tuple[Tier, int]]:
    """Each tier of a retroactive rule that something may come before, and by how much it is above the one below it."""
    below = 0
    for tier in rule.tiers if rule.retroactive else ():
        worth = tier.amount if tier.percent_bp is None else tier.percent_bp
        more, below = (worth or 0) - below, worth or 0
        if more > 0 and tier.at > (1 if rule.by is TierBy.COUNT else 0):
            yield tier, more


def measures(programs: Iterable[Program]) -> set[str]:
    """Every measure that the tiers of these versions go by."""
    found: set[str] = set()
    for rule in (r for program in programs for r in program.rules if r.structure is Structure.TIER):
        if rule.by is TierBy.VALUE and rule.unit is not None:
            found.add(value_measure(rule.unit))
        found.update(earlier_measure(rule, tier) for tier, _ in topped_up(rule))
    return found


def tally_keys(program: str, versions: Iterable[Program], advocates: Iterable[str]) -> Iterator[str]:
    """The counters that a decision about these advocates may look at; none where no version has a tier or a streak."""
    versions = tuple(versions)
    wanted = measures(versions) if any(Structure.TIER in v.structures for v in versions) else set()
    paced = any(Structure.FREQUENCY in v.structures for v in versions)
    for advocate in advocates if wanted or paced else ():
        yield from (tally_key(program, advocate, measure) for measure in wanted)
        if paced:
            yield pace_key(program, advocate)
