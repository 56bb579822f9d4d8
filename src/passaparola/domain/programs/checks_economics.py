"""Checks of what works and is unwise: rewards that do not fit what a customer is worth, and goals nobody can measure."""

from collections.abc import Iterator

from passaparola.domain import money
from passaparola.domain.money import proportion
from passaparola.domain.programs.compiled import TOGETHER, Base, Side
from passaparola.domain.programs.document import RewardGroup
from passaparola.domain.programs.findings import FindingReason, Wrong
from passaparola.domain.programs.goals import BY_FACTOR, BY_SURVEY, IN_MONEY, EconomicsGroup, GoalGroup
from passaparola.domain.programs.meaning import minor, structure_of
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.programs.tree import Path
from passaparola.domain.programs.vocabulary import ProgramType

BASIS_POINTS = 10_000
LEAST_OF_PLAN, MOST_OF_PLAN = 1_000, 6_000  # basis points of a subscription's price
LEAST_OF_DEAL = 50  # half a per cent of a deal between firms: ten dollars for five thousand persuade nobody


WORTHS = ("order_value", "plan_price", "deal_value", "lifetime_value")


def worths(parts: Parts) -> Iterator[tuple[Path, str]]:
    """The amounts of money in the economics and the goal, with their paths."""
    for key in WORTHS if parts.economics is not None else ():
        text = getattr(parts.economics, key)
        if text is not None:
            yield ("economics", key), text
    if parts.goal is not None and parts.goal.kind in IN_MONEY and parts.goal.target is not None:
        yield ("goal", "target"), parts.goal.target


def rewards_within_margin(parts: Parts) -> Iterator[Placed]:
    """What one order earns for both sides together should not be above the margin on it."""
    economics = parts.economics
    order = _worth(economics, "order_value", parts.currency)
    if economics is None or order is None or economics.margin is None or parts.currency is None or not parts.complete:
        return
    margin = proportion(order, economics.margin, BASIS_POINTS)
    given = sum(_given(reward, order, parts.currency) for _, reward in parts.rewards)
    if given > margin:
        found = f"{money.money_text(given, parts.currency)} for both sides"
        expected = f"at most the margin of {money.money_text(margin, parts.currency)} on an order"
        yield ("rewards",), _unwise(FindingReason.REWARD_ABOVE_MARGIN, expected, "lower the rewards", found)


def reward_fits_plan(parts: Parts) -> Iterator[Placed]:
    """A reward is neither ridiculous nor ruinous beside the price of the subscription."""
    economics = parts.economics
    price = _worth(economics, "plan_price", parts.currency)
    if economics is None or price is None or parts.currency is None:
        return
    low, high = _proportion(parts)
    least, most = proportion(price, low, BASIS_POINTS), proportion(price, high, BASIS_POINTS)
    for at, reward in parts.rewards:
        given = _given(reward, price, parts.currency)
        if given and not least <= given <= most:
            expected = (
                f"{money.money_text(least, parts.currency)} to {money.money_text(most, parts.currency)}, in proportion to"
                f" the plan's price of {money.money_text(price, parts.currency)}"
            )
            mend = "raise it" if given < least else "lower it"
            found = money.money_text(given, parts.currency)
            yield at, _unwise(FindingReason.REWARD_OUT_OF_PROPORTION, expected, mend, found)


def reward_fits_price(parts: Parts) -> Iterator[Placed]:
    """Where the guards say so, a share of the plan is in proportion whatever the plan costs."""
    if (
        parts.guards is None
        or parts.guards.reward_to_price is None
        or _worth(parts.economics, "plan_price", parts.currency)
    ):
        return
    low, high = _proportion(parts)
    for at, reward in parts.rewards:
        off_order = reward.voucher.percent if reward.voucher is not None else None
        share = reward.percent if reward.of is Base.PLAN else off_order
        if share is not None and not low <= share <= high:
            expected = f"{_share(low)} to {_share(high)} of the price, as `guards.reward_to_price` says"
            mend = "raise it" if share < low else "lower it"
            yield at, _unwise(FindingReason.REWARD_OUT_OF_PROPORTION, expected, mend, _share(share))


def _proportion(parts: Parts) -> tuple[int, int]:
    """The least and the most of the price, in basis points: by the guards, by the economics, or by our rule of thumb."""
    guard = parts.guards.reward_to_price if parts.guards is not None else None
    economics = parts.economics
    low = (guard.min if guard else None) or (economics.least_percent if economics else None) or LEAST_OF_PLAN
    high = (guard.max if guard else None) or (economics.most_percent if economics else None) or MOST_OF_PLAN
    return low, high


