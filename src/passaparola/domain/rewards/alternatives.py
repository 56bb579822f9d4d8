"""Which of several rules gives: the one that the person prefers, another one when it is out of stock, none when it was applied already."""

from collections.abc import Iterable, Iterator, Mapping

from passaparola.domain.decision import World
from passaparola.domain.programs.compiled import Program, RewardRule
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward, is_ended
from passaparola.domain.rewards.stock import stock_key
from passaparola.domain.rewards.target import Occasion, RuleResult, apply_rule
from passaparola.domain.rewards.worth import Position
from passaparola.domain.values import replace

Key = tuple[str, str, str, str]
Choices = Mapping[tuple[str, str, str], str]  # (program, person, choice) → the rule that the person prefers


def in_stock(
    rule: RewardRule, person: str, by: Occasion, program: Program, live: Program, world: World
) -> list[RuleResult]:
    """What a rule gives one person by itself: its own result where nothing of the program runs out, else what is left in stock."""
    lot = Position(ticket=person, occasion=by.key)
    own = apply_rule(rule, by, person, program, lot)
    if not live.stocks:
        return [own]
    others = {
        r.id: apply_rule(r, by, person, program, lot) for r in program.rules if r.side is rule.side and r.id != rule.id
    }
    return Alternatives(program, live, {}, world.counters, world.choices).of_one(rule.id, {**others, rule.id: own})


class Alternatives:
    """The choice among the results of one decision. What was given once stays, whatever somebody prefers later."""

    def __init__(
        self,
        program: Program,
        live: Program,
        rewards: Mapping[Key, Reward],
        counters: Mapping[str, int],
        choices: Choices,
    ):
        self.program, self.live, self.rewards = program, live, rewards
        self.counters, self.choices = counters, choices
        self.stocks = dict(live.stocks)
        self._taken: dict[str, int] = {}
        self.only_instead = {rule.fallback for rule in program.rules if rule.fallback}

    def of_one(self, rule: str, by_rule: Mapping[str, RuleResult]) -> list[RuleResult]:
        """The result of this rule, or of what stands in for it, with a named refusal for each that is out of stock."""
        return list(self._first([rule], by_rule, set()))

    def resolve(self, results: Iterable[RuleResult]) -> list[RuleResult]:
        """The results of the rules that give, and a named refusal for each that would have come first."""
        by_occasion: dict[str, list[RuleResult]] = {}
        for result in results:
            by_occasion.setdefault(result.occasion, []).append(result)
        return [found for group in by_occasion.values() for found in self._of_occasion(group)]

    def _of_occasion(self, group: list[RuleResult]) -> Iterator[RuleResult]:
        by_rule = {result.rule.id: result for result in group if not result.rule.applied}
        had = {(r.rule.choice, r.rule.side) for r in group if r.rule.applied and r.rule.choice is not None}
        decided: set[tuple[str, str]] = set()
        done: set[str] = set()
        for result in group:
            rule = result.rule
            if rule.applied or (rule.choice, rule.side) in had:
                yield replace(result, target=None, refused=Reason.APPLIED_AT_CHECKOUT)
            elif rule.choice is not None:
                if (rule.choice, rule.side) not in decided:
                    decided.add((rule.choice, rule.side))
                    yield from self._first(self._preferred(rule, by_rule), by_rule, done)
            elif rule.id not in self.only_instead:
                yield from self._first([rule.id], by_rule, done)

    def _preferred(self, rule: RewardRule, by_rule: Mapping[str, RuleResult]) -> list[str]:
        """The rules of a choice, the preferred one first, then as the file has them."""
        group = [key for key, r in by_rule.items() if (r.rule.choice, r.rule.side) == (rule.choice, rule.side)]
        person = next((target.beneficiary for key in group if (target := by_rule[key].target)), "")
        wish = self.choices.get((self.program.key, person, rule.choice or ""))
        return sorted(group, key=lambda key: key != wish)

    def _first(self, heads: list[str], by_rule: Mapping[str, RuleResult], done: set[str]) -> Iterator[RuleResult]:
        """The first of them, each followed by what stands in for it, that was given already or is in stock. One whose condition is not met
        is passed over while there is another, and one that is `done` already: an occasion gives no reward twice."""
        chain = (key for key in self._chain(heads, by_rule) if key not in done)
        given = next((key for key in chain if self._was_given(by_rule[key])), None)
        able = [key for key in heads if by_rule[key].refused is not Reason.CONDITION_NOT_MET] or heads[:1]
        if not given:
            yield from (by_rule[key] for key in heads[: heads.index(able[0])])
        for key in [given] if given else self._chain(able, by_rule):
            result = by_rule[key]
            if key in done:
                continue
            if given or self._in_stock(result):
                done.add(key)
                yield result
                return
            yield self._gone(result)

    def _chain(self, heads: list[str], by_rule: Mapping[str, RuleResult]) -> Iterator[str]:
        seen: set[str] = set()
        for head in heads:
            key: str | None = head
            while key is not None and key not in seen and key in by_rule:
                seen.add(key)
                yield key
                key = by_rule[key].rule.fallback

    def _was_given(self, result: RuleResult) -> bool:
        """Also what a person or time has ended since: nothing stands in for it."""
        reward = self.rewards.get(result.target.key) if result.target else None
        return reward is not None and (reward.net > 0 or is_ended(reward))

    def _in_stock(self, result: RuleResult) -> bool:
        """Whether there are enough. What is to be given is set aside for the rest of this decision."""
        stock, target = self.stocks.get(result.rule.id), result.target
        if stock is None or target is None:
            return True
        key = stock_key(self.live.key, result.rule.id)
        used = self.counters.get(key, 0) + self._taken.get(key, 0)
        if used + target.net > stock:
            return False
        self._taken[key] = self._taken.get(key, 0) + target.net
        return True

    def _gone(self, result: RuleResult) -> RuleResult:
        stock = self.stocks.get(result.rule.id, 0)
        return replace(result, saw={**result.saw, "stock": stock}, target=None, refused=Reason.OUT_OF_STOCK)
