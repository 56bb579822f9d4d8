"""The decision on one referral: pure and total. Facts in, one immutable Decision out.

The same function serves live traffic, imports, re-decisions after a merge or a release, and the replay of the log.
"""

from collections.abc import Mapping
from typing import Any

from passaparola.domain.attribution.bind import Binding, ProgramVersions, bind
from passaparola.domain.attribution.segments import in_segment, segment_of
from passaparola.domain.decision import Decision, Finding, ReferralFacts, World
from passaparola.domain.instant import Instant
from passaparola.domain.precedence import Claim, lost_to, mark_of, rank_of
from passaparola.domain.programs.compiled import COUNTING, TOGETHER, Program, ProgramStatus, Structure, Trigger
from passaparola.domain.programs.subjects import Subject
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.hearsay import believed
from passaparola.domain.referrals.state import Conclusion, TouchKind
from passaparola.domain.rewards.alternatives import Alternatives
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.difference import Difference
from passaparola.domain.rewards.evidence import tell_evidence
from passaparola.domain.rewards.ranking import Ranking
from passaparola.domain.rewards.staged import parts_reached, staged
from passaparola.domain.rewards.target import Occasion, RuleResult, apply_rule, beneficiary_of, qualifying
from passaparola.domain.rewards.worth import ANYWHERE, Position
from passaparola.domain.values import replace

OVER = frozenset({ProgramStatus.ENDED, ProgramStatus.ARCHIVED})


def decide(facts: ReferralFacts, versions: ProgramVersions, world: World, *, now: Instant) -> Decision:
    """effects = target(state, program) − granted, with every contender and rule and a named reason for every refusal."""
    findings: list[Finding] = []
    facts = _believed(facts)
    binding = bind(facts.state, friend=facts.friend, versions=versions, advocates=world.advocates, roots=world.roots)
    conclusion = None if facts.merged else _keep_what_left(facts, binding, world.roots, findings)
    program = in_segment(versions.number(conclusion.version) if conclusion else versions.live, facts.state)
    occasions, unqualified = _occasions(facts, conclusion, program, world.roots, findings)
    lost = lost_to(occasions, world.taken, facts.id) if world.taken else {}
    if lost:
        occasions = [replace(o, nth=n) for n, o in enumerate(occasions, 1) if o.key not in lost]
        unqualified = {**unqualified, **dict.fromkeys(lost, Reason.ANOTHER_PROGRAM)}
    counted = None if _backfilled(conclusion, program) else _counted(conclusion, occasions)
    ranking = _ranking(facts, conclusion, program, world, counted, occasions)
    difference = Difference(facts, versions, program, world, now, ranking)
    results = _results(facts, conclusion, program, occasions, ranking, world.taken)
    if program.alternatives or versions.live.stocks:
        rewards, counters, choices = facts.rewards, world.counters, world.choices
        results = Alternatives(program, versions.live, rewards, counters, choices).resolve(results)
    difference.settle(results, unqualified, _why_gone(binding, facts, conclusion, world.roots))
    counted_for = difference.count(counted, occasions)
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
        standing=ranking.after if ranking is not None and not ranking.after.empty else None,
    )
    decision.explanation = _explain(decision, difference.rules, now)
    if versions.number(program.version).segments:
        windows = {"segment": segment_of(facts.state), "bind_days": program.bind_days, "earn_days": program.earn_days}
        decision.explanation["windows"] = windows
    if unqualified and conclusion is not None:
        tell_evidence(decision.explanation["refusals"], facts.state, conclusion, program)
    for line in decision.explanation["refusals"] if lost else ():
        if line["occasion"] in lost:
            line["taken_by"] = lost[line["occasion"]]
    return decision


def claims(facts: ReferralFacts, versions: ProgramVersions, world: World) -> dict[str, Claim]:
    """The conversions of this friend that qualify in this program and would give something there, whatever its limits have left."""
    facts = _believed(facts)
    if facts.merged or not facts.state.touches:
        return {}
    binding = bind(facts.state, friend=facts.friend, versions=versions, advocates=world.advocates, roots=world.roots)
    conclusion = _keep_what_left(facts, binding, world.roots, [])
    if conclusion is None:
        return {}
    program = in_segment(versions.number(conclusion.version), facts.state)
    if _backfilled(conclusion, program):
        return {}
    occasions, _ = qualifying(facts.state, conclusion, program, facts.id, world.roots)
    earning = [o for nth, o in enumerate(occasions, 1) if _gives(nth, o, facts, conclusion, program)]
    found: dict[str, Claim] = {}
    for occasion in [*earning, *_stages(facts, conclusion, program)]:
        given = [r for r in facts.rewards.values() if _is_for(r, occasion)]
        if versions.live.status in OVER and not any(r.net for r in given):
            continue
        then, left = versions.at(occasion.at), any(r.left_the_firm for r in given)
        rank = rank_of(
            program.slug,
            left=left,
            at=occasion.at,
            in_force_from=versions.versions[0].effective_from,
            precedence=then.precedence,
        )
        found[mark_of(occasion, facts.id)] = Claim(program.key, program.slug, rank, then.combine, left)
    return found


def _believed(facts: ReferralFacts) -> ReferralFacts:
    return replace(facts, state=believed(facts.state)) if facts.state.reported else facts


