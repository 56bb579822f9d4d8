"""Rewards in parts: some of it at each stage of one friend's way, such as a lead, a meeting and a contract.

The parts are differences of the whole, rounded half up up to each stage, so they make up the whole to the smallest coin. What the whole is
a share of may become known, or change, on the way: what was given before follows it.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from passaparola.domain.instant import end_of_day
from passaparola.domain.money import proportion
from passaparola.domain.precedence import mark_of
from passaparola.domain.programs.compiled import Program, RewardRule
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion, FriendState, Reached, place
from passaparola.domain.rewards.target import Occasion, RuleResult, Target, rests_on_late
from passaparola.domain.rewards.worth import BASIS_POINTS, Position, base_of, why_not

NOWHERE: Mapping[str, str] = MappingProxyType({})
Whole = tuple[int, str, dict[str, Any]]  # minor units, their unit, and how it came about


def staged(
    rule: RewardRule,
    state: FriendState,
    concluded: Conclusion,
    program: Program,
    *,
    referral: str,
    beneficiary: str,
    taken: Mapping[str, str] = NOWHERE,
) -> list[RuleResult]:
    """A result for each part of the rule whose stage, or a later one of the list, was reached since the binding; deals apart.

    `taken`: the conversions that earn in another program instead.
    """
    found: list[RuleResult] = []
    for occasion, share, told in parts_reached(rule, state, concluded, referral):
        if mark_of(occasion, referral) in taken:
            stage = occasion.reached.stage if occasion.reached else ""
            found.append(RuleResult(rule, occasion.key, {"stage": stage}, refused=Reason.ANOTHER_PROGRAM))
        else:
            whole = _whole(rule, program, told)
            found.append(_part(rule, occasion, program, concluded, (whole, *share), beneficiary))
    return found


def parts_reached(
    rule: RewardRule, state: FriendState, concluded: Conclusion, referral: str
) -> Iterator[tuple[Occasion, tuple[int, int], list[Reached]]]:
    """Each part whose stage, or a later one, was reached: its occasion, its share of the whole from and up to, in basis points, and all
    that the stages of its deal told."""
    late = rests_on_late(state, concluded)
    for deal, reached in sorted(_deals(state, concluded, rule).items()):
        before = 0
        for n, part in enumerate(rule.parts):
            upto = before + part.percent_bp
            first = min(
                (r for later in rule.parts[n:] if (r := reached.get(later.stage)) is not None),
                key=lambda r: (r.at, r.event),
                default=None,
            )
            if first is not None:
                untrusted = late or state.is_late(first.event)
                key = ":".join(filter(None, (referral, "stage", deal, part.stage)))
                occasion = Occasion(key, first.at, None, 0, untrusted, reached=first, location=concluded.location)
                yield occasion, (before, upto), list(reached.values())
            before = upto


def _deals(state: FriendState, concluded: Conclusion, rule: RewardRule) -> dict[str, dict[str, Reached]]:
    """Deal → stage → when it was reached: those of the rule, since the binding."""
    places = state.places()
    floor = place((concluded.at, concluded.event), places)
    stages = {part.stage for part in rule.parts}
    found: dict[str, dict[str, Reached]] = {}
    for reached in state.stages.values():
        if reached.stage in stages and place((reached.at, reached.event), places) >= floor:
            found.setdefault(reached.deal, {})[reached.stage] = reached
    return found


def _whole(rule: RewardRule, program: Program, reached: Iterable[Reached]) -> Whole | Reason:
    """All parts together: the amount, or the share of what the latest stage that says it tells."""
    if rule.percent_bp is None:
        return rule.amount or 0, rule.unit or program.currency, {"whole": rule.amount or 0}
    refused = Reason.BASE_NOT_TOLD
    for latest in sorted(reached, key=lambda r: (r.at, r.event), reverse=True):
        base = base_of(rule, None, latest, latest.facts or {})
        if isinstance(base, Reason):
            continue
        unit = base[1] or rule.unit or program.currency
        if rule.unit not in (None, unit):
            return Reason.CURRENCY_MISMATCH
        share = proportion(base[0], rule.percent_bp, BASIS_POINTS)
        amount = within(rule, share)
        told = {"base": rule.of, "base_minor": base[0], "base_bp": rule.percent_bp, "whole": amount}
        return amount, unit, told if amount == share else {**told, "whole_before": share}
    return refused


def within(rule: RewardRule, amount: int) -> int:
    """Raised to the minimum of the whole, lowered to its maximum."""
    amount = amount if rule.minimum is None else max(amount, rule.minimum)
    return amount if rule.maximum is None else min(amount, rule.maximum)


def _part(
    rule: RewardRule,
    occasion: Occasion,
    program: Program,
    concluded: Conclusion,
    share: tuple[Whole | Reason, int, int],
    beneficiary: str,
) -> RuleResult:
    whole, before, upto = share
    saw: dict[str, Any] = {"trigger": program.trigger, "stage": occasion.reached.stage if occasion.reached else ""}
    refused = why_not(rule, occasion, program, Position(by=concluded.kind), saw)
    over = program.earn_days is not None and occasion.at >= end_of_day(
        concluded.at, program.earn_days, program.timezone
    )
    if over:
        refused = Reason.EARN_WINDOW_OVER
    if refused is not None or isinstance(whole, Reason):
        return RuleResult(rule, occasion.key, saw, refused=refused or (whole if isinstance(whole, Reason) else None))
    amount, unit, arithmetic = whole
    due = proportion(amount, upto, BASIS_POINTS) - proportion(amount, before, BASIS_POINTS)
    steps = {**arithmetic, "before_bp": before, "upto_bp": upto, "flat": due, "unit": unit}
    if due <= 0:
        return RuleResult(rule, occasion.key, {**saw, "arithmetic": steps}, refused=Reason.NOTHING_TO_GIVE)
    hold = end_of_day(occasion.at, rule.hold_days, program.timezone) if rule.hold_days else None
    target = Target(rule, beneficiary, occasion.key, due, 0, unit, hold, steps, occasion.late, at=occasion.at)
    return RuleResult(rule, occasion.key, saw, target)
