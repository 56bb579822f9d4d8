"""The difference between what ought to be and what was granted. What is taken back first frees room for what is given."""

from typing import Any

from passaparola.domain.attribution.bind import AdvocateFacts, ProgramVersions
from passaparola.domain.decision import Finding, ReferralFacts, World
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import (
    COUNTING,
    TOGETHER,
    Program,
    ProgramStatus,
    RewardRule,
    Side,
    Structure,
)
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.alerts import budget_alerts
from passaparola.domain.rewards.alternatives import in_stock
from passaparola.domain.rewards.change import HELD, Reward, RewardChange, RewardState, grant, is_ended, retarget, vouch
from passaparola.domain.rewards.kinds import VOUCHERS
from passaparola.domain.rewards.limits import (
    CounterMove,
    Stake,
    Used,
    count_key,
    moves_for,
    moves_of,
    within_caps,
)
from passaparola.domain.rewards.milestones import milestone_key, ordinal, slots
from passaparola.domain.rewards.ranking import Ranking
from passaparola.domain.rewards.stock import is_gone, stock_moves
from passaparola.domain.rewards.streaks import streaks
from passaparola.domain.rewards.tallies import pace_key
from passaparola.domain.rewards.target import Occasion, RuleResult, Target, apply_rule, milestones
from passaparola.domain.rewards.topups import top_up
from passaparola.domain.rewards.wanted import Wanted, within_budgets
from passaparola.domain.rewards.worth import Position
from passaparola.domain.values import replace

HAS_BEEN_ISSUED = frozenset({RewardState.ISSUED, RewardState.REDEEMED})


