"""Who may recommend: the worked rows of docs/rules/access.md, figures from orders and refunds, facts that are taken and not."""

import re
from datetime import date
from typing import Any

import pytest

from passaparola.domain.access import (
    OPERATOR_WORDS,
    PERSON_WORDS,
    Figures,
    NotAdmitted,
    PaidOrder,
    Refunded,
    Who,
    admits,
    figures,
)
from passaparola.domain.events.facts import UnableToReadFacts
from passaparola.domain.instant import DAY
from passaparola.domain.people.facts import WELL_KNOWN, person_fact_of_text, read_person_facts
from passaparola.domain.programs import describe, read_program
from passaparola.domain.programs.access import PERSON_FACTS, AccessMode
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.conditions import NUMBER
from passaparola.domain.programs.findings import FindingReason
from tests.tables import RULES, Row, rows_of

ROWS = rows_of("access.md")
WORKED = [row for row in ROWS if row.heading == "Worked"]
TODAY = date(2026, 6, 1)
FILE = """
program: inner
name: Inner
currency: EUR
trigger: purchase
rewards: [{side: advocate, kind: store_credit, amount: 5.00}]
"""


def program(*keys: str) -> Program:
    found, findings = read_program(FILE + "\n".join(keys) + "\n", key="0" * 32, version=1, effective_from=0)
    assert found is not None, [f.sentence() for f in findings]
    return found


def program_of(rule: str) -> Program:
    if rule == AccessMode.SEGMENT:
        return program("access: {mode: segment, segment: {top_percent: 10}}")
    if rule in frozenset(AccessMode):
        return program(f"access: {rule}")
    return program(f"audience: '{rule}'")


def who_of(told: str) -> Who:
    """The person of a row: figures and standing by their names, anything else a fact."""
    written = {} if told == "nothing" else dict(re.findall(r"(\w+) = (.+?)(?=, \w+ = |$)", told))
    values: dict[str, Any] = {name: person_fact_of_text(name, text) for name, text in written.items()}
    counted = {
        name: values.pop(name) for name in ("customer", "orders", "revenue_minor", "tenure_days") if name in values
    }
    standing: dict[str, Any] = {name: values.pop(name) for name in ("known", "invited", "excluded") if name in values}
    inside = bool(values.pop("in_segment", False))
    return Who(
        facts=values, figures=lambda: Figures(**counted), in_segment=lambda: inside, **{"known": True, **standing}
    )


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row.name)
def test_a_worked_row_comes_out_as_written(row: Row) -> None:
    refused = admits(program_of(row.cells["Rule"]), who_of(row.cells["What is known of Ada"]), TODAY)
    assert (str(refused.reason) if refused else "may") == row.cells["Ada"]


def test_every_reason_and_every_fact_has_worked_rows_and_words() -> None:
    assert {row.cells["Ada"] for row in WORKED} == {"may", *map(str, NotAdmitted)}
    assert {row.cells["name"] for row in ROWS if row.heading == "Refusals"} == set(map(str, NotAdmitted))
    assert set(OPERATOR_WORDS) == set(PERSON_WORDS) == set(NotAdmitted)
    named = {row.cells["fact"]: row.cells["type"] for row in ROWS if row.heading == "What is known of a person"}
    assert named == PERSON_FACTS
    used = " ".join(row.cells["Rule"] for row in WORKED)
    assert {name for name in PERSON_FACTS if name not in used} == set()


@pytest.mark.parametrize(
    "audience",
    [
        'person.facts.club == "B"',
        'person . facts . club == "B"',
        'person.facts["club"] == "B"',
        '!("club" in person.facts)',
        'has(person.facts.club) && person.facts.club == "owing"',
    ],
)
def test_a_refusal_says_of_all_facts_only_those_that_the_audience_asks(audience: str) -> None:
    refused = admits(program_of(audience), Who(facts={"club": "A", "owing": 5}, known=True), TODAY)
    assert refused is not None
    assert refused.saw == {"audience": audience, "saw": {"person.facts": {"club": "A"}}}


def test_what_the_person_may_be_told_names_no_figure_and_no_fact() -> None:
    for words in PERSON_WORDS.values():
        assert not any(character.isdigit() or character == "`" for character in words)