def _stages(facts: ReferralFacts, conclusion: Conclusion, program: Program) -> list[Occasion]:
    """The stages for which a part of some reward is due."""
    found: list[Occasion] = []
    for rule in program.rules if Structure.STAGED in program.structures else ():
        if rule.structure is Structure.STAGED:
            beneficiary = beneficiary_of(rule, facts.friend, conclusion.advocate)
            parts = parts_reached(rule, facts.state, conclusion, facts.id)
            due = staged(rule, facts.state, conclusion, program, referral=facts.id, beneficiary=beneficiary)
            found += [occasion for (occasion, _, _), result in zip(parts, due, strict=True) if result.target]
    return found


def _is_for(reward: Reward, occasion: Occasion) -> bool:
    return reward.occasion == occasion.key or reward.occasion.startswith(f"{occasion.key}:v")


def _gives(nth: int, occasion: Occasion, facts: ReferralFacts, conclusion: Conclusion, program: Program) -> bool:
    """Whether some rule makes something of the occasion: a reward, or a step towards one."""
    position = _position(nth - 1, occasion, facts, conclusion, program, None)
    return any(
        rule.structure in COUNTING
        or rule.asks_number
        or rule.structure is Structure.STAGED
        or apply_rule(rule, occasion, beneficiary_of(rule, facts.friend, conclusion.advocate), program, position).target
        for rule in program.rules
    )


def _backfilled(conclusion: Conclusion | None, program: Program) -> bool:
    """Whether the friend is counted and earns nothing: staff entered afterwards who had brought them."""
    return conclusion is not None and conclusion.kind == TouchKind.ORGANIC and not program.pays_backfilled


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
    facts: ReferralFacts,
    conclusion: Conclusion | None,
    program: Program,
    roots: Mapping[str, str],
    findings: list[Finding],
) -> tuple[list[Occasion], dict[str, Reason]]:
    if conclusion is None:
        return [], {}
    found, refused = qualifying(facts.state, conclusion, program, facts.id, roots)
    if conclusion.first_order and program.trigger == Trigger.FIRST_PURCHASE:
        first = next((o for o in facts.state.paid_orders() if program.item in (None, o.item)), None)
        if first is not None and first.id != conclusion.first_order:
            detail = {"stands": conclusion.first_order, "earlier": first.id}
            findings.append(Finding("earlier_order_after_redemption", f"{facts.id}:{first.id}", detail))
    for order, refund in facts.state.foreign_refunds():
        detail = {"order": order, "refund": refund}
        findings.append(Finding("refund_in_another_currency", f"{facts.id}:{order}:{refund}", detail))
    return found, refused


def _why_gone(
    binding: Binding, facts: ReferralFacts, conclusion: Conclusion | None, roots: Mapping[str, str]
) -> Reason:
    if facts.merged:
        return Reason.MERGED
    if (
        binding.refused is Reason.KNOWN_MAILBOX
    ):  # the advocate keeps their rewards as a file: of addresses it says nothing
        return Reason.EXISTING_CUSTOMER
    before = facts.state.concluded
    stays = before and conclusion and roots.get(before.advocate, before.advocate) == conclusion.advocate
    return binding.refused or (Reason.DECIDED_ANEW if stays else Reason.OUTRANKED)


def _ranking(
    facts: ReferralFacts,
    conclusion: Conclusion | None,
    program: Program,
    world: World,
    counted: str | None,
    occasions: list[Occasion],
) -> Ranking | None:
    if facts.state.standing is None and not program.ranks:
        return None
    advocate = conclusion.advocate if conclusion else None
    return Ranking(facts, program, world, counted=counted, advocate=advocate, occasions=occasions)


def _results(
    facts: ReferralFacts,
    conclusion: Conclusion | None,
    program: Program,
    occasions: list[Occasion],
    ranking: Ranking | None,
    taken: Mapping[str, str],
) -> list[RuleResult]:
    if conclusion is None:
        return []
    if _backfilled(conclusion, program):
        return [RuleResult(rule, o.key, {}, refused=Reason.BACKFILLED) for o in occasions for rule in program.rules]
    found = []
    for index, occasion in enumerate(occasions):
        position = _position(index, occasion, facts, conclusion, program, ranking)
        for rule in program.rules:
            if rule.structure not in TOGETHER and rule.structure is not Structure.STAGED:
                beneficiary = beneficiary_of(rule, facts.friend, conclusion.advocate)
                found.append(apply_rule(rule, occasion, beneficiary, program, position))
    for rule in program.rules if Structure.STAGED in program.structures else ():
        if rule.structure is Structure.STAGED:
            beneficiary = beneficiary_of(rule, facts.friend, conclusion.advocate)
            found += staged(
                rule, facts.state, conclusion, program, referral=facts.id, beneficiary=beneficiary, taken=taken
            )
    return found


def _position(
    index: int,
    occasion: Occasion,
    facts: ReferralFacts,
    conclusion: Conclusion,
    program: Program,
    ranking: Ranking | None,
) -> Position:
    """Where an occasion stands, for rules that go by more than its amount."""
    if program.plain:
        return ANYWHERE
    position = Position(occasion.nth or index + 1) if ranking is None else ranking.position(index, occasion)
    left = facts.state.left_at() if Structure.RECURRING in program.structures else None
    return replace(position, by=conclusion.kind, left=left)


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
    subject = decision.program.subject
    return {
        "program": decision.program.slug,
        **({} if subject is Subject.CUSTOMER else {"subject": subject}),
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
