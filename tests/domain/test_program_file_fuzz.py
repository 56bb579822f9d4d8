"""A fuzzer for the program file: whatever stands in it, the answer is a program that means what is written, or clear findings."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from passaparola.domain.programs import Finding, FindingReason, Program, describe
from passaparola.domain.programs.changes import changes_of
from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.tree import plain
from passaparola.domain.programs.vocabulary import NOTED_KEYS
from tests.domain.program_files import FULL, read
from tests.domain.spoiling import Group, made_up, nodes, shipped, spoiled, text_of, tree_of

R = FindingReason
Read = Callable[[str], tuple[Program | None, list[Finding]]]
DOSES = [pytest.param(1, id="small"), pytest.param(100, id="large", marks=pytest.mark.gauntlet)]
OF_THE_TEXT = {
    R.NOT_YAML, R.TOO_LARGE, R.TOO_DEEP, R.EMPTY_FILE, R.SEVERAL_DOCUMENTS, R.ANCHOR, R.TAG, R.BAD_KEY, R.WRONG_SHAPE,
}  # fmt: skip


def assert_clear(text: str, read: Read = read) -> bool:
    """Whether it is a program. It is one unless there is an error; each finding says where, what, what was expected and how to mend it."""
    program, findings = read(text)
    assert (program is None) == any(f.severity == "error" for f in findings)
    for finding in findings:
        assert 1 <= finding.line <= len(text.splitlines()) + 1
        assert finding.column >= 1
        assert finding.path or finding.reason in OF_THE_TEXT, finding
        assert finding.found
        assert finding.expected
        assert finding.remedy
        assert finding.sentence().isprintable()
        assert len(finding.sentence()) < 2_000
    if program is not None:
        assert_means_what_is_written(text, program, read)
    return program is not None


def assert_means_what_is_written(text: str, program: Program, read: Read) -> None:
    """It describes itself, and its values, written anew, are the same program."""
    assert describe(program).count("\n") >= 2
    root, _ = read_yaml(text, "program.yaml")
    assert root is not None
    anew = text_of(tree_of(plain(root)))
    again, _ = read(anew)
    assert again is not None
    assert replace(again, document=text) == replace(program, document=text)
    assert changes_of(text, anew) == ()


def fuzz(files: st.SearchStrategy[str], examples: int, read: Read = read) -> int:
    """Reads so many files; how many were programs."""
    programs = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples < 1_000,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,) if examples < 1_000 else tuple(Phase),
        database=None,
    )
    @given(files)
    def one(text: str) -> None:
        nonlocal programs
        programs += assert_clear(text, read)

    one()
    return programs


@pytest.mark.parametrize("times", DOSES)
def test_a_spoiled_file_gets_clear_findings(times: int) -> None:
    assert fuzz(spoiled(), 150 * times) > 0


@pytest.mark.parametrize("times", DOSES)
def test_a_file_of_the_words_of_the_schema_gets_clear_findings(times: int) -> None:
    assert fuzz(made_up(), 100 * times) > 0


@settings(max_examples=60, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_key_is_passed_over_in_silence(data: st.DataObject) -> None:
    noted = {key for keys in NOTED_KEYS.values() for key in keys}
    tree = tree_of(data.draw(st.sampled_from(tuple(shipped().values()))))
    assert isinstance(tree, Group)
    tree.pairs = [pair for pair in tree.pairs if pair[0] not in noted]
    group = data.draw(st.sampled_from([node for node in nodes(tree) if isinstance(node, Group)]))
    group.pairs.append(("nobody_knows_this", "1"))
    _, findings = read(text_of(tree))
    assert [f.reason for f in findings if f.path.endswith("nobody_knows_this")] == [R.UNKNOWN_KEY]


@pytest.mark.parametrize("path", shipped())
def test_each_shipped_file_means_what_is_written(path: str) -> None:
    assert assert_clear(text_of(tree_of(shipped()[path])))


TEN_MEGABYTES = 10 * 2**20


@pytest.mark.parametrize(
    "text",
    [FULL + "# " + "x" * TEN_MEGABYTES, "name: " + "\u0645" * (TEN_MEGABYTES // 2), "a: [" * (TEN_MEGABYTES // 4), "\x00" * TEN_MEGABYTES],
    ids=["remark", "text", "depth", "nothing"],
)  # fmt: skip
def test_ten_megabytes_get_one_finding(text: str) -> None:
    assert not assert_clear(text)
    assert [f.reason for f in read(text)[1]] == [R.TOO_LARGE]


# What the fuzzer must find


def falls_over(text: str) -> tuple[Program | None, list[Finding]]:
    """A reader that takes every number for one that ends."""
    if re.search(r"\.nan|\.inf|1e999", text):
        raise OverflowError
    return read(text)


def says_no_remedy(text: str) -> tuple[Program | None, list[Finding]]:
    program, findings = read(text)
    return program, [replace(f, remedy="") if f.reason is R.BAD_AMOUNT else f for f in findings]


def keeps_silent(text: str) -> tuple[Program | None, list[Finding]]:
    program, findings = read(text)
    return program, [f for f in findings if f.reason is not R.UNKNOWN_KEY]


def loses_the_line(text: str) -> tuple[Program | None, list[Finding]]:
    program, findings = read(text)
    return program, [replace(f, line=0) if f.path == "" else f for f in findings]


def forgets_caps_in_brackets(text: str) -> tuple[Program | None, list[Finding]]:
    program, findings = read(text)
    return (replace(program, caps=()) if program is not None and "\ncaps: [" in text else program), findings


@pytest.mark.parametrize("fault", [falls_over, says_no_remedy, keeps_silent, loses_the_line])
def test_a_reader_with_a_fault_is_found_out(fault: Read) -> None:
    with pytest.raises((AssertionError, OverflowError)):
        fuzz(spoiled(), 900, fault)


def test_a_reader_that_forgets_is_found_out() -> None:
    with pytest.raises(AssertionError):
        assert_clear(FULL, forgets_caps_in_brackets)
