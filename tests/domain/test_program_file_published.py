"""What is published about the program file stays true: the JSON Schema, the guide, the examples, the description."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from passaparola.domain.programs import FindingReason, describe, json_schema, schema_text
from passaparola.domain.programs.document import GROUPS
from tests.domain.program_files import EXAMPLES, FULL, GUIDE, REFUSALS, ROOT, SMALL, edited, good, read

R = FindingReason
SCHEMA_FILE = ROOT / "src" / "passaparola" / "domain" / "programs" / "schema.json"

# What is published


def yaml_values(text: str) -> object:
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))  # a day is text in JSON


def test_the_published_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "write schema_text() into schema.json"
    assert json.loads(schema_text()) == json_schema()
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("text", [FULL, SMALL, *(path.read_text(encoding="utf-8") for path in EXAMPLES)])
def test_the_schema_takes_what_is_a_program(text: str) -> None:
    assert read(text)[0] is not None
    Draft202012Validator(json_schema()).validate(yaml_values(text))


STRUCTURAL = {R.UNKNOWN_KEY, R.NOT_YET, R.MISSING_KEY, R.WRONG_SHAPE, R.UNKNOWN_VALUE, R.BAD_ID}


# That a milestone needs `every` is a check of what goes together: no schema says it.
BY_SCHEMA = [row for row in REFUSALS if row[3] in STRUCTURAL and row[2] != "rewards[1].structure.every"]


@pytest.mark.parametrize(("old", "new", "path", "reason"), BY_SCHEMA)
def test_the_schema_refuses_what_has_the_wrong_keys_or_words(
    old: str, new: str, path: str, reason: FindingReason
) -> None:
    assert not Draft202012Validator(json_schema()).is_valid(yaml_values(edited(old, new)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_is_a_program_named_like_its_file(path: Path) -> None:
    program, findings = read(path.read_text(encoding="utf-8"))
    assert [f.sentence() for f in findings if f.reason is not FindingReason.NOT_YET] == []
    assert program is not None
    assert program.slug == re.sub(r"^x\d\d-", "", path.stem)


def test_every_key_is_in_the_guide_and_its_examples_are_programs() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for level, group in GROUPS.items():
        for key in group.model_fields:
            assert f"`{key}`" in guide, f"{level}.{key} is not documented"
    blocks = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    programs = [block for block in blocks if block.startswith("program:")]
    assert len(programs) >= 3
    for block in programs:
        good(block)


def test_the_guide_names_every_reason() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert [reason.value for reason in FindingReason if f"`{reason.value}`" not in guide] == []


# In words


def test_a_program_is_described_in_plain_sentences() -> None:
    assert describe(good(FULL)) == (
        "Everything at once (full), version 1, draft. Days are those of Europe/Rome.\n"
        "Customers may recommend.\n"
        "Rewards are earned by each paid order of a friend of at least 20.00 EUR:\n"
        "- The advocate gets 12.5 % of the order (at least 5.00 EUR, at most 50.00 EUR) in store credit. "
        "It is held for 14 days. It expires 365 days after it is issued. A partial refund takes all of it back.\n"
        "- The advocate gets a single-use voucher for 20 % off an order once, for the first 5 friends. "
        "It takes off at most 40.00 EUR. It may be used on an order of at least 10.00 EUR.\n"
        "- The friend gets a single-use voucher worth 7.50 EUR. It may be used on an order of at least 30.00 EUR.\n"
        "A friend is bound to an advocate within 30 days of the first touch and earns rewards without end.\n"
        "An advocate gets at most 500.00 EUR in all; what does not fit whole is not given.\n"
        "A friend gets at most 3 rewards in all; the last one is cut to fit.\n"
        "The whole program gives at most 10000.00 EUR; the operator is told when 90 % is used.\n"
        "Links lead to https://shop.example/welcome?from=friends, and to pages on blog.shop.example where a link asks for one."
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_has_a_description(path: Path) -> None:
    program, _ = read(path.read_text(encoding="utf-8"))
    assert program is not None
    text = describe(program)
    assert text.count("\n") >= 3
    assert "None" not in text
