"""Conditions in CEL: every fact is documented and worked, what cannot be right is refused at once, and nothing passes by accident."""

import re
import time

import pytest

from passaparola.domain.programs import read_program
from passaparola.domain.programs.conditions import FACT_TYPES, LONGEST, UnableToRead, read_condition
from passaparola.domain.programs.findings import FindingReason
from tests.domain.phrases import Story, said
from tests.domain.town import versions
from tests.tables import RULES, Row, rows_of

ROWS = rows_of("conditions.md")
WORKED = [row for row in ROWS if "Condition" in row.cells]
FACTS = {row.cells["fact"].strip("`"): row.cells["type"] for row in ROWS if "fact" in row.cells}
PROGRAM = """
program: conditions
name: By condition
currency: EUR
timezone: Europe/Rome
trigger: purchase
rewards:
  - side: advocate
    kind: store_credit
    amount: 8.00
    when: '{}'
"""


@pytest.mark.parametrize("row", WORKED, ids=lambda row: row.name)
def test_a_worked_condition_comes_out_as_written(row: Row) -> None:
    text, happens = PROGRAM.format(row.cells["Condition"].strip("`")), row.cells["What happens"]
    if "reaches the stage" in happens:
        text = text.replace("trigger: purchase", "trigger: {kind: lead_stage, stage: meeting}")
    town = Story(versions(text)).tell(happens)
    assert said(town, "ada") == row.cells["Ada has"]


def test_every_fact_is_documented_with_its_type_and_worked() -> None:
    assert FACTS == FACT_TYPES
    named = {name for row in WORKED for name in read_condition(row.cells["Condition"].strip("`")).names}
    assert named == set(FACT_TYPES)


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("order.amont_minor > 1", "there is no fact order.amont_minor", "did you mean order.amount_minor?"),
        ("person.age > 1", "there is no fact person", "the facts are "),
        ("order.amount_minor > 'much'", "at character 20: found no matching overload", "minor units"),
        ("order.amount_minor > 100.5", "found no matching overload", "minor units"),
        ("order.amount_minor", "neither true nor false", "compare it"),
        ("facts.gold", "neither true nor false", "compare it"),
        ("month ==", "at character 9: Syntax error", ""),
        ("[1, 2].all(n, n > 0)", "loops", "name each case"),
        ("[1, 2] . exists ( n, n > 0)", "loops", "name each case"),
        ("month == 1 || " * 80 + "true", "characters, more than 1000", "say less"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_place_and_a_remedy(text: str, problem: str, remedy: str) -> None:
    with pytest.raises(UnableToRead, match=re.escape(problem)) as refused:
        read_condition(text)
    assert remedy in refused.value.remedy


def test_a_remark_ends_with_its_line_also_where_a_location_is_asked_besides() -> None:
    text = PROGRAM.replace("    when:", "    location: centre\n    when:").format("hour >= 22 // at night")
    program, findings = read_program(f"{text}locations: [centre]\n", key="0" * 32, version=1, effective_from=0)
    assert program is not None, findings
    condition = program.rules[0].when
    assert condition is not None
    assert [condition.met({"hour": hour, "facts": {"location": "centre"}})[0] for hour in (21, 22)] == [False, True]


def test_a_wrong_condition_is_a_finding_on_its_line() -> None:
    text = PROGRAM.format("order.amont_minor > 1")
    program, findings = read_program(text, key="0" * 32, version=1, effective_from=0)
    (finding,) = findings
    assert program is None
    assert (finding.path, finding.line, finding.reason) == ("rewards[0].when", 11, FindingReason.BAD_CONDITION)
    assert "order.amont_minor" in finding.sentence()


@pytest.mark.parametrize("text", ["'facts.all(x)' == stage", 'stage != ".map("', "stage.matches('a|b')"])
def test_what_stands_in_quotes_is_no_part_of_the_expression(text: str) -> None:
    assert read_condition(text).names == ("stage",)


@pytest.mark.parametrize("text", ["order . amount_minor > 1", "order\n.amount_minor > 1"])
def test_a_fact_is_known_however_it_is_written(text: str) -> None:
    assert read_condition(text).met({"order.amount_minor": 2})[0]


def test_what_cannot_be_answered_is_not_met_and_says_why() -> None:
    condition = read_condition("!(facts.tier == 'gold')")
    assert condition.met({"facts": {"tier": "silver"}})[0]
    met, saw = condition.met({"facts": {}})
    assert (met, saw["facts"]) == (False, {"facts": {}})
    assert "tier" in saw["problem"]
    assert not read_condition("order.amount_minor * order.amount_minor > 0").met({"order.amount_minor": 10**12})[0]
    assert not read_condition("order.number > 0").met({})[0]


def test_no_expression_takes_long() -> None:
    worst = "stage.matches('^(a+)+$')" + " || stage.matches('^(a|aa)+$')" * 30
    began = time.process_time()
    assert not read_condition(worst[:LONGEST].rsplit(" || ", 1)[0]).met({"stage": "a" * 31 + "b"})[0]
    assert time.process_time() - began < 1


def test_a_program_without_conditions_loads_no_cel() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from passaparola.domain.programs import read_program;"
        "read_program('program: x\\nname: X\\ncurrency: EUR\\ntrigger: signup\\nrewards:\\n"
        "  - {side: friend, kind: store_credit, amount: 1.00}\\n', key='0'*32, version=1, effective_from=0);"
        "sys.exit('cel_expr_python' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_page_is_linked_from_the_guide() -> None:
    assert "conditions.md" in (RULES / "rewards.md").read_text(encoding="utf-8")