class Difference:
    """The running difference of one decision."""

    def __init__(
        self,
        facts: ReferralFacts,
        versions: ProgramVersions,
        program: Program,
        world: World,
        now: Instant,
        ranking: Ranking | None = None,
    ):
        self.facts, self.versions, self.live = facts, versions, versions.live
        self.program, self.world, self.now = program, world, now
        self.changes: list[RewardChange] = []
        self.moves: list[CounterMove] = []
        self.refusals: list[tuple[str, str, Reason]] = []
        self.findings: list[Finding] = []
        self.rules: list[dict[str, Any]] = []
        self.ranking = ranking
        self._moved: dict[str, int] = {}
        self._counted: dict[str, int] = {}  # the same for what counts friends, their value and their times

    # -- rewards of this referral -------------------------------------------------------------------------------------------

    def settle(self, results: list[RuleResult], unqualified: dict[str, Reason], gone: Reason) -> None:
        """Take back what is no longer due, then give what is. `unqualified`: why an occasion earns nothing; `gone`: why it is no more."""
        if self.facts.rewards:
            results = [replace(r, target=self._own(r.target)) if r.target else r for r in results]
            self._take_back(results, unqualified, gone)
        by_occasion: dict[str, list[RuleResult]] = {}
        for result in results:
            by_occasion.setdefault(result.occasion, []).append(result)
        for group in by_occasion.values():
            self._give_together(group)

    def _own(self, target: Target) -> Target:
        """The target under the key of the same promise: what is due in another currency, kind or version of voucher is another reward."""
        existing = self.facts.rewards.get(target.key)
        if existing is None or self._same_promise(existing, target):
            return target
        return replace(target, occasion=f"{target.occasion}:v{self.program.version}:{target.unit}")

    def _same_promise(self, existing: Reward, target: Target) -> bool:
        if (existing.kind, existing.unit) != (target.rule.kind, target.unit):
            return False
        if existing.kind not in VOUCHERS or existing.version == self.program.version:
            return True
        rules = self.versions.number(existing.version).rules
        return any(r.id == existing.rule and r.voucher == target.rule.voucher for r in rules)

    def _take_back(self, results: list[RuleResult], unqualified: dict[str, Reason], gone: Reason) -> None:
        targets = {r.target.key: r.target for r in results if r.target}
        refused = {(r.rule.id, r.occasion): r.refused for r in results if r.target is None}
        for key, reward in self.facts.rewards.items():
            target = targets.get(key)
            if target is None:
                why = refused.get((reward.rule, reward.occasion)) or unqualified.get(reward.occasion) or gone
                if reward.referral != self.facts.id:  # of a referral that was merged into this one
                    why = Reason.MERGED
                self.book(retarget(reward, reward.amount, reward.amount, now=self.now, reason=why))
            elif target.net < reward.net:
                why = Reason.ORDER_REFUNDED if target.reversed else Reason.DECIDED_ANEW
                change = retarget(reward, target.amount, target.reversed, now=self.now, reason=why, target=target)
                self.book(change)

    def _give_together(self, group: list[RuleResult]) -> None:
        """All rewards of one occasion fit the budget, or none is given."""
        wanted: list[Wanted] = []
        trial = dict(self._moved)
        for result in group:
            line: dict[str, Any] = {"rule": result.rule.id, "side": result.rule.side, "saw": result.saw}
            self.rules.append(line)
            if result.target is not None:
                line["arithmetic"] = result.target.arithmetic
            if result.target is None or result.refused is not None:
                self._refuse(line, result.refused or Reason.NOTHING_TO_GIVE, result.occasion)
                continue
            existing = self.facts.rewards.get(result.target.key)
            found = self._fitting(result.target, existing, line, trial, self.facts.id)
            if found is not None:
                wanted.append(found)
        for one in self._within_budgets(wanted) if wanted else ():
            self._give(one, self.facts.id)

    # -- milestones ---------------------------------------------------------------------------------------------------------

    def count(self, counted: str | None, occasions: list[Occasion]) -> str | None:
        """Move this friend between advocates' counts, give what they newly reach together and take back what they no longer do.

        Counting follows the version of the referral that triggers it; a milestone given stands while its own version's count is reached.
        Returns the advocate whose count holds the friend now.
        """
        before = self.facts.state.counted_for
        before = self.world.roots.get(before, before) if before else None
        rules = [r for r in self.program.rules if r.structure in COUNTING]
        now = counted if self.program.counts else None
        if self.ranking is not None:
            self._tally(self.ranking)
        if before is not None and before != now:
            self._move_count(before, -1)
            self._give_up(before)
            if self.ranking is not None:
                top_up(self, before, None)
        if now is not None:
            if before != now:
                self._move_count(now, 1)
            elif self.ranking is not None and now in self.ranking.paced():
                self._give_up(now)
            self._reach(now, [r for r in rules if r.structure in TOGETHER], occasions[0], fresh=before != now)
            if self.ranking is not None:
                top_up(self, now, occasions[0])
        return now

    def _tally(self, ranking: Ranking) -> None:
        """Move what this friend adds to the counters of tiers and streaks."""
        for move in ranking.moves():
            self.moves.append(move)
            self._counted[move.key] = self._counted.get(move.key, 0) + move.delta

    def _give_up(self, advocate: str) -> None:
        """Take back each milestone and streak of an advocate that is not reached any more."""
        for (_, person), rewards in self.world.milestone_rewards.items():
            if person == advocate:
                for occasion, reward in slots(rewards, advocate).items():
                    version = self.versions.number(reward.version)
                    rule = next(r for r in version.rules if r.id == reward.rule)
                    if rule.structure in TOGETHER and ordinal(occasion) > self._reached(rule, version, advocate):
                        why = Reason.ORDER_REFUNDED
                        self.book(retarget(reward, reward.amount, reward.amount, now=self.now, reason=why))

    def _reached(self, rule: RewardRule, version: Program, advocate: str) -> int:
        """How many milestones or streaks of a rule the advocate's friends come to, this one as decided now."""
        if rule.structure is Structure.MILESTONE:
            return milestones(self.counter(count_key(self.live.key, advocate)), rule)
        return streaks(self._times(advocate), rule, version.timezone)

    def _times(self, advocate: str) -> list[Instant]:
        """When each of the advocate's friends was counted."""
        known = self.world.paces.get((self.live.key, advocate), {})
        times = [at for referral, at in known.items() if referral != self.facts.id]
        own = self.ranking
        if own is not None and own.counted == advocate and own.after.counted_at is not None:
            times.append(own.after.counted_at)
        return times

    def _reach(self, advocate: str, rules: list[RewardRule], occasion: Occasion, *, fresh: bool) -> None:
        """Give what is reached: with a friend counted now, or one counted before whose milestone was refused then."""
        count = self.counter(count_key(self.live.key, advocate))
        for rule in rules:
            reached = self._reached(rule, self.program, advocate)
            existing = slots(self.world.milestone_rewards.get((rule.id, advocate), ()), advocate)
            saw = {"count": count, "every": rule.every, "reached": reached}
            if rule.within_days is not None:
                saw["within_days"] = rule.within_days
            keys = [milestone_key(n, rule.structure) for n in range(1, reached + 1)]
            missing = [key for key in keys if (r := existing.get(key)) is None or not r.net or r.reversed]
            for key in missing:
                if self._milestone(rule, advocate, key, occasion, existing.get(key), saw) and not fresh:
                    self.exactly(count_key(self.live.key, advocate))
                    if rule.structure is Structure.FREQUENCY:
                        self.exactly(pace_key(self.live.key, advocate))
            if not missing:
                self.rules.append({"rule": rule.id, "side": rule.side, "saw": saw, "result": "counted"})

    def _milestone(
        self, rule: RewardRule, advocate: str, key: str, by: Occasion, existing: Reward | None, saw: dict[str, Any]
    ) -> bool:
        occasion = Occasion(key, by.at, None, 0, by.late, by.unconfirmed)
        lot = Position(ticket=advocate, occasion=key)
        result = apply_rule(rule, occasion, advocate, self.program, lot)
        if existing is not None and result.target is not None and not self._same_promise(existing, result.target):
            then = self.versions.number(existing.version)  # what was taken back comes back as what it was
            rule = next(r for r in then.rules if r.id == rule.id)
            result = apply_rule(rule, occasion, advocate, then, lot)
        line: dict[str, Any] = {"rule": rule.id, "side": rule.side, "saw": {**saw, "occasion": key}}
        self.rules.append(line)
        if result.target is None:
            self._refuse(line, result.refused or Reason.NOTHING_TO_GIVE, key)
            return False
        line["arithmetic"] = result.target.arithmetic
        return self.give_together(result.target, existing, line)

    def give_together(self, target: Target, existing: Reward | None, line: dict[str, Any]) -> bool:
        """Give what many friends earn together, where caps and budgets leave room. Whether it was given."""
        wanted = self._fitting(target, existing, line, dict(self._moved), None)
        used = Used(self.world.counters, self._moved)
        if wanted is not None and is_gone(self.live, target.rule.id, wanted.gained, used):
            self._refuse(line, Reason.OUT_OF_STOCK, target.occasion)
            return False
        given = self._within_budgets([wanted]) if wanted is not None else []
        for one in given:
            self._give(one, None)
        return bool(given)

    def counter(self, key: str) -> int:
        """A counter as this decision leaves it so far."""
        return self.world.counters.get(key, 0) + self._counted.get(key, 0)

    def exactly(self, key: str) -> None:
        """The write shall fail when this counter is no longer as it was read."""
        if key not in self._counted:
            self._counted[key] = 0
            self.moves.append(CounterMove(key, 0, None, exact=True, seen=self.world.counters.get(key, 0)))

    def give_by_staff(self, rule: RewardRule, person: str, occasion: str) -> None:
        """Give what a rule promises to one person, without a friend. The occasion is new each time."""
        self.give_by_itself(rule, person, Occasion(occasion, self.now, None))

    def give_by_itself(self, rule: RewardRule, person: str, by: Occasion) -> None:
        """Give what a rule promises to one person for an occasion that no friend is; out of stock, what stands in for it."""
        for result in in_stock(rule, person, by, self.program, self.live, self.world):
            line: dict[str, Any] = {"rule": result.rule.id, "side": result.rule.side, "saw": result.saw}
            self.rules.append(line)
            if result.target is None:
                self._refuse(line, result.refused or Reason.NOTHING_TO_GIVE, by.key)
                continue
            line["arithmetic"] = result.target.arithmetic
            self.give_together(result.target, None, line)

    def _move_count(self, advocate: str, delta: int) -> None:
        key = count_key(self.live.key, advocate)
        self.moves.append(CounterMove(key, delta, None, exact=True, seen=self.world.counters.get(key, 0)))
        self._counted[key] = self._counted.get(key, 0) + delta

    # -- what both go through -----------------------------------------------------------------------------------------------

    def _fitting(
        self,
        target: Target,
        existing: Reward | None,
        line: dict[str, Any],
        trial: dict[str, int],
        referral: str | None,
    ) -> Wanted | None:
        """What may be given of a target, by the person's caps. `trial` are the counters with what the same occasion asks besides."""
        if existing is not None and self._stands(target, existing, line):
            return None
        reason = self._not_now(target, existing)
        fits: Target | None = None
        if reason is None and existing is not None and existing.queued_on is not None:
            return Wanted(target, existing, line)  # it goes on waiting, with another amount
        if existing is not None and existing.counts:
            target = replace(target, at=existing.earned_at)
        if reason is None:
            fit = within_caps(target, existing, self.live, Used(self.world.counters, trial), referral)
            fits, reason = fit.target, fit.reason
            line["saw"] = {**line["saw"], **fit.saw} if fit.saw else line["saw"]
        if reason is not None:
            self._refuse(line, reason, target.occasion)
        if fits is None:
            return None
        wanted = Wanted(fits, existing, line)
        if wanted.more:
            self._try(wanted, trial, referral)
        return wanted

    def _try(self, wanted: Wanted, trial: dict[str, int], referral: str | None) -> None:
        """Let the next reward of the same occasion see what this one asks."""
        target, existing = wanted.target, wanted.existing
        stake = Stake(target.rule.side, target.beneficiary, referral, target.unit, target.at)
        for move in moves_for(self.live, stake, wanted.more, 1 if existing is None or existing.net == 0 else 0):
            trial[move.key] = trial.get(move.key, 0) + move.delta

    def _stands(self, target: Target, existing: Reward, line: dict[str, Any]) -> bool:
        """Whether nothing is to be given: it was given before, or a person or time has ended it."""
        if is_ended(existing):
            line["result"], line["reason"] = "unchanged", existing.reason
            return True
        if target.net > existing.net:
            return False
        line["result"] = "unchanged"
        if existing.reason == Reason.UNCONFIRMED and not target.late and target.net == existing.net:
            self.book(vouch(existing, replace(target, waits=self._waits(target)), now=self.now))
        elif existing.state == RewardState.PENDING and existing.reason in HELD and target.net == existing.net:
            amount, back = existing.amount, existing.reversed
            self.book(retarget(existing, amount, back, now=self.now, reason=None, target=target))
        return True

    def _not_now(self, target: Target, existing: Reward | None) -> Reason | None:
        """Why nothing may be given at present, whatever the limits say."""
        if self.live.status != ProgramStatus.ACTIVE:
            return Reason.PROGRAM_NOT_ACTIVE
        facts = self._advocate(target)
        if facts is not None and facts.suspended:
            return Reason.ADVOCATE_SUSPENDED
        if self.world.rewards_paused and existing is not None and existing.state in HAS_BEEN_ISSUED:
            return Reason.REWARDS_PAUSED
        if target.late and existing is not None and existing.state in HAS_BEEN_ISSUED:
            detail = {"reward": existing.id, "has": existing.net, "due": target.net, "unit": target.unit}
            self.findings.append(Finding("late_event_raises_reward", f"{existing.id}:{target.net}", detail))
            return Reason.LATE_EVENT
        return None

    def _advocate(self, target: Target) -> AdvocateFacts | None:
        return self.world.advocates.get(target.beneficiary) if target.rule.side == Side.ADVOCATE else None

    def _waits(self, target: Target) -> Reason | None:
        """Why what is given now may not be issued yet: somebody else must act first."""
        if self.world.rewards_paused:
            return Reason.REWARDS_PAUSED
        facts = self._advocate(target)
        return Reason.ADVOCATE_UNCONFIRMED if facts is not None and facts.provisional else None

    def _within_budgets(self, wanted: list[Wanted]) -> list[Wanted]:
        """All of them, all of them queued, or none."""
        fits = within_budgets(wanted, self.live, Used(self.world.counters, self._moved))
        for one in wanted if fits is None else ():
            self._refuse(one.line, Reason.BUDGET_EXHAUSTED, one.target.occasion)
        return fits or []

    def _give(self, wanted: Wanted, referral: str | None) -> None:
        target, existing = wanted.target, wanted.existing
        waits = self._waits(target)
        if waits is not None:
            target = replace(target, waits=waits)
        if existing is not None:
            change = retarget(existing, target.amount, target.reversed, now=self.now, reason=None, target=target)
        else:
            program, version = self.live.key, self.program.version
            change = grant(target, program=program, version=version, now=self.now, referral=referral)
        self.book(change)
        wanted.line["result"] = "queued" if target.queued_on is not None else "granted"
        if target.queued_on is not None:
            wanted.line["reason"] = Reason.QUEUED

    def _refuse(self, line: dict[str, Any], reason: Reason, occasion: str) -> None:
        line["result"] = line["reason"] = str(reason)
        self.refusals.append((line["rule"], occasion, reason))

    def book(self, change: RewardChange | None) -> None:
        """Take the change into the decision, with what it moves of caps and budget."""
        if change is None:
            return
        if change.short:
            detail = {"short": change.short, "unit": change.after.unit, "reward": change.after.id}
            key = ":".join(str(part) for part in (change.after.id, change.short, change.after.reversed) if part)
            self.findings.append(Finding("not_recovered", key, detail))
        if change.step == "short":
            return
        self.changes.append(change)
        after = change.after
        person = self.world.roots.get(after.beneficiary, after.beneficiary)
        moves = moves_of(self.live, change, person)
        moves += stock_moves(self.live, after.rule, change.net_delta) if self.live.stocks else ()
        for move in moves:
            self.moves.append(move)
            self._moved[move.key] = self._moved.get(move.key, 0) + move.delta
        if change.delta > 0 and self.live.budgets:
            used = Used(self.world.counters, self._moved)
            self.findings += budget_alerts(self.live, after.unit, after.earned_at, used, change.delta)
