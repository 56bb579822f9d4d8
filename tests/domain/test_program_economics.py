"""What works and is unwise is warned of, each with its remedy; and goals are measured by one number."""

import pytest

from passaparola.domain.instant import parse_instant
from passaparola.domain.money import MAX_MINOR
from passaparola.domain.programs import FindingReason, Program
from passaparola.domain.programs.goals import Goal, GoalKind, evaluate
from passaparola.domain.referrals.state import Order
from passaparola.domain.rewards.target import Occasion, apply_rule
from tests.domain.program_files import good, only, read

R = FindingReason
HEAD = "program: p\nname: P\ncurrency: USD\n"


def program(reward: str, rest: str, kind: str = "customer") -> str:
    return f"{HEAD}type: {kind}\ntrigger: first_purchase\nrewards:\n  - {{side: advocate, {reward}}}\n{rest}\n"


CREDIT = "kind: store_credit, amount: {}"
DEAL = "economics: {deal_value: 5000.00}"
PLAN = "economics: {plan_price: 65.00}"
ORDER = "economics: {order_value: 30.00, margin: 40}"


@pytest.mark.parametrize(
    ("amount", "rest", "kind", "reason"),
    [
        pytest.param("1.30", PLAN, "saas", R.REWARD_OUT_OF_PROPORTION, id="RWD-13: too low, 2 % of the price"),
        pytest.param("6.50", PLAN, "saas", None, id="RWD-13: right, 10 % of the price"),
        pytest.param("58.50", PLAN, "saas", R.REWARD_OUT_OF_PROPORTION, id="RWD-13: too high, 90 % of the price"),
        pytest.param("10.00", DEAL, "b2b", R.REWARD_TOO_SMALL, id="RWD-13: $10 for a deal between firms of $5,000"),
        pytest.param("2.00", ORDER, "loyalty", None, id="RWD-13: small, for consumers"),
        ("25.00", DEAL, "b2b", None),
        ("13.00", ORDER, "customer", R.REWARD_ABOVE_MARGIN),
        ("12.00", ORDER, "customer", None),
        ("6.49", PLAN, "saas", R.REWARD_OUT_OF_PROPORTION),
        ("39.00", PLAN, "saas", None),
        ("39.01", PLAN, "saas", R.REWARD_OUT_OF_PROPORTION),
    ],
)
def test_a_reward_is_judged_by_what_a_customer_is_worth(
    amount: str, rest: str, kind: str, reason: FindingReason | None
) -> None:
    text = program(CREDIT.format(amount), rest, kind)
    if reason is None:
        good(text)
        return
    finding = only(text)
    assert (finding.severity, finding.reason) == ("warning", reason)
    assert finding.remedy
    assert isinstance(read(text)[0], Program)


def test_both_sides_together_are_held_against_the_margin() -> None:
    text = program(CREDIT.format("7.00"), "  - {side: friend, kind: store_credit, percent: 20}\n")
    assert only(text + "economics: {order_value: 30.00, margin: 40}\n").found == "13.00 USD for both sides"


@pytest.mark.parametrize(
    "rare",
    [
        "{id: pace, side: advocate, kind: store_credit, amount: 30.00, structure: {kind: frequency, every: 3, within_days: 9}}",
        "{id: best, side: winners, place: 1, kind: gift_card, amount: 90.00}\ncontest: {period: month}",
    ],
)
def test_what_comes_now_and_then_is_not_held_against_the_margin_on_one_order(rare: str) -> None:
    good(program(CREDIT.format("12.00"), f"  - {rare}\n{ORDER}"))


def test_a_program_may_give_nothing() -> None:
    assert good(f"{HEAD}trigger: first_purchase\nrewards: []\n").rules == ()


BASE = Goal(GoalKind.MULTIPLY_BASE, factor_bp=20_000, months=15)
SALES = Goal(GoalKind.SALES, target=50)
CAC = Goal(GoalKind.LOWER_CAC, target=1000, unit="USD")


@pytest.mark.parametrize(
    ("goal", "baseline", "value", "over", "progress", "state"),
    [
        (BASE, 1000, 1000, False, 0, "open"),
        (BASE, 1000, 1500, False, 5_000, "open"),
        (BASE, 1000, 2000, False, 10_000, "met"),
        (BASE, 1000, 1999, True, 9_990, "not_met"),
        (BASE, 0, 5, False, None, "unmeasured"),
        (SALES, 7, 0, False, 0, "open"),
        (SALES, 7, 25, True, 5_000, "not_met"),
        (SALES, 7, 60, False, 10_000, "met"),
        (SALES, 7, None, False, None, "open"),
        (CAC, 0, 2000, False, 5_000, "open"),
        (CAC, 0, 1000, True, 10_000, "met"),
        (Goal(GoalKind.TRUST), 0, 5, True, None, "unmeasured"),
    ],
)
def test_a_goal_is_met_open_or_missed(
    goal: Goal, baseline: int, value: int | None, over: bool, progress: int | None, state: str
) -> None:
    found = evaluate(goal, baseline=baseline, value=value, over=over)
    assert (found.progress_bp, found.state) == (progress, state)


def test_to_double_the_base_in_fifteen_months_can_be_said() -> None:
    goal = good(f"{HEAD}trigger: signup\nrewards: []\ngoal: {{kind: multiply_base, factor: 2, months: 15}}\n").goal
    assert goal == BASE


def test_boosts_pile_up_to_no_more_than_the_books_can_hold() -> None:
    boost = "{first_day: 2026-01-01, last_day: 2027-12-31, times: 100}"
    found = good(program(CREDIT.format("9999999.00") + f", boosts: [{', '.join([boost] * 6)}]", ""))
    may = parse_instant("2026-05-01T00:00:00Z")
    result = apply_rule(found.rules[0], Occasion("o", may, Order("o", may, "e", 100, "USD")), "ada", found)
    assert result.target is not None
    assert (result.target.amount, result.target.arithmetic["maximum"]) == (MAX_MINOR, MAX_MINOR)
