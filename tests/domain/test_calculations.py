"""C1 to C17: every named vector comes out exactly, rounded as it is told; and docs/calculations.md shows what the code does."""

from fractions import Fraction
from pathlib import Path

import pytest

from passaparola.domain.calculations.calculation import LABELS, Calculation, Example
from passaparola.domain.calculations.catalogue import CATALOGUE
from passaparola.domain.calculations.growth import doubling, growth
from passaparola.domain.calculations.page import command_of, page_text

PAGE = Path(__file__).parents[2] / "docs" / "calculations.md"
EUR = {"currency": "EUR"}
SURVEY = {"customers": "10000", "satisfied_share": "65 %", "dissatisfied_share": "35 %"}
FUNNEL = {
    "customers": "1000",
    "participation": "10 %",
    "referrals_each": "3",
    "conversion": "20 %",
    "order_value": "80.00",
}
THREE_EACH = {"customers": "1000", "referrals_each": "3", "conversion": "0.1", "generations": "3"}

VECTORS: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    ("C1", "buzz", {**SURVEY, "case": "low"}, {
        "satisfied": "6,500 customers", "dissatisfied": "3,500 customers", "passive": "0 customers",
        "positive_stories": "32,500 stories", "negative_stories": "35,000 stories", "all_stories": "67,500 stories",
        "negative_share": "51.85 %", "net_stories": "-2,500 stories", "break_even": "33.33 %",
    }),
    ("C2", "buzz", {**SURVEY, "case": "high"}, {
        "positive_stories": "52,000 stories", "negative_stories": "56,000 stories", "all_stories": "108,000 stories",
        "negative_share": "51.85 %", "break_even": "33.33 %",
    }),
    ("C3 best", "buzz", {**SURVEY, "case": "best"}, {
        "positive_stories": "52,000 stories", "negative_stories": "35,000 stories", "negative_share": "40.23 %",
    }),
    ("C3 worst", "buzz", {**SURVEY, "case": "worst"}, {
        "positive_stories": "32,500 stories", "negative_stories": "56,000 stories", "negative_share": "63.28 %",
    }),
    ("C3", "buzz-range", SURVEY, {"best_negative_share": "40.23 %", "worst_negative_share": "63.28 %"}),
    ("C3 by own numbers", "buzz", {**SURVEY, "told_by_satisfied": "8", "told_by_dissatisfied": "10"}, {"negative_share": "40.23 %"}),
    ("C4 low", "buzz-break-even", {"case": "low"}, {"of_those_who_tell": "33.33 %", "of_all_customers": "33.33 %"}),
    ("C4 high", "buzz-break-even", {"case": "high"}, {"of_those_who_tell": "33.33 %", "of_all_customers": "33.33 %"}),
    ("C4 passives", "buzz-break-even", {"passive_share": "10 %"}, {
        "of_those_who_tell": "33.33 %", "of_all_customers": "30 %", "satisfied_of_all_customers": "60 %",
    }),
    ("C4 a survey with passives", "buzz", {"customers": "10000", "satisfied_share": "60 %", "dissatisfied_share": "30 %"}, {
        "passive": "1,000 customers", "net_stories": "0 stories", "negative_share": "50 %",
    }),
    ("C5", "viral-growth", THREE_EACH, {
        "referrals": "3,000 referrals", "k": "0.3", "sizes": "1,000, 300, 90, 27", "all_customers": "1,417 customers",
    }),
    ("C5 capped", "viral-growth", {**THREE_EACH, "market_size": "1400"}, {
        "sizes": "1,000, 300, 90, 10", "all_customers": "1,400 customers", "limit": "1,400",
    }),
    ("C6", "lifetime-value", {"lifetime_value": "100.00", "uplift": "16 %", **EUR}, {"referred_lifetime_value": "116.00 EUR"}),
    ("C7", "spend-uplift", {"spend": "50.00", "uplift": "+200 %", **EUR}, {"up_to": "150.00 EUR", "factor": "×3"}),
    ("C8", "percent-to-factor", {"change": "+500 %"}, {
        "factor": "×6", "if_times_was_meant": "×5", "change_if_times_was_meant": "+400 %",
    }),
    ("C8 a fall", "percent-to-factor", {"change": "-50 %"}, {"factor": "×0.5", "if_times_was_meant": "none"}),
    ("C9", "growth", {"before": "100000", "after": "4000000", "months": "15"}, {
        "factor": "×40", "change": "+3,900 %", "doubling_time": "2.82 months",
    }),
    ("C9 by its change", "doubling-time", {"change": "+3900 %", "months": "15"}, {"factor": "×40", "doubling_time": "2.82 months"}),
    ("C10", "doubling", {"months": "15", "doubling_months": "3"}, {"factor": "×32", "change": "+3,100 %"}),
    ("C11", "growth", {"before": "50", "after": "100", "months": "15"}, {
        "factor": "×2", "change": "+100 %", "doubling_time": "15 months",
    }),
    ("C12", "rate-uplift", {"rate": "10 %", "uplift": "60 %"}, {"factor": "×1.6", "new_rate": "16 %", "difference": "+6 points"}),
    ("C13", "before-after", {"before": "100", "after": "130"}, {"change": "+30 %", "factor": "×1.3"}),
    ("C13 unequal windows", "before-after", {"before": "100", "before_days": "20", "after": "195", "after_days": "30"}, {
        "before_per_day": "5 a day", "after_per_day": "6.5 a day", "change": "+30 %",
    }),
    ("C14 ROI", "roi", {"gain": "5000", "cost": "1250", **EUR}, {"roi": "300 %"}),
    ("C14 CAC", "cac", {"cost": "1250", "customers": "25", **EUR}, {"cac": "50.00 EUR"}),
    ("C15 conversion", "referral-conversion", {"referrals": "200", "converted": "50"}, {"conversion": "25 %"}),
    ("C15 AOV", "aov", {"revenue": "4000", "orders": "50", **EUR}, {"aov": "80.00 EUR"}),
    ("C16", "affordable-reward", {"lifetime_value": "116", "margin": "50 %", "profit_target": "28", **EUR}, {
        "max_reward": "30.00 EUR", "advocate_reward": "15.00 EUR", "friend_reward": "15.00 EUR", "missing": "0.00 EUR",
    }),
    ("C16 too dear", "affordable-reward", {"lifetime_value": "116", "margin": "50 %", "profit_target": "60", **EUR}, {
        "max_reward": "0.00 EUR", "missing": "2.00 EUR",
    }),
    ("C17", "referral-revenue", {**FUNNEL, **EUR}, {
        "referrals": "300 referrals", "converted": "60 friends", "revenue": "4800.00 EUR", "net_revenue": "4800.00 EUR",
    }),
    ("C17 minus rewards", "referral-revenue", {**FUNNEL, "reward": "20.00", **EUR}, {
        "revenue": "4800.00 EUR", "rewards": "1200.00 EUR", "net_revenue": "3600.00 EUR",
    }),
    ("C17 compounding", "referral-forecast", {**FUNNEL, "months": "2", "ramp_months": "0", "compounding": "yes", **EUR}, {
        "new_by_month": "60, 63.6", "converted": "123.6 friends", "revenue": "9888.00 EUR",
    }),
    ("C17 ramp", "referral-forecast", {**FUNNEL, "months": "4", "ramp_months": "3", **EUR}, {"new_by_month": "20, 40, 60, 60"}),
    ("RWD-09", "liability-forecast", {"owed": "1000", "issued": "300", "gone": "250", "room": "700", **EUR}, {
        "gone_share": "20 %", "given": "700.00 EUR", "liability": "937.60 EUR", "highest": "1072.00 EUR", "budget_lasts": "2.33 periods",
    }),
    ("RWD-09 what waits first", "liability-forecast", {"owed": "0", "issued": "0", "gone": "0", "waiting": "9", "periods": "1", **EUR}, {
        "gone_share": "0 %", "given": "9.00 EUR", "liability": "9.00 EUR", "budget_lasts": "none",
    }),
    ("C17 saturated", "referral-forecast", {**FUNNEL, "months": "4", "ramp_months": "3", "market_size": "1050", **EUR}, {
        "new_by_month": "20, 30, 0, 0", "all_customers": "1,050 customers", "revenue": "4000.00 EUR",
    }),
]  # fmt: skip