def test_figures_count_what_was_kept() -> None:
    orders = [PaidOrder("1", 5000, "EUR", 0), PaidOrder("2", 3000, "EUR", DAY), PaidOrder("3", 900, "USD", DAY)]
    refunds = [
        Refunded("1", "a", 1000, "EUR"),
        Refunded("1", "a", 1500, "EUR"),  # told twice: the larger counts
        Refunded("1", "b", 700, "USD"),  # in another currency: nothing
        Refunded("2", "c", None, None),  # the whole order
    ]
    found = figures(orders, refunds, since=None, currency="EUR", now=10 * DAY + 5)
    assert found == Figures(customer=True, orders=2, revenue_minor=3500, tenure_days=10)
    assert figures([], [], since=4 * DAY, currency="EUR", now=10 * DAY) == Figures(True, 0, 0, 6)
    assert figures([], [], since=None, currency="EUR", now=10 * DAY) == Figures()


@pytest.mark.parametrize(
    ("name", "value"),
    [("employee", "yes"), ("left_on", "31.5.2026"), ("nps", 11), ("satisfaction", True), ("birth_year", 1899), ("tier", 3),
     ("Tier", "gold"), ("x", "a" * 201), ("x", " a"), ("x", 1.5), ("x", [1]), ("x" * 33, 1)],
)  # fmt: skip
def test_what_is_no_fact_of_a_person_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(UnableToReadFacts) as refused:
        read_person_facts({name: value})
    assert refused.value.errors[0][0] == f"facts.{name[:32]}"


def test_cells_are_read_as_what_they_are() -> None:
    read = {"employee": "true", "nps": "9", "left_on": "2026-05-31", "tier": "1", "club": "007", "balance": "-5"}
    assert {name: person_fact_of_text(name, text) for name, text in read.items()} == {
        "employee": True, "nps": 9, "left_on": "2026-05-31", "tier": "1", "club": "007", "balance": -5,
    }  # fmt: skip
    assert all(PERSON_FACTS[f"person.{name}"] == NUMBER for name, kind in WELL_KNOWN.items() if isinstance(kind, tuple))


REFUSED = [
    ("access: {mode: segment}", "access.segment", FindingReason.MISSING_KEY),
    ("access: {mode: segment, segment: {}}", "access.segment", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: segment, segment: {top_percent: 5, named: x}}", "access.segment", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: segment, segment: {named: x, by: nps}}", "access.segment.by", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: open, segment: {named: x}}", "access.segment", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: customers, token: single_use}", "access.token", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: open, expires_days: 3}", "access.expires_days", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: invite_only, join: automatic_on_signup}", "access.join", FindingReason.ACCESS_MISMATCH),
    ("access: {mode: staff}", "access.mode", FindingReason.UNKNOWN_VALUE),
    ("audience: 'person.teir == \"gold\"'", "audience", FindingReason.BAD_CONDITION),
    ("audience: 'person.nps == \"9\"'", "audience", FindingReason.BAD_CONDITION),
    ("audience: 'person.nps'", "audience", FindingReason.BAD_CONDITION),
    ("audience: 'order.amount_minor > 5'", "audience", FindingReason.BAD_CONDITION),
    ("guards: {reward_to_price: {min: 11}}", "guards.reward_to_price.min", FindingReason.BAD_NUMBER),
]


@pytest.mark.parametrize(("key", "path", "reason"), REFUSED)
def test_what_cannot_be_is_found_with_the_file(key: str, path: str, reason: FindingReason) -> None:
    found, findings = read_program(f"{FILE}{key}\n", key="0" * 32, version=1, effective_from=0)
    assert found is None
    assert [(f.path, f.reason) for f in findings] == [(path, reason)]
    assert findings[0].remedy


def test_who_may_recommend_is_said_in_words() -> None:
    said = describe(
        program("access: {mode: segment, segment: {top_percent: 10, by: orders}}", "audience: 'person.nps >= 9'")
    )
    assert "Only the people of a segment may recommend.\nIt holds the top 10 %" in said.replace("10%", "10 %")
    assert "They must meet the condition person.nps >= 9." in said
    assert "Whoever signs up becomes an advocate at once." in describe(program("access: {join: automatic_on_signup}"))


def test_the_page_says_what_is_personal() -> None:
    assert "They are personal data" in (RULES / "access.md").read_text(encoding="utf-8")
