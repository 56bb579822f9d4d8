"""The decision on one referral: pure and total. Facts in, one immutable Decision out.

The same function serves live traffic, imports, re-decisions after a merge or a release, and the replay of the log.
"""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.attribution.bind import Binding, ProgramVersions, bind
from passaparola.domain.decision import Decision, Finding, ReferralFacts, World
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program, Structure, Trigger
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion
from passaparola.domain.rewards.difference import Difference
from passaparola.domain.rewards.target import Occasion, RuleResult, apply_rule, beneficiary_of, qualifying
from passaparola.domain.values import replace


def decide(facts: ReferralFacts, versions: ProgramVersions, world: World, *, now: Instant) -> Decision:
    """effects = target(state, program) − granted, with every contender and rule and a named reason for every refusal."""
    findings: list[Finding] = []
    binding = bind(facts.state, friend=facts.friend, versions=versions, advocates=world.advocates, roots=world.roots)
    conclusion = None if facts.merged else _keep_what_left(facts, binding, world.roots, findings)
    program = versions.number(conclusion.version) if conclusion else versions.live
    occasions, unqualified = _occasions(facts, conclusion, program, findings)
    difference = Difference(facts, versions, program, world, now)
    difference.settle(_results(facts, conclusion, program, occasions), unqualified, _why_gone(binding, facts))
    counted_for = difference.count(_counted(conclusion, occasions), occasions)
    difference.refusals += [("", occasion, reason) for occasion, reason in unqualified.items()]
    decision = Decision(
        status=_status(facts, conclusion, occasions, binding),
        refused=_refused(facts, conclusion, binding),
        binding=binding,
        conclusion=_with_first_order(conclusion, occasions),
        program=program,
        occasions=occasions,
        counted_for=counted_for,
        changes=difference.changes,
        moves=difference.moves,
        refusals=difference.refusals,
        findings=findings + difference.findings,
        explanation={},
    )
    decision.explanation = _explain(decision, difference.rules, now)
    return decision


def _refused(facts: ReferralFacts, conclusion: Conclusion | None, binding: Binding) -> Reason | None:
    if facts.merged:
        return Reason.MERGED
    return binding.refused if conclusion is None else None


def _keep_what_left(
    facts: ReferralFacts, binding: Binding, roots: Mapping[str, str], findings: list[Finding]
) -> Conclusion | None:
    """While nothing has left the firm the referral is decided anew; after that the first conclusion stands and is reported."""
    before, fresh = facts.state.concluded, binding.conclusion
    if before is None or not any(r.left_the_firm for r in facts.rewards.values()):
        return fresh
    before = replace(before, advocate=roots.get(before.advocate, before.advocate))
    if fresh is None or (fresh.advocate, fresh.version) != (before.advocate, before.version):
        detail = {"stands": before.advocate, "now": fresh.advocate if fresh else None}
        findings.append(Finding("late_event_after_redemption", f"{facts.id}:{fresh.touch if fresh else ''}", detail))
    return before


def _occasions(
    facts: ReferralFacts, conclusion: Conclusion | None, program: Program, findings: list[Finding]
) -> tuple[list[Occasion], dict[str, Reason]]:
    if conclusion is None:
        return [], {}
    found, refused = qualifying(facts.state, conclusion, program, facts.id)
    if conclusion.first_order and program.trigger == Trigger.FIRST_PURCHASE:
        first = next(iter(facts.state.paid_orders()), None)
        if first is not None and first.id != conclusion.first_order:
            detail = {"stands": conclusion.first_order, "earlier": first.id}
            findings.append(Finding("earlier_order_after_redemption", f"{facts.id}:{first.id}", detail))
    for order, refund in facts.state.foreign_refunds():
        detail = {"order": order, "refund": refund}
        findings.append(Finding("refund_in_another_currency", f"{facts.id}:{order}:{refund}", detail))
    return found, refused


def _why_gone(binding: Binding, facts: ReferralFacts) -> Reason:
    if facts.merged:
        return Reason.MERGED
    return binding.refused or Reason.OUTRANKED


def _results(
    facts: ReferralFacts, conclusion: Conclusion | None, program: Program, occasions: list[Occasion]
) -> list[RuleResult]:
    if conclusion is None:
        return []
    return [
        apply_rule(rule, occasion, beneficiary_of(rule, facts.friend, conclusion.advocate), program)
        for occasion in occasions
        for rule in program.rules
        if rule.structure != Structure.MILESTONE
    ]


def _counted(conclusion: Conclusion | None, occasions: list[Occasion]) -> str | None:
    """A friend counts towards the advocate's milestones while a qualifying occasion is not wholly refunded."""
    if conclusion is None or not any(o.order is None or o.refunded < o.order.amount for o in occasions):
        return None
    return conclusion.advocate


def _status(facts: ReferralFacts, conclusion: Conclusion | None, occasions: list[Occasion], binding: Binding) -> str:
    if facts.merged:
        return "merged"
    if conclusion is None:
        return "refused" if binding.refused and binding.refused != Reason.NO_CONTENDER else "open"
    return "converted" if occasions else "bound"


def _with_first_order(conclusion: Conclusion | None, occasions: list[Occasion]) -> Conclusion | None:
    if conclusion is None or not occasions or occasions[0].order is None or conclusion.first_order:
        return conclusion
    return replace(conclusion, first_order=occasions[0].order.id)


def _explain(decision: Decision, rules: list[dict[str, Any]], now: Instant) -> dict[str, Any]:
    """The record of the decision: values only, put into words when somebody reads it."""
    conclusion = decision.conclusion
    return {
        "program": decision.program.slug,
        "version": decision.program.version,
        "now": now,
        "status": decision.status,
        "refused": decision.refused,
        "bound": None
        if conclusion is None
        else {
            "advocate": conclusion.advocate,
            "by": conclusion.kind,
            "at": conclusion.at,
            "first_order": conclusion.first_order,
        },
        "contenders": [
            {"advocate": c.advocate, "by": c.touch.kind, "at": c.touch.at, "result": c.refused or "won"}
            for c in decision.binding.contenders
        ],
        "rules": rules,
        "refusals": [
            {"rule": rule, "occasion": occasion, "reason": reason} for rule, occasion, reason in decision.refusals
        ],
        "effects": [
            {
                "step": c.step,
                "side": c.after.side,
                "person": c.after.beneficiary,
                "kind": c.after.kind,
                "amount": c.after.amount,
                "reversed": c.after.reversed,
                "unit": c.after.unit,
                "state": c.after.state,
                "reason": c.reason,
                "hold_until": c.after.hold_until,
            }
            for c in decision.changes
        ],
    }
