"""The decision on one referral: pure and total. Facts in, one immutable Decision out.

The same function serves live traffic, imports, re-decisions after a merge or a release, and the replay of the log.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from passaparola.domain.attribution.bind import Binding, ProgramVersions, bind
from passaparola.domain.decision import Decision, Finding, ReferralFacts, World
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program, ProgramStatus, Structure
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion
from passaparola.domain.rewards.change import Reward, RewardChange, grant, retarget
from passaparola.domain.rewards.limits import CounterMove, budget_room, count_key, moves_for, within_caps
from passaparola.domain.rewards.milestones import milestone_key, ordinal, slots
from passaparola.domain.rewards.target import (
    Occasion,
    RuleResult,
    Target,
    apply_rule,
    beneficiary_of,
    milestones,
    qualifying,
)


def decide(
    facts: ReferralFacts, versions: ProgramVersions, world: World, *, now: Instant, late: bool = False
) -> Decision:
    """effects = target(state, program) − granted, with every contender and rule and a named reason for every refusal."""
    findings: list[Finding] = []
    binding = bind(facts.state, friend=facts.friend, versions=versions, advocates=world.advocates, roots=world.roots)
    conclusion = _keep_what_left(facts, binding, world.roots, findings)
    program = versions.number(conclusion.version) if conclusion else versions.live
    occasions, unqualified = _occasions(facts, conclusion, program, findings)
    if facts.merged:
        occasions, conclusion = [], None
    results = _results(facts, conclusion, program, occasions)
    work = _Work(facts, versions.live, program, world, now, late)
    work.take_back(results, unqualified or _why_gone(binding, facts))
    work.give(results)
    counted = _counted(conclusion, occasions)
    work.count(counted, occasions)
    decision = Decision(
        status=_status(facts, conclusion, occasions, binding),
        refused=_refused(facts, conclusion, binding),
        binding=binding,
        conclusion=_with_first_order(conclusion, occasions),
        program=program,
        occasions=occasions,
        counted_for=work.counted_for,
        changes=work.changes,
        moves=work.moves,
        refusals=work.refusals,
        findings=findings + work.findings,
        explanation={},
    )
    if unqualified and not occasions:
        decision.refusals.append(("", "", unqualified))
    decision.explanation = _explain(decision, work)
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
) -> tuple[list[Occasion], Reason | None]:
    if conclusion is None:
        return [], None
    found, reason = qualifying(facts.state, conclusion, program, facts.id)
    if conclusion.first_order:
        first = next(iter(facts.state.paid_orders()), None)
        if first is not None and first.id != conclusion.first_order:
            detail = {"stands": conclusion.first_order, "earlier": first.id}
            findings.append(Finding("earlier_order_after_redemption", f"{facts.id}:{first.id}", detail))
    return found, reason


def _why_gone(binding: Binding, facts: ReferralFacts) -> Reason | None:
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


class _Work:
    """The running difference: what is taken back first frees room for what is given."""

    def __init__(self, facts: ReferralFacts, live: Program, program: Program, world: World, now: Instant, late: bool):
        self.facts, self.live, self.program, self.world, self.now, self.late = facts, live, program, world, now, late
        self.changes: list[RewardChange] = []
        self.moves: list[CounterMove] = []
        self.refusals: list[tuple[str, str, Reason]] = []
        self.findings: list[Finding] = []
        self.rules: list[dict[str, Any]] = []
        self.counted_for: str | None = facts.state.counted_for
        self._moved: dict[str, int] = {}

    def used(self) -> Mapping[str, int]:
        if not self._moved:
            return self.world.counters
        merged = dict(self.world.counters)
        for key, delta in self._moved.items():
            merged[key] = merged.get(key, 0) + delta
        return merged

    def book(self, change: RewardChange | None) -> None:
        if change is None:
            return
        if change.short:
            detail = {"short": change.short, "unit": change.after.unit, "reward": change.after.id}
            self.findings.append(Finding("not_recovered", f"{change.after.id}:{change.short}", detail))
        if change.step == "short":
            return
        self.changes.append(change)
        before, after = change.before, change.after
        count = (after.net > 0) - (before is not None and before.net > 0)
        person = self.world.roots.get(after.beneficiary, after.beneficiary)
        for move in moves_for(self.live, after.side, person, after.unit, change.delta, count):
            self.moves.append(move)
            self._moved[move.key] = self._moved.get(move.key, 0) + move.delta

    def take_back(self, results: list[RuleResult], gone: Reason | None) -> None:
        """Rewards whose target fell, or is no more."""
        targets = {r.target.key: r.target for r in results if r.target}
        for key, reward in self.facts.rewards.items():
            target = targets.get(key)
            if target is None:
                self.book(retarget(reward, reward.amount, reward.amount, now=self.now, reason=gone))
            elif target.amount - target.reversed < reward.net:
                change = retarget(
                    reward, target.amount, target.reversed, now=self.now, reason=Reason.ORDER_REFUNDED, target=target
                )
                self.book(change)

    def give(self, results: list[RuleResult]) -> None:
        by_occasion: dict[str, list[RuleResult]] = {}
        for result in results:
            by_occasion.setdefault(result.occasion, []).append(result)
        for group in by_occasion.values():
            self._give_together(group)

    def _give_together(self, group: list[RuleResult]) -> None:
        wanted: list[tuple[Target, Reward | None, dict[str, Any]]] = []
        for result in group:
            line: dict[str, Any] = {"rule": result.rule.id, "side": result.rule.side, "saw": result.saw}
            self.rules.append(line)
            target, existing = self._fitting(result, line)
            if target is not None:
                wanted.append((target, existing, line))
        if not wanted or not self._budget_allows(wanted):
            return
        for target, existing, line in wanted:
            self.book(self._increase(target, existing))
            line["result"] = "granted"

    def _fitting(self, result: RuleResult, line: dict[str, Any]) -> tuple[Target | None, Reward | None]:
        target = result.target
        if target is not None:
            line["arithmetic"] = target.arithmetic
        if target is None or result.refused is not None:
            self._refuse(line, result.refused or Reason.NOTHING_TO_GIVE, result.occasion)
            return None, None
        existing = self.facts.rewards.get(target.key)
        if existing is not None and target.amount - target.reversed <= existing.net:
            line["result"] = "unchanged"
            if existing.state == "pending" and existing.reason == Reason.HOLD:
                self.book(
                    retarget(existing, existing.amount, existing.reversed, now=self.now, reason=None, target=target)
                )
            return None, existing
        if self.live.status != ProgramStatus.ACTIVE:
            self._refuse(line, Reason.PROGRAM_NOT_ACTIVE, result.occasion)
            return None, existing
        fits, reason, saw = within_caps(target, existing, self.live, self.used())
        line["saw"] = {**line["saw"], **saw} if saw else line["saw"]
        if reason is not None:
            self._refuse(line, reason, result.occasion)
        return fits, existing

    def _refuse(self, line: dict[str, Any], reason: Reason, occasion: str) -> None:
        line["result"] = line["reason"] = str(reason)
        self.refusals.append((line["rule"], occasion, reason))

    def _budget_allows(self, wanted: list[tuple[Target, Reward | None, dict[str, Any]]]) -> bool:
        room = budget_room(self.live, self.used())
        if room is None or self.live.budget is None:
            return True
        unit = self.live.budget.unit
        asked = sum(t.amount - t.reversed - (r.net if r else 0) for t, r, _ in wanted if t.unit == unit)
        if asked <= room:
            return True
        for target, _, line in wanted:
            line["saw"] = {**line["saw"], "budget": self.live.budget.total, "budget_left": room, "asked": asked}
            self._refuse(line, Reason.BUDGET_EXHAUSTED, target.occasion)
        return False

    def _increase(self, target: Target, existing: Reward | None) -> RewardChange | None:
        if existing is not None:
            return retarget(existing, target.amount, target.reversed, now=self.now, reason=None, target=target)
        referral = None if target.rule.structure == Structure.MILESTONE else self.facts.id
        return grant(
            target,
            program=self.live.key,
            version=self.program.version,
            now=self.now,
            referral=referral,
            late=self.late,
        )

    def count(self, counted: str | None, occasions: list[Occasion]) -> None:
        """Move this friend between advocates' milestone counts, and give or take back what the new counts say."""
        before = self.facts.state.counted_for
        before = self.world.roots.get(before, before) if before else None
        rules = [r for r in self.program.rules if r.structure == Structure.MILESTONE]
        if before == counted or not (rules or before):
            return
        self.counted_for = counted if rules else None
        at = occasions[0].at if occasions else self.now
        for advocate, delta in ((before, -1), (self.counted_for, 1)):
            if advocate is not None:
                self._count_for(advocate, delta, rules, at)

    def _count_for(self, advocate: str, delta: int, rules: list[Any], at: Instant) -> None:
        key = count_key(self.live.key, advocate)
        seen = self.world.counters.get(key, 0)
        self.moves.append(CounterMove(key, delta, None, exact=True, seen=seen))
        for rule in rules:
            reached = milestones(seen + delta, rule)
            existing = slots(self.world.milestone_rewards.get((rule.id, advocate), ()), rule, advocate)
            wanted = {milestone_key(rule, n) for n in range(1, reached + 1)}
            saw = {"count": seen + delta, "every": rule.every, "reached": reached}
            for occasion, reward in existing.items():
                if occasion not in wanted:
                    gone = retarget(reward, reward.amount, reward.amount, now=self.now, reason=Reason.ORDER_REFUNDED)
                    self.book(gone)
            missing = [o for o in sorted(wanted, key=ordinal) if o not in existing or not existing[o].net]
            if not missing:
                self.rules.append({"rule": rule.id, "side": rule.side, "saw": saw, "result": "counted"})
            for occasion in missing:
                self._give_milestone(rule, advocate, occasion, at, existing.get(occasion), saw)

    def _give_milestone(
        self, rule: Any, advocate: str, occasion: str, at: Instant, existing: Reward | None, saw: dict[str, Any]
    ) -> None:
        result = apply_rule(rule, Occasion(occasion, at, None), advocate, self.program)
        line: dict[str, Any] = {"rule": rule.id, "side": rule.side, "saw": {**saw, "occasion": occasion}}
        self.rules.append(line)
        if result.target is None:
            self._refuse(line, result.refused or Reason.NOTHING_TO_GIVE, occasion)
            return
        if existing is not None and existing.by_person:
            line["result"] = "unchanged"
            return
        if self.live.status != ProgramStatus.ACTIVE:
            self._refuse(line, Reason.PROGRAM_NOT_ACTIVE, occasion)
            return
        fits, reason, more = within_caps(result.target, existing, self.live, self.used())
        line["saw"] = {**line["saw"], **more}
        if reason is not None:
            self._refuse(line, reason, occasion)
        if fits is not None and self._budget_allows([(fits, existing, line)]):
            self.book(self._increase(fits, existing))
            line["result"] = "granted"


def _explain(decision: Decision, work: _Work) -> dict[str, Any]:
    """The record of the decision: values only, put into words when somebody reads it."""
    conclusion = decision.conclusion
    return {
        "program": decision.program.slug,
        "version": decision.program.version,
        "now": work.now,
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
        "rules": work.rules,
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
