"""Retroactive tiers: whoever reaches one is given, once and in one reward, what the friends before would have earned in it.

The top-up of a tier is worth (its amount − that of the tier below) × the friends counted before it, or the same of the value counted before
it. It follows the counters: who is wholly refunded takes their part along, and comes back with it. Occasion: `tier:<threshold>`.
"""

from typing import TYPE_CHECKING, Any

from passaparola.domain.instant import end_of_day
from passaparola.domain.money import MAX_MINOR, proportion
from passaparola.domain.programs.compiled import RewardRule, Tier, TierBy
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import LIVE, Reward, retarget
from passaparola.domain.rewards.limits import count_key
from passaparola.domain.rewards.tallies import earlier_measure, tally_key, topped_up, value_measure
from passaparola.domain.rewards.target import Occasion, Target
from passaparola.domain.rewards.worth import BASIS_POINTS

if TYPE_CHECKING:
    from passaparola.domain.rewards.difference import Difference

OCCASION = "tier:"


def top_up(difference: "Difference", advocate: str, by: Occasion | None) -> None:
    """Bring every top-up of this advocate to what the counters say now. `by`: the occasion that gives new ones; None gives none."""
    given = _given(difference, advocate)
    wanted: dict[tuple[str, int], tuple[RewardRule, Tier, int]] = {}
    for (rule_id, at), rewards in given.items():
        own = next(r for r in difference.versions.number(rewards[0].version).rules if r.id == rule_id)
        for tier, more in topped_up(own):
            if tier.at == at:
                wanted[(rule_id, at)] = (own, tier, more)
    if by is not None:
        for rule in difference.program.rules:
            for tier, more in topped_up(rule):
                wanted.setdefault((rule.id, tier.at), (rule, tier, more))
    for key in sorted(wanted):
        rule, tier, more = wanted[key]
        _bring(difference, advocate, rule, (tier, more), given.get(key, []), by)


def _given(difference: "Difference", advocate: str) -> dict[tuple[str, int], list[Reward]]:
    """(rule, threshold) → the top-ups of one advocate; of merged persons several, the one that goes on first."""
    found: dict[tuple[str, int], list[Reward]] = {}
    for (rule, person), rewards in difference.world.milestone_rewards.items():
        for reward in rewards if person == advocate else ():
            if reward.occasion.startswith(OCCASION):
                found.setdefault((rule, int(reward.occasion.removeprefix(OCCASION))), []).append(reward)
    for rewards in found.values():
        rewards.sort(key=lambda r: (r.state not in LIVE, r.beneficiary != advocate, r.id))
    return found


def _bring(
    difference: "Difference",
    advocate: str,
    rule: RewardRule,
    step: tuple[Tier, int],
    given: list[Reward],
    by: Occasion | None,
) -> None:
    line, amount = _line(difference, advocate, rule, *step)
    amount = max(0, amount - sum(reward.net for reward in given[1:]))
    existing = given[0] if given else None
    have = existing.net if existing else 0
    if amount == have and not (existing is not None and have):
        return
    difference.rules.append(line)
    if existing is not None and amount < have:
        line["result"] = "lowered"
        _hold_to(difference, advocate, rule, step[0])
        change = retarget(existing, amount, 0, now=difference.now, reason=Reason.ORDER_REFUNDED)
        difference.book(change)
    elif amount == have or by is None:
        line["result"] = "unchanged"
    elif difference.give_together(_target(difference, advocate, rule, step[0], (amount, line), by), existing, line):
        _hold_to(difference, advocate, rule, step[0])


def _line(
    difference: "Difference", advocate: str, rule: RewardRule, tier: Tier, more: int
) -> tuple[dict[str, Any], int]:
    """The explanation's line, and what the top-up ought to be."""
    climbed = difference.counter(climbed_by(difference.live.key, advocate, rule))
    earlier = difference.counter(came_before(difference.live.key, advocate, rule, tier))
    amount = due(tier, more, climbed, earlier)
    by_count = rule.by is TierBy.COUNT
    saw: dict[str, Any] = {"occasion": f"{OCCASION}{tier.at}", "tier": tier.at, "earlier": earlier}
    saw["friends" if by_count else "brought"] = climbed
    saw["unit"] = rule.unit
    arithmetic: dict[str, Any]
    if climbed < tier.at:
        arithmetic = {"flat": 0}
    elif tier.percent_bp is None:
        arithmetic = {"each": more, "earlier": earlier, "flat": amount}
    else:
        arithmetic = {"of": earlier, "percent_bp": more, "half_up": amount}
    return {"rule": rule.id, "side": rule.side, "saw": saw, "arithmetic": {**arithmetic, "unit": rule.unit}}, amount


def due(tier: Tier, more: int, climbed: int, earlier: int) -> int:
    """Minor units of a top-up, at most the largest amount that we take. `climbed`: friends counted, or value brought; `earlier`: what of
    it came before the threshold."""
    if climbed < tier.at:
        return 0
    return min(MAX_MINOR, more * earlier if tier.percent_bp is None else proportion(earlier, more, BASIS_POINTS))


def climbed_by(program: str, advocate: str, rule: RewardRule) -> str:
    """The counter by which an advocate climbs a rule's tiers."""
    if rule.by is TierBy.COUNT:
        return count_key(program, advocate)
    return tally_key(program, advocate, value_measure(rule.unit or ""))


def came_before(program: str, advocate: str, rule: RewardRule, tier: Tier) -> str:
    """The counter of what came before a threshold."""
    return tally_key(program, advocate, earlier_measure(rule, tier))


def _hold_to(difference: "Difference", advocate: str, rule: RewardRule, tier: Tier) -> None:
    """What was read must still be so when this is written."""
    difference.exactly(climbed_by(difference.live.key, advocate, rule))
    difference.exactly(came_before(difference.live.key, advocate, rule, tier))


def _target(
    difference: "Difference",
    advocate: str,
    rule: RewardRule,
    tier: Tier,
    asked: tuple[int, dict[str, Any]],
    by: Occasion,
) -> Target:
    amount, line = asked
    zone = difference.program.timezone
    hold_until = end_of_day(by.at, rule.hold_days, zone) if rule.hold_days else None
    return Target(
        rule, advocate, f"{OCCASION}{tier.at}", amount, 0, rule.unit or difference.program.currency, hold_until,
        line["arithmetic"], by.late, by.unconfirmed, at=by.at,
    )  # fmt: skip
