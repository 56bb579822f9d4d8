"""What a program is for: its goal, the worth of a customer, the step of joining that asks, and what people did before the launch."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from passaparola.domain.programs.fields import Amount, Day, Percent, YesNo, choice, factor, whole
from passaparola.domain.programs.group import Group, numbers, words


class GoalKind(StrEnum):
    """What is to be reached; each is measured by one number (`KPIS`)."""

    SALES = "sales"
    REVENUE = "revenue"
    REFERRALS = "referrals"
    NEW_CUSTOMERS = "new_customers"
    MULTIPLY_BASE = "multiply_base"
    AWARENESS = "awareness"
    LOYALTY = "loyalty"
    LEADS = "leads"
    TRUST = "trust"
    REPUTATION = "reputation"
    LOWER_CAC = "lower_cac"


KPIS: dict[GoalKind, str] = {
    GoalKind.SALES: "paid orders of bound friends",
    GoalKind.REVENUE: "revenue of qualifying orders, in the program's currency",
    GoalKind.REFERRALS: "friends bound to an advocate",
    GoalKind.NEW_CUSTOMERS: "converted friends",
    GoalKind.MULTIPLY_BASE: "customers: persons with a paid order or known as customers",
    GoalKind.AWARENESS: "visits",
    GoalKind.LOYALTY: "paid orders of bound friends after their first",
    GoalKind.LEADS: "bound friends, whether they have bought or not",
    GoalKind.LOWER_CAC: "cost of rewards for each converted friend, in the program's currency",
    GoalKind.TRUST: "the share of people who trust the firm, by survey",
    GoalKind.REPUTATION: "the likelihood to recommend, by survey",
}
BY_SURVEY = frozenset({GoalKind.TRUST, GoalKind.REPUTATION})
IN_MONEY = frozenset({GoalKind.REVENUE, GoalKind.LOWER_CAC})
BY_FACTOR = frozenset({GoalKind.MULTIPLY_BASE})

GoalWord = Annotated[GoalKind, PlainValidator(choice("goal.kind", GoalKind)), words(GoalKind)]
Months = Annotated[int, PlainValidator(whole(1, 120)), numbers(1, 120)]
Growth = Annotated[
    int, PlainValidator(factor(1000)), WithJsonSchema({"type": "number", "exclusiveMinimum": 1, "maximum": 1000})
]
Stages = Annotated[int, PlainValidator(whole(1, 50)), numbers(1, 50)]


class GoalGroup(Group):
    """What is to be reached, by when: `goal: {kind: multiply_base, factor: 2, months: 15}`."""

    kind: GoalWord = Field(description="What is to be reached.")
    target: Amount | None = Field(None, description="How many, or an amount of money, from the launch on.")
    factor: Growth | None = Field(None, description="multiply_base: by how much, such as 2.")
    months: Months | None = Field(None, description="Calendar months from the launch.")
    deadline: Day | None = Field(None, description="The last day, such as 2027-12-31.")


class EconomicsGroup(Group):
    """What a customer is worth. Rewards that do not fit it are warned of."""

    order_value: Amount | None = Field(None, description="What a usual order is worth.")
    margin: Percent | None = Field(None, description="The margin on an order, in per cent.")
    plan_price: Amount | None = Field(None, description="What a subscription costs a period.")
    deal_value: Amount | None = Field(None, description="What a usual deal with a firm is worth.")
    lifetime_value: Amount | None = Field(None, description="What a customer is worth over the whole time.")
    least_percent: Percent | None = Field(None, description="The least a reward should be of the plan's price; 10.")
    most_percent: Percent | None = Field(None, description="The most a reward should be of the plan's price; 60.")


class OnboardingGroup(Group):
    """The stages of joining the firm's product, of which one asks to refer; usually the last."""

    stages: Stages = Field(description="How many stages there are.")
    referral_step: Stages = Field(description="Which of them asks; it is hidden until those before it are done.")


class LaunchGroup(Group):
    """What only people can say they did."""

    satisfaction_known: YesNo | None = Field(None, description="We know how satisfied our customers are.")
    staff_briefed: YesNo | None = Field(None, description="Sales, service and support know the program.")


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal ready to be measured. `target` is a count or minor units of `unit`; `factor_bp` basis points of the base (2 is 20,000)."""

    kind: GoalKind
    target: int | None = None
    unit: str | None = None
    factor_bp: int | None = None
    months: int | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How far a goal is. `progress_bp` in basis points of the way, 0 to 10,000; None where nothing can be measured."""

    target: int | None
    progress_bp: int | None
    state: str  # met, open, not_met, unmeasured
    why: str = ""


def evaluate(goal: Goal, *, baseline: int, value: int | None, over: bool) -> Evaluation:
    """Where a goal stands: `baseline` at the launch, `value` now (counted from the launch, or the whole base for `multiply_base`).

    Progress is (value − start) ÷ (target − start), in basis points, rounded down, within 0 and 10,000. `lower_cac` is met at or below
    its target. `over`: the deadline has passed. What only a survey can tell is `unmeasured`, and so is a base of zero to be multiplied.
    """
    if goal.kind in BY_SURVEY:
        return Evaluation(goal.target, None, "unmeasured", "it is measured by surveys")
    if value is None:
        return Evaluation(goal.target, None, "not_met" if over else "open", "nothing has been counted yet")
    if goal.kind is GoalKind.LOWER_CAC:
        target = goal.target or 0
        met = value <= target
        return Evaluation(target, 10_000 if met else target * 10_000 // value, _state(met, over))
    start, target = (baseline, _multiplied(baseline, goal)) if goal.kind in BY_FACTOR else (0, goal.target or 0)
    if target <= start:
        return Evaluation(target, None, "unmeasured", "there was nothing to multiply at the launch")
    progress = max(0, min(10_000, (value - start) * 10_000 // (target - start)))
    return Evaluation(target, progress, _state(value >= target, over))


def _multiplied(baseline: int, goal: Goal) -> int:
    if goal.factor_bp is None:
        return baseline + (goal.target or 0)
    return -(-baseline * goal.factor_bp // 10_000)  # up: the base has been multiplied only when the whole is there


def _state(met: bool, over: bool) -> str:
    if met:
        return "met"
    return "not_met" if over else "open"