def figures(name: str, given: dict[str, str]) -> dict[str, str]:
    return CATALOGUE[name].answer(given).figures()


@pytest.mark.parametrize(("name", "given", "told"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_a_named_vector_comes_out_as_told(name: str, given: dict[str, str], told: dict[str, str]) -> None:
    found = figures(name, given)
    assert {field: found[field] for field in told} == told


def test_every_vector_of_the_table_is_here() -> None:
    assert {vector[0].partition(" ")[0] for vector in VECTORS} == {"RWD-09", *(f"C{number}" for number in range(1, 18))}
    assert {vector[1] for vector in VECTORS} == set(CATALOGUE)


def test_c2_the_negative_share_is_the_same_fraction_at_both_ends() -> None:
    assert {
        CATALOGUE["buzz"].answer({**SURVEY, "case": case}).results["negative_share"] for case in ("low", "high")
    } == {Fraction(14, 27)}


def test_c10_doubling_every_three_months_is_about_dropbox_and_not_equal() -> None:
    dropbox = growth(before=100_000, after=4_000_000, months=15)["change"]
    doubled = doubling(months=15, doubling_months=3)["change"]
    assert (dropbox, doubled) == (39, 31)


def test_a_fraction_of_a_cent_is_rounded_half_up_but_a_reward_down() -> None:
    assert figures("cac", {"cost": "1.00", "customers": "8", **EUR})["cac"] == "0.13 EUR"
    reward = {"lifetime_value": "0.25", "margin": "50 %", "profit_target": "0", **EUR}
    assert figures("affordable-reward", reward)["max_reward"] == "0.12 EUR"
    assert figures("cac", {"cost": "1000", "customers": "3", "currency": "JPY"})["cac"] == "333 JPY"


def test_what_there_is_none_of_is_said() -> None:
    assert figures("growth", {"before": "4", "after": "1", "months": "10"}) == {
        "factor": "×0.25", "change": "-75 %", "monthly_change": "-12.94 %", "doubling_time": "none", "halving_time": "5 months"
    }  # fmt: skip
    assert figures("growth", {"before": "4", "after": "0", "months": "10"})["monthly_change"] == "-100 %"
    assert figures("buzz", {**SURVEY, "customers": "0"})["negative_share"] == "none"
    assert figures("viral-growth", {**THREE_EACH, "conversion": "0.5"})["limit"] == "none"


@pytest.mark.parametrize("found", CATALOGUE.values(), ids=CATALOGUE)
def test_every_calculation_says_its_formula_units_errors_source_and_caveat_and_has_examples(found: Calculation) -> None:
    assert found.sentence.endswith(".")
    assert all(found.about(label) for label in LABELS)
    assert found.examples
    assert all(parameter.help and parameter.written for parameter in found.parameters)
    for example in found.examples:
        shown = found.answer(example.given).figures()
        assert {name: shown[name] for name in example.result} == example.result


def test_the_page_is_what_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(), (
        "write it anew: python -c 'from passaparola.domain.calculations.page import page_text; print(page_text(), end=\"\")'"
    )


def test_a_command_in_the_page_is_quoted_for_a_shell() -> None:
    assert command_of(CATALOGUE["doubling-time"], Example({"change": "+3900 %", "months": "15"}, {})) == (
        'passaparola calc doubling-time --change "+3900 %" --months 15'
    )
