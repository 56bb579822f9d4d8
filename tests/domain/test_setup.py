"""Answers make a program file: whatever is answered, there is a program, or an error on the step that is about it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passaparola.domain.programs.compiled import Side
from passaparola.domain.programs.goals import GoalKind
from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.recommend import RECOMMENDATIONS
from passaparola.domain.programs.tree import plain
from passaparola.domain.setup.answers import QUESTIONS, STEPS, Answers, Step, read_answers, slug_of, with_step
from passaparola.domain.setup.beginnings import SMALL_BUSINESS_FILE, beginning_answers, values_of
from passaparola.domain.setup.cost import cost_of
from passaparola.domain.setup.document import document_of
from passaparola.domain.setup.effort import CONNECTING, PLACING, PROMOTING, THANKING, plan_of, total_hours
from passaparola.domain.setup.places import Draft, draft_of
from passaparola.domain.setup.written import written
from tests.domain.program_files import EXAMPLES, FULL

WORDS = {
    "goal": [str(goal) for goal in GoalKind],
    "access": ["open", "customers", "employees", "prospects_allowed", "invite_only", "segment", "nobody"],
    "trigger": ["signup", "first_purchase", "purchase", "contract", "lead_stage", "each_invoice_paid", "manual_grant", "content_visit"],
    "currency": ["EUR", "JPY", "KWD", "PLN", "XXX", ""],
    "timezone": ["Etc/UTC", "Europe/Rome", "Nowhere"],
    "rewards": ["own", "template"],
    "advocate": ["nothing", "store_credit", "voucher", "percent_discount", "points", "cash", "free_product", "small_gift", "shout_out"],
    "structure": ["each", "share", "every", "pace", "more", "orders", "other"],
    "budget_period": ["", "month", "year", "century"],
    "landing": ["", "https://shop.example/welcome", "javascript:1", "shop"],
    "satisfaction": ["", "yes", "no"],
}  # fmt: skip
FIGURES = [
    "",
    "0",
    "1",
    "2",
    "10",
    "12.50",
    "100",
    "1000",
    "99999999999999",
    "7.50.0",
    "-3",
    "ten",
    "٣",
    "1e3",
    "0x10",
    "~",
    "null",
    "1,5",
]
TEXTS = st.one_of(st.sampled_from(FIGURES), st.text(max_size=40))
BEGINNINGS = st.sampled_from(
    [None, SMALL_BUSINESS_FILE, FULL, *(path.read_text(encoding="utf-8") for path in EXAMPLES)]
)


SAME = {"friend": "advocate", "cap_period": "budget_period", "staff_briefed": "satisfaction"}


def an_answer(question: str) -> st.SearchStrategy[str]:
    question = SAME.get(question, question)
    return st.one_of(st.sampled_from(WORDS[question]), TEXTS) if question in WORDS else TEXTS


SETS = st.fixed_dictionaries(
    {},
    optional={
        str(step): st.fixed_dictionaries({}, optional={name: an_answer(name) for name in questions})
        for step, questions in QUESTIONS.items()
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SETS, BEGINNINGS)
def test_any_answers_give_a_program_or_an_error_on_a_step(
    answers: dict[str, dict[str, str]], beginning: str | None
) -> None:
    read = read_answers(answers)
    draft = draft_of(read, beginning, now=0)
    assert (draft.program is None) == bool(draft.errors), [placed.finding.sentence() for placed in draft.findings]
    for placed in draft.errors:
        asked = placed.question in QUESTIONS[placed.step] or placed.question.startswith("worth-")
        assert asked, placed
    root, findings = read_yaml(draft.text, "made")
    assert root is not None, draft.text
    assert not findings, draft.text
    assert written(plain(root)) == draft.text  # type: ignore[arg-type]
    assert _texts(plain(root)) == _texts(document_of(read, values_of(beginning)))


def _texts(value: object) -> object:
    """Values without the difference of the key order."""
    if isinstance(value, dict):
        return {str(key): _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_file_of_the_gallery_and_nothing_but_next_makes_a_program_that_gives_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    base = values_of(text)
    answers = with_step(beginning_answers(base), Step.GOAL, {"name": "Ours", "currency": str(base["currency"])})
    draft = draft_of(answers, text, now=0)
    assert draft.program is not None, [placed.finding.sentence() for placed in draft.errors]
    assert cost_of(draft.program, order=None, margin_bp=None).least >= 0
    made = values_of(draft.text)
    assert made["rewards"] == base["rewards"]
    assert made.get("caps") == base.get("caps")
    assert made.get("budget") == base.get("budget")
    if not any("percent" in str(reward) or "catalogue" in reward or "currency" in reward for reward in base["rewards"]):
        yen = draft_of(with_step(answers, Step.GOAL, {"name": "Ours", "currency": "JPY"}), text, now=0)
        assert yen.program is not None, [placed.finding.sentence() for placed in yen.errors]


def answered(**given: str) -> Draft:
    answers: dict[str, dict[str, str]] = {}
    for step in STEPS:
        mine = {name: text for name, text in given.items() if name in QUESTIONS[step]}
        if mine:
            answers[str(step)] = mine
    return draft_of(answers, None, now=0)


@pytest.mark.parametrize(
    ("given", "step", "question"),
    [
        ({"budget": "15"}, Step.LIMITS, "budget"),
        ({"currency": "XXX"}, Step.GOAL, "currency"),
        ({"target": "many"}, Step.GOAL, "target"),
        ({"min_value": "-1"}, Step.PEOPLE, "min_value"),
        ({"advocate_worth": "ten"}, Step.REWARDS, "advocate_worth"),
        ({"friend_worth": "0"}, Step.REWARDS, "friend_worth"),
        ({"structure": "every", "every": "1"}, Step.STRUCTURE, "every"),
        ({"structure": "share", "share": "120"}, Step.STRUCTURE, "share"),
        ({"structure": "more", "second_worth": "x"}, Step.STRUCTURE, "second_worth"),
        ({"structure": "orders"}, Step.STRUCTURE, "structure"),
        ({"landing": "http://shop"}, Step.CHANNELS, "landing"),
        ({"cap_count": "1.5"}, Step.LIMITS, "cap_count"),
        ({"trigger": "signup", "min_value": "10"}, Step.PEOPLE, "min_value"),
        ({"hold_days": "400"}, Step.REWARDS, "hold_days"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_question(given: dict[str, str], step: Step, question: str) -> None:
    assert answered().errors == []
    found = answered(**given).errors
    assert (step, question) in {(placed.step, placed.question) for placed in found}, found


def test_the_small_business_preset_spends_no_money() -> None:
    base = values_of(SMALL_BUSINESS_FILE)
    draft = draft_of(with_step(beginning_answers(base), Step.GOAL, {"name": "Ours"}), SMALL_BUSINESS_FILE, now=0)
    assert draft.findings == ()
    assert draft.program is not None
    assert {rule.unit for side in Side for rule in draft.program.promised(side)} == {"ITEM"}
    assert draft.program.budget is None
    assert draft.program.landing is None


def test_every_goal_has_a_beginning_and_every_name_an_id() -> None:
    assert {r.goal for r in RECOMMENDATIONS} == set(GoalKind)
    names = ("Give 5, get 5", "Zażółć gęślą", "أخبر صديقا", "أخبر صديقتك", "خصم 10", "10", "", "-")
    assert [slug_of(name) for name in names] == [
        "give-5-get-5",
        "zazolc-gesla",
        "referrals-3481cf",
        "referrals-5f1bc7",
        "10-1c306a",
        "10",
        "referrals",
        "referrals",
    ]


@pytest.mark.parametrize(
    ("given", "least", "most", "lasts"),
    [
        ({}, 2000, 2000, 50),
        ({"structure": "every", "advocate_worth": "52"}, 2040, 2040, 49),
        ({"structure": "share", "share": "10", "order_value": "80"}, 1800, 1800, 55),
        ({"structure": "more", "second_worth": "15", "third_worth": "25"}, 2000, 3500, 28),
        ({"structure": "orders", "trigger": "purchase", "periods": "3"}, 2000, 4000, 25),
        ({"advocate": "percent_discount", "friend": "nothing", "order_value": "80"}, 800, 800, 125),
        ({"advocate": "free_product", "friend": "shout_out", "budget": ""}, 0, 0, None),
    ],
)  # fmt: skip
def test_what_one_recommendation_costs_and_how_long_the_budget_lasts(
    given: dict[str, str], least: int, most: int, lasts: int | None
) -> None:
    program = answered(**given).program
    assert program is not None
    order = 8000 if "order_value" in given else None
    cost = cost_of(program, order=order, margin_bp=4000)
    assert (cost.least, cost.most, cost.lasts) == (least, most, lasts)
    assert cost.left == (None if order is None else 3200 - most)


def test_the_plan_of_work_has_days_owners_and_hours() -> None:
    answers: Answers = {
        Step.TRACKING: {"tracking": "api"},
        Step.CHANNELS: {"channels": ("cards",)},
        Step.PROMOTION: {"owner": "Olga", "technician": "Tom", "start": "2027-03-01", "review_weeks": "6"},
    }
    tasks = plan_of(answers, today=date(2027, 2, 20))
    assert {task.owner for task in tasks} == {"Olga", "Tom"}
    assert [task.owner for task in tasks if task.key == "api"] == ["Tom"]
    assert [task.first for task in tasks if task.key == "review"] == [date(2027, 4, 12), date(2027, 5, 24)]
    assert min(task.first for task in tasks) == date(2027, 2, 20)
    assert total_hours(tasks) == sum(task.hours * task.times for task in tasks) > 20
    assert plan_of(answers, today=date(2027, 5, 1), launched=date(2027, 2, 20)) == tasks
    assert min(task.first for task in plan_of({}, today=date(2027, 5, 1), launched=date(2027, 2, 2))) == date(
        2027, 2, 2
    )
    for start in ("9999-12-31", "0001-01-01"):
        assert plan_of({Step.PROMOTION: {"start": start}}, today=date(2027, 2, 20)) == plan_of(
            {}, today=date(2027, 2, 20)
        )
    keys = [work.key for table in (CONNECTING, PLACING, PROMOTING, THANKING) for work in table.values()]
    assert all(work.key == key for table in (CONNECTING, PLACING, PROMOTING, THANKING) for key, work in table.items())
    assert len(set(keys)) == len(keys)