def _share(points: int) -> str:
    return f"{points // 100}.{points % 100:02} %"


def reward_fits_deal(parts: Parts) -> Iterator[Placed]:
    """Between firms a small present for a large deal is no incentive. Small incentives for consumers are fine."""
    deal = _worth(parts.economics, "deal_value", parts.currency)
    if parts.type is not ProgramType.B2B or deal is None or parts.currency is None:
        return
    least = proportion(deal, LEAST_OF_DEAL, BASIS_POINTS)
    for at, reward in parts.rewards:
        given = _given(reward, deal, parts.currency)
        if reward.side is Side.ADVOCATE and 0 < given < least:
            dealt = money.money_text(deal, parts.currency)
            expected = f"at least {money.money_text(least, parts.currency)} for a deal of {dealt}"
            found = money.money_text(given, parts.currency)
            yield at, _unwise(FindingReason.REWARD_TOO_SMALL, expected, "raise it, or give a share of the deal", found)


def goal_is_measurable(parts: Parts) -> Iterator[Placed]:
    """A goal has a target, and a day on which it is judged."""
    goal = parts.goal
    if goal is None:
        return
    if goal.months is None and goal.deadline is None:
        yield ("goal",), _incomplete("by when", "add `months: 12`, or `deadline: 2027-12-31`")
    if goal.months is not None and goal.deadline is not None:
        yield ("goal", "deadline"), _incomplete("`months` or `deadline`, not both", "leave one out")
    yield from _target_fits(goal)


def _target_fits(goal: GoalGroup) -> Iterator[Placed]:
    if goal.kind in BY_SURVEY:
        return
    if goal.kind in BY_FACTOR:
        if goal.factor is None:
            yield ("goal", "factor"), _incomplete("by how much", "add `factor: 2`")
        return
    if goal.factor is not None:
        yield ("goal", "factor"), _incomplete("a factor only with multiply_base", "write `target`")
    if goal.target is None:
        yield ("goal", "target"), _incomplete("how much is to be reached", "add `target: 100`")
    elif goal.kind not in IN_MONEY and not goal.target.isdigit():
        yield ("goal", "target"), Wrong(FindingReason.BAD_NUMBER, "a whole number: it counts", "write it as 100")


def referral_step_exists(parts: Parts) -> Iterator[Placed]:
    """The step that asks is one of the stages."""
    steps = parts.onboarding
    if steps is not None and steps.referral_step > steps.stages:
        expected = f"one of the {steps.stages} stages"
        yield (
            ("onboarding", "referral_step"),
            Wrong(FindingReason.ONBOARDING_STEP, expected, f"write a number from 1 to {steps.stages}"),
        )


def _incomplete(expected: str, remedy: str) -> Wrong:
    return Wrong(FindingReason.GOAL_INCOMPLETE, expected, remedy)


def _unwise(reason: FindingReason, expected: str, remedy: str, found: str) -> Wrong:
    return Wrong(reason, expected, remedy, found, "warning")


def _worth(economics: EconomicsGroup | None, key: str, currency: str | None) -> int | None:
    return None if economics is None or currency is None else minor(getattr(economics, key), currency)


def _given(reward: RewardGroup, base: int, currency: str) -> int:
    """What a reward gives for one conversion worth `base`, in minor units; 0 where it is worth no money or comes only now and then."""
    now_and_then = structure_of(reward) in TOGETHER or reward.side is Side.WINNERS
    if now_and_then or (reward.currency or currency) != currency:
        return 0
    if reward.percent is not None:
        given = proportion(base, reward.percent, BASIS_POINTS)
        least, most = minor(reward.minimum, currency), minor(reward.maximum, currency)
        given = max(given, least or 0)
        return given if most is None else min(given, most)
    if reward.voucher is not None and reward.voucher.percent is not None:
        given, most = (
            proportion(base, reward.voucher.percent, BASIS_POINTS),
            minor(reward.voucher.max_discount, currency),
        )
        return given if most is None else min(given, most)
    return (minor(reward.amount, currency) or 0) if getattr(reward, "unit", None) is None else 0


ECONOMICS = (
    rewards_within_margin,
    reward_fits_plan,
    reward_fits_price,
    reward_fits_deal,
    goal_is_measurable,
    referral_step_exists,
)
